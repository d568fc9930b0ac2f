"""The sample town practised once: an afternoon about a wire that went the wrong way, with its report on file."""

from datetime import date, datetime, timedelta

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.services.access import actor_of
from charteroak.services.exercise_play import decide, join_exercise, note_action, player_numbered, tick_expected
from charteroak.services.exercise_reports import NewImprovement, add_improvement, answer_hot_wash, file_exercise
from charteroak.services.exercise_spaces import (
    NewSpace,
    end_exercise,
    scenario_of,
    set_up_exercise,
    skip_to_next,
    start_exercise,
)
from charteroak.services.programs import Recorder

_PLAYERS = (("June Whitlock", "lead"), ("Ned Farrow", "money"), ("Ida Brook", "it"))
_NOTES = (
    ("money", "contractor-asks", "I call the fraud line of the bank from the card in my drawer."),
    ("lead", "the-mail", "I tell the clerk to answer nothing and to forward the mail as a file."),
    ("it", "rules-found", "I export the rule and the sign-in log, then end all sessions."),
)
_SEEN = ("bank-called", "no-answer", "sessions-ended")
_SAID = (
    "The assistant, and she did not know that she may.",
    "A call to a number that we had before; it costs four minutes.",
)


def load_sample_exercise(town: Organisation, lead: User, today: datetime) -> ExerciseSpace:
    """Play it as three people would have, twelve days before the moment of loading."""
    began = today.replace(hour=18, minute=0, second=0, microsecond=0) - timedelta(days=12)

    def at(minutes: int) -> Recorder:
        return Recorder(actor_of(lead), lead, recorded=began + timedelta(minutes=minutes))

    space = set_up_exercise(town, NewSpace("Fall exercise: the new account number", "invoice-fraud", factor=0), at(-60))
    start_exercise(space, at(0))
    players = {role: player_numbered(space.pk, join_exercise(space, name, role).pk) for name, role in _PLAYERS}
    for step, ((role, inject, text), seen) in enumerate(zip(_NOTES, _SEEN, strict=True)):
        if step:
            skip_to_next(space, at(8 * step))
        note_action(players[role], text, inject)
        tick_expected(space, seen, at(8 * step + 5))
    decide(players["it"], "rules-found", "copy-then-lock")
    skip_to_next(space, at(30))
    end_exercise(space, at(45))
    for question, text in zip(scenario_of(space).debrief, _SAID, strict=False):
        answer_hot_wash(space, players["money"], question, text)
    due = (began + timedelta(days=60)).date()
    add_improvement(space, NewImprovement("Name a second person who may call the bank", "Ned Farrow", due), at(60))
    add_improvement(
        space, NewImprovement("Number of the fraud line on the card", "June Whitlock", _soon(began)), at(60)
    )
    file_exercise(space, at(70))
    return space


def _soon(began: datetime) -> date:
    return (began + timedelta(days=14)).date()
