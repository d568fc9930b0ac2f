"""Verdicts that an older release's rule gave and today's does not, made again from what was kept of the analysis.

Releases before this rule took a training product's header, which anybody can write, for proof of a training mail. The
signals that were kept get the points of today, so that the points, their bounds and the word are of one table; what
was told before stays beside them. The mail is not read again, since who handed it in, and must be kept out of what is
derived, is not on record everywhere.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charteroak.clock import format_instant
from charteroak.mail.score import Verdict, is_simulation_borne_out, weights

_EARLIER = "earlierVerdicts"


def rests_on_older_rule(analysis: Mapping[str, Any]) -> bool:
    """Whether the document of an analysis tells a training mail without today's proof."""
    found = {str(signal["id"]) for signal in analysis.get("signals", ())}
    return analysis.get("verdict") == Verdict.SIMULATION and not is_simulation_borne_out(found)


def judged_anew(analysis: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The document with the verdict of today's points; it says what was told until now."""
    table = weights()
    # A signal that today's table no longer has keeps the points that it had.
    signals = [
        {**signal, "points": table.points.get(str(signal["id"]), float(signal["points"]))}
        for signal in analysis.get("signals", ())
    ]
    score = round(max(0.0, sum(signal["points"] for signal in signals)), 2)
    before = {"verdict": analysis["verdict"], "score": analysis["score"], "until": format_instant(at)}
    return {
        **analysis,
        "verdict": table.verdict_of(score).value,
        "score": score,
        "thresholds": table.thresholds,
        "signals": sorted(signals, key=lambda signal: -signal["points"]),
        _EARLIER: [*analysis.get(_EARLIER, ()), before],
    }


def earlier_verdicts(analysis: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was told of a mail before, and until when."""
    return ((str(each["verdict"]), str(each["until"])) for each in analysis.get(_EARLIER, ()))
