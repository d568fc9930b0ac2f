"""Gaps that an organisation finds itself: opened with an owner and a day, closed with what shows it."""

from dataclasses import dataclass
from datetime import date

import msgspec
from django.db import transaction

from charteroak.clock import connecticut_day
from charteroak.program.bodies import GapClosed, GapOpened, GapPlanned, Milestone, Severity
from charteroak.program.history import KnownAt, knowledge
from charteroak.program.poam import ActionPlan, action_plan
from charteroak.program.recorded_gaps import RecordedGap, gaps_open_on
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.program_record import record_day, usable_text
from charteroak.services.program_subjects import usable_identifier, usable_subject
from charteroak.services.programs import ProgramInputError, Recorder, require_keeper, usable_line
from charteroak.services.selected import facts_on
from charteroak.services.selection import known_size


def open_gap(organisation: Organisation, gap: GapOpened, since: date, recorder: Recorder) -> LedgerEntry:
    """Record that something is missing since a day, who closes it, and by when. Nobody may be named: it shows.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used, or a gap of this name is open; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    name = usable_identifier(gap.gap, "gap")
    if gap.practice is not None or gap.requirement is not None or gap.framework is not None:
        usable_subject(gap.practice, gap.framework, gap.edition, gap.requirement)
    body = msgspec.structs.replace(
        gap,
        gap=name,
        title=usable_line(gap.title, "title"),
        owner=_usable_owner(gap.owner),
        note=usable_text(gap.note, "note"),
    )
    if isinstance(body, GapPlanned):
        body = msgspec.structs.replace(body, milestones=_usable_steps(body.milestones, since), since=None)
    if gap.due is not None and gap.due < since:
        raise ProgramInputError("It is due before it was opened.", field="due")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if name in {each.body.gap for each in open_gaps_of(organisation, connecticut_day(recorder.moment))}:
            raise ProgramInputError(f"A gap called {name} is open already.", field="gap", remedy="Choose another name.")
        return record_day(organisation, "gap.opened", body, (since, "since"), recorder)


@dataclass(frozen=True, slots=True)
class NewPlan:
    """Who closes an open gap, by when, in which steps, and how bad it is; what is not known is empty."""

    owner: str = ""
    due: date | None = None
    severity: Severity | None = None
    milestones: tuple[Milestone, ...] = ()
    note: str = ""


def plan_gap(organisation: Organisation, name: str, plan: NewPlan, day: date, recorder: Recorder) -> LedgerEntry:
    """Record from a day on another plan for a gap that is open. Its age counts on, from when it was first open.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: no gap of this name is open, or a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        gap = _open_gap(organisation, name, recorder)
        if day < gap.fact.first_day:
            raise ProgramInputError("It was planned otherwise on a later day.", field="day")
        if plan.due is not None and plan.due < gap.opened_on:
            raise ProgramInputError("It is due before it was opened.", field="due")
        said = gap.body
        body = GapPlanned(
            gap=said.gap,
            title=said.title,
            practice=said.practice,
            framework=said.framework,
            edition=said.edition,
            requirement=said.requirement,
            owner=_usable_owner(plan.owner),
            due=plan.due,
            note=usable_text(plan.note, "note"),
            severity=plan.severity,
            milestones=_usable_steps(plan.milestones, gap.opened_on),
            found_by=gap.found_by,
            since=gap.opened_on,
        )
        return record_day(organisation, "gap.opened", body, (day, "day"), recorder)


def _open_gap(organisation: Organisation, name: str, recorder: Recorder) -> RecordedGap:
    for each in open_gaps_of(organisation, connecticut_day(recorder.moment)):
        if each.body.gap == name:
            return each
    raise ProgramInputError("Choose a gap that is open.", field="gap")


def _usable_owner(owner: str) -> str:
    return usable_line(owner, "owner") if owner.strip() else ""


def _usable_steps(steps: tuple[Milestone, ...], opened: date) -> tuple[Milestone, ...]:
    if any(step.due < opened for step in steps):
        raise ProgramInputError("A step is due before the gap was opened.", field="milestones")
    return tuple(msgspec.structs.replace(step, what=usable_line(step.what, "milestones")) for step in steps)


def close_gap(organisation: Organisation, closing: GapClosed, day: date, recorder: Recorder) -> LedgerEntry:
    """Record that a gap was closed on a day, how, and which entries show it.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: no gap of this name is open, or a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    body = msgspec.structs.replace(closing, how=usable_line(closing.how, "how"), note=usable_text(closing.note, "note"))
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if day < _open_gap(organisation, closing.gap, recorder).fact.first_day:
            raise ProgramInputError("It was closed before it was opened.", field="day")
        size = known_size(organisation)
        if any(index >= size for index in closing.evidence):
            raise ProgramInputError(f"There is no such entry; the newest is {size - 1}.", field="evidence")
        return record_day(organisation, "gap.closed", body, (day, "day"), recorder)


def open_gaps_of(organisation: Organisation, day: date, known_at: KnownAt = None) -> tuple[RecordedGap, ...]:
    """The gaps that are open on a day by the organisation's own word, as known at a moment."""
    facts, _ = facts_on(organisation, day, known_at)
    return gaps_open_on(knowledge(facts, known_at).standing, day)


def action_plan_of(organisation: Organisation, day: date, known_at: KnownAt = None) -> ActionPlan:
    """The plan of action and milestones on a day, as known at a moment."""
    return action_plan(open_gaps_of(organisation, day, known_at), day)
