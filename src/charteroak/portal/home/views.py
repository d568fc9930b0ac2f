"""``/``: the citizen's page, or the home of the role that a signed-in person has."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.portal.home.portfolio import portfolio_sentence, rows_of
from charteroak.portal.navigation import ROLE_ORDER, Role
from charteroak.portal.page import Page
from charteroak.portal.programs.determination import determination_sentence
from charteroak.portal.programs.places import step_for
from charteroak.portal.programs.wording import line_of
from charteroak.portal.reports.wording import advice_for_anyone
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.reports.models import Report
from charteroak.services.access import organisations_of
from charteroak.services.evidence_log import LogQuestion, log_page
from charteroak.services.programs import determine_prospective

CLIENTS_ON_A_PAGE = 50
NEWEST_ENTRIES = 5


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home of whoever asks. An analyst's is the desk's queue."""
    if not isinstance(request.user, User):
        return _citizen(request)
    memberships = {row.role: row for row in request.user.memberships.select_related("organisation").order_by("-pk")}
    role = next((role for role in ROLE_ORDER if role in memberships), None)
    if role is Role.ANALYST:
        return redirect("desk:queue")
    if role is Role.PROVIDER:
        return _provider(request, memberships[role])
    if role is Role.SECURITY_LEAD:
        return _security_lead(request, memberships[role].organisation)
    if role is Role.COUNSEL:
        return redirect("programs:safe-harbor", slug=memberships[role].organisation.slug)
    page = Page(_("Home"), _("You do not act for an organization here yet."))
    return render(request, "home/nobody.html", {"page": page})


def _citizen(request: HttpRequest) -> HttpResponse:
    """What anyone may do, without an account."""
    page = Page(_("Charter Oak"), _("Got a suspicious mail, or has something happened? Tell the people who can help."))
    return render(request, "home/citizen.html", {"page": page, "advice": advice_for_anyone()})


def _security_lead(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Where the organisation would stand if it were breached today, the next best step, and what was recorded last."""
    status = determine_prospective(organisation, as_of=connecticut_day(now()))
    newest = log_page(organisation, LogQuestion()).entries[:NEWEST_ENTRIES]
    context = {
        "page": Page(organisation.name, determination_sentence(status), organisation=organisation),
        "organisation": organisation,
        "status": status,
        "step": step_for(status.gaps[0], organisation.slug) if status.gaps else None,
        "lines": [line_of(entry) for entry in newest],
        "reports": Report.objects.filter(organisation=organisation)[:NEWEST_ENTRIES],
    }
    return render(request, "home/security_lead.html", context)


def _provider(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Every client with where its record stands, those first that slipped."""
    clients = organisations_of(request.user).filter(providers=membership.organisation).order_by("name")
    page_of_clients = Paginator(clients, CLIENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(list(page_of_clients), now())
    context = {
        "page": Page(membership.organisation.name, portfolio_sentence(rows), organisation=membership.organisation),
        "rows": rows,
        "pages": page_of_clients,
    }
    return render(request, "home/provider.html", context)
