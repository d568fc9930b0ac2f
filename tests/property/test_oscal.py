"""What holds of OSCAL whatever is in it: texts come back, reading and writing agree, a profile selects what it says."""

import json
from copy import deepcopy
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from charteroak.oscal.catalogs import control_ids
from charteroak.oscal.document import parse_document, told_apart, write_document
from charteroak.oscal.resolution import resolve_profile
from charteroak.oscal.shelf import Shelf, Shelved
from charteroak.oscal.texts import marked, plain
from charteroak.oscal.walking import MEMBERS, walk

ASSETS = Path(__file__).parents[1] / "assets" / "oscal"
CATALOG = json.loads((ASSETS / "catalog.json").read_bytes())
PROFILE = json.loads((ASSETS / "profile.json").read_bytes())
SHELF = Shelf([Shelved("catalog.json", told_apart(CATALOG))])
CONTROLS = control_ids(told_apart(CATALOG))
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
KEYS = TEXT | st.sampled_from(sorted(MEMBERS))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(TEXT)
def test_a_text_comes_back_and_acts_as_nothing_on_its_way(text: str) -> None:
    assert plain(marked(text)) == text
    assert "{{" not in marked(text)
    assert "<" not in marked(text).replace("\\<", "")


@given(JSON)
def test_whatever_json_stands_beside_the_metadata_is_read_and_written_as_it_is(value: object) -> None:
    whole = {"catalog": CATALOG["catalog"] | {"x": value}}
    document = parse_document(json.dumps(whole).encode())
    assert document.whole == whole
    assert parse_document(write_document(document)).whole == whole


@given(JSON)
def test_a_walk_counts_every_member(value: object) -> None:
    def members(inner: object) -> int:
        if isinstance(inner, dict):
            return len(inner) + sum(map(members, inner.values()))
        return sum(map(members, inner)) if isinstance(inner, list) else 0

    assert walk(value, depth_limit=64).members == members(value)


@given(st.sets(st.sampled_from(CONTROLS), min_size=1), st.sets(st.sampled_from(CONTROLS)))
def test_a_profile_selects_what_it_includes_and_does_not_exclude(included: set[str], excluded: set[str]) -> None:
    whole = deepcopy(PROFILE)
    whole["profile"]["imports"] = [
        {
            "href": "catalog.json",
            "include-controls": [{"with-ids": sorted(included)}],
            "exclude-controls": [{"with-ids": sorted(excluded)}],
        }
    ]
    del whole["profile"]["modify"]
    resolution = resolve_profile(told_apart(whole), SHELF)
    assert set(resolution.selected) == included - excluded
    assert set(resolution.selected) <= set(control_ids(resolution.document)) <= set(CONTROLS)
