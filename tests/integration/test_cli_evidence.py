"""``charteroak evidence`` through the program's entry point: what it prints, its exit codes, what it records."""

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from charteroak.cli.__main__ import main
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import privilege

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


Run = Callable[..., Done]


@pytest.fixture
def run(started_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on this worker's installation."""
    monkeypatch.setenv("CHARTEROAK_DATA", str(started_directory))

    def command(*arguments: str | Path) -> Done:
        monkeypatch.setattr(
            sys, "argv", ["charteroak", "evidence", *map(str, arguments), "--data", str(started_directory)]
        )
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return Done(int(left.value.code or 0), written.out, written.err)

    return command


@pytest.fixture
def recorded(run: Run, member: Organisation, tmp_path: Path) -> dict[str, Any]:
    """A file on record."""
    path = tmp_path / "restore.pdf"
    path.write_bytes(b"MZ this is no PDF\n")
    done = run(
        "record", path, "--org", member.slug, "--practice", "back-up-and-restore",
        "--title", "Test restore", "--on", "2026-03-02", "--note", "By Lee.", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = done.json
    return document


def test_recorded_file_is_shown_with_what_its_content_says(
    run: Run, member: Organisation, recorded: dict[str, Any], tmp_path: Path
) -> None:
    sha256 = recorded["files"][0]["sha256"]
    copy = tmp_path / "copy"
    done = run("show", sha256, "--org", member.slug, "-o", copy, "--json")
    assert done.returncode == 0
    assert copy.read_bytes() == b"MZ this is no PDF\n"
    assert {key: done.json[key] for key in ("state", "detectedType", "contradicts", "sealed", "holds")} == {
        "state": "holds", "detectedType": "windows-program", "contradicts": True, "sealed": True, "holds": [],
    }  # fmt: skip
    assert "another type than the name promises" in run("show", sha256, "--org", member.slug).stdout
    assert run("show", sha256, "--org", member.slug, "-o", copy).returncode == 2, (
        "an existing file is never overwritten"
    )
    assert run("show", "a" * 64, "--org", member.slug).returncode == 2


def test_altered_and_lost_files_are_findings(run: Run, member: Organisation, recorded: dict[str, Any]) -> None:
    assert run("verify", "--json").json[0]["status"] == "verified"
    [path] = (settings.DATA.evidence / "sealed").rglob("*.*")
    path.write_bytes(path.read_bytes()[:-1])
    done = run("verify")
    assert done.returncode == 1
    assert "ALTERED" in done.stdout
    path.unlink()
    done = run("verify", "--json")
    assert (done.returncode, done.json[0]["files"][0]["state"]) == (1, "missing")
    assert run("show", recorded["files"][0]["sha256"], "--org", member.slug).returncode == 1


def test_hold_refuses_the_erasure_and_lifting_it_allows_it(
    run: Run, member: Organisation, recorded: dict[str, Any]
) -> None:
    org = ("--org", member.slug)
    sha256 = recorded["files"][0]["sha256"]
    erase = ("erase", *org, "--sha256", sha256, "--part", "0/note", "--basis", "Request 12", "--approved-by", "R. Ames")
    assert run("hold", "set", *org, "--matter", "Doe", "--authority", "Letter", "--set-by", "Lee").returncode == 0
    before = LedgerEntry.objects.count()

    refused = run(*erase)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "[evidence.held]" in refused.stderr
    assert LedgerEntry.objects.count() == before
    assert run("hold", "list", *org, "--json").json[0]["stands"] is True
    assert run("hold", "lift", *org, "--hold", "hold-1", "--lifted-by", "Lee", "--reason", "Over.").returncode == 0
    done = run(*erase, "--json")
    assert (done.returncode, done.json["entry"]) == (0, 3)
    assert done.json["erased"] == {"entries": [], "parts": ["0/note"], "sha256": [sha256]}
    assert "nothing was recorded" in run(*erase).stdout
    assert run("verify", "--json").json[0]["files"][0]["state"] == "erased"
    assert "1 holds" not in run("hold", "list", *org).stdout


def test_custody_passes_by_two_accounts(
    run: Run, member: Organisation, recorded: dict[str, Any], security_lead: User, provider_person: User
) -> None:
    item = ("--org", member.slug, "--item", recorded["files"][0]["sha256"])
    offer = ("--from", "Lee Stone", "--to", "Pat Stone", "--purpose", "Copy", "--place", "Office")
    assert run("custody", "pass", *item, *offer, "--by", security_lead.username).returncode == 0
    alone = run("custody", "accept", *item, "--received-by", "Pat Stone", "--by", security_lead.username)
    assert (alone.returncode, alone.stdout) == (2, "")
    assert run("custody", "accept", *item, "--received-by", "=Pat", "--by", provider_person.username).returncode == 0
    shown = run("custody", "show", item[3], *item[:2], "--json").json
    assert ([step["step"] for step in shown["steps"]], shown["holder"]) == (["recorded", "offered", "accepted"], "=Pat")
    assert ",'=Pat," in run("custody", "show", item[3], *item[:2], "--csv").stdout, "no spreadsheet calculates it"
    assert "with =Pat, 3 steps" in run("custody", "show", item[3], *item[:2]).stdout
    thing = ("--item", "laptop-4", "--to", "Lee", "--place", "Safe")
    assert run("custody", "begin", "--org", member.slug, *thing).returncode == 0


def test_retention_lists_and_prints_the_schedule(run: Run, member: Organisation, recorded: dict[str, Any]) -> None:
    assert recorded["entry"] == 0
    assert run("retention", "--org", member.slug).returncode == 0
    done = run("retention", "--org", member.slug, "--on", "2045-01-01", "--json")
    assert (done.returncode, [line["entry"] for line in done.json["pastTheirTerm"]]) == (1, [0])
    assert "Charter Oak defaults" in run("retention", "--schedule").stdout
    assert run("retention").returncode == 2


def test_marking_is_recorded(run: Run, member: Organisation, recorded: dict[str, Any]) -> None:
    sha256 = recorded["files"][0]["sha256"]
    mark = ("mark", "--org", member.slug, "--sha256", sha256, "--basis", "Names rules", "--marked-by", "Lee")
    assert run(*mark, "--marking", "exempt-it-security").returncode == 0
    assert run(*mark, "--marking", "no-such").returncode == 2
    assert run("show", sha256, "--org", member.slug, "--json").json["markings"] == ["exempt-it-security"]


def test_privilege_log_is_for_counsel_alone(
    run: Run, member: Organisation, security_lead: User, add_person: Callable[..., User], recorded: dict[str, Any]
) -> None:
    assert recorded["entry"] == 0
    counsel = add_person("Cora", member, "counsel")
    new = privilege.NewPrivilegedItem(
        "note",
        "attorney-client",
        date(2026, 3, 2),
        "Cora Stone",
        "Lee",
        "Advice",
        text="Secret",
    )
    privilege.keep_privileged(member, new, counsel)
    log = ("privilege-log", "--org", member.slug, "--by")
    assert run(*log, security_lead.username).returncode == 2
    assert run(*log, "nobody@example.org").returncode == 2
    assert run(*log, counsel.username, "--json").json["items"][0]["subject"] == "Advice"
    printed = run(*log, counsel.username).stdout
    assert "attorney-client" in printed
    assert "Secret" not in printed


def test_a_privilege_log_holds_no_formula(run: Run, member: Organisation, add_person: Callable[..., User]) -> None:
    counsel = add_person("Cora", member, "counsel")
    words = ("=HYPERLINK(1)", "@Lee", '"+1')
    new = privilege.NewPrivilegedItem("note", "attorney-client", date(2026, 3, 2), *words, text="Secret")
    privilege.keep_privileged(member, new, counsel)
    (row,) = csv.DictReader(run("privilege-log", "--org", member.slug, "--by", counsel.username).stdout.splitlines())
    assert [row[column] for column in ("author", "recipients", "subject")] == [f"'{word}" for word in words]


def test_sealing_a_sealed_store_does_nothing(run: Run, recorded: dict[str, Any]) -> None:
    assert recorded["entry"] == 0
    done = run("seal", "--json")
    assert done.json["organisations"][0]["sealed"] == []
    assert "0 sealed, 0 removed" in run("seal").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("record", "--org", "x", "--practice", "back-up-and-restore", "--title", "t", "--on", "2026-01-01"),
        ("verify", "--org", "x"),
        ("hold", "list", "--org", "x"),
        ("custody", "show", "y", "--org", "x"),
        ("erase", "--org", "x", "--basis", "b", "--approved-by", "c"),
        ("retention", "--org", "x"),
    ],
)
def test_unknown_organisation_is_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
