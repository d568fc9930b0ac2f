"""The quick ways through a header block give what the thorough ones give, whatever a sender writes."""

import binascii
import re

from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from charteroak.mail.decoding import decode_base64, decode_words, is_printable
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.headers import Headers, read_headers

PAYLOADS = st.text(st.sampled_from("YWJjZA==_=C3=A9+/ *?"), max_size=12)
HEADS = st.sampled_from(["=?utf-8?B?", "=?utf-8?Q?", "=?UTF-8?b?", "=?cp1252?Q?"])
WORDS = st.lists(st.tuples(HEADS, PAYLOADS).map(lambda word: f"{word[0]}{word[1]}?="), min_size=1, max_size=12)
LINES = st.lists(
    st.sampled_from([b"\n", b"\r\n", b"\r\n ", b"\n\t", b"\n  ", b"\r", b" ", b":", b"Ab", b"To: x", b"\0", b"\xe9"]),
    max_size=40,
).map(b"".join)


def headers_of(block: bytes) -> tuple[Headers, DefectLog]:
    defects = DefectLog()
    return read_headers(block, 0, len(block), 1 << 20, defects), defects


@given(WORDS)
@example(["=?utf-8?B?YWJj?="] * 3 + ["=?utf-8?Q?=C3=A9?="])
@example(["=?utf-8?Q?a=C?="] * 4)
@settings(max_examples=examples(300), deadline=None)
def test_words_read_together_give_what_each_of_them_gives(words: list[str]) -> None:
    # Two blanks between words keep them from being read together; between words no blank is kept.
    one_by_one = decode_words("  ".join(words), DefectLog())
    together = decode_words(" ".join(words), DefectLog())
    assert re.sub(" +", " ", together) == re.sub(" +", " ", one_by_one)


@given(st.one_of(st.binary(max_size=80), st.text("ABab+/=\r\n !").map(str.encode)))
@example(b"YR==")
@example(b"YWJj\r\nZGVm\r\n")
@settings(max_examples=examples(300), deadline=None)
def test_base64_has_the_meaning_that_the_standard_library_gives_it(data: bytes) -> None:
    try:
        wanted = binascii.a2b_base64(data)
    except binascii.Error:
        return
    assert decode_base64(data, DefectLog()) == wanted


@given(st.one_of(st.text(max_size=200), st.text(st.characters(max_codepoint=130), min_size=60, max_size=200)))
@settings(max_examples=examples(300), deadline=None)
def test_what_is_printable_is_what_python_says(text: str) -> None:
    assert is_printable(text) == text.isprintable()


@given(LINES)
@settings(max_examples=examples(300), deadline=None)
def test_fields_are_the_same_whatever_ends_their_lines(block: bytes) -> None:
    block = block.replace(b"\r", b"")
    headers, _ = headers_of(block)
    assert headers.fields == headers_of(block.replace(b"\n", b"\r\n"))[0].fields
    assert headers.texts(DefectLog()).keys() == headers.names
    for name in headers.names:
        every = [value for other, value in headers.fields if other == name]
        assert headers.all(name) == every
        assert (headers.first(name), headers.count(name)) == (every[0], len(every))


@given(st.lists(st.one_of(LINES, st.sampled_from([b"=?utf-8?B?YWJj?=", b"?=\n =?utf-8?Q?a", b"\nAb:"])), max_size=20))
@example([b"Ab\n", b" " * 300, b": x"])
@example([b"Ab: ", *[b"=?utf-8?B?YWJj?=\n "] * 4, b"=?utf-8?Q?a=0Ab?="])
@example([b"Ab: ", *[b"=?utf-8?B?YWJj?=\n "] * 4, b" \n\tb"])
@example([b"Ab: ", *[b"=?utf-8?Q?a\n  b?=\n "] * 4])
@settings(max_examples=examples(300), deadline=None)
def test_folds_undone_late_give_what_folds_undone_first_give(pieces: list[bytes]) -> None:
    # No block holds an empty line.
    block = re.sub(rb"\n+", b"\n", b"".join(pieces).translate(None, b"\r\0"))
    unfolded, seen = headers_of(re.sub(rb"\n[ \t]+", b" ", block))
    headers, seen_late = headers_of(block)
    # In this order, since what is asked for as it was sent is unfolded then.
    assert headers.texts(seen_late) == unfolded.texts(seen)
    assert headers.fields == unfolded.fields
    assert seen_late.defects() == seen.defects()


@given(LINES, LINES)
@settings(max_examples=examples(300), deadline=None)
def test_return_without_a_line_feed_is_never_lost(before: bytes, after: bytes) -> None:
    _, defects = headers_of(b"X: " + before + b"a\rb" + after)
    assert defects.has(DefectKind.CONTROL_IN_HEADER)
