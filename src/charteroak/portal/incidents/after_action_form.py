"""The form of what people say when it is over. Lists are texts with one thing on each line."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm
from charteroak.portal.plans.fields import Line, Words
from charteroak.portal.programs.description_forms import Section
from charteroak.portal.programs.forms import DateInput
from charteroak.response.incident_papers.after_action import FINDINGS, AfterAction, Improvement
from charteroak.services.after_actions import KeptNotes

SPARE = 3
_LINE = 300


class LinesField(forms.CharField):
    """Things on lines of their own, each short enough for a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=FINDINGS * (_LINE + 2), **kwargs
        )

    def clean(self, value: Any) -> tuple[str, ...]:
        """The lines that say something."""
        lines = tuple(" ".join(line.split()) for line in str(super().clean(value)).splitlines() if line.strip())
        if len(lines) > FINDINGS or any(len(line) > _LINE for line in lines):
            raise forms.ValidationError(_("Write at most 100 lines of at most 300 characters each."))
        return lines


class AfterActionForm(QuestionForm):
    """What happened in short, strengths, areas, improvements with who and until when."""

    records = False
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    summary = Words(label=_("In short: what happened, and how did it end?"))
    strengths = LinesField(label=_("What went well?"), help_text=_("One thing on each line."))
    areas = LinesField(label=_("What did not?"), help_text=_("One thing on each line. Things, not people."))
    held_on = forms.DateField(label=_("On which day did you talk it over?"), widget=DateInput, required=False)
    present = Words(label=_("Who was there?"), rows=2)
    record_gaps = forms.BooleanField(
        label=_("Record each improvement as a gap of the program, with who and until when"), required=False
    )

    def __init__(self, *args: Any, kept: KeptNotes, **kwargs: Any) -> None:
        notes = kept.notes
        self.before = notes.improvements
        initial: dict[str, Any] = {
            "seen": kept.saves,
            "summary": notes.summary,
            "strengths": "\n".join(notes.strengths),
            "areas": "\n".join(notes.areas),
            "held_on": notes.held_on,
            "present": notes.present,
        }
        for at, each in enumerate(self.before):
            initial |= {f"what_{at}": each.what, f"owner_{at}": each.owner, f"due_{at}": each.due}
        super().__init__(*args, initial=initial, **kwargs)
        self.rows = min(FINDINGS, len(self.before) + SPARE)
        for at in range(self.rows):
            self.ask(f"what_{at}", Line(label=_("What is mended?")))
            self.ask(f"owner_{at}", Line(label=_("By whom?")))
            self.ask(f"due_{at}", forms.DateField(label=_("Until when?"), widget=DateInput, required=False))

    @property
    def not_marked(self) -> frozenset[str]:  # type: ignore[override]
        """Everything may stay empty."""
        return frozenset(self.fields)

    def sections(self) -> Iterator[Section]:
        """What happened, then each improvement."""
        names = ("summary", "strengths", "areas", "held_on", "present")
        yield Section("", "", [self[name] for name in names])
        for at in range(self.rows):
            fields = [self[f"{name}_{at}"] for name in ("what", "owner", "due")]
            is_gap = at < len(self.before) and self.before[at].gap
            heading = _("Improvement, on record as a gap") if is_gap else _("Improvement")
            yield Section(heading, "", fields, in_pairs=True)
        yield Section("", "", [self["record_gaps"]])

    def notes(self) -> AfterAction:
        """What was said, from a valid form; an improvement that is a gap already stays one."""
        said = self.cleaned_data
        improvements = []
        for at in range(self.rows):
            if said[f"what_{at}"]:
                gap = self.before[at].gap if at < len(self.before) else ""
                improvements.append(
                    Improvement(what=said[f"what_{at}"], owner=said[f"owner_{at}"], due=said[f"due_{at}"], gap=gap)
                )
        return AfterAction(
            summary=said["summary"],
            strengths=said["strengths"],
            areas=said["areas"],
            improvements=tuple(improvements),
            held_on=said["held_on"],
            present=said["present"],
        )
