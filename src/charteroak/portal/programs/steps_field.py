"""The steps of a plan in one box: each on its own line, its day first."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charteroak.program.bodies import Milestone

MOST_STEPS = 50
LONGEST_STEP = 300
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})[\s:,;-]+(\S.*)", re.ASCII)


class StepsField(forms.CharField):
    """Lines such as ``2026-12-01 Buy the keys`` as milestones."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Which steps lead there?"),
            help_text=_("One on each line, its day first: 2026-12-01 Buy the keys."),
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 3}),
            **kwargs,
        )

    def clean(self, value: Any) -> tuple[Milestone, ...]:
        """The steps. A line that is none is named by its number."""
        lines = [(number, line.strip()) for number, line in enumerate(super().clean(value).splitlines(), 1)]
        steps = [_step(number, line) for number, line in lines if line]
        if len(steps) > MOST_STEPS:
            raise forms.ValidationError(gettext("Use at most %(most)s steps.") % {"most": MOST_STEPS})
        return tuple(steps)


def steps_text(steps: tuple[Milestone, ...]) -> str:
    """The steps as they are typed."""
    return "\n".join(f"{step.due.isoformat()} {step.what}" for step in steps)


def _step(number: int, line: str) -> Milestone:
    found = _LINE.fullmatch(line)
    try:
        due = date.fromisoformat(found[1]) if found is not None else None
    except ValueError:
        due = None
    if found is None or due is None:
        raise forms.ValidationError(
            gettext("Line %(number)s does not begin with a day such as 2026-12-01.") % {"number": number}
        )
    if len(found[2]) > LONGEST_STEP:
        raise forms.ValidationError(gettext("Line %(number)s is too long.") % {"number": number})
    return Milestone(what=found[2], due=due)
