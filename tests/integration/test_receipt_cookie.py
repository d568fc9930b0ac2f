"""The receipt stands in the browser, sealed, and in no session: nothing joins an account to its anonymous report."""

import base64
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from charteroak.portal.reports import receipt_cookie
from charteroak.records.accounts.models import User
from charteroak.records.reports.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
FORM = {
    "step": "who", "token": "t" * 32, "outcome": "blocked", "summary": "The filter kept a file back.",
    "help_wanted": "none", "disclosure": "anonymous",
}  # fmt: skip


def sessions_in_words() -> list[dict[str, Any]]:
    return [row.get_decoded() for row in Session.objects.all()]


def file_signed_in(client: Client, person: User, **changes: str) -> Report:
    client.force_login(person)
    answer = client.post("/report/incident/", FORM | changes)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/report/filed/")
    return Report.objects.latest("pk")


def test_nothing_in_the_database_joins_an_account_to_its_anonymous_report(client: Client, security_lead: User) -> None:
    client.force_login(security_lead)
    rows_before = list(Session.objects.values())
    report = file_signed_in(Client(), security_lead)
    client.post("/report/incident/", FORM | {"token": "u" * 32})
    page = client.get("/report/filed/")
    client.get("/report/mine/")
    client.get("/report/mine/more/effect/")
    client.post("/report/status/", {"receipt": report.receipt})
    assert "Nothing that we keep joins this report to your account." in page.content.decode()
    assert rows_before == list(Session.objects.filter(pk=client.session.session_key).values()), "not even its moment"
    dump = io.StringIO()
    call_command("dumpdata", exclude=["contenttypes", "auth.permission"], stdout=dump)
    for row in Report.objects.all():
        assert (row.filed_by, row.organisation) == (None, None)
        everything = dump.getvalue() + repr(sessions_in_words())
        assert everything.count(row.receipt) == 1, "its own column and nothing else"
    for session in sessions_in_words():
        assert {key for key in session if not key.startswith("_auth_user")} == set()


def test_filing_as_a_stranger_makes_no_session(client: Client) -> None:
    client.post("/report/incident/", FORM)
    assert Report.objects.get().receipt in client.get("/report/filed/").content.decode()
    assert not Session.objects.exists()
    assert "sessionid" not in client.cookies


def test_the_cookie_is_for_the_server_alone_and_says_nothing(client: Client, security_lead: User) -> None:
    report = file_signed_in(client, security_lead)
    cookie = client.cookies[receipt_cookie.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 3600)
    opened = base64.urlsafe_b64decode(cookie.value)
    for part in report.receipt.split("-"):
        assert part.encode() not in opened


def test_another_person_at_the_same_browser_sees_no_receipt(client: Client, security_lead: User, analyst: User) -> None:
    file_signed_in(client, security_lead)
    held = client.cookies[receipt_cookie.COOKIE].value
    client.force_login(analyst)
    assert client.get("/report/filed/").headers["Location"] == "/report/status/"
    client.force_login(security_lead)
    assert client.get("/report/filed/").status_code == 200
    client.post("/account/sign-out/")
    assert client.cookies[receipt_cookie.COOKIE].value == ""
    client.cookies[receipt_cookie.COOKIE] = held
    assert client.get("/report/mine/").headers["Location"] == "/report/status/", "nor a stranger with the cookie"


@pytest.mark.parametrize("value", ["", "x", "é", "AAAA", "A" * 64, "A" * 5000, '"', "%00", "===="])
def test_a_made_up_cookie_is_none(client: Client, value: str) -> None:
    client.cookies[receipt_cookie.COOKIE] = value
    for path in ("/report/filed/", "/report/mine/", "/report/mine/correct/"):
        assert client.get(path).headers["Location"] == "/report/status/"
    assert client.get("/report/attach/").status_code == 200


def test_no_bit_of_the_cookie_can_be_turned(client: Client) -> None:
    client.post("/report/incident/", FORM)
    data = base64.urlsafe_b64decode(client.cookies[receipt_cookie.COOKIE].value)
    for place in (0, 12, 20, len(data) - 1):
        turned = bytearray(data)
        turned[place] ^= 1
        client.cookies[receipt_cookie.COOKIE] = base64.urlsafe_b64encode(turned).decode()
        assert client.get("/report/filed/").status_code == 302


def test_the_cookie_is_good_for_an_hour_after_its_last_use(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/report/incident/", FORM)
    start = datetime.now(UTC)  # noqa: TID251 - what the clock below is held against
    for minutes, status in ((50, 200), (100, 200), (161, 302)):
        monkeypatch.setattr(receipt_cookie, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
        assert client.get("/report/mine/").status_code == status
