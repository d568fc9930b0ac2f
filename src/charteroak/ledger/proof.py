"""Proofs in one file (c2sp.org/tlog-proof@v1): an entry's index, its inclusion proof, and the signed checkpoint."""

from dataclasses import dataclass

from charteroak.ledger.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from charteroak.ledger.errors import CheckpointFormatError, ProofFormatError
from charteroak.ledger.limits import PROOF_LIMIT_BYTES, PROOF_LIMIT_HASHES
from charteroak.ledger.note import NoteVerifier
from charteroak.ledger.strict_base64 import decode_base64, encode_base64
from charteroak.ledger.tree import HASH_BYTES
from charteroak.ledger.verification import verify_inclusion

_FIRST_LINE = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TLogProof:
    """A parsed proof. ``note`` is the checkpoint byte for byte; ``extra`` is authenticated by nothing."""

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None


def parse_proof(data: bytes) -> TLogProof:
    """Read a proof; nothing is verified yet, and the checkpoint in it is not yet looked at.

    Raises:
        ProofFormatError: it breaks the format, or is larger than we read.
    """
    if len(data) > PROOF_LIMIT_BYTES:
        raise ProofFormatError(f"A tlog-proof has at most {PROOF_LIMIT_BYTES} bytes here.")
    head, blank_line, note = data.partition(b"\n\n")
    if not blank_line or not note:
        raise ProofFormatError("A tlog-proof has a blank line and then a checkpoint.")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise ProofFormatError(f"A tlog-proof is ASCII before its checkpoint; byte {error.start} is not.") from error
    if lines.pop(0) != _FIRST_LINE:
        raise ProofFormatError(f"A tlog-proof begins with the line {_FIRST_LINE!r}.")
    extra = _decode(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise ProofFormatError("A tlog-proof has an index line.")
    try:
        index = parse_decimal(lines.pop(0).removeprefix("index "))
    except CheckpointFormatError as error:
        raise ProofFormatError(f"The index of a tlog-proof: {error.message}") from error
    if len(lines) > PROOF_LIMIT_HASHES:
        raise ProofFormatError(f"A tlog-proof has at most {PROOF_LIMIT_HASHES} hashes.")
    hashes = tuple(_decode(line) for line in lines)
    if any(len(hash_) != HASH_BYTES for hash_ in hashes):
        raise ProofFormatError(f"Each hash of a tlog-proof has {HASH_BYTES} bytes.")
    return TLogProof(index, hashes, note, extra)


def render_proof(proof: TLogProof) -> bytes:
    """The proof's bytes; the checkpoint stands in it verbatim."""
    lines = [_FIRST_LINE]
    if proof.extra is not None:
        lines.append(f"extra {encode_base64(proof.extra)}")
    lines.append(f"index {proof.index}")
    lines.extend(encode_base64(hash_) for hash_ in proof.hashes)
    return "\n".join(lines).encode() + b"\n\n" + proof.note


def verify_proof(proof: TLogProof, leaf_hash: bytes, *verifiers: NoteVerifier, origin: str) -> Checkpoint:
    """The checkpoint under which this leaf stands at the proof's index.

    The steps are those of tlog-proof, "Verifying a tlog proof". The caller has done (1), the leaf hash; what
    co-signatures to demand (3) is the choice of whoever passes the verifiers.

    Raises:
        NoteFormatError, CheckpointFormatError: what stands in the checkpoint's place is none.
        NoteSignatureError, CheckpointOriginError: the checkpoint is not signed by the log, or is of another.
        InclusionProofError: the leaf is not in that tree at that index.
    """
    # (2) The origin is acceptable and the checkpoint is signed by its key.
    checkpoint = open_checkpoint(proof.note, *verifiers, origin=origin)
    # (4) The inclusion proof binds the leaf hash to the signed root.
    verify_inclusion(leaf_hash, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint


def _decode(text: str) -> bytes:
    try:
        return decode_base64(text)
    except ValueError as error:
        raise ProofFormatError(f"A line of this tlog-proof cannot be read: {error}.") from error
