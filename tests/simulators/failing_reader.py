"""A worker process with a fault in one of its readers: the name of a file says which. All else is the real one."""

import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from charteroak.adapters import untrusted_child
from charteroak.mail.inside.finding import Inside
from charteroak.mail.inside.looking import look_inside


def _spin() -> None:
    while True:
        pass


def _grow() -> None:
    kept = []
    while True:
        kept.append(bytearray(64 << 20))


def _socket() -> None:
    socket.create_connection(("127.0.0.1", 25))


def _crash() -> None:
    os.abort()


FAULTS = {
    "spin": _spin,
    "grow": _grow,
    "sleep": lambda: time.sleep(60),
    "socket": _socket,
    "fork": os.fork,
    "write": lambda: Path("/tmp/made-by-a-reader").write_text("x"),  # noqa: S108 - must not come to be
    "exit": lambda: os._exit(0),
    "crash": _crash,
    "babble": lambda: os.write(1, b"\xff" * 4096),
}


def _faulty(kind: str, name: str, data: bytes, passwords: Any, **more: Any) -> Inside:
    fault = FAULTS.get(name.partition(".")[0])
    if fault is not None:
        fault()
    if (kind, name) in {("pdf-codes", "draws-for-ever.pdf"), ("pdf-words", "reads-for-ever.pdf")}:
        _spin()
    return look_inside(kind, name, data, passwords, **more)


if __name__ == "__main__":
    sys.argv = sys.argv[:1]
    vars(untrusted_child)["look_inside"] = _faulty
    untrusted_child.main()
