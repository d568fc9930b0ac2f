"""Chains of custody: who had a piece of evidence from its first moment in the record, folded from the entries.

A file's chain starts with the entry that names it first: from then on it lies sealed in the evidence store, in the
keeping of whoever recorded it. A thing (a laptop, a disk in a bag) starts with an entry of its own. From there it
passes in two steps by two people: one offers, another accepts or declines. Until the answer, it stays with the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from charteroak.clock import format_instant
from charteroak.program.bodies import AcceptanceMeans, CustodyHandedOn, CustodyPassed, ItemTaken
from charteroak.program.exhibits import exhibits_of
from charteroak.program.recorded import DayOrInstant, RecordedFact

ERASED_TITLE = "(name erased)"
"""What a file is called whose name went with the words of its entry."""

Step = Literal["recorded", "taken", "listed", "begun", "offered", "accepted", "declined", "withdrawn", "expired"]
CHAIN_KINDS = ("custody.passed", "item.taken")
"""The kinds of entry that a chain is made of, beside those that name a file first."""
_WITH_HOLDER = frozenset({"recorded", "taken", "begun", "accepted"})
_ANSWERS = frozenset({"accepted", "declined", "withdrawn", "expired"})


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain: who, what, when, why, from whom, to whom, where."""

    entry: int
    step: Step
    actor: str
    occurred: DayOrInstant
    recorded: datetime
    from_: str = ""
    to: str = ""
    purpose: str = ""
    place: str = ""
    description: str = ""
    received_by: str = ""
    offer: int | None = None
    body_sha256: str = ""
    expires: datetime | None = None
    means: AcceptanceMeans | None = None
    agency: str = ""
    badge: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """An item with its steps, in ledger order."""

    item: str
    sha256: str | None
    title: str
    links: tuple[Link, ...]

    @property
    def holder(self) -> str:
        """Who has it now, as the record says; a file that was never passed on is with whoever recorded it."""
        taken = [link for link in self.links if link.step in _WITH_HOLDER]
        return (taken[-1].received_by or taken[-1].to or taken[-1].actor) if taken else ""

    @property
    def offer(self) -> Link | None:
        """The offer that waits for an answer."""
        answered = {link.offer for link in self.links if link.step in _ANSWERS}
        return next((link for link in self.links if link.step == "offered" and link.entry not in answered), None)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What the other side would ask about, as sentences."""
        found = []
        known = ""
        for link in self.links:
            if link.step == "offered" and known and link.from_ != known:
                found.append(f"Entry {link.entry} offers it from {link.from_}; the record had it with {known}.")
            if link.step in {"begun", "taken", "accepted"}:
                known = link.received_by or link.to
        return tuple(found)


def read_chains(facts: Iterable[RecordedFact]) -> dict[str, Chain]:
    """Every chain of the record by its item: a file's item is its SHA-256."""
    links: dict[str, list[Link]] = {}
    titles: dict[str, str] = {}
    digests: dict[str, str | None] = {}
    for fact in facts:
        if isinstance(fact.body, ItemTaken):
            body = fact.body
            titles.setdefault(body.item, body.title)
            digests.setdefault(body.item, body.sha256)
            # A file that was on record already stays with whoever has it: this entry only counts it to the incident.
            earlier = links.setdefault(body.item, [])
            earlier.append(_taken(fact, body, is_first=not earlier))
            continue
        for exhibit in exhibits_of(fact):
            if exhibit.sha256 not in links:
                titles[exhibit.sha256], digests[exhibit.sha256] = exhibit.name, exhibit.sha256
                links[exhibit.sha256] = [_recorded(fact)]
        if isinstance(fact.body, CustodyPassed | CustodyHandedOn):
            step = fact.body
            titles.setdefault(step.item, step.description or step.item)
            digests.setdefault(step.item, step.sha256)
            links.setdefault(step.item, []).append(_link(fact, step))
    return {item: Chain(item, digests[item], titles[item], tuple(steps)) for item, steps in links.items()}


def with_beginning(chain: Chain | None, item: str, fact: RecordedFact) -> Chain:
    """A file's chain with its first step from an entry whose words were erased, and with them the file's name."""
    links = () if chain is None else chain.links
    return Chain(item, item, ERASED_TITLE, (_recorded(fact), *links))


def _recorded(fact: RecordedFact) -> Link:
    return Link(fact.index, "recorded", fact.actor, fact.occurred_from, fact.recorded, body_sha256=fact.body_sha256)


def _taken(fact: RecordedFact, body: ItemTaken, *, is_first: bool) -> Link:
    return Link(
        entry=fact.index,
        step="taken" if is_first else "listed",
        actor=fact.actor,
        occurred=fact.occurred_from,
        recorded=fact.recorded,
        from_=body.collected_from,
        to=body.to,
        purpose=body.purpose,
        place=body.place,
        description=body.description,
        body_sha256=fact.body_sha256,
        condition=body.condition,
    )


def _link(fact: RecordedFact, body: CustodyPassed | CustodyHandedOn) -> Link:
    later = body if isinstance(body, CustodyHandedOn) else None
    return Link(
        entry=fact.index,
        step=body.step,
        actor=fact.actor,
        occurred=fact.occurred_from,
        recorded=fact.recorded,
        from_=body.from_,
        to=body.to,
        purpose=body.purpose,
        place=body.place,
        description=body.description,
        received_by=body.received_by,
        offer=body.offer,
        body_sha256=fact.body_sha256,
        expires=None if later is None else later.expires,
        means=None if later is None else later.means,
        agency="" if later is None else later.agency,
        badge="" if later is None else later.badge,
        condition="" if later is None else later.condition,
    )


CUSTODY_COLUMNS = (
    "item", "sha256", "entry", "step", "occurred", "recorded", "from", "to", "receivedBy", "purpose", "place",
    "description", "offer", "actor", "expires", "means", "agency", "badge", "condition",
)  # fmt: skip
"""The members of a chain's steps as rows."""


def chain_rows(chain: Chain) -> list[dict[str, str | int | None]]:
    """A chain's steps as rows, for JSON and for spreadsheets."""
    return [
        {
            "item": chain.item,
            "sha256": chain.sha256,
            "entry": link.entry,
            "step": link.step,
            "occurred": format_moment(link.occurred),
            "recorded": format_instant(link.recorded),
            "from": link.from_,
            "to": link.to,
            "receivedBy": link.received_by,
            "purpose": link.purpose,
            "place": link.place,
            "description": link.description,
            "offer": link.offer,
            "actor": link.actor,
            "expires": None if link.expires is None else format_instant(link.expires),
            "means": link.means,
            "agency": link.agency,
            "badge": link.badge,
            "condition": link.condition,
        }
        for link in chain.links
    ]


def format_moment(moment: DayOrInstant) -> str:
    """A day or an instant as headers write it."""
    return format_instant(moment) if isinstance(moment, datetime) else moment.isoformat()
