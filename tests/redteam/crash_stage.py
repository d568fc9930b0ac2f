"""A stage on which processes record and are killed: one start of Django, then a fork for each death and each check.

    python tests/redteam/crash_stage.py FOLDER

Each line on standard input is a run with a seed. ``{"seed": 7, "killAt": 12}`` dies at the twelfth kill point,
``{"seed": 7, "killAfter": 0.02}`` after that many seconds wherever it is, and ``{"seed": 7, "tear": 0.4}`` at the end,
with the last 60 % of the database's write-ahead log lost, as a power cut may leave it. ``{"seed": 7}`` lives. Each line
on standard output tells of a run: how it ended, how much was acknowledged, and what did not hold afterwards.
"""

import gc
import itertools
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

import kill_points
import recording


def main() -> int:
    folder = Path(sys.argv[1])
    template, data = folder / "template", folder / "data"
    os.environ["CHARTEROAK_DATA"] = str(template)
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "charteroak.portal.settings"
    os.umask(0o077)
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    founded = recording.found()
    connections.close_all()
    # What is loaded now is shared with every process that is forked; looking for garbage in it would copy it.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(template, data)
        sys.stdout.write(json.dumps(run(json.loads(line), data, founded)) + "\n")
        sys.stdout.flush()
    return 0


def run(wish: dict[str, Any], data: Path, founded: int) -> dict[str, Any]:
    """One life, one death and one check. A life to its end tells which kill points there are."""
    said, status = live(wish, data)
    points = said.pop()["points"] if said and "points" in said[-1] else []
    if "tear" in wish:
        said = tear(data / "charteroak.sqlite3-wal", wish["tear"], said)
    faults, code = check(said, data, founded)
    return {
        **wish,
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        "points": points,
        "acknowledged": sum("begin" not in line for line in said),
        "faults": faults if code == 0 else [*faults, "the check itself failed"],
        "failed": os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0,
    }


def live(wish: dict[str, Any], data: Path) -> tuple[list[dict[str, Any]], int]:
    """Record until the end, or until death; what was said, and how it ended."""

    def work(pipe: int) -> None:
        recording.use(data)
        points = kill_points.KillPoints(data, wish.get("killAt"))
        if "killAfter" not in wish:
            points.install()
        log = data / "charteroak.sqlite3-wal"

        def say(line: dict[str, Any]) -> None:
            written = log.stat().st_size if log.exists() else 0
            os.write(pipe, recording.as_line({**line, "written": written}))

        recording.record(wish["seed"], say, with_key_files="tear" not in wish, lie=wish.get("lie", False))
        if "tear" in wish:
            kill_points.die()
        os.write(pipe, recording.as_line({"points": points.passed}))

    with kill_points.forked(work) as (process, reading):
        if "killAfter" in wish:
            time.sleep(wish["killAfter"])
            os.kill(process, signal.SIGKILL)
        said = read_lines(reading)
        _, status = os.waitpid(process, 0)
    return said, status


def tear(log: Path, share: float, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lose the end of a write-ahead log, and leave noise in its place; what had been said before the loss."""
    kept = int(log.stat().st_size * share)
    with log.open("r+b") as file:
        lost = min(4096, log.stat().st_size - kept)
        file.truncate(kept)
        file.seek(kept)
        file.write(bytes(reversed(range(256))) * (lost // 256))
    return list(itertools.takewhile(lambda line: line["written"] <= kept, said))


def check(said: list[dict[str, Any]], data: Path, founded: int) -> tuple[list[str], int]:
    """What a fresh process finds wrong."""

    def work(pipe: int) -> None:
        recording.use(data)
        for fault in recording.faults_after(said, data, founded=founded):
            os.write(pipe, recording.as_line({"fault": fault}))

    with kill_points.forked(work) as (process, reading):
        faults = [line["fault"] for line in read_lines(reading)]
        _, status = os.waitpid(process, 0)
    return faults, status


def read_lines(descriptor: int) -> list[dict[str, Any]]:
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return [json.loads(line) for line in file.read().splitlines()]


if __name__ == "__main__":
    sys.exit(main())
