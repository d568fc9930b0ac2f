"""Referrals of an incident: a case made up for the police, its file, what became of it; and the view of a desk."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.frame import incident_of, incident_page
from charteroak.portal.incidents.referral_forms import STATES, ReferralAnswerForm, ReferralForm
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.recording import tell_recorded
from charteroak.records.accounts.models import Organisation
from charteroak.records.evidence.models import Referral
from charteroak.records.incidents.models import Incident
from charteroak.services.access import access_desk, refuse, roles_in
from charteroak.services.opening_from_reports import proposed_case
from charteroak.services.programs import recorder_for
from charteroak.services.referrals import (
    REFERRERS,
    NewReferral,
    ReferralStanding,
    answer_referral,
    make_referral,
    open_referral,
    referral_numbered,
    referrals_of,
    referrals_to,
)

_REFUSED = gettext_lazy(
    "Whoever reported it answered that it may not go to the State Police. Their words are left out: ask them first."
)
_PLACES = ("referral", "referral-answer", "referral-packet")


@require_safe
def referrals(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Every referral of the incident, with what became of it."""
    found = incident_of(request, slug, number)
    standings = referrals_of(found)
    answer = _("It has not been referred to anybody.")
    if standings:
        answer = ngettext("Referred %(count)s time.", "Referred %(count)s times.", len(standings)) % {
            "count": len(standings)
        }
        answer += " " + state_words(standings[-1]) + "."
    context = {
        "page": incident_page(found, _("Referral to the police"), answer),
        "organisation": found.organisation,
        "incident": found,
        "rows": [(each, state_words(each)) for each in standings],
        "may_refer": bool(roles_in(person_of(request), found.organisation) & set(REFERRERS)),
    }
    return render(request, "incidents/referrals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Make a case up."""
    found = incident_of(request, slug, number, *REFERRERS)
    desks = {str(desk.pk): desk for desk in Organisation.objects.filter(part=Organisation.Part.DESK)}
    proposed = proposed_case(found, person_of(request))
    form = ReferralForm(
        posted(request),
        desks=[(pk, desk.name) for pk, desk in desks.items()],
        initial={
            "by": str(person_of(request)),
            "contact": proposed.contact or str(person_of(request)),
            "summary": proposed.summary,
        },
    )
    if request.method == "POST" and form.is_valid():
        answers = {**form.cleaned_data, "desk": desks.get(form.cleaned_data["desk"])}
        try:
            made = make_referral(found, NewReferral(**answers), recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, getattr(error, "field", None))
        else:
            tell_recorded(request, found.organisation, made.entry)
            return redirect("incidents:referral", slug, number, made.number)
    answer = _("One file with facts, timeline, evidence and custody. Nothing is sent: you hand it over.")
    context = {
        "page": incident_page(found, _("Refer it"), answer),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "verb": _("Make the packet"),
        "before": _REFUSED if proposed.is_refused else "",
        "note": _("Left out without asking: counsel's files, other organizations' data, names of reporters."),
    }
    return form_page(request, "incidents/form.html", context)


@require_safe
def referral(request: HttpRequest, slug: str, number: str, place: int) -> HttpResponse:
    """One referral: its file, what was kept back, what became of it, and the form to say so."""
    return _of_incident(request, incident_of(request, slug, number), place)


@require_POST
def answer(request: HttpRequest, slug: str, number: str, place: int) -> HttpResponse:
    """Record what became of a referral."""
    return _of_incident(request, incident_of(request, slug, number, *REFERRERS), place)


def _of_incident(request: HttpRequest, found: Incident, place: int) -> HttpResponse:
    standing = referral_numbered(found, place)
    page = incident_page(found, _("Referral %(number)s") % {"number": place}, f"{state_words(standing)}.")
    may_answer = bool(roles_in(person_of(request), found.organisation) & set(REFERRERS))
    places = [reverse(f"incidents:{name}", args=[found.organisation.slug, found.number, place]) for name in _PLACES]
    return _answered(request, standing, page, *places, may_answer=may_answer, is_desk=False)


@require_safe
def packet(request: HttpRequest, slug: str, number: str, place: int) -> HttpResponseBase:
    """The referral's file, as it was made."""
    return _file(referral_numbered(incident_of(request, slug, number), place).referral)


@require_safe
def desk_referrals(request: HttpRequest) -> HttpResponse:
    """The referrals on which a desk's analysts may say what became of them."""
    desk = access_desk(request.user)
    standings = referrals_to(desk)
    answer = ngettext("%(count)s referral.", "%(count)s referrals.", len(standings)) % {"count": len(standings)}
    context = {
        "page": Page(_("Referrals"), answer if standings else _("No case was referred through this desk yet.")),
        "rows": [(each, state_words(each)) for each in standings],
    }
    return render(request, "incidents/desk_referrals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_referral(request: HttpRequest, number: int) -> HttpResponse:
    """One referral as the desk sees it: to whom, on which ground, its file, and the form to say what became of it."""
    standing = _of_desk(request, number)
    crumbs = (Crumb(_("Referrals"), reverse("desk:referrals")),)
    page = Page(standing.referral.incident.number, f"{state_words(standing)}.", crumbs)
    places = [reverse(f"desk:{name}", args=[number]) for name in ("referral", "referral", "referral-packet")]
    return _answered(request, standing, page, *places, may_answer=True, is_desk=True)


@require_safe
def desk_packet(request: HttpRequest, number: int) -> HttpResponseBase:
    """The referral's file, for the desk that it was shown to."""
    return _file(_of_desk(request, number).referral)


def referral_line(incident: Incident) -> str:
    """What became of the newest referral, for the incident's own page."""
    standings = referrals_of(incident)
    return state_words(standings[-1]) if standings else _("Not referred")


def state_words(standing: ReferralStanding) -> str:
    """Where a referral stands, in a few words."""
    words = {
        "made": _("Made; no answer yet"),
        "received": _("They have it"),
        "accepted": _("They took the case"),
        "declined": _("They declined it"),
        "closed": _("The case is closed"),
    }[standing.state]
    return f"{words}, {standing.case_number}" if standing.case_number else words


def _of_desk(request: HttpRequest, number: int) -> ReferralStanding:
    desk = access_desk(request.user)
    row = Referral.objects.filter(desk=desk, pk=number).select_related("incident__organisation").first()
    if row is None:
        refuse()
    return referral_numbered(row.incident, row.number)


def _answered(
    request: HttpRequest,
    standing: ReferralStanding,
    page: Page,
    back: str,
    answer_url: str,
    packet_url: str,
    *,
    may_answer: bool,
    is_desk: bool,
) -> HttpResponse:
    row = standing.referral
    form = ReferralAnswerForm(posted(request), initial={"said_by": str(person_of(request)) if is_desk else ""})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            entry = answer_referral(
                row,
                answers["state"],
                recorder_for(person_of(request)),
                said_by=answers["said_by"],
                case_number=answers["case_number"],
                note=answers["note"],
            )
        except InputError as error:
            form.take_error(error, getattr(error, "field", None))
        else:
            if not is_desk:
                tell_recorded(request, row.incident.organisation, entry)
            return redirect(back)
    context = {
        "page": page,
        "organisation": row.incident.organisation if not is_desk else None,
        "incident": row.incident,
        "referral": row,
        "standing": standing,
        "answers": [(each, dict(STATES)[each.body.state]) for each in standing.answers],
        "form": form,
        "may_answer": may_answer and standing.state not in {"closed", "declined"},
        "is_desk": is_desk,
        "answer_url": answer_url,
        "packet_url": packet_url,
    }
    return form_page(request, "incidents/desk_referral.html" if is_desk else "incidents/referral.html", context)


def _file(row: Referral) -> FileResponse:
    organisation = row.incident.organisation
    name = f"referral-{organisation.slug}-{row.incident.number.lower()}-{row.number}.zip"
    return FileResponse(open_referral(row), as_attachment=True, filename=name, content_type="application/zip")
