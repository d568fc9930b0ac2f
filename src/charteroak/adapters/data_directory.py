"""The data directory of an installation: database, evidence, keys and the secret key, all owner-only."""

import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from charteroak.adapters.durability import create_once
from charteroak.errors import CouldNotError, SourceLocation

_SECRET_BYTES = 64
_SECRET_LIMIT_BYTES = 4096


_KEY_FILE = "secret-key"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class DataDirectoryError(CouldNotError):
    """The directory or a file that every installation has cannot be used, or is open to other users of the machine."""

    code: ClassVar[str] = "data-directory.unusable"


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """Paths below one directory, made on first use with mode 0700.

    One that was there before is narrowed to that mode if it is ours or empty. One that holds other people's things too
    is not changed, and not used.

    Raises:
        DataDirectoryError: a directory cannot be made, or others may enter it.
    """

    root: Path

    @property
    def database_path(self) -> Path:
        """The SQLite database; its directory exists after this call."""
        return self._made(self.root) / "charteroak.sqlite3"

    @property
    def evidence(self) -> Path:
        """Where evidence bytes live, sealed, by digest."""
        return self._made(self.root / "evidence")

    @property
    def privileged(self) -> Path:
        """Where counsel's files live, sealed, apart from the evidence."""
        return self._made(self.root / "privileged")

    @property
    def dossiers(self) -> Path:
        """Where dossiers are kept as they were handed out."""
        return self._made(self.root / "dossiers")

    @property
    def catalogs(self) -> Path:
        """Where imported OSCAL documents are kept as they came, by digest."""
        return self._made(self.root / "catalogs")

    @property
    def outbox(self) -> Path:
        """Where reports wait that another installation's desk does not have yet."""
        return self._made(self.root / "outbox")

    @property
    def keys(self) -> Path:
        """Where signing keys live, mode 0600."""
        return self._made(self.root / "keys")

    def secret_key(self) -> str:
        """The secret of this installation's sessions and tokens, made once and kept in a file of mode 0600.

        Raises:
            DataDirectoryError: its file cannot be made or read, was emptied, or others may read it.
        """
        path = self._made(self.root) / _KEY_FILE
        try:
            if not path.exists():
                create_once(path, f"{secrets.token_urlsafe(_SECRET_BYTES)}\n".encode("ascii"))
            is_open = path.stat().st_mode & _OTHERS
            secret = path.read_bytes()[:_SECRET_LIMIT_BYTES].decode("ascii").strip()
        except OSError as error:
            raise DataDirectoryError(
                f"The secret key cannot be made or read: {error.strerror}.",
                remedy="Check the owner of the data directory and the space on its disk.",
                location=SourceLocation(path=str(path)),
            ) from error
        except UnicodeDecodeError:
            secret, is_open = "", 0
        if len(secret) < _SECRET_BYTES or is_open:
            raise DataDirectoryError(
                "This is no secret key." if len(secret) < _SECRET_BYTES else "Other users of this machine may read it.",
                remedy="Remove it and serve again: a new one is made, and everybody has to sign in again.",
                location=SourceLocation(path=str(path)),
            )
        return secret

    def _made(self, directory: Path) -> Path:
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if directory.stat().st_mode & _OTHERS:
                self._narrow(directory)
        except OSError as error:
            raise DataDirectoryError(
                f"This directory cannot be made, or kept from other users: {error.strerror}.",
                remedy="Name one that is yours.",
                location=SourceLocation(path=str(directory)),
            ) from error
        return directory

    def _narrow(self, directory: Path) -> None:
        is_foreign = directory == self.root and not (directory / _KEY_FILE).exists() and any(directory.iterdir())
        if is_foreign:
            raise DataDirectoryError(
                "Other users of this machine may enter this directory, and it holds other things.",
                remedy="Name a directory of its own.",
                location=SourceLocation(path=str(directory)),
            )
        directory.chmod(0o700)
