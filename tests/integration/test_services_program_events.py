"""Exceptions, gaps, exercises, trainings, assessments and superseded evidence: what is recorded, refused, answered."""

import io
from collections.abc import Callable
from datetime import date

import pytest

from charteroak.errors import AccessError
from charteroak.program.bodies import (
    Cost,
    EvidenceSuperseded,
    ExceptionAccepted,
    GapClosed,
    GapOpened,
    PracticeAnswered,
    RequirementAssessed,
)
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.records.programs.models import EvidenceFile
from charteroak.services.assessments import assess_requirement
from charteroak.services.exceptions import accept_exception
from charteroak.services.exercises import NewExercise, NewTraining, complete_training, hold_exercise
from charteroak.services.gaps import close_gap, open_gap, open_gaps_of
from charteroak.services.program_record import answer_practice
from charteroak.services.programs import (
    NewEvidence,
    ProgramInputError,
    Recorder,
    UploadedFile,
    determine_prospective,
    record_evidence,
    recorder_for,
    status_of,
)
from charteroak.services.superseding import supersede_evidence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

DAY = date(2026, 3, 2)
LATER = date(2026, 4, 1)


@pytest.fixture
def lead(security_lead: User) -> Recorder:
    return recorder_for(security_lead)


def an_exception(**changes: object) -> ExceptionAccepted:
    values: dict[str, object] = {
        "exception": "old-till",
        "practice": "patch-on-time",
        "factor": "cost-and-tools",
        "reason": "The maker of the till is gone.",
        "cost": Cost(low=4000, high=9000, currency="USD", source="Two offers"),
        "approved_by": "June Stone",
        "role": "owner",
        "expires": date(2026, 9, 30),
    }
    return ExceptionAccepted(**(values | changes))  # type: ignore[arg-type]


def test_an_accepted_exception_is_for_counsel_until_its_day_and_never_met(member: Organisation, lead: Recorder) -> None:
    answer_practice(member, PracticeAnswered(practice="patch-on-time", answer="yes"), DAY, lead)
    record_evidence(member, NewEvidence("patch-on-time", "Patch log", DAY, note="All patched."), lead)
    accept_exception(member, an_exception(), DAY, lead)

    before, expired = (status_of(member, as_of=day) for day in (date(2026, 9, 29), date(2026, 9, 30)))

    states = {
        requirement.state.word
        for coverage in before.coverages
        for requirement in coverage.touched
        if "patch-on-time" in requirement.practices
    }
    assert states == {"counsel"}
    assert [each.body.exception for each in before.exceptions] == ["old-till"]
    assert expired.exceptions == ()
    codes = {gap.code for gap in determine_prospective(member, as_of=date(2026, 9, 29)).gaps}
    assert "exception.accepted" in codes


def test_reason_and_cost_of_an_exception_stand_apart(member: Organisation, lead: Recorder) -> None:
    entry = accept_exception(member, an_exception(), DAY, lead)

    assert set(LedgerPart.objects.filter(index=entry.index).values_list("name", flat=True)) == {"cost", "reason"}
    assert b"maker" not in bytes(entry.body or b"")
    assert b"9000" not in bytes(entry.body or b"")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"exception": "Old till!"}, "exception"),
        ({"practice": "fly"}, "practice"),
        ({"practice": None}, "practice"),
        ({"practice": None, "framework": "nist-csf", "edition": "9"}, "edition"),
        ({"practice": None, "framework": "nist-csf", "edition": "2.0", "requirement": "XX-1"}, "requirement"),
        ({"reason": " \n"}, "reason"),
        ({"expires": DAY}, "expires"),
        ({"expires": date(2029, 1, 1)}, "expires"),
        ({"approved_by": ""}, "approved_by"),
        ({"cost": Cost(low=2, high=1, currency="USD", source="x")}, "cost"),
    ],
)
def test_an_exception_that_cannot_stand_is_refused_by_its_field(
    member: Organisation, lead: Recorder, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(ProgramInputError) as refused:
        accept_exception(member, an_exception(**changes), DAY, lead)

    assert refused.value.field == field
    assert not LedgerEntry.objects.exists()


def test_a_gap_is_open_from_its_day_until_it_is_closed(member: Organisation, lead: Recorder) -> None:
    gap = GapOpened(gap="no-keys", title="Two people have no second step", owner="June Stone", due=LATER)
    open_gap(member, gap, DAY, lead)
    with pytest.raises(ProgramInputError, match="open already"):
        open_gap(member, gap, DAY, lead)
    close_gap(member, GapClosed(gap="no-keys", how="Both have keys.", evidence=(0,)), LATER, lead)

    assert [each.age_days for each in open_gaps_of(member, date(2026, 3, 12))] == [10]
    assert open_gaps_of(member, LATER) == ()
    assert status_of(member, as_of=date(2026, 3, 12)).to_json()["recordedGaps"][0]["overdueDays"] == 0


@pytest.mark.parametrize(
    ("closing", "day", "field"),
    [
        (GapClosed(gap="another", how="Done"), LATER, "gap"),
        (GapClosed(gap="no-keys", how=" "), LATER, "how"),
        (GapClosed(gap="no-keys", how="Done"), date(2026, 3, 1), "day"),
        (GapClosed(gap="no-keys", how="Done", evidence=(9,)), LATER, "evidence"),
    ],
)
def test_a_closing_that_closes_nothing_is_refused(
    member: Organisation, lead: Recorder, closing: GapClosed, day: date, field: str
) -> None:
    open_gap(member, GapOpened(gap="no-keys", title="Keys", owner="June Stone"), DAY, lead)

    with pytest.raises(ProgramInputError) as refused:
        close_gap(member, closing, day, lead)

    assert refused.value.field == field


def test_exercises_and_trainings_show_the_practices_that_name_them(member: Organisation, lead: Recorder) -> None:
    sheet = UploadedFile("sheet.csv", "text/csv", io.BytesIO(b"name\nJune\n"))
    hold_exercise(member, NewExercise("Ransom", "Files are gone", "June Stone", 5, 2, DAY), lead)
    training = complete_training(member, NewTraining("Mail that lies", "All", 9, DAY, of=12, files=[sheet]), lead)

    findings = status_of(member, as_of=LATER).findings

    assert findings["plan-for-incidents"].freshness.value == "fresh"
    assert findings["train-everyone"].freshness.value == "fresh"
    assert EvidenceFile.objects.get(entry=training).name == "sheet.csv"


def test_more_people_than_there_are_cannot_have_come(member: Organisation, lead: Recorder) -> None:
    with pytest.raises(ProgramInputError) as refused:
        complete_training(member, NewTraining("Mail", "All", 9, DAY, of=8), lead)
    assert refused.value.field == "of"
    with pytest.raises(ProgramInputError) as refused:
        hold_exercise(member, NewExercise("Ransom", "Files", "June", 0, 0, DAY), lead)
    assert refused.value.field == "participants"


def test_an_assessment_stands_until_a_newer_one(member: Organisation, lead: Recorder) -> None:
    for day, result in ((DAY, "not-satisfied"), (LATER, "satisfied")):
        assessment = RequirementAssessed(
            framework="nist-csf",
            edition="2.0",
            requirement="PR.AA-03",
            result=result,  # type: ignore[arg-type]
            methods=("examine",),
            assessor="June Stone",
        )
        assess_requirement(member, assessment, day, lead)

    then, now = (status_of(member, as_of=day).to_json()["assessments"] for day in (DAY, LATER))

    assert [entry["body"]["result"] for entry in then] == ["not-satisfied"]
    assert [entry["body"]["result"] for entry in now] == ["satisfied"]


def test_an_assessment_of_what_no_catalog_holds_is_refused(member: Organisation, lead: Recorder) -> None:
    assessment = RequirementAssessed(
        framework="nist-csf", edition="2.0", requirement="PR.XX-99", result="satisfied", assessor="June Stone"
    )
    with pytest.raises(ProgramInputError) as refused:
        assess_requirement(member, assessment, DAY, lead)
    assert refused.value.field == "requirement"


def test_superseded_evidence_shows_what_it_showed_and_no_more(member: Organisation, lead: Recorder) -> None:
    old = record_evidence(member, NewEvidence("patch-on-time", "Old list", DAY, note="x"), lead)
    supersede_evidence(member, EvidenceSuperseded(supersedes=old.index, reason="Of another site."), LATER, lead)

    finding = [status_of(member, as_of=day).findings["patch-on-time"] for day in (date(2026, 3, 31), LATER)]

    assert [fact.index for fact in finding[0].evidence] == [old.index]
    assert finding[1].evidence == ()
    assert finding[1].freshness.value == "none"


def test_only_evidence_of_the_own_record_can_be_superseded(member: Organisation, lead: Recorder) -> None:
    answer_practice(member, PracticeAnswered(practice="patch-on-time", answer="yes"), DAY, lead)

    with pytest.raises(ProgramInputError) as refused:
        supersede_evidence(member, EvidenceSuperseded(supersedes=0, reason="x"), LATER, lead)
    assert refused.value.field == "supersedes"
    with pytest.raises(AccessError):
        supersede_evidence(member, EvidenceSuperseded(supersedes=7, reason="x"), LATER, lead)


VERBS: dict[str, Callable[[Organisation, Recorder], LedgerEntry]] = {
    "exception": lambda org, who: accept_exception(org, an_exception(), DAY, who),
    "gap": lambda org, who: open_gap(org, GapOpened(gap="a", title="b", owner="c"), DAY, who),
    "closing": lambda org, who: close_gap(org, GapClosed(gap="a", how="b"), DAY, who),
    "exercise": lambda org, who: hold_exercise(org, NewExercise("a", "b", "c", 1, 0, DAY), who),
    "training": lambda org, who: complete_training(org, NewTraining("a", "b", 1, DAY), who),
    "superseding": lambda org, who: supersede_evidence(org, EvidenceSuperseded(supersedes=0, reason="a"), DAY, who),
    "assessment": lambda org, who: assess_requirement(
        org,
        RequirementAssessed(
            framework="nist-csf", edition="2.0", requirement="PR.AA-03", result="unknown", assessor="a"
        ),
        DAY,
        who,
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_only_those_who_keep_the_record_write_into_it(member: Organisation, analyst: User, verb: str) -> None:
    with pytest.raises(AccessError):
        VERBS[verb](member, recorder_for(analyst))
    assert not LedgerEntry.objects.exists()
