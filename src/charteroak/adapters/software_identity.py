"""Which software is installed here: a digest over its own files, and the libraries that it runs with.

Read from the installation itself, so that what is said of a release can be compared with what really ran.
"""

import functools
import hashlib
import json
import platform
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import charteroak
from charteroak.dossier.parts.software import SoftwareIdentity

DISTRIBUTION = "charteroak"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_COMPILED = frozenset({".pyc", ".pyo"})
TEST_RESULTS = "test-results.json"
"""Beside the package's own files, where a release recorded them: ``{"sourceSha256": ..., ...}``."""


@functools.cache
def software_identity() -> SoftwareIdentity:
    """The software that runs here. Files are read once for each process."""
    folder = Path(charteroak.__file__).parent
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in _files(folder)]
    source = hashlib.sha256("".join(lines).encode()).hexdigest()
    return SoftwareIdentity(
        version=charteroak.__version__,
        source_sha256=source,
        source_files=len(lines),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        dependencies=_dependencies(DISTRIBUTION),
        test_results=_results(folder / TEST_RESULTS, source),
    )


def _files(folder: Path) -> list[tuple[str, Path]]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in _COMPILED)
    named = ((path.relative_to(folder).as_posix(), path) for path in paths if path.name != TEST_RESULTS)
    return sorted(named)


def _dependencies(name: str) -> dict[str, str]:
    """Every distribution that this one asks for, directly or not, as far as it is installed."""
    found: dict[str, str] = {}
    waiting = list(_required(name))
    while waiting:
        wanted = waiting.pop()
        try:
            version = metadata.version(wanted)
        except metadata.PackageNotFoundError:
            continue
        key = re.sub(r"[-_.]+", "-", wanted).lower()
        if key not in found:
            found[key] = version
            waiting += _required(wanted)
    return found


def _required(name: str) -> Iterator[str]:
    """What a distribution asks for without extras."""
    try:
        requirements = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return
    for requirement in requirements:
        match = _NAME.match(requirement)
        if match is not None and "extra ==" not in requirement:
            yield match[0]


def _results(path: Path, source_sha256: str) -> dict[str, Any] | None:
    """The recorded results, if they are those of this very source tree."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(document, dict) or document.get("sourceSha256") != source_sha256:
        return None
    return document
