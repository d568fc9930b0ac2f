"""Alerts by mail, against a real server: once, to the right person, again after a failure, never lost in silence."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from closing_person import reasons_for
from django.db import connection
from django.test import Client
from smtp_server import Mailbox, smtp_server

from charteroak.adapters.mail_sender import MailNotSentError, MailSettings, NewMail
from charteroak.errors import AccessError
from charteroak.portal.incidents.alerts import banner_of
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.incidents.models import Alert, AlertDelivery, Incident
from charteroak.response.alerts import FACTS_MISSING
from charteroak.services.incident_alerts import (
    acknowledge,
    acknowledge_by_link,
    alert_by_link,
    failures_of,
    link_of,
    run_alerts,
    unacknowledged,
    who_is_next,
)
from charteroak.services.incident_closing import close_incident
from charteroak.services.incident_grounds import TOLD
from charteroak.services.incidents import (
    NewEvent,
    NewIncident,
    add_event,
    describe_incident,
    document_of,
    open_incident,
)
from charteroak.services.on_call import NewContact, set_on_call
from charteroak.services.outgoing_mail import sender_by
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for

pytestmark = pytest.mark.django_db
SYSTEM = Recorder(actor="system")
AG = "CT-BREACH-AG/attorney-general"
DISCOVERED = datetime(2026, 3, 2, 14, tzinfo=UTC)
END = datetime(2026, 5, 2, 4, tzinfo=UTC)
HALF = DISCOVERED + (END - DISCOVERED) * 0.55
LATE = DISCOVERED + (END - DISCOVERED) * 0.85
FACTS: dict[str, Any] = {
    "entity": {
        "dataRole": "owner", "regulatedBy": [], "licences": [], "contractorOf": [], "publicCompany": False,
    },
    "incident": {
        "discoveredAt": "2026-03-02T09:00:00-05:00", "access": True, "encrypted": False, "dataKinds": ["name", "card"],
        "residentsAffected": {"ct": 120}, "individualsAffected": 120, "materialHarm": False, "criticalService": False,
    },
}  # fmt: skip


@pytest.fixture
def town(add_organisation: Callable[..., Organisation]) -> Organisation:
    return add_organisation("cedar-landing", kind="municipality")


@pytest.fixture
def lead(add_person: Callable[..., User], town: Organisation) -> User:
    return add_person("Lea", town)


@pytest.fixture
def incident(town: Organisation) -> Incident:
    return open_incident(town, NewIncident("Mail of the tax office", "successful", FACTS), SYSTEM)


@pytest.fixture
def on_call(town: Organisation) -> None:
    set_on_call(town, [NewContact("Lea", "lea@example.org", 15), NewContact("Otto", "otto@example.org", 30)], SYSTEM)


class Sent:
    """A sender that keeps what it was given, and fails on demand."""

    def __init__(self) -> None:
        self.mails: list[NewMail] = []
        self.failure: MailNotSentError | None = None

    def __call__(self, mail: NewMail) -> None:
        if self.failure is not None:
            raise self.failure
        self.mails.append(mail)


@pytest.fixture
def sent() -> Sent:
    return Sent()


def of_duty(sent: Sent) -> list[str]:
    return [mail.to for mail in sent.mails if "Attorney General" in mail.subject]


def by(server: Mailbox) -> MailSettings:
    return MailSettings(host="127.0.0.1", port=server.port, sender="alerts@charteroak.example", security="none")


@pytest.mark.usefixtures("on_call")
def test_half_of_a_limit_reaches_the_first_on_call_once_over_a_real_server(incident: Incident) -> None:
    with smtp_server() as server:
        send = sender_by(by(server))
        first = run_alerts(HALF, send, portal="https://oak.example")
        second = run_alerts(HALF, send, portal="https://oak.example")
    assert first.sent == len(server.messages) > 0
    assert (second.sent, second.raised) == (0, 0)
    assert set(server.recipients) == {"lea@example.org"}
    message = next(each for each in server.messages if "Attorney General" in each["Subject"])
    text = message.get_content()
    assert text.index("The law says") < text.index("Outer limit: Fri 1 May 2026, 23:59 EDT")
    assert "https://oak.example/alerts/" in text
    assert incident.title not in message.as_string()


@pytest.mark.usefixtures("on_call", "incident")
def test_after_days_of_silence_there_is_one_message_for_each_duty(sent: Sent) -> None:
    run_alerts(END + timedelta(days=90), sent)
    subjects = [mail.subject for mail in sent.mails if mail.to == "lea@example.org"]
    assert len(subjects) == len(set(subjects)) == Alert.objects.values("duty").distinct().count()
    assert set(Alert.objects.values_list("percent", flat=True)) <= {0, 100}


@pytest.mark.usefixtures("on_call", "incident")
def test_the_next_one_is_told_if_nobody_acknowledges_and_not_otherwise(sent: Sent, lead: User) -> None:
    run_alerts(HALF, sent)
    assert of_duty(sent) == ["lea@example.org"]
    alert = Alert.objects.get(duty=AG)
    assert who_is_next(alert, HALF) == ("Otto", HALF + timedelta(minutes=15))
    run_alerts(HALF + timedelta(minutes=16), sent)
    assert of_duty(sent) == ["lea@example.org", "otto@example.org"]
    run_alerts(LATE, sent)
    acknowledge(Alert.objects.get(duty=AG, ended=None), recorder_for(lead), "Lea")
    run_alerts(LATE + timedelta(minutes=16), sent)
    assert of_duty(sent) == ["lea@example.org", "otto@example.org", "lea@example.org"]


@pytest.mark.usefixtures("on_call", "incident")
def test_a_failure_is_recorded_shown_and_tried_again_under_the_same_identifier(sent: Sent, town: Organisation) -> None:
    sent.failure = MailNotSentError("The mail server did not answer.")
    run = run_alerts(HALF, sent)
    assert run.failed == failures_of(town) > 0
    assert AlertDelivery.objects.filter(alert__duty=AG).get().error == "The mail server did not answer."
    assert run_alerts(HALF, sent).failed == 0, "not before its time"
    sent.failure = None
    run_alerts(HALF + timedelta(minutes=2), sent)
    assert failures_of(town) == 0
    assert of_duty(sent) == ["lea@example.org"]


@pytest.mark.usefixtures("on_call", "incident")
def test_somebody_whom_nothing_reaches_holds_nobody_up(sent: Sent) -> None:
    sent.failure = MailNotSentError("550 No such person", is_permanent=True)
    run_alerts(HALF, sent)
    sent.failure = None
    run_alerts(HALF + timedelta(seconds=1), sent)
    assert of_duty(sent) == ["otto@example.org"]


@pytest.mark.usefixtures("incident")
def test_without_a_mail_server_nothing_is_called_sent(town: Organisation, lead: User) -> None:
    run = run_alerts(HALF, None)
    assert run.sent == 0
    assert run.failed == failures_of(town) > 0
    delivery = AlertDelivery.objects.filter(alert__duty=AG).get()
    assert (delivery.email, delivery.error) == (lead.email, "No mail server is configured.")


@pytest.mark.usefixtures("on_call")
def test_a_corrected_fact_or_a_notice_ends_the_alert(sent: Sent, town: Organisation, incident: Incident) -> None:
    run_alerts(HALF, sent)
    assert AG in {alert.duty for alert in unacknowledged(town)}
    told = NewEvent("The office was told.", DISCOVERED + timedelta(days=1), kind=TOLD, detail={"duty": AG})
    add_event(incident, told, SYSTEM)
    run_alerts(HALF + timedelta(hours=1), sent)
    assert AG not in {alert.duty for alert in unacknowledged(town)}
    document = document_of(incident)
    document["incident"] |= {"encrypted": True}
    describe_incident(incident, document, SYSTEM)
    run_alerts(HALF + timedelta(hours=2), sent)
    assert not [alert for alert in unacknowledged(town) if alert.duty.startswith("CT-BREACH")]


@pytest.mark.usefixtures("on_call")
def test_duties_that_closing_left_open_go_on_until_somebody_was_told(
    sent: Sent, town: Organisation, incident: Incident
) -> None:
    run_alerts(HALF, sent)
    close_incident(incident, "", SYSTEM, reasons=reasons_for(incident))
    run_alerts(LATE, sent)
    assert of_duty(sent) == ["lea@example.org"] * 2
    assert FACTS_MISSING not in {alert.duty for alert in unacknowledged(town)}, "a closed incident takes no facts"
    told = NewEvent("The office was told.", LATE, kind=TOLD, detail={"duty": AG})
    event = add_event(incident, told, SYSTEM, even_closed=True)
    run_alerts(LATE, sent)
    assert AG not in {alert.duty for alert in unacknowledged(town)}
    add_event(incident, told, SYSTEM, supersedes=event, withdrawn=True, even_closed=True)
    run_alerts(LATE, sent)
    assert AG in {alert.duty for alert in unacknowledged(town)}, "untold after closing, it is open again"


@pytest.mark.usefixtures("on_call")
def test_an_incident_that_left_open_only_what_missing_facts_decide_wakes_nobody(sent: Sent, town: Organisation) -> None:
    blocked = open_incident(town, NewIncident("Mail was blocked", "unsuccessful"), SYSTEM)
    for key in reasons_for(blocked):
        add_event(blocked, NewEvent("Told.", DISCOVERED, kind=TOLD, detail={"duty": key}), SYSTEM)
    close_incident(blocked, "", SYSTEM, reasons=reasons_for(blocked))
    assert run_alerts(LATE, sent).raised == 0
    assert unacknowledged(town) == []


def test_an_exercise_wakes_nobody(sent: Sent, town: Organisation, lead: User) -> None:
    space = ExerciseSpace.objects.create(
        organisation=town, name="Friday", scenario="ransom", scenario_sha256="0" * 64, scenario_text="",
        facilitator=lead, join_code="ABC", created=DISCOVERED,
    )  # fmt: skip
    open_incident(town, NewIncident("Played", "successful", FACTS), recorder_for(lead), space=space)
    assert run_alerts(END, sent).raised == 0
    assert sent.mails == []


@pytest.mark.usefixtures("on_call", "incident")
def test_a_sending_that_was_cut_off_is_sent_again_after_its_lease(sent: Sent) -> None:
    run_alerts(HALF, sent)
    AlertDelivery.objects.update(state="sending", due=HALF + timedelta(minutes=10))
    before = len(sent.mails)
    run_alerts(HALF + timedelta(minutes=5), sent)
    assert len(sent.mails) == before
    run_alerts(HALF + timedelta(minutes=11), sent)
    identifiers = [mail.message_id for mail in sent.mails if mail.to == "lea@example.org"]
    assert len(identifiers) == 2 * len(set(identifiers))


@pytest.mark.usefixtures("on_call", "incident")
def test_a_link_shows_and_only_its_form_acknowledges(sent: Sent, client: Client) -> None:
    run_alerts(HALF, sent)
    alert = Alert.objects.get(duty=AG)
    token = link_of(alert.deliveries.get())
    page = client.get(f"/alerts/{token}/")
    assert page.status_code == 200
    assert "Mail of the tax office" not in page.content.decode()
    assert Alert.objects.get(pk=alert.pk).acknowledged is None
    assert client.post(f"/alerts/{token}/").status_code == 200
    alert.refresh_from_db()
    assert alert.acknowledged_by == "Lea"
    for bad in (token[:-1] + ("a" if token[-1] != "a" else "b"), "x", token.replace(":", "")):
        assert client.get(f"/alerts/{bad}/").status_code == 404


def test_a_link_that_was_not_made_here_opens_nothing() -> None:
    with pytest.raises(AccessError):
        alert_by_link("MQ:1abc:def")
    with pytest.raises(AccessError):
        acknowledge_by_link("MQ:1abc:def", HALF)


@pytest.mark.parametrize(
    ("email", "minutes"), [("nobody", 5), ("a@example.org\nBcc: b@example.org", 5), ("a@example.org", 0)]
)
def test_a_list_with_a_line_that_cannot_be_used_changes_nothing(town: Organisation, email: str, minutes: int) -> None:
    with pytest.raises(ProgramInputError, match="Line 1"):
        set_on_call(town, [NewContact("Lea", email, minutes)], SYSTEM)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_call", "incident")
def test_two_timers_at_once_send_each_message_once() -> None:
    sent, together, faults = Sent(), threading.Barrier(2), []

    def run() -> None:
        try:
            together.wait()
            run_alerts(HALF, sent)
        except BaseException as error:  # noqa: BLE001 - told to the test below
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    identifiers = [mail.message_id for mail in sent.mails]
    assert len(identifiers) == len(set(identifiers)) == AlertDelivery.objects.count() > 0


@pytest.mark.usefixtures("on_call")
def test_facts_that_stay_missing_are_asked_for_at_each_share_of_each_limit(sent: Sent, town: Organisation) -> None:
    known = {"incident": {"discoveredAt": "2026-03-02T09:00:00-05:00"}}
    open_incident(town, NewIncident("Something", "suspected", known), SYSTEM)
    for share in (0.01, 0.55, 0.85, 1.01):
        run_alerts(DISCOVERED + (END - DISCOVERED) * share, sent)
        for alert in unacknowledged(town):
            acknowledge(alert, SYSTEM, "Lea")
    raised = Alert.objects.filter(limit=END, to__contains="Attorney General").values_list("percent", flat=True)
    assert sorted(raised) == [50, 80, 100]
    mails = [mail for mail in sent.mails if "Connecticut residents who are affected" in mail.text]
    assert len([mail for mail in mails if mail.to == "lea@example.org"]) == 3


def unread(incident: Incident) -> None:
    """Store facts that this release cannot read, as another one may have written them."""
    row = incident.facts.get()
    incident.facts.update(document={**row.document, "incident": {**row.document["incident"], "newKey": 1}})


@pytest.mark.usefixtures("on_call")
def test_one_incident_that_cannot_be_read_keeps_nobody_elses_alert_back(
    sent: Sent, incident: Incident, add_organisation: Callable[..., Organisation]
) -> None:
    other = add_organisation("maple-mill", kind="municipality")
    set_on_call(other, [NewContact("Nan", "nan@example.org", 15)], SYSTEM)
    open_incident(other, NewIncident("Another", "successful", FACTS), SYSTEM)
    run_alerts(HALF, None)
    unread(incident)
    run = run_alerts(HALF + timedelta(minutes=20), sent)
    assert len(run.unreadable) == 1
    assert not run.is_clean
    assert {"lea@example.org", "nan@example.org"} <= {mail.to for mail in sent.mails}
    assert all("The law says" in mail.text for mail in sent.mails if "Attorney General" in mail.subject)


@pytest.mark.usefixtures("on_call", "incident")
def test_a_sender_that_breaks_is_a_delivery_that_failed_and_no_end_of_the_run(town: Organisation) -> None:
    def broken(_mail: NewMail) -> None:
        raise ValueError

    run = run_alerts(HALF, broken)
    assert run.failed == failures_of(town) > 1
    assert "ValueError" in AlertDelivery.objects.filter(alert__duty=AG).get().error


@pytest.mark.usefixtures("incident")
def test_an_alert_that_reaches_nobody_is_not_clean_and_says_so_in_red(town: Organisation, sent: Sent) -> None:
    run = run_alerts(HALF, sent)
    assert run.unheard == run.raised > 0
    assert not run.is_clean
    banner = banner_of(town)
    assert banner is not None
    assert banner.is_unheard
    assert banner.tone == "note--harm"
    set_on_call(town, [NewContact("Lea", "lea@example.org", 15)], SYSTEM)
    assert run_alerts(HALF, sent).is_clean
