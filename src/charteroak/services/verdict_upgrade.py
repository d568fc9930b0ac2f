"""Verdicts on record that an older rule gave and today's does not: told anew, and marked with what was told before.

Releases before this rule took a training product's header, which anybody can write, for proof of a training mail. Of
such reports the verdict is made again from the points that were kept; the mail itself is not read, since who handed
it in, and must be kept out of what is derived, is not on record everywhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.mail.score import Verdict, is_simulation_borne_out, weights
from charteroak.records.reports.models import Report

EARLIER = "earlierVerdicts"


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A report whose verdict was told anew."""

    number: int
    before: str
    verdict: str


def rejudge_old_simulations(*, at: datetime | None = None) -> tuple[Rejudged, ...]:
    """Tell every report anew that an older release called a training mail without today's proof; again, it is none."""
    moment = at or now()
    return tuple(_rejudged(number, moment) for number in _unproven())


def _unproven() -> list[int]:
    rows = Report.objects.filter(analysis__verdict=Verdict.SIMULATION.value).values_list("pk", "analysis")
    return sorted(number for number, analysis in rows.iterator() if not _is_borne_out(analysis or {}))


def _is_borne_out(analysis: Mapping[str, Any]) -> bool:
    return is_simulation_borne_out({str(signal["id"]) for signal in analysis.get("signals", ())})


def _rejudged(number: int, at: datetime) -> Rejudged:
    with transaction.atomic():
        row = Report.objects.select_for_update().get(pk=number)
        before: dict[str, Any] = row.analysis or {}
        verdict = weights().verdict_of(float(before["score"]))
        told = [*before.get(EARLIER, ()), {"verdict": before["verdict"], "until": format_instant(at)}]
        row.analysis = {**before, "verdict": verdict.value, EARLIER: told}
        row.save(update_fields=["analysis"])
    return Rejudged(number, str(before["verdict"]), verdict.value)


def earlier_verdicts(analysis: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was told of a report before, and until when."""
    return ((str(each["verdict"]), str(each["until"])) for each in analysis.get(EARLIER, ()))
