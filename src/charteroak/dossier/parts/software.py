"""Part 14: which software made this dossier, from which sources, with which libraries, and what is known against it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from charteroak.dossier.contents import PartDocument
from charteroak.dossier.parts.words import counted


@dataclass(frozen=True, slots=True)
class SoftwareIdentity:
    """The installed software: ``source_sha256`` over the list of its files, and each library with its version.

    ``test_results`` is what was recorded for this very source tree, or nothing.
    """

    version: str
    source_sha256: str
    source_files: int
    python: str
    dependencies: Mapping[str, str]
    test_results: Mapping[str, Any] | None = None


def software_part(software: SoftwareIdentity) -> PartDocument:
    """Part 14. Nothing is claimed that was not found in the installation: results that nobody recorded are unknown."""
    defects = known_defects()
    results: Mapping[str, Any] | str = (
        software.test_results
        if software.test_results is not None
        else "unknown: no test results are recorded for the source tree that is installed here"
    )
    return PartDocument(
        "14",
        "Software identity",
        f"Charter Oak {software.version}, {counted(len(software.dependencies), 'library', 'libraries')}, "
        f"{counted(len(defects), 'known defect or limit', 'known defects and limits')}; test results "
        f"{'as recorded' if software.test_results is not None else 'unknown'}.",
        {
            "name": "Charter Oak",
            "version": software.version,
            "python": software.python,
            "sourceSha256": software.source_sha256,
            "sourceFiles": software.source_files,
            "howToCheckTheSource": (
                "In the installed folder charteroak: one line '<SHA-256>  <path>' for each file but compiled ones, "
                "sorted by path; the SHA-256 of that list is sourceSha256."
            ),
            "dependencies": [
                {"name": name, "version": version} for name, version in sorted(software.dependencies.items())
            ],
            "testResults": results,
            "knownDefects": defects,
        },
    )


def known_defects() -> list[dict[str, str]]:
    """What is known against this release, from its data file."""
    text = (files("charteroak.dossier") / "data" / "known_defects.toml").read_text(encoding="utf-8")
    return [dict(defect) for defect in tomllib.loads(text)["defect"]]
