"""A small mail server for reports, on loopback behind the town's own: SMTP (RFC 5321) or LMTP (RFC 2033).

It takes mail for the addresses it was given and nothing else, asks for no password, passes none on, and answers 250
only after ``deliver`` has returned, which is after the durable write. It sends nothing itself; whether reporters are
answered by mail is for its caller (``phish receive --answer``). Whatever goes wrong in between is answered 4xx, so that
the sender keeps the mail. One message is delivered at a time; connections, commands, bytes, lines and the time of a
session are bounded.
"""

import asyncio
import functools
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

MESSAGE_LIMIT_BYTES = 25 << 20
"""What mail providers carry."""

MOST_SESSIONS = 16
MOST_LINES = 450_000
"""Lines of one message: 25 MB of base64 has 340,000; millions of empty ones are an attack on memory and time."""

LINE_LIMIT_BYTES = 64 << 10
"""RFC 5321 allows 1,000; what carries phishing keeps to little, and a line that is cut is evidence that is changed."""

IDLE_SECONDS = 60.0
SESSION_SECONDS = 600.0
MOST_ADDRESS_CHARACTERS = 320
MOST_COMMANDS = {"MAIL": 50, "RCPT": 100, "DATA": 50, "*": 50}
TOO_LARGE = f"552 5.3.4 This mail is larger than {MESSAGE_LIMIT_BYTES >> 20} MB; report it by telephone or on the web"
_TROUBLE = "451 4.3.0 It could not be recorded now; keep it and try again"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A mail as it was handed over: its bytes, who the envelope says sent it, and for whom."""

    data: bytes
    sender: str
    recipients: tuple[str, ...]


Deliver = Callable[[Delivery], str]
"""Records a mail and returns the reply, such as ``250 2.0.0 Reported``. What it raises is answered with 451."""


class MailReceiver:
    """Serves until it is told to stop; ``deliver`` runs in one thread of its own."""

    def __init__(
        self,
        deliver: Deliver,
        addresses: Collection[str],
        *,
        lmtp: bool = False,
        idle_seconds: float = IDLE_SECONDS,
        session_seconds: float = SESSION_SECONDS,
        most_sessions: int = MOST_SESSIONS,
    ) -> None:
        self.deliver = deliver
        self.addresses = frozenset(address.lower() for address in addresses)
        self.idle_seconds = idle_seconds
        self.session_seconds = session_seconds
        self.most_sessions = most_sessions
        self.sessions: set[asyncio.BaseTransport] = set()
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
        self._kind = _LMTPSession if lmtp else _SMTPSession

    async def serve(self, host: str, port: int, ready: Callable[[int], None], stopped: asyncio.Event) -> None:
        """Listen until ``stopped`` is set; ``ready`` is told the port. A mail under way is finished first.

        Raises:
            OSError: nothing can listen there.
        """
        loop = asyncio.get_running_loop()
        server = await loop.create_server(functools.partial(self._kind, self, loop), host, port)
        try:
            ready(server.sockets[0].getsockname()[1])
            await stopped.wait()
        finally:
            server.close()
            await loop.run_in_executor(None, self.thread.shutdown)
            await asyncio.sleep(0)
            for transport in list(self.sessions):
                transport.close()
            await server.wait_closed()
            await asyncio.sleep(0)


class _Handler:
    """Answers aiosmtpd's hooks."""

    def __init__(self, receiver: MailReceiver) -> None:
        self._receiver = receiver

    async def handle_MAIL(  # noqa: N802 - aiosmtpd names it
        self, _server: Any, _session: Session, envelope: Envelope, address: str | None, options: list[str]
    ) -> str:
        """Take any sender that is an address or empty; it proves nothing and is sent nothing from here."""
        sender = address or ""
        if len(sender) > MOST_ADDRESS_CHARACTERS or not sender.isprintable() or any(c in sender for c in ' <>"'):
            return "553 5.1.7 This sender is no address"
        envelope.mail_from = sender
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, _server: Any, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take mail for the addresses that reports go to; nothing is passed on to others."""
        if address.lower() not in self._receiver.addresses:
            return "550 5.7.1 Reports only: this server takes mail for its own address and passes none on"
        envelope.rcpt_tos.append(address.lower())
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd names it
        self, server: Any, _session: Session, envelope: Envelope
    ) -> str:
        """Answer with what became of the mail, after it was recorded."""
        data = envelope.content if isinstance(envelope.content, bytes) else b""
        delivery = Delivery(data, envelope.mail_from or "", tuple(dict.fromkeys(envelope.rcpt_tos)))
        loop = asyncio.get_running_loop()
        try:
            reply = await loop.run_in_executor(self._receiver.thread, self._receiver.deliver, delivery)
        except Exception:  # noqa: BLE001 - whatever happened, the sender is to keep the mail
            reply = _TROUBLE
        return str(server.once_each(reply, envelope))

    async def handle_exception(self, _error: Exception) -> str:
        """Say nothing of what happened inside."""
        return _TROUBLE


class _SMTPSession(SMTP):
    """One connection, with the limits that aiosmtpd does not set."""

    line_length_limit = LINE_LIMIT_BYTES
    replies_for_each = False

    def __init__(self, receiver: MailReceiver, loop: asyncio.AbstractEventLoop) -> None:
        self._receiver = receiver
        self._deadline: asyncio.TimerHandle | None = None
        super().__init__(
            _Handler(receiver),
            data_size_limit=MESSAGE_LIMIT_BYTES,
            enable_SMTPUTF8=True,
            hostname="charteroak",
            ident="reports",
            timeout=receiver.idle_seconds,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit=dict(MOST_COMMANDS),
            loop=loop,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or say at once that there are too many."""
        super().connection_made(transport)
        self._receiver.sessions.add(transport)
        self._deadline = self.loop.call_later(self._receiver.session_seconds, transport.close)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        if self.transport is not None:
            self._receiver.sessions.discard(self.transport)
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if len(self._receiver.sessions) > self._receiver.most_sessions:
            await self.push("421 4.3.2 Too many connections now; try again in a minute")
            self._close()
            return
        await super()._handle_client()

    async def push(self, status: Any) -> None:
        """Send a reply; the one about a size that the client announced is said in our words."""
        is_too_large = isinstance(status, str) and status.startswith("552 Error: message size")
        await super().push(TOO_LARGE if is_too_large else status)

    def once_each(self, reply: str, envelope: Envelope) -> str:
        """One reply for each recipient where the protocol wants it (RFC 2033, section 4.2)."""
        return "\r\n".join([reply] * (len(envelope.rcpt_tos) if self.replies_for_each else 1))

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd names it
        """Read a message into one buffer; aiosmtpd keeps each line as an object, and 25 MB of empty ones fill memory.

        Only CR LF ends a line, so that a bare LF or CR before a dot ends no message (SMTP smuggling).
        """
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes no words")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content, refusal = await self._read_message()
        if refusal:
            await self.push(self.once_each(refusal, envelope))
        else:
            envelope.content = envelope.original_content = content
            # The time that recording takes is not the client's.
            self._reset_timeout(self._receiver.session_seconds)
            await self.push(await self._call_handler_hook("DATA"))
            self._reset_timeout()
        self._set_post_data_state()  # type: ignore[no-untyped-call] # aiosmtpd leaves it untyped

    async def _read_message(self) -> tuple[bytes, str]:
        content, lines, size, refusal = bytearray(), 0, 0, ""
        begins_line = True
        while True:
            try:
                line = await self._reader.readuntil(b"\r\n")
            except asyncio.LimitOverrunError as error:
                line = await self._reader.read(error.consumed)
            if begins_line and line == b".\r\n":
                return bytes(content), refusal
            if begins_line and line.startswith(b"."):
                line = line[1:]
            begins_line = line.endswith(b"\r\n")
            lines += 1
            size += len(line)
            if size > MESSAGE_LIMIT_BYTES or lines > MOST_LINES:
                refusal = TOO_LARGE if size > MESSAGE_LIMIT_BYTES else "554 5.6.0 This mail has too many lines"
                content.clear()
            if not refusal:
                content += line
            if lines % 1_000 == 0:
                self._reset_timeout()
                await asyncio.sleep(0)  # lets deadlines and other connections have their turn

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()


class _LMTPSession(LMTP, _SMTPSession):
    """The same for a mail server that hands over locally: it greets with LHLO and wants a reply for each recipient."""

    replies_for_each = True
