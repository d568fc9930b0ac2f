"""An inventory of updates as CSV: for each machine and program, since when an update is there and when it was put in.

Columns: ``host``, ``item``, ``available_since``, ``installed`` (days, or times with their offset; *installed* is empty
for an update that is still missing). It tells of the day on which it was made, and of no other.
"""

from datetime import date

from charteroak.collectors.collected import (
    Collected,
    CollectorFinding,
    CollectorInputError,
    Observation,
    Occasion,
    gravest,
    refused,
    shown,
)
from charteroak.collectors.csv_rows import day_in, read_rows

NAME, VERSION = "patch-inventory", "1"
COLUMNS = ("host", "item", "available_since", "installed")
MONTH_DAYS = 31
"""The practice asks for updates *within a month*: the longest month."""


def read_patch_inventory(data: bytes, occasion: Occasion, *, first_line: int = 1) -> Collected:
    """What an inventory says: whether every update was put in within a month, and which is missing for longer.

    Raises:
        CollectorInputError: it is no such inventory, or holds no row; every line at fault is named.
    """
    problems: list[tuple[int, str]] = []
    findings: list[CollectorFinding] = []
    rows = missing = slow = 0
    hosts = set()
    for line, row in read_rows(data, COLUMNS[:3], COLUMNS[3:], first_line=first_line):
        available = day_in(row["available_since"], "available_since", occasion.day)
        installed = day_in(row["installed"], "installed", occasion.day) if row["installed"] else None
        wrong = [each for each in (available, installed) if isinstance(each, str)]
        wrong += [f"the {name} has no name" for name in ("host", "item") if not row[name]]
        if isinstance(available, date) and isinstance(installed, date) and installed < available:
            wrong.append("it was installed before it was available")
        if wrong or not isinstance(available, date) or isinstance(installed, str):
            problems.append((line, "; ".join(wrong)))
            continue
        rows += 1
        hosts.add(row["host"])
        age = ((installed or occasion.day) - available).days
        if age > MONTH_DAYS:
            missing += installed is None
            slow += installed is not None
            if installed is None:
                title = f"{shown(row['item'], 120)} is missing for {age} days"
                findings.append(CollectorFinding("high", title, shown(row["host"], 120)))
    if problems:
        raise refused(problems)
    if not rows:
        raise CollectorInputError("The inventory holds no row.", remedy="Send one with at least one machine.")
    listed, left_out = gravest(findings)
    counted = f"{rows} updates on {len(hosts)} machines"
    detail = (
        f"{counted}; each was put in within {MONTH_DAYS} days, or is not yet that old."
        if not missing
        else f"{counted}; {missing} are missing for more than {MONTH_DAYS} days."
    )
    late = f" {slow} were put in later than that." if slow else ""
    return Collected(
        NAME, VERSION, occasion.subject, occasion.day, occasion.day,
        (Observation("updates-in-a-month", not missing and not slow, detail + late),), listed, left_out,
    )  # fmt: skip
