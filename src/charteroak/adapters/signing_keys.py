"""Signing keys in files of mode 0600, made once and never overwritten, encrypted if there is a passphrase.

A log has two of one name: ``<name>.pem`` (Ed25519) and ``<name>.p256.pem``. A witness has the first kind alone. Two
processes that start together end up with one key, and no reader ever sees half of one, or two keys of different pairs.

A rotation has two steps, so that the ceremony's own entry can stand between them. ``prepare_rotation`` makes the new
pair in ``prepared/``, Ed25519 first; ``complete_rotation`` links each old file into ``retired/`` and moves the new one
into its place, Ed25519 first. What is in ``prepared/`` thus says where a machine stopped: both files, prepared; the
first alone, still being prepared; the second alone, being completed, which the next reader finishes.
"""

import fcntl
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self, TypeVar

from charteroak.adapters.durability import create_once, flush_directory
from charteroak.adapters.key_passphrase import PASSPHRASE_FILE_VARIABLE, PASSPHRASE_VARIABLE, key_passphrase
from charteroak.errors import CouldNotError, SourceLocation
from charteroak.ledger.errors import KeyFormatError
from charteroak.ledger.keys import SEED_BYTES, Signer, parse_signer
from charteroak.ledger.log_keys import LogKeys
from charteroak.ledger.p256_keys import P256_SEED_BYTES, P256Signer, parse_p256_signer
from charteroak.ledger.private_pem import (
    SEALING_RANDOM_BYTES,
    KeyPassphraseError,
    is_open_pem,
    load_private_pem,
    seal_pem,
)

_KEY_FILE_LIMIT_BYTES = 4096
_RESTORE = "Restore the file from a backup; never make a new key in its place."
_PASSPHRASE = (
    f"Give the passphrase under which it was made in {PASSPHRASE_FILE_VARIABLE} or {PASSPHRASE_VARIABLE}, or none "
    "if it was made without; `charteroak ledger keys seal` seals the open ones."
)
_UNSAFE = re.compile(r"[^a-z0-9.]+")
_Key = TypeVar("_Key", Signer, P256Signer)


class SigningKeyError(CouldNotError):
    """A key's file cannot be used: unreadable, damaged, sealed, or open to other users of the machine."""

    code: ClassVar[str] = "signing-keys.unusable"


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """A directory of private keys in PEM."""

    directory: Path
    passphrase: bytes | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, directory: Path) -> Self:
        """The keys of this directory, with the passphrase that this process was given, if any.

        Raises:
            PassphraseError: one was announced but cannot be had.
        """
        return cls(directory, key_passphrase())

    def load_or_create(self, name: str) -> Signer:
        """The single Ed25519 key of this name; made, and durable on the disk, if there is none yet.

        Raises:
            SigningKeyError: its file cannot be read or written, is no such key, or others may read it.
        """
        path = self.path_of(name)
        with _placed(path):
            self._make_once(path, name, _new_ed25519)
            return self._load(name, path, parse_signer)

    def load(self, name: str) -> Signer:
        """The single Ed25519 key of this name, which was made before and signed something.

        Raises:
            SigningKeyError: its file is lost, cannot be read, is no such key, or others may read it.
        """
        path = self.path_of(name)
        with _placed(path):
            return self._load(name, path, parse_signer)

    def load_or_create_log_keys(self, name: str) -> LogKeys:
        """Both keys of a log; made, and durable on the disk, if there are none yet.

        Only for a log that has signed nothing: a key that is lost after it signed would be replaced unseen.

        Raises:
            SigningKeyError: a file cannot be read or written, is no such key, or others may read it.
        """
        with self._locked(name):
            self._roll_forward(name)
            self._make_once(self.path_of(name), name, _new_ed25519)
            self._make_once(self.p256_path_of(name), name, _new_p256)
            return self._load_pair(name, self.directory)

    def load_log_keys(self, name: str) -> LogKeys:
        """Both keys of a log, which were made before and signed something: new ones could not stand in their place.

        Raises:
            SigningKeyError: a file is lost, cannot be read, is no such key, or others may read it.
        """
        with self._locked(name):
            self._roll_forward(name)
            return self._load_pair(name, self.directory)

    def add_p256(self, name: str) -> LogKeys:
        """Both keys of a log that has signed with its Ed25519 key alone so far; the second one is made now.

        Raises:
            SigningKeyError: the first key is lost or cannot be used, or the second cannot be written.
        """
        with self._locked(name):
            self._load(name, self.path_of(name), parse_signer)
            self._make_once(self.p256_path_of(name), name, _new_p256)
            return self._load_pair(name, self.directory)

    def prepare_rotation(self, name: str) -> LogKeys:
        """A new pair beside the one that signs, durable on the disk; the same again until it is completed.

        Raises:
            SigningKeyError: it cannot be written or read.
        """
        with self._locked(name):
            self._roll_forward(name)
            prepared = self._made("prepared")
            self._make_once(prepared / self.path_of(name).name, name, _new_ed25519)
            self._make_once(prepared / self.p256_path_of(name).name, name, _new_p256)
            return self._load_pair(name, prepared)

    def prepared_rotation(self, name: str) -> LogKeys | None:
        """The pair that waits for its ceremony to be recorded, if there is one.

        Raises:
            SigningKeyError: it cannot be read.
        """
        with self._locked(name):
            self._roll_forward(name)
            prepared = self.directory / "prepared"
            is_whole = (prepared / self.p256_path_of(name).name).exists()
            return self._load_pair(name, prepared) if is_whole else None

    def complete_rotation(self, name: str) -> LogKeys:
        """Let the prepared pair sign from now on; the old files are kept in ``retired/``.

        Raises:
            SigningKeyError: none was prepared and none signs, or a file cannot be read or moved.
        """
        with self._locked(name):
            if (self.directory / "prepared" / self.p256_path_of(name).name).exists():
                self._complete(name)
            return self._load_pair(name, self.directory)

    def seal(self) -> int:
        """Seal every key file that lies open, retired and prepared ones too, under the passphrase; how many there were.

        Each file is replaced by the same key, whole, after what was written was read back. Old copies on the disk or
        in backups stay as open as they were.

        Raises:
            SigningKeyError: there is no passphrase, or a file cannot be read, sealed or replaced.
        """
        if self.passphrase is None:
            raise SigningKeyError("There is no passphrase to seal with.", remedy=_PASSPHRASE)
        sealed = 0
        with self._locked(""):
            for path in sorted(self.directory.rglob("*.pem")):
                with _placed(path):
                    pem = path.read_bytes()[:_KEY_FILE_LIMIT_BYTES]
                    if is_open_pem(pem):
                        self._replace_by_sealed(path, pem, self.passphrase)
                        sealed += 1
        return sealed

    def path_of(self, name: str) -> Path:
        """The file of an Ed25519 key: its name made safe, and a digest that keeps apart names that look alike then."""
        return self.directory / f"{_stem(name)}.pem"

    def p256_path_of(self, name: str) -> Path:
        """The file of a P-256 key."""
        return self.directory / f"{_stem(name)}.p256.pem"

    def _replace_by_sealed(self, path: Path, pem: bytes, passphrase: bytes) -> None:
        draft = path.with_name(f".{path.name}.sealed")
        try:
            data = _sealed(pem, passphrase)
            load_private_pem(path.name, data, passphrase)
        except KeyFormatError as error:
            raise SigningKeyError(error.message, remedy=_RESTORE, location=SourceLocation(path=str(path))) from error
        draft.unlink(missing_ok=True)
        create_once(draft, data)
        draft.replace(path)
        flush_directory(path.parent)

    def _make_once(self, path: Path, name: str, make: Callable[[str, bytes | None], bytes]) -> None:
        if not path.exists():
            create_once(path, make(name, self.passphrase))

    def _roll_forward(self, name: str) -> None:
        """Finish a rotation that stopped between its two moves."""
        prepared = self.directory / "prepared"
        is_half_done = not (prepared / self.path_of(name).name).exists()
        if is_half_done and (prepared / self.p256_path_of(name).name).exists():
            self._complete(name)

    def _complete(self, name: str) -> None:
        self._load_pair_in_part(name)
        retired = self._made("retired")
        for path in (self.path_of(name), self.p256_path_of(name)):
            draft = self.directory / "prepared" / path.name
            if not draft.exists():
                continue
            if path.exists():
                digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
                with suppress(FileExistsError):
                    os.link(path, retired / f"{path.name.removesuffix('.pem')}.{digest}.pem")
                flush_directory(retired)
            draft.replace(path)
            flush_directory(self.directory)
            flush_directory(draft.parent)

    def _load_pair_in_part(self, name: str) -> None:
        """What is about to sign can be read: a passphrase that changed meanwhile must not lock the log out."""
        prepared = self.directory / "prepared"
        ed25519 = prepared / self.path_of(name).name
        if ed25519.exists():
            self._load(name, ed25519, parse_signer)
        self._load(name, prepared / self.p256_path_of(name).name, parse_p256_signer)

    def _load_pair(self, name: str, directory: Path) -> LogKeys:
        return LogKeys(
            self._load(name, directory / self.path_of(name).name, parse_signer),
            self._load(name, directory / self.p256_path_of(name).name, parse_p256_signer),
        )

    def _load(self, name: str, path: Path, parse: Callable[[str, bytes, bytes | None], _Key]) -> _Key:
        place = SourceLocation(path=str(path))
        if not path.exists():
            raise SigningKeyError("This signing key is lost.", remedy=_RESTORE, location=place)
        with _placed(path), path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            pem = file.read(_KEY_FILE_LIMIT_BYTES)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SigningKeyError(
                "Other users of this machine may read this signing key.",
                remedy="Set mode 0600, and consider whether the key is still yours alone.",
                location=place,
            )
        try:
            return parse(name, pem, self.passphrase)
        except KeyPassphraseError as error:
            raise SigningKeyError(error.message, remedy=_PASSPHRASE, location=place) from error
        except KeyFormatError as error:
            raise SigningKeyError(error.message, remedy=_RESTORE, location=place) from error

    def _made(self, name: str) -> Path:
        directory = self.directory / name
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return directory

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """One at a time, among threads and processes, so that nobody reads one key before a rotation and one after."""
        with _placed(self.path_of(name)):
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)


def _stem(name: str) -> str:
    readable = _UNSAFE.sub("-", name.lower()).strip("-.")[:80]
    return f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _new_ed25519(name: str, passphrase: bytes | None) -> bytes:
    return _sealed(Signer(name, secrets.token_bytes(SEED_BYTES)).pkcs8_pem, passphrase)


def _new_p256(name: str, passphrase: bytes | None) -> bytes:
    return _sealed(P256Signer.from_seed(name, secrets.token_bytes(P256_SEED_BYTES)).pkcs8_pem, passphrase)


def _sealed(pem: bytes, passphrase: bytes | None) -> bytes:
    return (
        pem if passphrase is None else seal_pem(pem, passphrase, randomness=secrets.token_bytes(SEALING_RANDOM_BYTES))
    )


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
