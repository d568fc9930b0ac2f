#!/usr/bin/env python3
"""Run a command against a private PostgreSQL server that exists only while the command runs.

    tools/postgresql.py [--durable] -- COMMAND...

The server is a real one, from the server binaries of this machine, on a random port of the loopback interface, with
a data directory of its own that is deleted afterwards. The command finds it through DATABASE_URL. Durability is off,
which is right for tests and for nothing else; ``--durable`` leaves it on, for whoever measures. The exit code is the
command's.
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

SERVER_USER = "postgres"
"""Who runs the server when we are root: ``initdb`` refuses root. Debian's package makes this account."""

DATABASE = "charteroak"
SERVER_OPTIONS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
NOT_DURABLE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
ATTEMPTS = 3
"""A free port may be taken between asking for it and the server's start."""


def find_server_binaries() -> Path | None:
    """The folder of a PostgreSQL installation whose ``initdb`` and ``postgres`` really run, newest first."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _version_key(path.parent.name), reverse=True
    )
    on_path = [Path(found).parent for found in [shutil.which("initdb")] if found]
    return next((folder for folder in [*debian, *on_path] if _answers(folder)), None)


def _version_key(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _answers(folder: Path) -> bool:
    for program in ("initdb", "postgres", "pg_ctl"):
        try:
            answer = subprocess.run([folder / program, "--version"], capture_output=True, check=False, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return False
        if answer.returncode != 0 or b"PostgreSQL" not in answer.stdout:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass(frozen=True)
class PrivateCluster:
    """A data directory and the means to start and stop a server on it."""

    binaries: Path
    folder: Path
    account: str | None
    is_durable: bool = False

    def call(self, program: str, *arguments: str) -> bool:
        """Run a program of the installation as the right user; whether it succeeded. Its words go to a log."""
        # No pipe of ours is inherited: reading one to its end would wait for the server that pg_ctl leaves running.
        with (self.folder / "calls.log").open("ab") as log:
            done = subprocess.run(
                [self.binaries / program, *arguments],
                user=self.account,
                group=self.account,
                extra_groups=[] if self.account else None,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
        return done.returncode == 0

    def start(self) -> str:
        """Make the cluster, start the server and make the database; its address."""
        pgdata = ["--pgdata", str(self.folder / "cluster")]
        initial = ["--username", SERVER_USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"]
        if self.call("initdb", *pgdata, *initial):
            options = SERVER_OPTIONS if self.is_durable else f"{SERVER_OPTIONS} {NOT_DURABLE}"
            for _ in range(ATTEMPTS):
                port = str(_free_port())
                log = ["--log", str(self.folder / "server.log")]
                if self.call("pg_ctl", "start", *pgdata, *log, "--wait", "--options", f"-p {port} {options}"):
                    address = ["--host", "127.0.0.1", "--port", port, "--username", SERVER_USER]
                    if self.call("createdb", *address, DATABASE):
                        return f"postgresql://{SERVER_USER}@127.0.0.1:{port}/{DATABASE}"
                    break
        for name in ("calls.log", "server.log"):
            if (self.folder / name).exists():
                sys.stderr.write((self.folder / name).read_text(errors="replace"))
        sys.exit("The private PostgreSQL server did not start; its own words stand above.")

    def stop(self) -> None:
        """Stop the server at once; what it held is thrown away anyway."""
        self.call("pg_ctl", "stop", "--pgdata", str(self.folder / "cluster"), "--mode", "immediate", "--wait")


@contextlib.contextmanager
def private_server(*, is_durable: bool = False) -> Iterator[str]:
    """A server that accepts connections; yields its DATABASE_URL and leaves nothing behind."""
    binaries = find_server_binaries()
    if binaries is None:
        sys.exit("PostgreSQL's server is not installed. Run: sudo apt-get install -y postgresql")
    account = SERVER_USER if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="charteroak-postgresql-", ignore_cleanup_errors=True) as folder:
        if account is not None:
            owner = pwd.getpwnam(account)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        cluster = PrivateCluster(binaries, Path(folder), account, is_durable)
        try:
            yield cluster.start()
        finally:
            cluster.stop()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Start, run, stop; the command's exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--durable", action="store_true", help="flush every commit to the disk")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    command: list[str] = chosen.command
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        parser.error("name a command to run")
    signal.signal(signal.SIGTERM, _interrupt)
    with private_server(is_durable=chosen.durable) as url:
        try:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main())
