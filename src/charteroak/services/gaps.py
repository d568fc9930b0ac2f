"""Gaps that an organisation finds itself: opened with an owner and a day, closed with what shows it."""

from datetime import date

import msgspec
from django.db import transaction

from charteroak.clock import connecticut_day
from charteroak.program.bodies import GapClosed, GapOpened
from charteroak.program.history import knowledge
from charteroak.program.recorded_gaps import RecordedGap, gaps_open_on
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.program_record import record_day, usable_text
from charteroak.services.program_subjects import usable_identifier, usable_subject
from charteroak.services.programs import ProgramInputError, Recorder, require_keeper, usable_line
from charteroak.services.selected import facts_on
from charteroak.services.selection import known_size


def open_gap(organisation: Organisation, gap: GapOpened, since: date, recorder: Recorder) -> LedgerEntry:
    """Record that something is missing since a day, who closes it, and by when.

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
        owner=usable_line(gap.owner, "owner"),
        note=usable_text(gap.note, "note"),
    )
    if gap.due is not None and gap.due < since:
        raise ProgramInputError("It is due before it was opened.", field="due")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if name in {each.body.gap for each in open_gaps_of(organisation, connecticut_day(recorder.moment))}:
            raise ProgramInputError(f"A gap called {name} is open already.", field="gap", remedy="Choose another name.")
        return record_day(organisation, "gap.opened", body, (since, "since"), recorder)


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
        opened = {each.body.gap: each for each in open_gaps_of(organisation, connecticut_day(recorder.moment))}
        if closing.gap not in opened:
            raise ProgramInputError("Choose a gap that is open.", field="gap")
        if day < opened[closing.gap].fact.first_day:
            raise ProgramInputError("It was closed before it was opened.", field="day")
        size = known_size(organisation)
        if any(index >= size for index in closing.evidence):
            raise ProgramInputError(f"There is no such entry; the newest is {size - 1}.", field="evidence")
        return record_day(organisation, "gap.closed", body, (day, "day"), recorder)


def open_gaps_of(organisation: Organisation, day: date) -> tuple[RecordedGap, ...]:
    """The gaps that are open on a day by the organisation's own word."""
    facts, _ = facts_on(organisation, day)
    return gaps_open_on(knowledge(facts).standing, day)
