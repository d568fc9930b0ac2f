"""Exercises played in a space: the clock, the players, the report, and the one entry that leaves it."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from charteroak.errors import AccessError
from charteroak.program.bodies import ExercisePlayed
from charteroak.program.recorded import read_fact
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.response.exercises.scenario import ScenarioError
from charteroak.services import exercise_play, exercise_reports, exercise_spaces
from charteroak.services.exercise_guard import ExerciseLeakError, playing
from charteroak.services.exercise_spaces import ExerciseStateError, NewSpace
from charteroak.services.incidents import incidents_of
from charteroak.services.ledger import append_entry, read_entries
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for


@pytest.fixture
def space(member: Organisation, security_lead: User) -> ExerciseSpace:
    return exercise_spaces.set_up_exercise(
        member, NewSpace("Fall exercise", "invoice-fraud", factor=0), recorder_for(security_lead)
    )


def step(space: ExerciseSpace, lead: User, *, times: int = 1) -> None:
    for _ in range(times):
        exercise_spaces.skip_to_next(space, recorder_for(lead))


def test_players_see_what_is_theirs_when_it_has_come(space: ExerciseSpace, security_lead: User) -> None:
    money = exercise_play.join_exercise(space, "Ana", "money")
    it = exercise_play.join_exercise(space, "Bo", "it")
    assert exercise_play.screen_of(money) == ()
    exercise_spaces.start_exercise(space, recorder_for(security_lead))
    money, it = (exercise_play.player_numbered(space.pk, player.pk) for player in (money, it))
    assert [shown.inject.id for shown in exercise_play.screen_of(money)] == ["contractor-asks"]
    assert exercise_play.screen_of(it) == ()
    step(space, security_lead)
    assert [shown.inject.id for shown in exercise_play.screen_of(it)] == ["the-mail"]
    board = {line.inject.id: line for line in exercise_play.board_of(space)}
    assert [player.name for player, _ in board["contractor-asks"].seen_by] == ["Ana"]
    assert [player.name for player in board["rules-found"].not_seen_by] == ["Bo"]
    assert not board["rules-found"].has_come


def test_what_is_shown_once_is_new_once(space: ExerciseSpace, security_lead: User) -> None:
    exercise_spaces.start_exercise(space, recorder_for(security_lead))
    player = exercise_play.join_exercise(space, "Ana", "money")
    player = exercise_play.player_numbered(space.pk, player.pk)
    assert [shown.is_new for shown in exercise_play.screen_of(player)] == [True]
    assert [shown.is_new for shown in exercise_play.screen_of(player)] == [False]


def test_the_first_decision_counts_and_opens_its_branch(space: ExerciseSpace, security_lead: User) -> None:
    exercise_spaces.start_exercise(space, recorder_for(security_lead))
    step(space, security_lead, times=2)
    it = exercise_play.player_numbered(space.pk, exercise_play.join_exercise(space, "Bo", "it").pk)
    exercise_play.decide(it, "rules-found", "lock-now")
    with pytest.raises(ProgramInputError, match="decided this already"):
        exercise_play.decide(it, "rules-found", "copy-then-lock")
    step(space, security_lead, times=2)
    assert "proof-gone" in [shown.inject.id for shown in exercise_play.screen_of(it)]


def test_an_inject_that_has_not_come_cannot_be_decided_or_acted_upon(space: ExerciseSpace, security_lead: User) -> None:
    it = exercise_play.player_numbered(space.pk, exercise_play.join_exercise(space, "Bo", "it").pk)
    with pytest.raises(ExerciseStateError):
        exercise_play.note_action(it, "I am early.")
    exercise_spaces.start_exercise(space, recorder_for(security_lead))
    with pytest.raises(ProgramInputError):
        exercise_play.decide(it, "rules-found", "lock-now")
    with pytest.raises(ProgramInputError):
        exercise_play.note_action(it, "I look.", "rules-found")
    with pytest.raises(ProgramInputError):
        exercise_play.note_action(it, " ")
    with pytest.raises(ProgramInputError):
        exercise_play.note_action(it, "x" * 2001)


def test_the_clock_stands_while_it_is_paused(member: Organisation, security_lead: User) -> None:
    space = exercise_spaces.set_up_exercise(member, NewSpace("Real time", "water-plant"), recorder_for(security_lead))
    begin = datetime.fromisoformat("2026-11-01T05:30:00+00:00")  # while Connecticut sets its clocks back
    actor = recorder_for(security_lead).actor

    def at(minutes: float) -> Recorder:
        return Recorder(actor, security_lead, begin + timedelta(minutes=minutes))

    exercise_spaces.start_exercise(space, at(0))
    exercise_spaces.pause_exercise(space, at(10))
    exercise_spaces.resume_exercise(space, at(70))
    assert exercise_spaces.elapsed_of(space, begin + timedelta(minutes=75)) == timedelta(minutes=15)
    exercise_spaces.skip_to_next(space, at(76))
    assert exercise_spaces.elapsed_of(space, begin + timedelta(minutes=76)) == timedelta(minutes=20)
    exercise_spaces.end_exercise(space, at(80))
    assert exercise_spaces.elapsed_of(space, begin + timedelta(days=300)) == timedelta(minutes=24)


def test_steps_that_do_not_fit_the_state_are_refused(space: ExerciseSpace, security_lead: User) -> None:
    recorder = recorder_for(security_lead)
    for verb in (exercise_spaces.pause_exercise, exercise_spaces.resume_exercise, exercise_spaces.skip_to_next):
        with pytest.raises(ExerciseStateError):
            verb(space, recorder)
    exercise_spaces.start_exercise(space, recorder)
    with pytest.raises(ExerciseStateError):
        exercise_spaces.start_exercise(space, recorder)
    step(space, security_lead, times=6)
    with pytest.raises(ExerciseStateError, match="nothing is left"):
        step(space, security_lead)


def test_only_those_who_keep_the_record_lead_an_exercise(
    space: ExerciseSpace, member: Organisation, analyst: User
) -> None:
    with pytest.raises(AccessError):
        exercise_spaces.set_up_exercise(member, NewSpace("Mine", "water-plant"), recorder_for(analyst))
    with pytest.raises(AccessError):
        exercise_spaces.start_exercise(space, recorder_for(analyst))
    with pytest.raises(AccessError):
        exercise_play.tick_expected(space, "bank-called", recorder_for(analyst))
    with pytest.raises(AccessError):
        exercise_spaces.access_space(analyst, member.slug, space.pk)
    with pytest.raises(AccessError):
        exercise_play.open_exercise_incident(space, "Money is gone", analyst)


def test_a_code_leads_in_however_it_is_typed_until_the_end(space: ExerciseSpace, security_lead: User) -> None:
    code = space.join_code
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", "").replace("0", "o")):
        assert exercise_spaces.space_by_code(typed) == space
    for wrong in ("", "0000-0000", code + "X", "%00", code[:-1]):
        with pytest.raises(AccessError):
            exercise_spaces.space_by_code(wrong)
    exercise_spaces.end_exercise(space, recorder_for(security_lead))
    with pytest.raises(AccessError):
        exercise_spaces.space_by_code(code)
    with pytest.raises(ExerciseStateError):
        exercise_play.join_exercise(space, "Late", "it")


def test_a_session_of_another_exercise_is_no_player_here(
    space: ExerciseSpace, member: Organisation, security_lead: User
) -> None:
    other = exercise_spaces.set_up_exercise(member, NewSpace("Other", "water-plant"), recorder_for(security_lead))
    player = exercise_play.join_exercise(other, "Ana", "operator")
    for number in (player.pk, None, "1", 0):
        with pytest.raises(AccessError):
            exercise_play.player_numbered(space.pk, number)


def test_a_scenario_of_ones_own_is_kept_as_it_was(member: Organisation, security_lead: User) -> None:
    from charteroak.response.exercises.packaged import scenario_bytes

    mine = scenario_bytes("water-plant").replace(b"The set point moved", b"Our own plant")
    space = exercise_spaces.set_up_exercise(member, NewSpace("Ours", scenario_file=mine), recorder_for(security_lead))
    assert exercise_spaces.scenario_of(space).title == "Our own plant"
    with pytest.raises(ScenarioError):
        exercise_spaces.set_up_exercise(member, NewSpace("Bad", scenario_file=b"x"), recorder_for(security_lead))
    with pytest.raises(ProgramInputError):
        exercise_spaces.set_up_exercise(member, NewSpace("None", "no-such"), recorder_for(security_lead))
    assert exercise_spaces.exercises_of(member).count() == 1


def test_an_incident_of_an_exercise_is_on_no_live_list_and_in_no_ledger(
    space: ExerciseSpace, security_lead: User
) -> None:
    exercise_spaces.start_exercise(space, recorder_for(security_lead))
    before = LedgerEntry.objects.count()
    with playing():
        incident = exercise_play.open_exercise_incident(space, "Money is gone", security_lead)
    assert exercise_play.incidents_in(space) == [incident]
    assert incident.number.startswith(f"EX{space.pk}-")
    assert list(incidents_of(space.organisation)) == []
    assert Incident.objects.count() == 0
    assert LedgerEntry.objects.count() == before


def test_no_entry_is_written_while_an_exercise_is_played(member: Organisation) -> None:
    with playing(), pytest.raises(ExerciseLeakError), transaction.atomic():
        append_entry(member, actor="system", kind="gap.closed", occurred_from="2026-03-01", body={})
    assert LedgerEntry.objects.count() == 0


def test_a_played_exercise_is_one_entry_with_its_report(
    space: ExerciseSpace, security_lead: User, data_directory: Path
) -> None:
    recorder = recorder_for(security_lead)
    with pytest.raises(ExerciseStateError, match="to its end"):
        exercise_reports.file_exercise(space, recorder)
    exercise_spaces.start_exercise(space, recorder)
    money = exercise_play.player_numbered(space.pk, exercise_play.join_exercise(space, "Ana", "money").pk)
    exercise_play.note_action(money, "CANARY-ACTION I call the bank.", "contractor-asks")
    exercise_play.tick_expected(space, "bank-called", recorder)
    exercise_play.tick_expected(space, "bank-called", recorder)
    with pytest.raises(ExerciseStateError):
        exercise_reports.answer_hot_wash(space, money, exercise_spaces.scenario_of(space).debrief[0], "Early.")
    exercise_spaces.end_exercise(space, recorder)
    exercise_reports.answer_hot_wash(space, money, exercise_spaces.scenario_of(space).debrief[0], "Nobody knew.")
    exercise_reports.add_improvement(
        space, exercise_reports.NewImprovement("A second signature", "Ana", date(2027, 1, 15)), recorder
    )
    entry = exercise_reports.file_exercise(space, recorder)
    with pytest.raises(ExerciseStateError, match="filed already"):
        exercise_reports.file_exercise(space, recorder)
    with pytest.raises(ExerciseStateError, match="is filed"):
        exercise_reports.add_improvement(space, exercise_reports.NewImprovement("More", "Bo"), recorder)
    body = read_fact(list(read_entries(space.organisation))[-1]).body
    assert entry.kind == "exercise.held"
    assert isinstance(body, ExercisePlayed)
    assert (body.title, body.participants) == ("Fall exercise", 1)
    assert body.play is not None
    assert (body.play.expected, body.play.in_time, body.play.not_seen) == (1, 1, 0)
    assert len(body.files) == 1
    assert "CANARY" not in json.dumps(str(body))
    assert exercise_reports.render_report(space, "pdf")[:5] == b"%PDF-"
    assert exercise_reports.render_report(space, "docx")[:2] == b"PK"
    assert b"EXERCISE EXERCISE EXERCISE" in exercise_reports.render_report(space, "md")
    with pytest.raises(AccessError):
        exercise_reports.render_report(space, "exe")
    assert data_directory.exists()


def test_nobody_played_is_no_evidence(space: ExerciseSpace, security_lead: User) -> None:
    exercise_spaces.start_exercise(space, recorder_for(security_lead))
    exercise_spaces.end_exercise(space, recorder_for(security_lead))
    with pytest.raises(ExerciseStateError, match="Nobody joined"):
        exercise_reports.file_exercise(space, recorder_for(security_lead))
    assert LedgerEntry.objects.count() == 0
