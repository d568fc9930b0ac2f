"""The insurer pack: answers never round up, every question rests on practices, and no cell is a formula."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from charteroak.documents.dossier_document import RecordState
from charteroak.dossier.contents import DossierSubject
from charteroak.dossier.insurer_pack import InsurerPack, build_insurer_pack, insurer_rows, load_questions
from charteroak.program.practices import load_practices
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.program.status import program_status

DAY = date(2026, 3, 20)
KNOWN_AT = datetime(2026, 3, 20, 23, 59, 59, tzinfo=UTC)


def facts_of(record: Any) -> list[RecordedFact]:
    return [read_fact(entry) for entry in record.entries]


def answer(record: Any, practice: str, word: str, day: str = "2026-03-01") -> None:
    body = {"practice": practice, "answer": word}
    record.add("practice.answered", body, day, datetime(2026, 3, 2, tzinfo=UTC), {"note": ""})


def evidence(record: Any, practice: str, day: str, title: str = "What shows it") -> None:
    file = {"sha256": "ab" * 32, "size": 1, "name": "a.txt", "mediaType": "text/plain"}
    body = {"practice": practice, "title": title, "files": [file]}
    record.add("evidence.recorded", body, day, datetime(2026, 3, 2, tzinfo=UTC), {"note": ""})


def answer_to(record: Any, practices: tuple[str, ...]) -> str:
    rows = insurer_rows(program_status(facts_of(record), DAY))
    return next(row.answer for row in rows if row.practices == practices)


@pytest.fixture
def empty(record: Any) -> Any:
    record.entries.clear()
    record.nodes.clear()
    return record


def test_every_question_rests_on_practices_of_this_release() -> None:
    questions = load_questions()
    assert len(questions) == len({question.text for question in questions}) == 20
    assert {practice for question in questions for practice in question.practices} <= load_practices().by_id.keys()


BACKUPS = ("back-up-and-restore",)
BOTH = ("back-up-and-restore", "plan-for-incidents")


def test_silence_is_not_on_record_and_never_yes(empty: Any) -> None:
    evidence(empty, "back-up-and-restore", "2026-03-01")
    assert answer_to(empty, BACKUPS) == "not-on-record"


@pytest.mark.parametrize(
    ("word", "shown", "expected"),
    [
        ("yes", "2026-03-01", "yes"),
        ("yes", "2019-03-01", "partly"),
        ("yes", None, "partly"),
        ("partly", "2026-03-01", "partly"),
        ("no", "2026-03-01", "no"),
    ],
)
def test_an_answer_counts_as_far_as_it_is_shown(empty: Any, word: str, shown: str | None, expected: str) -> None:
    answer(empty, "back-up-and-restore", word)
    if shown is not None:
        evidence(empty, "back-up-and-restore", shown)
    assert answer_to(empty, BACKUPS) == expected


@pytest.mark.parametrize(("other", "expected"), [(None, "partly"), ("no", "partly"), ("yes", "partly")])
def test_a_question_on_two_practices_needs_both(empty: Any, other: str | None, expected: str) -> None:
    answer(empty, "back-up-and-restore", "yes")
    evidence(empty, "back-up-and-restore", "2026-03-01")
    if other is not None:
        answer(empty, "plan-for-incidents", other)
    assert answer_to(empty, BOTH) == expected


def test_two_that_are_not_done_are_a_no(empty: Any) -> None:
    answer(empty, "back-up-and-restore", "no")
    answer(empty, "plan-for-incidents", "no")
    assert answer_to(empty, BOTH) == "no"


def test_a_row_names_the_newest_evidence_its_digest_and_its_age(empty: Any) -> None:
    answer(empty, "back-up-and-restore", "yes", day="2026-02-03")
    evidence(empty, "back-up-and-restore", "2026-03-01", "Restored the till")
    (row,) = [r for r in insurer_rows(program_status(facts_of(empty), DAY)) if r.practices == BACKUPS]
    assert (row.since, row.newest, row.sha256, row.age_days) == (date(2026, 2, 3), "Restored the till", "ab" * 32, 19)
    assert row.entries == (0, 1)


def test_the_pack_is_the_same_each_time_signed_and_without_formulas(empty: Any) -> None:
    answer(empty, "back-up-and-restore", "yes")
    evidence(empty, "back-up-and-restore", "2026-03-01", "=HYPERLINK(1)")
    pack = InsurerPack(
        organisation=DossierSubject("Elm Hollow Bakery", "elm-hollow-bakery", "llc", is_fictional=True),
        as_of=DAY,
        known_at=KNOWN_AT,
        rows=insurer_rows(program_status(facts_of(empty), DAY)),
        record=RecordState(origin="x", size=2, root="00" * 32, keys=(), software="Charter Oak 0"),
    )
    first, second = (build_insurer_pack(pack, b"%PDF", b"note", empty.keys) for _ in range(2))
    assert first == second
    contents = {file.name: file.content for file in first.files}
    manifest, csv = contents["MANIFEST.sha256"], contents["answers.csv"]
    assert isinstance(manifest, bytes)
    assert isinstance(csv, bytes)
    signature = contents["MANIFEST.sha256.p256.sig"]
    assert isinstance(signature, bytes)
    empty.keys.p256.verifier.verify(manifest, signature)
    assert b",'=HYPERLINK(1)," in csv
    assert contents["READ-ME.txt"][:7] == b"MADE-UP"  # type: ignore[index]
