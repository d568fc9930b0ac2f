"""The policies: rules in plain words, never a statement of what is done, with places that are all asked for."""

import re

import pytest
from reading_grade import grade

from charteroak.documents.blocks import Blank
from charteroak.program.practices import load_practices
from charteroak.program.written_document.policies import Policy, load_policies

POLICIES = load_policies()
MAX_GRADE = 10.0
EACH = pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.id)


def test_the_subjects_that_a_program_needs_are_there_in_reading_order() -> None:
    assert list(POLICIES) == [
        "acceptable-use", "access", "passwords", "devices", "mail", "backup", "patching", "suppliers", "incidents",
        "data", "training", "physical", "remote", "change", "logging", "exceptions",
    ]  # fmt: skip


@EACH
def test_the_words_of_a_policy_are_plain(policy: Policy) -> None:
    text = " ".join([policy.aim, *(clause.text for clause in policy.clauses)]).replace("{", "").replace("}", "")
    assert grade(text) <= MAX_GRADE, f"{policy.id}: grade {grade(text):.1f}"


@EACH
def test_every_sentence_of_a_clause_is_a_rule_and_no_assertion(policy: Policy) -> None:
    for clause in policy.clauses:
        for sentence in re.split(r"(?<=[.?!])\s+", clause.text):
            assert re.search(r"\b(must|may)\b", sentence), f"{policy.id}/{clause.id}: {sentence}"


@EACH
def test_what_a_clause_leaves_open_is_asked_for_and_nothing_else_is(policy: Policy) -> None:
    assert policy.places == policy.labels.keys()
    assert len({clause.id for clause in policy.clauses}) == len(policy.clauses)


@EACH
def test_the_practices_that_carry_a_policy_out_are_known(policy: Policy) -> None:
    assert set(policy.practices) <= load_practices().by_id.keys()


def test_an_open_place_is_a_blank_and_an_example_never_fills_it() -> None:
    policy = POLICIES["backup"]
    made = next(clause for clause in policy.clauses if clause.id == "made")
    assert made.texts({}, policy.labels)[1] == Blank("How often backups are made")
    assert made.texts({"made_every": "each hour {restore_every}"}, policy.labels)[1] == "each hour {restore_every}"
    examples = {parameter.example for parameter in policy.parameters}
    assert not examples & {text for clause in policy.clauses for text in map(str, clause.texts({}, policy.labels))}
