"""The few entries of a long ledger that can matter to a question, found by the projections.

What is selected decides nothing. The fold of ``charteroak.program`` makes the answer from the entries themselves, and
the selection holds enough of them that the answer is the one that the whole ledger would give:

- of states of one subject, the one in force on the first day, what takes its place where that one ends, and everything
  that begins later in the interval;
- of evidence of one practice, the item that lasts longest of those begun by the first day, and everything begun later;
- every entry that corrects or supersedes one of these, and what ties those in turn;
- for a status also the newest entries of each list that it shows, and how many there are.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple, TypeAlias

from django.db.models import Exists, OuterRef, Q, QuerySet

from charteroak.program.history import KnownAt
from charteroak.program.practices import load_practices
from charteroak.program.projection import NOT_UNDERSTOOD
from charteroak.program.recorded import first_moment
from charteroak.program.status import COUNTED, EVIDENCE_LISTED, LISTED, Totals
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerFact, LedgerRelation
from charteroak.services.ledger_ties import Ties

Rows: TypeAlias = QuerySet[LedgerFact, LedgerFact]
_Source: TypeAlias = tuple[str, str]
"""A kind and a subject of evidence."""

_PAGE = 8
_NEWEST_FIRST = ("-began", "-index")
_SHOWS = ""
"""The subject of operations that show a practice at work."""


class _Row(NamedTuple):
    began: datetime
    entry: int
    holds_to: date | None
    subject: str
    is_tied: bool


def known_size(organisation: Organisation, known_at: KnownAt = None) -> int:
    """How many entries had been recorded by a moment. They are the first ones: moments of recording never go back."""
    rows = LedgerFact.objects.filter(organisation=organisation)
    if isinstance(known_at, datetime):
        rows = rows.filter(recorded__lte=known_at).order_by("-recorded", "-index")
    elif known_at is None or known_at == date.max:
        rows = rows.order_by("-index")
    else:
        rows = rows.filter(recorded__lt=first_moment(known_at + timedelta(days=1))).order_by("-recorded", "-index")
    newest = rows.values_list("index", flat=True).first()
    return 0 if newest is None else newest + 1


def begun_in_reach(rows: Rows, bits: str, day: date) -> Iterator[Rows]:
    """Rows that began by a day and may reach beyond it, one set for each length that there is.

    ``bits`` is ``span`` (they reach to their end) or ``lag`` (to their recording). A length of so many bits reaches
    back less than that power of two of days, so that each set is a short stretch of an index in a ledger of any length.
    """
    longest = rows.filter(**{f"{bits}__gt": 0}).order_by(f"-{bits}").values_list(bits, flat=True).first() or 0
    for length in range(1, longest + 1):
        earliest = date.fromordinal(max(1, day.toordinal() - 2**length + 1))
        yield rows.filter(**{bits: length}, began__gte=first_moment(earliest), first_day__lte=day)


class Selection:
    """The entries that can matter to questions about the days from ``first`` to ``last``, among the first ``size``."""

    def __init__(self, organisation: Organisation, first: date, last: date, size: int) -> None:
        self._first = first
        self._last = last
        self._ties = Ties(organisation.pk, size)
        self._chosen: set[int] = set()
        self._known: Rows = LedgerFact.objects.filter(organisation=organisation, index__lt=size)
        self._begun = self._known.filter(first_day__lte=last)
        self._relations = LedgerRelation.objects.filter(organisation=organisation, index__lt=size)

    def indexes(self) -> list[int]:
        """The selected entries with everything that corrects or supersedes one of them, in ledger order."""
        return sorted(self._ties.with_ties(self._chosen))

    def add_answers(self) -> None:
        """What the facts document for the interval rests on."""
        for kind in ("organisation.described", "program.described", "program.adopted"):
            self._add_states(self._of(kind, ""))
        for kind in ("program.adopted", "program.reviewed"):
            self._add_newest(self._of(kind, ""))
        self._choose(islice(self._standing(self._of("program.adopted", "").order_by("began", "index")), 1))
        for kind in ("program.approved", "requirement.assessed"):
            for subject in self._subjects(kind):
                self._add_newest(self._of(kind, subject))
        for subject in self._subjects("edition.adopted"):
            assertions = self._of("edition.adopted", subject)
            self._add_states(assertions, order=("-holds_from", "-index"))
            # That an edition was ever asserted makes a silent day unknown, whatever day the assertion is about.
            self._choose(islice(self._standing(assertions.order_by(*_NEWEST_FIRST)), 1))
        for practice in load_practices().by_id:
            self._add_states(self._of("practice.answered", practice))
        self._add_evidence()
        self._add_exceptions()

    def add_lists(self) -> Totals:
        """What a status of the last day lists, and how many there are."""
        self._add_gaps()
        self._add_other_practices()
        return Totals(
            late=self._add_late(),
            corrections=self._add_known(self._known.filter(kind="correction.made")),
            not_understood=self._add_known(self._known.filter(subject=NOT_UNDERSTOOD)),
            evidence={
                practice.id: self._list_evidence(_sources_of(practice.id, practice.operations))
                for practice in load_practices().by_id.values()
            },
        )

    def _of(self, kind: str, subject: str) -> Rows:
        return self._begun.filter(kind=kind, subject=subject)

    def _choose(self, rows: Iterator[_Row]) -> None:
        self._chosen.update(row.entry for row in rows)

    def _subjects(self, kind: str) -> Iterator[str]:
        """The subjects of one kind, each found by one step in an index and not by reading the entries."""
        rows = self._known.filter(kind=kind).order_by("subject").values_list("subject", flat=True)
        subject = rows.first()
        while subject is not None:
            if subject != NOT_UNDERSTOOD:
                yield subject
            subject = rows.filter(subject__gt=subject).first()

    def _standing(self, rows: Rows) -> Iterator[_Row]:
        """Those of some rows that were not corrected, in their order. They are read in pages that grow."""
        is_tied = Exists(self._relations.filter(target=OuterRef("index"), relation__in=("corrects", "supersedes")))
        wanted = rows.annotate(is_tied=is_tied).values_list("began", "index", "holds_to", "subject", "is_tied")
        start, page = 0, _PAGE
        while True:
            found = [_Row(*row) for row in wanted[start : start + page]]
            self._ties.load(row.entry for row in found if row.is_tied)
            yield from (row for row in found if not (row.is_tied and self._ties.is_corrected(row.entry)))
            if len(found) < page:
                return
            start, page = start + page, page * 4

    def _shown(self, rows: Rows) -> Iterator[_Row]:
        """Those of some rows of evidence that stand and were not superseded by the last day, in their order."""
        for row in self._standing(rows):
            if not (row.is_tied and self._ties.superseded_by([row.entry], self._last)):
                yield row

    def _add_states(self, rows: Rows, order: tuple[str, str] = _NEWEST_FIRST) -> None:
        """The states of one subject that are in force on some day of the interval."""
        if self._first < self._last:
            self._choose(self._standing(rows.filter(holds_from__gt=self._first, holds_from__lte=self._last)))
        begun = rows.filter(Q(holds_to=None) | Q(holds_to__gte=self._first), holds_from__lte=self._first)
        reach: date | None = None
        for row in self._standing(begun.order_by(*order)):
            if reach is None or row.holds_to is None or row.holds_to > reach:
                self._chosen.add(row.entry)
                reach = row.holds_to
            if reach is None or reach >= self._last:
                return

    def _add_newest(self, rows: Rows) -> None:
        """Of one subject, what began last by the first day, and everything begun later in the interval."""
        if self._first < self._last:
            self._choose(self._standing(rows.filter(first_day__gt=self._first)))
        self._choose(islice(self._standing(rows.filter(first_day__lte=self._first).order_by(*_NEWEST_FIRST)), 1))

    def _add_evidence(self) -> None:
        sources = {
            source
            for practice in load_practices().by_id.values()
            for source in _sources_of(practice.id, practice.operations)
        }
        kinds, subjects = {kind for kind, _ in sources}, {subject for _, subject in sources}
        periods = self._begun.filter(kind__in=kinds, subject__in=subjects)
        for rows in begun_in_reach(self._begun, "span", self._first):
            self._choose(self._standing(rows.filter(kind__in=kinds, subject__in=subjects, end_day__gt=self._first)))
        if self._first < self._last:
            inside = Q(began__gte=first_moment(self._first), first_day__gt=self._first)
            self._choose(self._standing(periods.filter(inside)))
        for kind, subject in sources:
            ended = self._of(kind, subject).filter(end_day__lte=self._first)
            self._add_until_shown(ended.filter(span=0).order_by(*_NEWEST_FIRST))
            self._add_until_shown(ended.filter(span__gt=0).order_by("-end_day", *_NEWEST_FIRST))

    def _add_until_shown(self, rows: Rows) -> None:
        """The first that was never superseded, and before it every one that showed something for a while."""
        for row in self._standing(rows):
            self._chosen.add(row.entry)
            if not (row.is_tied and self._ties.superseded_by([row.entry], self._last)):
                return

    def _add_exceptions(self) -> None:
        """The exceptions of which some acceptance reaches into the interval, each by the one that counts."""
        reaching = self._begun.filter(kind="exception.accepted", holds_to__gte=self._first)
        for subject in set(reaching.values_list("subject", flat=True).distinct()) - {NOT_UNDERSTOOD}:
            self._add_newest(self._of("exception.accepted", subject))

    def _add_gaps(self) -> None:
        """The gaps that no later closing, never corrected, has closed: every open one is among them."""
        corrected = self._relations.filter(target=OuterRef("index"), relation="corrects")
        later = Q(began__gt=OuterRef("began")) | Q(began=OuterRef("began"), index__gt=OuterRef("index"))
        closed = self._begun.filter(later, ~Exists(corrected), kind="gap.closed", subject=OuterRef("subject"))
        opened = self._begun.filter(~Exists(closed), kind="gap.opened").exclude(subject=NOT_UNDERSTOOD)
        for subject in set(opened.values_list("subject", flat=True).distinct()):
            for kind in ("gap.opened", "gap.closed"):
                self._choose(islice(self._standing(self._of(kind, subject).order_by(*_NEWEST_FIRST)), 1))

    def _add_other_practices(self) -> None:
        """For each practice that this release does not know, an entry that names it."""
        kinds = ("practice.answered", "evidence.recorded")
        names = {subject for kind in kinds for subject in self._subjects(kind)} - set(load_practices().by_id)
        found = 0
        for name in sorted(names):
            named = [row for kind in kinds for row in islice(self._standing(self._of(kind, name)), 1)]
            self._choose(iter(named))
            found += bool(named)
            if found == LISTED:
                return

    def _add_late(self) -> int:
        late: list[_Row] = []
        for rows in begun_in_reach(self._known, "lag", self._last):
            recorded_later = rows.filter(recorded_day__gt=self._last).order_by(*_NEWEST_FIRST)
            late += islice(self._standing(recorded_later), COUNTED)
        self._choose(iter(sorted(late, reverse=True)[:LISTED]))
        return min(len(late), COUNTED)

    def _add_known(self, rows: Rows) -> int:
        """The newest of some entries, whether they stand or not."""
        found = list(rows.order_by("-index").values_list("index", flat=True)[:COUNTED])
        self._chosen.update(found[:LISTED])
        return len(found)

    def _list_evidence(self, sources: list[_Source]) -> int:
        shown = [
            row
            for kind, subject in sources
            for row in islice(self._shown(self._of(kind, subject).order_by(*_NEWEST_FIRST)), COUNTED)
        ]
        self._choose(iter(sorted(shown, reverse=True)[:EVIDENCE_LISTED]))
        return min(len(shown), COUNTED)


def _sources_of(practice: str, operations: tuple[str, ...]) -> list[_Source]:
    return [("evidence.recorded", practice), *((kind, _SHOWS) for kind in operations)]
