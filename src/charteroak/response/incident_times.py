"""Moments of an incident that cannot be so: too long ago, still to come, or before what they follow from."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from charteroak.errors import InputError, SourceLocation
from charteroak.law.duties.facts import DutyFacts

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Ours: an incident that is handled today did not begin earlier; 1970 is what an empty clock says."""
LATEST_DELAY = timedelta(days=5 * 366)
_CLOCK_SLACK = timedelta(minutes=10)
"""A clock on the wall may be ahead of the server's."""

NAMES = {
    "beganAt": "When it began",
    "discoveredAt": "The discovery",
    "reasonableBeliefAt": "The reasonable belief",
    "determinedAt": "The determination",
    "determinedMaterialAt": "The finding that it is material",
    "ransomPaidAt": "The payment",
    "contractorNoticeAt": "The contractor's notice",
    "residentsNotifiedAt": "The notice to residents",
    "lawEnforcementDelayUntil": "The end of the delay",
}
_AFTER_DISCOVERY = (
    "reasonableBeliefAt", "determinedAt", "determinedMaterialAt", "ransomPaidAt", "residentsNotifiedAt",
    "lawEnforcementDelayUntil",
)  # fmt: skip


class MomentError(InputError):
    """A moment that cannot be so. ``field`` is its name in the facts document, or ``beganAt``."""

    code: ClassVar[str] = "incident.moment"

    def __init__(self, message: str, *, field: str, remedy: str = "Check the day and the time.") -> None:
        super().__init__(message, remedy=remedy, location=SourceLocation(pointer=f"/incident/{field}"))
        self.field = field


def refuse_absurd(moment: datetime, field: str, now: datetime) -> None:
    """Refuse a moment that lies before the century or in the future; only the end of a delay may be to come.

    Raises:
        MomentError: it does.
    """
    if moment < EARLIEST:
        raise MomentError(f"{NAMES[field]}: the year {moment.year} is too long ago.", field=field)
    is_delay = field == "lawEnforcementDelayUntil"
    if moment > now + (LATEST_DELAY if is_delay else _CLOCK_SLACK):
        is_far = is_delay or moment.year > now.year
        said = f"the year {moment.year} is too far ahead" if is_far else "this is still to come"
        raise MomentError(f"{NAMES[field]}: {said}.", field=field)


def refuse_impossible_moments(facts: DutyFacts, *, now: datetime, began: datetime | None = None) -> None:
    """Refuse facts whose moments cannot all be so.

    Raises:
        MomentError: a moment is absurd, the discovery comes before the beginning, or something that follows from the
            discovery comes before it.
    """
    moments = {name: facts.moment(name) for name in NAMES if name != "beganAt"}
    moments["beganAt"] = began
    for name, moment in moments.items():
        if moment is not None:
            refuse_absurd(moment, name, now)
    discovered = moments["discoveredAt"]
    if discovered is None:
        return
    if began is not None and discovered < began:
        raise MomentError("It was discovered before it began.", field="discoveredAt", remedy="Correct one of the two.")
    for name in _AFTER_DISCOVERY:
        moment = moments[name]
        if moment is not None and moment < discovered:
            raise MomentError(
                f"{NAMES[name]} lies before the discovery.", field=name, remedy="Correct one of the two moments."
            )
