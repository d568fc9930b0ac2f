"""The short form: what only the organisation knows, on one page, so that a usable plan stands in ten minutes."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm
from charteroak.portal.plans.fields import Line, NumberField
from charteroak.portal.programs.description_forms import Section
from charteroak.response.plans.plan import REGIONS, SYSTEMS, Person, PlanKind
from charteroak.response.plans.starting import SUGGESTED_SYSTEMS, FirstAnswers


class StartForm(QuestionForm):
    """Everything may stay empty: what is empty is a blank in the plan."""

    records = False
    head_name = Line(label=_("Who heads the organization?"), help_text=_("Name and office."))
    head_phone = NumberField(label=_("Telephone of the head"))
    lead_name = Line(label=_("Who leads on a bad day?"))
    lead_phone = NumberField(label=_("Telephone of the lead"))
    stands_in_name = Line(label=_("Who stands in for the lead?"))
    stands_in_phone = NumberField(label=_("Telephone of who stands in"))
    it_name = Line(label=_("Who runs the systems?"), help_text=_("A person or a firm; it may be the lead."))
    it_phone = NumberField(label=_("Telephone of who runs the systems"))
    voice_name = Line(label=_("Who speaks to the public?"))
    voice_phone = NumberField(label=_("Telephone of who speaks"))
    insurer_number = NumberField(label=_("Insurer's hot line"))
    insurer_reference = Line(label=_("Policy number"))
    provider = Line(label=_("Your IT or security provider"))
    provider_number = NumberField(label=_("Telephone of the provider"))
    central_responder = Line(
        label=_("Your central IT responder, if it is not DAS/BITS"),
        help_text=_("The State's template was written for agencies that call DAS. A town may call somebody else."),
    )
    meeting = Line(label=_("Where do you meet?"), help_text=_("A room, and another one."))
    second_channel = Line(
        label=_("How do you talk when mail and telephones are down?"),
        help_text=_("Such as own phones, radio, runners."),
    )
    systems = forms.CharField(
        label=_("What has to come back, in which order?"),
        help_text=_("One on each line. This order is only our suggestion."),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=6_000,
        required=False,
    )
    is_school = forms.BooleanField(label=_("We run schools"), required=False)
    runs_water_or_dispatch = forms.BooleanField(label=_("We run water, or answer 911"), required=False)

    def __init__(self, *args: Any, kind: PlanKind, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"systems": "\n".join(SUGGESTED_SYSTEMS)})
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind == "cdrp":
            self.ask("manager_name", Line(label=_("Who is your emergency management director?")))
            self.ask("manager_phone", NumberField(label=_("Telephone of the director")))
            choices = [("", _("Not known")), *((str(number), name) for number, name in REGIONS.items())]
            self.ask("region", forms.ChoiceField(label=_("Which DEMHS region?"), choices=choices, required=False))

    @property
    def not_marked(self) -> frozenset[str]:  # type: ignore[override]
        """Everything may stay empty; saying so beside each question would say nothing."""
        return frozenset(self.fields)

    def sections(self) -> Iterator[Section]:
        """People, help, place, systems."""
        people = [name for name in self.fields if name.endswith(("_name", "_phone"))]
        help_ = ["insurer_number", "insurer_reference", "provider", "provider_number", "central_responder"]
        place = ["meeting", "second_channel", *(["region"] if self.kind == "cdrp" else [])]
        yield Section(_("People"), "", [self[name] for name in people], in_pairs=True)
        yield Section(_("Help from outside"), "", [self[name] for name in help_], in_pairs=True)
        yield Section(_("Place and channels"), "", [self[name] for name in place])
        yield Section(_("Systems"), "", [self["systems"], self["is_school"], self["runs_water_or_dispatch"]])

    def clean_systems(self) -> tuple[str, ...]:
        """The names, each once."""
        names = [" ".join(line.split()) for line in self.cleaned_data["systems"].splitlines()]
        once = {name.casefold(): name for name in reversed(names) if name}
        listed = tuple(name for name in dict.fromkeys(names) if once.get(name.casefold()) == name)
        if len(listed) > SYSTEMS or any(len(name) > 300 for name in listed):
            raise forms.ValidationError(_("Name at most 60 systems, each in at most 300 characters."))
        return listed

    def answers(self) -> FirstAnswers:
        """The answers, from a valid form."""
        said = self.cleaned_data

        def person(name: str) -> Person:
            return Person(name=said.get(f"{name}_name", ""), phone=said.get(f"{name}_phone", ""))

        return FirstAnswers(
            head=person("head"),
            lead=person("lead"),
            stands_in=person("stands_in"),
            it=person("it"),
            voice=person("voice"),
            emergency_manager=person("manager"),
            insurer_number=said["insurer_number"],
            insurer_reference=said["insurer_reference"],
            provider=said["provider"],
            provider_number=said["provider_number"],
            central_responder=said["central_responder"],
            meeting=said["meeting"],
            second_channel=said["second_channel"],
            systems=said["systems"],
            is_school=said["is_school"],
            runs_water_or_dispatch=said["runs_water_or_dispatch"],
            region=int(said["region"]) if said.get("region") else None,
        )
