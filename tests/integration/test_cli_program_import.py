"""``charteroak program import`` as a person runs it: kept, refused, recorded by a map, all or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_office_files import csv_of, workbook_of

PROGRAM = Path(sys.executable).with_name("charteroak")
ORG = ("--org", "cedar-landing")
MAP = """
edition = "nist-csf@2.0"
as_of = 2026-10-01
status_column = 3
statuses = { Implemented = "yes", Partial = "partly" }
[rows.2]
practice = "review-access"
[rows.3]
practice = "back-up-and-restore"
shows = true
"""


def charteroak(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHARTEROAK_DATA"}}
    command = [PROGRAM, "program", "import", *arguments, "--data", data]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one organisation."""
    data = tmp_path_factory.mktemp("town")
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "from charteroak.services.accounts import NewOrganisation, add_organisation\n"
        "add_organisation(NewOrganisation('cedar-landing', 'Cedar Landing', 'member', 'municipality'))\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"CHARTEROAK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "charteroak.portal.settings"}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, timeout=120)
    return data


@pytest.mark.slow
def test_a_list_is_kept_recorded_by_a_map_and_refused_whole(town: Path, tmp_path: Path) -> None:
    listed, mapped = tmp_path / "controls.xlsx", tmp_path / "map.toml"
    listed.write_bytes(workbook_of())
    mapped.write_text(MAP, encoding="utf-8")

    kept = charteroak(town, str(listed), *ORG)
    assert kept.returncode == 0, kept.stderr
    assert "by itself it claims nothing" in kept.stdout
    assert "The longest sheet" in kept.stderr

    recorded = charteroak(town, str(listed), *ORG, "--map", str(mapped), "--json")
    document = json.loads(recorded.stdout)
    assert (len(document["answers"]), len(document["evidence"])) == (2, 1)
    assert document["rows"][0]["cells"][0] == "PR.AA-01"

    mapped.write_text(MAP + '[rows.4]\npractice = "no-such-practice"\n', encoding="utf-8")
    refused = charteroak(town, str(listed), *ORG, "--map", str(mapped))
    assert refused.returncode == 2
    assert "Row 4: there is no practice 'no-such-practice'. Nothing was kept." in refused.stderr

    listed.write_bytes(csv_of())
    renamed = charteroak(town, str(listed), *ORG)
    assert renamed.returncode == 2
    assert "is something else" in renamed.stderr
    assert "Traceback" not in renamed.stderr
    after = json.loads(charteroak(town, str(_csv(tmp_path)), *ORG, "--json").stdout)
    assert after["entry"] == document["evidence"][-1] + 1, "nothing was recorded of what was refused"


def _csv(folder: Path) -> Path:
    path = folder / "controls.csv"
    path.write_bytes(csv_of())
    return path
