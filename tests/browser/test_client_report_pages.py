"""The report over a period, at both widths: with a year on record, and with nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.services.sample_state import load_sample_state

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]


def test_a_provider_reads_what_slipped_at_a_client(open_page: Open, look: Look) -> None:
    load_sample_state(with_reports=False)
    provider = open_page(User.objects.filter(memberships__role="provider").order_by("pk")[0])
    provider.goto("/organisations/elm-hollow-bakery/report/?first=2026-05-01&last=2026-11-20")
    expect(provider.locator("h1")).to_contain_text("On 20 Nov 2026 the record would support")
    expect(provider.get_by_role("link", name="Download as PDF")).to_be_visible()
    look(provider, "client-report")


def test_a_period_in_the_future_is_refused_in_words(
    open_page: Open, look: Look, security_lead: User, member: Organisation
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"/organisations/{member.slug}/report/?first=2026-05-01&last=2999-01-01")
    expect(lead.get_by_role("alert")).to_contain_text("This day lies in the future.")
    look(lead, "client-report-error")
