"""A report that came by mail: the labelled form in its text, and what is known of who sent it.

Whoever writes to the desk can put any name into a mail. So a report by mail is never a member's: what the mail claims
and what servers say about it stand beside the record, and the name is a claim until a person has asked. What machines
send by themselves (notices of absence, bounces; RFC 3834, RFC 3464) is refused, and nothing here ever answers a mail.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from charteroak.errors import CouldNotError, InputError
from charteroak.mail import limits
from charteroak.mail.addresses import first_sender
from charteroak.mail.authentication import AuthenticationClaim, read_claims
from charteroak.mail.automatic import why_automatic
from charteroak.mail.decoding import without_controls
from charteroak.mail.defects import DefectLog
from charteroak.mail.domains import registrable_domain
from charteroak.mail.hops import read_hops
from charteroak.mail.html import read_page
from charteroak.mail.mime import Message, Part, split_message
from charteroak.response.labelled_report import LabelledReportError, has_labels, parse_labelled

_QUOTED = re.compile(r"(?:\s*(?:>|&gt;))+")
"""Only ever matched at the beginning of a line: searched for, a line of blanks would be walked once for each."""
_SHOWN = 320


class MailReportError(InputError):
    """A mail is no report that can be taken; nothing was recorded."""

    code: ClassVar[str] = "report.mail"


class AutomaticMailError(MailReportError):
    """A machine sent it by itself: an absence notice, a bounce, a receipt. Nobody reports anything with it."""

    code: ClassVar[str] = "report.mail-automatic"


class MailNotReadError(CouldNotError):
    """Part of the mail could not be read, so that an answer might be missing; nothing was recorded."""

    code: ClassVar[str] = "report.mail-not-read"


@dataclass(frozen=True, slots=True)
class MailReport:
    """The document of the form, and what is known of how it came."""

    document: dict[str, Any]
    arrival: dict[str, Any]
    claimed_from: str


def read_mail_report(data: bytes, *, trusted_receivers: Collection[str] = ()) -> MailReport:
    """The report in a mail.

    ``trusted_receivers`` are the mail servers whose results may be believed (RFC 8601, section 2.2).

    Raises:
        AutomaticMailError: a machine sent it by itself.
        MailReportError: it is no mail, or holds no form, or the form only as quoted.
        LabelledReportError: the form cannot be read; the line is named.
        MailNotReadError: part of the mail could not be read.
    """
    defects = DefectLog()
    message = split_message(data, defects)
    if not message.headers.tell_a_message:
        raise MailReportError("This is no mail with its headers.", remedy="Save the original mail as .eml.")
    _refuse_machines(message)
    if defects.loses_content:
        lost = next(found for found in defects.defects() if found.kind.loses)
        raise MailNotReadError(f"Not all of this mail could be read: {lost.kind.sentence}", remedy="Ask for it anew.")
    text = _form_in(message, defects)
    hops = read_hops(message.headers)
    claims = read_claims(message.headers, hops, trusted_receivers)
    sender = first_sender(message.headers.first("from"), defects)
    return MailReport(
        parse_labelled(text),
        {
            "verified": False,
            "claimed": {
                "from": without_controls(sender.address)[:_SHOWN],
                "name": without_controls(sender.name)[:_SHOWN],
                "date": without_controls(message.headers.first("date"))[:_SHOWN],
                "messageId": without_controls(message.headers.first("message-id"))[:_SHOWN],
            },
            "checked": [claim.to_json() for claim in claims],
            "finding": finding_about(sender.domain, claims),
            "mailSha256": hashlib.sha256(data).hexdigest(),
        },
        without_controls(sender.address)[:_SHOWN],
    )


def finding_about(domain: str, claims: Collection[AuthenticationClaim]) -> str:
    """In a sentence, what is known of a sender; it never says that a person of the domain wrote it."""
    passed = [
        claim
        for claim in claims
        if claim.trusted and claim.method == "dmarc" and claim.result == "pass" and claim.domain
        and registrable_domain(claim.domain) == registrable_domain(domain)
    ]  # fmt: skip
    if passed:
        server, owner = passed[0].claimed_by, passed[0].domain
        return f"{server} says that a server of {owner} sent this mail. Who wrote it is not known."
    if any(claim.trusted and claim.method == "dmarc" and claim.result == "fail" for claim in claims):
        return f"This mail was not sent by {domain or 'the domain that it names'}: the check of its sender failed."
    return "Nothing shows that this mail comes from whom it names. Call back on a number that you have from elsewhere."


def without_quotes(text: str) -> str:
    """The text without the lines that answer programs quote from the mail before."""
    return "\n".join(line for line in text.split("\n") if not _QUOTED.match(line))


def _form_in(message: Message, defects: DefectLog) -> str:
    quoted = False
    for text in _texts(message, defects):
        own = without_quotes(text)
        if has_labels(own):
            return own
        quoted = quoted or has_labels("\n".join(_without_marks(line) for line in text.split("\n")))
    if quoted:
        raise MailReportError(
            "The answers stand in quoted lines.", remedy="Write them into a new mail, or above the quoted one."
        )
    if any(has_labels(text) for attached in message.attached for text in _texts(attached, defects)):
        raise MailReportError("The form stands in a forwarded mail.", remedy="Import that mail itself.")
    raise LabelledReportError(
        "There is no report in this mail.", remedy="Its text needs lines such as Outcome: ... and What happened: ..."
    )


def _without_marks(line: str) -> str:
    mark = _QUOTED.match(line)
    return line if mark is None else line[mark.end() :]


def _texts(message: Message, defects: DefectLog) -> Iterator[str]:
    """What a reader of the mail is shown, plain texts first."""
    shown = [part for part in message.parts if part.is_text and not part.is_attachment]
    for part in sorted(shown, key=_is_html):
        text = part.text(limits.MAX_HTML_BYTES, defects)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        yield read_page(text, defects).text if _is_html(part) else text


def _is_html(part: Part) -> bool:
    return part.content_type == "text/html"


def _refuse_machines(message: Message) -> None:
    why = why_automatic(message.headers)
    if why:
        raise AutomaticMailError(f"A machine sent this mail by itself: {why}.", remedy="There is nothing to import.")
