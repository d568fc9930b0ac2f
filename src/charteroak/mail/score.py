"""From signals to an answer: points added up, and a verdict that never says "safe".

The score is monotone: a signal adds its points and can never lower the sum, save the few that are listed as
reassuring, which only a trusted server can give. Points and thresholds are reviewed data (``data/weights.json``).
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files


class Verdict(StrEnum):
    """The answer. There is no "safe": absence of evidence is *not enough evidence*."""

    PHISHING = "phishing"
    SUSPICIOUS = "suspicious"
    SIMULATION = "simulation"
    NOT_ENOUGH_EVIDENCE = "not-enough-evidence"


_CONFIRMED = "simulation-confirmed"
"""A training product's mark that the operator's own data bears out; the mark alone is anybody's to write."""
_NO_EXERCISE = frozenset(
    {
        "file-program",
        "file-double-ending",
        "file-archive-with-program",
        "file-disk-image",
        "file-smuggles",
        "file-name-turned-around",
        "file-loads-from-outside",
        "file-password-given",
        "file-acts",
        "file-is-bomb",
        "extorts",
        "link-active-code",
    }
)
"""What no exercise does; beside it, not even a confirmed mark excuses the message."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Points per signal and the thresholds of the verdict."""

    points: dict[str, float]
    suspicious_from: float
    phishing_from: float

    @property
    def thresholds(self) -> dict[str, float]:
        """From how many points on a mail is suspicious, and phishing, as documents keep it beside the points."""
        return {"suspicious": self.suspicious_from, "phishing": self.phishing_from}

    def score(self, signals: Iterable[str]) -> float:
        """The sum of the points of some signals, never below zero."""
        return round(max(0.0, sum(self.points[signal] for signal in signals)), 2)

    def verdict(self, signals: Collection[str]) -> Verdict:
        """The answer for signals of which each is there once."""
        return self.judge(signals)[0]

    def judge(self, signals: Collection[str]) -> tuple[Verdict, float]:
        """``verdict`` and ``score``, added up once."""
        score = self.score(signals)
        return Verdict.SIMULATION if is_simulation_borne_out(signals) else self.verdict_of(score), score

    def verdict_of(self, score: float) -> Verdict:
        """The answer for a sum of points alone."""
        if score >= self.phishing_from:
            return Verdict.PHISHING
        return Verdict.SUSPICIOUS if score >= self.suspicious_from else Verdict.NOT_ENOUGH_EVIDENCE


def is_simulation_borne_out(signals: Collection[str]) -> bool:
    """Whether these signals make a training mail of a message by today's rule."""
    return _CONFIRMED in signals and _NO_EXERCISE.isdisjoint(signals)


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The packaged weights."""
    text = files("charteroak.mail").joinpath("data/weights.json").read_text(encoding="utf-8")
    document = json.loads(text)
    return Weights(document["points"], document["thresholds"]["suspicious"], document["thresholds"]["phishing"])
