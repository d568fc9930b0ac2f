"""RTF as Outlook keeps it: unpacked (MS-OXRTFCP, section 2.2), and turned back into the HTML that it wraps.

Outlook stores an HTML body as RTF around the original tags (MS-OXRTFEX, section 2.2). Only what is needed for reading
is done: tags and text come out, formatting goes. Linear in the input; the output is bounded.
"""

import re
import struct

_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_MOST_BYTES = 8 << 20
_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<mark>[^a-zA-Z])"
    r"|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)|\\"
)
_HIDDEN_GROUPS = frozenset(
    ["fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "mhtmltag", "listtable", "generator", "themedata"]
)
_MARKS = {"par": "\n", "line": "\n", "tab": "\t", "lquote": "'", "rquote": "'", "bullet": "*", "endash": "-"}


class RTFError(ValueError):
    """The bytes are no compressed RTF."""


def unpack(data: bytes) -> bytes:
    """Decompress RTF.

    Raises:
        RTFError: the header is not that of compressed RTF, or it promises too much.
    """
    if len(data) < 16:
        raise RTFError("too short")
    _, size, kind, _ = struct.unpack_from("<IIII", data)
    if size > _MOST_BYTES:
        raise RTFError("too large")
    if kind == _PLAIN:
        return data[16 : 16 + size]
    if kind != _COMPRESSED:
        raise RTFError("unknown kind")
    window = bytearray(_START + bytes(_WINDOW - len(_START)))
    write = len(_START)
    out = bytearray()
    position = 16
    while position < len(data) and len(out) < size:
        control = data[position]
        position += 1
        for bit in range(8):
            if position >= len(data):
                break
            if not control >> bit & 1:
                window[write] = data[position]
                out.append(data[position])
                write = (write + 1) % _WINDOW
                position += 1
                continue
            if position + 1 >= len(data):
                return bytes(out)
            reference = data[position] << 8 | data[position + 1]
            position += 2
            offset, length = reference >> 4, (reference & 15) + 2
            if offset == write:
                return bytes(out[:size])
            for _ in range(length):
                byte = window[offset]
                offset = (offset + 1) % _WINDOW
                window[write] = byte
                write = (write + 1) % _WINDOW
                out.append(byte)
    return bytes(out[:size])


def read_rtf(data: bytes) -> tuple[str, bool]:
    """The HTML that RTF wraps, or its text; and whether it is HTML."""
    source = data[:_MOST_BYTES].decode("latin-1")
    is_html = "\\fromhtml" in source[:4096]
    out: list[str] = []
    # For each open group: whether it is hidden, whether it is an HTML tag, whether \htmlrtf suppresses.
    hidden, in_tag, suppressed = False, False, False
    stack: list[tuple[bool, bool, bool]] = []
    skip = 0
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup
        if kind == "brace":
            if match["brace"] == "{":
                stack.append((hidden, in_tag, suppressed))
                if len(stack) > 1_000:
                    break
            elif stack:
                hidden, in_tag, suppressed = stack.pop()
            continue
        if match["word"] is not None:
            word, number = match["word"], match["number"]
            if word == "htmlrtf":
                suppressed = number != "0"
            elif word == "htmltag":
                hidden, in_tag = False, True
            elif word in _HIDDEN_GROUPS:
                hidden = True
            elif word == "u" and number is not None and not hidden and not suppressed:
                code = int(number) % 0x10000
                out.append(chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd")
                skip = 1
            elif word in _MARKS and not hidden and not suppressed:
                out.append(_MARKS[word])
            continue
        if match["mark"] == "*":
            hidden = True
            continue
        piece = match["text"] or match["mark"] or ""
        if match["hex"] is not None:
            piece = bytes([int(match["hex"], 16)]).decode("cp1252", "replace")
        if skip and piece:
            piece, skip = piece[1:], 0
        if piece and not hidden and not suppressed and (in_tag or stack or not is_html):
            out.append(piece)
    return "".join(out), is_html
