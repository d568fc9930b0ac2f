"""``charteroak report outbox | send-outbox | mail``: what waits for a desk, and the mail for when nothing gets through.

Needs no installation and no database: any machine with this command and a directory can hand a report over.
"""

from collections.abc import Sequence
from pathlib import Path

import click

from charteroak.adapters.data_directory import DataDirectory
from charteroak.adapters.desk_client import address_of_desk
from charteroak.adapters.report_outbox import OutboxError, ReportOutbox, WaitingReport
from charteroak.adapters.system_clock import now
from charteroak.cli.__main__ import EXIT_BAD_INPUT, EXIT_DONE, EXIT_INCOMPLETE
from charteroak.cli.files import new_file, print_json
from charteroak.cli.installation import data_option
from charteroak.cli.printable import printable
from charteroak.cli.report_files import FILE, read_report
from charteroak.clock import format_instant
from charteroak.response.incident_report import IncidentReportRecord, report_bytes, report_document
from charteroak.response.labelled_report import written_answers
from charteroak.response.ready_mail import DESK_MAIL, mailto_address, ready_mail, text_of
from charteroak.response.report_labels import Language
from charteroak.services.report_outbox import send_outbox


def hand_over(record: IncidentReportRecord, to: str, data_directory: Path, *, as_json: bool) -> int:
    """Put a report into the outbox, durably, and try to deliver it at once."""
    address = address_of_desk(to)
    waiting = _outbox(data_directory)
    item = waiting.put(report_bytes(record), to=address, moment=now())
    if item.state == "waiting":
        send_outbox(waiting, moment=now(), only=item.id)
        item = waiting.get(item.id)
    if as_json:
        print_json(_as_json(item))
    elif item.state == "delivered":
        click.echo(item.receipt)
    _say(item)
    return {"delivered": EXIT_DONE, "waiting": EXIT_INCOMPLETE}.get(item.state, EXIT_BAD_INPUT)


@click.command(name="send-outbox")
@click.option("--all", "everything", is_flag=True, help="Also what should wait longer.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def send_outbox_command(*, everything: bool, as_json: bool, data_directory: Path) -> int:
    """Hand over what waits, for a timer. The desk takes a report once, however often it is sent.

    Exit code 3: reports wait or were refused, or a file of the outbox cannot be read.
    """
    sent = send_outbox(_outbox(data_directory), moment=now(), everything=everything)
    for item in sent.tried:
        if not as_json and item.state == "delivered":
            click.echo(f"{item.id}  {item.receipt}")
        _say(item)
    refused = sum(item.state == "refused" for item in sent.tried)
    if as_json:
        unreadable = [str(error) for error in sent.unreadable]
        print_json(
            {"tried": [_as_json(item) for item in sent.tried], "waiting": sent.waiting, "unreadable": unreadable}
        )
    _say_unreadable(sent.unreadable)
    click.echo(f"Tried: {len(sent.tried)}. Still waiting: {sent.waiting}.", err=True)
    return EXIT_INCOMPLETE if sent.waiting or refused or sent.unreadable else EXIT_DONE


@click.command()
@click.option("--forget-delivered", is_flag=True, help="Remove what a desk has; note its receipts first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def outbox(*, forget_delivered: bool, as_json: bool, data_directory: Path) -> int:
    """List what waits for a desk and what was delivered, with receipts.

    Exit code 3: a file of the outbox cannot be read.
    """
    waiting = _outbox(data_directory)
    items, unreadable = waiting.look()
    if as_json:
        print_json({"reports": [_as_json(item) for item in items], "unreadable": [str(error) for error in unreadable]})
    for item in items:
        if not as_json:
            click.echo(f"{item.id}  {item.state}  {item.receipt or '-'}  {printable(item.to)}")
        _say(item)
        if forget_delivered and item.state == "delivered":
            waiting.forget(item)
    if not items and not unreadable:
        click.echo("Nothing waits, and nothing was delivered from here.", err=True)
    _say_unreadable(unreadable)
    return EXIT_INCOMPLETE if unreadable else EXIT_DONE


def _say_unreadable(unreadable: Sequence[OutboxError]) -> None:
    for error in unreadable:
        click.echo(printable(str(error)), err=True)


@click.command()
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--to", default=DESK_MAIL, show_default=True, metavar="ADDRESS", help="Where the mail should go.")
@click.option("-o", "--output", type=FILE, help="A draft (.eml) that a mail program opens.")
@click.option("--address", is_flag=True, help="Print a mailto: address instead of the text.")
def mail(*, path: Path, to: str, output: Path | None, address: bool) -> None:
    """Make a mail to the desk ready, for when its page and API cannot be reached. Nothing is sent."""
    document = report_document(read_report(path, received=now()))
    if output is not None:
        with new_file(output) as made:
            made.write(ready_mail(document, written=now(), to=to))
        click.echo(f"Written: {output}. Open it, look it over, and send it to {to}.", err=True)
        return
    click.echo(mailto_address(document, to=to) if address else printable_text(text_of(document)))


@click.command()
@click.option("--file", "source", type=FILE, help="Print these answers into it (JSON or labelled text).")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Of the sheet.")
@click.option("-o", "--output", required=True, type=FILE, help="The PDF to write.")
def sheet(*, source: Path | None, language: Language, output: Path) -> None:
    """Print the sheet on which an incident is reported by hand, empty or with answers. It has a number of its own."""
    document = None if source is None else report_document(read_report(source, received=now()))
    from charteroak.response.report_sheet import SHEET_POINTERS  # noqa: PLC0415 - only here
    from charteroak.services.report_sheets import print_sheet  # noqa: PLC0415 - the typesetter, only here

    left = sorted(set(written_answers(document or {})) - SHEET_POINTERS)
    if left:
        click.echo(f"The sheet has no room for: {', '.join(pointer[1:] for pointer in left)}.", err=True)
    with new_file(output) as made:
        made.write(print_sheet(document, language=language))
    click.echo(f"Written: {output}", err=True)


def printable_text(text: str) -> str:
    """Text of several lines that cannot drive a terminal."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _outbox(data_directory: Path) -> ReportOutbox:
    return ReportOutbox(DataDirectory(data_directory).outbox)


def _say(item: WaitingReport) -> None:
    if item.state == "delivered":
        click.echo(f"{item.id}: delivered; keep the receipt.", err=True)
    elif item.state == "refused":
        click.echo(f"{item.id}: {printable(item.last_problem)}", err=True)
    else:
        later = format_instant(item.next_attempt.replace(microsecond=0))
        click.echo(f"{item.id}: waits, next try after {later}. {printable(item.last_problem)}", err=True)


def _as_json(item: WaitingReport) -> dict[str, object]:
    return {
        "id": item.id,
        "to": item.to,
        "state": item.state,
        "receipt": item.receipt or None,
        "sha256": item.sha256,
        "queued": format_instant(item.queued),
        "attempts": item.attempts,
        "nextAttempt": format_instant(item.next_attempt) if item.state == "waiting" else None,
        "problem": item.last_problem or None,
    }


OUTBOX_VERBS = (outbox, send_outbox_command, mail, sheet)
