"""What people hand in, brought to one form: the bytes of each reported message, and who is to be kept out of it.

A mail that carries others as files is unwrapped; text that was copied out of a window becomes a message without
headers, and the analysis says that they are missing; a mailbox and a zip are taken apart within limits. What is in
none of these forms is one message as it is. Whatever the way, the same message gives the same bytes.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from charteroak.mail import limits
from charteroak.mail.addresses import first_sender
from charteroak.mail.decoding import without_controls
from charteroak.mail.defects import DefectLog
from charteroak.mail.filetypes import detect_type
from charteroak.mail.html import read_page
from charteroak.mail.intake import MailInputError, split_mailbox
from charteroak.mail.mime import Message, split_message
from charteroak.mail.reading import reported_messages, reporter_addresses
from charteroak.mail.shown_headers import FORWARD_MARK, as_fields, shown_headers

_TEXT_MESSAGE = (
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_READING_FIELDS = ("content-type", "content-transfer-encoding")
_STAMPED_FIELDS = frozenset(["received", "message-id", "mime-version", "content-type", "return-path", "delivered-to"])
"""Fields that no mail program shows: with one of them, what was pasted is the source."""
_MAIL_SUFFIXES = {".eml", ".msg", ".mbox"}
_ZIP_MARK, _ZIP64_MARK = b"PK\x05\x06", b"PK\x06\x07"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One reported message. ``carriers`` are addresses of people who only passed it on, ``note`` is what they wrote."""

    data: bytes
    carriers: tuple[str, ...] = ()
    note: str = ""


def messages_of_file(data: bytes, *, most: int = limits.MAX_UPLOAD_MESSAGES) -> tuple[HandedIn, ...]:
    """The messages in a file of any form that mail is kept in: one, several attached, a mailbox, a zip of these.

    Raises:
        MailInputError: it holds more than ``most``, or is a zip that holds no mail or cannot be read whole; nothing of
            it is to be taken.
    """
    found: list[HandedIn] = []
    for each in _single_messages(data, most):
        found.extend(unwrapped(each))
        if len(found) > most:
            raise _too_many(most)
    return tuple(found)


def unwrapped(data: bytes, *, reporters: Collection[str] = ()) -> tuple[HandedIn, ...]:
    """The messages that a report carries, or the message itself."""
    if detect_type(data) == "ole":
        return (HandedIn(data),)
    message = split_message(data, DefectLog())
    reported = reported_messages(message, reporters)
    return _carried([each.raw for each in reported], message) or (HandedIn(data),)


def forwarded(data: bytes) -> tuple[HandedIn, ...]:
    """What a mail reports that was sent to an address for reports: whoever wrote it is no attacker.

    Its attached messages, if it has any; else its text without its own headers, in which the lure is quoted.
    """
    message = split_message(data, DefectLog())
    files = [each.raw for each in message.attached] + [
        part.data for part in message.parts if part.is_attachment and detect_type(part.data) == "ole"
    ]
    if len(files) > limits.MAX_UPLOAD_MESSAGES:
        raise _too_many(limits.MAX_UPLOAD_MESSAGES)
    return _carried(files, message) or (HandedIn(_quoted(data, message), reporter_addresses(message)),)


def pasted(text: str) -> HandedIn:
    """Text that was copied from a mail program: the source of a message, or only what its window shows."""
    words = text.removeprefix("\ufeff").lstrip("\r\n")
    source = words.encode("utf-8", "replace")
    headers = split_message(source, DefectLog()).headers
    if not source.strip() or not _STAMPED_FIELDS.isdisjoint(headers.names):
        return HandedIn(source)
    blocks = shown_headers(words)
    if not blocks and headers.tell_a_message:
        return HandedIn(source)
    subject = [f"subject: {block.fields['subject']}" for block in blocks[:1] if "subject" in block.fields]
    shown = "".join(f"{without_controls(line)}\r\n" for line in (*as_fields(blocks), *subject))
    return HandedIn(shown.encode("utf-8", "replace") + _TEXT_MESSAGE + source)


def is_pasted_text(data: bytes) -> bool:
    """Whether bytes without a header block can be words that somebody copied, and no file of another kind."""
    try:
        text = data[: limits.MAX_TEXT_BYTES].decode(
            "utf-8", "strict" if len(data) <= limits.MAX_TEXT_BYTES else "ignore"
        )
    except UnicodeDecodeError:
        return False
    controls = any(ord(character) < 32 and character not in "\t\r\n\f" for character in text)
    return detect_type(data) in {"text", "unknown", "html"} and not controls and len(text.split()) >= 3


def _carried(files: Sequence[bytes], message: Message) -> tuple[HandedIn, ...]:
    carriers = reporter_addresses(message)
    note = _note_of(message) if files else ""
    return tuple(HandedIn(data, carriers, note) for data in files)


def _note_of(message: Message) -> str:
    return _text_of(message)[: limits.MAX_NOTE_CHARACTERS]


def _text_of(message: Message) -> str:
    """The words of the first part that has any, as they are shown."""
    for part in message.parts:
        if part.is_text and not part.is_attachment:
            text = part.text(limits.MAX_TEXT_BYTES, DefectLog())
            shown = read_page(text, DefectLog()).text if part.content_type == "text/html" else text
            kept = "".join(character for character in shown if character.isprintable() or character == "\n").strip()
            if kept:
                return kept
    return ""


def _quoted(data: bytes, message: Message) -> bytes:
    """The content of a mail under those fields alone that say how to read it, and its subject without forward marks."""
    end = _HEADER_END.search(data)
    body = data[end.end() :] if end else b""
    kept = {name: without_controls(message.headers.first(name)) for name in _READING_FIELDS}
    lines = ["MIME-Version: 1.0", *(f"{name}: {value}" for name, value in kept.items() if value)]
    blocks = shown_headers(_text_of(message))
    reporter = first_sender(message.headers.first("from"), DefectLog()).name
    lines += map(without_controls, as_fields(blocks, reporter_addresses(message), reporter))
    if subject := FORWARD_MARK.sub("", without_controls(message.headers.first("subject")), count=1).strip():
        lines.append(f"subject: {subject}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def _single_messages(data: bytes, most: int) -> Iterator[bytes]:
    if data.startswith(b"From "):
        yield from split_mailbox(io.BytesIO(data))
    elif data.startswith(b"PK\x03\x04"):
        yield from _messages_of_zip(data, most)
    else:
        yield data


def _messages_of_zip(data: bytes, most: int) -> Iterator[bytes]:
    end = data.rfind(_ZIP_MARK)
    head = data[end : end + 22]
    if end < 0 or len(head) < 22 or data[end - 20 : end].startswith(_ZIP64_MARK):
        raise _bad_zip("cannot be read")
    (directory_bytes,) = struct.unpack_from("<I", head, 12)
    if directory_bytes > limits.MAX_ZIP_DIRECTORY_BYTES:
        raise _bad_zip("holds too many files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            mails = [
                entry for entry in archive.infolist() if PurePosixPath(entry.filename).suffix.lower() in _MAIL_SUFFIXES
            ]
            if not mails:
                raise _bad_zip("holds no mail: no file in it ends in .eml, .msg or .mbox")
            if len(mails) > most:
                raise _too_many(most)
            left = limits.MAX_INFLATED_BYTES
            # No more comes out of an entry than it says, so that nothing is unpacked of what says too much.
            if sum(entry.file_size for entry in mails) > left:
                raise _bad_zip("grows too large when it is unpacked")
            for entry in mails:
                with archive.open(entry) as file:
                    content = file.read(min(left, limits.MAX_MESSAGE_BYTES) + 1)
                left -= len(content)
                if left < 0 or len(content) > limits.MAX_MESSAGE_BYTES:
                    raise _bad_zip("grows too large when it is unpacked")
                yield from _single_messages(content, most) if content.startswith(b"From ") else (content,)
    except RuntimeError as error:
        raise _bad_zip("is locked with a password") from error
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error) as error:
        raise _bad_zip("cannot be read") from error


def _bad_zip(what: str) -> MailInputError:
    return MailInputError(f"The zip {what}.", remedy="Hand in the mails themselves.")


def _too_many(most: int) -> MailInputError:
    return MailInputError(f"This holds more than {most} mails.", remedy=f"Hand in {most} or fewer at a time.")
