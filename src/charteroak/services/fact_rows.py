"""Finding entries among the projections by short walks along an index.

A moment and a day stay as the database gives them, which is enough to sort by and to compare with a stored one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from charteroak.program.projection import NOT_UNDERSTOOD
from charteroak.program.recorded import first_moment
from charteroak.services.ledger_ties import Ties
from charteroak.services.raw_rows import select_rows
from charteroak.services.stored_times import stored_moment

_PAGE = 2
_SOURCES = 300
"""Kinds and subjects in one statement; SQLite bounds the values that one may have."""
NEWEST_FIRST = '"began" DESC, "index" DESC'


_ENTRY = 'f."index"'
# A column alone would be made a Python date by the driver of SQLite, row by row; what a function gives is left alone.
_BEGAN = 'COALESCE(f."began", f."began")'
_HOLDS_TO = 'COALESCE(f."holds_to", f."holds_to")'
_TIED = (
    'EXISTS (SELECT 1 FROM "ledger_ledgerrelation" r WHERE r."organisation_id" = f."organisation_id" '
    'AND r."target" = f."index" AND r."relation" IN (\'corrects\', \'supersedes\') AND r."index" < %s)'
)


class FactRow(NamedTuple):
    """What a walk sees of an entry; rows sort by when they began, then by index."""

    began: Any
    entry: int
    holds_to: Any
    """``None`` also where it was not asked for."""
    is_tied: bool
    """Whether some entry corrects or supersedes it, or did before that one was itself corrected."""


class FirstRow(NamedTuple):
    """The first entry of one kind and subject."""

    kind: str
    subject: str
    entry: int


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
        return FactRows(
            self.organisation_id,
            self.size,
            self.ties,
            f"{self.conditions} AND ({condition})",
            (*self.parameters, *parameters),
        )

    def of(self, kind: str, subject: str) -> "FactRows":
        """Those of one kind about one subject."""
        return self.where('f."kind" = %s AND f."subject" = %s', kind, subject)

    def begun_by(self, day: date) -> "FactRows":
        """Those that began on a day or before it, which is before the first moment of the next."""
        if day == date.max:
            return self
        return self.where('f."began" < %s', stored_moment(first_moment(day + timedelta(days=1))))

    def standing(self, order: str = NEWEST_FIRST, page: int = _PAGE, *, with_ends: bool = False) -> Iterator[FactRow]:
        """Those that were not corrected, in order. They are read in pages that grow.

        ``with_ends`` says until when each holds, for which its row must be read and not only an index.
        """
        columns = f"{_BEGAN}, {_ENTRY}, {_HOLDS_TO if with_ends else 'NULL'}, {_TIED}"
        start = 0
        while True:
            found = [FactRow(*row) for row in self._select(columns, order, page, start, before=(self.size,))]
            tied = []
            for row in found:
                if row.is_tied:
                    tied.append(row.entry)
                else:
                    self.ties.set_free(row.entry)
            if tied:
                self.ties.load(tied)
            yield from (row for row in found if not (row.is_tied and self.ties.is_corrected(row.entry)))
            if len(found) < page:
                return
            start, page = start + page, page * 4

    def first_of_each(self, sources: Sequence[tuple[str, str]], order: str = NEWEST_FIRST) -> list[FirstRow]:
        """The first in an order of each kind and subject, whether it stands or not, by one statement for many of them.

        Each is one step along an index, as if it had been asked for alone, without the way to the database and back.
        """
        found: list[FirstRow] = []
        for start in range(0, len(sources), _SOURCES):
            some = sources[start : start + _SOURCES]
            one = (
                'SELECT f."index" FROM "ledger_ledgerfact" f WHERE f."organisation_id" = %s AND +f."index" < %s '  # noqa: S608 - our own words; every value is a parameter
                f'AND f."kind" = named.kind AND f."subject" = named.subject{self.conditions} ORDER BY {order} LIMIT 1'
            )
            named = ", ".join(["(%s, %s)"] * len(some))
            rows = select_rows(
                f"WITH named(kind, subject) AS (VALUES {named}) SELECT * FROM "  # noqa: S608 - as above
                f"(SELECT named.kind AS kind, named.subject AS subject, ({one}) AS entry FROM named) each "
                "WHERE entry IS NOT NULL",
                (
                    *(name for source in some for name in source),
                    self.organisation_id,
                    self.size,
                    *self.parameters,
                ),
            )
            found += [FirstRow(*row) for row in rows]
        return found

    def newest(self, number: int) -> list[int]:
        """The indexes of those recorded last, whether they stand or not."""
        return [row[0] for row in self.select('f."index"', 'f."index" DESC', number)]

    def beginnings(self, number: int) -> list[tuple[Any, int]]:
        """When those that began last began, with their indexes."""
        return [(row[0], row[1]) for row in self.select(f"{_BEGAN}, {_ENTRY}", NEWEST_FIRST, number)]

    def subjects(self) -> Iterator[str]:
        """What they are about, each once, by one step along an index and not by reading the rows. For one kind."""
        of_some = (
            'SELECT f."subject" FROM "ledger_ledgerfact" f WHERE f."organisation_id" = %s '  # noqa: S608 - our own words; every value is a parameter
            f'AND +f."index" < %s{self.conditions}'
        )
        first = (self.organisation_id, self.size, *self.parameters)
        rows = select_rows(
            f'WITH RECURSIVE named(subject) AS (SELECT * FROM ({of_some} ORDER BY f."subject" LIMIT 1) one UNION ALL '  # noqa: S608 - as above
            f'SELECT ({of_some} AND f."subject" > named.subject ORDER BY f."subject" LIMIT 1) '
            "FROM named WHERE named.subject IS NOT NULL) SELECT subject FROM named WHERE subject IS NOT NULL",
            (*first, *first),
        )
        return (row[0] for row in rows if row[0] != NOT_UNDERSTOOD)

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
            begun = f'f."{bits}" = %s AND f."{bits}" > 0 AND f."began" >= %s'
            yield self.where(begun, length, stored_moment(first_moment(earliest))).begun_by(day)

    def select(self, columns: str, order: str, number: int | None) -> list[tuple[Any, ...]]:
        """The columns of some rows. Columns and order are words of this program, never of a person."""
        return self._select(columns, order, number)

    def _select(
        self, columns: str, order: str, number: int | None, start: int = 0, *, before: tuple[Any, ...] = ()
    ) -> list[tuple[Any, ...]]:
        # The sign keeps SQLite from walking the index that this condition would fit, which narrows nothing.
        statement = (
            f'SELECT {columns} FROM "ledger_ledgerfact" f WHERE f."organisation_id" = %s '  # noqa: S608 - our own words; every value is a parameter
            f'AND +f."index" < %s{self.conditions} ORDER BY {order}'
        )
        parameters = (*before, self.organisation_id, self.size, *self.parameters)
        if number is None:
            return select_rows(statement, parameters)
        return select_rows(f"{statement} LIMIT %s OFFSET %s", (*parameters, number, start))
