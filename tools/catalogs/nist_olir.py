"""Crosswalks that a named authority publishes between editions that are carried.

Kinds of row, never mixed up: a *concept* row says that its authority relates two elements and states no set relation
between them; a lineage row (*moved-to*, *incorporated-into*, *addressed-by*, *continued*) says what became of an
element in the next edition; a *source-control* row names the control from which a requirement was made. A packager's
default such as "intersects" is nobody's finding: such rows are carried as what their authority published, a concept.
Crosswalks that somebody composed from two others are not carried at all, and neither is a third party's set from ISO to
CSF 2.0 in which 81 of 490 rows name nothing that ISO has.
"""

from pathlib import Path
from typing import NamedTuple

from committed import DATA, arguments, digest, json_text, rows, settle, toml_text

_RELATIONS = {
    "related": "concept",
    "related(olir)": "concept",
    "related(olir,no set relation)": "concept",
    'related(expanded from prose "all -1 controls")': "concept",
    "intersect(packager label; rolled up to standard)": "concept",
    "intersect(53->ISO; packager label)": "concept",
    "moved_to": "moved-to",
    "incorporated_into": "incorporated-into",
    "addressed_by": "addressed-by",
    "continued_same_number": "continued",
    "source_control": "source-control",
}
_NIST = "Public domain: a work of the United States government (17 USC 105)"
_THIRD = "Submitted to NIST's OLIR programme by its developer, who is named beside each row; NIST does not endorse it"


class Published(NamedTuple):
    """A table, the two editions it relates, and under which terms."""

    table: str
    source: tuple[str, str]
    target: tuple[str, str]
    licence: str = _NIST
    is_reversed: bool = False
    """The table has the columns the other way round from how the authority published."""


_CSF_1_1, _CSF_2_0 = ("nist-csf", "1.1"), ("nist-csf", "2.0")
_R2, _R3 = ("nist-800-171", "r2"), ("nist-800-171", "r3")
_53_R5, _53_5_1_1, _53_5_2_0 = ("nist-800-53", "r5"), ("nist-800-53", "5.1.1"), ("nist-800-53", "5.2.0")
_CROSSWALKS = (
    Published("map_csf_1_1__csf_2_0.csv", _CSF_1_1, _CSF_2_0),
    Published("map_csf_1_1__sp800_53_r5.csv", _CSF_1_1, _53_R5),
    Published("map_csf_2_0__sp800_53_r5.csv", _CSF_2_0, _53_5_2_0),
    Published("map_csf_2_0__sp800_171_r3.csv", _CSF_2_0, _R3),
    Published("map_sp800_171_r2__sp800_171_r3.csv", _R2, _R3),
    Published("map_sp800_171_r3__sp800_53_r5.csv", _R3, _53_5_1_1),
    Published("map_hipaa__sp800_53_r5.csv", ("hipaa", "2013"), _53_5_1_1),
    Published("map_hipaa__csf_1_1.csv", ("hipaa", "2013"), _CSF_1_1),
    Published("map_iso27001_2022__sp800_53_r5.csv", _53_R5, ("iso-27001", "2022"), is_reversed=True),
    Published("map_cis_8__csf_2_0.csv", ("cis-controls", "8"), _CSF_2_0, _THIRD),
    Published("map_cis_8_1__csf_2_0.csv", ("cis-controls", "8.1"), _CSF_2_0, _THIRD),
    Published("map_pci_4_0_1__csf_2_0.csv", ("pci-dss", "4.0.1"), _CSF_2_0, _THIRD),
)


def files(tables: Path, published: Published) -> dict[Path, str]:
    """One crosswalk and its provenance."""
    (source, source_edition), (target, target_edition) = published.source, published.target
    table = published.table
    source_rows = rows(tables / table)
    first, second = ("target_id", "source_id") if published.is_reversed else ("source_id", "target_id")
    authorities = sorted({row["provenance"] for row in source_rows})
    crosswalk = {
        "source": {"framework": source, "edition": source_edition},
        "target": {"framework": target, "edition": target_edition},
        "authorities": authorities,
        "rows": [
            {
                "source": row[first],
                "target": row[second],
                "relation": _RELATIONS[row["relation"]],
                "authority": authorities.index(row["provenance"]),
            }
            for row in source_rows
        ],
    }
    name = f"{source}-{source_edition}--{target}-{target_edition}"
    provenance: dict[str, str | int] = {
        "source": "; ".join(authorities),
        "source_table": table,
        "source_sha256": digest(tables / table),
        "retrieved": "2026-11-21",
        "licence": published.licence,
        "builder": "tools/catalogs/nist_olir.py",
        "holds": "Every published row with its authority. Concept rows carry no set relation.",
    }
    folder = DATA / "mappings"
    return {
        folder / f"{name}.json": json_text(crosswalk, "rows"),
        folder / f"{name}.provenance.toml": toml_text(provenance),
    }


if __name__ == "__main__":
    asked = arguments("Build the crosswalks that a named authority publishes.")
    built: dict[Path, str] = {}
    for crosswalk in _CROSSWALKS:
        built |= files(asked.tables, crosswalk)
    settle(built, check=asked.check)
