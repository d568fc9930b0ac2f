"""Forms of a file that is brought in: the file, what its columns and words mean, and what each row is about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from charteroak.law.editions import load_frameworks
from charteroak.portal.forms import QuestionForm
from charteroak.portal.programs.choices import PRACTICE_ANSWERS
from charteroak.portal.programs.description_forms import ChoicesInARow
from charteroak.portal.programs.forms import DateInput, NoteField
from charteroak.program.imports.mapping import ImportMapping, RowMapping, statuses_of
from charteroak.program.imports.rows import ReadFile, Row
from charteroak.program.imports.suggestions import FoundEdition, Suggestions
from charteroak.program.practices import load_practices
from charteroak.services.programs import UploadedFile


class BringInForm(QuestionForm):
    """A written program or a control list, as it is."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("A list as CSV or XLSX, a program as DOCX, PDF or plain text; at most 16 MB, without a password."),
    )
    note = NoteField(label=_("Where is it from?"), widget=forms.Textarea(attrs={"rows": 2}))

    def upload(self) -> UploadedFile:
        """The file, from a valid form."""
        file = self.cleaned_data["file"]
        return UploadedFile(file.name, file.content_type or "application/octet-stream", file.file)


class MeaningForm(QuestionForm):
    """Of which day the file speaks, which framework its numbers are from, and what its statuses mean.

    The words of the column stand below it once a column was chosen: sent once more, they get their meaning.
    """

    as_of = forms.DateField(label=_("Of which day does it speak?"), widget=DateInput)

    def __init__(
        self, *args: Any, read: ReadFile, found: Sequence[FoundEdition], mapping: ImportMapping, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mapping = mapping
        named = [(str(name), f"{_label(name)} ({count})") for name, count in found]
        choices = [("", _("None that stands here")), *named]
        self.ask(
            "edition",
            forms.ChoiceField(
                label=_("Whose numbers stand in it?"),
                help_text=_("Behind each name: how many of its identifiers were found in the file."),
                choices=choices,
                required=False,
            ),
        )
        columns = [("", _("It has none")), *((str(n), name[:60]) for n, name in enumerate(read.columns, start=1))]
        label = _("Which column says whether it is done?")
        self.ask("status_column", forms.ChoiceField(label=label, choices=columns, required=False))
        self.words: list[str] = []
        column = mapping.status_column
        if column is not None:
            self.words = [word for word, _count in statuses_of(read, column)]
            for number, (word, count) in enumerate(statuses_of(read, column)):
                self._ask_word(number, word, count)

    def _ask_word(self, number: int, word: str, count: int) -> None:
        text = ngettext("“%(word)s” (%(count)s row) means", "“%(word)s” (%(count)s rows) means", count)
        label = text % {"word": word or _("nothing"), "count": count}
        choices = [*PRACTICE_ANSWERS.items(), ("", _("Says nothing"))]
        field = forms.ChoiceField(label=label, choices=choices, required=False, widget=ChoicesInARow)
        field.initial = self.mapping.statuses.get(word, "")
        self.ask(f"word_{number}", field)

    @property
    def not_marked(self) -> frozenset[str]:  # type: ignore[override]
        """Every question but the day has an answer that stands already: none, or nothing said."""
        return frozenset(self.fields) - {"as_of"}

    @staticmethod
    def initial_of(mapping: ImportMapping, found: Sequence[FoundEdition], today: date) -> dict[str, Any]:
        """What was decided already; otherwise the edition that most identifiers are from."""
        edition = mapping.edition or (str(found[0][0]) if found else "")
        return {"edition": edition, "status_column": mapping.status_column or "", "as_of": mapping.as_of or today}

    def decided(self) -> ImportMapping:
        """The mapping with what was decided, from a valid form. Words of another column lose their meaning."""
        answers = self.cleaned_data
        column = int(answers["status_column"]) if answers["status_column"] else None
        told = {word: answers.get(f"word_{number}", "") for number, word in enumerate(self.words)}
        statuses = {word: meaning for word, meaning in told.items() if meaning}
        return msgspec.structs.replace(
            self.mapping,
            edition=answers["edition"],
            as_of=answers["as_of"],
            status_column=column,
            statuses=statuses if column == self.mapping.status_column else {},
        )


class RowsForm(QuestionForm):
    """What each row of one page is about, and whether it shows that at work."""

    records = False

    def __init__(
        self, *args: Any, rows: Sequence[tuple[Row, Suggestions]], mapping: ImportMapping, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [row.number for row, _suggestions in rows]
        everything = _by_theme()
        for row, suggestions in rows:
            told = mapping.rows.get(str(row.number))
            field = forms.ChoiceField(
                label=_("%(place)s: what is it about?") % {"place": row.place},
                choices=_choices(suggestions, everything),
                required=False,
            )
            field.initial = told.practice if told is not None else ""
            self.ask(f"row_{row.number}", field)
            shows = forms.BooleanField(label=_("It shows that this was done"), required=False)
            shows.initial = told is not None and told.shows
            self.ask(f"shows_{row.number}", shows)

    @property
    def not_marked(self) -> frozenset[str]:  # type: ignore[override]
        """Every row has an answer that stands already: nothing is said about it."""
        return frozenset(self.fields)

    def decided(self, mapping: ImportMapping) -> ImportMapping:
        """The mapping with the rows of this page as they were decided, from a valid form."""
        rows = {number: told for number, told in mapping.rows.items() if int(number) not in self.numbers}
        for number in self.numbers:
            practice = self.cleaned_data[f"row_{number}"]
            if practice:
                rows[str(number)] = RowMapping(practice=practice, shows=self.cleaned_data[f"shows_{number}"])
        return msgspec.structs.replace(mapping, rows=rows)


def _label(name: tuple[str, str]) -> str:
    framework = load_frameworks().get(name[0])
    return framework.label(name[1]) if framework is not None else "@".join(name)


def _by_theme() -> list[tuple[str, list[tuple[str, str]]]]:
    practices = load_practices()
    groups = [
        (theme.title, [(each.id, each.title) for each in practices.of_theme(theme.id)])
        for theme in practices.themes.values()
    ]
    return [*groups, (str(_("Asked by one framework alone")), [(q.id, q.title) for q in practices.questions.values()])]


def _choices(suggestions: Suggestions, everything: list[tuple[str, list[tuple[str, str]]]]) -> list[Any]:
    """Nothing first, then what its identifiers suggest, then the hint, then every practice by theme."""
    asked = load_practices().asked
    choices: list[Any] = [("", _("Nothing is said about it"))]
    if suggestions.by_identifier:
        named = [(each, asked[each].title) for each in suggestions.by_identifier]
        choices.append((_("Suggested by %(ids)s") % {"ids": ", ".join(suggestions.identifiers[:4])}, named))
    if suggestions.hint is not None and suggestions.hint not in suggestions.by_identifier:
        choices.append((str(_("A hint by its words")), [(suggestions.hint, asked[suggestions.hint].title)]))
    return [*choices, *everything]
