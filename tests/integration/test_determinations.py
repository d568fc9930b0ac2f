"""A determination by other acts, with what speaks against the organisation, and the alert of a clock."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.law.errors import UnknownStatuteError
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.determinations import clocks_of, contrary_to, determination_document, under_statute
from charteroak.services.programs import Recorder, determine_breach, determine_prospective, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

TODAY = connecticut_day(now())
LONG_AGO = (TODAY - timedelta(days=200)).isoformat()


def recorded(member: Organisation, kind: str, body: dict[str, Any], occurred: str = LONG_AGO, **more: Any) -> None:
    record(member, kind, body, Recorder(actor="system"), occurred_from=occurred, **more)


@pytest.fixture
def troubled(member: Organisation) -> Organisation:
    """One entry of each kind that the other side may point to."""
    expired = (TODAY - timedelta(days=10)).isoformat()
    recorded(member, "gap.opened", {"gap": "g1", "title": "Old server", "owner": "", "due": expired})
    recorded(
        member,
        "requirement.assessed",
        {"framework": "nist-csf", "edition": "2.0", "requirement": "PR.AA-01", "result": "not-satisfied"}
        | {"assessor": "Lee"},
    )
    recorded(
        member,
        "exception.accepted",
        {
            "exception": "x1",
            "practice": "train-everyone",
            "factor": "cost-and-tools",
            "reason": "Dear.",
            "approvedBy": "Board",
        }
        | {"role": "owner", "expires": expired},
    )
    recorded(member, "practice.answered", {"practice": "back-up-and-restore", "answer": "yes"})
    return member


def test_every_kind_is_found_through_the_projections(troubled: Organisation) -> None:
    status = determine_prospective(troubled, as_of=TODAY)
    kinds = [item.kind.value for item in contrary_to(troubled, status)]
    assert kinds == ["unowned-gap", "overdue-gap", "failed-assessment", "expired-exception", "silence"]


def test_what_was_recorded_after_a_breach_is_not_pointed_to_in_it(troubled: Organisation) -> None:
    day = TODAY - timedelta(days=30)
    status = determine_breach(troubled, first=day, last=day)
    assert contrary_to(troubled, status) == ()


def test_the_same_facts_are_asked_by_another_act(member: Organisation) -> None:
    status = determine_prospective(member, as_of=TODAY)
    ohio = under_statute(status, "oh", TODAY)
    assert [element.id for element in ohio.determination.elements][:2] == ["OH1", "OH2"]
    assert ohio.facts == status.facts
    with pytest.raises(UnknownStatuteError):
        under_statute(status, "ny", TODAY)


def test_the_document_holds_contrary_evidence_and_clocks(troubled: Organisation) -> None:
    document = determination_document(troubled, statute="ct", today=TODAY)
    assert len(document["contraryEvidence"]) == 5
    assert document["clocksRunningOut"] == []
    assert document["dataReviews"][0]["reviewedOn"]


def test_a_clock_that_somebody_rests_on_is_an_alert_on_the_home_page(
    client: Client, security_lead: User, member: Organisation
) -> None:
    with time_machine.travel("2026-12-01T12:00:00-05:00", tick=False):
        recorded(
            member,
            "edition.adopted",
            {"framework": "fedramp", "edition": "rev5", "status": "conforms", "from": "2026-01-01"}
            | {"assertedBy": "Board"},
            "2026-01-01",
        )
        client.force_login(security_lead)
        text = client.get("/").content.decode()
        assert "A clock runs out soon" in text
        assert "You rest on FedRAMP rev5" in text
        status = determine_prospective(member, as_of=date(2026, 12, 1))
        assert [clock.days_left for clock in clocks_of(status.facts, date(2026, 12, 1))] == [23]
    assert clocks_of({}, TODAY) == ()


def test_the_page_asks_by_the_act_in_its_address_and_by_connecticuts_otherwise(
    client: Client, security_lead: User, troubled: Organisation
) -> None:
    client.force_login(security_lead)
    address = f"/organisations/{troubled.slug}/safe-harbor/"
    texas = client.get(address, {"statute": "tx"}).content.decode()
    assert 'id="TX10"' in texas
    assert "Asked by Texas" in texas
    assert "This is not legal advice" in texas
    for odd in ({}, {"statute": "ny"}, {"statute": "../ct"}):
        assert 'id="E13"' in client.get(address, odd).content.decode()
    assert "What the other side may point to" in texas
    assert "Old server" in texas


def test_a_stale_statute_is_marked_on_the_page(client: Client, security_lead: User, member: Organisation) -> None:
    with time_machine.travel("2027-06-01T12:00:00-04:00", tick=False):
        client.force_login(security_lead)
        text = client.get(f"/organisations/{member.slug}/safe-harbor/").content.decode()
        assert "Some of this was not looked at for a while" in text
        assert "not checked for a while" in client.get("/laws/").content.decode()
