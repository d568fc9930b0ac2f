"""The plan and the papers on an incident's pages: numbers to press, forms from the record, improvements as gaps."""

from html import unescape

import pytest
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.response.plans.plan import Level, Person, Plan, Role
from charteroak.services.gaps import open_gaps_of
from charteroak.services.incident_severity import assess_incident
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.plan_adoptions import NewPlanAdoption, adopt_plan
from charteroak.services.programs import Recorder
from charteroak.services.response_plans import load_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
SYSTEM = Recorder(actor="system")


@pytest.fixture
def lead(security_lead: User) -> Client:
    client = Client()
    client.force_login(security_lead)
    return client


@pytest.fixture
def incident(member: Organisation) -> Incident:
    return open_incident(member, NewIncident("Files are locked", "successful"), SYSTEM)


@pytest.fixture
def here(incident: Incident) -> str:
    return f"/organisations/{incident.organisation.slug}/incidents/{incident.number}/"


@pytest.fixture
def adopted(member: Organisation) -> None:
    lead = Role(id="lead", title="Incident lead", holder=Person(name="June", phone="860-555-0121"))
    levels = tuple(Level(number=n, name=f"Level {n}", decides="lead", meaning=f"Means {n}.") for n in range(6))
    load_plan(member, Plan(kind="cirp", title="Plan", roles=(lead,), levels=levels), SYSTEM)
    adopt_plan(member, "cirp", NewPlanAdoption("1.0", "Ruth", "Owner", connecticut_day(now())), SYSTEM)


def test_without_a_plan_the_page_says_so_and_leads_to_what_needs_none(lead: Client, here: str) -> None:
    page = unescape(lead.get(f"{here}plan/").content.decode())
    assert "No plan is adopted." in page
    assert "No plan is adopted" in unescape(lead.get(here).content.decode())


@pytest.mark.usefixtures("adopted")
def test_the_plan_stands_on_the_incident_with_numbers_to_press(lead: Client, here: str, incident: Incident) -> None:
    page = unescape(lead.get(f"{here}plan/").content.decode())
    assert "June leads. Nobody has judged how severe it is." in page
    assert 'href="tel:8605550121"' in page
    assess_incident(incident, {"functionalImpact": ["denial_critical_or_loss_of_control"]}, SYSTEM)
    page = unescape(lead.get(f"{here}plan/").content.decode())
    assert "take the higher one until more is known" in page
    assert "Decides" in page
    assert f"?incident={incident.number}" in page
    assert "June leads, 860-555-0121" in unescape(lead.get(here).content.decode())


@pytest.mark.usefixtures("adopted")
def test_every_paper_comes_in_every_form_for_all_or_for_a_period(lead: Client, here: str) -> None:
    page = unescape(lead.get(f"{here}papers/").content.decode())
    for paper in ("ics-201", "ics-202", "ics-214", "situation-report", "after-action"):
        assert f"{here}papers/{paper}.pdf" in page
        text = lead.get(f"{here}papers/{paper}.md").content.decode()
        assert "Files are locked" in text
    assert lead.get(f"{here}papers/ics-201.docx").content.startswith(b"PK")
    assert lead.get(f"{here}papers/situation-report.pdf").content.startswith(b"%PDF")
    period = "begins_day=2026-03-01&begins_time=08:00&ends_day=2026-03-01&ends_time=20:00"
    assert "ics-214.pdf?begins_day=" in lead.get(f"{here}papers/?{period}").content.decode()
    assert (
        "Sun 1 Mar 2026, 08:00 EST to Sun 1 Mar 2026, 20:00 EST"
        in lead.get(f"{here}papers/ics-214.md?{period}").content.decode()
    )
    turned = "begins_day=2026-03-02&begins_time=08:00&ends_day=2026-03-01&ends_time=20:00"
    for address in (f"{here}papers/?{turned}", f"{here}papers/ics-214.md?{turned}"):
        answer = lead.get(address)
        assert answer.status_code == 422
        assert "The period ends before it begins." in answer.content.decode()
    assert lead.get(f"{here}papers/ics-999.pdf").status_code == 404
    assert lead.get(f"{here}papers/ics-201.exe").status_code == 404


def test_improvements_become_gaps_once_with_who_and_until_when(
    lead: Client, here: str, member: Organisation, incident: Incident
) -> None:
    form = {
        "seen": "0",
        "summary": "It was one laptop. \u202eevil",
        "strengths": "The lead was called at once\n",
        "areas": "Nobody had the insurer's number\nThe copies were old",
        "what_0": "Copy every night",
        "owner_0": "June",
        "due_0": "2099-01-31",
        "record_gaps": "on",
    }
    assert lead.post(f"{here}after-action/", form).status_code == 302
    gaps = open_gaps_of(member, connecticut_day(now()))
    assert [(gap.body.title, gap.body.owner) for gap in gaps] == [("Copy every night", "June")]
    assert gaps[0].body.gap == f"{incident.number.lower()}-1-copy-every-night"
    assert lead.post(f"{here}after-action/", form | {"seen": "2"}).status_code == 302
    assert len(open_gaps_of(member, connecticut_day(now()))) == 1
    text = lead.get(f"{here}papers/after-action.md").content.decode()
    assert "The lead was called at once" in text
    assert "Copy every night" in text
    assert "\u202e" not in text


def test_two_people_at_the_notes_do_not_overwrite_each_other(lead: Client, here: str) -> None:
    assert lead.post(f"{here}after-action/", {"seen": "0", "summary": "Hers"}).status_code == 302
    answer = lead.post(f"{here}after-action/", {"seen": "0", "summary": "Mine"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "saved these notes after you opened them" in page
    assert "Hers" in page
    assert "Mine" in page
    assert 'name="seen" value="1"' in page


def test_a_day_in_the_past_opens_no_gap_and_loses_no_word(lead: Client, here: str, member: Organisation) -> None:
    form = {"seen": "0", "what_0": "Mend it", "due_0": "2020-01-01", "record_gaps": "on"}
    answer = lead.post(f"{here}after-action/", form)
    assert answer.status_code == 422
    assert "Mend it" in answer.content.decode()
    assert not open_gaps_of(member, connecticut_day(now()))
    assert lead.post(f"{here}after-action/", form | {"due_0": "2099-01-01"}).status_code == 302


def test_a_limit_in_days_is_the_same_day_on_paper_as_on_the_page(lead: Client, member: Organisation) -> None:
    known = {
        "discoveredAt": "2025-03-03T08:40:00-05:00",
        "access": True,
        "encrypted": False,
        "dataKinds": ["name", "ssn"],
    }
    facts = {"entity": {"dataRole": "owner"}, "incident": {**known, "residentsAffected": {"ct": 3}}}
    incident = open_incident(member, NewIncident("Mail", "successful", facts), SYSTEM)
    here = f"/organisations/{member.slug}/incidents/{incident.number}/"
    # 3 March is not counted; 28 days of March, 30 of April and 2 of May are 60.
    assert "Fri 2 May 2025" in unescape(lead.get(f"{here}duties/").content.decode())
    paper = lead.get(f"{here}papers/situation-report.md").content.decode()
    assert "Fri 2 May 2025" in paper
    assert "3 May 2025" not in paper
