"""Ports on loopback for servers that must be told theirs before they listen.

A port that the kernel gave away and took back can be anybody's a moment later: tests run side by side, and each
connection takes one of the same ports. These stand below the range that the kernel gives from
(`net.ipv4.ip_local_port_range` begins at 32768), and each process of the tests counts from a place of its own.
"""

import itertools
import os
import socket
from contextlib import ExitStack

_FIRST, _LAST = 19_000, 31_999
_counted = itertools.count(os.getpid() * 97)


def free_port() -> int:
    """A port that nothing listens on, by TCP or by UDP; never the same twice in one process until all were had."""
    for count in itertools.islice(_counted, _LAST - _FIRST + 1):
        port = _FIRST + count % (_LAST - _FIRST + 1)
        try:
            with ExitStack() as held:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    held.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", port))
        except OSError:
            continue
        return port
    raise RuntimeError("No port on loopback is free.")
