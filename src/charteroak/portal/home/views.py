"""``/``: the citizen's page, or the home of the role that a signed-in person has."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from charteroak.portal.navigation import ROLE_ORDER
from charteroak.portal.page import Page
from charteroak.records.accounts.models import User


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """The home of whoever asks."""
    if not isinstance(request.user, User):
        return citizen_home(request)
    roles = set(request.user.memberships.values_list("role", flat=True))
    role = next((role for role in ROLE_ORDER if role in roles), None)
    if role is None:
        page = Page(_("Home"), _("You do not act for an organisation here yet."))
        return render(request, "home/nobody.html", {"page": page})
    page = Page(_("Home"), "")
    return render(request, f"home/{role}.html", {"page": page})


def citizen_home(request: HttpRequest) -> HttpResponse:
    """What anyone may do, without an account."""
    page = Page(_("Charter Oak"), _("Got a suspicious mail, or has something happened? Tell the people who can help."))
    return render(request, "home/citizen.html", {"page": page})
