"""The report of a dossier that holds, and what the program checks that the script cannot."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from charteroak.dossier import layout
from charteroak.dossier.archive import write_archive
from charteroak.dossier.builder import build_dossier
from charteroak.dossier.contents import Dossier, DossierFile
from charteroak.dossier.errors import DossierError
from charteroak.dossier.manifest import parse_manifest
from charteroak.dossier.verification import verify_dossier


def test_reports_what_the_dossier_consists_of(record: Any, pack: Callable[..., Path]) -> None:
    entries = [replace(record.entries[0], body=None, salt=None), *record.entries[1:]]
    request = record.request(entries=entries)
    dossier = build_dossier(request)

    report = verify_dossier(pack(request))

    assert (report.folder, report.organisation) == (dossier.folder, "elm-hollow-bakery")
    assert (report.manifest_sha256, report.verifier_sha256) == (dossier.manifest_sha256, dossier.verifier_sha256)
    assert (report.is_known_verifier, report.is_as_written) == (True, True)
    assert report.verifier_keys == record.keys.public.vkeys
    assert (report.checkpoint.size, report.entries.bodies, report.entries.withheld_bodies) == (3, 2, 1)
    assert (report.entries.private_parts, report.entries.withheld_parts) == (2, 0)
    assert (report.entries.evidence_files, report.late_entries, report.checkpoints) == (3, (2,), 2)
    assert [(c.witness, c.size) for c in report.anchors.cosignatures] == [
        ("witness.example/neighbor", 2),
        ("witness.example/desk", 3),
        ("witness.example/neighbor", 3),
    ]
    assert [step.number for step in report.steps] == list(range(1, 10))


def test_evidence_that_is_not_enclosed_is_accounted_for(record: Any, pack: Callable[..., Path]) -> None:
    sha256, *_ = record.evidence
    others = {digest: source for digest, source in record.evidence.items() if digest != sha256}
    path = pack(record.request(evidence=others, not_enclosed={sha256: "sealed"}))
    assert verify_dossier(path).entries.evidence_files == 2


def with_file(dossier: Dossier, record: Any, name: str, content: bytes | None) -> Dossier:
    """The dossier as someone with the key would change it: one file replaced or left out, listed and signed anew."""
    kept = [file for file in dossier.files if file.name not in {*layout.UNLISTED, name}]
    if content is not None:
        kept.append(DossierFile(name, hashlib.sha256(content).hexdigest(), content))
    kept.sort(key=lambda file: layout.place_in_order(file.name))
    manifest = "".join(f"{file.sha256}  {file.name}\n" for file in kept).encode()
    for unlisted, data in (
        (layout.MANIFEST, manifest),
        (layout.MANIFEST_ED25519, record.keys.ed25519.sign(manifest)),
        (layout.MANIFEST_P256, record.keys.p256.sign(manifest)),
    ):
        kept.append(DossierFile(unlisted, hashlib.sha256(data).hexdigest(), data))
    return replace(dossier, files=tuple(sorted(kept, key=lambda file: layout.place_in_order(file.name))))


def fault(dossier: Dossier, path: Path) -> DossierError:
    with path.open("wb") as out:
        write_archive(dossier, out)
    with pytest.raises(DossierError) as caught:
        verify_dossier(path)
    return caught.value


def index_of(dossier: Dossier) -> dict[str, Any]:
    (content,) = [file.content for file in dossier.files if file.name == layout.INDEX]
    assert isinstance(content, bytes)
    document = json.loads(content)
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lateEntries": []}, r"lists late entries \[\], the record has \[2\]"),
        ({"lateEntries": None}, "lists late entries None"),
        ({"format": "charteroak.dossier/3"}, "format 'charteroak.dossier/3'"),
        ({"breach": {"from": "2026-03-01", "to": "2026-03-30"}}, "another organisation or interval"),
        ({"breach": {"from": "2026-03-01"}}, "lacks a member"),
        ({"breach": "2026"}, "lacks a member"),
        ({"breach": {"from": 5, "to": 6}}, "lacks a member"),
        ({"breach": {"from": "soon", "to": "2026-03-20"}}, "is not a date"),
        ({"organisation": {"slug": "town"}}, "another organisation"),
        ({"log": {"origin": "x"}}, "speaks of another log"),
    ],
)
def test_names_an_index_that_contradicts_the_record(
    record: Any, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    dossier = build_dossier(record.request())
    content = json.dumps({**index_of(dossier), **changes}).encode()
    error = fault(with_file(dossier, record, layout.INDEX, content), tmp_path / "F.zip")
    assert error.file == layout.INDEX
    with pytest.raises(DossierError, match=reason):
        raise error


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"5", b"{"])
def test_names_an_index_that_is_none(record: Any, tmp_path: Path, content: bytes) -> None:
    dossier = with_file(build_dossier(record.request()), record, layout.INDEX, content)
    assert fault(dossier, tmp_path / "F.zip").file == layout.INDEX


@pytest.mark.parametrize("name", [*layout.ALWAYS_PRESENT, layout.proof_file(0)])
def test_names_a_file_that_every_dossier_has_and_this_has_not(record: Any, tmp_path: Path, name: str) -> None:
    error = fault(with_file(build_dossier(record.request()), record, name, None), tmp_path / "F.zip")
    assert name in str(error)


def test_names_a_list_of_missing_evidence_that_is_no_text(record: Any, tmp_path: Path) -> None:
    dossier = with_file(build_dossier(record.request()), record, layout.NOT_ENCLOSED, b"\xff\n")
    assert fault(dossier, tmp_path / "F.zip").file == layout.NOT_ENCLOSED


@pytest.mark.parametrize("content", [b"", b"\xff\n", b"name+00000000+AAAA\n"])
def test_names_a_key_that_is_none(record: Any, tmp_path: Path, content: bytes) -> None:
    name = layout.key_file("log.ed25519", "vkey")
    dossier = with_file(build_dossier(record.request()), record, name, content)
    assert fault(dossier, tmp_path / "F.zip").file == name


def test_says_when_the_script_is_not_the_one_of_this_release(record: Any, tmp_path: Path) -> None:
    dossier = with_file(build_dossier(record.request()), record, layout.VERIFIER, b"#!/bin/sh\necho OK\n")
    path = tmp_path / "F.zip"
    with path.open("wb") as out:
        write_archive(dossier, out)
    assert not verify_dossier(path).is_known_verifier


def test_names_the_entry_whose_recorded_time_goes_back(
    record: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The builder refuses such a log; a forger with the keys would not."""
    record.add("practice.answered", {"practice": "backups"}, "2026-03-01", datetime(2026, 3, 1, tzinfo=UTC))
    monkeypatch.setattr("charteroak.dossier.builder.verify_log", lambda *_, **__: b"")
    forged = build_dossier(record.request())

    error = fault(forged, tmp_path / "F.zip")
    assert error.file == layout.leaf_file(3)
    assert "signed log" in error.reason


def test_a_dossier_of_the_first_format_is_refused_in_one_line(
    record: Any, pack: Callable[..., Path], unpack: Callable[..., Path], repack: Callable[..., Path]
) -> None:
    folder = unpack(pack(record.request()))
    for name in ("determination.json", "checkpoint.note", "MANIFEST.sha256.sig"):
        (folder / name).write_bytes(b"x")
    with pytest.raises(DossierError, match=r"charteroak\.dossier/1") as caught:
        verify_dossier(repack(folder))
    assert caught.value.file == layout.INDEX


def test_a_dossier_under_another_folder_name_is_refused(
    record: Any, pack: Callable[..., Path], unpack: Callable[..., Path], repack: Callable[..., Path]
) -> None:
    folder = unpack(pack(record.request()))
    renamed = folder.with_name("dossier-elm-hollow-bakery-2026-03-01-2026-03-19")
    shutil.move(folder, renamed)
    with pytest.raises(DossierError) as caught:
        verify_dossier(repack(renamed))
    assert caught.value.file == layout.INDEX


GOOD = "".join(f"{'0' * 64}  {name}\n" for name in sorted(layout.ALWAYS_PRESENT, key=layout.place_in_order))


def test_a_manifest_is_read_as_digests_by_path() -> None:
    assert parse_manifest(GOOD.encode()) == dict.fromkeys(layout.ALWAYS_PRESENT, "0" * 64)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1"),
        ("\xff", "ASCII"),
        (GOOD[:-1], "newline"),
        (GOOD.replace("  VERIFY", " VERIFY"), "line"),
        (GOOD.replace("0" * 64, "A" * 64, 1), "line 1"),
        (GOOD + "0" * 64 + "  ../up\n", "line"),
        (GOOD + "0" * 64 + "  /root\n", "line"),
        (GOOD + "0" * 64 + "  a b\n", "line"),
        (GOOD + "0" * 64 + "  a..b\n", "line"),
        (GOOD + "0" * 64 + "  verify.sh\n", "out of order"),
        ("0" * 64 + f"  {layout.MANIFEST}\n" + GOOD, "out of order"),
        (GOOD.replace("verify.sh", "verifz.sh"), "does not list verify.sh"),
    ],
)
def test_refuses_what_is_no_manifest(text: str, problem: str) -> None:
    with pytest.raises(DossierError, match=problem) as caught:
        parse_manifest(text.encode("latin-1"))
    assert caught.value.file == layout.MANIFEST
