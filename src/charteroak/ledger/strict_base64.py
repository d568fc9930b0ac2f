"""Base64 of RFC 4648 section 4 with one spelling per value.

Python's decoder takes stray characters and non-zero trailing bits, so that two texts could mean the same signature.
Here a text that does not re-encode to itself is refused.
"""

import base64


def encode_base64(data: bytes) -> str:
    """Padded base64 on one line."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """The bytes of a padded base64 text.

    Raises:
        ValueError: it is not in the one canonical spelling. Callers wrap this in the error of their format.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:  # binascii.Error is one; text beyond ASCII raises the plain kind
        raise ValueError(f"{text[:60]!r} is not base64") from error
    if encode_base64(data) != text:
        raise ValueError(f"{text[:60]!r} is not canonical base64")
    return data
