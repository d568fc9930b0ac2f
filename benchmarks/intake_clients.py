"""Who sends reports while intake is measured: members at a steady pace, and a flood of strangers from many networks.

    python benchmarks/intake_clients.py members ADDRESS SECONDS PER_SECOND < SESSIONS
    python benchmarks/intake_clients.py flood   ADDRESS SECONDS PER_SECOND

An open loop: each request is due at a moment that does not wait for the answer to the one before, and its time runs
from that moment, so that a server that stalls is not asked more gently. Prints one line of JSON.
"""

import http.client
import json
import queue
import secrets
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

CLIENTS = 24
ANSWERS = {
    "step": "who",
    "outcome": "blocked",
    "summary": "The mail filter kept a file back, and nobody had opened it.",
    "category": "malware",
    "technical_contact": "Dana Reed, 860-555-0100",
    "help_wanted": "none",
    "disclosure": "desk-only",
}
Send = Callable[[http.client.HTTPConnection, int], int]


def as_member(sessions: list[str]) -> Send:
    """Reports of people who are signed in, each of them new."""

    def send(connection: http.client.HTTPConnection, number: int) -> int:
        secret = secrets.token_hex(16)
        body = urlencode({**ANSWERS, "token": secrets.token_urlsafe(24), "csrfmiddlewaretoken": secret})
        session = sessions[number % len(sessions)]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={session}; csrftoken={secret}",
            "X-Forwarded-For": f"192.0.2.{number % 200 + 1}",
        }
        connection.request("POST", "/report/incident/", body, headers)
        answer = connection.getresponse()
        answer.read()
        filed = answer.status == 302 and answer.headers.get("Location") == "/report/filed/"
        return 302 if filed else -answer.status

    return send


def as_stranger(connection: http.client.HTTPConnection, number: int) -> int:
    """A report without an account, each from another network."""
    secret = secrets.token_hex(16)
    body = urlencode({**ANSWERS, "token": secrets.token_urlsafe(24), "csrfmiddlewaretoken": secret})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={secret}",
        "X-Forwarded-For": f"10.{number // 256 % 256}.{number % 256}.7",
    }
    connection.request("POST", "/report/incident/", body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def drive(address: str, seconds: float, per_second: float, send: Send) -> dict[str, object]:
    """Send at this pace for so long, from several connections; what came back, and how long each took."""
    host = urlsplit(address).netloc
    due: queue.SimpleQueue[tuple[float, int] | None] = queue.SimpleQueue()
    took: list[float] = []
    statuses: Counter[int] = Counter()

    def client() -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        while (item := due.get()) is not None:
            moment, number = item
            try:
                status = send(connection, number)
            except (OSError, http.client.HTTPException):
                connection.close()
                status = 0
            took.append(time.perf_counter() - moment)
            statuses[status] += 1

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    started = time.perf_counter()
    for number in range(int(seconds * per_second)):
        moment = started + number / per_second
        time.sleep(max(0.0, moment - time.perf_counter()))
        due.put((moment, number))
    for _ in clients:
        due.put(None)
    for each in clients:
        each.join()
    whole = time.perf_counter() - started
    took.sort()
    return {
        "sent": len(took),
        "answeredPerSecond": round(len(took) / whole, 1),
        "medianMilliseconds": round(took[len(took) // 2] * 1000, 1),
        "p99Milliseconds": round(took[int(len(took) * 0.99)] * 1000, 1),
        "worstMilliseconds": round(took[-1] * 1000, 1),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
    }


def main() -> None:
    """Send, and say what came back."""
    kind, address, seconds, per_second = sys.argv[1:5]
    send = as_member(sys.stdin.read().split()) if kind == "members" else as_stranger
    print(json.dumps(drive(address, float(seconds), float(per_second), send)))


if __name__ == "__main__":
    main()
