"""The promise: members file 100 incident reports a second, p99 under 500 ms, while strangers send 10,000 a minute.

Durable, over real HTTP on the loopback interface, on SQLite and on PostgreSQL (with flushing on): the served portal is
two processes, members and strangers are two more (``intake_clients.py``). Every report that a member got a receipt for
is counted in the database afterwards. On a shared or small machine the clients take their part of it; the pace that was
asked for and the pace that was kept both stand in the result, with the processor time of the portal, of the database's
server and of the clients.

100 a second is a pace at which reports arrive, so the main stretch sends them by the clock, one a hundredth of a second
after the other whether or not the server keeps up, and each report's time runs from the moment at which it was due. A
last stretch, under the same flood, is a crowd of members who each wait for their receipt before they send again: its
pace is the most that this machine does, with the clients' work on it.

A first stretch without strangers says what one report costs, and the main stretch then what one refused stranger costs:
``costs`` has both in milliseconds of processor, and the pace that two processors without other work would reach.
``--seconds`` is for the main stretch.
"""

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TOP = Path(__file__).parent.parent
CLIENTS = Path(__file__).with_name("intake_clients.py")
PROGRAM = Path(sys.executable).with_name("charteroak")
MEMBERS = 20
PACE = 101
"""One more than promised: the last answers come after the last second."""
FLOOD = 10_000 / 60
PROMISED_PER_SECOND = 100
PROMISED_MILLISECONDS = 500
ALONE_SECONDS = 6
CROWD = 48
CROWD_SECONDS = 8
PREPARE = """
import sys
from charteroak.cli.installation import migrate, set_up_django
from pathlib import Path
set_up_django(Path(sys.argv[1]))
migrate()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import Membership, Organisation, User
Organisation.objects.create(slug="desk", name="Desk", part=Organisation.Part.DESK, created=now())
for number in range(int(sys.argv[2])):
    part, name = Organisation.Part.MEMBER, f"Town {number}"
    town = Organisation.objects.create(slug=f"town-{number}", name=name, part=part, created=now())
    person = User.objects.create(username=f"lead{number}@town.example", email=f"lead{number}@town.example")
    Membership.objects.create(user=person, organisation=town, role=Membership.Role.SECURITY_LEAD)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    print(session.session_key)
"""
COUNT = """
import sys
from pathlib import Path
from charteroak.cli.installation import set_up_django
set_up_django(Path(sys.argv[1]))
from charteroak.records.reports.models import Report, ReportVersion
print(Report.objects.exclude(organisation=None).count(), ReportVersion.objects.count())
"""


def _run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=TOP, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


@contextlib.contextmanager
def _served(data: str, processes: int) -> Iterator[tuple[str, int]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    environment = {**os.environ, "CHARTEROAK_TRUSTED_PROXY": "127.0.0.1"}
    server = subprocess.Popen(
        [PROGRAM, "serve", "--bind", f"127.0.0.1:{port}", "--data", data, "--processes", str(processes)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(60)


def _client(kind: str, address: str, seconds: float, pace: float) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, CLIENTS, kind, address, str(seconds), str(pace)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _ticks(process: int, *, with_ended: bool = False) -> int:
    """What a process has used so far, with or without those of its children that have ended (Linux)."""
    numbers = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15]
    return sum(map(int, numbers if with_ended else numbers[:2]))


def _children(process: int) -> list[int]:
    return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))


class Meter:
    """The processor time of the portal's processes, and of the database's server where there is one."""

    def __init__(self, portal: int, database: int | None) -> None:
        self._portal, self._database = portal, database
        self._start = self._read()

    def _read(self) -> tuple[float, float]:
        portal = sum(map(_ticks, (self._portal, *_children(self._portal))))
        database = 0
        if self._database is not None:
            database = _ticks(self._database, with_ended=True) + sum(map(_ticks, _children(self._database)))
        ticks = os.sysconf("SC_CLK_TCK")
        return portal / ticks, database / ticks

    def used(self) -> tuple[float, float]:
        """Seconds since this meter was made: of the portal, of the database's server."""
        return tuple(now - then for now, then in zip(self._read(), self._start, strict=True))  # type: ignore[return-value] # two


def _database_server() -> int | None:
    """The process above all others of the database's server on this machine."""
    if "DATABASE_URL" not in os.environ:
        return None
    import psycopg  # noqa: PLC0415 - only where there is one

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        [backend] = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])


def _accepted(*answers: dict[str, Any] | None) -> int:
    return sum(each["statuses"].get("302", 0) for each in answers if each)


def _costs(alone: tuple[int, float, float], main: dict[str, Any], flood: float) -> dict[str, float]:
    """Milliseconds of processor for one of each kind, and the pace that two processors would reach with them."""
    accepted, portal, database = alone
    report = portal / accepted * 1000
    server = database / accepted * 1000
    members, strangers = main["members"], main["strangers"]
    client = members["clientProcessorSeconds"] / members["sent"] * 1000
    refused = stranger = 0.0
    if strangers:
        stranger = strangers["clientProcessorSeconds"] / strangers["sent"] * 1000
        number = strangers["sent"] - _accepted(strangers)
        used = main["portalProcessorSeconds"] * 1000 - report * _accepted(members, strangers)
        refused = max(0.0, used / number) if number else 0.0
    left = 2000 - flood * (refused + stranger)
    return {
        "portalMillisecondsForAReport": round(report, 2),
        "databaseServerMillisecondsForAReport": round(server, 2),
        "portalMillisecondsForARefusal": round(refused, 2),
        "clientMillisecondsForAReport": round(client, 2),
        "clientMillisecondsForAStranger": round(stranger, 2),
        "reportsPerSecondOfTwoProcessorsUnderFlood": round(left / (report + server + client), 1),
    }


def measure(seconds: float, pace: float, flood: float, processes: int) -> dict[str, Any]:
    """One run on the database that the environment names."""
    with tempfile.TemporaryDirectory(prefix="charteroak-intake-") as data:
        sessions = _run(PREPARE, data, str(MEMBERS))
        with _served(data, processes) as (address, served):
            database = _database_server()
            warm = json.loads(_client("members", address, 3, 20).communicate(sessions)[0])
            meter, load = Meter(served, database), os.getloadavg()[0]
            alone = json.loads(_client("members", address, ALONE_SECONDS, pace / 2).communicate(sessions)[0])
            cost_alone = (_accepted(alone), *meter.used())
            meter = Meter(served, database)
            strangers = _client("flood", address, seconds, flood) if flood else None
            members = json.loads(_client("members", address, seconds, pace).communicate(sessions)[0])
            flooded = json.loads(strangers.communicate("")[0]) if strangers else None
            portal, server = meter.used()
            strangers = _client("flood", address, CROWD_SECONDS, flood) if flood else None
            most = json.loads(_client("crowd", address, CROWD_SECONDS, CROWD).communicate(sessions)[0])
            if strangers:
                strangers.communicate("")
        kept, versions = map(int, _run(COUNT, data).split())
    main = {
        "processes": processes, "loadAverageBefore": round(load, 1), "loadAverageAfter": round(os.getloadavg()[0], 1),
        "portalProcessorSeconds": round(portal, 2), "databaseServerProcessorSeconds": round(server, 2),
        "members": members, "strangers": flooded,
        "crowd": most,
        "receipts": _accepted(warm, alone, members, most), "kept": kept, "versions": versions,
    }  # fmt: skip
    return main | {"costs": _costs(cost_alone, main, flood)}


def is_kept(result: dict[str, Any]) -> bool:
    """Whether the promise was kept on one database: the pace, the tail, and every receipt with its record."""
    members = result["members"]
    return bool(
        members["answeredPerSecond"] >= PROMISED_PER_SECOND
        and members["p99Milliseconds"] < PROMISED_MILLISECONDS
        and members["statuses"].keys() == {"302"}
        and result["receipts"] == result["kept"]
    )


def main() -> int:
    """0 when the promise is kept on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pace", type=float, default=PACE)
    parser.add_argument("--flood", type=float, default=FLOOD, help="posts of strangers in a second")
    parser.add_argument("--processes", type=int, default=2, help="of the portal")
    parser.add_argument("--one", action="store_true", help="only on the database that the environment names")
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measure(chosen.seconds, chosen.pace, chosen.flood, chosen.processes)))
        return 0
    same = [
        str(Path(__file__)), "--one", "--seconds", str(chosen.seconds), "--pace", str(chosen.pace),
        "--flood", str(chosen.flood), "--processes", str(chosen.processes),
    ]  # fmt: skip
    commands = {
        "sqlite": [sys.executable, *same],
        "postgresql": [sys.executable, str(TOP / "tools/postgresql.py"), "--durable", "--", sys.executable, *same],
    }
    results = {}
    for name, command in commands.items():
        done = subprocess.run(command, cwd=TOP, stdout=subprocess.PIPE, text=True, check=True)
        results[name] = json.loads(done.stdout.strip().splitlines()[-1])
    print(json.dumps(results | {"missed": sorted(name for name, result in results.items() if not is_kept(result))}))
    return 0 if all(map(is_kept, results.values())) else 1


if __name__ == "__main__":
    sys.exit(main())
