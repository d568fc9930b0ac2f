"""Outlines of two federal rules: the HIPAA Security Rule and the GLBA Safeguards Rule.

Sources: ``hipaa_security_rule.csv`` (45 CFR 164.308 to 164.316; the standards agree with NIST SP 800-66r2's list) and
``glba_safeguards_16cfr314.csv`` (16 CFR 314.3, 314.4 and 314.6; titles in our own words, written from knowledge of the
rule and still to be checked against the eCFR). Rules are public law; the titles are facts about them.
"""

from pathlib import Path
from typing import Any

from committed import DATA, arguments, digest, json_text, rows, settle, toml_text

_RULES: tuple[dict[str, str], ...] = (
    {
        "framework": "hipaa",
        "edition": "2013",
        "title": "HIPAA Security Rule, 45 CFR 164.308 to 164.316, as amended in 2013",
        "publisher": "HHS",
        "published": "2013-01-25",
        "table": "hipaa_security_rule.csv",
        "folder": "hipaa-security-rule",
        "source": "45 CFR 164.308 to 164.316; standards as listed in NIST SP 800-66r2",
        "holds": "Citations and titles of the standards and implementation specifications; labels say whether a "
        "specification is required or addressable.",
    },
    {
        "framework": "glba",
        "edition": "2023",
        "title": "GLBA Safeguards Rule, 16 CFR 314, as amended in 2023",
        "publisher": "FTC",
        "published": "2023-11-13",
        "table": "glba_safeguards_16cfr314.csv",
        "folder": "glba-safeguards-rule",
        "source": "16 CFR 314.3, 314.4 and 314.6",
        "holds": "Citations of the elements, with titles in our own words. NOT yet checked against the eCFR.",
    },
)
_SECTIONS = {
    "314.3": "Standards for safeguarding customer information",
    "314.4": "Elements",
    "314.6": "Exceptions",
}


def controls(tables: Path, table: str) -> list[dict[str, Any]]:
    """The rule's elements in its own order, each below its section."""
    built: list[dict[str, Any]] = []
    for row in rows(tables / table):
        if row["parent"] in _SECTIONS and not any(control["id"] == row["parent"] for control in built):
            built.append({"id": row["parent"], "title": _SECTIONS[row["parent"]], "kind": "section", "parent": None})
        if row["id"] in _SECTIONS:
            built.append({"id": f"{row['id']}(a)", "title": row["title"], "kind": row["kind"], "parent": row["parent"]})
            continue
        control: dict[str, Any] = {
            "id": row["id"],
            "title": row["title"],
            "kind": row["kind"],
            "parent": row["parent"] or None,
        }
        if row["baselines"]:
            control["labels"] = [row["baselines"]]
        built.append(control)
    return built


def files(tables: Path, rule: dict[str, str]) -> dict[Path, str]:
    """One catalog and its provenance."""
    folder = DATA / "federal-rules" / rule["folder"] / rule["edition"]
    catalog = {key: rule[key] for key in ("framework", "edition", "title", "publisher", "published")}
    provenance: dict[str, str | int] = {
        "framework": rule["framework"],
        "edition": rule["edition"],
        "source": rule["source"],
        "source_table": rule["table"],
        "source_sha256": digest(tables / rule["table"]),
        "retrieved": "2026-11-21",
        "licence": "Public law; titles are ours or NIST's, in the public domain",
        "builder": "tools/catalogs/federal_rules.py",
        "holds": rule["holds"],
    }
    document = {**catalog, "controls": controls(tables, rule["table"])}
    return {folder / "catalog.json": json_text(document, "controls"), folder / "provenance.toml": toml_text(provenance)}


if __name__ == "__main__":
    asked = arguments("Build the outlines of the HIPAA Security Rule and the GLBA Safeguards Rule.")
    built_files: dict[Path, str] = {}
    for each in _RULES:
        built_files |= files(asked.tables, each)
    settle(built_files, check=asked.check)
