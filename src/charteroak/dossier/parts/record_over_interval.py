"""A record seen from a breach interval: what was known when it ended, day by day, and what was added since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from charteroak.clock import connecticut_day
from charteroak.law import Determination, determine
from charteroak.law.facts import parse_facts
from charteroak.law.safe_harbor.rules import answer_elements
from charteroak.law.safe_harbor.statute import Statute, load_statute
from charteroak.law.timeline import Run
from charteroak.program.assembly import breach_facts
from charteroak.program.contrary_evidence import ContraryItem, contrary_evidence
from charteroak.program.history import Change, Knowledge, changes_between, knowledge
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import ProgramStatus, program_status


@dataclass(frozen=True)
class RecordOverInterval:
    """The question of a dossier with the record that answers it. Each answer is worked out once.

    ``facts`` is everything on record under the dossier's checkpoint; ``known_at`` bounds what the determination may
    look at.
    """

    facts: Sequence[RecordedFact]
    first: date
    last: date
    known_at: datetime
    answers: Mapping[str, Any] | None = None

    @cached_property
    def statute(self) -> Statute:
        """The act."""
        return load_statute("ct")

    @cached_property
    def _document(self) -> dict[str, Any]:
        return breach_facts(self.facts, first=self.first, last=self.last, known_at=self.known_at, answers=self.answers)

    @cached_property
    def determination(self) -> Determination:
        """The determination over the whole interval, as known then."""
        return determine(parse_facts(self._document))

    @cached_property
    def hindsight(self) -> Determination:
        """The same with everything that was recorded since; shown beside it and never in its place."""
        document = breach_facts(self.facts, first=self.first, last=self.last, answers=self.answers)
        return determine(parse_facts(document))

    @cached_property
    def runs(self) -> dict[str, list[Run]]:
        """Each element's answers from the first to the last day: consecutive days with one answer, as known then."""
        facts = parse_facts(self._document)
        timelines = answer_elements(facts, self.statute).timelines
        first, last = self.first.toordinal(), self.last.toordinal()
        return {name: list(timeline.runs(first, last, ())) for name, timeline in timelines.items()}

    @cached_property
    def known_then(self) -> Knowledge:
        """What was on record at ``known_at``."""
        return knowledge(self.facts, self.known_at)

    @cached_property
    def known_now(self) -> Knowledge:
        """The whole record."""
        return knowledge(self.facts)

    @cached_property
    def standing(self) -> tuple[RecordedFact, ...]:
        """What was on record then, had begun by the last day and was not corrected then."""
        return tuple(fact for fact in self.known_then.standing if fact.first_day <= self.last)

    @cached_property
    def status(self) -> ProgramStatus:
        """The program on the last day, as known then."""
        return program_status(self.facts, self.last, self.known_at)

    @cached_property
    def status_at_first(self) -> ProgramStatus:
        """The program on the first day, as known then."""
        return program_status(self.facts, self.first, self.known_at)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every entry that bears on the interval."""
        return changes_between(self.facts, self.first, self.last)

    @cached_property
    def late(self) -> tuple[RecordedFact, ...]:
        """Entries about the interval or before that were recorded after it."""
        return tuple(fact for fact in self.facts if fact.first_day <= self.last < fact.recorded_day)

    @cached_property
    def contrary(self) -> tuple[ContraryItem, ...]:
        """What the other side may point to on the last day, as known then."""
        return contrary_evidence(self.facts, first=self.first, last=self.last, known_at=self.known_at)

    def days_late(self, fact: RecordedFact) -> int:
        """By how many days an entry was recorded after the interval."""
        return (connecticut_day(fact.recorded) - self.last).days
