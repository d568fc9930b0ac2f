"""A desk's API on this machine whose answers a test chooses, and which keeps what it was sent."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from charteroak.receipts import make_receipt


@dataclass
class AnsweringDesk:
    """What it was sent, by key, and how it answers next; with no answer chosen it takes the report."""

    address: str = ""
    taken: dict[str, bytes] = field(default_factory=dict)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    answers: list[tuple[int, str, bytes, dict[str, str]]] = field(default_factory=list)

    def answer_next(
        self, status: int, body: bytes = b"", media: str = "application/problem+json", **headers: str
    ) -> None:
        self.answers.append((status, media, body, headers))

    def take(self, key: str, record: bytes) -> bytes:
        self.taken.setdefault(key, record)
        receipt = make_receipt(hashlib.sha256(key.encode()).digest()[:10])
        return json.dumps({"receipt": receipt, "sha256": hashlib.sha256(record).hexdigest()}).encode()


@contextmanager
def answering_desk() -> Iterator[AnsweringDesk]:
    """A desk that answers while the block runs."""
    desk = AnsweringDesk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            record = self.rfile.read(int(self.headers["Content-Length"]))
            desk.asked.append(dict(self.headers))
            if desk.answers:
                status, media, body, headers = desk.answers.pop(0)
            else:
                status, media, headers = 201, "application/json", {}
                body = desk.take(self.headers["Idempotency-Key"], record)
            self.send_response(status)
            for name, value in {"Content-Type": media, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    desk.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
