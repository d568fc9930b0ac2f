"""Signing keys in files of mode 0600, made once and never overwritten.

A new key is written whole to a file of its own, flushed to the disk, and only then linked to its final name, which
fails if another process was faster: two processes that start together end up with one key, and no reader ever sees
half of one.
"""

import hashlib
import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from charteroak.adapters.durability import flush_directory
from charteroak.errors import CouldNotError, SourceLocation
from charteroak.ledger.errors import KeyFormatError
from charteroak.ledger.keys import SEED_BYTES, Signer, parse_signer

_KEY_FILE_LIMIT_BYTES = 4096
_UNSAFE = re.compile(r"[^a-z0-9.]+")


class SigningKeyError(CouldNotError):
    """A key's file cannot be used: unreadable, damaged, or open to other users of the machine."""

    code: ClassVar[str] = "signing-keys.unusable"


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """A directory of Ed25519 private keys, one PEM file a name."""

    directory: Path

    def load_or_create(self, name: str) -> Signer:
        """The key of this name; made, and durable on the disk, if there is none yet.

        Raises:
            SigningKeyError: its file cannot be read or written, is no such key, or others may read it.
        """
        path = self.path_of(name)
        try:
            if not path.exists():
                self._create(name, path)
            return self._load(name, path)
        except OSError as error:
            raise SigningKeyError(
                f"The signing key cannot be used: {error.strerror}.",
                remedy="Check the owner of the data directory and the space on its disk.",
                location=SourceLocation(path=str(path)),
            ) from error

    def path_of(self, name: str) -> Path:
        """The file of a key: its name made safe, and a digest that keeps names apart that look alike then."""
        readable = _UNSAFE.sub("-", name.lower()).strip("-.")[:80]
        return self.directory / f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:16]}.pem"

    def _create(self, name: str, path: Path) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        signer = Signer(name, secrets.token_bytes(SEED_BYTES))
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(signer.pkcs8_pem)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was faster: its key is the key
                os.link(draft, path)
        finally:
            draft.unlink()
        flush_directory(self.directory)

    def _load(self, name: str, path: Path) -> Signer:
        place = SourceLocation(path=str(path))
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            pem = file.read(_KEY_FILE_LIMIT_BYTES)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SigningKeyError(
                "Other users of this machine may read this signing key.",
                remedy="Set mode 0600, and consider whether the key is still yours alone.",
                location=place,
            )
        try:
            return parse_signer(name, pem)
        except KeyFormatError as error:
            raise SigningKeyError(
                error.message,
                remedy="Restore the file from a backup; never make a new key in its place.",
                location=place,
            ) from error
