"""Parts 08, 09 and 12: what is enclosed and what is not, by digest; keys and anchors; custody, holds and redactions."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from charteroak.clock import format_instant
from charteroak.dossier import layout
from charteroak.dossier.contents import EvidenceSource, PartDocument, SignedCheckpoint
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.words import counted, entry_row, title_of
from charteroak.dossier.record_files import TIME_BYTES, named_periods
from charteroak.ledger.log_keys import LogVerifiers
from charteroak.ledger.vkey import split_vkey
from charteroak.program.bodies import KeyCeremony, body_document
from charteroak.program.custody import Link, read_chains
from charteroak.program.exhibits import exhibits
from charteroak.program.holds import Hold, read_holds
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import moment_text

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something of the record that is not in the dossier, with the digest by which it can be checked if shown later.

    ``by`` says which of the reasons it is: withheld for this copy, erased (then ``tombstone`` is the entry that says
    so), or not at hand.
    """

    what: Literal["body", "private part", "file"]
    entry: int | None
    name: str
    commitment: str
    by: Literal["redaction", "erasure", "not at hand"]
    reason: str
    basis: str = ""
    tombstone: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The line of the redaction map."""
        return {
            "what": self.what,
            "entry": self.entry,
            "name": self.name,
            "commitment": self.commitment,
            "by": self.by,
            "reason": self.reason,
            "basis": self.basis,
            "tombstone": None if self.tombstone is None else f"entry:{self.tombstone}",
        }


@dataclass(frozen=True, slots=True)
class Enclosures:
    """What goes into a dossier beside the facts."""

    evidence: Mapping[str, EvidenceSource]
    withheld: Sequence[Withheld]
    checkpoints: Sequence[SignedCheckpoint]
    verifiers: LogVerifiers
    root_sha256: str

    @property
    def size(self) -> int:
        """How many entries the newest checkpoint covers."""
        return self.checkpoints[-1].size


def evidence_part(record: RecordOverInterval, enclosures: Enclosures) -> PartDocument:
    """Part 08. Each evidence file by digest, with the entries that name it; the manifest lists all files."""
    named = exhibits(record.facts)
    facts = {fact.index: fact for fact in record.facts}
    files = [
        {
            "sha256": sha256,
            "file": layout.evidence_file(sha256, source.name),
            "name": source.name,
            "size": source.size,
            "mediaTypeAsHandedIn": source.media_type,
            "namedBy": [entry_row(facts[each.entry], record.last) for each in named.get(sha256, ())],
        }
        for sha256, source in sorted(enclosures.evidence.items())
    ]
    missing = [each.to_json() for each in enclosures.withheld if each.what == "file"]
    return PartDocument(
        "08",
        "Evidence",
        f"{counted(len(files), 'file is', 'files are')} enclosed, {len(missing)} named but not enclosed.",
        {
            "manifest": "MANIFEST.sha256 lists every file of this dossier with its SHA-256 and is signed",
            "files": files or "none",
            "notEnclosed": missing or "none",
        },
        is_empty=not files,
    )


def record_part(record: RecordOverInterval, enclosures: Enclosures) -> PartDocument:
    """Part 09. The log, its keys and their ceremonies, its checkpoints, and what outsiders vouch for."""
    tokens = sum(len(signed.stamps) for signed in enclosures.checkpoints)
    cosignatures = sum(len(signed.cosignatures) for signed in enclosures.checkpoints)
    ceremonies = [fact for fact in record.facts if isinstance(fact.body, KeyCeremony)]
    return PartDocument(
        "09",
        "The record, its keys and its anchors",
        f"{counted(enclosures.size, 'entry', 'entries')}, "
        f"{counted(len(enclosures.checkpoints), 'checkpoint', 'checkpoints')}, "
        f"{counted(tokens, 'time-stamp', 'time-stamps')} and "
        f"{counted(cosignatures, 'co-signature', 'co-signatures')} of "
        f"outsiders. {last_anchor(enclosures)}",
        {
            "log": {"origin": enclosures.verifiers.origin, "size": enclosures.size, "root": enclosures.root_sha256},
            "lastAnchor": last_anchor(enclosures),
            "keys": [
                {
                    "files": f"{layout.RECORD}/keys/{name}.*",
                    "keys": list(period.vkeys),
                    "signedSizes": f"{period.first_size} to {'now' if period.last_size is None else period.last_size}",
                    "compromisedSince": (
                        None if period.compromised_since is None else format_instant(period.compromised_since)
                    ),
                }
                for name, period in named_periods(list(enclosures.verifiers.periods))
            ],
            "keyCeremonies": [_ceremony(fact, record) for fact in ceremonies] or "none is on record",
            "checkpoints": [_checkpoint(signed) for signed in enclosures.checkpoints],
            "entries": [entry_row(fact, record.last) for fact in record.facts],
        },
    )


def custody_part(record: RecordOverInterval, enclosures: Enclosures) -> PartDocument:
    """Part 12. Who held what, which holds were set, and every gap of this copy with the digest that fills it."""
    chains = read_chains(record.known_now.standing)
    holds = read_holds(record.facts)
    redacted = sum(each.by == "redaction" for each in enclosures.withheld)
    erased = sum(each.by == "erasure" for each in enclosures.withheld)
    return PartDocument(
        "12",
        "Custody, legal holds and the redaction map",
        f"{counted(len(chains), 'chain', 'chains')} of custody, {counted(len(holds), 'legal hold', 'legal holds')}; "
        f"{redacted} withheld from this copy, {erased} erased, "
        f"{len(enclosures.withheld) - redacted - erased} not at hand.",
        {
            "custody": [
                {
                    "item": chain.item,
                    "title": chain.title,
                    "heldBy": chain.holder,
                    "gaps": list(chain.gaps),
                    "links": [_link(link) for link in chain.links],
                }
                for chain in chains.values()
            ]
            or "nothing was passed on, as far as the record says",
            "legalHolds": [_hold(hold) for hold in holds] or "none is on record",
            "redactionMap": [each.to_json() for each in enclosures.withheld] or "nothing is withheld",
            "howToCheckWhatIsShownLater": (
                "A body or private part: SHA-256 of its 32 bytes of salt and its bytes is the commitment. A file: "
                "SHA-256 of its bytes is the digest. Headers and places of everything withheld are in part 09."
            ),
            "privileged": "counsel's workspace is kept apart from this record and no part of it is in any dossier",
        },
        is_empty=not chains and not holds and not enclosures.withheld,
    )


def last_anchor(enclosures: Enclosures) -> str:
    """What outsiders vouch for most recently, in a sentence."""
    moments: list[tuple[datetime, str, int]] = []
    for signed in enclosures.checkpoints:
        moments += [(stamp.moment, stamp.authority, signed.size) for stamp in signed.stamps]
        moments += [
            (cosigned_at(each.signature.signature), each.signature.key_name, signed.size)
            for each in signed.cosignatures
        ]
    if not moments:
        return "Nobody outside vouches for this record: whoever holds its keys could have made it anew."
    moment, who, size = max(moments)
    return (
        f"The newest anchor is of {format_instant(moment)} by {who}, over {size} of {enclosures.size} entries; what "
        "was recorded after it rests on the log's own keys."
    )


def cosigned_at(signature: bytes) -> datetime:
    """The time in a co-signature."""
    return datetime.fromtimestamp(int.from_bytes(signature[:TIME_BYTES], "big"), UTC)


def fingerprints(pem: bytes) -> list[str]:
    """The SHA-256 of each certificate in a PEM file, to be compared with what its owner publishes."""
    found = (base64.b64decode(b"".join(match.split())) for match in _CERTIFICATE.findall(pem))
    return [hashlib.sha256(der).hexdigest() for der in found]


def _checkpoint(signed: SignedCheckpoint) -> dict[str, Any]:
    return {
        "size": signed.size,
        "folder": f"{layout.RECORD}/checkpoints/{signed.size:06d}",
        "coSignatures": [
            {
                "witness": split_vkey(each.vkey).name,
                "key": each.vkey,
                "at": format_instant(cosigned_at(each.signature.signature)),
            }
            for each in signed.cosignatures
        ],
        "timeStamps": [
            {
                "authority": stamp.authority,
                "at": format_instant(stamp.moment),
                "covers": "the checkpoint" if stamp.renews is None else f"token {stamp.renews + 1}",
                "certificatesSha256": fingerprints(stamp.roots_pem),
                "revocationList": "enclosed" if stamp.crl_pem else "none was kept",
            }
            for stamp in signed.stamps
        ],
    }


def _ceremony(fact: RecordedFact, record: RecordOverInterval) -> dict[str, Any]:
    says = body_document(fact.body) if isinstance(fact.body, KeyCeremony) else {}
    return {**entry_row(fact, record.last), "says": says}


def _link(link: Link) -> dict[str, Any]:
    return {
        "entry": link.entry,
        "step": link.step,
        "occurred": moment_text(link.occurred),
        "recorded": format_instant(link.recorded),
        "from": link.from_,
        "to": link.to,
        "purpose": link.purpose,
        "place": link.place,
        "description": link.description,
        "receivedBy": link.received_by,
    }


def _hold(hold: Hold) -> dict[str, Any]:
    return {
        "hold": hold.name,
        "matter": hold.matter,
        "setBy": hold.set_by,
        "authority": hold.authority,
        "entry": hold.entry,
        "since": format_instant(hold.since),
        "liftedBy": None if hold.lifted is None else hold.lifted.lifted_by,
        "liftedEntry": hold.lifted_entry,
    }


def withheld_title(facts: Mapping[int, RecordedFact], each: Withheld) -> str:
    """What a person would call what is withheld."""
    fact = None if each.entry is None else facts.get(each.entry)
    return each.name if fact is None else f"{each.name} of entry {fact.index} ({fact.kind}: {title_of(fact)})"
