"""What was recorded after a moment about a day before it, and the days on which a record changed at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from charteroak.program.history import knowledge
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerFact
from charteroak.services.programs import recorded_facts
from charteroak.services.projections import is_whole
from charteroak.services.selected import read_selected
from charteroak.services.selection import known_size

LISTED = 50
"""Later entries that are listed."""
COUNTED = 1000
"""As far as later entries are counted; beyond it a number means *at least so many*."""
DAYS_OF = 20_000
"""Of so many entries, the newest, the days are looked at."""


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What the record held at a moment, and what came later about a day or the time before it."""

    known: int
    """Entries on record by then."""
    later: Sequence[RecordedFact]
    """The first of those that came later, in the order in which they were recorded."""
    count: int
    """How many there are, up to ``COUNTED``."""


@dataclass(frozen=True, slots=True)
class ChangeDays:
    """The days on which something happened, and those on which something was recorded; of the newest entries."""

    happened: Sequence[date]
    recorded: Sequence[date]


def hindsight_of(organisation: Organisation, day: date, known_at: date) -> Hindsight:
    """What was recorded after a day had ended about the day asked about, or the time before it.

    Raises:
        LogError: an entry that would be shown was altered.
    """
    if not is_whole(organisation):
        facts = recorded_facts(organisation)
        known = len(knowledge(facts, known_at).facts)
        later = [fact for fact in facts[known:] if fact.first_day <= day]
        return Hindsight(known, later[:LISTED], min(len(later), COUNTED))
    known = known_size(organisation, known_at)
    rows = LedgerFact.objects.filter(organisation=organisation, index__gte=known, first_day__lte=day)
    found = list(rows.order_by("index").values_list("index", flat=True)[:COUNTED])
    entries = read_selected(organisation, found[:LISTED])
    return Hindsight(known, [read_fact(entry) for entry in entries], len(found))


def change_days(organisation: Organisation) -> ChangeDays:
    """The days on which the newest entries happened and were recorded, in order."""
    size = known_size(organisation) if is_whole(organisation) else 0
    rows = LedgerFact.objects.filter(organisation=organisation, index__gte=max(0, size - DAYS_OF), index__lt=size)
    pairs = set(rows.order_by().values_list("first_day", "recorded_day").distinct())
    if not size:
        pairs = {(fact.first_day, fact.recorded_day) for fact in recorded_facts(organisation)}
    return ChangeDays(sorted({pair[0] for pair in pairs}), sorted({pair[1] for pair in pairs}))
