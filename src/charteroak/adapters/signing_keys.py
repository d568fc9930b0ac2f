"""Signing keys in files of mode 0600, made once and never overwritten.

Two processes that start together end up with one key, and no reader ever sees half of one.
"""

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from charteroak.adapters.durability import create_once
from charteroak.errors import CouldNotError, SourceLocation
from charteroak.ledger.errors import KeyFormatError
from charteroak.ledger.keys import SEED_BYTES, Signer, parse_signer

_KEY_FILE_LIMIT_BYTES = 4096
_RESTORE = "Restore the file from a backup; never make a new key in its place."
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
        with _placed(path):
            if not path.exists():
                create_once(path, Signer(name, secrets.token_bytes(SEED_BYTES)).pkcs8_pem)
            return self._load(name, path)

    def load(self, name: str) -> Signer:
        """The key of this name, which was made before and signed something: a new one could not stand in its place.

        Raises:
            SigningKeyError: its file is lost, cannot be read, is no such key, or others may read it.
        """
        path = self.path_of(name)
        with _placed(path):
            if not path.exists():
                raise SigningKeyError(
                    "This signing key is lost.", remedy=_RESTORE, location=SourceLocation(path=str(path))
                )
            return self._load(name, path)

    def path_of(self, name: str) -> Path:
        """The file of a key: its name made safe, and a digest that keeps names apart that look alike then."""
        readable = _UNSAFE.sub("-", name.lower()).strip("-.")[:80]
        return self.directory / f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:16]}.pem"

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
                remedy=_RESTORE,
                location=place,
            ) from error


@contextmanager
def _placed(path: Path) -> Iterator[None]:
    """What the operating system refuses, as an error of ours that names the file."""
    try:
        yield
    except OSError as error:
        raise SigningKeyError(
            f"The signing key cannot be used: {error.strerror}.",
            remedy="Check the owner of the data directory and the space on its disk.",
            location=SourceLocation(path=str(path)),
        ) from error
