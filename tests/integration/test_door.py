"""The door for strangers' reports turns a flood away early; members never meet it."""

import importlib
import io
import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from charteroak.adapters.log_lines import SECURITY_LOGGER
from charteroak.portal import door
from charteroak.records.accounts.models import User
from charteroak.records.reports.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
FORM = {
    "step": "who",
    "token": "t" * 32,
    "outcome": "blocked",
    "summary": "The filter kept a file back.",
    "help_wanted": "none",
    "disclosure": "desk-only",
}


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.moment = 100.0

    def __call__(self) -> float:
        return self.moment


@pytest.fixture
def _desk(add_organisation: Callable[..., Any]) -> None:
    add_organisation("state-desk", part="desk")


@pytest.fixture
def shut(monkeypatch: pytest.MonkeyPatch) -> door.Pace:
    """A door through which no stranger comes."""
    pace = door.Pace(0.0, 0.0, Clock())
    monkeypatch.setattr(door, "STRANGERS", pace)
    return pace


def test_the_pace_lets_some_in_at_once_and_then_so_many_a_second() -> None:
    clock = Clock()
    pace = door.Pace(4, 3, clock)
    assert [pace.lets_in() for _ in range(5)] == [True, True, True, False, False]
    clock.moment += 0.25
    assert [pace.lets_in() for _ in range(2)] == [True, False]
    clock.moment += 3600
    assert [pace.lets_in() for _ in range(4)] == [True, True, True, False]
    clock.moment -= 7200
    assert not pace.lets_in(), "a clock that goes back opens nothing"


def test_who_was_turned_away_is_told_once_a_second_with_their_number() -> None:
    clock = Clock()
    pace = door.Pace(0, 0, clock)
    pace.lets_in()
    assert pace.to_say() == 1
    for _ in range(5):
        pace.lets_in()
    assert pace.to_say() == 0
    clock.moment += 1
    assert pace.to_say() == 5


def test_a_network_has_a_pace_of_its_own_and_the_quietest_is_forgotten_first() -> None:
    clock = Clock()
    paces = door.NetworkPaces(1, 2, 2, clock)
    assert [paces.lets_in("a") for _ in range(3)] == [True, True, False]
    assert paces.lets_in("b"), "one network shuts the door for itself alone"
    clock.moment += 1
    assert [paces.lets_in("a") for _ in range(2)] == [True, False]
    assert paces.lets_in("c")
    assert [paces.lets_in("a") for _ in range(1)] == [False], "b was forgotten, and a was not"
    paces.open_wide()
    assert paces.lets_in("a")


class Portal:
    """The served application, door and all, asked as a web server asks."""

    def __init__(self) -> None:
        self.application = importlib.import_module("charteroak.portal.wsgi").application

    def post(self, path: str, form: dict[str, str], **environment: str) -> tuple[str, dict[str, str], bytes]:
        body = urlencode(form | {"csrfmiddlewaretoken": "c" * 32}).encode()
        asked: dict[str, Any] = {
            "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "HTTP_COOKIE": "csrftoken=" + "c" * 32, "PATH_INFO": path, "REMOTE_ADDR": "192.0.2.1",
            "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body), **environment,
        }  # fmt: skip
        setup_testing_defaults(asked)
        asked["HTTP_HOST"] = "testserver"
        said: list[tuple[str, dict[str, str]]] = []
        answer = self.application(asked, lambda status, headers, _error=None: said.append((status, dict(headers))))
        return *said[0], b"".join(answer)


@pytest.fixture
def portal() -> Iterator[Portal]:
    """As Django's own test client does it: the end of a request does not close the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Portal()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("shut", "_desk")
@pytest.mark.parametrize("path", [*sorted(door.FORMS), *sorted(door.INTERFACE)])
def test_the_door_in_front_of_django_says_the_same_as_the_one_behind(
    client: Client, portal: Portal, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    behind = client.post(path, FORM)
    for _ in range(3):
        status, headers, body = portal.post(path, FORM)
        assert (status[:3], body) == ("429", behind.content)
        assert headers == {name: value for name, value in behind.items() if name != "Vary"}, "no cookie was looked at"
    said = [each.getMessage() for each in caplog.records if each.name == SECURITY_LOGGER]
    assert said == ["limited POST at the door times=1"], "a flood does not fill the log"
    assert portal.post(path, FORM, HTTP_ACCEPT_LANGUAGE="es")[2] == client.post(
        path, FORM, headers={"accept-language": "es"}
    ).content  # fmt: skip


@pytest.mark.usefixtures("shut", "_desk")
def test_members_pass_the_door_in_front_and_made_up_sessions_do_not(
    client: Client, portal: Portal, security_lead: User
) -> None:
    client.force_login(security_lead)
    cookies = f"csrftoken={'c' * 32}; sessionid={client.session.session_key}"
    assert portal.post("/report/incident/", FORM, HTTP_COOKIE=cookies)[0][:3] == "302"
    made_up = f"csrftoken={'c' * 32}; sessionid={'a' * 32}"
    assert portal.post("/report/incident/", FORM, HTTP_COOKIE=made_up)[0][:3] == "429"
    assert Report.objects.count() == 1


@pytest.mark.usefixtures("_desk")
def test_a_flood_from_one_place_leaves_the_door_open_for_others(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(door, "STRANGERS", door.Pace(5, 30, clock))
    monkeypatch.setattr(door, "FROM_A_NETWORK", door.NetworkPaces(0.5, 3, 100, clock))
    let_in = 0
    for number in range(100):
        clock.moment += 0.01
        form = FORM | {"token": f"{number:032}"}
        let_in += portal.post("/report/mail/", form, REMOTE_ADDR=f"192.0.2.{number}")[0][:3] != "429"
    assert let_in == 3
    assert portal.post("/report/incident/", FORM, REMOTE_ADDR="198.51.100.1")[0][:3] == "302"


@pytest.mark.usefixtures("shut", "_desk")
@pytest.mark.parametrize("path", sorted(door.FORMS))
def test_a_stranger_at_a_shut_door_is_told_how_to_send_the_same_answers_again(
    client: Client, path: str, caplog: pytest.LogCaptureFixture, django_assert_num_queries: Callable[..., Any]
) -> None:
    caplog.set_level(logging.WARNING)
    with django_assert_num_queries(0):
        answer = client.post(path, FORM)
    assert (answer.status_code, answer["Retry-After"]) == (429, "30")
    assert "load this page again" in answer.content.decode()
    assert "ctic@ct.gov" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer
    assert "Set-Cookie" not in answer
    assert [each.getMessage() for each in caplog.records if each.name == SECURITY_LOGGER] == [
        "limited POST at the door times=1"
    ]
    assert not Report.objects.exists()


@pytest.mark.usefixtures("shut")
def test_the_page_is_in_the_language_of_the_browser(client: Client) -> None:
    pages = [client.post("/report/incident/", FORM, headers={"accept-language": name}) for name in ("en", "es", "en")]
    assert pages[0].content == pages[2].content != pages[1].content
    assert b'lang="es"' in pages[1].content


@pytest.mark.usefixtures("shut")
def test_a_machine_at_a_shut_door_gets_a_problem_document(client: Client) -> None:
    answer = client.post("/api/v1/reports", b"{}", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert answer.json()["code"] == "requests.too-many"


@pytest.mark.usefixtures("shut")
@pytest.mark.parametrize("session", ["", "made-up-by-somebody-who-floods", "\0", "'; --"])
def test_a_made_up_session_opens_no_door(client: Client, session: str) -> None:
    client.cookies["sessionid"] = session
    assert client.post("/report/incident/", FORM).status_code == 429


@pytest.mark.usefixtures("shut", "_desk")
def test_whoever_is_signed_in_never_meets_the_door(client: Client, security_lead: User) -> None:
    client.force_login(security_lead)
    assert client.post("/report/incident/", FORM).status_code == 302
    assert Report.objects.get().filed_by == security_lead


@pytest.mark.usefixtures("shut")
def test_reading_a_page_is_never_refused(client: Client) -> None:
    assert client.get("/report/incident/").status_code == 200
    assert client.post("/report/status/", {"receipt": "x"}).status_code != 429
