"""The data directory of an installation: database, evidence, keys and the secret key, all owner-only."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from charteroak.adapters.durability import create_once
from charteroak.errors import CouldNotError, SourceLocation

_SECRET_BYTES = 64
_SECRET_LIMIT_BYTES = 4096


class DataDirectoryError(CouldNotError):
    """A file that every installation has cannot be used."""

    code: ClassVar[str] = "data-directory.unusable"


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """Paths below one directory, made on first use with mode 0700."""

    root: Path

    @property
    def database_path(self) -> Path:
        """The SQLite database; its directory exists after this call."""
        return self._made(self.root) / "charteroak.sqlite3"

    @property
    def evidence(self) -> Path:
        """Where evidence bytes live, by digest."""
        return self._made(self.root / "evidence")

    @property
    def dossiers(self) -> Path:
        """Where dossiers are kept as they were handed out."""
        return self._made(self.root / "dossiers")

    @property
    def keys(self) -> Path:
        """Where signing keys live, mode 0600."""
        return self._made(self.root / "keys")

    def secret_key(self) -> str:
        """The secret of this installation's sessions and tokens, made once and kept in a file of mode 0600.

        Raises:
            DataDirectoryError: its file cannot be made or read, or was emptied.
        """
        path = self.root / "secret-key"
        try:
            if not path.exists():
                create_once(path, f"{secrets.token_urlsafe(_SECRET_BYTES)}\n".encode("ascii"))
            secret = path.read_bytes()[:_SECRET_LIMIT_BYTES].decode("ascii").strip()
        except OSError as error:
            raise DataDirectoryError(
                f"The secret key cannot be made or read: {error.strerror}.",
                remedy="Check the owner of the data directory and the space on its disk.",
                location=SourceLocation(path=str(path)),
            ) from error
        except UnicodeDecodeError:
            secret = ""
        if len(secret) < _SECRET_BYTES:
            raise DataDirectoryError(
                "This is no secret key.",
                remedy="Remove the file: a new one is made, and everybody has to sign in again.",
                location=SourceLocation(path=str(path)),
            )
        return secret

    @staticmethod
    def _made(directory: Path) -> Path:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return directory
