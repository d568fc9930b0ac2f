"""The custody of one incident as a folder that the other side can check: some entries of the log, each with its proof.

Only the entries that an item's chain is made of are in it, not the whole log: whoever receives it learns nothing of the
rest of the record. Files, keys, checkpoint, anchors stand as in a dossier, and ``verify.sh`` needs the same programs.
"""

import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from charteroak.dossier import layout, texts
from charteroak.dossier.contents import Dossier, DossierFile, DossierSubject, EvidenceSource, SignedCheckpoint
from charteroak.dossier.entries import named_digests
from charteroak.dossier.errors import DossierIncompleteError
from charteroak.dossier.packaged import packaged_custody_verifier
from charteroak.dossier.record_files import entry_files, proof_file, record_files
from charteroak.errors import InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry import Entry
from charteroak.ledger.log_keys import LogKeys, LogVerifiers
from charteroak.ledger.proof import parse_proof
from charteroak.ledger.tree import hash_leaf
from charteroak.ledger.verification import verify_inclusion
from charteroak.program.bodies import CustodyHandedOn, CustodyPassed, ItemTaken
from charteroak.program.custody import chain_rows
from charteroak.program.incident_items import read_items
from charteroak.program.recorded import RecordedFact, read_fact

FORMAT = "charteroak.custody/1"


@dataclass(frozen=True, slots=True)
class CustodyRequest:
    """What a custody export is made from. ``entries`` are in the order of the log; bodies and parts may be left out.

    ``checkpoints`` has one: the newest. ``further_files`` are enclosed as they are. ``name`` is the incident's number,
    or that and which referral of it.
    """

    organisation: DossierSubject
    incident: str
    name: str
    entries: Sequence[Entry]
    proof_of: Callable[[int], bytes] = field(repr=False)
    checkpoints: Sequence[SignedCheckpoint]
    keys: LogKeys
    verifiers: LogVerifiers
    evidence: Mapping[str, EvidenceSource]
    software_version: str
    not_enclosed: Mapping[str, str] = field(default_factory=dict)
    further_files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    title: str = "CUSTODY OF EVIDENCE"

    def with_files(self, files: Mapping[str, bytes]) -> "CustodyRequest":
        """The same with further files enclosed."""
        return replace(self, further_files={**self.further_files, **files})


def build_custody_export(request: CustodyRequest) -> Dossier:
    """The export, ready to be packed by ``write_archive``.

    Raises:
        DossierIncompleteError: an entry, its proof or a file is missing, or the record does not hold.
    """
    checkpoint = _check(request)
    document = custody_document(request.entries, request.incident, request.organisation)
    listed = [
        _file(layout.READ_ME, _read_me(request, checkpoint).encode()),
        _file(layout.CUSTODY_DATA, texts.render_json(document)),
        _file(layout.CUSTODY_TEXT, custody_text(document).encode()),
        _file(layout.NOT_ENCLOSED, texts.render_not_enclosed(request.not_enclosed)),
        _file(layout.VERIFIER, packaged_custody_verifier()),
        *(_file(name, content) for name, content in request.further_files.items()),
    ]
    for entry in request.entries:
        listed += entry_files(entry)
        index = entry.header.index
        listed.append(proof_file(index, functools.partial(request.proof_of, index)))
    listed += record_files(request)
    listed += [
        DossierFile(layout.evidence_file(sha256, source.name), sha256, source)
        for sha256, source in request.evidence.items()
    ]
    listed.sort(key=lambda file: layout.place_in_order(file.name))
    manifest = "".join(f"{file.sha256}  {file.name}\n" for file in listed).encode("ascii")
    listed += [
        _file(layout.MANIFEST, manifest),
        _file(layout.MANIFEST_ED25519, request.keys.ed25519.sign(manifest)),
        _file(layout.MANIFEST_P256, request.keys.p256.sign(manifest)),
    ]
    return Dossier(
        folder=layout.custody_folder_name(request.organisation.slug, request.name),
        files=tuple(sorted(listed, key=lambda file: layout.place_in_order(file.name))),
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        verifier_sha256=hashlib.sha256(packaged_custody_verifier()).hexdigest(),
    )


def custody_document(entries: Sequence[Entry], incident: str, organisation: DossierSubject) -> dict[str, Any]:
    """What the entries say of an incident's items: the same from the same entries, so that it can be made again."""
    items = read_items([read_fact(entry) for entry in entries], incident)
    return {
        "format": FORMAT,
        "organisation": {"name": organisation.name, "slug": organisation.slug, "kind": organisation.kind},
        "fictional": organisation.is_fictional,
        "incident": incident,
        "items": [
            {
                "name": item.name,
                "title": item.taken.title,
                "what": item.taken.what,
                "sha256": item.digest or None,
                "check": item.check,
                "serial": item.taken.serial,
                "holder": item.chain.holder,
                "waitingFor": None if item.chain.offer is None else item.chain.offer.to,
                "gaps": list(item.chain.gaps),
                "steps": chain_rows(item.chain),
            }
            for item in items
        ],
    }


def custody_text(document: Mapping[str, Any]) -> str:
    """The same for people: each item, then its steps in order."""
    lines = [f"CUSTODY LOG OF {document['incident']}, {document['organisation']['name']}", ""]
    if document["fictional"]:
        lines += ["MADE-UP SAMPLE: NOTHING IN IT HAPPENED", ""]
    for item in document["items"]:
        lines += [f"{item['name']}  {item['title']}  (check {item['check']})"]
        lines += [f"  SHA-256  {item['sha256'] or 'none: not a file, or not computed'}"]
        lines += [f"  With     {item['holder']}"]
        for step in item["steps"]:
            ends = " to ".join(word for word in (step["from"], step["receivedBy"] or step["to"]) if word)
            where = ", ".join(word for word in (step["purpose"], step["place"], step["agency"], step["badge"]) if word)
            lines += [f"    {step['recorded']}  entry {step['entry']}  {step['step']}  {ends}  ({where})"]
        lines += [f"  ASK      {gap}" for gap in item["gaps"]]
        lines += [""]
    if not document["items"]:
        lines += ["No item of evidence is on record."]
    return "\n".join(lines) + "\n"


def digests_of_items(facts: Sequence[RecordedFact]) -> list[str]:
    """The files that items and steps name by their digest."""
    bodies = [fact.body for fact in facts]
    named = [body.sha256 for body in bodies if isinstance(body, ItemTaken | CustodyPassed | CustodyHandedOn)]
    return list(dict.fromkeys(sha256 for sha256 in named if sha256 is not None))


def _check(request: CustodyRequest) -> Checkpoint:
    try:
        [signed] = request.checkpoints
        opened = request.verifiers.open(signed.note).checkpoint
        for entry in request.entries:
            index = entry.header.index
            if entry.body is not None:
                entry.verify_body()
            for part in entry.parts:
                entry.verify_part(part)
            proof = parse_proof(request.proof_of(index))
            verify_inclusion(hash_leaf(entry.header_bytes), index, opened.size, proof.hashes, opened.root)
    except (InputError, VerificationError, ValueError) as error:
        raise DossierIncompleteError(
            f"The record does not hold, so no custody is exported: {error}", remedy="Run 'charteroak ledger verify'."
        ) from error
    known = request.evidence.keys() | request.not_enclosed.keys()
    named = {digest.sha256 for entry in request.entries for digest in named_digests(entry)}
    for sha256 in named.union(digests_of_items([read_fact(entry) for entry in request.entries])):
        if sha256 not in known:
            raise DossierIncompleteError(f"File {sha256} is not at hand, and nothing says why.")
    return opened


def _read_me(request: CustodyRequest, checkpoint: Checkpoint) -> str:
    fiction = "MADE-UP SAMPLE ORGANIZATION. NOTHING IN IT HAPPENED.\n\n" if request.organisation.is_fictional else ""
    keys = "\n".join(f"    {vkey}" for vkey in request.keys.public.vkeys)
    return f"""{fiction}{request.title}
{request.name} of {request.organisation.name}

Who had each item, from the first moment in the record: custody.txt (people) and custody.json (programs).
{len(request.entries)} entries of the log {checkpoint.origin}, which has {checkpoint.size}; the others are not here.
{len(request.evidence)} files in 08-evidence; {len(request.not_enclosed)} left out: 12-not-enclosed.txt says why.

How to check it
    sh verify.sh        in this folder; it needs sh, sha256sum or shasum, openssl and xxd, no network, no account.
First compare the SHA-256 of MANIFEST.sha256 and of verify.sh, and these keys, with what you were given apart from it:
{keys}

What each step shows
 1  Every file is the one listed in MANIFEST.sha256, and there is no other.
 2  The log's two keys signed that list.
 3  Each body is what its entry commits to: its SHA-256, with 32 bytes of salt before it, stands in the entry.
 4  Each file that a body names is here or accounted for, and each answer has its offer.
 5  Each entry stands in the signed log at its place (RFC 9162, section 2.1.3.2).
 6, 7  What witnesses and time-stamping authorities vouch for.

What it does not show
That what was written is true; that needs the people who are named. Times are of the installation's own clock, except
where steps 6 and 7 name an outsider. An acceptance marked "code" was typed by whoever had the receipt: compare the
signature on it. Made by Charter Oak {request.software_version}.
"""


def _file(name: str, content: bytes) -> DossierFile:
    return DossierFile(name, hashlib.sha256(content).hexdigest(), content)
