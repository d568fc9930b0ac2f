"""The projections of a ledger: written with each entry, made again from the ledger, held against it.

They are whole or they are not used: without the mark that they are whole, or by the rules of another release, an answer
is made from the whole ledger instead.
"""

import dataclasses
import itertools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import transaction

from charteroak.errors import VerificationError
from charteroak.ledger.entry import Entry
from charteroak.program.projection import PROJECTION_VERSION, Projection, project
from charteroak.program.recorded import read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerFact, LedgerRelation, ProjectionState
from charteroak.services.insertion import insert_rows
from charteroak.services.raw_rows import number_lists, select_rows

_COLUMNS = tuple(field.name for field in dataclasses.fields(Projection) if field.name != "relations")
_values_of = operator.attrgetter(*_COLUMNS)
_BATCH = 500


class ProjectionError(VerificationError):
    """The projections are not what the ledger makes them; ``index`` is the first entry at fault."""

    code: ClassVar[str] = "ledger.projection"

    def __init__(self, message: str, *, index: int | None) -> None:
        super().__init__(
            message,
            remedy="Run `charteroak ledger rebuild`; if the ledger verifies, nothing but the way to it was altered.",
        )
        self.index = index


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuilding did."""

    organisation: str
    entries: int
    relations: int
    was_whole: bool
    """Whether the rows were already there by the rules of this release."""

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "organisation": self.organisation,
            "entries": self.entries,
            "relations": self.relations,
            "wasWhole": self.was_whole,
        }


def is_whole(organisation: Organisation) -> bool:
    """Whether every entry was projected by the rules of this release."""
    mine = 'SELECT 1 FROM "ledger_projectionstate" WHERE "organisation_id" = %s AND "version" = %s'
    return bool(select_rows(mine, (organisation.pk, PROJECTION_VERSION)))


def whole_among(organisations: Iterable[Organisation]) -> set[int]:
    """Those of some organisations, by their keys, of which ``is_whole`` says yes."""
    found: set[int] = set()
    for _, numbers in number_lists(organisation.pk for organisation in organisations):
        mine = (
            'SELECT "organisation_id" FROM "ledger_projectionstate" '  # noqa: S608 - our own words and integers
            f'WHERE "version" = %s AND "organisation_id" IN ({numbers})'
        )
        found.update(key for (key,) in select_rows(mine, (PROJECTION_VERSION,)))
    return found


def write_projections(entries: Iterable[tuple[Organisation, Entry]]) -> None:
    """Write the rows of some organisations' entries, in the transaction of the entries themselves."""
    projected = [(organisation.pk, project(read_fact(entry))) for organisation, entry in entries]
    insert_rows(
        LedgerFact,
        ("organisation_id", *_COLUMNS),
        ((key, *_values_of(each)) for key, each in projected),
    )
    insert_rows(
        LedgerRelation,
        ("organisation_id", "index", "relation", "target"),
        ((key, each.index, *tie) for key, each in projected for tie in each.relations),
    )


def mark_whole(organisation: Organisation) -> None:
    """Say that the rows are whole."""
    ProjectionState.objects.update_or_create(organisation=organisation, defaults={"version": PROJECTION_VERSION})


@transaction.atomic
def rebuild_projections(organisation: Organisation, entries: Iterable[Entry]) -> Rebuilt:
    """Throw the rows away and make them again from the entries, which are the whole ledger in order."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    was_whole = is_whole(organisation)
    LedgerFact.objects.filter(organisation=organisation).delete()
    LedgerRelation.objects.filter(organisation=organisation).delete()
    count = 0
    remaining = iter(entries)
    while batch := list(itertools.islice(remaining, _BATCH)):
        write_projections((organisation, entry) for entry in batch)
        count += len(batch)
    mark_whole(organisation)
    relations = LedgerRelation.objects.filter(organisation=organisation).count()
    return Rebuilt(organisation.slug, count, relations, was_whole)


def project_again(organisation: Organisation, entries: Iterable[Entry]) -> None:
    """Make the rows of some entries again, because their bodies were erased; in the transaction of the erasure."""
    for entry in entries:
        mine = {"organisation": organisation, "index": entry.header.index}
        LedgerFact.objects.filter(**mine).delete()
        LedgerRelation.objects.filter(**mine).delete()
        write_projections([(organisation, entry)])


def verify_projections(organisation: Organisation, entries: Iterable[Entry]) -> None:
    """Hold every row against what the ledger makes of it; memory does not grow with the ledger.

    Rows that were never made whole, such as before an upgrade, are no error: no answer rests on them.

    Raises:
        ProjectionError: a row was altered, put in or taken out; the first entry at fault is named.
    """
    if not is_whole(organisation):
        return
    facts = LedgerFact.objects.filter(organisation=organisation).order_by("index").values_list(*_COLUMNS)
    relations = LedgerRelation.objects.filter(organisation=organisation).order_by("index", "relation", "target")
    stored_facts = facts.iterator()
    stored_relations = itertools.groupby(
        relations.values_list("index", "relation", "target").iterator(), key=lambda row: row[0]
    )
    place, own = next(stored_relations, (None, iter(())))
    for entry in entries:
        projection = project(read_fact(entry))
        index = projection.index
        if next(stored_facts, None) != _values_of(projection):
            raise ProjectionError(f"The projection of entry {index} is not what the ledger makes of it.", index=index)
        found: tuple[tuple[str, int], ...] = ()
        if place == index:
            found = tuple((relation, target) for _, relation, target in own)
            place, own = next(stored_relations, (None, iter(())))
        if found != projection.relations or (place is not None and place <= index):
            raise ProjectionError(f"What entry {index} does to others was altered.", index=index)
    if next(stored_facts, None) is not None or place is not None:
        raise ProjectionError("There are projections of entries that the ledger does not have.", index=None)
