"""How far a record covers a requirement: objective by objective, and never further than it goes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from charteroak.frameworks.catalog import EditionName
from charteroak.frameworks.crosswalk import Crosswalk, CrosswalkRow, Relation
from charteroak.program.assessments import assessments_on
from charteroak.program.exceptions import accepted_exceptions, exceptions_on
from charteroak.program.findings import practice_records
from charteroak.program.history import knowledge
from charteroak.program.hops import carried_hops
from charteroak.program.links import Link, LinkRelation
from charteroak.program.practices import Practice
from charteroak.program.requirement_answers import Answer, Coverage, EditionCoverage, Reason, RequirementStatus
from charteroak.program.requirements import ASSESSMENT_DAYS, RecordOnDay, edition_coverage

CSF, CSF_1 = EditionName("nist-csf", "2.0"), EditionName("nist-csf", "1.1")
R2, R3 = EditionName("nist-800-171", "r2"), EditionName("nist-800-171", "r3")
R3_OBJECTIVES = EditionName("nist-800-171a", "r3")
BUILT = EditionName("nist-800-53", "5.1.1")
MFA, PRIVILEGED, OTHERS = "03.05.03", "A.03.05.03.01", "A.03.05.03.02"
TESTING, TESTED = "03.06.03", "A.03.06.03"
"""A requirement with one objective, which leaves a frequency to the organisation."""


def linked(practice: Practice, *links: tuple[EditionName, str, LinkRelation], framework: str = "") -> Practice:
    """A practice with links of its own."""
    own = tuple(Link(framework=name.framework, edition=name.edition, id=key, relation=how) for name, key, how in links)
    fields = {field: getattr(practice, field) for field in practice.__struct_fields__}
    return Practice(**fields | {"links": own, "framework": framework})


def record(history: Any, practices: Sequence[Practice], day: str = "2026-02-01") -> RecordOnDay:
    """What a short history says on a day."""
    on = date.fromisoformat(day)
    begun = [fact for fact in knowledge(history.facts).standing if fact.first_day <= on]
    by_id = {practice.id: practice for practice in practices}
    return RecordOnDay(
        on,
        {identifier: one.finding(on) for identifier, one in practice_records(begun, by_id).items()},
        exceptions_on(accepted_exceptions(begun), on),
        assessments_on(begun, on),
    )


def requirement(made: EditionCoverage, identifier: str) -> RequirementStatus:
    (found,) = [each for each in made.requirements if each.control.id == identifier]
    return found


def do(history: Any, practice: str, answer: str = "yes") -> None:
    history.answer(practice, answer, "2026-01-10")
    history.evidence(practice, "2026-01-12")


def assess(history: Any, result: str, objective: str | None = None, day: str = "2026-01-15", **more: str) -> None:
    body = {"framework": "nist-800-171", "edition": "r3", "requirement": MFA, "result": result, "assessor": "A. Body"}
    history.add("requirement.assessed", body | ({"objective": objective} if objective else {}) | more, occurred=day)


def accept(history: Any, reason: str = "Nobody signs in to it.", expires: str = "2026-12-31") -> None:
    body = {"exception": "no-sign-in", "framework": "nist-800-171", "edition": "r3", "requirement": MFA}
    more = {"factor": "activities", "reason": reason, "approvedBy": "M. D.", "role": "owner", "expires": expires}
    history.add("exception.accepted", body | more, occurred="2026-01-05")


def test_every_objective_must_be_answered_and_the_open_ones_are_named(history: Any, practices: Any) -> None:
    lock = linked(practices.by_id["lock"], (R3_OBJECTIVES, PRIVILEGED, LinkRelation.SATISFIES))
    do(history, "lock")
    half = requirement(edition_coverage(R3, record(history, [lock])), MFA)
    assert half.coverage is Coverage.PARTLY
    assert [each.control.id for each in half.open_objectives] == [OTHERS]
    assess(history, "satisfied", OTHERS)
    whole = requirement(edition_coverage(R3, record(history, [lock])), MFA)
    assert whole.coverage is Coverage.COVERED
    assert [each.answer for each in whole.objectives] == [Answer.SHOWN, Answer.SATISFIED]


def test_many_practices_that_each_do_a_part_never_add_up(history: Any, practices: Any) -> None:
    parts = [
        linked(practice, (R3_OBJECTIVES, PRIVILEGED, how), (R3_OBJECTIVES, OTHERS, how))
        for practice, how in zip(practices.by_id.values(), [LinkRelation.CONTRIBUTES] * 2, strict=True)
    ]
    for practice in parts:
        do(history, practice.id)
    found = requirement(edition_coverage(R3, record(history, parts)), MFA)
    assert found.coverage is Coverage.PARTLY
    assert {each.answer for each in found.objectives} == {Answer.CONTRIBUTED}


@pytest.mark.parametrize(
    ("relation", "answer", "with_evidence", "coverage"),
    [
        (LinkRelation.SATISFIES, "yes", True, Coverage.COVERED),
        (LinkRelation.SATISFIES, "yes", False, Coverage.OPEN),
        (LinkRelation.SATISFIES, "partly", True, Coverage.PARTLY),
        (LinkRelation.SATISFIES, "no", True, Coverage.OPEN),
        (LinkRelation.CONTRIBUTES, "yes", True, Coverage.PARTLY),
        (LinkRelation.CONTRIBUTES, "no", True, Coverage.OPEN),
        (LinkRelation.RELATED, "yes", True, Coverage.OPEN),
    ],
)
def test_what_a_link_makes_of_a_requirement(
    history: Any, practices: Any, relation: LinkRelation, answer: str, with_evidence: bool, coverage: Coverage
) -> None:
    lock = linked(practices.by_id["lock"], (CSF, "PR.AA-06", relation))
    history.answer("lock", answer, "2026-01-10")
    if with_evidence:
        history.evidence("lock", "2026-01-12")
    assert requirement(edition_coverage(CSF, record(history, [lock])), "PR.AA-06").coverage is coverage


def test_evidence_that_grew_old_takes_the_cover_away(history: Any, practices: Any) -> None:
    lock = linked(practices.by_id["lock"], (CSF, "PR.AA-06", LinkRelation.SATISFIES))
    do(history, "lock")
    last_day = requirement(edition_coverage(CSF, record(history, [lock], "2026-04-22")), "PR.AA-06")
    day_after = requirement(edition_coverage(CSF, record(history, [lock], "2026-04-23")), "PR.AA-06")
    assert (last_day.coverage, day_after.coverage) == (Coverage.COVERED, Coverage.OPEN)
    assert day_after.objectives[0].reason is Reason.EVIDENCE_OLD


def test_a_practice_that_does_all_of_it_does_not_outweigh_one_that_is_answered_no(history: Any, practices: Any) -> None:
    lock = linked(practices.by_id["lock"], (CSF, "PR.AA-06", LinkRelation.SATISFIES))
    train = linked(practices.by_id["train"], (CSF, "PR.AA-06", LinkRelation.CONTRIBUTES))
    do(history, "lock")
    history.answer("train", "no", "2026-01-10")
    found = requirement(edition_coverage(CSF, record(history, [lock, train])), "PR.AA-06")
    assert found.coverage is Coverage.PARTLY
    assert found.objectives[0].reason is Reason.ANSWERED_NO


@pytest.mark.parametrize(
    ("result", "coverage"),
    [
        ("satisfied", Coverage.COVERED),
        ("partly", Coverage.PARTLY),
        ("not-satisfied", Coverage.OPEN),
        ("not-applicable", Coverage.PARTLY),
        ("unknown", Coverage.PARTLY),
    ],
)
def test_an_assessment_of_the_whole_wins_over_links(
    history: Any, practices: Any, result: str, coverage: Coverage
) -> None:
    lock = linked(practices.by_id["lock"], (R3_OBJECTIVES, PRIVILEGED, LinkRelation.SATISFIES))
    do(history, "lock")
    assess(history, result)
    assert requirement(edition_coverage(R3, record(history, [lock])), MFA).coverage is coverage


def test_a_finding_of_satisfied_counts_for_a_year_and_a_worse_one_stands(history: Any) -> None:
    assess(history, "satisfied", day="2025-01-01")
    days = ("2026-01-02", "2026-01-03")
    assert (date.fromisoformat(days[0]) - date(2025, 1, 1)).days == ASSESSMENT_DAYS
    found = [requirement(edition_coverage(R3, record(history, [], day)), MFA) for day in days]
    assert [each.coverage for each in found] == [Coverage.COVERED, Coverage.OPEN]
    assert found[1].objectives[0].reason is Reason.ASSESSMENT_OLD
    assess(history, "partly", OTHERS, day="2024-06-01")
    assert requirement(edition_coverage(R3, record(history, [], days[0])), MFA).coverage is Coverage.PARTLY


def test_an_answer_of_no_given_since_takes_a_finding_back(history: Any, practices: Any) -> None:
    lock = linked(practices.by_id["lock"], (R3_OBJECTIVES, OTHERS, LinkRelation.CONTRIBUTES))
    assess(history, "satisfied")
    history.answer("lock", "no", "2026-01-20")
    found = requirement(edition_coverage(R3, record(history, [lock])), MFA)
    assert found.coverage is Coverage.PARTLY
    assert found.objectives[1].reason is Reason.ANSWERED_NO_SINCE


def test_a_finding_under_the_companions_name_counts_for_its_own_edition_alone(history: Any) -> None:
    row = {"requirement": "AC-1", "result": "satisfied", "assessor": "A. Body"}
    own = {"framework": "nist-800-53a", "edition": "5.1.1"}
    history.add("requirement.assessed", row | own, occurred="2026-01-15")
    editions = [BUILT, EditionName("nist-800-53", "5.2.0"), EditionName("fedramp", "rev5")]
    found = [requirement(edition_coverage(name, record(history, [])), "AC-1").coverage for name in editions]
    assert found == [Coverage.COVERED, Coverage.OPEN, Coverage.OPEN]


def test_a_finding_about_an_objective_that_is_not_known_here_never_covers(history: Any) -> None:
    row = {"framework": "nist-800-171", "edition": "r2", "requirement": "3.5.3", "assessor": "A. Body"}
    history.add("requirement.assessed", row | {"objective": "3.5.3[a]", "result": "satisfied"}, occurred="2026-01-15")
    assert requirement(edition_coverage(R2, record(history, [])), "3.5.3").coverage is Coverage.PARTLY
    history.add("requirement.assessed", row | {"result": "satisfied"}, occurred="2026-01-15")
    assert requirement(edition_coverage(R2, record(history, [])), "3.5.3").coverage is Coverage.COVERED
    history.add("requirement.assessed", row | {"objective": "3.5.3[b]", "result": "partly"}, occurred="2026-01-15")
    assert requirement(edition_coverage(R2, record(history, [])), "3.5.3").coverage is Coverage.PARTLY


def test_not_applicable_needs_an_accepted_exception_with_a_reason_that_has_not_ended(history: Any) -> None:
    assess(history, "not-applicable")
    bare = requirement(edition_coverage(R3, record(history, [])), MFA)
    assert (bare.coverage, bare.objectives[0].reason) == (Coverage.OPEN, Reason.NO_EXCEPTION)
    accept(history)
    assert requirement(edition_coverage(R3, record(history, [])), MFA).coverage is Coverage.NOT_APPLICABLE
    ended = requirement(edition_coverage(R3, record(history, [], "2026-12-31")), MFA)
    assert ended.coverage is Coverage.OPEN


def test_an_exception_without_a_reason_makes_nothing_not_applicable(history: Any) -> None:
    assess(history, "not-applicable")
    accept(history, reason=" ")
    assert requirement(edition_coverage(R3, record(history, [])), MFA).coverage is Coverage.OPEN


def test_what_an_exception_touches_is_never_covered(history: Any) -> None:
    accept(history)
    assess(history, "satisfied")
    found = requirement(edition_coverage(R3, record(history, [])), MFA)
    assert (found.coverage, found.exceptions) == (Coverage.PARTLY, ("no-sign-in",))


def crosswalk(relation: Relation, source: tuple[EditionName, str], target: tuple[EditionName, str]) -> Crosswalk:
    row = CrosswalkRow(source=source[1], target=target[1], relation=relation, authority="A test")
    return Crosswalk(source=source[0], target=target[0], rows=(row,))


ANSWERED, WANTED = (CSF_1, "PR.AC-2"), (CSF, "PR.AA-06")


@pytest.mark.parametrize("relation", list(Relation))
@pytest.mark.parametrize("is_reversed", [False, True])
def test_only_equal_and_superset_in_their_own_direction_cover(
    history: Any, practices: Any, relation: Relation, is_reversed: bool
) -> None:
    lock = linked(practices.by_id["lock"], (*ANSWERED, LinkRelation.SATISFIES))
    do(history, "lock")
    ends = (WANTED, ANSWERED) if is_reversed else (ANSWERED, WANTED)
    found = requirement(edition_coverage(CSF, record(history, [lock]), [crosswalk(relation, *ends)]), WANTED[1])
    covers = relation in {Relation.EQUAL, Relation.SUPERSET} and not is_reversed
    assert found.coverage is (Coverage.COVERED if covers else Coverage.OPEN)
    assert (found.objectives[0].hop is not None) is covers


def test_a_row_from_what_is_only_partly_covered_leads_nowhere(history: Any, practices: Any) -> None:
    lock = linked(practices.by_id["lock"], (*ANSWERED, LinkRelation.CONTRIBUTES))
    do(history, "lock")
    rows = [crosswalk(Relation.EQUAL, ANSWERED, WANTED)]
    assert requirement(edition_coverage(CSF, record(history, [lock]), rows), WANTED[1]).coverage is Coverage.OPEN


def test_no_row_leads_to_a_row(history: Any, practices: Any) -> None:
    lock = linked(practices.by_id["lock"], (*ANSWERED, LinkRelation.SATISFIES))
    do(history, "lock")
    iso = (EditionName("iso-27001", "2022"), "A.7.2")
    rows = [crosswalk(Relation.EQUAL, ANSWERED, WANTED), crosswalk(Relation.EQUAL, WANTED, iso)]
    assert requirement(edition_coverage(iso[0], record(history, [lock]), rows), iso[1]).coverage is Coverage.OPEN
    direct = [crosswalk(Relation.EQUAL, ANSWERED, iso)]
    assert requirement(edition_coverage(iso[0], record(history, [lock]), direct), iso[1]).coverage is Coverage.COVERED


def test_a_row_into_a_framework_that_looks_at_something_else_gives_a_part(history: Any, practices: Any) -> None:
    lock = linked(practices.by_id["lock"], (*ANSWERED, LinkRelation.SATISFIES))
    do(history, "lock")
    cards = (EditionName("pci-dss", "4.0.1"), "9.3.1")
    rows = [crosswalk(Relation.SUPERSET, ANSWERED, cards)]
    found = requirement(edition_coverage(cards[0], record(history, [lock]), rows), cards[1])
    assert (found.coverage, found.objectives[0].reason) == (Coverage.PARTLY, Reason.OTHER_SCOPE)


def test_a_row_answers_no_value_and_no_frequency_of_the_organisations_own(history: Any, practices: Any) -> None:
    r2 = (R2, "3.6.3")
    lock = linked(practices.by_id["lock"], (*r2, LinkRelation.SATISFIES))
    do(history, "lock")
    rows = [crosswalk(Relation.EQUAL, r2, (R3, TESTING))]
    found = requirement(edition_coverage(R3, record(history, [lock]), rows), TESTING)
    assert [each.control.id for each in found.objectives] == [TESTED]
    assert (found.coverage, found.objectives[0].reason) == (Coverage.PARTLY, Reason.PARAMETER)


def test_a_row_answers_no_question_that_its_framework_alone_asks(history: Any, practices: Any) -> None:
    lock = linked(practices.by_id["lock"], (*ANSWERED, LinkRelation.SATISFIES))
    own = linked(practices.by_id["train"], (*WANTED, LinkRelation.CONTRIBUTES), framework="nist-csf")
    do(history, "lock")
    rows = [crosswalk(Relation.EQUAL, ANSWERED, WANTED)]
    found = requirement(edition_coverage(CSF, record(history, [lock, own]), rows), WANTED[1])
    assert (found.coverage, found.objectives[0].reason) == (Coverage.PARTLY, Reason.OWN_QUESTION)
    do(history, "train")
    assert requirement(edition_coverage(CSF, record(history, [lock, own]), rows), WANTED[1]).coverage is (
        Coverage.COVERED
    )


def test_no_carried_row_answers_anything_today() -> None:
    assert carried_hops() == ()
