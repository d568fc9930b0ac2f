"""Forms about collectors: a drop, a look at a domain, a source that is registered or ends."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm
from charteroak.portal.programs.choices import Words
from charteroak.portal.programs.forms import DateInput, LineField
from charteroak.services.collectors import KINDS, NewSource
from charteroak.services.drops import HANDED_IN, NewDrop, NewLook
from charteroak.services.programs import UploadedFile

KIND_WORDS: dict[str, Words] = {
    "backup-log": _("Backup log (CSV)"),
    "patch-inventory": _("Inventory of updates (CSV)"),
    "nessus": _("Nessus report (.nessus)"),
    "openvas": _("OpenVAS report (XML)"),
    "signed-drop": _("Signed drop of a tool"),
    "posture": _("Look at your domain from outside"),
}


class DropForm(QuestionForm):
    """A file that another tool wrote."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=[(kind, KIND_WORDS[kind]) for kind in HANDED_IN])
    file = forms.FileField(
        label=_("The file as the tool wrote it"),
        help_text=_("At most 100 MB for a scanner, 16 MB for a table, 1 MB for a signed drop."),
    )
    source = forms.ChoiceField(label=_("From which source?"), required=False)
    subject = LineField(
        label=_("If it is the first of its kind: what does it speak of?"),
        help_text=_("Such as: The file server. Left empty it is the whole organization."),
        required=False,
    )
    not_marked = frozenset({"source", "subject"})

    def __init__(self, *args: Any, names: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("The only one of its kind, or told by its signature")), *names]
        self.ask("source", forms.ChoiceField(label=_("From which source?"), choices=choices, required=False))
        self.order_fields(["kind", "file", "source", "subject"])

    def drop(self) -> NewDrop:
        """The drop, from a valid form."""
        answers = self.cleaned_data
        upload = answers["file"]
        file = UploadedFile(upload.name or "drop", upload.content_type or "application/octet-stream", upload.file)
        return NewDrop(answers["kind"], file, answers["source"], answers["subject"])


class LookForm(QuestionForm):
    """A look at one of the organisation's own domains."""

    domain = forms.ChoiceField()
    selectors = forms.CharField(
        label=_("At which DKIM selectors?"),
        help_text=_("Your mail provider names them, such as s1 or selector1. Without one, DKIM cannot be told."),
        required=False,
        max_length=600,
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    host = LineField(
        label=_("Which of its hosts shall be spoken to over TLS?"),
        help_text=_("Such as www.example.org. Left empty, none is."),
        required=False,
    )

    def __init__(self, *args: Any, domains: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(domain, domain) for domain in domains]
        self.ask("domain", forms.ChoiceField(label=_("Which domain?"), choices=choices))
        self.order_fields(["domain", "selectors", "host"])

    def look(self) -> NewLook:
        """What is to be looked at, from a valid form."""
        answers = self.cleaned_data
        selectors = tuple(dict.fromkeys(answers["selectors"].replace(",", " ").split()))
        return NewLook(answers["domain"], selectors, answers["host"])


class SourceForm(QuestionForm):
    """A source whose drops count."""

    collector = forms.ChoiceField(label=_("What will come?"), choices=[(kind, KIND_WORDS[kind]) for kind in KINDS])
    name = LineField(
        label=_("What shall it be called?"),
        help_text=_("A short name of lower-case letters, digits and hyphens, such as file-server."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    subject = LineField(
        label=_("What does it speak of?"),
        help_text=_("Such as: The file server. For a look from outside: your own domain, such as example.org."),
    )
    key = forms.CharField(
        label=_("For a signed drop: the tool's key"),
        help_text=_("One line, as the tool prints it: name+8 digits+letters. Compare it with the tool's own screen."),
        required=False,
        max_length=4000,
    )
    every_days = forms.IntegerField(
        label=_("How many days may lie between two of them?"),
        help_text=_("Left empty: as usual for its kind."),
        min_value=1,
        max_value=400,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    by = LineField(label=_("Who says that it counts?"))
    since = forms.DateField(label=_("Since which day?"), widget=DateInput)

    def source(self) -> NewSource:
        """The source, from a valid form."""
        answers = {name: value for name, value in self.cleaned_data.items() if name != "since"}
        return NewSource(**answers)


class EndForm(QuestionForm):
    """A source of which nothing more is expected."""

    by = LineField(label=_("Who says so?"))
    day = forms.DateField(label=_("From which day on?"), widget=DateInput)
