"""What an exercise came to: in time, late, not seen; and its report."""

import json
from datetime import UTC, date, datetime

import msgspec
import pytest

from charteroak.documents.after_action import EXERCISE_BANNER, after_action_document
from charteroak.documents.markdown import markdown_text
from charteroak.response.exercises.after_action import after_action_report
from charteroak.response.exercises.packaged import load_scenarios
from charteroak.response.exercises.play import Act, DebriefAnswer, Improvement, Play, PlayError, parse_play, review

FRAUD = load_scenarios()["invoice-fraud"]
PLAY = Play(
    scenario="invoice-fraud",
    scenario_sha256="0" * 64,
    name="Fall exercise",
    started=datetime(2026, 11, 20, 14, tzinfo=UTC),
    elapsed_seconds=16 * 60,
    acts=(
        Act(after_seconds=60, kind="note", by="Ana", role="money", text="I call the bank | now <b>"),
        Act(after_seconds=19 * 60, kind="seen-done", expected="bank-called"),
        Act(after_seconds=22 * 60, kind="seen-done", expected="no-answer"),
        Act(after_seconds=15 * 60, kind="choice", inject="rules-found", option="lock-now"),
        Act(after_seconds=16 * 60, kind="choice", inject="rules-found", option="copy-then-lock"),
    ),
    answers=(DebriefAnswer(question="Who calls the bank?", by="Ana", text="Nobody knew."),),
    improvements=(Improvement(what="A second person who may call the bank", owner="Ana", due=date(2026, 12, 1)),),
)


def test_an_action_is_in_time_late_or_not_seen() -> None:
    found = {outcome.expected.id: outcome.word for outcome in review(FRAUD, PLAY).outcomes}
    assert found == {"bank-called": "in time", "no-answer": "late", "sessions-ended": "not seen"}


def test_an_action_of_an_inject_that_never_came_is_not_counted() -> None:
    assert "call-back" not in {outcome.expected.id for outcome in review(FRAUD, PLAY).outcomes}
    assert "next-invoice" in {inject.id for inject in review(FRAUD, PLAY).did_not_come}


def test_the_first_decision_counts() -> None:
    later = msgspec.structs.replace(PLAY, elapsed_seconds=30 * 60)
    assert "proof-gone" in {inject.id for inject, _ in review(FRAUD, later).came}


def test_a_play_of_another_scenario_is_refused() -> None:
    with pytest.raises(PlayError, match="not 'water-plant'"):
        review(load_scenarios()["water-plant"], PLAY)


def test_a_play_reads_back_from_its_json() -> None:
    assert parse_play(json.dumps(PLAY.to_json()).encode()) == PLAY


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"scenario": 1}', b"\xff", b"[" * 100_000, b" " * (5 << 20)], ids=range(6)
)
def test_what_is_no_play_is_refused(data: bytes) -> None:
    with pytest.raises(PlayError):
        parse_play(data)


def test_every_page_of_the_report_says_that_it_is_an_exercise() -> None:
    document = after_action_document(after_action_report(FRAUD, PLAY))
    assert document.banner == EXERCISE_BANNER
    text = markdown_text(document)
    assert text.startswith("**EXERCISE EXERCISE EXERCISE")
    assert "1 seen in time, 1 late, 1 not seen" in text
    assert "A second person who may call the bank" in text
    assert "<b>" not in text


def test_an_improvement_without_owner_is_a_blank_on_paper() -> None:
    open_ended = msgspec.structs.replace(PLAY, improvements=(Improvement(what="Something", owner=""),))
    assert "owner: \\_\\_" in markdown_text(after_action_document(after_action_report(FRAUD, open_ended)))
