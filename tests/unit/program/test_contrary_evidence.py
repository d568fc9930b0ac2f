"""What the other side may point to: each kind, both ways, and nothing that was not known then."""

from datetime import date
from typing import Any

import pytest

from charteroak.program.contrary_evidence import ContraryItem, ContraryKind, contrary_evidence

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 20)


def found(history: Any, practices: Any, **asked: Any) -> tuple[ContraryItem, ...]:
    return contrary_evidence(history.facts, **{"first": FIRST, "last": LAST, "practices": practices, **asked})


def open_gap(history: Any, occurred: str, *, version: int = 2, **changes: Any) -> Any:
    body = {"gap": "g1", "title": "Old server", "owner": "", "due": None, "severity": "critical", **changes}
    return history.add("gap.opened", body, occurred=occurred, version=version)


def test_an_empty_record_gives_nothing_to_point_to(history: Any, practices: Any) -> None:
    assert found(history, practices) == ()


@pytest.mark.parametrize(
    ("changes", "opened", "listed"),
    [
        ({}, "2026-01-01", True),
        ({}, "2026-02-18", True),
        ({}, "2026-02-19", False),
        ({"severity": "high"}, "2026-01-01", True),
        ({"severity": "moderate"}, "2026-01-01", False),
        ({"severity": None}, "2026-01-01", True),
        ({"owner": "Lee"}, "2026-01-01", False),
    ],
)
def test_an_old_grave_gap_that_nobody_owns_is_listed(
    history: Any, practices: Any, changes: dict[str, Any], opened: str, listed: bool
) -> None:
    fact = open_gap(history, opened, **changes)
    items = [item for item in found(history, practices) if item.kind is ContraryKind.UNOWNED_GAP]
    assert bool(items) is listed
    if listed:
        assert items[0].entries == (fact.reference,)
        assert items[0].days == (LAST - date.fromisoformat(opened)).days


def test_a_gap_that_was_closed_before_the_end_is_not_listed(history: Any, practices: Any) -> None:
    open_gap(history, "2026-01-01", due="2026-02-01")
    history.add("gap.closed", {"gap": "g1", "how": "Replaced it."}, occurred="2026-03-20")
    assert found(history, practices) == ()


@pytest.mark.parametrize(("due", "days"), [("2026-03-19", 1), ("2026-03-20", None), (None, None)])
def test_an_overdue_gap_is_listed_with_its_days(
    history: Any, practices: Any, due: str | None, days: int | None
) -> None:
    open_gap(history, "2026-02-01", owner="Lee", due=due)
    assert [item.days for item in found(history, practices)] == ([] if days is None else [days])


@pytest.mark.parametrize(("result", "listed"), [("not-satisfied", True), ("partly", True), ("satisfied", False)])
def test_an_assessment_that_failed_and_was_left_is_listed(
    history: Any, practices: Any, result: str, listed: bool
) -> None:
    body = {"framework": "nist-csf", "edition": "2.0", "requirement": "PR.AA-06", "result": result, "assessor": "Lee"}
    history.add("requirement.assessed", body | {"note": ""}, occurred="2026-01-10")
    items = found(history, practices)
    assert [item.kind for item in items] == ([ContraryKind.FAILED_ASSESSMENT] if listed else [])


@pytest.mark.parametrize(("expires", "listed"), [("2026-03-20", True), ("2026-03-21", False)])
def test_an_exception_that_expired_is_listed(history: Any, practices: Any, expires: str, listed: bool) -> None:
    body = {
        "exception": "x1",
        "practice": "lock",
        "factor": "cost-and-tools",
        "reason": "Too dear.",
        "approvedBy": "Board",
        "role": "owner",
        "expires": expires,
    }
    history.add("exception.accepted", body, occurred="2026-01-01")
    assert [item.kind for item in found(history, practices)] == ([ContraryKind.EXPIRED_EXCEPTION] if listed else [])


def test_a_long_silence_about_something_said_to_be_done_is_listed(history: Any, practices: Any) -> None:
    history.answer("lock", "yes", "2024-01-01")
    history.evidence("lock", "2024-01-01")
    silent = [item for item in found(history, practices) if item.kind is ContraryKind.SILENCE]
    assert len(silent) == 1
    assert silent[0].entries == ("entry:0", "entry:1")
    assert silent[0].what.startswith("“Lock” was said to be done")


def test_silence_about_something_never_said_to_be_done_is_no_contradiction(history: Any, practices: Any) -> None:
    history.answer("lock", "no", "2024-01-01")
    assert found(history, practices) == ()


def test_what_was_recorded_later_does_not_leak_into_what_was_known_then(history: Any, practices: Any) -> None:
    history.add(
        "gap.opened",
        {"gap": "g1", "title": "Old server", "owner": "Lee", "due": "2026-02-01"},
        occurred="2026-01-01",
        recorded="2026-04-01",
    )
    assert found(history, practices, known_at=LAST) == ()
    assert len(found(history, practices)) == 1


def test_the_gravest_kind_and_the_longest_come_first(history: Any, practices: Any) -> None:
    open_gap(history, "2026-01-01", due="2026-01-15")
    open_gap(history, "2025-12-01", gap="g2", title="Older server", due="2026-01-01")
    kinds = [(item.kind, item.what) for item in found(history, practices)]
    assert [kind for kind, _ in kinds] == [ContraryKind.UNOWNED_GAP] * 2 + [ContraryKind.OVERDUE_GAP] * 2
    assert "Older server" in kinds[0][1]


def test_the_wording_says_nothing_that_only_a_court_may_say(history: Any, practices: Any) -> None:
    open_gap(history, "2026-01-01", due="2026-01-15")
    text = " ".join(item.what for item in found(history, practices)).lower()
    assert not any(word in text for word in ("neglig", "wanton", "wilful", "fault", "fail"))
