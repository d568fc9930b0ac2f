"""The collectors' pages at both widths, light and dark: nothing yet, a bad drop, silence, a proposed gap."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.collectors import NewSource, register_source
from charteroak.services.programs import recorder_for

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]

PROGRAM = "/organisations/elm-hollow-bakery"
HEAD = "job,started,finished,result,restored_tested\n"


def test_a_drop_is_handed_in_and_what_it_proposes_is_accepted(
    open_page: Open, look: Look, member: Organisation, security_lead: User, tmp_path: Path
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{PROGRAM}/collectors/")
    look(lead, "collectors-none")
    domain = NewSource("our-domain", "posture", "elm-hollow.example", by="Lee Stone")
    register_source(member, domain, connecticut_day(now()) - timedelta(days=50), recorder_for(security_lead))
    start, end = ((now() - timedelta(hours=hours)).isoformat(timespec="seconds") for hours in (3, 2))
    log = tmp_path / "backup.csv"
    log.write_text(f"{HEAD}files,{start},{end},perhaps,yes\n")
    lead.goto(f"{PROGRAM}/collectors/drops/new/")
    lead.get_by_label("The file as the tool wrote it").set_input_files(log)
    lead.get_by_role("button", name="Record what it says").click()
    expect(lead.get_by_role("alert").first).to_contain_text("result 'perhaps' is none of")
    look(lead, "collectors-error")
    log.write_text(f"{HEAD}files,{start},{end},failed,\nmail,{start},{end},success,\n")
    lead.get_by_label("The file as the tool wrote it").set_input_files(log)
    lead.get_by_label("If it is the first of its kind").fill("The file server")
    lead.get_by_role("button", name="Record what it says").click()
    expect(lead.locator("h1")).to_contain_text("2 sources are expected, 1 is silent, 2 gaps are proposed.")
    look(lead, "collectors")
    lead.get_by_role("link", name="Accept it as a gap").first.click()
    look(lead, "collectors-accept")
    lead.get_by_role("button", name="Open the gap").click()
    expect(lead.locator("h1")).to_contain_text("1 gap is open")
    for address, name in (("looks/new/", "collectors-look"), ("sources/new/", "collectors-register")):
        lead.goto(f"{PROGRAM}/collectors/{address}")
        look(lead, name)
