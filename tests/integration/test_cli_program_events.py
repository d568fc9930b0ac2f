"""The commands that record exceptions, gaps, exercises, trainings, assessments; and ``ledger rebuild``."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from made_once import sample_installation

PROGRAM = Path(sys.executable).with_name("charteroak")
ORG = "cedar-landing"


def charteroak(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHARTEROAK_DATA"}}
    command = [PROGRAM, *arguments, "--data", data]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample state."""
    return sample_installation(tmp_path_factory.mktemp("town"))


@pytest.mark.slow
def test_every_verb_records_one_entry_and_the_status_shows_it(town: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("name\nJune\n")
    on = ("--org", ORG, "--on", "2026-10-21")
    since = ("--org", ORG, "--since", "2026-10-21")
    with sqlite3.connect(next(town.glob("*.sqlite3"))) as database:
        ((newest,),) = database.execute(
            'SELECT max(f."index") FROM ledger_ledgerfact f JOIN accounts_organisation o ON o.id = f.organisation_id '
            "WHERE o.slug = ? AND f.kind = 'evidence.recorded' AND f.subject = 'know-your-equipment'",
            (ORG,),
        )
    database.close()
    for arguments in (
        ("open-gap", "no-list", "--title", "No list of suppliers", "--owner", "June Whitlock", *since),
        ("close-gap", "no-list", "--how", "There is one now", "--evidence", "2", *on),
        (
            "hold-exercise", "--title", "Ransom", "--scenario", "Files are gone", "--led-by", "June Whitlock",
            "--participants", "4", "--findings", "1", *on, str(sheet),
        ),
        ("complete-training", "--title", "Mail", "--audience", "All", "--people", "3", "--of", "4", *on),
        (
            "assess", "PR.AA-03", "--edition", "nist-csf@2.0", "--result", "partly", "--method", "examine",
            "--assessor", "June Whitlock", *on,
        ),
        ("supersede", str(newest), "--reason", "A newer list", *on),
        (
            "accept-exception", "old-door", "--practice", "lock-and-log", "--factor", "cost-and-tools", "--reason",
            "The door is listed", "--cost", "100..900", "--cost-source", "An offer", "--approved-by", "Ruth Alderman",
            "--role", "First Selectman", "--expires", "2027-01-01", *since,
        ),
    ):  # fmt: skip
        done = charteroak(town, "program", *arguments, "--json")
        assert (done.returncode, done.stderr) == (0, ""), arguments
        assert json.loads(done.stdout)["organisation"] == ORG

    status = json.loads(charteroak(town, "program", "status", "--org", ORG, "--as-of", "2026-10-22", "--json").stdout)
    assert {entry["body"]["exception"] for entry in status["exceptions"]} == {"land-records-server", "old-door"}
    assert [entry["body"]["gap"] for entry in status["recordedGaps"]] == ["incident-plan"]
    assert [entry["body"]["result"] for entry in status["assessments"]] == ["partly"]
    assert charteroak(town, "ledger", "rebuild", "--check").returncode == 0
    assert charteroak(town, "ledger", "verify").returncode == 0


ON = ("--on", "2026-10-21", "--org", ORG)
SINCE = ("--since", "2026-10-21", "--org", ORG)


@pytest.mark.parametrize(
    "arguments",
    [
        ("close-gap", "never-opened", "--how", "x", *ON),
        ("open-gap", "a", "--title", "x", "--owner", "x", "--since", "2999-01-01", "--org", ORG),
        ("assess", "PR.AA-03", "--edition", "nist-csf", "--result", "unknown", "--assessor", "x", *ON),
        pytest.param(("supersede", "999999", "--reason", "x", *ON), marks=pytest.mark.slow),
        pytest.param(("supersede", "-1", "--reason", "x", *ON), marks=pytest.mark.slow),
        pytest.param(("open-gap", "Not A Name", "--title", "x", "--owner", "x", *SINCE), marks=pytest.mark.slow),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_one_line(town: Path, arguments: tuple[str, ...]) -> None:
    done = charteroak(town, "program", *arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_altered_projections_are_found_and_made_again(town: Path) -> None:
    with sqlite3.connect(next(town.glob("*.sqlite3"))) as database:
        database.execute("UPDATE ledger_ledgerfact SET subject = 'x' WHERE kind = 'training.completed'")
    database.close()

    checked = charteroak(town, "ledger", "rebuild", "--check", "--json")
    assert checked.returncode == 1
    failed = [row for row in json.loads(checked.stdout) if row["status"] == "failed"]
    assert {row["code"] for row in failed} == {"ledger.projection"}
    assert charteroak(town, "ledger", "verify").returncode == 1
    assert charteroak(town, "ledger", "rebuild").returncode == 0
    assert charteroak(town, "ledger", "verify").returncode == 0
