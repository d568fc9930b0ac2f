"""Reading an organisation's log page by page, and one entry whole: what it says, and what other entries do to it.

Nothing here counts or reads the whole ledger: a page is found by its place, and a search looks through a bounded
stretch and says where it stopped. Each entry that is shown is held against its own digests and its leaf in the tree.
Projections only lead to entries; where they are not whole, the entries themselves are read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q

from charteroak.canonical import parse_json
from charteroak.errors import InputError
from charteroak.ledger.entry import Entry
from charteroak.ledger.errors import LogError
from charteroak.ledger.proof import TLogProof, render_proof
from charteroak.ledger.tree import inclusion_proof
from charteroak.program.practices import load_practices
from charteroak.program.projection import not_shown, project
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint, LedgerEntry
from charteroak.records.ledger.projections import LedgerFact, LedgerRelation
from charteroak.services.access import refuse
from charteroak.services.ledger import NodeRows, stored_entries
from charteroak.services.projections import is_whole
from charteroak.services.selected import read_selected

LINES = 25
"""Entries on a page."""
STRETCH = 50_000
"""Entries among which one page looks for those that fit."""
STRETCH_OF_TEXT = 4_000
"""The same for words, which are looked for in the bodies themselves."""
MOST_ABOUT = 2_000
"""Entries about one practice that are read at once; the newest."""
_READ_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class LogQuestion:
    """Which entries are asked for; everything where nothing is said."""

    practice: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""

    def __bool__(self) -> bool:
        return self != LogQuestion()


@dataclass(frozen=True, slots=True)
class Tie:
    """What one entry does to another: corrects, supersedes, erases, rests on, answers."""

    relation: str
    index: int


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry with what it does to earlier ones, and what later ones do to it."""

    fact: RecordedFact
    does: Sequence[Tie] = ()
    suffers: Sequence[Tie] = ()
    corrected_by: int | None = None
    """The correction that stands; one that was itself corrected does not."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries, the newest first, and where to read on."""

    entries: Sequence[LogEntry]
    size: int
    """How many entries the ledger has."""
    older: int | None
    """Read on before this entry; ``None`` where nothing older fits."""
    newer: int | None
    """Read on after this entry."""
    looked_back_to: int | None
    """The search stopped at this entry with the page not full; older ones were not looked at."""


def log_page(
    organisation: Organisation, question: LogQuestion, *, before: int | None = None, after: int | None = None
) -> LogPage:
    """One page of the log: the newest entries that fit, those before an entry, or those after one.

    Raises:
        LogError: an entry that would be shown was altered.
    """
    size = ledger_size(organisation)
    stretch = STRETCH if not question.text and is_whole(organisation) else STRETCH_OF_TEXT
    if after is not None:
        low, high = min(after + 1, size), min(size, after + 1 + stretch)
        found = list(_matching(organisation, question, range(low, high)))
        if len(found) <= LINES and high == size:
            return log_page(organisation, question)
        shown = found[:LINES][::-1]
        ends = (shown[-1].index, shown[0].index) if shown else (low, high)
        return _page(organisation, size, shown, older=ends[0], newer=ends[1])
    high = size if before is None else max(0, min(before, size))
    low = max(0, high - stretch)
    found = list(_matching(organisation, question, range(high - 1, low - 1, -1)))
    shown = found[:LINES]
    is_full = len(found) > LINES
    return _page(
        organisation,
        size,
        shown,
        older=shown[-1].index if is_full else (low or None),
        newer=None if high == size else (shown[0].index if shown else high - 1),
        looked_back_to=None if is_full or low == 0 else low,
    )


def newest_of_kinds(organisation: Organisation, kinds: Sequence[str], count: int) -> list[LogEntry]:
    """The newest entries of some kinds, the newest first, corrected ones too.

    Raises:
        LogError: one of them was altered.
    """
    if not is_whole(organisation):
        facts = [fact for fact in map(read_fact, stored_entries(organisation)) if fact.kind in kinds]
        return _with_ties(organisation, facts[: -count - 1 : -1])
    found: list[int] = []
    for kind in kinds:  # One by one: each is a short stretch of an index, and all together would be the whole log.
        rows = LedgerFact.objects.filter(organisation=organisation, kind=kind).order_by("-index")
        found += rows.values_list("index", flat=True)[:count]
    entries = read_selected(organisation, sorted(found, reverse=True)[:count])
    return _with_ties(organisation, [read_fact(entry) for entry in entries])


def facts_about(organisation: Organisation, practice_id: str) -> list[RecordedFact]:
    """What stands about a practice, of the newest entries that name it or show it, with what supersedes any of them.

    Raises:
        LogError: one of them was altered.
    """
    question = LogQuestion(practice=practice_id)
    size = ledger_size(organisation)
    places = range(size - 1, max(0, size - STRETCH) - 1, -1)
    chosen = _chosen(organisation, question, places, most=MOST_ABOUT)
    facts = {}
    for entry in read_selected(organisation, chosen):
        fact = read_fact(entry)
        if _fits(fact, entry, question):
            facts[fact.index] = fact
    ties = _ties(organisation, set(facts))
    superseding = sorted({index for index, word, target in ties if word == "supersedes" and target in facts})
    facts |= {
        index: read_fact(entry)
        for index, entry in zip(superseding, read_selected(organisation, superseding), strict=True)
    }
    corrected_by = _standing_corrections(_ties(organisation, set(facts)))
    return [facts[index] for index in sorted(facts) if index not in corrected_by]


def ledger_size(organisation: Organisation) -> int:
    """How many entries an organisation's ledger has.

    Raises:
        LogError: a signed checkpoint has more of them.
    """
    last = LedgerEntry.objects.filter(organisation=organisation).aggregate(index=Max("index"))["index"]
    signed = Checkpoint.objects.filter(organisation=organisation).aggregate(size=Max("size"))["size"] or 0
    size = 0 if last is None else int(last) + 1
    if size < signed:
        raise LogError(f"The log ends after {size} entries; a signed checkpoint has {signed}.", index=size)
    return size


def entry_with_ties(organisation: Organisation, index: int) -> tuple[Entry, LogEntry]:
    """One entry as it is stored, and with its ties to others.

    Raises:
        AccessError: there is none of this number.
        LogError: it was altered.
    """
    if not 0 <= index < ledger_size(organisation):
        refuse()
    entry = next(read_selected(organisation, [index]))
    return entry, _with_ties(organisation, [read_fact(entry)])[0]


def proof_under_checkpoint(organisation: Organisation, index: int) -> bytes:
    """An entry's inclusion proof under the newest checkpoint that there is, as a C2SP ``tlog-proof``. Signs nothing.

    Raises:
        AccessError: there is no such entry, or no checkpoint over it yet.
    """
    checkpoint = Checkpoint.objects.filter(organisation=organisation, size__gt=index).order_by("-size").first()
    if checkpoint is None:
        refuse()
    hashes = inclusion_proof(index, checkpoint.size, NodeRows(organisation.pk))
    return render_proof(TLogProof(index=index, hashes=hashes, note=bytes(checkpoint.note)))


def _page(
    organisation: Organisation,
    size: int,
    shown: Sequence[RecordedFact],
    *,
    older: int | None,
    newer: int | None,
    looked_back_to: int | None = None,
) -> LogPage:
    return LogPage(_with_ties(organisation, shown), size, older, newer, looked_back_to)


def _matching(organisation: Organisation, question: LogQuestion, places: range) -> Iterator[RecordedFact]:
    """The facts of a stretch that fit, in its order; one more than a page holds, to know whether there are more."""
    is_found_by_rows = not question.text and is_whole(organisation)
    at_once = LINES + 1 if is_found_by_rows else _READ_AT_ONCE
    chosen = _chosen(organisation, question, places, most=LINES + 1 if is_found_by_rows else len(places))
    count = 0
    for start in range(0, len(chosen), at_once):
        for entry in read_selected(organisation, chosen[start : start + at_once]):
            fact = read_fact(entry)
            if _fits(fact, entry, question):
                yield fact
                count += 1
                if count > LINES:
                    return


def _chosen(organisation: Organisation, question: LogQuestion, places: range, *, most: int) -> Sequence[int]:
    """The places of a stretch that may fit. Without a question it is the log itself and no row beside it."""
    if not places or question == LogQuestion(text=question.text) or not is_whole(organisation):
        return places[:most]
    rows = LedgerFact.objects.filter(organisation=organisation, index__gte=min(places), index__lte=max(places))
    if question.kind:
        rows = rows.filter(kind=question.kind)
    if question.practice:
        subjects = (question.practice, not_shown(question.practice))
        rows = rows.filter(Q(subject__in=subjects) | Q(kind__in=_operations_of(question.practice)))
    if question.first is not None:
        rows = rows.filter(end_day__gte=question.first)
    if question.last is not None:
        rows = rows.filter(first_day__lte=question.last)
    order = "index" if places.step > 0 else "-index"
    return list(rows.order_by(order).values_list("index", flat=True)[:most])


def _operations_of(practice_id: str) -> tuple[str, ...]:
    """The kinds of entries that show a practice at work without naming it."""
    practice = load_practices().asked.get(practice_id)
    return () if practice is None else tuple(practice.operations)


def _fits(fact: RecordedFact, entry: Entry, question: LogQuestion) -> bool:
    """Whether an entry is asked for, by what it says itself."""
    if question.kind and fact.kind != question.kind:
        return False
    if question.practice:
        named = getattr(fact.body, "practice", None) == question.practice
        if not named and fact.kind not in _operations_of(question.practice):
            return False
    if question.first is not None and (fact.last_day or fact.first_day) < question.first:
        return False
    if question.last is not None and fact.first_day > question.last:
        return False
    needle = question.text.casefold()
    return not needle or any(needle in text.casefold() for text in _texts(entry))


def _texts(entry: Entry) -> Iterator[str]:
    """Every text in an entry's body and in the private parts that are at hand."""
    for data in (entry.body, *(part.value for part in entry.parts.values())):
        if data is not None:
            try:
                yield from _strings(parse_json(data))
            except InputError:
                continue


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _strings(inner)
        case list():
            for inner in value:
                yield from _strings(inner)
        case _:
            return


def _with_ties(organisation: Organisation, facts: Sequence[RecordedFact]) -> list[LogEntry]:
    indexes = {fact.index for fact in facts}
    ties = _ties(organisation, indexes)
    corrected_by = _standing_corrections(ties)
    return [
        LogEntry(
            fact=fact,
            does=[Tie(word, target) for index, word, target in sorted(ties) if index == fact.index],
            suffers=[Tie(word, index) for index, word, target in sorted(ties) if target == fact.index],
            corrected_by=corrected_by.get(fact.index),
        )
        for fact in facts
    ]


def _ties(organisation: Organisation, indexes: set[int]) -> set[tuple[int, str, int]]:
    """What some entries do and what is done to them, with the corrections of corrections, as far as these go."""
    if not is_whole(organisation):
        facts = [read_fact(entry) for entry in stored_entries(organisation)]
        return {(fact.index, word, target) for fact in facts for word, target in project(fact).relations}
    rows = LedgerRelation.objects.filter(organisation=organisation)
    columns = "index", "relation", "target"
    ties = set(rows.filter(Q(index__in=indexes) | Q(target__in=indexes)).values_list(*columns))
    waiting = {index for index, word, _target in ties if word == "corrects"}
    while waiting:
        new = set(rows.filter(relation="corrects", target__in=waiting).values_list(*columns)) - ties
        ties |= new
        waiting = {index for index, _word, _target in new}
    return ties


def _standing_corrections(ties: Iterable[tuple[int, str, int]]) -> dict[int, int]:
    """For each entry the correction that stands, by the rule of ``program.history.knowledge``."""
    corrected_by: dict[int, int] = {}
    for index, word, target in sorted(ties, reverse=True):
        if word == "corrects" and index not in corrected_by:
            corrected_by.setdefault(target, index)
    return corrected_by
