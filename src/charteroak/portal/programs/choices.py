"""The closed vocabularies of the program's record, in words for people: the answers that forms offer and pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

ORGANISATION_KINDS: Mapping[str, Words] = {
    "corporation": _("Corporation"),
    "llc": _("Limited liability company (LLC)"),
    "sole-proprietor": _("Sole proprietor"),
    "individual": _("A person in business"),
    "partnership": _("Partnership"),
    "llp": _("Limited liability partnership (LLP)"),
    "firm": _("Firm"),
    "nonprofit": _("Nonprofit"),
    "association": _("Association"),
    "trust": _("Trust"),
    "joint-stock": _("Joint stock company"),
    "joint-venture": _("Joint venture"),
    "other-legal-entity": _("Another legal entity"),
    "municipality": _("City, town or another municipality"),
    "public-school-district": _("Public school district"),
    "state-agency": _("State agency"),
}
REGIMES: Mapping[str, Words] = {
    "hipaa": _("HIPAA: health care, health plans, and those who work for them"),
    "hitech": _("HITECH: electronic health records"),
    "glba": _("GLBA: banks, lenders, tax preparers and other financial services"),
    "fisma": _("FISMA: federal agencies, and those who run systems for them"),
}
PRACTICE_ANSWERS: Mapping[str, Words] = {
    "yes": _("Yes"),
    "partly": _("Partly"),
    "no": _("No"),
    "unknown": _("Not known"),
}
REVIEW_OUTCOMES: Mapping[str, Words] = {
    "no-change": _("It may stay as it is"),
    "changed": _("It was changed"),
    "changes-needed": _("It has to change"),
}
EDITION_STATUSES: Mapping[str, Words] = {
    "conforms": _("Conforms in full"),
    "partly": _("Conforms in part"),
    "does-not": _("Does not conform"),
    "unknown": _("Not known"),
}
SAFEGUARD_KINDS: Mapping[str, Words] = {
    "administrative": _("Administrative"),
    "technical": _("Technical"),
    "physical": _("Physical"),
}
RELATIONS: Mapping[str, Words] = {
    "satisfies": _("Does all of it"),
    "contributes": _("Does a part of it"),
    "related": _("Bears on it, and shows nothing by itself"),
}
SCALE_FACTORS: Mapping[str, Words] = {
    "size-and-complexity": _("Your size and complexity"),
    "activities": _("The nature and scope of what you do"),
    "sensitivity": _("How sensitive the information is"),
    "cost-and-tools": _("The cost and availability of tools"),
}
"""What an exception may rest on: the four factors of the act (element E11)."""
ASSESSMENT_RESULTS: Mapping[str, Words] = {
    "satisfied": _("Satisfied"),
    "partly": _("Satisfied in part"),
    "not-satisfied": _("Not satisfied"),
    "not-applicable": _("Does not apply"),
    "unknown": _("Not known"),
}
SEVERITIES: Mapping[str, Words] = {
    "critical": _("Critical: stop and close it"),
    "high": _("High"),
    "moderate": _("Moderate"),
    "low": _("Low"),
}
"""How bad a gap is, in the organization's own judgement."""
SEVERITIES_IN_SHORT: Mapping[str | None, Words] = {
    "critical": _("Critical"),
    "high": _("High"),
    "moderate": _("Moderate"),
    "low": _("Low"),
    None: _("Not graded"),
}
ASSESSMENT_METHODS: Mapping[str, Words] = {
    "examine": _("Examined: documents, settings, records"),
    "interview": _("Asked: people who do it"),
    "test": _("Tried out"),
}
"""The methods of NIST SP 800-171A."""
PRECISIONS: Mapping[str, Words] = {
    "instant": _("to the instant"),
    "minute": _("to the minute"),
    "hour": _("to the hour"),
    "day": _("to the day"),
    "month": _("to the month"),
    "year": _("to the year"),
}
SOURCES: Mapping[str, Words] = {
    "stated": _("as someone states it"),
    "observed": _("as this software saw it"),
    "document": _("as a document says"),
    "imported": _("as it was imported"),
    "unknown": "",
}
"""How it is known when something was so. Entries of the first header version do not say."""
HANDLES: Mapping[str, Words] = {
    "accesses": _("Do you look at or use such information?"),
    "maintains": _("Do you keep it?"),
    "communicates": _("Do you send it to others?"),
    "processes": _("Do you work on it, such as for payroll or orders?"),
}
"""What is done with personal or restricted information (element E2)."""


@dataclass(frozen=True, slots=True)
class InformationQuestion:
    """A question about information, and the hint below it."""

    question: Words
    hint: Words = ""


INFORMATION: Mapping[str, InformationQuestion] = {
    "personal": InformationQuestion(
        _("Do you hold personal information?"),
        _(
            "A name together with, for example, a Social Security, tax, license or passport number, a card or account "
            "number, health or insurance details, or biometric data; or a user name or mail address with its password."
        ),
    ),
    "restricted": InformationQuestion(
        _("Do you hold restricted information?"),
        _(
            "Other details, not public, by which a person can be singled out or traced, and whose loss is likely to "
            "lead to identity theft or fraud."
        ),
    ),
    "restricted_unreadable": InformationQuestion(
        _("Is the restricted information encrypted, redacted or otherwise unreadable?")
    ),
    "owned_or_licensed": InformationQuestion(
        _("Do you own the information, or hold a license to it?"),
        _("No, if you only keep it for others."),
    ),
    "publicly_available": InformationQuestion(
        _("Is all of it lawfully public already?"),
        _("Released by government, or widely published."),
    ),
}
"""Which information it is (elements E3 and E4)."""


@dataclass(frozen=True, slots=True)
class StatementGroup:
    """What the act asks of a written program, one element at a time."""

    part: str
    element: str
    heading: Words
    question: Words
    subjects: Mapping[str, Words]


STATEMENTS: Sequence[StatementGroup] = (
    StatementGroup(
        "safeguards",
        "E9",
        _("Safeguards"),
        _("Does the written program contain these kinds of safeguard?"),
        {
            "administrative": _("Administrative: rules, roles, training"),
            "technical": _("Technical: on computers and networks"),
            "physical": _("Physical: locks, rooms, paper"),
        },
    ),
    StatementGroup(
        "objectives",
        "E10",
        _("Objectives"),
        _("Is the program designed to do this?"),
        {
            "confidentiality": _("Keep the information secure and confidential"),
            "threats_or_hazards": _("Protect it against threats and hazards to its security or integrity"),
            "unauthorized_access_and_acquisition": _(
                "Protect it against access and acquisition that put people at risk of identity theft or fraud"
            ),
        },
    ),
    StatementGroup(
        "scale",
        "E11",
        _("Scale"),
        _("Are the program's scale and scope based on this?"),
        {
            "size_and_complexity": _("Your size and complexity"),
            "activities": _("The nature and scope of what you do"),
            "sensitivity": _("How sensitive the information is"),
            "cost_and_tools": _("The cost and availability of tools"),
        },
    ),
)


def yes_no_unknown(value: bool | None) -> Words:
    """A stored answer in a word."""
    return {True: _("Yes"), False: _("No"), None: _("Not known")}[value]
