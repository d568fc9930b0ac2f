"""Legal holds: which stand, who set them, and the forms that set and lift one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.portal.evidence.forms import HoldForm, LiftForm
from charteroak.portal.evidence.pages import keeping_of, shared_context
from charteroak.portal.forms import posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.recording import Question, record_with
from charteroak.services import holds as service
from charteroak.services.access import access_organisation, refuse


@require_safe
def holds(request: HttpRequest, slug: str) -> HttpResponse:
    """The holds of the record, standing ones first."""
    organisation = keeping_of(request, slug)
    found = service.holds_of(organisation)
    standing = sum(hold.stands for hold in found)
    answer = (
        ngettext(
            "%(count)s legal hold stands: what it covers cannot be erased.",
            "%(count)s legal holds stand: what they cover cannot be erased.",
            standing,
        )
        % {"count": standing}
        if standing
        else _("No legal hold stands.")
    )
    context = shared_context(request, organisation) | {
        "page": Page(_("Legal holds"), answer, (), organisation),
        "holds": sorted(found, key=lambda hold: (not hold.stands, -hold.entry)),
    }
    context["may_hold"] = bool(context["roles"] & set(service.HOLDERS))
    return render(request, "evidence/holds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Set a hold."""
    organisation = access_organisation(request.user, slug, *service.HOLDERS)
    form = HoldForm(posted(request), initial={"set_by": str(request.user)})
    above = Crumb(_("Legal holds"), reverse("evidence:holds", args=[slug]))
    question = Question(
        page=Page(
            _("Set a legal hold"), _("From then on, nothing that it covers can be erased."), (above,), organisation
        ),
        verb=_("Set the hold"),
        done=above.url,
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: service.set_hold(
            organisation,
            service.NewHold(
                matter=form.cleaned_data["matter"],
                authority=form.cleaned_data["authority"],
                set_by=form.cleaned_data["set_by"],
                sha256=form.cleaned_data["sha256"],
            ),
            recorder,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lift_hold(request: HttpRequest, slug: str, hold: str) -> HttpResponse:
    """End a hold that stands."""
    organisation = access_organisation(request.user, slug, *service.HOLDERS)
    found = next((each for each in service.holds_of(organisation) if each.name == hold), None) or refuse()
    form = LiftForm(posted(request), initial={"lifted_by": str(request.user)})
    above = Crumb(_("Legal holds"), reverse("evidence:holds", args=[slug]))
    answer = _("%(hold)s for %(matter)s ends, and what it covered can be erased again.") % {
        "hold": found.name,
        "matter": found.matter or _("a matter that is withheld"),
    }
    question = Question(
        page=Page(_("Lift a legal hold"), answer, (above,), organisation), verb=_("Lift the hold"), done=above.url
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: service.lift_hold(
            organisation,
            found.name,
            lifted_by=form.cleaned_data["lifted_by"],
            reason=form.cleaned_data["reason"],
            recorder=recorder,
        ),
    )
