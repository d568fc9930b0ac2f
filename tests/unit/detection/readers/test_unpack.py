import gzip
import os
from collections.abc import Callable, Iterator

import pytest
import zstandard

from charteroak.detection.errors import LogReadError
from charteroak.detection.limits import READ_BYTES, UNPACKED_FREE_BYTES
from charteroak.detection.readers.unpack import unpack

TEXT = b"".join(b"line %d of a log\n" % number for number in range(20_000))


def in_chunks(data: bytes, size: int = 1000) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


def unpacked(data: bytes, size: int = 1000) -> bytes:
    return b"".join(unpack(in_chunks(data, size), data[:100]))


def until_damage(data: bytes) -> tuple[bytes, str]:
    got: list[bytes] = []
    with pytest.raises(LogReadError) as damage:
        got.extend(unpack(in_chunks(data), data[:100]))
    return b"".join(got), damage.value.message


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
def test_streams_of_one_or_several_members_unpack_however_they_are_cut(
    pack: Callable[[bytes], bytes], size: int
) -> None:
    part = TEXT[:5000]
    assert unpacked(pack(part), size) == part
    assert unpacked(pack(part) + pack(b"") + pack(b"more"), size) == part + b"more"


def test_what_is_not_packed_comes_back_as_it_is() -> None:
    assert unpacked(TEXT) == TEXT
    assert unpacked(b"") == b""


def test_zeros_between_gzip_members_are_padding() -> None:
    assert unpacked(gzip.compress(b"a") + bytes(5000) + gzip.compress(b"b") + bytes(9)) == b"ab"


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_very_many_tiny_members_are_one_stream(pack: Callable[[bytes], bytes]) -> None:
    assert unpacked(pack(b"x\n") * 20_000, 1 << 20) == b"x\n" * 20_000


def test_a_skippable_zstd_frame_is_skipped() -> None:
    assert unpacked(b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + zstd(b"text")) == b"text"


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
@pytest.mark.parametrize("left", [1, 5, 0.3, 0.9])
def test_a_stream_that_is_cut_off_gives_what_it_has_and_then_says_so(
    pack: Callable[[bytes], bytes], left: float
) -> None:
    packed = pack(TEXT)
    got, message = until_damage(packed[: -int(left)] if left >= 1 else packed[: int(len(packed) * left)])
    assert TEXT.startswith(got)
    assert "cut off" in message
    assert left < 0.5 or len(got) > len(TEXT) // 2


def test_a_gzip_stream_gives_every_byte_before_the_damage() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[-6] ^= 1
    got, message = until_damage(bytes(packed))
    assert got == TEXT
    assert "Damaged gzip data" in message


def test_a_zstd_stream_with_a_wrong_checksum_is_damaged() -> None:
    packed = bytearray(zstd(TEXT))
    packed[-1] ^= 1
    got, message = until_damage(bytes(packed))
    assert TEXT.startswith(got)
    assert "Damaged zstd data" in message


@pytest.mark.parametrize("junk", [b"garbage behind it", b"\x1f\x8b"])
def test_anything_else_behind_a_gzip_member_is_damage(junk: bytes) -> None:
    got, _ = until_damage(gzip.compress(b"a text") + junk)
    assert got == b"a text"


def test_noise_behind_a_magic_number_is_damage() -> None:
    for magic in (b"\x1f\x8b", b"\x28\xb5\x2f\xfd"):
        until_damage(magic + os.urandom(3000))


@pytest.mark.slow
def test_a_zstd_bomb_is_given_up_in_bounded_steps() -> None:
    packed = zstandard.ZstdCompressor().compress(bytes(2 * UNPACKED_FREE_BYTES))
    sizes: list[int] = []
    with pytest.raises(LogReadError, match="times its size"):
        sizes.extend(map(len, unpack(in_chunks(packed), packed[:100])))
    assert max(sizes) < 40 << 20


def test_one_step_of_a_gzip_bomb_is_bounded() -> None:
    packed = gzip.compress(bytes(64 << 20))
    assert max(map(len, unpack(in_chunks(packed, len(packed)), packed[:100]))) <= READ_BYTES
