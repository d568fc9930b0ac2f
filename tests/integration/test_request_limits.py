"""How often strangers may report, ask for a receipt or try a password; members go on, and nobody's address is kept."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from charteroak.receipts import make_receipt
from charteroak.records.accounts.models import Organisation, RequestCount, User
from charteroak.records.reports.models import Report
from charteroak.services import request_limits as limits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
PASSWORD = "correct horse battery staple"
ADDRESS = "203.0.113.77"
MAIL = b"From: a@example.net\r\nTo: b@example.org\r\nSubject: Hi\r\nDate: Mon, 2 Nov 2026 09:00:00 -0500\r\n\r\nHi.\r\n"
INCIDENT = {"step": "who", "outcome": "blocked", "summary": "A file was kept back.", "disclosure": "desk-only"}
LOOK_UP = {"receipt": make_receipt(b"0123456789")}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Three minutes into a span of time, so that no test runs over its end."""
    with time_machine.travel("2026-11-20T14:03:00Z") as traveller:
        yield traveller


def tiny(limit: limits.Limit, **numbers: int) -> limits.Limit:
    """A limit with small numbers."""
    given = {"by_session": 1000, "by_network": 1000, "by_everyone": 1000} | numbers
    return limits.Limit(limit.name, limit.span, **given)


@pytest.fixture
def two_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two reports and two look-ups for a network."""
    for name in ("REPORTS", "LOOK_UPS"):
        monkeypatch.setattr(f"charteroak.portal.reports.views.{name}", tiny(getattr(limits, name), by_network=2))


def stranger(address: str = ADDRESS) -> Client:
    return Client(REMOTE_ADDR=address)


def text_of(body: bytes) -> str:
    return re.sub(r"\s+", " ", body.decode())


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb:cccc:dddd:eeee", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_addresses_that_one_customer_can_change_at_will_are_one_network(address: str, network: str) -> None:
    assert limits.network_of(address) == network


def test_each_of_session_network_and_everyone_has_its_limit() -> None:
    for numbers, second in (
        ({"by_session": 1}, limits.Caller("198.51.100.1", "s")),
        ({"by_network": 1}, limits.Caller("203.0.113.200", "other")),
        ({"by_everyone": 1}, limits.Caller("198.51.100.1", "other")),
    ):
        limit = tiny(limits.REPORTS, **numbers)
        RequestCount.objects.all().delete()
        limits.FULL_BUCKETS.clear()
        limits.count_request(limit, limits.Caller(ADDRESS, "s"))
        with pytest.raises(limits.TooManyRequestsError) as refusal:
            limits.count_request(limit, second)
        assert refusal.value.retry_after == pytest.approx(7 * 60, abs=2)


def test_what_was_seen_full_is_refused_without_asking_the_database_again(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    limit = tiny(limits.REPORTS, by_everyone=1)
    limits.refuse_if_full(limit, limits.Caller(ADDRESS))
    limits.count_request(limit, limits.Caller(ADDRESS))
    with pytest.raises(limits.TooManyRequestsError):
        limits.count_request(limit, limits.Caller("198.51.100.1"))
    with django_assert_num_queries(0), pytest.raises(limits.TooManyRequestsError):
        limits.refuse_if_full(limit, limits.Caller("198.51.100.2"))


def test_large_requests_count_more() -> None:
    limit = tiny(limits.REPORTS, by_network=20)
    with pytest.raises(limits.TooManyRequestsError):
        limits.count_request(limit, limits.Caller(ADDRESS), cost=21)
    limits.count_request(limit, limits.Caller(ADDRESS), cost=20)


def test_what_is_refused_is_not_counted_and_costs_no_write(django_assert_num_queries: Callable[..., Any]) -> None:
    limit = tiny(limits.REPORTS, by_network=1)
    limits.count_request(limit, limits.Caller(ADDRESS))
    with django_assert_num_queries(1), pytest.raises(limits.TooManyRequestsError):
        limits.count_request(limit, limits.Caller(ADDRESS))
    assert set(RequestCount.objects.values_list("count", flat=True)) == {1}


def test_a_new_span_begins_at_nothing_and_the_old_one_is_forgotten(clock: time_machine.Traveller) -> None:
    limit = tiny(limits.REPORTS, by_network=1)
    limits.count_request(limit, limits.Caller(ADDRESS))
    old = set(RequestCount.objects.values_list("bucket", flat=True))
    clock.shift(limits.REPORTS.span)
    limits.count_request(limit, limits.Caller(ADDRESS))
    assert not old & set(RequestCount.objects.values_list("bucket", flat=True))


def test_one_purpose_does_not_use_up_another() -> None:
    limits.count_request(tiny(limits.REPORTS, by_network=1), limits.Caller(ADDRESS))
    limits.count_request(tiny(limits.LOOK_UPS, by_network=1), limits.Caller(ADDRESS))


@pytest.mark.usefixtures("two_reports")
def test_stranger_is_told_to_wait_or_to_send_a_mail_and_nothing_is_recorded() -> None:
    for _ in range(2):
        assert stranger().post("/report/incident/", INCIDENT).status_code == 302
    response = stranger().post("/report/incident/", INCIDENT)
    page = text_of(response.content)
    assert response.status_code == 429
    assert response.headers["Retry-After"].isdigit()
    assert "try again in 7 minutes" in page
    assert "Send it to ctic@ct.gov" in page
    assert Report.objects.count() == 2
    mail = {
        "link": "no",
        "password": "no",
        "file": "no",
        "disclosure": "desk-only",
        "message": SimpleUploadedFile("a.eml", MAIL),
    }
    assert stranger("203.0.113.5").post("/report/mail/", mail).status_code == 429
    assert stranger("198.51.100.5").post("/report/incident/", INCIDENT).status_code == 302


@pytest.mark.usefixtures("two_reports")
def test_the_answer_is_in_the_readers_language() -> None:
    for _ in range(2):
        stranger().post("/report/incident/", INCIDENT)
    response = stranger().post("/report/incident/", INCIDENT, headers={"Accept-Language": "es"})
    assert "de nuevo en 7 minutos" in text_of(response.content)


@pytest.mark.usefixtures("two_reports")
def test_member_is_never_counted_and_never_refused(security_lead: User, member: Organisation) -> None:
    client = stranger()
    client.force_login(security_lead)
    for _ in range(4):
        assert client.post("/report/incident/", INCIDENT).status_code == 302
        assert client.post("/report/status/", LOOK_UP).status_code == 422
    assert Report.objects.filter(organisation=member).count() == 4
    assert not RequestCount.objects.exists()
    assert stranger().post("/report/incident/", INCIDENT).status_code == 302


@pytest.mark.usefixtures("two_reports")
def test_form_with_a_mistake_in_it_is_not_counted() -> None:
    for _ in range(4):
        assert stranger().post("/report/incident/", INCIDENT | {"summary": ""}).status_code == 422


@pytest.mark.usefixtures("two_reports")
def test_guessing_receipts_ends_before_anything_is_looked_up() -> None:
    stranger("198.51.100.1").post("/report/incident/", INCIDENT)
    right = {"receipt": Report.objects.get().receipt}
    for _ in range(2):
        assert stranger().post("/report/status/", LOOK_UP).status_code == 422
    wrong_one, right_one = (stranger().post("/report/status/", asked) for asked in (LOOK_UP, right))
    assert wrong_one.status_code == right_one.status_code == 429
    token = re.compile(rb'csrfmiddlewaretoken" value="\w+"')
    assert token.sub(b"", wrong_one.content) == token.sub(b"", right_one.content)
    assert right["receipt"] not in right_one.content.decode()


def test_receipts_of_no_report_get_one_answer() -> None:
    answers = []
    for receipt in (make_receipt(bytes(10)), make_receipt(b"0123456789")):
        response = stranger().post("/report/status/", {"receipt": receipt})
        page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", response.content.decode()).replace(receipt, "")
        answers.append((response.status_code, page))
    assert answers[0] == answers[1]


def test_one_password_tried_on_many_names_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_PASSWORDS_FROM_A_NETWORK", 5)
    statuses = [
        stranger(f"203.0.113.{number}")
        .post("/account/sign-in/", {"username": f"p{number}@example.org", "password": "x"})
        .status_code
        for number in range(7)
    ]
    assert statuses == [422, 422, 422, 422, 429, 429, 429]
    other = stranger("198.51.100.1").post("/account/sign-in/", {"username": "p9@example.org", "password": "x"})
    assert other.status_code == 422


def test_an_attacker_with_a_whole_ipv6_network_has_no_more_tries_than_one_address(security_lead: User) -> None:
    data = {"username": security_lead.username, "password": "wrong"}
    statuses = [
        stranger(f"2001:db8:1:2::{number:x}").post("/account/sign-in/", data).status_code
        for number in range(1, limits.WRONG_PASSWORDS_FOR_A_NAME + 1)
    ]
    assert statuses[-1] == 429


def test_a_member_cannot_be_locked_out_from_another_network(security_lead: User) -> None:
    data = {"username": security_lead.username, "password": "wrong"}
    for _ in range(limits.WRONG_PASSWORDS_FOR_A_NAME + 1):
        stranger().post("/account/sign-in/", data)
    assert stranger().post("/account/sign-in/", data | {"password": PASSWORD}).status_code == 429
    assert stranger("198.51.100.1").post("/account/sign-in/", data | {"password": PASSWORD}).status_code == 302


def test_a_browser_that_signed_in_before_is_not_kept_out_by_someone_who_guesses_beside_it(
    security_lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRONG_PASSWORDS_FROM_A_NETWORK", 3)
    right = {"username": security_lead.username, "password": PASSWORD}
    own = stranger()
    assert own.post("/account/sign-in/", right).status_code == 302
    own.post("/account/sign-out/")
    for number in range(5):
        stranger().post("/account/sign-in/", {"username": f"p{number}@example.org", "password": "x"})
    assert stranger().post("/account/sign-in/", right).status_code == 429
    assert own.post("/account/sign-in/", right).status_code == 302
    own.post("/account/sign-out/")
    # The mark is for one name, and dies with the password.
    assert own.post("/account/sign-in/", right | {"username": "p7@example.org"}).status_code == 429
    security_lead.set_password(f"another {PASSWORD}")
    security_lead.save()
    assert own.post("/account/sign-in/", right | {"password": f"another {PASSWORD}"}).status_code == 429


def test_the_mark_of_a_known_browser_is_no_key_and_stays_on_the_account_pages(security_lead: User) -> None:
    client = stranger()
    client.post("/account/sign-in/", {"username": security_lead.username, "password": PASSWORD})
    cookie = client.cookies["known-browser"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/account/", True, "Lax")
    assert security_lead.username not in cookie.value
    assert str(security_lead.actor_id) not in cookie.value
    thief = stranger()
    thief.cookies["known-browser"] = cookie.value
    assert thief.get("/account/").status_code == 302


def test_slips_are_forgotten_once_the_password_was_right(security_lead: User) -> None:
    data = {"username": security_lead.username, "password": "wrong"}
    for _ in range(3):
        for _ in range(limits.WRONG_PASSWORDS_FOR_A_NAME - 1):
            assert stranger().post("/account/sign-in/", data).status_code == 422
        assert stranger().post("/account/sign-in/", data | {"password": PASSWORD}).status_code == 302


def test_a_lock_ends(security_lead: User, clock: time_machine.Traveller) -> None:
    data = {"username": security_lead.username, "password": "wrong"}
    for _ in range(limits.WRONG_PASSWORDS_FOR_A_NAME):
        locked = stranger().post("/account/sign-in/", data)
    assert int(locked.headers["Retry-After"]) <= limits.SIGN_IN_SPAN.total_seconds()
    clock.shift(timedelta(seconds=int(locked.headers["Retry-After"])))
    assert stranger().post("/account/sign-in/", data | {"password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("name", ["x" * 5000 + "@example.org", "\0", "é" * 300, ""])
def test_name_that_is_none_is_a_wrong_password_and_no_fault(name: str) -> None:
    assert stranger().post("/account/sign-in/", {"username": name, "password": "x"}).status_code == 422


def test_nothing_that_strangers_send_or_are_is_kept(security_lead: User, settings: Settings) -> None:
    browser = "Mozilla/5.0 (of a reporter)"
    headers = {"User-Agent": browser}
    stranger().post("/report/incident/", INCIDENT, headers=headers)
    stranger().post("/report/status/", LOOK_UP, headers=headers)
    stranger().post("/account/sign-in/", {"username": "typed@example.org", "password": "typed in"}, headers=headers)
    stranger().post("/account/sign-in/", {"username": security_lead.username, "password": PASSWORD}, headers=headers)
    assert RequestCount.objects.exists()
    assert not AccessAttempt.objects.exists()
    assert not AccessLog.objects.exists()
    assert not AccessFailureLog.objects.exists()
    kept = "\n".join(
        str(row) for model in apps.get_models() for row in model._default_manager.values_list() if model is not User
    )
    for words in (ADDRESS, "203.0.113", browser, "typed@example.org", "typed in"):
        assert words not in kept
    for bucket in RequestCount.objects.values_list("bucket", flat=True):
        assert re.fullmatch("[0-9a-f]{64}", bucket)
    before = set(RequestCount.objects.values_list("bucket", flat=True))
    settings.SECRET_KEY = "another installation"
    RequestCount.objects.all().delete()
    stranger().post("/report/incident/", INCIDENT | {"summary": "Another one."})
    assert not before & set(RequestCount.objects.values_list("bucket", flat=True))
