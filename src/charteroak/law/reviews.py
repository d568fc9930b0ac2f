"""When a piece of our data on the law was last reviewed, and whether that is too long ago.

Law changes without telling us. What is older than a quarter is called stale wherever it is used: on the page, at the
command line and in a determination. A stale answer is not withdrawn; it is marked.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

REVIEW_EVERY_DAYS = 92
"""Our sources ask for a look every quarter."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review date seen from a day."""

    subject: str
    reviewed_on: date
    seen_from: date

    @property
    def days_old(self) -> int:
        """How many days ago it was; 0 for a review later than the day."""
        return max(0, (self.seen_from - self.reviewed_on).days)

    @property
    def is_stale(self) -> bool:
        """Whether it is older than a quarter."""
        return self.days_old > REVIEW_EVERY_DAYS

    def to_json(self) -> dict[str, Any]:
        """The review as JSON values."""
        return {
            "subject": self.subject,
            "reviewedOn": self.reviewed_on.isoformat(),
            "daysOld": self.days_old,
            "stale": self.is_stale,
        }
