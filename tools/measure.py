#!/usr/bin/env python3
"""Run what is in benchmarks/ or fuzz/ and keep each result as JSON with the seed, the commit and the machine.

    tools/measure.py bench                      benchmarks/bench_*.py -> benchmarks/results/
    tools/measure.py soak  [--seconds N]        benchmarks/soak_*.py  -> benchmarks/results/
    tools/measure.py fuzz  [--seconds N]        fuzz/fuzz_*.py        -> fuzz/results/

A script is called with ``--seconds N --seed S`` (fuzz and soak; a benchmark gets neither) and prints one JSON object as
its last line. Exit code 0 says that its promise was kept, 1 that it was not; anything else is a fault in the script.
``--seed`` repeats a run; without it a seed is drawn and recorded.
"""

import argparse
import json
import os
import platform
import secrets
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TOP = Path(__file__).parent.parent
KINDS = {"bench": "benchmarks", "soak": "benchmarks", "fuzz": "fuzz"}


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=TOP, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def machine() -> dict[str, str | int | None]:
    """What a number is worth only together with."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [line for line in information.read_text().splitlines() if line.startswith("model name")]
        processor = names[0].partition(":")[2].strip() if names else processor
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processor": processor, "cores": os.cpu_count(), "memoryMegabytes": memory_bytes >> 20}


def origin() -> dict[str, Any]:
    """Where and when a number was measured: commit, moment, Python, machine. Asked for before the measurement."""
    started = datetime.now(UTC)  # noqa: TID251 - a measurement says when it was made
    return {
        "commit": _git("rev-parse", "HEAD"),
        "uncommittedChanges": bool(_git("status", "--porcelain", "--", "src")),
        "started": started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "python": platform.python_version(),
        "machine": machine(),
    }


def measure(script: Path, arguments: list[str]) -> dict[str, Any]:
    """One run of one script, as it is kept."""
    measured = origin()
    clock = time.perf_counter()
    done = subprocess.run(
        [sys.executable, script, *arguments], cwd=TOP, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    last = (done.stdout.strip().splitlines() or [""])[-1]
    try:
        result = json.loads(last)
    except json.JSONDecodeError:
        result = {"unreadable": last}
    return {
        "name": script.stem,
        **measured,
        "seconds": round(time.perf_counter() - clock, 3),
        "exitCode": done.returncode,
        "result": result,
    }


def main() -> int:
    """0 when every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--seconds", type=int, default=60, help="how long each script runs (fuzz, soak)")
    parser.add_argument("--seed", type=int, help="repeat a run")
    parser.add_argument("--only", default="*", help="a pattern for names after the prefix")
    chosen = parser.parse_args()
    seed = chosen.seed if chosen.seed is not None else secrets.randbelow(2**32)
    arguments = [] if chosen.kind == "bench" else ["--seconds", str(chosen.seconds), "--seed", str(seed)]
    folder = TOP / KINDS[chosen.kind]
    scripts = sorted(folder.glob(f"{chosen.kind}_{chosen.only}.py"))
    if not scripts:
        sys.exit(f"There is no {chosen.kind}_{chosen.only}.py in {folder.name}/.")
    (folder / "results").mkdir(exist_ok=True)
    worst = 0
    for script in scripts:
        record = measure(script, arguments)
        if arguments:
            record["seed"] = seed
        target = folder / "results" / f"{script.stem}.json"
        target.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        outcome = {0: "kept", 1: "NOT KEPT"}.get(record["exitCode"], "FAULT IN THE SCRIPT")
        print(f"{script.stem}: {outcome} in {record['seconds']} s: {json.dumps(record['result'])}", flush=True)
        worst = max(worst, abs(record["exitCode"]))
    return min(worst, 2)


if __name__ == "__main__":
    sys.exit(main())
