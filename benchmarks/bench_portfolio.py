"""The promise: a provider with 500 clients of 1,000 evidence items each sees its portfolio in half a second.

The load is written as rows by a generator, through the domain's own functions and not through the services: each client
has a written program, answers to every practice, evidence over two years, gaps and an exception, and its tree. Then, at
each size (``--clients`` and a tenth of it): the portfolio's page for several questions, a client's pages (the security
lead's home, safe harbor, practices, gaps, evidence log, as-of), through the portal's own views with their templates and
middleware; standings made anew from the ledgers; and 10,000 standings after a new edition of a framework, on as many
processes as there are cores. ``DATABASE_URL`` picks PostgreSQL.

Aims that are missed are named in ``missed``. Where other work shares the machine, ``load`` says so and the processor
time beside each figure (``p95Cpu``) is the fairer.
"""

import argparse
import json
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

SEED = 20261122
CLIENTS, ITEMS = 500, 1000
ASKED = 40
EDITION_CLIENTS = 10_000
AIMS = {"portfolioP95": 500.0, "clientP95": 150.0, "editionSeconds": 60.0}
HISTORY_DAYS = 2 * 365
_PASSWORD = secrets.token_urlsafe(12)


def _set_up(folder: Path) -> None:
    os.environ["CHARTEROAK_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "charteroak.portal.settings"
    import django  # noqa: PLC0415 - needs Django set up

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - needs Django set up
    from django.core.management import call_command  # noqa: PLC0415 - needs Django set up

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)


def history(source: random.Random, items: int, today: date) -> Iterator[tuple[str, str, str | None, datetime, Any]]:
    """The entries of one client in the order of recording: kind, from, to, recorded, body."""
    from charteroak.program.practices import load_practices  # noqa: PLC0415 - needs Django set up

    practices = list(load_practices().by_id)
    first = today - timedelta(days=HISTORY_DAYS)
    start = datetime(first.year, first.month, first.day, 15, tzinfo=UTC)
    day = first.isoformat()
    holds = {"holds": True, "where": "Section 2"}
    yield "organisation.described", day, None, start, _organisation(source)
    adopted = {"title": "Program", "version": "1", "documentSha256": "0" * 64, "by": "Board", "practices": practices}
    yield "program.adopted", day, None, start, adopted
    yield "program.approved", day, None, start, {"version": "1", "by": "June", "role": "owner"}
    described = {
        "safeguards": dict.fromkeys(("administrative", "technical", "physical"), holds),
        "objectives": dict.fromkeys(("confidentiality", "threatsOrHazards", "unauthorizedAccessAndAcquisition"), holds),
        "scale": dict.fromkeys(("sizeAndComplexity", "activities", "sensitivity", "costAndTools"), holds),
    }
    yield "program.described", day, None, start, described
    edition = source.choice(["1.1", "2.0", "2.0"])
    asserted = {"framework": "nist-csf", "edition": edition, "status": "conforms", "from": day, "assertedBy": "June"}
    yield "edition.adopted", day, None, start, asserted
    for practice in practices:
        answer = source.choices(["yes", "partly", "no"], [90, 8, 2])[0]
        yield "practice.answered", day, None, start, {"practice": practice, "answer": answer, "note": "As found."}
    lively = source.random() < 0.9
    length = HISTORY_DAYS if lively else HISTORY_DAYS - 40
    for number in range(items):
        moment = start + timedelta(days=length * number / items)
        on = moment.date()
        if number % 100 == 50:
            due = (on + timedelta(days=60)).isoformat()
            yield "gap.opened", on.isoformat(), None, moment, {
                "gap": f"gap-{number}", "title": "Something is missing", "owner": "June", "due": due,
            }  # fmt: skip
        if number % 100 == 90 and source.random() < 0.8:
            yield "gap.closed", on.isoformat(), None, moment, {"gap": f"gap-{number - 40}", "how": "Done"}
        shown = {"practice": source.choice(practices), "title": f"Item {number}", "note": f"Note {number}."}
        to = (on + timedelta(days=2)).isoformat() if number % 4 == 0 else None
        yield "evidence.recorded", on.isoformat(), to, moment + timedelta(hours=1), shown
    if source.random() < 0.3:
        expires = (today + timedelta(days=source.randrange(-10, 90))).isoformat()
        yield "exception.accepted", first.isoformat(), None, start + timedelta(days=length), {
            "exception": "no-tokens", "practice": practices[0], "factor": "cost-and-tools", "reason": "Dear.",
            "approvedBy": "June", "role": "owner", "expires": expires,
        }  # fmt: skip


def _organisation(source: random.Random) -> dict[str, Any]:
    return {
        "name": "Client",
        "kind": "llc",
        "employees": source.randrange(3, 200),
        "handles": {"accesses": True, "maintains": True},
        "information": {"personal": True},
    }


TEMPLATES = 20
"""Histories that differ; the clients beyond them have the same ones, under headers and trees of their own."""
_COPIED = ("ledger_ledgerpart", "ledger_ledgerfact", "ledger_ledgerrelation")


class Writer:
    """Writes clients as rows: headers, bodies, private parts, trees and projections, many clients in a transaction."""

    def __init__(self, provider: Any) -> None:
        self.provider = provider
        self.source = random.Random(SEED)  # noqa: S311 - a fixed load, no secret

    def write(self, numbers: range, items: int, today: date) -> int:
        """Add the clients with these numbers; how many entries they have."""
        from django.db import transaction  # noqa: PLC0415 - needs Django set up

        with transaction.atomic():
            return sum(
                self._copy(number) if number >= TEMPLATES else self._template(number, items, today)
                for number in numbers
            )

    def _organisation(self, number: int) -> Any:
        from charteroak.records.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up

        organisation = Organisation.objects.create(
            slug=f"client-{number:05}",
            name=f"Client {number} of {self.source.choice(['Ashford', 'Bethel', 'Canton', 'Derby'])}",
            part="member",
            kind=self.source.choice(["llc", "corporation", "nonprofit", "municipality"]),
            is_fictional=True,
            created=datetime(2024, 1, 1, tzinfo=UTC),
        )
        organisation.providers.add(self.provider)
        return organisation

    def _template(self, number: int, items: int, today: date) -> int:
        from charteroak.services.ledger import NewEntry, append_entries  # noqa: PLC0415 - needs Django set up

        organisation = self._organisation(number)
        entries, last = [], None
        for kind, first, to, recorded, body in history(self.source, items, today):
            last = recorded if last is None or recorded > last else last
            entries.append(
                NewEntry(actor="system", kind=kind, occurred_from=first, occurred_to=to, body=body, recorded=last)
            )
        return len(append_entries(organisation, entries))

    def _copy(self, number: int) -> int:
        """A client with the history of a template: its own headers, leaves and tree; the rest row by row the same."""
        from django.db import connection  # noqa: PLC0415 - needs Django set up

        from charteroak.ledger.tree import append_leaf, hash_leaf  # noqa: PLC0415 - needs Django set up
        from charteroak.records.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up
        from charteroak.records.ledger.models import LedgerEntry, LedgerNode  # noqa: PLC0415 - needs Django set up
        from charteroak.services.insertion import insert_rows  # noqa: PLC0415 - needs Django set up
        from charteroak.services.ledger_nodes import NodesInMemory  # noqa: PLC0415 - needs Django set up
        from charteroak.services.projections import mark_whole  # noqa: PLC0415 - needs Django set up

        template = Organisation.objects.get(slug=f"client-{number % TEMPLATES:05}")
        organisation = self._organisation(number)
        mine = organisation.pk
        rows = LedgerEntry.objects.filter(organisation=template).order_by("index")
        old, new = template.slug.encode(), organisation.slug.encode()
        entries: list[tuple[object, ...]] = []
        nodes: dict[tuple[int, int], bytes] = {}
        for index, kind, recorded, header, body, salt in rows.values_list(
            "index", "kind", "recorded", "header", "body", "salt"
        ):
            leaf = bytes(header).replace(b'"' + old + b'"', b'"' + new + b'"')
            for node in append_leaf(index, hash_leaf(leaf), NodesInMemory(nodes)):
                nodes[node.level, node.index] = node.hash
            entries.append((mine, index, kind, recorded, leaf, hash_leaf(leaf), body, salt))
        insert_rows(
            LedgerEntry,
            ("organisation_id", "index", "kind", "recorded", "header", "leaf_hash", "body", "salt"),
            entries,
        )
        insert_rows(
            LedgerNode,
            ("organisation_id", "level", "position", "hash"),
            ((mine, level, position, value) for (level, position), value in nodes.items()),
        )
        with connection.cursor() as cursor:
            for table in _COPIED:
                cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')  # noqa: S608 - our own tables
                columns = [f'"{each[0]}"' for each in cursor.description if each[0] not in {"id", "organisation_id"}]
                names = ", ".join(columns)
                cursor.execute(
                    f'INSERT INTO "{table}" ("organisation_id", {names}) SELECT %s, {names} FROM "{table}" '  # noqa: S608 - our own tables
                    'WHERE "organisation_id" = %s',
                    (mine, template.pk),
                )
        mark_whole(organisation)
        return len(entries)


def _percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50": round(1000 * statistics.median(ordered), 1),
        "p95": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 1),
        "max": round(1000 * ordered[-1], 1),
    }


def _timed(client: Any, addresses: list[str]) -> dict[str, float]:
    """Milliseconds of pages through the portal, and of the processor alone: other work may share the machine."""
    client.get(addresses[0])
    taken, cpu = [], []
    for address in addresses:
        started, spent = time.perf_counter(), time.process_time()
        response = client.get(address)
        taken.append(time.perf_counter() - started)
        cpu.append(time.process_time() - spent)
        if response.status_code != 200:
            raise SystemExit(f"{address}: {response.status_code}")
    return _percentiles(taken) | {f"{name}Cpu": value for name, value in _percentiles(cpu).items()}


def pages(provider: Any, clients: int) -> dict[str, Any]:
    """The portfolio's page for several questions, and the pages of some clients."""
    from django.test import Client  # noqa: PLC0415 - needs Django set up

    from charteroak.records.accounts.models import Membership, Organisation, User  # noqa: PLC0415 - needs Django set up

    source = random.Random(SEED + clients)  # noqa: S311 - a fixed choice, no secret
    person = User.objects.create_user(username=f"pat{clients}", password=_PASSWORD)
    Membership.objects.create(user=person, organisation=provider, role="provider")
    client = Client()
    client.force_login(person)
    asked = ["/", "/?show=slipped", "/?order=clock&page=2", "/?name=Derby", "/?show=quiet&order=quiet", "/?order=gaps"]
    result = {"portfolio": _timed(client, asked * 7)}
    some = [f"client-{source.randrange(clients):05}" for _ in range(ASKED)]
    for name in ("safe-harbor", "practices", "gaps", "evidence", "program"):
        result[name] = _timed(client, [f"/organisations/{slug}/{name}/" for slug in some])
    homes = []
    for slug in some[:10]:
        lead = User.objects.create_user(username=f"{slug}-{secrets.token_hex(3)}", password=_PASSWORD)
        Membership.objects.create(user=lead, organisation=Organisation.objects.get(slug=slug), role="security-lead")
        own = Client()
        own.force_login(lead)
        own.get("/")
        homes.append(_timed(own, ["/"] * 4))
    result["home"] = {name: max(home[name] for home in homes) for name in homes[0]}
    return result


def renewals(processes: int) -> dict[str, Any]:
    """Seconds to make every standing anew from the ledgers."""
    from charteroak.services.standing_renewal import (  # noqa: PLC0415 - needs Django set up
        organisations_with_standings,
        renew_standings,
    )

    chosen = organisations_with_standings()
    started = time.perf_counter()
    states = [each.state for each in renew_standings(chosen, anew=True, processes=processes)]
    seconds = time.perf_counter() - started
    return {
        "clients": len(chosen),
        "processes": processes,
        "seconds": round(seconds, 1),
        "millisecondsEach": round(1000 * seconds / max(1, len(chosen)), 1),
        "failed": states.count("failed"),
    }


def after_a_new_edition(count: int, processes: int) -> dict[str, Any]:
    """Seconds to make so many standings again when the law's data alone changed. Rows beyond the clients are copies."""
    from django.db import transaction  # noqa: PLC0415 - needs Django set up

    from charteroak.records.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up
    from charteroak.records.programs.models import ProgramStanding  # noqa: PLC0415 - needs Django set up
    from charteroak.services.standing_renewal import renew_standings  # noqa: PLC0415 - needs Django set up
    from charteroak.services.standings import columns_of, evaluate_law  # noqa: PLC0415 - needs Django set up

    rows = list(ProgramStanding.objects.all())
    with transaction.atomic():
        copies = [
            Organisation(
                slug=f"copy-{number}", name=f"Copy {number}", part="member", kind="llc", created=rows[0].evaluated
            )
            for number in range(count - len(rows))
        ]
        Organisation.objects.bulk_create(copies)
        made = []
        for number, copy in enumerate(Organisation.objects.filter(slug__startswith="copy-")):
            row = rows[number % len(rows)]
            made.append(ProgramStanding(organisation=copy, **columns_of(evaluate_law(row)) | {"ledger_size": 0}))
        ProgramStanding.objects.bulk_create(made)
        ProgramStanding.objects.update(law_version="before the new edition")
    chosen = list(Organisation.objects.filter(standing__isnull=False))
    started = time.perf_counter()
    states = [each.state for each in renew_standings(chosen, processes=processes)]
    seconds = time.perf_counter() - started
    return {
        "clients": len(chosen),
        "processes": processes,
        "seconds": round(seconds, 1),
        "millisecondsEach": round(1000 * seconds / len(chosen), 2),
        "renewed": states.count("renewed"),
    }


def measure(folder: Path, clients: int, items: int, edition_clients: int) -> dict[str, Any]:
    """Everything, at a tenth of the size and at the whole."""
    _set_up(folder)
    from django.db import connection  # noqa: PLC0415 - needs Django set up

    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - needs Django set up
    from charteroak.clock import connecticut_day  # noqa: PLC0415 - needs Django set up
    from charteroak.program.practices import load_practices  # noqa: PLC0415 - needs Django set up
    from charteroak.records.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up

    created = datetime(2024, 1, 1, tzinfo=UTC)
    provider = Organisation.objects.create(slug="bench", name="Bench", part="provider", kind="llc", created=created)
    writer = Writer(provider)
    today = connecticut_day(now())
    processes = min(2, os.cpu_count() or 1)
    result: dict[str, Any] = {
        "database": connection.vendor,
        "practices": len(load_practices().by_id),
        "load": os.getloadavg(),
        "sizes": {},
    }
    done = entries = 0
    started = time.perf_counter()
    for size in (max(1, clients // 10), clients):
        for start in range(done, size, 25):
            entries += writer.write(range(start, min(start + 25, size)), items, today)
            print(
                f"{min(start + 25, size)} clients, {entries} entries, {time.perf_counter() - started:.0f} s",
                file=sys.stderr,
            )
        done = size
        _analyse(connection)
        renewed = renewals(processes)
        found = {"clients": size, "entries": entries, "renewal": renewed, "pages": pages(provider, size)}
        result["sizes"][str(size)] = found
        print(json.dumps(found), file=sys.stderr)
    result["newEdition"] = after_a_new_edition(edition_clients, processes)
    whole = result["sizes"][str(clients)]["pages"]
    figures = {
        "portfolioP95": whole["portfolio"]["p95"],
        "clientP95": max(page["p95"] for name, page in whole.items() if name != "portfolio"),
        "editionSeconds": result["newEdition"]["seconds"],
    }
    result["figures"] = figures
    result["missed"] = [name for name, aim in AIMS.items() if figures[name] > aim]
    return result


def _analyse(connection: Any) -> None:
    """As a database does by itself some time after much was written."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> int:
    """0 when every aim was reached; the figures as one JSON document on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--edition-clients", type=int, default=EDITION_CLIENTS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-portfolio-") as folder:
        result = measure(Path(folder), arguments.clients, arguments.items, arguments.edition_clients)
    print(json.dumps(result))
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
