import pytest

from charteroak.ledger.strict_base64 import decode_base64, encode_base64


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"abc", bytes(range(256))])
def test_what_is_encoded_is_decoded(data: bytes) -> None:
    assert decode_base64(encode_base64(data)) == data


@pytest.mark.parametrize("text", ["YQ", "YR==", "YWJ=", "YQ==\n", " YQ==", "YQ=", "Y-_=", "Y\u00c0==", "=", "YQ==YQ=="])
def test_a_second_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        decode_base64(text)
