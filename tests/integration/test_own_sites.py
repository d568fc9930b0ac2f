"""True sites of towns and schools that a lure names: told on the desk's pages, handed out in no file."""

from pathlib import Path

import pytest
from django.test import Client

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Report
from charteroak.services.reports import PhishReport, Reporter, file_phish_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk", "data_directory")]
BLIND = b"""\
From: "Payroll" <pay@lure.example>
Subject: Verify your password at once
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <1@lure.example>
Content-Type: text/html

<p>Dear user, your mailbox is suspended. Verify your password at once at <a href="http://login.lure.example/v">here</a>
<form action="http://login.lure.example/take"><input type=password></form>
<a href="https://www.otherhollow-ct.gov/clerk">Town</a> <a href="https://town.farhollow.ct.us/">Neighbor</a>
<a href="https://portal.hollowschools.example/staff">School</a>
"""
PROTECTED = """
owner = "Desk"
reviewed = 2026-11-22
[[names]]
label = "Hollow Schools"
kind = "school"
words = ["hollow schools"]
domains = ["hollowschools.example"]
"""
TRUE_SITES = ("otherhollow", "farhollow")


@pytest.fixture
def report(desk: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    (tmp_path / "protected.toml").write_text(PROTECTED)
    monkeypatch.setenv("CHARTEROAK_DATA", str(tmp_path))
    return file_phish_report(PhishReport(message=BLIND, outcome="blocked"), Reporter(), desk=desk)


@pytest.mark.parametrize("form", ["txt", "csv", "stix"])
def test_no_file_names_the_true_site_of_a_town_as_the_attackers(
    client: Client, analyst: User, report: Report, form: str
) -> None:
    client.force_login(analyst)
    answer = client.get(f"/desk/reports/{report.pk}/exports/report.{form}")
    assert answer.status_code == 200
    said = answer.content.decode().lower()
    assert "lure" in said
    assert [word for word in (*TRUE_SITES, "hollowschools") if word in said] == []


def test_the_desks_pages_name_true_sites_for_what_they_are(
    client: Client, analyst: User, report: Report, desk: Organisation
) -> None:
    client.force_login(analyst)
    page = client.get(f"/desk/reports/{report.pk}/").content.decode()
    for host in ("www[.]otherhollow-ct[.]gov", "town[.]farhollow[.]ct[.]us", "portal[.]hollowschools[.]example"):
        assert f"<code>{host}</code> <span" in page
    assert "<code>login[.]lure[.]example</code></li>" in page
    report.refresh_from_db()
    if report.campaign is None:
        file_phish_report(PhishReport(message=BLIND + b"x", outcome="blocked"), Reporter(), desk=desk)
        report.refresh_from_db()
    page = client.get(f"/desk/campaigns/{report.campaign_id}/").content.decode()
    to_block, _, rest = page.partition("Not to be blocked")
    assert "login[.]lure[.]example" in to_block
    assert all(site not in to_block for site in TRUE_SITES)
    assert all(site in rest for site in TRUE_SITES)
