"""Making sure that a new name in a directory survives a power cut."""

import os
from pathlib import Path


def flush_directory(directory: Path) -> None:
    """Flush a directory's own entries to the disk, after a file in it was made, linked or renamed."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
