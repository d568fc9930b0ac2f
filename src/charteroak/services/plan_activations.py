"""Plans in force on the day: activated at a level, raised or lowered, stood down. Each step is one entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from charteroak.clock import format_instant
from charteroak.program.bodies import PlanActivated, PlanStoodDown, body_document
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.response.plans.plan import PlanKind
from charteroak.response.plans.source import ActivationLine
from charteroak.services.evidence_log import newest_of_kinds
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder, record, require_keeper, usable_line
from charteroak.services.response_plans import plan_in_force

STEPS = 60
"""Steps of activations that are looked back at."""
_KINDS = ("plan.activated", "plan.stood-down")


@dataclass(frozen=True, slots=True)
class NewActivation:
    """A plan put into force, or another level while it is: who said so, why, for which incident."""

    level: int
    by: str
    reason: str
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Activation:
    """A plan that is in force now: since when, at which level since when, for what."""

    plan: PlanKind
    level: int
    since: datetime
    level_since: datetime
    by: str
    reason: str
    incident: str
    first_entry: int
    entry: int


def activate_plan(organisation: Organisation, kind: PlanKind, new: NewActivation, recorder: Recorder) -> LedgerEntry:
    """Put the adopted plan into force at a level; while it is in force already, change the level.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: nothing was adopted, there is no such level or incident, or it is in force at this level
            already; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    adopted = plan_in_force(organisation, kind)
    if adopted is None:
        raise ProgramInputError("No version of this plan was adopted.", field="level", remedy="Adopt one first.")
    if adopted.plan.level(new.level) is None:
        raise ProgramInputError(f"The plan has no level {new.level}.", field="level", remedy="Choose one from 0 to 5.")
    number = new.incident.strip()
    if number and not Incident.objects.filter(organisation=organisation, number=number).exists():
        raise ProgramInputError(f"There is no incident {number[:40]!r}.", field="incident")
    reason = usable_text(new.reason, "reason")
    if not reason:
        raise ProgramInputError("Say why, in a few words.", field="reason")
    standing = activation_of(organisation, kind)
    if standing is not None and standing.level == new.level:
        raise ProgramInputError(f"It is in force at level {new.level} already.", field="level")
    body = PlanActivated(
        plan=kind,
        version=adopted.version,
        level=new.level,
        by=usable_line(new.by, "by"),
        incident=number or (standing.incident if standing is not None else ""),
        reason=reason,
    )
    return record(
        organisation,
        "plan.activated",
        body_document(body),
        recorder,
        occurred_from=format_instant(recorder.moment),
    )


def stand_down(organisation: Organisation, kind: PlanKind, by: str, note: str, recorder: Recorder) -> LedgerEntry:
    """End a plan that is in force.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: it is not in force, or a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    standing = activation_of(organisation, kind)
    if standing is None:
        raise ProgramInputError("This plan is not in force.", field="by")
    body = PlanStoodDown(
        plan=kind, by=usable_line(by, "by"), activation=standing.first_entry, note=usable_text(note, "note")
    )
    return record(
        organisation,
        "plan.stood-down",
        body_document(body),
        recorder,
        occurred_from=format_instant(recorder.moment),
    )


def activation_of(organisation: Organisation, kind: PlanKind) -> Activation | None:
    """The activation that stands now; ``None`` while the plan rests."""
    standing: Activation | None = None
    for entry in reversed(newest_of_kinds(organisation, _KINDS, STEPS)):
        body, moment = entry.fact.body, entry.fact.recorded
        if entry.corrected_by is not None:
            continue
        if isinstance(body, PlanStoodDown) and body.plan == kind:
            standing = None
        elif isinstance(body, PlanActivated) and body.plan == kind:
            standing = Activation(
                plan=kind,
                level=body.level,
                since=moment if standing is None else standing.since,
                level_since=moment,
                by=body.by,
                reason=body.reason,
                incident=body.incident,
                first_entry=entry.fact.index if standing is None else standing.first_entry,
                entry=entry.fact.index,
            )
    return standing


def activation_lines(organisation: Organisation, kind: PlanKind) -> Sequence[ActivationLine]:
    """The log of activations and stand-downs, oldest first."""
    lines: list[ActivationLine] = []
    is_in_force = False
    for entry in reversed(newest_of_kinds(organisation, _KINDS, STEPS)):
        body, fact = entry.fact.body, entry.fact
        if entry.corrected_by is not None:
            continue
        if isinstance(body, PlanActivated) and body.plan == kind:
            step = "level changed" if is_in_force else "activated"
            lines.append(ActivationLine(fact.recorded, step, body.level, body.by, body.reason, fact.index))
            is_in_force = True
        elif isinstance(body, PlanStoodDown) and body.plan == kind:
            lines.append(ActivationLine(fact.recorded, "stood down", None, body.by, body.note, fact.index))
            is_in_force = False
    return lines
