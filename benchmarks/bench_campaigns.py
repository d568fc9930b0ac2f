"""A million reports are clustered, and the answer kept, in 20 seconds of processor time; the work grows in proportion.

And a report joins its campaign within a second when 100,000 are on record.

Reports are made up, always the same ones: traits per mail, how many mails a trait has, and how many mails are exact
copies follow the 1,500 real phishing mails of the reference data (16 traits a mail, half of the mails in campaigns, 4 %
copies); campaigns have sizes by Zipf's law. What is timed: the index of traits, the grouping, campaigns, which report
is of which, the links, and the commit, in the real tables of a SQLite database. Reports and their lures are committed
before, as they are when they are filed; the lures are timed beside it. Each size is a process of its own.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from made_desk import made_desk

SIZES = (10_000, 100_000, 1_000_000)
PROMISED_SECONDS = 20
PROMISED_GROWTH = 12
PROMISED_JOIN_SECONDS = 1
JOINED = 60
LARGEST_SHARE = 0.03
COPIES = 0.04
IN_CAMPAIGN = 0.75
"""How often a mail of a campaign has its campaign's trait, and not one of its own."""
FILLER = json.dumps([["text", f"{band}:0123456789abcdef"] for band in range(8)] + [["subject", "x" * 40]] * 8)
Numbers = npt.NDArray[np.int64]


def _mixed(values: Numbers) -> npt.NDArray[np.uint64]:
    number = values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    number ^= number >> np.uint64(29)
    return number * np.uint64(0xBF58476D1CE4E5B9)


def made_up(count: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Codes and mails of all traits; profiles and digests of all mails."""
    from charteroak.mail.evidence import KIND_BITS, KINDS  # noqa: PLC0415 - needs Django set up

    chance = np.random.default_rng(20261122)
    sizes = np.minimum(chance.zipf(1.7, count // 3) + 1, max(40, count * 2 // 100))
    sizes = sizes[np.cumsum(sizes) <= count // 2]
    campaign = np.full(count, -1)
    campaign[: sizes.sum()] = np.repeat(np.arange(len(sizes)), sizes)
    mails = np.arange(count)
    numbers = {kind.name: number for number, kind in enumerate(KINDS)}
    codes, bearers = [], []

    def trait(kind: str, part: float, *, variants: int, common: float = 0.0, salt: int = 0) -> None:
        """A trait that a part of all mails has: of few variants in a campaign, common to strangers, or its own."""
        value = mails + (1 << 40)
        in_campaign = (campaign >= 0) & (chance.random(count) < IN_CAMPAIGN)
        value = np.where(in_campaign, campaign * 1000 + chance.integers(0, variants, count), value)
        strange = chance.random(count) < common
        value = np.where(strange, chance.zipf(1.4, count) % max(200, count // 50) + (1 << 50), value)
        code = _mixed(value * 64 + salt) >> np.uint64(KIND_BITS + 1) << np.uint64(KIND_BITS)
        has = chance.random(count) < part
        codes.append((code | np.uint64(numbers[kind])).astype(np.int64)[has])
        bearers.append(mails[has])

    for band in range(8):
        trait("text", 0.86, variants=3, salt=band)
    for word in range(4):
        trait("subject-word", 0.95, variants=3, common=0.5, salt=10 + word)
    trait("subject", 0.98, variants=4, common=0.05, salt=20)
    trait("link-domain", 0.96, variants=5, common=0.1, salt=21)
    trait("sender-name", 0.88, variants=3, common=0.2, salt=22)
    trait("structure", 0.8, variants=2, common=0.1, salt=23)
    trait("sender-domain", 0.7, variants=5, common=0.2, salt=24)
    trait("link-address", 0.29, variants=5, salt=25)
    trait("reply-domain", 0.15, variants=5, salt=26)
    trait("attachment", 0.05, variants=2, salt=27)
    own = campaign * 20 + chance.integers(0, 5, count)
    profiles = (_mixed(np.where(campaign >= 0, own, mails + (1 << 41))) >> np.uint64(1)).astype(np.int64)
    digests = (_mixed(mails + (1 << 42)) >> np.uint64(1)).astype(np.int64)
    return np.concatenate(codes), np.concatenate(bearers), profiles, digests


def run(count: int) -> dict[str, Any]:
    """One size, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        return _measured(count, Path(folder), made_desk(Path(folder)))


def _measured(count: int, folder: Path, desk: Any) -> dict[str, Any]:
    from django.db import connection, transaction  # noqa: PLC0415 - needs Django set up

    from charteroak.records.reports.models import CampaignLink  # noqa: PLC0415 - needs Django set up
    from charteroak.services.campaign_rebuild import rebuild_campaigns  # noqa: PLC0415 - needs Django set up
    from charteroak.services.trait_index import entries_of, write_index  # noqa: PLC0415 - needs Django set up

    codes, mails, profiles, digests = made_up(count)
    parts = {}
    clock = time.process_time()

    def lap(name: str) -> None:
        nonlocal clock
        parts[name] = round(time.process_time() - clock, 2)
        clock = time.process_time()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reports_lure (id, desk_id, digest, profile, traits) VALUES (%s, %s, %s, %s, %s)",
            [
                (number, desk.pk, digest, profile, FILLER)
                for number, (digest, profile) in enumerate(zip(digests.tolist(), profiles.tolist(), strict=True), 1)
            ],
        )
    lap("writeLures")
    _write_reports(desk, count)
    start = clock = time.process_time()
    with transaction.atomic():
        write_index(desk, entries_of(codes, mails + 1, profiles[mails]))
        traits = len(codes)
        del codes, mails
        lap("writeIndex")
        rebuilt = rebuild_campaigns(desk)
        lap("clusterAndKeep")
    lap("commit")
    seconds = time.process_time() - start
    largest = _largest()
    result: dict[str, Any] = {
        "reports": count,
        "traits": traits,
        "processorSeconds": round(seconds, 2),
        "processorSecondsOfLures": parts.pop("writeLures"),
        "parts": parts,
        "campaigns": rebuilt.campaigns,
        "inCampaigns": rebuilt.in_campaigns,
        "largestCampaign": largest,
        "links": CampaignLink.objects.count(),
        "memoryMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "databaseMegabytes": sum(file.stat().st_size for file in folder.glob("*.sqlite3*")) >> 20,
    }
    if count == SIZES[1]:
        result |= _joins(desk)
    return result


def _write_reports(desk: Any, count: int) -> None:
    from django.db import connection, transaction  # noqa: PLC0415 - needs Django set up

    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - needs Django set up
    from charteroak.records.reports.models import Report  # noqa: PLC0415 - needs Django set up

    lure_of = np.concatenate([np.arange(count), np.arange(int(count * COPIES))])[-count:] + 1
    meta = Report._meta  # noqa: SLF001 - Django's public interface
    columns = [str(field.column) for field in meta.local_concrete_fields]
    fixed = {
        "receipt": "", "desk_id": desk.pk, "kind": "phish", "outcome": "unknown", "disclosure": "desk-only",
        "channel": "file", "received": now().replace(tzinfo=None), "summary": "A mail", "details": "{}",
        "message_sha256": "0" * 64, "lure_id": 0,
    }  # fmt: skip
    base: list[Any] = [fixed.get(column) for column in columns]
    places = [columns.index(name) for name in ("id", "receipt", "lure_id")]
    rows = []
    for number, lure in enumerate(lure_of.tolist(), start=1):
        row = base.copy()
        row[places[0]], row[places[1]], row[places[2]] = number, f"{number:08}", lure
        rows.append(row)
    marks, names = ", ".join(["%s"] * len(columns)), ", ".join(columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {meta.db_table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - the model's own names


def _largest() -> int:
    from django.db.models import Count  # noqa: PLC0415 - needs Django set up

    from charteroak.records.reports.models import Report  # noqa: PLC0415 - needs Django set up

    sizes = Report.objects.exclude(campaign=None).values("campaign").annotate(size=Count("id"))
    largest: int = max(row["size"] for row in sizes)
    return largest


def _joins(desk: Any) -> dict[str, float]:
    """New reports of a growing campaign: processor and wall seconds of each until it is placed."""
    from django.db import transaction  # noqa: PLC0415 - needs Django set up

    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - needs Django set up
    from charteroak.mail.fingerprint import CampaignKey  # noqa: PLC0415 - needs Django set up
    from charteroak.records.reports.models import Report  # noqa: PLC0415 - needs Django set up
    from charteroak.services.campaigns import place_report  # noqa: PLC0415 - needs Django set up

    shared = [CampaignKey("attachment", "ab" * 32), CampaignKey("link-domain", "grown.example")]
    spent, waited = [], []
    for number in range(JOINED):
        keys = [*shared, *(CampaignKey("text", f"{band}:{number // 3}") for band in range(8))]
        row = Report.objects.create(desk=desk, receipt=f"new-{number}", kind="phish", received=now(), summary="New")
        cpu, wall = time.process_time(), time.perf_counter()
        with transaction.atomic():
            place_report(row, keys)
        spent.append(time.process_time() - cpu)
        waited.append(time.perf_counter() - wall)
    return {
        "joinProcessorSecondsMedian": round(sorted(spent)[len(spent) // 2], 4),
        "joinProcessorSecondsMost": round(max(spent), 4),
        "joinWallSecondsMost": round(max(waited), 4),
    }


def main() -> int:
    """0 when the promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=int, help="one size, in this process")
    chosen = parser.parse_args()
    if chosen.only is not None:
        print(json.dumps(run(chosen.only)))
        return 0
    runs = []
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, __file__, "--only", str(size)], stdout=subprocess.PIPE, text=True, check=True
        )
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    growth = [round(later["processorSeconds"] / one["processorSeconds"], 1) for one, later in pairwise(runs)]
    kept = {
        "processorSeconds": runs[-1]["processorSeconds"] <= PROMISED_SECONDS,
        "linear": growth[-1] <= PROMISED_GROWTH,
        "join": runs[1]["joinWallSecondsMost"] <= PROMISED_JOIN_SECONDS,
        "largest": runs[-1]["largestCampaign"] <= LARGEST_SHARE * runs[-1]["reports"],
    }
    load = os.getloadavg()[0]
    print(json.dumps({"runs": runs, "growth": growth, "kept": kept, "loadAverage": round(load, 1)}))
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
