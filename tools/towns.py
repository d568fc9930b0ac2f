"""Builds Connecticut's towns from the published table of towns and planning regions.

    python tools/towns.py TABLE.csv            write src/charteroak/response/data/towns/towns.csv

The table is ``ct-town-to-planning-region.csv`` of the Connecticut Data Collaborative, which carries the Census
Bureau's names and codes of county subdivisions (federal, in the public domain). Its two GEOIDs of a town lost their
leading zero; both must end in the same county-subdivision code. The legal order of towns is the alphabet.
"""

import csv
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/charteroak/response/data/towns/towns.csv"
TOWNS = 169


class TableError(ValueError):
    """The table is not the one that this builder knows."""


def rows_of(table: Path) -> list[tuple[str, str, str]]:
    """Name, county-subdivision code and planning region of each town.

    Raises:
        TableError: a code has two forms, or there are not 169 towns.
    """
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = []
        for row in csv.DictReader(file):
            old, new = row["town_fips_2020"].zfill(10), row["town_fips_2022"].zfill(10)
            if old[:2] != "09" or old[5:] != new[5:] or new[:5] != row["ce_fips_2022"].zfill(5):
                raise TableError(f"The codes of {row['town_name']} contradict each other.")
            rows.append((row["town_name"], new[5:], row["ce_name_2022"].removesuffix(" Planning Region")))
    if len({name for name, *_ in rows}) != TOWNS or len({code for _, code, _ in rows}) != TOWNS:
        raise TableError(f"{len(rows)} rows, and not {TOWNS} towns.")
    return sorted(rows)


def main() -> None:
    """Write the towns."""
    rows = rows_of(Path(sys.argv[1]))
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "cousub", "planningRegion"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
