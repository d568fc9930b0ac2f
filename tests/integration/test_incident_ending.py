"""An incident that was none, and one that goes on: said with a reason, and nothing of the record is gone."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from closing_person import reasons_for
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import AccessError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.incident_alerts import AlertRun, _raise_alerts, run_alerts, unacknowledged
from charteroak.services.incident_calendar import calendar_of
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_closing import close_incident, watched_incidents
from charteroak.services.incident_ending import reopen_incident, say_opened_in_error
from charteroak.services.incident_grounds import TOLD
from charteroak.services.incidents import (
    NewEvent,
    NewIncident,
    add_event,
    describe_incident,
    document_of,
    open_incident,
    standing_events,
)
from charteroak.services.notice_list import NoticeState, notice_list
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
SYSTEM = Recorder(actor="system")
AG = "CT-BREACH-AG/attorney-general"
BASE = "/organisations/elm-hollow-bakery/incidents/"


@pytest.fixture
def breach(member: Organisation) -> Incident:
    known = {
        "discoveredAt": format_instant((now() - timedelta(days=50)).replace(microsecond=0)), "access": True,
        "encrypted": False, "dataKinds": ["name", "ssn"], "residentsAffected": {"ct": 40},
    }  # fmt: skip
    facts = {"entity": {"dataRole": "owner"}, "incident": known}
    return open_incident(member, NewIncident("Server of the shop", "successful", facts), SYSTEM)


def _newest(organisation: Organisation) -> tuple[str, dict[str, Any]]:
    entry = LedgerEntry.objects.filter(organisation=organisation).order_by("-index")[0]
    return entry.kind, json.loads(bytes(entry.body or b""))


def test_what_was_opened_in_error_asks_nothing_any_more_and_loses_nothing(
    member: Organisation, breach: Incident
) -> None:
    run_alerts(now(), None)
    assert unacknowledged(member)
    before, facts = breach.facts.count(), document_of(breach)
    say_opened_in_error(breach, "The alarm was a drill.", SYSTEM)
    kind, body = _newest(member)
    assert kind == "incident.opened-in-error"
    assert AG in body["ended"], "nobody ends a clock without a trace"
    assert "drill" not in json.dumps(body), "why is a private part"
    assert clocks_of_incident(breach) == ()
    assert unacknowledged(member) == []
    assert run_alerts(now(), None).raised == 0
    assert b"STATUS:CONFIRMED" not in calendar_of(member)
    assert {line.state for line in notice_list(breach, now())} <= {NoticeState.NOT_DUE}
    assert (breach.facts.count(), document_of(breach)) == (before, facts)
    assert "drill" in standing_events(breach).get(kind="opened-in-error").what


def test_a_run_of_alerts_under_way_raises_none_for_what_was_said_to_be_no_incident(
    member: Organisation, breach: Incident
) -> None:
    # The run has read its list; while it is at others, a person says that this one was none.
    [listed] = watched_incidents().select_related("organisation")
    say_opened_in_error(Incident.objects.get(pk=breach.pk), "The alarm was a drill.", SYSTEM)
    _raise_alerts(listed, now(), AlertRun())
    assert unacknowledged(member) == []


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_it_takes_a_reason(member: Organisation, breach: Incident, reason: str) -> None:
    for act in (say_opened_in_error, reopen_incident):
        with pytest.raises(ProgramInputError, match="Say why"):
            act(breach, reason, SYSTEM)
    breach.refresh_from_db()
    assert breach.closed is None
    assert _newest(member)[0] == "incident.described"


def test_what_somebody_was_told_of_is_no_slip(breach: Incident) -> None:
    add_event(breach, NewEvent("Told.", now() - timedelta(days=2), kind=TOLD, detail={"duty": AG}), SYSTEM)
    with pytest.raises(ProgramInputError, match="on record as told"):
        say_opened_in_error(breach, "A drill.", SYSTEM)


def test_a_stranger_neither_ends_nor_reopens(
    breach: Incident, add_person: Callable[..., User], desk: Organisation
) -> None:
    stranger = recorder_for(add_person("Ana", desk, "analyst"))
    for act in (say_opened_in_error, reopen_incident):
        with pytest.raises(AccessError):
            act(breach, "Because.", stranger)


def test_reopened_it_counts_as_before_whichever_way_it_was_closed(member: Organisation, breach: Incident) -> None:
    clocks = [clock.key for clock in clocks_of_incident(breach) if clock.is_open]
    with pytest.raises(ProgramInputError, match="is open"):
        reopen_incident(breach, "By mistake.", SYSTEM)
    for was_none in (True, False):
        if was_none:
            say_opened_in_error(breach, "A drill.", SYSTEM)
        else:
            close_incident(breach, "", SYSTEM, reasons=reasons_for(breach))
        with pytest.raises(ProgramInputError, match="closed"):
            say_opened_in_error(breach, "Again.", SYSTEM)
        reopen_incident(breach, "It was no drill.", SYSTEM)
        assert _newest(member) == ("incident.reopened", {"incident": breach.number})
        breach.refresh_from_db()
        assert (breach.closed, breach.opened_in_error) == (None, None)
        assert [clock.key for clock in clocks_of_incident(breach) if clock.is_open] == clocks
    document = document_of(breach)
    document["incident"] |= {"residentsAffected": {"ct": 41}}
    describe_incident(breach, document, SYSTEM)
    assert run_alerts(now(), None).raised
    assert b"STATUS:CONFIRMED" in calendar_of(member)


def test_the_pages_say_what_it_is_and_lead_back(client: Client, security_lead: User, breach: Incident) -> None:
    client.force_login(security_lead)
    own = f"{BASE}{breach.number}/"
    assert f"{own}opened-in-error/" in client.get(f"{own}close/").content.decode()
    assert client.post(f"{own}opened-in-error/", {"reason": ""}).status_code == 422
    assert client.post(f"{own}opened-in-error/", {"reason": "The alarm was a drill."}).status_code == 302
    page = client.get(own).content.decode()
    assert "there was no incident" in page
    assert f"{own}reopen/" in page
    assert "Outer limit" not in page
    assert "opened in error" in client.get(BASE).content.decode()
    assert client.post(f"{own}reopen/", {"reason": "It was none."}).status_code == 302
    assert "Outer limit" in client.get(own).content.decode() or "Late" in client.get(own).content.decode()
