"""Crosswalks that NIST publishes between frameworks: CSF 1.1 to 2.0, and CSF 2.0 to SP 800-171 r3.

Two kinds of row, never mixed up: a *concept* row of NIST's OLIR programme says that NIST relates two elements and
states no set relation between them; a lineage row (*moved-to*, *incorporated-into*) says what became of a withdrawn
element. A packager's default such as "intersects" is nobody's finding and is not carried.
"""

from pathlib import Path

from committed import DATA, arguments, digest, json_text, rows, settle, toml_text

_RELATIONS = {"related(olir)": "concept", "moved_to": "moved-to", "incorporated_into": "incorporated-into"}
_CROSSWALKS = {
    "map_csf_1_1__csf_2_0.csv": (("nist-csf", "1.1"), ("nist-csf", "2.0")),
    "map_csf_2_0__sp800_171_r3.csv": (("nist-csf", "2.0"), ("nist-800-171", "r3")),
}


def files(tables: Path, table: str) -> dict[Path, str]:
    """One crosswalk and its provenance."""
    (source, source_edition), (target, target_edition) = _CROSSWALKS[table]
    source_rows = rows(tables / table)
    authorities = sorted({row["provenance"] for row in source_rows})
    crosswalk = {
        "source": {"framework": source, "edition": source_edition},
        "target": {"framework": target, "edition": target_edition},
        "authorities": authorities,
        "rows": [
            {
                "source": row["source_id"],
                "target": row["target_id"],
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
        "licence": "Public domain: a work of the United States government (17 USC 105)",
        "builder": "tools/catalogs/nist_olir.py",
        "holds": "Every published row with its authority. Concept rows carry no set relation.",
    }
    folder = DATA / "mappings"
    return {
        folder / f"{name}.json": json_text(crosswalk, "rows"),
        folder / f"{name}.provenance.toml": toml_text(provenance),
    }


if __name__ == "__main__":
    asked = arguments("Build the crosswalks that NIST publishes.")
    built: dict[Path, str] = {}
    for crosswalk_table in _CROSSWALKS:
        built |= files(asked.tables, crosswalk_table)
    settle(built, check=asked.check)
