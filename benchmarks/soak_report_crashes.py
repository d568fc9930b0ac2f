"""The promise: wherever a process is killed while it files a report, no receipt is without a record, no record twice.

Kills a process that files, supplements and files again: at each fault point in turn (each side of every statement that
writes, of every commit, and of what reaches the disk), and every fourth time at a moment that no code chose. A fresh
process then looks up each receipt, sends every form again, counts, and replays both ledgers
(``tests/redteam/report_stage.py``). Ends after the time, or after a thousand deaths.

Where there is a file system in memory, it is done there: what ``kill -9`` leaves behind is what the process had handed
to the system, and that is the same on every file system. What survives a machine without power is another question.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

STAGE = Path(__file__).parent.parent / "tests" / "redteam" / "report_stage.py"
DEATHS = 1_000
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


def main() -> int:
    """0 when nothing was lost and nothing was twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    order = random.Random(chosen.seed)  # noqa: S311 - a repeatable order, no secret
    at: Counter[str] = Counter()
    acknowledged, faulty = 0, []
    with (
        tempfile.TemporaryDirectory(prefix="charteroak-soak-", dir=MEMORY if MEMORY.is_dir() else None) as folder,
        subprocess.Popen(
            [sys.executable, STAGE, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as stage,
    ):
        if stage.stdin is None or stage.stdout is None:
            raise AssertionError
        points = _ask(stage, {})["points"]
        begun = time.monotonic()
        deadline = begun + chosen.seconds
        turn = order.randrange(len(points))
        while time.monotonic() < deadline and sum(at.values()) < DEATHS:
            turn += 1
            wish = {"killAt": turn % len(points) + 1} if turn % 4 else {"killAfter": order.uniform(0, 0.2)}
            died = _ask(stage, wish)
            if died["killed"]:
                at[points[wish["killAt"] - 1] if "killAt" in wish else "a moment of its own"] += 1
            acknowledged += died["acknowledged"]
            if died["faults"]:
                faulty.append({**wish, "faults": died["faults"]})
        stage.stdin.close()
        taken = time.monotonic() - begun
    deaths = sum(at.values())
    result = {"deaths": deaths, "faultPoints": len(points), "at": dict(at), "acknowledged": acknowledged}
    result["secondsForADeath"] = round(taken / max(1, deaths), 2)
    print(json.dumps({**result, "faulty": faulty[:20]}))
    return 1 if faulty or not deaths else 0


def _ask(stage: "subprocess.Popen[str]", wish: dict[str, Any]) -> dict[str, Any]:
    if stage.stdin is None or stage.stdout is None:
        raise AssertionError
    stage.stdin.write(json.dumps(wish) + "\n")
    stage.stdin.flush()
    answer: dict[str, Any] = json.loads(stage.stdout.readline())
    return answer


if __name__ == "__main__":
    sys.exit(main())
