"""Bodies about the keeping of evidence and of the ledger itself: custody, holds, erasures, keys."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from charteroak.program.bodies.fields import Body, Count, Digest, Identifier, Line, OptionalLine, Text

PartName = Annotated[str, Meta(pattern="^(0|[1-9][0-9]{0,14})/[a-z][A-Za-z0-9]{0,63}\\Z")]
"""A private part of an entry: the entry's index and the member."""


class CustodyPassed(Body, frozen=True, kw_only=True):
    """One step of a piece of evidence from hand to hand; ``offer`` is the entry that an answer answers."""

    item: Line
    step: Literal["begun", "offered", "accepted", "declined"]
    sha256: Digest | None = None
    description: Text = ""
    from_: OptionalLine = field(name="from", default="")
    to: Line
    purpose: OptionalLine = ""
    place: OptionalLine = ""
    offer: Count | None = None
    received_by: OptionalLine = ""


class HoldSet(Body, frozen=True, kw_only=True):
    """A legal hold: from now on nothing that it covers may be erased."""

    hold: Identifier
    matter: Text = ""
    scope: Literal["everything", "listed"]
    sha256: Annotated[tuple[Digest, ...], Meta(max_length=1000)] = ()
    set_by: Line
    authority: Line


class HoldLifted(Body, frozen=True, kw_only=True):
    """A legal hold ended."""

    hold: Identifier
    lifted_by: Line
    reason: Text = ""


class ContentErased(Body, frozen=True, kw_only=True):
    """Whole bodies, private parts of bodies or files were erased; this entry is what is left to say so.

    ``parts`` are written as ``<entry>/<member>``; ``basis`` is the reason that a reader of the gap is given.
    """

    entries: Annotated[tuple[Count, ...], Meta(max_length=1000)] = ()
    parts: Annotated[tuple[PartName, ...], Meta(max_length=1000)] = ()
    sha256: Annotated[tuple[Digest, ...], Meta(max_length=1000)] = ()
    basis: Annotated[str, Meta(min_length=1, max_length=5000)]
    approved_by: Line


class EvidenceMarked(Body, frozen=True, kw_only=True):
    """A marking (of public-records law, say) was set on a file or an entry, or withdrawn from it."""

    sha256: Digest | None = None
    entry: Count | None = None
    marking: Identifier
    state: Literal["set", "withdrawn"]
    basis: Line
    marked_by: Line
    note: Text = ""


class KeyCeremony(Body, frozen=True, kw_only=True):
    """A key of the log was made, replaced, found in strange hands or retired, before witnesses.

    ``since`` is the moment from which signatures of a compromised key prove nothing.
    """

    action: Literal["created", "rotated", "compromised", "retired"]
    keys: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=1000)], ...], Meta(max_length=20)]
    at: OptionalLine = ""
    witnesses: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()
    since: datetime | None = None
    reason: Text = ""
