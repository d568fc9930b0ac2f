"""Holding what outsiders said against the stored checkpoints: an anchor that is over another note is named.

This asks the library alone, since a ledger is verified often; ``services.timestamps.check_tokens`` asks both programs.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from charteroak.errors import CharterOakError
from charteroak.ledger.cosignature import parse_cosigner_vkey
from charteroak.ledger.note import parse_note, parse_signature_lines
from charteroak.ledger.timestamp import parse_timestamp_response, verify_answers_request
from charteroak.ledger.timestamp_renewal import renewal_digest
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Cosignature, QueuedStamp, Token
from charteroak.services.anchors import cosignatures_of


@dataclass(frozen=True, slots=True)
class AnchorFault:
    """An anchor that was kept as holding and does not hold the stored checkpoint up any more."""

    kind: str
    by: str
    size: int
    reason: str

    @property
    def sentence(self) -> str:
        """The fault in one sentence."""
        return f"The {self.kind} by {self.by} over the checkpoint of size {self.size} does not fit it: {self.reason}"


def digest_stamped(row: QueuedStamp | Token) -> bytes:
    """What a token is over: SHA-256 of the checkpoint's note, or for a renewal of the older token (RFC 4998, 5.2)."""
    if row.previous is None:
        return hashlib.sha256(bytes(row.checkpoint.note)).digest()
    return renewal_digest(parse_timestamp_response(bytes(row.previous.response)))


def faults_of_anchors(organisation: Organisation) -> Iterator[AnchorFault]:
    """Each token that held and each co-signature that is not over the note that is stored, checkpoints in order."""
    tokens = Token.objects.filter(checkpoint__organisation=organisation).order_by("checkpoint__size", "pk")
    for token in tokens.select_related("authority", "checkpoint", "previous"):
        reason = _fault_of_token(token) if token.holds else ""
        if reason:
            yield AnchorFault("time-stamp token", token.authority.name, token.checkpoint.size, reason)
    for cosignature in cosignatures_of(organisation).order_by("checkpoint__size", "pk"):
        reason = _fault_of_cosignature(cosignature)
        if reason:
            yield AnchorFault("co-signature", cosignature.witness.name, cosignature.checkpoint.size, reason)


def _fault_of_token(token: Token) -> str:
    from charteroak.ledger import timestamp_check  # noqa: PLC0415 - takes a quarter of a second, needed for tokens alone

    try:
        parsed = parse_timestamp_response(bytes(token.response))
        digest = digest_stamped(token)
        verify_answers_request(parsed, digest=digest, nonce=None)
        trusted = timestamp_check.parse_certificates(token.authority.roots_pem.encode())
    except CharterOakError as error:
        return error.message
    if token.moment != parsed.gen_time:
        return f"it was made at {parsed.gen_time:%Y-%m-%d %H:%M:%S} UTC, and is kept as of another moment."
    # A mark in a row decides nothing here: a token that the library reads only in another order is read in that order.
    check = timestamp_check.check_token(parsed, digest=digest, roots=trusted, is_reordered=True)
    return "" if check.outcome is timestamp_check.CheckOutcome.VERIFIED else check.reason


def _fault_of_cosignature(row: Cosignature) -> str:
    try:
        verifier = parse_cosigner_vkey(row.witness.vkey)
        (line,) = parse_signature_lines(row.line.encode())
        moment = verifier.verify_cosignature(parse_note(bytes(row.checkpoint.note)).text, line.signature)
    except CharterOakError as error:
        return error.message
    except ValueError:
        return "it is not one signature line."
    return "" if moment == row.moment else "it is kept as of another moment."
