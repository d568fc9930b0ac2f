"""``charteroak oscal`` and ``frameworks import``, ``validate``, ``resolve``; and what another tool reads of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_once import sample_installation

from charteroak.oscal.checking import usable_document

PROGRAM = Path(sys.executable).with_name("charteroak")
TOP = Path(__file__).parents[2]
TRESTLE = TOP / ".venv-trestle" / "bin" / "python"
ASSETS = TOP / "tests" / "assets" / "oscal"
MODELS = {
    "assessment-results": ("assessment_results", "AssessmentResults"),
    "assessment-plan": ("assessment_plan", "AssessmentPlan"),
    "poam": ("poam", "PlanOfActionAndMilestones"),
    "ssp": ("ssp", "SystemSecurityPlan"),
    "component-definition": ("component", "ComponentDefinition"),
}
READ_BY_TRESTLE = """\
import importlib, sys
from pathlib import Path
for line in sys.argv[1:]:
    module, kind, path = line.split(":", 2)
    read = getattr(importlib.import_module(f"trestle.oscal.{module}"), kind).oscal_read(Path(path))
    print(read.metadata.title, read.uuid)
"""


def charteroak(*arguments: object, data: Path | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHARTEROAK_DATA"}}
    command = [PROGRAM, *map(str, arguments), *(["--data", str(data)] if data is not None else [])]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample state."""
    return sample_installation(tmp_path_factory.mktemp("town"))


@pytest.mark.slow
def test_what_is_exported_of_the_sample_state_is_valid_and_imports_work_beside_it(town: Path) -> None:
    exported = charteroak("oscal", "export", "--org", "cedar-landing", "--model", "poam", data=town)
    assert exported.returncode == 0, exported.stderr
    document, warnings = usable_document(exported.stdout.encode())
    assert (document.oscal_version, list(warnings)) == ("1.2.1", [])
    again = charteroak("oscal", "export", "--org", "cedar-landing", "--model", "poam", data=town)
    assert again.stdout == exported.stdout
    nothing = charteroak(
        "oscal", "export", "--org", "cedar-landing", "--model", "poam", "--as-of", "2019-01-01", data=town
    )
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert nothing.stderr.count("\n") == 1
    for file, code in (("catalog.json", 0), ("profile.json", 0), ("catalog.json", 0), ("wrong-id.json", 2)):
        done = charteroak("frameworks", "import", ASSETS / file, data=town)
        assert done.returncode == code, done.stderr
    listed = json.loads(charteroak("frameworks", "imported", "--json", data=town).stdout)["imported"]
    assert [(row["model"], row["controls"]) for row in listed] == [("profile", 0), ("catalog", 6)]


def test_a_document_is_checked_and_a_profile_resolved_without_any_installation(tmp_path: Path) -> None:
    valid = charteroak("frameworks", "validate", ASSETS / "catalog.json", "--json")
    assert (valid.returncode, json.loads(valid.stdout)["issues"]) == (0, [])
    invalid = charteroak("frameworks", "validate", ASSETS / "wrong-id.json")
    assert invalid.returncode == 1
    assert "/catalog/groups/0/controls/0/id: error: '7 doors' is no token" in invalid.stdout
    for name in ("version-1.3.json", "entity-bomb.xml", "deep.json", "empty.json"):
        refused = charteroak("frameworks", "validate", ASSETS / name)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    target = tmp_path / "resolved.json"
    resolved = charteroak(
        "frameworks", "resolve", ASSETS / "profile.json", "--catalog", ASSETS / "catalog.json", "-o", target
    )
    assert resolved.stdout.split() == ["el-1", "el-2.1", "ho-1"]
    assert usable_document(target.read_bytes())[0].title == "Elm Hollow, what a shop does"


def test_a_sparse_file_of_200_mb_is_refused_in_one_line(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(200 << 20)
    refused = charteroak("frameworks", "validate", large)
    assert refused.returncode == 2
    assert "Larger than the 32 MB" in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.trestle
def test_another_tool_reads_every_document_of_the_sample_state(town: Path, tmp_path: Path) -> None:
    if not TRESTLE.exists():
        pytest.skip("compliance-trestle has no environment here: `make test-slow` makes it (.venv-trestle).")
    asked, titles = [], []
    for organisation, editions in (
        ("cedar-landing", ("nist-csf@2.0", "nist-800-171@r3")),
        ("elm-hollow-bakery", ("nist-800-53@5.2.0",)),
    ):
        for edition in editions:
            for model, (module, kind) in MODELS.items():
                file = tmp_path / f"{organisation}-{edition}-{model}.json"
                done = charteroak(
                    "oscal", "export", "--org", organisation, "--model", model, "--framework", edition, "-o", file,
                    data=town,
                )  # fmt: skip
                if done.returncode == 2 and "oscal.nothing-to-export" in done.stderr:
                    continue
                assert done.returncode == 0, done.stderr
                asked.append(f"{module}:{kind}:{file}")
                titles.append(usable_document(file.read_bytes())[0])
    assert len(asked) > 10
    read = subprocess.run(
        [TRESTLE, "-c", READ_BY_TRESTLE, *asked], capture_output=True, text=True, check=False, timeout=300
    )
    assert read.returncode == 0, read.stderr
    assert read.stdout.splitlines() == [f"{each.title} {each.uuid}" for each in titles]
