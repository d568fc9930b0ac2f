"""A notice as a mail that a person opens in their own program, looks through, and sends or not."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from charteroak.documents.plain_text import plain_text
from charteroak.documents.showable_text import showable_line
from charteroak.records.incidents.models import Incident
from charteroak.services.notices import NoticeFile, drafted, file_stem, rendered


def mail_draft(incident: Incident, notice: str, language: str, moment: datetime) -> NoticeFile:
    """A mail with the draft as its text and as a PDF, marked as not sent; to an address only where one is known.

    In an exercise, subject and names say so, and it is to nobody: one press too many sends nothing to an authority.

    Raises:
        NoticeError: there is no such notice.
        DocumentNotMadeError: the typesetter refused.
    """
    found = drafted(incident, notice, language, moment)
    template, document = found.draft.template, found.draft.document
    message = EmailMessage(policy=SMTP)
    exercise = "EXERCISE, nothing happened: " if found.source.is_exercise else ""
    mark = "" if found.draft.is_whole else "DRAFT, places to fill: "
    message["Subject"] = showable_line(f"{exercise}{mark}{document.title}, {document.subtitle}, {incident.number}")
    if template.mail and not found.source.is_exercise:
        message["To"] = template.mail
    # Mail programs open a message with this header as one that is still being written.
    message["X-Unsent"] = "1"
    message.set_content(plain_text(document))
    message.add_attachment(
        rendered(document, "pdf"), maintype="application", subtype="pdf", filename=f"{file_stem(incident, notice)}.pdf"
    )
    return NoticeFile(f"{file_stem(incident, notice)}.eml", "message/rfc822", message.as_bytes())
