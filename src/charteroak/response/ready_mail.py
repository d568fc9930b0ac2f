"""A mail that is ready to be sent to the desk by hand, for when nothing else gets through.

It carries what the desk asks for on its page: a summary, and the technical point of contact. The whole record follows
as the labelled form, so that the desk can import the answer instead of typing it. Nothing here sends anything: the
file opens as a draft in a mail program (``X-Unsent``, which Outlook reads), and the address opens one with the text in
it (RFC 6068).
"""

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import quote

from charteroak.canonical import canonical_json
from charteroak.response.labelled_report import write_labelled
from charteroak.response.report_labels import words_of

DESK_MAIL = "ctic@ct.gov"
SUBJECT_CHARACTERS = 120
MAILTO_CHARACTERS = 1_800
"""What every mail program takes in an address; the longer rest is cut, and says so."""
_NOT_SAID = "not said"


def subject_of(document: Mapping[str, Any]) -> str:
    """One line: that it is a report, its outcome, and for whom. No control character gets in."""
    entity = document.get("entity", {}).get("name") or "an organization not named"
    outcome = words_of("/outcome", str(document.get("outcome", "unknown")), "en")
    line = f"Cyber incident report: {outcome} - {entity}"
    return "".join(letter if letter.isprintable() else " " for letter in line)[:SUBJECT_CHARACTERS]


def text_of(document: Mapping[str, Any]) -> str:
    """The text: summary and technical point of contact first, then the whole form."""
    reporter = document.get("reporter", {})
    who = ", ".join(str(reporter[name]) for name in ("name", "role", "phone", "email") if name in reporter)
    lines = [
        "A cyber incident is reported to the desk by mail, because the desk's own page could not be reached.",
        "",
        f"Summary: {document.get('narrative', '')}",
        f"Technical point of contact: {document.get('technicalContact', _NOT_SAID)}",
        f"Reported by: {who or _NOT_SAID}",
        "",
        "The same report as a form that the desk can import:",
        "",
        write_labelled(document),
    ]
    return "\n".join(lines)


def ready_mail(document: Mapping[str, Any], *, written: datetime, to: str = DESK_MAIL) -> bytes:
    """The mail as a file that opens as a draft, with the record itself attached (RFC 5322)."""
    mail = EmailMessage(policy=SMTP)
    user, _, domain = to.partition("@")
    mail["To"] = Address(username=user, domain=domain)
    mail["Subject"] = subject_of(document)
    mail["Date"] = written
    mail["X-Unsent"] = "1"
    mail.set_content(text_of(document), cte="quoted-printable")
    mail.add_attachment(
        canonical_json(document), maintype="application", subtype="json", filename="charteroak-report.json"
    )
    return mail.as_bytes()


def mailto_address(document: Mapping[str, Any], *, to: str = DESK_MAIL) -> str:
    """An address that opens a mail program with the report in it (RFC 6068); a long text is cut and says so."""
    text = text_of(document)
    start = f"mailto:{quote(to, safe='@')}?subject={quote(subject_of(document))}&body="
    room = MAILTO_CHARACTERS - len(start)
    end = quote("\r\n[The text goes on: please attach the file of the report.]")
    body = quote(text.replace("\n", "\r\n"))
    if len(body) <= room:
        return start + body
    kept = text
    while len(quote(kept.replace("\n", "\r\n"))) > room - len(end):
        kept = kept[: len(kept) * 9 // 10]
    return start + quote(kept.replace("\n", "\r\n")) + end
