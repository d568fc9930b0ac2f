"""What a dossier holds, that it is the same each time, and when it is not made at all."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from charteroak.dossier import layout
from charteroak.dossier.builder import build_dossier
from charteroak.dossier.contents import Dossier
from charteroak.dossier.errors import DossierIncompleteError
from charteroak.ledger.checkpoint import open_checkpoint
from charteroak.ledger.proof import parse_proof, verify_proof
from charteroak.ledger.tree import hash_leaf


def content(dossier: Dossier, name: str) -> bytes:
    (found,) = [file.content for file in dossier.files if file.name == name]
    assert isinstance(found, bytes)
    return found


def test_holds_every_part_by_name(record: Any) -> None:
    names = [file.name for file in build_dossier(record.request()).files]

    assert names == sorted(names)
    assert set(layout.ALWAYS_PRESENT) | set(layout.UNLISTED) <= set(names)
    for index in range(3):
        assert {
            layout.header_file(index), layout.body_file(index), layout.salt_file(index), layout.proof_file(index),
        } <= set(names)  # fmt: skip
    assert sum(name.startswith("evidence/") for name in names) == 3
    assert all(layout.is_safe_path(name) for name in names)


def test_the_same_input_gives_the_same_files(record: Any) -> None:
    assert build_dossier(record.request()) == build_dossier(record.request())


def test_the_manifest_lists_every_file_and_is_signed(record: Any) -> None:
    dossier = build_dossier(record.request())
    manifest = content(dossier, layout.MANIFEST)

    listed = dict(reversed(line.split("  ")) for line in manifest.decode().splitlines())
    assert listed == {file.name: file.sha256 for file in dossier.files if file.name not in layout.UNLISTED}
    record.signer.verifier.verify(manifest, content(dossier, layout.MANIFEST_SIGNATURE))
    assert dossier.manifest_sha256 == hashlib.sha256(manifest).hexdigest()
    assert dossier.verifier_sha256 == hashlib.sha256(content(dossier, layout.VERIFIER)).hexdigest()
    assert dossier.folder == "dossier-elm-hollow-bakery-2026-03-01-2026-03-20"


def test_checkpoint_proofs_and_headers_are_those_of_the_log(record: Any) -> None:
    dossier = build_dossier(record.request())
    verifier = record.signer.verifier
    note = content(dossier, layout.CHECKPOINT_NOTE)

    checkpoint = open_checkpoint(note, verifier, origin=verifier.name)
    verifier.verify(content(dossier, layout.CHECKPOINT_TEXT), content(dossier, layout.CHECKPOINT_SIGNATURE))
    for index, entry in enumerate(record.entries):
        header = content(dossier, layout.header_file(index))
        proof = parse_proof(content(dossier, layout.proof_file(index)))
        assert header == entry.header_bytes
        assert verify_proof(proof, hash_leaf(header), verifier, origin=verifier.name) == checkpoint


def test_names_late_entries_and_says_how_late(record: Any) -> None:
    dossier = build_dossier(record.request())
    late = content(dossier, layout.LATE_ENTRIES).decode()

    assert "Entry 2: evidence.recorded: Back-filled restore test" in late
    assert "5 days after the interval" in late
    assert "Entry 1" not in late
    assert json.loads(content(dossier, layout.INDEX))["lateEntries"] == [2]
    assert "1 entry about this interval" in content(dossier, layout.READ_ME).decode()


def test_says_so_when_nothing_was_late(record: Any) -> None:
    dossier = build_dossier(record.request(breach_from=date(2026, 5, 1), breach_to=date(2026, 5, 2)))

    assert content(dossier, layout.LATE_ENTRIES).decode().endswith("\nNone.\n")
    assert "no entry about this interval" in content(dossier, layout.READ_ME).decode()


def test_a_withheld_body_leaves_its_header_and_proof(record: Any) -> None:
    entries = [record.entries[0], replace(record.entries[1], body=None, salt=None), record.entries[2]]
    dossier = build_dossier(record.request(entries=entries))
    names = {file.name for file in dossier.files}

    assert {layout.header_file(1), layout.proof_file(1)} <= names
    assert not {layout.body_file(1), layout.salt_file(1)} & names
    assert json.loads(content(dossier, layout.INDEX))["bodiesWithheld"] == [1]


def test_evidence_that_cannot_be_enclosed_is_listed_with_the_reason(record: Any) -> None:
    sha256, *_ = record.evidence
    others = {digest: source for digest, source in record.evidence.items() if digest != sha256}
    dossier = build_dossier(record.request(evidence=others, not_enclosed={sha256: "sealed by\ncourt order"}))

    assert content(dossier, layout.NOT_ENCLOSED).decode() == f"{sha256}  not enclosed: sealed by court order\n"


def test_the_sample_is_labelled_on_every_page_that_people_read(record: Any) -> None:
    dossier = build_dossier(record.request())

    for name in (layout.READ_ME, layout.DETERMINATION_TEXT, layout.LATE_ENTRIES):
        assert content(dossier, name).startswith(b"MADE-UP SAMPLE ORGANIZATION")
    real = replace(record.request().organisation, is_fictional=False)
    for name in (layout.READ_ME, layout.DETERMINATION_TEXT, layout.LATE_ENTRIES):
        assert b"MADE-UP" not in content(build_dossier(record.request(organisation=real)), name)


def test_the_determination_can_be_read_by_a_person(record: Any) -> None:
    text = content(build_dossier(record.request()), layout.DETERMINATION_TEXT).decode()

    for number in range(1, 14):
        assert f"\nE{number} " in text
    for words in ("NOT MET, assumed", "for counsel", "uncertain", "\nE4   met\n", "not legal advice", "Whole interval"):
        assert words in text
    assert "Is the organization a business" in text
    assert max(map(len, text.splitlines())) <= 78
    assert "None" not in text


def test_a_determination_of_an_unknown_statute_or_shape_is_still_rendered(record: Any) -> None:
    for determination in ({}, {"statute": "zz", "elements": [{"id": "E1", "status": "odd"}, 5], "outcome": None}):
        text = content(build_dossier(record.request(determination=determination)), layout.DETERMINATION_TEXT)
        assert b"not determined" in text


def test_the_read_me_fits_a_page(record: Any) -> None:
    text = content(build_dossier(record.request()), layout.READ_ME).decode()

    assert len(text.splitlines()) <= 60
    for words in ("1 March 2026 to 20 March 2026", "sh verify.sh", "not legal advice", record.signer.verifier.vkey):
        assert words in text


def refusal(request: Any) -> str:
    with pytest.raises(DossierIncompleteError) as caught:
        build_dossier(request)
    return str(caught.value)


def test_is_not_made_for_a_reversed_interval(record: Any) -> None:
    assert "ends before it begins" in refusal(record.request(breach_to=date(2026, 2, 1)))


def test_is_not_made_without_evidence_that_a_body_names(record: Any) -> None:
    assert "Entry 0 names evidence" in refusal(record.request(evidence={}))


def test_is_not_made_with_an_exchanged_body(record: Any) -> None:
    entries = [replace(record.entries[0], body=b"{}"), *record.entries[1:]]
    assert "body of entry 0" in refusal(record.request(entries=entries))


def test_is_not_made_with_an_entry_missing(record: Any) -> None:
    assert "ends after 2 entries" in refusal(record.request(entries=record.entries[:2]))


def test_is_not_made_with_entries_behind_the_checkpoint(record: Any) -> None:
    request = record.request()
    record.add("practice.answered", {"practice": "backups"}, "2026-04-01", record.entries[-1].header.recorded_at)
    assert "has 3 entries, 4 were handed in" in refusal(replace(request, entries=tuple(record.entries)))


def test_is_not_made_with_a_missing_or_foreign_proof(record: Any) -> None:
    request = record.request()
    assert "no proof of entry 2" in refusal(replace(request, proofs={0: request.proofs[0], 1: request.proofs[1]}))
    assert "Inclusion proof of entry 1" in refusal(replace(request, proofs={**request.proofs, 2: request.proofs[1]}))


def test_is_not_made_with_a_proof_under_another_checkpoint(record: Any, record_of: Callable[[int], Any]) -> None:
    request = record.request()
    older = record_of(3)
    older.entries.pop()
    proofs = {**request.proofs, 0: older.request().proofs[0]}
    assert "another place or checkpoint" in refusal(replace(request, proofs=proofs))


def test_is_not_made_with_a_checkpoint_of_another_key(record: Any) -> None:
    other = replace(record.signer, seed=bytes(32))
    assert "No trusted key signed" in refusal(record.request(signer=other))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Report (final) 2026.pdf", "Report_final_2026.pdf"),
        ("../../etc/passwd", "____etc_passwd"),
        ("caf\u00e9.txt", "caf_.txt"),
        ("\u202etxt.exe", "_txt.exe"),
        ("", "file"),
        ("a" * 300 + ".docx", "a" * 55 + ".docx"),
        ("x" * 300, "x" * 60),
        ("a." + "b" * 300, ("a." + "b" * 300)[:60]),
    ],
)
def test_evidence_has_a_name_that_is_safe_everywhere(name: str, expected: str) -> None:
    digest = "0" * 64
    path = layout.evidence_file(digest, name)

    assert layout.is_safe_path(path)
    assert path.removeprefix(f"evidence/{digest}-") == expected
