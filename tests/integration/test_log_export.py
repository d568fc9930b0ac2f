"""``charteroak ledger export``: the log as files that hold by themselves, and nothing but headers in them."""

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from charteroak.cli.__main__ import main
from charteroak.ledger.keys import parse_vkey
from charteroak.ledger.note import parse_note, verify_note
from charteroak.ledger.tile_export import verify_tiled_log
from charteroak.ledger.tiles import TiledTree
from charteroak.ledger.tree import root_hash
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import log_keys
from charteroak.services.ledger import append_entry

pytestmark = pytest.mark.django_db

SECRET = "the lock of the back door is broken"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(started_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``charteroak ledger export`` on this worker's installation."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        line = ["charteroak", "ledger", "export", *map(str, arguments), "--data", str(started_directory)]
        monkeypatch.setattr(sys, "argv", line)
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return int(left.value.code or 0), written.out, written.err

    return command


def record(member: Organisation, count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            append_entry(
                member,
                actor="system",
                kind="practice.answered",
                occurred_from="2026-03-01",
                body={"practice": "staff-training", "answer": "yes", "note": f"{SECRET} {number}"},
            )


@pytest.fixture
def recorded(member: Organisation) -> Organisation:
    record(member, 9)
    return member


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_exported_log_holds_by_itself(recorded: Organisation, run: Run, tmp_path: Path) -> None:
    record(recorded, 250)
    code, out, _ = run("--org", recorded.slug, "-o", tmp_path / "log", "--json")
    told, files = json.loads(out), files_in(tmp_path / "log")

    verifiers = [parse_vkey(vkey) for vkey in told["verifierKeys"]]
    assert len(verify_note(parse_note(files["checkpoint"]), verifiers)) == 2
    checkpoint = log_keys.verifiers_of(recorded).open(files["checkpoint"]).checkpoint
    assert (code, told["treeSize"], told["rootHash"]) == (0, checkpoint.size, checkpoint.root.hex())
    assert (told["files"], told["bytes"]) == (len(files), sum(map(len, files.values())))
    leaves = list(verify_tiled_log(checkpoint, files.__getitem__))
    assert leaves == [bytes(h) for h in LedgerEntry.objects.order_by("index").values_list("header", flat=True)]
    assert root_hash(checkpoint.size, TiledTree(checkpoint.size, files.__getitem__)) == checkpoint.root
    assert {"tile/0/000", f"tile/0/001.p/{checkpoint.size - 256}", "tile/1/000.p/1", "tile/entries/000"} <= set(files)


def test_a_zip_holds_the_same_files_and_the_same_bytes_each_time(
    recorded: Organisation, run: Run, tmp_path: Path
) -> None:
    for name in ("log", "one.zip", "two.zip"):
        assert run("--org", recorded.slug, "-o", tmp_path / name)[0] == 0

    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files_in(tmp_path / "log")
    digests = {hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("one.zip", "two.zip")}
    assert len(digests) == 1


def test_no_body_salt_or_note_leaves(recorded: Organisation, run: Run, tmp_path: Path) -> None:
    run("--org", recorded.slug, "-o", tmp_path / "log")
    everything = b"".join(files_in(tmp_path / "log").values())

    assert SECRET.encode() not in everything
    for entry in LedgerEntry.objects.all()[:20]:
        assert bytes(entry.salt) not in everything


@pytest.mark.parametrize("name", ["log", "log.zip"])
def test_nothing_that_is_there_is_overwritten(recorded: Organisation, run: Run, tmp_path: Path, name: str) -> None:
    run("--org", recorded.slug, "-o", tmp_path / name)
    before = files_in(tmp_path)

    code, out, err = run("--org", recorded.slug, "-o", tmp_path / name)

    assert (code, out) == (2, "")
    assert "there already" in err
    assert files_in(tmp_path) == before
    assert run("--org", recorded.slug, "-o", tmp_path / "absent" / name)[0] == 2


@pytest.mark.parametrize("name", ["log", "log.zip"])
def test_an_altered_or_missing_entry_leaves_no_export(
    recorded: Organisation, run: Run, tmp_path: Path, name: str
) -> None:
    assert run("--org", recorded.slug, "-o", tmp_path / "whole")[0] == 0
    entry = LedgerEntry.objects.get(organisation=recorded, index=7)
    header = bytes(entry.header).replace(b'"system"', b'"desk:a"')
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_ledgerentry SET header = %s WHERE id = %s", [header, entry.pk])

    code, out, err = run("--org", recorded.slug, "-o", tmp_path / name)

    assert (code, out) == (1, "")
    assert "was altered" in err
    assert not (tmp_path / name).exists()
