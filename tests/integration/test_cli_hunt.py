"""``charteroak hunt`` as a program: what it prints, what it exits with, and what it says of input that is no good.

Most of it in this process; what is read from standard input comes to a process of its own through a real pipe.
"""

import gzip
import importlib.util
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import zstandard
from tests.simulators.program_here import Ended, run_here

LISTED = "payroll-quickpay.example\n203.0.113.77\nhttps://login.payroll-quickpay.example/direct-deposit/confirm\n"
SAMPLE_LOGS = Path(str(files("charteroak.services").joinpath("sample_data", "logs")))
EVENT_LOG = Path(__file__).parents[1] / "assets" / "logs" / "planted.evtx"
LINE = b"a visit to login.payroll-quickpay.example\n"


class Run:
    """One call of the program."""

    def __init__(self, *arguments: object, piped: bytes | None = None) -> None:
        if piped is None:
            self._keep(run_here("hunt", *arguments))
        else:
            command = [sys.executable, "-m", "charteroak.cli", "hunt", *map(str, arguments)]
            self._keep(subprocess.run(command, input=piped, capture_output=True, check=False))

    def _keep(self, done: Ended | subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.stdout = done.stdout.decode()
        self.stderr = done.stderr.decode()

    @property
    def matches(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stdout.splitlines()][:-1]

    @property
    def summary(self) -> dict[str, Any]:
        summary: dict[str, Any] = json.loads(self.stdout.splitlines()[-1])["summary"]
        return summary


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "indicators.txt"
    path.write_text(LISTED)
    return path


def test_prints_a_line_a_match_and_then_a_summary(listed: Path, tmp_path: Path) -> None:
    log = tmp_path / "proxy.log"
    log.write_text("nothing\nGET https://Login.Payroll-Quickpay.example/ 203.0.113.77\n")
    run = Run("--indicators", listed, log, "--json")
    assert run.matches == [
        {
            "path": str(log),
            "line": 2,
            "field": None,
            "indicator": "payroll-quickpay.example",
            "type": "domain",
            "value": "Login.Payroll-Quickpay.example",
        },
        {
            "path": str(log),
            "line": 2,
            "field": None,
            "indicator": "203.0.113.77",
            "type": "ipv4",
            "value": "203.0.113.77",
        },
    ]
    assert run.summary["bytes"] == log.stat().st_size
    assert (run.summary["lines"], run.summary["matches"], run.summary["couldNotRead"]) == (2, 2, [])
    assert (run.code, run.stderr) == (1, "")


def test_no_match_is_exit_code_0(listed: Path, tmp_path: Path) -> None:
    log = tmp_path / "quiet.log"
    log.write_text("notpayroll-quickpay.example\n")
    run = Run("--indicators", listed, log, "--json")
    assert (run.code, run.matches, run.summary["matches"], run.stderr) == (0, [], 0, "")


def test_the_sample_logs_show_what_their_readme_counts(listed: Path) -> None:
    logs = sorted(SAMPLE_LOGS.glob("*-2026-11.*"))
    run = Run("--indicators", listed, *logs, "--json")
    counted = Counter((match["type"], Path(match["path"]).name.partition("-")[0]) for match in run.matches)
    assert counted == {
        ("domain", "dns"): 7,
        ("domain", "proxy"): 6,
        ("ipv4", "dns"): 3,
        ("ipv4", "proxy"): 3,
        ("ipv4", "firewall"): 3,
        ("url", "proxy"): 3,
    }
    assert {match["field"] for match in run.matches if "proxy" in match["path"]} == {
        "request.host",
        "request.url",
        "server.address",
    }
    assert (run.code, run.summary["lines"], run.summary["couldNotRead"]) == (1, 596, [])


@pytest.mark.parametrize("form", ["text", "gzip", "zstd", "evtx", "utf-16"])
def test_every_form_is_read_from_standard_input(listed: Path, form: str) -> None:
    data = {
        "text": LINE,
        "gzip": gzip.compress(LINE),
        "zstd": zstandard.compress(LINE),
        "evtx": EVENT_LOG.read_bytes(),
        "utf-16": LINE.decode().encode("utf-16"),
    }[form]
    run = Run("--indicators", listed, "-", "--json", piped=data)
    assert {match["path"] for match in run.matches} == {"-"}
    assert (run.code, run.summary["matches"], run.summary["couldNotRead"]) == (1, 3 if form == "evtx" else 1, [])


def test_indicators_come_from_standard_input_too(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_bytes(LINE)
    assert Run("--indicators", "-", tmp_path / "x.log", piped=LISTED.encode()).code == 1


def test_a_directory_is_searched_with_all_below_it(listed: Path, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    (logs / "b").mkdir(parents=True)
    (logs / "b" / "2.log.gz").write_bytes(gzip.compress(LINE))
    (logs / "1.log").write_bytes(LINE)
    (logs / "empty.log").write_bytes(b"")
    run = Run("--indicators", listed, logs, "--json")
    assert [match["path"] for match in run.matches] == [f"{logs}/1.log", f"{logs}/b/2.log.gz"]
    assert (run.code, run.summary["files"], run.summary["couldNotRead"]) == (1, 3, [])


def test_for_people_a_match_is_one_line_and_cannot_steer_their_terminal(listed: Path, tmp_path: Path) -> None:
    log = tmp_path / "x.jsonl"
    log.write_text(json.dumps({"a\x1b[2Jb": "login.payroll-quickpay.example"}) + "\n")
    run = Run("--indicators", listed, log)
    assert run.stdout == (
        f"{log}:1  domain  login.payroll-quickpay.example  listed as payroll-quickpay.example  field a\\x1b[2Jb\n"
    )
    assert "1 match of 3 indicators in 1 line of 1 file" in run.stderr


def test_what_cannot_be_searched_for_is_named_and_makes_the_answer_partial(tmp_path: Path) -> None:
    listed, log = tmp_path / "list.txt", tmp_path / "x.log"
    listed.write_text("payroll-quickpay.example\nnonsense\n")
    log.write_bytes(LINE)
    run = Run("--indicators", listed, log, "--json")
    assert run.code == 3
    assert run.summary["matches"] == 1
    assert run.summary["couldNotUse"][0]["value"] == "nonsense"
    assert run.summary["couldNotUse"][0]["line"] == 2
    assert f"{listed}, line 2" in run.stderr


class TestBadInput:
    """Each ends in one clear line that names the place, exit code 2 or 3, and never looks like a clean log."""

    @pytest.fixture
    def log(self, tmp_path: Path) -> Path:
        path = tmp_path / "x.log"
        path.write_bytes(LINE)
        return path

    def lines(self, run: Run) -> list[str]:
        return [line for line in run.stderr.splitlines() if line]

    @pytest.mark.parametrize(
        "content",
        [b"", b"\n \n", b"# only a comment\n", b"\x00\xff" * 500, b"{", b"[1]", b"{}", b"nonsense\n", b"x" * 3_000_000],
    )
    def test_a_list_that_cannot_be_used(self, log: Path, tmp_path: Path, content: bytes) -> None:
        listed = tmp_path / "list"
        listed.write_bytes(content)
        run = Run("--indicators", listed, log, "--json")
        assert (run.code, run.stdout) == (2, "")
        assert len(self.lines(run)) == 1
        assert str(listed) in run.stderr
        assert len(run.stderr) < 1000

    @pytest.mark.parametrize("name", [".", "nowhere.txt"])
    def test_a_list_that_is_no_file(self, log: Path, tmp_path: Path, name: str) -> None:
        run = Run("--indicators", tmp_path / name, log)
        assert (run.code, run.stdout, len(self.lines(run))) == (2, "", 1)

    @pytest.mark.parametrize("name", ["nowhere.log", "/dev/zero"])
    def test_a_path_that_is_no_log(self, listed: Path, tmp_path: Path, name: str) -> None:
        run = Run("--indicators", listed, tmp_path / name, "--json")
        assert (run.code, run.stdout, len(self.lines(run))) == (2, "", 1)
        assert name in run.stderr

    def test_an_empty_directory(self, listed: Path, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        run = Run("--indicators", listed, tmp_path / "empty")
        assert (run.code, run.stdout, len(self.lines(run))) == (2, "", 1)

    def test_standard_input_for_both(self, listed: Path) -> None:  # noqa: ARG002 - the list is not used
        run = Run("--indicators", "-", "-", piped=LINE)
        assert (run.code, run.stdout, len(self.lines(run))) == (2, "", 1)

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (b"", 0),
            (gzip.compress(LINE * 9)[:-9], 9),
            (gzip.compress(os.urandom(9000) + LINE)[:4000], 0),
            (gzip.compress(LINE)[:-1] + b"x", 1),
            (zstandard.compress(os.urandom(300_000) + b"\n" + LINE)[:200_000], 0),
            (b"\x1f\x8b\x08\x00 no gzip", 0),
            (b"\x28\xb5\x2f\xfd no zstd", 0),
            (b"PK\x03\x04" + LINE, 1),
            (b"\x00\x01\x02\x03" * 100 + b"\n" + LINE, 1),
            (EVENT_LOG.read_bytes()[:60_000], 0),
            (EVENT_LOG.read_bytes()[:100], 0),
        ],
        ids=[
            "empty",
            "gzip-cut",
            "noise-gzip-cut",
            "gzip-crc",
            "zstd-cut",
            "no-gzip",
            "no-zstd",
            "zip",
            "noise",
            "evtx-cut",
            "evtx-head",
        ],
    )
    def test_a_log_that_cannot_be_read_to_its_end(
        self, listed: Path, tmp_path: Path, content: bytes, found: int
    ) -> None:
        bad, good = tmp_path / "bad.log", tmp_path / "good.log"
        bad.write_bytes(content)
        good.write_bytes(LINE)
        run = Run("--indicators", listed, bad, good, "--json")
        assert run.code == 3
        assert {entry["path"] for entry in run.summary["couldNotRead"]} == {str(bad)}
        assert all(entry["reason"] for entry in run.summary["couldNotRead"])
        assert len(run.matches) == run.summary["matches"] == found + 1
        assert str(bad) in run.stderr

    def test_help_and_usage(self, listed: Path) -> None:
        assert Run("--help").code == 0
        assert Run("--indicators", listed).code == 2
        assert Run(listed).code == 2
        assert Run("--indicators", listed, listed, "--engine", "abacus").code == 2


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is not None, reason="Spark is installed in this environment")
def test_spark_that_is_not_installed_is_one_line_with_the_command_that_installs_it(listed: Path) -> None:
    run = Run("--indicators", listed, listed, "--engine", "spark")
    assert (run.code, run.stdout) == (2, "")
    assert "pip install 'charteroak[spark]'" in run.stderr


@pytest.mark.slow
def test_a_line_of_a_gigabyte_is_searched_in_bounded_memory_and_named(listed: Path) -> None:
    # A child's peak includes what its parent held when it was started, so a small process stands between the two.
    small = "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]); "
    small += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(done.returncode)"
    hunt = ["-m", "charteroak.cli", "hunt", "--indicators", str(listed), "-", "--json"]
    command = [sys.executable, "-c", small, sys.executable, *hunt]
    piece = b"x" * (1 << 20)

    def line() -> Iterable[bytes]:
        for number in range(1024):
            yield b" payroll-quickpay.example " if number % 100 == 7 else b""
            yield piece

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for part in line():
            process.stdin.write(part)
        process.stdin.close()
        output = process.stdout.read().decode().splitlines()
        peak_kilobytes = int(process.stderr.read().split()[-1])
    summary = json.loads(output[-1])["summary"]
    assert process.returncode == 3
    assert (len(output) - 1, summary["matches"]) == (11, 11)
    assert "Longer than 32 MB: line 1." in summary["couldNotRead"][0]["reason"]
    assert peak_kilobytes < 300 << 10
