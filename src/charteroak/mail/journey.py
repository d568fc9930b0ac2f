"""The way a message says it came, step by step, with the time that each step took.

Every line but those of the reader's own servers is a claim of whoever sent the message (``hops``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from charteroak.mail.domains import registrable_domain
from charteroak.mail.headers import Headers
from charteroak.mail.hops import parse_date, read_hops
from charteroak.mail.privacy import Shield

MAX_STEPS = 20
"""Steps that are told, the receiver's own first; a longer chain is cut at the sender's end."""


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """One relay, topmost first. ``seconds`` since the step before it, which may be negative; ``None``: not told.

    ``is_receiving`` says that the relay stands under a domain of those who received the message.
    """

    by: str
    sender: str
    address: str
    at: datetime | None
    seconds: int | None
    is_receiving: bool = False

    def to_json(self) -> dict[str, object]:
        """The step as the command line prints it."""
        return {
            "by": self.by,
            "from": self.sender,
            "address": self.address,
            "at": None if self.at is None else self.at.isoformat(),
            "seconds": self.seconds,
            "receivingSide": self.is_receiving,
        }


def read_journey(headers: Headers, shield: Shield, own_domains: Collection[str]) -> tuple[JourneyStep, ...]:
    """The steps of a message; the first one sent is compared with the message's own date."""
    hops = read_hops(headers)[:MAX_STEPS]
    earlier = [*(hop.at for hop in hops[1:]), parse_date(headers.first("date"))][: len(hops)]
    return tuple(
        JourneyStep(
            by=shield.redact(hop.by),
            sender=shield.redact(hop.sender),
            address=hop.address,
            at=hop.at,
            seconds=round((hop.at - before).total_seconds()) if hop.at is not None and before is not None else None,
            is_receiving=registrable_domain(hop.by) in own_domains,
        )
        for hop, before in zip(hops, earlier, strict=True)
    )
