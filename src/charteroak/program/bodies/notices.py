"""Bodies about telling others of an incident: what was recorded as sent and is taken back, what a person decided."""

from datetime import date
from typing import Literal

from charteroak.program.bodies.fields import Body, Count, Line, Text
from charteroak.program.bodies.incidents import IncidentNumber


class NoticeWithdrawn(Body, frozen=True, kw_only=True):
    """An entry that said that a notice was sent is withdrawn: from now on it counts no more."""

    incident: IncidentNumber
    supersedes: Count
    """The index of the entry that said so."""
    reason: Text = ""


class IncidentDecided(Body, frozen=True, kw_only=True):
    """A decision on which a duty's limit or an exception from it rests: who, when, on what ground.

    ``police-delay``: whether law enforcement asked that notice be delayed. ``harm-unlikely``: whether an investigation
    found harm unlikely. ``answer`` no is a record, too.
    """

    incident: IncidentNumber
    decision: Literal["police-delay", "harm-unlikely"]
    answer: bool
    by: Line
    decided_on: date
    in_writing: bool | None = None
    until: date | None = None
    reason: Text = ""
