"""Making sure that a new name in a directory survives a power cut, and that a file is never seen half written."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def create_once(path: Path, data: bytes) -> None:
    """Make an owner-only file with these bytes, durable on the disk; a file that is there already stays as it is.

    It is written whole under a name of its own and only then linked to its final one, which fails if another process
    was faster: two that start together end up with one file, and no reader sees half of one.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    flush_directory(path.parent)


def flush_directory(directory: Path) -> None:
    """Flush a directory's own entries to the disk, after a file in it was made, linked or renamed."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
