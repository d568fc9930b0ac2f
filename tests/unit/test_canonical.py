"""What the JSON reader refuses, and that a refusal names the place and what to do."""

import hashlib

import pytest

from charteroak.canonical import CanonicalError, canonical_digest, canonical_json, parse_json


def test_key_order_and_spacing_of_the_input_do_not_matter() -> None:
    assert canonical_json(parse_json('{"b":1,"a":2}')) == canonical_json(parse_json(' {"a" : 2 ,\n"b":1}'))


def test_digest_is_sha256_of_the_canonical_bytes() -> None:
    assert canonical_digest({"b": 1, "a": None}) == hashlib.sha256(b'{"a":null,"b":1}').hexdigest()


def test_largest_exact_integers_pass_and_the_next_is_refused() -> None:
    assert canonical_json([2**53 - 1, -(2**53) + 1]) == b"[9007199254740991,-9007199254740991]"
    with pytest.raises(CanonicalError):
        canonical_json(2**53 + 1)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="not-a-number"),
        pytest.param(float("inf"), id="infinity"),
        pytest.param("\ud800", id="lone-surrogate"),
        pytest.param({"\udfff": 1}, id="lone-surrogate-in-a-key"),
        pytest.param({1: "a"}, id="key-that-is-no-string"),
        pytest.param({"a": b"bytes"}, id="bytes"),
        pytest.param({1, 2}, id="set"),
        pytest.param(object(), id="foreign-object"),
    ],
)
def test_refuses_a_value_without_canonical_form(value: object) -> None:
    with pytest.raises(CanonicalError) as refusal:
        canonical_json(value)
    assert refusal.value.code == "canonical.no-form"


def test_refuses_a_value_nested_beyond_any_stack() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(CanonicalError):
        canonical_json(nested)


def test_a_key_that_stands_twice_is_refused_by_name() -> None:
    with pytest.raises(CanonicalError, match="'status' stands twice"):
        parse_json('{"status": "yes", "status": "no"}')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(b"", "line 1, column 1", id="nothing"),
        pytest.param(b'{"a": 1', "line 1, column 8", id="cut-off"),
        pytest.param(b'{"a":\n 1,}', "line 2", id="trailing-comma"),
        pytest.param(b"\xef\xbb\xbf{}", "Not JSON", id="byte-order-mark"),
        pytest.param(b'{"a": "\xff"}', "byte 7", id="not-utf-8"),
        pytest.param(b"\x1f\x8b\x08\x00\x00\x00", "byte 1", id="gzip"),
        pytest.param(b"{}{}", "Extra data", id="two-documents"),
        pytest.param(b"[NaN]", "NaN is not JSON", id="nan"),
        pytest.param(b"[-Infinity]", "-Infinity is not JSON", id="minus-infinity"),
        pytest.param(b"[1e999]", "1e999 is larger", id="overflow-to-infinity"),
        pytest.param(b"[" + b"9" * 5000 + b"]", "too long", id="number-of-5000-digits"),
        pytest.param(b"[" * 200_000, "nested too deeply", id="200000-brackets"),
        pytest.param(b'"\x00"', "control character", id="raw-control-character"),
    ],
)
def test_refuses_what_is_not_strict_json_and_says_where(text: bytes, words: str) -> None:
    with pytest.raises(CanonicalError, match=words):
        parse_json(text)


def test_text_and_bytes_read_alike() -> None:
    assert parse_json('{"a": "é"}') == parse_json('{"a": "é"}'.encode())
