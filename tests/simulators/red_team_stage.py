"""The stage of the red team: a record over most of a year, an insider, and the command whose words are kept."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from insider import Insider

    from charteroak.records.accounts.models import Organisation
    from charteroak.records.ledger.models import Checkpoint, LedgerEntry

RESULTS = Path(__file__).parents[2] / "test-results" / "red-team"
BEGIN = datetime(2024, 1, 5, 15, tzinfo=UTC)
ANCHORED, ENTRIES = 9, 12


@dataclass(frozen=True)
class Printed:
    code: int
    stdout: str
    stderr: str


Verify = Callable[..., Printed]


def moment(number: int) -> datetime:
    return BEGIN + timedelta(days=20 * number)


def answer(organisation: "Organisation", number: int, **extra: Any) -> "LedgerEntry":
    from django.db import transaction

    from charteroak.services.ledger import append_entry

    body = {"practice": "train-everyone", "answer": "yes", "note": f"note {number}"}
    with transaction.atomic():
        return append_entry(
            organisation,
            actor="system",
            kind="practice.answered",
            occurred_from=moment(number).date().isoformat(),
            body=body,
            **{"recorded": moment(number), **extra},
        )


def grow(organisation: "Organisation", size: int) -> "Checkpoint":
    """Record one answer after another up to a size, and sign it as of that day."""
    from charteroak.records.ledger.models import LedgerEntry
    from charteroak.services.checkpoints import make_checkpoint

    while (number := LedgerEntry.objects.filter(organisation=organisation).count()) < size:
        answer(organisation, number)
    return make_checkpoint(organisation, created=moment(size))


@pytest.fixture
def bakery(add_organisation: Callable[..., "Organisation"], data_directory: Path) -> "Organisation":  # noqa: ARG001 - its keys lie there
    """A record over most of a year, signed three times: the keys' ceremony is entry 2."""
    from charteroak.services.checkpoints import verify_ledger

    organisation = add_organisation("elm-hollow-bakery", is_fictional=True)
    grow(organisation, 2)
    grow(organisation, ANCHORED)
    grow(organisation, ENTRIES)
    assert verify_ledger(organisation).entries == ENTRIES
    return organisation


@pytest.fixture
def insider(bakery: "Organisation") -> "Insider":
    from insider import Insider

    return Insider(bakery)


@pytest.fixture
def kept(bakery: "Organisation", tmp_path: Path) -> Path:
    """The checkpoint that the bakery's insurer got by mail and kept."""
    from charteroak.records.ledger.models import Checkpoint

    path = tmp_path / "kept.note"
    path.write_bytes(bytes(Checkpoint.objects.get(organisation=bakery, size=ANCHORED).note))
    return path


@pytest.fixture
def verify(
    data_directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Verify]:
    """Runs ``charteroak ledger verify`` on the bakery and keeps what it printed."""
    from charteroak.cli.__main__ import main

    made = [data_directory / name for name in ("charteroak.sqlite3", "secret-key")]
    made = [marker for marker in made if not marker.exists()]
    for marker in made:
        marker.write_text("x")
    mask = os.umask(0o022)
    os.umask(mask)
    lines: list[str] = []

    def run(
        *options: str | Path, org: str = "elm-hollow-bakery", command: tuple[str, ...] = ("ledger", "verify")
    ) -> Printed:
        arguments = [*command, *(("--org", org) if org else ()), *map(str, options)]
        monkeypatch.setattr(sys, "argv", ["charteroak", *arguments, "--data", str(data_directory)])
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        done = Printed(int(left.value.code or 0), written.out.replace(f"{tmp_path}/", ""), written.err)
        shown = " ".join(Path(word).name if "/" in word else word for word in arguments)
        lines.append(f"$ charteroak {shown}\n{done.stdout}{done.stderr}[exit code {done.code}]\n")
        return done

    yield run
    os.umask(mask)
    for marker in made:
        marker.unlink()
    RESULTS.mkdir(parents=True, exist_ok=True)
    name = request.node.name.removeprefix("test_").replace("[", "--").rstrip("]").replace(" ", "-").replace("/", "-")
    (RESULTS / f"{name}.txt").write_text("".join(lines), encoding="utf-8")
