"""``charteroak incident`` verbs about notices: the list, one with its checklist or as a file, that it was sent."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.files import existing_file, new_file, print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, recorder_of, writes
from charteroak.clock import parse_instant
from charteroak.errors import InputError

if TYPE_CHECKING:
    from charteroak.law.duties import DutyAnswer
    from charteroak.records.incidents.models import Incident
    from charteroak.services.notice_list import NoticeLine
    from charteroak.services.programs import UploadedFile

_LANGUAGES = ("en", "es")


def _language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--language", type=click.Choice(_LANGUAGES), default="en", show_default=True, help="Of the notice."
    )(command)


@click.command("notices")
@org_option
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def notices(*, org: str, number: str, as_json: bool, data_directory: Path) -> int:
    """List the notices of an incident: due, perhaps due, sent, and what each draft still lacks.

    Exit code 1: a notice is due and not on record as sent, or a fact is missing to tell.
    """
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - only here
    from charteroak.services.notice_list import NoticeState, notice_list  # noqa: PLC0415 - needs Django set up

    lines = notice_list(_incident(org, number), now())
    if as_json:
        print_json({"incident": number, "notices": [_line_json(line) for line in lines], "notLegalAdvice": True})
    else:
        for state in NoticeState:
            chosen = [line for line in lines if line.state is state]
            if chosen:
                click.echo(f"{state.value.upper().replace('-', ' ')} ({len(chosen)})")
            for line in chosen:
                click.echo(printable(f"  {line.template.id}: {line.template.recipient}"))
                for answer in line.answers if state in {NoticeState.DUE, NoticeState.MAY_BE_DUE} else ():
                    click.echo(printable(f"      {_timing(answer)}"))
                click.echo(f"      {line.draft.blanks} blank, {line.draft.for_counsel} for counsel")
        click.echo("This is not legal advice; counsel should read each notice.")
    return int(any(line.state in {NoticeState.DUE, NoticeState.MAY_BE_DUE} for line in lines))


@click.command("notice")
@org_option
@click.argument("number")
@click.argument("code")
@_language_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The new file: .pdf, .docx, .txt or .eml.")
@click.option("--checklist", is_flag=True, help="Write the checklist instead of the notice.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def notice(
    *,
    org: str,
    number: str,
    code: str,
    language: str,
    output: Path | None,
    checklist: bool,
    as_json: bool,
    data_directory: Path,
) -> int:
    """Show one notice with what it has to say, or write its draft as a file.

    What is not known is a blank in the draft. Exit code 1: something is blank or is for counsel.
    """
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - only here
    from charteroak.services import notice_mail  # noqa: PLC0415 - needs Django set up
    from charteroak.services import notices as drafts  # noqa: PLC0415 - needs Django set up

    incident, moment = _incident(org, number), now()
    found = drafts.drafted(incident, code, language, moment)
    if output is not None:
        form = output.suffix.lower().removeprefix(".")
        if form == "eml":
            made = notice_mail.mail_draft(incident, code, language, moment)
        elif form in drafts.FORMS:
            made = drafts.notice_file(incident, code, language, form, moment, checklist=checklist)  # type: ignore[arg-type] # a form
        else:
            raise InputError("A notice is written as .pdf, .docx, .txt or .eml.", remedy="Name the file so.")
        with new_file(output) as target:
            target.write(made.content)
    if as_json:
        print_json(
            {
                "incident": number,
                "notice": code,
                "language": language,
                "recipient": found.draft.template.recipient,
                "duties": [answer.to_json() for answer in found.answers],
                "items": [
                    {"id": each.id, "asks": each.asks, "state": each.state.value, "because": each.because}
                    for each in found.draft.items
                ],
                "blanks": found.draft.blanks,
                "forCounsel": found.draft.for_counsel,
                "file": None if output is None else str(output),
                "notLegalAdvice": True,
            }
        )
    elif output is not None:
        click.echo(printable(f"{found.draft.template.title}: {output}"))
    else:
        for answer in found.answers:
            click.echo(printable(f"{answer.duty.code} ({answer.status.value}): {_timing(answer)}"))
        for item in found.draft.items:
            click.echo(printable(f"  [{item.state.value}] {item.asks}"))
            click.echo(printable(f"      {item.because}"))
    return int(not found.draft.is_whole)


@click.command("notice-sent")
@click.argument("number")
@click.argument("code")
@_language_option
@click.option("--to", required=True, metavar="NAME", help="To whom it went.")
@click.option("--at", "sent", required=True, metavar="TIME", help="When, with offset: 2026-03-01T09:00:00-05:00.")
@click.option("--how", required=True, help="By letter, by mail, through a web form.")
@click.option("--file", "document", type=click.Path(path_type=Path), help="Exactly what was sent.")
@click.option("--proof", type=click.Path(path_type=Path), help="A receipt or a confirmation.")
@click.option(
    "--duty", "duties", multiple=True, metavar="CODE", help="Which of its duties this served; all if left out."
)
@click.option("--note", default="", help="Anything else.")
@writes
def notice_sent(
    *,
    number: str,
    code: str,
    language: str,
    to: str,
    sent: str,
    how: str,
    document: Path | None,
    proof: Path | None,
    duties: tuple[str, ...],
    note: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Put on record that a notice was sent. This program sends nothing."""
    moment = parse_instant(sent)
    open_installation(data_directory)
    from charteroak.services import notice_sending  # noqa: PLC0415 - needs Django set up

    incident = _incident(org, number)
    with ExitStack() as opened:
        new = notice_sending.NewSending(
            notice=code,
            language=language,
            to=to,
            sent=moment,
            how=how,
            note=note,
            duties=duties,
            document=_upload(document, opened),
            proof=_upload(proof, opened),
        )
        row = notice_sending.record_sending(incident, new, recorder_of(by))
    index = None if row.entry is None else row.entry.index
    if as_json:
        print_json({"incident": number, "sending": row.pk, "entry": index, "sha256": row.sha256 or None})
    else:
        click.echo(printable(f"{row.notice} recorded as sent; entry {index} of {org}. Sending {row.pk}."))


@click.command("notice-withdraw")
@click.argument("number")
@click.argument("sending", type=int)
@click.option("--reason", required=True, help="Why it counts no more.")
@writes
def notice_withdraw(
    *, number: str, sending: int, reason: str, org: str, by: str | None, as_json: bool, data_directory: Path
) -> None:
    """Say that a sending was recorded by mistake. Its entry stays; a further one says that it counts no more."""
    open_installation(data_directory)
    from charteroak.services import notice_sending  # noqa: PLC0415 - needs Django set up

    row = notice_sending.withdraw_sending(_incident(org, number), sending, reason, recorder_of(by))
    index = None if row.entry is None else row.entry.index
    if as_json:
        print_json({"incident": number, "sending": sending, "entry": index})
    else:
        click.echo(f"Withdrawn; entry {index} of {org}.")


def _incident(org: str, number: str) -> "Incident":
    from charteroak.services import accounts, incidents  # noqa: PLC0415 - needs Django set up

    return incidents.incident_named(accounts.organisation_named(org), number)


def _upload(path: Path | None, opened: ExitStack) -> "UploadedFile | None":
    from charteroak.services.programs import UploadedFile  # noqa: PLC0415 - needs Django set up

    if path is None:
        return None
    stream = opened.enter_context(existing_file(path).open("rb"))
    return UploadedFile(path.name, "application/octet-stream", stream)


def _timing(answer: "DutyAnswer") -> str:
    limit = "" if answer.outer_limit is None else f"; outer limit {answer.outer_limit.isoformat()}"
    return f"{answer.duty.standard}{limit}"


def _line_json(line: "NoticeLine") -> dict[str, Any]:
    return {
        "code": line.template.id,
        "recipient": line.template.recipient,
        "title": line.template.title,
        "state": line.state.value,
        "languages": list(line.languages),
        "duties": [
            {
                "code": answer.duty.code,
                "status": answer.status.value,
                "standard": answer.duty.standard,
                "outerLimit": None if answer.outer_limit is None else answer.outer_limit.isoformat(),
            }
            for answer in line.answers
        ],
        "blanks": line.draft.blanks,
        "forCounsel": line.draft.for_counsel,
        "version": line.version or None,
        "sent": [
            {"at": row.sent.isoformat(), "to": row.to, "how": row.how, "sha256": row.sha256 or None}
            for row in line.sent
        ],
    }
