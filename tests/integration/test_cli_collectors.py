"""The commands of collectors, assessments and the plan of action, as processes: exit codes, words, JSON."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from made_once import sample_installation

from charteroak.adapters.system_clock import now

PROGRAM = Path(sys.executable).with_name("charteroak")
ORG = "cedar-landing"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHARTEROAK_DATA"}}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample state."""
    return sample_installation(tmp_path_factory.mktemp("town"))


def charteroak(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [PROGRAM, *arguments, "--org", ORG, "--data", data]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240, env=ENVIRONMENT)


def test_a_log_is_collected_its_trouble_is_told_and_accepted_and_stands_in_the_plan(town: Path, tmp_path: Path) -> None:
    start, end = ((now() - timedelta(hours=hours)).isoformat(timespec="seconds") for hours in (3, 2))
    log = tmp_path / "backup.csv"
    log.write_text(f"job,started,finished,result,restored_tested\nrecords,{start},{end},failed,\n")
    done = charteroak(town, "evidence", "collect", "backup-log", str(log), "--subject", "Town files", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    (practice,) = json.loads(done.stdout)["practices"]
    assert (practice["practice"], practice["shows"]) == ("back-up-and-restore", False)
    again = charteroak(town, "evidence", "collect", "backup-log", str(log))
    assert again.returncode == 2
    assert "on record already" in again.stderr
    listed = charteroak(town, "evidence", "collectors", "--json")
    assert listed.returncode == 1
    (gap,) = json.loads(listed.stdout)["proposedGaps"]
    day = now().date() - timedelta(days=1)
    opened = charteroak(
        town, "program", "open-gap", gap["gap"], "--title", gap["title"], "--severity", "critical", "--since",
        day.isoformat(), "--found-by", str(gap["foundBy"]), "--milestone", "2027-01-02=Mend it",
    )  # fmt: skip
    assert opened.returncode == 0, opened.stderr
    assert charteroak(town, "evidence", "collectors").returncode == 0
    plan = json.loads(charteroak(town, "program", "poam", "--json").stdout)
    assert plan["criticalAndUnowned"] == [gap["gap"]]
    assert "NOBODY" in charteroak(town, "program", "poam").stdout
    assert charteroak(town, "program", "poam", "--csv").stdout.startswith("gap,title,severity")
    assert charteroak(town, "ledger", "verify").returncode == 0


def test_a_sheet_goes_out_and_comes_back(town: Path, tmp_path: Path) -> None:
    edition = ("--framework", "nist-csf@2.0")
    template = charteroak(town, "program", "assessment", *edition, "--template").stdout
    head, first, *_ = template.splitlines()
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"{head}\n{first.removesuffix(',,,,,,')},satisfied,test,Pat Stone,2026-10-02,,\n")
    done = charteroak(town, "program", "assess", *edition, "--sheet", str(sheet), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["recorded"] == 1
    told = json.loads(charteroak(town, "program", "assessment", *edition, "--as-of", "2026-10-03", "--json").stdout)
    assert told["results"]["satisfied"] == 1
    sheet.write_text(f"{head}\nPR.XX-99,,,,,satisfied,test,Pat,2026-10-02,,\n")
    refused = charteroak(town, "program", "assess", *edition, "--sheet", str(sheet))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "ine 2" in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("evidence", "collect", "posture"),
        ("evidence", "collect", "backup-log"),
        ("evidence", "collect", "posture", "--domain", "not-registered.example"),
        ("evidence", "collect", "nessus", "/dev/null"),
        ("program", "assess", "--framework", "nist-csf@2.0"),
        ("program", "assess", "PR.AA-01", "--framework", "nist-csf@2.0", "--result", "not-applicable", "--method",
         "examine", "--assessor", "x", "--on", "2026-10-02"),
        ("program", "plan-gap", "never-opened", "--on", "2026-10-02"),
        ("evidence", "register-collector", "k", "--collector", "signed-drop", "--subject", "x", "--key", "no",
         "--registered-by", "x", "--since", "2026-10-02"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_one_line(town: Path, arguments: tuple[str, ...]) -> None:
    done = charteroak(town, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
