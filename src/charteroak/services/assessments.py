"""Assessing requirements: what someone found about them, by which methods, shown by which entries.

*Does not apply* is no way out: it is refused wherever it comes from (page, command, sheet) without an accepted
exception for the requirement, which names a factor of the act, a reason, who approved it and when it ends.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from charteroak.clock import connecticut_day
from charteroak.frameworks.catalog import EditionName
from charteroak.frameworks.errors import UnknownFrameworkError
from charteroak.program.assessed_editions import AssessedEdition, assessed_edition
from charteroak.program.assessment_sheets import parse_sheet, refused
from charteroak.program.bodies import RequirementAssessed, RequirementShown
from charteroak.program.exceptions import AcceptedException, accepted_exceptions, exceptions_on
from charteroak.program.history import KnownAt, knowledge
from charteroak.program.objectives import objectives_of, outline_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.program_record import record_day, usable_text
from charteroak.services.program_subjects import requirement_named
from charteroak.services.programs import ProgramInputError, Recorder, refuse_day, require_keeper, usable_line
from charteroak.services.selected import facts_on
from charteroak.services.selection import known_size

MOST_AT_ONCE = 5_000
"""Results that are recorded in one transaction."""
Finding = tuple[RequirementAssessed, date]
"""What was found, and on which day."""


def assess_requirement(
    organisation: Organisation, assessment: RequirementAssessed, day: date, recorder: Recorder
) -> LedgerEntry:
    """Record what an assessor found about a requirement or an objective of it. It stands until a newer finding.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used, or it is said not to apply and no exception was accepted; nothing was
            recorded.
    """
    require_keeper(organisation, recorder)
    return assess_requirements(organisation, [(assessment, day)], recorder)[0]


def assess_requirements(
    organisation: Organisation, findings: Sequence[Finding], recorder: Recorder
) -> list[LedgerEntry]:
    """Record several findings, all of them or none.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: one of them cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    if len(findings) > MOST_AT_ONCE:
        raise ProgramInputError(f"Record at most {MOST_AT_ONCE} results at once.", field="result")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        checks = _Checks(organisation, connecticut_day(recorder.moment))
        usable = [(checks.usable(body, day), day) for body, day in findings]
        return [record_day(organisation, "requirement.assessed", body, (day, "day"), recorder) for body, day in usable]


def assess_sheet(organisation: Organisation, name: EditionName, data: bytes, recorder: Recorder) -> list[LedgerEntry]:
    """Record every result of a sheet, all of them or none.

    Raises:
        AccessError: the person does not keep this organisation's record.
        SheetError: the sheet cannot be taken; the lines at fault are named and nothing was recorded.
    """
    require_keeper(organisation, recorder)
    outline_named(name)
    rows = parse_sheet(data, name)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        checks = _Checks(organisation, connecticut_day(recorder.moment))
        usable: list[Finding] = []
        problems: list[tuple[int, str]] = []
        for row in rows:
            try:
                usable.append((checks.usable(row.body, row.day), row.day))
            except ProgramInputError as error:
                problems.append((row.line, error.message.rstrip(".").lower()))
        if problems:
            raise refused(problems)
        return [record_day(organisation, "requirement.assessed", body, (day, "day"), recorder) for body, day in usable]


def assessment_of(
    organisation: Organisation, name: EditionName, day: date, known_at: KnownAt = None
) -> AssessedEdition:
    """How far an edition was assessed on a day, as known at a moment.

    Raises:
        ProgramInputError: there is no catalog of the edition here.
    """
    outline_named(name)
    facts, _ = facts_on(organisation, day, known_at)
    standing = [fact for fact in knowledge(facts, known_at).standing if fact.first_day <= day]
    return assessed_edition(name, standing, exceptions_on(accepted_exceptions(standing), day), day)


def assessments_of(organisation: Organisation, names: Sequence[EditionName], day: date) -> list[AssessedEdition]:
    """The same for several editions, from one reading of the record."""
    facts, _ = facts_on(organisation, day)
    standing = [fact for fact in knowledge(facts).standing if fact.first_day <= day]
    exceptions = exceptions_on(accepted_exceptions(standing), day)
    return [assessed_edition(name, standing, exceptions, day) for name in names]


def outline_named(name: EditionName) -> None:
    """Refuse an edition whose requirements cannot be assessed here.

    Raises:
        ProgramInputError: no catalog of it is carried, or it is a list of objectives itself.
    """
    try:
        is_assessable = outline_of(name).is_assessable
    except UnknownFrameworkError:
        is_assessable = False
    if not is_assessable:
        raise ProgramInputError(
            f"There is no edition {name} to assess here.", field="edition", remedy="See `charteroak frameworks list`."
        )


class _Checks:
    """What every finding must be, with the record read once."""

    def __init__(self, organisation: Organisation, today: date) -> None:
        self._organisation = organisation
        self._today = today
        self._size = known_size(organisation)
        self._exceptions: dict[date, tuple[AcceptedException, ...]] = {}

    def usable(self, finding: RequirementAssessed, day: date) -> RequirementShown:
        """The finding as it is written."""
        refuse_day(day, self._today, "day")
        requirement_named(finding.framework, finding.edition, finding.requirement)
        if finding.result != "unknown" and not finding.methods:
            raise ProgramInputError("Choose how it was assessed.", field="methods")
        shown = finding if isinstance(finding, RequirementShown) else None
        evidence = tuple(dict.fromkeys(shown.evidence)) if shown is not None else ()
        if any(index >= self._size for index in evidence):
            raise ProgramInputError(f"There is no such entry; the newest is {self._size - 1}.", field="evidence")
        exception = self._exception(finding, day) if finding.result == "not-applicable" else None
        return RequirementShown(
            framework=finding.framework,
            edition=finding.edition,
            requirement=finding.requirement,
            objective=self._objective(finding),
            result=finding.result,
            methods=tuple(dict.fromkeys(finding.methods)),
            assessor=usable_line(finding.assessor, "assessor"),
            factor=finding.factor if exception is None else exception.body.factor,
            note=usable_text(finding.note, "note"),
            evidence=evidence,
            exception=None if exception is None else exception.body.exception,
        )

    def _objective(self, finding: RequirementAssessed) -> str | None:
        if not (finding.objective or "").strip():
            return None
        name = usable_line(finding.objective or "", "objective")
        published = objectives_of(EditionName(finding.framework, finding.edition))
        if published is not None and name not in published.by_requirement.get(finding.requirement, ()):
            raise ProgramInputError(
                f"{finding.requirement} has no objective {name!r}.",
                field="objective",
                remedy=f"See `charteroak frameworks show {published.name}`.",
            )
        return name

    def _exception(self, finding: RequirementAssessed, day: date) -> AcceptedException:
        if day not in self._exceptions:
            facts, _ = facts_on(self._organisation, day)
            self._exceptions[day] = exceptions_on(accepted_exceptions(knowledge(facts).standing), day)
        name = EditionName(finding.framework, finding.edition)
        standing = [
            each
            for each in self._exceptions[day]
            if each.touches_requirement(name, finding.requirement) and each.body.reason.strip()
        ]
        if not standing:
            raise ProgramInputError(
                f"No exception is in effect for {finding.requirement} on {day.isoformat()}.",
                field="result",
                remedy="Accept one first: it names a factor of the act, a reason, who approved it and when it ends.",
            )
        return max(standing, key=lambda each: each.body.expires)
