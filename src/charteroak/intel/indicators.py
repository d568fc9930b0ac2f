"""Indicators: an observable with its meaning, marking and validity (STIX 2.1 section 4.7).

An indicator never changes in place. A change is a new version with a later ``modified`` (section 3.6), and taking one
back is the version that says ``revoked``; nothing follows that one.
"""

import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from charteroak.errors import InputError
from charteroak.intel.limits import MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS
from charteroak.intel.patterns import stix_pattern
from charteroak.observables import Observable
from charteroak.tlp import TLPLabel

_ID = re.compile(r"indicator--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_MILLISECOND = timedelta(milliseconds=1)


class IndicatorError(InputError):
    """The parts given do not make an indicator."""

    code: ClassVar[str] = "intel.indicator.invalid"


def indicator_id(random: uuid.UUID) -> str:
    """The STIX identifier made of a version 4 UUID that the caller drew (section 2.9)."""
    if random.version != 4:
        raise IndicatorError("An indicator's identifier is made of a random (version 4) UUID.")
    return f"indicator--{random}"


def at_millisecond(moment: datetime) -> datetime:
    """The moment cut to the millisecond, as STIX keeps ``created`` and ``modified`` (section 3.2).

    Raises:
        IndicatorError: the moment has no offset and so names no instant.
    """
    if moment.tzinfo is None:
        raise IndicatorError("A time without an offset names no instant.")
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One version of one indicator.

    ``confidence`` runs from 0 to 100 and is ``None`` where nobody judged it; ``valid_until`` is exclusive and ``None``
    where no end is known; ``campaign`` names the campaign it points to, or is empty.
    """

    id: str
    observable: Observable
    tlp: TLPLabel
    valid_from: datetime
    created: datetime
    modified: datetime
    name: str = ""
    description: str = ""
    campaign: str = ""
    confidence: int | None = None
    valid_until: datetime | None = None
    revoked: bool = False

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise IndicatorError(f"{self.id!r} is not the identifier of an indicator.")
        for name in ("created", "modified", "valid_from"):
            object.__setattr__(self, name, at_millisecond(getattr(self, name)))
        if self.valid_until is not None:
            object.__setattr__(self, "valid_until", at_millisecond(self.valid_until))
            if self.valid_until <= self.valid_from:
                raise IndicatorError("An indicator ends after it begins to hold.", remedy="Correct valid_until.")
        if self.modified < self.created:
            raise IndicatorError("An indicator cannot be modified before it was created.")
        if self.confidence is not None and not 0 <= self.confidence <= 100:
            raise IndicatorError("Confidence runs from 0 to 100.")
        _check_line(self.name, "name", MAX_NAME_CHARACTERS)
        _check_line(self.campaign, "campaign", MAX_NAME_CHARACTERS)
        _check_line(self.description.replace("\n", " "), "description", MAX_DESCRIPTION_CHARACTERS)

    @property
    def pattern(self) -> str:
        """The STIX pattern of the observable."""
        return stix_pattern(self.observable)

    def is_live_at(self, moment: datetime) -> bool:
        """Whether it may stand in a blocklist at this moment: begun, not ended, not taken back."""
        ends_later = self.valid_until is None or moment < self.valid_until
        return not self.revoked and self.valid_from <= moment and ends_later


def _check_line(text: str, name: str, limit: int) -> None:
    if len(text) > limit:
        raise IndicatorError(f"The {name} has more than {limit} characters.", remedy="Shorten it.")
    if not text.isprintable():
        raise IndicatorError(f"The {name} holds a control character or a line break.", remedy="Remove it.")


def revise(indicator: Indicator, *, modified: datetime, **changes: Any) -> Indicator:
    """The next version, with some parts changed.

    ``modified`` is moved to one millisecond after the last version where a clock has not advanced that far.

    Raises:
        IndicatorError: the indicator was revoked, the change touches its identity, or the parts do not fit.
    """
    if indicator.revoked:
        raise IndicatorError("A revoked indicator has no further version.", remedy="Make a new indicator.")
    fixed = {"id", "observable", "created", "modified"} & changes.keys()
    if fixed:
        raise IndicatorError(f"A version cannot change {', '.join(sorted(fixed))}.", remedy="Make a new indicator.")
    return replace(indicator, modified=max(at_millisecond(modified), indicator.modified + _MILLISECOND), **changes)


def revoke(indicator: Indicator, *, modified: datetime) -> Indicator:
    """The last version, which takes the indicator back.

    Raises:
        IndicatorError: it was revoked before.
    """
    return revise(indicator, modified=modified, revoked=True)
