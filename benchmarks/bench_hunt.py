"""The promise: a hunt finds exactly what was planted, for 1,000 and for 100,000 indicators, at a speed worth having.

A log of 256 MB is made from a fixed seed: ordinary proxy lines, near misses (longer labels, further labels, longer
addresses, longer runs of digits) and planted matches; half as much again as JSON Lines. The counts must be exact. Speed
and memory are recorded, not judged, beside those of ``grep -F`` on the same file. They are those of whole processes,
start and compilation included, and the output is read through a pipe: GNU grep stops at its first match when it writes
to /dev/null, and every figure got that way is false. grep finds substrings, so it counts other lines.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SEED = 20261121
SIZES = (1_000, 100_000)
LOG_BYTES = 256 << 20
PLANT_EVERY_LINES = 5000
NEAR_MISS_EVERY_LINES = 997


def indicators(count: int) -> list[str]:
    """Domains, addresses and digests, as a desk would release them; a longer list begins with a shorter one."""
    listed = []
    for number in range(count):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        listed.append(
            (
                f"h{digest[:10]}.example",
                f"198.{18 + number // 65536 % 2}.{number // 256 % 256}.{number % 256}",
                f"www.{digest[:8]}-parcel.example",
                digest,
            )[number % 4]
        )
    return listed


def near_miss(value: str) -> str:
    """Something that holds the value and is another thing."""
    if value.endswith(".example"):
        return f"x{value}" if value[0] == "h" else f"{value}.test"
    return f"{value}0" if len(value) == 64 else f"1{value}.7"


def write_logs(folder: Path, listed: Sequence[str]) -> tuple[Path, Path, list[int]]:
    """The text log, the JSON Lines log, and how many matches were planted in each."""
    source = random.Random(SEED)  # noqa: S311 - a fixed log, no secret
    written, line = [0, 0], 0
    planted = [0, 0]
    text, rows = folder / "proxy.log", folder / "proxy.jsonl"
    with text.open("w", encoding="ascii") as plain, rows.open("w", encoding="ascii") as structured:
        while written[0] < LOG_BYTES:
            line += 1
            host = f"host{source.randrange(5000)}.intranet.test"
            is_planted = line % PLANT_EVERY_LINES == 0
            if is_planted:
                host = source.choice(listed)
            elif line % NEAR_MISS_EVERY_LINES == 0:
                host = near_miss(source.choice(listed))
            client = f"10.{source.randrange(256)}.{source.randrange(256)}.{source.randrange(256)}"
            clock = f"2026-11-10T08:{line // 60 % 60:02}:{line % 60:02}Z"
            size = source.randrange(10**6)
            written[0] += plain.write(f"{clock} {client} CONNECT {host} 200 {size}\n")
            planted[0] += is_planted
            if written[1] < LOG_BYTES // 2:
                row = {
                    "time": clock,
                    "client": {"ip": client},
                    "request": {"host": host, "path": "/a\\b"},
                    "bytes": size,
                }
                written[1] += structured.write(json.dumps(row) + "\n")
                planted[1] += is_planted
    return text, rows, planted


def run(command: Sequence[str | Path]) -> tuple[dict[str, Any], bytes]:
    """One process: seconds, peak memory, and what it wrote into a pipe."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}) as process:
        if process.stdout is None:
            raise RuntimeError("The pipe asked for is not there.")
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    figures = {
        "seconds": round(time.perf_counter() - started, 2),
        "cpuSeconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peakMegabytes": usage.ru_maxrss >> 10,
    }
    return figures, output


def with_speed(figures: dict[str, Any], log: Path) -> dict[str, Any]:
    """The figures with megabytes (of 10^6 bytes) for each second of processor time."""
    megabytes = log.stat().st_size / 1e6
    return {
        **figures,
        "megabytes": round(megabytes),
        "megabytesPerCpuSecond": round(megabytes / figures["cpuSeconds"], 1),
    }


def main() -> int:
    """0 when every count is exact."""
    program = Path(sys.executable).with_name("charteroak")
    result: dict[str, Any] = {}
    is_exact = True
    with tempfile.TemporaryDirectory(prefix="charteroak-hunt-") as folder:
        text, rows, planted = write_logs(Path(folder), indicators(SIZES[0]))
        for size in SIZES:
            listing = Path(folder) / f"{size}.txt"
            listing.write_text("\n".join(indicators(size)) + "\n", encoding="ascii")
            for name, log, wanted in (("text", text, planted[0]), ("jsonLines", rows, planted[1])):
                figures, output = run([program, "hunt", "--indicators", listing, "--json", log])
                summary = json.loads(output.splitlines()[-1])["summary"]
                is_exact = is_exact and summary["matches"] == wanted and not summary["couldNotRead"]
                result[f"{name}{size}"] = {**with_speed(figures, log), "planted": wanted, "matches": summary["matches"]}
            figures, output = run(["grep", "-F", "-f", listing, text])
            result[f"grep{size}"] = {**with_speed(figures, text), "lines": output.count(b"\n")}
    for name, row in result.items():
        print(name, json.dumps(row), file=sys.stderr)
    print(json.dumps(result))
    return 0 if is_exact else 1


if __name__ == "__main__":
    sys.exit(main())
