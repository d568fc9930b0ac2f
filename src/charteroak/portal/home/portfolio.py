"""A provider's clients as rows: where each record stands, what slipped this week, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from charteroak.law import Outcome
from charteroak.portal.programs.places import Step, step_for
from charteroak.portal.programs.slipped import SlipLine, slip_lines
from charteroak.records.accounts.models import Organisation
from charteroak.services.portfolio import ClientLine, Portfolio

SLIPS_IN_A_ROW = 2

OUTCOMES: dict[str, tuple[str, str | Promise]] = {
    Outcome.RECORD_SUPPORTS_ALL_ELEMENTS: ("met", gettext_lazy("Supports all")),
    Outcome.AT_RISK: ("at-risk", gettext_lazy("At risk")),
    Outcome.INDETERMINATE: ("uncertain", gettext_lazy("Open")),
    Outcome.ELEMENT_NOT_MET: ("not-met", gettext_lazy("Not met")),
}


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client as the portfolio shows it."""

    organisation: Organisation
    status: str
    word: str | Promise
    not_met: int
    undecided: int
    slips: Sequence[SlipLine]
    more_slips: int
    clock: tuple[str, date] | None
    stale: int
    open_gaps: int
    overdue_gaps: int
    last_recorded: date | None
    is_quiet: bool
    cost: dict[str, int] | None
    next_step: str
    step: Step | None
    outdated: datetime | None
    """When the row was worked out, where that was before today or before the newest entry."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of the clients with one outcome, and where their part of the bar begins and how long it is."""

    status: str
    word: str | Promise
    count: int
    start: float
    width: float


def rows_of(portfolio: Portfolio) -> list[ClientRow | Organisation]:
    """The clients' rows; one that was never worked out is the organisation alone."""
    return [line.organisation if line.standing is None else _row(line) for line in portfolio.lines]


def portfolio_sentence(portfolio: Portfolio) -> str:
    """Which clients slipped this week, in one sentence."""
    if not portfolio.clients:
        return _("No client is with you yet.")
    count = {"slipped": portfolio.slipped, "clients": portfolio.clients, "left": portfolio.stale_rows}
    if portfolio.stale_rows:
        opening = ngettext(
            "Of %(clients)s clients %(left)s is not worked out for today yet",
            "Of %(clients)s clients %(left)s are not worked out for today yet",
            portfolio.stale_rows,
        )
        opening += "; " + (
            ngettext("%(slipped)s is known to have slipped", "%(slipped)s are known to have slipped", portfolio.slipped)
            if portfolio.slipped
            else _("none is known to have slipped")
        )
    elif portfolio.slipped:
        opening = ngettext(
            "%(slipped)s of %(clients)s client slipped this week",
            "%(slipped)s of %(clients)s clients slipped this week",
            portfolio.clients,
        )
    else:
        opening = ngettext(
            "Your client did not slip this week",
            "None of your %(clients)s clients slipped this week",
            portfolio.clients,
        )
    rest = [
        words % {"count": number}
        for number, words in (
            (
                portfolio.quiet,
                ngettext(
                    "%(count)s recorded nothing for a month", "%(count)s recorded nothing for a month", portfolio.quiet
                ),
            ),
            (
                portfolio.not_met,
                ngettext("%(count)s has an element not met", "%(count)s have an element not met", portfolio.not_met),
            ),
        )
        if number
    ]
    return "; ".join([opening % count, *rest]) + "."


def shares_of(portfolio: Portfolio) -> list[Share]:
    """How all the clients stand, as parts of one bar."""
    shares = []
    start = 0.0
    for outcome, (status, word) in OUTCOMES.items():
        count = portfolio.outcomes[outcome]
        width = round(100 * count / portfolio.clients, 2) if portfolio.clients else 0.0
        shares.append(Share(status, word, count, start, width))
        start = round(start + width, 2)
    return shares


def _row(line: ClientLine) -> ClientRow:
    standing = line.standing
    if standing is None:
        raise ValueError(line)
    slug = line.organisation.slug
    status, word = OUTCOMES[Outcome(standing.outcome)]
    counts, gap, slips = standing.counts, standing.next_gap, slip_lines(standing.slips, slug)
    clocks = standing.law["clocks"]
    first = clocks[0] if clocks else None
    return ClientRow(
        organisation=line.organisation,
        status=status,
        word=word,
        not_met=counts["not-met"],
        undecided=counts["uncertain"] + counts["counsel"],
        slips=slips[:SLIPS_IN_A_ROW],
        more_slips=max(0, len(slips) - SLIPS_IN_A_ROW),
        clock=None if first is None else (f"{first['framework']} {first['edition']}", _day(first["lastDay"])),
        stale=standing.record["stale"],
        open_gaps=standing.record["openGaps"],
        overdue_gaps=standing.record["overdueGaps"],
        last_recorded=line.last_recorded,
        is_quiet=line.is_quiet,
        cost=standing.record["cost"],
        next_step=standing.record["nextStep"] if gap is None else gap.title,
        step=None if gap is None else step_for(gap, slug),
        outdated=None if line.is_current else line.evaluated,
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
