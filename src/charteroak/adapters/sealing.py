"""Sealing a stream under a key of its own: the payload of c2sp.org/age, which is STREAM in chunks of 64 KiB.

A sealed file is a nonce of 16 random bytes and then the plain bytes in chunks of 64 KiB, each under ChaCha20-Poly1305
(RFC 8439) with its tag. The AEAD's nonce is the chunk's number (11 bytes, big endian) and one byte that says whether
it is the last. Its key is HKDF-SHA-256 (RFC 5869) of the content key, with the file's nonce as salt and "payload" as
info. So a chunk that was changed, moved, left out, doubled or put behind the end does not open. The construction is
that of Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance" (2015), as the "Payload" section of c2sp.org/age publishes it.

Whoever destroys the content key destroys what was sealed under it, wherever copies of the sealed file lie.
"""

import io
import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from charteroak.errors import VerificationError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CONTENT_KEY_BYTES = 32
CHUNK_BYTES = 64 << 10
NONCE_BYTES = 16
TAG_BYTES = 16

_RESTORE = "Restore the file from a backup."
_SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES


class SealBrokenError(VerificationError):
    """A sealed file does not open under its key: it was altered, cut short, put in another order, or is another one."""

    code: ClassVar[str] = "evidence.seal-broken"


def new_content_key() -> bytes:
    """A random key for one object."""
    return secrets.token_bytes(CONTENT_KEY_BYTES)


def sealed_size(size: int) -> int:
    """How many bytes the sealed form of so many plain bytes has."""
    chunks = max(1, -(-size // CHUNK_BYTES))
    return NONCE_BYTES + size + chunks * TAG_BYTES


def seal_stream(chunks: Iterable[bytes], content_key: bytes, *, nonce: bytes | None = None) -> Iterator[bytes]:
    """The sealed form of a stream, in pieces; never more than two chunks are held. A nonce is given by tests alone."""
    salt = secrets.token_bytes(NONCE_BYTES) if nonce is None else nonce
    aead = _payload_cipher(content_key, salt)
    yield salt
    number = 0
    waiting = bytearray()
    for chunk in chunks:
        view = memoryview(chunk)
        while view:
            # A full chunk is sealed only when a byte behind it is at hand: until then it may be the last.
            if len(waiting) == CHUNK_BYTES:
                yield aead.encrypt(_chunk_nonce(number, is_last=False), bytes(waiting), None)
                number += 1
                waiting.clear()
            room = CHUNK_BYTES - len(waiting)
            waiting += view[:room]
            view = view[room:]
    yield aead.encrypt(_chunk_nonce(number, is_last=True), bytes(waiting), None)


def open_sealed(file: BinaryIO, content_key: bytes, *, name: str = "sealed file") -> io.BufferedReader:
    """The plain bytes of a sealed file as a stream, which closes the file with itself. Errors call it by its name.

    Every byte that a read returns stood in a chunk whose tag held. That nothing is missing at the end is known when
    the stream has been read to its end.

    Raises:
        SealBrokenError: the file is too short to begin; reading raises it for whatever does not hold further on.
    """
    nonce = file.read(NONCE_BYTES)
    if len(nonce) != NONCE_BYTES:
        raise SealBrokenError(f"The {name} ends before it begins.", remedy=_RESTORE)
    return io.BufferedReader(_Opened(file, _payload_cipher(content_key, nonce), name), CHUNK_BYTES)


class _Opened(io.RawIOBase):
    """Opens one chunk at a time."""

    def __init__(self, file: BinaryIO, aead: ChaCha20Poly1305, name: str) -> None:
        super().__init__()
        self._name = name
        self._file = file
        self._aead = aead
        self._number = 0
        self._plain = memoryview(b"")
        self._is_finished = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        target = memoryview(buffer).cast("B")
        if not self._plain and not self._is_finished:
            self._plain = memoryview(self._open_next())
        elif not self._plain and self._file.read(1):
            raise SealBrokenError(f"Bytes stand behind the last chunk of the {self._name}.", remedy=_RESTORE)
        count = min(len(target), len(self._plain))
        target[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def close(self) -> None:
        try:
            self._file.close()
        finally:
            super().close()

    def _open_next(self) -> bytes:
        """The next chunk's plain bytes. A full one may be the last or not: its tag says which."""
        sealed = self._file.read(_SEALED_CHUNK_BYTES)
        is_full = len(sealed) == _SEALED_CHUNK_BYTES
        plain = self._opened(sealed, is_last=False) if is_full else None
        if plain is None:
            plain = self._opened(sealed, is_last=True)
            self._is_finished = True
        if plain is None:
            raise SealBrokenError(
                f"Chunk {self._number} of the {self._name} does not hold: it was altered, moved or cut short.",
                remedy=_RESTORE,
            )
        if not plain and self._number:
            raise SealBrokenError(f"The {self._name} ends in an empty chunk, which no writer makes.", remedy=_RESTORE)
        self._number += 1
        return plain

    def _opened(self, sealed: bytes, *, is_last: bool) -> bytes | None:
        try:
            return self._aead.decrypt(_chunk_nonce(self._number, is_last=is_last), sealed, None)
        except InvalidTag:
            return None


def _payload_cipher(content_key: bytes, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"payload").derive(content_key))


def _chunk_nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")
