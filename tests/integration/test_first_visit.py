"""Before anybody is served, what the first pages need is loaded: in every language, and without a trace."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from charteroak.cli.first_visit import PATHS, visit
from charteroak.portal.wsgi import application
from charteroak.records.accounts.models import RequestCount


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """A request of the real application leaves the connection of the test open, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
def test_the_first_pages_are_asked_for_in_every_language_and_nothing_is_kept() -> None:
    assert visit(application) == ["200 OK"] * (len(PATHS) * len(settings.LANGUAGES))
    assert not Session.objects.exists()
    assert not RequestCount.objects.exists()


def test_it_is_made_under_a_name_that_the_portal_answers_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", [".town.example"])
    monkeypatch.setattr(settings, "IS_TLS", True)
    asked: list[dict[str, Any]] = []

    def portal(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked.append(environment)
        start("503 Service Unavailable", [])
        return [b""]

    assert set(visit(portal)) == {"503 Service Unavailable"}, "what fails keeps nobody from serving"
    assert {(each["wsgi.url_scheme"], each["HTTP_HOST"]) for each in asked} == {("https", "town.example")}
