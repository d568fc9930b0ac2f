"""Work on an incident: severity judged again and again, tasks of playbooks, the order of events; all of it kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from closing_person import reasons_for

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import AccessError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.incident_work.models import SeverityAssessment, TaskStep
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Campaign, Report
from charteroak.response.incident_tasks import TaskError, TaskState, task_named
from charteroak.response.incident_times import MomentError
from charteroak.response.playbooks import PlaybookError
from charteroak.response.severity import AnswersError
from charteroak.response.severity_examples import load_examples
from charteroak.services.access import actor_of
from charteroak.services.incident_closing import close_incident
from charteroak.services.incident_severity import (
    assess_incident,
    assessments_of_incident,
    linked_victims,
    newest_severity,
    severity_of,
)
from charteroak.services.incident_tasks import choose_playbooks, say_of_task, start_of, task_board
from charteroak.services.incident_timeline import say_order, timeline_of, withdraw_order
from charteroak.services.incidents import NewEvent, NewIncident, add_event, open_incident
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for
from charteroak.services.reports import confirm_campaign
from charteroak.services.sample_incident_work import work_on_sample_incident

pytestmark = pytest.mark.django_db
Add = Callable[..., Any]
SYSTEM = Recorder(actor="system")
DISCOVERED = datetime(2026, 3, 2, 14, tzinfo=UTC)
DISTRICT = {name: [option] for name, option in load_examples()[2].answers.items()}


@pytest.fixture
def town(add_organisation: Add) -> Organisation:
    organisation: Organisation = add_organisation(slug="cedar-landing", kind="municipality")
    return organisation


@pytest.fixture
def incident(town: Organisation) -> Incident:
    facts = {"incident": {"discoveredAt": "2026-03-02T09:00:00-05:00"}}
    return open_incident(town, NewIncident("Locked files", "successful", facts), SYSTEM)


@pytest.fixture
def played(town: Organisation, add_person: Add) -> Incident:
    person = add_person("Facilitator", town)
    space = ExerciseSpace.objects.create(
        organisation=town, name="Spring", scenario="school", scenario_sha256="0" * 64, scenario_text="",
        facilitator=person, join_code="A1", created=now(),
    )  # fmt: skip
    return open_incident(town, NewIncident("Played", "successful"), SYSTEM, space=space)


def kinds(town: Organisation) -> list[str]:
    return list(LedgerEntry.objects.filter(organisation=town).order_by("index").values_list("kind", flat=True))


def event(incident: Incident, what: str, minutes: int, wide: int = 0, kind: str = "") -> int:
    begin = DISCOVERED + timedelta(minutes=minutes)
    new = NewEvent(what=what, earliest=begin, latest=begin + timedelta(minutes=wide), kind=kind)
    return add_event(incident, new, SYSTEM).number


def test_a_severity_is_recorded_with_its_answers_and_the_same_again_records_nothing(
    town: Organisation, incident: Incident
) -> None:
    first = assess_incident(incident, {"actor": ["criminal"]}, SYSTEM)
    again = assess_incident(incident, {"actor": ["criminal"]}, SYSTEM)
    second = assess_incident(incident, DISTRICT, SYSTEM)
    assert first == again
    assert assessments_of_incident(incident) == [second, first]
    assert newest_severity(incident) == second
    assert (second.low_level, second.high_level) == (3, 3)
    assert second.entry is not None
    assert kinds(town).count("severity.assessed") == 2
    severity = severity_of(second)
    assert severity is not None
    assert severity.to_json() == second.found


def test_nothing_answered_is_recorded_as_anything_between_0_and_5(incident: Incident) -> None:
    assessment = assess_incident(incident, {}, SYSTEM)
    assert (assessment.low_level, assessment.high_level) == (0, 5)


def test_answers_that_are_none_record_nothing(town: Organisation, incident: Incident) -> None:
    for answers, victims in (({"mood": ["bad"]}, None), ({"actor": ["nobody"]}, None), ({}, 0), ({}, 10**9)):
        with pytest.raises(AnswersError):
            assess_incident(incident, answers, SYSTEM, victims=victims)
    assert not SeverityAssessment.objects.exists()
    assert "severity.assessed" not in kinds(town)


def test_victims_come_from_a_campaign_that_an_analyst_confirmed_and_from_nothing_less(
    town: Organisation, incident: Incident, add_organisation: Add, add_person: Add
) -> None:
    desk = add_organisation(slug="desk", part=Organisation.Part.DESK)
    campaign = Campaign.objects.create(desk=desk, name="Blue", created=now())
    for number, owner in enumerate([town, town, *(add_organisation(slug=f"town-{n}") for n in range(3)), None]):
        row = Report.objects.create(
            receipt=f"R{number}", desk=desk, organisation=owner, kind="phish", outcome="successful", channel="web",
            received=now(), summary="s", campaign=campaign,
        )  # fmt: skip
        if number == 0:
            incident.reports.add(row)
    assert linked_victims(incident) is None
    confirm_campaign(campaign, add_person("Ana", desk, "analyst"))
    assert linked_victims(incident) == 4
    joined = Report.objects.create(
        receipt="R9", desk=desk, organisation=add_organisation(slug="town-9"), kind="phish", channel="web",
        received=now(), summary="anybody's", campaign=campaign,
    )  # fmt: skip
    assert linked_victims(incident) == 4
    incident.reports.set([joined])
    assert linked_victims(incident) is None
    incident.reports.set(Report.objects.filter(receipt="R0"))
    assessment = assess_incident(incident, DISTRICT, SYSTEM)
    assert (assessment.victims, assessment.victims_from) == (4, "campaign")
    assert (assess_incident(incident, DISTRICT, SYSTEM, victims=9).victims_from) == "stated"


def test_in_an_exercise_the_same_verbs_work_and_leave_no_entry(town: Organisation, played: Incident) -> None:
    before = kinds(town)
    assess_incident(played, DISTRICT, SYSTEM)
    choose_playbooks(played, ["ransomware"], SYSTEM)
    say_of_task(played, "ransomware/first", "done", SYSTEM)
    event(played, "played", 0)
    assert kinds(town) == before
    assert not SeverityAssessment.objects.exists()
    assert not TaskStep.objects.exists()
    assert newest_severity(played) is not None
    assert task_board(played).settled


def test_tasks_are_counted_from_when_it_was_noticed(incident: Incident) -> None:
    assert start_of(incident) == DISCOVERED
    choose_playbooks(incident, ["ransomware"], SYSTEM)
    board = task_board(incident)
    assert board.next[0].due == DISCOVERED
    choose_playbooks(incident, ["ransomware"], SYSTEM, start=DISCOVERED + timedelta(hours=1))
    assert task_board(incident).next[0].due == DISCOVERED + timedelta(hours=1)


def test_each_word_about_a_task_is_an_entry_and_twice_done_is_once(town: Organisation, incident: Incident) -> None:
    choose_playbooks(incident, ["ransomware"], SYSTEM)
    step = say_of_task(incident, "ransomware/cut-off", "done", SYSTEM, note="Three machines.")
    assert step is not None
    assert step.entry is not None
    assert say_of_task(incident, "ransomware/cut-off", "done", SYSTEM) is None
    say_of_task(incident, "ransomware/cut-off", "reopened", SYSTEM)
    say_of_task(incident, "ransomware/cut-off", "reassigned", SYSTEM, owner="Elm Street IT")
    assert kinds(town).count("task.done") == 3
    task = task_named(task_board(incident).tasks, "ransomware/cut-off")
    assert (task.owner, task.state) == ("Elm Street IT", TaskState.OPEN)


def test_changing_the_playbook_keeps_what_was_done(incident: Incident) -> None:
    choose_playbooks(incident, ["ransomware"], SYSTEM)
    say_of_task(incident, "ransomware/cut-off", "done", SYSTEM)
    choose_playbooks(incident, ["data-theft"], SYSTEM)
    board = task_board(incident)
    assert [task.key for task in board.settled] == ["ransomware/cut-off"]
    assert all(task.key.startswith("data-theft/") for task in board.open)


@pytest.mark.parametrize(
    ("key", "outcome", "owner", "error"),
    [
        ("ransomware/fly", "done", "", TaskError),
        ("ransomware/clean", "forgotten", "", ProgramInputError),
        ("ransomware/clean", "not-needed", "", ProgramInputError),
        ("ransomware/clean", "reassigned", "  ", ProgramInputError),
        ("ransomware/clean", "reassigned", "x" * 201, ProgramInputError),
    ],
)
def test_what_cannot_be_said_of_a_task_records_nothing(
    incident: Incident, key: str, outcome: str, owner: str, error: type[Exception]
) -> None:
    choose_playbooks(incident, ["ransomware"], SYSTEM)
    with pytest.raises(error):
        say_of_task(incident, key, outcome, SYSTEM, owner=owner)
    assert not TaskStep.objects.exists()


def test_a_playbook_that_is_not_there_or_an_absurd_start_is_refused(incident: Incident) -> None:
    with pytest.raises(PlaybookError):
        choose_playbooks(incident, ["flood"], SYSTEM)
    with pytest.raises(ProgramInputError):
        choose_playbooks(incident, [], SYSTEM)
    for year in (1970, 9998):
        with pytest.raises(MomentError):
            choose_playbooks(incident, ["ransomware"], SYSTEM, start=datetime(year, 1, 1, tzinfo=UTC))
    assert not incident.playbook_choices.exists()


def test_the_facts_say_when_it_was_noticed_until_an_event_does(incident: Incident) -> None:
    event(incident, "Contained", -60, 10, "contained")
    told = timeline_of(incident)
    assert [each.number for each in told.ordered.events] == [1, 0]
    assert len(told.ordered.contradictions) == 1
    event(incident, "Noticed", -90, 0, "noticed")
    assert not timeline_of(incident).ordered.contradictions


def test_what_people_say_of_the_order_follows_a_correction_and_can_be_taken_back(incident: Incident) -> None:
    one, other = event(incident, "Mail opened", 60, 10), event(incident, "Password used", 0, 10)
    say_order(incident, one, other, SYSTEM)
    assert say_order(incident, one, other, SYSTEM) is None
    assert timeline_of(incident).ordered.contradictions
    row = incident.events.get(number=other)
    better = NewEvent(what="Password used", earliest=DISCOVERED + timedelta(minutes=90))
    corrected = add_event(incident, better, SYSTEM, supersedes=row)
    assert timeline_of(incident).orders == ((one, corrected.number),)
    assert not timeline_of(incident).ordered.contradictions
    withdraw_order(incident, one, corrected.number, SYSTEM)
    assert timeline_of(incident).orders == ()


def test_an_order_of_one_event_or_of_one_that_is_not_there_is_refused(incident: Incident) -> None:
    one = event(incident, "Mail opened", 60)
    for after in (one, 99):
        with pytest.raises(ProgramInputError):
            say_order(incident, one, after, SYSTEM)


def test_a_closed_incident_and_a_stranger_record_nothing(
    incident: Incident, add_person: Add, add_organisation: Add
) -> None:
    stranger: User = add_person("Stranger", add_organisation(slug="other"))
    for verb in (
        lambda by: assess_incident(incident, {}, by),
        lambda by: choose_playbooks(incident, ["ransomware"], by),
        lambda by: say_of_task(incident, "ransomware/clean", "done", by),
        lambda by: say_order(incident, 1, 2, by),
    ):
        with pytest.raises(AccessError):
            verb(recorder_for(stranger))
    close_incident(incident, "", SYSTEM, reasons=reasons_for(incident))
    with pytest.raises(ProgramInputError, match="closed"):
        assess_incident(incident, {}, SYSTEM)
    with pytest.raises(ProgramInputError, match="closed"):
        choose_playbooks(incident, ["ransomware"], SYSTEM)


def test_the_sample_towns_incident_is_judged_worked_on_and_told_without_a_contradiction(
    town: Organisation, add_person: Add
) -> None:
    town.is_fictional = True
    town.save()
    lead, discovered = add_person("Lead", town), now().replace(microsecond=0) - timedelta(days=3)
    facts = {"incident": {"discoveredAt": format_instant(discovered)}}
    opened = Recorder(actor_of(lead), lead, recorded=discovered + timedelta(hours=1))
    incident = open_incident(town, NewIncident("Mailbox", "suspected", facts), opened)
    work_on_sample_incident(incident, lead, discovered)
    assert len(assessments_of_incident(incident)) == 2
    assert len(task_board(incident).settled) == 2
    assert not timeline_of(incident).ordered.contradictions
    times = LedgerEntry.objects.filter(organisation=town).order_by("index").values_list("recorded", flat=True)
    assert list(times) == sorted(times)
