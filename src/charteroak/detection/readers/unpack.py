"""Unpacking gzip and zstd as streams, in bounded memory; several members or frames in one file are one stream.

What could be unpacked is handed out before damage is raised. A stream that ends early, which some decoders pass over,
is damage here.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator

import zstandard

from charteroak.detection.errors import LogReadError
from charteroak.detection.limits import (
    GZIP_FEED_BYTES,
    READ_BYTES,
    UNPACKED_FREE_BYTES,
    UNPACKED_RATIO,
    ZSTD_FEED_BYTES,
)

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGICS = (b"\x28\xb5\x2f\xfd", *(bytes((n, 0x2A, 0x4D, 0x18)) for n in range(0x50, 0x60)))
"""A zstd frame, or a skippable frame before it (RFC 8878 section 3.1)."""

_GZIP_WINDOW = 31
"""zlib's way of asking for a gzip header and checksum with the largest window."""


def unpack(packed: Iterable[bytes], head: bytes) -> Iterator[bytes]:
    """The stream that ``packed`` holds, told by its first bytes; a stream that is not packed comes back as it is.

    Raises:
        LogReadError: it is damaged, cut off, or unpacks to an absurd size.
    """
    if head.startswith(GZIP_MAGIC):
        return _bounded(_gunzip, packed)
    if head.startswith(ZSTD_MAGICS):
        return _bounded(_unzstd, packed)
    return iter(packed)


class _Counted(Iterator[bytes]):
    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self.bytes = 0

    def __next__(self) -> bytes:
        chunk = next(self._chunks)
        self.bytes += len(chunk)
        return chunk


def _bounded(decode: Callable[[Iterator[bytes]], Iterator[bytes]], packed: Iterable[bytes]) -> Iterator[bytes]:
    counted = _Counted(packed)
    unpacked = 0
    for chunk in decode(counted):
        unpacked += len(chunk)
        if unpacked > max(UNPACKED_FREE_BYTES, UNPACKED_RATIO * counted.bytes):
            raise LogReadError(f"It unpacks to more than {UNPACKED_RATIO:,} times its size and was given up.")
        yield chunk


def _slices(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    return (chunk[start : start + size] for chunk in chunks for start in range(0, len(chunk), size))


def _gunzip(packed: Iterator[bytes]) -> Iterator[bytes]:
    decoder = zlib.decompressobj(_GZIP_WINDOW)
    begun = False
    for piece in _slices(packed, GZIP_FEED_BYTES):
        waiting = piece
        while waiting:
            if not begun:
                waiting = waiting.lstrip(b"\x00")  # Tapes and some loggers pad between members with zeros.
                begun = bool(waiting)
                continue
            before = decoder.copy()
            try:
                text = decoder.decompress(waiting, READ_BYTES)
            except zlib.error as error:
                yield from _up_to_damage(before, waiting)
                raise LogReadError(f"Damaged gzip data: {error}.") from error
            if text:
                yield text
            if decoder.eof:
                waiting = decoder.unused_data
                decoder, begun = zlib.decompressobj(_GZIP_WINDOW), False
            else:
                waiting = decoder.unconsumed_tail
    if begun:
        raise LogReadError("The gzip data is cut off.")


def _up_to_damage(decoder: "zlib._Decompress", waiting: bytes) -> Iterator[bytes]:
    """What the decoder can tell byte by byte until it meets the damage."""
    # Byte by byte, so that every byte before the damage is told; a packed byte holds a few kilobytes at most.
    ready: list[bytes] = []
    size = 0
    for i in range(len(waiting)):
        try:
            ready.append(decoder.decompress(waiting[i : i + 1]))
        except zlib.error:
            break
        size += len(ready[-1])
        if size >= READ_BYTES:
            yield b"".join(ready)
            ready, size = [], 0
    yield b"".join(ready)


def _unzstd(packed: Iterator[bytes]) -> Iterator[bytes]:
    context = zstandard.ZstdDecompressor()
    decoder = context.decompressobj()
    begun = False
    for piece in _slices(packed, ZSTD_FEED_BYTES):
        waiting = piece
        while waiting:
            begun = True
            try:
                text = decoder.decompress(waiting)
            except zstandard.ZstdError as error:
                raise LogReadError(f"Damaged zstd data: {error}.") from error
            if text:
                yield text
            waiting = b""
            if decoder.eof:
                waiting = decoder.unused_data
                decoder, begun = context.decompressobj(), False
    if begun:
        raise LogReadError("The zstd data is cut off.")
