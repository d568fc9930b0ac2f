"""The texts of c2sp.org/tlog-witness: requests and answers of ``add-checkpoint``, for the log's side and the witness's.

A request is ``old <size>``, the lines of a consistency proof, an empty line, and the signed checkpoint. An answer is an
HTTP status with a body; no HTTP happens here. ``sign-subtree``, which is optional, is not offered.
"""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from charteroak.errors import InputError
from charteroak.ledger.checkpoint import parse_decimal
from charteroak.ledger.errors import CheckpointFormatError, NoteFormatError
from charteroak.ledger.limits import PROOF_LIMIT_HASHES, WITNESS_ANSWER_LIMIT_BYTES, WITNESS_REQUEST_LIMIT_BYTES
from charteroak.ledger.note import NoteSignature, parse_note, parse_signature_lines
from charteroak.ledger.strict_base64 import decode_base64, encode_base64
from charteroak.ledger.tree import HASH_BYTES

SIZE_CONTENT_TYPE = "text/x.tlog.size"


class WitnessRequestError(InputError):
    """The bytes are no ``add-checkpoint`` request."""

    code: ClassVar[str] = "ledger.witness.request"


class WitnessAnswerError(InputError):
    """What a witness answered is not what the protocol has."""

    code: ClassVar[str] = "ledger.witness.answer"


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A parsed request; ``note`` is the checkpoint byte for byte, and nothing of it is verified."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    @property
    def origin(self) -> str:
        """The log that the checkpoint says to be of; for looking it up, before anything is believed.

        Raises:
            NoteFormatError: there is no note in the request.
        """
        return parse_note(self.note).text.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class WitnessSigned:
    """A witness answered with signature lines; whose they are is for ``witnessed.accept_cosignatures`` to say."""

    body: bytes
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class WitnessConflict:
    """A witness's newest co-signed tree has another size than the request said: ask again with a proof from it."""

    size: int


@dataclass(frozen=True, slots=True)
class WitnessRejected:
    """A witness refused, with a status of the protocol; ``words`` are its own, made printable and short."""

    status: int
    words: str


def parse_add_checkpoint(data: bytes) -> AddCheckpoint:
    """Read a request; its checkpoint is not yet looked at.

    Raises:
        WitnessRequestError: it breaks the format, or is larger than we read.
    """
    if len(data) > WITNESS_REQUEST_LIMIT_BYTES:
        raise WitnessRequestError(f"A request has at most {WITNESS_REQUEST_LIMIT_BYTES} bytes here.")
    head, blank_line, note = data.partition(b"\n\n")
    if not blank_line or not note:
        raise WitnessRequestError("A request has an empty line and then a checkpoint.")
    try:
        old, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise WitnessRequestError(f"A request is ASCII before its checkpoint; byte {error.start} is not.") from error
    if not old.startswith("old "):
        raise WitnessRequestError("A request begins with 'old ' and a size.")
    if len(lines) > PROOF_LIMIT_HASHES:
        raise WitnessRequestError(f"A consistency proof has at most {PROOF_LIMIT_HASHES} hashes.")
    try:
        size = parse_decimal(old.removeprefix("old "))
    except CheckpointFormatError as error:
        raise WitnessRequestError(f"The old size: {error.message}") from error
    return AddCheckpoint(size, tuple(_hash(line) for line in lines), note)


def render_add_checkpoint(request: AddCheckpoint) -> bytes:
    """The request's bytes.

    Raises:
        WitnessRequestError: the value has no such text.
    """
    lines = [f"old {request.old_size}", *(encode_base64(hash_) for hash_ in request.proof)]
    data = "\n".join(lines).encode() + b"\n\n" + request.note
    if parse_add_checkpoint(data) != request:
        raise WitnessRequestError("This request cannot be written.")
    return data


def parse_witness_answer(
    status: int, content_type: str | None, body: bytes
) -> WitnessSigned | WitnessConflict | WitnessRejected:
    """What a witness answered.

    Raises:
        WitnessAnswerError: a status that the protocol does not have, or a body that does not belong to it.
    """
    if len(body) > WITNESS_ANSWER_LIMIT_BYTES:
        raise WitnessAnswerError(f"A witness's answer has at most {WITNESS_ANSWER_LIMIT_BYTES} bytes here.")
    if status == 200:
        try:
            return WitnessSigned(body, parse_signature_lines(body))
        except NoteFormatError as error:
            raise WitnessAnswerError(f"A witness answered with no signature lines: {error.message}") from error
    if status == 409:
        return _conflict(content_type, body)
    if status in {400, 403, 404, 422}:
        return WitnessRejected(status, _printable(body))
    raise WitnessAnswerError(f"A witness answered with status {status}, which the protocol does not have.")


def origin_hash(origin: str) -> str:
    """The path element under which a witness publishes a log's newest checkpoint: SHA-256 of the origin, in hex."""
    return hashlib.sha256(origin.encode()).hexdigest()


def _conflict(content_type: str | None, body: bytes) -> WitnessConflict:
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind != SIZE_CONTENT_TYPE:
        raise WitnessAnswerError(f"A witness answered 409 as {kind[:60]!r}, not as {SIZE_CONTENT_TYPE}.")
    try:
        text = body.decode("ascii")
        return WitnessConflict(parse_decimal(text.removesuffix("\n")))
    except (UnicodeDecodeError, CheckpointFormatError) as error:
        raise WitnessAnswerError("A witness answered 409 without its size.") from error


def _hash(line: str) -> bytes:
    try:
        hash_ = decode_base64(line)
    except ValueError as error:
        raise WitnessRequestError(f"A line of the consistency proof cannot be read: {error}.") from error
    if len(hash_) != HASH_BYTES:
        raise WitnessRequestError(f"Each hash of a consistency proof has {HASH_BYTES} bytes, this has {len(hash_)}.")
    return hash_


def _printable(body: bytes) -> str:
    text = body[:300].decode("utf-8", errors="replace").strip()
    return "".join(c if c.isprintable() else " " for c in text)[:200]
