"""Which of some entries were corrected or superseded, as known at a moment, without reading the whole ledger."""

from collections.abc import Iterable, Iterator
from datetime import date

from charteroak.services.raw_rows import number_lists, select_rows
from charteroak.services.stored_times import stored_day


class Ties:
    """Corrections and supersessions among the first ``size`` entries, read as they are asked for.

    A correction counts unless it was itself corrected; corrections reach backwards only, so from the last to the first
    each one is settled before those that it may correct.
    """

    def __init__(self, organisation_id: int, size: int) -> None:
        self._organisation_id = organisation_id
        self._size = size
        self._tied_by: dict[int, list[tuple[str, int]]] = {}
        self._corrected: dict[int, bool] = {}

    def set_free(self, index: int) -> None:
        """Take it that nothing ties an entry, because the reader of its row saw so."""
        self._tied_by.setdefault(index, [])
        self._corrected.setdefault(index, False)

    def load(self, indexes: Iterable[int]) -> None:
        """Read what ties these entries, and what ties those in turn."""
        waiting = [index for index in set(indexes) if index not in self._tied_by]
        found: list[int] = []
        while waiting:
            found += waiting
            for index in waiting:
                self._tied_by[index] = []
            nearer: set[int] = set()
            for _, targets in number_lists(waiting):
                rows = select_rows(
                    'SELECT "target", "relation", "index" FROM "ledger_ledgerrelation" WHERE "organisation_id" = %s '  # noqa: S608 - our own words and integers
                    f'AND "target" IN ({targets}) AND "relation" IN (\'corrects\', \'supersedes\') AND "index" < %s',
                    (self._organisation_id, self._size),
                )
                for target, relation, index in rows:
                    self._tied_by[target].append((relation, index))
                    nearer.add(index)
            waiting = [index for index in nearer if index not in self._tied_by]
        for index in sorted(found, reverse=True):
            self._corrected[index] = any(
                relation == "corrects" and not self._corrected[by] for relation, by in self._tied_by[index]
            )

    def is_corrected(self, index: int) -> bool:
        """Whether an entry that was loaded was corrected."""
        return self._corrected[index]

    def is_tied(self, index: int) -> bool:
        """Whether some entry corrects or supersedes an entry that was loaded, or did before it was itself corrected."""
        return bool(self._tied_by[index])

    def standing(self, indexes: Iterable[int]) -> list[int]:
        """Those of some entries that were not corrected, in their order."""
        wanted = list(indexes)
        self.load(wanted)
        return [index for index in wanted if not self._corrected[index]]

    def superseded_by(self, indexes: Iterable[int], day: date) -> set[int]:
        """Those of some entries that a standing supersession, begun by a day, has put out of use."""
        wanted = list(indexes)
        self.load(wanted)
        superseding = {
            by: index
            for index in wanted
            for relation, by in self._tied_by[index]
            if relation == "supersedes" and not self._corrected[by]
        }
        begun: set[int] = set()
        for _, entries in number_lists(superseding):
            rows = select_rows(
                'SELECT "index" FROM "ledger_ledgerfact" WHERE "organisation_id" = %s '  # noqa: S608 - our own words and integers
                f'AND "index" IN ({entries}) AND "first_day" <= %s',
                (self._organisation_id, stored_day(day)),
            )
            begun.update(row[0] for row in rows)
        return {index for by, index in superseding.items() if by in begun}

    def with_ties(self, indexes: Iterable[int]) -> Iterator[int]:
        """The entries, every entry that ties one of them, and so on."""
        seen: set[int] = set()
        waiting = list(indexes)
        self.load(waiting)
        while waiting:
            index = waiting.pop()
            if index not in seen:
                seen.add(index)
                yield index
                waiting += [by for _, by in self._tied_by[index]]
