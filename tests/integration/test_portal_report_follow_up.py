"""After the first report: the receipt opens it again, pages add to it, and nothing that was said is lost."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from charteroak.adapters.system_clock import now
from charteroak.portal.reports import receipt_again, receipt_cookie
from charteroak.records.accounts.models import User
from charteroak.records.reports.models import Report
from charteroak.services.incident_reports import standing_record
from charteroak.services.request_limits import LOOK_UPS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
FIRST = {
    "step": "who", "outcome": "suspected", "summary": "Odd sign-ins at the clerk's account.", "disclosure": "desk-only",
    "name": "Dana Reed",
}  # fmt: skip


@pytest.fixture
def filed(client: Client) -> Report:
    client.post("/report/incident/", FIRST)
    return Report.objects.get()


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_receipt_opens_the_report_in_another_browser(filed: Report) -> None:
    other = Client()
    page = other.post("/report/status/", {"receipt": filed.receipt.lower()}, follow=True)
    assert page.redirect_chain == [("/report/mine/", 302)]
    assert "Odd sign-ins at the clerk" in text_of(page)
    assert "First report" in text_of(page)
    assert filed.receipt not in text_of(page)


@pytest.mark.parametrize("path", ["", "more/when/", "correct/", "withdraw/", "who-may-know/"])
def test_without_a_receipt_there_is_nothing_to_add_to(client: Client, path: str) -> None:
    assert client.get(f"/report/mine/{path}").headers["Location"] == "/report/status/"


def hidden_of(response: Any) -> dict[str, str]:
    fields = LexborHTMLParser(response.content.decode()).css("main form input[type=hidden]")
    named = {str(field.attributes["name"]): str(field.attributes["value"] or "") for field in fields}
    return {name: value for name, value in named.items() if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "correct/",
            {"narrative": "It was <the mayor>.\nNot the clerk.", "reason": "Wrong name.", "token": "c" * 32},
        ),
        ("withdraw/", {"reason": "It was a drill.", "token": "w" * 32}),
        ("more/effect/", {"systems": "Mail\nPayroll", "next": ""}),
    ],
)
def test_words_that_come_after_the_hour_wait_for_the_receipt_and_are_recorded_once_it_is_named(
    client: Client, filed: Report, monkeypatch: pytest.MonkeyPatch, path: str, words: dict[str, str]
) -> None:
    monkeypatch.setattr(receipt_cookie, "now", lambda: now() + timedelta(minutes=61))
    asked = client.post(f"/report/mine/{path}", words)
    assert asked.status_code == 422
    assert "Nothing was saved yet" in text_of(asked)
    assert hidden_of(asked) == words
    again = client.post(f"/report/mine/{path}", hidden_of(asked) | {"receipt": "7QK3-M0ZD-9XRA-2WTC"})
    assert (again.status_code, hidden_of(again)) == (422, words)
    assert filed.versions.count() == 1
    done = client.post(f"/report/mine/{path}", hidden_of(again) | {"receipt": filed.receipt.lower()})
    assert done.status_code == 302
    assert filed.versions.count() == 2
    assert client.get("/report/mine/").status_code == 200


def test_an_expired_page_names_no_report_to_who_tries_many_receipts(
    filed: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_again, "LOOK_UPS", replace(LOOK_UPS, by_network=1))
    words = {"reason": "x", "receipt": "7QK3-M0ZD-9XRA-2WTC"}
    assert [Client().post("/report/mine/withdraw/", words).status_code for _ in range(2)] == [422, 429]
    assert Client().post("/report/mine/withdraw/", words | {"receipt": filed.receipt}).status_code == 429


def test_a_page_that_is_saved_is_a_supplement_and_the_next_page_follows(client: Client, filed: Report) -> None:
    answer = client.post(
        "/report/mine/more/effect/",
        {"systems": "Mail\r\nPayroll", "counts__people": "unknown", "counts__users": "0", "next": ""},
    )
    assert answer.headers["Location"] == "/report/mine/more/how/"
    counts = standing_record(filed).counts
    assert counts is not None
    assert (counts.people, counts.users, counts.systems) == ("unknown", 0, None)
    client.post("/report/mine/more/effect/", {"counts__systems": "3"})
    counts = standing_record(filed).counts
    assert counts is not None
    assert (counts.people, counts.users, counts.systems) == ("unknown", 0, 3)
    page = text_of(client.get("/report/mine/more/effect/"))
    assert 'value="unknown"' in page
    assert "Payroll" in page


@pytest.mark.parametrize(
    ("code", "answer", "words"),
    [
        ("effect", {"counts__people": "many"}, "cannot be taken"),
        ("done", {"entity__town": "Storrs"}, "It is part of Mansfield"),
        ("when", {"times__firstActivity_0": "2999-01-01"}, "lies in the future"),
        ("how", {"ransom__amount": "a lot"}, "cannot be taken"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_question_and_leaves_nothing(
    client: Client, filed: Report, code: str, answer: dict[str, str], words: str
) -> None:
    response = client.post(f"/report/mine/more/{code}/", answer)
    assert response.status_code == 422
    assert words in text_of(response)
    assert filed.versions.count() == 1


def test_a_time_that_came_twice_is_asked_back(client: Client) -> None:
    night = FIRST | {"step": "what", "detected_0": "2026-11-01", "detected_1": "01:30"}
    page = client.post("/report/incident/", night)
    assert "Which one was it?" in text_of(page)
    client.post("/report/incident/", night | {"step": "who", "detected_turn": "2026-11-01T01:30-05:00"})
    noticed: Any = standing_record(Report.objects.get()).noticed
    assert noticed.at == "2026-11-01T01:30:00-05:00"


def test_a_correction_and_a_withdrawal_stay_beside_what_was_said(client: Client, filed: Report, analyst: User) -> None:
    client.post("/report/mine/correct/", {"narrative": "It was the mayor.", "reason": "Wrong name."})
    client.post("/report/mine/withdraw/", {"reason": "A test of ours."})
    assert [version.kind for version in filed.versions.all()] == ["first", "correction", "withdrawal"]
    assert client.get("/report/mine/correct/").status_code == 404
    assert "You took this report back." in text_of(client.get("/report/mine/"))
    client.force_login(analyst)
    page = text_of(client.get(f"/desk/reports/{filed.pk}/"))
    for words in ("The reporter took this report back", "Wrong name.", "It was the mayor.", "Dana Reed"):
        assert words in page


def test_more_people_may_know_only_after_the_box_is_ticked(client: Client, filed: Report) -> None:
    refused = client.post("/report/mine/who-may-know/", {"level": "named"})
    assert refused.status_code == 422
    client.post("/report/mine/who-may-know/", {"level": "named", "agrees": "named"})
    filed.refresh_from_db()
    assert filed.disclosure == "named"
    assert "other members may learn" in filed.versions.last().note  # type: ignore[union-attr] # there is one


def test_who_becomes_anonymous_is_named_to_the_desk_no_more(client: Client, filed: Report, analyst: User) -> None:
    client.post("/report/mine/who-may-know/", {"level": "anonymous"})
    desk = Client()
    desk.force_login(analyst)
    assert "Dana Reed" not in text_of(desk.get(f"/desk/reports/{filed.pk}/"))


def test_a_report_that_the_desk_closed_takes_nothing_more(client: Client, filed: Report, analyst: User) -> None:
    desk = Client()
    desk.force_login(analyst)
    desk.post(f"/desk/reports/{filed.pk}/close/")
    assert client.post("/report/mine/more/when/", {"detection": "staff"}).status_code == 404
    assert "The desk is done with this report." in text_of(client.get("/report/mine/"))


def test_writing_that_turns_letters_around_is_shown_by_its_number(client: Client) -> None:
    client.post("/report/incident/", FIRST | {"summary": "Opened fdp\u202eexe \U0001f512"})
    page = text_of(client.get("/report/mine/"))
    assert "fdp[U+202E]exe \U0001f512" in page
