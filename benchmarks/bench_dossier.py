"""The promise: a dossier of 1,000 evidence items is made in less than 10 s, without the copy of the evidence itself.

Each size runs in a process of its own, on one SQLite file with the settings of the product. So many items of evidence
are recorded with the digests of files that are not handed in, and the dossier over a fortnight is made of them all, its
PDF and certificates included. Beside it stands how long the program and its own ``verify.sh`` take to check it,
and the peak of memory. Aims that are missed are named in ``missed``; they do not fail the run.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

SIZES = (100, 1_000, 10_000)
BATCH = 500
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 14)
AIM_SECONDS = 10.0
AIM_ITEMS = 1_000


def _set_up(folder: Path) -> Any:
    os.environ["CHARTEROAK_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "charteroak.portal.settings"
    import django  # noqa: PLC0415 - needs Django set up

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs Django set up

    call_command("migrate", verbosity=0)
    from charteroak.records.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up

    return Organisation.objects.create(
        slug="bench", name="Bench", part="member", kind="llc", is_fictional=True,
        created=datetime(2022, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def record(organisation: Any, items: int) -> None:
    """Evidence over a year, each item with the digest of one file."""
    from django.db import transaction  # noqa: PLC0415 - needs Django set up

    from charteroak.program.practices import load_practices  # noqa: PLC0415 - needs Django set up
    from charteroak.services.ledger import NewEntry, append_entries  # noqa: PLC0415 - needs Django set up

    practices = list(load_practices().by_id)
    start = datetime(2025, 6, 1, 15, tzinfo=UTC)

    def entry(number: int) -> Any:
        moment = start + timedelta(minutes=number * 480_000 // items)
        file = {
            "sha256": hashlib.sha256(b"%d" % number).hexdigest(),
            "size": 1000,
            "name": f"log-{number}.txt",
            "mediaType": "text/plain",
        }
        body = {"practice": practices[number % len(practices)], "title": f"Item {number}", "note": "x", "files": [file]}
        return NewEntry(
            actor="system",
            kind="evidence.recorded",
            occurred_from=moment.date().isoformat(),
            body=body,
            recorded=moment,
        )

    for begin in range(0, items, BATCH):
        with transaction.atomic():
            append_entries(organisation, [entry(number) for number in range(begin, min(items, begin + BATCH))])


def measure(items: int, answers: Any) -> None:
    """One size, in this process."""
    with tempfile.TemporaryDirectory(prefix="charteroak-dossier-") as name:
        folder = Path(name)
        organisation = _set_up(folder / "data")
        from charteroak.dossier.verification import verify_dossier  # noqa: PLC0415 - needs Django set up
        from charteroak.services import dossiers, programs  # noqa: PLC0415 - needs Django set up

        record(organisation, items)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        started, processor = time.perf_counter(), time.process_time()
        made = dossiers.create_dossier(organisation, FIRST, LAST, made_by=programs.Recorder("system"))
        create, create_processor = time.perf_counter() - started, time.process_time() - processor
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        path = folder / "dossier.zip"
        with path.open("xb") as file:
            dossiers.copy_dossier(made, file)
        started = time.perf_counter()
        verify_dossier(path)
        program = time.perf_counter() - started
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder / "unpacked")
        (unpacked,) = (folder / "unpacked").iterdir()
        answers.put(
            {
                "items": items,
                "entries": made.tree_size,
                "createSeconds": round(create, 2),
                "createProcessorSeconds": round(create_processor, 2),
                "megabytes": round(made.size / 1e6, 1),
                "memoryBeforeMegabytes": before,
                "memoryPeakMegabytes": peak,
                "verifySeconds": round(program, 2),
                "verifyShSeconds": _script(unpacked),
                "load": os.getloadavg()[0],
            }
        )


def _script(folder: Path) -> float:
    shell = shutil.which("dash") or "sh"
    started = time.perf_counter()
    done = subprocess.run([shell, "verify.sh"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout[-500:])
    return round(time.perf_counter() - started, 2)


def missed(sizes: list[dict[str, Any]]) -> list[str]:
    """The aims that this run does not reach."""
    return [
        f"{size['items']} items took {size['createSeconds']} s, not {AIM_SECONDS}"
        for size in sizes
        if size["items"] <= AIM_ITEMS and size["createSeconds"] >= AIM_SECONDS
    ]


def main() -> int:
    """0 when everything ran; the aims are in the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    largest = parser.parse_args().largest
    sizes = []
    context = multiprocessing.get_context("spawn")
    for items in (size for size in SIZES if size <= largest):
        answers = context.Queue()
        process = context.Process(target=measure, args=(items, answers))
        process.start()
        sizes.append(answers.get())
        process.join()
        print(json.dumps(sizes[-1]), file=sys.stderr, flush=True)
    print(json.dumps({"sizes": sizes, "missed": missed(sizes)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
