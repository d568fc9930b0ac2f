"""One report, every clock: a report to the desk becomes the organisation's own record, and nothing is asked twice."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.clock import parse_instant
from charteroak.errors import AccessError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import parse_report
from charteroak.response.incident_tasks import TaskState
from charteroak.response.incident_times import MomentError
from charteroak.response.playbooks import playbook_named
from charteroak.response.reported_particulars import PROPOSED_ONLY
from charteroak.services.disclosure import change_disclosure
from charteroak.services.filed_reports import Reporter
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_closing import close_incident, left_open
from charteroak.services.incident_ending import reopen_incident, say_opened_in_error
from charteroak.services.incident_reports import add_supplement, file_report, withdraw_report
from charteroak.services.incident_tasks import chosen_playbooks, task_board
from charteroak.services.incidents import NewIncident, document_of, open_incident, standing_events
from charteroak.services.notices import answers_of
from charteroak.services.opening_from_reports import (
    REPORTING_TASKS,
    open_from_report,
    own_record_of,
    proposed_answers,
    proposed_severity,
    title_of,
)
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for

pytestmark = pytest.mark.django_db
BASE = "/organisations/cedar-landing/incidents/"
DISCOVERED = "2026-03-06T07:10:00-05:00"
SAID: dict[str, Any] = {
    "outcome": "successful",
    "narrative": "Files of the tax office are locked.",
    "noticed": {"at": "2026-03-06T07:10"},
    "times": {"firstActivity": "2026-03-05"},
    "counts": {"connecticutResidents": 120},
    "dataKinds": ["name", "ssn"],
}


@pytest.fixture
def town(add_organisation: Callable[..., Organisation]) -> Organisation:
    return add_organisation("cedar-landing", kind="municipality")


@pytest.fixture
def lead(add_person: Callable[..., User], town: Organisation) -> User:
    return add_person("Lea", town)


@pytest.fixture
def file(add_organisation: Callable[..., Organisation], town: Organisation, lead: User) -> Callable[..., Report]:
    desk = add_organisation("state-desk", part="desk")

    def file_one(**changes: Any) -> Report:
        return file_report(
            parse_report(SAID | changes), Reporter(organisation=town, user=lead), channel="web", desk=desk
        )

    return file_one


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("&nbsp;", " ").split())


def test_the_page_asks_again_only_what_it_shows_filled_in(
    client: Client, town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    report = file()
    client.force_login(lead)
    page = text(client.get(f"{BASE}new/?report={report.pk}"))
    assert "Not asked again" in page
    assert "Social Security numbers" in page
    assert 'value="2026-03-06"' in page
    assert 'value="07:10"' in page
    answer = client.post(
        f"{BASE}new/?report={report.pk}",
        {"title": "Files", "outcome": "successful", "discovered_day": "2026-03-06", "discovered_time": "07:10"},
    )
    incident = Incident.objects.get(organisation=town)
    assert answer.headers["Location"] == f"{BASE}{incident.number}/"
    known = document_of(incident)["incident"]
    assert known["dataKinds"] == ["name", "ssn"]
    assert known["residentsAffected"] == {"ct": 120}
    assert known["discoveredAt"] == "2026-03-06T12:10:00Z"
    assert list(incident.reports.all()) == [report]
    (began,) = standing_events(incident)
    assert (began.kind, began.precision) == ("first-activity", "day")


def test_the_kind_of_incident_brings_its_playbook(town: Organisation, lead: User, file: Callable[..., Report]) -> None:
    incident = open_from_report(town, file(kinds=["ransomware"]), NewIncident("Files"), None, recorder_for(lead))
    assert chosen_playbooks(incident) == ("ransomware",)
    done = [task.key for task in task_board(incident).tasks if task.state is TaskState.DONE]
    assert done == ["ransomware/report"], "the report is filed already"


@pytest.mark.parametrize(
    ("reported", "corrected", "followed"), [("blocked", "successful", True), ("successful", "unsuccessful", False)]
)
def test_a_corrected_outcome_decides_whether_its_playbook_is_followed(
    town: Organisation, lead: User, file: Callable[..., Report], reported: str, corrected: str, followed: bool
) -> None:
    report = file(kinds=["data", "ransomware"], outcome=reported)
    incident = open_from_report(town, report, NewIncident("Files", corrected), None, recorder_for(lead))
    assert chosen_playbooks(incident) == (("ransomware", "data-theft") if followed else ())


@pytest.mark.parametrize("key", sorted(REPORTING_TASKS))
def test_what_is_ticked_asks_for_the_report_and_for_nothing_else(key: str) -> None:
    playbook, _, name = key.partition("/")
    (step,) = (step for step in playbook_named(playbook).steps if step.id == name)
    assert step.text.startswith("File the report to the desk")
    assert "as a file" not in step.text


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Files are locked. A note asks for money.", "Files are locked"),
        ("x" * 300, "x" * 100),
        ("Gone.", "Gone"),
        ("Dr. Smith of HR clicked a link. She told us.", "Dr. Smith of HR clicked a link"),
        ("At 3 p.m. the mail server went dark. Nobody can send.", "At 3 p.m. the mail server went dark"),
        ("The mail server stopped at 3 p.m. Friday.", "The mail server stopped at 3 p.m. Friday"),
        ("E.g. files of the clerk are gone.", "E.g. files of the clerk are gone"),
        ("A caller named Mr. Fox asked for gift cards.", "A caller named Mr. Fox asked for gift cards"),
        ("The laptop of Ann B. Stone is gone. It was locked.", "The laptop of Ann B. Stone is gone"),
        (f"{'word ' * 19}ends.  Then more.", ("word " * 19 + "ends")),
    ],
)
def test_the_first_sentence_names_the_incident(file: Callable[..., Report], said: str, title: str) -> None:
    assert title_of(file(narrative=said)) == title


def test_notices_are_drafted_from_the_report_and_letters_wait_for_a_person(
    client: Client, town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    report = file(technicalContact="Sam Oak 860-555-0102", responseTaken="Cables were pulled.")
    incident = open_from_report(town, report, NewIncident("Files"), None, recorder_for(lead))
    kept = answers_of(incident)
    assert kept["technical_contact"] == "Sam Oak 860-555-0102"
    assert not PROPOSED_ONLY & set(kept)
    assert proposed_answers(incident, lead)["what_happened"] == "Files of the tax office are locked."
    client.force_login(lead)
    page = text(client.get(f"{BASE}{incident.number}/notices/answers/what/"))
    assert "Your report to the desk filled some in." in page
    assert "Files of the tax office are locked." in page
    client.post(f"{BASE}{incident.number}/notices/answers/what/", {"what_happened": "Files were locked."})
    page = text(client.get(f"{BASE}{incident.number}/notices/answers/what/"))
    assert "Files were locked." in page
    assert "Files of the tax office are locked." not in page


WHO = {"name": "Ashlee Stone", "role": "Counsel", "phone": "860-555-0199", "email": "ashlee@birch.example"}
CONTACT = "Ashlee Stone, 860-555-0199"


def test_who_reported_stays_with_the_desk_whoever_else_opens_the_record(
    client: Client, town: Organisation, file: Callable[..., Report], add_person: Callable[..., User]
) -> None:
    colleague = add_person("Lee", town)
    report = file(reporter=WHO, technicalContact=CONTACT, detection="staff")
    incident = open_from_report(town, report, NewIncident("Files"), None, recorder_for(colleague))
    assert answers_of(incident)["how_discovered"] == "by our own people"
    client.force_login(colleague)
    page = text(client.get(f"{BASE}{incident.number}/notices/answers/who/"))
    for kept in (*answers_of(incident).values(), *proposed_answers(incident, colleague).values(), page):
        assert "Ashlee" not in kept
        assert "860-555-0199" not in kept
    by_system = open_from_report(town, file(reporter=WHO), NewIncident("Files"), None, Recorder("system"))
    assert not {"reporter_name", "reporter_contact"} & set(answers_of(by_system))


def test_whether_a_bank_is_an_authority_is_for_a_person_to_say(
    client: Client, town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    report = file(informed=[{"who": "Our insurer", "when": "2026-03-06"}])
    incident = open_from_report(town, report, NewIncident("Files"), None, recorder_for(lead))
    assert "police_told" not in answers_of(incident)
    client.force_login(lead)
    assert "Our insurer, 2026-03-06" in text(client.get(f"{BASE}{incident.number}/notices/answers/done/"))


def test_who_reported_is_proposed_to_themselves_and_stands_in_no_draft_unseen(
    client: Client, town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    incident = open_from_report(town, file(reporter=WHO), NewIncident("Files"), None, recorder_for(lead))
    assert "reporter_name" not in answers_of(incident)
    assert proposed_answers(incident, lead)["reporter_name"] == "Ashlee Stone, Counsel"
    client.force_login(lead)
    assert "Ashlee Stone, Counsel" in text(client.get(f"{BASE}{incident.number}/notices/answers/who/"))


def test_a_report_that_became_anonymous_proposes_nothing_any_more(
    town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    report = file(reporter=WHO, functionalImpact="denial_noncritical")
    incident = open_from_report(town, report, NewIncident("Files"), None, recorder_for(lead))
    change_disclosure(report, "anonymous", Reporter(organisation=town, user=lead), channel="web")
    assert proposed_answers(incident, lead) == {}
    assert proposed_severity(incident) == {}


def test_opened_twice_it_is_one_incident(town: Organisation, lead: User, file: Callable[..., Report]) -> None:
    report, recorder = file(), recorder_for(lead)
    first = open_from_report(town, report, NewIncident("Files", "successful"), parse_instant(DISCOVERED), recorder)
    again = open_from_report(town, report, NewIncident("Files", "successful"), parse_instant(DISCOVERED), recorder)
    assert first.pk == again.pk
    assert Incident.objects.count() == 1
    assert standing_events(first).count() == 1


def close_anyway(incident: Incident, recorder: Recorder) -> None:
    reasons = {each.key: "Counsel says so." for each in left_open(clocks_of_incident(incident))}
    close_incident(incident, "It is over.", recorder, reasons=reasons)


def test_a_record_that_was_opened_in_error_does_not_swallow_the_report(
    town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    report, recorder = file(), recorder_for(lead)
    mistaken = open_from_report(town, report, NewIncident("Files"), None, recorder)
    say_opened_in_error(mistaken, "We took it for a drill.", recorder)
    offered = own_record_of(report, lead)
    assert offered is not None
    assert offered.incident is None, "no clock of that record runs"
    real = open_from_report(town, report, NewIncident("It is real", "successful"), parse_instant(DISCOVERED), recorder)
    assert (real.title, real.closed) == ("It is real", None)
    assert document_of(real)["incident"]["discoveredAt"] == "2026-03-06T12:10:00Z"
    reopen_incident(mistaken, "Both are needed.", recorder)
    close_anyway(mistaken, recorder)
    again = own_record_of(report, lead)
    assert again is not None
    assert again.incident == real, "the open one counts"


def test_a_closed_incident_is_not_opened_over_again_and_nobody_reads_that_its_clocks_run(
    client: Client, town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    report, recorder = file(), recorder_for(lead)
    incident = open_from_report(town, report, NewIncident("Files"), None, recorder)
    close_anyway(incident, recorder)
    with pytest.raises(ProgramInputError, match=f"{incident.number}, which is closed") as refused:
        open_from_report(town, report, NewIncident("Again"), None, recorder)
    assert "Reopen" in (refused.value.remedy or "")
    client.force_login(lead)
    page = text(client.post("/report/status/", {"receipt": report.receipt}, follow=True))
    assert "which is closed" in page
    assert "Its clocks stand there" not in page
    form = {"title": "Again", "outcome": "successful", "discovered_day": "", "discovered_time": ""}
    answer = client.post(f"{BASE}new/?report={report.pk}", form)
    assert answer.status_code == 422
    assert "which is closed" in text(answer)
    assert Incident.objects.count() == 1


def test_a_discovery_before_what_the_report_says_of_the_beginning_opens_nothing(
    town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    with pytest.raises(MomentError, match="after this discovery"):
        open_from_report(
            town, file(), NewIncident("Files", "successful"), parse_instant("2026-03-04T00:00:00Z"), recorder_for(lead)
        )
    assert not Incident.objects.exists()


def test_a_day_that_is_not_over_ends_now(town: Organisation, lead: User, file: Callable[..., Report]) -> None:
    today = now().date().isoformat()
    report = file(noticed=None, times={"contained": {"at": today, "zone": "UTC"}})
    incident = open_from_report(town, report, NewIncident("Files", "successful"), None, recorder_for(lead))
    assert standing_events(incident).get().latest <= now()


def test_what_the_desk_was_told_later_counts_too(town: Organisation, lead: User, file: Callable[..., Report]) -> None:
    report = file(dataKinds="unknown")
    more = parse_report({"reportType": "supplement", "outcome": "successful", "dataKinds": ["medical"]})
    add_supplement(report, more, Reporter(organisation=town, user=lead), channel="web")
    incident = open_from_report(town, report, NewIncident("Files", "successful"), None, recorder_for(lead))
    assert document_of(incident)["incident"]["dataKinds"] == ["medical"]


def test_only_who_keeps_the_record_is_led_to_it(
    town: Organisation,
    lead: User,
    file: Callable[..., Report],
    add_person: Callable[..., User],
    add_organisation: Callable[..., Organisation],
) -> None:
    report, other = file(), add_organisation("elm-hollow", kind="municipality")
    assert own_record_of(report, add_person("Eve", other)) is None
    assert own_record_of(report, add_person("Cora", town, "counsel")) is None
    offered = own_record_of(report, lead)
    assert offered is not None
    assert offered.incident is None
    with pytest.raises(AccessError):
        open_from_report(other, report, NewIncident("Files"), None, Recorder("system"))


def test_a_report_that_names_nobody_or_is_taken_back_leads_nowhere(
    town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    anonymous = file(disclosure="anonymous")
    assert anonymous.organisation is None
    assert own_record_of(anonymous, lead) is None
    report = file()
    withdraw_report(report, Reporter(organisation=town, user=lead), reason="It was a drill.", channel="web")
    with pytest.raises(ProgramInputError, match="taken back"):
        open_from_report(town, report, NewIncident("Files"), None, recorder_for(lead))
    assert not Incident.objects.exists()
    report.refresh_from_db()
    assert own_record_of(report, lead) is None


def test_a_report_taken_back_after_its_incident_was_opened_still_leads_to_it(
    town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    report = file()
    incident = open_from_report(town, report, NewIncident("Files"), None, recorder_for(lead))
    withdraw_report(report, Reporter(organisation=town, user=lead), reason="It was a drill.", channel="web")
    assert open_from_report(town, report, NewIncident("Files"), None, recorder_for(lead)).pk == incident.pk


def test_the_reports_page_offers_the_incident_that_is_open_already(
    client: Client, town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    incident, report = open_incident(town, NewIncident("Files are gone"), recorder_for(lead)), file()
    client.force_login(lead)
    answer = client.post("/report/status/", {"receipt": report.receipt}, follow=True)
    attach = f"{BASE}{incident.number}/reports/attach/?report={report.pk}"
    assert attach in text(answer)
    assert f"{BASE}new/?report={report.pk}" in text(answer)
    assert "checked" in text(client.get(attach))
    client.post(attach, {"report": str(report.pk)})
    page = text(client.get("/report/mine/"))
    assert f'href="{BASE}{incident.number}/"' in page
    assert "Open your own record" not in page
    client.logout()
    stranger = text(client.post("/report/status/", {"receipt": report.receipt}, follow=True))
    assert "Who else must be told?" not in stranger


@pytest.mark.parametrize("number", ["0", "x", "999999", "9" * 40, "-1"])
def test_a_report_that_is_not_there_is_a_plain_form(client: Client, lead: User, number: str) -> None:
    client.force_login(lead)
    page = client.get(f"{BASE}new/?report={number}")
    assert page.status_code == 200
    assert "From your report" not in text(page)


def test_the_judgment_of_severity_begins_with_what_was_reported(
    client: Client, town: Organisation, lead: User, file: Callable[..., Report]
) -> None:
    report = file(functionalImpact="denial_noncritical", recoverability="unknown")
    incident = open_from_report(town, report, NewIncident("Files"), None, recorder_for(lead))
    assert proposed_severity(incident) == {"functionalImpact": ["denial_noncritical"]}
    client.force_login(lead)
    page = text(client.get(f"{BASE}{incident.number}/severity/judge/"))
    (box,) = re.findall(r'<input[^>]*value="denial_noncritical"[^>]*>', page)
    assert "checked" in box
