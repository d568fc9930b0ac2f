"""Published crosswalks: every row with its authority, no set relation where none was stated, no chaining."""

from collections import Counter

import pytest

from charteroak.frameworks.catalog import EditionName, load_catalog
from charteroak.frameworks.crosswalk import Relation, carried_crosswalks, load_crosswalk
from charteroak.frameworks.errors import UnknownCrosswalkError

CSF_1, CSF_2 = EditionName("nist-csf", "1.1"), EditionName("nist-csf", "2.0")
REVISION_3 = EditionName("nist-800-171", "r3")


WITHDRAWN_TARGETS = {("DE.AE-06", "RA-4")}
"""NIST's set for CSF 2.0 names a control that was withdrawn into RA-3; the row is carried as published."""

ROWS = {
    (CSF_1, CSF_2): 320,
    (CSF_2, REVISION_3): 313,
    (CSF_1, EditionName("nist-800-53", "r5")): 555,
    (CSF_2, EditionName("nist-800-53", "5.2.0")): 746,
    (EditionName("nist-800-171", "r2"), REVISION_3): 118,
    (REVISION_3, EditionName("nist-800-53", "5.1.1")): 157,
    (EditionName("hipaa", "2013"), EditionName("nist-800-53", "5.1.1")): 189,
    (EditionName("hipaa", "2013"), CSF_1): 382,
    (EditionName("nist-800-53", "r5"), EditionName("iso-27001", "2022")): 642,
    (EditionName("cis-controls", "8"), CSF_2): 60,
    (EditionName("cis-controls", "8.1"), CSF_2): 62,
    (EditionName("pci-dss", "4.0.1"), CSF_2): 551,
}


def test_every_carried_crosswalk_is_counted_by_this_test() -> None:
    assert set(carried_crosswalks()) == set(ROWS)


@pytest.mark.parametrize(("source", "target", "rows"), [(*pair, rows) for pair, rows in ROWS.items()])
def test_row_counts_equal_what_was_published(source: EditionName, target: EditionName, rows: int) -> None:
    assert len(load_crosswalk(source, target).rows) == rows


def test_lineage_and_concept_rows_are_told_apart() -> None:
    counts = Counter(row.relation for row in load_crosswalk(CSF_1, CSF_2).rows)
    assert counts == {Relation.CONCEPT: 185, Relation.INCORPORATED_INTO: 110, Relation.MOVED_TO: 25}
    assert {row.relation for row in load_crosswalk(CSF_2, REVISION_3).rows} == {Relation.CONCEPT}


@pytest.mark.parametrize("pair", carried_crosswalks(), ids=lambda pair: f"{pair[0]}--{pair[1]}")
def test_every_end_stands_in_its_catalog_and_every_row_names_its_authority(
    pair: tuple[EditionName, EditionName],
) -> None:
    crosswalk = load_crosswalk(*pair)
    source, target = load_catalog(*crosswalk.source), load_catalog(*crosswalk.target)
    for row in crosswalk.rows:
        assert row.source in source
        assert not target.control(row.target).withdrawn or (row.source, row.target) in WITHDRAWN_TARGETS
        assert "NIST" in row.authority
        assert row.relation.set_relation is None


def test_every_subcategory_of_csf_1_1_leads_to_csf_2_0() -> None:
    crosswalk = load_crosswalk(CSF_1, CSF_2)
    for control in load_catalog(*CSF_1).active("subcategory"):
        assert crosswalk.from_source(control.id), control.id


@pytest.mark.parametrize(("source", "target"), [(CSF_2, CSF_1), (CSF_1, REVISION_3), (REVISION_3, CSF_2)])
def test_no_crosswalk_is_reversed_or_chained(source: EditionName, target: EditionName) -> None:
    with pytest.raises(UnknownCrosswalkError) as refused:
        load_crosswalk(source, target)
    assert "nist-csf@1.1 to nist-csf@2.0" in refused.value.remedy
