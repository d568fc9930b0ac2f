"""``/``: the citizen's page, or the home of the role that a signed-in person has."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.portal.forms import form_page
from charteroak.portal.home.portfolio import portfolio_sentence, rows_of, shares_of
from charteroak.portal.home.portfolio_form import PortfolioForm
from charteroak.portal.incidents.alerts import banner_of
from charteroak.portal.navigation import ROLE_ORDER, Role
from charteroak.portal.page import Page
from charteroak.portal.programs.determination import determination_sentence
from charteroak.portal.programs.places import step_for
from charteroak.portal.programs.slipped import slipped_this_week
from charteroak.portal.programs.wording import line_of
from charteroak.portal.reports.wording import advice_for_anyone
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.reports.models import Report
from charteroak.services.determinations import clocks_of
from charteroak.services.evidence_log import LogQuestion, log_page
from charteroak.services.guided_start import StartState, has_record, start_of
from charteroak.services.portfolio import PortfolioQuestion, kinds_of_clients, portfolio_of
from charteroak.services.programs import SafeHarborStatus, determine_prospective

NEWEST_ENTRIES = 5
MAX_DIGITS = 7


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home of whoever asks. An analyst's is the desk's queue."""
    if not isinstance(request.user, User):
        return _citizen(request)
    memberships = {
        row.role: row for row in request.user.memberships.select_related("organisation", "user").order_by("-pk")
    }
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
    page = Page(_("Charter Oak"), _("A suspicious mail, or worse? Tell the people who can help."))
    return render(request, "home/citizen.html", {"page": page, "advice": advice_for_anyone()})


def _security_lead(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Where the organisation would stand if it were breached today, the next best step, and what was recorded last."""
    today = connecticut_day(now())
    status = determine_prospective(organisation, as_of=today)
    newest = log_page(organisation, LogQuestion()).entries[:NEWEST_ENTRIES]
    start = start_of(organisation)
    is_new = start.finished is None and (start.has_begun or not has_record(organisation))
    context = {
        "page": Page(organisation.name, _lead_sentence(organisation, status, start), organisation=organisation),
        "organisation": organisation,
        "banner": banner_of(organisation),
        "status": status,
        "clocks": clocks_of(status.facts, today),
        "start": start if is_new else None,
        "step": step_for(status.gaps[0], organisation.slug) if status.gaps else None,
        "slipped": slipped_this_week(organisation),
        "lines": [line_of(entry) for entry in newest],
        "reports": Report.objects.filter(organisation=organisation)[:NEWEST_ENTRIES],
    }
    return render(request, "home/security_lead.html", context)


def _lead_sentence(organisation: Organisation, status: SafeHarborStatus, start: StartState) -> str:
    """Where the organisation would stand; where nothing is on record, how to begin."""
    if has_record(organisation):
        return determination_sentence(status)
    if start.has_begun:
        return _("Nothing is on record yet. Go on with the guided start where you left it.")
    return _("Nothing is on record yet. In about a quarter of an hour the guided start shows what to do first.")


def _provider(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Every client with where its record stands and what slipped this week, those first that need somebody."""
    person, provider = membership.user, membership.organisation
    asked = request.GET if any(name in request.GET for name in PortfolioForm.base_fields) else None
    form = PortfolioForm(asked, kinds=kinds_of_clients(provider))
    number = request.GET.get("page", "")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < MAX_DIGITS else 1
    question = form.question(page) if form.is_valid() else PortfolioQuestion(page=page)
    portfolio = portfolio_of(person, provider, question, now())
    query = {name: request.GET[name] for name in PortfolioForm.base_fields if request.GET.get(name)}
    context = {
        "page": Page(provider.name, portfolio_sentence(portfolio), organisation=provider),
        "form": form,
        "is_filtered": bool(query),
        "portfolio": portfolio,
        "rows": rows_of(portfolio),
        "shares": shares_of(portfolio),
        "before": _page_of(query, portfolio.page - 1) if portfolio.page > 1 else None,
        "after": _page_of(query, portfolio.page + 1) if portfolio.page < portfolio.pages else None,
    }
    return form_page(request, "home/provider.html", context)


def _page_of(query: Mapping[str, str], number: int) -> str:
    return f"?{urlencode({**query, 'page': str(number)})}"
