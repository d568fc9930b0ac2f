"""The promise: a hunt for 1,000 indicators over 256 MB of log finds exactly what was planted, at a speed worth having.

The log is made from a fixed seed: ordinary proxy lines, near misses (longer labels, further labels, longer addresses,
longer runs of digits), and planted matches. The count must be exact. The speed is recorded and not judged.
"""

import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEED = 20261121
INDICATORS = 1000
LOG_BYTES = 256 << 20
PLANT_EVERY_LINES = 5000


def indicators() -> list[str]:
    """Domains, addresses and digests, as a desk would release them."""
    listed = []
    for number in range(INDICATORS):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        listed.append(
            (
                f"h{digest[:10]}.example",
                f"198.{18 + number // 250 % 2}.{number // 250}.{number % 250 + 1}",
                f"www.{digest[:6]}-parcel.example",
                digest,
            )[number % 4]
        )
    return listed


def near_miss(value: str) -> str:
    """Something that holds the value and is another thing."""
    if value.endswith(".example"):
        return f"x{value}" if value.startswith("h") else f"{value}.test"
    return f"{value}.7" if "." in value else f"{value}0"


def write_log(path: Path, listed: list[str]) -> int:
    """Write the log; how many matches were planted."""
    source = random.Random(SEED)  # noqa: S311 - a fixed log, no secret
    line, written, planted = 0, 0, 0
    with path.open("w", encoding="ascii", newline="\n") as file:
        while written < LOG_BYTES:
            line += 1
            host = f"host{source.randrange(5000)}.intranet.test"
            if line % PLANT_EVERY_LINES == 0:
                host = source.choice(listed)
                planted += 1
            elif line % 997 == 0:
                host = near_miss(source.choice(listed))
            octets = f"10.{source.randrange(256)}.{source.randrange(256)}.{source.randrange(256)}"
            moment = f"2026-11-10T08:{line // 60 % 60:02}:{line % 60:02}Z"
            text = f"{moment} {octets} CONNECT {host} 200 {source.randrange(10**6)}\n"
            file.write(text)
            written += len(text)
    return planted


def main() -> int:
    """0 when the count is exact."""
    program = Path(sys.executable).with_name("charteroak")
    with tempfile.TemporaryDirectory(prefix="charteroak-hunt-") as folder:
        log, listing = Path(folder) / "proxy.log", Path(folder) / "indicators.txt"
        listed = indicators()
        listing.write_text("\n".join(listed) + "\n", encoding="ascii")
        planted = write_log(log, listed)
        size = log.stat().st_size
        started = time.perf_counter()
        done = subprocess.run(
            [program, "hunt", "--indicators", listing, "--json", log], stdout=subprocess.PIPE, text=True, check=False
        )
        seconds = time.perf_counter() - started
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    result = {
        "planted": planted,
        "matches": summary["matches"],
        "couldNotRead": summary["couldNotRead"],
        "megabytes": size >> 20,
        "seconds": round(seconds, 2),
        "megabytesPerSecond": round((size >> 20) / seconds, 1),
    }
    print(json.dumps(result))
    return 0 if summary["matches"] == planted and not summary["couldNotRead"] else 1


if __name__ == "__main__":
    sys.exit(main())
