"""Our TAXII client against servers that misbehave, over real sockets on loopback."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.simulators.free_ports import free_port

from charteroak.adapters.taxii_client import (
    TAXIIAddressError,
    TAXIIAnswerError,
    TAXIIClient,
    TAXIIStatusError,
    TAXIIUnreachableError,
)
from charteroak.errors import CharterOakError

TYPE = b"Content-Type: application/taxii+json;version=2.1\r\n"
Script = Callable[[socket.socket, bytes], None]


class ScriptedServer:
    """Answers each connection by a script, and remembers what was asked."""

    def __init__(self, script: Script) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[bytes] = []
        self._script = script
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/api/"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            # Whoever asks may have gone; that is no fault of the server's.
            with connection, contextlib.suppress(OSError):
                request = b""
                while b"\r\n\r\n" not in request:
                    chunk = connection.recv(4096)
                    if not chunk:
                        break
                    request += chunk
                self.requests.append(request)
                self._script(connection, request)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[[Script], ScriptedServer]]:
    servers = []

    def start(script: Script) -> ScriptedServer:
        server = ScriptedServer(script)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


def say(status: str, body: bytes = b"", headers: bytes = TYPE) -> Script:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n".encode()
    return lambda connection, _request: connection.sendall(head + headers + b"\r\n" + body)


def read(server: ScriptedServer, **limits: Any) -> Any:
    client = TAXIIClient(server.url, username="lee", password="secret", **limits)
    return client.objects_page("c1", added_after="2026-03-01T00:00:00Z", next_cursor="a b&c", limit=7)


def test_a_page_comes_with_each_objects_own_bytes(serve: Any) -> None:
    body = b'{"more": true, "next": "n1", "objects": [{"type": "x",  "id": "x--1"}, 7], "extra": {}}'
    moments = b"X-TAXII-Date-Added-First: 2026-03-01T14:00:00Z\r\nx-taxii-date-added-last: 2026-03-02T14:00:00Z\r\n"
    server = serve(say("200 OK", body, TYPE + moments))
    page = read(server)
    assert page.objects == (b'{"type": "x",  "id": "x--1"}', b"7")
    assert (page.more, page.next_cursor) == (True, "n1")
    assert (page.added_first, page.added_last) == ("2026-03-01T14:00:00Z", "2026-03-02T14:00:00Z")
    (request,) = server.requests
    assert request.startswith(
        b"GET /api/collections/c1/objects/?limit=7&added_after=2026-03-01T00%3A00%3A00Z&next=a+b%26c HTTP/1.1\r\n"
    )
    assert b"Accept: application/taxii+json;version=2.1\r\n" in request
    assert b"Authorization: Basic bGVlOnNlY3JldA==\r\n" in request


def test_an_empty_answer_is_an_empty_page(serve: Any) -> None:
    page = read(serve(say("200 OK", b"{}")))
    assert (page.objects, page.more, page.next_cursor, page.added_last) == ((), False, "", "")


def test_a_redirect_on_the_same_host_is_followed(serve: Any) -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        target = b"" if b"/moved/" in request else b"Location: /moved/\r\n"
        say("301 Moved" if target else "200 OK", b"{}", TYPE + target)(connection, request)

    assert read(serve(script)).objects == ()


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2:9/", "https://elsewhere.example/", "//elsewhere.example/", "file:///etc/passwd", "http://["],
)
def test_a_redirect_elsewhere_is_refused_and_the_password_stays(serve: Any, target: str) -> None:
    with pytest.raises(TAXIIAnswerError, match="another host"):
        read(serve(say("302 Found", b"", TYPE + f"Location: {target}\r\n".encode())))


def test_a_circle_of_redirects_ends(serve: Any) -> None:
    server = serve(say("302 Found", b"", TYPE + b"Location: /api/\r\n"))
    with pytest.raises(TAXIIAnswerError, match="circles"):
        read(server)
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        ("401 Unauthorized", b'{"title":"Who are you?"}', "Who are you?"),
        ("404 Not Found", b"<html>", "404"),
        ("500 Oops", b"", "500"),
        ("406 No", b'{"title":7}', "406"),
        ("204 No Content", b"", "204"),
        ("400 Bad", b'{"title":"line\\nbreak\\u001b[31m"}', "linebreak"),
    ],
)
def test_a_refusal_is_an_error_with_its_status(serve: Any, status: str, body: bytes, told: str) -> None:
    with pytest.raises(TAXIIStatusError) as refusal:
        read(serve(say(status, body)))
    assert refusal.value.status == int(status[:3])
    assert told in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{}", b"Content-Type: text/html\r\n"),
        (b"{}", b""),
        (b"", TYPE),
        (b"[]", TYPE),
        (b'{"objects":', TYPE),
        (b'{"objects":7}', TYPE),
        (b'{"more":"yes"}', TYPE),
        (b"\xff\xfe", TYPE),
        (b'{"objects":' + b"[" * 100_000, TYPE),
    ],
)
def test_what_is_not_taxii_is_an_error_and_never_an_empty_page(serve: Any, body: bytes, headers: bytes) -> None:
    with pytest.raises(TAXIIAnswerError):
        read(serve(say("200 OK", body, headers)))


def test_an_answer_above_the_limit_is_stopped(serve: Any) -> None:
    def flood(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + TYPE + b"\r\n")
        while True:
            connection.sendall(b" " * 65536)

    with pytest.raises(TAXIIUnreachableError, match="larger"):
        read(serve(flood), max_bytes=1 << 20)


def drip_body(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + TYPE + b"\r\n")
    for _ in range(2_000):
        connection.sendall(b" ")
        time.sleep(0.05)


def drip_head(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(2_000):
        connection.sendall(b"x")
        time.sleep(0.05)


def silence(connection: socket.socket, _request: bytes) -> None:
    connection.settimeout(100)
    connection.recv(1)


@pytest.mark.parametrize("script", [drip_body, drip_head, silence])
def test_time_is_bounded_for_the_answer_as_a_whole(serve: Any, script: Script) -> None:
    begun = time.monotonic()
    with pytest.raises(TAXIIUnreachableError):
        read(serve(script), timeout_seconds=0.4)
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n" + TYPE + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + TYPE + b"\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
def test_a_broken_answer_is_an_error(serve: Any, answer: bytes) -> None:
    with pytest.raises(TAXIIUnreachableError):
        read(serve(lambda connection, _request: connection.sendall(answer)))


def test_nobody_there_is_an_error_that_says_so() -> None:
    port = free_port()
    with pytest.raises(TAXIIUnreachableError, match=str(port)):
        TAXIIClient(f"http://127.0.0.1:{port}/").collections()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "taxii.example.net",
        "ftp://taxii.example.net/",
        "file:///etc/passwd",
        "http://taxii.example.net/",
        "http://127.0.0.1.example.net/",
        "https://lee:secret@taxii.example.net/",
        "https://taxii.example.net/?x=1",
        "https://taxii.example.net/#x",
        "https://taxii.example.net/\r\nHost: x/",
        "https://taxii.example.net:x/",
        "https://[/",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(TAXIIAddressError):
        TAXIIClient(url)


def test_only_roots_on_the_same_host_are_named(serve: Any) -> None:
    body = b'{"title":"t","default":"/api/b/","api_roots":["https://elsewhere.example/a/","/api/a/","/api/b/"]}'
    server = serve(say("200 OK", body))
    roots = TAXIIClient(server.url).api_roots()
    assert [root.removeprefix(server.url) for root in roots] == ["b/", "a/"]


def test_a_collection_name_cannot_change_the_path(serve: Any) -> None:
    server = serve(say("200 OK", b"{}"))
    TAXIIClient(server.url).objects_page("../../x?y=\r\nHost: z")
    assert server.requests[0].startswith(
        b"GET /api/collections/..%2F..%2Fx%3Fy%3D%0D%0AHost%3A%20z/objects/?limit=500 "
    )


def test_every_error_is_one_of_ours_with_a_stable_code(serve: Any) -> None:
    with pytest.raises(CharterOakError) as refusal:
        read(serve(say("403 No")))
    assert refusal.value.code == "taxii.refused"
