"""Outlines of NIST's Cybersecurity Framework, editions 1.1 and 2.0.

Sources: the tables ``nist_csf_1_1.csv`` and ``nist_csf_2_0.csv`` (from NIST's core workbook and NIST's CPRT export
CSF_2_0_0 of 24 April 2024) and, for what became of withdrawn elements, the CPRT rows of ``map_csf_1_1__csf_2_0.csv``.
The text is a work of the United States government and in the public domain.
"""

import re
from pathlib import Path
from typing import Any

from committed import DATA, arguments, digest, json_text, rows, settle, toml_text

_LINEAGE = {"moved_to", "incorporated_into"}
_FUNCTIONS = ("GV", "ID", "PR", "DE", "RS", "RC")
"""The order in which NIST prints them; the table has them by letter."""
_TITLES = {
    "1.1": "Framework for Improving Critical Infrastructure Cybersecurity, version 1.1",
    "2.0": "The NIST Cybersecurity Framework (CSF) 2.0",
}
_PUBLISHED = {"1.1": "2018-04-16", "2.0": "2024-02-26"}
_SOURCES = {
    "1.1": "NIST framework core workbook, version 1.1, by way of github.com/j-paro/control-frameworks at 8b23eb9",
    "2.0": "NIST CPRT export CSF_2_0_0 of 2024-04-24, by way of github.com/j-paro/control-frameworks at 8b23eb9",
}


def number_of_edition_1(identifier: str) -> str:
    """The CSF 1.1 spelling of a CSF 2.0 identifier: DE.AE-01 is DE.AE-1."""
    return re.sub(r"-0(\d)$", r"-\1", identifier)


def lineage(tables: Path) -> dict[str, list[str]]:
    """For each withdrawn element, in its CSF 1.1 spelling, where NIST's CPRT export says it went."""
    targets: dict[str, list[str]] = {}
    for row in rows(tables / "map_csf_1_1__csf_2_0.csv"):
        if row["relation"] in _LINEAGE:
            targets.setdefault(row["source_id"], []).append(row["target_id"])
    return targets


def controls(tables: Path, edition: str) -> list[dict[str, Any]]:
    """The edition's elements in NIST's order; withdrawn ones stay as tombstones with successors."""
    successors = lineage(tables)
    built = []
    table = rows(tables / f"nist_csf_{edition.replace('.', '_')}.csv")
    for row in sorted(table, key=lambda row: _FUNCTIONS.index(row["id"][:2])):
        kind = row["kind"].removeprefix("withdrawn-")
        title = row["title"].title() if kind == "function" else row["title"]
        control: dict[str, Any] = {"id": row["id"], "title": title, "kind": kind, "parent": row["parent"] or None}
        if kind != row["kind"]:
            control["withdrawn"] = True
            control["successors"] = successors.get(number_of_edition_1(row["id"]), [])
        built.append(control)
    return built


def files(tables: Path, edition: str) -> dict[Path, str]:
    """The catalog and its provenance."""
    folder = DATA / "nist" / "csf" / edition
    catalog = {
        "framework": "nist-csf",
        "edition": edition,
        "title": _TITLES[edition],
        "publisher": "NIST",
        "published": _PUBLISHED[edition],
        "controls": controls(tables, edition),
    }
    table = tables / f"nist_csf_{edition.replace('.', '_')}.csv"
    provenance: dict[str, str | int] = {
        "framework": "nist-csf",
        "edition": edition,
        "source": _SOURCES[edition],
        "source_table": table.name,
        "source_sha256": digest(table),
        "retrieved": "2026-11-21",
        "licence": "Public domain: a work of the United States government (17 USC 105)",
        "builder": "tools/catalogs/nist_csf.py",
        "holds": "Identifiers and titles of every element. Withdrawn elements stay as tombstones; where NIST's export "
        "names where one went, its successors are listed, and where it names none the list is empty.",
    }
    return {folder / "catalog.json": json_text(catalog, "controls"), folder / "provenance.toml": toml_text(provenance)}


if __name__ == "__main__":
    asked = arguments("Build the outlines of NIST CSF 1.1 and 2.0.")
    settle(files(asked.tables, "1.1") | files(asked.tables, "2.0"), check=asked.check)
