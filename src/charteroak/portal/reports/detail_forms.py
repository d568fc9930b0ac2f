"""More about an incident, in four short pages that can be left at any time: each page that is saved is a supplement.

A page knows its questions by their places in the record. Nothing is required; what stays empty is not answered.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, ManyChoices, QuestionForm
from charteroak.portal.reports.moment_field import MomentField, ask_which_of_two, moment_said
from charteroak.portal.reports.record_words import DATA_KINDS, DETECTIONS, KNOWN, LABELS, VECTORS
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import IncidentReportRecord, report_document
from charteroak.response.report_fields import LINE_LIMIT, TEXT_LIMIT

_LINES_LIMIT = 20_000
_CVE = re.compile(r"CVE-\d{4}-\d{4,19}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its place in the record, and what kind of answer it takes."""

    place: str
    kind: str
    help: str | Promise = ""
    choices: Sequence[tuple[str, str | Promise]] = ()

    @property
    def name(self) -> str:
        """The name of its field."""
        return self.place.replace("/", "__")


@dataclass(frozen=True, slots=True)
class DetailPage:
    """A page of questions."""

    code: str
    title: str | Promise
    questions: tuple[Question, ...]


_COUNT = _("A number, or “unknown”. 0 means none.")
_ONE_A_LINE = _("One a line.")
_TLP = tuple((word, word) for word in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"))
PAGES: Mapping[str, DetailPage] = {
    page.code: page
    for page in (
        DetailPage(
            "when",
            _("When, and how it was found"),
            (
                Question("times/firstActivity", "moment"),
                Question("times/contained", "moment"),
                Question("times/recovered", "moment"),
                Question("detection", "choice", choices=DETECTIONS),
                Question("vectors", "many", choices=VECTORS),
            ),
        ),
        DetailPage(
            "effect",
            _("What is touched"),
            (
                Question("safety/affected", "known"),
                Question("systems", "lines:function", _ONE_A_LINE),
                Question("counts/systems", "count", _COUNT),
                Question("counts/users", "count", _COUNT),
                Question("counts/people", "count", _COUNT),
                Question("counts/connecticutResidents", "count", _COUNT),
                Question("counts/students", "count", _COUNT),
                Question("dataKinds", "many", choices=DATA_KINDS),
            ),
        ),
        DetailPage(
            "how",
            _("What is known of the attack"),
            (
                Question("indicators", "lines", _ONE_A_LINE),
                Question("weaknesses", "lines:product", _("One a line: a CVE number, or a product.")),
                Question("actor/identity", "line"),
                Question("ransom/demanded", "known"),
                Question("ransom/amount", "line", _("Digits only, such as 12500 or 0.75.")),
                Question("ransom/currency", "line"),
                Question("ransom/paid", "known"),
            ),
        ),
        DetailPage(
            "done",
            _("What has been done"),
            (
                Question("responseTaken", "text"),
                Question("informed", "lines:who", _("Police, insurer, bank, your provider: one a line.")),
                Question("evidence", "lines:what", _("One a line: what, and who has it.")),
                Question("entity/town", "line", _("One of Connecticut\u2019s 169 towns.")),
                Question("entity/employees", "count", _COUNT),
                Question("sharing/tlp", "choice", choices=_TLP),
                Question("sharing/mayRefer", "known"),
            ),
        ),
    )
}


class DetailForm(QuestionForm):
    """One page, filled with what the report says already."""

    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(24))

    def __init__(self, data: Any, page: DetailPage, standing: IncidentReportRecord) -> None:
        super().__init__(data)
        self._page, self._standing = page, report_document(standing)
        for question in page.questions:
            self.ask(question.name, _field(question, _at(self._standing, question.place)))
            if question.kind == "moment":
                ask_which_of_two(self, question.name)

    def document(self, report: Report) -> dict[str, Any]:
        """The supplement that the page makes: what was filled in, beside what was known of the same group."""
        document: dict[str, Any] = {"outcome": report.outcome, "disclosure": report.disclosure}
        document["reportType"] = "supplement"
        for question in self._page.questions:
            answer = self._answer(question)
            if answer in (None, "", []):
                continue
            group, _slash, name = question.place.partition("/")
            if name:
                document.setdefault(group, dict(self._standing.get(group, {})))[name] = answer
            else:
                document[group] = answer
        if "ransom" in document:
            document["ransom"].setdefault("demanded", "unknown")
        return document

    def field_at(self, pointer: str) -> str | None:
        """The field of a place in the record that was refused."""
        names = [q.name for q in self._page.questions if pointer.lstrip("/").startswith(q.place)]
        return names[0] if names else None

    def _answer(self, question: Question) -> Any:
        value = self.cleaned_data.get(question.name)
        if question.kind == "moment":
            return moment_said(self, question.name)
        if question.kind == "count":
            text = str(value or "").strip().replace(",", "")
            return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text
        if question.kind.startswith("lines"):
            lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
            _kind, _colon, member = question.kind.partition(":")
            return [_item(line, member) for line in lines]
        return value


def _item(line: str, member: str) -> Any:
    if member == "product" and _CVE.fullmatch(line):
        return {"cve": line.upper()}
    return {member: line} if member else line


def _line(item: Any, member: str) -> str:
    return str(item.get(member) or item.get("cve", "")) if isinstance(item, Mapping) else str(item)


def _at(document: Mapping[str, Any], place: str) -> Any:
    value: Any = document
    for name in place.split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _field(question: Question, known: Any) -> forms.Field:
    shared: dict[str, Any] = {
        "label": LABELS[question.place], "help_text": question.help, "required": False, "initial": known,
    }  # fmt: skip
    match question.kind.partition(":")[0]:
        case "moment":
            shared["initial"] = known["at"] if isinstance(known, Mapping) else None
            return MomentField(**shared)
        case "known":
            return forms.ChoiceField(choices=KNOWN, widget=Choices, **shared)
        case "choice":
            select = forms.Select(attrs={"class": "short"})
            return forms.ChoiceField(choices=[("", "—"), *question.choices], widget=select, **shared)
        case "many":
            return forms.MultipleChoiceField(choices=question.choices, widget=ManyChoices, **shared)
        case "lines":
            member = question.kind.partition(":")[2]
            items = known if isinstance(known, list | tuple) else []
            shared["initial"] = "\n".join(
                str(item.get(member) or item.get("cve", "")) if isinstance(item, Mapping) else str(item)
                for item in items
            )
            return forms.CharField(max_length=_LINES_LIMIT, widget=forms.Textarea(attrs={"rows": 3}), **shared)
        case "text":
            return forms.CharField(max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 4}), **shared)
        case "count":
            box = forms.TextInput(attrs={"class": "short", "inputmode": "text"})
            return forms.CharField(max_length=40, widget=box, **shared)
        case _:
            return forms.CharField(max_length=LINE_LIMIT, **shared)


class CorrectionForm(QuestionForm):
    """What was wrong, and what is right."""

    narrative = forms.CharField(label=_("What happened"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}))
    reason = forms.CharField(label=_("What was wrong before?"), max_length=1_000, required=False)
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(24))


class WithdrawalForm(QuestionForm):
    """Why a report is taken back."""

    reason = forms.CharField(label=_("Why do you take it back?"), max_length=1_000, required=False)
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(24))
