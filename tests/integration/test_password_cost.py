"""What a password costs: one hash where one is needed, a few at a time, and none for looking at a page."""

import base64
import threading
import time
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher, check_password
from django.test import Client

from charteroak.portal.accounts import hashers, views
from charteroak.records.accounts.models import Membership, User

PASSWORD = "correct horse battery staple"
pytestmark = pytest.mark.django_db


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed for comparing."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    asked: list[str] = []
    verify = MD5PasswordHasher.verify

    def counted(self: MD5PasswordHasher, password: str, encoded: str) -> bool:
        asked.append(password)
        return bool(verify(self, password, encoded))

    monkeypatch.setattr(MD5PasswordHasher, "verify", counted)
    return asked


def test_the_sign_in_page_of_the_sample_hashes_once_and_not_at_each_look(
    client: Client, add_organisation: Callable[..., object], add_person: Callable[..., User], hashed: list[str]
) -> None:
    organisation = add_organisation("elm-hollow-bakery", is_fictional=True)
    user = add_person("Lee", organisation)
    user.set_password(views.SAMPLE_PASSWORD)
    user.save()
    for _ in range(3):
        assert "lee@example.org" in client.get("/account/sign-in/").content.decode()
    assert len(hashed) == 1
    user.set_password("another password of several words")
    user.save()
    assert "lee@example.org" not in client.get("/account/sign-in/").content.decode()
    assert len(hashed) == 2


def basic(user: User, password: str = PASSWORD) -> dict[str, str]:
    pair = base64.b64encode(f"{user.username}:{password}".encode()).decode()
    return {"HTTP_AUTHORIZATION": f"Basic {pair}", "HTTP_ACCEPT": "application/taxii+json;version=2.1"}


def test_a_feed_reader_that_was_right_is_not_hashed_for_again(
    client: Client, security_lead: User, hashed: list[str]
) -> None:
    for _ in range(4):
        assert client.get("/taxii2/", **basic(security_lead)).status_code == 200
    assert len(hashed) == 1
    assert client.get("/taxii2/", **basic(security_lead, "wrong")).status_code == 401
    assert len(hashed) == 2


def test_what_was_remembered_ends_with_the_password_and_with_the_account(client: Client, security_lead: User) -> None:
    assert client.get("/taxii2/", **basic(security_lead)).status_code == 200
    security_lead.set_password("another password of several words")
    security_lead.save()
    assert client.get("/taxii2/", **basic(security_lead)).status_code == 401
    security_lead.set_password(PASSWORD)
    security_lead.save()
    assert client.get("/taxii2/", **basic(security_lead)).status_code == 200
    security_lead.is_active = False
    security_lead.save()
    assert client.get("/taxii2/", **basic(security_lead)).status_code == 401
    assert Membership.objects.filter(user=security_lead).exists()


def test_few_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most = 0, 0
    lock, together = threading.Lock(), threading.Event()

    def slow(*_arguments: object, **_options: object) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        if most >= hashers.AT_ONCE:
            together.set()
        together.wait(60)
        time.sleep(0.05)  # in which one too many would come
        with lock:
            now -= 1
        return "hash"

    monkeypatch.setattr(ScryptPasswordHasher, "encode", slow)
    threads = [threading.Thread(target=hashers.BoundedScryptHasher().encode, args=("x", "salt")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == hashers.AT_ONCE


def test_hashes_are_djangos_own(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["charteroak.portal.accounts.hashers.BoundedScryptHasher"]  # type: ignore[attr-defined]
    encoded = hashers.BoundedScryptHasher().encode(PASSWORD, "saltsaltsaltsaltsalt22")
    assert encoded.startswith("scrypt$16384$")
    assert check_password(PASSWORD, encoded)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]  # type: ignore[attr-defined]
    assert check_password(PASSWORD, encoded)
