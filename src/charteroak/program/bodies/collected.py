"""Bodies about what other tools say: who may speak for a collector, and what one drop of it showed.

A drop becomes one item of evidence for each practice whose question it can answer, also where the answer is that the
practice was not followed: the item says so itself, and then it shows nothing at work.
"""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from charteroak.program.bodies.fields import Body, Count, Digest, Identifier, Line, OptionalLine, Part
from charteroak.program.bodies.practices import EvidenceRecorded
from charteroak.program.bodies.requirements import GapOpened, RequirementAssessed, Severity


class Claim(Part, frozen=True, kw_only=True):
    """One question that a collector answers of what it read; ``None`` where it could not tell."""

    claim: Identifier
    holds: bool | None
    detail: Line


class Collection(Part, frozen=True, kw_only=True):
    """One drop of a collector: which, in which version, about what, and what it showed about this practice."""

    collector: Identifier
    version: Line
    sha256: Digest
    source: Count
    """The entry that registered the source of this drop."""
    subject: Line
    shows: bool
    """Whether it shows the practice at work. An item that does not is in the record all the same."""
    claims: Annotated[tuple[Claim, ...], Meta(min_length=1, max_length=20)]
    could_not_read: Count = 0
    signed_by: OptionalLine = ""
    """The verifier key under which the drop was signed; empty for one that a person handed in."""
    made: datetime | None = None
    """When the tool says that it made the drop."""


class EvidenceCollected(EvidenceRecorded, frozen=True, kw_only=True):
    """Version 2 of recorded evidence: it may come from a collector."""

    collected: Collection | None = None


class CollectorRegistered(Body, frozen=True, kw_only=True):
    """A source whose drops count: which collector, whose key if they are signed, how often it should come.

    A newer entry of one name takes its place; one that ``ends`` it expects nothing more and accepts nothing more.
    """

    name: Identifier
    collector: Identifier
    subject: Line
    key: OptionalLine = ""
    every_days: Annotated[int, Meta(ge=1, le=400)]
    by: Line
    ends: bool = False


class Milestone(Part, frozen=True, kw_only=True):
    """One step on the way to closing a gap."""

    what: Line
    due: date


class GapPlanned(GapOpened, frozen=True, kw_only=True):
    """Version 2 of an opened gap: how bad it is, which steps close it, what found it. Nobody may own it yet.

    ``since`` is said by an entry that plans an open gap anew: it was open from that day on, not from this entry's.
    """

    owner: OptionalLine = ""
    severity: Severity | None = None
    milestones: Annotated[tuple[Milestone, ...], Meta(max_length=50)] = ()
    found_by: Count | None = None
    since: date | None = None


class RequirementShown(RequirementAssessed, frozen=True, kw_only=True):
    """Version 2 of an assessment: which entries show it, and under which exception it does not apply."""

    evidence: Annotated[tuple[Count, ...], Meta(max_length=100)] = ()
    exception: Identifier | None = None
