"""No address tells anyone anything of an organisation that is not theirs: random providers, clients, people, addresses.

Who may is worked out again here, from the graph alone and without the code under test. Whoever may not gets what one
gets for an organization that does not exist, reading or writing, and nothing is recorded.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.ledger import append_entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

PROVIDERS, CLIENTS, PEOPLE = 2, 3, 3
ROLES = ("security-lead", "counsel", "provider")
GRAPHS = st.tuples(
    st.sets(st.tuples(st.integers(0, CLIENTS - 1), st.integers(0, PROVIDERS - 1)), max_size=8),
    st.lists(
        st.sets(st.tuples(st.integers(0, PROVIDERS + CLIENTS - 1), st.sampled_from(ROLES)), max_size=2),
        min_size=PEOPLE,
        max_size=PEOPLE,
    ),
)
"""Which client has which provider; and each person's memberships: an organisation (providers first) and a role."""
Graph = tuple[set[tuple[int, int]], list[set[tuple[int, str]]]]
VALUES = {"index": 0, "number": 1, "sha256": "a" * 64, "practice_id": "train-everyone", "gap": "one", "size": 1}


def paths(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every address below an organisation, with ``{slug}`` in its place and plausible values in the others."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from paths(pattern, whole)
        elif isinstance(pattern, URLPattern) and whole.startswith("organisations/<slug:slug>/"):
            text = "/" + whole.replace("<slug:slug>", "{slug}")
            for name, converter in pattern.pattern.converters.items():
                kind = {
                    "IntConverter": "int",
                    "SlugConverter": "slug",
                    "StringConverter": "str",
                    "PathConverter": "path",
                }
                found = kind.get(type(converter).__name__, "str")
                text = text.replace(f"<{found}:{name}>", str(VALUES.get(name, "1" if found == "int" else "one")))
            if "<" not in text:
                yield text


@dataclass
class Tenants:
    organisations: list[Organisation]
    people: list[User]
    theirs: list[set[int]]
    """For each person, the places of the organisations that are theirs."""


@contextmanager
def built(graph: Graph) -> Iterator[Tenants]:
    edges, memberships = graph
    with transaction.atomic():
        created = datetime(2026, 1, 1, tzinfo=UTC)
        organisations = [
            Organisation.objects.create(
                slug=f"org-{place}-{secrets.token_hex(4)}",
                name=f"Name {secrets.token_hex(8)}",
                part="provider" if place < PROVIDERS else "member",
                kind="llc",
                created=created,
            )
            for place in range(PROVIDERS + CLIENTS)
        ]
        for organisation in organisations:
            body = {"title": f"Secret of {organisation.slug}", "audience": "All", "people": 3}
            append_entry(organisation, actor="system", kind="training.completed", occurred_from="2026-01-02", body=body)
        for client, provider in edges:
            organisations[PROVIDERS + client].providers.add(organisations[provider])
        people, theirs = [], []
        for number, roles in enumerate(memberships):
            person = User.objects.create_user(username=f"{number}-{secrets.token_hex(4)}@example.org", password="x")
            own: set[int] = set()
            for place, role in dict(roles).items():
                Membership.objects.create(user=person, organisation=organisations[place], role=role)
                own.add(place)
                if role == "provider":
                    own |= {PROVIDERS + client for client, provider in edges if provider == place}
            people.append(person)
            theirs.append(own)
        yield Tenants(organisations, people, theirs)
        transaction.set_rollback(True)


def leaks(tenants: Tenants, chosen: list[str]) -> tuple[int, list[str]]:
    """How many probes were made, and each that told something."""
    probes, found = 0, []
    names = {organisation.name for organisation in tenants.organisations}
    for person, own in zip(tenants.people, tenants.theirs, strict=True):
        client = Client()
        client.force_login(person)
        for place, organisation in enumerate(tenants.organisations):
            if place in own:
                continue
            for path in chosen:
                for method in ("get", "post"):
                    response = getattr(client, method)(path.format(slug=organisation.slug))
                    probes += 1
                    content = response.content.decode(errors="replace") if not response.streaming else "streamed"
                    if response.status_code not in {404, 405} or any(name in content for name in names):
                        found.append(f"{method} {path} of {place} by {own}: {response.status_code}")
        home = client.get("/", follow=True).content.decode()
        probes += 1
        told = {place for place, one in enumerate(tenants.organisations) if one.name in home or one.slug in home}
        if told - own:
            found.append(f"the home of {own} names {told - own}")
    return probes, found


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(GRAPHS, st.lists(st.sampled_from(sorted(set(paths()))), min_size=2, max_size=4))
def test_nobody_learns_anything_of_an_organisation_that_is_not_theirs(graph: Graph, chosen: list[str]) -> None:
    with built(graph) as tenants:
        before = LedgerEntry.objects.count()
        _, found = leaks(tenants, chosen)
        assert not found, "\n".join(found)
        assert LedgerEntry.objects.count() == before


@pytest.mark.slow
def test_ten_thousand_probes_find_no_leak() -> None:
    graphs: list[Graph] = [
        ({(0, 0), (1, 0), (2, 1)}, [{(0, "provider")}, {(1, "provider")}, {(3, "security-lead")}]),
        ({(0, 0), (0, 1), (1, 1)}, [{(0, "counsel")}, {(1, "provider"), (4, "counsel")}, set()]),
        (set(), [{(0, "provider")}, {(1, "provider")}, {(4, "security-lead")}]),
    ]
    every, probes = sorted(set(paths())), 0
    while probes < 10_000:
        for graph in graphs:
            with built(graph) as tenants:
                before = LedgerEntry.objects.count()
                made, found = leaks(tenants, every)
                assert not found, "\n".join(found)
                assert LedgerEntry.objects.count() == before
                probes += made
    assert len(every) > 50
