"""The two keys of a log: both lines on every checkpoint, and which pair is valid for which size."""

import pytest

from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.errors import (
    CheckpointFormatError,
    CheckpointOriginError,
    KeyFormatError,
    NoteFormatError,
    NoteSignatureError,
)
from charteroak.ledger.keys import Signer
from charteroak.ledger.log_keys import LogKeyPeriod, LogKeys, LogVerifiers
from charteroak.ledger.note import parse_note
from charteroak.ledger.p256_keys import P256Signer

NAME = "log.example/ledger/elm-hollow-bakery"


def keys_of(number: int, name: str = NAME) -> LogKeys:
    return LogKeys(Signer(name, bytes([number]) * 32), P256Signer.from_seed(name, bytes([number]) * 40))


FIRST, SECOND, STRANGER = keys_of(1), keys_of(2), keys_of(3)
ROTATED = LogVerifiers(
    NAME,
    (
        LogKeyPeriod(FIRST.ed25519.verifier, None, 1, 2),
        LogKeyPeriod(FIRST.ed25519.verifier, FIRST.p256.verifier, 3, 9),
        LogKeyPeriod(SECOND.ed25519.verifier, SECOND.p256.verifier, 10),
    ),
)


def note(size: int, keys: LogKeys, origin: str = NAME) -> bytes:
    return sign_checkpoint(Checkpoint(origin, size, bytes(32)), *keys.signers)


def without_line(data: bytes, number: int) -> bytes:
    lines = data.decode().splitlines(keepends=True)
    return "".join(lines[:4] + [line for place, line in enumerate(lines[4:]) if place != number]).encode()


def test_a_checkpoint_carries_both_lines_with_ed25519_first() -> None:
    signatures = parse_note(note(5, FIRST)).signatures

    assert [s.key_id for s in signatures] == [FIRST.ed25519.key_id, FIRST.p256.key_id]
    assert {s.key_name for s in signatures} == {NAME}
    assert FIRST.public.vkeys == (FIRST.ed25519.verifier.vkey, FIRST.p256.verifier.vkey)


def test_what_a_log_signed_opens_over_its_rotations() -> None:
    for size, keys in ((3, FIRST), (9, FIRST), (10, SECOND), (1000, SECOND)):
        opened = ROTATED.open(note(size, keys))

        assert opened.checkpoint == Checkpoint(NAME, size, bytes(32))
        assert opened.period.ed25519 == keys.ed25519.verifier
    assert LogVerifiers(NAME, (FIRST.public,)).open(note(10**9, FIRST)).period == FIRST.public


def test_a_size_from_before_the_second_key_needs_one_line() -> None:
    alone = sign_checkpoint(Checkpoint(NAME, 2, bytes(32)), FIRST.ed25519)

    assert ROTATED.open(alone).checkpoint.size == 2
    with pytest.raises(NoteSignatureError, match="is missing"):
        ROTATED.open(sign_checkpoint(Checkpoint(NAME, 3, bytes(32)), FIRST.ed25519))


@pytest.mark.parametrize("number", [0, 1])
def test_neither_line_can_be_taken_away(number: int) -> None:
    with pytest.raises(NoteSignatureError, match="is missing") as caught:
        ROTATED.open(without_line(note(5, FIRST), number))
    assert (FIRST.ed25519, FIRST.p256)[number].key_id.hex() in str(caught.value)


@pytest.mark.parametrize(("size", "keys"), [(9, SECOND), (10, FIRST), (5, STRANGER)])
def test_a_pair_signs_for_no_size_but_its_own(size: int, keys: LogKeys) -> None:
    with pytest.raises(NoteSignatureError, match="No trusted key signed"):
        ROTATED.open(note(size, keys))


def test_a_size_for_which_no_key_was_valid_is_refused() -> None:
    with pytest.raises(NoteSignatureError, match=r"No key of .* was valid for size 0"):
        ROTATED.open(note(0, FIRST))


def test_a_line_that_fails_condemns_the_checkpoint() -> None:
    mixed = note(5, LogKeys(FIRST.ed25519, FIRST.p256)).replace(b"\n5\n", b"\n6\n")

    with pytest.raises(NoteSignatureError, match="does not verify"):
        ROTATED.open(mixed)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(CheckpointOriginError):
        ROTATED.open(note(5, FIRST, origin="log.example/ledger/another"))


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"", NoteFormatError), (b"a\n\n\xe2\x80\x94 a AAAAAAA=\n", CheckpointFormatError)],
    ids=["no note", "no checkpoint"],
)
def test_refuses_what_is_no_checkpoint(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        ROTATED.open(data)


def test_keys_of_two_names_are_no_pair() -> None:
    other = keys_of(1, "log.example/b")
    with pytest.raises(KeyFormatError, match="one name"):
        LogKeys(FIRST.ed25519, other.p256)
    with pytest.raises(KeyFormatError, match="one name"):
        LogKeyPeriod(FIRST.ed25519.verifier, other.p256.verifier)


def test_periods_that_overlap_or_are_reversed_are_refused() -> None:
    ed25519, p256 = FIRST.ed25519.verifier, FIRST.p256.verifier
    for periods in (
        (),
        (LogKeyPeriod(ed25519, p256), LogKeyPeriod(ed25519, p256, 5)),
        (LogKeyPeriod(ed25519, p256, 0, 5), LogKeyPeriod(ed25519, p256, 5)),
        (LogKeyPeriod(ed25519, p256, 6, 7), LogKeyPeriod(ed25519, p256, 0, 5)),
    ):
        with pytest.raises(KeyFormatError):
            LogVerifiers(NAME, periods)
    for first, last in ((-1, None), (5, 4)):
        with pytest.raises(KeyFormatError, match="reversed"):
            LogKeyPeriod(ed25519, p256, first, last)


def test_a_line_that_stands_twice_is_checked_twice_and_counts_once() -> None:
    data = note(5, FIRST)
    lines = data.decode().splitlines(keepends=True)
    twice = (data.decode() + lines[-1] + lines[-2]).encode()

    assert ROTATED.open(twice).checkpoint.size == 5
    bad = lines[-2].replace(lines[-2][-20:-10], "A" * 10)
    with pytest.raises(NoteSignatureError, match="does not verify"):
        ROTATED.open((data.decode() + bad).encode())


def test_the_first_checkpoint_after_a_rotation_may_carry_the_old_keys_lines_too() -> None:
    both = sign_checkpoint(Checkpoint(NAME, 10, bytes(32)), *SECOND.signers, *FIRST.signers)

    assert ROTATED.open(both).period.ed25519 == SECOND.ed25519.verifier
    old_only = sign_checkpoint(Checkpoint(NAME, 10, bytes(32)), *FIRST.signers)
    with pytest.raises(NoteSignatureError):
        ROTATED.open(old_only)
