"""What the record lacks, in order of work, and the one step to take next."""

from datetime import date
from typing import Any

from charteroak.program.gaps import Gap, next_step, open_gaps
from charteroak.program.status import program_status

DAY = date(2026, 3, 1)


def gaps(history: Any, practices: Any, day: date = DAY) -> tuple[Gap, ...]:
    return open_gaps(program_status(history.facts, day, practices=practices))


def codes(history: Any, practices: Any, day: date = DAY) -> list[str]:
    return [gap.code for gap in gaps(history, practices, day)]


def complete(history: Any) -> None:
    statements = {
        "safeguards": ("administrative", "technical", "physical"),
        "objectives": ("confidentiality", "threatsOrHazards", "unauthorizedAccessAndAcquisition"),
        "scale": ("sizeAndComplexity", "activities", "sensitivity", "costAndTools"),
    }
    described = {part: {name: {"holds": True} for name in names} for part, names in statements.items()}
    history.add(
        "organisation.described",
        {"name": "A", "kind": "llc", "handles": {"maintains": True}, "information": {"personal": True}},
        occurred="2026-01-01",
    )
    history.adopt("2026-01-01")
    history.add("program.approved", {"version": "1", "by": "B", "role": "owner"}, occurred="2026-01-01")
    history.add("program.described", described, occurred="2026-01-01")
    history.add(
        "edition.adopted",
        {"framework": "nist-csf", "edition": "2.0", "status": "conforms", "from": "2026-01-01", "assertedBy": "B"},
        occurred="2026-01-01",
    )
    for practice in ("lock", "train"):
        history.answer(practice, "yes", "2026-01-01")
        history.evidence(practice, "2026-02-20")


def test_a_new_organisation_is_asked_first_what_it_is(history: Any, practices: Any) -> None:
    found = gaps(history, practices)
    assert [gap.code for gap in found] == [
        "organisation.not-described",
        "program.not-adopted",
        "edition.none",
        "practice.unanswered",
        "practice.unanswered",
    ]
    assert next_step(found).startswith("Describe your organization.")
    assert all(gap.elements and gap.would_change for gap in found)


def test_a_complete_record_has_no_gap(history: Any, practices: Any) -> None:
    complete(history)
    assert gaps(history, practices) == ()
    assert "Nothing is open today" in next_step(())


def test_every_part_that_is_missing_is_named_with_its_element(history: Any, practices: Any) -> None:
    history.add("organisation.described", {"name": "A", "kind": "llc"}, occurred="2026-01-01")
    history.adopt("2025-01-01")
    found = {gap.code: gap.elements for gap in gaps(history, practices)}
    assert found["organisation.handling-unknown"] == ("E2",)
    assert found["organisation.information-unknown"] == ("E4",)
    assert found["program.not-approved"] == ("E8",)
    assert found["program.review-overdue"] == ("E8",)
    assert found["program.safeguards.physical"] == ("E9",)
    assert found["program.objectives.threats-or-hazards"] == ("E10",)
    assert found["program.scale.cost-and-tools"] == ("E11",)


def test_practices_come_in_the_order_of_work(history: Any, practices: Any) -> None:
    complete(history)
    history.answer("lock", "no", "2026-02-25")
    history.answer("train", "partly", "2026-02-26")
    found = gaps(history, practices)
    assert [(gap.code, gap.practice) for gap in found] == [
        ("practice.partly-done", "train"),
        ("practice.not-done", "lock"),
    ]
    assert found[0].elements == ("E8", "E12")


def test_silence_is_told_in_days(history: Any, practices: Any) -> None:
    complete(history)
    (gap,) = gaps(history, practices, date(2026, 4, 1))
    assert gap.code == "practice.stale-evidence"
    assert "40 days old; 30 are allowed" in gap.detail
    assert gap.to_json()["practice"] == "train"


def test_a_yes_without_evidence_says_what_would_show_it(history: Any, practices: Any) -> None:
    history.adopt("2026-01-01", practices=("lock",))
    history.answer("lock", "yes", "2026-01-01")
    (gap,) = (gap for gap in gaps(history, practices) if gap.practice == "lock")
    assert gap.code == "practice.no-evidence"
    assert "A list" in gap.detail


def test_a_review_that_asked_for_changes_stays_open_until_a_newer_version(history: Any, practices: Any) -> None:
    complete(history)
    history.add("program.reviewed", {"version": "1", "by": "B", "outcome": "changes-needed"}, occurred="2026-02-21")
    assert codes(history, practices) == ["program.changes-open"]
    history.adopt("2026-02-22", version="2")
    assert codes(history, practices) == ["program.not-approved"]


def test_an_edition_that_is_not_conformed_to_is_a_gap(history: Any, practices: Any) -> None:
    complete(history)
    row = {"framework": "nist-csf", "edition": "2.0", "status": "partly", "from": "2026-02-01", "assertedBy": "B"}
    history.add("edition.adopted", row, occurred="2026-02-21")
    assert codes(history, practices) == ["edition.not-conforming"]
