"""The Authenticated Received Chain (RFC 8617) as claims: which servers sealed a message, and what each one says it saw.

A seal is not verified here: that would need the sealers' keys, and a seal proves no more than that a server said so.
What can be told without a key is whether the chain is complete (section 5.2, steps 1 to 3); one that is not is broken.
"""

import re
from dataclasses import dataclass

from charteroak.mail.decoding import without_controls
from charteroak.mail.dkim.tags import TagError, parse_tags
from charteroak.mail.domains import normal_host
from charteroak.mail.headers import Headers

MAX_INSTANCES = 50
"""Section 4.2.1: the highest instance."""
_RESULTS, _SEAL = "arc-authentication-results", "arc-seal"
_FIELDS = (_RESULTS, "arc-message-signature", _SEAL)
_INSTANCE = re.compile(r"(?:^|;)\s*i\s*=\s*(\d{1,4})\s*(?:;|$)", re.ASCII)
_FIRST_INSTANCE = re.compile(r"\s*i\s*=\s*(\d{1,4})\s*;", re.ASCII)
"""Section 4.1.1: in the results the instance comes first."""
_TAG = re.compile(r"(?:^|;)\s*(cv|d|s)\s*=\s*([^;]{0,255})", re.IGNORECASE)
_FIELD_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class ARCSeal:
    """One instance: who sealed it, and what that server says of the chain before it (none, pass or fail)."""

    instance: int
    domain: str
    chain: str

    def to_json(self) -> dict[str, object]:
        """The seal as the command line prints it."""
        return {"instance": self.instance, "sealedBy": self.domain, "chain": self.chain}


@dataclass(frozen=True, slots=True)
class ARCChain:
    """The seals, first instance first, and why the chain cannot hold; without a reason it is complete, not proved."""

    seals: tuple[ARCSeal, ...] = ()
    faults: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The chain as the command line prints it."""
        return {"seals": [seal.to_json() for seal in self.seals], "faults": list(self.faults), "verified": False}


def read_chain(headers: Headers) -> ARCChain | None:
    """What the ARC fields of a message claim; ``None`` where it has none."""
    found = list(headers.among(*_FIELDS))
    if not found:
        return None
    seen: dict[tuple[str, int], str] = {}
    faults: dict[str, None] = {}
    for name, value in found[: 3 * MAX_INSTANCES + 1]:
        text = value[:_FIELD_CHARACTERS]
        match = _FIRST_INSTANCE.match(text) if name == _RESULTS else _INSTANCE.search(text)
        instance = int(match[1]) if match is not None else 0
        if not 1 <= instance <= MAX_INSTANCES:
            faults["A field of the chain has no instance number that may be."] = None
        elif (name, instance) in seen:
            faults[f"Instance {instance} has a field twice."] = None
        else:
            seen[name, instance] = text
            if fault := _fault_of_tags(name, value):
                faults[f"Instance {instance} has a field that cannot be used. {fault}"] = None
    last = max((instance for _, instance in seen), default=0)
    seals = []
    for instance in range(1, last + 1):
        if not all((name, instance) in seen for name in _FIELDS):
            faults[f"Instance {instance} is not complete."] = None
        seal = seen.get((_SEAL, instance))
        if seal is not None:
            tags = {tag.lower(): said.strip() for tag, said in _TAG.findall(seal)}
            chain = without_controls(tags.get("cv", "")).lower()[:16]
            seals.append(ARCSeal(instance, normal_host(tags.get("d", "")), chain))
            if chain != ("none" if instance == 1 else "pass"):
                faults[f"Instance {instance} does not say that the chain before it held."] = None
    return ARCChain(tuple(seals), tuple(faults))


def _fault_of_tags(name: str, value: str) -> str:
    """Why the tags of a seal or a signature make it invalid (sections 4.1.2, 4.1.3; RFC 6376 section 3.2)."""
    if name == _RESULTS:
        return ""
    try:
        tags = parse_tags(value)
    except TagError as error:
        return str(error)
    return "A seal may not name fields (h=)." if name == _SEAL and "h" in tags else ""
