"""When a report cannot be taken, the page is a mail to the desk that is ready, with everything that was typed."""

import base64
import html
import re
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import OperationalError, connection
from django.test import Client

from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import parse_report_json
from charteroak.services.request_limits import REPORTS, Caller, TooManyRequestsError, count_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
ADDRESS = "/report/incident/"
WORDS = 'Two servers are encrypted \U0001f6a8 \u05e9\u05dc\u05d5\u05dd <b>& "all"</b>.'
FORM = {
    "step": "who",
    "token": "t" * 32,
    "outcome": "successful",
    "summary": WORDS,
    "detected_0": "2026-11-20",
    "detected_1": "09:15",
    "category": "ransomware",
    "entity": "Town of Ashford",
    "name": "Dana Reed",
    "contact": "860-555-0100",
    "technical_contact": "Sam Oak, 860-555-0199",
    "help_wanted": "advice",
    "disclosure": "desk-only",
}


def attribute(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found, page
    return html.unescape(found[1])


def draft_in(page: str) -> Any:
    encoded = attribute(page, r'href="data:message/rfc822;base64,([^"]+)" download="incident-report.eml"')
    return message_from_bytes(base64.b64decode(encoded), policy=default)


def test_without_a_desk_the_whole_report_becomes_a_mail(client: Client) -> None:
    answer = client.post(ADDRESS, FORM)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "No desk takes reports here right now" in page
    mail = draft_in(page)
    assert (mail["To"], mail["X-Unsent"]) == ("ctic@ct.gov", "1")
    for said in (WORDS, "Town of Ashford", "Dana Reed", "860-555-0100", "Sam Oak, 860-555-0199"):
        assert said in mail.get_body().get_content()
        assert said in html.unescape(page)
    record = parse_report_json(next(mail.iter_attachments()).get_content())
    assert (record.narrative, record.kinds) == (WORDS, ("ransomware",))
    assert record.noticed is not None
    mailto = unquote(attribute(page, r'href="(mailto:ctic@ct\.gov[^"]+)"'))
    assert f"Summary: {WORDS}" in mailto


def test_the_same_answers_can_be_sent_again_and_make_one_report(
    client: Client, add_organisation: Callable[..., Organisation]
) -> None:
    page = client.post(ADDRESS, FORM).content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    again = {name: html.unescape(value) for name, value in hidden} | {"step": "who"}
    assert FORM.items() <= again.items()
    add_organisation("state-desk", part="desk")
    assert [client.post(ADDRESS, again).status_code for _ in range(2)] == [302, 302]
    assert Report.objects.get().summary == WORDS


def fill() -> None:
    """Let this address have asked for all that strangers may."""
    stranger = Caller("127.0.0.1")
    count_request(REPORTS, stranger, cost=REPORTS.by_network)
    with pytest.raises(TooManyRequestsError):
        count_request(REPORTS, stranger)


@pytest.mark.usefixtures("desk")
def test_a_flood_keeps_nobody_from_writing_the_mail(client: Client) -> None:
    fill()
    answer = client.post(ADDRESS, FORM | {"step": "what"})
    assert answer.status_code == 429
    minutes = -(-int(answer["Retry-After"]) // 60)
    assert f"try again in {minutes} minute" in answer.content.decode()
    assert WORDS in draft_in(answer.content.decode()).get_body().get_content()


@pytest.mark.usefixtures("desk")
def test_a_full_disk_loses_nothing_that_was_typed(client: Client) -> None:
    def full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT"):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        answer = client.post(ADDRESS, FORM)
    assert answer.status_code == 503
    assert "The record cannot be written right now" in answer.content.decode()
    assert WORDS in draft_in(answer.content.decode()).get_body().get_content()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"detected_0": "9999-12-31"},
        {"detected_0": "yesterday"},
        {"outcome": "won"},
        {"summary": "x" * 30_000},
        {"summary": "a\0b"},
        {"disclosure": "everybody"},
        {"category": "unheard of"},
    ],
)
def test_what_no_record_could_hold_is_in_the_mail_as_it_was_typed(client: Client, change: dict[str, str]) -> None:
    fill()
    text = draft_in(client.post(ADDRESS, FORM | change).content.decode()).get_body().get_content()
    for field in ("detected_0", "summary", "category"):
        assert (FORM | change)[field].replace("\0", "") in text


def test_whoever_wishes_to_be_anonymous_is_not_named_in_the_mail(client: Client) -> None:
    page = client.post(ADDRESS, FORM | {"disclosure": "anonymous"}).content.decode()
    text = draft_in(page).as_string()
    assert "Dana Reed" not in text
    assert "Town of Ashford" not in text
