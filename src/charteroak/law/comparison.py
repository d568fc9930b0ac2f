"""The states' safe harbors side by side, with those that were vetoed or died.

Dated data, and no answer about anybody.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from charteroak.law.reviews import Review
from charteroak.law.safe_harbor.statute import STATUTES


class LawStatus(StrEnum):
    """Whether something is law."""

    IN_FORCE = "in-force"
    VETOED = "vetoed"
    DIED = "died"
    BILL = "bill"
    NONE_FOUND = "none-found"


class Confidence(StrEnum):
    """How the entry is known."""

    SEEN = "seen"
    MIXED = "mixed"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class StateLaw:
    """One row of the comparison. ``effective`` is a day where one is known, else what is known of it."""

    code: str
    name: str
    citation: str
    status: LawStatus
    effective: date | str
    who: str
    protects: str
    frameworks: str
    catch_up: str
    features: tuple[str, ...]
    confidence: Confidence
    checked: date

    @property
    def is_answered(self) -> bool:
        """Whether ``safe-harbor determine --statute`` answers for it."""
        return self.code in STATUTES

    def review(self, day: date) -> Review:
        """When it was last checked, seen from a day."""
        return Review(self.name, self.checked, day)

    def to_json(self, day: date) -> dict[str, Any]:
        """The row as JSON values."""
        return {
            "code": self.code,
            "name": self.name,
            "citation": self.citation,
            "status": self.status.value,
            "effective": str(self.effective),
            "who": self.who,
            "protects": self.protects,
            "frameworks": self.frameworks,
            "catchUp": self.catch_up,
            "features": list(self.features),
            "confidence": self.confidence.value,
            "checkedOn": self.checked.isoformat(),
            "stale": self.review(day).is_stale,
            "answeredHere": self.is_answered,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every entry, and how the list was made."""

    laws: tuple[StateLaw, ...]
    method: str
    reviewed_on: date

    def with_status(self, *statuses: LawStatus) -> tuple[StateLaw, ...]:
        """The entries of some statuses, in the list's order."""
        return tuple(law for law in self.laws if law.status in statuses)

    def to_json(self, day: date) -> dict[str, Any]:
        """The document of ``charteroak safe-harbor compare --json``."""
        return {
            "on": day.isoformat(),
            "reviewedOn": self.reviewed_on.isoformat(),
            "method": self.method,
            "laws": [law.to_json(day) for law in self.laws],
            "notLegalAdvice": True,
        }


@cache
def load_comparison() -> Comparison:
    """The comparison that comes with this release."""
    text = resources.files("charteroak.law").joinpath("data/comparison.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return Comparison(
        laws=tuple(
            StateLaw(
                code=entry["code"],
                name=entry["name"],
                citation=entry["citation"],
                status=LawStatus(entry["status"]),
                effective=entry["effective"],
                who=entry["who"],
                protects=entry["protects"],
                frameworks=entry["frameworks"],
                catch_up=entry["catch_up"],
                features=tuple(entry["features"]),
                confidence=Confidence(entry["confidence"]),
                checked=entry["checked"],
            )
            for entry in document["entry"]
        ),
        method=document["provenance"]["method"],
        reviewed_on=document["provenance"]["last_reviewed_on"],
    )
