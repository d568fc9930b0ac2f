"""``charteroak hunt``: search your own logs for indicators, exactly, without a network or an account."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from charteroak.cli.files import FileInputError, print_json_line, read_document
from charteroak.cli.printable import printable
from charteroak.detection.hunt import HuntSummary, Match
from charteroak.detection.hunt import hunt as search_logs
from charteroak.detection.indicator_files import read_indicators
from charteroak.detection.indicators import IndicatorList
from charteroak.detection.limits import INDICATOR_FILE_BYTES
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.log_files import FoundLogs, find_logs
from charteroak.errors import SourceLocation

_CLEAR_LINE = "\r\x1b[K"


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
    if str(indicators_path) == "-" and "-" in paths:
        raise FileInputError(
            "Standard input cannot be both the indicators and a log.",
            remedy="Name a file for one of them.",
            location=SourceLocation(path="-"),
        )
    listed = read_indicators(read_document(indicators_path, limit_bytes=INDICATOR_FILE_BYTES), str(indicators_path))
    found = find_logs(paths)
    summary = HuntSummary()
    # Spark's workers do not tell how far they are.
    total = 0 if engine == "spark" else sum(log.size for log in found.files)
    with _progress(total) as on_read:
        for match in _matches(engine, listed, found, summary, on_read):
            _print_match(match, as_json=as_json)
    _print_summary(summary, listed, found, as_json=as_json)
    if summary.could_not_read or found.could_not_list or listed.could_not_use:
        return EXIT_INCOMPLETE
    return EXIT_FINDINGS if summary.matches else EXIT_DONE


def _matches(
    engine: str, listed: IndicatorList, found: FoundLogs, summary: HuntSummary, on_read: Callable[[int], None]
) -> Iterator[Match]:
    if engine == "spark":
        from charteroak.adapters.spark_session import open_session  # noqa: PLC0415 - only who asks for Spark waits for it
        from charteroak.detection.spark import hunt_on_spark  # noqa: PLC0415 - likewise

        return hunt_on_spark(found.files, listed.usable, summary, open_session())
    return search_logs(found.files, Matcher(listed.usable), summary, stdin=sys.stdin.buffer, on_read=on_read)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while a person watches; nothing otherwise."""
    if not total or not sys.stderr.isatty():
        yield lambda _read: None
        return
    with click.progressbar(length=total, label="Searching", file=sys.stderr) as bar:
        yield bar.update


def _print_match(match: Match, *, as_json: bool) -> None:
    if as_json:
        print_json_line(match.as_document())
        return
    if sys.stdout.isatty() and sys.stderr.isatty():
        click.echo(_CLEAR_LINE, nl=False, err=True)  # The bar comes back below the match.
    place = f"{printable(match.path)}:{match.line}"
    where = f"  field {printable(match.field)}" if match.field is not None else ""
    listed = f"  listed as {printable(match.indicator.listed)}" if match.indicator.listed != match.value else ""
    click.echo(f"{place}  {match.indicator.type}  {printable(match.value)}{listed}{where}")


def _print_summary(summary: HuntSummary, listed: IndicatorList, found: FoundLogs, *, as_json: bool) -> None:
    could_not_read = [*found.could_not_list, *summary.could_not_read]
    for path, reason in could_not_read:
        click.echo(printable(f"charteroak: {path}: {reason}"), err=True)
    for left_out in listed.could_not_use:
        place = f"{left_out.location}: " if str(left_out.location) else ""
        reason = f"{left_out.value!r} is not searched for: {left_out.reason}"
        click.echo(printable(f"charteroak: {place}{reason}"), err=True)
    if as_json:
        print_json_line({"summary": _summary_document(summary, listed, found, could_not_read)})
        return
    searched = f"{_count(summary.lines, 'line')} of {_count(summary.files, 'file')} ({summary.bytes:,} bytes)"
    found_of = f"{_count(summary.matches, 'match', 'matches')} of {_count(len(listed.usable), 'indicator')}"
    click.echo(f"{found_of} in {searched}.", err=True)
    if could_not_read or listed.could_not_use:
        click.echo("This answer is not complete: see the lines above.", err=True)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _summary_document(
    summary: HuntSummary, listed: IndicatorList, found: FoundLogs, could_not_read: list[tuple[str, str]]
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
