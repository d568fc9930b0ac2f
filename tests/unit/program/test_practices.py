"""The shipped practices: plain words, honest links, every kind of safeguard."""

import re

import pytest

from charteroak.frameworks.catalog import load_catalog
from charteroak.program.bodies import BODY_VERSIONS
from charteroak.program.errors import QuestionError
from charteroak.program.practices import LinkRelation, Practice, SafeguardKind, load_practices
from charteroak.program.requirements import linked_editions

SHIPPED = load_practices()
MAX_GRADE = 8.0


def syllables(word: str) -> int:
    """Syllables of an English word by its vowel groups; a silent final e does not count."""
    letters = word.lower().strip("'")
    count = len(re.findall(r"[aeiouy]+", letters))
    if letters.endswith("e") and not letters.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(count, 1)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade level."""
    sentences = [part for part in re.split(r"[.?!:]+(?:\s|$)", text) if part.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("practice", SHIPPED.by_id.values(), ids=lambda practice: practice.id)
def test_the_words_of_a_practice_are_plain(practice: Practice) -> None:
    text = f"{practice.question} {practice.do} {practice.why} {practice.small_way}"
    assert grade(text) <= MAX_GRADE, f"{practice.id}: grade {grade(text):.1f}"


@pytest.mark.parametrize("practice", SHIPPED.by_id.values(), ids=lambda practice: practice.id)
def test_every_link_leads_to_a_requirement_in_force(practice: Practice) -> None:
    for link in practice.links:
        control = load_catalog(link.framework, link.edition).control(link.id)
        assert not control.withdrawn
        assert control.kind in {"subcategory", "requirement"}
    assert len({(link.framework, link.id) for link in practice.links}) == len(practice.links)


def test_no_link_claims_to_satisfy_a_requirement() -> None:
    relations = {link.relation for practice in SHIPPED.by_id.values() for link in practice.links}
    assert relations == {LinkRelation.CONTRIBUTES, LinkRelation.RELATED}


def test_every_kind_of_safeguard_has_practices_of_its_own() -> None:
    assert {practice.kind for practice in SHIPPED.by_id.values()} == set(SafeguardKind)


def test_operations_that_show_a_practice_are_kinds_of_entry() -> None:
    operations = {kind for practice in SHIPPED.by_id.values() for kind in practice.operations}
    assert operations == {"hunt.run", "report.filed", "exercise.held", "training.completed"}
    assert operations <= set(BODY_VERSIONS)


def test_each_practice_has_a_part_in_both_linked_editions() -> None:
    editions = linked_editions(SHIPPED.by_id.values())
    assert [str(name) for name in editions] == ["nist-800-171@r3", "nist-csf@2.0"]
    for practice in SHIPPED.by_id.values():
        assert {(link.framework, link.edition) for link in practice.links} == set(editions), practice.id


def test_an_unknown_practice_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(QuestionError, match="train-everyone"):
        SHIPPED.practice("buy-a-firewall")
    assert SHIPPED.practice("lock-and-log").kind is SafeguardKind.PHYSICAL
