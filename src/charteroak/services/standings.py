"""Where each organisation stands: evaluated from its ledger, kept as a row, made again when what it rests on changed.

A row names what it was made from: the size of the ledger, the Connecticut day, the practices and the law's data of the
release. A row made from anything else is *stale*; it is shown as such, with since when, and never as today's answer. If
the law's data alone changed, the answer is made again from the kept facts documents, and no entry is read.
"""

import dataclasses
import functools
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

import msgspec
from django.db import connection, transaction

import charteroak
from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.errors import CharterOakError, VerificationError
from charteroak.law import Determination, determine
from charteroak.law.data_version import law_data_version
from charteroak.law.facts import parse_facts
from charteroak.program.assembly import prospective_facts
from charteroak.program.history import KnownAt
from charteroak.program.practices import load_practices
from charteroak.program.recorded import RecordedFact, first_moment
from charteroak.program.slippage import SLIPPED_WITHIN_DAYS, RecordState
from charteroak.program.standing import Standing, law_part, record_part
from charteroak.program.status import program_status
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.standings import ProgramStanding
from charteroak.services.raw_rows import number_lists, select_rows
from charteroak.services.selected import facts_to_answer, no_lists

_log = logging.getLogger(__name__)
_WHOLE_LISTS = 10_000


class StandingError(VerificationError):
    """A row that claims to be today's is not what the ledger makes of it."""

    code: ClassVar[str] = "program.standing"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a standing was made from."""

    day: date
    ledger_size: int
    practices_version: str
    law_version: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A standing, with what it was made from and the facts documents from which the law's part can be made again."""

    basis: Basis
    standing: Standing
    facts: Mapping[str, Any]
    facts_before: Mapping[str, Any] | None


@functools.cache
def practices_version() -> str:
    """The digest of this release and of the practices that it asks about."""
    content = msgspec.json.encode([charteroak.__version__, dict(load_practices().by_id)], enc_hook=str)
    return hashlib.sha256(content).hexdigest()


def law_version() -> str:
    """The digest of the law's data."""
    return law_data_version()


def basis_of(organisation: Organisation, day: date) -> Basis:
    """What a standing on a day would be made from now."""
    return Basis(day, _ledger_size(organisation), practices_version(), law_version())


def evaluate(organisation: Organisation, day: date) -> Evaluation:
    """Where an organisation stands on a day, and what slipped since a week before it. From the ledger alone.

    Raises:
        LogError: an entry that it rests on is missing or was altered.
    """
    # The size is read first: whatever is appended while the entries are read makes the row stale and never wrong.
    basis = basis_of(organisation, day)
    read: dict[int, RecordedFact] = {}
    today = _state(organisation, day, None, read)
    before_day = day - timedelta(days=SLIPPED_WITHIN_DAYS)
    before = _state(organisation, before_day, before_day, read)
    facts_before = None if before.last_recorded is None else before.facts
    law = law_part(
        (before_day, facts_before, None if facts_before is None else before.determination),
        (day, today.facts, today.determination),
    )
    return Evaluation(basis, Standing(day, record_part(before, today), law), today.facts, facts_before)


def evaluate_law(row: ProgramStanding) -> Evaluation:
    """A kept standing with the law's part made again from the kept facts; for a row stale by the law's data alone."""
    before_day = row.day - timedelta(days=SLIPPED_WITHIN_DAYS)
    law = law_part(
        (before_day, row.facts_before, None if row.facts_before is None else _determined(row.facts_before)),
        (row.day, row.facts, _determined(row.facts)),
    )
    basis = Basis(row.day, row.ledger_size, row.practices_version, law_version())
    return Evaluation(basis, Standing(row.day, row.record, law), row.facts, row.facts_before)


def standing_of(row: ProgramStanding) -> Standing:
    """The standing that a row keeps."""
    return Standing(row.day, row.record, row.law)


def made_from(row: ProgramStanding) -> Basis:
    """What a row was made from."""
    return Basis(row.day, row.ledger_size, row.practices_version, row.law_version)


def current_standing(organisation: Organisation, day: date) -> Standing:
    """Today's standing: the kept one if nothing changed since it was made, and otherwise a fresh one, which is kept.

    Raises:
        LogError: an entry that it rests on is missing or was altered.
    """
    return standing_of(refresh(organisation, day))


def refresh(organisation: Organisation, day: date | None = None, *, anew: bool = False) -> ProgramStanding:
    """The row of an organisation, made again unless it is current, or in any case.

    Raises:
        LogError: an entry that it rests on is missing or was altered; the row stays as it was, stale.
    """
    row = ProgramStanding.objects.filter(organisation=organisation).first()
    made = renewed(organisation, row, connecticut_day(now()) if day is None else day, anew=anew)
    if row is not None and made is None:
        return row
    if made is None:
        raise TypeError(organisation.slug)
    kept, _ = ProgramStanding.objects.update_or_create(organisation=organisation, defaults=columns_of(made))
    return kept


def renewed(
    organisation: Organisation, row: ProgramStanding | None, day: date, *, anew: bool = False
) -> Evaluation | None:
    """What a row should hold; ``None`` where it is current. Only the law's part is made again where that is enough.

    Raises:
        LogError: an entry that it rests on is missing or was altered.
    """
    if row is None or anew:
        return evaluate(organisation, day)
    basis = basis_of(organisation, day)
    if made_from(row) == basis:
        return None
    if made_from(row) == dataclasses.replace(basis, law_version=row.law_version):
        return evaluate_law(row)
    return evaluate(organisation, day)


def renew_if_kept(organisation: Organisation) -> None:
    """Make the row anew where there is one: what found its entries was made anew.

    Raises:
        LogError: an entry that it rests on is missing or was altered.
    """
    if ProgramStanding.objects.filter(organisation=organisation).exists():
        refresh(organisation, anew=True)


def refresh_soon(organisations: Sequence[Organisation]) -> None:
    """Make rows again once the transaction that appended to the ledgers has ended; only where a provider looks on.

    What goes wrong here is logged and leaves a stale row: recording must not fail because a summary could not be made.
    """
    if connection.in_atomic_block:
        transaction.on_commit(lambda: _refresh_if_watched(organisations), robust=True)


def _refresh_if_watched(organisations: Sequence[Organisation]) -> None:
    by_key = {organisation.pk: organisation for organisation in organisations}
    for _, numbers in number_lists(by_key):
        watched = (
            'SELECT DISTINCT "from_organisation_id" FROM "accounts_organisation_providers" '  # noqa: S608 - our own words and integers
            f'WHERE "from_organisation_id" IN ({numbers})'
        )
        for (key,) in select_rows(watched):
            try:
                refresh(by_key[key])
            except CharterOakError:
                _log.warning("The standing of %s could not be made again.", by_key[key].slug, exc_info=True)


def check_standing(organisation: Organisation) -> bool:
    """Hold the row of an organisation against a fresh evaluation; ``False`` where there is none that claims to be so.

    Raises:
        StandingError: the row is not what the ledger makes of it; the first difference is named.
        LogError: an entry is missing or was altered.
    """
    row = ProgramStanding.objects.filter(organisation=organisation).first()
    if row is None or made_from(row) != basis_of(organisation, row.day):
        return False
    fresh = evaluate(organisation, row.day)
    kept = {"facts": row.facts, "factsBefore": row.facts_before, **standing_of(row).to_json(), "columns": _kept(row)}
    made = {"facts": fresh.facts, "factsBefore": fresh.facts_before, **fresh.standing.to_json()}
    made["columns"] = _columns(fresh.standing)
    for name, value in made.items():
        if kept[name] != value:
            raise StandingError(
                f"The standing of {organisation.slug} is not what its ledger makes of it: {name} differs.",
                remedy="Run `charteroak program refresh`; if the ledger verifies, nothing but the summary was altered.",
            )
    return True


def _state(organisation: Organisation, day: date, known_at: KnownAt, read: dict[int, RecordedFact]) -> RecordState:
    facts = facts_to_answer(organisation, day, known_at, read=read)
    document = prospective_facts(facts, as_of=day, known_at=known_at)
    return RecordState(
        status=program_status(facts, day, known_at, totals=no_lists(), listed=_WHOLE_LISTS, with_coverage=False),
        facts=document,
        determination=_determined(document),
        last_recorded=_last_recorded(organisation, known_at),
    )


def _determined(document: Mapping[str, Any]) -> Determination:
    return determine(parse_facts(document))


def _ledger_size(organisation: Organisation) -> int:
    rows = 'SELECT MAX("index") FROM "ledger_ledgerentry" WHERE "organisation_id" = %s'
    last = select_rows(rows, (organisation.pk,))[0][0]
    return 0 if last is None else int(last) + 1


def _last_recorded(organisation: Organisation, known_at: KnownAt) -> date | None:
    entries = LedgerEntry.objects.filter(organisation=organisation)
    if isinstance(known_at, date):
        entries = entries.filter(recorded__lt=first_moment(known_at + timedelta(days=1)))
    newest = entries.order_by("-index").values_list("recorded", flat=True).first()
    return None if newest is None else connecticut_day(newest)


def columns_of(evaluation: Evaluation) -> dict[str, Any]:
    """A row's values for an evaluation made now."""
    return {
        "evaluated": now(),
        **dataclasses.asdict(evaluation.basis),
        "facts": evaluation.facts,
        "facts_before": evaluation.facts_before,
        "record": evaluation.standing.record,
        "law": evaluation.standing.law,
        **_columns(evaluation.standing),
    }


def _columns(standing: Standing) -> dict[str, Any]:
    """What a portfolio sorts and filters by, beside the standing from which it is taken."""
    record, counts = standing.record, standing.counts
    last, cost = record["lastRecorded"], record["cost"]
    return {
        "sha256": standing.digest,
        "outcome": standing.outcome,
        "not_met": counts["not-met"],
        "undecided": counts["uncertain"] + counts["counsel"],
        "slips": len(standing.slips),
        "stale": record["stale"],
        "open_gaps": record["openGaps"],
        "overdue_gaps": record["overdueGaps"],
        "first_clock": standing.first_clock,
        "last_recorded": None if last is None else date.fromisoformat(last),
        "cost_high": None if cost is None else cost["high"],
    }


def _kept(row: ProgramStanding) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _columns(standing_of(row))}
