"""Verdicts on record that an older rule gave and today's does not: told anew, and marked with what was told before."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.mail.rejudging import judged_anew, rests_on_older_rule
from charteroak.mail.score import Verdict
from charteroak.records.reports.models import Report


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A report whose verdict was told anew."""

    number: int
    before: str
    verdict: str


def rejudge_old_simulations(*, at: datetime | None = None) -> tuple[Rejudged, ...]:
    """Tell every report anew that an older release called a training mail without today's proof; again, it is none."""
    moment = at or now()
    return tuple(told for number in _unproven() if (told := _rejudged(number, moment)))


def _unproven() -> list[int]:
    rows = Report.objects.filter(analysis__verdict=Verdict.SIMULATION.value).values_list("pk", "analysis")
    return sorted(number for number, analysis in rows.iterator() if rests_on_older_rule(analysis or {}))


def _rejudged(number: int, at: datetime) -> Rejudged | None:
    with transaction.atomic():
        row = Report.objects.select_for_update().get(pk=number)
        before = row.analysis or {}
        if not rests_on_older_rule(before):
            # Another process that upgrades at the same moment was first.
            return None
        row.analysis = judged_anew(before, at)
        row.save(update_fields=["analysis"])
    return Rejudged(number, str(before["verdict"]), str(row.analysis["verdict"]))
