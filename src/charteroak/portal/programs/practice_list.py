"""The list of practices at its full size: what is promised first, then all by theme, or what a question leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from charteroak.frameworks.catalog import EditionName
from charteroak.law.editions import load_frameworks
from charteroak.portal.forms import QuestionForm
from charteroak.portal.programs.choices import Words
from charteroak.portal.programs.practices import PracticeRow, practice_rows, promised_practices
from charteroak.portal.programs.wording import edition_label, framework_name
from charteroak.program.findings import Finding
from charteroak.program.links import has_part, linked_editions
from charteroak.program.practices import load_practices
from charteroak.program.status import ProgramStatus


@dataclass(frozen=True, slots=True)
class PracticeQuestion:
    """Which practices to list."""

    theme: str = ""
    edition: EditionName | None = None
    open_only: bool = False

    def __bool__(self) -> bool:
        return bool(self.theme or self.edition or self.open_only)

    def asks_for(self, finding: Finding) -> bool:
        """Whether a practice belongs on the list."""
        practice = finding.practice
        if self.theme and practice.theme != self.theme:
            return False
        if self.edition is not None and not has_part(practice, self.edition):
            return False
        return not (self.open_only and finding.is_shown)


@dataclass(frozen=True, slots=True)
class PracticeGroup:
    """Practices that stand together, with a sentence on how they stand."""

    key: str
    title: Words
    about: Words
    sentence: str
    rows: Sequence[PracticeRow]


@dataclass(frozen=True, slots=True)
class PracticeList:
    """What the page shows."""

    first: PracticeGroup | None
    """What the program promises, or where everyone starts; not where a question was asked."""
    themes: Sequence[PracticeGroup]
    questions: Sequence[PracticeGroup]
    """What one framework alone asks, by framework."""


class PracticeFilterForm(QuestionForm):
    """Which practices to list: a plain question in the address."""

    records = False
    names = ("theme", "framework", "open")
    not_marked = frozenset(names)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    framework = forms.ChoiceField(label=gettext_lazy("Framework"), required=False)
    open = forms.BooleanField(label=gettext_lazy("Only what is not shown yet"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        order = list(load_frameworks())
        editions = sorted(linked_editions(), key=lambda name: (order.index(name.framework), name.edition))
        themes = [(theme.id, theme.title) for theme in load_practices().themes.values()]
        self._choose("theme", [("", _("Every theme")), *themes])
        self._choose("framework", [("", _("Any")), *((str(name), edition_label(*name)) for name in editions)])

    def _choose(self, field: str, choices: list[tuple[str, str]]) -> None:
        asked = self.fields[field]
        if isinstance(asked, forms.ChoiceField):
            asked.choices = choices

    def question(self) -> PracticeQuestion:
        """What is asked for, from a valid form."""
        answers = self.cleaned_data
        framework, _at, edition = answers["framework"].partition("@")
        return PracticeQuestion(
            theme=answers["theme"],
            edition=EditionName(framework, edition) if framework else None,
            open_only=answers["open"],
        )


def practice_list(status: ProgramStatus, question: PracticeQuestion) -> PracticeList:
    """The practices that are asked for, in groups; without a question all of them, what is promised first."""
    promised = promised_practices(status)
    findings = [finding for finding in status.findings.values() if question.asks_for(finding)]
    asked = _questions(status, question)
    return PracticeList(
        first=None if question else _first(status, promised),
        themes=[
            _group(theme.id, theme.title, theme.about, theirs, promised)
            for theme in status.practices.themes.values()
            if (theirs := [finding for finding in findings if finding.practice.theme == theme.id])
        ],
        questions=[
            _group(code, framework_name(code), "", theirs, promised)
            for code in dict.fromkeys(finding.practice.framework for finding in asked)
            if (theirs := [finding for finding in asked if finding.practice.framework == code])
        ],
    )


def _first(status: ProgramStatus, promised: frozenset[str]) -> PracticeGroup:
    if promised:
        return _group("promised", _("What your program promises"), "", status.wanted, promised)
    return _group("starting", _("Where everyone starts"), "", status.wanted, promised)


def _questions(status: ProgramStatus, question: PracticeQuestion) -> list[Finding]:
    """Questions of the framework that is asked for; without one, of those that are followed. A theme has none."""
    if question.theme:
        return []
    if question.edition is None:
        return [finding for finding in status.questions.values() if question.asks_for(finding)]
    every = (finding for finding in status.record.findings.values() if finding.practice.is_question)
    return [finding for finding in every if question.asks_for(finding)]


def _group(
    key: str, title: Words, about: Words, findings: Iterable[Finding], promised: frozenset[str]
) -> PracticeGroup:
    theirs = list(findings)
    return PracticeGroup(key, title, about, group_sentence(theirs), practice_rows(theirs, promised))


def group_sentence(findings: Sequence[Finding]) -> str:
    """How a group stands, in half a line: how many are shown, and what is known of the others."""
    shown = sum(finding.is_shown for finding in findings)
    words = ngettext("%(shown)s of %(count)s shown", "%(shown)s of %(count)s shown", len(findings))
    parts = [words % {"shown": shown, "count": len(findings)}]
    begun = sum(finding.answer in {"yes", "partly"} and not finding.is_shown for finding in findings)
    refused = sum(finding.answer == "no" for finding in findings)
    if begun:
        parts.append(ngettext("%(count)s begun", "%(count)s begun", begun) % {"count": begun})
    if refused:
        parts.append(ngettext("%(count)s not done", "%(count)s not done", refused) % {"count": refused})
    return ", ".join(parts)
