"""A witness's decision as status, content type and body (c2sp.org/tlog-witness, ``add-checkpoint``)."""

from dataclasses import dataclass

from charteroak.ledger.errors import NoteFormatError
from charteroak.ledger.note import render_signature_lines
from charteroak.ledger.witness import RefusalReason, WitnessAccepted, WitnessRefusal
from charteroak.ledger.witness_protocol import SIZE_CONTENT_TYPE, WitnessRequestError

_PLAIN = "text/plain; charset=utf-8"
_STATUSES = {
    RefusalReason.MALFORMED: 400,
    RefusalReason.UNKNOWN_LOG: 404,
    RefusalReason.BAD_SIGNATURE: 403,
    RefusalReason.STALE_SIZE: 409,
    RefusalReason.INCONSISTENT: 422,
    RefusalReason.SPLIT_VIEW: 422,
}


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """What goes back over HTTP."""

    status: int
    content_type: str
    body: bytes


def render_answer(decision: WitnessAccepted | WitnessRefusal) -> WitnessAnswer:
    """The answer that the protocol has for a decision. Of an accepted one, send it only after the state is stored."""
    if isinstance(decision, WitnessAccepted):
        return WitnessAnswer(200, _PLAIN, render_signature_lines((decision.signature,)))
    if decision.reason is RefusalReason.STALE_SIZE:
        return WitnessAnswer(409, SIZE_CONTENT_TYPE, f"{decision.size}\n".encode())
    return WitnessAnswer(_STATUSES[decision.reason], _PLAIN, f"{decision.message}\n".encode())


def render_malformed(error: WitnessRequestError | NoteFormatError) -> WitnessAnswer:
    """The answer to bytes that are no request."""
    return WitnessAnswer(400, _PLAIN, f"{error.message}\n".encode())
