"""Which data the law's answers rest on: one digest over every file of it.

What was worked out from older data has another one, and is known to be stale by it.
"""

import functools
import hashlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable


@functools.cache
def law_data_version() -> str:
    """The digest of the statutes, editions and duties of this release."""
    found = hashlib.sha256()
    for name, content in sorted(_files(resources.files("charteroak.law") / "data", "")):
        found.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return found.hexdigest()


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        name = f"{prefix}{each.name}"
        if each.is_dir():
            yield from _files(each, f"{name}/")
        else:
            yield name, each.read_bytes()
