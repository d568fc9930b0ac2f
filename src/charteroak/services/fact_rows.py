"""Finding entries among the projections by short walks along an index.

The statements are written out: an answer asks a hundred of them, and building each from a model would take longer than
running it. A moment stays as the database gives it, which is enough to sort by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from charteroak.program.projection import NOT_UNDERSTOOD
from charteroak.program.recorded import first_moment
from charteroak.services.ledger_ties import Ties

_PAGE = 8
NEWEST_FIRST = '"began" DESC, "index" DESC'


class FactRow(NamedTuple):
    """What a walk sees of an entry; rows sort by when they began, then by index."""

    began: Any
    entry: int
    holds_to: date | None
    subject: str
    is_tied: bool
    """Whether some entry corrects or supersedes it, or did before that one was itself corrected."""


def stored_day(day: date) -> Any:
    """A day as the database compares it."""
    return connection.ops.adapt_datefield_value(day)


def stored_moment(moment: datetime) -> Any:
    """An instant as the database compares it."""
    return connection.ops.adapt_datetimefield_value(moment)


@dataclass(frozen=True, slots=True)
class FactRows:
    """Some projections of the first ``size`` entries of a ledger; narrowed by conditions, walked in an order."""

    organisation_id: int
    size: int
    ties: Ties
    conditions: str = ""
    parameters: tuple[Any, ...] = ()

    def where(self, condition: str, *parameters: Any) -> "FactRows":
        """Those for which a condition holds too; ``f`` is the row."""
        return replace(
            self, conditions=f"{self.conditions} AND ({condition})", parameters=(*self.parameters, *parameters)
        )

    def of(self, kind: str, subject: str) -> "FactRows":
        """Those of one kind about one subject."""
        return self.where('f."kind" = %s AND f."subject" = %s', kind, subject)

    def begun_by(self, day: date) -> "FactRows":
        """Those that began on a day or before it, which is before the first moment of the next."""
        if day == date.max:
            return self
        return self.where('f."began" < %s', stored_moment(first_moment(day + timedelta(days=1))))

    def standing(self, order: str = NEWEST_FIRST, page: int = _PAGE) -> Iterator[FactRow]:
        """Those that were not corrected, in order. They are read in pages that grow."""
        start = 0
        while True:
            found = self._page(order, start, page)
            self.ties.load(row.entry for row in found if row.is_tied)
            yield from (row for row in found if not (row.is_tied and self.ties.is_corrected(row.entry)))
            if len(found) < page:
                return
            start, page = start + page, page * 4

    def newest(self, number: int) -> list[int]:
        """The indexes of those recorded last, whether they stand or not."""
        return [row[0] for row in self.select('f."index"', 'f."index" DESC', number)]

    def beginnings(self, number: int) -> list[tuple[Any, int]]:
        """When those that began last began, with their indexes."""
        return [(row[0], row[1]) for row in self.select('f."began", f."index"', NEWEST_FIRST, number)]

    def subjects(self) -> Iterator[str]:
        """What they are about, each once, by one step along an index and not by reading the rows. For one kind."""
        found = self.select('f."subject"', 'f."subject"', 1)
        while found:
            subject = found[0][0]
            if subject != NOT_UNDERSTOOD:
                yield subject
            found = self.where('f."subject" > %s', subject).select('f."subject"', 'f."subject"', 1)

    def distinct_subjects(self) -> set[str]:
        """The same by reading every row, for conditions that leave few."""
        return {row[0] for row in self.select('DISTINCT f."subject"', "1", None)} - {NOT_UNDERSTOOD}

    def in_reach(self, bits: str, day: date) -> Iterator["FactRows"]:
        """Those begun by a day that may reach beyond it, one set for each length that there is.

        ``bits`` is ``span`` (they reach to their end) or ``lag`` (to their recording). A length of so many bits reaches
        back less than that power of two of days, so that each set is a short stretch of an index in any ledger.
        """
        lengths = self.where(f'f."{bits}" > 0').select(f'f."{bits}"', f'f."{bits}" DESC', 1)
        for length in range(1, (lengths[0][0] if lengths else 0) + 1):
            earliest = date.fromordinal(max(1, day.toordinal() - 2**length + 1))
            # The index on lengths holds only those above nothing; the second comparison lets SQLite see that it serves.
            begun = f'f."{bits}" = {length} AND f."{bits}" > 0 AND f."began" >= %s'
            yield self.where(begun, stored_moment(first_moment(earliest))).begun_by(day)

    def _page(self, order: str, start: int, number: int) -> list[FactRow]:
        tied = (
            'EXISTS (SELECT 1 FROM "ledger_ledgerrelation" r WHERE r."organisation_id" = f."organisation_id" '  # noqa: S608 - our own words and an integer
            'AND r."target" = f."index" AND r."relation" IN (\'corrects\', \'supersedes\') '
            f'AND r."index" < {self.size})'
        )
        columns = f'f."began", f."index", f."holds_to", f."subject", {tied}'
        return [FactRow(*row) for row in self.select(columns, order, number, start)]

    def select(self, columns: str, order: str, number: int | None, start: int = 0) -> list[tuple[Any, ...]]:
        """The columns of some rows. Columns and order are words of this program, never of a person."""
        # The sign keeps SQLite from walking the index that this condition would fit, which narrows nothing.
        limit = "" if number is None else f" LIMIT {number} OFFSET {start}"
        statement = (
            f'SELECT {columns} FROM "ledger_ledgerfact" f WHERE f."organisation_id" = {self.organisation_id} '  # noqa: S608 - our own words and integers; every value is a parameter
            f'AND +f."index" < {self.size}{self.conditions} ORDER BY {order}{limit}'
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, self.parameters)
            return list(cursor.fetchall())
