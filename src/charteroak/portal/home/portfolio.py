"""A provider's clients as rows: what each record would support today, and how long ago anything was recorded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from charteroak.clock import connecticut_day
from charteroak.portal.programs.places import Step, step_for
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.programs import determine_prospective

QUIET_AFTER = timedelta(days=31)
"""A month without an entry: a program that is complied with leaves traces more often. Ours; no statute says so."""

OUTCOMES: dict[str, tuple[str, str | Promise]] = {
    "record-supports-all-elements": ("met", _("Supports all")),
    "indeterminate": ("uncertain", _("Open")),
    "at-risk": ("at-risk", _("At risk")),
    "element-not-met": ("not-met", _("Not met")),
}


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client as the portfolio shows it."""

    organisation: Organisation
    status: str
    word: str | Promise
    not_met: int
    undecided: int
    next_step: str
    step: Step | None
    last_recorded: datetime | None
    is_quiet: bool


def rows_of(clients: Sequence[Organisation], moment: datetime) -> list[ClientRow]:
    """The clients' rows: those first that slipped, then by name."""
    entries = LedgerEntry.objects.filter(organisation__in=clients).order_by()
    last = dict(entries.values_list("organisation").annotate(Max("recorded")))
    rows = [_row(client, last.get(client.pk), moment) for client in clients]
    return sorted(rows, key=lambda row: (not row.is_quiet, -row.not_met, row.organisation.name))


def portfolio_sentence(rows: Sequence[ClientRow]) -> str:
    """Which clients slipped, in one sentence."""
    if not rows:
        return str(_("No client is with you yet."))
    count = len(rows)
    quiet = sum(row.is_quiet for row in rows)
    unmet = sum(row.not_met > 0 for row in rows)
    opening = ngettext(
        "%(quiet)s of %(count)s clients recorded nothing for a month",
        "%(quiet)s of %(count)s clients recorded nothing for a month",
        quiet,
    ) % {"quiet": quiet, "count": count}
    if not quiet:
        opening = str(_("Every client recorded something within the last month"))
    if not unmet:
        return f"{opening}."
    rest = ngettext("%(unmet)s has an element not met", "%(unmet)s have an element not met", unmet) % {"unmet": unmet}
    return f"{opening}; {rest}."


def _row(client: Organisation, last_recorded: datetime | None, moment: datetime) -> ClientRow:
    status = determine_prospective(client, as_of=connecticut_day(moment))
    answer = status.determination.to_json()
    count = Counter(element["status"] for element in answer["elements"] if not element["assumed"])
    word = OUTCOMES[answer["outcome"]]
    return ClientRow(
        organisation=client,
        status=word[0],
        word=word[1],
        not_met=count["not-met"],
        undecided=count["uncertain"] + count["counsel"],
        next_step=status.next_step,
        step=step_for(status.gaps[0], client.slug) if status.gaps else None,
        last_recorded=last_recorded,
        is_quiet=last_recorded is None or moment - last_recorded > QUIET_AFTER,
    )
