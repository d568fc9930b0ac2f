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
    EditionName("nist-800-171", "r2"): ({"family": 14, "requirement": 110}, {}),
    EditionName("nist-800-171", "r3"): ({"family": 17, "requirement": 97}, {"requirement": 33}),
    EditionName("nist-800-171a", "r3"): ({"requirement": 97, "objective": 422}, {}),
    EditionName("nist-800-53", "r5"): (
        {"family": 20, "control": 298, "enhancement": 709},
        {"control": 24, "enhancement": 158},
    ),
    EditionName("nist-800-53", "5.1.1"): (
        {"family": 20, "control": 299, "enhancement": 712},
        {"control": 24, "enhancement": 158},
    ),
    EditionName("nist-800-53", "5.2.0"): (
        {"family": 20, "control": 300, "enhancement": 714},
        {"control": 24, "enhancement": 158},
    ),
    EditionName("nist-800-53a", "5.1.1"): ({"control": 223, "enhancement": 201, "objective": 1749}, {}),
    EditionName("fedramp", "rev5"): ({"family": 18, "control": 191, "enhancement": 219}, {}),
    EditionName("cis-controls", "8"): ({"control": 18, "safeguard": 153}, {}),
    EditionName("cis-controls", "8.1"): ({"control": 18, "safeguard": 153}, {}),
    EditionName("iso-27001", "2022"): ({"clause": 41, "annex": 1, "theme": 4, "control": 93}, {}),
    EditionName("pci-dss", "4.0.1"): (
        {"goal": 7, "principal-requirement": 12, "section": 71, "appendix": 3, "requirement": 280},
        {},
    ),
    EditionName("hipaa", "2013"): ({"section": 5, "standard": 22, "specification": 43}, {}),
    EditionName("glba", "2023"): ({"section": 3, "element": 32}, {}),
}
LABELS = {
    EditionName("nist-800-53", "5.1.1"): {"LOW": 149, "MODERATE": 287, "HIGH": 370, "PRIVACY": 96},
    EditionName("fedramp", "rev5"): {"LOW": 156, "MODERATE": 323, "HIGH": 410, "LI-SaaS": 156},
    EditionName("cis-controls", "8"): {"IG1": 56, "IG2": 130, "IG3": 153},
    EditionName("nist-800-171", "r2"): {"basic": 31, "derived": 79},
    EditionName("hipaa", "2013"): {"required": 21, "addressable": 22},
}
WITHOUT_METHODS = {"03.01.22", "03.14.03"}
"""Requirements for which NIST's catalog names no method of assessment."""
WITHOUT_WORDING = {
    EditionName("cis-controls", "8"),
    EditionName("cis-controls", "8.1"),
    EditionName("pci-dss", "4.0.1"),
}


@pytest.mark.parametrize("name", COUNTS, ids=str)
def test_counts_equal_what_the_publisher_counts(name: EditionName) -> None:
    catalog = load_catalog(*name)
    active, withdrawn = COUNTS[name]
    assert catalog.counts() == active
    assert catalog.withdrawn_counts() == withdrawn


@pytest.mark.parametrize("name", LABELS, ids=str)
def test_baselines_and_groups_have_as_many_members_as_their_publisher_counts(name: EditionName) -> None:
    catalog = load_catalog(*name)
    assert {label: len(list(catalog.labelled(label))) for label in LABELS[name]} == LABELS[name]


def test_licensed_wording_is_not_carried() -> None:
    assert {name for name in COUNTS if load_catalog(*name).is_without_wording} == WITHOUT_WORDING
    headings = {"goal", "principal-requirement"}
    titled = {control.kind for control in load_catalog("pci-dss", "4.0.1").controls if control.title}
    assert titled == headings
    assert not any(control.title for control in load_catalog("cis-controls", "8.1").controls)


def test_a_baseline_of_fedramp_selects_controls_of_the_revision_it_names() -> None:
    controls = load_catalog("nist-800-53", "5.1.1")
    selected = [control for control in load_catalog("fedramp", "rev5").controls if control.kind != "family"]
    assert all(not controls.control(control.id).withdrawn for control in selected)


@pytest.mark.parametrize(
    ("objectives", "controls"),
    [(("nist-800-53a", "5.1.1"), ("nist-800-53", "5.1.1")), (("nist-800-171a", "r3"), ("nist-800-171", "r3"))],
)
def test_objectives_stand_below_controls_in_force_and_say_how_they_are_assessed(
    objectives: tuple[str, str], controls: tuple[str, str]
) -> None:
    catalog, controls_of = load_catalog(*objectives), load_catalog(*controls)
    for control in catalog.controls:
        if control.kind == "objective":
            assert control.parent is not None
            assert not controls_of.control(control.parent).withdrawn
            assert set(control.labels) <= {"examine", "interview", "test"}
            assert control.labels or control.parent in WITHOUT_METHODS
            assert "{{" not in control.title


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
        assert control.withdrawn or not control.successors
        assert control.withdrawn or control.title or name in WITHOUT_WORDING


@pytest.mark.parametrize("name", COUNTS, ids=str)
def test_each_catalog_says_where_it_comes_from(name: EditionName) -> None:
    provenance = load_catalog(*name).provenance
    assert {"source", "retrieved", "licence", "source_sha256", "builder", "holds"} <= set(provenance)


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
