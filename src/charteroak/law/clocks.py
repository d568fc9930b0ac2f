"""Where each six-month clock stands, as JSON values, under both readings of what the act leaves open.

No answer about an organization is given here; ``charteroak.law.safe_harbor`` does that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from charteroak.law.editions import (
    STRICT,
    WINDOW_MONTHS,
    AmendedLawClock,
    Edition,
    EditionPolicy,
    Framework,
    load_frameworks,
)

_BOTH_READINGS = (True, False)

RUNS_OUT_WITHIN_DAYS = 90
"""From so many days before its end on, a clock is an alert; the determination calls the same time at risk."""


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A superseded edition that still counts, and stops counting soon."""

    framework: str
    name: str
    edition: str
    superseded_by: str
    published: date
    last_day: date
    days_left: int

    def to_json(self) -> dict[str, Any]:
        """The clock as JSON values."""
        return {
            "framework": self.framework,
            "name": self.name,
            "edition": self.edition,
            "supersededBy": self.superseded_by,
            "revisionPublished": self.published.isoformat(),
            "lastDay": self.last_day.isoformat(),
            "daysLeft": self.days_left,
        }


def clocks_running_out(
    rests_on: Iterable[tuple[str, str]],
    day: date,
    *,
    policy: EditionPolicy = STRICT,
    within_days: int = RUNS_OUT_WITHIN_DAYS,
) -> tuple[RunningClock, ...]:
    """Of the editions that somebody rests on, as (framework, edition), those that stop counting soon; the first first.

    An edition whose time is over is no alert, and none is one to whose successor the same somebody conforms already.
    A framework or an edition that is not in the list is left out: it has no clock.
    """
    pairs = set(rests_on)
    running = []
    for framework in load_frameworks().values():
        for edition in framework.editions:
            window = framework.window(edition, policy)
            if (framework.code, edition.code) not in pairs or window.successor is None or window.deadline is None:
                continue
            left = (window.deadline - day).days
            begun = window.successor.published <= day
            if begun and 0 <= left <= within_days and (framework.code, window.successor.code) not in pairs:
                running.append(
                    RunningClock(
                        framework=framework.code,
                        name=framework.name,
                        edition=edition.code,
                        superseded_by=window.successor.code,
                        published=window.successor.published,
                        last_day=window.deadline,
                        days_left=left,
                    )
                )
    return tuple(sorted(running, key=lambda clock: (clock.last_day, clock.framework)))


def clocks_on(day: date) -> list[dict[str, Any]]:
    """One document for each framework and law that the act names, as of a day.

    The values at the top are those of the strict reading (patch releases are revisions, amended laws run from the
    earlier day); ``readings`` has both readings of patch releases.
    """
    return [_framework_clock(framework, day) for framework in load_frameworks().values()]


def edition_clocks(named: Iterable[tuple[str, str]], policy: EditionPolicy) -> list[dict[str, Any]]:
    """The clocks of some (framework, edition) pairs under a policy, each once, in the order of the act's list."""
    wanted = set(named)
    return [
        _edition_clock(framework, edition, policy)
        for framework in load_frameworks().values()
        for edition in framework.editions
        if (framework.code, edition.code) in wanted
    ]


def published_text(edition: Edition) -> str:
    """The day of publication, or the month where only that is known."""
    return edition.published.isoformat() if edition.day_is_exact else f"{edition.published:%Y-%m}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _with_patches(policy: EditionPolicy, *, are_revisions: bool) -> EditionPolicy:
    return replace(policy, patch_releases_are_revisions=are_revisions)


def _amended_law_dates(framework: Framework, edition: Edition, policy: EditionPolicy = STRICT) -> dict[str, Any]:
    """Laws only: the last day from the earlier and from the later of publication and effective date."""
    if not framework.is_law:
        return {}
    months = policy.window_months
    clocks = (AmendedLawClock.EARLIER, AmendedLawClock.LATER)
    dates = {
        str(clock): _day(
            framework.window(edition, replace(STRICT, amended_law_clock=clock, window_months=months)).deadline
        )
        for clock in clocks
    }
    return {"amendedLawClock": dates}


def _edition_clock(framework: Framework, edition: Edition, policy: EditionPolicy) -> dict[str, Any]:
    window = framework.window(edition, policy)
    by_reading = {
        str(reading).lower(): _day(framework.window(edition, _with_patches(policy, are_revisions=reading)).deadline)
        for reading in _BOTH_READINGS
    }
    return {
        "framework": framework.code,
        "edition": edition.code,
        "published": published_text(edition),
        "supersededBy": window.successor.code if window.successor is not None else None,
        "revisionPublished": published_text(window.successor) if window.successor is not None else None,
        **({"sixMonthDate": _day(window.deadline)} if policy.window_months == WINDOW_MONTHS else {}),
        "catchUpMonths": policy.window_months,
        "lastDay": _day(window.deadline),
        "readings": {"patchReleasesAreRevisions": by_reading},
        **_amended_law_dates(framework, edition, policy),
    }


def _framework_clock(framework: Framework, day: date) -> dict[str, Any]:
    readings = {
        str(reading).lower(): _standing(framework, day, _with_patches(STRICT, are_revisions=reading))
        for reading in _BOTH_READINGS
    }
    strict = readings["true"]
    superseded = strict["superseded"]
    amended = _amended_law_dates(framework, framework.edition(superseded)) if superseded is not None else {}
    return {
        "framework": framework.code,
        "name": framework.name,
        "actName": framework.act_name,
        "route": framework.route,
        **strict,
        "readings": {"patchReleasesAreRevisions": readings},
        **amended,
        "note": framework.note,
        "reviewedOn": framework.reviewed_on.isoformat(),
    }


def _standing(framework: Framework, day: date, policy: EditionPolicy) -> dict[str, Any]:
    """The edition in force on a day, the last revision, the edition it superseded, and the windows still open.

    A law's amendment is in force from its effective date; its window opens with its publication.
    """
    counted = [
        edition
        for edition in framework.editions
        if edition.published <= day and (policy.patch_releases_are_revisions or not edition.patch)
    ]
    if not counted:
        return {
            "editionInForce": None,
            "published": None,
            "confidence": None,
            "revision": None,
            "superseded": None,
            "sixMonthDate": None,
            "windows": [],
        }
    in_force = [edition for edition in counted if (edition.effective or edition.published) <= day]
    current = in_force[-1] if in_force else counted[-1]
    superseded = counted[-2] if len(counted) > 1 else None
    return {
        "editionInForce": current.code,
        "published": published_text(current),
        "confidence": current.confidence,
        "revision": counted[-1].code,
        "superseded": superseded.code if superseded is not None else None,
        "sixMonthDate": _day(framework.window(superseded, policy).deadline) if superseded is not None else None,
        "windows": _open_windows(framework, counted, day, policy),
    }


def _open_windows(
    framework: Framework, counted: list[Edition], day: date, policy: EditionPolicy
) -> list[dict[str, Any]]:
    """The superseded editions that still count on a day; two revisions inside one window give two."""
    windows = [framework.window(edition, policy) for edition in counted]
    return [
        {
            "edition": window.edition.code,
            "supersededBy": window.successor.code,
            "sixMonthDate": window.deadline.isoformat(),
            "daysLeft": (window.deadline - day).days,
        }
        for window in windows
        if window.successor is not None
        and window.deadline is not None
        and window.successor.published <= day <= window.deadline
    ]
