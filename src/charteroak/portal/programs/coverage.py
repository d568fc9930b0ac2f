"""The coverage of an edition in words: its sentence, its groups as bars, its requirements with what they rest on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from charteroak.frameworks.catalog import Control
from charteroak.portal.programs.choices import RELATIONS, Words
from charteroak.program.findings import Finding
from charteroak.program.hops import SCOPES
from charteroak.program.links import PracticeLink
from charteroak.program.recorded import RecordedFact
from charteroak.program.requirement_answers import (
    Answer,
    Coverage,
    EditionCoverage,
    ObjectiveStatus,
    Reason,
    RequirementStatus,
)
from charteroak.program.requirements import RecordOnDay

WHOLE_PAGE = 160
"""Requirements of an edition that one page shows; of a larger one it shows a group at a time."""

ANSWERS: dict[Answer, Words] = {
    Answer.SATISFIED: gettext_lazy("assessed: satisfied"),
    Answer.SHOWN: gettext_lazy("shown by a practice that does all of it"),
    Answer.PUBLISHED: gettext_lazy("answered through a published row"),
    Answer.PARTLY: gettext_lazy("assessed: satisfied in part"),
    Answer.NOT_SATISFIED: gettext_lazy("assessed: not satisfied"),
    Answer.NOT_APPLICABLE: gettext_lazy("does not apply, by an accepted exception"),
    Answer.CONTRIBUTED: gettext_lazy("a practice does a part of it"),
    Answer.NOTHING: gettext_lazy("nothing on record"),
}
REASONS: dict[Reason, Words] = {
    Reason.ASSESSMENT_OLD: gettext_lazy("the assessment is more than a year old"),
    Reason.ANSWERED_NO_SINCE: gettext_lazy("a practice behind it was answered no or partly since"),
    Reason.NO_EXCEPTION: gettext_lazy("assessed as not applicable, without an accepted exception that says why"),
    Reason.UNKNOWN: gettext_lazy("the assessor could not tell"),
    Reason.ANSWERED_NO: gettext_lazy("a practice behind it is answered no or partly"),
    Reason.EVIDENCE_OLD: gettext_lazy("the evidence is too old"),
    Reason.EXCEPTED: gettext_lazy("an exception to a practice behind it was accepted"),
    Reason.OTHER_SCOPE: gettext_lazy("what answers it elsewhere looks at something else"),
    Reason.PARAMETER: gettext_lazy("it leaves a value to you, and no other framework answers that"),
    Reason.OWN_QUESTION: gettext_lazy("a question that this framework alone asks is open"),
}
SCOPE_WORDS: dict[str, Words] = {
    "controlled unclassified information": gettext_lazy("controlled unclassified information"),
    "one cloud service": gettext_lazy("one cloud service"),
    "the cardholder data environment": gettext_lazy("the cardholder data environment"),
    "electronic protected health information": gettext_lazy("electronic protected health information"),
    "customer information": gettext_lazy("customer information"),
}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A function, family or heading: how many of its requirements stand how, and where its bar's parts begin."""

    group: Control
    covered: int
    partly: int
    not_covered: int
    not_applicable: int
    scale: int
    """The requirements of the largest group, so that all bars can be compared."""

    @property
    def all(self) -> int:
        """How many requirements it has."""
        return self.covered + self.partly + self.not_covered + self.not_applicable

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """The parts of its bar: what it is, where it begins, how wide it is, of 100."""
        found, begin = [], 0.0
        for name in ("covered", "partly", "not_applicable", "not_covered"):
            width = 100 * int(getattr(self, name)) / self.scale
            if width:
                found.append((name.replace("_", "-"), round(begin, 2), round(width, 2)))
            begin += width
        return found


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """A practice behind a requirement, and what shows it."""

    id: str
    title: str
    relation: Words
    is_shown: bool
    facts: Sequence[RecordedFact]


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective with how it stands."""

    id: str
    title: str
    answer: str | Promise
    reason: str | Promise
    assessed: RecordedFact | None
    is_answered: bool


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """A requirement as the page shows it."""

    status: RequirementStatus
    badge: str
    objectives: Sequence[ObjectiveRow]
    practices: Sequence[PracticeRow]
    open_count: int
    has_objectives: bool

    @property
    def shown_count(self) -> int:
        """How many of its practices are answered yes and shown by fresh evidence."""
        return sum(each.is_shown for each in self.practices)


def coverage_sentence(edition: EditionCoverage) -> str:
    """How many requirements the record covers, in part and not at all."""
    counts = edition.counts()
    count = len(edition.requirements)
    opening = ngettext(
        "The record covers %(covered)s of %(all)s requirement",
        "The record covers %(covered)s of %(all)s requirements",
        count,
    ) % {"covered": counts[Coverage.COVERED], "all": count}
    rest = [_("%(count)s in part") % {"count": counts[Coverage.PARTLY]}] if counts[Coverage.PARTLY] else []
    if counts[Coverage.OPEN]:
        rest.append(_("%(count)s not at all") % {"count": counts[Coverage.OPEN]})
    if counts[Coverage.NOT_APPLICABLE]:
        rest.append(_("%(count)s not applicable") % {"count": counts[Coverage.NOT_APPLICABLE]})
    return f"{opening}; {', '.join(rest)}." if rest else f"{opening}."


def scope_words(edition: EditionCoverage) -> str:
    """What the framework looks at, where that is not the whole organisation."""
    scope = SCOPES.get(edition.name.framework)
    return "" if scope is None else str(SCOPE_WORDS[scope])


def group_rows(edition: EditionCoverage) -> list[GroupRow]:
    """The functions, families or headings, in the publisher's order."""
    counts = {group.id: edition.counts(group.id) for group in edition.groups()}
    scale = max((sum(each.values()) for each in counts.values()), default=1)
    return [
        GroupRow(
            group,
            counts[group.id][Coverage.COVERED],
            counts[group.id][Coverage.PARTLY],
            counts[group.id][Coverage.OPEN],
            counts[group.id][Coverage.NOT_APPLICABLE],
            scale,
        )
        for group in edition.groups()
    ]


def requirement_rows(
    edition: EditionCoverage, record: RecordOnDay, group: str | None, *, open_only: bool
) -> Iterator[RequirementRow]:
    """The requirements of an edition or of one group of it, in the publisher's order."""
    done = {Coverage.COVERED, Coverage.NOT_APPLICABLE}
    for status in edition.requirements:
        if (group is None or status.group.id == group) and not (open_only and status.coverage in done):
            yield _row(status, record, edition.links.of(status.control.id))


def _row(status: RequirementStatus, record: RecordOnDay, links: Sequence[PracticeLink]) -> RequirementRow:
    findings = [(link, record.findings[link.practice]) for link in links if link.practice in record.findings]
    return RequirementRow(
        status=status,
        badge=status.coverage.value,
        objectives=[_objective(each) for each in status.objectives],
        practices=[_practice(link, finding) for link, finding in findings],
        open_count=len(status.open_objectives),
        has_objectives=status.objectives[0].control is not status.control,
    )


def _objective(each: ObjectiveStatus) -> ObjectiveRow:
    return ObjectiveRow(
        id=each.control.id,
        title=each.control.title,
        answer=ANSWERS[each.answer],
        reason="" if each.reason is None else REASONS[each.reason],
        assessed=each.assessed,
        is_answered=each.answer.is_answered,
    )


def _practice(link: PracticeLink, finding: Finding) -> PracticeRow:
    facts = [fact for fact in (finding.answered, finding.newest) if fact is not None]
    return PracticeRow(link.practice, finding.practice.title, RELATIONS[link.relation], finding.is_shown, facts)
