"""What the requirements of an edition reach: every one of every carried edition something that can be answered."""

import pytest

from charteroak.frameworks.catalog import EditionName, carried_editions
from charteroak.program.links import Link, LinkRelation
from charteroak.program.practices import Practice, load_practices
from charteroak.program.reach import Reached, edition_reach

ASKED = load_practices().asked
CSF = EditionName("nist-csf", "2.0")
R3 = EditionName("nist-800-171", "r3")


@pytest.mark.parametrize("name", carried_editions(), ids=str)
def test_every_requirement_of_every_carried_edition_reaches_what_can_be_answered(name: EditionName) -> None:
    reach = edition_reach(name, ASKED)
    assert reach.requirements
    assert [each.control.id for each in reach.not_carried] == []
    assert sum(reach.counts.values()) == len(reach.requirements)
    assert reach.reviewer
    assert reach.reviewed is not None


def test_a_requirement_with_objectives_is_reached_only_if_each_of_them_is() -> None:
    some = next(each for each in edition_reach(R3, ASKED).requirements if each.objectives > 1)
    assert some.is_carried
    without_links = {key: value for key, value in ASKED.items() if key == "train-everyone"}
    bare = edition_reach(R3, without_links)
    assert next(each for each in bare.requirements if each.control.id == some.control.id).objectives_without
    assert some.control.id in {each.control.id for each in bare.not_carried}


@pytest.mark.parametrize(
    ("relation", "framework", "reached", "is_carried"),
    [
        (LinkRelation.SATISFIES, "", Reached.SATISFIED_BY_PRACTICE, True),
        (LinkRelation.CONTRIBUTES, "", Reached.PRACTICE, True),
        (LinkRelation.RELATED, "", Reached.RELATED, False),
        (LinkRelation.CONTRIBUTES, "nist-csf", Reached.QUESTION, True),
        (LinkRelation.SATISFIES, "nist-csf", Reached.QUESTION, True),
        (LinkRelation.RELATED, "nist-csf", Reached.RELATED, False),
    ],
)
def test_what_is_reached_is_the_strongest_link_and_related_is_nothing_to_show(
    relation: LinkRelation, framework: str, reached: Reached, is_carried: bool
) -> None:
    asked = {"one": _practice(relation, framework)}
    found = {each.control.id: each for each in edition_reach(CSF, asked).requirements}
    assert found["PR.AA-06"].reached is reached
    assert found["PR.AA-06"].is_carried is is_carried
    assert found["GV.OC-01"].reached is Reached.NOTHING


def _practice(relation: LinkRelation, framework: str) -> Practice:
    pattern = ASKED["lock-and-log"]
    return Practice(
        id="one",
        title="One",
        kind=pattern.kind,
        question="Is it?",
        do="Do.",
        why="Why.",
        shows=("It",),
        small_way="Small.",
        freshness_days=1,
        framework=framework,
        links=(Link(framework="nist-csf", edition="2.0", id="PR.AA-06", relation=relation),),
    )
