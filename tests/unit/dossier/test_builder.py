"""What a dossier holds, that it is the same each time, and when it is not made at all."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from charteroak.dossier import layout
from charteroak.dossier.builder import build_dossier
from charteroak.dossier.contents import Dossier
from charteroak.dossier.errors import DossierIncompleteError
from charteroak.ledger.entry import PrivatePart
from charteroak.ledger.proof import parse_proof, verify_proof
from charteroak.ledger.tree import hash_leaf


def content(dossier: Dossier, name: str) -> bytes:
    (found,) = [file.content for file in dossier.files if file.name == name]
    if callable(found):
        found = found()
    assert isinstance(found, bytes)
    return found


def test_holds_every_part_by_name(record: Any) -> None:
    names = [file.name for file in build_dossier(record.request()).files]

    assert names == sorted(names, key=layout.place_in_order)
    assert set(layout.ALWAYS_PRESENT) | set(layout.UNLISTED) <= set(names)
    for index in range(3):
        assert {layout.leaf_file(index), layout.body_file(index), layout.proof_file(index)} <= set(names)
    assert sum(name.startswith("08-evidence/") for name in names) == 3
    assert all(layout.is_safe_path(name) for name in names)


def test_the_same_input_gives_the_same_files(record: Any) -> None:
    first, second = build_dossier(record.request()), build_dossier(record.request())
    assert [(file.name, file.sha256) for file in first.files] == [(file.name, file.sha256) for file in second.files]


def test_the_manifest_lists_every_file_and_is_signed(record: Any) -> None:
    dossier = build_dossier(record.request())
    manifest = content(dossier, layout.MANIFEST)

    listed = dict(reversed(line.split("  ")) for line in manifest.decode().splitlines())
    assert listed == {file.name: file.sha256 for file in dossier.files if file.name not in layout.UNLISTED}
    record.keys.ed25519.verifier.verify(manifest, content(dossier, layout.MANIFEST_ED25519))
    record.keys.p256.verifier.verify(manifest, content(dossier, layout.MANIFEST_P256))
    assert dossier.manifest_sha256 == hashlib.sha256(manifest).hexdigest()
    assert dossier.verifier_sha256 == hashlib.sha256(content(dossier, layout.VERIFIER)).hexdigest()
    assert dossier.folder == "dossier-elm-hollow-bakery-2026-03-01-2026-03-20"


def test_every_file_of_an_entry_has_the_digest_that_the_log_knows(record: Any) -> None:
    """So that checking the manifest checks leaves, bodies and private parts too."""
    digests = {file.name: file.sha256 for file in build_dossier(record.request()).files}

    for index, entry in enumerate(record.entries):
        assert digests[layout.leaf_file(index)] == hash_leaf(entry.header_bytes).hex()
        assert digests[layout.body_file(index)] == entry.header.body_sha256
        for name, commitment in entry.header.private.items():
            assert digests[layout.private_part_file(index, name)] == commitment


def test_checkpoint_proofs_and_headers_are_those_of_the_log(record: Any) -> None:
    dossier = build_dossier(record.request())
    verifiers = record.request().verifiers
    newest = verifiers.open(content(dossier, layout.checkpoint_file(3, "checkpoint.note"))).checkpoint
    text = content(dossier, layout.checkpoint_file(3, "checkpoint.text"))
    record.keys.ed25519.verifier.verify(text, content(dossier, layout.checkpoint_file(3, "ed25519.sig")))
    record.keys.p256.verifier.verify(text, content(dossier, layout.checkpoint_file(3, "p256.sig")))

    for index, entry in enumerate(record.entries):
        leaf = content(dossier, layout.leaf_file(index))
        proof = parse_proof(content(dossier, layout.proof_file(index)))
        assert leaf == b"\x00" + entry.header_bytes
        leaf_hash = hash_leaf(entry.header_bytes)
        assert verify_proof(proof, leaf_hash, *record.keys.public.verifiers, origin=record.keys.name) == newest


def test_counts_late_entries_and_says_so_when_there_are_none(record: Any) -> None:
    dossier = build_dossier(record.request())
    assert json.loads(content(dossier, layout.INDEX))["lateEntries"] == [2]
    assert "1 entry about this interval" in content(dossier, layout.READ_ME).decode()

    later = build_dossier(record.request(breach_from=date(2026, 5, 1), breach_to=date(2026, 5, 2)))
    assert "no entry about this interval" in content(later, layout.READ_ME).decode()


def test_a_withheld_body_or_part_leaves_its_header_and_proof(record: Any) -> None:
    entries = [
        record.entries[0],
        replace(record.entries[1], body=None, salt=None, parts={}),
        replace(record.entries[2], parts={"note": PrivatePart(None, None)}),
    ]
    dossier = build_dossier(record.request(entries=entries))
    names = {file.name for file in dossier.files}

    assert {layout.leaf_file(1), layout.proof_file(1), layout.body_file(2)} <= names
    assert not {layout.body_file(1), layout.private_part_file(1, "note"), layout.private_part_file(2, "note")} & names
    assert json.loads(content(dossier, layout.INDEX))["withheld"] == {"bodies": [1], "parts": ["1/note", "2/note"]}


def test_evidence_that_cannot_be_enclosed_is_listed_with_the_reason(record: Any) -> None:
    sha256, *_ = record.evidence
    others = {digest: source for digest, source in record.evidence.items() if digest != sha256}
    dossier = build_dossier(record.request(evidence=others, not_enclosed={sha256: "sealed by\ncourt order"}))

    assert content(dossier, layout.NOT_ENCLOSED).decode() == f"{sha256}  not enclosed: sealed by court order\n"


def test_the_sample_is_labelled_on_every_page_that_people_read(record: Any) -> None:
    dossier = build_dossier(record.request())
    pages = (layout.READ_ME, *(layout.part_file(number, "txt") for number in layout.PARTS))

    for name in pages:
        assert content(dossier, name).startswith(b"MADE-UP SAMPLE ORGANIZATION")
    real = replace(record.request().organisation, is_fictional=False)
    for name in pages:
        assert b"MADE-UP" not in content(build_dossier(record.request(organisation=real)), name)


def test_the_read_me_fits_a_page(record: Any) -> None:
    text = content(build_dossier(record.request()), layout.READ_ME).decode()

    assert len(text.splitlines()) <= 75
    for words in ("1 March 2026 to 20 March 2026", "sh verify.sh", "not legal advice", *record.keys.public.vkeys):
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


def test_is_not_made_with_an_exchanged_private_part(record: Any) -> None:
    parts = {"note": PrivatePart(bytes(32), b'"x"')}
    entries = [*record.entries[:2], replace(record.entries[2], parts=parts)]
    assert "'note' of entry 2" in refusal(record.request(entries=entries))


def test_is_not_made_with_an_entry_missing(record: Any) -> None:
    assert "no checkpoint over them all" in refusal(record.request(entries=record.entries[:2]))


def test_is_not_made_with_entries_behind_the_checkpoint(record: Any) -> None:
    request = record.request()
    record.add("practice.answered", {"practice": "backups"}, "2026-04-01", record.entries[-1].header.recorded_at)
    assert "4 entries were handed in" in refusal(replace(request, entries=tuple(record.entries)))


def test_is_not_made_without_a_checkpoint_or_a_part(record: Any) -> None:
    assert "no checkpoint over them all" in refusal(record.request(checkpoints=()))
    assert "not 02 to 14" in refusal(record.request(parts=record.request().parts[1:]))


def test_is_not_made_with_a_foreign_proof(record: Any) -> None:
    request = record.request()

    def shifted(index: int) -> bytes:
        return bytes(request.proof_of(1 if index == 2 else index))

    assert "proof of entry 2 is of another place" in refusal(replace(request, proof_of=shifted))


def test_is_not_made_with_a_checkpoint_of_other_keys(record: Any, other_keys: Any) -> None:
    verifiers = replace(record.request().verifiers, periods=(other_keys.public,))
    assert "No trusted key signed" in refusal(record.request(keys=other_keys, verifiers=verifiers))
    assert "not the log's newest" in refusal(record.request(keys=other_keys))


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
    assert path.removeprefix(f"08-evidence/{digest}-") == expected
