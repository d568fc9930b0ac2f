"""What stands worse than a week before: each kind of slip, at the day on which it begins, and what is no slip."""

from datetime import date, timedelta
from typing import Any

import pytest

from charteroak.law import determine
from charteroak.law.facts import parse_facts
from charteroak.program.assembly import prospective_facts
from charteroak.program.slippage import Clock as EditionClock
from charteroak.program.slippage import RecordState, Slip, SlipKind, clocks_run_down, what_slipped
from charteroak.program.status import program_status

DAY = date(2026, 3, 10)


def state(history: Any, practices: Any, day: date, *, known_at: date | None) -> RecordState:
    known = [fact for fact in history.facts if known_at is None or fact.recorded_day <= known_at]
    facts = prospective_facts(known, as_of=day, practices=practices)
    return RecordState(
        status=program_status(known, day, practices=practices, with_coverage=False),
        facts=facts,
        determination=determine(parse_facts(facts)),
        last_recorded=max((fact.recorded_day for fact in known), default=None),
    )


def slips(history: Any, practices: Any, day: date = DAY) -> list[Slip]:
    before = day - timedelta(days=7)
    return list(
        what_slipped(state(history, practices, before, known_at=before), state(history, practices, day, known_at=None))
    )


def kinds(history: Any, practices: Any, day: date = DAY) -> list[SlipKind]:
    return [slip.kind for slip in slips(history, practices, day)]


def test_nothing_slips_from_a_record_that_did_not_exist_a_week_ago(history: Any, practices: Any) -> None:
    history.answer("lock", "no", "2026-03-08")
    history.adopt("2026-03-08")
    assert slips(history, practices) == []


def test_evidence_goes_stale_on_the_day_after_its_last(history: Any, practices: Any) -> None:
    history.answer("train", "yes", "2026-02-01")
    history.evidence("train", "2026-02-08")  # 30 days are allowed: fresh up to 10 March
    assert SlipKind.EVIDENCE_STALE not in kinds(history, practices, DAY)
    found = slips(history, practices, DAY + timedelta(days=1))
    stale = next(slip for slip in found if slip.kind is SlipKind.EVIDENCE_STALE)
    assert (stale.subject, stale.entries) == ("train", (1,))
    assert "31 days old; 30 are allowed" in stale.sentence
    assert SlipKind.EVIDENCE_STALE not in kinds(history, practices, DAY + timedelta(days=9))


def test_an_element_that_was_open_and_is_not_met_now_fell(history: Any, practices: Any) -> None:
    history.adopt("2026-01-01")
    history.answer("lock", "yes", "2026-01-01")
    history.answer("lock", "no", "2026-03-08")
    fallen = [slip for slip in slips(history, practices) if slip.kind is SlipKind.ELEMENT_FELL]
    assert [slip.subject for slip in fallen] == ["E8"]
    assert fallen[0].sentence.startswith("E8 was uncertain and is not met:")
    assert 2 in fallen[0].entries


def test_an_answer_that_became_better_is_no_slip(history: Any, practices: Any) -> None:
    history.adopt("2026-01-01")
    history.answer("lock", "no", "2026-01-01")
    history.answer("lock", "yes", "2026-03-08")
    assert SlipKind.ELEMENT_FELL not in kinds(history, practices)


def test_a_gap_is_overdue_once_and_on_the_day_after_its_last(history: Any, practices: Any) -> None:
    body = {"gap": "old-server", "title": "Old server", "owner": "June", "due": "2026-03-09"}
    history.add("gap.opened", body, occurred="2026-02-20")
    assert SlipKind.GAP_OVERDUE not in kinds(history, practices, date(2026, 3, 9))
    assert [slip.subject for slip in slips(history, practices) if slip.kind is SlipKind.GAP_OVERDUE] == ["old-server"]
    assert SlipKind.GAP_OVERDUE not in kinds(history, practices, date(2026, 3, 17))


def test_an_exception_ends_on_the_day_of_its_expiry(history: Any, practices: Any) -> None:
    body = {
        "exception": "no-token", "practice": "lock", "factor": "cost-and-tools", "reason": "Dear.",
        "approvedBy": "June", "role": "owner", "expires": "2026-03-10",
    }  # fmt: skip
    history.add("exception.accepted", body, occurred="2026-02-01")
    assert SlipKind.EXCEPTION_ENDED not in kinds(history, practices, date(2026, 3, 9))
    assert SlipKind.EXCEPTION_ENDED in kinds(history, practices, date(2026, 3, 10))


@pytest.mark.parametrize(("days", "falls"), [(31, False), (32, True), (38, True), (39, False)])
def test_a_record_falls_silent_when_a_month_has_passed(history: Any, practices: Any, days: int, falls: bool) -> None:
    history.answer("lock", "yes", "2026-01-01")
    day = date(2026, 1, 1) + timedelta(days=days)
    assert (SlipKind.FELL_SILENT in kinds(history, practices, day)) is falls


@pytest.mark.parametrize(
    ("left", "kind"),
    [(91, None), (90, SlipKind.CLOCK_NEAR), (84, SlipKind.CLOCK_NEAR), (83, None), (0, None),
     (-1, SlipKind.CLOCK_RAN_OUT), (-7, SlipKind.CLOCK_RAN_OUT), (-8, None)],
)  # fmt: skip
def test_a_clock_slips_when_it_comes_within_ninety_days_and_when_it_runs_out(left: int, kind: SlipKind | None) -> None:
    clock = EditionClock("nist-csf", "1.1", DAY + timedelta(days=left), (4,))
    found = clocks_run_down([clock], DAY - timedelta(days=7), DAY)
    assert [slip.kind for slip in found] == ([] if kind is None else [kind])


def test_a_slip_survives_the_way_through_json() -> None:
    slip = Slip(SlipKind.GAP_OVERDUE, "old-server", "It is overdue.", (3, 4))
    assert Slip.from_json(slip.to_json()) == slip
