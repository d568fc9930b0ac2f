"""Making the standings of many organisations again: after midnight, after a new release, after a new edition.

Evaluating is work for the processor and goes to as many processes as are asked for; rows are written by one, many in a
transaction, so that neither the disk nor a lock is what it waits for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.errors import CharterOakError
from charteroak.records.accounts.models import Organisation
from charteroak.records.programs.models import ProgramStanding
from charteroak.services.standings import columns_of, renewed
from charteroak.services.worker_processes import renew_in_processes

_BATCH = 50


@dataclass(frozen=True, slots=True)
class Renewal:
    """What became of one organisation's row: ``renewed``, ``current`` or ``failed``, with the reason."""

    organisation_id: int
    slug: str
    state: str
    reason: str = ""
    columns: dict[str, Any] | None = None


def organisations_with_standings() -> list[Organisation]:
    """The organisations whose standing somebody looks on: every client of a provider, and whoever has a row."""
    watched = Organisation.objects.filter(providers__isnull=False) | Organisation.objects.filter(standing__isnull=False)
    return list(watched.distinct())


def renew_standings(
    organisations: Iterable[Organisation], *, anew: bool = False, processes: int = 1, day: date | None = None
) -> Iterator[Renewal]:
    """Make the rows again that are not current, or all of them; one answer for each, as they are written.

    An organisation whose ledger does not hold fails alone: its row stays, stale.
    """
    asked = connecticut_day(now()) if day is None else day
    numbers = [organisation.pk for organisation in organisations]
    batches = [numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH)]
    if processes <= 1 or len(batches) <= 1:
        for batch in batches:
            yield from _write(renew_batch(batch, asked, anew=anew))
        return
    for found in renew_in_processes(batches, asked, anew=anew, processes=processes):
        yield from _write(found)


def renew_batch(numbers: Sequence[int], day: date, *, anew: bool) -> list[Renewal]:
    """What the rows of some organisations should hold, by their numbers. Nothing is written."""
    rows = {row.organisation_id: row for row in ProgramStanding.objects.filter(organisation__in=numbers)}
    return [
        _renew(organisation, rows.get(organisation.pk), day, anew=anew)
        for organisation in Organisation.objects.filter(pk__in=numbers).order_by("pk")
    ]


def _renew(organisation: Organisation, row: ProgramStanding | None, day: date, *, anew: bool) -> Renewal:
    try:
        made = renewed(organisation, row, day, anew=anew)
    except CharterOakError as error:
        return Renewal(organisation.pk, organisation.slug, "failed", f"{error} [{error.code}]")
    if made is None:
        return Renewal(organisation.pk, organisation.slug, "current")
    return Renewal(organisation.pk, organisation.slug, "renewed", columns=columns_of(made))


def _write(found: Sequence[Renewal]) -> Sequence[Renewal]:
    written = [(each.organisation_id, each.columns) for each in found if each.columns is not None]
    if written:
        with transaction.atomic():
            ProgramStanding.objects.bulk_create(
                [ProgramStanding(organisation_id=number, **columns) for number, columns in written],
                update_conflicts=True,
                unique_fields=["organisation"],
                update_fields=list(written[0][1]),
            )
    return found
