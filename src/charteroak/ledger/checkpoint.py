"""Checkpoints (c2sp.org/tlog-checkpoint): a log's origin, size and root, in a signed note."""

import re
from dataclasses import dataclass

from charteroak.ledger.errors import CheckpointFormatError, CheckpointOriginError
from charteroak.ledger.limits import TREE_SIZE_LIMIT
from charteroak.ledger.note import NoteSigner, NoteVerifier, parse_note, render_note, sign_note, verify_note
from charteroak.ledger.strict_base64 import decode_base64, encode_base64
from charteroak.ledger.tree import HASH_BYTES

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment. Extension lines are opaque and ours has none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note's text; whether anyone signed it is ``open_checkpoint``'s question.

    Raises:
        CheckpointFormatError: the text is none.
    """
    if not text.endswith("\n"):
        raise CheckpointFormatError("A checkpoint ends with a newline.")
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise CheckpointFormatError("A checkpoint has three lines or more and none is empty.")
    origin, size, root, *extensions = lines
    try:
        hash_ = decode_base64(root)
    except ValueError as error:
        raise CheckpointFormatError(f"The root hash of a checkpoint is base64: {error}.") from error
    if len(hash_) != HASH_BYTES:
        raise CheckpointFormatError(f"The root hash of a checkpoint has {HASH_BYTES} bytes, this has {len(hash_)}.")
    return Checkpoint(origin, parse_decimal(size), hash_, tuple(extensions))


def render_checkpoint(checkpoint: Checkpoint) -> str:
    """The note text of a checkpoint.

    Raises:
        CheckpointFormatError: the value has no such text (an empty or broken line, a size out of range).
    """
    lines = (checkpoint.origin, str(checkpoint.size), encode_base64(checkpoint.root), *checkpoint.extensions)
    text = "".join(f"{line}\n" for line in lines)
    if parse_checkpoint(text) != checkpoint:
        raise CheckpointFormatError("A line of this checkpoint holds a newline.")
    return text


def sign_checkpoint(checkpoint: Checkpoint, *signers: NoteSigner) -> bytes:
    """The signed note of a checkpoint.

    The caller keeps the log's promise: never sign what is inconsistent with what was signed before.
    """
    return render_note(sign_note(render_checkpoint(checkpoint), *signers))


def open_checkpoint(note: bytes, *verifiers: NoteVerifier, origin: str) -> Checkpoint:
    """The checkpoint in a signed note, if a trusted key signed it and it speaks of the expected log.

    Raises:
        NoteFormatError, CheckpointFormatError: the bytes are no checkpoint.
        NoteSignatureError: no trusted key signed it, or a trusted key's signature fails.
        CheckpointOriginError: it is a checkpoint of another log.
    """
    parsed = parse_note(note)
    verify_note(parsed, verifiers)
    checkpoint = parse_checkpoint(parsed.text)
    if checkpoint.origin != origin:
        raise CheckpointOriginError(expected=origin, got=checkpoint.origin)
    return checkpoint


def parse_decimal(text: str) -> int:
    """A size or an index: ASCII decimal without leading zeroes, at most 2**63 - 1.

    Raises:
        CheckpointFormatError: it is not.
    """
    if _DECIMAL.fullmatch(text) is None or int(text) > TREE_SIZE_LIMIT:
        raise CheckpointFormatError(f"{text[:40]!r} is no decimal number without leading zeroes, below 2**63.")
    return int(text)
