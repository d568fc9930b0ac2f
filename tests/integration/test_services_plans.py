"""Plans: begun from a short form, changed by two people at once, adopted with their bytes, in force, stood down."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from charteroak.adapters.system_clock import now
from charteroak.clock import add_months, connecticut_day
from charteroak.errors import AccessError
from charteroak.program.bodies import PlanAdopted
from charteroak.program.recorded import read_fact
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.plans.models import PlanDraft, PlanVersion
from charteroak.records.programs.models import EvidenceFile
from charteroak.response.plans.parts import part_mark
from charteroak.response.plans.plan import Level, Person, Plan, PlanKind, Role
from charteroak.response.plans.reading import parse_plan_text, plan_document
from charteroak.response.plans.starting import FirstAnswers
from charteroak.services.exercises import NewExercise, hold_exercise
from charteroak.services.incident_papers import PAPERS, incident_paper_file, picture_of
from charteroak.services.incident_tasks import choose_playbooks
from charteroak.services.incidents import NewEvent, NewIncident, add_event, open_incident
from charteroak.services.ledger import read_entries
from charteroak.services.plan_activations import (
    NewActivation,
    activate_plan,
    activation_lines,
    activation_of,
    stand_down,
)
from charteroak.services.plan_adoptions import (
    NewPlanAdoption,
    NoPlanError,
    adopt_plan,
    compare_plans,
    paper_of_plan,
    plan_file,
    plan_versions,
)
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for
from charteroak.services.response_plans import (
    PlanOvertakenError,
    begin_plan,
    change_plan,
    drop_draft,
    kept_plan,
    load_plan,
    people_of_plan,
    plan_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
Add = Callable[..., Any]
SYSTEM = Recorder(actor="system")
ANSWERS = FirstAnswers(
    head=Person(name="Ruth Ames", phone="860-555-0110"), lead=Person(name="June Whitlock", phone="860-555-0121")
)


@pytest.fixture
def town(add_organisation: Add) -> Organisation:
    organisation: Organisation = add_organisation(slug="cedar-landing", kind="municipality")
    return organisation


@pytest.fixture
def lead(add_person: Add, town: Organisation) -> User:
    user: User = add_person("Lead", town)
    return user


def today() -> date:
    return connecticut_day(now())


def adoption(version: str = "1.0") -> NewPlanAdoption:
    return NewPlanAdoption(version, "Ruth Ames", "First Selectman", today())


def with_covers(text: str) -> Callable[[Plan], Plan]:
    return lambda plan: msgspec.structs.replace(plan, covers=text)


def small(town: Organisation, kind: PlanKind = "cdrp") -> Plan:
    """A plan of a few lines, which is set in no time."""
    level = Level(number=3, name="High"), Level(number=4, name="Severe"), Level(number=2, name="Medium")
    return load_plan(town, Plan(kind=kind, title="Plan", levels=level), SYSTEM)


def test_a_plan_is_begun_once_and_no_draft_is_overwritten_unasked(town: Organisation) -> None:
    begin_plan(town, "cirp", ANSWERS, SYSTEM)
    with pytest.raises(ProgramInputError, match="begun already"):
        begin_plan(town, "cirp", FirstAnswers(), SYSTEM)
    kept = kept_plan(town, "cirp")
    assert kept is not None
    assert kept.plan.roles[0].holder.name == "June Whitlock"
    with pytest.raises(ProgramInputError, match="begun already"):
        load_plan(town, parse_plan_text('{"kind":"cirp","title":"Other"}'), SYSTEM)
    load_plan(town, parse_plan_text('{"kind":"cirp","title":"Other"}'), SYSTEM, replace=True)
    kept = kept_plan(town, "cirp")
    assert kept is not None
    assert (kept.plan.title, kept.is_draft) == ("Other", True)
    assert not LedgerEntry.objects.filter(organisation=town).exists()


def test_who_opened_a_part_before_somebody_saved_it_does_not_overwrite_it(town: Organisation, lead: User) -> None:
    first = begin_plan(town, "cirp", ANSWERS, SYSTEM)
    seen = part_mark(first, "scope")
    change_plan(town, "cirp", "scope", with_covers("Ours"), recorder_for(lead), seen=seen)
    with pytest.raises(PlanOvertakenError, match=r"^Lead Stone saved this part at \d\d:\d\d, after you opened it\."):
        change_plan(town, "cirp", "scope", with_covers("Mine"), SYSTEM, seen=seen)
    kept = kept_plan(town, "cirp")
    assert kept is not None
    assert kept.plan.covers == "Ours"
    change_plan(town, "cirp", "scope", with_covers("Mine"), SYSTEM, seen=part_mark(kept.plan, "scope"))


def test_two_people_who_change_two_parts_keep_both(town: Organisation) -> None:
    first = begin_plan(town, "cirp", ANSWERS, SYSTEM)
    marks = {part: part_mark(first, part) for part in ("scope", "runbooks")}
    change_plan(town, "cirp", "scope", with_covers("Ours"), SYSTEM, seen=marks["scope"])
    change_plan(
        town,
        "cirp",
        "runbooks",
        lambda plan: msgspec.structs.replace(plan, runbooks=("ransomware",)),
        SYSTEM,
        seen=marks["runbooks"],
    )
    kept = kept_plan(town, "cirp")
    assert kept is not None
    assert (kept.plan.covers, kept.plan.runbooks) == ("Ours", ("ransomware",))


def test_the_same_words_sent_twice_are_one_save(town: Organisation) -> None:
    seen = part_mark(begin_plan(town, "cirp", ANSWERS, SYSTEM), "scope")
    for _ in range(2):
        change_plan(town, "cirp", "scope", with_covers("Ours"), SYSTEM, seen=seen)
    assert PlanDraft.objects.get(organisation=town).saves == 2


def test_what_a_plan_cannot_mean_is_not_kept_and_has_its_place(town: Organisation) -> None:
    seen = part_mark(begin_plan(town, "cirp", ANSWERS, SYSTEM), "roles")
    twice = Role(id="lead", title="Again")
    with pytest.raises(ProgramInputError, match="stands there 2 times") as caught:
        change_plan(
            town,
            "cirp",
            "roles",
            lambda plan: msgspec.structs.replace(plan, roles=(*plan.roles, twice)),
            SYSTEM,
            seen=seen,
        )
    assert caught.value.field == "/roles/7"
    assert PlanDraft.objects.get(organisation=town).saves == 1


def test_an_adopted_plan_is_its_exact_bytes_and_one_entry(town: Organisation) -> None:
    hold_exercise(town, NewExercise("Table top", "ransomware", "June", 6, 3, today()), SYSTEM)
    plan = begin_plan(town, "cirp", ANSWERS, SYSTEM)
    entry = adopt_plan(town, "cirp", adoption(), SYSTEM)
    body = read_fact(list(read_entries(town))[entry.index]).body
    assert isinstance(body, PlanAdopted)
    assert (body.plan, body.version, body.by) == ("cirp", "1.0", "Ruth Ames")
    assert body.review_by == add_months(today(), 12)
    files = {file.name: file.sha256 for file in EvidenceFile.objects.filter(entry=entry)}
    assert set(files) == {"cirp-1.0.pdf", "cirp-1.0.docx", "cirp-1.0.md", "cirp-1.0.json", "cirp-1.0-plan.json"}
    assert files["cirp-1.0.pdf"] == body.sha256
    handed_out = plan_file(town, "cirp", "pdf", SYSTEM)
    assert hashlib.sha256(handed_out.content).hexdigest() == body.sha256
    text = plan_file(town, "cirp", "md", SYSTEM, version="1.0").content.decode()
    assert "Table top" in text
    assert "DRAFT" not in text
    in_force = plan_in_force(town, "cirp")
    assert in_force is not None
    assert in_force.plan == plan
    assert not PlanDraft.objects.exists()
    assert people_of_plan(town) == {"lead": ("June Whitlock", "860-555-0121"), "head": ("Ruth Ames", "860-555-0110")}


def test_a_version_is_adopted_once_and_never_in_the_future(town: Organisation) -> None:
    small(town, "cirp")
    adopt_plan(town, "cirp", adoption(), SYSTEM)
    with pytest.raises(ProgramInputError, match="on record already"):
        adopt_plan(town, "cirp", adoption(), SYSTEM)
    late = NewPlanAdoption("1.1", "Ruth", "Selectman", today() + timedelta(days=1))
    with pytest.raises(ProgramInputError, match="future"):
        adopt_plan(town, "cirp", late, SYSTEM)
    early = NewPlanAdoption("1.1", "Ruth", "Selectman", today(), today())
    with pytest.raises(ProgramInputError, match="before the adoption"):
        adopt_plan(town, "cirp", early, SYSTEM)
    assert PlanVersion.objects.count() == 1


def test_what_changed_since_the_version_in_force_is_told(town: Organisation) -> None:
    plan = small(town, "cirp")
    adopt_plan(town, "cirp", adoption(), SYSTEM)
    change_plan(town, "cirp", "scope", with_covers("Only the library."), SYSTEM, seen=part_mark(plan, "scope"))
    found = compare_plans(town, "cirp", "1.0", "draft", SYSTEM)
    changed = [change.heading for change in found.changes if change.state != "same"]
    assert changed == ["1 What this plan is for"]
    blocks = paper_of_plan(town, "cirp", SYSTEM).document.body
    assert "What changed since version 1.0" in str(blocks)
    drop_draft(town, "cirp", SYSTEM)
    kept = kept_plan(town, "cirp")
    assert kept is not None
    assert kept.plan == plan
    assert [version.version for version in plan_versions(town, "cirp")] == ["1.0"]


def test_a_plan_that_is_not_there_is_no_empty_one(town: Organisation) -> None:
    with pytest.raises(NoPlanError, match="has no CDRP"):
        plan_file(town, "cdrp", "pdf", SYSTEM)
    with pytest.raises(ProgramInputError, match="No version"):
        activate_plan(town, "cdrp", NewActivation(3, "June", "Dispatch is down"), SYSTEM)
    assert people_of_plan(town) == {}


def test_nobody_from_elsewhere_reads_changes_or_adopts_a_plan(
    town: Organisation, add_person: Add, member: Organisation
) -> None:
    plan = begin_plan(town, "cirp", ANSWERS, SYSTEM)
    other = recorder_for(add_person("Other", member))
    for attempt in (
        lambda: plan_file(town, "cirp", "md", other),
        lambda: change_plan(town, "cirp", "scope", with_covers("x"), other, seen=part_mark(plan, "scope")),
        lambda: adopt_plan(town, "cirp", adoption(), other),
        lambda: begin_plan(town, "cdrp", ANSWERS, other),
        lambda: activate_plan(town, "cirp", NewActivation(2, "x", "y"), other),
        lambda: stand_down(town, "cirp", "x", "", other),
    ):
        with pytest.raises(AccessError):
            attempt()


def test_a_plan_is_put_into_force_raised_and_stood_down(town: Organisation) -> None:
    small(town)
    adopt_plan(town, "cdrp", adoption(), SYSTEM)
    incident = open_incident(town, NewIncident("Dispatch is down"), SYSTEM)
    activate_plan(town, "cdrp", NewActivation(3, "Ruth Ames", "Dispatch is down", incident.number), SYSTEM)
    with pytest.raises(ProgramInputError, match="in force at level 3 already"):
        activate_plan(town, "cdrp", NewActivation(3, "Ruth Ames", "Again"), SYSTEM)
    activate_plan(town, "cdrp", NewActivation(4, "Ruth Ames", "The next town too"), SYSTEM)
    standing = activation_of(town, "cdrp")
    assert standing is not None
    assert (standing.level, standing.incident) == (4, incident.number)
    stand_down(town, "cdrp", "Ruth Ames", "Everything runs.", SYSTEM)
    assert activation_of(town, "cdrp") is None
    assert activation_of(town, "cirp") is None
    steps = [(line.step, line.level) for line in activation_lines(town, "cdrp")]
    assert steps == [("activated", 3), ("level changed", 4), ("stood down", None)]
    with pytest.raises(ProgramInputError, match="not in force"):
        stand_down(town, "cdrp", "Ruth Ames", "", SYSTEM)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewActivation(3, "Ruth", ""), "reason"),
        (NewActivation(3, " ", "Why"), "by"),
        (NewActivation(3, "Ruth", "Why", "INC-1999-001"), "incident"),
        (NewActivation(7, "Ruth", "Why"), "level"),
    ],
)
def test_an_activation_says_who_why_and_for_which_incident(town: Organisation, new: NewActivation, field: str) -> None:
    small(town)
    adopt_plan(town, "cdrp", adoption(), SYSTEM)
    with pytest.raises(ProgramInputError) as caught:
        activate_plan(town, "cdrp", new, SYSTEM)
    assert caught.value.field == field


def test_the_forms_of_an_incident_are_filled_from_its_record(town: Organisation) -> None:
    lead = Role(id="lead", title="Lead", ics="Incident Commander", holder=Person(name="June Whitlock"))
    load_plan(town, Plan(kind="cirp", title="Plan", roles=(lead,)), SYSTEM)
    adopt_plan(town, "cirp", adoption(), SYSTEM)
    incident = open_incident(town, NewIncident("#import {{ x }} \u202eeci\u202c", "suspected"), SYSTEM)
    moment = now() - timedelta(hours=2)
    add_event(incident, NewEvent("The note appeared.", moment), SYSTEM)
    choose_playbooks(incident, ["ransomware"], SYSTEM)
    for paper in PAPERS:
        text = incident_paper_file(incident, paper, "md", SYSTEM).content.decode()
        assert "The note appeared" in text
        assert "\u202e" not in text
        if paper != "after-action":
            assert "June Whitlock" in text
    text = incident_paper_file(incident, "ics-201", "md", SYSTEM).content.decode()
    for number, title in ((4, "Map/Sketch"), (7, "Current and Planned Objectives"), (10, "Resource Summary")):
        assert f"{number}. {title}".replace(".", "\\.") in text or f"{number}. {title}" in text
    assert incident_paper_file(incident, "ics-214", "pdf", SYSTEM).content.startswith(b"%PDF")
    assert incident_paper_file(incident, "situation-report", "docx", SYSTEM).content.startswith(b"PK")


def test_an_operational_period_tells_its_own_events_only(town: Organisation) -> None:
    incident = open_incident(town, NewIncident("Mail"), SYSTEM)
    end = now() - timedelta(hours=1)
    for hours in (30, 5):
        add_event(incident, NewEvent(f"{hours} hours ago", end - timedelta(hours=hours)), SYSTEM)
    picture = picture_of(incident, now(), period=(end - timedelta(hours=12), end))
    assert [event.what for event in picture.events] == ["5 hours ago"]
    with pytest.raises(ProgramInputError, match="before it begins"):
        incident_paper_file(incident, "ics-214", "md", SYSTEM, period=(end, end))


def test_a_plan_goes_out_as_data_and_comes_back(town: Organisation, member: Organisation) -> None:
    plan = begin_plan(town, "cdrp", ANSWERS, SYSTEM)
    again = parse_plan_text(msgspec.json.encode(plan_document(plan)))
    load_plan(member, again, SYSTEM)
    kept = kept_plan(member, "cdrp")
    assert kept is not None
    assert kept.plan == plan
    assert isinstance(kept.changed, datetime)
