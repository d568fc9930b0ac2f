"""Forms of the parts of a plan that are texts and choices. What stays empty is a blank in the plan.

Each form says what it makes of the plan, and which of its fields a place in the plan belongs to, so that what the plan
cannot mean is told beside the field.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import ManyChoices, QuestionForm
from charteroak.portal.plans.fields import Line, Words
from charteroak.portal.programs.description_forms import Section
from charteroak.portal.programs.forms import LineField
from charteroak.response.plans.plan import REGIONS, Communications, Disruption, Plan, Upkeep
from charteroak.response.plans.shipped import load_phases
from charteroak.response.playbooks import load_playbooks

NOBODY = ("", _("Nobody yet"))


class PartForm(QuestionForm):
    """A part of a plan. ``seen`` is the mark of what the person saw when they opened it."""

    records = False
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        self.plan = plan
        super().__init__(*args, **kwargs)
        self.build()
        self.initial = {**self.initial_values(), **(self.initial or {})}

    @property
    def not_marked(self) -> frozenset[str]:  # type: ignore[override]
        """Everything may stay empty; saying so beside each question would say nothing."""
        return frozenset(self.fields)

    def build(self) -> None:
        """Add the questions that depend on the plan."""

    def initial_values(self) -> dict[str, Any]:
        """What the plan says already."""
        raise NotImplementedError

    def changed(self, plan: Plan) -> Plan:
        """The plan with what was answered, from a valid form."""
        raise NotImplementedError

    def field_at(self, pointer: str) -> str | None:
        """The field that a place in the plan belongs to."""
        name = pointer.strip("/").replace("/", "_")
        return name if name in self.fields else None

    def sections(self) -> Iterator[Section]:
        """All of it, below no heading."""
        yield Section("", "", [field for field in self if not field.is_hidden])


class ScopeForm(PartForm):
    """What the plan is called, what it covers, what gives it force."""

    title = LineField(label=_("What is the plan called?"))
    covers = Words(label=_("What does it cover?"), help_text=_("People, systems, firms that run them."))
    authority = Words(
        label=_("What gives it force?"),
        help_text=_("An ordinance, a resolution of the board, an emergency operations plan, agreements."),
    )

    def initial_values(self) -> dict[str, Any]:
        """What the plan says already."""
        return {"title": self.plan.title, "covers": self.plan.covers, "authority": self.plan.authority}

    def changed(self, plan: Plan) -> Plan:
        """The plan with what was answered, from a valid form."""
        said = {name: self.cleaned_data[name] for name in ("title", "covers", "authority")}
        return msgspec.structs.replace(plan, **said)


class PhasesForm(PartForm):
    """The organisation's own words below our steps, phase by phase."""

    def build(self) -> None:
        """One question for each phase, with our steps above it."""
        for phase in load_phases().values():
            self.ask(f"phases_{phase.id}", Words(label=phase.title, help_text=" ".join(phase.steps)))

    def initial_values(self) -> dict[str, Any]:
        """What the plan says already."""
        return {f"phases_{phase}": text for phase, text in self.plan.phases.items()}

    def changed(self, plan: Plan) -> Plan:
        """The plan with what was answered, from a valid form."""
        said = {phase: self.cleaned_data[f"phases_{phase}"] for phase in load_phases()}
        return msgspec.structs.replace(plan, phases={phase: text for phase, text in said.items() if text.strip()})


class RunbooksForm(PartForm):
    """Which playbooks belong to the plan."""

    def build(self) -> None:
        """Every playbook of this release."""
        choices = [(name, book.title) for name, book in load_playbooks().items()]
        self.ask(
            "runbooks",
            forms.MultipleChoiceField(
                label=_("Which days do you prepare for?"), choices=choices, widget=ManyChoices, required=False
            ),
        )

    def initial_values(self) -> dict[str, Any]:
        """What the plan says already."""
        return {"runbooks": list(self.plan.runbooks)}

    def changed(self, plan: Plan) -> Plan:
        """The plan with what was answered, from a valid form."""
        return msgspec.structs.replace(plan, runbooks=tuple(self.cleaned_data["runbooks"]))


class CommunicationsForm(PartForm):
    """How people talk, and what is said outside."""

    communications_meeting = Line(label=_("Where do you meet?"))
    communications_first_channel = Line(label=_("How do you talk?"))
    communications_second_channel = Line(label=_("How do you talk when that is down or overheard?"))
    communications_rhythm = Line(label=_("How often do you meet?"))
    communications_staff = Words(label=_("What are staff told in the first hour?"))
    communications_holding_statement = Words(
        label=_("What is said to the public first?"), help_text=_("Keep places such as [time] to be filled in.")
    )

    def build(self) -> None:
        """Who lets words out is one of the plan's roles."""
        self.ask(
            "communications_approves",
            forms.ChoiceField(
                label=_("Who lets a public statement out?"), choices=role_choices(self.plan), required=False
            ),
        )

    def initial_values(self) -> dict[str, Any]:
        """What the plan says already."""
        said = msgspec.structs.asdict(self.plan.communications)
        return {f"communications_{name}": value or "" for name, value in said.items()}

    def changed(self, plan: Plan) -> Plan:
        """The plan with what was answered, from a valid form."""
        said = {
            name.removeprefix("communications_"): text for name, text in self.cleaned_data.items() if name != "seen"
        }
        said["approves"] = said["approves"] or None
        return msgspec.structs.replace(plan, communications=Communications(**said))


class DisruptionForm(PartForm):
    """What only a disruption plan holds."""

    disruption_region = forms.TypedChoiceField(
        label=_("Which DEMHS region?"),
        choices=[("", _("Not known")), *((str(number), name) for number, name in REGIONS.items())],
        coerce=int,
        empty_value=None,
        required=False,
    )
    disruption_operations_center = Line(label=_("Where is your operations center, and the second one?"))
    disruption_activation = Words(label=_("Who activates the plan, and when?"))
    disruption_stand_down = Words(label=_("What has to be so before it ends?"))
    disruption_essential_services = Words(label=_("Which services must go on, and how without machines?"))
    disruption_mutual_aid = Words(label=_("Which towns help, under which agreement, with what?"))

    def initial_values(self) -> dict[str, Any]:
        """What the plan says already."""
        said = msgspec.structs.asdict(self.plan.disruption)
        return {f"disruption_{name}": "" if value is None else value for name, value in said.items()}

    def changed(self, plan: Plan) -> Plan:
        """The plan with what was answered, from a valid form."""
        said = {name.removeprefix("disruption_"): value for name, value in self.cleaned_data.items() if name != "seen"}
        return msgspec.structs.replace(plan, disruption=Disruption(**said))


class UpkeepForm(PartForm):
    """How the plan stays true."""

    upkeep_reviewer = Line(label=_("Who reviews it?"))
    upkeep_every_months = forms.IntegerField(
        label=_("At least every how many months?"),
        min_value=1,
        max_value=36,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    upkeep_kept_at = Line(
        label=_("Where is it kept?"), help_text=_("On paper in two places, and once outside of your network.")
    )
    upkeep_exercises = Line(label=_("How often is it practiced?"))

    def initial_values(self) -> dict[str, Any]:
        """What the plan says already."""
        return {f"upkeep_{name}": value for name, value in msgspec.structs.asdict(self.plan.upkeep).items()}

    def changed(self, plan: Plan) -> Plan:
        """The plan with what was answered, from a valid form."""
        said = {name.removeprefix("upkeep_"): value for name, value in self.cleaned_data.items() if name != "seen"}
        return msgspec.structs.replace(plan, upkeep=Upkeep(**said))


def role_choices(plan: Plan) -> list[tuple[str, Any]]:
    """The roles of a plan, with those who hold them."""
    named = ((role.id, f"{role.title}: {role.holder.name}" if role.holder.name else role.title) for role in plan.roles)
    return [NOBODY, *named]
