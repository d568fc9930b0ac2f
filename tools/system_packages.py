#!/usr/bin/env python3
"""See that the programs the tests drive are on this machine; install them when we are root.

    tools/system_packages.py chromium postgresql openssl xxd

Each is tried by running it: a name on PATH proves nothing. What is missing is installed with apt-get when we are root
on a Debian-like machine; otherwise the one line to run is printed and the exit code is 1. Nothing is ever skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from postgresql import find_server_binaries

ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Need:
    """A program, the Debian package that brings it, and how to see that it works."""

    package: str
    works: Callable[[], bool]


def _runs(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=ANSWER_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


NEEDS = {
    "chromium": Need("chromium", lambda: _runs(os.environ.get("CHROMIUM") or "chromium", "--version")),
    "postgresql": Need("postgresql", lambda: find_server_binaries() is not None),
    "openssl": Need("openssl", lambda: _runs("openssl", "version")),
    "xxd": Need("xxd", lambda: _runs("xxd", os.devnull)),
    "java": Need("default-jre-headless", lambda: _runs("java", "-version")),
}


def missing(names: list[str]) -> list[str]:
    """The packages of those programs that do not work here."""
    return [NEEDS[name].package for name in names if not NEEDS[name].works()]


def main() -> int:
    """0 when everything works, having installed it where we may."""
    names = sys.argv[1:]
    unknown = [name for name in names if name not in NEEDS]
    if unknown or not names:
        sys.stderr.write(f"usage: {sys.argv[0]} {' '.join(f'[{name}]' for name in NEEDS)}\n")
        return 2
    packages = missing(names)
    if not packages:
        return 0
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.stderr.write(
            f"The tests need {', '.join(packages)}, which this machine lacks. Run:\n"
            f"  sudo apt-get update && sudo apt-get install -y {' '.join(packages)}\n"
        )
        return 1
    sys.stderr.write(f"Installing {', '.join(packages)}.\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode != 0:
            sys.stderr.write(done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace"))
            sys.stderr.write(f"{' '.join(command)} failed; its own words stand above.\n")
            return 1
    still = missing(names)
    if still:
        sys.stderr.write(f"Installed, and yet not working: {', '.join(still)}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
