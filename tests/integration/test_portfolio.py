"""A provider's portfolio: what slipped first, filters and sorting by the address, stale rows named, nobody else's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.errors import AccessError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.programs.models import ProgramStanding
from charteroak.services import portfolio as portfolios
from charteroak.services.ledger import append_entry
from charteroak.services.portfolio import Order, PortfolioQuestion, Show, portfolio_of
from charteroak.services.standings import refresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


def record(organisation: Organisation, days_ago: int, kind: str = "training.completed", **body: object) -> None:
    moment = now() - timedelta(days=days_ago)
    said = body or {"title": "Mail", "audience": "All", "people": 3}
    day = connecticut_day(moment).isoformat()
    with transaction.atomic():
        append_entry(organisation, actor="system", kind=kind, occurred_from=day, body=said, recorded=moment)


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine, what can be made anew is."""
    monkeypatch.setattr(portfolios, "RENEWAL_SECONDS", 60)


@pytest.fixture
def clients(provider: Organisation, add_organisation: Callable[..., Organisation]) -> dict[str, Organisation]:
    """Three clients more: one lively, one whose gap became overdue this week, one that nobody works for."""
    found = {}
    for slug in ("alder-dental", "birch-town", "cedar-books"):
        found[slug] = add_organisation(slug, kind="municipality" if slug == "birch-town" else "llc", is_fictional=True)
        found[slug].providers.add(provider)
    record(found["alder-dental"], 3)
    due = (connecticut_day(now()) - timedelta(days=2)).isoformat()
    record(found["birch-town"], 20, "gap.opened", gap="vpn", title="Old VPN", owner="June", due=due)
    return found


def asked(provider: Organisation, person: User, **question: object) -> list[str]:
    found = portfolio_of(person, provider, PortfolioQuestion(**question), now())
    return [line.organisation.slug for line in found.lines]


def test_the_first_line_says_who_slipped_and_the_first_row_is_who_did(
    client: Client, provider_person: User, clients: dict[str, Organisation]
) -> None:
    client.force_login(provider_person)
    page = client.get("/").content.decode()
    assert f"1 of {len(clients) + 1} clients slipped this week; 2 recorded nothing for a month." in page
    assert page.index("birch-town/safe-harbor") < page.index("alder-dental/safe-harbor")
    assert "<strong>Gap overdue</strong>: vpn" in page


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"show": Show.SLIPPED}, ["birch-town"]),
        ({"show": Show.OVERDUE}, ["birch-town"]),
        ({"show": Show.QUIET, "order": Order.NAME}, ["cedar-books", "elm-hollow-bakery"]),
        ({"kind": "municipality"}, ["birch-town"]),
        ({"search": "dental"}, ["alder-dental"]),
        ({"search": "%"}, []),
        ({"show": Show.SLIPPED, "search": "dental"}, []),
        ({"order": Order.NAME}, ["alder-dental", "birch-town", "cedar-books", "elm-hollow-bakery"]),
    ],
)
def test_filters_and_orders(
    provider: Organisation,
    provider_person: User,
    clients: dict[str, Organisation],
    question: dict[str, object],
    found: list[str],
) -> None:
    assert clients
    assert asked(provider, provider_person, **question) == found


def test_every_order_lists_every_client_once(
    provider: Organisation, provider_person: User, clients: dict[str, Organisation]
) -> None:
    for order in Order:
        assert len(set(asked(provider, provider_person, order=order))) == len(clients) + 1


def test_an_address_that_asks_nonsense_is_refused_and_still_shows_the_clients(
    client: Client, provider_person: User, clients: dict[str, Organisation]
) -> None:
    assert clients
    client.force_login(provider_person)
    response = client.get("/?show=everything&order=name")
    assert response.status_code == 422
    assert "Alder Dental" in response.content.decode()
    assert client.get("/?page=99999999999999999999").status_code == 200
    assert client.get("/?page=-1&name=%25").status_code == 200


def test_the_pages_lead_on_and_keep_what_was_asked(
    client: Client, provider_person: User, clients: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert clients
    monkeypatch.setattr(portfolios, "CLIENTS_ON_A_PAGE", 3)
    client.force_login(provider_person)
    first = client.get("/?order=name").content.decode()
    assert "?order=name&amp;page=2" in first
    second = client.get("/?order=name&page=2").content.decode()
    assert "Elm Hollow Bakery" in second
    assert "Alder Dental" not in second


def test_a_row_that_could_not_be_made_anew_says_of_when_it_is(
    client: Client,
    provider_person: User,
    clients: dict[str, Organisation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for organisation in clients.values():
        refresh(organisation)
    # One client has no row at all: nothing is said of it, and nothing looks as if it had been looked at.
    ProgramStanding.objects.update(evaluated=datetime(2026, 2, 1, 15, tzinfo=UTC), day="2026-02-01")
    monkeypatch.setattr(portfolios, "RENEWAL_SECONDS", -1)
    client.force_login(provider_person)
    page = client.get("/").content.decode()
    assert "Of 4 clients 4 are not worked out for today yet; 1 is known to have slipped" in page
    assert page.count("as of") >= 3
    assert "Not worked out yet" in page


def test_opening_the_page_makes_stale_rows_anew(
    client: Client, provider_person: User, clients: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portfolios, "RENEWAL_SECONDS", 60)
    client.force_login(provider_person)
    client.get("/")
    assert ProgramStanding.objects.count() == len(clients) + 1


def test_the_number_of_statements_does_not_grow_with_the_clients(
    client: Client,
    provider: Organisation,
    provider_person: User,
    add_organisation: Callable[..., Organisation],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for number in range(12):
        one = add_organisation(f"client-{number}", is_fictional=True)
        one.providers.add(provider)
        refresh(one)
    refresh(Organisation.objects.get(slug="elm-hollow-bakery"))
    client.force_login(provider_person)
    with django_assert_max_num_queries(16):
        client.get("/")


def test_nobody_else_sees_the_portfolio(provider: Organisation, security_lead: User) -> None:
    with pytest.raises(AccessError):
        portfolio_of(security_lead, provider, PortfolioQuestion(), now())


@pytest.mark.django_db(transaction=True)
def test_an_entry_renews_the_row_right_after_it_was_appended(provider: Organisation, member: Organisation) -> None:
    assert provider
    member.is_fictional = True
    member.save()
    record(member, 0)
    row = ProgramStanding.objects.get(organisation=member)
    assert row.ledger_size == 1
    record(member, 0)
    row.refresh_from_db()
    assert row.ledger_size == 2
    assert connection.vendor in {"sqlite", "postgresql"}


def test_a_clients_own_pages_say_what_slipped(
    client: Client, provider_person: User, clients: dict[str, Organisation]
) -> None:
    client.force_login(provider_person)
    page = client.get(f"/organisations/{clients['birch-town'].slug}/safe-harbor/").content.decode()
    assert "1 thing slipped within the last seven days" in page
    assert "The gap &#x27;Old VPN&#x27; is overdue" in page
    lively = client.get(f"/organisations/{clients['alder-dental'].slug}/safe-harbor/").content.decode()
    assert "slipped within the last seven days" not in lively
