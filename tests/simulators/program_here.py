"""The program through its entry point, in this process: to start one of its own would take a second of each test.

For commands that work on files alone. That the program starts, reads a real pipe and ends with its exit code as a
process is shown beside these, by tests that start one.
"""

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from charteroak.cli.__main__ import main


@dataclass(frozen=True, slots=True)
class Ended:
    """What a call of the program left."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run_here(*arguments: object, stdin: bytes = b"", folder: Path | None = None) -> Ended:
    """Call the program with arguments and standard input, in a folder or where the tests run."""
    streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
    before = {name: getattr(sys, name) for name in ("argv", "stdin", "stdout", "stderr")}
    sys.argv = ["charteroak", *map(os.fsdecode, map(_as_argument, arguments))]
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    sys.stdout, sys.stderr = streams["stdout"], streams["stderr"]
    code: object = None
    try:
        with contextlib.chdir(folder or Path()):
            main()
    except SystemExit as left:
        code = left.code
    finally:
        for name, value in before.items():
            setattr(sys, name, value)
    assert isinstance(code, int), "the program ends with an exit code"
    out, err = (streams[name] for name in ("stdout", "stderr"))
    for stream in (out, err):
        stream.flush()
    return Ended(code, out.buffer.getvalue(), err.buffer.getvalue())


def _as_argument(argument: object) -> str | bytes:
    return argument if isinstance(argument, bytes) else str(argument)
