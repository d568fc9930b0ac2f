"""tlog-proof files: one entry, its place, and the signed checkpoint."""

import base64

import pytest

from charteroak.errors import CharterOakError
from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.errors import (
    CheckpointOriginError,
    InclusionRootMismatchError,
    NoteFormatError,
    NoteSignatureError,
    ProofFormatError,
)
from charteroak.ledger.keys import Signer
from charteroak.ledger.proof import TLogProof, parse_proof, render_proof, verify_proof
from charteroak.ledger.tree import hash_children, hash_leaf

LOG = Signer("log.example", bytes(32))
A, B = hash_leaf(b"a"), hash_leaf(b"b")
NOTE = sign_checkpoint(Checkpoint("log.example", 2, hash_children(A, B)), LOG)
PROOF = TLogProof(index=1, hashes=(A,), note=NOTE)


def test_a_proof_says_under_which_checkpoint_the_leaf_stands() -> None:
    proof = parse_proof(render_proof(PROOF))

    assert proof == PROOF
    assert verify_proof(proof, B, LOG.verifier, origin="log.example").size == 2


def test_a_proof_of_the_only_entry_has_no_hashes() -> None:
    note = sign_checkpoint(Checkpoint("log.example", 1, A), LOG)
    proof = parse_proof(render_proof(TLogProof(0, (), note)))

    verify_proof(proof, A, LOG.verifier, origin="log.example")


@pytest.mark.parametrize("extra", [b"", b"opaque \x00\xff"])
def test_extra_data_is_carried(extra: bytes) -> None:
    assert parse_proof(render_proof(TLogProof(1, (A,), NOTE, extra))).extra == extra


def test_refuses_another_leaf() -> None:
    with pytest.raises(InclusionRootMismatchError):
        verify_proof(PROOF, A, LOG.verifier, origin="log.example")


def test_refuses_a_checkpoint_of_another_key_or_log() -> None:
    with pytest.raises(NoteSignatureError):
        verify_proof(PROOF, B, Signer("log.example", bytes([7]) * 32).verifier, origin="log.example")
    with pytest.raises(CheckpointOriginError):
        verify_proof(PROOF, B, LOG.verifier, origin="other.example")


def test_refuses_a_proof_whose_checkpoint_is_none() -> None:
    with pytest.raises(NoteFormatError):
        verify_proof(TLogProof(1, (A,), b"not a note"), B, LOG.verifier, origin="log.example")


TEXT = render_proof(PROOF).decode()
HASH = base64.b64encode(A).decode()

NOT_PROOFS = {
    "empty": "",
    "another first line": TEXT.replace("@v1", "@v2"),
    "no index": TEXT.replace("index 1\n", ""),
    "only a first line": "c2sp.org/tlog-proof@v1\n\ncheckpoint",
    "an index with a leading zero": TEXT.replace("index 1", "index 01"),
    "a negative index": TEXT.replace("index 1", "index -1"),
    "an index in words": TEXT.replace("index 1", "index one"),
    "two indexes": TEXT.replace("index 1", "index 1\nindex 1"),
    "extra behind the index": TEXT.replace("index 1", "index 1\nextra AAAA"),
    "extra that is no base64": TEXT.replace("index 1", "extra !!\nindex 1"),
    "a hash that is no base64": TEXT.replace(HASH, "!"),
    "a hash of 31 bytes": TEXT.replace(HASH, base64.b64encode(bytes(31)).decode()),
    "a hash with stray bits": TEXT.replace(HASH, HASH[:-2] + chr(ord(HASH[-2]) + 1) + "="),
    "no checkpoint": TEXT.partition("\n\n")[0] + "\n\n",
    "no blank line": TEXT.partition("\n\n")[0] + "\n",
    "too many hashes": TEXT.replace(HASH, "\n".join([HASH] * 64)),
    "letters of another script": TEXT.replace("index", "\u0456ndex"),
    "carriage returns": TEXT.replace("\n", "\r\n"),
    "too large": TEXT + "x" * (2 << 20),
}


@pytest.mark.parametrize("text", NOT_PROOFS.values(), ids=NOT_PROOFS)
def test_refuses_what_is_no_proof(text: str) -> None:
    with pytest.raises(ProofFormatError):
        parse_proof(text.encode())


def test_every_changed_byte_of_a_proof_is_noticed() -> None:
    data = render_proof(PROOF)
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 1
        with pytest.raises(CharterOakError):
            verify_proof(parse_proof(bytes(changed)), B, LOG.verifier, origin="log.example")
