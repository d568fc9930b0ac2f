"""What a witness decides: it co-signs what continues the tree it knows, and nothing else."""

from datetime import UTC, datetime

import pytest

from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.cosignature import Ed25519Cosigner
from charteroak.ledger.keys import Signer
from charteroak.ledger.log_keys import LogKeys, LogVerifiers
from charteroak.ledger.note import NoteSignature, parse_note, render_signature_lines
from charteroak.ledger.p256_keys import P256Signer
from charteroak.ledger.tree import EMPTY_ROOT, append_leaf, consistency_proof, hash_leaf, root_hash
from charteroak.ledger.witness import (
    RefusalReason,
    WitnessAccepted,
    WitnessedLog,
    WitnessRefusal,
    answer_add_checkpoint,
)
from charteroak.ledger.witness_answer import render_answer, render_malformed
from charteroak.ledger.witness_protocol import AddCheckpoint, WitnessRequestError
from charteroak.ledger.witnessed import read_cosignatures

ORIGIN = "log.example/ledger/elm-hollow-bakery"
KEYS = LogKeys(Signer(ORIGIN, bytes(32)), P256Signer.from_seed(ORIGIN, bytes(40)))
STRANGER = LogKeys(Signer(ORIGIN, b"\x07" * 32), P256Signer.from_seed(ORIGIN, b"\x07" * 40))
WITNESS = Ed25519Cosigner("desk.example/witness", b"\x01" * 32)
AT = datetime(2026, 11, 22, 0, 30, 5, tzinfo=UTC)


class Nodes(dict[tuple[int, int], bytes]):
    def read_node(self, level: int, index: int) -> bytes:
        return self[level, index]


def grown(words: str, size: int = 12) -> Nodes:
    nodes = Nodes()
    for index in range(size):
        leaf = hash_leaf(f"{words} {index}".encode())
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, leaf, nodes)})
    return nodes


TREE, FORK = grown("leaf"), grown("other")


def note(size: int, tree: Nodes = TREE, keys: LogKeys = KEYS, origin: str = ORIGIN) -> bytes:
    return sign_checkpoint(Checkpoint(origin, size, root_hash(size, tree)), *keys.signers)


def request(old: int, new: int, tree: Nodes = TREE, **options: object) -> AddCheckpoint:
    proof = consistency_proof(min(old, new), new, tree)
    return AddCheckpoint(old, proof, note(new, tree, **options))  # type: ignore[arg-type]


def log(size: int, tree: Nodes = TREE) -> WitnessedLog:
    return WitnessedLog(ORIGIN, KEYS.public.verifiers, size, root_hash(size, tree))


def answer(asked: AddCheckpoint, known: WitnessedLog | None) -> WitnessAccepted | WitnessRefusal:
    return answer_add_checkpoint(asked, known, WITNESS, at=AT)


def refusal(asked: AddCheckpoint, known: WitnessedLog | None) -> WitnessRefusal:
    found = answer(asked, known)
    assert isinstance(found, WitnessRefusal)
    return found


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (0, 12), (1, 2), (5, 5), (5, 12), (8, 12), (12, 12)])
def test_what_continues_the_known_tree_is_co_signed(old: int, new: int) -> None:
    found = answer(request(old, new), log(old))

    assert isinstance(found, WitnessAccepted)
    assert found.checkpoint == Checkpoint(ORIGIN, new, root_hash(new, TREE))
    assert [c.at for c in read_cosignatures(found.note, [WITNESS.verifier])] == [AT]
    assert LogVerifiers(ORIGIN, (KEYS.public,)).open(found.note).checkpoint == found.checkpoint
    sent = render_answer(found)
    assert (sent.status, sent.body) == (200, render_signature_lines((found.signature,)))


def test_what_is_published_carries_the_lines_that_were_verified_and_no_other() -> None:
    stranger = NoteSignature("stranger.example", b"abcd", bytes(72))
    asked = request(0, 5)
    padded = AddCheckpoint(0, (), asked.note + render_signature_lines((stranger,)))

    found = answer(padded, log(0))

    assert isinstance(found, WitnessAccepted)
    assert [s.key_name for s in parse_note(found.note).signatures] == [ORIGIN, ORIGIN, WITNESS.name]


def test_a_log_whose_one_key_is_known_is_enough() -> None:
    known = WitnessedLog(ORIGIN, (KEYS.p256.verifier,))

    found = answer(request(0, 5), known)

    assert isinstance(found, WitnessAccepted)
    assert parse_note(found.note).signatures[0].key_id == KEYS.p256.key_id


def test_an_unknown_log_is_404() -> None:
    for known in (None, WitnessedLog("log.example/another", KEYS.public.verifiers)):
        found = refusal(request(0, 5), known)
        assert found.reason is RefusalReason.UNKNOWN_LOG
        assert render_answer(found).status == 404


def test_a_checkpoint_without_a_trusted_signature_is_403() -> None:
    failing = AddCheckpoint(0, (), note(5).replace(b"\n5\n", b"\n6\n"))
    for asked in (request(0, 5, keys=STRANGER), failing):
        found = refusal(asked, log(0))
        assert (found.reason, found.is_evidence) == (RefusalReason.BAD_SIGNATURE, False)
        assert render_answer(found).status == 403


def test_one_failing_line_of_a_known_key_is_403_beside_a_good_one() -> None:
    bad = NoteSignature(ORIGIN, KEYS.ed25519.key_id, bytes(64))

    found = refusal(AddCheckpoint(0, (), note(5) + render_signature_lines((bad,))), log(0))

    assert found.reason is RefusalReason.BAD_SIGNATURE


@pytest.mark.parametrize("data", [b"", b"hello", b"a\n\n\xe2\x80\x94 a AAAAAAA=\n", note(5)[:-1], b"\xff\n\n"])
def test_what_is_no_checkpoint_is_400(data: bytes) -> None:
    found = refusal(AddCheckpoint(0, (), data), log(0))

    assert found.reason is RefusalReason.MALFORMED
    assert render_answer(found).status == 400


def test_an_old_size_above_the_new_one_is_400() -> None:
    found = refusal(request(8, 5), log(8))

    assert (found.reason, render_answer(found).status) == (RefusalReason.MALFORMED, 400)


@pytest.mark.parametrize(("old", "known"), [(0, 5), (4, 5), (6, 5), (5, 0)])
def test_an_old_size_other_than_the_known_one_is_409_with_that_size(old: int, known: int) -> None:
    found = refusal(request(old, 12), log(known))
    sent = render_answer(found)

    assert (found.reason, found.size, found.is_evidence) == (RefusalReason.STALE_SIZE, known, False)
    assert (sent.status, sent.content_type, sent.body) == (409, "text/x.tlog.size", f"{known}\n".encode())


def test_an_empty_tree_with_another_root_is_422() -> None:
    for root in (bytes(32), hash_leaf(b"")):
        data = sign_checkpoint(Checkpoint(ORIGIN, 0, root), *KEYS.signers)
        found = refusal(AddCheckpoint(0, (), data), log(0))
        assert (found.reason, render_answer(found).status) == (RefusalReason.INCONSISTENT, 422)
    assert isinstance(answer(AddCheckpoint(0, (), note(0)), log(0)), WitnessAccepted)
    assert root_hash(0, TREE) == EMPTY_ROOT


def test_another_root_at_the_known_size_is_422_and_evidence_of_a_split_view() -> None:
    found = refusal(request(8, 8, FORK), log(8))

    assert (found.reason, found.is_evidence, found.size) == (RefusalReason.SPLIT_VIEW, True, 8)
    assert render_answer(found).status == 422


def test_a_second_view_is_evidence_even_where_its_sender_names_another_old_size() -> None:
    found = refusal(request(0, 8, FORK), log(8))

    assert (found.reason, found.is_evidence) == (RefusalReason.STALE_SIZE, True)


def test_a_forged_second_view_is_no_evidence_against_the_log() -> None:
    assert refusal(request(8, 8, FORK, keys=STRANGER), log(8)).is_evidence is False


def test_a_longer_tree_of_another_history_is_422() -> None:
    found = refusal(request(8, 12, FORK), log(8))

    assert (found.reason, found.is_evidence) == (RefusalReason.INCONSISTENT, False)
    assert render_answer(found).status == 422


GOOD = request(5, 12)
BAD_PROOFS = {
    "none": (),
    "one hash less": GOOD.proof[:-1],
    "one hash more": (*GOOD.proof, bytes(32)),
    "in another order": GOOD.proof[::-1],
    "a changed hash": (bytes(32), *GOOD.proof[1:]),
    "a huge one": (bytes(32),) * 63,
}


@pytest.mark.parametrize("proof", BAD_PROOFS.values(), ids=BAD_PROOFS)
def test_a_proof_that_does_not_lead_from_root_to_root_is_422(proof: tuple[bytes, ...]) -> None:
    found = refusal(AddCheckpoint(5, proof, GOOD.note), log(5))

    assert found.reason is RefusalReason.INCONSISTENT


@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 5)])
def test_a_proof_where_none_is_needed_is_422(old: int, new: int) -> None:
    found = refusal(AddCheckpoint(old, (bytes(32),), note(new)), log(old))

    assert found.reason is RefusalReason.INCONSISTENT


def test_bytes_that_are_no_request_are_answered_400() -> None:
    sent = render_malformed(WitnessRequestError("No."))

    assert (sent.status, sent.body) == (400, b"No.\n")


def test_two_witnesses_that_were_shown_two_views_find_each_other_out() -> None:
    """What one witness accepted is refused by the other, and the refusal names the log's own signature as evidence."""
    shown_to_one = answer(request(0, 8), log(0))
    shown_to_other = answer(request(0, 8, FORK), log(0))
    assert isinstance(shown_to_one, WitnessAccepted)
    assert isinstance(shown_to_other, WitnessAccepted)

    found = refusal(AddCheckpoint(8, (), shown_to_other.note), log(8))

    assert found.is_evidence
