"""A usable plan from a short form: what we know is filled in; what only the organisation knows is asked or blank."""

from collections.abc import Sequence

import msgspec

from charteroak.response.plans.plan import (
    PLAN_TITLES,
    Communications,
    Contact,
    Disruption,
    Person,
    Plan,
    PlanKind,
    PlanPart,
    Role,
    System,
    Upkeep,
)
from charteroak.response.plans.shipped import shipped_contacts, shipped_levels, shipped_roles

FOR_EVERYBODY = (
    "ransomware",
    "business-mail-compromise",
    "credentials-entered",
    "data-theft",
    "lost-device",
    "third-party",
    "denial-of-service",
)
"""Playbooks that every organisation begins with."""
SUGGESTED_SYSTEMS: Sequence[str] = (
    "Emergency calls and dispatch",
    "Telephones",
    "Sign-in and directory",
    "Mail",
    "Finance and payroll",
    "Tax and land records",
    "Website",
)
"""An order in which a small town may bring things back; a person sees it and changes it before it is anybody's."""
_HOLDING = (
    "Our computer systems have had a problem since [time]. Calls for help are answered. We have asked for help and "
    "are finding out what happened. We do not know yet whether information about people is affected; if it is, we "
    "will tell those concerned. Until then call [number]. The next word from us comes at [time]."
)
_STAFF = (
    "Leave your computer as it is and take your hands off it. Do not turn it off. Do not write about it by mail or "
    "online. Send everyone who asks to the person who speaks for us. Tell the incident lead what you saw and when."
)
_ACTIVATION = (
    "The head of the organization or whoever stands in for them activates this plan at level 3 or above, or when two "
    "essential services are down for more than four hours. In doubt it is activated. Each activation, change of level "
    "and stand-down is written into the log with its time and reason."
)
_STAND_DOWN = (
    "Essential services run again, the intruder has no way back in that we know of, the region has been told, and "
    "everybody who was called knows that it is over. An after-action meeting is set before people go home."
)


class FirstAnswers(PlanPart, frozen=True, kw_only=True):
    """What the short form asks."""

    head: Person = Person()
    lead: Person = Person()
    stands_in: Person = Person()
    it: Person = Person()
    voice: Person = Person()
    emergency_manager: Person = Person()
    insurer_number: str = ""
    insurer_reference: str = ""
    provider: str = ""
    provider_number: str = ""
    central_responder: str = ""
    meeting: str = ""
    second_channel: str = ""
    systems: tuple[str, ...] = ()
    is_school: bool = False
    runs_water_or_dispatch: bool = False
    region: int | None = None


def first_plan(kind: PlanKind, organisation: str, answers: FirstAnswers) -> Plan:
    """The plan that a short form makes. Nobody is named who was not named there."""
    runbooks = [*FOR_EVERYBODY]
    runbooks += ["school"] if answers.is_school else []
    runbooks += ["water-911"] if answers.runs_water_or_dispatch else []
    return Plan(
        kind=kind,
        title=PLAN_TITLES[kind],
        covers=f"Everybody who works for {organisation}, every system it runs or rents, and the firms that run them.",
        roles=tuple(_with_people(role, answers) for role in shipped_roles(kind)),
        contacts=tuple(_with_numbers(contact, answers) for contact in shipped_contacts(kind)),
        levels=shipped_levels(kind),
        runbooks=tuple(runbooks),
        communications=Communications(
            meeting=answers.meeting,
            first_channel="Telephone, voice to voice",
            second_channel=answers.second_channel,
            rhythm="Every two hours in the first day, then twice a day",
            approves="head",
            holding_statement=_HOLDING,
            staff=_STAFF,
        ),
        systems=tuple(System(name=name) for name in answers.systems),
        disruption=Disruption(region=answers.region, activation=_ACTIVATION, stand_down=_STAND_DOWN)
        if kind == "cdrp"
        else Disruption(),
        upkeep=Upkeep(every_months=12, exercises="At least one exercise a year, with the people who are named here"),
    )


def _with_people(role: Role, answers: FirstAnswers) -> Role:
    holders = {
        "head": answers.head,
        "lead": answers.lead,
        "it": answers.it,
        "voice": answers.voice,
        "emergency-manager": answers.emergency_manager,
    }
    deputy = answers.stands_in if role.id == "lead" else Person()
    return msgspec.structs.replace(role, holder=holders.get(role.id, Person()), deputy_person=deputy)


def _with_numbers(contact: Contact, answers: FirstAnswers) -> Contact:
    match contact.id:
        case "insurer":
            return msgspec.structs.replace(contact, number=answers.insurer_number, reference=answers.insurer_reference)
        case "provider":
            return msgspec.structs.replace(contact, who=answers.provider or contact.who, number=answers.provider_number)
        case "central-it" if answers.central_responder:
            return msgspec.structs.replace(
                contact, who=answers.central_responder, purpose="Your central IT responder.", as_of=None, source="You"
            )
        case _:
            return contact
