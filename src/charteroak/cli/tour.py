"""``charteroak tour``: the whole loop on packaged samples, through the services that the portal uses.

Each step checks its own result against what the samples hold; one that does not hold fails the tour. Nothing leaves
this machine: the feed is served and pulled on loopback.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from charteroak.cli.files import print_json_line
from charteroak.cli.installation import migrate, set_up_django
from charteroak.errors import CharterOakError, InputError


@dataclass(frozen=True, slots=True)
class StepResult:
    """One line of the tour."""

    step: str
    ok: bool
    detail: str
    seconds: float


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the data directory and the dossier here; it must be new or empty.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one line a step.")
def tour(*, out: Path | None, as_json: bool) -> int:
    """Walk the whole loop on packaged samples: from a phishing mail to a verified dossier."""
    with _directory(out) as directory:
        results = []
        for result in _walk(directory):
            results.append(result)
            if as_json:
                print_json_line(asdict(result))
            else:
                click.echo(
                    f"{'ok    ' if result.ok else 'FAILED'} {result.seconds:6.2f} s  {result.step}: {result.detail}"
                )
    failed = [result.step for result in results if not result.ok]
    seconds = sum(result.seconds for result in results)
    click.echo(
        f"{len(results) - len(failed)} of {len(results)} steps hold, {seconds:.1f} seconds."
        + (f" The dossier and the data are in {out}." if out is not None else ""),
        err=True,
    )
    return 1 if failed else 0


@contextmanager
def _directory(out: Path | None) -> Iterator[Path]:
    if out is None:
        with tempfile.TemporaryDirectory(prefix="charteroak-tour-") as name:
            yield Path(name)
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} is not empty.", remedy="Name a new directory.")
    out.mkdir(parents=True, exist_ok=True)
    yield out


def _walk(directory: Path) -> Iterator[StepResult]:
    """Run the steps in order; the first that fails ends the tour, since each rests on the one before."""
    started = time.monotonic()
    set_up_django(directory / "data", embedded=True)
    migrate()
    from charteroak.cli.tour_steps import StepFailedError, Tour  # noqa: PLC0415 - needs Django set up

    walk = Tour(directory)
    yield StepResult("state", ok=True, detail=walk.state.sentence, seconds=_since(started))
    steps: list[tuple[str, Callable[[], str]]] = walk.steps()
    try:
        for name, step in steps:
            started = time.monotonic()
            try:
                detail = step()
            except (StepFailedError, CharterOakError) as error:
                yield StepResult(name, ok=False, detail=str(error), seconds=_since(started))
                return
            yield StepResult(name, ok=True, detail=detail, seconds=_since(started))
    finally:
        walk.close()


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
