"""Who must be told: each duty with the law's own words first, its outer limit as a limit, and what is missing."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from charteroak.adapters.system_clock import now
from charteroak.law.duties import DutyStatus, load_duties
from charteroak.portal.incidents.frame import (
    Words,
    incident_of,
    incident_page,
    left_words,
    limit_words,
    may_keep,
    next_sentence,
    url_of,
)
from charteroak.response.duty_clocks import (
    ClockChange,
    ClockState,
    DutyClock,
    most_urgent,
    needs_identity_services,
    undecided,
)
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_grounds import finding_of
from charteroak.services.incidents import facts_of

STATUS: dict[ClockState, tuple[str, Words]] = {
    ClockState.PASSED: ("late", gettext_lazy("Limit passed")),
    ClockState.RUNNING: ("open", gettext_lazy("Open")),
    ClockState.AT_ONCE: ("at-risk", gettext_lazy("Due, without a limit")),
    ClockState.UNKNOWN: ("uncertain", gettext_lazy("Not known yet")),
    ClockState.ASKED: ("assumed", gettext_lazy("Asked for")),
    ClockState.TOLD: ("met", gettext_lazy("Told")),
    ClockState.NOT_TRIGGERED: ("not-applicable", gettext_lazy("Not triggered")),
    ClockState.DISABLED: ("not-applicable", gettext_lazy("Not in force")),
}
DUTY_STATUS_WORDS: dict[DutyStatus, Words] = {
    DutyStatus.DUE: gettext_lazy("due"),
    DutyStatus.UNKNOWN: gettext_lazy("not known yet"),
    DutyStatus.NOT_TRIGGERED: gettext_lazy("not triggered"),
    DutyStatus.DISABLED: gettext_lazy("not in force"),
}
WARNINGS: tuple[tuple[str, Words], ...] = (
    ("", ""),
    (
        "note--risk",
        gettext_lazy("Half of the outer limit has gone. Tell them, or write down why it cannot be done yet."),
    ),
    (
        "note--risk",
        gettext_lazy("Most of the outer limit has gone. Delay now needs a reason that a court would accept."),
    ),
    ("note--harm", gettext_lazy("The outer limit has passed. Tell them now, and write down why it is late.")),
)


@dataclass(frozen=True, slots=True)
class ShownClock:
    """A duty for the template."""

    clock: DutyClock
    status: str
    word: Words
    limit: str
    left: str
    percent: int | None
    tone: str
    warning: Words

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return self.clock.key.lower().replace("/", "-").replace(".", "-")


@require_safe
def duties(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Every duty of the table: the open ones, those asked for, those that a missing fact decides, and the rest."""
    incident = incident_of(request, slug, number)
    moment = now()
    clocks = clocks_of_incident(incident)
    shown = {clock.key: shown_clock(clock, moment) for clock in clocks}
    facts = facts_of(incident)

    def those(*states: ClockState) -> list[ShownClock]:
        return [shown[clock.key] for clock in clocks if clock.state(moment) in states]

    context = {
        "page": incident_page(incident, _("Who must be told"), next_sentence(clocks, moment)),
        "organisation": incident.organisation,
        "incident": incident,
        "open": [shown[clock.key] for clock in most_urgent(clocks, moment)],
        "undecided": [shown[clock.key] for clock in undecided(clocks)],
        "asked": those(ClockState.ASKED),
        "told": those(ClockState.TOLD),
        "not_triggered": those(ClockState.NOT_TRIGGERED),
        "disabled": those(ClockState.DISABLED),
        "owes_services": needs_identity_services(facts),
        "delay_until": facts.moment("lawEnforcementDelayUntil"),
        "finding": finding_of(incident),
        "reviewed": load_duties().last_reviewed_on,
        "may_keep": may_keep(request, incident),
        "facts_url": url_of(incident, "incidents:facts"),
    }
    return render(request, "incidents/duties.html", context)


def shown_clock(clock: DutyClock, moment: datetime) -> ShownClock:
    """A clock in words, as of a moment."""
    state = clock.state(moment)
    status, word = STATUS[state]
    is_open = clock.is_open
    share = clock.share(moment)
    tone, warning = WARNINGS[clock.loudness(moment) if is_open else 0]
    limit = clock.answer.outer_limit
    return ShownClock(
        clock=clock,
        status=status,
        word=word,
        limit="" if limit is None else limit_words(limit),
        left=left_words(clock, moment) if is_open else "",
        percent=None if share is None or not is_open else min(100, int(share * 100)),
        tone=tone,
        warning=warning,
    )


def change_words(change: ClockChange) -> str:
    """What newer facts did to one duty, in a sentence."""
    words = {
        "to": change.to,
        "before": DUTY_STATUS_WORDS[change.status_before],
        "now": DUTY_STATUS_WORDS[change.status_now],
        "limit": "" if change.limit_now is None else limit_words(change.limit_now),
    }
    if change.status_before is not change.status_now:
        said = _("%(to)s: was %(before)s, is now %(now)s.") % words
        return f"{said} {_('Outer limit %(limit)s.') % words}" if words["limit"] and _is_due(change) else said
    if not words["limit"]:
        return _("%(to)s: the outer limit is gone.") % words
    return _("%(to)s: the outer limit is now %(limit)s.") % words


def _is_due(change: ClockChange) -> bool:
    return change.status_now is DutyStatus.DUE
