"""``charteroak plan``: files, exit codes, one clear line for what cannot be done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_once import sample_installation

PROGRAM = Path(sys.executable).with_name("charteroak")
ORG = "cedar-landing"


def plan(data: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHARTEROAK_DATA"}}
    command = [str(PROGRAM), "plan", *map(str, arguments), "--org", ORG, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample state without its reports, so without its plans."""
    return sample_installation(tmp_path_factory.mktemp("plans"))


@pytest.mark.slow
def test_a_plan_is_loaded_rendered_adopted_and_put_into_force(town: Path, tmp_path: Path) -> None:
    assert plan(town, "render", "cirp").returncode == 2
    circle = tmp_path / "circle.toml"
    role = '[[roles]]\nid="{0}"\ntitle="{0}"\ndeputy="{1}"\n'
    circle.write_text('kind="cdrp"\ntitle="x"\n' + role.format("a", "b") + role.format("b", "a"))
    refused = plan(town, "load", circle)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert f"{circle}, /roles/0/deputy: The deputies go in a circle: a, then b, then a." in refused.stderr

    good = tmp_path / "plan.toml"
    good.write_text('kind="cdrp"\ntitle="Plan"\n[[levels]]\nnumber=3\nname="High"\n')
    assert plan(town, "load", good).returncode == 0
    kept = plan(town, "load", good)
    assert (kept.returncode, kept.stderr.count("\n")) == (2, 1)
    assert "plan show cdrp --org cedar-landing; then load yours with --replace." in kept.stderr
    assert plan(town, "load", good, "--replace").returncode == 0
    draft = json.loads(plan(town, "render", "cdrp", "-o", tmp_path / "draft.docx", "--json").stdout)
    assert draft["draft"]
    assert "No role is named." in draft["openPoints"]
    assert plan(town, "activate", "cdrp", "--level", 3, "--declared-by", "R", "--reason", "x").returncode == 2
    adopt = ("adopt", "cdrp", "--adopted-by", "Ruth Ames", "--office", "First Selectman", "--on", "2026-11-20")
    assert plan(town, *adopt).returncode == 0
    assert plan(town, "render", "cdrp", "-o", tmp_path / "plan.pdf").returncode == 0
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF")
    assert plan(town, "activate", "cdrp", "--level", 3, "--declared-by", "R", "--reason", "x").returncode == 0
    rows = json.loads(plan(town, "list", "--json").stdout)["plans"]
    assert [(row["plan"], row["inForce"], row["level"]) for row in rows] == [("cirp", None, None), ("cdrp", "1.0", 3)]
    assert plan(town, "stand-down", "cdrp", "--declared-by", "R").returncode == 0
    assert plan(town, "compare", "cdrp", "1.0", "1.0").returncode == 0
    assert json.loads(plan(town, "show", "cdrp").stdout)["title"] == "Plan"
    assert plan(town, "form", "ics-201", "--incident", "INC-1999-001").returncode == 2
