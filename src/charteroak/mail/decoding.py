"""Bytes to text, bounded and never raising: transfer encodings, character sets, encoded words, parameters.

Implements RFC 2045 section 6 (transfer encodings), RFC 2047 (encoded words) and RFC 2231 (parameter pieces and
character sets) as tolerantly as a mail reader does, because a victim's mail reader is what a lure is written for.
Only text encodings are accepted: Python's registry also holds transformations (``rot13``, ``idna``,
``unicode-escape``) and utf-7, which hides markup from every filter.
"""

import binascii
import codecs
import io
import itertools
import re
from collections.abc import Mapping
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec

from charteroak.mail import limits
from charteroak.mail.defects import DefectKind, DefectLog

_LISTED_CODECS = frozenset(aliases) | frozenset(aliases.values()) | {"utf_8_sig", "koi8_u", "cp874", "cp856"}
_REFUSED_CODECS = {"utf-7", "rot-13", "base64", "bz2", "hex", "quopri", "uu", "zlib", "mbcs", "oem"}
_CHARSET_ALIASES = {
    # The larger set is what mail readers use for the smaller one's name (WHATWG Encoding, section 4.2).
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    # Names that say nothing.
    "unicode": "utf-8",
    "utf8mb4": "utf-8",
    "unknown-8bit": "utf-8",
    "x-unknown": "utf-8",
    "default": "utf-8",
    "binary": "utf-8",
    "cp-850": "cp850",
}
_STRAY = re.compile(rb"[^A-Za-z0-9+/\s]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_RUN_BEGIN = re.compile(r"(=\?([^?\s]{1,40})\?([bBqQ])\?)[^?]*(\?=\n? )\1")
_FOLD = re.compile(r"\n[ \t]+")
_PARAMETER_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[^;"]+|[;"]')
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PADDING_TAIL = re.compile(rb"=[=\s]*")
_UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]{1,255}\n", re.MULTILINE)
_MOST_SHOWN = limits.MAX_HTML_BYTES + 1
_SHOWN_ADDRESS = (b"HTTP", b"HREF", b"WWW.")
_AS_IT_STANDS = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "utf-8", "us-ascii", "ascii"})
"""Encodings that change nothing (RFC 2045 section 6.2), and what senders write by mistake and mean so."""
_PRINTABLE = bytes(range(32, 127))
_SHORT = 64
_RECURRING = 64
"""Longest field of which the parameters are remembered; one with a boundary is as a rule longer."""
_MOST_COPIED = 4 << 20
"""Base64 that is copied to be read faster; of more the copies would cost more memory than a message may take."""


@lru_cache(maxsize=256)
def text_codec(name: str) -> str | None:
    """The codec that may decode a declared character set, or None when it is no text encoding.

    Only names that Python's own table lists are looked up: an unknown name would be searched for on disk, and
    remembered for ever, each time a sender makes one up.
    """
    wanted = name.strip().strip("\"'").lower()[:40]
    wanted = _CHARSET_ALIASES.get(wanted, wanted) or "utf-8"
    listed = normalize_encoding(wanted)
    if not wanted.isascii() or listed not in _LISTED_CODECS:
        return None
    try:
        codec = codecs.lookup(listed).name
    except LookupError:
        # Python lists a few names, such as Windows' own code page, that it does not have everywhere.
        return None
    return None if codec in _REFUSED_CODECS else codec


def decode_text(data: bytes, charset: str, defects: DefectLog) -> str:
    """Text of a part in its declared character set; a wrong declaration is noted and UTF-8, then cp1252, is tried."""
    codec = text_codec(charset)
    if codec is None:
        defects.note(DefectKind.UNKNOWN_CHARSET)
        codec = "utf-8"
    try:
        return data.decode(codec)
    except ValueError:
        defects.note(DefectKind.CHARSET_FAILURE)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def decode_base64(data: bytes, defects: DefectLog) -> bytes:
    """Base64 as mail readers take it; damage is noted and what can be decoded is returned."""
    end = data.find(b"=")
    if end >= 0:
        tail = _PADDING_TAIL.match(data, end)
        if tail is not None and tail.end() < len(data):
            defects.note(DefectKind.DATA_AFTER_PADDING)
    if len(data) <= _MOST_COPIED:
        try:
            # Takes a quarter of the time of binascii and is so strict that what it takes has one meaning alone.
            return msgspec.convert(data.replace(b"\r", b"").replace(b"\n", b"").decode("ascii"), bytes)
        except (msgspec.ValidationError, UnicodeDecodeError):
            pass
    try:
        decoded = binascii.a2b_base64(data)
    except binascii.Error:
        defects.note(DefectKind.BAD_BASE64)
    else:
        # What is no base64 at all is passed over by it, and comes out as a few letters of nothing.
        if _STRAY.search(data, 0, len(data) if end < 0 else end) is not None:
            defects.note(DefectKind.BAD_BASE64)
        return decoded
    letters = _NOT_BASE64.sub(b"", data if end < 0 else data[:end])
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_transfer(data: bytes, encoding: str, defects: DefectLog, *, is_shown: bool = False) -> bytes:
    """Undo a Content-Transfer-Encoding; an unknown one is read as it stands (RFC 2045 section 6.4).

    ``is_shown`` says that the part is text of the message: then words around a uuencoded file belong to it.
    """
    if encoding == "base64":
        return decode_base64(data, defects)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in _UUENCODED:
        return _decode_uu(data, defects, is_shown=is_shown)
    if encoding not in _AS_IT_STANDS and not encoding.startswith(("7bit", "8bit")):
        defects.note(DefectKind.UNKNOWN_ENCODING)
    return data


def _decode_uu(data: bytes, defects: DefectLog, *, is_shown: bool) -> bytes:
    """The first file of a uuencoded part, as old mail programs send it; the part as it stands where there is none.

    Mail programs show what stands around it: in a text it is kept, of a file it is said to be left out.
    """
    start = _UU_BEGIN.search(data)
    if start is None:
        defects.note(DefectKind.UNKNOWN_ENCODING)
        return data
    lines, decoded = io.BytesIO(data), io.BytesIO()
    lines.seek(start.end())
    for line in itertools.islice(lines, limits.MAX_UU_LINES):
        letters = line.rstrip(b"\r\n")
        if letters.rstrip() in {b"`", b"end"}:
            break
        try:
            # Of nothing, Python would make a full line of zeros.
            decoded.write(binascii.a2b_uu(letters) if letters else b"")
        except binascii.Error:
            defects.note(DefectKind.UNKNOWN_ENCODING)
            lines.seek(-len(line), io.SEEK_CUR)
            break
    else:
        if lines.read(1):
            defects.note(DefectKind.DECODE_BUDGET)
    end = lines.tell()
    # One byte more than is ever read of a text, so that whoever reads it says that it was cut.
    before, behind = data[: min(start.start(), _MOST_SHOWN)], data[end : end + _MOST_SHOWN]
    if is_shown:
        # A second file is not decoded, and capital letters can be an address and lines of a file at once.
        if _UU_BEGIN.search(behind) or any(data.find(word, start.end(), end) >= 0 for word in _SHOWN_ADDRESS):
            defects.note(DefectKind.UNKNOWN_ENCODING)
        return b"".join((before, decoded.getvalue(), b"\n", behind)) if before or behind else decoded.getvalue()
    if before.strip() or behind.removeprefix(b"end").strip():
        defects.note(DefectKind.UNKNOWN_ENCODING)
    return decoded.getvalue()


def is_printable(text: str) -> bool:
    """What ``str.isprintable`` says, in a quarter of its time where most of a long text is printable ASCII.

    That is taken out in one pass over a table, and what is left is looked at: nothing as a rule.
    """
    if len(text) < _SHORT:
        return text.isprintable()
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PRINTABLE)
    return not rest or rest.decode("utf-8", "surrogatepass").isprintable()


def without_controls(text: str) -> str:
    """Text in which nothing can break a line, end a string or drive a terminal."""
    return text.strip() if is_printable(text) else _CONTROLS.sub(" ", text).strip()


def with_turns_told(text: str) -> str:
    """A text with characters that turn text around written as their number; all else is as it was."""
    return _TURNING.sub(lambda turn: f"[U+{ord(turn[0]):04X}]", text)


def _word_bytes(encoding: str, payload: str) -> bytes:
    if encoding in "bB":
        try:
            return msgspec.convert(payload, bytes)
        except msgspec.ValidationError:
            return decode_base64(payload.encode("ascii", "ignore"), DefectLog())
    return binascii.a2b_qp(payload.replace("_", " ").encode("utf-8", "replace"), header=True)


def unfold(value: str) -> str:
    """A field in which each line break with the blanks after it is one blank (RFC 5322 section 2.2.3)."""
    # Cutting and joining takes two thirds of the time that replacing by an expression takes.
    return " ".join(_FOLD.split(value))


def decode_words(value: str, defects: DefectLog) -> str:
    """Decode the encoded words of a header value (RFC 2047).

    White space between two encoded words vanishes (section 6.2). Neighbours of one character set are joined before
    they are decoded, since senders cut characters in two. Control characters that come out of a word are replaced: a
    decoded subject must not be able to start a header of the report that quotes it.
    """
    if "=?" not in value:
        return without_controls(value)
    run = _leading_run(value)
    return _decoded(run, value if run is None else run.rest, defects)


def decode_folded(value: str, defects: DefectLog) -> str:
    """What ``decode_words`` gives for the unfolded value; words are taken from the folded one as they stand."""
    if "=?" not in value:
        return without_controls(unfold(value))
    run = _leading_run(value)
    return _decoded(run, unfold(value if run is None else run.rest), defects)


def _decoded(run: "_Run | None", rest: str, defects: DefectLog) -> str:
    """The words read together, if any were, and those in the rest of a value."""
    if run is not None and not rest:
        decoded = decode_text(run.data, run.charset, defects)
    else:
        most = limits.MAX_ENCODED_WORDS - (0 if run is None else run.words)
        # Groups of four: text before a word, its character set, its encoding, its letters; what is left at the end.
        parts = _ENCODED_WORD.split(rest, most)
        if len(parts) > 4 * most and _ENCODED_WORD.search(parts[-1]) is not None:
            defects.note(DefectKind.TOO_MANY_ENCODED_WORDS)
        decoded = _run_by_run(run, parts, defects)
    if is_printable(decoded):
        return decoded.strip()
    if _CONTROLS.search(decoded):
        defects.note(DefectKind.CONTROL_IN_HEADER)
    return without_controls(decoded)


class _Run(NamedTuple):
    """Words at the beginning of a value that were decoded together, how many they are, and the value behind them."""

    charset: str
    data: bytes
    words: int
    rest: str


def _leading_run(value: str) -> _Run | None:
    """The words of one character set and encoding that a value begins with, as servers write notes of 60 words.

    Their beginnings are all alike, so that one cut parts them, folded or not. None where they are few, or are not what
    they seem.
    """
    begin = _RUN_BEGIN.match(value)
    if begin is None:
        return None
    head, charset, encoding, gap = begin.groups()
    payloads = value[begin.end(1) :].split(gap + head, limits.MAX_ENCODED_WORDS)
    payloads[-1], is_closed, rest = payloads[-1].partition("?=")
    joined = "".join(payloads)
    if not 2 < len(payloads) < limits.MAX_ENCODED_WORDS or not is_closed:
        return None
    if "?" in joined or "\n" in joined:
        return None
    data = _run_bytes(encoding, payloads, joined)
    return _Run(charset.partition("*")[0].lower(), data, len(payloads), rest)


def _run_bytes(encoding: str, payloads: list[str], joined: str) -> bytes:
    """The bytes of neighbours in one encoding: decoded together where no escape or group of base64 is cut in two."""
    if encoding in "qQ":
        escape = joined.find("=")
        # An escape in the last one alone is cut by nothing.
        if not 0 <= escape < len(joined) - len(payloads[-1]) or not any("=" in each[-2:] for each in payloads):
            return _word_bytes(encoding, joined)
    elif not any(length % 4 for length in set(map(len, payloads))):
        try:
            return msgspec.convert(joined, bytes)
        except msgspec.ValidationError:
            pass
    return b"".join([_word_bytes(encoding, each) for each in payloads])


def _run_by_run(first: _Run | None, parts: list[str], defects: DefectLog) -> str:
    pieces: list[str] = []
    pending = None if first is None else (first.charset, first.data)
    for between, name, encoding, payload in zip(*[iter(parts)] * 4, strict=False):
        charset, data = name.partition("*")[0].lower(), _word_bytes(encoding, payload)
        if pending is not None and pending[0] == charset and not between.strip():
            pending = (charset, pending[1] + data)
            continue
        if pending is not None:
            pieces.append(decode_text(pending[1], pending[0], defects))
        if pending is None or between.strip():
            pieces.append(between)
        pending = (charset, data)
    if pending is not None:
        pieces.append(decode_text(pending[1], pending[0], defects))
    return "".join(pieces) + parts[-1]


def parse_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """The value and the parameters of a Content-Type or Content-Disposition field (RFC 2045 section 5.1).

    The first of two parameters with one name counts.
    """
    if not value:
        return "", {}
    if len(value) <= _RECURRING:
        return _known_parameters(value)
    return _read_parameters(value[: limits.MAX_PARAMETER_CHARACTERS])


@lru_cache(maxsize=512)
def _known_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """Those of a short field: the same few stand in every message."""
    return _read_parameters(value)


def _read_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    pieces = _parameter_pieces(value)
    parameters: dict[str, str] = {}
    for piece in pieces[1:]:
        name, equals, content = piece.partition("=")
        key = name.strip().lower()
        if not equals or not key or key in parameters:
            continue
        if len(parameters) >= limits.MAX_PARAMETERS:
            break
        content = content.strip()
        if content.startswith('"'):
            content = content.strip('"').replace('\\"', '"').replace("\\\\", "\\")
        parameters[key] = content
    return pieces[0].strip().lower(), parameters


def _parameter_pieces(value: str) -> list[str]:
    """The value cut at the semicolons that stand outside quoted strings."""
    quoted = value.split('"')
    if len(quoted) == 1 or (len(quoted) % 2 == 1 and "\\" not in value and ";" not in "".join(quoted[1::2])):
        return value.split(";")
    pieces = [""]
    for piece in _PARAMETER_PIECE.findall(value):
        if piece == ";":
            pieces.append("")
        else:
            pieces[-1] += piece
    return pieces


def parameter_text(parameters: Mapping[str, str], name: str, defects: DefectLog) -> str:
    """One parameter as text: plain, with a character set, in pieces (RFC 2231), or as an encoded word."""
    if not parameters:
        return ""
    # Where both forms stand, the one with a character set counts (RFC 6266 section 4.3).
    extended = parameters.get(f"{name}*")
    if extended is not None:
        return _extended_text(extended, defects)[: limits.MAX_FILE_NAME_CHARACTERS]
    if name in parameters:
        return decode_words(parameters[name], defects)[: limits.MAX_FILE_NAME_CHARACTERS]
    if "*" not in "".join(parameters):
        return ""
    pieces: list[str] = []
    is_extended = f"{name}*0*" in parameters
    for number in range(limits.MAX_CONTINUATIONS):
        piece = parameters.get(f"{name}*{number}*", parameters.get(f"{name}*{number}"))
        if piece is None:
            break
        pieces.append(piece)
    joined = "".join(pieces)
    text = _extended_text(joined, defects) if is_extended else without_controls(joined)
    return text[: limits.MAX_FILE_NAME_CHARACTERS]


def _extended_text(value: str, defects: DefectLog) -> str:
    charset, first_quote, rest = value.partition("'")
    _, second_quote, encoded = rest.partition("'")
    if not (first_quote and second_quote):
        charset, encoded = "utf-8", value
    return without_controls(decode_text(unquote_to_bytes(encoded), charset, defects))
