"""The portal's shell over HTTP: headers, languages, signing in, error pages, who sees which home."""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from charteroak.records.accounts.models import Organisation, User
from charteroak.services import programs
from charteroak.services.request_limits import WRONG_PASSWORDS_FOR_A_NAME
from charteroak.services.sample_state import SAMPLE_PASSWORD

pytestmark = pytest.mark.django_db


def test_first_page_needs_no_account(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "Sign in" in response.content.decode()


def test_any_other_page_without_account_asks_to_sign_in(client: Client) -> None:
    response = client.get("/account/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/account/sign-in/?next=/account/"


def test_pages_allow_browsers_to_load_only_what_we_ship(client: Client) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy
    assert not re.search(r"https?:|\*|data:", policy)


def test_pages_switch_off_features_and_foreign_embedding(client: Client) -> None:
    headers = client.get("/").headers
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_static_files_carry_the_same_headers(client: Client) -> None:
    response = client.get("/static/charteroak.css")
    response.close()
    assert response.status_code == 200
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_large_static_files_come_compressed(client: Client) -> None:
    response = client.get("/static/vendor/uswds/css/uswds.min.css", HTTP_ACCEPT_ENCODING="gzip")
    response.close()
    assert response.headers["Content-Encoding"] == "gzip"


def test_pages_hold_no_inline_script_or_style(client: Client) -> None:
    for path in ("/", "/account/sign-in/", "/nowhere/"):
        body = client.get(path).content.decode()
        assert not re.search(r"<style|style=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", body)


@pytest.mark.usefixtures("security_lead")
def test_right_password_leads_to_the_page_asked_for(client: Client) -> None:
    response = client.post(
        "/account/sign-in/",
        {"username": "LEE@example.org", "password": "correct horse battery staple", "next": "/account/"},
    )
    assert (response.status_code, response.headers.get("Location")) == (302, "/account/")


def test_wrong_password_gets_one_sentence_that_does_not_say_what_was_wrong(client: Client, security_lead: User) -> None:
    known = client.post("/account/sign-in/", {"username": security_lead.username, "password": "wrong"})
    unknown = client.post("/account/sign-in/", {"username": "nobody@example.org", "password": "wrong"})
    sentence = "This mail address and password do not belong together."
    assert known.status_code == unknown.status_code == 422
    assert known.content.decode().count(sentence) == unknown.content.decode().count(sentence) == 1


@time_machine.travel("2026-11-20T14:03:00Z")
def test_sign_in_is_locked_after_many_wrong_tries(client: Client, security_lead: User) -> None:
    data = {"username": security_lead.username, "password": "wrong"}
    statuses = [client.post("/account/sign-in/", data).status_code for _ in range(WRONG_PASSWORDS_FOR_A_NAME)]
    assert statuses[:-1] == [422] * (WRONG_PASSWORDS_FOR_A_NAME - 1)
    assert statuses[-1] == 429
    right = client.post("/account/sign-in/", data | {"password": "correct horse battery staple"})
    assert right.status_code == 429
    assert "locked" in right.content.decode()


def test_sign_in_never_leads_to_another_site(client: Client, security_lead: User) -> None:
    response = client.post(
        "/account/sign-in/",
        {
            "username": security_lead.username,
            "password": "correct horse battery staple",
            "next": "https://evil.example/",
        },
    )
    assert response.headers["Location"] == "/"


def test_sign_out_needs_a_post(client: Client, security_lead: User) -> None:
    client.force_login(security_lead)
    assert client.get("/account/sign-out/").status_code == 405
    assert client.post("/account/sign-out/").status_code == 302
    assert client.get("/account/").status_code == 302


def test_signed_in_pages_are_not_kept_by_browsers(client: Client, security_lead: User) -> None:
    client.force_login(security_lead)
    assert client.get("/account/").headers["Cache-Control"] == "no-store"


def test_address_that_is_not_there_gets_our_page(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing here that you may see." in response.content.decode()


def test_form_without_its_token_is_refused_with_our_page() -> None:
    response = Client(enforce_csrf_checks=True).post("/account/sign-in/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "nothing was recorded" in response.content.decode()


def test_language_is_switched_by_a_post_and_kept(client: Client) -> None:
    response = client.post("/language/", {"language": "es", "next": "/"})
    assert response.status_code == 302
    assert '<html lang="es">' in client.get("/").content.decode()


def test_unforeseen_fault_says_nothing_about_itself_and_asks_nothing_of_the_database() -> None:
    from django.test import RequestFactory

    from charteroak.portal.error_pages import server_error

    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Something in Charter Oak failed" in response.content.decode()


def test_made_up_organisations_say_so_on_every_page(client: Client, add_organisation: type[Organisation]) -> None:
    assert "Sample state" not in client.get("/").content.decode()
    add_organisation("elm-hollow-bakery", is_fictional=True)
    assert "Sample state" in client.get("/").content.decode()


def test_newcomer_is_told_whom_to_sign_in_as_where_everything_is_made_up(
    client: Client, add_organisation: type[Organisation], add_person: type[User]
) -> None:
    person = add_person("Fay", add_organisation("made-up-town", is_fictional=True))
    assert "fay@example.org" not in client.get("/account/sign-in/").content.decode()
    person.set_password(SAMPLE_PASSWORD)
    person.save()
    page = client.get("/account/sign-in/").content.decode()
    assert "fay@example.org" in page
    assert SAMPLE_PASSWORD in page


def test_no_password_is_shown_where_anything_real_is_kept(
    client: Client, add_organisation: type[Organisation], add_person: type[User]
) -> None:
    person = add_person("Fay", add_organisation("made-up-town", is_fictional=True))
    person.set_password(SAMPLE_PASSWORD)
    person.save()
    add_organisation("real-town")
    page = client.get("/account/sign-in/").content.decode()
    assert SAMPLE_PASSWORD not in page
    assert "fay@example.org" not in page


def test_provider_finds_a_clients_pages_in_the_header_only_on_them(
    client: Client, provider_person: User, member: Organisation
) -> None:
    client.force_login(provider_person)
    assert "/evidence/" not in client.get("/").content.decode()
    page = client.get(f"/organisations/{member.slug}/safe-harbor/").content.decode()
    assert f'href="/organisations/{member.slug}/evidence/"' in page


def test_the_address_above_an_organisations_pages_leads_to_the_first_of_them(
    client: Client,
    security_lead: User,
    member: Organisation,
    add_person: Callable[..., User],
    add_organisation: Callable[..., Organisation],
) -> None:
    desk, provider = add_organisation("birch-desk", part="desk"), add_organisation("grove", part="provider")
    for person, place, leads_to in (
        (security_lead, member, f"/organisations/{member.slug}/safe-harbor/"),
        (add_person("Ana", desk, "analyst"), desk, "/desk/"),
        (add_person("Pat", provider, "provider"), provider, "/"),
    ):
        client.force_login(person)
        response = client.get(f"/organisations/{place.slug}/")
        assert (response.status_code, response.headers["Location"]) == (302, leads_to)
        assert client.get(leads_to).status_code == 200
    for slug in (member.slug, desk.slug, "nowhere"):
        assert client.get(f"/organisations/{slug}/").status_code == 404


def test_home_of_a_security_lead_says_where_the_record_stands(
    client: Client, security_lead: User, member: Organisation
) -> None:
    client.force_login(security_lead)
    page = client.get("/").content.decode()
    assert "Nothing is on record yet" in page
    approved = {"version": "1.0", "by": "Board", "role": "owner"}
    programs.record(member, "program.approved", approved, programs.recorder_for(security_lead))
    page = client.get("/").content.decode()
    assert "If you were breached today" in page
    assert "Next best step" in page


def test_portfolio_names_quiet_clients_first(client: Client, provider_person: User) -> None:
    client.force_login(provider_person)
    page = client.get("/").content.decode()
    assert "Your client did not slip this week; 1 recorded nothing for a month." in page
    assert "Quiet" in page
