#!/usr/bin/env python3
"""Suggestions for the authors of links: published pairs of elements that no practice stands behind.

    tools/crosswalk_gaps.py                     how many there are in each carried crosswalk
    tools/crosswalk_gaps.py FROM TO             the pairs of one crosswalk, with the practices at either end
    tools/crosswalk_gaps.py --write             bring the counts that the test holds up to date

FROM and TO are editions, such as nist-800-171@r2. A pair is a question and no fault: an authority's row may be wide.
"""

import argparse
from pathlib import Path

from charteroak.frameworks.catalog import parse_edition_name
from charteroak.frameworks.crosswalk import load_crosswalk
from charteroak.program.crosswalk_gaps import UnlinkedPairs, all_unlinked_pairs, unlinked_pairs
from charteroak.program.links import shipped_links

COUNTS = Path(__file__).parent.parent / "tests/unit/program/crosswalk_gaps.toml"
HEAD = """# For each carried crosswalk: how many published pairs there are, and how many have no practice of ours behind
# both ends. tools/crosswalk_gaps.py lists them and writes this file; a test holds that none grows.

"""


def main() -> None:
    """Print the counts, print one crosswalk's pairs, or write the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("editions", nargs="*", metavar="EDITION")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.write:
        lines = [
            f'"{each.name}" = {{ rows = {each.rows}, unlinked = {len(each.unlinked)} }}'
            for each in all_unlinked_pairs()
        ]
        COUNTS.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    elif len(arguments.editions) == 2:
        show(unlinked_pairs(load_crosswalk(*(parse_edition_name(each) for each in arguments.editions))))
    elif arguments.editions:
        parser.error("name two editions")
    else:
        for each in all_unlinked_pairs():
            print(f"{each.name}: {len(each.unlinked)} of {each.rows} pairs have no practice behind both ends")


def show(found: UnlinkedPairs) -> None:
    """Each pair with what stands behind either end."""
    source, target = shipped_links(found.source), shipped_links(found.target)
    for row in found.unlinked:
        behind = [
            ", ".join(link.practice for link in links.of(end)) or "nothing"
            for links, end in ((source, row.source), (target, row.target))
        ]
        print(f"{row.source} ({behind[0]}) - {row.target} ({behind[1]}): {row.authority}")


if __name__ == "__main__":
    main()
