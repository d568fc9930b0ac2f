"""Incidents on the command line: opened, described, their duties, the timer, a mail that really arrives."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from icalendar import Calendar
from smtp_server import smtp_server

pytestmark = pytest.mark.slow

PROGRAM = Path(sys.executable).with_name("charteroak")
SET_UP = (
    "import django; django.setup()\n"
    "from django.core.management import call_command\n"
    "call_command('migrate', verbosity=0)\n"
    "from charteroak.adapters.system_clock import now\n"
    "from charteroak.services.accounts import NewOrganisation, add_organisation\n"
    "town = add_organisation(NewOrganisation('west-hill', 'West Hill', 'member', 'municipality'), created=now())\n"
)
FACTS = {
    "entity": {"kind": "municipality", "dataRole": "owner", "regulatedBy": [], "licences": [], "contractorOf": []},
    "incident": {
        "outcome": "successful",
        "discoveredAt": "2026-03-02T09:00:00-05:00",
        "access": True,
        "encrypted": False,
        "dataKinds": ["name", "ssn"],
        "residentsAffected": {"ct": 120},
    },
}


def test_from_opening_to_a_mail_about_a_passed_limit(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"CHARTEROAK_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "charteroak.portal.settings"}
    subprocess.run([sys.executable, "-c", SET_UP], check=True, env=environment, timeout=300)

    def run(*arguments: object, **more: str) -> "subprocess.CompletedProcess[str]":
        command = [str(argument) for argument in (PROGRAM, "incident", *arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment | more)

    opened = run("open", "--org", "west-hill", "--title", "Files are gone")
    number = opened.stdout.strip()
    assert (opened.returncode, number[:4]) == (0, "INC-")
    facts, limits = tmp_path / "facts.json", tmp_path / "limits.ics"
    facts.write_text(json.dumps(FACTS))
    assert "-> due, outer limit 2026-05-01" in run("describe", number, "--org", "west-hill", "--facts", facts).stdout
    duties = run("duties", number, "--org", "west-hill", "--json")
    found = {duty["duty"]: duty for duty in json.loads(duties.stdout)}
    assert duties.returncode == 1
    assert found["CT-BREACH-AG/attorney-general"]["state"] == "passed"
    listed = run("on-call", "--org", "west-hill", "--contact", "Lea, lea@west-hill.example, 5")
    assert listed.stdout == "Lea, lea@west-hill.example, 5 minutes\n"
    silent = run("alerts")
    assert silent.returncode == 3
    assert "No mail server is configured" in silent.stderr
    with smtp_server() as server:
        mail = {"HOST": "127.0.0.1", "PORT": str(server.port), "SECURITY": "none", "SENDER": "oak@west-hill.example"}
        # What failed is tried again after a minute; somebody else on the list is told at once.
        run("on-call", "--org", "west-hill", "--contact", "Otto, otto@west-hill.example, 5")
        sent = run("alerts", "--json", **{f"CHARTEROAK_MAIL_{name}": value for name, value in mail.items()})
    assert json.loads(sent.stdout)["sent"] == len(server.messages) > 0
    assert "otto@west-hill.example" in server.recipients
    assert run("calendar", "--org", "west-hill", "-o", limits).returncode == 0
    assert Calendar.from_ical(limits.read_bytes()).walk("VEVENT")
    facts.write_text('{"incident": {"discoveredAt": "yesterday"}}')
    refused = run("describe", number, "--org", "west-hill", "--facts", facts)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    west = ("--org", "west-hill")
    for arguments, said in (
        (("close", number, *west, "--left-open", "nothing"), "DUTY=REASON"),
        (("close", number, *west), "still open"),
        (("close", number, *west), '--left-open "CT-BREACH-'),
        (("reopen", number, *west, "--reason", "So."), "This incident is open"),
        (("opened-in-error", number, *west, "--reason", " "), "Say why"),
    ):
        refused = run(*arguments)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert said in refused.stderr
    assert run("opened-in-error", number, *west, "--reason", "A drill.").stdout == f"{number} is opened in error.\n"
    assert run("duties", number, *west).returncode == 0
    assert "opened in error: there was no incident  Files are gone" in run("list", *west).stdout
    (told,) = json.loads(run("list", *west, "--json").stdout)["incidents"]
    assert told["openedInError"] is True
    assert run("reopen", number, *west, "--reason", "It was none.").stdout == f"{number} is open again.\n"
    assert run("duties", number, *west).returncode == 1
