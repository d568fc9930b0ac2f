"""``charteroak incident notices``, ``notice``, ``notice-sent`` and ``notice-withdraw``."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from charteroak.cli.__main__ import main
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.programs import recorder_for

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(started_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on this worker's installation."""
    monkeypatch.setenv("CHARTEROAK_DATA", str(started_directory))

    def command(*arguments: Any) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["charteroak", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return int(left.value.code or 0), written.out, written.err

    return command


@pytest.fixture
def incident(member: Organisation, security_lead: User) -> Incident:
    facts = {
        "entity": {"kind": "municipality", "dataRole": "owner"},
        "incident": {
            "discoveredAt": "2026-11-20T09:05:00-05:00",
            "access": True,
            "encrypted": False,
            "dataKinds": ["name", "ssn"],
            "residentsAffected": {"ct": 12},
        },
    }
    return open_incident(member, NewIncident("Mailbox", "successful", facts), recorder_for(security_lead))


def test_a_notice_is_listed_written_recorded_as_sent_and_withdrawn(
    run: Run, incident: Incident, data_directory: Path, tmp_path: Path
) -> None:
    here = ("--org", incident.organisation.slug, "--data", data_directory)
    code, out, err = run("incident", "notices", incident.number, *here, "--json")
    assert (code, err) == (1, "")
    states = {each["code"]: each["state"] for each in json.loads(out)["notices"]}
    assert states["attorney-general"] == "due"
    for form, magic in (("pdf", b"%PDF"), ("docx", b"PK"), ("txt", b"Draft"), ("eml", b"Subject")):
        file = tmp_path / f"notice.{form}"
        code, _out, err = run("incident", "notice", incident.number, "attorney-general", *here, "-o", file)
        assert (code, err) == (1, "")
        assert file.read_bytes().startswith(magic)
    code, out, _err = run("incident", "notice", incident.number, "residents", *here, "--language", "es", "--json")
    assert code == 1
    assert {each["state"] for each in json.loads(out)["items"]} >= {"filled", "blank"}
    letter = tmp_path / "notice.pdf"
    code, out, err = run(
        "incident", "notice-sent", incident.number, "attorney-general", *here, "--to", "Attorney General", "--how",
        "Form", "--at", "2026-11-21T09:00:00-05:00", "--file", letter, "--json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    sent = json.loads(out)
    assert sent["sha256"] == hashlib.sha256(letter.read_bytes()).hexdigest()
    code, out, _err = run("incident", "notices", incident.number, *here, "--json")
    assert {each["code"]: each["state"] for each in json.loads(out)["notices"]}["attorney-general"] == "sent"
    code, out, err = run("incident", "notice-withdraw", incident.number, sent["sending"], *here, "--reason", "Wrong.")
    assert (code, err) == (0, "")
    assert "Withdrawn" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("INC-1999-001", "attorney-general"), "has no incident"),
        (("{}", "nobody"), "There is no notice"),
        (("{}", "hhs", "--language", "es"), "not written in that language"),
        (("{}", "hhs", "-o", "notice.odt"), ".pdf, .docx, .txt or .eml"),
    ],
)
def test_what_cannot_be_found_or_written_gives_one_line(
    run: Run, incident: Incident, data_directory: Path, arguments: tuple[str, ...], said: str
) -> None:
    here = ("--org", incident.organisation.slug, "--data", data_directory)
    code, out, err = run("incident", "notice", *(each.replace("{}", incident.number) for each in arguments), *here)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_incidents_are_listed_with_what_is_open_of_each(run: Run, incident: Incident, data_directory: Path) -> None:
    here = ("--org", incident.organisation.slug, "--data", data_directory)
    code, out, err = run("incident", "list", *here)
    assert (code, err) == (0, "")
    assert incident.number in out
    assert "duties open: " in out
    (row,) = json.loads(run("incident", "list", *here, "--json")[1])["incidents"]
    assert (row["incident"], row["closed"], row["problem"]) == (incident.number, None, None)
    assert row["openDuties"] > 0
    Incident.objects.filter(pk=incident.pk).update(closed=incident.opened)
    assert "closed " in run("incident", "list", *here)[1]


def test_whoever_has_no_incident_is_told_how_to_open_one(
    run: Run, add_organisation: Callable[..., Organisation], data_directory: Path
) -> None:
    other = add_organisation("south-hill")
    code, out, err = run("incident", "list", "--org", other.slug, "--data", data_directory)
    assert (code, out) == (0, "")
    assert "charteroak incident open --org south-hill" in err


@pytest.mark.parametrize("verb", ["duties", "tasks", "timeline", "notices", "custody", "severity"])
def test_a_number_that_nobody_has_leads_to_the_list(
    run: Run, incident: Incident, data_directory: Path, verb: str
) -> None:
    here = ("--org", incident.organisation.slug, "--data", data_directory)
    code, out, err = run("incident", verb, "INC-1999-001", *here)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"See: charteroak incident list --org {incident.organisation.slug}" in err
