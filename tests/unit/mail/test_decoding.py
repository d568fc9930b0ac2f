import binascii
import tracemalloc

import pytest

from charteroak.mail import limits
from charteroak.mail.decoding import (
    decode_base64,
    decode_text,
    decode_transfer,
    decode_words,
    parameter_text,
    parse_parameters,
    text_codec,
)
from charteroak.mail.defects import DefectKind, DefectLog


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?N=C3=B3mina?=", "Nómina"),
        ("=?iso-8859-1?Q?caf=E9?= au lait", "café au lait"),
        ("=?utf-8?B?w5xiZXI=?=", "Über"),
        ("=?utf-8?Q?one?= =?utf-8?Q?_two?=", "one two"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A9t=C3=A9?=", "été"),
        ("=?utf-8*en?Q?hello?=", "hello"),
        ("=?no-such-charset?Q?hello?=", "hello"),
        ("=?utf-8?B?%%%?=", ""),
        ("=?broken", "=?broken"),
    ],
)
def test_encoded_words_are_decoded_as_mail_readers_do(written: str, read: str) -> None:
    assert decode_words(written, DefectLog()) == read


def test_line_break_inside_an_encoded_word_cannot_start_a_header() -> None:
    defects = DefectLog()
    assert decode_words("=?utf-8?Q?Hello=0D=0ABcc:_victim@town.example?=", defects) == "Hello Bcc: victim@town.example"
    assert defects.has(DefectKind.CONTROL_IN_HEADER)


def test_words_beyond_the_limit_stay_encoded_and_are_noted() -> None:
    defects = DefectLog()
    decoded = decode_words(" ".join(["=?utf-8?Q?a?="] * 300), defects)
    assert decoded.startswith("a" * 200)
    assert "=?utf-8?Q?a?=" in decoded
    assert defects.has(DefectKind.TOO_MANY_ENCODED_WORDS)


@pytest.mark.parametrize(
    "name", ["rot13", "idna", "utf-7", "unicode-escape", "zlib", "hex", "no such", "a\0b", "os", "u\u0153tf-8", "mbcs"]
)
def test_names_that_are_no_text_encoding_are_refused(name: str) -> None:
    assert text_codec(name) is None


@pytest.mark.parametrize(
    ("name", "codec"), [("", "utf-8"), ('"UTF-8"', "utf-8"), ("ISO-8859-1", "cp1252"), ("gb2312", "gb18030")]
)
def test_declared_names_map_to_what_mail_readers_use(name: str, codec: str) -> None:
    assert text_codec(name) == codec


def test_text_that_does_not_fit_its_charset_is_still_read() -> None:
    defects = DefectLog()
    assert decode_text("é".encode("cp1252"), "utf-8", defects) == "é"
    assert defects.has(DefectKind.CHARSET_FAILURE)


@pytest.mark.parametrize("data", [b"aGVsbG8", b"aGVsbG8=\n", b"aGV sbG\n8=", b"a!G@VsbG8=", b"aGVsbG8=x"])
def test_damaged_base64_gives_what_can_be_decoded(data: bytes) -> None:
    assert decode_base64(data, DefectLog()).startswith(b"hell")


def test_text_after_base64_padding_is_noted() -> None:
    defects = DefectLog()
    decode_base64(b"aGVsbG8=\n--\nsent by a list", defects)
    assert defects.has(DefectKind.DATA_AFTER_PADDING)


def test_parameters_keep_semicolons_inside_quotes() -> None:
    value, parameters = parse_parameters('Text/HTML; charset="utf-8"; name="a;b.html"; charset=ascii')
    assert value == "text/html"
    assert parameters == {"charset": "utf-8", "name": "a;b.html"}


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('attachment; filename="plain.pdf"', "plain.pdf"),
        ("attachment; filename*=utf-8''N%C3%B3mina.pdf", "Nómina.pdf"),
        ("attachment; filename*0=invo; filename*1=ice.pdf", "invoice.pdf"),
        ("attachment; filename*0*=utf-8''N%C3%B3; filename*1*=mina.pdf", "Nómina.pdf"),
        ('attachment; filename="=?utf-8?B?Tsyz?="', "N\u0333"),
        ("attachment", ""),
    ],
)
def test_file_names_are_read_in_every_form(field: str, name: str) -> None:
    _, parameters = parse_parameters(field)
    assert parameter_text(parameters, "filename", DefectLog()) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?B?YWJj?= =?utf-8?B?ZGVm?= =?utf-8?B?Z2g=?=", "abcdefgh"),
        ("=?utf-8?B?YWJj?= =?utf-8?Q?d=C3?= =?utf-8?Q?=A9_f?=", "abcdé f"),
        ("=?utf-8?Q?a=4?= =?utf-8?Q?1?=", "a=41"),
        ("=?utf-8?B?YWJj*?= =?utf-8?B?ZGVm?=", "abcdef"),
        ("=?utf-8?B?YWI?= =?utf-8?B?YWI?=", "abab"),
        ("=?utf-8?B?YQ==?= =?utf-8?B?YQ==?=", "aa"),
        ("=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
        ("=?utf-8?Q?a?= =?cp1252?Q?=E9?=", "aé"),
    ],
)
def test_neighbouring_words_give_what_each_of_them_gives(value: str, text: str) -> None:
    assert decode_words(value, DefectLog()) == text


@pytest.mark.parametrize("encoding", ["x-uuencode", "uuencode"])
def test_uuencoded_part_is_decoded(encoding: str) -> None:
    defects = DefectLog()
    text = b"begin 644 a.html\n" + binascii.b2a_uu(b"<a href='https://x.example/'>x</a>") + b"`\nend\n"
    assert decode_transfer(text, encoding, defects) == b"<a href='https://x.example/'>x</a>"
    assert not defects.loses_content


@pytest.mark.parametrize(("before", "behind"), [(b"see https://x.example/\n", b""), (b"", b"see https://x.example/\n")])
def test_words_around_a_uuencoded_file_are_kept_in_a_text_and_told_as_left_out_of_a_file(
    before: bytes, behind: bytes
) -> None:
    text = before + b"begin 644 a\n" + binascii.b2a_uu(b"file") + b"`\nend\n" + behind
    defects = DefectLog()
    shown = decode_transfer(text, "x-uuencode", defects, is_shown=True)
    assert b"see https://x.example/\n" in shown
    assert b"file\n" in shown
    assert not defects.loses_content
    assert decode_transfer(text, "x-uuencode", defects) == b"file"
    assert defects.loses_content


@pytest.mark.parametrize(
    "lines",
    [
        b"end\nbegin 644 b\n#86)C\nend\n",
        b"<A HREF=HTTPS://BAD.EXAMPLE>PAY NOW</A>\nend\n",
        b"<a href=https://bad.example>pay</a>\nend\n",
    ],
)
def test_what_a_text_may_show_between_the_lines_of_a_file_is_told_as_left_out(lines: bytes) -> None:
    defects = DefectLog()
    decode_transfer(b"begin 644 a\n" + lines, "x-uuencode", defects, is_shown=True)
    assert defects.loses_content


def test_blank_line_of_a_uuencoded_part_adds_nothing() -> None:
    text = b"begin 644 a\n" + binascii.b2a_uu(b"one ") + b"\n\r\n" + binascii.b2a_uu(b"two")
    assert decode_transfer(text, "x-uuencode", DefectLog()) == b"one two"


def test_uuencoded_part_of_countless_short_lines_is_cut_and_costs_no_list_of_them() -> None:
    text, defects = b"begin 644 a\n" + b"!8\n" * 700_000, DefectLog()
    tracemalloc.start()
    try:
        assert len(decode_transfer(text, "x-uuencode", defects)) == limits.MAX_UU_LINES
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
    assert defects.has(DefectKind.DECODE_BUDGET)


@pytest.mark.parametrize("data", [b"no file here", b"begin 644 a\n\xff\xfe\n"])
def test_part_in_an_encoding_that_is_not_known_loses_content(data: bytes) -> None:
    for encoding in ("x-uuencode", "x-secret"):
        defects = DefectLog()
        decode_transfer(data, encoding, defects)
        assert defects.loses_content
    defects = DefectLog()
    assert decode_transfer(data, "8bit", defects) == data
    assert not defects.defects()


def test_text_that_is_called_base64_and_is_none_is_told_as_damaged() -> None:
    for length in range(8):
        defects = DefectLog()
        decode_base64(b"see https://x.example/" + b"x" * length, defects)
        assert defects.has(DefectKind.BAD_BASE64)
    defects = DefectLog()
    assert decode_base64(b"YWJj\r\n \tZGVm\n", defects) == b"abcdef"
    assert not defects.defects()
