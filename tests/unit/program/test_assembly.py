"""From the record to the facts document: what it says, what it leaves unknown, and where it must not flatter."""

from datetime import date
from typing import Any

import pytest

from charteroak.law.facts import parse_facts
from charteroak.program.assembly import breach_facts, prospective_facts
from charteroak.program.errors import QuestionError

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 14)
CSF = {"framework": "nist-csf", "edition": "2.0", "status": "conforms", "from": "2026-01-01", "assertedBy": "A. Person"}


def assembled(history: Any, practices: Any, **more: Any) -> dict[str, Any]:
    document = breach_facts(history.facts, **{"first": FIRST, "last": LAST, "practices": practices} | more)
    parse_facts(document)
    return document


def rows(document: dict[str, Any], *path: str) -> list[tuple[str, str, str]]:
    for key in path:
        document = document[key]
    return [(row["from"][5:], row["to"][5:], row["status"]) for row in document]  # type: ignore[index]


def shown(history: Any) -> None:
    """A program of two practices, both shown throughout the interval."""
    history.adopt("2026-01-01")
    history.answer("lock", "yes", "2026-01-01")
    history.answer("train", "yes", "2026-01-01")
    history.evidence("lock", "2026-08-01")
    history.evidence("train", "2026-08-20")


def test_an_empty_record_leaves_everything_unknown(history: Any, practices: Any) -> None:
    assert assembled(history, practices) == {
        "mode": "breach",
        "breach": {"from": "2026-09-01", "to": "2026-09-14"},
    }


def test_what_is_shown_throughout_is_one_row_with_its_exhibits(history: Any, practices: Any) -> None:
    shown(history)
    document = assembled(history, practices)
    assert rows(document, "program", "compliedWith") == [("09-01", "09-14", "yes")]
    assert document["program"]["compliedWith"][0]["exhibits"] == ["entry:1", "entry:3", "entry:2", "entry:4"]
    assert document["program"]["adopted"] == "2026-01-01"
    assert rows(document, "program", "written") == [("09-01", "09-14", "yes")]
    assert rows(document, "program", "maintained") == [("09-01", "09-14", "yes")]


def test_evidence_that_grows_old_inside_the_interval_ends_the_stretch(history: Any, practices: Any) -> None:
    shown(history)
    history.correct(4, "2026-08-25")
    history.evidence("train", "2026-08-06", recorded="2026-08-26")
    assert rows(assembled(history, practices), "program", "compliedWith") == [("09-01", "09-05", "yes")]


def test_a_lapse_in_the_middle_leaves_two_stretches(history: Any, practices: Any) -> None:
    shown(history)
    history.correct(4, "2026-08-25")
    history.evidence("train", "2026-08-06", recorded="2026-08-26")
    history.evidence("train", "2026-09-10")
    assert rows(assembled(history, practices), "program", "compliedWith") == [
        ("09-01", "09-05", "yes"),
        ("09-10", "09-14", "yes"),
    ]


def test_an_answer_of_no_is_no_and_an_answer_of_partly_is_unknown(history: Any, practices: Any) -> None:
    shown(history)
    history.answer("lock", "no", "2026-09-03", to="2026-09-04")
    history.answer("train", "partly", "2026-09-08", to="2026-09-09")
    assert rows(assembled(history, practices), "program", "compliedWith") == [
        ("09-01", "09-02", "yes"),
        ("09-03", "09-04", "no"),
        ("09-05", "09-07", "yes"),
        ("09-10", "09-14", "yes"),
    ]


def test_a_program_that_names_no_practices_promises_all_that_are_shipped(history: Any, practices: Any) -> None:
    history.adopt("2026-01-01", practices=())
    history.answer("lock", "yes", "2026-01-01")
    history.evidence("lock", "2026-08-01")
    assert "compliedWith" not in assembled(history, practices)["program"]


def test_a_promised_practice_that_this_release_does_not_know_leaves_compliance_unknown(
    history: Any, practices: Any
) -> None:
    shown(history)
    history.adopt("2026-08-30", practices=("lock", "train", "dance"), version="2")
    assert "compliedWith" not in assembled(history, practices)["program"]


def test_before_the_first_adoption_the_record_is_silent_and_says_neither_yes_nor_no(
    history: Any, practices: Any
) -> None:
    shown(history)
    document = assembled(history, practices, first=date(2025, 12, 30), last=date(2026, 1, 2))
    assert [(row["from"], row["status"]) for row in document["program"]["written"]] == [("2026-01-01", "yes")]


def test_upkeep_older_than_a_year_and_a_day_is_unknown(history: Any, practices: Any) -> None:
    history.adopt("2025-09-04")
    assert rows(assembled(history, practices), "program", "maintained") == [("09-01", "09-05", "yes")]


def test_a_later_record_about_earlier_days_counts_only_from_when_it_was_known(history: Any, practices: Any) -> None:
    shown(history)
    history.correct(3, "2026-08-25")
    history.evidence("lock", "2026-06-20", recorded="2026-10-08")
    before = assembled(history, practices, known_at=date(2026, 9, 30))
    after = assembled(history, practices, known_at=date(2026, 10, 8))
    assert "compliedWith" not in before["program"]
    assert rows(after, "program", "compliedWith") == [("09-01", "09-14", "yes")]
    assert "entry:6" in after["program"]["compliedWith"][0]["exhibits"]


def test_what_began_after_the_interval_plays_no_part(history: Any, practices: Any) -> None:
    history.adopt("2026-09-15")
    history.add("edition.adopted", CSF, occurred="2026-10-01")
    assert set(assembled(history, practices)) == {"mode", "breach"}


def test_conformity_is_carried_as_asserted(history: Any, practices: Any) -> None:
    history.add("edition.adopted", CSF | {"status": "partly"}, occurred="2026-01-05")
    history.add("edition.adopted", CSF | {"from": "2026-09-05"}, occurred="2026-09-05")
    document = assembled(history, practices)
    assert rows(document, "conformity") == [("09-01", "09-04", "partly"), ("09-05", "09-14", "conforms")]
    assert document["conformity"][0]["assertedBy"] == "A. Person"
    assert [row["exhibits"] for row in document["conformity"]] == [["entry:0"], ["entry:1"]]


@pytest.mark.parametrize("answer", ["no", "partly"])
def test_an_answer_against_the_framework_turns_conforms_into_partly(history: Any, practices: Any, answer: str) -> None:
    history.add("edition.adopted", CSF, occurred="2026-01-05")
    history.answer("lock", answer, "2026-09-03", to="2026-09-04")
    document = assembled(history, practices)
    assert rows(document, "conformity") == [
        ("09-01", "09-02", "conforms"),
        ("09-03", "09-04", "partly"),
        ("09-05", "09-14", "conforms"),
    ]
    assert document["conformity"][1]["exhibits"] == ["entry:0", "entry:1"]


def test_a_day_on_which_nobody_asserted_anything_is_unknown_and_not_a_refusal(history: Any, practices: Any) -> None:
    history.add("edition.adopted", CSF | {"from": "2026-09-05", "to": "2026-09-10"}, occurred="2026-09-05")
    assert rows(assembled(history, practices), "conformity") == [
        ("09-05", "09-10", "conforms"),
        ("09-01", "09-04", "unknown"),
        ("09-11", "09-14", "unknown"),
    ]


def test_an_edition_that_the_act_does_not_name_bears_on_nothing(history: Any, practices: Any) -> None:
    history.add("edition.adopted", CSF | {"framework": "house-rules", "edition": "7"}, occurred="2026-01-05")
    history.add("edition.adopted", CSF | {"edition": "9.9"}, occurred="2026-01-05")
    assert "conformity" not in assembled(history, practices)


def test_descriptions_become_dated_facts(history: Any, practices: Any) -> None:
    body = {"name": "A", "kind": "llc", "employees": 4, "handles": {"maintains": True}}
    history.add("organisation.described", body, occurred="2026-09-03")
    history.add(
        "organisation.described",
        body | {"kind": "corporation", "handles": {"maintains": False}},
        occurred="2026-09-10",
    )
    organisation = assembled(history, practices)["organisation"]
    assert rows(organisation, "handles", "maintains") == [("09-03", "09-09", "yes"), ("09-10", "09-14", "no")]
    assert organisation["employees"] == 4
    assert "kind" not in organisation, "it changed in the interval, so it has no single answer"


def test_statements_about_the_written_program_carry_over(history: Any, practices: Any) -> None:
    history.add(
        "program.described",
        {"safeguards": {"physical": {"holds": True, "where": "4"}}, "scale": {"activities": {"holds": False}}},
        occurred="2026-01-01",
    )
    program = assembled(history, practices)["program"]
    assert rows(program, "safeguards", "physical") == [("09-01", "09-14", "yes")]
    assert rows(program, "scale", "activities") == [("09-01", "09-14", "no")]
    assert set(program) == {"safeguards", "scale"}


def test_the_callers_answers_are_joined_to_the_record(history: Any, practices: Any) -> None:
    claims = [{"foundedIn": "tort", "alleges": "failure-of-reasonable-controls", "law": "ct", "forum": "ct-superior"}]
    answers = {
        "claims": claims,
        "breach": {"access": True, "failureFrom": "2026-08-20"},
        "culpability": "not-alleged",
    }
    shown(history)
    document = assembled(history, practices, answers=answers)
    assert document["claims"] == claims
    assert document["breach"] == {
        "from": "2026-09-01",
        "to": "2026-09-14",
        "access": True,
        "failureFrom": "2026-08-20",
    }
    assert rows(document, "program", "written") == [("08-20", "09-14", "yes")]


@pytest.mark.parametrize("answers", [{"program": {}}, {"breach": {"from": "2026-01-01"}}, {"organisation": {}}])
def test_the_record_cannot_be_overruled_from_outside(history: Any, practices: Any, answers: dict[str, Any]) -> None:
    with pytest.raises(QuestionError, match="has no place"):
        assembled(history, practices, answers=answers)


@pytest.mark.parametrize("answer", [[1, 2], "yes", 5, True])
def test_an_answer_about_the_breach_that_is_no_object_is_refused(history: Any, practices: Any, answer: object) -> None:
    with pytest.raises(QuestionError, match="/breach: An object is needed"):
        assembled(history, practices, answers={"breach": answer})


def test_a_reversed_interval_is_refused(history: Any, practices: Any) -> None:
    with pytest.raises(QuestionError, match="reversed"):
        breach_facts(history.facts, first=LAST, last=FIRST, practices=practices)


def test_an_imagined_breach_asks_about_one_day(history: Any, practices: Any) -> None:
    shown(history)
    document = prospective_facts(history.facts, as_of=FIRST, practices=practices)
    assert (document["mode"], document["asOf"]) == ("prospective", "2026-09-01")
    assert rows(document, "program", "compliedWith") == [("09-01", "09-01", "yes")]
    assert "breach" not in document
    parse_facts(document)
