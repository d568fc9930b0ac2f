"""As much DER (ITU-T X.690) as time-stamps need: reading it strictly, and writing the few things a request holds.

Strictly: definite lengths in their shortest form, tag numbers below 31, nothing left over. What is read here comes from
outside; every length is checked against what is there, and nothing recurses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import ClassVar

from charteroak.errors import InputError

_ELEMENTS_LIMIT = 4096
_INTEGER_LIMIT_BYTES = 64
_OID_LIMIT_BYTES = 128


class DERError(InputError):
    """The bytes are not the DER that was expected."""

    code: ClassVar[str] = "ledger.der.format"


class Tag(IntEnum):
    """First octets of elements."""

    BOOLEAN = 0x01
    INTEGER = 0x02
    BIT_STRING = 0x03
    OCTET_STRING = 0x04
    OID = 0x06
    UTF8_STRING = 0x0C
    UTC_TIME = 0x17
    GENERALIZED_TIME = 0x18
    SEQUENCE = 0x30
    SET = 0x31
    CONTEXT_0 = 0x80
    CONTEXT_1 = 0x81
    CONTEXT_0_CONSTRUCTED = 0xA0
    CONTEXT_1_CONSTRUCTED = 0xA1


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its tag, its content, and its bytes as they stand."""

    tag: int
    content: bytes
    raw: bytes


class Cursor:
    """Reads the elements of a constructed content one by one, in the order that its type has them."""

    def __init__(self, content: bytes) -> None:
        self._elements = list(read_elements(content))
        self._at = 0

    def take(self, tag: int, what: str) -> Element:
        """The next element, which has this tag.

        Raises:
            DERError: there is none, or it has another tag.
        """
        found = self.take_if(tag)
        if found is None:
            raise DERError(f"The {what} is missing or of another type.")
        return found

    def take_if(self, *tags: int) -> Element | None:
        """The next element if it has one of these tags."""
        if self._at < len(self._elements) and self._elements[self._at].tag in tags:
            self._at += 1
            return self._elements[self._at - 1]
        return None

    def rest(self) -> list[Element]:
        """What was not taken."""
        return self._elements[self._at :]

    def end(self, what: str) -> None:
        """Return if everything was taken.

        Raises:
            DERError: something stands behind.
        """
        if self.rest():
            raise DERError(f"Something stands behind the {what}.")


def read_elements(data: bytes) -> Iterator[Element]:
    """The elements that stand one behind the other in these bytes.

    Raises:
        DERError: they do not fill the bytes exactly, or one is not in DER.
    """
    at = 0
    for _ in range(_ELEMENTS_LIMIT):
        if at == len(data):
            return
        element = _element_at(data, at)
        at += len(element.raw)
        yield element
    raise DERError(f"More than {_ELEMENTS_LIMIT} elements stand in one place.")


def read_one(data: bytes, tag: int, what: str) -> Element:
    """The one element that these bytes are.

    Raises:
        DERError: they are none, more than one, or one of another type.
    """
    cursor = Cursor(data)
    element = cursor.take(tag, what)
    cursor.end(what)
    return element


def read_integer(element: Element, what: str) -> int:
    """The value of an INTEGER, which may be tagged by its context.

    Raises:
        DERError: it is empty, too large, or not in its shortest form.
    """
    content = element.content
    is_padded = len(content) > 1 and content[0] in {0x00, 0xFF} and (content[0] ^ content[1]) & 0x80 == 0
    if not 0 < len(content) <= _INTEGER_LIMIT_BYTES or is_padded:
        raise DERError(f"The {what} is no integer in its shortest form, or has more than {_INTEGER_LIMIT_BYTES} bytes.")
    return int.from_bytes(content, "big", signed=True)


def read_oid(element: Element, what: str) -> str:
    """An OBJECT IDENTIFIER in dotted form.

    Raises:
        DERError: it is none in its shortest form.
    """
    content = element.content
    if not content or len(content) > _OID_LIMIT_BYTES or content[-1] & 0x80:
        raise DERError(f"The {what} is no object identifier.")
    arcs: list[int] = []
    value, is_first = 0, True
    for octet in content:
        if is_first and octet == 0x80:
            raise DERError(f"The {what} is no object identifier in its shortest form.")
        value = value << 7 | octet & 0x7F
        is_first = not octet & 0x80
        if is_first:
            arcs.append(value)
            value = 0
    head = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (head, arcs[0] - 40 * head, *arcs[1:]))


def read_time(element: Element, what: str) -> datetime:
    """The moment of a UTCTime or GeneralizedTime, in UTC (RFC 5280 section 4.1.2.5; fractions as in RFC 3161).

    Digits behind the microsecond are cut off.

    Raises:
        DERError: it is no such time, or does not exist.
    """
    text = element.content.decode("latin-1")
    digits, _, fraction = text.removesuffix("Z").partition(".")
    is_utc = element.tag == Tag.UTC_TIME
    has_form = text.endswith("Z") and digits.isascii() and digits.isdigit() and len(digits) == (12 if is_utc else 14)
    has_fraction = "." not in text or (
        not is_utc and fraction.isascii() and fraction.isdigit() and len(fraction) <= 20 and not fraction.endswith("0")
    )
    if not has_form or not has_fraction:
        raise DERError(f"The {what} is no time of this form: {text[:40]!r}.")
    if is_utc:
        digits = ("19" if digits[0] >= "5" else "20") + digits
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise DERError(f"The {what} does not exist: {text[:40]!r}.") from error
    return moment + timedelta(microseconds=int(fraction[:6].ljust(6, "0")) if fraction else 0)


def write(tag: int, content: bytes) -> bytes:
    """One element."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def write_integer(value: int) -> bytes:
    """An INTEGER."""
    return write(Tag.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def write_oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER.

    Raises:
        DERError: the text is none.
    """
    parts = dotted.split(".")
    if len(parts) < 2 or len(dotted) > 200 or not all(part.isascii() and part.isdigit() for part in parts):
        raise DERError(f"{dotted[:60]!r} is no object identifier.")
    first, second, *rest = map(int, parts)
    if first > 2 or (first < 2 and second >= 40):
        raise DERError(f"{dotted[:60]!r} is no object identifier.")
    return write(Tag.OID, b"".join(_base_128(arc) for arc in (40 * first + second, *rest)))


def _base_128(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(value & 0x7F | 0x80)
    return bytes(reversed(octets))


def _element_at(data: bytes, at: int) -> Element:
    if len(data) - at < 2:
        raise DERError("The bytes end within an element.")
    tag, size = data[at], data[at + 1]
    begin = at + 2
    if tag & 0x1F == 0x1F:
        raise DERError("A tag number of 31 or more stands where none is expected.")
    if size & 0x80:
        octets = size & 0x7F
        begin += octets
        if not 0 < octets <= 4 or begin > len(data):
            raise DERError("A length is indefinite, too large, or cut off.")
        size = int.from_bytes(data[at + 2 : begin], "big")
        if size < 0x80 or size.bit_length() <= 8 * (octets - 1):
            raise DERError("A length is not in its shortest form.")
    if len(data) - begin < size:
        raise DERError("The bytes end within an element.")
    return Element(tag, data[begin : begin + size], data[at : begin + size])
