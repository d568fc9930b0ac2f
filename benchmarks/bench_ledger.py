"""The promise: a ledger of a million entries answers as of any day in less than 100 ms, and stays cheap to write.

Everything runs in one process on one SQLite file, with the settings of the product. Durable appends are measured
beside plain inserts of the same rows into the same tables of another file, committed as often, in the same run. Then
the ledger grows from 10 k to 100 k and 1 M entries (``--largest`` stops earlier) of a fixed mix over four years, with
back-fills and corrections, and at each size: as-of answers with random days on both axes of time, inclusion proofs,
full verification in a process of its own, and memory. Aims that are missed are named in ``missed``; they do not fail
the run. Where other work shares the machine, ``load`` says so and the processor time beside each figure is the fairer.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

SEED = 20261122
SIZES = (10_000, 100_000, 1_000_000)
SINGLE = 300
BATCHES, BATCH = 20, 500
ANSWERS = 40
PROOFS = 300
FIRST = date(2022, 1, 1)
DAYS = 4 * 365
_TABLES = ("ledger_ledgerentry", "ledger_ledgerpart", "ledger_ledgernode", "ledger_ledgerfact", "ledger_ledgerrelation")


def _set_up(folder: Path) -> Any:
    os.environ["CHARTEROAK_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "charteroak.portal.settings"
    import django  # noqa: PLC0415 - needs Django set up

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs Django set up

    call_command("migrate", verbosity=0)
    from charteroak.records.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up

    return Organisation.objects.create(
        slug="bench",
        name="Bench",
        part="member",
        kind="llc",
        is_fictional=True,
        created=datetime(2022, 1, 1, tzinfo=UTC),
    )


def drafts(total: int) -> Iterator[Any]:
    """Entries of four years: mostly evidence, hunts and reports; a tenth back-filled, one in two hundred wrong."""
    from charteroak.program.practices import load_practices  # noqa: PLC0415 - needs Django set up
    from charteroak.services.ledger import NewEntry  # noqa: PLC0415 - needs Django set up

    source = random.Random(SEED)  # noqa: S311 - a fixed history, no secret
    practices = list(load_practices().by_id)
    open_gaps: list[str] = []
    for number in range(total):
        moment = datetime(2022, 1, 1, 14, tzinfo=UTC) + timedelta(days=DAYS * number / total)
        day = moment.date() - timedelta(days=source.randrange(120) if number % 10 == 0 else 0)
        day = max(day, FIRST)
        name = source.choice(practices)
        end = None
        body: dict[str, Any]
        chance = source.randrange(1000)
        if chance < 600:
            kind, body = "evidence.recorded", {"practice": name, "title": f"Item {number}", "note": f"Note {number}."}
            end = min(moment.date(), day + timedelta(days=30)).isoformat() if number % 4 == 0 else None
        elif chance < 750:
            kind, body = (
                "report.filed",
                {"report": number, "reportKind": "phish", "outcome": "blocked", "channel": "web"},
            )
        elif chance < 900:
            counts = {"indicators": 10, "files": 3, "bytes": 9000, "lines": 90, "matches": 0}
            kind, body = "hunt.run", {"engine": "local", **counts}
        elif chance < 970:
            answer = source.choice(["yes", "yes", "yes", "partly", "no"])
            kind, body = "practice.answered", {"practice": name, "answer": answer, "note": "As found."}
        elif chance < 990 and len(open_gaps) < 20 and chance % 2:
            kind, body = "gap.opened", {"gap": f"gap-{number}", "title": "Something is missing", "owner": "June"}
            open_gaps.append(body["gap"])
            day = moment.date()
        elif chance < 990 and open_gaps:
            kind, body = "gap.closed", {"gap": open_gaps.pop(0), "how": "Done", "evidence": []}
            day = moment.date()
        elif chance < 995 and number:
            kind, body = "correction.made", {"corrects": source.randrange(number), "reason": "Entered twice."}
        else:
            kind, body = "training.completed", {"title": "Mail", "audience": "All", "people": 9}
        yield NewEntry(
            actor="system",
            kind=kind,
            occurred_from=day.isoformat(),
            occurred_to=end,
            body=body,
            recorded=moment,
        )


def _rows_since(database: sqlite3.Connection, newest: dict[str, int]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows added to each table of the ledger since the last call."""
    found = {}
    for table in _TABLES:
        rows = database.execute(f"SELECT * FROM {table} WHERE id > ? ORDER BY id", (newest.get(table, 0),)).fetchall()  # noqa: S608 - our own tables
        newest[table] = rows[-1][0] if rows else newest.get(table, 0)
        found[table] = rows
    return found


def appends(organisation: Any, folder: Path) -> dict[str, Any]:
    """Durable appends for each second, one by one and in batches, beside plain inserts of the same rows."""
    from django.conf import settings  # noqa: PLC0415 - needs Django set up
    from django.db import connection, transaction  # noqa: PLC0415 - needs Django set up

    from charteroak.services.ledger import append_entries  # noqa: PLC0415 - needs Django set up

    path = str(settings.DATABASES["default"]["NAME"])
    reader = sqlite3.connect(path)
    plain = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
    with connection.cursor() as cursor:
        pragmas = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "cache_size")
        }
    for name, value in pragmas.items():
        plain.execute(f"PRAGMA {name} = {value}").fetchall()
    for (statement,) in reader.execute(
        f"SELECT sql FROM sqlite_master WHERE tbl_name IN {_TABLES!r} AND sql IS NOT NULL"  # noqa: S608 - our own tables
    ):
        plain.execute(statement)
    plain.execute("PRAGMA foreign_keys = OFF")
    newest: dict[str, int] = {}
    source = drafts(SINGLE + BATCHES * BATCH)
    result: dict[str, Any] = {"pragmas": pragmas}
    for name, rounds, size in (("single", SINGLE, 1), ("batched", BATCHES, BATCH)):
        ours = theirs = our_cpu = their_cpu = 0.0
        for _ in range(rounds):
            wanted = list(itertools.islice(source, size))
            started, cpu = time.perf_counter(), time.process_time()
            with transaction.atomic():
                append_entries(organisation, wanted)
            ours += time.perf_counter() - started
            our_cpu += time.process_time() - cpu
            rows = _rows_since(reader, newest)
            started, cpu = time.perf_counter(), time.process_time()
            plain.execute("BEGIN IMMEDIATE")
            for table, values in rows.items():
                if values:
                    places = ",".join("?" * len(values[0]))
                    plain.executemany(f"INSERT INTO {table} VALUES ({places})", values)  # noqa: S608 - our own tables
            plain.execute("COMMIT")
            theirs += time.perf_counter() - started
            their_cpu += time.process_time() - cpu
        entries = rounds * size
        result[name] = {
            "entries": entries,
            "perSecond": round(entries / ours),
            "plainPerSecond": round(entries / theirs),
            "ratio": round(theirs / ours, 3),
            "microsecondsOfCpu": round(1e6 * our_cpu / entries),
            "plainMicrosecondsOfCpu": round(1e6 * their_cpu / entries),
        }
    reader.close()
    plain.close()
    return result


def _percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50": round(1000 * statistics.median(ordered), 1),
        "p95": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 1),
    }


def answers(organisation: Any, size: int) -> dict[str, float]:
    """Milliseconds of a status document with random days on both axes."""
    from charteroak.services.programs import status_of  # noqa: PLC0415 - needs Django set up

    source = random.Random(SEED + size)  # noqa: S311 - a fixed choice, no secret
    taken, cpu = [], []
    for number in range(ANSWERS):
        day = FIRST + timedelta(days=source.randrange(DAYS))
        known = (None, day, day + timedelta(days=source.randrange(200)))[number % 3]
        started, spent = time.perf_counter(), time.process_time()
        json.dumps(status_of(organisation, as_of=day, known_at=known).to_json())
        taken.append(time.perf_counter() - started)
        cpu.append(time.process_time() - spent)
    return _percentiles(taken) | {f"{name}Cpu": value for name, value in _percentiles(cpu).items()}


def proofs(organisation: Any, size: int) -> dict[str, float]:
    """Milliseconds of an inclusion proof of a random entry."""
    from charteroak.ledger.tree import inclusion_proof  # noqa: PLC0415 - needs Django set up
    from charteroak.services.ledger import NodeRows  # noqa: PLC0415 - needs Django set up

    source = random.Random(SEED + size)  # noqa: S311 - a fixed choice, no secret
    taken = []
    for _ in range(PROOFS):
        index = source.randrange(size)
        started = time.perf_counter()
        inclusion_proof(index, size, NodeRows(organisation.pk))
        taken.append(time.perf_counter() - started)
    return _percentiles(taken)


def _verify(slug: str, answer: Any) -> None:
    """In a process of its own: replay the whole log against the stored tree."""
    import django  # noqa: PLC0415 - needs Django set up

    django.setup()
    from charteroak.records.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up
    from charteroak.services.ledger_replay import replay_ledger  # noqa: PLC0415 - needs Django set up

    organisation = Organisation.objects.get(slug=slug)
    started, cpu = time.perf_counter(), time.process_time()
    replay_ledger(organisation, [])
    answer.put(
        (
            time.perf_counter() - started,
            time.process_time() - cpu,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        )
    )


def verification(size: int) -> dict[str, Any]:
    """Entries verified for each second of processor time, and the most memory that it took."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_verify, args=("bench", answer))
    process.start()
    seconds, cpu, megabytes = answer.get()
    process.join()
    return {"entriesPerCpuSecond": round(size / cpu), "seconds": round(seconds, 1), "peakMegabytes": megabytes}


def grow(organisation: Any, source: Iterator[Any], number: int) -> float:
    """Append so many entries in batches of a thousand; entries for each second."""
    from django.db import transaction  # noqa: PLC0415 - needs Django set up

    from charteroak.services.ledger import append_entries  # noqa: PLC0415 - needs Django set up

    started = time.perf_counter()
    left = number
    while left:
        wanted = list(itertools.islice(source, min(1000, left)))
        with transaction.atomic():
            append_entries(organisation, wanted)
        left -= len(wanted)
    return number / (time.perf_counter() - started)


def missed(result: dict[str, Any]) -> list[str]:
    """The aims that this run did not reach."""
    largest = result["sizes"][-1]
    aims = [
        (result["appends"]["single"]["ratio"] >= 0.5, "single appends at least 0.5 of plain inserts"),
        (result["appends"]["batched"]["ratio"] >= 0.8, "batched appends at least 0.8 of plain inserts"),
        (largest["asOfMilliseconds"]["p95"] < 100, "as-of answers below 100 ms at the largest size (p95)"),
        (largest["proofMilliseconds"]["p95"] < 1, "inclusion proofs below 1 ms (p95)"),
        (largest["verification"]["entriesPerCpuSecond"] >= 200_000, "200,000 entries verified each second of a core"),
    ]
    if largest["entries"] < SIZES[-1]:
        aims.append((False, f"this run stopped at {largest['entries']} entries; a million were not measured"))
    return [aim for is_reached, aim in aims if not is_reached]


def main() -> int:
    """0 when everything ran; the aims are in the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    largest = parser.parse_args().largest
    with tempfile.TemporaryDirectory(prefix="charteroak-ledger-") as name:
        folder = Path(name)
        organisation = _set_up(folder)
        from charteroak.records.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up

        trial = Organisation.objects.create(
            slug="trial", name="Trial", part="member", kind="llc", is_fictional=True, created=organisation.created
        )
        result: dict[str, Any] = {"load": os.getloadavg()[0], "appends": appends(trial, folder), "sizes": []}
        source = drafts(largest)
        stood = 0
        for size in (size for size in SIZES if size <= largest):
            rate = grow(organisation, source, size - stood)
            stood = size
            result["sizes"].append(
                {
                    "entries": size,
                    "growthPerSecond": round(rate),
                    "megabytesOfDatabase": (folder / "charteroak.sqlite3").stat().st_size >> 20,
                    "asOfMilliseconds": answers(organisation, size),
                    "proofMilliseconds": proofs(organisation, size),
                    "verification": verification(size),
                    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
                    "load": os.getloadavg()[0],
                }
            )
            print(json.dumps(result["sizes"][-1]), file=sys.stderr, flush=True)
    result["missed"] = missed(result)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
