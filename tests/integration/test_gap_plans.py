"""The gap plan over HTTP, by the command and by its service: asked, refused, recorded."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.gap_plans import PlanQuestion, PlanQuestionError, plan_gaps, record_plan
from charteroak.services.programs import Recorder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
IN_A_YEAR = (connecticut_day(now()) + timedelta(days=365)).isoformat()
LIMITS = {"budget": "5000", "by": IN_A_YEAR, "hours_per_week": "3", "scope": "promised"}


@pytest.fixture
def page(client: Client, security_lead: User, member: Organisation) -> Callable[..., Any]:
    client.force_login(security_lead)
    address = f"/organisations/{member.slug}/plan/"
    return lambda method="get", **answers: getattr(client, method)(address, answers or None)


def test_the_page_asks_for_limits_and_proposes_nothing_by_itself(page: Callable[..., Any]) -> None:
    response = page()
    assert response.status_code == 200
    assert b"Say what you can spend and by when" in response.content


def test_the_page_proposes_says_what_stays_open_and_draws_the_curve(page: Callable[..., Any]) -> None:
    text = page(**LIMITS).content.decode()
    assert "can be closed for at most $" in text
    assert "What stays open, and why" in text
    assert text.count("<svg") >= 2
    assert "no estimate of a loss" in text


def test_the_loss_is_shown_only_where_the_user_set_it(page: Callable[..., Any]) -> None:
    assert "The loss that you set" not in page(**LIMITS).content.decode()
    text = page(**LIMITS, loss_low="10000", loss_high="250000").content.decode()
    assert "$10,000 to $250,000" in text
    assert page(**LIMITS, loss_low="10000").status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"budget": "-1"}, {"budget": "x"}, {"by": "2020-01-01"}, {"by": ""}, {"hours_per_week": ""}]
)
def test_limits_that_cannot_be_used_are_refused_beside_their_field(
    page: Callable[..., Any], wrong: dict[str, str]
) -> None:
    response = page(**{**LIMITS, **wrong})
    assert response.status_code == 422
    assert b"Say what you can spend and by when" in response.content


def test_a_chosen_plan_becomes_gaps_with_owner_and_day(
    client: Client, security_lead: User, member: Organisation
) -> None:
    client.force_login(security_lead)
    query = "&".join(f"{name}={value}" for name, value in LIMITS.items())
    address = f"/organisations/{member.slug}/plan/?{query}"
    refused = client.post(address, {"chosen": ["name-who-leads"], "owner": "", "due": IN_A_YEAR})
    assert refused.status_code == 422
    assert not LedgerEntry.objects.filter(kind="gap.opened").exists()
    done = client.post(address, {"chosen": ["name-who-leads"], "owner": "Lee", "due": IN_A_YEAR})
    assert done.status_code == 302
    assert LedgerEntry.objects.filter(organisation=member, kind="gap.opened").count() == 1


def test_recording_is_all_or_none_and_leaves_what_is_on_record(member: Organisation) -> None:
    recorder = Recorder(actor="system")
    due = date.fromisoformat(IN_A_YEAR)
    with pytest.raises(PlanQuestionError):
        record_plan(member, ["name-who-leads", "no-such-practice"], "Lee", due, recorder)
    assert not LedgerEntry.objects.filter(kind="gap.opened").exists()
    assert len(record_plan(member, ["name-who-leads", "train-everyone"], "Lee", due, recorder)) == 2
    assert record_plan(member, ["name-who-leads"], "Lee", due, recorder) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"budget": -1}, "budget"),
        ({"budget": 10**12}, "budget"),
        ({"hours_per_week": -1}, "hours_per_week"),
        ({"by": date(2020, 1, 1)}, "by"),
        ({"by": date(2999, 1, 1)}, "by"),
        ({"loss": (5, 1)}, "loss_high"),
    ],
)
def test_a_question_that_cannot_be_used_names_its_field(
    member: Organisation, changes: dict[str, Any], field: str
) -> None:
    asked: dict[str, Any] = {"budget": 10, "by": date.fromisoformat(IN_A_YEAR), "hours_per_week": 1, **changes}
    with pytest.raises(PlanQuestionError) as refused:
        plan_gaps(member, PlanQuestion(**asked))
    assert refused.value.field == field


def test_the_plan_as_a_document_is_whole(member: Organisation) -> None:
    question = PlanQuestion(budget=3000, by=date.fromisoformat(IN_A_YEAR), hours_per_week=2)
    document = json.loads(json.dumps(plan_gaps(member, question).to_json()))
    assert document["cost"][1] <= 3000
    assert document["hours"][1] <= document["limits"]["hours"]
    assert document["lossSetByUser"] is None
    assert {task["id"] for task in document["chosen"]}.isdisjoint(left["id"] for left in document["left"])
