"""Bodies about the evidence of an incident: an item taken in, its way from hand to hand, and the case handed on.

What is asked of an item follows NIST SP 800-86 (sections 3.1 and 3.2: who collected what, where, when and how, and the
digest before and after), RFC 3227 (section 4.1: where, when and by whom, and whoever has it; section 2.1: the drift of
the system's clock) and the headings of ISO/IEC 27037 (a chain-of-custody record), in our own words.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from charteroak.program.bodies.fields import Body, Count, Digest, Files, Line, OptionalLine, Text
from charteroak.program.bodies.incidents import IncidentNumber

ItemKind = Literal[
    "file", "device", "disk-image", "medium", "memory", "network-capture", "log", "account", "paper", "other"
]
ItemSource = Literal["thing", "upload", "entry", "report"]
ItemNumber = Annotated[int, Meta(ge=1, le=9999)]
TransferStep = Literal["begun", "offered", "accepted", "declined", "withdrawn", "expired"]
AcceptanceMeans = Literal["signed-in", "recorded", "code"]
ReferralState = Literal["received", "accepted", "declined", "closed"]


class ItemTaken(Body, frozen=True, kw_only=True):
    """An item became evidence of an incident: what it is, where it came from, who collected it and how.

    ``item`` is the name of its chain: a file's digest, or ``<incident>-E<number>`` for a thing. ``stated_sha256`` is a
    digest that somebody else computed, of a disk image say; we never saw those bytes.
    """

    incident: IncidentNumber
    number: ItemNumber
    item: Line
    what: ItemKind
    source: ItemSource
    sha256: Digest | None = None
    stated_sha256: Digest | None = None
    files: Files = ()
    title: Line
    description: Text = ""
    maker: OptionalLine = ""
    model: OptionalLine = ""
    serial: OptionalLine = ""
    capacity: OptionalLine = ""
    seal: OptionalLine = ""
    condition: OptionalLine = ""
    found_at: OptionalLine = ""
    system: OptionalLine = ""
    collected_by: Line
    collected_from: OptionalLine = ""
    method: OptionalLine = ""
    write_protected: bool | None = None
    is_original: bool | None = None
    clock_offset: OptionalLine = ""
    authority: OptionalLine = ""
    to: Line
    place: Line
    purpose: Line


class CustodyHandedOn(Body, frozen=True, kw_only=True):
    """One step of an item from hand to hand, with the end of an offer and with how it was answered.

    ``means`` says how an answer was given: by the receiver signed in, by somebody of the organisation who names the
    receiver, or by an outsider with the one-time code of the offer.
    """

    item: Line
    step: TransferStep
    sha256: Digest | None = None
    description: Text = ""
    from_: OptionalLine = field(name="from", default="")
    to: Line
    purpose: OptionalLine = ""
    place: OptionalLine = ""
    offer: Count | None = None
    received_by: OptionalLine = ""
    expires: datetime | None = None
    means: AcceptanceMeans | None = None
    agency: OptionalLine = ""
    badge: OptionalLine = ""
    condition: OptionalLine = ""


class ReferralMade(Body, frozen=True, kw_only=True):
    """The case of an incident was made up for somebody, as the file with this digest.

    ``basis`` says on which ground it may be handed over. ``left_out`` counts what was kept back, by reason.
    """

    incident: IncidentNumber
    referral: ItemNumber
    sha256: Digest
    to: Line
    contact: OptionalLine = ""
    basis: Literal["consent", "warrant", "subpoena", "court-order", "statute", "victim-report"]
    authority: OptionalLine = ""
    by: Line
    items: Count
    left_out: Annotated[dict[Line, Count], Meta(max_length=20)] = field(default_factory=dict)


class ReferralAnswered(Body, frozen=True, kw_only=True):
    """What became of a referral, as whoever has it said."""

    incident: IncidentNumber
    referral: ItemNumber
    state: ReferralState
    case_number: OptionalLine = ""
    said_by: Line
    note: Text = ""
