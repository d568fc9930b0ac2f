"""The written program in words for people: the sentence that its page opens with, and what the record says it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from charteroak.portal.programs.choices import (
    EDITION_STATUSES,
    HANDLES,
    INFORMATION,
    ORGANISATION_KINDS,
    REGIMES,
    REVIEW_OUTCOMES,
    STATEMENTS,
    Words,
    yes_no_unknown,
)
from charteroak.portal.programs.wording import edition_label
from charteroak.program.assertions import Assertion
from charteroak.program.bodies import (
    EditionAdopted,
    OrganisationDescribed,
    ProgramAdopted,
    ProgramApproved,
    ProgramDescribed,
    ProgramReviewed,
    Statement,
)
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import ProgramStatus

PROGRAM_KINDS = ("program.adopted", "program.approved", "program.reviewed", "program.described")
OTHER_KINDS = ("edition.adopted", "organisation.described")


@dataclass(frozen=True, slots=True)
class Described:
    """One thing that was described: its question, the answer, where it stands."""

    question: Words
    answer: Words
    where: str = ""


@dataclass(frozen=True, slots=True)
class DescribedGroup:
    """The statements about one element of the act."""

    heading: Words
    element: str
    rows: Sequence[Described]


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An assertion that stands today."""

    edition: str
    status: Words
    body: EditionAdopted
    fact: RecordedFact


@dataclass(frozen=True, slots=True)
class InForce:
    """The version in force: what was adopted, who approved it, and when it was last reviewed."""

    adopted: RecordedFact
    body: ProgramAdopted
    approved: RecordedFact | None
    approval: ProgramApproved | None
    reviewed: RecordedFact | None
    review: ProgramReviewed | None
    outcome: Words


def program_sentence(status: ProgramStatus) -> str:
    """Which version is in force, and what it lacks."""
    force = in_force(status)
    if force is None:
        return _("No written program is on record.")
    values = {"version": force.body.version, "day": date_format(force.adopted.first_day, "D j M Y")}
    if force.approval is None:
        return _("Version %(version)s has been in force since %(day)s; no approval is on record.") % values
    if not status.program.is_maintained:
        return _("Version %(version)s has been in force since %(day)s; its review is overdue.") % values
    return _("Version %(version)s has been in force since %(day)s, approved by %(by)s.") % (
        values | {"by": force.approval.by}
    )


def in_force(status: ProgramStatus) -> InForce | None:
    """The version in force today; ``None`` without one."""
    program = status.program
    if program.adopted is None or not isinstance(program.adopted.body, ProgramAdopted):
        return None
    approval = program.approved.body if program.approved is not None else None
    review = program.reviewed.body if program.reviewed is not None else None
    return InForce(
        adopted=program.adopted,
        body=program.adopted.body,
        approved=program.approved,
        approval=approval if isinstance(approval, ProgramApproved) else None,
        reviewed=program.reviewed,
        review=review if isinstance(review, ProgramReviewed) else None,
        outcome=REVIEW_OUTCOMES[review.outcome] if isinstance(review, ProgramReviewed) else "",
    )


def contents(status: ProgramStatus) -> list[DescribedGroup]:
    """What the record says the program contains; what nobody described is not known."""
    described = status.program.described
    body = described.body if described is not None else ProgramDescribed()
    return [
        DescribedGroup(
            group.heading,
            group.element,
            [
                Described(subject, yes_no_unknown(statement.holds), statement.where)
                for name, subject in group.subjects.items()
                for statement in [getattr(getattr(body, group.part, None), name, Statement())]
            ],
        )
        for group in STATEMENTS
    ]


def edition_rows(assertions: Sequence[Assertion]) -> list[EditionRow]:
    """What is asserted about editions today."""
    return [
        EditionRow(edition_label(*one.name), EDITION_STATUSES[one.body.status], one.body, one.fact)
        for one in assertions
    ]


def organisation_groups(body: OrganisationDescribed) -> list[DescribedGroup]:
    """What the organisation says it is and holds."""
    employees = yes_no_unknown(None) if body.employees is None else str(body.employees)
    what = [
        Described(_("Kind of organization"), ORGANISATION_KINDS[body.kind]),
        Described(_("Laws that apply to it"), _regimes(body)),
        Described(_("People who work for it"), employees),
    ]
    handles = [Described(question, yes_no_unknown(getattr(body.handles, name))) for name, question in HANDLES.items()]
    information = [
        Described(asked.question, yes_no_unknown(getattr(body.information, name)))
        for name, asked in INFORMATION.items()
    ]
    return [
        DescribedGroup(_("What it is"), "E1", what),
        DescribedGroup(_("What it does with information about people"), "E2", handles),
        DescribedGroup(_("Which information it is"), "E3, E4", information),
    ]


def _regimes(body: OrganisationDescribed) -> Words:
    if body.regulated_by is None:
        return yes_no_unknown(None)
    if not body.regulated_by:
        return _("None of these")
    return ", ".join(str(REGIMES[regime]).partition(":")[0] for regime in body.regulated_by)
