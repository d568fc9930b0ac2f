"""The coverage of an edition in words: its sentence, its groups as bars, its requirements with what they rest on."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from charteroak.frameworks.catalog import Control
from charteroak.portal.programs.choices import RELATIONS, Words
from charteroak.portal.programs.places import entry_url
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

WHOLE_PAGE = 40
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
    def is_done(self) -> bool:
        """Whether nothing of it is open, not even in part."""
        return not self.partly and not self.not_covered

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """The parts of its bar: what it is, where it begins, how wide it is, of 100."""
        found, begin = [], 0.0
        for name in ("covered", "partly", "not_applicable", "not_covered"):
            width = 100 * int(getattr(self, name)) / self.scale
            if width:
                found.append((name.replace("_", "-"), f"{begin:.2f}", f"{width:.2f}"))
            begin += width
        return found


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """A requirement as the page shows it; what stands folded away comes as finished HTML."""

    status: RequirementStatus
    objective_summary: str
    objectives: SafeString
    practice_summary: str
    practices: SafeString
    says: str
    """How a requirement stands that is asked about as a whole."""


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


class RequirementRows:
    """The requirements of an edition as rows.

    The lists that are folded away are written here and not by a template: a page holds hundreds of objectives, and a
    template takes ten times as long for each. Every value passes ``format_html``.
    """

    def __init__(self, edition: EditionCoverage, record: RecordOnDay, slug: str, *, may_record: bool) -> None:
        self._edition, self._record, self._slug = edition, record, slug
        self._practices = reverse("programs:practices", args=[slug]) if may_record else None
        self._entries: dict[int, SafeString] = {}
        self._answers = {code: str(words) for code, words in ANSWERS.items()}
        self._reasons = {code: f"; {words}" for code, words in REASONS.items()}
        self._relations = {code: str(words) for code, words in RELATIONS.items()}

    def rows(self, group: str | None, *, open_only: bool) -> list[RequirementRow]:
        """The requirements of the edition or of one group of it, in the publisher's order."""
        done = {Coverage.COVERED, Coverage.NOT_APPLICABLE}
        return [
            self._row(status)
            for status in self._edition.requirements
            if (group is None or status.group.id == group) and not (open_only and status.coverage in done)
        ]

    def _row(self, status: RequirementStatus) -> RequirementRow:
        links = [link for link in self._edition.links.of(status.control.id) if link.practice in self._record.findings]
        shown = sum(self._record.findings[link.practice].is_shown for link in links)
        has_objectives = status.objectives[0].control is not status.control
        objectives, open_count = len(status.objectives), len(status.open_objectives)
        summary = ngettext("%(open)s of %(all)s objective open", "%(open)s of %(all)s objectives open", objectives) % {
            "open": open_count,
            "all": objectives,
        }
        return RequirementRow(
            status=status,
            objective_summary=summary if has_objectives else "",
            objectives=format_html_join(
                "", "<li>{}</li>", ((self._objective(each),) for each in status.objectives if has_objectives)
            ),
            practice_summary=ngettext(
                "%(shown)s of %(all)s practice shown", "%(shown)s of %(all)s practices shown", len(links)
            )
            % {"shown": shown, "all": len(links)},
            practices=format_html_join("", "<li>{}</li>", ((self._practice(link),) for link in links)),
            says="" if has_objectives else self._says(status.objectives[0]),
        )

    def _objective(self, each: ObjectiveStatus) -> SafeString:
        assessed = "" if each.assessed is None else format_html(" ({})", self._entry(each.assessed))
        return format_html(
            '<strong>{}</strong> {} <span class="soft">{}{}</span>',
            each.control.id,
            each.control.title,
            self._says(each),
            assessed,
        )

    def _says(self, each: ObjectiveStatus) -> str:
        return self._answers[each.answer] + ("" if each.reason is None else self._reasons[each.reason])

    def _practice(self, link: PracticeLink) -> SafeString:
        finding = self._record.findings[link.practice]
        title: str = finding.practice.title
        if self._practices is not None:
            title = format_html('<a href="{}{}/">{}</a>', self._practices, link.practice, title)
        facts = [fact for fact in (finding.answered, finding.newest) if fact is not None]
        return format_html(
            '{} <span class="soft">{}{}{}</span>',
            title,
            self._relations[link.relation],
            format_html(", <strong>{}</strong>", _("shown")) if finding.is_shown else "",
            format_html_join("", ", {}", ((self._entry(fact),) for fact in facts)),
        )

    def _entry(self, fact: RecordedFact) -> SafeString:
        if fact.index not in self._entries:
            words = _("entry %(index)s") % {"index": fact.index}
            self._entries[fact.index] = format_html('<a href="{}">{}</a>', entry_url(self._slug, fact.index), words)
        return self._entries[fact.index]
