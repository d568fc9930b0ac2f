"""Outline of the FedRAMP Rev5 baselines: which controls of SP 800-53 revision 5 each baseline selects.

Source: the table ``fedramp_rev5_baselines.csv`` (from FedRAMP's OSCAL profiles 2.1.0, GSA/fedramp-automation). A work
of the United States government in the public domain. FedRAMP's own rules of 2026 have no such outline yet.
"""

from pathlib import Path
from typing import Any

from committed import DATA, arguments, digest, json_text, rows, settle, toml_text

_TABLE = "fedramp_rev5_baselines.csv"


def controls(tables: Path) -> list[dict[str, Any]]:
    """Controls and enhancements in FedRAMP's order, below the families of SP 800-53."""
    families = {row["id"]: row["title"] for row in rows(tables / "nist_sp800_53_r5.csv") if row["kind"] == "family"}
    built: list[dict[str, Any]] = []
    listed: set[str] = set()
    for row in rows(tables / _TABLE):
        family = row["id"][:2]
        if family not in listed:
            listed.add(family)
            built.append({"id": family, "title": families[family], "kind": "family", "parent": None})
        built.append(
            {
                "id": row["id"],
                "title": row["title"],
                "kind": row["kind"],
                "parent": row["parent"],
                "labels": row["baselines"].split("|"),
            }
        )
    return built


def files(tables: Path) -> dict[Path, str]:
    """The catalog and its provenance."""
    folder = DATA / "fedramp" / "baselines" / "rev5"
    catalog = {
        "framework": "fedramp",
        "edition": "rev5",
        "title": "FedRAMP security control baselines, Rev5",
        "publisher": "FedRAMP",
        "published": "2023-05-30",
        "controls": controls(tables),
    }
    provenance: dict[str, str | int] = {
        "framework": "fedramp",
        "edition": "rev5",
        "source": "FedRAMP OSCAL profiles 2.1.0, github.com/GSA/fedramp-automation at c784140 (2024-12-09)",
        "source_table": _TABLE,
        "source_sha256": digest(tables / _TABLE),
        "retrieved": "2026-11-21",
        "licence": "Public domain: a work of the United States government (17 USC 105)",
        "builder": "tools/catalogs/fedramp.py",
        "holds": "Every control and enhancement that a baseline selects; labels are the baselines. FedRAMP's parameter "
        "values, and its rules of 2026 (CR26), are not carried.",
    }
    return {folder / "catalog.json": json_text(catalog, "controls"), folder / "provenance.toml": toml_text(provenance)}


if __name__ == "__main__":
    asked = arguments("Build the outline of the FedRAMP Rev5 baselines.")
    settle(files(asked.tables), check=asked.check)
