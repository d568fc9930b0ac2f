"""One HTTP exchange whose time and size are bounded as a whole, to the host that was named and to no other.

No redirect is followed, no proxy is asked, and plain HTTP goes to this machine only. A server that drips, floods or
answers half ends in an error; what the answer means is for the caller to read.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from charteroak import __version__
from charteroak.errors import CouldNotError, InputError

_CHUNK_BYTES = 64 << 10
_DEFAULT_PORTS = {"http": 80, "https": 443}


class HTTPAddressError(InputError):
    """An address cannot be asked: not https, nor http to this machine, or more than a host and a path."""

    code: ClassVar[str] = "http.address"


class HTTPUnreachableError(CouldNotError):
    """No whole answer came within the limits."""

    code: ClassVar[str] = "http.unreachable"


@dataclass(frozen=True, slots=True)
class HTTPAnswer:
    """A whole answer. Its status may be anything, a redirect too."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case."""
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long the whole exchange may take, from connecting to the last byte, and how large the answer may be."""

    timeout_seconds: float
    max_bytes: int


def checked_address(url: str) -> str:
    """The address, if it may be asked.

    Raises:
        HTTPAddressError: it is not https, nor http to this machine, or it holds a name, a query or a fragment.
    """
    scheme, host, _ = origin_of_address(url)
    if not host or scheme not in {"http", "https"}:
        raise HTTPAddressError(f"{url[:200]!r} is not an address.", remedy="Give one that begins with https://")
    if scheme == "http" and not is_this_machine(host):
        raise HTTPAddressError("Plain HTTP goes to this machine only.", remedy="Use https://")
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment or not url.isascii() or not url.isprintable():
        raise HTTPAddressError("The address holds more than a host and a path.", remedy="Leave the rest out.")
    return url


def exchange(
    url: str,
    *,
    bounds: Bounds,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    deadline: float | None = None,
) -> HTTPAnswer:
    """Ask once and read the whole answer. ``deadline`` is on the monotonic clock, for one that several exchanges share.

    Raises:
        HTTPUnreachableError: the connection failed or broke off, time ran out, or the answer is too large.
    """
    ends = time.monotonic() + bounds.timeout_seconds if deadline is None else deadline
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    standing = {
        "Accept-Encoding": "identity", "User-Agent": f"charteroak/{__version__}", "Connection": "close",
    }  # fmt: skip
    connection = _connection(url, bounds.timeout_seconds)
    try:
        connection.connect()
        with _cut_at(ends, connection.sock):
            connection.request(method, path, body=body, headers=standing | dict(headers or {}))
            answer = connection.getresponse()
            content = _read(answer, bounds.max_bytes)
    except (OSError, http.client.HTTPException, ValueError) as error:
        _check(ends, bounds)
        raise HTTPUnreachableError(
            f"No whole answer from {parts.netloc}: {_reason(error)}.",
            remedy="Check the address and the network, then try again.",
        ) from error
    finally:
        connection.close()
    # A connection cut at the deadline can look like an answer that has ended.
    _check(ends, bounds)
    return HTTPAnswer(answer.status, answer.headers, content)


def origin_of_address(address: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port; an empty scheme where it is no address."""
    try:
        parts = urlsplit(address)
        origin = parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return "", None, None
    return origin


def is_this_machine(host: str) -> bool:
    """Whether a host is the loopback of this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check(ends: float, bounds: Bounds) -> None:
    if time.monotonic() >= ends:
        raise HTTPUnreachableError(
            f"No whole answer came within {bounds.timeout_seconds:g} seconds.", remedy="Try again later."
        )


def _connection(url: str, timeout_seconds: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(
            host, parts.port, timeout=timeout_seconds, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, parts.port, timeout=timeout_seconds)


def _read(answer: http.client.HTTPResponse, max_bytes: int) -> bytes:
    chunks, size = [], 0
    while chunk := answer.read1(_CHUNK_BYTES):
        size += len(chunk)
        if size > max_bytes:
            raise HTTPUnreachableError(f"The answer is larger than {max_bytes} bytes.")
        chunks.append(chunk)
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    return b"".join(chunks)


@contextmanager
def _cut_at(ends: float, connected: socket.socket) -> Iterator[None]:
    """Shut a connection down at the deadline: a time limit for the whole exchange, however slowly bytes drip."""

    def cut() -> None:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, ends - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _reason(error: Exception) -> str:
    """What went wrong in words; the number of a system's error tells a person nothing."""
    words = error.strerror if isinstance(error, OSError) else None
    return words or str(error) or type(error).__name__
