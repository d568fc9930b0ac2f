"""The page on which an analyst keys a sheet of paper: blocks in the sheet's order, read back before it is filed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from charteroak.errors import InputError
from charteroak.portal.forms import QuestionForm, form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.response.incident_report import IncidentReportRecord, report_document
from charteroak.response.labelled_report import written_answers
from charteroak.response.report_labels import LABELS, words_of
from charteroak.response.report_sheet import BLOCKS, Keyed, SheetBlock, parse_sheet_number
from charteroak.services.access import access_desk
from charteroak.services.sheet_keying import file_sheet, read_sheet

NAMES = {label.pointer: label.en for label in LABELS}


class SheetForm(QuestionForm):
    """The number of the sheet, and two fields for each block that holds writing: what stands there, and its check."""

    not_marked = frozenset(name for block in BLOCKS for name in (block.letter, f"{block.letter}-check"))

    number = forms.CharField(
        label=gettext_lazy("Number of the sheet"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off", "autocapitalize": "characters"}),
    )

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the sheet"),
        choices=[("en", gettext_lazy("English")), ("es", gettext_lazy("Spanish"))],
        widget=forms.Select(attrs={"class": "short"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for block in BLOCKS:
            for name, field in _fields_of(block):
                self.ask(name, field)

    def keyed(self) -> dict[str, Keyed]:
        """What was keyed, by block, from a valid form."""
        answers = self.cleaned_data
        return {
            block.letter: Keyed(answers[block.letter], answers.get(f"{block.letter}-check", "")) for block in BLOCKS
        }


@require_http_methods(["GET", "HEAD", "POST"])
def key_sheet(request: HttpRequest) -> HttpResponse:
    """Key a sheet, compare what was read with it, and file it."""
    desk, person = access_desk(request.user), person_of(request)
    form = SheetForm(posted(request))
    record: IncidentReportRecord | None = None
    if request.method == "POST" and form.is_valid():
        try:
            parse_sheet_number(form.cleaned_data["number"])
            language = form.cleaned_data["language"]
            record = read_sheet(form.keyed(), language)
            if request.POST.get("step") == "again":
                record = None
            elif request.POST.get("step") == "file":
                row = file_sheet(desk, form.cleaned_data["number"], form.keyed(), person, language=language)
                return redirect("desk:report", row.pk)
        except InputError as error:
            record = None
            form.take_error(error, _field_of(error))
    crumbs = (Crumb(_("Desk"), reverse("desk:queue")),)
    if record is not None:
        page = Page(
            _("Compare with the sheet"), _("Nothing is recorded yet. Compare each line with the sheet."), crumbs
        )
        context = {"page": page, "form": form, "read": _read_back(record), "number": form.cleaned_data["number"]}
        return form_page(request, "desk/keyed.html", context)
    page = Page(
        _("Key a sheet"),
        _("Key what stands in each block, in the order of the letters; leave empty what is empty."),
        crumbs,
    )
    return form_page(request, "desk/key_sheet.html", {"page": page, "form": form})


def _fields_of(block: SheetBlock) -> list[tuple[str, forms.Field]]:
    label = f"{block.letter}  {NAMES[block.pointer]}"
    if block.form in {"one", "many"}:
        hint = (
            gettext_lazy("The code beside the tick")
            if block.form == "one"
            else gettext_lazy("The codes beside the ticks")
        )
        widget = forms.TextInput(attrs={"class": "short", "autocomplete": "off", "autocapitalize": "characters"})
        return [
            (block.letter, forms.CharField(label=label, help_text=hint, max_length=100, required=False, widget=widget))
        ]
    area = forms.Textarea(attrs={"rows": 6}) if block.form == "text" else forms.TextInput(attrs={"autocomplete": "off"})
    written = forms.CharField(label=label, max_length=20_000, required=False, strip=False, widget=area)
    hint = (
        gettext_lazy("The two characters behind it, or the day of the week")
        if block.form == "time"
        else gettext_lazy("The two characters behind it, if the sheet was printed with answers")
    )
    check = forms.CharField(
        label=gettext_lazy("Check of block %(letter)s") % {"letter": block.letter},
        help_text=hint,
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    return [(block.letter, written), (f"{block.letter}-check", check)]


def _field_of(error: InputError) -> str | None:
    """The form's field for the place that an error names: a block, or an answer of the record."""
    pointer = (error.location.pointer or "") if error.location is not None else ""
    if pointer == "/number":
        return "number"
    by_answer = next((block.letter for block in BLOCKS if pointer.startswith(block.pointer)), None)
    return by_answer or pointer.removeprefix("/") or None


def _read_back(record: IncidentReportRecord) -> list[tuple[str, str, str]]:
    """What was read, line by line in the sheet's order: letter, question, answer in words."""
    document: Mapping[str, Any] = report_document(record)
    written = written_answers(document)
    lines = []
    for block in BLOCKS:
        text = written.get(block.pointer, "")
        if block.form in {"one", "many"} and text:
            text = "; ".join(str(words_of(block.pointer, code, "en")) for code in text.split(", "))
        lines.append((block.letter, NAMES[block.pointer], text))
    return lines
