"""Bodies about plans for a bad day: adopted, activated at a level, stood down."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from charteroak.program.bodies.fields import Body, Count, Digest, Files, Line, OptionalLine, Text

PlanName: TypeAlias = Literal["cirp", "cdrp"]
PlanLevel = Annotated[int, Meta(ge=0, le=5)]


class PlanAdopted(Body, frozen=True, kw_only=True):
    """A version of a plan was adopted; ``sha256`` is of its PDF, ``files`` are its other forms and the plan itself."""

    plan: PlanName
    version: Line
    title: Line
    sha256: Digest
    by: Line
    office: Line
    review_by: date | None = None
    files: Files = ()


class PlanActivated(Body, frozen=True, kw_only=True):
    """A plan was put into force at a level, or the level changed while it was in force."""

    plan: PlanName
    version: Line
    level: PlanLevel
    by: Line
    incident: OptionalLine = ""
    reason: Text = ""


class PlanStoodDown(Body, frozen=True, kw_only=True):
    """A plan in force was ended; ``activation`` is the entry that began it."""

    plan: PlanName
    by: Line
    activation: Count
    note: Text = ""
