"""The answer to who mailed a report in: sent once, to a sender who is confirmed, by the server that is configured.

Nothing is answered unless the operator asks for it in ``reporting.toml``, and nothing that keeps no names. What cannot
be answered is on record all the same; why it was not is said to whoever runs the command.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from django.utils.timezone import localtime

from charteroak.adapters.mail_sender import MailContentError, MailNotSentError, NewMail
from charteroak.adapters.system_clock import now
from charteroak.errors import CharterOakError
from charteroak.mail.replies import NoAnswer, addressee_of
from charteroak.records.reports.models import Report
from charteroak.response.answer_words import LANGUAGES, texts
from charteroak.response.phish_answer import answer_as_text, answer_to_reporter
from charteroak.services.answered_mails import claim_answer
from charteroak.services.outgoing_mail import mail_settings, sender_by
from charteroak.services.reporting_settings import ReportingSettings
from charteroak.services.request_limits import Caller, Limit, TooManyRequestsError, count_request

MOST_MAILS = 3
"""So many mails of one report are answered in words; of the others the receipts are named."""

ANSWERS = Limit("answer", timedelta(days=1), by_session=20, by_network=2_000, by_everyone=2_000)
"""For one sender and for all of them together: no mistake in a rule can fill a mailbox."""

_RULE = "-" * 60


def answer_by_mail(data: bytes, reports: Sequence[Report], settings: ReportingSettings) -> str:
    """Answer about reports that came in one mail; empty if it was sent, else why it was not: the end of a sentence.

    The same mail is answered once, whichever process it comes to, and however often.
    """
    rules = settings.answers
    if rules is None:
        return "reporting.toml asks for no answers"
    if any(report.disclosure == Report.Disclosure.ANONYMOUS for report in reports):
        return "the report keeps no names"
    found = addressee_of(data, domains=rules.domains, trusted_receivers=rules.trusted_receivers)
    if isinstance(found, NoAnswer):
        return found.reason
    if found.address == settings.mail_in.lower():
        return "it came from the address for reports itself"
    try:
        configured = mail_settings()
    except CharterOakError as error:
        return f"mail.toml cannot be used: {error.message}"
    send = sender_by(configured)
    if send is None or configured is None:
        return "no server for outgoing mail is configured"
    mail = NewMail(
        to=found.address,
        subject=texts()["subject"].in_(found.language),
        text=text_of_answer(reports, found.language, settings, place=configured.portal),
        message_id=f"{hashlib.sha256(data).hexdigest()[:32]}.answer@charteroak.invalid",
        sent=now(),
        answers=found.message_id,
        is_reply=True,
    )
    try:
        count_request(ANSWERS, Caller("", hashlib.sha256(found.address.encode()).hexdigest()))
        # Before it is sent: an answer whose sending ended in doubt is not sent again either.
        if not claim_answer(data, sender=found.address, message_id=found.message_id):
            return "it was answered before"
        send(mail)
    except TooManyRequestsError:
        return "its sender was answered too often today"
    except (MailNotSentError, MailContentError) as error:
        return f"it could not be sent: {error.message}"
    return ""


def answer_handed_over(data: bytes, sender: str, reports: Sequence[Report], settings: ReportingSettings) -> str:
    """The same about a mail that a server handed over by SMTP or LMTP, whose envelope names ``sender``.

    Writing the envelope's sender on the top of a mail is for whoever delivers it (RFC 5321, section 4.4), and here that
    is us. One that bears such a field already was not taken in by an ordinary server, and is not answered.
    """
    return answer_by_mail(b"Return-Path: <%s>\r\n" % sender.encode("utf-8", "replace") + data, reports, settings)


def text_of_answer(reports: Sequence[Report], first: str, settings: ReportingSettings, *, place: str = "") -> str:
    """The answer in both languages, the reader's first."""
    parts = []
    for language in (first, *(other for other in LANGUAGES if other != first)):
        parts += [_about(report, language, settings, place) for report in reports[:MOST_MAILS] if report.analysis]
        parts += [f"{report.receipt}\n" for report in reports[MOST_MAILS:]]
    return f"\n{_RULE}\n\n".join(parts)


def _about(report: Report, language: str, settings: ReportingSettings, place: str) -> str:
    analysis = report.analysis or {}
    deeds = report.details.get("whatHappened", [])
    answer = answer_to_reporter(analysis, deeds, language=language, numbers=settings.call)
    received = localtime(report.received)
    when = f"{received:%Y-%m-%d %H:%M} {received.tzname()}"
    is_exercise = report.space_id is not None
    page = f"{place}/report/status/" if place else ""
    return answer_as_text(answer, receipt=report.receipt, when=when, place=page, is_exercise=is_exercise)
