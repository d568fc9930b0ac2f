"""The data directory of an installation: database, evidence, keys and the secret key, all owner-only."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


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
        """The secret of this installation's sessions and tokens, made once and kept in a file of mode 0600."""
        path = self._made(self.root) / "secret-key"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            secret = secrets.token_urlsafe(64)
            file.write(secret + "\n")
        return secret

    @staticmethod
    def _made(directory: Path) -> Path:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return directory
