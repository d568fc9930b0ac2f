"""The promise: wherever a process is killed while it records, nothing that it acknowledged is lost or half there.

Kills recording processes again and again until the time is over: half of them at a kill point, half at a moment that no
code chose, and some with the end of the database's write-ahead log lost. After each death a fresh process checks all
that was acknowledged, replays the ledger, and goes on recording (``tests/redteam/recording.py``).
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

STAGE = Path(__file__).parent.parent / "tests" / "redteam" / "crash_stage.py"
MOST_POINTS = 320
"""About as many kill points as a long run has; a wish beyond the last one lives, and is counted as that."""


def wish_of(order: random.Random) -> dict[str, Any]:
    """One run, and how it ends."""
    seed = order.randrange(2**32)
    ending = order.random()
    if ending < 0.5:
        return {"seed": seed, "killAt": order.randint(1, MOST_POINTS)}
    if ending < 0.9:
        return {"seed": seed, "killAfter": order.uniform(0, 0.5)}
    return {"seed": seed, "tear": order.random()}


def main() -> int:
    """0 when nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    order = random.Random(chosen.seed)  # noqa: S311 - a repeatable order, no secret
    endings: Counter[str] = Counter()
    acknowledged, faulty = 0, []
    with (
        tempfile.TemporaryDirectory(prefix="charteroak-soak-") as folder,
        subprocess.Popen(
            [sys.executable, STAGE, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as stage,
    ):
        if stage.stdin is None or stage.stdout is None:
            raise AssertionError
        deadline = time.monotonic() + chosen.seconds
        while time.monotonic() < deadline:
            wish = wish_of(order)
            stage.stdin.write(json.dumps(wish) + "\n")
            stage.stdin.flush()
            died = json.loads(stage.stdout.readline())
            ending = next(iter(wish.keys() - {"seed"}))
            endings[ending if died["killed"] else "lived"] += 1
            acknowledged += died["acknowledged"]
            if died["faults"] or died["failed"]:
                faulty.append({**wish, "faults": died["faults"]})
        stage.stdin.close()
    deaths = sum(endings.values()) - endings["lived"]
    print(json.dumps({"deaths": deaths, "endings": dict(endings), "acknowledged": acknowledged, "faulty": faulty[:20]}))
    return 1 if faulty or not deaths else 0


if __name__ == "__main__":
    sys.exit(main())
