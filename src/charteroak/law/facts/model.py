"""All the facts together. A ``Facts`` that exists can be true: impossible combinations are refused on construction."""

from dataclasses import dataclass, field
from datetime import date

from charteroak.errors import SourceLocation
from charteroak.law.asked_time import AskedTime
from charteroak.law.editions import STRICT, EditionPolicy
from charteroak.law.errors import FactsError
from charteroak.law.facts.consistency import (
    refuse_late_adoption,
    refuse_reversed_periods,
    refuse_unpublished_editions,
)
from charteroak.law.facts.parts import Breach, Claim, Conformity, Information, Organisation, Program
from charteroak.law.facts.words import Culpability, Mode


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything asked about. A list that is None is unknown; one that is given is complete.

    Raises:
        FactsError: on construction, if they cannot be true together: a reversed interval, an edition outside the list
            or conformed to before it was published, an adoption after an interval that is marked as written throughout,
            a prospective question without a day.
    """

    mode: Mode = Mode.BREACH
    as_of: date | None = None
    organisation: Organisation = field(default_factory=Organisation)
    information: Information = field(default_factory=Information)
    claims: tuple[Claim, ...] | None = None
    breach: Breach = field(default_factory=Breach)
    program: Program = field(default_factory=Program)
    conformity: tuple[Conformity, ...] | None = None
    culpability: Culpability | None = None
    policy: EditionPolicy = STRICT

    def __post_init__(self) -> None:
        if self.mode is Mode.PROSPECTIVE and self.as_of is None:
            raise FactsError(
                "Prospective mode asks about a day, and none is given.",
                remedy="Give asOf, such as 2026-03-01.",
                location=SourceLocation(pointer="/asOf"),
            )
        refuse_reversed_periods(self.organisation, self.information, self.breach, self.program, self.conformity)
        refuse_unpublished_editions(self.conformity)
        refuse_late_adoption(self.program, self.asked_time())

    def asked_time(self, today: date | None = None, *, with_failure: bool = True) -> AskedTime:
        """The days that the question is about.

        In prospective mode the day asked about. Otherwise the breach, extended back to the start of the alleged
        control failure where that precedes it. A breach that is still going on ends, for this purpose, on ``as_of``,
        else on ``today``; with neither, or before it began, its end is unknown. An act that asks about the time of
        the breach alone leaves the earlier failure out: ``with_failure`` False.
        """
        if self.mode is Mode.PROSPECTIVE:
            return AskedTime.between(self.as_of, self.as_of)
        intrusion, last, failure = self.breach.period.first, self.breach.period.last, self.breach.failure_from
        failure = failure if with_failure else None
        if last is None and self.breach.period.last_known:
            seen_from = self.as_of or today
            if seen_from is not None and intrusion is not None and seen_from >= intrusion:
                last = seen_from
        if intrusion is None:
            return AskedTime.between(None, last, surely_includes=failure)
        start = intrusion if failure is None else min(intrusion, failure)
        return AskedTime.between(start, last, surely_includes=intrusion)
