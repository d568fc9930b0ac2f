"""The items of evidence of one incident, with their chains; and the short characters by which a label is checked."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from charteroak.program.bodies import ItemTaken
from charteroak.program.custody import Chain, read_chains
from charteroak.program.recorded import RecordedFact
from charteroak.receipts import ALPHABET

CHECK_LENGTH = 4
_LABEL_FORM = "CHARTEROAK1"


@dataclass(frozen=True, slots=True)
class IncidentItem:
    """An item as it was taken in, the entry that says so, and its chain up to now."""

    taken: ItemTaken
    entry: int
    chain: Chain

    @property
    def name(self) -> str:
        """What stands on the label: ``INC-2026-003-E02``."""
        return item_name(self.taken.incident, self.taken.number)

    @property
    def digest(self) -> str:
        """Of the file itself, or the digest of an image that somebody else computed; empty where there is none."""
        return self.taken.sha256 or self.taken.stated_sha256 or ""

    @property
    def check(self) -> str:
        """The characters that go with name and digest."""
        return check_characters(self.name, self.digest)


def item_name(incident: str, number: int) -> str:
    """An item's name, unique within its organisation."""
    return f"{incident}-E{number:02d}"


def read_items(facts: Iterable[RecordedFact], incident: str | None = None) -> list[IncidentItem]:
    """The items of an incident, or of all, in the order of their entries; facts are the record's, in ledger order."""
    listed = list(facts)
    chains = read_chains(listed)
    return [
        IncidentItem(fact.body, fact.index, chains[fact.body.item])
        for fact in listed
        if isinstance(fact.body, ItemTaken) and incident in (None, fact.body.incident)
    ]


def check_characters(name: str, digest: str) -> str:
    """Four characters of Crockford's base 32 that change with either: one slip in a million passes."""
    number = int.from_bytes(hashlib.sha256(f"{name}\n{digest}".encode()).digest()[:4], "big")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(CHECK_LENGTH))


def label_text(organisation: str, name: str, digest: str, address: str = "") -> str:
    """What the square code of a label says: whose item, its name, digest and check; an address only if one is given."""
    words = [_LABEL_FORM, organisation, name, f"sha256:{digest or '-'}", check_characters(name, digest)]
    return " ".join([*words, address] if address else words)


def read_label(text: str) -> tuple[str, str, str] | None:
    """Organisation, name and digest of a label's text; nothing if it is no label or a character of it was misread."""
    words = text.split()
    if len(words) not in {5, 6} or words[0] != _LABEL_FORM or not words[3].startswith("sha256:"):
        return None
    digest = words[3].removeprefix("sha256:").replace("-", "")
    if check_characters(words[2], digest) != words[4]:
        return None
    return words[1], words[2], digest
