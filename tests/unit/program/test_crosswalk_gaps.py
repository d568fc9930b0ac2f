"""Published pairs that no practice stands behind: counted, so that a link that is lost shows."""

import tomllib
from pathlib import Path

from charteroak.frameworks.catalog import EditionName
from charteroak.frameworks.crosswalk import carried_crosswalks, load_crosswalk
from charteroak.program.crosswalk_gaps import all_unlinked_pairs, unlinked_pairs
from charteroak.program.links import shipped_links

COUNTS = tomllib.loads(Path(__file__).with_name("crosswalk_gaps.toml").read_text(encoding="utf-8"))
R2, R3 = EditionName("nist-800-171", "r2"), EditionName("nist-800-171", "r3")
BUILT = EditionName("nist-800-53", "5.1.1")


def test_no_published_pair_lost_the_practice_behind_it() -> None:
    found = {each.name: each for each in all_unlinked_pairs()}
    assert found.keys() == COUNTS.keys() == {f"{a} to {b}" for a, b in carried_crosswalks()}
    for name, counts in COUNTS.items():
        assert found[name].rows == counts["rows"], name
        assert len(found[name].unlinked) <= counts["unlinked"], (
            f"{name}: run tools/crosswalk_gaps.py and mend the links"
        )


def test_what_nist_made_from_a_control_has_a_practice_in_common_with_it() -> None:
    assert unlinked_pairs(load_crosswalk(R3, BUILT)).unlinked == ()


def test_a_pair_is_listed_only_if_its_ends_share_no_practice() -> None:
    found = unlinked_pairs(load_crosswalk(R2, R3))
    for row in load_crosswalk(R2, R3).rows:
        ends = [{link.practice for link in shipped_links(n).of(e)} for n, e in ((R2, row.source), (R3, row.target))]
        assert (row in found.unlinked) == (not ends[0] & ends[1]) or not ends[1]
