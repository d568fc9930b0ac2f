"""Ledger entries as recorded facts: what an entry says, when it was so, and when it was recorded.

Days are Connecticut calendar days. A fact dated by a day alone counts from that day's first moment.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeAlias

from charteroak.clock import CONNECTICUT, connecticut_day, parse_day, parse_instant
from charteroak.ledger.entry import Entry, Precision, Source
from charteroak.program.bodies import Body, NotUnderstood, decode_body
from charteroak.program.errors import BodyError

DayOrInstant: TypeAlias = date | datetime

STATES = frozenset(
    {
        "organisation.described",
        "program.adopted",
        "program.described",
        "edition.adopted",
        "practice.answered",
        "requirement.assessed",
        "exception.accepted",
        "gap.opened",
        "gap.closed",
        "collector.registered",
        "hold.set",
        "hold.lifted",
    }
)
"""Kinds that hold until something newer takes their place; every other kind is an event, over when it has happened."""


@dataclass(frozen=True)
class RecordedFact:
    """One entry, read. Its days are asked for often, so each is worked out once."""

    index: int
    kind: str
    body_version: int
    actor: str
    occurred_from: DayOrInstant
    occurred_to: DayOrInstant | None
    recorded: datetime
    body: Body | NotUnderstood
    body_sha256: str = ""
    precision: Precision = "day"
    """How exactly the beginning is known."""
    source: Source = "unknown"
    """How it is known."""
    withheld: tuple[str, ...] = ()
    """Private parts that are not at hand; in the body their members have their defaults, which is not what was said."""

    @property
    def reference(self) -> str:
        """How exhibits name this entry."""
        return f"entry:{self.index}"

    @property
    def is_state(self) -> bool:
        """Whether it holds until something newer takes its place."""
        return self.kind in STATES

    @cached_property
    def first_day(self) -> date:
        """The day on which it began to be so."""
        return day_of(self.occurred_from)

    @cached_property
    def last_day(self) -> date | None:
        """The last day on which it was so; ``None`` for a state that still holds."""
        if self.occurred_to is not None:
            return day_of(self.occurred_to)
        return None if self.is_state else self.first_day

    @cached_property
    def recorded_day(self) -> date:
        """The day on which it was recorded."""
        return connecticut_day(self.recorded)

    @cached_property
    def order(self) -> tuple[datetime, int]:
        """By when it began to be so; of two that began together, the one recorded later comes after."""
        return first_moment(self.occurred_from), self.index

    def covers(self, day: date) -> bool:
        """Whether it was so on this day, as far as it says itself."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def day_of(moment: DayOrInstant) -> date:
    """The Connecticut calendar day of a day or instant."""
    return connecticut_day(moment) if isinstance(moment, datetime) else moment


def first_moment(moment: DayOrInstant) -> datetime:
    """The instant itself, or the first moment of the day in Connecticut."""
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, tzinfo=CONNECTICUT)


def parse_day_or_instant(text: str) -> DayOrInstant:
    """A date or an RFC 3339 instant, as headers carry them.

    Raises:
        TimeFormatError: it is neither.
    """
    return parse_instant(text) if "T" in text.upper() else parse_day(text)


def read_fact(entry: Entry) -> RecordedFact:
    """The fact that an entry records. A body that cannot be read becomes ``NotUnderstood``; no entry is dropped.

    Headers are taken as ``charteroak.ledger.entry.parse_header`` gives them: their times are well formed.
    """
    header = entry.header
    return RecordedFact(
        index=header.index,
        kind=header.kind,
        body_version=header.body_version,
        actor=header.actor,
        occurred_from=parse_day_or_instant(header.occurred_from),
        occurred_to=None if header.occurred_to is None else parse_day_or_instant(header.occurred_to),
        recorded=header.recorded_at,
        body=_read_body(entry),
        body_sha256=header.body_sha256,
        precision=header.precision,
        source=header.source,
        withheld=entry.withheld,
    )


def _read_body(entry: Entry) -> Body | NotUnderstood:
    kind, version = entry.header.kind, entry.header.body_version
    if entry.body is None:
        return NotUnderstood(kind, version, "erased", "The body was erased; the entry and its proof remain.")
    try:
        at_hand = {name: part.value for name, part in entry.parts.items() if part.value is not None}
        return decode_body(kind, version, entry.body, at_hand)
    except BodyError as error:
        return NotUnderstood(kind, version, "malformed", str(error))
