"""Bodies about an incident of an organisation's own: opened, described, notices sent, tasks done, closed.

What may say too much (a title, the facts, a note) is a private part; the rest says when who was told of what.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from charteroak.program.bodies.fields import Body, Digest, Files, Line, OptionalLine, Text
from charteroak.program.bodies.sharing import ReportOutcome

IncidentNumber = Annotated[str, Meta(pattern="^INC-[0-9]{4}-[0-9]{3,6}\\Z")]
"""Within its organisation: INC-2026-003."""


class IncidentOpened(Body, frozen=True, kw_only=True):
    """A record of an incident was opened."""

    incident: IncidentNumber
    title: OptionalLine = ""
    outcome: ReportOutcome


class IncidentDescribed(Body, frozen=True, kw_only=True):
    """What was known of an incident from this moment on: a whole duty-facts document, which replaces the one before."""

    incident: IncidentNumber
    facts: dict[str, Any] | None = None


class SeverityAssessed(Body, frozen=True, kw_only=True):
    """How severe an incident was judged to be. Levels are those of the national schema, 0 to 5, by our own profile.

    ``nciss`` and ``local`` are the ends of both scores in tenths; ``profile`` is the day of the profile's numbers.
    """

    incident: IncidentNumber
    low_level: Annotated[int, Meta(ge=0, le=5)]
    high_level: Annotated[int, Meta(ge=0, le=5)]
    nciss: Annotated[tuple[Annotated[int, Meta(ge=0, le=1000)], ...], Meta(min_length=2, max_length=2)]
    local: Annotated[tuple[Annotated[int, Meta(ge=0, le=1000)], ...], Meta(min_length=2, max_length=2)]
    victims: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    profile: Line
    answers: dict[str, tuple[str, ...]] | None = None


class IncidentClosed(Body, frozen=True, kw_only=True):
    """Nothing more is expected of an incident but what it names: duties that were left open, by key, each with why."""

    incident: IncidentNumber
    note: Text = ""
    left_open: tuple[Line, ...] = ()
    reasons: dict[Line, Line] | None = None


class IncidentOpenedInError(Body, frozen=True, kw_only=True):
    """There was no incident: its clocks end, its record stays. ``ended`` names the duties whose clocks ran then."""

    incident: IncidentNumber
    reason: Text = ""
    ended: tuple[Line, ...] = ()


class IncidentReopened(Body, frozen=True, kw_only=True):
    """A closed incident goes on, or one that was said to be opened in error was none: its clocks run as before."""

    incident: IncidentNumber
    reason: Text = ""


class NoticeSent(Body, frozen=True, kw_only=True):
    """Somebody was told of an incident; ``sha256`` is of what was sent, where it is kept.

    ``duty`` is the row of the table of duties that it satisfies, as ``<code>/<part>``.
    """

    incident: IncidentNumber
    duty: Line
    to: Line
    sent_at: datetime
    how: Line
    sha256: Digest | None = None
    files: Files = ()
    """What was sent and what proves it, as they are kept."""
    note: Text = ""


class TaskDone(Body, frozen=True, kw_only=True):
    """A task of an incident was done, found not to be needed, handed on, or taken up again."""

    incident: IncidentNumber
    task: Line
    by: Line
    outcome: Literal["done", "not-needed", "reassigned", "reopened"] = "done"
    owner: OptionalLine = ""
    note: Text = ""
