"""Who sends reports while intake is measured: members at a steady pace, and a flood of strangers from many networks.

    python benchmarks/intake_clients.py members ADDRESS SECONDS PER_SECOND < SESSIONS
    python benchmarks/intake_clients.py flood   ADDRESS SECONDS PER_SECOND
    python benchmarks/intake_clients.py crowd   ADDRESS SECONDS PEOPLE < SESSIONS

Members and strangers are an open loop: each request is due at a moment that does not wait for the answer to the one
before, and its time runs from that moment, so that a server that stalls is not asked more gently. A crowd is a closed
loop: so many members who send the next report when they have the receipt of the last one, which says what the server
can do at most and nothing about how long a report takes at a given pace. Bare sockets that stay open, because client
and server share the machine. Prints one line of JSON.
"""

import json
import queue
import re
import secrets
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

CLIENTS = 64
SLOW_SECONDS = 0.5
ANSWERS = urlencode(
    {
        "step": "who",
        "outcome": "blocked",
        "summary": "The mail filter kept a file back, and nobody had opened it.",
        "category": "malware",
        "technical_contact": "Dana Reed, 860-555-0100",
        "help_wanted": "none",
        "disclosure": "desk-only",
    }
)
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_FILED = re.compile(rb"\r\nlocation: */report/filed/\r\n", re.IGNORECASE)
Request = Callable[[int], bytes]


def as_member(host: str, sessions: list[str]) -> Request:
    """Reports of people who are signed in, each of them new."""

    def request(number: int) -> bytes:
        return _post(host, f"192.0.2.{number % 200 + 1}", f"sessionid={sessions[number % len(sessions)]}; ")

    return request


def as_stranger(host: str) -> Request:
    """Reports without an account, each from another network."""
    return lambda number: _post(host, f"10.{number // 256 % 256}.{number % 256}.7", "")


def _post(host: str, sender: str, cookie: str) -> bytes:
    secret = secrets.token_hex(16)
    body = f"{ANSWERS}&token={secrets.token_urlsafe(24)}&csrfmiddlewaretoken={secret}"
    return (
        f"POST /report/incident/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Cookie: {cookie}csrftoken={secret}\r\nX-Forwarded-For: {sender}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class _Connection:
    """One connection that is opened again when it was closed."""

    def __init__(self, host: str) -> None:
        name, _, port = host.partition(":")
        self._address = (name, int(port))
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> int:
        """The status of the answer; 302 only where the report was filed, 0 where no answer came."""
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self._address, timeout=60)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(request)
            return self._answer(self._socket)
        except OSError:
            self._close()
            return 0

    def _answer(self, connection: socket.socket) -> int:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(connection)
        head, _, body = data.partition(b"\r\n\r\n")
        head += b"\r\n"
        length = _LENGTH.search(head)
        left = (int(length[1]) if length else 0) - len(body)
        while left > 0:
            left -= len(self._more(connection))
        if b"\r\nconnection: close\r\n" in head.lower():
            self._close()
        status = int(head[9:12])
        return status if status != 302 or _FILED.search(head) else -302

    @staticmethod
    def _more(connection: socket.socket) -> bytes:
        if not (more := connection.recv(1 << 16)):
            raise ConnectionResetError
        return more

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None


class Answers:
    """What came back, and when: each with the second of the run in which it was due."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self._took: list[tuple[float, float]] = []
        self._statuses: Counter[int] = Counter()

    def ask(self, connection: _Connection, request: bytes, due: float) -> None:
        """Send one request, and note its status and how long it took since it was due."""
        self._statuses[connection.ask(request)] += 1
        self._took.append((due, time.perf_counter() - due))

    def summary(self) -> dict[str, object]:
        """One line of JSON: the pace that was kept, how long it took, and in which seconds of the run it took long."""
        whole = time.perf_counter() - self.started
        took = sorted(seconds for _, seconds in self._took)
        slow = Counter(int(due - self.started) for due, seconds in self._took if seconds >= SLOW_SECONDS)
        return {
            "sent": len(took),
            "answeredPerSecond": round(len(took) / whole, 1),
            "medianMilliseconds": round(took[len(took) // 2] * 1000, 1),
            "p95Milliseconds": round(took[int(len(took) * 0.95)] * 1000, 1),
            "p99Milliseconds": round(took[int(len(took) * 0.99)] * 1000, 1),
            "worstMilliseconds": round(took[-1] * 1000, 1),
            "slowBySecondOfTheRun": {str(second): count for second, count in sorted(slow.items())},
            "clientProcessorSeconds": round(time.process_time(), 2),
            "statuses": {str(status): count for status, count in sorted(self._statuses.items())},
        }


def drive(host: str, seconds: float, per_second: float, request: Request) -> dict[str, object]:
    """Send at this pace for so long, from several connections."""
    due: queue.SimpleQueue[tuple[float, int] | None] = queue.SimpleQueue()

    def client() -> None:
        connection = _Connection(host)
        while (item := due.get()) is not None:
            moment, number = item
            answers.ask(connection, request(number), moment)

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    answers = Answers()
    for number in range(int(seconds * per_second)):
        moment = answers.started + number / per_second
        time.sleep(max(0.0, moment - time.perf_counter()))
        due.put((moment, number))
    for _ in clients:
        due.put(None)
    for each in clients:
        each.join()
    return answers.summary()


def crowd(host: str, seconds: float, people: int, request: Request) -> dict[str, object]:
    """So many at once, each of whom sends the next when the last is answered, for so long."""
    answers = Answers()

    def member(first: int) -> None:
        connection, number = _Connection(host), first
        while (moment := time.perf_counter()) < answers.started + seconds:
            answers.ask(connection, request(number), moment)
            number += people

    members = [threading.Thread(target=member, args=(number,)) for number in range(people)]
    for each in members:
        each.start()
    for each in members:
        each.join()
    return answers.summary()


def main() -> None:
    """Send, and say what came back."""
    kind, address, seconds, number = sys.argv[1:5]
    host = urlsplit(address).netloc
    request = as_stranger(host) if kind == "flood" else as_member(host, sys.stdin.read().split())
    if kind == "crowd":
        print(json.dumps(crowd(host, float(seconds), int(float(number)), request)))
    else:
        print(json.dumps(drive(host, float(seconds), float(number), request)))


if __name__ == "__main__":
    main()
