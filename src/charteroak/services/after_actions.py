"""After an incident: what people say of it, and improvements that become gaps of the program."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import msgspec
from django.db import transaction

from charteroak.clock import connecticut_day
from charteroak.program.bodies import GapPlanned
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.records.plans.models import AfterActionNotes
from charteroak.response.incident_papers.after_action import AfterAction, Improvement, parse_after_action
from charteroak.services.gaps import open_gap
from charteroak.services.incidents import require_incident_keeper
from charteroak.services.programs import ProgramInputError, Recorder

_NOT_OF_NAME = re.compile(r"[^a-z0-9]+")


class NotesOvertakenError(ProgramInputError):
    """Somebody else saved the notes meanwhile; nothing of either was lost."""

    code: ClassVar[str] = "after-action.overtaken"


@dataclass(frozen=True, slots=True)
class KeptNotes:
    """The notes with when and by whom they were last saved; nobody saved notes that were never begun."""

    notes: AfterAction
    saves: int = 0
    changed: datetime | None = None
    changed_by: User | None = None


def notes_of(incident: Incident) -> KeptNotes:
    """What people have said of an incident so far.

    Raises:
        PlanError: what is stored cannot be read by this release.
    """
    row = AfterActionNotes.objects.select_related("changed_by").filter(incident=incident).first()
    if row is None:
        return KeptNotes(AfterAction())
    return KeptNotes(parse_after_action(row.content), row.saves, row.changed, row.changed_by)


def save_notes(incident: Incident, notes: AfterAction, recorder: Recorder, *, seen: int, as_gaps: bool = False) -> int:
    """Keep the notes; ``seen`` is how often they had been saved when the person opened them.

    With ``as_gaps`` each improvement that is none yet becomes a gap of the program. Returns how many became one.

    Raises:
        AccessError: the person does not keep this record.
        NotesOvertakenError: somebody else saved them since.
        ProgramInputError: the incident was played in an exercise, which has a report of its own, or an improvement
            cannot be a gap; nothing was kept.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    if incident.space_id is not None:
        raise ProgramInputError("This was an exercise.", field="", remedy="Use the exercise's own report.")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=incident.organisation_id)
        kept = notes_of(incident)
        if kept.saves != seen and kept.notes != notes:
            who = kept.changed_by or "Somebody"
            raise NotesOvertakenError(
                f"{who} saved these notes after you opened them.",
                field="seen",
                remedy="What you typed is still here. Look at theirs, then save again to put yours in its place.",
            )
        made = _with_gaps(incident, notes, recorder) if as_gaps else notes
        _save(incident, made, recorder)
    return sum(after.gap != before.gap for after, before in zip(made.improvements, notes.improvements, strict=True))


def _with_gaps(incident: Incident, notes: AfterAction, recorder: Recorder) -> AfterAction:
    """The notes, with a gap opened for each improvement that was none yet."""
    today = connecticut_day(recorder.moment)
    made: list[Improvement] = []
    for number, each in enumerate(notes.improvements, 1):
        name = each.gap
        if not name:
            name = _gap_name(incident, number, each.what)
            gap = GapPlanned(
                gap=name,
                title=each.what,
                practice=each.practice or None,
                owner=each.owner,
                due=each.due,
                note=f"From the after-action report of {incident.number}.",
            )
            open_gap(incident.organisation, gap, today, recorder)
        made.append(msgspec.structs.replace(each, gap=name))
    return msgspec.structs.replace(notes, improvements=tuple(made))


def _save(incident: Incident, notes: AfterAction, recorder: Recorder) -> None:
    row = AfterActionNotes.objects.filter(incident=incident).first() or AfterActionNotes(incident=incident)
    row.content = msgspec.to_builtins(notes)
    row.saves += 1
    row.changed = recorder.moment
    row.changed_by = recorder.user
    row.save()


def _gap_name(incident: Incident, number: int, what: str) -> str:
    words = _NOT_OF_NAME.sub("-", what.casefold()).strip("-")[:30].strip("-") or "improvement"
    return f"{incident.number.lower()}-{number}-{words}"[:64].strip("-")
