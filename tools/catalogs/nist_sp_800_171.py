"""Outlines of NIST SP 800-171 revisions 2 and 3.

Sources: the table ``nist_sp800_171_r2.csv`` (from NIST's workbook; revision 2 has no short titles, so each is NIST's
sentence), the table ``nist_sp800_171_r3.csv`` (from NIST's OSCAL catalog, oscal-content branch develop at 3b3cdee,
29 May 2025) and, for what became of withdrawn requirements, the rows of ``map_sp800_171_r2__sp800_171_r3.csv`` that
carry the links of the same catalog. The text is a work of the United States government and in the public domain.
"""

from pathlib import Path
from typing import Any

from committed import DATA, arguments, digest, json_text, rows, settle, toml_text

_TITLE = (
    "Protecting Controlled Unclassified Information in Nonfederal Systems and Organizations (SP 800-171 revision 3)"
)
_LINEAGE = {"incorporated_into", "addressed_by"}


def number_of_revision_2(identifier: str) -> str:
    """The revision 2 spelling of a revision 3 number: 03.01.13 is 3.1.13."""
    return ".".join(str(int(part)) for part in identifier.split("."))


def lineage(tables: Path) -> dict[str, list[str]]:
    """For each withdrawn number, in its revision 2 spelling, the requirements that NIST's catalog links it to."""
    targets: dict[str, list[str]] = {}
    for row in rows(tables / "map_sp800_171_r2__sp800_171_r3.csv"):
        if row["relation"] in _LINEAGE:
            targets.setdefault(row["source_id"], []).append(row["target_id"])
    return targets


def controls(tables: Path) -> list[dict[str, Any]]:
    """Families and requirements in NIST's order; withdrawn numbers stay as tombstones with successors."""
    successors = lineage(tables)
    built = []
    for row in rows(tables / "nist_sp800_171_r3.csv"):
        is_withdrawn = row["kind"] == "withdrawn"
        control: dict[str, Any] = {
            "id": row["id"],
            "title": row["title"],
            "kind": "requirement" if is_withdrawn else row["kind"],
            "parent": row["parent"] or None,
        }
        if is_withdrawn:
            control["withdrawn"] = True
            control["successors"] = successors.get(number_of_revision_2(row["id"]), [])
        built.append(control)
    return built


def controls_of_revision_2(tables: Path) -> list[dict[str, Any]]:
    """Families and requirements of revision 2; labels say which are basic and which derived."""
    return [
        {
            "id": row["id"],
            "title": row["title"],
            "kind": row["kind"],
            "parent": row["parent"] or None,
            **({"labels": [row["baselines"]]} if row["baselines"] else {}),
        }
        for row in rows(tables / "nist_sp800_171_r2.csv")
    ]


def files_of_revision_2(tables: Path) -> dict[Path, str]:
    """The catalog of revision 2 and its provenance."""
    folder = DATA / "nist" / "sp-800-171" / "r2"
    catalog = {
        "framework": "nist-800-171",
        "edition": "r2",
        "title": _TITLE.replace("revision 3", "revision 2"),
        "publisher": "NIST",
        "published": "2020-02-21",
        "controls": controls_of_revision_2(tables),
    }
    table = tables / "nist_sp800_171_r2.csv"
    provenance: dict[str, str | int] = {
        "framework": "nist-800-171",
        "edition": "r2",
        "source": "NIST SP 800-171 r2 workbook, by way of github.com/j-paro/control-frameworks at 8b23eb9",
        "source_table": table.name,
        "source_sha256": digest(table),
        "retrieved": "2026-11-21",
        "licence": "Public domain: a work of the United States government (17 USC 105)",
        "builder": "tools/catalogs/nist_sp_800_171.py",
        "holds": "Identifiers of every family and requirement with NIST's sentence; labels say basic or derived.",
    }
    return {folder / "catalog.json": json_text(catalog, "controls"), folder / "provenance.toml": toml_text(provenance)}


def files(tables: Path) -> dict[Path, str]:
    """The catalog of revision 3 and its provenance."""
    folder = DATA / "nist" / "sp-800-171" / "r3"
    catalog = {
        "framework": "nist-800-171",
        "edition": "r3",
        "title": _TITLE,
        "publisher": "NIST",
        "published": "2024-05-14",
        "controls": controls(tables),
    }
    table = tables / "nist_sp800_171_r3.csv"
    provenance: dict[str, str | int] = {
        "framework": "nist-800-171",
        "edition": "r3",
        "source": "NIST OSCAL catalog SP800-171 r3, github.com/usnistgov/oscal-content at 3b3cdee (2025-05-29)",
        "source_table": table.name,
        "source_sha256": digest(table),
        "retrieved": "2026-11-21",
        "licence": "Public domain: a work of the United States government (17 USC 105)",
        "builder": "tools/catalogs/nist_sp_800_171.py",
        "holds": "Identifiers and titles of every family and requirement. Withdrawn numbers stay as tombstones with "
        "the successors that NIST's catalog links; six numbers have none there.",
    }
    return {folder / "catalog.json": json_text(catalog, "controls"), folder / "provenance.toml": toml_text(provenance)}


if __name__ == "__main__":
    asked = arguments("Build the outlines of NIST SP 800-171 revisions 2 and 3.")
    settle(files_of_revision_2(asked.tables) | files(asked.tables), check=asked.check)
