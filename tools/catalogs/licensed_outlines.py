"""Outlines of publishers whose wording is licensed: CIS Controls 8 and 8.1, ISO/IEC 27001:2022, PCI DSS 4.0.1.

Carried are identifiers, where the publisher's licence leaves them free also short titles, and nothing else: no
requirement's wording, no claim of a level. Whoever holds a licence may import the text. The questions that people
answer are our own practices.
"""

import re
from pathlib import Path
from typing import Any

from committed import DATA, arguments, digest, json_text, rows, settle, toml_text

Rows = list[dict[str, Any]]

_APPENDIX = re.compile(r"a([0-9](\.[0-9])*)?")


def cis(tables: Path) -> Rows:
    """Numbers of controls and safeguards with their implementation groups; no titles."""
    return [
        {
            "id": row["id"],
            "title": "",
            "kind": row["kind"],
            "parent": row["parent"] or None,
            **({"labels": row["baselines"].split("|")} if row["baselines"] else {}),
        }
        for row in rows(tables / "cis_controls_v8.csv")
    ]


def iso(tables: Path) -> Rows:
    """Clauses, the four themes of Annex A, and its controls, with their titles."""
    built: Rows = []
    for row in rows(tables / "iso27001_2022.csv"):
        if row["kind"] == "theme" and not any(control["id"] == "Annex A" for control in built):
            built.append({"id": "Annex A", "title": "Controls", "kind": "annex", "parent": None})
        built.append(
            {"id": row["id"], "title": row["title"], "kind": row["kind"], "parent": row["parent"] or None},
        )
    return built


def pci(tables: Path) -> Rows:
    """Numbers of sections and requirements with the publisher's headings alone, and the appendices by their letters."""
    built: Rows = []
    for row in rows(tables / "pci_dss_4_0_1.csv"):
        # The table writes the parents of the appendices in small letters.
        parent = row["parent"].upper() if _APPENDIX.fullmatch(row["parent"]) else row["parent"]
        built.append(
            {
                "id": row["id"],
                "title": row["title"],
                "kind": "appendix" if parent == "A" else row["kind"],
                "parent": parent or None,
            }
        )
    return built


_CIS = {
    "framework": "cis-controls",
    "publisher": "Center for Internet Security",
    "licence": "CC BY-NC-ND 4.0 and the publisher's terms: numbers and implementation groups only",
    "table": "cis_controls_v8.csv",
    "folder": ("cis", "controls"),
    "build": cis,
}
_OUTLINES: tuple[dict[str, Any], ...] = (
    _CIS
    | {
        "edition": "8",
        "title": "CIS Critical Security Controls, version 8",
        "published": "2021-05-18",
        "source": "CIS Controls v8 workbook, by way of github.com/j-paro/control-frameworks at 8b23eb9",
        "holds": "Numbers of every control and safeguard; labels are the implementation groups. No wording of CIS.",
    },
    _CIS
    | {
        "edition": "8.1",
        "title": "CIS Critical Security Controls, version 8.1",
        "published": "2024-06-25",
        "source": "CIS Controls v8 workbook, by way of github.com/j-paro/control-frameworks at 8b23eb9",
        "holds": "Numbers of every control and safeguard of version 8. Version 8.1 is reported to have the same 153 "
        "numbers, and every number that CIS's own published links for 8.1 name is among them; that its implementation "
        "groups are the same was NOT verified. No wording of CIS.",
    },
    {
        "framework": "iso-27001",
        "edition": "2022",
        "title": "ISO/IEC 27001:2022, clauses 4 to 10 and Annex A",
        "publisher": "ISO/IEC",
        "published": "2022-10-25",
        "licence": "ISO copyright: identifiers and titles only",
        "table": "iso27001_2022.csv",
        "folder": ("iso-iec", "27001"),
        "build": iso,
        "source": "Outline as packaged in github.com/intuitem/ciso-assistant-community at f990d7b",
        "holds": "Identifiers and titles of clauses and Annex A controls; no requirement's wording.",
    },
    {
        "framework": "pci-dss",
        "edition": "4.0.1",
        "title": "Payment Card Industry Data Security Standard, version 4.0.1",
        "publisher": "PCI Security Standards Council",
        "published": "2024-06-11",
        "licence": "PCI SSC copyright: numbers and the headings of the twelve requirements only",
        "table": "pci_dss_4_0_1.csv",
        "folder": ("pci-ssc", "dss"),
        "build": pci,
        "source": "Outline as packaged in github.com/intuitem/ciso-assistant-community at f990d7b",
        "holds": "Numbers of sections and requirements and the publisher's headings; no requirement's wording.",
    },
)


def files(tables: Path, outline: dict[str, Any]) -> dict[Path, str]:
    """One catalog and its provenance."""
    folder = DATA.joinpath(*outline["folder"]) / outline["edition"]
    head = {key: outline[key] for key in ("framework", "edition", "title", "publisher", "published")}
    table = tables / outline["table"]
    provenance: dict[str, str | int] = {
        "framework": outline["framework"],
        "edition": outline["edition"],
        "source": outline["source"],
        "source_table": table.name,
        "source_sha256": digest(table),
        "retrieved": "2026-11-21",
        "licence": outline["licence"],
        "builder": "tools/catalogs/licensed_outlines.py",
        "holds": outline["holds"],
    }
    catalog = {**head, "controls": outline["build"](tables)}
    return {folder / "catalog.json": json_text(catalog, "controls"), folder / "provenance.toml": toml_text(provenance)}


if __name__ == "__main__":
    asked = arguments("Build the outlines of CIS Controls, ISO/IEC 27001 and PCI DSS: identifiers, no wording.")
    built_files: dict[Path, str] = {}
    for each in _OUTLINES:
        built_files |= files(asked.tables, each)
    settle(built_files, check=asked.check)
