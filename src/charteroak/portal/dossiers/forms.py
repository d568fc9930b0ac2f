"""Forms of redacted copies and of the insurer pack."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.dossier.redactions import RedactionError, parse_redactions
from charteroak.portal.forms import QuestionForm
from charteroak.portal.programs.forms import BreachIntervalForm, DateInput, LineField

_DIGEST_LENGTH = 64


class RedactedCopyForm(BreachIntervalForm):
    """Which days, what to withhold, and why."""

    withhold = forms.CharField(
        label=_("What is withheld?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=100_000,
        help_text=_(
            "One a line: the number of an entry (12), a private part of one (12/note), or a file by its SHA-256. The "
            "log keeps their places and digests."
        ),
    )
    reason = LineField(label=_("Why?"), help_text=_("Whoever reads the copy sees this sentence."))
    basis = LineField(
        label=_("On which basis?"), required=False, help_text=_("A privilege, an order, a statute. For counsel to say.")
    )

    def clean(self) -> dict[str, Any] | None:
        """Turn the lines into redactions, or say which line cannot be read."""
        cleaned = super().clean() or {}
        lines = [line.strip() for line in (cleaned.get("withhold") or "").splitlines() if line.strip()]
        why = {"reason": cleaned.get("reason") or "-", "basis": cleaned.get("basis") or ""}
        documents = []
        for line in lines:
            number, _separator, part = line.partition("/")
            if len(line) == _DIGEST_LENGTH:
                documents.append({"sha256": line.lower(), **why})
            elif number.isascii() and number.isdigit() and len(number) < 10:
                documents.append({"entry": int(number), **({"part": part} if part else {}), **why})
            else:
                self.add_error("withhold", _("“%(line)s” names no entry, part or file.") % {"line": line[:80]})
                return cleaned
        try:
            cleaned["redactions"] = parse_redactions(documents)
        except RedactionError as error:
            self.add_error("withhold", error.message)
        return cleaned


class InsurerDayForm(QuestionForm):
    """The day of the answers."""

    as_of = forms.DateField(label=_("On which day?"), widget=DateInput)
