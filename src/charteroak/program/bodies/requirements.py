"""Bodies about requirements: assessed, excepted for a reason that the act knows, open as a gap and closed again."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from charteroak.program.bodies.fields import Body, Count, Identifier, Line, Part, PracticeId, Text

ScaleFactor: TypeAlias = Literal["size-and-complexity", "activities", "sensitivity", "cost-and-tools"]
"""What the scale and scope of a program may rest on (element E11)."""

AssessmentResult: TypeAlias = Literal["satisfied", "partly", "not-satisfied", "not-applicable", "unknown"]
AssessmentMethod: TypeAlias = Literal["examine", "interview", "test"]
"""The methods of NIST SP 800-53A and 800-171A."""
Severity: TypeAlias = Literal["critical", "high", "moderate", "low"]
"""How bad a gap is, in the organisation's own judgement."""


class RequirementAssessed(Body, frozen=True, kw_only=True):
    """Someone assessed one requirement of an edition, or one objective of it."""

    framework: Line
    edition: Line
    requirement: Line
    objective: Line | None = None
    result: AssessmentResult
    methods: Annotated[tuple[AssessmentMethod, ...], Meta(max_length=3)] = ()
    assessor: Line
    factor: ScaleFactor | None = None
    note: Text = ""


class Cost(Part, frozen=True, kw_only=True):
    """What closing it would cost, from a low to a high figure, and where the figures are from."""

    low: Count
    high: Count
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}\\Z")]
    source: Line


class ExceptionAccepted(Body, frozen=True, kw_only=True):
    """An officer accepts that a practice or requirement is not met, for a factor of scale, until a day.

    It has effect from the day of the entry up to the day before it expires. It never makes anything met.
    """

    exception: Identifier
    practice: PracticeId | None = None
    framework: Line | None = None
    edition: Line | None = None
    requirement: Line | None = None
    factor: ScaleFactor
    reason: Text = ""
    cost: Cost | None = None
    approved_by: Line
    role: Line
    expires: date


class GapOpened(Body, frozen=True, kw_only=True):
    """The organisation found something missing and says who closes it, and by when."""

    gap: Identifier
    title: Line
    practice: PracticeId | None = None
    framework: Line | None = None
    edition: Line | None = None
    requirement: Line | None = None
    owner: Line
    due: date | None = None
    note: Text = ""


class GapClosed(Body, frozen=True, kw_only=True):
    """A gap was closed: how, and which entries show it."""

    gap: Identifier
    how: Line
    evidence: Annotated[tuple[Count, ...], Meta(max_length=100)] = ()
    note: Text = ""


class CorrectionMade(Body, frozen=True, kw_only=True):
    """An earlier entry was wrong. It stays where it is; from now on it is read as corrected."""

    corrects: Count
    reason: Text = ""
