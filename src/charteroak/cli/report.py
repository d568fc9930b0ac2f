"""``charteroak report``: write a report of an incident, hand it in, let it wait, and ask what became of it."""

from pathlib import Path
from typing import Any

import click

from charteroak.adapters.system_clock import now
from charteroak.cli.files import existing_file, new_file, print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.report_files import FILE, read_report
from charteroak.cli.report_outbox import OUTBOX_VERBS, hand_over
from charteroak.errors import InputError
from charteroak.response.incident_report import (
    IncidentReportRecord,
    parse_report,
    report_bytes,
    report_document,
    report_sha256,
    without_names,
)
from charteroak.response.labelled_report import parse_labelled, write_labelled, write_template
from charteroak.response.report_labels import FIRST_LABELS, Language

_HOLDS_MAIL = frozenset({".eml", ".mail", ".msg"})


@click.group()
def report() -> None:
    """Report an incident, whatever way is open."""


for verb in OUTBOX_VERBS:
    report.add_command(verb)


@report.command()
@click.option(
    "--file", "source", type=FILE, help="Answers (JSON or labelled text) instead of questions; - reads stdin."
)
@click.option("--template", is_flag=True, help="Print the empty form to fill in with any editor.")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Of the form.")
@click.option("--as-text", is_flag=True, help="Write labelled text instead of JSON.")
@click.option("-o", "--output", type=FILE, help="The new file; otherwise it is printed.")
def new(*, source: Path | None, template: bool, language: Language, as_text: bool, output: Path | None) -> None:
    """Write a report file. Asks question by question, or checks answers that are there.

    Nothing is sent and nothing is recorded; hand the file in with: charteroak report file FILE
    """
    if template:
        _write(write_template(language).encode(), output)
        return
    record = _ask(language) if source is None else read_report(source, received=now())
    text = write_labelled(report_document(record), language)
    _write(text.encode() if as_text else report_bytes(record) + b"\n", output)


@report.command()
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--to", metavar="URL", help="A desk elsewhere; the report waits in the outbox until that desk has it.")
@click.option("--by", metavar="EMAIL", help="The person of this installation who reports.")
@click.option("--org", metavar="SLUG", help="The organization for which they report.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def file(*, path: Path, to: str | None, by: str | None, org: str | None, as_json: bool, data_directory: Path) -> int:
    """Hand a report in, here or to a desk elsewhere. The receipt is printed when it is on the disk.

    Exit code 3: the desk was not reached, and the report waits; send it again with: charteroak report send-outbox
    """
    record = read_report(path, received=now())
    if to is not None:
        if by is not None or org is not None:
            raise click.UsageError("--by and --org name people of this installation; leave them out with --to.")
        return hand_over(record, to, data_directory, as_json=as_json)
    open_installation(data_directory)
    from charteroak.services import report_intake  # noqa: PLC0415 - needs Django set up

    row = report_intake.take_record(record, report_intake.reporter_named(by, org))
    _print_receipt(row.receipt, record, as_json=as_json)
    return 0


@report.command(name="import")
@click.argument("path", type=FILE, metavar="FILE|MAIL")
@click.option("--trusted-receiver", "trusted_receivers", multiple=True, metavar="NAME",
              help="Mail server (authserv-id) whose results may be believed; may be repeated.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def import_(*, path: Path, trusted_receivers: tuple[str, ...], as_json: bool, data_directory: Path) -> None:
    """Take a report that came to the desk as a mail (.eml) or as a file.

    A mail proves nobody: the report is kept as one that nobody has verified, with what the mail claims and what was
    checked. The same mail taken twice is one report. Nothing is ever answered.
    """
    if path.suffix.lower() not in _HOLDS_MAIL:
        record = read_report(path, received=now())
        open_installation(data_directory)
        from charteroak.services import report_intake  # noqa: PLC0415 - needs Django set up

        row = report_intake.take_record(record, report_intake.reporter_named(None, None))
        _print_receipt(row.receipt, record, as_json=as_json)
        return
    data = read_document(path, limit_bytes=26 << 20)
    open_installation(data_directory)
    from charteroak.services import report_intake  # noqa: PLC0415 - needs Django set up

    taken, mail = report_intake.take_mail(data, trusted_receivers=trusted_receivers)
    first = taken.versions.get(number=1)
    if as_json:
        print_json({"receipt": taken.receipt, "sha256": first.sha256, "arrival": first.arrival})
        return
    click.echo(taken.receipt)
    click.echo(printable(str(first.arrival["finding"] if first.arrival else "")), err=True)
    if taken.disclosure != "anonymous":
        click.echo(
            printable(f"The mail names as its sender: {mail.claimed_from or 'nobody'}. This is a claim."), err=True
        )


@report.command()
@click.argument("receipt")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def status(*, receipt: str, as_json: bool, data_directory: Path) -> None:
    """Say what became of a report, by its receipt."""
    open_installation(data_directory)
    from charteroak.services import incident_reports, report_status  # noqa: PLC0415 - needs Django set up

    told = report_status.status_of(incident_reports.report_to_extend(receipt=receipt, even_closed=True))
    if as_json:
        print_json(told)
        return
    state = "withdrawn" if told["withdrawn"] else "closed by the desk" if told["closed"] else "with the desk"
    click.echo(f"Received {told['received']} by {told['channel']}; outcome {told['outcome']}; {state}.")
    for version in told["versions"]:
        click.echo(f"  {version['number']}. {version['kind']}, {version['received']}")


@report.command()
@click.argument("receipt")
@click.argument("paths", type=FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def attach(*, receipt: str, paths: tuple[Path, ...], as_json: bool, data_directory: Path) -> None:
    """Add files to a report, by its receipt: sealed while they are read, kept as they are, never opened."""
    found = [existing_file(path) for path in paths]
    open_installation(data_directory)
    from charteroak.services import incident_reports, report_attachments  # noqa: PLC0415 - needs Django set up

    row = incident_reports.report_to_extend(receipt=receipt)
    kept = []
    for path in found:
        with path.open("rb") as stream:
            new = report_attachments.NewAttachment(path.name, stream)
            kept.append(report_attachments.attach_file(row, new, user=None, channel="file"))
    if as_json:
        print_json(
            {"attachments": [{"number": each.number, "sha256": each.sha256, "size": each.size} for each in kept]}
        )
        return
    for each in kept:
        click.echo(f"{each.number}. {each.sha256}  {printable(each.name)}")


def _ask(language: Language) -> IncidentReportRecord:
    """The first report's questions, one by one; an answer that cannot be taken is asked again."""
    document: dict[str, Any] = {}
    for label in FIRST_LABELS:
        if document.get("disclosure") == "anonymous" and label.pointer.startswith("/reporter/"):
            continue
        hint = f" ({label.hint(language)})" if label.hint(language) else ""
        while True:
            said = click.prompt(f"{label.name(language)}{hint}", default="", show_default=False, err=True).strip()
            if not said and label.pointer not in {"/outcome", "/narrative"}:
                break
            try:
                answer = parse_labelled(f"{label.en}: {said}") if said else {}
                _merge(document, answer)
                parse_report({"outcome": "unknown", "narrative": "-"} | answer, received=now())
                break
            except InputError as error:
                click.echo(f"  {printable(error.message)} {printable(error.remedy)}", err=True)
    if document.get("disclosure") == "anonymous":
        document = without_names(document)
    return parse_report(document, received=now())


def _merge(document: dict[str, Any], answer: dict[str, Any]) -> None:
    for name, value in answer.items():
        document[name] = document.get(name, {}) | value if isinstance(value, dict) else value


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(data.decode(), nl=False)
        return
    with new_file(output) as made:
        made.write(data)
    click.echo(f"Written: {output}", err=True)


def _print_receipt(receipt: str, record: IncidentReportRecord, *, as_json: bool) -> None:
    if as_json:
        print_json({"receipt": receipt, "sha256": report_sha256(record)})
        return
    click.echo(receipt)
    click.echo("The report is with the desk. Keep the receipt.", err=True)
