"""``charteroak program plan`` and ``program determine``: what they print, and their exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_once import sample_installation

pytestmark = pytest.mark.slow
PROGRAM = Path(sys.executable).with_name("charteroak")
ORG = "elm-hollow-bakery"


def charteroak(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHARTEROAK_DATA"}}
    command = [PROGRAM, "program", *arguments, "--org", ORG, "--data", data]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=180, env=environment)


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample state."""
    return sample_installation(tmp_path_factory.mktemp("bakery"))


def test_a_plan_is_proposed_and_what_stays_open_is_said(bakery: Path) -> None:
    limits = ("--budget", "3000", "--by", "2099-01-01")
    done = charteroak(bakery, "plan", *limits)
    assert (done.returncode, "ten years away" in done.stderr) == (2, True)
    limits = ("--budget", "3000", "--by", "2027-12-31", "--hours-per-week", "1", "--all")
    done = charteroak(bakery, "plan", *limits, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert document["cost"][1] <= 3000
    assert document["left"]
    text = charteroak(bakery, "plan", *limits, "--loss", "1000", "90000").stdout
    assert "It is your figure; the plan ignores it." in text
    assert "no estimate of a loss" in text


def test_what_must_be_in_the_plan_and_does_not_fit_is_bad_input(bakery: Path) -> None:
    done = charteroak(bakery, "plan", "--budget", "0", "--by", "2027-12-31", "--all", "--must", "test-for-holes")
    assert done.returncode == 2
    assert "What must be in the plan takes" in done.stderr or "is no task of this plan" in done.stderr


def test_the_determination_comes_with_what_speaks_against_it(bakery: Path) -> None:
    done = charteroak(bakery, "determine", "--statute", "oh", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["statute"]) == (1, "oh")
    assert isinstance(document["contraryEvidence"], list)
    text = charteroak(bakery, "determine", "--from", "2026-03-01", "--to", "2026-03-05").stdout
    assert "What the other side may point to:" in text
    assert charteroak(bakery, "determine", "--to", "2026-03-05").returncode == 2
    assert charteroak(bakery, "determine", "--statute", "ny").returncode == 2
