"""``charteroak serve``: who can reach it, what it believes of a proxy, and that slow strangers keep nobody out.

To start a portal takes seconds, so tests that leave it as it was share one.
"""

import contextlib
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
SET_BY_OPERATORS = ("CHARTEROAK_HOSTS", "CHARTEROAK_ORIGINS", "CHARTEROAK_TRUSTED_PROXY", "DATABASE_URL")


@pytest.fixture
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SET_BY_OPERATORS:
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
            with urllib.request.urlopen(request, timeout=50) as answer:  # noqa: S310 - loopback
                return answer.status, answer.read().decode(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), dict(error.headers)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts the portal on a free port; it is stopped at the end of the test."""
    with serving(tmp_path) as start:
        yield start


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Serve]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*options: str, for_the_first_time: bool = False, **environment: str) -> Served:
        port = free_port()
        data, log = folder / "data", folder / "log"
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
                env={**quiet(), **environment, "PYTHONWARNINGS": "ignore"},
            )
        started.append(process)
        for _ in range(3000):
            if "serves on" in log.read_text():
                return Served(port, data, log, process)
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        raise AssertionError(log.read_text())

    try:
        yield start
    finally:
        for process in started:
            end(process)


def quiet() -> dict[str, str]:
    """The environment without what an operator sets for a portal."""
    return {name: value for name, value in os.environ.items() if name not in SET_BY_OPERATORS}


@pytest.fixture(scope="module")
def behind_no_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal that is reached from elsewhere although no proxy is named."""
    with serving(tmp_path_factory.mktemp("behind-no-proxy")) as start:
        yield start(CHARTEROAK_HOSTS="town.example,127.0.0.1", CHARTEROAK_ORIGINS="https://town.example")


def end(process: "subprocess.Popen[bytes]") -> int:
    """Stop a portal as a service manager does, and wait until it is gone."""
    process.terminate()
    try:
        return process.wait(timeout=120)
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


def test_programs_are_told_the_address_once_it_answers_and_it_stops_when_they_say_so(tmp_path: Path) -> None:
    bind, data, log = f"127.0.0.1:{free_port()}", tmp_path / "data", tmp_path / "log"
    migrated_installation(data)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "charteroak.cli", "serve", "--json", "--bind", bind, "--data", data],
            stdout=subprocess.PIPE,
            stderr=output,
        )
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        assert said == {"address": f"http://{bind}", "data": str(data), "demo": False}
        with urllib.request.urlopen(said["address"] + "/healthz", timeout=50) as answer:  # noqa: S310 - loopback
            assert answer.status == 200
    finally:
        code = end(process)
        with process.stdout:
            rest = process.stdout.read()
    assert (code, rest) == (0, b"")
    assert log.read_text().splitlines()[-1] == "Charter Oak has stopped."


@pytest.mark.parametrize(
    "for_the_first_time", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["again", "for the first time"]
)
def test_what_is_served_is_for_its_owner_alone_and_says_little(serve: Serve, for_the_first_time: bool) -> None:
    portal = serve(for_the_first_time=for_the_first_time)
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


def test_it_stops_at_a_terminal_and_says_so(serve: Serve) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip(
            "a shell that starts something in the background has it ignore SIGINT, and what is ignored stays so"
        )
    portal = serve()
    portal.process.send_signal(signal.SIGINT)
    assert portal.process.wait(timeout=120) == 0
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


def test_without_a_named_proxy_its_headers_are_thrown_away(behind_no_proxy: Served) -> None:
    portal = behind_no_proxy
    headers = portal.get("/", Host="town.example", X_Forwarded_For="198.51.100.7", X_Forwarded_Proto="https")[2]
    assert "Strict-Transport-Security" not in headers
    assert "CHARTEROAK_TRUSTED_PROXY is not set" in portal.log.read_text()


def test_hundreds_of_connections_that_say_nothing_keep_nobody_out(behind_no_proxy: Served) -> None:
    portal = behind_no_proxy
    held = []
    try:
        for number in range(300):
            connection = socket.create_connection(("127.0.0.1", portal.port), timeout=60)
            if number % 2:
                connection.sendall(
                    b"POST /report/mail/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20000000\r\n\r\nab"
                )
            held.append(connection)
        # If one of them stood in the way, this would wait until they are given up, longer than it can.
        assert portal.get("/")[0] == 200
    finally:
        for connection in held:
            connection.close()


def children_of(process: "subprocess.Popen[bytes]") -> set[int]:
    return {int(number) for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()}


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_several_processes_answer_one_that_dies_is_replaced_and_they_end_together(serve: Serve) -> None:
    two = serve("--processes", "2")
    before = children_of(two.process)
    assert len(before) == 2
    assert all(two.get("/healthz")[0] == 200 for _ in range(10))

    os.kill(min(before), signal.SIGKILL)
    assert two.get("/healthz")[0] == 200
    wait_until(lambda: len(children_of(two.process)) == 2)
    children = children_of(two.process)
    assert len(children & before) == 1
    assert "another takes its place" in two.log.read_text()
    assert two.get("/healthz")[0] == 200

    assert end(two.process) == 0
    assert two.log.read_text().splitlines()[-1] == "Charter Oak has stopped."
    assert not any(Path(f"/proc/{child}").exists() for child in children)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_process_outlives_one_that_was_killed(serve: Serve) -> None:
    two = serve("--processes", "2")
    children = children_of(two.process)
    two.process.kill()
    two.process.wait()
    wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again for up to a minute."""
    ends = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)
