"""Co-signed checkpoints: lines are added and never disturbed, and a policy says how many are enough."""

from datetime import UTC, datetime, timedelta

import pytest

from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.cosignature import Ed25519Cosigner
from charteroak.ledger.errors import CheckpointOriginError, KeyFormatError, NoteFormatError, NoteSignatureError
from charteroak.ledger.keys import Signer
from charteroak.ledger.log_keys import LogKeys, LogVerifiers
from charteroak.ledger.note import NoteSignature, parse_note, parse_signature_lines, render_signature_lines
from charteroak.ledger.p256_keys import P256Signer
from charteroak.ledger.witnessed import (
    WitnessPolicy,
    WitnessQuorumError,
    accept_cosignatures,
    merge_signatures,
    read_cosignatures,
    verify_witnessed,
)

ORIGIN = "log.example/ledger/elm-hollow-bakery"
KEYS = LogKeys(Signer(ORIGIN, bytes(32)), P256Signer.from_seed(ORIGIN, bytes(40)))
LOG = LogVerifiers(ORIGIN, (KEYS.public,))
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 7, bytes(32)), *KEYS.signers)
TEXT = parse_note(NOTE).text
DESK, PROVIDER, NEIGHBOUR = (Ed25519Cosigner(f"witness.example/{n}", bytes([n]) * 32) for n in (1, 2, 3))
AT = datetime(2026, 11, 22, 0, 30, 5, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def answer(*signatures: NoteSignature) -> bytes:
    return render_signature_lines(signatures)


def test_lines_are_added_and_what_stood_stays_byte_for_byte() -> None:
    first = merge_signatures(NOTE, [DESK.cosign(TEXT, at=AT)])
    both = merge_signatures(first, [PROVIDER.cosign(TEXT, at=AT)])

    assert first.startswith(NOTE)
    assert both.startswith(first)
    assert [s.key_name for s in parse_note(both).signatures] == [ORIGIN, ORIGIN, DESK.name, PROVIDER.name]
    assert LOG.open(both).checkpoint.size == 7


def test_of_one_key_the_line_that_stands_stays() -> None:
    once = merge_signatures(NOTE, [DESK.cosign(TEXT, at=AT), DESK.cosign(TEXT, at=LATER)])

    assert merge_signatures(once, [DESK.cosign(TEXT, at=LATER)]) == once
    assert [c.at for c in read_cosignatures(once, [DESK.verifier])] == [AT]


def test_of_two_times_of_one_witness_the_earlier_counts() -> None:
    twice = NOTE + answer(DESK.cosign(TEXT, at=LATER), DESK.cosign(TEXT, at=AT))

    (found,) = read_cosignatures(twice, [DESK.verifier])
    assert (found.witness, found.at) == (DESK.verifier, AT)


def test_an_answer_of_a_witness_is_taken_over_without_lines_of_strangers() -> None:
    lines = answer(NEIGHBOUR.cosign(TEXT, at=AT), DESK.cosign(TEXT, at=AT))

    accepted = accept_cosignatures(NOTE, lines, [DESK.verifier, PROVIDER.verifier])

    assert accepted == NOTE + answer(DESK.cosign(TEXT, at=AT))


def test_an_answer_without_a_known_witness_is_refused() -> None:
    with pytest.raises(NoteFormatError, match="No line of this answer"):
        accept_cosignatures(NOTE, answer(NEIGHBOUR.cosign(TEXT, at=AT)), [DESK.verifier])


def test_an_answer_about_another_checkpoint_is_refused() -> None:
    other = DESK.cosign(TEXT.replace("7", "8"), at=AT)

    with pytest.raises(NoteSignatureError, match="does not verify"):
        accept_cosignatures(NOTE, answer(other), [DESK.verifier])


def test_a_line_of_the_log_in_a_witnesss_answer_changes_nothing() -> None:
    forged = NoteSignature(ORIGIN, KEYS.ed25519.key_id, bytes(64))

    accepted = accept_cosignatures(NOTE, answer(forged, DESK.cosign(TEXT, at=AT)), [DESK.verifier])
    assert LOG.open(accepted)


NOT_LINES = {
    "empty": b"",
    "a newline": b"\n",
    "no newline at the end": answer(DESK.cosign(TEXT, at=AT))[:-1],
    "a blank line between": answer(DESK.cosign(TEXT, at=AT)) + b"\n" + answer(DESK.cosign(TEXT, at=AT)),
    "carriage returns": answer(DESK.cosign(TEXT, at=AT)).replace(b"\n", b"\r\n"),
    "a whole note": NOTE,
    "a page": b"<html>\n",
    "no UTF-8": b"\xff\n",
    "a NUL": b"\x00\n",
    "too many": answer(DESK.cosign(TEXT, at=AT)) * 101,
    "too large": b"a" * ((1 << 20) + 1),
}


@pytest.mark.parametrize("data", NOT_LINES.values(), ids=NOT_LINES)
def test_refuses_what_are_no_signature_lines(data: bytes) -> None:
    with pytest.raises(NoteFormatError):
        parse_signature_lines(data)


def test_signature_lines_survive_their_text() -> None:
    lines = (DESK.cosign(TEXT, at=AT), PROVIDER.cosign(TEXT, at=LATER))

    assert parse_signature_lines(answer(*lines)) == lines
    with pytest.raises(NoteFormatError):
        answer(*lines * 51)


def test_no_more_lines_are_added_than_a_note_may_have() -> None:
    strangers = [NoteSignature(f"w{n}.example", b"abcd", bytes(72)) for n in range(98)]
    full = merge_signatures(NOTE, strangers)

    assert len(parse_note(full).signatures) == 100
    with pytest.raises(NoteFormatError, match="at most 100"):
        merge_signatures(full, [DESK.cosign(TEXT, at=AT)])


def test_enough_witnesses_are_named_with_their_times() -> None:
    policy = WitnessPolicy((DESK.verifier, PROVIDER.verifier, NEIGHBOUR.verifier), 2)
    note = merge_signatures(NOTE, [NEIGHBOUR.cosign(TEXT, at=LATER), DESK.cosign(TEXT, at=AT)])

    found = verify_witnessed(note, LOG, policy)

    assert found.checkpoint.size == 7
    assert [(c.witness.name, c.at) for c in found.cosignatures] == [(DESK.name, AT), (NEIGHBOUR.name, LATER)]
    assert verify_witnessed(NOTE, LOG, WitnessPolicy((), 0)).cosignatures == ()


def test_too_few_witnesses_are_an_error_that_counts_them() -> None:
    policy = WitnessPolicy((DESK.verifier, PROVIDER.verifier), 2)
    note = merge_signatures(NOTE, [DESK.cosign(TEXT, at=AT), NEIGHBOUR.cosign(TEXT, at=AT)])

    with pytest.raises(WitnessQuorumError, match="1 of 2 known witnesses") as caught:
        verify_witnessed(note, LOG, policy)
    assert (caught.value.wanted, caught.value.found) == (2, (DESK.name,))
    with pytest.raises(WitnessQuorumError, match="0 of 2"):
        verify_witnessed(NOTE, LOG, policy)


def test_a_failing_line_of_a_known_witness_condemns_the_note_and_a_strangers_does_not() -> None:
    bad = NoteSignature(DESK.name, DESK.verifier.key_id, DESK.cosign(TEXT, at=AT).signature[:-1] + b"\x00")
    note = NOTE + answer(bad, PROVIDER.cosign(TEXT, at=AT))

    with pytest.raises(NoteSignatureError):
        verify_witnessed(note, LOG, WitnessPolicy((DESK.verifier, PROVIDER.verifier), 1))
    assert verify_witnessed(note, LOG, WitnessPolicy((PROVIDER.verifier,), 1)).cosignatures


def test_witnesses_do_not_stand_in_for_the_log() -> None:
    lines = NOTE.decode().splitlines(keepends=True)
    unsigned = "".join(lines[:4]).encode() + answer(DESK.cosign(TEXT, at=AT))
    stranger = LogKeys(Signer(ORIGIN, b"\x07" * 32), P256Signer.from_seed(ORIGIN, b"\x07" * 40))

    with pytest.raises(NoteSignatureError):
        verify_witnessed(unsigned, LOG, WitnessPolicy((DESK.verifier,), 1))
    with pytest.raises(NoteSignatureError):
        verify_witnessed(
            sign_checkpoint(Checkpoint(ORIGIN, 7, bytes(32)), *stranger.signers), LOG, WitnessPolicy((), 0)
        )
    with pytest.raises(CheckpointOriginError):
        verify_witnessed(
            sign_checkpoint(Checkpoint("log.example/b", 7, bytes(32)), *KEYS.signers), LOG, WitnessPolicy((), 0)
        )


def test_a_policy_that_can_never_hold_is_refused() -> None:
    for witnesses, threshold in (((DESK.verifier,), 2), ((DESK.verifier,), -1), ((DESK.verifier, DESK.verifier), 1)):
        with pytest.raises(KeyFormatError):
            WitnessPolicy(witnesses, threshold)
