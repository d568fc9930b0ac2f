"""``charteroak serve``: who can reach it, what it believes of a proxy, and that slow strangers keep nobody out."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from made_once import migrated_installation
from tests.simulators.free_ports import free_port

from charteroak.cli.serve import BindError, check_exposure, parse_bind, proxy_options

pytestmark = pytest.mark.usefixtures("quiet_environment")
Serve = Callable[..., "Served"]


@pytest.fixture
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHARTEROAK_HOSTS", "CHARTEROAK_ORIGINS", "CHARTEROAK_TRUSTED_PROXY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("bind", ["0.0.0.0:8000", "192.0.2.7:8000", "[::]:8000", "town.example:8000", "127.1:8000"])
def test_the_demonstration_is_not_served_to_other_machines(bind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTEROAK_HOSTS", "town.example")
    with pytest.raises(BindError, match="password of its people is published"):
        check_exposure(bind, demo=True)
    check_exposure(bind, demo=False)


@pytest.mark.parametrize("bind", ["127.0.0.1:8000", "127.0.0.53:8000", "[::1]:8000", "localhost:8000"])
def test_the_demonstration_is_served_to_this_machine(bind: str) -> None:
    check_exposure(bind, demo=True)


def test_other_machines_are_served_under_names_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BindError, match="needs the host names"):
        check_exposure("0.0.0.0:8000", demo=False)
    monkeypatch.setenv("CHARTEROAK_HOSTS", "town.example,*")
    with pytest.raises(BindError, match="would take any"):
        check_exposure("127.0.0.1:8000", demo=False)


@pytest.mark.parametrize(
    "text", ["", "8000", ":8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "a:²"]
)
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BindError, match="HOST:PORT"):
        parse_bind(text)


def test_nothing_that_a_client_says_of_its_origin_is_believed_unless_a_proxy_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert proxy_options() == {"clear_untrusted_proxy_headers": True}
    monkeypatch.setenv("CHARTEROAK_TRUSTED_PROXY", "10.0.0.1")
    options = proxy_options()
    assert (options["trusted_proxy"], options["trusted_proxy_count"]) == ("10.0.0.1", 1)
    assert options["trusted_proxy_headers"] == {"x-forwarded-for", "x-forwarded-proto"}


@dataclass(slots=True)
class Served:
    """A portal in a process of its own."""

    port: int
    data: Path
    log: Path
    process: "subprocess.Popen[bytes]"

    def get(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
                return answer.status, answer.read().decode(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), dict(error.headers)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts the portal on a free port; it is stopped at the end of the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*options: str, for_the_first_time: bool = False, **environment: str) -> Served:
        port = free_port()
        data, log = tmp_path / "data", tmp_path / "log"
        if not for_the_first_time:
            migrated_installation(data)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "charteroak.cli",
                    "serve",
                    "--bind",
                    f"127.0.0.1:{port}",
                    "--data",
                    data,
                    *options,
                ],
                stderr=output,
                env={**os.environ, **environment, "PYTHONWARNINGS": "ignore"},
            )
        started.append(process)
        for _ in range(600):
            if "serves on" in log.read_text():
                return Served(port, data, log, process)
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        raise AssertionError(log.read_text())

    yield start
    for process in started:
        end(process)


def end(process: "subprocess.Popen[bytes]") -> int:
    """Stop a portal as a service manager does, and wait until it is gone."""
    process.terminate()
    try:
        return process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def test_an_address_that_is_taken_is_found_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-m", "charteroak.cli", "serve", "--demo", "--bind", bind, "--data", tmp_path / "data"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"charteroak: Cannot listen on {bind}: Address already in use. ")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_programs_are_told_the_address_once_it_answers(tmp_path: Path) -> None:
    bind = f"127.0.0.1:{free_port()}"
    migrated_installation(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "charteroak.cli", "serve", "--json", "--bind", bind, "--data", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        assert said == {"address": f"http://{bind}", "data": str(tmp_path), "demo": False}
        with urllib.request.urlopen(said["address"] + "/healthz", timeout=20) as answer:  # noqa: S310 - loopback
            assert answer.status == 200
    finally:
        code = end(process)
        with process.stdout:
            rest = process.stdout.read()
    assert (code, rest) == (0, b"")


def test_what_is_served_is_for_its_owner_alone_and_says_little(serve: Serve) -> None:
    portal = serve(for_the_first_time=True)
    status, _body, headers = portal.get("/")
    assert status == 200
    assert "Server" not in headers
    for path in (portal.data, *portal.data.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert portal.get("/", Host="evil.example")[0] == 400
    assert portal.get("/nowhere/?receipt=7QK3")[0] == 404
    log = portal.log.read_text()
    assert "evil.example" not in log
    assert "7QK3" not in log
    assert "django.security.DisallowedHost" in log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_it_stops_when_it_is_told_to_and_says_so(serve: Serve, number: signal.Signals) -> None:
    if number is signal.SIGINT and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip(
            "a shell that starts something in the background has it ignore SIGINT, and what is ignored stays so"
        )
    portal = serve()
    portal.process.send_signal(number)
    assert portal.process.wait(timeout=30) == 0
    assert portal.log.read_text().splitlines()[-1] == "Charter Oak has stopped."


def test_a_named_proxy_tells_scheme_and_address_and_nobody_else_does(serve: Serve) -> None:
    environment = {"CHARTEROAK_HOSTS": "town.example", "CHARTEROAK_ORIGINS": "https://town.example"}
    forwarded = {"Host": "town.example", "X_Forwarded_For": "198.51.100.7", "X_Forwarded_Proto": "https"}
    behind = serve(**environment, CHARTEROAK_TRUSTED_PROXY="127.0.0.1")
    headers = behind.get("/account/sign-in/", **forwarded)[2]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = headers["Set-Cookie"]
    assert cookie.startswith("__Host-csrftoken=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
    assert "TRUSTED_PROXY" not in behind.log.read_text()


def test_without_a_named_proxy_its_headers_are_thrown_away(serve: Serve) -> None:
    environment = {"CHARTEROAK_HOSTS": "town.example", "CHARTEROAK_ORIGINS": "https://town.example"}
    portal = serve(**environment)
    headers = portal.get("/", Host="town.example", X_Forwarded_For="198.51.100.7", X_Forwarded_Proto="https")[2]
    assert "Strict-Transport-Security" not in headers
    assert "CHARTEROAK_TRUSTED_PROXY is not set" in portal.log.read_text()


def test_hundreds_of_connections_that_say_nothing_keep_nobody_out(serve: Serve) -> None:
    portal = serve()
    held = []
    try:
        for number in range(300):
            connection = socket.create_connection(("127.0.0.1", portal.port), timeout=10)
            if number % 2:
                connection.sendall(
                    b"POST /report/mail/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20000000\r\n\r\nab"
                )
            held.append(connection)
        began = time.monotonic()
        assert portal.get("/")[0] == 200
        assert time.monotonic() - began < 10
    finally:
        for connection in held:
            connection.close()


def children_of(process: "subprocess.Popen[bytes]") -> set[int]:
    return {int(number) for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()}


@pytest.fixture
def two(serve: Serve) -> Served:
    """A portal of two processes."""
    return serve("--processes", "2")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_several_processes_answer_at_one_address_and_end_together(two: Served) -> None:
    children = children_of(two.process)
    assert len(children) == 2
    assert all(two.get("/healthz")[0] == 200 for _ in range(10))
    assert end(two.process) == 0
    assert two.log.read_text().splitlines()[-1] == "Charter Oak has stopped."
    assert not any(Path(f"/proc/{child}").exists() for child in children)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_process_that_dies_is_replaced_while_the_other_answers(two: Served) -> None:
    before = children_of(two.process)
    os.kill(min(before), signal.SIGKILL)
    assert two.get("/healthz")[0] == 200
    wait_until(lambda: len(children_of(two.process)) == 2)
    assert len(children_of(two.process) & before) == 1
    assert "another takes its place" in two.log.read_text()
    assert two.get("/healthz")[0] == 200


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_process_outlives_one_that_was_killed(two: Served) -> None:
    children = children_of(two.process)
    two.process.kill()
    two.process.wait()
    wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again for up to ten seconds."""
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)
