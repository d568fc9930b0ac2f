"""What of a record goes into documents about one edition: the facts in force on a day, known at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from charteroak.errors import InputError
from charteroak.frameworks.catalog import Catalog, EditionName, load_catalog
from charteroak.program.assessments import assessments_on
from charteroak.program.bodies import OrganisationDescribed, RequirementAssessed
from charteroak.program.exceptions import AcceptedException, accepted_exceptions, exceptions_on
from charteroak.program.findings import Finding, practice_records
from charteroak.program.history import KnownAt, in_force, knowledge
from charteroak.program.objectives import COMPANIONS
from charteroak.program.poam import ActionPlan, action_plan
from charteroak.program.practices import load_practices
from charteroak.program.recorded import RecordedFact
from charteroak.program.recorded_gaps import gaps_open_on
from charteroak.program.requirement_answers import EditionCoverage
from charteroak.program.requirements import RecordOnDay
from charteroak.program.written_program import ProgramOnDay, written_program


class ExportError(InputError):
    """The record has nothing from which such a document could be made."""

    code: ClassVar[str] = "oscal.nothing-to-export"


@dataclass(frozen=True)
class ExportedRecord:
    """An organisation's record on a day, seen from one edition."""

    slug: str
    name: str
    edition: EditionName
    day: date
    made: datetime
    """When the newest entry was recorded that this rests on."""
    entries: int
    standing: tuple[RecordedFact, ...]
    """The entries that had begun by the day and were not corrected."""
    organisation: RecordedFact | None
    program: ProgramOnDay
    findings: dict[str, Finding]
    exceptions: tuple[AcceptedException, ...]
    plan: ActionPlan
    assessments: tuple[RecordedFact, ...]
    """About this edition."""
    coverage: EditionCoverage

    @property
    def catalog(self) -> Catalog:
        """The outline of the edition."""
        return load_catalog(*self.edition)

    @property
    def companion(self) -> EditionName | None:
        """The edition that holds the objectives, where there is one."""
        return COMPANIONS.get(self.edition)


def exported_record(
    facts: Iterable[RecordedFact], slug: str, name: str, edition: EditionName, day: date, known_at: KnownAt = None
) -> ExportedRecord:
    """What of some facts goes into documents about an edition.

    Raises:
        ExportError: by that moment nothing had been recorded.
        UnknownFrameworkError: no catalog of the edition is carried.
    """
    known = knowledge(facts, known_at)
    if not known.facts:
        raise ExportError("Nothing is on record by then.", remedy="Ask about a later day.")
    begun = tuple(fact for fact in known.standing if fact.first_day <= day)
    findings = {key: each.finding(day) for key, each in practice_records(begun, load_practices().asked).items()}
    exceptions = exceptions_on(accepted_exceptions(begun), day)
    assessments = assessments_on(begun, day)
    return ExportedRecord(
        slug=slug,
        name=name,
        edition=edition,
        day=day,
        made=max(fact.recorded for fact in known.facts),
        entries=len(known.facts),
        standing=begun,
        organisation=in_force((f for f in begun if isinstance(f.body, OrganisationDescribed)), day),
        program=written_program(begun).on(day),
        findings=findings,
        exceptions=exceptions,
        plan=action_plan(gaps_open_on(begun, day), day),
        assessments=tuple(fact for fact in assessments if _is_about(fact, edition)),
        coverage=RecordOnDay(day, findings, exceptions, assessments).coverage(edition),
    )


def _is_about(fact: RecordedFact, edition: EditionName) -> bool:
    return isinstance(fact.body, RequirementAssessed) and (fact.body.framework, fact.body.edition) == edition
