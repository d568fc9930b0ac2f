"""DER, as much of it as time-stamps need, read strictly."""

from datetime import UTC, datetime

import pytest

from charteroak.ledger.der import (
    Cursor,
    DERError,
    Element,
    Tag,
    read_elements,
    read_integer,
    read_oid,
    read_one,
    read_time,
    write,
    write_integer,
    write_oid,
)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_an_element_survives_at_every_length_of_length(size: int) -> None:
    data = write(Tag.OCTET_STRING, bytes(size))

    assert read_one(data, Tag.OCTET_STRING, "x") == Element(Tag.OCTET_STRING, bytes(size), data)


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, 2**63, 2**64 - 1, 2**160])
def test_an_integer_survives(value: int) -> None:
    assert read_integer(read_one(write_integer(value), Tag.INTEGER, "x"), "x") == value


def test_a_negative_integer_is_read() -> None:
    assert read_integer(Element(2, b"\xff", b""), "x") == -1


@pytest.mark.parametrize("dotted", ["0.0", "1.2.840.113549.1.7.2", "2.16.840.1.101.3.4.2.1", "2.999.0", "1.39"])
def test_an_object_identifier_survives(dotted: str) -> None:
    assert read_oid(read_one(write_oid(dotted), Tag.OID, "x"), "x") == dotted


NOT_DER = {
    "a tag alone": b"\x30",
    "cut content": b"\x30\x02\x00",
    "an indefinite length": b"\x30\x80\x00\x00",
    "a long length for a short one": b"\x30\x81\x01\x00",
    "a length with a leading zero": b"\x30\x82\x00\x80" + bytes(128),
    "a length of five octets": b"\x30\x85\x00\x00\x00\x00\x01\x00",
    "a length that is cut": b"\x30\x84\x01",
    "a length of gigabytes": b"\x30\x84\xff\xff\xff\xff\x00",
    "a tag number above 30": b"\x3f\x1f\x00",
    "something behind": b"\x30\x00\x00",
    "very many elements": b"\x05\x00" * 5000,
}


@pytest.mark.parametrize("data", NOT_DER.values(), ids=NOT_DER)
def test_refuses_what_is_not_der(data: bytes) -> None:
    with pytest.raises(DERError):
        list(read_elements(data))


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"\xff\xff", b"\x01" * 65])
def test_refuses_an_integer_that_is_none_in_its_shortest_form(content: bytes) -> None:
    with pytest.raises(DERError):
        read_integer(Element(2, content, b""), "x")


@pytest.mark.parametrize("content", [b"", b"\x80", b"\x2a\x80", b"\x80\x01", b"\x2a\x80\x01", b"\x01" * 129])
def test_refuses_what_is_no_object_identifier(content: bytes) -> None:
    with pytest.raises(DERError):
        read_oid(Element(6, content, b""), "x")


@pytest.mark.parametrize("text", ["", "1", "3.1", "1.40", "1.-2", "1..2", "a.b", "1.2 ", "\u0661.2", "1." * 200 + "1"])
def test_refuses_to_write_what_is_no_object_identifier(text: str) -> None:
    with pytest.raises(DERError):
        write_oid(text)


def element(text: str, tag: int = Tag.GENERALIZED_TIME) -> Element:
    return Element(tag, text.encode("latin-1"), b"")


def test_times_are_read_with_their_fraction_and_their_century() -> None:
    moment = datetime(2026, 11, 22, 0, 30, 5, tzinfo=UTC)

    assert read_time(element("20261122003005Z"), "x") == moment
    assert read_time(element("20261122003005.25Z"), "x") == moment.replace(microsecond=250000)
    assert read_time(element("20261122003005.1234567Z"), "x") == moment.replace(microsecond=123456)
    assert read_time(element("261122003005Z", Tag.UTC_TIME), "x") == moment
    assert read_time(element("500101000000Z", Tag.UTC_TIME), "x").year == 1950
    assert read_time(element("491231235959Z", Tag.UTC_TIME), "x").year == 2049


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("", 24), ("Z", 24), ("20261122003005", 24), ("20261122003005+0100", 24), ("20261322003005Z", 24),
        ("20261122003060Z", 24), ("00001122003005Z", 24), ("20261122003005.Z", 24), ("20261122003005.50Z", 24),
        ("20261122003005.5.5Z", 24), ("20261122003005." + "1" * 21 + "Z", 24), ("261122003005Z", 24),
        ("20261122003005Z", 23), ("261122003005.5Z", 23), ("2026112200300\xb2Z", 24), (" 0261122003005Z", 24),
    ],
)  # fmt: skip
def test_refuses_a_time_that_has_another_form_or_does_not_exist(text: str, tag: int) -> None:
    with pytest.raises(DERError):
        read_time(element(text, tag), "x")


def test_a_cursor_takes_in_order_and_says_what_is_missing() -> None:
    cursor = Cursor(write_integer(1) + write(Tag.SEQUENCE, b""))

    assert cursor.take_if(Tag.OID, Tag.BOOLEAN) is None
    cursor.take(Tag.INTEGER, "version")
    with pytest.raises(DERError, match="The version is missing"):
        cursor.take(Tag.INTEGER, "version")
    with pytest.raises(DERError, match="stands behind the list"):
        cursor.end("list")
    assert len(cursor.rest()) == 1
