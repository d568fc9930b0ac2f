"""Forms of the written program that is being drafted: one for each part, one for each policy, one for its adoption.

Nothing is required: what stays empty becomes an open point of the document. Saving records no entry.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import msgspec
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import ManyChoices, QuestionForm
from charteroak.portal.programs.choices import Words
from charteroak.portal.programs.description_forms import Section
from charteroak.portal.programs.forms import DateInput, LineField
from charteroak.program.practices import Practice, load_practices
from charteroak.program.written_document.draft import (
    NARRATIVE_LIMIT,
    ObjectivesServed,
    PolicyChoice,
    ProgramDraft,
    Roles,
    ScaleReasons,
    Upkeep,
)
from charteroak.program.written_document.policies import Policy
from charteroak.services.program_papers import NewAdoption

THEME = "theme_"
VALUE, OWN = "value_", "own_"
TAKEN_OUT = "-"
"""What a person writes in the place of a rule to take it out."""


class NarrativeField(forms.CharField):
    """Paragraphs in the organisation's own words."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(widget=widget, required=False, max_length=NARRATIVE_LIMIT, **kwargs)


class OptionalLineField(LineField):
    """A line that may stay empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class DraftForm(QuestionForm):
    """A part of the draft: what it is called, what stands there, and what becomes of the draft."""

    records = False
    heading: ClassVar[Words] = ""
    answer: ClassVar[Words] = ""
    intro: ClassVar[Words] = ""

    @property
    def not_marked(self) -> frozenset[str]:  # type: ignore[override]
        """Everything may stay empty; saying so beside each question would say nothing."""
        return frozenset(self.fields)

    @staticmethod
    def initial_of(draft: ProgramDraft) -> dict[str, Any]:
        """What the draft says already."""
        raise NotImplementedError

    def changed(self, draft: ProgramDraft) -> ProgramDraft:
        """The draft with what was answered, from a valid form."""
        raise NotImplementedError


class ScopeForm(DraftForm):
    """What the program is called, what it covers, and why there is one."""

    heading = _("Purpose and scope")
    answer = _("Say what the program covers.")
    title = LineField(label=_("What is the program called?"))
    covers = NarrativeField(
        label=_("What does it cover?"),
        help_text=_("Sites, people, systems, work from home, firms that work for you; and what stays outside."),
    )
    purpose = NarrativeField(label=_("Why do you have it, in your own words?"), rows=3)

    @staticmethod
    def initial_of(draft: ProgramDraft) -> dict[str, Any]:
        """What the draft says already."""
        return {"title": draft.title, "covers": draft.covers, "purpose": draft.purpose}

    def changed(self, draft: ProgramDraft) -> ProgramDraft:
        """The draft with what was answered, from a valid form."""
        said = self.cleaned_data
        title = " ".join(said["title"].split())
        return msgspec.structs.replace(draft, title=title, covers=said["covers"], purpose=said["purpose"])


class InformationForm(DraftForm):
    """What the organisation is, and which information it holds."""

    heading = _("The organization and the information it holds")
    answer = _("Say what you do and what you hold.")
    intro = _("The legal form and the kinds of information come from the record. Here you say the rest in your words.")
    organisation = NarrativeField(
        label=_("What do you do, where, and with which systems?"),
        help_text=_("Sites, people, systems, online services, and who looks after them."),
    )
    information = NarrativeField(
        label=_("Which information about people do you hold?"),
        help_text=_("About whom, about how many people, where it is kept, and what of it is the most sensitive."),
    )

    @staticmethod
    def initial_of(draft: ProgramDraft) -> dict[str, Any]:
        """What the draft says already."""
        return {"organisation": draft.organisation, "information": draft.information}

    def changed(self, draft: ProgramDraft) -> ProgramDraft:
        """The draft with what was answered, from a valid form."""
        said = self.cleaned_data
        return msgspec.structs.replace(draft, organisation=said["organisation"], information=said["information"])


class ObjectivesForm(DraftForm):
    """The three objectives, each with the organisation's own words."""

    heading = _("What the program is designed to do")
    answer = _("Say how the three objectives are served.")
    intro = _("The document names each objective and what is on record as done for it. Add your own words if you like.")
    confidentiality = NarrativeField(label=_("Keep the information secure and confidential"), rows=3)
    threats_or_hazards = NarrativeField(label=_("Protect it against threats and hazards"), rows=3)
    unauthorized_access_and_acquisition = NarrativeField(
        label=_("Protect it against access and acquisition that put people at risk"), rows=3
    )

    @staticmethod
    def initial_of(draft: ProgramDraft) -> dict[str, Any]:
        """What the draft says already."""
        return msgspec.structs.asdict(draft.objectives)

    def changed(self, draft: ProgramDraft) -> ProgramDraft:
        """The draft with what was answered, from a valid form."""
        return msgspec.structs.replace(draft, objectives=ObjectivesServed(**self.cleaned_data))


class ScaleForm(DraftForm):
    """The four factors of the act, each with the organisation's own reasons."""

    heading = _("Why it has this scale and scope")
    answer = _("Give your own reasons for the program's size.")
    intro = _(
        "The act lets a program fit its organization for four reasons. Only you know yours: we never fill them in, and "
        "an empty one stands in the document as an open point."
    )
    size_and_complexity = NarrativeField(
        label=_("Your size and complexity"), help_text=_("People, sites, devices, systems, and what that asks for.")
    )
    activities = NarrativeField(
        label=_("The nature and scope of what you do"),
        help_text=_("What you do with information, and what you do not do."),
    )
    sensitivity = NarrativeField(
        label=_("How sensitive the information is"), help_text=_("What harm its loss could do, and to how many people.")
    )
    cost_and_tools = NarrativeField(
        label=_("The cost and availability of tools"),
        help_text=_("What you chose, what you weighed and left, with figures and days if you have them."),
    )

    @staticmethod
    def initial_of(draft: ProgramDraft) -> dict[str, Any]:
        """What the draft says already."""
        return msgspec.structs.asdict(draft.scale)

    def changed(self, draft: ProgramDraft) -> ProgramDraft:
        """The draft with what was answered, from a valid form."""
        return msgspec.structs.replace(draft, scale=ScaleReasons(**self.cleaned_data))


class RolesForm(DraftForm):
    """Who answers for what."""

    heading = _("Who does what")
    answer = _("Name who answers for what.")
    intro = _("Write a name and an office, or the name of a firm.")
    head = OptionalLineField(label=_("Who heads the organization?"))
    lead = OptionalLineField(label=_("Who leads the program?"))
    deputy = OptionalLineField(label=_("Who stands in for them?"))
    incidents = OptionalLineField(label=_("Who leads on a bad day?"))
    technical = OptionalLineField(label=_("Who runs the systems?"))
    privacy = OptionalLineField(label=_("Who answers people's questions about their data?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for theme in load_practices().themes.values():
            self.ask(f"{THEME}{theme.id}", OptionalLineField(label=theme.title))

    def sections(self) -> Iterator[Section]:
        """The roles, then who answers for each subject where that is not the lead."""
        own = [name for name in self.fields if not name.startswith(THEME)]
        yield Section(_("Roles"), "", [self[name] for name in own])
        yield Section(
            _("Who answers for each subject, where it is not the lead"),
            "",
            [self[name] for name in self.fields if name.startswith(THEME)],
            in_pairs=True,
        )

    @staticmethod
    def initial_of(draft: ProgramDraft) -> dict[str, Any]:
        """What the draft says already."""
        said = msgspec.structs.asdict(draft.roles)
        themes = said.pop("themes")
        return said | {f"{THEME}{theme}": who for theme, who in themes.items()}

    def changed(self, draft: ProgramDraft) -> ProgramDraft:
        """The draft with what was answered, from a valid form."""
        said = {name: " ".join(value.split()) for name, value in self.cleaned_data.items()}
        themes = {name.removeprefix(THEME): who for name, who in said.items() if name.startswith(THEME) and who}
        named = {name: who for name, who in said.items() if not name.startswith(THEME)}
        return msgspec.structs.replace(draft, roles=Roles(**named, themes=themes))


class PracticesForm(DraftForm):
    """Which practices this version promises, by theme."""

    heading = _("Practices that it promises")
    answer = _("Choose the practices that this version promises.")
    intro = _(
        "The determination asks whether what is promised was followed. Promise what you do, and what you have planned; "
        "the document says of each which of the two it is."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for theme, practices in _by_theme():
            choices = [(practice.id, practice.title) for practice in practices]
            label = load_practices().themes[theme].title
            self.ask(
                f"{THEME}{theme}",
                forms.MultipleChoiceField(label=label, choices=choices, widget=ManyChoices, required=False),
            )

    @staticmethod
    def initial_of(draft: ProgramDraft) -> dict[str, Any]:
        """What the draft says already."""
        chosen = set(draft.practices)
        return {
            f"{THEME}{theme}": [practice.id for practice in practices if practice.id in chosen]
            for theme, practices in _by_theme()
        }

    def changed(self, draft: ProgramDraft) -> ProgramDraft:
        """The draft with what was answered, from a valid form."""
        chosen = {identifier for listed in self.cleaned_data.values() for identifier in listed}
        ordered = tuple(identifier for identifier in load_practices().by_id if identifier in chosen)
        return msgspec.structs.replace(draft, practices=ordered)


def _by_theme() -> list[tuple[str, list[Practice]]]:
    shipped = load_practices()
    return [(theme, [one for one in shipped.by_id.values() if one.theme == theme]) for theme in shipped.themes]


class UpkeepForm(DraftForm):
    """How the program is kept up."""

    heading = _("Upkeep")
    answer = _("Say who reviews the program, and how often.")
    reviewer = OptionalLineField(label=_("Who reviews it?"), help_text=_("A person with an office, or a board."))
    every_months = forms.IntegerField(
        label=_("At least every how many months?"),
        min_value=1,
        max_value=36,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
        help_text=_("More than 12 months without a review leave its upkeep unknown."),
    )
    next_review = OptionalLineField(label=_("When is the next review planned?"), help_text=_("Such as May 2027."))
    occasions = NarrativeField(
        label=_("When else is it reviewed?"), rows=3, help_text=_("Such as after an incident, or before a new service.")
    )
    kept_at = OptionalLineField(label=_("Where is it kept, so that everyone concerned can read it?"))

    @staticmethod
    def initial_of(draft: ProgramDraft) -> dict[str, Any]:
        """What the draft says already."""
        return msgspec.structs.asdict(draft.upkeep)

    def changed(self, draft: ProgramDraft) -> ProgramDraft:
        """The draft with what was answered, from a valid form."""
        said = self.cleaned_data
        lines = {name: " ".join(said[name].split()) for name in ("reviewer", "next_review", "kept_at")}
        upkeep = Upkeep(every_months=said["every_months"], occasions=said["occasions"], **lines)
        return msgspec.structs.replace(draft, upkeep=upkeep)


PARTS: Mapping[str, type[DraftForm]] = {
    "scope": ScopeForm,
    "information": InformationForm,
    "objectives": ObjectivesForm,
    "scale": ScaleForm,
    "roles": RolesForm,
    "practices": PracticesForm,
    "upkeep": UpkeepForm,
}
"""The parts of a draft, in the order in which people write them."""


class PolicyForm(QuestionForm):
    """A policy: what is filled in, own words in the place of a rule, further rules, or none of it."""

    records = False
    left_out = forms.BooleanField(label=_("Leave this policy out of the program"), required=False)
    why_left_out = OptionalLineField(label=_("Why is it left out?"), help_text=_("The document says so in its place."))
    added = NarrativeField(label=_("Further rules of your own"), rows=3, help_text=_("One paragraph for each rule."))

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy = policy
        for parameter in policy.parameters:
            hint = format_lazy("{} {}", _("For example:"), parameter.example)
            self.ask(f"{VALUE}{parameter.id}", OptionalLineField(label=parameter.label, help_text=hint))
        for number, clause in enumerate(policy.clauses, 1):
            label = format_lazy("{} {}. {}", _("Rule"), number, rule_text(policy, clause.text))
            self.ask(f"{OWN}{clause.id}", NarrativeField(label=label, rows=2))

    @property
    def not_marked(self) -> frozenset[str]:  # type: ignore[override]
        """Everything may stay empty."""
        return frozenset(self.fields)

    def sections(self) -> Iterator[Section]:
        """What is filled in, the rules, and leaving it out."""
        yield Section(_("What only you can say"), "", [self[name] for name in self.fields if name.startswith(VALUE)])
        yield Section(
            _("The rules"),
            _(
                "Leave a field empty to keep the rule above it. Write your own rule in its place, or a single - to "
                "take it out."
            ),
            [*(self[name] for name in self.fields if name.startswith(OWN)), self["added"]],
        )
        yield Section(_("Not for you?"), "", [self["left_out"], self["why_left_out"]])

    @staticmethod
    def initial_of(choice: PolicyChoice) -> dict[str, Any]:
        """What was made of the policy already."""
        values = {f"{VALUE}{name}": value for name, value in choice.values.items()}
        own = {f"{OWN}{name}": text or TAKEN_OUT for name, text in choice.own_words.items()}
        rest = {"left_out": choice.left_out, "why_left_out": choice.why_left_out, "added": choice.added}
        return values | own | rest

    def choice(self) -> PolicyChoice:
        """What was made of the policy, from a valid form."""
        said = self.cleaned_data
        own = {name.removeprefix(OWN): text.strip() for name, text in said.items() if name.startswith(OWN)}
        values = {name.removeprefix(VALUE): " ".join(v.split()) for name, v in said.items() if name.startswith(VALUE)}
        return PolicyChoice(
            left_out=said["left_out"],
            why_left_out=" ".join(said["why_left_out"].split()),
            values={name: value for name, value in values.items() if value},
            own_words={name: "" if text == TAKEN_OUT else text for name, text in own.items() if text},
            added=said["added"],
        )


def rule_text(policy: Policy, text: str) -> str:
    """A rule with what is filled in by name: ``[how often ...]``."""
    for name, label in policy.labels.items():
        text = text.replace(f"{{{name}}}", f"[{label[:1].lower()}{label[1:]}]")
    return text


class AdoptDraftForm(QuestionForm):
    """The adoption of the draft."""

    version = LineField(
        label=_("Which version is it?"),
        help_text=_("Such as 1.0 or 2026. Approvals and reviews name it."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    by = LineField(label=_("Who adopted it?"), help_text=_("A person with an office, or a board."))
    adopted = forms.DateField(label=_("On which day?"), widget=DateInput)
    describe = forms.BooleanField(
        label=_("Record, too, where the act's ten things stand in it"),
        help_text=_("Only what stands in the document is recorded as being there; the rest stays not known."),
        required=False,
        initial=True,
    )
    not_marked = frozenset({"describe"})

    def adoption(self) -> NewAdoption:
        """The adoption, from a valid form."""
        said = self.cleaned_data
        return NewAdoption(said["version"], said["by"], said["adopted"], describe=said["describe"])


class CompareForm(QuestionForm):
    """Which two versions to compare."""

    records = False

    def __init__(self, *args: Any, versions: list[tuple[str, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("old", _("From which version?")), ("new", _("To which version?"))):
            self.ask(
                name, forms.ChoiceField(label=label, choices=versions, widget=forms.Select(attrs={"class": "short"}))
            )
