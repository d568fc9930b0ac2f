"""The carried outlines: counts as published, tombstones kept, unknown names refused by name."""

import pytest

from charteroak.frameworks.catalog import (
    EditionName,
    carried_editions,
    load_catalog,
    newest_edition,
    parse_edition_name,
)
from charteroak.frameworks.errors import UnknownControlError, UnknownFrameworkError

COUNTS = {
    EditionName("nist-csf", "1.1"): ({"function": 5, "category": 23, "subcategory": 108}, {}),
    EditionName("nist-csf", "2.0"): (
        {"function": 6, "category": 22, "subcategory": 106},
        {"category": 12, "subcategory": 79},
    ),
    EditionName("nist-800-171", "r3"): ({"family": 17, "requirement": 97}, {"requirement": 33}),
}


@pytest.mark.parametrize("name", COUNTS, ids=str)
def test_counts_equal_what_the_publisher_counts(name: EditionName) -> None:
    catalog = load_catalog(*name)
    active, withdrawn = COUNTS[name]
    assert catalog.counts() == active
    assert catalog.withdrawn_counts() == withdrawn


def test_every_carried_edition_is_counted_by_this_test() -> None:
    assert set(carried_editions()) == set(COUNTS)


@pytest.mark.parametrize("name", COUNTS, ids=str)
def test_identifiers_are_unique_and_parents_and_successors_resolve(name: EditionName) -> None:
    catalog = load_catalog(*name)
    assert len({control.id for control in catalog.controls}) == len(catalog.controls)
    for control in catalog.controls:
        assert control.parent is None or control.parent in catalog
        for successor in control.successors:
            assert not catalog.control(successor).withdrawn
        assert control.withdrawn or (control.title and not control.successors)


@pytest.mark.parametrize("name", COUNTS, ids=str)
def test_each_catalog_says_where_it_comes_from(name: EditionName) -> None:
    provenance = load_catalog(*name).provenance
    assert {"source", "retrieved", "licence", "source_sha256", "builder"} <= set(provenance)


def test_a_withdrawn_subcategory_stays_with_its_successors() -> None:
    tombstone = load_catalog("nist-csf", "2.0").control("DE.CM-04")
    assert tombstone.withdrawn
    assert tombstone.successors == ("DE.CM-01", "DE.CM-09")


def test_a_withdrawn_requirement_without_published_successor_names_none() -> None:
    assert load_catalog("nist-800-171", "r3").control("03.13.14").successors == ()


def test_the_newest_edition_is_the_one_published_last() -> None:
    assert newest_edition("nist-csf") == EditionName("nist-csf", "2.0")
    assert parse_edition_name("nist-csf") == EditionName("nist-csf", "2.0")
    assert parse_edition_name("nist-csf@1.1") == EditionName("nist-csf", "1.1")


@pytest.mark.parametrize("text", ["", "nist", "nist-csf@", "nist-csf@9", "../../etc@passwd", "@2.0"])
def test_a_name_that_is_not_carried_is_refused(text: str) -> None:
    with pytest.raises(UnknownFrameworkError) as refused:
        parse_edition_name(text)
    assert refused.value.remedy


def test_an_identifier_that_is_not_in_the_catalog_is_refused() -> None:
    with pytest.raises(UnknownControlError, match=r"PR\.XX-01"):
        load_catalog("nist-csf", "2.0").control("PR.XX-01")
