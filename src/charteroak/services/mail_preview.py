"""What an analyst sees of a reported mail without opening it: words, structure, journey, files, small pictures.

The mail itself is never shown. Its HTML comes as markup without a single attribute (``mail.safe_markup``), pictures are
made anew from their pixels in the worker process, and whoever reported or received the mail is left out, as in
everything that is derived from it.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser

from charteroak.mail import limits
from charteroak.mail.addresses import first_sender, parse_mailboxes
from charteroak.mail.defects import DefectLog
from charteroak.mail.filetypes import detect_type
from charteroak.mail.headers import Headers
from charteroak.mail.hops import parse_date, read_hops
from charteroak.mail.html import looks_like_html, read_page
from charteroak.mail.journey import read_journey
from charteroak.mail.mime import Message, Part, split_message
from charteroak.mail.people import PLACEHOLDER, PeopleNames
from charteroak.mail.personal_links import PersonalLinks
from charteroak.mail.privacy import Shield, read_recipients
from charteroak.mail.reading import reported_messages, reporter_addresses
from charteroak.mail.safe_markup import (
    MAX_SHOWN_CHARACTERS,
    markup_of_words,
    safe_address,
    safe_markup,
    safe_text,
    words_of_markup,
)
from charteroak.records.accounts.models import User
from charteroak.records.reports.models import Report
from charteroak.services.access import access_report, refuse
from charteroak.services.evidence_files import store_of
from charteroak.services.mail_analysis import mail_in_file, small_copy_of_picture

MAX_TEXTS = 4
"""Text parts of each kind; a lure has one or two."""
MAX_PICTURES = 8
MAX_COMPARED = 100
_PICTURES = frozenset({"png", "jpeg", "gif", "webp", "bmp", "tiff"})
_TAKEN_OUT = ("script", "style", "form", "img", "svg", "iframe", "object", "embed", "link", "meta", "base", "video")
_MAX_LINK = 4_000
_LONG_WORD = re.compile(r"[^\s<>\"']{10,4000}")
_ADDRESS_WORD = re.compile(r"\S*(?:hxxp|\[@\]|\[\.\])\S*")


@dataclass(frozen=True, slots=True)
class ShownHop:
    """One step of the journey, topmost first; ``seconds`` since the step before it, which may be negative."""

    by: str
    sender: str
    address: str
    at: datetime | None
    seconds: int | None

    @property
    def runs_backwards(self) -> bool:
        """Whether its clock says that it had the mail before the one that sent it."""
        return self.seconds is not None and self.seconds < 0


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text part; ``markup`` is safe to write into a page as it is."""

    text: str
    markup: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class MailPreview:
    """One reported mail as it may be shown."""

    subject: str
    sender: str
    reply_to: str
    return_path: str
    date: datetime | None
    hops: Sequence[ShownHop]
    pages: Sequence[ShownText]
    texts: Sequence[ShownText]
    taken_out: Sequence[tuple[str, int]]
    files: Sequence[Mapping[str, Any]]
    pictures: Sequence[int]
    pictures_left_out: int
    links: Sequence[str]
    more_messages: int


@dataclass(frozen=True, slots=True)
class MailComparison:
    """Two mails of one campaign, and what differs: name of the trait, here, there; links as three lists."""

    report: Report
    other: Report
    mail: MailPreview
    other_mail: MailPreview
    differing: Sequence[tuple[str, str, str]]
    links_here: Sequence[str]
    links_there: Sequence[str]
    links_shared: Sequence[str]


def preview_mail(user: User | AnonymousUser, number: int) -> MailPreview:
    """The safe preview of a report's mail, for an analyst of its desk.

    Raises:
        AccessError: the report is absent, not theirs, or about no mail.
        EvidenceErasedError, EvidenceMissingError: the bytes are gone.
    """
    return _preview(access_report(user, number))


def picture_of_mail(user: User | AnonymousUser, number: int, position: int) -> bytes:
    """One picture of a report's mail, made anew as a small PNG.

    Raises:
        AccessError: there is none, no small copy can be made, or it is not theirs.
        EvidenceErasedError, EvidenceMissingError: the bytes are gone.
    """
    pictures = _pictures(_opened(access_report(user, number))[0])
    if not 1 <= position <= min(len(pictures), MAX_PICTURES):
        refuse()
    return small_copy_of_picture(pictures[position - 1].data) or refuse()


def mails_to_compare(user: User | AnonymousUser, number: int) -> Sequence[Report]:
    """The other mails of the campaign that a report belongs to, newest first.

    Raises:
        AccessError: the report is absent or not theirs.
    """
    report = access_report(user, number)
    if report.campaign is None or not report.message_sha256:
        return []
    others = report.campaign.reports.filter(desk=report.desk).exclude(pk=report.pk).exclude(message_sha256="")
    return list(others.order_by("-received", "-pk")[:MAX_COMPARED])


def compare_mails(user: User | AnonymousUser, number: int, other_number: int) -> MailComparison:
    """Two mails of one campaign beside each other.

    Raises:
        AccessError: a report is absent, not theirs, about no mail, or they are not of one campaign.
        EvidenceErasedError, EvidenceMissingError: the bytes are gone.
    """
    report, other = access_report(user, number), access_report(user, other_number)
    if report.pk == other.pk or report.campaign_id is None or report.campaign_id != other.campaign_id:
        refuse()
    mail, other_mail = _preview(report), _preview(other)
    names = ("subject", "sender", "reply_to", "return_path")
    pairs = [(name, getattr(mail, name), getattr(other_mail, name)) for name in names]
    return MailComparison(
        report=report,
        other=other,
        mail=mail,
        other_mail=other_mail,
        differing=[pair for pair in pairs if pair[1] != pair[2]],
        links_here=[link for link in mail.links if link not in other_mail.links],
        links_there=[link for link in other_mail.links if link not in mail.links],
        links_shared=[link for link in mail.links if link in other_mail.links],
    )


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Who stays out of what is shown: addresses, plain or encoded in a word, names, and links that hold either."""

    shield: Shield
    people: PeopleNames
    links: PersonalLinks

    def text(self, text: str) -> str:
        shown = self.shield.redact(text)
        if self.shield.addresses or self.links.are_there:
            shown = _LONG_WORD.sub(self._word, shown)
        return self.people.redact(shown)

    def _word(self, found: re.Match[str]) -> str:
        word = found[0]
        if self.shield.mentions(word):
            word = (self.shield.cut_link(word) if "://" in word else "") or PLACEHOLDER
        return (self.links.cut(word) or PLACEHOLDER) if "://" in word else word


def _opened(report: Report) -> tuple[Message, _Hidden, int]:
    """The reported message, who stays out of what is shown, and how many further messages the report carries."""
    if not report.message_sha256:
        refuse()
    data = mail_in_file(store_of(report.desk).read(report.message_sha256))
    message = split_message(data, DefectLog())
    known = [contact for contact in [report.details.get("reporterContact", "")] if contact]
    carried = reported_messages(message, known)
    reporters: Collection[str] = (*known, *reporter_addresses(message)) if carried else known
    shown = carried[0] if carried else message
    recipients = read_recipients(shown.headers, read_hops(shown.headers), DefectLog())
    filed_by = "" if report.filed_by is None else str(report.filed_by)
    names = (str(report.details.get("reporterName", "")), filed_by, *(each.name for each in recipients))
    shield = Shield((each.address for each in recipients), reporters)
    sources = (part.text(limits.MAX_HTML_BYTES, DefectLog()) for part in shown.parts if not part.is_attachment)
    hidden = _Hidden(shield, PeopleNames(names), PersonalLinks(names, shield.addresses, sources))
    return shown, hidden, max(len(carried or shown.attached) - 1, 0)


def _preview(report: Report) -> MailPreview:
    message, hidden, more = _opened(report)
    headers = message.headers
    bodies = [part for part in message.parts if not part.is_attachment]
    sources = [(part, part.text(limits.MAX_HTML_BYTES, DefectLog())) for part in bodies if part.data.strip()]
    pages = [hidden.shield.redact(source) for part, source in sources if _is_page(part, source)]
    texts = [hidden.shield.redact(source) for part, source in sources if not _is_page(part, source)]
    readings = [read_page(source, DefectLog()) for source in pages[:MAX_TEXTS]]
    tags = Counter(tag for reading in readings for tag in reading.tags)
    analysis: Mapping[str, Any] = report.analysis or {}
    pictures = len(_pictures(message))
    references = [reference.address for reading in readings for reference in reading.references]
    return MailPreview(
        subject=safe_text(headers.text("subject", DefectLog())[:1000], hidden.text),
        sender=_mailboxes(headers, "from", hidden),
        reply_to=_mailboxes(headers, "reply-to", hidden),
        return_path=safe_text(first_sender(headers.first("return-path"), DefectLog()).address[:320], hidden.text),
        date=parse_date(headers.first("date")),
        hops=_hops(headers, hidden.shield),
        pages=[_shown_page(source, hidden) for source in pages[:MAX_TEXTS]],
        texts=[_shown_text(source, hidden) for source in texts[:MAX_TEXTS]],
        taken_out=[(tag, tags[tag]) for tag in _TAKEN_OUT if tags[tag]],
        files=[
            {**file, "name": safe_text(str(file.get("name", "")), hidden.text)[:200]}
            for file in analysis.get("attachments", [])
        ],
        pictures=range(1, min(pictures, MAX_PICTURES) + 1),
        pictures_left_out=max(pictures - MAX_PICTURES, 0),
        links=_links(references, texts[:MAX_TEXTS], hidden),
        more_messages=more,
    )


def _is_page(part: Part, source: str) -> bool:
    return part.content_type in {"text/html", "application/xhtml+xml"} or looks_like_html(source)


def _shown_page(source: str, hidden: _Hidden) -> ShownText:
    markup, is_whole = safe_markup(source, hidden.text)
    # Tags may part an address or a name that is read as one all the same; then the words are shown without them.
    for between in ("\n", ""):
        words = words_of_markup(markup, between)
        if (shown := hidden.text(words)) != words:
            return ShownText("", markup_of_words(shown), is_whole)
    return ShownText("", markup, is_whole)


def _shown_text(source: str, hidden: _Hidden) -> ShownText:
    shown = safe_text(source[:MAX_SHOWN_CHARACTERS], hidden.text)
    return ShownText(shown, "", len(source) <= MAX_SHOWN_CHARACTERS)


def _pictures(message: Message) -> list[Part]:
    return [part for part in message.parts if detect_type(part.data) in _PICTURES]


def _mailboxes(headers: Headers, name: str, hidden: _Hidden) -> str:
    found = [
        mailbox
        for value in headers.all(name)[:4]
        for mailbox in parse_mailboxes(value, DefectLog(), limit=limits.MAX_SENDER_CHARACTERS)
    ]
    written = (f"{each.name[:200]} <{each.address[:320]}>" if each.name else each.address[:320] for each in found[:4])
    return safe_text(", ".join(written), hidden.text)


def _hops(headers: Headers, shield: Shield) -> list[ShownHop]:
    return [
        ShownHop(safe_text(step.by), safe_text(step.sender), step.address.replace(".", "[.]"), step.at, step.seconds)
        for step in read_journey(headers, shield, ())
    ]


def _links(references: Sequence[str], texts: Sequence[str], hidden: _Hidden) -> list[str]:
    """Addresses of web pages and people that a mail leads to, defanged, each once, in their order."""
    found = [safe_address(hidden.text(address[:_MAX_LINK])[:300].strip()) for address in references]
    for text in texts:
        found += [
            word.strip(".,;()<>\"'")
            for word in _ADDRESS_WORD.findall(safe_text(text[:MAX_SHOWN_CHARACTERS], hidden.text))
        ]
    return list(dict.fromkeys(link for link in found if link and not link.startswith("#")))[:MAX_COMPARED]
