"""``charteroak incident severity|tasks|timeline|logs`` on a stored incident: what is printed, recorded and refused."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from charteroak.cli.__main__ import main
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Incident
from charteroak.response.severity_examples import load_examples
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.programs import Recorder

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


Run = Callable[..., Done]


@pytest.fixture
def run(started_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command about the town's incident on this worker's installation."""
    monkeypatch.setenv("CHARTEROAK_DATA", str(started_directory))

    def command(verb: str, *arguments: str | Path) -> Done:
        words = ["charteroak", "incident", verb, *map(str, arguments), "--org", "cedar-landing"]
        monkeypatch.setattr(sys, "argv", [*words, "--data", str(started_directory)])
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return Done(int(left.value.code or 0), written.out, written.err)

    return command


@pytest.fixture
def number(add_organisation: Callable[..., Organisation]) -> str:
    town = add_organisation("cedar-landing", kind="municipality")
    facts = {"incident": {"discoveredAt": "2026-03-02T09:00:00-05:00"}}
    return open_incident(town, NewIncident("Locked files", "successful", facts), Recorder("system")).number


def test_a_severity_is_recorded_from_a_file_and_shown_with_whom_to_tell(run: Run, number: str, tmp_path: Path) -> None:
    assert run("severity", number).returncode == 2
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(load_examples()[2].answers))
    done = run("severity", number, "--answers", answers, "--correlated-victims", "4")
    assert done.returncode == 0
    assert "national level 4, Severe, by our profile" in done.stdout
    assert "Raised by 6 points" in done.stdout
    assert "not the State's table" in done.stdout
    document = run("severity", number, "--json").json
    assert (document["levels"], document["victims"], document["uplift"]) == ([4, 4], 4, 6)
    assert document["nciss"]["nationalSchema"]["level"] == 2


def test_tasks_are_listed_settled_and_handed_on(run: Run, number: str) -> None:
    assert run("tasks", number, "--playbook", "ransomware").stdout.count("open") == 13
    run("tasks", number, "--done", "ransomware/first")
    run("tasks", number, "--hand-to", "ransomware/clean", "Elm Street IT")
    document = run("tasks", number, "--json").json
    assert document["next"][0] == "ransomware/cut-off"
    states = {task["task"]: (task["state"], task["owner"]) for task in document["tasks"]}
    assert states["ransomware/first"][0] == "done"
    assert states["ransomware/clean"] == ("open", "Elm Street IT")
    for refused in (("--not-needed", "ransomware/clean"), ("--done", "flood/fly"), ("--playbook", "flood")):
        assert run("tasks", number, *refused).returncode == 2


def test_a_log_is_merged_and_the_timeline_told_as_text_picture_and_paper(run: Run, number: str, tmp_path: Path) -> None:
    log, listed = tmp_path / "proxy.log", tmp_path / "listed.txt"
    log.write_text("2026-03-02T12:00:00Z evil.example\n2026-03-02T13:00:00Z evil.example\n")
    listed.write_text("evil.example\n")
    unlisted = run("logs", number, log)
    assert (unlisted.returncode, unlisted.stderr.count("\n")) == (2, 1)
    assert "--indicators FILE" in unlisted.stderr
    read = run("logs", number, log, "--indicators", listed, "--behind", "30", "--json")
    (reading,) = read.json["readings"]
    assert [each["earliest"] for each in reading["proposals"]] == ["2026-03-02T12:00:30Z", "2026-03-02T13:00:30Z"]
    assert run("logs", number, "--take", str(reading["reading"])).returncode == 0
    told = run("timeline", number)
    assert "proxy.log, line 1; clock corrected by +30 s" in told.stdout
    for name in ("t.svg", "t.pdf"):
        assert run("timeline", number, "-o", tmp_path / name).returncode == 0
    assert (tmp_path / "t.svg").read_text().startswith("<svg")
    with PdfDocument(tmp_path / "t.pdf") as document:
        assert len(document) >= 1
    assert run("timeline", number, "-o", tmp_path / "t.docx").returncode == 2
    assert len(run("timeline", number, "--json").json["events"]) == 3


def test_what_contradicts_is_a_question_and_exit_code_3(run: Run, number: str) -> None:
    incident = Incident.objects.get(number=number)
    moment = incident.opened.replace(year=2025)
    incident.events.create(number=1, what="Cut off", kind="contained", earliest=moment, latest=moment, recorded=moment)
    told = run("timeline", number)
    assert told.returncode == 3
    assert "Which of the two moments is wrong?" in told.stderr


def test_an_incident_that_is_not_there_is_refused(run: Run, number: str) -> None:
    assert number
    for verb in ("tasks", "timeline", "severity"):
        assert run(verb, "INC-1999-001").returncode == 2
