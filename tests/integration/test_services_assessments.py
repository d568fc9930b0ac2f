"""Several results at once, sheets, and what does not apply: all recorded, or none."""

from collections.abc import Callable
from datetime import date

import pytest

from charteroak.errors import AccessError
from charteroak.frameworks.catalog import EditionName
from charteroak.program.assessment_sheets import SheetError, render_sheet
from charteroak.program.bodies import ExceptionAccepted, GapPlanned, Milestone, RequirementAssessed, RequirementShown
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.assessments import (
    assess_requirement,
    assess_requirements,
    assess_sheet,
    assessment_of,
    assessments_of,
)
from charteroak.services.exceptions import accept_exception
from charteroak.services.gaps import NewPlan, action_plan_of, open_gap, plan_gap
from charteroak.services.programs import NewEvidence, ProgramInputError, Recorder, record_evidence, recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

R3 = EditionName("nist-800-171", "r3")
DAY = date(2026, 3, 2)
LATER = date(2026, 4, 1)
OBJECTIVES = ("A.03.01.01.a.01", "A.03.01.01.a.02")
HEAD = "requirement,objective,result,methods,assessor,day,evidence,note\n"


@pytest.fixture
def lead(security_lead: User) -> Recorder:
    return recorder_for(security_lead)


def finding(result: str, objective: str | None = None, **said: object) -> RequirementShown:
    values: dict[str, object] = {
        "framework": "nist-800-171", "edition": "r3", "requirement": "03.01.01", "objective": objective,
        "result": result, "methods": ("test",), "assessor": "Pat Stone",
    }  # fmt: skip
    return RequirementShown(**(values | said))  # type: ignore[arg-type]


def an_exception(**said: object) -> ExceptionAccepted:
    values: dict[str, object] = {
        "exception": "no-cui", "framework": "nist-800-171", "edition": "r3", "requirement": "03.01.01",
        "factor": "activities", "reason": "We hold none.", "approved_by": "June Stone", "role": "owner",
        "expires": date(2026, 9, 30),
    }  # fmt: skip
    return ExceptionAccepted(**(values | said))  # type: ignore[arg-type]


def entries(organisation: Organisation) -> int:
    return LedgerEntry.objects.filter(organisation=organisation).count()


def test_several_results_are_recorded_at_once_with_what_shows_them(member: Organisation, lead: Recorder) -> None:
    shown = record_evidence(member, NewEvidence("review-access", "List of accounts", DAY, note="Checked."), lead)
    found = [(finding("satisfied", each, evidence=(shown.index,)), DAY) for each in OBJECTIVES]

    recorded = assess_requirements(member, found, lead)

    assert [entry.index for entry in recorded] == [shown.index + 1, shown.index + 2]
    requirement = assessment_of(member, R3, LATER).requirement("03.01.01")
    assert requirement is not None
    assert requirement.counted == 2
    assert requirement.objectives[0].evidence == (shown.index,)
    assert requirement.objectives[0].age_days == 30
    assert [each.was_assessed for each in assessments_of(member, [R3, EditionName("nist-csf", "2.0")], LATER)] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (finding("satisfied", "A.99"), "objective"),
        (finding("satisfied", OBJECTIVES[1], methods=()), "methods"),
        (finding("satisfied", OBJECTIVES[1], evidence=(99,)), "evidence"),
        (finding("satisfied", requirement="03.99.99"), "requirement"),
        (finding("not-applicable", OBJECTIVES[1]), "result"),
        (finding("satisfied", assessor=" "), "assessor"),
    ],
)
def test_one_bad_result_among_good_ones_records_none(
    bad: RequirementShown, field: str, member: Organisation, lead: Recorder
) -> None:
    with pytest.raises(ProgramInputError) as refused:
        assess_requirements(member, [(finding("satisfied", OBJECTIVES[0]), DAY), (bad, DAY)], lead)
    assert refused.value.field == field
    assert entries(member) == 0


def test_what_does_not_apply_needs_an_exception_that_is_in_effect_for_that_requirement(
    member: Organisation, lead: Recorder
) -> None:
    claim = RequirementAssessed(
        framework="nist-800-171", edition="r3", requirement="03.01.01", result="not-applicable", methods=("examine",),
        assessor="Pat", factor="activities", note="Factor and reason are said here, yet nobody approved it.",
    )  # fmt: skip
    with pytest.raises(ProgramInputError, match="No exception is in effect"):
        assess_requirement(member, claim, DAY, lead)
    accept_exception(member, an_exception(requirement="03.01.02"), DAY, lead)
    with pytest.raises(ProgramInputError, match="No exception is in effect"):
        assess_requirement(member, claim, DAY, lead)

    accept_exception(member, an_exception(exception="of-this-one"), DAY, lead)
    assess_requirement(member, claim, DAY, lead)

    part = assessment_of(member, R3, DAY).requirement("03.01.01")
    assert part is not None
    assert part.whole.result == "not-applicable"
    assert isinstance(part.whole.body, RequirementShown)
    assert (part.whole.body.exception, part.whole.body.factor) == ("of-this-one", "activities")
    expired = assessment_of(member, R3, date(2026, 9, 30)).requirement("03.01.01")
    assert expired is not None
    assert expired.whole.result == "open"
    with pytest.raises(ProgramInputError, match="No exception is in effect"):
        assess_requirement(member, claim, date(2026, 9, 30), lead)


def test_a_sheet_is_recorded_whole(member: Organisation, lead: Recorder) -> None:
    template = render_sheet(assessment_of(member, R3, DAY)).decode("utf-8-sig")
    lines = template.splitlines()
    filled = [
        line + "satisfied,test,Pat Stone,2026-03-02,," for line in (row[: -len(",,,,,,")] + "," for row in lines[1:4])
    ]
    recorded = assess_sheet(member, R3, "\r\n".join([lines[0], *filled, *lines[4:]]).encode(), lead)
    assert len(recorded) == 3
    assert assessment_of(member, R3, DAY).results["satisfied"] == 3


def test_a_sheet_with_one_line_that_the_record_refuses_is_not_recorded_at_all(
    member: Organisation, lead: Recorder
) -> None:
    rows = (
        f"03.01.01,{OBJECTIVES[0]},satisfied,test,Pat,2026-03-02,,\n"
        f"03.01.01,{OBJECTIVES[1]},not-applicable,test,Pat,2026-03-02,,\n"
        "03.01.02,,satisfied,test,Pat,2026-03-02,77,\n"
        "03.01.03,,satisfied,test,Pat,2999-01-01,,\n"
    )
    with pytest.raises(SheetError) as refused:
        assess_sheet(member, R3, (HEAD + rows).encode(), lead)
    told = refused.value.message.lower()
    assert "line 3: no exception is in effect" in told
    assert "line 4: there is no such entry" in told
    assert "line 5: this day lies in the future" in told
    assert entries(member) == 0


def test_who_does_not_keep_the_record_records_no_result(
    member: Organisation, add_person: Callable[..., User], add_organisation: Callable[..., Organisation]
) -> None:
    stranger = recorder_for(add_person("Uma", add_organisation("Ridge Mill")))
    with pytest.raises(AccessError):
        assess_requirements(member, [(finding("satisfied"), DAY)], stranger)
    with pytest.raises(AccessError):
        assess_sheet(member, R3, HEAD.encode(), stranger)
    with pytest.raises(AccessError):
        plan_gap(member, "a", NewPlan(), DAY, stranger)


@pytest.mark.parametrize("name", [EditionName("nist-800-171a", "r3"), EditionName("moon", "1")])
def test_an_edition_that_is_not_assessed_here_is_refused(name: EditionName, member: Organisation) -> None:
    with pytest.raises(ProgramInputError, match="no edition"):
        assessment_of(member, name, DAY)


def test_a_gap_is_planned_anew_and_keeps_its_age_and_what_found_it(member: Organisation, lead: Recorder) -> None:
    found = record_evidence(member, NewEvidence("scan-for-holes", "Scan", DAY, note="One hole."), lead)
    gap = GapPlanned(gap="old-till", title="Old till", severity="critical", found_by=found.index)
    open_gap(member, gap, DAY, lead)
    assert [item.gap.body.gap for item in action_plan_of(member, LATER).critical_and_unowned] == ["old-till"]

    steps = (Milestone(what="Buy", due=date(2026, 5, 1)),)
    plan_gap(member, "old-till", NewPlan("Lee Stone", date(2026, 6, 1), "high", steps, "An offer came."), LATER, lead)

    (item,) = action_plan_of(member, LATER).items
    assert (item.gap.age_days, item.owner, item.severity, item.gap.found_by) == (30, "Lee Stone", "high", found.index)
    (before,) = action_plan_of(member, date(2026, 3, 20)).items
    assert before.is_critical_and_unowned


@pytest.mark.parametrize(
    ("plan", "day", "field"),
    [
        (NewPlan(due=date(2026, 3, 1)), LATER, "due"),
        (NewPlan(milestones=(Milestone(what="x", due=date(2026, 3, 1)),)), LATER, "milestones"),
        (NewPlan(), date(2026, 3, 1), "day"),
        (NewPlan(owner="x" * 301), LATER, "owner"),
    ],
)
def test_a_plan_before_the_gap_is_refused(
    plan: NewPlan, day: date, field: str, member: Organisation, lead: Recorder
) -> None:
    open_gap(member, GapPlanned(gap="a", title="A"), DAY, lead)
    with pytest.raises(ProgramInputError) as refused:
        plan_gap(member, "a", plan, day, lead)
    assert refused.value.field == field
    with pytest.raises(ProgramInputError, match="open"):
        plan_gap(member, "b", NewPlan(), LATER, lead)
