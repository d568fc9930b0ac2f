"""Renewing time-stamps before they age: the time-stamp renewal of RFC 4998, section 5.2, as a simple chain.

A token ages: its certificate ends, and its algorithms weaken. Before that, a *renewal token* is asked for, from any
authority, over SHA-256 of the previous ``TimeStampToken`` as it stands in the previous answer (RFC 4998: "the content
of the timeStamp field of the old Archive Timestamp"). It shows that the old token existed when its certificate was
still good, so that a signature forged later with the old key cannot take its place. ``openssl`` alone repeats it:

    openssl ts -reply -in old.tsr -token_out | sha256sum
    openssl ts -verify -digest <that> -in new.tsr -CAfile authority.pem -attime <time of new.tsr>

Not hash-tree renewal (section 5.3 for broken digest algorithms): that needs the documents anew, and a new chain.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from charteroak.errors import VerificationError
from charteroak.ledger.timestamp import TimestampMismatchError, TimestampToken, verify_answers_request


class TimestampRenewalError(VerificationError):
    """A chain of renewals is broken; ``position`` counts from 0, the oldest token."""

    code: ClassVar[str] = "ledger.timestamp.renewal"

    def __init__(self, message: str, *, position: int) -> None:
        super().__init__(f"Time-stamp {position + 1} of this chain: {message}")
        self.position = position


@dataclass(frozen=True, slots=True)
class TimestampChain:
    """Tokens that renew each other, oldest first; each is still to be checked for itself (``timestamp_check``)."""

    tokens: tuple[TimestampToken, ...]

    @property
    def proves_since(self) -> datetime:
        """Since when the digest existed, as the oldest token says."""
        return self.tokens[0].gen_time

    @property
    def renew_before(self) -> datetime | None:
        """When the newest token's first certificate ends; ``None`` if it holds none."""
        return self.tokens[-1].ends

    def digest_of(self, position: int, digest: bytes) -> bytes:
        """What the token at a position is over: the digest itself, or the token before it."""
        return digest if position == 0 else renewal_digest(self.tokens[position - 1])


def renewal_digest(token: TimestampToken) -> bytes:
    """What a renewal of this token is asked for: SHA-256 over the token as it stands in the answer."""
    return hashlib.sha256(token.token_bytes).digest()


def verify_renewals(tokens: Sequence[TimestampToken], *, digest: bytes) -> TimestampChain:
    """The chain that these tokens form, oldest first: the first is over ``digest``, each other over the one before it.

    Each was made later than the one before, and before a certificate in that one ended (RFC 4998 section 5.3). Order
    and digests only: that authorities we trust made them is checked for each token by itself.

    Raises:
        TimestampRenewalError: there are none, or the first one out of place is named.
    """
    if not tokens:
        raise TimestampRenewalError("there is none.", position=0)
    chain = TimestampChain(tuple(tokens))
    for position, token in enumerate(tokens):
        try:
            verify_answers_request(token, digest=chain.digest_of(position, digest), nonce=None)
        except TimestampMismatchError as error:
            raise TimestampRenewalError(error.message, position=position) from error
        if position:
            _verify_in_time(tokens[position - 1], token, position)
    return chain


def _verify_in_time(before: TimestampToken, token: TimestampToken, position: int) -> None:
    if hmac.compare_digest(before.token_bytes, token.token_bytes) or token.gen_time < before.gen_time:
        raise TimestampRenewalError("it is not later than the one before.", position=position)
    if before.ends is not None and token.gen_time > before.ends:
        raise TimestampRenewalError(
            f"it was made after a certificate of the one before had ended ({before.ends:%Y-%m-%d}).", position=position
        )
