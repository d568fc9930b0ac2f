"""Putting a dossier together: values in, a list of files out, the same for the same input.

A dossier that would not verify is never made: the log is replayed, every proof, checkpoint and body is checked, and
evidence that a body names has to be there. The bytes of evidence files are read only when the dossier is packed.
"""

import functools
import hashlib
from collections.abc import Iterable, Iterator

from charteroak.clock import format_instant
from charteroak.dossier import layout, texts
from charteroak.dossier.contents import Dossier, DossierFile, DossierRequest, PartDocument
from charteroak.dossier.entries import late_entries, named_digests
from charteroak.dossier.errors import DossierIncompleteError
from charteroak.dossier.packaged import packaged_guide, packaged_verifier
from charteroak.dossier.record_files import entry_files, proof_file, record_files
from charteroak.errors import InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry import Entry
from charteroak.ledger.log import verify_log
from charteroak.ledger.proof import parse_proof
from charteroak.ledger.tree import hash_leaf
from charteroak.ledger.verification import verify_inclusion

__all__ = ["build_dossier", "packaged_verifier"]


def build_dossier(request: DossierRequest) -> Dossier:
    """The dossier of a request.

    Raises:
        DossierIncompleteError: entries, proofs, checkpoints, parts or evidence are missing or do not fit together.
    """
    if request.breach_to < request.breach_from:
        raise DossierIncompleteError("The interval ends before it begins.", remedy="Exchange the two days.")
    _check_parts(request)
    checkpoint = _check_record(request)
    _check_evidence(request)
    listed = [_file(name, content) for name, content in _documents(request, checkpoint)]
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
        folder=layout.folder_name(request.organisation.slug, request.breach_from, request.breach_to),
        files=tuple(sorted(listed, key=lambda file: layout.place_in_order(file.name))),
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        verifier_sha256=hashlib.sha256(packaged_verifier()).hexdigest(),
    )


def _check_parts(request: DossierRequest) -> None:
    numbers = [part.number for part in request.parts]
    if numbers != list(layout.PARTS):
        raise DossierIncompleteError(f"The parts handed in are {', '.join(numbers) or 'none'}, not 02 to 14.")


def _check_record(request: DossierRequest) -> Checkpoint:
    """The newest checkpoint, once entries, proofs and checkpoints are known to hold."""
    slug = request.organisation.slug
    try:
        opened = [request.verifiers.open(checkpoint.note).checkpoint for checkpoint in request.checkpoints]
        if not opened or opened[-1].size != len(request.entries):
            raise DossierIncompleteError(
                f"{len(request.entries)} entries were handed in and no checkpoint over them all."
            )
        if request.keys.public.vkeys != request.verifiers.periods[-1].vkeys:
            raise DossierIncompleteError("The keys that sign are not the log's newest.")
        verify_log(request.entries, opened, organisation=slug)
        _check_proofs(request, opened[-1])
    except (InputError, VerificationError) as error:
        raise DossierIncompleteError(
            f"The record of {slug} does not hold, so no dossier is made of it: {error.message}",
            remedy="Run 'charteroak ledger verify'.",
        ) from error
    return opened[-1]


def _check_proofs(request: DossierRequest, checkpoint: Checkpoint) -> None:
    note = request.checkpoints[-1].note
    for entry in request.entries:
        index = entry.header.index
        proof = parse_proof(request.proof_of(index))
        if (proof.index, proof.note, proof.extra) != (index, note, None):
            raise DossierIncompleteError(f"The proof of entry {index} is of another place or checkpoint.")
        verify_inclusion(hash_leaf(entry.header_bytes), index, checkpoint.size, proof.hashes, checkpoint.root)


def _check_evidence(request: DossierRequest) -> None:
    known = request.evidence.keys() | request.not_enclosed.keys()
    for entry in request.entries:
        for named in named_digests(entry):
            if named.sha256 not in known:
                raise DossierIncompleteError(
                    f"Entry {named.index} names evidence {named.sha256}, which is not at hand.",
                    remedy="Restore the file, or say why it is not enclosed.",
                )


def _documents(request: DossierRequest, checkpoint: Checkpoint) -> Iterator[tuple[str, bytes]]:
    late = late_entries(request.entries, request.breach_to)
    yield layout.READ_ME, texts.render_read_me(request, checkpoint, len(late))
    yield layout.INDEX, texts.render_json(_index(request, checkpoint, late))
    yield layout.NOT_ENCLOSED, texts.render_not_enclosed(request.not_enclosed)
    yield layout.GUIDE, packaged_guide()
    yield layout.VERIFIER, packaged_verifier()
    for part in request.parts:
        yield layout.part_file(part.number, "json"), texts.render_json(_part_document(part))
        yield (
            layout.part_file(part.number, "txt"),
            texts.render_part(part, is_fictional=request.organisation.is_fictional),
        )
    yield from request.further_files.items()


def _part_document(part: PartDocument) -> dict[str, object]:
    return {"part": part.number, "title": part.title, "lead": part.lead, "isEmpty": part.is_empty, **part.document}


def _index(request: DossierRequest, checkpoint: Checkpoint, late: list[Entry]) -> dict[str, object]:
    organisation = request.organisation
    return {
        "format": layout.FORMAT,
        "organisation": {"name": organisation.name, "slug": organisation.slug, "kind": organisation.kind},
        "fictional": organisation.is_fictional,
        "breach": {"from": request.breach_from.isoformat(), "to": request.breach_to.isoformat()},
        "knownAt": format_instant(request.known_at),
        "outcome": request.outcome,
        "log": {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()},
        "keys": list(request.keys.public.vkeys),
        "checkpoints": [signed.size for signed in request.checkpoints],
        "lateEntries": [entry.header.index for entry in late],
        "withheld": withheld_index(request.entries),
        "parts": [{"part": part.number, "title": part.title, "isEmpty": part.is_empty} for part in request.parts],
        "evidence": [
            {
                "file": layout.evidence_file(sha256, source.name),
                "name": source.name,
                "mediaType": source.media_type,
                "size": source.size,
            }
            for sha256, source in sorted(request.evidence.items())
        ],
        "software": {"name": "Charter Oak", "version": request.software_version},
        "notLegalAdvice": True,
    }


def withheld_index(entries: Iterable[Entry]) -> dict[str, object]:
    """Which bodies and private parts the record has and the dossier has not, by entry."""
    bodies: list[int] = []
    parts: list[str] = []
    for entry in entries:
        if entry.body is None:
            bodies.append(entry.header.index)
        parts += [f"{entry.header.index}/{name}" for name in entry.withheld]
    return {"bodies": bodies, "parts": parts}


def _file(name: str, content: bytes) -> DossierFile:
    return DossierFile(name, hashlib.sha256(content).hexdigest(), content)
