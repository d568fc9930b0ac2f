"""Reports that could not be handed over yet: one file each, durable before anybody is told that it waits.

A file is written whole under another name, flushed, and renamed, and its directory is flushed too; whoever is killed
in between leaves either the old file or the new one. The name of a waiting report is a digest of what it says and of
whom it is for, so that the same report put in twice waits once. Its key is random: the desk knows by it that a
report which comes twice is one.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal

import msgspec
from msgspec import Struct, structs

from charteroak.adapters.durability import create_once, flush_directory
from charteroak.errors import CouldNotError, InputError, SourceLocation

ITEM_LIMIT_BYTES = 2 << 20
"""A report with its record; attachments do not wait here."""
MAX_ITEMS = 10_000
"""Waiting and delivered together: a directory that a person still can look through."""
_KEY_BYTES = 24


class OutboxError(CouldNotError):
    """The outbox cannot be written or read. What it says about one report is not known."""

    code: ClassVar[str] = "outbox.unusable"


class OutboxFullError(InputError):
    """More reports wait than an outbox holds."""

    code: ClassVar[str] = "outbox.full"


class WaitingReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A report on its way to a desk. ``record`` are its canonical bytes as text; times are aware."""

    id: str
    to: str
    key: str
    record: str
    sha256: str
    queued: datetime
    state: Literal["waiting", "delivered", "refused"] = "waiting"
    attempts: int = 0
    next_attempt: datetime
    last_problem: str = ""
    receipt: str = ""
    delivered: datetime | None = None


class ReportOutbox:
    """A directory of waiting reports, owner-only."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, record: bytes, *, to: str, moment: datetime) -> WaitingReport:
        """Let a report wait. One that says the same to the same desk is the one that waits already.

        Raises:
            OutboxFullError: there is no room.
            OutboxError: the disk refused.
        """
        name = hashlib.sha256(to.encode() + b"\n" + record).hexdigest()[:32]
        if len(record) > ITEM_LIMIT_BYTES // 2 or len(self._paths()) >= MAX_ITEMS:
            raise OutboxFullError("The outbox takes no more.", remedy="Send what waits, or forget what was delivered.")
        item = WaitingReport(
            id=name,
            to=to,
            key=secrets.token_urlsafe(_KEY_BYTES),
            record=record.decode(),
            sha256=hashlib.sha256(record).hexdigest(),
            queued=moment,
            next_attempt=moment,
        )
        path = self._path(name)
        try:
            create_once(path, msgspec.json.encode(item))
        except OSError as error:
            raise _unusable(path, error) from error
        return self.get(name)

    def get(self, name: str) -> WaitingReport:
        """One report.

        Raises:
            OutboxError: it is not there, or cannot be read.
        """
        path = self._path(name)
        try:
            with path.open("rb") as file:
                return msgspec.json.decode(file.read(ITEM_LIMIT_BYTES), type=WaitingReport)
        except OSError as error:
            raise _unusable(path, error) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise OutboxError(
                f"This waiting report cannot be read: {error}.",
                remedy="Look at the file; its record can be filed anew.",
                location=SourceLocation(path=str(path)),
            ) from error

    def replace(self, item: WaitingReport, **changes: object) -> WaitingReport:
        """Write what became of a report, durably, in one step.

        Raises:
            OutboxError: the disk refused; what was known before still stands.
        """
        changed = structs.replace(item, **changes)
        path = self._path(item.id)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(msgspec.json.encode(changed))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            flush_directory(path.parent)
        except OSError as error:
            raise _unusable(path, error) from error
        finally:
            draft.unlink(missing_ok=True)
        return changed

    def forget(self, item: WaitingReport) -> None:
        """Remove a report that waits no more.

        Raises:
            OutboxError: it still waits, or the disk refused.
        """
        if item.state == "waiting":
            raise OutboxError("This report still waits.", remedy="Send it first.")
        try:
            self._path(item.id).unlink(missing_ok=True)
            flush_directory(self._directory)
        except OSError as error:
            raise _unusable(self._directory, error) from error

    def look(self) -> tuple[list[WaitingReport], list[OutboxError]]:
        """Every report that can be read, the oldest first, and what is wrong with each that cannot."""
        items, unreadable = [], []
        for path in sorted(self._paths()):
            try:
                items.append(self.get(path.stem))
            except OutboxError as error:
                unreadable.append(error)
        return sorted(items, key=lambda item: (item.queued, item.id)), unreadable

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other senders out; whoever comes second waits, and finds what was sent.

        Raises:
            OutboxError: the directory cannot be made or locked.
        """
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self._directory / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unusable(self._directory, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _path(self, name: str) -> Path:
        return self._directory / f"{name}.json"

    def _paths(self) -> list[Path]:
        return [path for path in self._directory.glob("*.json") if not path.name.startswith(".")]


def _unusable(path: Path, error: OSError) -> OutboxError:
    return OutboxError(
        f"The outbox cannot be used: {error.strerror or error}.",
        remedy="Make room on the disk and check that the data directory can be written.",
        location=SourceLocation(path=str(path)),
    )
