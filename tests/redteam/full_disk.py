"""An installation on a disk of its own that becomes full, and one that may no longer be written.

    unshare --map-root-user --mount python tests/redteam/full_disk.py FOLDER [DATABASE]

Mounts a small file system on FOLDER, which nobody else sees and which is gone when this process ends. Prints one JSON
object: for each room that was left, what each step of recording said, what a command said, and what did not hold.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import recording

DISK = "16m"
ROOMS_KILOBYTES = (0, 40, 600)


def main() -> int:
    data = Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0700", "none", data], check=True)
    if len(sys.argv) > 2:
        shutil.copy(sys.argv[2], data)  # migrated already
    os.environ |= {"CHARTEROAK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "charteroak.portal.settings"}
    os.environ.pop("DATABASE_URL", None)
    os.umask(0o077)
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    founded = recording.found()
    connections.close_all()
    told = {}
    for room in ROOMS_KILOBYTES:
        ballast = fill(data, room)
        founded = told_of(data, told, f"{room} KB", founded, lambda path=ballast: path.unlink())
    subprocess.run(["mount", "-o", "remount,ro", data], check=True)
    told_of(data, told, "read-only", founded, lambda: _writable(data))
    sys.stdout.write(json.dumps(told))
    return 0


def fill(data: Path, room_kilobytes: int) -> Path:
    """Fill the disk but for some room."""
    free = os.statvfs(data)
    path = data / "incoming-ballast"
    size = max(0, free.f_bavail * free.f_frsize - room_kilobytes * 1024)
    with path.open("wb") as file:
        file.write(b"\0" * size)
    return path


def _writable(data: Path) -> None:
    subprocess.run(["mount", "-o", "remount,rw", data], check=True)


def told_of(data: Path, told: dict[str, Any], name: str, founded: int, give_back: Callable[[], object]) -> int:
    """Record on this disk, ask a command on it, give the room back, and check; how many entries there are then."""
    from django.db import connections

    said: list[dict[str, Any]] = []
    outcomes = {}
    for step in recording.STEPS_BY_NAME:
        outcomes[step] = attempt(step, said)
        connections.close_all()
    command = subprocess.run(
        [sys.executable, "-m", "charteroak.cli", "ledger", "checkpoint", "--org", recording.ORGANISATION,
         "--data", data],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    give_back()
    told[name] = {
        "steps": outcomes,
        "command": {"code": command.returncode, "stderr": command.stderr, "stdout": command.stdout[:60]},
        "faults": recording.faults_after(said, data, founded=founded),
    }
    from charteroak.records.ledger.models import LedgerEntry

    count = LedgerEntry.objects.filter(organisation__slug=recording.ORGANISATION).count()
    connections.close_all()
    return count


def attempt(step: str, said: list[dict[str, Any]]) -> str:
    """What came of one step: ``done``, or the class and words of its error. Only what was acknowledged is kept."""
    from charteroak.records.accounts.models import Organisation

    lines: list[dict[str, Any]] = []
    order = random.Random(len(said))  # noqa: S311 - a repeatable order, no secret
    try:
        organisation = Organisation.objects.get(slug=recording.ORGANISATION)
        recording.STEPS_BY_NAME[step](organisation, order, lines.append)
    except Exception as error:  # noqa: BLE001 - every end of a step is what is looked at here
        return f"{type(error).__module__}.{type(error).__name__}: {error}"
    said += [line for line in lines if "begin" not in line]
    return "done"


if __name__ == "__main__":
    sys.exit(main())
