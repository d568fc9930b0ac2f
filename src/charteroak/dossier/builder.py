"""Putting a dossier together: values in, a sorted list of files out, the same for the same input.

A dossier that would not verify is never made: the log is replayed, every proof and body is checked, and evidence that a
body names has to be there. The bytes of evidence files are read only when the dossier is packed.
"""

import hashlib
from collections.abc import Iterator

from charteroak.clock import format_instant
from charteroak.dossier import layout, texts
from charteroak.dossier.contents import Dossier, DossierFile, DossierRequest
from charteroak.dossier.entries import late_entries, named_digests
from charteroak.dossier.errors import DossierIncompleteError
from charteroak.dossier.packaged import packaged_guide, packaged_verifier
from charteroak.errors import InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint, open_checkpoint
from charteroak.ledger.entry import Entry
from charteroak.ledger.log import verify_log
from charteroak.ledger.note import parse_note
from charteroak.ledger.proof import parse_proof, verify_proof
from charteroak.ledger.tree import hash_leaf

__all__ = ["build_dossier", "packaged_verifier"]


def build_dossier(request: DossierRequest) -> Dossier:
    """The dossier of a request.

    Raises:
        DossierIncompleteError: entries, proofs, checkpoint or evidence are missing or do not fit together.
    """
    if request.breach_to < request.breach_from:
        raise DossierIncompleteError("The interval ends before it begins.", remedy="Exchange the two days.")
    checkpoint = _check_record(request)
    _check_evidence(request)
    files = dict(_documents(request, checkpoint))
    for entry in request.entries:
        files.update(_entry_files(entry, request.proofs[entry.header.index]))
    listed = [DossierFile(name, _sha256(content), content) for name, content in files.items()]
    listed += [
        DossierFile(layout.evidence_file(sha256, source.name), sha256, source)
        for sha256, source in request.evidence.items()
    ]
    listed.sort(key=lambda file: file.name)
    manifest = "".join(f"{file.sha256}  {file.name}\n" for file in listed).encode("ascii")
    signature = request.signer.sign(manifest)
    listed += [
        DossierFile(layout.MANIFEST, _sha256(manifest), manifest),
        DossierFile(layout.MANIFEST_SIGNATURE, _sha256(signature), signature),
    ]
    return Dossier(
        folder=layout.folder_name(request.organisation.slug, request.breach_from, request.breach_to),
        files=tuple(sorted(listed, key=lambda file: file.name)),
        manifest_sha256=_sha256(manifest),
        verifier_sha256=_sha256(files[layout.VERIFIER]),
    )


def _check_record(request: DossierRequest) -> Checkpoint:
    """The signed checkpoint, once entries, proofs and checkpoint are known to hold."""
    slug = request.organisation.slug
    try:
        verifier = request.signer.verifier
        checkpoint = open_checkpoint(request.checkpoint_note, verifier, origin=verifier.name)
        verify_log(request.entries, [checkpoint], organisation=slug)
        _check_proofs(request, checkpoint)
    except (InputError, VerificationError) as error:
        raise DossierIncompleteError(
            f"The record of {slug} does not hold, so no dossier is made of it: {error.message}",
            remedy="Run 'charteroak ledger verify'.",
        ) from error
    return checkpoint


def _check_proofs(request: DossierRequest, checkpoint: Checkpoint) -> None:
    if len(request.entries) != checkpoint.size:
        raise DossierIncompleteError(
            f"The checkpoint has {checkpoint.size} entries, {len(request.entries)} were handed in."
        )
    verifier = request.signer.verifier
    for entry in request.entries:
        index = entry.header.index
        if index not in request.proofs:
            raise DossierIncompleteError(f"There is no proof of entry {index}.")
        proof = parse_proof(request.proofs[index])
        verify_proof(proof, hash_leaf(entry.header_bytes), verifier, origin=verifier.name)
        if (proof.index, proof.note) != (index, request.checkpoint_note):
            raise DossierIncompleteError(f"The proof of entry {index} is of another place or checkpoint.")


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
    verifier = request.signer.verifier
    late = late_entries(request.entries, request.breach_to)
    note = parse_note(request.checkpoint_note)
    own = next(s for s in note.signatures if (s.key_name, s.key_id) == (verifier.name, verifier.key_id))
    yield layout.READ_ME, texts.render_read_me(request, checkpoint, late, verifier.vkey)
    yield layout.INDEX, texts.render_json(_index(request, checkpoint, late))
    yield layout.DETERMINATION, texts.render_json(request.determination)
    yield layout.DETERMINATION_TEXT, texts.render_determination(request)
    yield layout.PROGRAM_STATUS, texts.render_json(request.program_status)
    yield layout.LATE_ENTRIES, texts.render_late_entries(request, late)
    yield layout.NOT_ENCLOSED, texts.render_not_enclosed(request.not_enclosed)
    yield layout.CHECKPOINT_NOTE, request.checkpoint_note
    yield layout.CHECKPOINT_TEXT, note.text.encode()
    yield layout.CHECKPOINT_SIGNATURE, own.signature
    yield layout.VERIFIER_KEY, f"{verifier.vkey}\n".encode()
    yield layout.PUBLIC_KEY, verifier.spki_pem
    yield layout.GUIDE, packaged_guide()
    yield layout.VERIFIER, packaged_verifier()


def _index(request: DossierRequest, checkpoint: Checkpoint, late: list[Entry]) -> dict[str, object]:
    organisation = request.organisation
    return {
        "format": layout.FORMAT,
        "organisation": {"name": organisation.name, "slug": organisation.slug, "kind": organisation.kind},
        "fictional": organisation.is_fictional,
        "breach": {"from": request.breach_from.isoformat(), "to": request.breach_to.isoformat()},
        "knownAt": format_instant(request.known_at),
        "log": {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()},
        "lateEntries": [entry.header.index for entry in late],
        "bodiesWithheld": [entry.header.index for entry in request.entries if entry.body is None],
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


def _entry_files(entry: Entry, proof: bytes) -> Iterator[tuple[str, bytes]]:
    index = entry.header.index
    yield layout.header_file(index), entry.header_bytes
    yield layout.proof_file(index), proof
    if entry.body is not None and entry.salt is not None:
        yield layout.body_file(index), entry.body
        yield layout.salt_file(index), f"{entry.salt.hex()}\n".encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
