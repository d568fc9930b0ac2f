"""The parts of an incident's page: each a big line that leads to a page of its own and says how it stands.

To add one: a ``Section`` in ``SECTIONS``, with the name of its page and a function that says its state in a few words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from charteroak.portal.incidents.custody import custody_line
from charteroak.portal.incidents.desk_reports import reports_line
from charteroak.portal.incidents.frame import url_of
from charteroak.portal.incidents.notices import notices_line
from charteroak.portal.incidents.papers import papers_line
from charteroak.portal.incidents.plan import plan_line
from charteroak.portal.incidents.referral import referral_line
from charteroak.portal.incidents.severity import severity_line
from charteroak.portal.incidents.tasks import tasks_line
from charteroak.portal.incidents.timeline import timeline_line
from charteroak.records.incidents.models import Incident
from charteroak.services.incident_clocks import clocks_of_incident


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the incident's page. ``says`` is asked once for each view of the page."""

    name: str
    label: str | Promise
    says: Callable[[Incident], str]


@dataclass(frozen=True, slots=True)
class PlacedSection:
    """A section for the template."""

    url: str
    label: str | Promise
    state: str


def _facts_line(incident: Incident) -> str:
    count = incident.facts.count()
    if not count:
        return gettext("Nothing said yet")
    return ngettext("Said %(count)s time", "Said %(count)s times", count) % {"count": count}


def _duties_line(incident: Incident) -> str:
    open_ones = sum(clock.is_open for clock in clocks_of_incident(incident))
    return ngettext("%(count)s open", "%(count)s open", open_ones) % {"count": open_ones}


def _alerts_line(incident: Incident) -> str:
    waiting = incident.alerts.filter(ended=None, acknowledged=None).count()
    if not waiting:
        return gettext("None waits")
    return ngettext("%(count)s waits", "%(count)s wait", waiting) % {"count": waiting}


SECTIONS: tuple[Section, ...] = (
    Section("incidents:tasks", gettext_lazy("What to do"), tasks_line),
    Section("incidents:plan", gettext_lazy("Whom to call, who decides"), plan_line),
    Section("incidents:facts", gettext_lazy("What is known"), _facts_line),
    Section("incidents:duties", gettext_lazy("Who must be told, and by when"), _duties_line),
    Section("incidents:alerts", gettext_lazy("Alerts"), _alerts_line),
    Section("incidents:notices", gettext_lazy("Notices to them"), notices_line),
    Section("incidents:timeline", gettext_lazy("What happened, in order"), timeline_line),
    Section("incidents:severity", gettext_lazy("How severe it is"), severity_line),
    Section("incidents:custody", gettext_lazy("Evidence and who has it"), custody_line),
    Section("incidents:referrals", gettext_lazy("Referral to the police"), referral_line),
    Section("incidents:reports", gettext_lazy("Reports to the desk"), reports_line),
    Section("incidents:papers", gettext_lazy("Forms and reports"), papers_line),
)


def sections_of(incident: Incident) -> list[PlacedSection]:
    """Every section with its address and its state."""
    return [PlacedSection(url_of(incident, each.name), each.label, each.says(incident)) for each in SECTIONS]
