"""What three other parsers hand over for a message: the same from our reader, and whether it is the same.

``gives_what`` makes exactly what a program's answer holds, no more and no less, as Python objects:

- ``fast-mail-parser`` (Rust, 0.10): every field of the message decoded, by name; subject; date as text and as an
  instant; mailboxes of From, To, Cc, Bcc and Reply-To; plain texts and HTML texts in their character sets; every other
  part as bytes with its name, type, content id and disposition; what was odd. No fields of parts, no digest. Its
  objects hold Rust values, and an attribute is a Python object only once it is read.
- ``mail-parser`` (4.8): the same, and Delivered-To, the hops of the Received fields, and files left in base64, so that
  ours does more.
- ``eml-parser`` (4.4): fields, dates, mailboxes and hops; SHA-256 of each text (the text itself is decoded and
  dropped); MD5, SHA-1, SHA-256 and SHA-512 of each file; and hosts, addresses of mail and links found in the texts,
  each with a digest. That last is left out here, since ours looks for links in its analysis: the row ``analysis``
  of the bench does it, with all the rest of an analysis.

``handed_over`` is such an answer as digests of its pieces, which ``agreement`` compares piece by piece. White space is
made single first: programs differ in what they leave of line ends and folds.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

PEERS = ("eml-parser", "mail-parser", "fast-mail-parser")
Pieces = dict[str, list[str]]
_LISTS = ("to", "cc", "bcc", "reply-to")


def gives_what(peer: str) -> Callable[[bytes], tuple[Any, ...]]:
    """Our reader made to hand over what a peer does."""
    from charteroak.mail.addresses import parse_mailboxes  # noqa: PLC0415 - the peers' environment has none of it
    from charteroak.mail.defects import DefectLog  # noqa: PLC0415
    from charteroak.mail.hops import parse_date, read_hops  # noqa: PLC0415
    from charteroak.mail.mime import Message, split_message  # noqa: PLC0415

    def content(message: Message, defects: DefectLog) -> tuple[Any, ...]:
        plain: list[str] = []
        html: list[str] = []
        files: list[tuple[str, str, str, str, bytes]] = []
        for part in message.parts:
            kind = part.content_type or "text/plain"
            if part.disposition != "attachment" and kind in {"text/plain", "text/html"}:
                (html if kind == "text/html" else plain).append(part.text(len(part.data), defects))
            else:
                files.append((part.file_name, kind, part.content_id, part.disposition, part.data))
        files += [("", "message/rfc822", "", "attachment", attached.raw) for attached in message.attached]
        return plain, html, files

    def flat(data: bytes) -> tuple[Any, ...]:
        defects = DefectLog()
        message = split_message(data, defects)
        headers = message.headers
        fields = headers.texts(defects)
        lists = {name: parse_mailboxes(headers.first(name), defects) for name in _LISTS if name in fields}
        sender = parse_mailboxes(headers.first("from"), defects)[:1]
        date = headers.first("date")
        subject = fields["subject"][0] if "subject" in fields else ""
        return subject, date, parse_date(date), sender, lists, *content(message, defects), fields, defects.defects()

    def with_hops(data: bytes) -> tuple[Any, ...]:
        defects = DefectLog()
        message = split_message(data, defects)
        headers = message.headers
        fields = headers.texts(defects)
        names = ("from", "delivered-to", *_LISTS)
        lists = {name: parse_mailboxes(headers.first(name), defects) for name in names if name in fields}
        date = parse_date(headers.first("date"))
        return date, lists, read_hops(headers), *content(message, defects), fields, defects.defects()

    def with_digests(data: bytes) -> tuple[Any, ...]:
        given = with_hops(data)
        plain, html, files = given[3:6]
        texts = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for text in (*plain, *html)]
        # MD5 and SHA-1 are names of files here, as they are in the peer's answer.
        kinds = (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512)
        digests = [[kind(data, usedforsecurity=False).hexdigest() for kind in kinds] for *_, data in files]
        return *given, texts, digests

    return {"fast-mail-parser": flat, "mail-parser": with_hops, "eml-parser": with_digests}[peer]


def read_every_attribute(mail: Any) -> tuple[Any, ...]:
    """What fast-mail-parser found, as Python objects."""
    mailboxes = [[(one.display_name, one.address) for one in each] for each in (mail.to, mail.cc, mail.bcc)]
    reply_to = [(one.display_name, one.address) for one in mail.reply_to]
    sender = None if mail.from_ is None else (mail.from_.display_name, mail.from_.address)
    files = [(one.filename, one.mimetype, one.content_id, one.disposition, one.content) for one in mail.attachments]
    odd = [(one.kind, one.part_path, one.detail) for one in mail.warnings]
    texts = (mail.text_plain, mail.text_html)
    return mail.subject, mail.date, mail.date_parsed, sender, mailboxes, reply_to, *texts, files, mail.headers, odd


def handed_over(name: str) -> Callable[[bytes], Pieces]:
    """What one program hands over for a message, as digests of its pieces."""
    if name in PEERS:
        return {"eml-parser": _of_eml_parser, "mail-parser": _of_mail_parser, "fast-mail-parser": _of_fast_mail_parser}[
            name
        ]
    ours = gives_what("fast-mail-parser")

    def of_ours(data: bytes) -> Pieces:
        _, _, _, sender, lists, plain, html, files, fields, _ = ours(data)
        mailboxes = [*sender, *(one for each in lists.values() for one in each)]
        return _pieces(fields, [one.address for one in mailboxes], [*plain, *html], [file[-1] for file in files])

    return of_ours


def _of_fast_mail_parser(data: bytes) -> Pieces:
    from fast_mail_parser import parse_email  # noqa: PLC0415 - only the peers' environment has it

    mail = parse_email(data)
    senders = [] if mail.from_ is None else [mail.from_]
    mailboxes = [*senders, *mail.to, *mail.cc, *mail.bcc, *mail.reply_to]
    texts = [*mail.text_plain, *mail.text_html]
    return _pieces(mail.headers, [one.address for one in mailboxes], texts, [one.content for one in mail.attachments])


def _of_mail_parser(data: bytes) -> Pieces:
    import mailparser  # noqa: PLC0415 - only the peers' environment has it

    mail = mailparser.parse_from_bytes(data)
    fields: dict[str, list[str]] = {}
    addresses: list[str] = []
    for name, value in mail.headers.items():
        # Fields of mailboxes are given as pairs, every other one as a text or a list of texts.
        if name.lower() in {"from", *_LISTS}:
            addresses += [address for _, address in value]
        elif name.lower() != "delivered-to":
            fields[name] = [str(one) for one in (value if isinstance(value, list) else [value])]
    files = [base64.b64decode(file["payload"]) for file in mail.attachments if file["binary"]]
    return _pieces(fields, addresses, [*mail.text_plain, *mail.text_html], files)


def _of_eml_parser(data: bytes) -> Pieces:
    from eml_parser import EmlParser  # noqa: PLC0415 - only the peers' environment has it

    mail = EmlParser(include_raw_body=True, include_attachment_data=True).decode_email_bytes(data)
    head = mail["header"]
    # Dates and mailboxes are given in a form of its own, so that these fields are no texts to compare.
    fields = {
        name: [str(one) for one in values]
        for name, values in head["header"].items()
        if name not in {"date", "from", "delivered-to", *_LISTS}
    }
    addresses = [head["from"], *head.get("to", ()), *head.get("cc", ())] if "from" in head else []
    texts = [body["content"] for body in mail["body"]]
    files = [base64.b64decode(file["raw"]) for file in mail.get("attachment", ())]
    return _pieces(fields, addresses, texts, files)


def _pieces(
    fields: dict[str, list[str]], addresses: Iterable[str], texts: Iterable[str], files: Iterable[bytes]
) -> Pieces:
    return {
        "fields": [name.lower() + _digest(value) for name, values in fields.items() for value in values],
        "mailboxes": [_digest(address.lower()) for address in addresses],
        "texts": [_digest(text) for text in texts],
        "files": [hashlib.sha256(data).hexdigest()[:16] for data in files],
    }


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:16]


def agreement(ours: list[Pieces | None], theirs: list[Pieces | None]) -> dict[str, dict[str, float]]:
    """How many of the pieces that a peer hands over ours has alike; a message that one of them gives up on is out."""
    found: dict[str, dict[str, float]] = {}
    for kind in ("fields", "mailboxes", "texts", "files"):
        same = wanted = 0
        for mine, other in zip(ours, theirs, strict=True):
            if mine is not None and other is not None:
                wanted += len(other[kind])
                same += sum((Counter(mine[kind]) & Counter(other[kind])).values())
        found[kind] = {"theirs": wanted, "same": same, "share": round(same / wanted, 5) if wanted else 1.0}
    return found
