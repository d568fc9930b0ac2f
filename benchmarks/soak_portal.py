"""The promise: the served portal answers everybody for a long time without errors and without growing.

Serves a fresh installation on the loopback interface, asks for public pages from several threads, and compares the
resident memory of the process after a warm-up with that at the end.
"""

import argparse
import concurrent.futures
import contextlib
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CLIENTS = 4
WARM_UP_SHARE = 0.3
"""Threads, caches and the allocator need some hundred requests to reach their size."""
START_SECONDS = 120
GROWTH_LIMIT_MEGABYTES = 48
PATHS = ("/", "/healthz", "/account/sign-in/", "/static/charteroak.css", "/no-such-page")
EXPECTED = {200, 404}


@dataclass
class Tally:
    """What one client saw."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {path: [] for path in PATHS})
    statuses: Counter[str] = field(default_factory=Counter)

    def ask(self, address: str, path: str) -> None:
        """One request, counted."""
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(address + path, timeout=30) as answer:  # noqa: S310 - our own loopback address
                answer.read()
                status = str(answer.status)
        except urllib.error.HTTPError as error:
            error.read()
            status = str(error.code)
        except OSError as error:
            status = type(error).__name__
        self.seconds[path].append(time.perf_counter() - started)
        self.statuses[status] += 1


def resident_megabytes(process: int) -> float:
    """What the kernel says the process holds in memory."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return round(int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024, 1)


@contextlib.contextmanager
def served() -> Iterator[tuple[int, str]]:
    """A portal with the sample state on a free port: its process and address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    program = Path(sys.executable).with_name("charteroak")
    with tempfile.TemporaryDirectory(prefix="charteroak-soak-") as data:
        server = subprocess.Popen(
            [program, "serve", "--demo", "--bind", f"127.0.0.1:{port}", "--data", data], stderr=subprocess.DEVNULL
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while server.poll() is None and time.monotonic() < deadline:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.2)
            yield server.pid, f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def drive(address: str, seconds: float, seed: int) -> list[Tally]:
    """Ask for pages in a repeatable order from every client until the time is over."""
    deadline = time.monotonic() + seconds

    def client(number: int) -> Tally:
        order = random.Random(seed + number)  # noqa: S311 - a repeatable order, no secret
        tally = Tally()
        while time.monotonic() < deadline:
            tally.ask(address, order.choice(PATHS))
        return tally

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(client, range(CLIENTS)))


def main() -> int:
    """0 when every answer was expected and the process did not grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with served() as (process, address):
        drive(address, chosen.seconds * WARM_UP_SHARE, chosen.seed)
        before = resident_megabytes(process)
        tallies = drive(address, chosen.seconds, chosen.seed)
        after = resident_megabytes(process)
    by_path = {path: [second for tally in tallies for second in tally.seconds[path]] for path in PATHS}
    seconds = sorted(second for measured in by_path.values() for second in measured)
    statuses = sum((tally.statuses for tally in tallies), Counter[str]())
    unexpected = {status: count for status, count in statuses.items() if status not in map(str, EXPECTED)}
    result = {
        "requests": len(seconds),
        "perSecond": round(len(seconds) / chosen.seconds, 1),
        "medianMilliseconds": {path: round(statistics.median(by_path[path]) * 1000, 1) for path in PATHS},
        "p99Milliseconds": round(seconds[int(len(seconds) * 0.99)] * 1000, 1),
        "statuses": dict(statuses),
        "residentMegabytes": {"afterWarmUp": before, "atTheEnd": after},
    }
    print(json.dumps(result))
    return 1 if unexpected or after - before > GROWTH_LIMIT_MEGABYTES else 0


if __name__ == "__main__":
    sys.exit(main())
