"""The example for authors of tools: what it signs is what docs/collectors.md promises, and our verifier takes it."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.collectors.collected import Occasion
from charteroak.collectors.signed_drop import read_signed_drop
from charteroak.ledger.keys import parse_ed25519_vkey
from charteroak.ledger.note import parse_note, verify_note

SCRIPT = Path(__file__).parents[3] / "docs" / "examples" / "sign_drop.py"
TABLE = "job,started,finished,result,restored_tested\nfiles,{start},{end},success,yes\n"


def run(folder: Path, *arguments: str, given: str = "") -> str:
    command = [sys.executable, str(SCRIPT), *arguments]
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_a_drop_of_the_example_is_taken_under_the_key_that_it_printed(tmp_path: Path) -> None:
    key = run(tmp_path, "key", "backup.example.org").strip()
    start, end = ((now() - timedelta(hours=hours)).isoformat(timespec="seconds") for hours in (3, 2))
    drop = run(
        tmp_path, "sign", "backup.example.org", "The file server", "backup-log",
        given=TABLE.format(start=start, end=end),
    )  # fmt: skip
    note = parse_note(drop.encode())
    verify_note(note, [parse_ed25519_vkey(key)])
    moment = now()
    read = read_signed_drop(note.text, Occasion("The file server", moment, connecticut_day(moment)))
    assert [each.holds for each in read.observations] == [True, True]
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0
