"""Links between practices and requirements: every one leads somewhere, and none claims too much."""

import pytest

from charteroak.frameworks.catalog import EditionName, carried_editions
from charteroak.program.links import (
    SAME_IDENTIFIERS,
    LinkRelation,
    edition_links,
    has_part,
    linked_editions,
    shipped_links,
)
from charteroak.program.objectives import COMPANIONS, objectives_of, outline_of
from charteroak.program.practices import load_practices

ASKED = load_practices().asked
ASSESSED = {name for name in carried_editions() if outline_of(name).is_assessable}
HEADS = sorted({*linked_editions(), *COMPANIONS.values()})


@pytest.mark.parametrize("name", HEADS, ids=str)
def test_every_link_leads_from_a_practice_to_an_element_that_is_asked_about(name: EditionName) -> None:
    links = shipped_links(name)
    leaves = {leaf.id for leaf in outline_of(name).leaves}
    assert set(links.by_id) <= leaves
    for identifier, own in links.by_id.items():
        assert {link.practice for link in own} <= set(ASKED), identifier
        assert len({link.practice for link in own}) == len(own), identifier
    assert links.reviewer
    assert links.reviewed
    assert links.basis


@pytest.mark.parametrize("name", HEADS, ids=str)
def test_a_question_stands_behind_no_other_framework(name: EditionName) -> None:
    related = {("nist-800-53", "nist-800-53a", "fedramp"), ("nist-800-171", "nist-800-171a")}
    allowed = {"", name.framework, *(each for group in related if name.framework in group for each in group)}
    for own in shipped_links(name).by_id.values():
        for link in own:
            assert ASKED[link.practice].framework in allowed, link.practice


def test_every_carried_edition_has_links() -> None:
    assert set(linked_editions()) == ASSESSED


@pytest.mark.parametrize("name", sorted(set(SAME_IDENTIFIERS)), ids=str)
def test_an_edition_of_the_same_identifiers_has_the_same_links(name: EditionName) -> None:
    base = shipped_links(SAME_IDENTIFIERS[name])
    for identifier, own in shipped_links(name).by_id.items():
        assert set(base.of(identifier)) <= set(own)
    assert set(shipped_links(name).by_id) <= set(base.by_id)


@pytest.mark.parametrize("name", sorted(COMPANIONS), ids=str)
def test_a_requirement_is_satisfied_by_a_practice_only_if_each_objective_is(name: EditionName) -> None:
    objectives = objectives_of(name)
    assert objectives is not None
    below = shipped_links(objectives.name)
    for requirement, identifiers in objectives.by_requirement.items():
        for link in shipped_links(name).of(requirement):
            if link.relation is LinkRelation.SATISFIES:
                assert all(link in below.of(each) for each in identifiers), requirement


def test_an_edition_that_is_not_carried_has_no_links_and_no_file_is_looked_for() -> None:
    strange = EditionName("../../../etc/passwd", "x")
    assert shipped_links(strange).by_id == {}
    assert not has_part(ASKED["patch-on-time"], strange)


def test_of_links_only_those_of_the_practices_asked_about_are_given() -> None:
    name = EditionName("nist-800-171", "r2")
    own = edition_links(name, {"lock-and-log": ASKED["lock-and-log"]})
    assert own.practices == {"lock-and-log"}
    assert edition_links(name, ASKED) is shipped_links(name)
    assert has_part(ASKED["lock-and-log"], name, "3.10.4")
    assert not has_part(ASKED["lock-and-log"], name, "3.5.3")


def test_revision_2_is_asked_about_requirement_by_requirement() -> None:
    assert objectives_of(EditionName("nist-800-171", "r2")) is None


def test_the_controls_outside_every_baseline_have_no_objectives_here() -> None:
    name = EditionName("nist-800-53", "5.2.0")
    objectives = objectives_of(name)
    assert objectives is not None
    assert len(outline_of(name).leaves) - len(objectives.by_requirement) == 590
    assert sum(map(len, objectives.by_requirement.values())) == 1749


def test_no_practice_satisfies_what_is_more_than_one_of_its_parts() -> None:
    name = EditionName("hipaa", "2013")
    for leaf in outline_of(name).leaves:
        if any(other.parent == leaf.id for other in outline_of(name).leaves):
            relations = {link.relation for link in shipped_links(name).of(leaf.id)}
            assert LinkRelation.SATISFIES not in relations, leaf.id


@pytest.mark.parametrize("framework", ["cis-controls", "pci-dss"])
def test_where_we_may_not_read_the_wording_nothing_is_said_to_do_all_of_it(framework: str) -> None:
    for name in linked_editions():
        if name.framework == framework:
            every = {link.relation for own in shipped_links(name).by_id.values() for link in own}
            assert LinkRelation.SATISFIES not in every


def test_few_links_say_that_a_practice_does_all_of_a_requirement() -> None:
    every = [link for name in HEADS for own in shipped_links(name).by_id.values() for link in own]
    assert 0 < sum(link.relation is LinkRelation.SATISFIES for link in every) < len(every) / 50
