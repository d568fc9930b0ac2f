"""The packet of a referral in print: who refers what to whom, on which ground; what happened and what is there."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from charteroak.clock import CONNECTICUT
from charteroak.documents.blocks import AnyBlock, Column, Document, Heading, Mono, Note, Table, Terms, Texts, paragraph
from charteroak.documents.dossier_document import Subject
from charteroak.documents.wording import count, moment, short_day, terms

BASES = {
    "consent": "Consent of the victim",
    "warrant": "Search warrant",
    "subpoena": "Subpoena",
    "court-order": "Order of a court",
    "statute": "Duty or leave of a statute",
    "victim-report": "The victim reports a crime",
}

_WHOLE_DAY = 23 * 3600 - 60
"""The shortest day of a year, in seconds, to the minute."""


class PacketEvent(Struct, frozen=True, kw_only=True):
    """A line of the timeline; both moments are the same where it is known exactly."""

    earliest: datetime
    latest: datetime
    precision: str
    source: str
    what: str


class PacketIndicator(Struct, frozen=True, kw_only=True):
    """An indicator in a spelling that no program follows."""

    type: str
    defanged: str


class PacketStep(Struct, frozen=True, kw_only=True):
    """A step of an item's custody."""

    at: datetime
    entry: int
    step: str
    from_: str
    to: str
    why: str


class PacketItem(Struct, frozen=True, kw_only=True):
    """An item of evidence with its custody log."""

    name: str
    title: str
    what: str
    sha256: str
    check: str
    holder: str
    collected: str
    enclosed: bool
    steps: tuple[PacketStep, ...]


class ReferralPacket(Struct, frozen=True, kw_only=True):
    """Everything that the packet says, cleaned by the one function that decides what goes in."""

    organisation: Subject
    incident: str
    referral: int
    to: str
    by: str
    contact: str
    basis: str
    authority: str
    made: datetime
    outcome: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    loss: str
    events: tuple[PacketEvent, ...]
    indicators: tuple[PacketIndicator, ...]
    items: tuple[PacketItem, ...]
    left_out: tuple[tuple[str, str], ...]
    origin: str
    log_size: int
    keys: tuple[str, ...]
    verifier_sha256: str


def render_packet(packet: ReferralPacket) -> bytes:
    """The PDF.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(packet_pages(packet))


def packet_pages(packet: ReferralPacket) -> Document:
    """The packet as blocks."""
    name = packet.organisation.name
    return Document(
        title="Referral of a computer crime",
        subtitle=f"{packet.incident} of {name}, referral {packet.referral}, to {packet.to}",
        running=f"Referral {packet.referral} of {packet.incident}, {name}",
        dated=packet.made,
        footer=f"{count(packet.log_size, 'entry', 'entries')} of the log {packet.origin}",
        banner="MADE-UP SAMPLE: NOTHING IN IT HAPPENED" if packet.organisation.is_fictional else "",
        body=tuple(_blocks(packet)),
    )


def _blocks(packet: ReferralPacket) -> Iterator[AnyBlock]:
    yield Terms(
        terms(
            ("From", packet.organisation.name),
            ("To", packet.to),
            ("Contact", packet.contact or "not said"),
            ("Legal ground", f"{BASES[packet.basis]}: {packet.authority}"),
            ("Made", f"{moment(packet.made)}, by {packet.by}"),
            ("Outcome", packet.outcome),
            ("Loss", packet.loss),
            ("In it", f"{count(len(packet.items), 'item')} of evidence, {count(len(packet.indicators), 'indicator')}"),
        )
    )
    yield Heading("What happened")
    for part in packet.summary.split("\n\n"):
        if part.strip():
            yield paragraph(" ".join(part.split()))
    yield Table(
        "Facts on record; what is not listed is not known",
        (Column("Fact", 1.4), Column("As known", 3.0)),
        tuple(((name,), (value,)) for name, value in packet.facts),
        "None is on record.",
    )
    yield Heading("Timeline")
    yield Table(
        "What happened when, with the earliest and the latest moment where it is not known exactly",
        (Column("When", 1.7), Column("What", 3.2), Column("Known from", 0.9)),
        tuple(((_when(event),), (event.what,), (event.source,)) for event in packet.events),
        "No event is on record.",
    )
    yield Heading("Indicators")
    yield Table(
        "Defanged; indicators.json has them for programs",
        (Column("Kind", 0.8), Column("Value", 4.0)),
        tuple(((each.type,), (Mono(each.defanged),)) for each in packet.indicators),
        "None was handed in.",
    )
    yield from _evidence(packet)
    yield Heading("What was left out")
    yield Table(
        "Each with its reason",
        (Column("What", 2.6), Column("Why", 2.4)),
        tuple(((what,), (why,)) for what, why in packet.left_out),
        "Nothing.",
    )
    yield Heading("How to check it")
    yield paragraph(
        "Unpack the folder and run 'sh verify.sh' in it; it needs sh, sha256sum or shasum, openssl and xxd, no network "
        "and no account. First compare its SHA-256 and the keys below with what you were given apart from this packet."
    )
    yield Terms(
        terms(
            ("verify.sh", (Mono(packet.verifier_sha256),)),
            *((f"Key {number}", (Mono(key),)) for number, key in enumerate(packet.keys, start=1)),
        )
    )
    yield Note(
        "What this is worth.",
        (
            (
                "Digests and signatures show that the record is unchanged since it was signed, not that what it says "
                "is true: that needs the people who are named in it. Nobody's guilt is said; it is no legal advice."
            ),
        ),
    )


def _evidence(packet: ReferralPacket) -> Iterator[AnyBlock]:
    yield Heading("Evidence")
    yield Table(
        "Items, with who has each now",
        (Column("Item", 1.3), Column("What", 2.0), Column("SHA-256", 2.3), Column("With", 1.1)),
        tuple(
            (
                (item.name, f" (check {item.check})"),
                (f"{item.title} ({item.what}); {item.collected}",),
                _digest(item),
                (item.holder,),
            )
            for item in packet.items
        ),
        "No item of evidence is on record.",
    )
    for item in packet.items:
        yield Heading(f"Custody of {item.name}", level=2)
        yield Table(
            item.title,
            (Column("When", 1.5), Column("Step, entry", 0.9), Column("From and to", 1.5), Column("Why and where", 1.8)),
            tuple(
                (
                    (moment(step.at),),
                    (f"{step.step}, {step.entry}",),
                    (" to ".join(word for word in (step.from_, step.to) if word),),
                    (step.why,),
                )
                for step in item.steps
            ),
            "No step is on record.",
        )


def _digest(item: PacketItem) -> Texts:
    if not item.sha256:
        return ("no file",)
    return (Mono(item.sha256), "" if item.enclosed else " (not enclosed)")


def _when(event: PacketEvent) -> str:
    """A day for a whole day, a moment to the minute, both ends of anything else."""
    first, last = event.earliest.astimezone(CONNECTICUT), event.latest.astimezone(CONNECTICUT)
    if first == last:
        return _to_the_minute(first) if event.precision in {"minute", "hour"} else moment(first)
    if first.date() == last.date() and (last - first).total_seconds() >= _WHOLE_DAY and f"{first:%H%M}" == "0000":
        return f"{short_day(first.date())}, at some time"
    if first.date() == last.date():
        return f"{_to_the_minute(first)} to {last:%H:%M}"
    return f"between {_to_the_minute(first)} and {_to_the_minute(last)}"


def _to_the_minute(local: datetime) -> str:
    return f"{short_day(local.date())}, {local:%H:%M} {local.tzname()}"
