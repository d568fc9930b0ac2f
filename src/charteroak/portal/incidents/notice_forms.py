"""Forms about notices: answers that they need, people's own words, that one was sent, that this was a mistake."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.law.duties import load_duties
from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.incidents.fields import MomentField
from charteroak.portal.programs.forms import DateInput, LineField, NoteField
from charteroak.response.notices.decisions import Decision, DecisionKind
from charteroak.response.notices.items import TemplateItem
from charteroak.response.notices.particulars import (
    LINE_LIMIT,
    TEXT_LIMIT,
    Particular,
    ParticularGroup,
    ParticularKind,
    Particulars,
    load_particulars,
)
from charteroak.response.notices.templates import NoticeTemplate
from charteroak.services.notice_sending import RESIDENTS, NewSending
from charteroak.services.programs import UploadedFile

WHAT_WAS_SENT = (
    ("file", _("A file that I hand in below")),
    ("pdf", _("The draft as it stands, as PDF")),
    ("docx", _("The draft as it stands, as DOCX")),
    ("txt", _("The draft as it stands, as text")),
    ("nothing", _("Nothing that can be kept: a call, or a form on a web page")),
)


class AnswersForm(QuestionForm):
    """Answers of one group. Each may stay empty: then it is not known."""

    def __init__(self, *args: Any, group: ParticularGroup, answers: Particulars, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked = [each for each in load_particulars().values() if each.group is group]
        self.not_marked = frozenset(each.key for each in self._asked)  # type: ignore[misc]  # of this form
        for each in self._asked:
            self.ask(each.key, _field_of(each))
            self.initial[each.key] = answers.get(each.key, "")

    def asks_any_of(self, keys: Iterable[str]) -> bool:
        """Whether one of these questions stands in the form."""
        return any(each.key in set(keys) for each in self._asked)

    def answers(self, before: Particulars) -> dict[str, object]:
        """All answers, with this group's in the place of the older ones."""
        return {**before, **{each.key: self.cleaned_data[each.key] for each in self._asked}}


def _field_of(particular: Particular) -> forms.Field:
    asked: dict[str, Any] = {
        "label": f"{particular.label[0].upper()}{particular.label[1:]}",
        "help_text": particular.help,
        "required": False,
    }
    match particular.kind:
        case ParticularKind.TEXT:
            widget = forms.Textarea(attrs={"rows": 4})
            return forms.CharField(max_length=TEXT_LIMIT, widget=widget, **asked)
        case ParticularKind.DAY:
            return forms.DateField(widget=DateInput(attrs={"class": "short"}), **asked)
        case ParticularKind.COUNT:
            number = forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"})
            return forms.IntegerField(min_value=0, max_value=10**9, widget=number, **asked)
        case ParticularKind.LINE:
            return forms.CharField(max_length=LINE_LIMIT, **asked)


class WordsForm(QuestionForm):
    """People's own paragraphs, one place for each item of the notice."""

    def __init__(self, *args: Any, template: NoticeTemplate, words: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = template.items
        self.not_marked = frozenset(_name(item) for item in self._items)  # type: ignore[misc]  # of this form
        for item in self._items:
            widget = forms.Textarea(attrs={"rows": 3})
            field = forms.CharField(
                label=item.asks, help_text=item.counsel, required=False, max_length=TEXT_LIMIT, widget=widget
            )
            self.ask(_name(item), field)
            self.initial[_name(item)] = words.get(item.id, "")

    def words(self) -> dict[str, str]:
        """What was written, by item; empty places are left out."""
        return {item.id: self.cleaned_data[_name(item)] for item in self._items if self.cleaned_data[_name(item)]}


def _name(item: TemplateItem) -> str:
    return f"words-{item.id}"


class SendingForm(QuestionForm):
    """That a notice was sent: when, to whom, how, what exactly, and what proves it."""

    not_marked = frozenset({"document", "sent"})
    sent = MomentField(label=_("When was it sent?"), help_text=_("Day and time in Connecticut."))
    to = LineField(label=_("To whom?"))
    how = LineField(label=_("How?"), help_text=_("By letter, by mail, through a web form, by telephone."))
    what = forms.ChoiceField(label=_("What exactly was sent?"), choices=WHAT_WAS_SENT, widget=Choices, initial="file")
    document = forms.FileField(
        label=_("The file that was sent"), help_text=_("Exactly as it went out; its SHA-256 is recorded."),
        required=False,
    )  # fmt: skip
    proof = forms.FileField(
        label=_("What proves it"), help_text=_("A receipt, a confirmation page, a scan."), required=False
    )
    note = NoteField(label=_("Anything else"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, template: NoticeTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._template = template
        self.initial.setdefault("to", template.recipient)
        if template.separate:
            to = {f"{duty.code}/{duty.part}": duty.to for duty in load_duties().duties}
            choices = [(duty, to[duty]) for duty in template.duties]
            served = forms.MultipleChoiceField(
                label=_("Who was told by this?"), choices=choices, widget=forms.CheckboxSelectMultiple
            )
            self.ask("duties", served)
        if RESIDENTS in template.duties:
            field = forms.BooleanField(
                label=_("Record this, too, as the day on which residents were told"),
                help_text=_(
                    "It becomes an answer of the facts. The Attorney General's limit follows the letter anyway."
                ),
                required=False,
                initial=True,
            )
            self.ask("is_day_of_residents", field)

    def clean_sent(self) -> Any:
        """A sending has a moment."""
        moment = self.cleaned_data["sent"]
        if moment is None:
            raise forms.ValidationError(_("Say when it was sent."))
        return moment

    def clean(self) -> dict[str, Any]:
        """A file that is promised is there."""
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if answers.get("what") == "file" and not answers.get("document") and "document" not in self.errors:
            self.add_error("document", _("Add the file, or choose what else was sent."))
        return answers

    def sending(self, language: str) -> NewSending:
        """What is to be recorded; from a valid form."""
        answers = self.cleaned_data
        what = answers["what"]
        return NewSending(
            notice=self._template.id,
            language=language,
            to=answers["to"],
            sent=answers["sent"],
            how=answers["how"],
            document=_upload(answers["document"]) if what == "file" else None,
            draft_as=what if what in {"pdf", "docx", "txt"} else None,
            proof=_upload(answers["proof"]),
            note=answers["note"],
            duties=tuple(answers.get("duties", ())),
            is_day_of_residents=bool(answers.get("is_day_of_residents")),
        )


def _upload(file: Any) -> UploadedFile | None:
    if not file:
        return None
    return UploadedFile(file.name or "file", file.content_type or "application/octet-stream", file.file)


class WithdrawForm(QuestionForm):
    """Why a sending that is on record counts no more."""

    reason = NoteField(label=_("Why is it withdrawn?"), required=True)


class DelayForm(QuestionForm):
    """Whether law enforcement asked for delay; that nobody asked is recorded, too."""

    answer = forms.ChoiceField(
        label=_("Did a law-enforcement agency ask you to delay?"),
        choices=(("yes", _("Yes")), ("no", _("No, nobody has asked so far"))),
        widget=Choices,
    )
    by = LineField(label=_("Which agency and officer asked? If nobody did: who says so?"))
    day = forms.DateField(label=_("On which day?"), widget=DateInput(attrs={"class": "short"}))
    in_writing = forms.ChoiceField(
        label=_("Is the request in writing?"),
        choices=(("yes", _("Yes")), ("no", _("No, by word of mouth"))),
        widget=Choices,
        required=False,
    )
    until = forms.DateField(
        label=_("Until when?"), widget=DateInput(attrs={"class": "short"}), required=False,
        help_text=_("Leave it empty if the request names no day."),
    )  # fmt: skip
    reason = NoteField(label=_("What did they say?"))

    def decision(self) -> Decision:
        """The decision as it is to be recorded; from a valid form."""
        answers = self.cleaned_data
        return Decision(
            kind=DecisionKind.POLICE_DELAY,
            answer=answers["answer"] == "yes",
            day=answers["day"],
            by=answers["by"],
            in_writing={"yes": True, "no": False}.get(answers["in_writing"]),
            until=answers["until"],
            reason=answers["reason"],
        )
