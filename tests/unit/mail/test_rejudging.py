"""Verdicts of an older rule are made again so that points, bounds and word are of one table."""

from datetime import UTC, datetime
from typing import Any

from charteroak.mail.rejudging import earlier_verdicts, judged_anew, rests_on_older_rule
from charteroak.mail.score import weights

MOMENT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def kept(*signals: tuple[str, float], verdict: str = "simulation") -> dict[str, Any]:
    found = [{"id": name, "points": points} for name, points in signals]
    return {"verdict": verdict, "score": sum(points for _, points in signals), "signals": found}


def test_points_of_an_older_table_are_never_held_against_the_bounds_of_today() -> None:
    table = weights()
    inflated = table.phishing_from + 10
    told = judged_anew(kept(("simulation-marker", 0.0), ("reply-elsewhere", inflated)), MOMENT)
    assert told["verdict"] == table.verdict({"simulation-marker", "reply-elsewhere"}).value == "not-enough-evidence"
    assert told["score"] == table.score(["reply-elsewhere", "simulation-marker"])
    assert told["thresholds"] == table.thresholds
    assert [signal["points"] for signal in told["signals"]] == [table.points["reply-elsewhere"], 0.0]
    assert told["earlierVerdicts"][0]["score"] == inflated
    assert list(earlier_verdicts(told)) == [("simulation", "2026-11-22T09:00:00Z")]


def test_a_signal_that_the_table_no_longer_has_keeps_its_points() -> None:
    told = judged_anew(kept(("simulation-marker", 0.0), ("given-up-long-ago", 50.0)), MOMENT)
    assert (told["verdict"], told["score"]) == ("phishing", 50.0)


def test_what_was_judged_anew_rests_on_no_older_rule() -> None:
    old = kept(("simulation-marker", 0.0))
    assert rests_on_older_rule(old)
    assert not rests_on_older_rule(judged_anew(old, MOMENT))
    assert not rests_on_older_rule(kept(("simulation-marker", 0.0), verdict="phishing"))
    assert not rests_on_older_rule({})
