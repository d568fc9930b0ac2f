"""The promise: `charteroak tour` walks the whole loop in under 60 s, and every step's own check holds."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROMISED_SECONDS = 60


def main() -> int:
    """0 when the promise is kept."""
    program = Path(sys.executable).with_name("charteroak")
    with tempfile.TemporaryDirectory(prefix="charteroak-tour-") as out:
        started = time.perf_counter()
        done = subprocess.run([program, "tour", "--json", "--out", out], stdout=subprocess.PIPE, text=True, check=False)
        seconds = time.perf_counter() - started
    steps = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    result = {
        "seconds": round(seconds, 1),
        "steps": {step["step"]: step["seconds"] for step in steps},
        "failed": [step["step"] for step in steps if not step["ok"]],
        "exitCode": done.returncode,
    }
    print(json.dumps(result))
    return 0 if done.returncode == 0 and seconds < PROMISED_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
