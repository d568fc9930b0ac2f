"""Our mail server for reports on a free loopback port, in a thread of its own, with what it was handed."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from charteroak.adapters.mail_receiver import Delivery, MailReceiver

TO = "phish@desk.example"


class Receiving:
    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.reply: Callable[[Delivery], str] = lambda _delivery: "250 2.0.0 Reported"
        self.port = 0

    def deliver(self, delivery: Delivery) -> str:
        reply = self.reply(delivery)
        self.deliveries.append(delivery)
        return reply


@contextmanager
def receiving(**options: Any) -> Iterator[Receiving]:
    kept = Receiving()
    is_ready = threading.Event()
    hold: dict[str, Any] = {}

    def ready(port: int) -> None:
        kept.port = port
        is_ready.set()

    async def serve() -> None:
        hold["loop"], hold["stop"] = asyncio.get_running_loop(), asyncio.Event()
        await MailReceiver(kept.deliver, [TO, "two@desk.example"], **options).serve("127.0.0.1", 0, ready, hold["stop"])

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert is_ready.wait(20)
    try:
        yield kept
    finally:
        hold["loop"].call_soon_threadsafe(hold["stop"].set)
        thread.join(20)
        assert not thread.is_alive()
