"""Redacted copies: they verify as the whole does, say what is withheld and why, and let nothing slip through."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from charteroak.dossier.contents import DossierRequest
from charteroak.dossier.parts.enclosures import Withheld
from charteroak.dossier.redactions import Redaction, RedactionError, parse_redactions, redact, withheld_of
from charteroak.dossier.verification import verify_dossier
from charteroak.ledger.entry import Entry, PrivatePart
from charteroak.program.recorded import read_fact

LATER = datetime(2026, 4, 1, tzinfo=UTC)


def withheld(
    entries: Sequence[Entry], redactions: Sequence[Redaction] = (), not_enclosed: dict[str, str] | None = None
) -> tuple[Withheld, ...]:
    return withheld_of(entries, redactions, [read_fact(entry) for entry in entries], not_enclosed or {})


def test_a_list_of_redactions_is_read() -> None:
    document = [
        {"entry": 4, "reason": "counsel's  advice", "basis": "attorney-client"},
        {"entry": 5, "part": "note", "reason": "names a patient"},
        {"sha256": "ab" * 32, "reason": "sealed", "basis": "order of 2 May"},
    ]
    assert parse_redactions(document) == (
        Redaction("counsel's advice", "attorney-client", entry=4),
        Redaction("names a patient", "", entry=5, part="note"),
        Redaction("sealed", "order of 2 May", sha256="ab" * 32),
    )


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({}, None),
        ("x", None),
        ([5], "/0"),
        ([{"entry": 1, "reason": "x", "why": "y"}], "/0"),
        ([{"reason": "x"}], "/0"),
        ([{"entry": 1, "sha256": "ab" * 32, "reason": "x"}], "/0"),
        ([{"sha256": "ab" * 32, "part": "note", "reason": "x"}], "/0"),
        ([{"entry": -1, "reason": "x"}], "/0/entry"),
        ([{"entry": True, "reason": "x"}], "/0/entry"),
        ([{"entry": "1", "reason": "x"}], "/0/entry"),
        ([{"entry": 1, "part": 5, "reason": "x"}], "/0/part"),
        ([{"sha256": "AB" * 32, "reason": "x"}], "/0/sha256"),
        ([{"entry": 1}], "/0/reason"),
        ([{"entry": 1, "reason": " "}], "/0/reason"),
        ([{"entry": 1, "reason": "x" * 301}], "/0/reason"),
        ([{"entry": 1, "reason": "x", "basis": 5}], "/0/basis"),
        ([{"entry": 0, "reason": "x"}, {"entry": 1, "reason": None}], "/1/reason"),
    ],
)
def test_what_is_no_list_of_redactions_is_refused_at_its_place(document: Any, pointer: str | None) -> None:
    with pytest.raises(RedactionError) as caught:
        parse_redactions(document)
    assert (caught.value.location and caught.value.location.pointer) == pointer


@pytest.mark.parametrize(
    ("redaction", "words"),
    [
        (Redaction("x", "", entry=3), "There is no entry 3; the record has 3"),
        (Redaction("x", "", entry=1, part="title"), "It has: note"),
        (Redaction("x", "", entry=0, part="note"), "none; withhold the whole body"),
        (Redaction("x", "", sha256="ab" * 32), "No entry names a file"),
    ],
)
def test_a_redaction_of_what_is_not_there_is_refused(record: Any, redaction: Redaction, words: str) -> None:
    """A slip of the pen must not hand out what was to be withheld."""
    with pytest.raises(RedactionError, match=words):
        redact(record.entries, [redaction])


def test_a_withheld_body_takes_its_private_parts_with_it(record: Any) -> None:
    entries = redact(record.entries, [Redaction("x", "work-product", entry=1)])

    assert (entries[1].body, entries[1].salt, dict(entries[1].parts)) == (None, None, {})
    assert [entries[0], entries[2]] == [record.entries[0], record.entries[2]]
    header = record.entries[1].header
    assert [(each.what, each.name, each.commitment, each.by, each.basis) for each in withheld(entries, [
        Redaction("x", "work-product", entry=1)
    ])] == [
        ("body", "body", header.body_sha256, "redaction", "work-product"),
        ("private part", "note", header.private["note"], "redaction", "work-product"),
    ]  # fmt: skip


def test_a_withheld_part_leaves_the_body(record: Any) -> None:
    redactions = [Redaction("names a patient", "HIPAA", entry=2, part="note")]
    entries = redact(record.entries, redactions)

    assert entries[2].body == record.entries[2].body
    assert entries[2].withheld == ("note",)
    (line,) = withheld(entries, redactions)
    assert (line.what, line.entry, line.by, line.reason) == ("private part", 2, "redaction", "names a patient")


def test_what_was_erased_stands_with_the_entry_that_says_so(record: Any) -> None:
    erased = {"entries": [0], "parts": ["1/note"], "sha256": [], "basis": "a data subject asked", "approvedBy": "Owner"}
    record.add("content.erased", erased, "2026-04-01", LATER)
    record.entries[0] = replace(record.entries[0], body=None, salt=None)
    record.entries[1] = replace(record.entries[1], parts={"note": PrivatePart(None, None)})

    lines = withheld(record.entries)
    assert [(line.entry, line.by, line.tombstone, line.reason) for line in lines] == [
        (0, "erasure", 3, "a data subject asked"),
        (1, "erasure", 3, "a data subject asked"),
    ]


def test_what_is_gone_without_a_word_is_said_to_be(record: Any) -> None:
    record.entries[0] = replace(record.entries[0], body=None, salt=None)
    (line, file) = withheld(record.entries, not_enclosed={"ab" * 32: "The store has lost it."})
    assert (line.by, line.reason) == ("not at hand", "The installation no longer holds it, and no entry says why.")
    assert (file.what, file.by, file.reason) == ("file", "not at hand", "The store has lost it.")


def test_a_redacted_copy_verifies_in_both_ways_and_holds_nothing_of_what_it_withholds(
    record: Any,
    pack: Callable[[DossierRequest], Path],
    unpack: Callable[[Path], Path],
    run_verify_sh: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    sha256 = json.loads(record.entries[2].body)["files"][0]["sha256"]
    redactions = [
        Redaction("advice", "attorney-client", entry=1),
        Redaction("names a patient", "", entry=2, part="note"),
        Redaction("sealed", "", sha256=sha256),
    ]
    entries = redact(record.entries, redactions)
    named = {digest: source for digest, source in record.evidence.items() if digest != sha256}
    named.pop(json.loads(record.entries[1].body)["files"][0]["sha256"])
    path = pack(record.request(entries=entries, evidence=named, not_enclosed={sha256: "withheld: sealed"}))
    folder = unpack(path)

    result = run_verify_sh(folder)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "2 bodies checked, 1 withheld or erased" in result.stdout
    assert "0 private parts checked, 2 withheld or erased" in result.stdout
    assert "2 times: 1 enclosed, 1 accounted for" in result.stdout
    report = verify_dossier(path)
    assert (report.entries.withheld_bodies, report.entries.withheld_parts) == (1, 2)
    everything = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    for secret in (b"Restore test 1", b"quoted", b"restored 1"):
        assert secret not in everything


def test_a_late_entry_that_is_withheld_is_still_named_late(record: Any, pack: Callable[..., Path]) -> None:
    entries = redact(record.entries, [Redaction("x", "", entry=2)])
    path = pack(record.request(entries=entries, breach_to=date(2026, 3, 20)))
    assert verify_dossier(path).late_entries == (2,)
