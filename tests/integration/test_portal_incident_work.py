"""Severity, tasks and timeline of an incident on pages: what a tired person sees, and what a wrong form says."""

import hashlib
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from closing_person import reasons_for
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdfium2 import PdfDocument

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.response.playbooks import playbook_named
from charteroak.response.severity_examples import load_examples
from charteroak.services.incident_closing import close_incident
from charteroak.services.incident_severity import assess_incident, newest_severity
from charteroak.services.incident_tasks import choose_playbooks, say_of_task, task_board
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.programs import Recorder

pytestmark = pytest.mark.django_db
Add = Callable[..., Any]
SYSTEM = Recorder(actor="system")
DISTRICT = {name: [option] for name, option in load_examples()[2].answers.items()}


@pytest.fixture
def town(add_organisation: Add) -> Organisation:
    organisation: Organisation = add_organisation(slug="cedar-landing", kind="municipality")
    return organisation


@pytest.fixture
def lead(add_person: Add, town: Organisation) -> Client:
    user: User = add_person("Lead", town)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def incident(town: Organisation) -> Incident:
    facts = {"incident": {"discoveredAt": "2026-03-02T09:00:00-05:00"}}
    return open_incident(town, NewIncident("Locked files", "successful", facts), SYSTEM)


@pytest.fixture
def at(incident: Incident) -> str:
    return f"/organisations/cedar-landing/incidents/{incident.number}/"


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.content.decode())


def test_before_anybody_judged_the_page_asks_and_proposes_what_it_knows(lead: Client, at: str) -> None:
    assert "Nobody has judged it yet" in read(lead, f"{at}severity/")
    assert "never gives more than 49 of 100" in read(lead, f"{at}severity/")
    page = read(lead, f"{at}severity/judge/")
    assert page.split('value="government"')[1].split(">")[0].endswith("checked")


def test_answers_are_recorded_and_the_page_says_what_follows(lead: Client, at: str, incident: Incident) -> None:
    sent = lead.post(f"{at}severity/judge/", DISTRICT)
    assert sent.status_code == 302
    page = read(lead, f"{at}severity/")
    assert "Level 3, High by our profile." in page
    assert "64.9 of 100, Medium" in page
    assert "not the State's table" in page
    assert page.count("<svg") >= 2
    newest = newest_severity(incident)
    assert newest is not None
    assert newest.entry is not None
    assert f"entry={newest.entry.index}" in page


def test_several_answers_and_open_questions_give_two_ends(lead: Client, at: str) -> None:
    lead.post(f"{at}severity/judge/", {"actor": ["criminal", "apt"]})
    page = read(lead, f"{at}severity/")
    assert "Level 0 to 5" in page
    assert "7 questions are open." in page
    assert "Criminals or An advanced, persistent group" in page
    assert "at the least" in page


@pytest.mark.parametrize("form", [{"actor": "nobody"}, {"victims": "0"}, {"victims": "many"}, {"victims": "9" * 40}])
def test_a_wrong_answer_is_refused_and_nothing_is_recorded(
    lead: Client, at: str, incident: Incident, form: dict[str, str]
) -> None:
    answer = lead.post(f"{at}severity/judge/", form)
    assert answer.status_code == 422
    assert newest_severity(incident) is None


def test_without_a_playbook_the_page_asks_what_it_looks_like(lead: Client, at: str) -> None:
    assert "Choose what it looks like" in read(lead, f"{at}tasks/")
    assert "Files are locked and someone wants money" in read(lead, f"{at}tasks/playbooks/")


def test_a_chosen_playbook_shows_the_three_next_things_and_one_press_settles_one(
    lead: Client, at: str, incident: Incident
) -> None:
    form = {"playbooks": "ransomware", "start_day": "2026-03-02", "start_time": "09:00"}
    assert lead.post(f"{at}tasks/playbooks/", form).status_code == 302
    page = read(lead, f"{at}tasks/")
    assert page.count('class="clock"') == 3
    assert playbook_named("ransomware").first in page
    assert lead.post(f"{at}tasks/ransomware/first/", {"outcome": "done"}).status_code == 302
    assert lead.post(f"{at}tasks/ransomware/first/", {"outcome": "done"}).status_code == 302
    assert [task.key for task in task_board(incident).settled] == ["ransomware/first"]


def test_not_needed_wants_a_reason_and_handing_on_a_name(lead: Client, at: str, incident: Incident) -> None:
    choose_playbooks(incident, ["ransomware"], SYSTEM)
    for outcome, said in (("not-needed", "Say why it is not needed."), ("reassigned", "Say who does it now")):
        answer = lead.post(f"{at}tasks/ransomware/clean/", {"outcome": outcome})
        assert answer.status_code == 422
        assert said in unescape(answer.content.decode())
    lead.post(f"{at}tasks/ransomware/clean/", {"outcome": "reassigned", "owner": "<b>Elm Street IT</b>"})
    assert "&lt;b&gt;Elm Street IT" in lead.get(f"{at}tasks/").content.decode()


def test_a_task_that_is_not_there_leads_back_to_the_list(lead: Client, at: str) -> None:
    assert lead.get(f"{at}tasks/ransomware/fly/").status_code == 302


@pytest.mark.parametrize("year", ["1970", "9998"])
def test_an_absurd_start_is_refused_in_a_line(lead: Client, at: str, year: str) -> None:
    form = {"playbooks": "ransomware", "start_day": f"{year}-03-02", "start_time": "09:00"}
    answer = lead.post(f"{at}tasks/playbooks/", form)
    assert answer.status_code == 422


def test_the_card_is_one_sheet_with_this_incidents_number(lead: Client, at: str, incident: Incident) -> None:
    choose_playbooks(incident, ["ransomware", "school"], SYSTEM)
    say_of_task(incident, "ransomware/first", "done", SYSTEM)
    assess_incident(incident, DISTRICT, SYSTEM)
    answer = lead.get(f"{at}tasks/card.pdf")
    assert answer["Content-Type"] == "application/pdf"
    with PdfDocument(answer.content) as document:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
    assert incident.number in text
    assert "Level 3, High" in text


def test_a_closed_incident_is_read_and_not_written(lead: Client, at: str, incident: Incident) -> None:
    choose_playbooks(incident, ["ransomware"], SYSTEM)
    close_incident(incident, "", SYSTEM, reasons=reasons_for(incident))
    assert "Done</button>" not in read(lead, f"{at}tasks/").replace("<span", "</button><span")
    assert lead.post(f"{at}tasks/ransomware/first/", {"outcome": "done"}).status_code == 422
    assert lead.post(f"{at}severity/judge/", DISTRICT).status_code == 422


def test_counsel_reads_and_a_stranger_finds_nothing(
    at: str, town: Organisation, incident: Incident, add_person: Add, add_organisation: Add
) -> None:
    choose_playbooks(incident, ["ransomware"], SYSTEM)
    counsel, stranger = Client(), Client()
    counsel.force_login(add_person("Counsel", town, role="counsel"))
    stranger.force_login(add_person("Stranger", add_organisation(slug="other")))
    for page in ("severity/", "tasks/", "tasks/card.pdf"):
        assert counsel.get(at + page).status_code == 200
        assert stranger.get(at + page).status_code == 404
    assert counsel.post(f"{at}severity/judge/", DISTRICT).status_code == 404
    assert "Judge it" not in read(counsel, f"{at}severity/")


EVENT = {"what": "A stranger signed in.", "day": "2026-03-01", "clock": "23:10", "kind": "first-activity"}


def test_an_event_is_added_corrected_and_taken_out_and_nothing_is_overwritten(
    lead: Client, at: str, incident: Incident
) -> None:
    assert lead.post(f"{at}timeline/new/", EVENT).status_code == 302
    page = read(lead, f"{at}timeline/")
    assert "Sun 1 Mar 2026, 23:10 EST" in page
    assert page.count("<svg") >= 2
    assert lead.post(f"{at}timeline/1/", EVENT | {"clock": "", "precision": "hour"}).status_code == 302
    page = read(lead, f"{at}timeline/")
    assert "Sun 1 Mar 2026</th>" in page.replace("<br>", "</th>")
    assert lead.post(f"{at}timeline/2/", EVENT | {"withdrawn": "on"}).status_code == 302
    assert "A stranger signed in." not in read(lead, f"{at}timeline/")
    assert incident.events.count() == 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"what": ""}, "Answer this question."),
        ({"day": "1970-01-01"}, "The year 1970 is out of range."),
        ({"day": "9999-12-31"}, "The year 9999 is out of range."),
        ({"day": "2026-03-08", "clock": "02:30"}, "never came"),
        ({"until_day": "2026-02-01"}, "It would end before it began."),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"what": "x" * 20_001}, "20,000"),
        ({"day": "2099-01-01"}, "too far ahead"),
    ],
)
def test_an_event_that_cannot_be_is_refused_and_loses_nothing(
    lead: Client, at: str, incident: Incident, changed: dict[str, str], said: str
) -> None:
    answer = lead.post(f"{at}timeline/new/", EVENT | changed)
    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    assert said in page or "characters" in page
    assert (EVENT | changed)["day"] in page
    assert not incident.events.exists()


def test_a_contradiction_is_a_question_and_an_order_can_be_said_and_taken_back(
    lead: Client, at: str, incident: Incident
) -> None:
    lead.post(f"{at}timeline/new/", EVENT)
    lead.post(f"{at}timeline/new/", EVENT | {"what": "The wire was cut.", "kind": "contained", "clock": "22:00"})
    assert "Which of the two moments is wrong?" in read(lead, f"{at}timeline/")
    lead.post(f"{at}timeline/order/", {"before": "1", "after": "2"})
    assert incident.event_orders.count() == 1
    assert "Event 1 came before event 2." in read(lead, f"{at}timeline/")
    lead.post(f"{at}timeline/order/", {"before": "1", "after": "2", "withdrawn": "on"})
    assert "Event 1 came before event 2." not in read(lead, f"{at}timeline/")
    for form in ({"before": "1", "after": "1"}, {"before": "1", "after": "99"}, {}):
        assert lead.post(f"{at}timeline/order/", form).status_code == 302
    assert incident.event_orders.count() == 2


def test_text_of_an_event_is_text_and_its_paper_is_a_pdf(lead: Client, at: str) -> None:
    hostile = "<script>alert(1)</script> \u202e\U0001f600 \u0645\u0631\u062d\u0628\u0627 " + "x" * 3000
    lead.post(f"{at}timeline/new/", EVENT | {"what": hostile})
    assert "<script>alert(1)" not in lead.get(f"{at}timeline/").content.decode()
    answer = lead.get(f"{at}timeline/timeline.pdf")
    assert answer["Content-Type"] == "application/pdf"
    with PdfDocument(answer.content) as document:
        assert "Timeline of INC-" in document[0].get_textpage().get_text_range()


LOG = (
    "Nov 20 10:00:00 pc1 proxy: GET http://evil.example/<script>\n"
    "Nov 20 09:00:00 pc1 proxy: GET http://evil.example/a\n"
    "1970-01-01T00:00:00Z evil.example\n"
)


def logs_form(**changed: object) -> dict[str, object]:
    log = SimpleUploadedFile("../../proxy.log", LOG.encode())
    return {"logs": log, "looked_for": "evil[.]example", "zone": "America/New_York", "skew": "42"} | changed


def test_a_log_is_read_ticked_and_merged_once_with_its_digest_and_line(
    lead: Client, at: str, incident: Incident
) -> None:
    answer = lead.post(f"{at}timeline/logs/", logs_form())
    assert answer.status_code == 302
    reading = incident.log_readings.get()
    assert reading.sha256 == hashlib.sha256(LOG.encode()).hexdigest()
    page = read(lead, answer["Location"])
    assert "1 match has a time that cannot be one" in page
    assert "The times run backward 1 time." in page
    assert "evil[.]example in proxy.log on pc1" in page
    assert "the log names no year" in page
    for _again in range(2):
        assert lead.post(answer["Location"], {"proposals": ["1", "2"]}).status_code == 302
    first, last = incident.events.order_by("earliest")
    assert (first.source, first.detail["line"], first.detail["raw"]) == ("log", 2, "Nov 20 09:00:00")
    assert (first.earliest.second, first.detail["skewSeconds"]) == (42, 42)
    assert last.detail["sha256"] == reading.sha256
    page = read(lead, f"{at}timeline/")
    assert "proxy.log, line 2; clock corrected by +42 s" in page
    assert "In the timeline" in read(lead, answer["Location"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"looked_for": ""}, "There is nothing to search for."),
        ({"looked_for": "\x00\x00"}, ""),
        ({"looked_for": "no indicator at all !!"}, ""),
        ({"skew": "99999999"}, ""),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"logs": SimpleUploadedFile("empty.log", b"")}, "empty"),
    ],
)
def test_a_log_that_cannot_be_read_as_asked_is_refused_and_nothing_is_kept(
    lead: Client, at: str, incident: Incident, changed: dict[str, object], said: str
) -> None:
    answer = lead.post(f"{at}timeline/logs/", logs_form(**changed))
    assert answer.status_code == 422
    assert said in unescape(answer.content.decode())
    assert not incident.log_readings.exists()


def test_ticks_that_are_none_of_the_readings_take_nothing(lead: Client, at: str, incident: Incident) -> None:
    place = lead.post(f"{at}timeline/logs/", logs_form())["Location"]
    for form in ({}, {"proposals": "99"}, {"proposals": "x" * 3000}):
        assert lead.post(place, form).status_code == 422
    assert not incident.events.exists()


def test_an_event_log_without_times_is_counted_and_proposes_nothing(lead: Client, at: str, incident: Incident) -> None:
    data = (Path(__file__).parents[1] / "assets/logs/planted.evtx").read_bytes()
    form = logs_form(logs=SimpleUploadedFile("Security.evtx", data), looked_for="payroll-quickpay.example", skew="")
    assert lead.post(f"{at}timeline/logs/", form).status_code == 302
    reading = incident.log_readings.get()
    assert (reading.summary["matches"], reading.summary["withoutTime"]) == (2, 2)
    assert reading.proposals == []
    assert "nothing that could be put into the timeline" in read(lead, f"{at}timeline/logs/{reading.pk}/")


def test_a_reading_of_another_incident_is_not_found(lead: Client, at: str, town: Organisation) -> None:
    place = lead.post(f"{at}timeline/logs/", logs_form())["Location"]
    other = open_incident(town, NewIncident("Another", "unknown"), SYSTEM)
    number = place.rstrip("/").rpartition("/")[2]
    assert lead.get(f"/organisations/cedar-landing/incidents/{other.number}/timeline/logs/{number}/").status_code == 404
