"""Outlines of NIST SP 800-53 revision 5 as first issued (r5), at release 5.1.1 and at release 5.2.0.

Sources: the table ``nist_sp800_53_r5.csv`` (identifiers and titles from NIST's OSCAL catalog 5.0.1, its resolved 53B
profiles at 5.1.1+u4, and seven later elements entered by hand and marked with the release that added them) and, for
what became of withdrawn ones, ``nist_sp800_53_r5_withdrawn.csv``. The text is a work of the United States government
and in the public domain. The 53B baselines are those of the 5.1.1 profiles.
"""

from pathlib import Path
from typing import Any

from committed import DATA, arguments, digest, json_text, rows, settle, toml_text

_PUBLISHED = {"r5": "2020-09-23", "5.1.1": "2023-11-07", "5.2.0": "2025-08-27"}
_NOT_YET = {
    "r5": {"added-in-5.1.1", "added-in-5.2.0"},
    "5.1.1": {"added-in-5.2.0"},
    "5.2.0": set[str](),
}
_BASELINE = "53B-"
_FROM_BY_HAND = (
    "Seven elements were added after 5.0.1 (IA-13 and its three enhancements in 5.1.1; SA-15(13), SA-24 and SI-2(7) in "
    "5.2.0) and entered by hand; the titles of the three enhancements of IA-13 were not corroborated."
)


def successors(tables: Path) -> dict[str, list[str]]:
    """For each withdrawn element, what NIST's catalog links it to; a whole family is named by its letters."""
    targets: dict[str, list[str]] = {}
    for row in rows(tables / "nist_sp800_53_r5_withdrawn.csv"):
        targets.setdefault(row["source_id"], []).append(row["target_id"].upper())
    return targets


def controls(tables: Path, edition: str) -> list[dict[str, Any]]:
    """Families, controls and enhancements of one release; withdrawn ones stay as tombstones."""
    went_to = successors(tables)
    built = []
    for row in rows(tables / "nist_sp800_53_r5.csv"):
        labels = row["baselines"].split("|")
        if _NOT_YET[edition] & set(labels):
            continue
        is_withdrawn = row["kind"] == "withdrawn"
        kind = ("enhancement" if "(" in row["id"] else "control") if is_withdrawn else row["kind"]
        control: dict[str, Any] = {
            "id": row["id"],
            "title": row["title"],
            "kind": kind,
            "parent": row["parent"] or None,
        }
        if is_withdrawn:
            control["withdrawn"] = True
            control["successors"] = went_to.get(row["id"], [])
        baselines = [label.removeprefix(_BASELINE) for label in labels if label.startswith(_BASELINE)]
        if baselines:
            control["labels"] = baselines
        built.append(control)
    return built


def files(tables: Path, edition: str) -> dict[Path, str]:
    """The catalog and its provenance."""
    folder = DATA / "nist" / "sp-800-53" / edition
    release = "" if edition == "r5" else f", release {edition}"
    catalog = {
        "framework": "nist-800-53",
        "edition": edition,
        "title": "Security and Privacy Controls for Information Systems and Organizations "
        f"(SP 800-53 revision 5{release})",
        "publisher": "NIST",
        "published": _PUBLISHED[edition],
        "controls": controls(tables, edition),
    }
    table = tables / "nist_sp800_53_r5.csv"
    provenance: dict[str, str | int] = {
        "framework": "nist-800-53",
        "edition": edition,
        "source": "NIST OSCAL catalog 5.0.1 (github.com/usnistgov/oscal-content, v1.0.0) and resolved profiles "
        "5.1.1+u4 (88bb8de)",
        "source_table": table.name,
        "source_sha256": digest(table),
        "retrieved": "2026-11-21",
        "licence": "Public domain: a work of the United States government (17 USC 105)",
        "builder": "tools/catalogs/nist_sp_800_53.py",
        "holds": "Identifiers and titles of every family, control and enhancement; labels are the 53B baselines of the "
        "5.1.1 profiles. Withdrawn elements stay as tombstones with the successors that NIST's catalog links; two have "
        f"none there. {_FROM_BY_HAND}",
    }
    return {folder / "catalog.json": json_text(catalog, "controls"), folder / "provenance.toml": toml_text(provenance)}


if __name__ == "__main__":
    asked = arguments("Build the outlines of SP 800-53 revision 5 and its releases 5.1.1 and 5.2.0.")
    built: dict[Path, str] = {}
    for release_name in _PUBLISHED:
        built |= files(asked.tables, release_name)
    settle(built, check=asked.check)
