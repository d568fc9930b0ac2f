"""A provider on the command line: standings worked out and held, a statement, a departure, another installation."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROGRAM = Path(sys.executable).with_name("charteroak")
SET_UP = (
    "import django; django.setup()\n"
    "from django.core.management import call_command\n"
    "call_command('migrate', verbosity=0)\n"
)
SAMPLE = "from charteroak.services.sample_state import load_sample_state\nload_sample_state(with_reports=False)\n"


def charteroak(*arguments: object) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHARTEROAK_DATA"}}
    command = [str(argument) for argument in (PROGRAM, *arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment)


def installation(data: Path, script: str) -> Path:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"CHARTEROAK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "charteroak.portal.settings"}
    subprocess.run([sys.executable, "-c", SET_UP + script], check=True, env=environment, timeout=300)
    return data


def test_from_the_refresh_to_another_installation(tmp_path: Path) -> None:
    state = installation(tmp_path / "provider", SAMPLE)
    data = ("--data", state)
    listed = json.loads(charteroak("program", "refresh", "--all", "--processes", "2", "--json", *data).stdout)
    clients = {document["organisation"] for document in listed}
    assert {document["state"] for document in listed} == {"renewed"}
    again = json.loads(charteroak("program", "refresh", "--json", *data).stdout)
    assert {document["state"] for document in again} == {"current"}
    held = charteroak("program", "refresh", "--check", *data)
    assert (held.returncode, held.stderr) == (0, "")
    assert "equal to a fresh evaluation" in held.stdout
    assert charteroak("program", "refresh", "--check", "--all", *data).returncode == 2

    client = min(clients)
    refused = charteroak("provider", "leave", "--org", client, "--provider", client, *data)
    assert refused.returncode == 2
    with sqlite3.connect(next(state.glob("*.sqlite3"))) as database:
        ((provider,),) = database.execute(
            "SELECT p.slug FROM accounts_organisation_providers r "
            "JOIN accounts_organisation p ON p.id = r.to_organisation_id "
            "JOIN accounts_organisation c ON c.id = r.from_organisation_id WHERE c.slug = ?",
            (client,),
        ).fetchall()
    database.close()
    both = ("--org", client, "--provider", provider, *data)
    period = ("--from", "2026-01-01", "--to", "2026-10-31", "--stated-by", "Pat Stone", "--role", "owner")
    stated = charteroak("provider", "state", *both, *period, "--json")
    assert stated.returncode == 0, stated.stderr
    assert charteroak("provider", "leave", *both, "--reason", "Taken in house.").returncode == 0

    out = tmp_path / "everything.zip"
    made = json.loads(charteroak("provider", "export", "--org", client, "-o", out, "--json", *data).stdout)
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "out")
    folder = next((tmp_path / "out").iterdir())
    checked = subprocess.run(
        [shutil.which("sha256sum") or "", "-c", "--quiet", "MANIFEST.sha256"], cwd=folder, check=False
    )
    assert checked.returncode == 0

    with zipfile.ZipFile(folder / "dossier.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith("-statement-2026-01-01-2026-10-31.zip"))
        archive.extract(name, tmp_path)
    with zipfile.ZipFile(tmp_path / name) as archive:
        archive.extractall(tmp_path / "statement")
    statement = next((tmp_path / "statement").iterdir())
    keys = [part for key in (statement / "provider.vkey").read_text().split() for part in ("--key", key)]
    verified = charteroak("provider", "verify", statement / "statement.note", *keys)
    assert verified.returncode == 0
    assert "It is no certificate" in verified.stdout
    note = (statement / "statement.note").read_bytes()
    (statement / "statement.note").write_bytes(note.replace(b"period: 2026", b"period: 2025", 1))
    assert charteroak("provider", "verify", statement / "statement.note", *keys).returncode == 1

    elsewhere = installation(tmp_path / "elsewhere", "")
    brought = charteroak("ledger", "import", folder / "dossier.zip", "--json", "--data", elsewhere)
    assert brought.returncode == 0, brought.stderr
    assert json.loads(brought.stdout)["root"] == made["root"]
    assert charteroak("ledger", "verify", "--org", client, "--data", elsewhere).returncode == 0
    assert charteroak("ledger", "import", folder / "dossier.zip", "--data", elsewhere).returncode == 2
