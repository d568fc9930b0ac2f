"""``/account/password/``: somebody who is signed in changes their own password (OWASP ASVS 5.0, 6.2.2 and 6.2.3)."""

import logging
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from tests.simulators.people import PASSWORD

from charteroak.records.accounts.models import Organisation, User
from charteroak.services.request_limits import WRONG_PASSWORDS_FOR_A_NAME
from charteroak.services.sample_state import SAMPLE_PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/account/password/"
NEW = "three herons by the river"


def signs_in(client: Client, user: User, password: str) -> bool:
    """Whether somebody comes in with this password, as a browser does it."""
    sent = {"username": user.username, "password": password}
    return client.post("/account/sign-in/", sent).status_code == 302


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> tuple[int, str]:
    response = client.post(PAGE, {"old": old, "new": new, "again": new if again is None else again})
    return response.status_code, response.content.decode()


@pytest.fixture
def lee(client: Client, security_lead: User) -> User:
    """Who is signed in with the client's browser."""
    assert signs_in(client, security_lead, PASSWORD)
    return security_lead


def test_the_new_password_counts_here_this_session_stays_and_every_other_one_ends(client: Client, lee: User) -> None:
    elsewhere = Client()
    assert signs_in(elsewhere, lee, PASSWORD)
    before, ends = client.session.session_key, client.session.get_expiry_date()
    assert 'href="/account/password/"' in client.get("/account/").content.decode()
    assert change(client)[0] == 302
    assert "Your password is changed." in client.get("/account/").content.decode()
    assert client.session.session_key != before
    assert client.session.get_expiry_date() == ends, "no session grows longer by it"
    assert elsewhere.get("/account/").status_code == 302
    assert not signs_in(Client(), lee, PASSWORD)
    assert signs_in(Client(), lee, NEW)


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("not the one", NEW, NEW, "This is not the password that you sign in with."),
        (PASSWORD, NEW, NEW + " ", "This is not what stands above it."),
        (PASSWORD, "short", "short", "too short"),
        (PASSWORD, "password1234", "password1234", "too common"),
        (PASSWORD, "x-lee@example.org", "x-lee@example.org", "too similar"),
        (PASSWORD, PASSWORD, PASSWORD, "This is the password that you have already."),
        (PASSWORD, "x" * 1_001, "x" * 1_001, "1000"),
        (PASSWORD, "a\0bcdefghijklm", "a\0bcdefghijklm", "Null"),
        ("", "", "", "Answer this question."),
    ],
)
def test_what_cannot_be_used_is_refused_and_the_old_one_stays(
    client: Client, lee: User, old: str, new: str, again: str, said: str
) -> None:
    status, page = change(client, old, new, again)
    assert (status, said in page, "<title>Error:" in page) == (422, True, True)
    for typed in {old, new, again} - {""}:
        assert f'value="{typed}' not in page, "no password stands in a page"
    assert signs_in(Client(), lee, PASSWORD)


@pytest.mark.parametrize("new", ["  spaces at both ends  ", "nothing but small letters", "\u65e5\u672c\u8a9e" * 4])
def test_any_composition_counts_as_it_was_typed(client: Client, lee: User, new: str) -> None:
    assert change(client, new=new)[0] == 302
    assert not signs_in(Client(), lee, new + "x")
    assert signs_in(Client(), lee, new)


@time_machine.travel("2026-11-20T14:03:00Z")
def test_guessing_the_old_one_is_counted_like_signing_in_and_noted(
    client: Client, lee: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="charteroak.security")
    tries = [change(client, old="a guess")[0] for _ in range(WRONG_PASSWORDS_FOR_A_NAME)]
    assert tries == [422] * (WRONG_PASSWORDS_FOR_A_NAME - 1) + [429]
    status, page = change(client)
    assert (status, "no password is taken" in page) == (429, True)
    assert not signs_in(Client(), lee, PASSWORD), "one count for both"
    lee.refresh_from_db()
    assert lee.check_password(PASSWORD)
    noted = [record.getMessage() for record in caplog.records if record.name == "charteroak.security"]
    assert noted[0] == f"sign-in-failed person=user:{lee.actor_id} route=accounts:password"


def test_a_changed_password_is_an_event_of_the_security_log_and_a_refused_one_is_none(
    client: Client, lee: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="charteroak.security")
    change(client, new="short")
    change(client)
    noted = [record.getMessage() for record in caplog.records if record.name == "charteroak.security"]
    assert noted == [f"account-password-set person=user:{lee.actor_id} by=self"]


def test_earlier_slips_are_forgotten_once_it_is_changed(client: Client, lee: User) -> None:
    for _ in range(WRONG_PASSWORDS_FOR_A_NAME - 1):
        change(client, old="a slip")
    assert change(client)[0] == 302
    for _ in range(WRONG_PASSWORDS_FOR_A_NAME - 1):
        assert not signs_in(Client(), lee, "another slip")
    assert signs_in(Client(), lee, NEW)


@pytest.mark.usefixtures("lee")
def test_it_asks_and_refuses_in_spanish(client: Client) -> None:
    client.post("/language/", {"language": "es", "next": "/"})
    assert "Cambiar su contraseña" in client.get(PAGE).content.decode()
    assert "Esta no es la contraseña con la que inicia sesión." in change(client, old="otra")[1]
    assert "demasiado corta" in change(client, new="corta")[1]


def test_the_published_password_stays_and_the_page_says_why(
    client: Client, add_organisation: Callable[..., Organisation], add_person: Callable[..., User]
) -> None:
    fay = add_person("Fay", add_organisation("made-up-town", is_fictional=True))
    fay.set_password(SAMPLE_PASSWORD)
    fay.save()
    client.force_login(fay)
    page = client.get(PAGE).content.decode()
    assert "so it cannot be changed" in page
    assert 'name="old"' not in page
    status, told = change(client, old=SAMPLE_PASSWORD)
    assert (status, "it cannot be changed" in told) == (400, True)
    assert signs_in(Client(), fay, SAMPLE_PASSWORD)


def test_a_published_password_goes_where_anything_real_is_kept(
    client: Client, add_organisation: Callable[..., Organisation], add_person: Callable[..., User]
) -> None:
    fay = add_person("Fay", add_organisation("made-up-town", is_fictional=True))
    fay.set_password(SAMPLE_PASSWORD)
    fay.save()
    add_organisation("real-town")
    client.force_login(fay)
    assert change(client, old=SAMPLE_PASSWORD)[0] == 302
