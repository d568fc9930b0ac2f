"""``charteroak phish export`` and ``signatures`` through their entry points."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.simulators.program_here import run_here
from tests.simulators.signed_mails import ED25519_8463, RFC_8463

SAMPLE = Path(__file__).parents[2] / "src" / "charteroak" / "services" / "sample_data" / "mail" / "phish-1.eml"
KEYS = f"""\
owner = "RFC 8463, appendix A"
[[keys]]
domain = "football.example.com"
selector = "brisbane"
record = "v=DKIM1; k=ed25519; p={ED25519_8463}"
seen = 2018-09-01
until = 2026-03-01
"""


@dataclass(frozen=True)
class Said:
    returncode: int
    stdout: str
    stderr: str


def phish(folder: Path, *arguments: str | Path) -> Said:
    done = run_here("phish", *arguments, "--data", folder, folder=folder)
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def started(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own, which has another seed for its hashes."""
    command = [sys.executable, "-m", "charteroak.cli", "phish", *map(str, arguments), "--data", str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120, text=True)


def test_a_mail_becomes_text_and_a_bundle_that_is_the_same_each_time(tmp_path: Path) -> None:
    said = phish(tmp_path, "export", SAMPLE, "-o", "a.txt")
    assert (said.returncode, said.stdout) == (0, f"Wrote a.txt, {(tmp_path / 'a.txt').stat().st_size:,} bytes.\n")
    text = (tmp_path / "a.txt").read_text()
    assert "cedar-landing" not in text
    assert "june" not in text.lower()
    for name in ("a.json", "b.json"):
        assert started(tmp_path, "export", SAMPLE, "-o", name, "--tlp", "green").returncode == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert "cedar-landing" not in (tmp_path / "a.json").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["export"], "Name mails, or a report"),
        (["export", "nothing.eml"], "There is no such file."),
        (["export", "--report", "1"], "name one with --by"),
        (["export", str(SAMPLE), str(SAMPLE)], "A document is of one mail; here are 2."),
        (["export", str(SAMPLE), "-o", "a.exe"], "write one of pdf"),
        (["export", str(SAMPLE), "--format", "stix", "--tlp", "red"], "for single people"),
        (["export", str(SAMPLE), "--format", "stix", "--tlp", "pink"], "is not a TLP 2.0 label"),
        (["export", str(SAMPLE), "--at", "yesterday"], "is not an RFC 3339 time"),
    ],
)
def test_what_cannot_be_exported_is_said_in_one_line_and_writes_nothing(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    said = phish(tmp_path, *arguments)
    assert said.returncode == 2
    assert says in said.stderr
    assert not list(tmp_path.iterdir())


def test_an_operators_map_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "phish-form.toml").write_text("sections = 1")
    said = phish(tmp_path, "export", SAMPLE, "-o", "a.txt")
    assert said.returncode == 2
    assert "The map of the form's fields cannot be read" in said.stderr


def test_signatures_are_checked_against_the_keys_of_the_data_directory(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(RFC_8463)
    assert "no key" in phish(tmp_path, "signatures", "mail.eml").stdout
    (tmp_path / "dkim-keys.toml").write_text(KEYS)
    said = phish(tmp_path, "signatures", "mail.eml", "--at", "2026-03-01T12:00:00Z", "--json")
    assert said.returncode == 0
    check, other = json.loads(said.stdout)["dkim"]
    assert (check["verdict"], check["aligned"], check["keySeen"]) == ("verified", True, "2018-09-01")
    assert other["verdict"] == "no-key"
    late = phish(tmp_path, "signatures", "mail.eml", "--at", "2026-03-02T12:00:00Z")
    assert (late.returncode, "EXPIRED KEY" in late.stdout) == (1, True)
    (tmp_path / "dkim-keys.toml").write_text("keys = 1")
    assert phish(tmp_path, "signatures", "mail.eml").returncode == 2


def test_a_list_of_a_mail_withholds_who_received_it(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(
        "Received: from mx.town.example ([64.251.60.17]) by store.town.example; Sun, 01 Mar 2026 09:10:05 -0500\n"
        "Received: from x ([185.220.101.4]) by mx.town.example; Sun, 01 Mar 2026 09:10:00 -0500\n"
        "From: x@lure.example\nTo: clerk@town.example\nDate: Sun, 01 Mar 2026 09:10:00 -0500\nSubject: a\n\n"
        "https://lure.example/town.example/ https://www.town.example/ https://lure.example/plain\n"
    )
    assert phish(tmp_path, "export", "a.eml", "-o", "a.csv").returncode == 0
    said = (tmp_path / "a.csv").read_text("utf-8-sig")
    assert "https://lure.example/plain" in said
    assert "url,(withheld: it may tell who reported or received it)" in said
    for word in ("town", "clerk", "64.251"):
        assert word not in said


def test_true_sites_of_the_operators_own_names_are_handed_out_in_no_form(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(
        "From: x@lure.example\nTo: undisclosed-recipients:;\nDate: Sun, 01 Mar 2026 09:10:00 -0500\nSubject: a\n\n"
        "Your invoice is overdue: https://pay.elmhollow.example/bill and https://lure.example/plain\n"
    )
    forms = ("csv", "stix", "txt")
    for form in forms:
        assert phish(tmp_path, "export", "a.eml", "--format", form, "-o", f"before.{form}").returncode == 0
    assert all("elmhollow" in (tmp_path / f"before.{form}").read_text("utf-8-sig") for form in ("csv", "txt"))
    (tmp_path / "protected.toml").write_text(
        'owner = "Town of Elm Hollow"\nreviewed = 2026-11-22\n[[names]]\nlabel = "Town of Elm Hollow"\n'
        'kind = "government"\nwords = ["town of elm hollow"]\ndomains = ["elmhollow.example"]\n'
    )
    for form in forms:
        assert phish(tmp_path, "export", "a.eml", "--format", form, "-o", f"after.{form}").returncode == 0
        assert "elmhollow" not in (tmp_path / f"after.{form}").read_text("utf-8-sig")
    listed = (tmp_path / "after.csv").read_text("utf-8-sig")
    assert "https://lure.example/plain" in listed
    assert "(left out: a true site of a public body or a protected name; if it was broken into" in listed
