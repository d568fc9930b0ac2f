"""A member's hunts. What was found is for the member's eyes; only counts are ever sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charteroak.errors import InputError
from charteroak.portal.detections.forms import HuntForm
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.detections.models import HuntRun
from charteroak.services import detections
from charteroak.services.access import Role, access_organisation
from charteroak.services.feeds import indicators_in_force, pull_own_desk
from charteroak.services.programs import UploadedFile, recorder_for
from charteroak.services.reports import desk_of_installation


def _crumbs(organisation: Organisation) -> tuple[Crumb, ...]:
    return (Crumb(organisation.name, reverse("programs:safe-harbor", args=[organisation.slug])),)


@require_http_methods(["GET", "HEAD", "POST"])
def hunts(request: HttpRequest, slug: str) -> HttpResponse:
    """The runs so far, and the form that starts one."""
    organisation = access_organisation(request.user, slug, Role.SECURITY_LEAD, Role.PROVIDER)
    form = HuntForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        logs = [UploadedFile(log.name or "log", log.content_type or "", log.file) for log in form.cleaned_data["logs"]]
        try:
            outcome = detections.run_hunt(organisation, logs, recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, "logs")
        else:
            messages.success(
                request,
                _("The search is recorded as entry %(index)s of the ledger.") % {"index": outcome.run.entry.index},
            )
            return redirect("detections:hunt", slug=organisation.slug, number=outcome.run.pk)
    indicators = indicators_in_force(organisation).count()
    answer = ngettext(
        "%(count)s indicator from the desk is ready to be searched for in your logs.",
        "%(count)s indicators from the desk are ready to be searched for in your logs.",
        indicators,
    ) % {"count": indicators}
    page = Page(_("Search your logs"), answer, _crumbs(organisation), organisation)
    return form_page(
        request,
        "detections/hunts.html",
        {
            "page": page,
            "organisation": organisation,
            "form": form,
            "indicators": indicators,
            "runs": HuntRun.objects.filter(organisation=organisation)[:50],
        },
    )


@require_POST
def pull(request: HttpRequest, slug: str) -> HttpResponse:
    """Take over what the desk of this installation has released since the last time; no network is used."""
    organisation = access_organisation(request.user, slug, Role.SECURITY_LEAD, Role.PROVIDER)
    result = pull_own_desk(organisation, by=person_of(request))
    if result.could_not_read:
        messages.warning(
            request,
            ngettext(
                "%(count)s object from the desk could not be read.",
                "%(count)s objects from the desk could not be read.",
                len(result.could_not_read),
            )
            % {"count": len(result.could_not_read)},
        )
    messages.success(
        request,
        ngettext("%(count)s new indicator.", "%(count)s new indicators.", result.stored) % {"count": result.stored},
    )
    return redirect("detections:hunts", slug=organisation.slug)


@require_safe
def hunt(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One run: what was searched, what was found, what could not be read."""
    organisation = access_organisation(request.user, slug, Role.SECURITY_LEAD, Role.PROVIDER)
    run = detections.access_run(organisation, number)
    page = Page(
        _("Search of your logs"),
        _answer(run),
        (*_crumbs(organisation), Crumb(_("Search your logs"), reverse("detections:hunts", args=[organisation.slug]))),
        organisation,
    )
    return render(
        request,
        "detections/hunt.html",
        {
            "page": page,
            "organisation": organisation,
            "run": run,
            "summary": run.summary,
            "kept": detections.MATCHES_KEPT,
            "can_send": bool(run.summary.get("counts")) and not run.summary.get("sent"),
        },
    )


def _answer(run: HuntRun) -> str:
    found = ngettext("%(count)s match was found.", "%(count)s matches were found.", run.summary["matches"]) % {
        "count": run.summary["matches"]
    }
    unread = len(run.summary["couldNotRead"])
    if not unread:
        return found
    return (
        found
        + " "
        + ngettext(
            "%(count)s log could not be read to its end, so this is not the whole answer.",
            "%(count)s logs could not be read to their end, so this is not the whole answer.",
            unread,
        )
        % {"count": unread}
    )


@require_POST
def send(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Tell the desk how often its indicators were seen."""
    organisation = access_organisation(request.user, slug, Role.SECURITY_LEAD, Role.PROVIDER)
    run = detections.access_run(organisation, number)
    sent = detections.send_sightings(run, desk_of_installation(), recorder_for(person_of(request)))
    messages.success(
        request,
        ngettext(
            "The count of %(count)s indicator was sent.", "The counts of %(count)s indicators were sent.", len(sent)
        )
        % {"count": len(sent)},
    )
    return redirect("detections:hunt", slug=organisation.slug, number=run.pk)
