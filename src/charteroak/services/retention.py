"""The retention schedule in force, what has passed its term, and public-records markings. Nothing here erases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings

from charteroak.adapters.small_files import read_small_file
from charteroak.clock import CONNECTICUT
from charteroak.program.bodies import EvidenceMarked, body_document
from charteroak.program.exhibits import erased_content, exhibits
from charteroak.program.holds import HOLD_KINDS, standing_holds
from charteroak.program.markings import StandingMarking, load_markings, standing_markings
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.program.retention import (
    Due,
    Schedule,
    packaged_schedule,
    parse_schedule,
    past_their_term,
    years_later,
)
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import Role, require_role
from charteroak.services.holds import digests_on_record, facts_of_kinds
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder, record, usable_line
from charteroak.services.selected import read_selected

MARKERS = (Role.SECURITY_LEAD, Role.PROVIDER, Role.COUNSEL)
"""Who sets markings."""
SCHEDULE_FILE = "retention.toml"
"""An administrator's own schedule, in the data directory."""
SCHEDULE_LIMIT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Eligible:
    """An entry whose term has passed, and the holds that keep it all the same."""

    due: Due
    held_by: Sequence[str]


@dataclass(frozen=True, slots=True)
class NewMarking:
    """A marking to set on a file or an entry, or to withdraw from it."""

    marking: str
    basis: str
    marked_by: str
    sha256: str | None = None
    entry: int | None = None
    note: str = ""
    withdraw: bool = False


def schedule_in_force() -> tuple[Schedule, bool]:
    """The schedule of this installation, and whether an administrator wrote it.

    Raises:
        QuestionError: the administrator's file is no schedule.
    """
    path = settings.DATA.root / SCHEDULE_FILE
    own = read_small_file(path, limit_bytes=SCHEDULE_LIMIT_BYTES)
    return parse_schedule(own if own is not None else packaged_schedule(), path=str(path)), own is not None


def eligible_for_erasure(organisation: Organisation, today: date) -> tuple[Eligible, ...]:
    """The entries that have passed their term and are not erased, oldest first."""
    schedule, _ = schedule_in_force()
    erased = erased_content(facts_of_kinds(organisation, ("content.erased",))).entries
    holds = standing_holds(facts_of_kinds(organisation, HOLD_KINDS))
    found = []
    for due in past_their_term(_old_enough(organisation, schedule, today), schedule, today):
        if due.fact.index not in erased:
            digests = exhibits([due.fact])
            found.append(Eligible(due, tuple(hold.name for hold in holds if hold.covers(digests))))
    return tuple(found)


def _old_enough(organisation: Organisation, schedule: Schedule, today: date) -> list[RecordedFact]:
    """The entries that were recorded longer ago than the shortest term; only they can have passed theirs."""
    terms = [each.years for each in schedule.classes if each.years]
    if not terms or today.year - min(terms) < 1:
        return []
    newest = datetime.combine(years_later(today, -min(terms)), time.max, CONNECTICUT)
    rows = LedgerEntry.objects.filter(organisation=organisation, recorded__lte=newest).order_by("index")
    indexes = list(rows.values_list("index", flat=True))
    return [read_fact(entry) for entry in read_selected(organisation, indexes)]


def markings_of(organisation: Organisation) -> tuple[StandingMarking, ...]:
    """The markings that stand on an organisation's record."""
    return standing_markings(facts_of_kinds(organisation, ("evidence.marked",)))


def mark(organisation: Organisation, marking: NewMarking, recorder: Recorder) -> LedgerEntry:
    """Set or withdraw a marking; both are entries.

    Raises:
        AccessError: the person may not.
        ProgramInputError: what is marked is not on record, or a field cannot be used; nothing was recorded.
    """
    if recorder.user is not None:
        require_role(recorder.user, organisation, *MARKERS)
    if marking.marking not in load_markings():
        raise ProgramInputError("Choose a marking from the list.", field="marking")
    if (marking.sha256 is None) == (marking.entry is None):
        raise ProgramInputError("Mark one file or one entry.", field="target")
    if marking.sha256 is not None and not digests_on_record(organisation, (marking.sha256,)):
        raise ProgramInputError("No file with this SHA-256 is on record.", field="target")
    entries = LedgerEntry.objects.filter(organisation=organisation, index=marking.entry or 0)
    if marking.entry is not None and not entries.exists():
        raise ProgramInputError("There is no such entry.", field="target")
    body = EvidenceMarked(
        sha256=marking.sha256,
        entry=marking.entry,
        marking=marking.marking,
        state="withdrawn" if marking.withdraw else "set",
        basis=usable_line(marking.basis, "basis"),
        marked_by=usable_line(marking.marked_by, "marked_by"),
        note=usable_text(marking.note, "note"),
    )
    return record(organisation, "evidence.marked", body_document(body), recorder)
