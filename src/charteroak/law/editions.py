"""The edition clock: which edition of a framework counts on which day.

Implements Conn. Gen. Stat. § 42-901(c): a program that conformed to a prior version counts as conforming to the
current one if it moves within six months of the revision's publication. On each day an edition counts if it is the
latest, or if it was superseded and the day is not later than the deadline. The deadline is the day of publication of
the *next* revision plus six calendar months, clamped to the end of the month, and **belongs to the window**
(inclusive). Because each edition looks only at its own successor, two revisions inside one window each have their own
clock.

Amended laws run from the earlier of publication and effective date unless the policy says otherwise. A patch release
(SP 800-53 and 53A 5.1.1 alone) starts a clock only under the policy that treats it as a revision; under the other
reading it counts as long as the edition that it patches.

The data lists only what was published when it was last reviewed. An edition published later could have run out no
sooner than six months after that review, so up to that day, the ``horizon``, the list is sure; after it, it is not.
"""

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from charteroak.clock import add_months
from charteroak.law.errors import FactsError

WINDOW_MONTHS = 6
"""Connecticut's; another state's act may give more, which its policy then says."""


class AmendedLawClock(StrEnum):
    """From which day an amended law's six months run."""

    EARLIER = "earlier"
    LATER = "later"
    PUBLICATION = "publication"
    EFFECTIVE = "effective"


@dataclass(frozen=True, slots=True)
class EditionPolicy:
    """The two questions that the act leaves open, with the strict answers as defaults."""

    patch_releases_are_revisions: bool = True
    amended_law_clock: AmendedLawClock = AmendedLawClock.EARLIER
    window_months: int = WINDOW_MONTHS
    """No question that is open: how many months the act gives after a revision."""


STRICT = EditionPolicy()


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition. ``published`` is the first possible day of publication, ``published_latest`` the last possible."""

    code: str
    published: date
    published_latest: date
    effective: date | None
    withdrawn: date | None
    patch: bool
    confidence: str
    source: str
    note: str

    @property
    def day_is_exact(self) -> bool:
        """False where sources give only the month of publication."""
        return self.published == self.published_latest

    def clock_start(self, policy: EditionPolicy) -> date:
        """The day from which the six months of the edition that this one supersedes run."""
        days = (self.published, self.effective or self.published)
        return {
            AmendedLawClock.EARLIER: min(days),
            AmendedLawClock.LATER: max(days),
            AmendedLawClock.PUBLICATION: days[0],
            AmendedLawClock.EFFECTIVE: days[1],
        }[policy.amended_law_clock]


@dataclass(frozen=True, slots=True)
class Window:
    """When an edition counts: from its publication to ``deadline`` (inclusive), or without end if None."""

    edition: Edition
    successor: Edition | None
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Framework:
    """A document or law that the act names, with its editions in the order of publication."""

    code: str
    name: str
    act_name: str
    route: str
    is_law: bool
    pair: str | None
    note: str
    editions: tuple[Edition, ...]
    reviewed_on: date

    def horizon(self, policy: EditionPolicy = STRICT) -> date:
        """The last day for which the list of editions is sure to be long enough."""
        return add_months(self.reviewed_on, policy.window_months)

    def edition(self, code: str) -> Edition:
        """The edition of this code.

        Raises:
            FactsError: it is not in the list; the message names those that are.
        """
        for edition in self.editions:
            if edition.code == code:
                return edition
        raise FactsError(
            f"{code!r} is not an edition of {self.code}.",
            remedy=f"Use one of {', '.join(edition.code for edition in self.editions)}.",
        )

    def label(self, edition: str) -> str:
        """The name with its edition, as people write it."""
        return self.name if self.name.endswith(edition) else f"{self.name} {edition}"

    def window(self, edition: Edition, policy: EditionPolicy = STRICT) -> Window:
        """When this edition counts under the policy."""
        later = self.editions[self.editions.index(edition) + 1 :]
        for successor in later:
            if not successor.patch or policy.patch_releases_are_revisions:
                return Window(edition, successor, add_months(successor.clock_start(policy), policy.window_months))
        return Window(edition, None, None)


def _published(value: date | str) -> tuple[date, date]:
    """First and last possible day of a date or a ``YYYY-MM``."""
    if isinstance(value, date):
        return value, value
    year, month = int(value[:4]), int(value[5:])
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _edition(table: dict[str, Any]) -> Edition:
    first, last = _published(table["published"])
    return Edition(
        code=table["code"],
        published=first,
        published_latest=last,
        effective=table.get("effective"),
        withdrawn=table.get("withdrawn"),
        patch=table.get("patch", False),
        confidence=table["confidence"],
        source=table["source"],
        note=table.get("note", ""),
    )


@cache
def load_frameworks() -> dict[str, Framework]:
    """Every framework and law that the act names, by code, in the order of the act's list."""
    text = resources.files("charteroak.law").joinpath("data/editions.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    reviewed_on = document["provenance"]["last_reviewed_on"]
    return {
        table["code"]: Framework(
            code=table["code"],
            name=table["name"],
            act_name=table["act_name"],
            route=table["route"],
            is_law=table["kind"] == "law",
            pair=table.get("pair"),
            note=table.get("note", ""),
            editions=tuple(_edition(edition) for edition in table["edition"]),
            reviewed_on=table.get("last_reviewed_on", reviewed_on),
        )
        for table in document["framework"]
    }
