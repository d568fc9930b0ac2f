"""What people want to see of a message beside the verdict: its journey, its ARC chain, its DKIM signatures.

Nothing here bears on the verdict. It is read when somebody looks, so that keys which were collected later count.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from charteroak.mail.addresses import first_sender
from charteroak.mail.arc import ARCChain, read_chain
from charteroak.mail.defects import DefectLog
from charteroak.mail.dkim.keys import PublishedKeys
from charteroak.mail.dkim.verification import DKIMCheck, check_signatures
from charteroak.mail.hops import read_hops
from charteroak.mail.journey import JourneyStep, read_journey
from charteroak.mail.mime import Message, split_message
from charteroak.mail.privacy import Shield, read_recipients
from charteroak.mail.reading import reported_messages, reporter_addresses
from charteroak.mail.receiving_side import ReceivingSide, read_receiving_side


@dataclass(frozen=True, slots=True)
class Particulars:
    """``receivers`` tells which names are those of whoever received or reported the message."""

    journey: tuple[JourneyStep, ...] = ()
    arc: ARCChain | None = None
    dkim: tuple[DKIMCheck, ...] = ()
    receivers: ReceivingSide = field(default_factory=ReceivingSide)

    def to_json(self) -> dict[str, object]:
        """The particulars as the command line prints them."""
        return {
            "journey": [step.to_json() for step in self.journey],
            "arc": None if self.arc is None else self.arc.to_json(),
            "dkim": [check.to_json() for check in self.dkim],
        }


def read_particulars(
    data: bytes,
    *,
    at: dt.date,
    reporters: Collection[str] = (),
    keys: PublishedKeys | None = None,
    is_rebuilt: bool = False,
) -> tuple[Particulars, ...]:
    """The particulars of a message, or of each that a report carries, in the order in which ``analyze_all`` answers.

    ``at`` is the day on which it came to us, ``is_rebuilt`` says that ``data`` was made from an Outlook file. Never
    raises, whatever the bytes; what is no message has none.
    """
    message = split_message(data, DefectLog())
    carried = reported_messages(message, reporters)
    if carried:
        reporters = (*reporters, *reporter_addresses(message))
    known = keys if keys is not None else PublishedKeys()
    return tuple(_of(each, at, reporters, known, is_rebuilt=is_rebuilt) for each in carried or (message,))


def _of(
    message: Message, at: dt.date, reporters: Collection[str], keys: PublishedKeys, *, is_rebuilt: bool
) -> Particulars:
    headers = message.headers
    hops = read_hops(headers)
    recipients = [mailbox.address for mailbox in read_recipients(headers, hops, DefectLog())]
    receivers = read_receiving_side(headers, hops, recipients, reporters)
    sender = first_sender(headers.first("from"), DefectLog()).address
    return Particulars(
        journey=read_journey(headers, Shield(recipients, reporters), receivers.masked()),
        arc=read_chain(headers),
        dkim=check_signatures(
            message.raw, keys, at=at, sender_domain=sender.rpartition("@")[2].lower(), is_rebuilt=is_rebuilt
        ),
        receivers=receivers,
    )
