"""Suspicious mail that is handed in, by any way: each message in it becomes one report, with one receipt.

Everything that comes at once is looked at before anything is recorded, so that what cannot be used is refused whole. A
mail that was forwarded to an address for reports is nobody's proof of who sent it: the envelope's sender is kept as a
claim, never becomes an indicator, and is not kept at all where the address promises anonymity.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from charteroak.errors import InputError
from charteroak.mail.addresses import first_sender
from charteroak.mail.automatic import why_no_report
from charteroak.mail.defects import DefectLog
from charteroak.mail.handed_in import HandedIn, forwarded
from charteroak.mail.mime import split_message
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Report
from charteroak.services.filed_reports import Reporter
from charteroak.services.reports import (
    MESSAGE_LIMIT_BYTES,
    PhishReport,
    ReportInputError,
    file_phish_report,
    filed_before,
    read_message,
)

_CLAIMED = "Forwarded by mail. Who forwarded it is a claim: anybody can write any name."


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail to an address for reports: its reports, or why it is none."""

    reports: tuple[Report, ...] = ()
    dropped: str = ""


def phish_reports(messages: Sequence[HandedIn], answers: PhishReport) -> tuple[PhishReport, ...]:
    """One report for each message, with the answers that were given for all of them."""
    reports = []
    for each in messages:
        # What somebody writes above a mail is often signed, so that an anonymous report keeps none of it.
        written = (answers.note,) if _is_anonymous(answers) else (answers.note, each.note)
        note = "\n\n".join(part for part in written if part)
        reports.append(replace(answers, message=each.data, carriers=each.carriers, note=note))
    return tuple(reports)


def file_handed_in(
    reports: Sequence[PhishReport], reporter: Reporter, *, token: str, desk: Organisation | None = None
) -> tuple[Report, ...]:
    """File each message; sent again with the same ``token``, each gives the report that it made.

    Raises:
        ReportInputError: one of them cannot be used; nothing was recorded.
        NoDeskError: there is no desk.
    """
    if len(reports) > 1:
        for number, report in enumerate(reports, start=1):
            try:
                read_message(report.message, reporter=reporter, carriers=report.carriers)
            except ReportInputError as error:
                raise ReportInputError(
                    f"Mail {number} of {len(reports)}: {error.message} Nothing was recorded.",
                    field=error.field,
                    remedy=error.remedy,
                ) from error
    return tuple(
        file_phish_report(report, reporter, token=token_of(token, number), desk=desk)
        for number, report in enumerate(reports)
    )


def handed_in_before(reports: Sequence[PhishReport], reporter: Reporter, *, token: str) -> tuple[Report, ...]:
    """The reports that these very messages made when they were sent before; none unless all of them were."""
    rows = [filed_before(report, reporter, token=token_of(token, number)) for number, report in enumerate(reports)]
    return tuple(row for row in rows if row is not None) if all(row is not None for row in rows) else ()


def token_of(token: str, number: int) -> str:
    """The token of one message of several that came under one token."""
    return f"{token}:{number}" if token and number else token


def token_of_file(message: bytes) -> str:
    """The token of a mail that came as a file: its own digest, so that it is filed once by each reporter."""
    return f"phish-file:{hashlib.sha256(message).hexdigest()}"


def take_forwarded(
    data: bytes,
    *,
    sender: str | None,
    disclosure: str = Report.Disclosure.DESK_ONLY,
    channel: str = "mail",
    desk: Organisation | None = None,
) -> Taken:
    """Record what a mail reports that came to an address for reports; the same mail again gives the same receipts.

    ``sender`` is what the envelope says; ``None`` where there is none, and then the mail's own fields are asked. What a
    machine sent by itself is dropped with its reason.

    Raises:
        ReportInputError, MailInputError: it holds nothing that can be taken; nothing was recorded.
        NoDeskError: there is no desk.
    """
    if len(data) > MESSAGE_LIMIT_BYTES:
        raise ReportInputError(
            f"The mail is larger than {MESSAGE_LIMIT_BYTES >> 20} MB.", field="message", remedy="Describe it instead."
        )
    message = split_message(data, DefectLog())
    if not message.headers.tell_a_message:
        raise ReportInputError("This is no mail with its headers.", field="message")
    messages = forwarded(data)
    carries_mail = bool(message.attached) or any(part.file_name.lower().endswith(".msg") for part in message.parts)
    reason = why_no_report(message.headers, envelope_sender=sender, carries_mail=carries_mail)
    if reason:
        return Taken(dropped=f"A machine sent this mail by itself: {reason}.")
    claimed = sender or _named_in(data)
    is_anonymous = disclosure == Report.Disclosure.ANONYMOUS
    answers = PhishReport(
        message=b"",
        outcome=Report.Outcome.UNKNOWN,
        disclosure=disclosure,
        channel=channel,
        arrival={"verified": False, "finding": "Forwarded by mail to an address that keeps no names."}
        if is_anonymous
        else {"verified": False, "finding": _CLAIMED, "claimed": {"from": claimed, "name": ""}, "checked": []},
    )
    messages = tuple(replace(each, carriers=tuple(sorted({*each.carriers, claimed} - {""}))) for each in messages)
    token = f"mail-in:{hashlib.sha256(data).hexdigest()}"
    reporter = Reporter() if is_anonymous else Reporter(contact=claimed)
    return Taken(file_handed_in(phish_reports(messages, answers), reporter, token=token, desk=desk))


def reply_about(data: bytes, *, sender: str, disclosure: str, channel: str) -> tuple[str, Taken | InputError]:
    """Take a mail and say in a reply of SMTP what became of it: 250 is said after the durable write alone.

    Raises:
        Exception: it could not be recorded now; whoever answers says so with a reply that begins with 4.
    """
    try:
        taken = take_forwarded(data, sender=sender, disclosure=disclosure, channel=channel)
    except InputError as error:
        return f"554 5.6.0 {error.message}", error
    if taken.dropped:
        return f"250 2.0.0 Dropped: {taken.dropped}", taken
    return "250 2.0.0 Reported", taken


def _is_anonymous(answers: PhishReport) -> bool:
    return answers.disclosure == Report.Disclosure.ANONYMOUS


def _named_in(data: bytes) -> str:
    headers = split_message(data, DefectLog()).headers
    for name in ("return-path", "from"):
        if "@" in (address := first_sender(headers.first(name), DefectLog()).address):
            return address[:320]
    return ""
