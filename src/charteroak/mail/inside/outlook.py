"""A message that Outlook saved (.msg, MS-OXMSG) turned into an ordinary mail message.

The transport headers are kept as they were received where Outlook kept them; else a header block is made from the
properties, and says so. Body, HTML and files become MIME parts, attached messages become ``message/rfc822`` parts, so
that everything after reads one form. Streams are read with olefile under the limits of the worker.
"""

import base64
import io
import re
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from charteroak.mail import limits
from charteroak.mail.inside.finding import Inside, InsideDefect
from charteroak.mail.inside.rtf import RTFError, read_rtf, unpack

_STREAM = re.compile(r"__substg1\.0_([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})")
_STRUCTURE_FIELDS = ("content-type", "content-transfer-encoding", "mime-version", "content-disposition")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_LINE_BREAKS = re.compile(r"[\r\n\x00]+")

# Property identifiers of MS-OXPROPS.
_SUBJECT, _HEADERS, _MESSAGE_ID = 0x0037, 0x007D, 0x1035
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_BODY, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_FILE, _FILE_NAME, _LONG_FILE_NAME, _FILE_TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_DISPLAY_NAME, _ADDRESS, _SMTP_ADDRESS = 0x3001, 0x3003, 0x39FE

_Properties = Mapping[tuple[int, int], list[str]]


def outlook_message(data: bytes) -> Inside:
    """The message as RFC 5322 bytes in ``message``; empty, with a defect, where it cannot be read."""
    import olefile  # noqa: PLC0415 - only the worker loads it

    found = Inside()
    if len(data) > limits.MAX_OLE_BYTES:
        found.miss(InsideDefect.TOO_LARGE, "An Outlook message.")
        return found
    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as container:
            paths = container.listdir(streams=True, storages=False)
            if len(paths) > limits.MAX_OLE_STREAMS:
                found.miss(InsideDefect.CUT, "An Outlook message with too many streams.")
            found.message = _Reader(container, paths[: limits.MAX_OLE_STREAMS], found).message((), 0)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a reader of hostile bytes may raise anything; each is one defect
        found.miss(InsideDefect.DAMAGED, f"An Outlook message ({type(error).__name__}).")
    return found


class _Reader:
    """Reads properties of one storage at a time and writes the message of it."""

    def __init__(self, container: Any, paths: Sequence[list[str]], found: Inside) -> None:
        self._container = container
        self._paths = paths
        self._found = found
        self._left = limits.MAX_DECODED_BYTES

    def message(self, place: tuple[str, ...], depth: int) -> bytes:
        properties = self._properties(place)
        head = self._header_block(place, properties)
        mark = f"=_outlook_{depth}"
        parts = [*self._bodies(properties), *self._files(place, depth)]
        lines = [head, f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{mark}"\r\n\r\n'.encode()]
        lines.extend(f"--{mark}\r\n".encode() + part + b"\r\n" for part in parts)
        lines.append(f"--{mark}--\r\n".encode())
        return b"".join(lines)

    def _properties(self, place: tuple[str, ...]) -> _Properties:
        found: dict[tuple[int, int], list[str]] = {}
        for path in self._paths:
            if len(path) == len(place) + 1 and tuple(path[:-1]) == place and (match := _STREAM.fullmatch(path[-1])):
                found[int(match[1], 16), int(match[2], 16)] = path
        return found

    def _bytes(self, path: list[str]) -> bytes:
        with self._container.openstream(path) as stream:
            content: bytes = stream.read(min(self._left, limits.MAX_LEAF_BYTES))
        self._left -= len(content)
        if self._left <= 0:
            self._found.miss(InsideDefect.CUT, "An Outlook message whose parts are too large together.")
        return content

    def _text(self, properties: _Properties, *identifiers: int) -> str:
        for identifier in identifiers:
            if path := properties.get((identifier, 0x001F)):
                return self._bytes(path).decode("utf-16-le", "replace").rstrip("\0")
            if path := properties.get((identifier, 0x001E)):
                return self._bytes(path).decode("cp1252", "replace").rstrip("\0")
        return ""

    def _binary(self, properties: _Properties, identifier: int) -> bytes:
        path = properties.get((identifier, 0x0102))
        return self._bytes(path) if path else b""

    def _header_block(self, place: tuple[str, ...], properties: _Properties) -> bytes:
        received = self._text(properties, _HEADERS)
        if received.strip():
            return _without_structure(received).encode("utf-8", "replace")
        address = self._text(properties, _SENDER_SMTP, _SENDER_ADDRESS)
        fields = {
            # The name that Exchange has inside one organization (/O=...) is no broken address of a stranger.
            "From": _mailbox(self._text(properties, _SENDER_NAME), address) if "@" in address else "",
            "To": ", ".join(self._recipients(place)),
            "Subject": self._text(properties, _SUBJECT),
            "Date": self._date(place),
            "Message-ID": self._text(properties, _MESSAGE_ID),
        }
        lines = [f"{name}: {_LINE_BREAKS.sub(' ', value)}\r\n" for name, value in fields.items() if value]
        return "".join(lines).encode("utf-8", "replace")

    def _recipients(self, place: tuple[str, ...]) -> list[str]:
        here = len(place)
        storages = dict.fromkeys(
            path[here] for path in self._paths if tuple(path[:here]) == place and path[here].startswith("__recip_")
        )
        people = []
        for storage in list(storages)[: limits.MAX_RECIPIENTS]:
            properties = self._properties((*place, storage))
            people.append(
                _mailbox(self._text(properties, _DISPLAY_NAME), self._text(properties, _SMTP_ADDRESS, _ADDRESS))
            )
        return people

    def _date(self, place: tuple[str, ...]) -> str:
        """When it was submitted or delivered, from the fixed-size properties (MS-OXMSG, section 2.4.2)."""
        path = [*place, "__properties_version1.0"]
        if path not in self._paths:
            return ""
        content = self._bytes(path)
        # The header of the stream is 32 bytes in the outermost message and 24 in an attached one.
        for offset in range(24 if place else 32, len(content) - 15, 16):
            kind, identifier = struct.unpack_from("<HH", content, offset)
            if kind == 0x0040 and identifier in {_SUBMITTED, _DELIVERED}:
                (ticks,) = struct.unpack_from("<Q", content, offset + 8)
                if ticks < 3 * 10**18:
                    return format_datetime(_EPOCH + timedelta(microseconds=ticks // 10))
        return ""

    def _bodies(self, properties: _Properties) -> list[bytes]:
        parts = []
        if text := self._text(properties, _BODY):
            parts.append(_leaf("text/plain; charset=utf-8", text.encode("utf-8", "replace")))
        html = self._binary(properties, _HTML) or self._text(properties, _HTML).encode("utf-8", "replace")
        packed = b"" if html else self._binary(properties, _RTF)
        if html:
            parts.append(_leaf("text/html; charset=utf-8", html))
        elif packed:
            try:
                wrapped, is_html = read_rtf(unpack(packed))
            except RTFError:
                self._found.miss(InsideDefect.DAMAGED, "The RTF text of an Outlook message.")
            else:
                if is_html or not parts:
                    kind = "text/html" if is_html else "text/plain"
                    parts.append(_leaf(f"{kind}; charset=utf-8", wrapped.encode("utf-8", "replace")))
        return parts

    def _files(self, place: tuple[str, ...], depth: int) -> list[bytes]:
        here = len(place)
        storages = dict.fromkeys(
            path[here] for path in self._paths if tuple(path[:here]) == place and path[here].startswith("__attach_")
        )
        parts = []
        for storage in list(storages)[: limits.MAX_ATTACHMENTS]:
            inner = (*place, storage)
            properties = self._properties(inner)
            attached = (*inner, "__substg1.0_3701000D")
            if any(tuple(path[: len(attached)]) == attached for path in self._paths):
                if depth + 1 > limits.MAX_ATTACHED_DEPTH:
                    self._found.miss(InsideDefect.CUT, "Messages are attached to messages too deeply.")
                    continue
                parts.append(b"Content-Type: message/rfc822\r\n\r\n" + self.message(attached, depth + 1))
                continue
            name = self._text(properties, _LONG_FILE_NAME, _FILE_NAME, _DISPLAY_NAME)
            kind = self._text(properties, _FILE_TYPE)
            content_id = _LINE_BREAKS.sub("", self._text(properties, _CONTENT_ID))
            parts.append(_leaf(_usable_type(kind), self._binary(properties, _FILE), name, content_id))
        return parts


def _without_structure(received: str) -> str:
    """The received header block without the fields that told of a MIME structure which Outlook did not keep."""
    kept: list[str] = []
    keeps = True
    for line in received.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n"):
        if not line.strip():
            continue
        if line[0] not in " \t":
            keeps = line.partition(":")[0].strip().lower() not in _STRUCTURE_FIELDS and ":" in line
        if keeps:
            kept.append(f"{line}\r\n")
    return "".join(kept)


def _mailbox(name: str, address: str) -> str:
    quoted = name.replace("\\", " ").replace('"', "'").strip()
    if "@" not in address:
        return f'"{quoted}"' if quoted else ""
    return f'"{quoted}" <{address}>' if quoted and quoted != address else address


def _usable_type(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,100}", text) else "application/octet-stream"


def _leaf(content_type: str, content: bytes, name: str = "", content_id: str = "") -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n"
    if name:
        packed = base64.b64encode(name[: limits.MAX_FILE_NAME_CHARACTERS].encode("utf-8", "replace")).decode()
        head += f'Content-Disposition: attachment; filename="=?utf-8?B?{packed}?="\r\n'
    if content_id:
        head += f"Content-ID: <{content_id[:200].strip('<>')}>\r\n"
    return head.encode("utf-8", "replace") + b"\r\n" + base64.encodebytes(content)
