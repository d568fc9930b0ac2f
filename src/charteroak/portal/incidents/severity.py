"""How severe an incident is: the level and what follows from it, both scores point by point, and the questions."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.documents.factor_bars import NARROW, WIDE, draw_factors
from charteroak.errors import InputError
from charteroak.portal.drawn import drawn
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.frame import incident_of, incident_page, may_keep, url_of
from charteroak.portal.incidents.severity_form import SeverityForm
from charteroak.portal.people import person_of
from charteroak.portal.playbooks.severity_rules import severity_rules
from charteroak.records.incident_work.models import SeverityAssessment
from charteroak.records.incidents.models import Incident
from charteroak.response.disruption_levels import DisruptionLevel, load_levels
from charteroak.response.scoring_model import load_scoring_model
from charteroak.response.severity import Score, Severity
from charteroak.response.severity_picture import picture_of, points_in_words, score_in_words
from charteroak.services.incident_severity import (
    assess_incident,
    assessments_of_incident,
    linked_victims,
    newest_severity,
    severity_of,
)
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.opening_from_reports import proposed_severity
from charteroak.services.programs import recorder_for

_HISTORY_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _FactorRow:
    """A question with its answer and the points of both models."""

    title: str
    answer: str
    nciss: str
    local: str
    explanations: tuple[str, str]


@require_safe
def severity(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The level, what follows from it, and why."""
    found = incident_of(request, slug, number)
    newest = newest_severity(found)
    judged = None if newest is None else severity_of(newest)
    context = {
        "page": incident_page(found, _("Severity"), answer_of(newest)),
        "organisation": found.organisation,
        "incident": found,
        "newest": newest,
        "may_keep": may_keep(request, found),
        "history": assessments_of_incident(found)[:_HISTORY_SHOWN],
        **({} if judged is None else _explained(judged)),
        **severity_rules(),
    }
    return render(request, "incidents/severity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The eight questions. What was answered before stands in them; what is open stays open."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    newest, linked = newest_severity(found), linked_victims(found)
    form = SeverityForm(
        posted(request),
        answers=_known_answers(found) if newest is None else newest.answers,
        victims=1 if newest is None else newest.victims,
        asks_victims=linked is None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data.get("victims")
            assess_incident(found, form.answers, recorder_for(person_of(request)), victims=said)
        except InputError as error:
            form.take_error(error)
        else:
            return redirect(url_of(found, "incidents:severity"))
    context = {
        "page": incident_page(
            found, _("Judge the severity"), _("Eight short questions; leave open what nobody knows.")
        ),
        "organisation": found.organisation,
        "incident": found,
        "linked": linked,
        "form": form,
    }
    return form_page(request, "incidents/judge.html", context)


def severity_line(incident: Incident) -> str:
    """The level in a few words, for the incident's own page."""
    newest = newest_severity(incident)
    return _("Not judged yet") if newest is None else _level_words(newest)


def answer_of(newest: SeverityAssessment | None) -> str:
    """The page's first line."""
    if newest is None:
        return _("Nobody has judged it yet. Eight short questions; leave open what nobody knows.")
    level = load_levels().level[newest.high_level]
    first = level.tell[0] if newest.low_level == newest.high_level else ""
    if first:
        return _("%(level)s by our profile. %(meaning)s.") % {"level": _level_words(newest), "meaning": level.meaning}
    open_ones = len(load_scoring_model("local").factors) - len(newest.answers)
    said = _("%(level)s by our profile.") % {"level": _level_words(newest)}
    if not open_ones:
        return said
    more = ngettext("%(count)s question is open.", "%(count)s questions are open.", open_ones) % {"count": open_ones}
    return f"{said} {more}"


def _level_words(assessment: SeverityAssessment) -> str:
    levels = load_levels().level
    low, high = levels[assessment.low_level], levels[assessment.high_level]
    if low == high:
        return _("Level %(number)s, %(name)s") % {"number": low.number, "name": low.name}
    return _("Level %(low)s to %(high)s, %(low_name)s to %(high_name)s") % {
        "low": low.number,
        "high": high.number,
        "low_name": low.name,
        "high_name": high.name,
    }


def _explained(judged: Severity) -> dict[str, object]:
    levels = load_levels()
    return {
        "scores": [(score, score_in_words(score), _ends(score)) for score in (judged.nciss, judged.local)],
        "possible": levels.between(*judged.local.levels),
        "rows": _rows(judged),
        "remarks": judged.local.remarks,
        "wide": _picture(judged, WIDE),
        "narrow": _picture(judged, NARROW),
    }


def _ends(score: Score) -> tuple[DisruptionLevel, DisruptionLevel]:
    low, high = score.levels
    return load_levels().of(low), load_levels().of(high)


def _rows(judged: Severity) -> list[_FactorRow]:
    rows = []
    for reference, local in zip(judged.nciss.factors, judged.local.factors, strict=True):
        texts = [option.text for name in local.answered if (option := local.factor.option(name)) is not None]
        rows.append(
            _FactorRow(
                title=local.factor.title,
                answer=_(" or ").join(texts) or _("open"),
                nciss=points_in_words(reference),
                local=points_in_words(local),
                explanations=(reference.explanation, local.explanation),
            )
        )
    return rows


def _picture(judged: Severity, width: int) -> SafeString:
    return drawn(draw_factors(picture_of(judged), name=f"factors-{width}", width=width))


def _known_answers(incident: Incident) -> dict[str, list[str]]:
    """Proposed: what was reported, and whom others depend on, which follows from what the organization is."""
    sector = {"municipality": "government", "school-district": "government", "public-school-district": "government"}
    known = sector.get(incident.organisation.kind)
    return proposed_severity(incident) | ({} if known is None else {"crossSector": [known]})
