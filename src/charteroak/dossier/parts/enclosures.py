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
    tokens, cosignatures = anchor_counts(enclosures.checkpoints, outside=True)
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
    passed_on = sum(len(chain.links) > 1 for chain in chains.values())
    redacted = sum(each.by == "redaction" for each in enclosures.withheld)
    erased = sum(each.by == "erasure" for each in enclosures.withheld)
    return PartDocument(
        "12",
        "Custody, legal holds and the redaction map",
        f"{passed_on} of {counted(len(chains), 'item', 'items')} on record passed from hand to hand; "
        f"{counted(len(holds), 'legal hold', 'legal holds')}; "
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
    """How far outsiders have seen the record, in a sentence; whoever runs the log is none, whatever they run beside."""
    outside = [(-signed.size, moment, who) for signed, moment, who in _anchors(enclosures, outside=True)]
    inside = len(_anchors(enclosures, outside=False))
    own = (
        f" {counted(inside, 'anchor', 'anchors')} of whoever runs this installation {'is' if inside == 1 else 'are'} "
        "enclosed and not counted: they vouch for nothing that the operator could not forge."
        if inside
        else ""
    )
    if not outside:
        return (
            "No outsider has seen this ledger yet: whoever holds its keys could have made it anew before this dossier "
            f"was handed out.{own}"
        )
    negative, moment, who = min(outside)
    return (
        f"Outsiders have seen {-negative} of {enclosures.size} entries, since {format_instant(moment)} ({who}); what "
        f"was recorded after these rests on the log's own keys.{own}"
    )


def anchor_counts(checkpoints: Sequence[SignedCheckpoint], *, outside: bool) -> tuple[int, int]:
    """How many time-stamps and how many co-signatures outsiders, or the log's operator, have given."""
    return (
        sum(stamp.is_outside is outside for signed in checkpoints for stamp in signed.stamps),
        sum(each.is_outside is outside for signed in checkpoints for each in signed.cosignatures),
    )


def operator_words(operator: str, *, is_outside: bool) -> str:
    """Who runs a witness or an authority, and whether it counts."""
    if not is_outside:
        return "run by whoever runs this installation: not counted as outside"
    return f"run by {operator}" if operator else "who runs it is not on record"


def _anchors(enclosures: Enclosures, *, outside: bool) -> list[tuple[SignedCheckpoint, datetime, str]]:
    """Everything that fixes a checkpoint in time, by outsiders or by the operator; renewals say nothing newer."""
    found: list[tuple[SignedCheckpoint, datetime, str]] = []
    for signed in enclosures.checkpoints:
        stamps = (stamp for stamp in signed.stamps if stamp.is_outside is outside and stamp.renews is None)
        found += [(signed, stamp.moment, stamp.authority) for stamp in stamps]
        cosigned = (each for each in signed.cosignatures if each.is_outside is outside)
        found += [(signed, cosigned_at(each.signature.signature), each.signature.key_name) for each in cosigned]
    return found


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
                "runBy": operator_words(each.operator, is_outside=each.is_outside),
                "key": each.vkey,
                "at": format_instant(cosigned_at(each.signature.signature)),
            }
            for each in signed.cosignatures
        ],
        "timeStamps": [
            {
                "authority": stamp.authority,
                "runBy": operator_words(stamp.operator, is_outside=stamp.is_outside),
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
