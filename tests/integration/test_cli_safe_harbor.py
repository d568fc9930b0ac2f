"""``charteroak safe-harbor`` as a person or a script runs it."""

import gzip
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from charteroak.cli.__main__ import main

SAMPLE = Path(__file__).parents[1] / "assets" / "safe_harbor" / "sample.json"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: bytes
    stderr: bytes


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs the command through its entry point, in this process: one test below starts a process of its own."""

    def command(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["charteroak", "safe-harbor", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main()
        written = capsysbinary.readouterr()
        return Done(int(left.value.code or 0), written.out, written.err)

    return command


def altered(**changes: Any) -> bytes:
    document = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return json.dumps({**document, **changes}).encode()


def test_a_record_that_supports_everything_exits_with_0_and_one_document() -> None:
    command = [sys.executable, "-m", "charteroak.cli", "safe-harbor", "determine", "--facts", str(SAMPLE), "--json"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert answer["outcome"] == "record-supports-all-elements"
    assert answer["notLegalAdvice"] is True


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"conformity": []}, "element-not-met"),
        ({"culpability": "alleged"}, "indeterminate"),
        (
            {
                "mode": "prospective",
                "asOf": "2026-12-01",
                "conformity": [
                    {
                        "framework": "fedramp",
                        "edition": "rev5",
                        "status": "conforms",
                        "from": "2023-05-30",
                        "to": None,
                        "assertedBy": "chief executive",
                    }
                ],
            },
            "at-risk",
        ),
    ],
)
def test_every_other_outcome_exits_with_1(run: Run, changes: dict[str, Any], outcome: str) -> None:
    done = run("determine", "--facts", "-", "--json", stdin=altered(**changes))
    assert done.returncode == 1
    assert json.loads(done.stdout)["outcome"] == outcome


def test_the_text_has_thirteen_rows_a_question_each_and_says_that_it_is_no_legal_advice(run: Run) -> None:
    done = run("determine", "--facts", "-", stdin=altered(organisation={"kind": "municipality"}))
    text = done.stdout.decode()
    rows = re.findall(r"^E\d+ .*", text, re.MULTILINE)
    assert done.returncode == 1
    assert [row.split()[0] for row in rows] == [f"E{number}" for number in range(1, 14)]
    assert "FOR COUNSEL" in rows[0]
    assert "UNCERTAIN" in rows[1]
    assert "[Conn. Gen. Stat. § 42-901(c)]" in text
    assert "This is not legal advice." in text
    assert not re.search("protected|compliant", text, re.IGNORECASE)


def test_the_text_shows_exhibits_and_assumptions(run: Run) -> None:
    program = json.loads(SAMPLE.read_text(encoding="utf-8"))["program"]
    program["maintained"] = [{"from": "2023-01-10", "to": None, "status": "yes", "exhibits": ["entry:12"]}]
    text = run(
        "determine", "--facts", "-", stdin=altered(mode="prospective", asOf="2026-03-05", program=program)
    ).stdout.decode()
    assert "an imagined breach on 2026-03-05" in text
    assert "Exhibits: entry:12" in text
    assert len(re.findall(r"^E\d+ +assumed", text, re.MULTILINE)) == 5


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        pytest.param(b"", b"empty", id="an empty file"),
        pytest.param(b" \n", b"empty", id="blank space"),
        pytest.param(bytes(range(256)), b"Not UTF-8", id="binary noise"),
        pytest.param(gzip.compress(b"{}")[:-4], b"Not UTF-8", id="a truncated gzip"),
        pytest.param(b"[]", b"An object is needed", id="a list"),
        pytest.param(b'{"mode": "breach"', b"line 1, column", id="cut off"),
        pytest.param(b'{"organization": {}}', b"/organization: Unknown key 'organization'", id="an unknown key"),
        pytest.param(b'{"breach": {"from": "2026-02-02", "to": "2026-02-01"}}', b"/breach: ", id="a reversed interval"),
        pytest.param(b'{"mode": "prospective"}', b"/asOf", id="prospective without a day"),
        pytest.param(b'{"conformity": [{"framework": "cobit"}]}', b"/conformity/0/framework", id="another framework"),
    ],
)
def test_bad_facts_are_one_clear_line_and_exit_2(run: Run, stdin: bytes, said: bytes) -> None:
    done = run("determine", "--facts", "-", "--json", stdin=stdin)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_file_of_one_gigabyte_without_a_line_end_is_refused_at_its_limit(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    done = run("determine", "--facts", str(path))
    assert done.returncode == 2
    assert b"Larger than the 4 MB" in done.stderr


def test_an_absent_file_and_a_directory_are_refused(run: Run, tmp_path: Path) -> None:
    assert b"no such file" in run("determine", "--facts", str(tmp_path / "none.json")).stderr
    done = run("determine", "--facts", str(tmp_path))
    assert done.returncode == 2
    assert b"directory" in done.stderr


def test_an_unknown_statute_is_refused(run: Run) -> None:
    done = run("determine", "--facts", str(SAMPLE), "--statute", "ny")
    assert done.returncode == 2
    assert b"Use one of ct" in done.stderr


def test_the_schema_is_valid_and_accepts_the_sample(run: Run) -> None:
    done = run("schema")
    schema = json.loads(done.stdout)
    assert done.returncode == 0
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(json.loads(SAMPLE.read_text(encoding="utf-8")))) == []


def test_clocks_of_a_day_as_a_document(run: Run) -> None:
    done = run("clocks", "--on", "2026-11-21", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["on"], document["notLegalAdvice"]) == (0, "2026-11-21", True)
    clocks = {clock["framework"]: clock for clock in document["clocks"]}
    assert len(clocks) == 12
    assert clocks["fedramp"]["sixMonthDate"] == "2026-12-24"
    assert set(clocks["nist-800-53"]["readings"]["patchReleasesAreRevisions"]) == {"true", "false"}


def test_clocks_of_a_day_as_text(run: Run) -> None:
    text = run("clocks", "--on", "2024-03-01").stdout.decode()
    assert "1.1 counts for 178 more days" in text
    assert "if patch releases are no revisions: in force r5" in text
    assert "if the clock runs from the effective date: six months 2024-11-13" in text
    assert "This is not legal advice." in text


def test_clocks_are_those_of_today_in_connecticut_unless_a_day_is_named(run: Run) -> None:
    done = run("clocks", "--json")
    assert done.returncode == 0
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", json.loads(done.stdout)["on"])


def test_a_day_that_is_none_is_refused(run: Run) -> None:
    done = run("clocks", "--on", "yesterday")
    assert done.returncode == 2
    assert b"'yesterday' is not a date" in done.stderr


def test_the_command_never_loads_django() -> None:
    program = (
        "import sys; import charteroak.cli.safe_harbor; "
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_ohio_and_texas_answer_with_their_own_elements(run: Run) -> None:
    for statute, first in (("oh", "OH1"), ("tx", "TX1")):
        done = run("determine", "--facts", str(SAMPLE), "--statute", statute, "--json")
        document = json.loads(done.stdout)
        assert (done.returncode, document["statute"], document["elements"][0]["id"]) == (1, statute, first)
        text = run("determine", "--facts", str(SAMPLE), "--statute", statute).stdout.decode()
        assert "This is not legal advice." in text


def test_the_states_side_by_side(run: Run) -> None:
    document = json.loads(run("compare", "--json").stdout)
    assert len(document["laws"]) == 20
    assert document["notLegalAdvice"] is True
    text = run("compare").stdout.decode()
    assert "Vetoed: not law" in text
    assert "--statute tx answers" in text


def test_the_watch_finds_a_clock_that_runs_out(run: Run) -> None:
    done = run("watch", "--on", "2026-12-01", "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert [clock["framework"] for clock in document["clocksRunningOut"]] == ["fedramp"]
    quiet = run("watch", "--on", "2026-12-01", "--facts", str(SAMPLE))
    assert quiet.returncode == 0
    assert b"none" in quiet.stdout


def test_the_watch_says_what_is_stale(run: Run) -> None:
    done = run("watch", "--on", "2028-01-01")
    assert done.returncode == 1
    assert b"STALE: Connecticut" in done.stdout


def test_the_watch_refuses_a_day_that_is_none(run: Run) -> None:
    assert run("watch", "--on", "soon").returncode == 2
