"""``charteroak hunt``: search your own logs for indicators, exactly, without a network or an account."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from charteroak.cli.files import FileInputError, print_json_line, read_document
from charteroak.errors import SourceLocation

if TYPE_CHECKING:
    from charteroak.detection.hunt import HuntSummary, Match
    from charteroak.detection.indicators import IndicatorList
    from charteroak.detection.readers.log_files import FoundLogs


@click.command(short_help="Search your own logs for indicators.")
@click.option(
    "--indicators",
    "indicators_path",
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help="One a line, CSV with a header, a STIX bundle or a MISP event.",
)
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines: a line a match, then a summary.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def hunt(indicators_path: Path, engine: str, as_json: bool, paths: tuple[str, ...]) -> int:
    """Search logs for listed domains, addresses, URLs, e-mail addresses and file digests.

    PATH is a log, a directory of logs or - for standard input: text, JSON Lines, CSV or EVTX; plain, gzip or zstd.
    Each match is named with its line. Exit code: 0 no match, 1 matches, 2 bad input, 3 something could not be read.
    """
    # The engine's libraries are loaded once the arguments are known to be good: --help stays fast.
    from charteroak.detection.hunt import HuntSummary  # noqa: PLC0415
    from charteroak.detection.hunt import hunt as search  # noqa: PLC0415
    from charteroak.detection.indicator_files import read_indicators  # noqa: PLC0415 - see above
    from charteroak.detection.limits import INDICATOR_FILE_BYTES  # noqa: PLC0415
    from charteroak.detection.matcher import Matcher  # noqa: PLC0415
    from charteroak.detection.readers.log_files import find_logs  # noqa: PLC0415

    if str(indicators_path) == "-" and "-" in paths:
        raise FileInputError(
            "Standard input cannot be both the indicators and a log.",
            remedy="Name a file for one of them.",
            location=SourceLocation(path="-"),
        )
    listed = read_indicators(read_document(indicators_path, limit_bytes=INDICATOR_FILE_BYTES), str(indicators_path))
    found = find_logs(paths)
    summary = HuntSummary()
    with _progress(sum(log.size for log in found.files)) as on_read:
        if engine == "spark":
            from charteroak.adapters.spark_session import open_session  # noqa: PLC0415 - optional, and slow to load
            from charteroak.detection.spark import hunt_on_spark  # noqa: PLC0415

            matches = hunt_on_spark(found.files, listed.usable, summary, open_session())
        else:
            matcher = Matcher(listed.usable)
            matches = search(found.files, matcher, summary, stdin=sys.stdin.buffer, on_read=on_read)
        for match in matches:
            _print_match(match, as_json=as_json)
    _print_summary(summary, listed, found, as_json=as_json)
    if summary.could_not_read or found.could_not_list or listed.could_not_use:
        return EXIT_INCOMPLETE
    return EXIT_FINDINGS if summary.matches else EXIT_DONE


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while a person watches; nothing otherwise."""
    if not total or not sys.stderr.isatty():
        yield lambda _read: None
        return
    with click.progressbar(length=total, label="Searching", file=sys.stderr) as bar:
        yield bar.update


def _print_match(match: "Match", *, as_json: bool) -> None:
    if as_json:
        print_json_line(match.as_document())
        return
    place = f"{_printable(match.path)}:{match.line}"
    where = f"  field {_printable(match.field)}" if match.field is not None else ""
    listed = f"  listed as {match.indicator.listed}" if match.indicator.listed != match.value else ""
    click.echo(f"{place}  {match.indicator.type}  {_printable(match.value)}{listed}{where}")


def _printable(text: str) -> str:
    """A log can hold anything, also what would steer a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _print_summary(summary: "HuntSummary", listed: "IndicatorList", found: "FoundLogs", *, as_json: bool) -> None:
    could_not_read = [*found.could_not_list, *summary.could_not_read]
    for path, reason in could_not_read:
        click.echo(f"charteroak: {_printable(path)}: {reason}", err=True)
    for left_out in listed.could_not_use:
        place = f"{left_out.location}: " if str(left_out.location) else ""
        click.echo(
            f"charteroak: {place}{_printable(left_out.value)!r} is not searched for: {left_out.reason}", err=True
        )
    if as_json:
        print_json_line({"summary": _summary_document(summary, listed, found, could_not_read)})
        return
    click.echo(
        f"{summary.matches:,} matches of {len(listed.usable):,} indicators in {summary.lines:,} lines of "
        f"{summary.files:,} files ({summary.bytes:,} bytes).",
        err=True,
    )
    if could_not_read or listed.could_not_use:
        click.echo("This answer is not complete: see the lines above.", err=True)


def _summary_document(
    summary: "HuntSummary", listed: "IndicatorList", found: "FoundLogs", could_not_read: list[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "bytes": summary.bytes,
        "lines": summary.lines,
        "matches": summary.matches,
        "couldNotRead": [{"path": path, "reason": reason} for path, reason in could_not_read],
        "files": summary.files,
        "searchedAsText": summary.searched_as_text,
        "passedOver": [{"path": path, "reason": reason} for path, reason in found.passed_over],
        "indicators": len(listed.usable),
        "couldNotUse": [left_out.as_document() for left_out in listed.could_not_use],
        "setAside": [left_out.as_document() for left_out in listed.set_aside],
    }
