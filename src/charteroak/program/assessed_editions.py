"""How far an edition was assessed on a day: objective by objective beside requirement by requirement.

The two counts are told side by side because they differ: a requirement can be called satisfied as a whole while an
objective of it was never looked at (NIST SP 800-171A and 800-53A ask for every objective). No percentage is made.

- A finding older than ``ASSESSMENT_DAYS`` is told with its age and no longer counts as satisfied.
- *Does not apply* counts only while an accepted exception touches the requirement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from charteroak.frameworks.catalog import Control, EditionName, load_catalog
from charteroak.program.assessments import assessments_on
from charteroak.program.bodies import RequirementAssessed, RequirementShown
from charteroak.program.exceptions import AcceptedException
from charteroak.program.objectives import COMPANIONS, objectives_of, outline_of
from charteroak.program.recorded import RecordedFact
from charteroak.program.requirements import ASSESSMENT_DAYS


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that an assessor determines: an objective, or a requirement as a whole."""

    control: Control
    objective: str | None
    """Its identifier, where it is an objective; ``None`` for a requirement as a whole."""
    fact: RecordedFact | None
    """What was found last."""
    day: date
    is_excepted: bool

    @property
    def body(self) -> RequirementAssessed | None:
        """What the last finding says."""
        return self.fact.body if self.fact is not None and isinstance(self.fact.body, RequirementAssessed) else None

    @property
    def age_days(self) -> int | None:
        """How old the last finding is."""
        return None if self.fact is None else (self.day - self.fact.first_day).days

    @property
    def is_old(self) -> bool:
        """Whether the last finding is too old to count."""
        return self.age_days is not None and self.age_days > ASSESSMENT_DAYS

    @property
    def result(self) -> str:
        """What counts today: the last finding, or ``open`` where there is none that counts."""
        body = self.body
        if body is None or body.result == "unknown" or self.is_old:
            return "open"
        if body.result == "not-applicable" and not self.is_excepted:
            return "open"
        return body.result

    @property
    def evidence(self) -> tuple[int, ...]:
        """The entries that the finding names."""
        return self.body.evidence if isinstance(self.body, RequirementShown) else ()

    def to_json(self) -> dict[str, Any]:
        """The part as JSON values."""
        body = self.body
        return {
            "id": self.objective or self.control.id,
            "result": self.result,
            "found": None if body is None else body.result,
            "by": None if body is None else body.assessor,
            "methods": [] if body is None else list(body.methods),
            "day": None if self.fact is None else self.fact.first_day.isoformat(),
            "ageDays": self.age_days,
            "evidence": list(self.evidence),
            "entry": None if self.fact is None else self.fact.index,
        }


@dataclass(frozen=True, slots=True)
class AssessedRequirement:
    """A requirement: its objectives, and what was found about it as a whole."""

    control: Control
    group: Control
    objectives: tuple[Part, ...]
    """Empty where the edition publishes none for it."""
    whole: Part

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is determined one by one: the objectives, or the requirement itself."""
        return self.objectives or (self.whole,)

    @property
    def is_satisfied_in_every_part(self) -> bool:
        """Whether every objective was found satisfied, or does not apply under an exception that stands."""
        results = {part.result for part in self.parts}
        return "satisfied" in results and results <= {"satisfied", "not-applicable"}

    @property
    def differs(self) -> bool:
        """Whether the word about the whole is kinder than its objectives bear out."""
        return bool(self.objectives) and self.whole.result == "satisfied" and not self.is_satisfied_in_every_part

    @property
    def counted(self) -> int:
        """How many of its parts count as satisfied or as not applying."""
        return sum(part.result in {"satisfied", "not-applicable"} for part in self.parts)

    @property
    def newest(self) -> Part | None:
        """The part that was looked at last."""
        looked_at = [part for part in (*self.objectives, self.whole) if part.fact is not None]
        return max(looked_at, key=lambda part: part.fact.order if part.fact else (), default=None)


@dataclass(frozen=True)
class AssessedEdition:
    """An edition on a day."""

    name: EditionName
    day: date
    requirements: tuple[AssessedRequirement, ...]
    companion: EditionName | None
    """Where the objectives are from."""

    def requirement(self, identifier: str) -> AssessedRequirement | None:
        """The requirement of this identifier, if the edition has it."""
        return self._by_id.get(identifier)

    @cached_property
    def _by_id(self) -> Mapping[str, AssessedRequirement]:
        return {each.control.id: each for each in self.requirements}

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Everything that is determined one by one."""
        return tuple(part for each in self.requirements for part in each.parts)

    @cached_property
    def results(self) -> dict[str, int]:
        """How many parts have each result; ``open`` are those that nobody has determined."""
        counts = dict.fromkeys(("satisfied", "partly", "not-satisfied", "not-applicable", "open"), 0)
        for part in self.parts:
            counts[part.result] += 1
        return counts

    @property
    def determined(self) -> int:
        """How many parts have a result that counts."""
        return len(self.parts) - self.results["open"]

    @property
    def satisfied_in_every_part(self) -> int:
        """How many requirements are satisfied in every objective."""
        return sum(each.is_satisfied_in_every_part for each in self.requirements)

    @property
    def satisfied_as_a_whole(self) -> int:
        """How many one would count by the requirement alone, without looking at objectives."""
        return sum(each.whole.result == "satisfied" or each.is_satisfied_in_every_part for each in self.requirements)

    @property
    def differing(self) -> tuple[AssessedRequirement, ...]:
        """The requirements where the two disagree."""
        return tuple(each for each in self.requirements if each.differs)

    @property
    def was_assessed(self) -> bool:
        """Whether anything of it was ever assessed."""
        return any(each.newest is not None for each in self.requirements)

    def to_json(self) -> dict[str, Any]:
        """The edition as JSON values."""
        return {
            "framework": self.name.framework,
            "edition": self.name.edition,
            "asOf": self.day.isoformat(),
            "objectivesFrom": None if self.companion is None else str(self.companion),
            "parts": len(self.parts),
            "results": self.results,
            "requirements": len(self.requirements),
            "satisfiedInEveryPart": self.satisfied_in_every_part,
            "satisfiedAsAWhole": self.satisfied_as_a_whole,
            "differing": [each.control.id for each in self.differing],
            "assessed": [
                {
                    "requirement": each.control.id,
                    "satisfiedInEveryPart": each.is_satisfied_in_every_part,
                    "differs": each.differs,
                    "whole": each.whole.to_json(),
                    "objectives": [part.to_json() for part in each.objectives],
                }
                for each in self.requirements
                if each.newest is not None
            ],
            "notLegalAdvice": True,
        }


def assessed_edition(
    name: EditionName, facts: Iterable[RecordedFact], exceptions: Iterable[AcceptedException], day: date
) -> AssessedEdition:
    """What was found about an edition by a day, from standing facts and the exceptions in effect on it.

    Raises:
        UnknownFrameworkError: no catalog of the edition is carried.
    """
    outline, objectives = outline_of(name), objectives_of(name)
    wording = None if objectives is None else load_catalog(*objectives.name)
    found = _findings(name, facts, day)
    standing = tuple(exceptions)
    requirements = []
    for control in outline.leaves:
        excepted = any(each.touches_requirement(name, control.id) for each in standing)
        about = found.get(control.id, {})
        parts: tuple[Part, ...] = ()
        if objectives is not None and wording is not None:
            parts = tuple(
                Part(wording.control(each), each, about.get(each), day, excepted)
                for each in objectives.by_requirement.get(control.id, ())
            )
        whole = Part(control, None, about.get(""), day, excepted)
        requirements.append(AssessedRequirement(control, outline.groups[control.id], parts, whole))
    return AssessedEdition(name, day, tuple(requirements), None if objectives is None else objectives.name)


def _findings(name: EditionName, facts: Iterable[RecordedFact], day: date) -> dict[str, dict[str, RecordedFact]]:
    """By requirement and objective what was found last; a companion's own name for an objective counts alike."""
    companion = COMPANIONS.get(name)
    own = {name} | ({companion} if companion is not None and companion.edition == name.edition else set())
    found: dict[str, dict[str, RecordedFact]] = {}
    for fact in assessments_on(facts, day):
        body = fact.body
        if not isinstance(body, RequirementAssessed) or EditionName(body.framework, body.edition) not in own:
            continue
        requirement, objective = body.requirement, body.objective or ""
        if not objective and companion is not None and (body.framework, body.edition) != name:
            catalog = load_catalog(*companion)
            parent = catalog.control(requirement).parent if requirement in catalog else None
            requirement, objective = (parent, requirement) if parent is not None else (requirement, "")
        about = found.setdefault(requirement, {})
        if objective not in about or about[objective].order < fact.order:
            about[objective] = fact
    return found
