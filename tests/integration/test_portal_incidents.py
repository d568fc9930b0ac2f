"""Pages of incidents: opening one, saying what is known, and reading who must be told, as a tired person would."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.response.incident_report import parse_report
from charteroak.services.attached_reports import attach_report, reports_to_attach
from charteroak.services.filed_reports import Reporter
from charteroak.services.incident_reports import file_report, withdraw_report
from charteroak.services.incidents import NewIncident, document_of, facts_history, open_incident
from charteroak.services.programs import ProgramInputError, Recorder

pytestmark = pytest.mark.django_db
BASE = "/organisations/cedar-landing/incidents/"
SYSTEM = Recorder(actor="system")
BREACH: dict[str, Any] = {
    "access": True,
    "encrypted": False,
    "dataKinds": ["name", "ssn"],
    "residentsAffected": {"ct": 120},
}


@pytest.fixture
def town(add_organisation: Callable[..., Organisation]) -> Organisation:
    return add_organisation("cedar-landing", kind="municipality")


@pytest.fixture
def browser(client: Client, add_person: Callable[..., User], town: Organisation) -> Client:
    client.force_login(add_person("Lea", town))
    return client


def opened(town: Organisation, *, days_ago: float = 2, **incident: Any) -> Incident:
    discovered = format_instant((now() - timedelta(days=days_ago)).replace(microsecond=0))
    facts = {"entity": {"dataRole": "owner"}, "incident": {"discoveredAt": discovered, **incident}}
    return open_incident(town, NewIncident("Mail of the tax office", "successful", facts), SYSTEM)


def text(answer: HttpResponse | Any) -> str:
    return " ".join(answer.content.decode().replace("&nbsp;", " ").split())


def test_an_incident_is_opened_with_one_answer_and_leads_to_its_page(browser: Client, town: Organisation) -> None:
    answer = browser.post(f"{BASE}new/", {"title": "Files are gone"})
    incident = Incident.objects.get(organisation=town)
    assert answer.headers["Location"] == f"{BASE}{incident.number}/"
    assert incident.outcome == "unknown"
    assert "Nothing is known to be due yet" in text(browser.get(answer.headers["Location"]))


def test_the_first_line_says_what_is_due_next_and_the_standard_before_the_limit(
    browser: Client, town: Organisation
) -> None:
    page = text(browser.get(f"{BASE}{opened(town, **BREACH).number}/"))
    title = page[page.index('class="title__answer"') :]
    said = title[: title.index("</h1>")]
    assert said.index("The law says") < said.index("Outer limit")
    assert "days left" in said


def test_a_passed_limit_is_late_and_first(browser: Client, town: Organisation) -> None:
    page = text(browser.get(f"{BASE}{opened(town, days_ago=70, **BREACH).number}/"))
    assert "Late, tell at once" in page
    assert "The outer limit has passed." in page


def test_social_security_numbers_flag_the_identity_services(browser: Client, town: Organisation) -> None:
    assert "24 months of identity services" in text(browser.get(f"{BASE}{opened(town, **BREACH).number}/duties/"))


def test_duties_that_are_not_in_force_say_why(browser: Client, town: Organisation) -> None:
    page = text(browser.get(f"{BASE}{opened(town).number}/duties/"))
    assert "Not in force, and why" in page
    assert "CISA" in page


def test_answers_of_three_values_are_added_and_the_change_is_told(browser: Client, town: Organisation) -> None:
    incident = opened(town, **BREACH)
    answer = browser.post(
        f"{BASE}{incident.number}/facts/what/",
        {"outcome": "successful", "access": "yes", "acquisition": "", "encrypted": "yes", "critical_service": "no"},
        follow=True,
    )
    assert "was due, is now not triggered" in text(answer)
    known = document_of(incident)["incident"]
    assert known["encrypted"] is True
    assert known["criticalService"] is False
    assert "acquisition" not in known
    assert len(facts_history(incident)) == 2
    assert "before: No" in text(browser.get(f"{BASE}{incident.number}/facts/history/"))


def moment(name: str, day: str, time: str, hour: str = "") -> dict[str, str]:
    return {f"{name}_day": day, f"{name}_time": time, f"{name}_hour": hour}


@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        ("2026-03-08", "02:30", "never came that night"),
        ("2025-11-02", "01:30", "came twice that night"),
        ("1970-01-01", "00:00", "1970 is too long ago"),
        ("9999-12-31", "23:59", "outside the calendar"),
        ("9998-06-30", "23:59", "9998 is too far ahead"),
        ("2026-02-30", "10:00", "Give the day as year, month, day"),
        ("2026-03-01", "", "Give the day and the time"),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_one_line_and_stays_in_the_form(
    browser: Client, town: Organisation, day: str, time: str, said: str
) -> None:
    incident = opened(town)
    answer = browser.post(f"{BASE}{incident.number}/facts/when/", moment("discovered_at", day, time))
    assert answer.status_code == 422
    assert said in text(answer)
    assert f'value="{day}"' in text(answer)
    assert len(facts_history(incident)) == 1


def test_an_hour_that_came_twice_is_asked_for_and_then_taken(browser: Client, town: Organisation) -> None:
    incident = opened(town)
    address = f"{BASE}{incident.number}/facts/when/"
    assert "discovered_at_hour" not in text(browser.get(address))
    assert "discovered_at_hour" in text(browser.post(address, moment("discovered_at", "2025-11-02", "01:30")))
    browser.post(address, moment("discovered_at", "2025-11-02", "01:30", "second"))
    assert document_of(incident)["incident"]["discoveredAt"] == "2025-11-02T06:30:00Z"


def test_a_discovery_before_the_beginning_is_refused_beside_its_field(browser: Client, town: Organisation) -> None:
    incident = opened(town)
    form = moment("began_at", "2026-03-03", "10:00") | moment("discovered_at", "2026-03-02", "10:00")
    answer = browser.post(f"{BASE}{incident.number}/facts/when/", form)
    assert answer.status_code == 422
    assert "before it began" in text(answer)
    assert incident.events.count() == 0


def test_both_moments_can_move_at_once(browser: Client, town: Organisation) -> None:
    incident = opened(town)
    address = f"{BASE}{incident.number}/facts/when/"
    for day in ("2026-03-02", "2026-02-02", "2026-04-02"):
        form = moment("began_at", day, "09:00") | moment("discovered_at", day, "10:00")
        assert browser.post(address, form).status_code == 302


def test_nothing_ticked_is_not_known_and_none_of_these_is_none(browser: Client, town: Organisation) -> None:
    incident = opened(town, **BREACH)
    address = f"{BASE}{incident.number}/facts/data/"
    browser.post(address, {"data_kinds": ["none"], "material_harm": ""})
    assert document_of(incident)["incident"]["dataKinds"] == []
    browser.post(address, {"material_harm": ""})
    assert "dataKinds" not in document_of(incident)["incident"]
    assert browser.post(address, {"data_kinds": ["none", "ssn"]}).status_code == 422


def test_the_exception_counts_once_its_finding_is_on_record(browser: Client, town: Organisation) -> None:
    incident = opened(town, **BREACH)
    form = {"why": "The laptop came back sealed.", "by": "A. Person", "consulted": "State Police"}
    answer = browser.post(f"{BASE}{incident.number}/facts/finding/", form, follow=True)
    assert "Harm was found unlikely" in text(answer)
    assert "is now not triggered" in text(answer)


def test_closing_names_what_is_open_asks_why_and_ends_the_record_alone(browser: Client, town: Organisation) -> None:
    incident = opened(town, **BREACH)
    address = f"{BASE}{incident.number}/close/"
    page = browser.get(address)
    assert "still open" in text(page)
    assert browser.post(address, {"note": ""}).status_code == 422
    incident.refresh_from_db()
    assert incident.closed is None
    reasons = dict.fromkeys(re.findall(r'name="(reason_[a-z0-9_]+)"', page.content.decode()), "Counsel said so.")
    assert "reason_ct_breach_ag_attorney_general" in reasons
    assert browser.post(address, {"note": "", **reasons}).status_code == 302
    page = text(browser.get(f"{BASE}{incident.number}/"))
    assert "This incident is closed." in page
    assert "outer limit" in page.lower(), "what is open stays in sight"
    assert "next to be told" in text(browser.get(BASE)).partition("closed")[2].lower()
    assert "Record that it was sent" in text(browser.get(f"{BASE}{incident.number}/notices/of/residents/"))
    answer = browser.post(f"{BASE}{incident.number}/facts/later/", {})
    assert answer.status_code == 422
    assert "closed" in text(answer)


def test_counsel_reads_and_does_not_keep(client: Client, add_person: Callable[..., User], town: Organisation) -> None:
    incident = opened(town, **BREACH)
    client.force_login(add_person("Cora", town, "counsel"))
    assert client.get(f"{BASE}{incident.number}/duties/").status_code == 200
    for page in ("new/", f"{incident.number}/facts/what/", f"{incident.number}/close/"):
        assert client.get(f"{BASE}{page}").status_code == 404


def test_a_report_to_the_desk_is_attached_by_its_own_organisation_alone(
    browser: Client, town: Organisation, add_organisation: Callable[..., Organisation]
) -> None:
    desk, incident = add_organisation("state-desk", part="desk"), opened(town)
    record = parse_report({"outcome": "blocked", "narrative": "Files were encrypted."})
    own, foreign = (
        file_report(record, Reporter(organisation=member), channel="web", desk=desk)
        for member in (town, add_organisation("elm-hollow", kind="municipality"))
    )
    address = f"{BASE}{incident.number}/reports/"
    assert "Attach a report" in text(browser.get(address))
    assert browser.post(f"{address}attach/", {"report": str(foreign.pk)}).status_code == 422
    assert browser.post(f"{address}attach/", {"report": str(own.pk)}).status_code == 302
    page = text(browser.get(address))
    assert "1 report to the desk is about this incident." in page
    assert "Files were encrypted." in page
    assert list(incident.reports.all()) == [own]
    assert "Attach a report" not in page


def test_a_report_that_was_taken_back_is_not_offered(
    browser: Client, town: Organisation, add_organisation: Callable[..., Organisation]
) -> None:
    desk, incident = add_organisation("state-desk", part="desk"), opened(town)
    record = parse_report({"outcome": "blocked", "narrative": "Files were encrypted."})
    report = file_report(record, Reporter(organisation=town), channel="web", desk=desk)
    [listed] = reports_to_attach(incident)
    assert listed == report
    withdraw_report(report, Reporter(organisation=town), reason="It was another town.", channel="web")
    assert reports_to_attach(incident) == []
    address = f"{BASE}{incident.number}/reports/"
    assert "Attach a report" not in text(browser.get(address))
    assert browser.post(f"{address}attach/", {"report": str(report.pk)}).status_code == 422
    with pytest.raises(ProgramInputError, match="taken back"):
        attach_report(incident, listed, Recorder(actor="system"))
    assert not incident.reports.exists()
