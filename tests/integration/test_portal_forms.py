"""Every form of the portal, found by following links: what it does with nothing, noise, too much, impossible days.

No form is named here. A form that a later page adds is swept too, as soon as a link leads to it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import resolve
from made_world import standing
from pytest_django import DjangoDbBlocker

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Report
from charteroak.services.sample_state import load_sample_state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

NEVER_FOLLOWED = ("accounts:sign-out", "set_language")
"""What ends the walk or changes its language."""
NOT_TYPED = frozenset({"hidden", "submit", "checkbox", "radio", "file", "button"})
FIRST = ("/", "/report/status/")
"""Where the walk begins; the second page is for whoever holds a receipt."""
FIRST_PAGES = 3
"""Pages of one kind that are read: the third practice has the form that the first one has."""


@dataclass(slots=True)
class Form:
    """A form as a page offers it."""

    page: str
    action: str
    method: str
    hidden: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    """What may be answered: the type of the input by its name."""

    @property
    def route(self) -> str:
        return resolve(urlsplit(self.action).path).view_name


class PageReader(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "download" not in values:
            self.links.append(urljoin(self.url, values.get("href", "")))
        elif tag == "form":
            self.open = Form(self.url, urljoin(self.url, values.get("action", "")), values.get("method", "get").lower())
            self.forms.append(self.open)
        elif self.open is not None and "name" in values and tag in {"input", "select", "textarea"}:
            kind = values.get("type", "text") if tag == "input" else tag
            if kind == "hidden":
                self.open.hidden[values["name"]] = values.get("value", "")
            else:
                self.open.fields[values["name"]] = kind

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None


def read_page(url: str, content: bytes) -> PageReader:
    reader = PageReader(url)
    reader.feed(content.decode())
    return reader


def walk(client: Client) -> Iterator[Form]:
    """The forms of all pages that can be reached from the first ones, each once."""
    waiting, seen_pages, seen_forms = [*FIRST], set(FIRST), set()
    pages_of_route: dict[str, int] = {}
    while waiting:
        url = waiting.pop(0)
        response = client.get(url, follow=True)
        assert response.status_code < 500, url
        content = b"".join(response) if response.streaming else response.content
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        reader = read_page(url, content)
        for form in reader.forms:
            key = form.route, form.method, frozenset(form.fields), frozenset(form.hidden)
            if form.route not in NEVER_FOLLOWED and key not in seen_forms:
                seen_forms.add(key)
                yield form
        for link in reader.links:
            path = urlsplit(link).path
            if not path.startswith("/") or link.partition("#")[0] in seen_pages or urlsplit(link).netloc:
                continue
            seen_pages.add(link.partition("#")[0])
            route = resolve(path).view_name
            pages_of_route[route] = pages_of_route.get(route, 0) + 1
            if pages_of_route[route] <= FIRST_PAGES:
                waiting.append(link.partition("#")[0])


def typed(form: Form, texts: str, days: Mapping[str, str]) -> dict[str, str]:
    """The same text in every field where one types, and days where one chooses days."""
    names = [name for name, kind in form.fields.items() if kind in {"date", "datetime-local"}]
    answers = {name: texts for name, kind in form.fields.items() if kind not in NOT_TYPED and name not in names}
    return answers | {name: days["last" if number else "first"] for number, name in enumerate(names)}


TODAY = connecticut_day(now())
NOISE = "<script>alert(1)</script>\u202e{{ 7|add:7 }} %(day)s '\""
SAME_DAYS = {"first": "2026-02-02", "last": "2026-02-03"}
ATTACKS: dict[str, Callable[[Form], dict[str, str]]] = {
    "empty": lambda _form: {},
    "noise": lambda form: typed(form, NOISE, {"first": NOISE, "last": NOISE}),
    "too large": lambda form: typed(form, "x" * 10_001, {"first": "9" * 10_001, "last": "2026-02-30"}),
    "reversed days": lambda form: typed(form, "Words.", {"first": "2026-02-03", "last": "2026-02-02"}),
    "future": lambda form: typed(form, "Words.", dict.fromkeys(SAME_DAYS, (TODAY + timedelta(days=9)).isoformat())),
    "long ago": lambda form: typed(form, "Words.", {"first": "0001-01-01", "last": "9999-12-31"}),
    "NUL": lambda form: typed(form, "a\0b", SAME_DAYS),
    "ten thousand words": lambda form: typed(form, "word " * 10_000, SAME_DAYS),
}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def recorded() -> tuple[int, int]:
    return LedgerEntry.objects.count(), Report.objects.count()


def faults_of(client: Client, form: Form, name: str, answers: Mapping[str, str]) -> Iterator[str]:
    before = recorded()
    sent = {**form.hidden, **answers}
    if form.method == "post":
        response = client.post(form.action, sent)
    else:
        query = dict(parse_qsl(urlsplit(form.action).query))
        response = client.get(urlsplit(form.action).path, query | sent)
    place = f"{form.route} ({form.method}, {name})"
    if response.status_code >= 500:
        yield f"{place}: {response.status_code}"
    if response.status_code in {302, 303} or response.streaming:
        b"".join(response)
        return
    page = response.content.decode()
    if recorded() != before:
        yield f"{place}: {response.status_code}, and something was recorded"
    if "\u202e" in page and "\u202e" in NOISE and response.status_code == 200:
        yield f"{place}: repeats what it did not refuse"
    is_refused = "<title>Error:" in page
    if is_refused != (response.status_code == 422) and "note--empty" not in page:
        yield f"{place}: {response.status_code}, and the page {'says' if is_refused else 'does not say'} what is wrong"
    if not is_refused:
        return
    if 'role="alert"' not in page:
        yield f"{place}: nothing at the top says what is wrong"
    if "question__error" not in page and "<ul><li>" not in page.partition('role="alert"')[2]:
        yield f"{place}: nothing beside a field says what is wrong"
    for field_name, text in answers.items():
        kind = form.fields[field_name]
        if kind in {"text", "textarea", "search", "email"} and "Words." in text and page.count("Words.") == 0:
            yield f"{place}: what was typed for {field_name} is gone"
    if "<script>alert" in page:
        yield f"{place}: repeats markup"


def sweep(client: Client) -> tuple[set[str], list[str]]:
    """The routes of the forms that were tried, and what was wrong."""
    routes, faults = set(), []
    for form in walk(client):
        routes.add(form.route)
        for name, attack in ATTACKS.items():
            if form.method == "get" and name in {"NUL", "ten thousand words"}:
                continue  # An address has its own limits, and one with a NUL in it names nothing.
            with undone():
                faults += faults_of(client, form, name, attack(form))
    return routes, faults


LEAD_FORMS = {
    "programs:safe-harbor",
    "programs:practice",
    "programs:describe-organisation",
    "programs:adopt-program",
    "programs:approve-program",
    "programs:review-program",
    "programs:describe-program",
    "programs:adopt-edition",
    "programs:correct-entry",
    "programs:record-evidence",
    "programs:record-exercise",
    "programs:record-training",
    "programs:supersede-evidence",
    "programs:open-gap",
    "programs:accept-exception",
    "programs:assess-requirement",
    "programs:as-of",
    "programs:interval",
    "programs:evidence",
    "programs:checkpoint",
    "programs:dossiers",
    "detections:pull",
    "reports:mail",
    "reports:incident",
    "reports:status",
}


@pytest.fixture(scope="module")
def standing_sample(
    django_db_setup: None,  # noqa: ARG001 - asks for the database
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Callable[[], None]]:
    """The sample state with its reports, loaded once; what puts its files back."""
    with standing(load_sample_state, settings.DATA.root, django_db_blocker) as (_, put_back):
        yield put_back


@pytest.fixture
def sample(standing_sample: Callable[[], None], db: None, data_directory: Path) -> None:  # noqa: ARG001 - ask for the database and its files
    """The sample state as it was loaded."""
    standing_sample()


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        pytest.param("maria.delgado@elm-hollow-bakery.example", LEAD_FORMS, marks=pytest.mark.slow),
        ("role:analyst", {"intelligence:propose", "desk:confirm-campaign", "reports:mail"}),
        ("", {"reports:mail", "reports:incident", "reports:status", "accounts:sign-in"}),
    ],
    ids=["security lead", "analyst", "stranger"],
)
@pytest.mark.usefixtures("sample")
def test_no_form_breaks_records_or_forgets_whatever_is_sent(person: str, expected: set[str]) -> None:
    client = Client(raise_request_exception=False)
    if person.startswith("role:"):
        client.force_login(User.objects.filter(memberships__role=person.removeprefix("role:")).order_by("pk")[0])
    elif person:
        client.force_login(User.objects.get(username=person))
    routes, faults = sweep(client)
    assert not faults, "\n".join(faults)
    assert expected <= routes, expected - routes


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_an_empty_organisation_has_the_same_forms_and_they_hold(client: Client, security_lead: User) -> None:
    client.raise_request_exception = False
    client.force_login(security_lead)
    routes, faults = sweep(client)
    assert not faults, "\n".join(faults)
    assert "programs:practice" in routes
