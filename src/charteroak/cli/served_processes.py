"""Serving from several processes that listen on one socket: a process of Python uses one core at a time.

Processes share nothing but the database, where strangers are counted, so that a limit holds for all of them together.
One that dies is replaced; all end when the first one is told to end, and when it is killed.
"""

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from typing import NoReturn

log = logging.getLogger(__name__)
MOST = 16
BACKLOG = 1_024
_SECONDS_BEFORE_ANOTHER = 1.0
"""A process that cannot even start is not begun again and again at full speed."""


def listening_sockets(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on every address that a host name stands for.

    Raises:
        OSError: one of them cannot be listened on.
    """
    found = []
    for family, kind, protocol, _name, address in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    ):
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)  # whoever of them comes second to a connection goes on with others
        found.append(listener)
    return found


def run_in_processes(serve: Callable[[], None], number: int, *, ready: Callable[[], None]) -> None:
    """Run ``serve`` in so many processes until this one is told to stop; ``ready`` is called once they were begun.

    Nothing that a process must not share, such as a connection to a database or a thread, may be open here.
    """
    reading, writing = os.pipe()
    children: set[int] = set()
    try:
        children.update(_begin(serve, reading, writing) for _ in range(number))
        ready()
        while True:
            child, status = os.wait()
            children.discard(child)
            log.error("A process ended (%d); another takes its place.", os.waitstatus_to_exitcode(status))
            time.sleep(_SECONDS_BEFORE_ANOTHER)
            children.add(_begin(serve, reading, writing))
    except (KeyboardInterrupt, SystemExit):
        _end(children)
    finally:
        os.close(reading)
        os.close(writing)


def _begin(serve: Callable[[], None], reading: int, writing: int) -> int:
    child = os.fork()
    if child == 0:
        _be_child(serve, reading, writing)
    return child


def _be_child(serve: Callable[[], None], reading: int, writing: int) -> NoReturn:
    """What a process does from its first moment to its last; it never returns into the code that began it."""
    code = 0
    try:
        os.close(writing)
        threading.Thread(target=_end_with_parent, args=(reading,), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            serve()
    except BaseException:  # noqa: BLE001 - the last place in which anything can be said
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _end_with_parent(reading: int) -> None:
    """Wait for the end of a pipe that nobody writes into: the system closes it, however the parent came to its end."""
    os.read(reading, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _end(children: Iterable[int]) -> None:
    """Tell every process to stop, and wait until each has answered what it was asked."""
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    for child in children:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
