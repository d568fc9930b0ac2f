"""The payload vectors of c2sp.org/age (C2SP/CCTV, age/testdata/stream_*) against our sealing."""

import hashlib
import io
import zlib
from pathlib import Path

import pytest

from charteroak.adapters.sealing import NONCE_BYTES, SealBrokenError, open_sealed, seal_stream

VECTORS = sorted((Path(__file__).parents[1] / "assets" / "age-stream").glob("stream_*"))


def read_vector(path: Path) -> tuple[dict[str, str], bytes]:
    """What a vector expects, and the payload: what follows the age header's last line."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    expected = dict(line.split(": ", 1) for line in head.decode("ascii").splitlines())
    age_file = zlib.decompress(body) if expected.get("compressed") == "zlib" else body
    _, _, rest = age_file.partition(b"\n--- ")
    _, _, payload = rest.partition(b"\n")
    return expected, payload


def released(payload: bytes, key: bytes) -> tuple[bytes, bool]:
    """What a reader gets before the end or the first error, and whether it came to the end."""
    plain = bytearray()
    try:
        with open_sealed(io.BytesIO(payload), key) as stream:
            while piece := stream.read1():
                plain += piece
    except SealBrokenError:
        return bytes(plain), False
    return bytes(plain), True


def test_every_vector_of_the_kit_is_here() -> None:
    assert len(VECTORS) == 28


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.name)
def test_payload_opens_as_the_vector_says(path: Path) -> None:
    expected, payload = read_vector(path)
    key = bytes.fromhex(expected["file key"])

    plain, is_whole = released(payload, key)

    assert is_whole == (expected["expect"] == "success")
    assert hashlib.sha256(plain).hexdigest() == expected.get("payload", hashlib.sha256().hexdigest())


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.name)
def test_sealing_what_a_good_vector_holds_gives_its_very_bytes(path: Path) -> None:
    expected, payload = read_vector(path)
    if expected["expect"] == "success":
        key, nonce = bytes.fromhex(expected["file key"]), payload[:NONCE_BYTES]
        plain, _ = released(payload, key)

        assert b"".join(seal_stream([plain[:1000], plain[1000:]], key, nonce=nonce)) == payload
