"""Pages for indicators: an analyst's list and release page, and what a member may read."""

import json
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charteroak.adapters.system_clock import now
from charteroak.canonical import canonical_json
from charteroak.errors import InputError
from charteroak.intel.audiences import Audience
from charteroak.intel.stix import MEDIA_TYPE, bundle
from charteroak.portal.desk.wording import name_of_report
from charteroak.portal.forms import form_page, posted
from charteroak.portal.intelligence.forms import READERS, IndicatorTextForm, ProposalForm, WithdrawalForm
from charteroak.portal.intelligence.reading import indicators_of, newest_versions
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.intelligence.models import IndicatorRecord, PulledIndicator
from charteroak.services.access import access_desk, access_report, organisations_of
from charteroak.services.feeds import OWN_DESK
from charteroak.services.intelligence import (
    ReleaseResult,
    access_indicator,
    amend_indicator,
    preview_release,
    propose_indicators,
    release_indicator,
    revoke_indicator,
)
from charteroak.services.sharing import access_collection, collections_open_to

State = IndicatorRecord.State
MAX_ROWS = 500


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """A desk's indicators: what waits for a decision first."""
    desk = access_desk(request.user)
    rows = list(IndicatorRecord.objects.filter(desk=desk)[:MAX_ROWS])
    waiting = [row for row in rows if row.state in {State.PROPOSED, State.REFUSED}]
    answer = ngettext(
        "%(count)s indicator waits for a decision.", "%(count)s indicators wait for a decision.", len(waiting)
    ) % {"count": len(waiting)}
    context = {
        "page": Page(_("Indicators"), answer if rows else _("No indicator was proposed yet."), (), desk),
        "waiting": waiting,
        "decided": [row for row in rows if row not in waiting],
    }
    return render(request, "intelligence/indicators.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Put some of a report's observables before the desk as indicators. Nothing leaves by it."""
    report = access_report(request.user, number)
    desk = report.desk
    found = (report.analysis or {}).get("observables", [])
    campaign = report.campaign.name if report.campaign is not None else ""
    form = ProposalForm(posted(request), observables=found, initial={"campaign": campaign})
    if request.method == "POST" and form.is_valid():
        told = [str(report.details.get(key, "")) for key in ("reporterName", "reporterContact")]
        try:
            proposed = propose_indicators(
                desk,
                form.chosen(),
                by=person_of(request),
                text=form.text(),
                confidential=[words for words in told if words],
            )
        except InputError as error:
            form.take_error(error)
        else:
            count = len(proposed.records)
            messages.success(
                request,
                ngettext("%(count)s indicator proposed.", "%(count)s indicators proposed.", count) % {"count": count},
            )
            return redirect("intelligence:indicators")
    page = Page(
        _("Propose indicators"),
        _("Which of these should members search for?"),
        (
            Crumb(_("Desk"), reverse("desk:queue")),
            Crumb(name_of_report(report), reverse("desk:report", args=[report.pk])),
        ),
        desk,
    )
    context = {"page": page, "form": form, "report": report, "found": found}
    return form_page(request, "intelligence/propose.html", context)


@require_safe
def indicator(request: HttpRequest, stix_id: str) -> HttpResponse:
    """One indicator: what would leave, to whom, and what the gate says."""
    return _indicator_page(request, stix_id)


@require_POST
def release(request: HttpRequest, stix_id: str) -> HttpResponse:
    """Send an indicator through the gate."""
    desk = access_desk(request.user)
    row = access_indicator(desk, stix_id, person_of(request))
    result = release_indicator(desk, row, by=person_of(request))
    if result.is_released:
        names = ", ".join(collection.title for collection in result.collections)
        messages.success(
            request, _("Released to %(collections)s; the desk's ledger records it.") % {"collections": names}
        )
    return redirect("intelligence:indicator", stix_id)


@require_POST
def amend(request: HttpRequest, stix_id: str) -> HttpResponse:
    """Say something else about an indicator that has not left."""
    desk = access_desk(request.user)
    row = access_indicator(desk, stix_id, person_of(request))
    form = IndicatorTextForm(request.POST)
    if not form.is_valid():
        return _indicator_page(request, stix_id, text=form)
    try:
        amend_indicator(desk, row, form.text(), by=person_of(request))
    except InputError as error:
        form.take_error(error)
        return _indicator_page(request, stix_id, text=form)
    return redirect("intelligence:indicator", stix_id)


@require_POST
def withdraw(request: HttpRequest, stix_id: str) -> HttpResponse:
    """Take an indicator back from everyone who had it."""
    desk = access_desk(request.user)
    row = access_indicator(desk, stix_id, person_of(request))
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _indicator_page(request, stix_id, withdrawal=form)
    revoke_indicator(desk, row, by=person_of(request), reason=form.cleaned_data["reason"])
    messages.success(request, _("Withdrawn. Everyone who had it is told that it no longer holds."))
    return redirect("intelligence:indicator", stix_id)


@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """What was released to the people who ask, and what their organisations pulled from elsewhere."""
    collections = [(one, indicators_of(one)[:MAX_ROWS]) for one in collections_open_to(request.user)]
    members = organisations_of(request.user).filter(part=Organisation.Part.MEMBER)
    pulled = (
        PulledIndicator.objects.filter(organisation__in=members, revoked=False)
        .exclude(subscription__url=OWN_DESK)
        .select_related("subscription")
    )
    live = len({row.id for _one, rows in collections for row in rows if not row.revoked})
    answer = ngettext("%(count)s indicator is open to you.", "%(count)s indicators are open to you.", live) % {
        "count": live
    }
    context = {
        "page": Page(_("Intelligence"), answer if live else _("Nothing is open to you yet.")),
        "collections": collections,
        "pulled": pulled[:MAX_ROWS],
    }
    return render(request, "intelligence/shared.html", context)


@require_safe
def collection_bundle(request: HttpRequest, alias: str) -> HttpResponse:
    """A collection's newest versions as a STIX 2.1 bundle, ready for ``charteroak hunt --indicators``."""
    collection = access_collection(request.user, alias)
    documents = [json.loads(row.body) for row in newest_versions(collection)]
    content = canonical_json(bundle(documents, random=uuid.uuid4()))
    name = f"{collection.alias}-{now():%Y%m%d-%H%M}.json"
    return HttpResponse(
        content,
        content_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _indicator_page(
    request: HttpRequest,
    stix_id: str,
    *,
    text: IndicatorTextForm | None = None,
    withdrawal: WithdrawalForm | None = None,
) -> HttpResponse:
    desk = access_desk(request.user)
    row = access_indicator(desk, stix_id, person_of(request))
    may_leave = row.state in {State.PROPOSED, State.REFUSED}
    preview = preview_release(desk, row, by=person_of(request)) if may_leave else None
    page = Page(
        _("Release"),
        _release_sentence(row, preview),
        (Crumb(_("Indicators"), reverse("intelligence:indicators")),),
        desk,
    )
    context = {
        "page": page,
        "row": row,
        "preview": preview,
        "destinations": _destinations(preview),
        "form": text or withdrawal,
        "text": (text or IndicatorTextForm(initial=IndicatorTextForm.initial_of(row))) if may_leave else None,
        "withdrawal": (withdrawal or WithdrawalForm()) if row.state == State.RELEASED else None,
    }
    return form_page(request, "intelligence/indicator.html", context)


def _destinations(preview: ReleaseResult | None) -> list[tuple[str, object, str]]:
    """Where a release would go: each collection's title, readers and ceiling."""
    if preview is None:
        return []
    return [(one.title, READERS[Audience(one.audience)], one.tlp_ceiling) for one in preview.collections]


def _release_sentence(row: IndicatorRecord, preview: ReleaseResult | None) -> str:
    if row.state == State.RELEASED:
        return _("This indicator has left the desk.")
    if row.state == State.REVOKED:
        return _("This indicator was withdrawn.")
    if preview is not None and preview.is_released:
        return _("The gate would let this out.")
    return _("The gate keeps this in.")
