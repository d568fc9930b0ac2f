"""The plan of action: ages in bands, what is overdue, what is critical and nobody's, in order of work."""

from datetime import UTC, date, datetime, timedelta

import pytest

from charteroak.program.bodies import GapOpened, GapPlanned, Milestone
from charteroak.program.poam import POAM_COLUMNS, AgeBand, action_plan, age_band, poam_rows
from charteroak.program.recorded import RecordedFact
from charteroak.program.recorded_gaps import RecordedGap, gaps_open_on
from charteroak.program.tables import render_csv

DAY = date(2026, 11, 1)


def opened(name: str, age: int, *, index: int = 0, **said: object) -> RecordedFact:
    values: dict[str, object] = {"gap": name, "title": f"Title of {name}", "owner": "Lee Stone"}
    day = DAY - timedelta(days=age)
    return RecordedFact(
        index=index,
        kind="gap.opened",
        body_version=2,
        actor="system",
        occurred_from=day,
        occurred_to=None,
        recorded=datetime(2026, 11, 1, 12, tzinfo=UTC),
        body=GapPlanned(**(values | said)),  # type: ignore[arg-type]
    )


def gap(name: str, age: int, **said: object) -> RecordedGap:
    fact = opened(name, age, **said)
    assert isinstance(fact.body, GapOpened)
    return RecordedGap(fact, fact.body, DAY)


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, AgeBand.UNDER_30), (29, AgeBand.UNDER_30), (30, AgeBand.FROM_30), (59, AgeBand.FROM_30),
        (60, AgeBand.FROM_60), (89, AgeBand.FROM_60), (90, AgeBand.FROM_90), (179, AgeBand.FROM_90),
        (180, AgeBand.FROM_180), (4000, AgeBand.FROM_180),
    ],
)  # fmt: skip
def test_each_age_falls_into_one_band(days: int, band: AgeBand) -> None:
    assert age_band(days) is band


def test_what_is_critical_and_nobodys_comes_first_and_is_named() -> None:
    plan = action_plan(
        [
            gap("low", 400, severity="low"),
            gap("critical-owned", 300, severity="critical"),
            gap("ungraded", 500),
            gap("critical-nobody", 10, severity="critical", owner=""),
            gap("high-nobody", 600, severity="high", owner=""),
        ],
        DAY,
    )
    names = [item.gap.body.gap for item in plan.items]
    assert names == ["critical-nobody", "critical-owned", "high-nobody", "ungraded", "low"]
    assert [item.gap.body.gap for item in plan.critical_and_unowned] == ["critical-nobody"]
    assert len(plan.ungraded) == 1
    document = plan.to_json()
    assert document["criticalAndUnowned"] == ["critical-nobody"]
    assert document["byAge"] == {"under-30": 1, "30-to-59": 0, "60-to-89": 0, "90-to-179": 0, "180-or-more": 4}
    assert document["items"][0]["owner"] is None


def test_a_gap_is_overdue_from_the_day_after_its_day_and_so_is_a_step() -> None:
    steps = (Milestone(what="Buy", due=DAY), Milestone(what="Ask", due=DAY - timedelta(days=1)))
    plan = action_plan([gap("a", 40, due=DAY, milestones=steps), gap("b", 40, due=DAY - timedelta(days=1))], DAY)
    assert [item.gap.body.gap for item in plan.overdue] == ["b"]
    by_name = {item.gap.body.gap: item for item in plan.items}
    assert [step.what for step in by_name["a"].missed] == ["Ask"]
    assert [step.what for step in by_name["a"].gap.milestones] == ["Ask", "Buy"]


def test_a_new_plan_does_not_make_a_gap_younger() -> None:
    first = opened("a", 200, index=1)
    second = opened("a", 3, index=2, since=DAY - timedelta(days=200), severity="critical", owner="")
    (found,) = gaps_open_on([first, second], DAY)
    assert (found.age_days, found.severity, found.body.owner) == (200, "critical", "")


def test_a_plan_cannot_make_a_gap_younger_than_its_own_entry() -> None:
    (found,) = gaps_open_on([opened("a", 50, since=DAY)], DAY)
    assert found.age_days == 50


def test_an_empty_plan_is_empty_and_says_so_in_every_number() -> None:
    document = action_plan([], DAY).to_json()
    assert (document["open"], document["overdue"], document["items"]) == (0, [], [])


def test_the_table_gives_a_spreadsheet_no_formula() -> None:
    plan = action_plan(
        [gap("a", 3, title="=HYPERLINK(1)", owner="+1", milestones=(Milestone(what="@x", due=DAY),))], DAY
    )
    table = render_csv(POAM_COLUMNS, poam_rows(plan)).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in table
    assert "'+1" in table
    assert "2026-11-01 @x" in table
