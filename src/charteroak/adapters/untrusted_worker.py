"""Files from strangers are read in another process, which may be lost without losing anything.

``UntrustedWorker`` keeps one child (``untrusted_child``) and hands it one file at a time. A child that takes too long,
too much memory or dies is ended and replaced, and the file that did it is answered with a defect, so that the report
around it is *partial* and never missing. A child is replaced after some hundred files in any case, so that what one
file may have done to it does not stay.
"""

import contextlib
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from charteroak.adapters.untrusted_child import CPU_SECONDS_PER_FILE, Answer, Ready, Request, write_message
from charteroak.mail.inside.finding import Inside, InsideDefect

WALL_SECONDS_PER_FILE = 10.0
"""Longest wait for one file; its CPU limit is shorter."""

FILES_PER_CHILD = 500
START_SECONDS = 60.0
_PROGRAM = (sys.executable, "-I", "-m", "charteroak.adapters.untrusted_child")
_MOST_ANSWER_BYTES = 128 << 20

_T = TypeVar("_T", bound=msgspec.Struct)


class _LostError(Exception):
    """The child did not answer."""


class UntrustedWorker:
    """One child process and the right to talk to it; safe to share between threads, which then take turns.

    It is an ``Inspector``: calling it looks into a file and always answers.
    """

    def __init__(self, *, wall_seconds: float = WALL_SECONDS_PER_FILE, program: Sequence[str] = _PROGRAM) -> None:
        self._wall_seconds = wall_seconds
        self._program = program
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0
        self.is_filtered = False

    def __call__(
        self, kind: str, name: str, data: bytes, passwords: Sequence[str], seconds: float = CPU_SECONDS_PER_FILE
    ) -> Inside:
        """Look into one file within so much CPU time; whatever happens to the child, there is an answer."""
        if kind != "pdf":
            return self._look(kind, name, data, passwords, seconds)
        # In steps: a page that takes too long to draw costs no link, and one that cannot be read no plain address.
        found = self._look("pdf-words", name, data, (), seconds)
        if any(why in {InsideDefect.WORKER_STOPPED, InsideDefect.DAMAGED} for why, _ in found.defects):
            found.take(self._look("pdf-addresses", name, data, (), seconds))
        elif not found.defects or {why for why, _ in found.defects} == {InsideDefect.CUT}:
            found.take(self._look("pdf-codes", name, data, (), seconds - found.seconds))
        return found

    def _look(self, kind: str, name: str, data: bytes, passwords: Sequence[str], seconds: float) -> Inside:
        return self._ask(Request("look", kind, name[:255], data, list(passwords), seconds)).inside

    def small_copy(self, data: bytes) -> bytes:
        """A picture made anew as a small PNG; empty where none can be made."""
        return self._ask(Request("small-copy", "image", "", data, [])).picture

    @property
    def process_id(self) -> int | None:
        """The child's process, while there is one."""
        return None if self._child is None else self._child.pid

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _ask(self, request: Request) -> Answer:
        with self._turn:
            if self._served >= FILES_PER_CHILD:
                self._end()
            try:
                child = self._child if self._child is not None and self._child.poll() is None else self._start()
                self._served += 1
                deadline = time.monotonic() + self._wall_seconds
                # A child that died while it waited shows as a broken pipe here.
                write_message(child.stdin, request)
                return _receive(child, Answer, deadline)
            except (_LostError, OSError, msgspec.MsgspecError) as error:
                self._end()
                # What a lost child used is not known; it is taken to be all that it had.
                found = Inside(seconds=request.seconds)
                found.miss(
                    InsideDefect.WORKER_STOPPED, f"{error}" if isinstance(error, _LostError) else "It broke off."
                )
                return Answer(found)

    def _start(self) -> subprocess.Popen[bytes]:
        self._end()
        # Without HOME, a library that looks for it asks the name service, over a socket.
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": "/nonexistent",
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._child = subprocess.Popen(  # noqa: S603 - a program of ours, which no input names
            self._program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            cwd="/",
            env=environment,
            start_new_session=True,
        )
        self._served = 0
        # A child that cannot be started is a file that is not read, not a report that is lost.
        ready = _receive(self._child, Ready, time.monotonic() + START_SECONDS)
        self.is_filtered = ready.is_filtered
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        child.wait()


def _receive(child: subprocess.Popen[bytes], kind: type[_T], deadline: float) -> _T:
    (length,) = struct.unpack(">I", _read(child, 4, deadline))
    if length > _MOST_ANSWER_BYTES:
        raise _LostError("It answered too much.")
    return msgspec.msgpack.decode(_read(child, length, deadline), type=kind)


def _read(child: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
    stream = child.stdout
    if stream is None:
        raise _LostError("It has no output.")
    pieces: list[bytes] = []
    while count > 0:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            raise _LostError("It took too long.")
        piece = os.read(stream.fileno(), min(count, 1 << 20))
        if not piece:
            raise _LostError("It ended before it answered.")
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
