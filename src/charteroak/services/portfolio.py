"""A provider's clients on one page: filtered, sorted and counted over their kept standings.

The page never answers from a stale row as if it were today's. Rows that went stale are made again while the page is
asked for, as many as a bound of time allows; the others are shown with the moment they speak of.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import OperationalError
from django.db.models import BigIntegerField, Case, Count, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields import BooleanField
from django.db.models.functions import Coalesce

from charteroak.clock import connecticut_day
from charteroak.errors import CharterOakError
from charteroak.law import Outcome
from charteroak.program.slippage import QUIET_AFTER_DAYS, is_quiet
from charteroak.program.standing import Standing
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.standings import ProgramStanding
from charteroak.services.access import Role, require_role
from charteroak.services.standings import law_version, practices_version, refresh, standing_of

CLIENTS_ON_A_PAGE = 50
RENEWAL_SECONDS = 0.2
"""For so long stale rows are made again while a page is waited for."""
_NOT_READ = ("facts", "facts_before")


class Show(StrEnum):
    """Which clients to list."""

    ALL = "all"
    SLIPPED = "slipped"
    AT_RISK = "at-risk"
    NOT_MET = "not-met"
    QUIET = "quiet"
    OVERDUE = "overdue"
    STALE = "stale"


class Order(StrEnum):
    """By what to list them. Of clients that are alike the first by name comes first."""

    ATTENTION = "attention"
    NAME = "name"
    QUIET = "quiet"
    CLOCK = "clock"
    STALE = "stale"
    GAPS = "gaps"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class PortfolioQuestion:
    """What a provider asks of its clients."""

    show: Show = Show.ALL
    kind: str = ""
    """A kind of organisation; empty for all of them."""
    search: str = ""
    """A part of a name."""
    order: Order = Order.ATTENTION
    page: int = 1


@dataclass(frozen=True, slots=True)
class ClientLine:
    """One client as the portfolio lists it. Without a standing nothing was worked out yet."""

    organisation: Organisation
    standing: Standing | None
    evaluated: datetime | None
    is_current: bool
    last_recorded: date | None
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The clients asked for, and the counts over all of them."""

    lines: tuple[ClientLine, ...]
    page: int
    pages: int
    found: int
    """How many clients the question fits."""
    clients: int
    slipped: int
    quiet: int
    at_risk: int
    not_met: int
    overdue: int
    outcomes: Counter[str]
    stale_rows: int
    """Clients whose standing is not today's, or not worked out yet."""
    oldest: datetime | None
    """When the oldest of those standings was worked out."""


def portfolio_of(user: User, provider: Organisation, question: PortfolioQuestion, moment: datetime) -> Portfolio:
    """A provider's clients, as one of its people asks for them.

    Raises:
        AccessError: the person does not work for the provider.
    """
    require_role(user, provider, Role.PROVIDER)
    today = connecticut_day(moment)
    clients = _with_currency(Organisation.objects.filter(providers=provider), today)
    _renew(clients, question, today)
    chosen = _ordered(_chosen(clients, question, today), question.order)
    found = chosen.count() if _narrows(question) else None
    counts = _counts(clients, today)
    total = counts["clients"] if found is None else found
    pages = max(1, -(-total // CLIENTS_ON_A_PAGE))
    page = min(max(1, question.page), pages)
    start = (page - 1) * CLIENTS_ON_A_PAGE
    rows = chosen.select_related("standing").defer(*(f"standing__{name}" for name in _NOT_READ))
    outcomes = Counter({str(outcome): counts[f"outcome_{outcome.name}"] for outcome in Outcome})
    return Portfolio(
        lines=tuple(_lines(rows[start : start + CLIENTS_ON_A_PAGE], today)),
        page=page,
        pages=pages,
        found=total,
        clients=counts["clients"],
        slipped=counts["slipped"],
        quiet=counts["quiet"],
        at_risk=counts["at_risk"],
        not_met=counts["not_met"],
        overdue=counts["overdue"],
        outcomes=outcomes,
        stale_rows=counts["stale_rows"],
        oldest=counts["oldest"],
    )


def kinds_of_clients(provider: Organisation) -> tuple[str, ...]:
    """The kinds of organisation among a provider's clients."""
    clients = Organisation.objects.filter(providers=provider).order_by("kind")
    return tuple(clients.values_list("kind", flat=True).distinct())


def _with_currency(clients: QuerySet[Organisation], today: date) -> QuerySet[Organisation]:
    """The clients, each with whether its row was made from what there is now."""
    newest = LedgerEntry.objects.filter(organisation=OuterRef("pk")).order_by("-index").values("index")[:1]
    size = Coalesce(Subquery(newest, output_field=BigIntegerField()), Value(-1)) + 1
    current = Q(
        standing__day=today,
        standing__practices_version=practices_version(),
        standing__law_version=law_version(),
        standing__ledger_size=F("size_now"),
    )
    is_current = Case(When(current, then=True), default=False, output_field=BooleanField())
    return clients.annotate(size_now=size).annotate(is_current=is_current)


def _renew(clients: QuerySet[Organisation], question: PortfolioQuestion, today: date) -> None:
    """Make stale rows again until the time is up: those of the page asked for first, and the oldest first.

    An organisation whose ledger does not hold, or a database that is busy, leaves its row stale: the page says so.
    """
    stale = clients.filter(Q(is_current=False))
    asked = _chosen(stale, question, today)
    waiting = asked.order_by(F("standing__evaluated").asc(nulls_first=True), "name")
    started = time.monotonic()
    seen: set[int] = set()
    for candidates in (waiting, stale.order_by("name")):
        for client in candidates[: CLIENTS_ON_A_PAGE * 2]:
            if time.monotonic() - started > RENEWAL_SECONDS:
                return
            if client.pk not in seen:
                seen.add(client.pk)
                try:
                    refresh(client, today)
                except (CharterOakError, OperationalError):
                    continue


def _narrows(question: PortfolioQuestion) -> bool:
    return question.show is not Show.ALL or bool(question.kind or question.search)


def _quiet(today: date) -> Q:
    last_lively = today - timedelta(days=QUIET_AFTER_DAYS)
    return Q(standing__last_recorded__lt=last_lively) | Q(standing__isnull=False, standing__last_recorded=None)


def _chosen(clients: QuerySet[Organisation], question: PortfolioQuestion, today: date) -> QuerySet[Organisation]:
    conditions: dict[Show, Q] = {
        Show.ALL: Q(),
        Show.SLIPPED: Q(standing__slips__gt=0),
        Show.AT_RISK: Q(standing__outcome=Outcome.AT_RISK) | Q(standing__first_clock__gte=today),
        Show.NOT_MET: Q(standing__not_met__gt=0),
        Show.QUIET: _quiet(today),
        Show.OVERDUE: Q(standing__overdue_gaps__gt=0),
        Show.STALE: Q(standing__stale__gt=0),
    }
    chosen = clients.filter(conditions[question.show])
    if question.kind:
        chosen = chosen.filter(kind=question.kind)
    if question.search.strip():
        chosen = chosen.filter(name__icontains=question.search.strip())
    return chosen


def _ordered(clients: QuerySet[Organisation], order: Order) -> QuerySet[Organisation]:
    orders: dict[Order, tuple[Any, ...]] = {
        Order.ATTENTION: (
            F("standing__slips").desc(nulls_last=True),
            F("standing__not_met").desc(nulls_last=True),
            F("standing__overdue_gaps").desc(nulls_last=True),
            F("standing__last_recorded").asc(nulls_first=True),
        ),
        Order.NAME: (),
        Order.QUIET: (F("standing__last_recorded").asc(nulls_first=True),),
        Order.CLOCK: (F("standing__first_clock").asc(nulls_last=True),),
        Order.STALE: (F("standing__stale").desc(nulls_last=True),),
        Order.GAPS: (F("standing__overdue_gaps").desc(nulls_last=True), F("standing__open_gaps").desc(nulls_last=True)),
        Order.COST: (F("standing__cost_high").desc(nulls_last=True),),
    }
    return clients.order_by(*orders[order], "name", "pk")


def _counts(clients: QuerySet[Organisation], today: date) -> dict[str, Any]:
    at_risk = Q(standing__outcome=Outcome.AT_RISK) | Q(standing__first_clock__gte=today)
    named = {f"outcome_{each.name}": Count("pk", filter=Q(standing__outcome=each)) for each in Outcome}
    return clients.aggregate(
        clients=Count("pk"),
        slipped=Count("pk", filter=Q(standing__slips__gt=0)),
        quiet=Count("pk", filter=_quiet(today)),
        at_risk=Count("pk", filter=at_risk),
        not_met=Count("pk", filter=Q(standing__not_met__gt=0)),
        overdue=Count("pk", filter=Q(standing__overdue_gaps__gt=0)),
        stale_rows=Count("pk", filter=Q(is_current=False)),
        oldest=Min("standing__evaluated", filter=Q(is_current=False)),
        **named,
    )


def _lines(clients: QuerySet[Organisation], today: date) -> Iterator[ClientLine]:
    for client in clients:
        try:
            row: ProgramStanding | None = client.standing
        except ProgramStanding.DoesNotExist:
            row = None
        last = None if row is None else row.last_recorded
        yield ClientLine(
            organisation=client,
            standing=None if row is None else standing_of(row),
            evaluated=None if row is None else row.evaluated,
            is_current=bool(getattr(client, "is_current", False)),
            last_recorded=last,
            is_quiet=is_quiet(last, today),
        )
