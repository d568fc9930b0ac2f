"""Mail that machines send by themselves: notices of absence, bounces, loops (RFC 3834, RFC 3464, RFC 5321 6.3)."""

import re

from charteroak.mail import limits
from charteroak.mail.addresses import first_sender
from charteroak.mail.decoding import parse_parameters, without_controls
from charteroak.mail.defects import DefectLog
from charteroak.mail.headers import Headers

_ANSWERED_BY_ITSELF = re.compile(r"auto-(?:replied|notified)", re.IGNORECASE)
_MACHINES = re.compile(r"(?:mailer-daemon|postmaster|no-?reply-bounce|bounces?)(?:[+-].*)?@", re.IGNORECASE)
_REPORT_OF_ABUSE = "feedback-report"


def why_automatic(headers: Headers) -> str:
    """Why a mail is a machine's own answer, as the end of a sentence; empty if nothing says so."""
    if reason := _why_answer(headers):
        return reason
    if headers.first("precedence").strip().lower() in {"auto_reply", "bulk", "junk"}:
        return "Precedence says so"
    if any(value.strip() == "<>" for value in headers.all("return-path")):
        return "it has an empty sender, as bounces have"
    if _MACHINES.match(first_sender(headers.first("from"), DefectLog()).address):
        return "its sender is a mail system"
    return ""


def why_no_report(headers: Headers, *, envelope_sender: str | None, carries_mail: bool) -> str:
    """Why a mail to an address for reports is none and is dropped, as the end of a sentence; empty if it is one.

    A mail that carries another one as a file is a report whoever sent it, also a rule of a mail server that names no
    sender; a bounce, an absence notice and a loop are none. ``envelope_sender`` is ``None`` where it is not known.
    """
    if len(headers.all("received")) > limits.MAX_LOOP_RECEIVED:
        return "it goes round in a loop"
    content_type, parameters = parse_parameters(headers.first("content-type"))
    if (content_type, parameters.get("report-type", "").lower()) == ("multipart/report", _REPORT_OF_ABUSE):
        return ""
    if reason := _why_answer(headers):
        return reason
    if carries_mail:
        return ""
    return "it has an empty sender, as bounces have" if envelope_sender == "" else why_automatic(headers)


def _why_answer(headers: Headers) -> str:
    content_type, parameters = parse_parameters(headers.first("content-type"))
    if content_type == "multipart/report":
        return f"it is a report of type {without_controls(parameters.get('report-type', 'unknown'))[:60]}"
    if _ANSWERED_BY_ITSELF.match(headers.first("auto-submitted").strip()):
        return "Auto-Submitted says so"
    if headers.first("x-autoreply") or headers.first("x-autorespond"):
        return "X-Autoreply says so"
    return ""
