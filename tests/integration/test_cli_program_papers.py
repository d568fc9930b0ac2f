"""``charteroak program write``, ``compare``, ``report``: files, exit codes, one clear line for what cannot be done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_once import sample_installation

PROGRAM = Path(sys.executable).with_name("charteroak")
ORG = "elm-hollow-bakery"


def charteroak(data: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHARTEROAK_DATA"}}
    command = [str(PROGRAM), "program", *map(str, arguments), "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample state."""
    return sample_installation(tmp_path_factory.mktemp("papers"))


@pytest.mark.slow
def test_papers_are_written_compared_and_refused_in_one_line(sample: Path, tmp_path: Path) -> None:
    target = tmp_path / "program.docx"
    written = charteroak(sample, "write", "--org", ORG, "--format", "docx", "-o", target, "--json")
    assert written.returncode == 0, written.stderr
    assert target.read_bytes().startswith(b"PK")
    assert "Nobody has adopted this version." in json.loads(written.stdout)["openPoints"]

    again = charteroak(sample, "write", "--org", ORG, "--format", "docx", "-o", target)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "This file is there already." in again.stderr

    changed = charteroak(sample, "compare", "--org", ORG, "1.1", "1.2", "--json")
    assert changed.returncode == 1
    headings = [section["heading"] for section in json.loads(changed.stdout)["sections"]]
    assert "3.1 Administrative" in headings
    same = charteroak(sample, "compare", "--org", ORG, "1.2", "1.2")
    assert (same.returncode, same.stdout) == (0, "From 1.2 to 1.2: Nothing changed.\n")
    assert charteroak(sample, "compare", "--org", ORG, "1.2", "9").returncode == 2

    report = charteroak(sample, "report", "--org", ORG, "--from", "2026-05-01", "--to", "2026-11-20", "--json")
    assert json.loads(report.stdout)["organisation"]["slug"] == ORG
    file = tmp_path / "report.md"
    made = charteroak(
        sample, "report", "--org", ORG, "--from", "2026-05-01", "--to", "2026-11-20", "--format", "md", "-o", file
    )
    assert made.returncode == 0, made.stderr
    assert file.read_text(encoding="utf-8").startswith("**MADE\\-UP SAMPLE")
    reversed_period = charteroak(sample, "report", "--org", ORG, "--from", "2026-11-20", "--to", "2026-05-01")
    assert (reversed_period.returncode, reversed_period.stderr.count("\n")) == (2, 1)
