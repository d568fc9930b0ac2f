"""Everything that is read from one message before anything is judged.

``read_message`` takes the bytes apart and brings each part into the form that signals, observables and campaign keys
work on. It never raises and never judges.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from charteroak.mail import limits
from charteroak.mail.addresses import Mailbox, first_sender, parse_mailboxes
from charteroak.mail.attachments import Attachment, describe_attachment
from charteroak.mail.authentication import AuthenticationClaim, read_claims
from charteroak.mail.calendars import calendar_files, calendar_text, is_calendar
from charteroak.mail.decoding import parse_parameters, without_controls
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.domains import registrable_domain, shared_services
from charteroak.mail.embedded import acts_by_itself, drawn_text, embedded_files, unpacked_texts
from charteroak.mail.filetypes import PAGE_EXTENSIONS, detect_type, extension
from charteroak.mail.headers import Headers
from charteroak.mail.hops import Hop, connecting_address, parse_date, read_hops
from charteroak.mail.html import Page, looks_like_html, makes_a_file, read_page
from charteroak.mail.identity import ProtectedNames, protected_names
from charteroak.mail.inside.finding import Inside, Inspector
from charteroak.mail.language import plain_text
from charteroak.mail.mime import Message, Part, split_message
from charteroak.mail.opening import FileOpener
from charteroak.mail.privacy import Shield, read_recipients
from charteroak.mail.urls import Link, LinkCollector

_ENCRYPTED_TYPES = {"multipart/encrypted", "application/pgp-encrypted"}
_SMIME_TYPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_COVER_NOTE_CHARACTERS = 1200
"""Longest note, blanks not counted, that still looks like a report's cover; a signature and a disclaimer fit in."""

_TEXT_ATTACHMENTS = ("text/plain", "text/calendar", "text/rfc822-headers", "message/delivery-status")
_ZIP = b"PK\x03\x04"
_TEXT_FILES = frozenset({"text", "calendar", "contact", "xml", "script", "internet-shortcut"})
"""Detected types of attached files that are read as text, whatever the message calls them."""


class Reading(Struct, frozen=True):
    """One message, read.

    Texts are bounded. ``raw_body`` keeps its invisible characters, ``plain`` is the form that phrases are compared in
    (``plain_subject`` and ``plain_name``, the sender's, likewise),
    ``followed`` are the links that a reader is meant to go to,
    ``own_domains`` are those of the people who received the message. ``may_be_report`` is set where messages are
    attached: then the sender is perhaps not the attacker but whoever reported, and is no observable.
    """

    headers: Headers
    subject: str
    sender: Mailbox
    senders: tuple[Mailbox, ...]
    reply_to: Mailbox
    return_path: Mailbox
    recipients: tuple[Mailbox, ...]
    shield: Shield
    may_be_report: bool
    date: datetime | None
    hops: tuple[Hop, ...]
    connecting_address: str
    authentication: tuple[AuthenticationClaim, ...]
    raw_body: str
    plain: str
    plain_subject: str
    plain_name: str
    own_domains: tuple[str, ...]
    tags: tuple[str, ...]
    image_count: int
    has_password_field: bool
    has_base: bool
    links: tuple[Link, ...]
    followed: tuple[Link, ...]
    mail_links: tuple[str, ...]
    active_schemes: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    protected: ProtectedNames


@dataclass(slots=True)
class _Contents:
    """Gathers the texts, pages, links and files of a message and of those attached to it."""

    defects: DefectLog
    links: LinkCollector
    opener: FileOpener
    texts: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    image_count: int = 0
    has_password_field: bool = False
    has_base: bool = False
    text_left: int = limits.MAX_TEXT_BYTES
    html_left: int = limits.MAX_HTML_BYTES
    tags_left: int = limits.MAX_HTML_TAGS
    inner_pages_left: int = limits.MAX_PAGES_IN_PAGES
    messages_left: int = limits.MAX_ATTACHED_DEPTH
    subject: str = ""

    def take(self, message: Message, place: str) -> None:
        if message.headers.first("content-type").partition(";")[0].strip().lower() in _ENCRYPTED_TYPES:
            self.defects.note(DefectKind.ENCRYPTED)
        for part in _texts_before_archives(message.parts):
            self._take_part(part, place)
        for attached in message.attached:
            self.take(attached, "attached message")

    def _take_part(self, part: Part, place: str) -> None:
        page: Page | None = None
        if part.is_attachment:
            place = "attachment"
        if _is_called_html(part):
            page = self._read_html(part, place)
        elif is_calendar(part.content_type, part.data if part.is_attachment else b""):
            # What stands in a message's own text is shown as it is written, whatever words it begins with.
            page = self._read_calendar(part, place)
        elif _looks_like_html(part):
            page = self._read_html(part, place)
        elif _is_read_as_text(part):
            page = self._read_text(part, place)
        if part.is_attachment or part.content_type.startswith("image/"):
            if part.content_type in _SMIME_TYPES and extension(part.file_name) in {"p7m", ""}:
                # What is signed as a whole (RFC 8551 section 3.5.2) is in a wrapping that is not opened, and no secret.
                is_signed = _SIGNED_DATA in part.data[:64]
                self.defects.note(DefectKind.FILE_KIND_NOT_OPENED if is_signed else DefectKind.ENCRYPTED)
            if len(self.attachments) >= limits.MAX_ATTACHMENTS:
                self.defects.note(DefectKind.TOO_MANY_ATTACHMENTS)
                return
            attachment = describe_attachment(part, page, self.defects)
            # A file with an archive behind it is both: what is shown of it, and what is unpacked.
            kinds = [attachment.detected_type, *(["zip"] if "archive-at-the-end" in attachment.flags else [])]
            texts = (self.subject, *self.texts)
            found = [self.opener.open(kind, part.file_name, part.data, texts) for kind in kinds]
            flags = dict.fromkeys((*attachment.flags, *(flag for each in found if each for flag in each.flags)))
            self.attachments.append(replace(attachment, flags=tuple(flags)))
            for each in found:
                self._take_inside(each)
            if extension(part.file_name) in {"mht", "mhtml"}:
                self._take_message(part.data, "attachment")

    def _take_inside(self, found: Inside | None) -> None:
        """Links, text and a whole message that stood in a file."""
        if found is None:
            return
        for link in found.links[: limits.MAX_LINKS_INSIDE]:
            self.links.add_found(link.address, link.how, "attachment")
        if found.text and self.text_left > 0:
            text = found.text[: self.text_left]
            self.text_left -= len(text)
            self._take_text(text, "attachment", is_body=True)
        if found.message:
            self._take_message(found.message, "attached message")

    def _take_message(self, data: bytes, place: str) -> None:
        if self.messages_left <= 0:
            self.defects.note(DefectKind.FILE_INSIDE_CUT, "There are too many saved pages and mails.")
            return
        self.messages_left -= 1
        self.take(split_message(data, self.defects), place)

    def _read_html(self, part: Part, place: str) -> Page | None:
        if not self._may_read(len(part.data), self.html_left, DefectKind.HTML_CUT):
            return None
        source = part.text(self.html_left, self.defects)
        self.html_left -= len(source)
        page = read_page(source, self.defects, self.tags_left)
        self.tags_left -= min(self.tags_left, len(page.tags))
        self.links.add_page(page, place)
        if self.opener.looks_inside and not part.content_type.startswith("image/"):
            self._take_inside(self.opener.open_drawn_codes(source, is_html=True))
            self._take_inside(self.opener.open_drawn_codes(drawn_text(source), is_html=False))
        self._take_embedded(source, place)
        if place == "attachment":
            page.has_script = page.has_script or acts_by_itself(source)
            page.smuggles = page.smuggles or (page.has_script and makes_a_file(source))
            return page
        # Only where files are opened or the text is cut does it matter how its words are parted.
        is_long = len(page.unspaced) > limits.MAX_LANGUAGE_CHARACTERS
        self.texts.append(page.text if is_long or self.opener.looks_inside else page.unspaced)
        self.bodies.append(_one_line(page.text) if is_long else " ".join(page.words))
        self.tags.extend(page.tags)
        self.image_count += page.image_count
        self.has_password_field |= page.has_password_field
        self.has_base |= bool(page.base)
        return page

    def _take_embedded(self, source: str, place: str) -> None:
        """Pictures and pages that are written into a page as addresses."""
        for file in embedded_files(source):
            if file.content_type.startswith("image/"):
                self._take_inside(self.opener.open_embedded(file.data))
            else:
                self._take_inner_page(file.data[: self.html_left].decode("utf-8", "replace"), place)
        for text in unpacked_texts(source):
            self._take_inner_page(text[: self.html_left], place)

    def _take_inner_page(self, source: str, place: str) -> None:
        if self.inner_pages_left <= 0:
            self.defects.note(DefectKind.HTML_CUT)
            return
        self.inner_pages_left -= 1
        page = read_page(source, self.defects, self.tags_left)
        self.tags_left -= min(self.tags_left, len(page.tags))
        self.links.add_page(page, place)

    def _read_calendar(self, part: Part, place: str) -> Page | None:
        """An invitation as it is shown, and the files in it."""
        if not self._may_read(len(part.data), self.text_left, DefectKind.TEXT_CUT):
            return None
        text = calendar_text(part.text(self.text_left, self.defects))
        page = self._read_text(replace(part, charset="utf-8", data=text.encode("utf-8", "replace")), place)
        for number, file in enumerate(calendar_files(text), start=1):
            inner = replace(part, path=f"{part.path}.{number}", content_type="", file_name=file.name, data=file.data)
            self._take_part(replace(inner, disposition="attachment"), "attachment")
        return page

    def _read_text(self, part: Part, place: str) -> Page | None:
        if not self._may_read(len(part.data), self.text_left, DefectKind.TEXT_CUT):
            return None
        text = part.text(self.text_left, self.defects)
        if looks_like_html(text):
            return self._read_html(part, place)
        self.text_left -= len(text)
        self._take_text(text, place, is_body=place != "attachment")
        self._take_inside(self.opener.open_drawn_codes(text, is_html=False))
        return None

    def _take_text(self, text: str, place: str, *, is_body: bool) -> None:
        words = text.split()
        self.links.add_words(words, place)
        if is_body:
            self.texts.append(text)
            self.bodies.append(_one_line(text) if len(text) > limits.MAX_LANGUAGE_CHARACTERS else " ".join(words))

    def _may_read(self, size: int, left: int, cut: DefectKind) -> bool:
        if size > left:
            self.defects.note(cut)
        return left > 0


def _is_called_html(part: Part) -> bool:
    return (
        part.content_type in {"text/html", "application/xhtml+xml", "image/svg+xml", "text/xml"}
        or extension(part.file_name) in PAGE_EXTENSIONS
    )


def _looks_like_html(part: Part) -> bool:
    return (
        part.is_attachment
        and not part.content_type.startswith("image/")
        and looks_like_html(part.data[:1024].decode("latin-1"))
    )


def _texts_before_archives(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts in their order, save that archives come last where words that may open one stand behind it."""
    are_archives = [part.data.startswith(_ZIP) for part in parts]
    if True not in are_archives or parts[-1].is_attachment:
        return parts
    return tuple(sorted(parts, key=lambda part: part.data.startswith(_ZIP)))


def _is_read_as_text(part: Part) -> bool:
    if not part.is_attachment:
        return part.is_text
    return (
        part.content_type in _TEXT_ATTACHMENTS
        or detect_type(part.data, part.file_name or part.content_type) in _TEXT_FILES
    )


def _one_line(text: str) -> str:
    return " ".join(text[: limits.MAX_LANGUAGE_CHARACTERS].split())


def _longest_body(bodies: list[str]) -> str:
    """The texts joined; a plain alternative that repeats the HTML one adds nothing and is left out."""
    kept: list[str] = []
    for text in sorted(bodies, key=len, reverse=True):
        if text and not any(text[:200] in longer for longer in kept):
            kept.append(text)
    return " ".join(kept)[: limits.MAX_LANGUAGE_CHARACTERS]


def read_message(
    message: Message,
    defects: DefectLog,
    *,
    trusted_receivers: Collection[str],
    reporters: Collection[str],
    inspector: Inspector | None = None,
    protected: ProtectedNames | None = None,
) -> Reading:
    """Read a message that was taken apart; ``inspector`` looks into its files.

    ``protected`` are the names that lures borrow, by default the packaged ones.
    """
    headers = message.headers
    hops = read_hops(headers)
    recipients = read_recipients(headers, hops, defects)
    subject = headers.text("subject", defects)[:1000]
    contents = _Contents(defects, LinkCollector(defects), FileOpener(inspector, defects), subject=subject)
    contents.take(message, "body")
    raw_body = _longest_body(contents.bodies)
    senders = tuple(
        mailbox
        for value in headers.all("from")[:4]
        for mailbox in parse_mailboxes(value, defects, limit=limits.MAX_SENDER_CHARACTERS)
    )
    sender = first_sender(headers.first("from"), defects)
    return Reading(
        headers=headers,
        subject=subject,
        sender=sender,
        senders=senders,
        reply_to=first_sender(headers.first("reply-to"), defects),
        return_path=first_sender(headers.first("return-path"), defects),
        recipients=recipients,
        shield=Shield((mailbox.address for mailbox in recipients), reporters),
        may_be_report=bool(message.attached),
        date=parse_date(headers.first("date")),
        hops=hops,
        connecting_address=connecting_address(headers, hops),
        authentication=read_claims(headers, hops, trusted_receivers),
        raw_body=raw_body,
        plain=plain_text(raw_body),
        plain_subject=plain_text(subject),
        plain_name=plain_text(sender.name),
        own_domains=_own_domains(recipients, reporters),
        tags=tuple(contents.tags),
        image_count=contents.image_count,
        has_password_field=contents.has_password_field,
        has_base=contents.has_base,
        links=tuple(contents.links.links),
        followed=tuple(link for link in contents.links.links if link.is_followed),
        mail_links=tuple(contents.links.mail_addresses),
        active_schemes=tuple(contents.links.active_schemes),
        attachments=tuple(contents.attachments),
        protected=protected or protected_names(),
    )


def _own_domains(recipients: tuple[Mailbox, ...], reporters: Collection[str]) -> tuple[str, ...]:
    """The registrable domains of whoever received the message; free mail belongs to nobody."""
    addresses = [mailbox.address for mailbox in recipients[:20]] + list(reporters)
    domains = dict.fromkeys(registrable_domain(address.rpartition("@")[2]) for address in addresses if "@" in address)
    return tuple(domain for domain in domains if domain and not shared_services().kind_of(domain))


def reporter_addresses(message: Message) -> tuple[str, ...]:
    """Everybody named in the envelope of a report that carries the message: the reporter and where it was sent."""
    defects = DefectLog()
    hops = read_hops(message.headers)
    found = [mailbox.address for mailbox in read_recipients(message.headers, hops, defects)]
    for name in ("from", "sender", "reply-to", "return-path"):
        found += [mailbox.address for mailbox in parse_mailboxes(message.headers.first(name), defects)]
    return tuple(without_controls(address) for address in found if "@" in address)


def reported_messages(message: Message, reporters: Collection[str]) -> tuple[Message, ...]:
    """The messages that a report carries as attachments; empty when the message is no such report.

    A report is a short note, or none, around attached messages: what "forward as attachment" and report buttons send.
    A note with a link counts only if one of the ``reporters`` sent it: else a lure could hide behind a harmless
    attached message.
    """
    if not message.attached:
        return ()
    content_type, parameters = parse_parameters(message.headers.first("content-type"))
    if (content_type, parameters.get("report-type")) == ("multipart/report", "delivery-status"):
        return ()
    if any(part.is_attachment and not part.content_id for part in message.parts):
        return ()
    contents = _Contents(DefectLog(), LinkCollector(DefectLog()), FileOpener(None, DefectLog()))
    contents.take(Message(message.headers, message.parts, (), message.raw), "body")
    sender = first_sender(message.headers.first("from"), DefectLog()).address.lower()
    is_known_reporter = sender in {reporter.lower() for reporter in reporters}
    if any(link.is_followed for link in contents.links.links) and not is_known_reporter:
        return ()
    note = sum(len("".join(text.split())) for text in contents.texts)
    return () if note > _COVER_NOTE_CHARACTERS else message.attached
