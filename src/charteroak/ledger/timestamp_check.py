"""Whether an authority that we trust gave a time-stamp: checked offline with ``rfc3161-client``, as of its own time.

A token stays valid evidence after the authority's certificate expired: what counts is that the certificate was valid
when the token was made, so every check here is made as of the token's time (RFC 5280 section 6).

The outcome is a value and not an error, because this is one of two checkers. ``rfc3161-client`` is strict about DER and
cannot read some answers that ``openssl ts -verify`` accepts (two certificates that are not in the order of a DER set).
That is *could not*, and never *rejected*; whoever asks this checker alone asks it with ``is_reordered``. A caller that
shows both outcomes shows a disagreement as one; a token that no checker verifies proves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import VerifierBuilder, decode_timestamp_response

from charteroak.errors import InputError
from charteroak.ledger.limits import CERTIFICATES_LIMIT_BYTES, TIMESTAMP_LIMIT_CERTIFICATES
from charteroak.ledger.timestamp import TimestampMismatchError, TimestampToken, in_der_order, verify_answers_request

_WORDS_SHOWN = 300


class CertificateFormatError(InputError):
    """The bytes hold no certificates in PEM."""

    code: ClassVar[str] = "ledger.certificate.format"


class CheckOutcome(Enum):
    """What a checker says of a token; *could not* says that it cannot read it, which is no word against it."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    COULD_NOT = "could-not"


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """One checker's word on one token."""

    outcome: CheckOutcome
    checker: str
    reason: str = ""

    @property
    def sentence(self) -> str:
        """The word in one line."""
        if self.outcome is CheckOutcome.VERIFIED:
            return f"Verified by {self.checker}."
        said = "Rejected" if self.outcome is CheckOutcome.REJECTED else "Could not be read"
        return f"{said} by {self.checker}: {self.reason}"


def parse_certificates(pem: bytes) -> tuple[bytes, ...]:
    """The certificates of a PEM bundle, in DER and in order.

    Raises:
        CertificateFormatError: there are none, too many, or one cannot be read.
    """
    if len(pem) > CERTIFICATES_LIMIT_BYTES:
        raise CertificateFormatError(f"Certificates have at most {CERTIFICATES_LIMIT_BYTES} bytes here.")
    try:
        found = x509.load_pem_x509_certificates(pem)
    except (ValueError, x509.InvalidVersion) as error:
        raise CertificateFormatError("These are no certificates in PEM.") from error
    if len(found) > TIMESTAMP_LIMIT_CERTIFICATES:
        raise CertificateFormatError(f"At most {TIMESTAMP_LIMIT_CERTIFICATES} certificates are read at a time.")
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)


def check_token(
    token: TimestampToken,
    *,
    digest: bytes,
    roots: Sequence[bytes],
    intermediates: Sequence[bytes] = (),
    nonce: int | None = None,
    is_reordered: bool = False,
) -> TokenCheck:
    """What ``rfc3161-client`` says of a token, as of the token's own time.

    With ``is_reordered`` it is asked about ``in_der_order(token)``: the same token with its certificates in the order
    that this checker insists on. ``roots`` and ``intermediates`` are certificates in DER that *we* trust: each of them
    may end the chain, so those that only the token brings along must not be passed. Never raises for what a token
    holds.
    """
    checker = f"rfc3161-client {version('rfc3161-client')}"
    try:
        verify_answers_request(token, digest=digest, nonce=nonce)
    except TimestampMismatchError as error:
        return TokenCheck(CheckOutcome.REJECTED, checker, error.message)
    if not roots:
        return TokenCheck(CheckOutcome.REJECTED, checker, "No root certificate of this authority is trusted here.")
    try:
        response = decode_timestamp_response(in_der_order(token) if is_reordered else token.raw)
    except Exception as error:  # noqa: BLE001 - the edge to a foreign decoder; nothing it raises may look like verified
        return TokenCheck(CheckOutcome.COULD_NOT, checker, _words(error))
    try:
        verifier = VerifierBuilder(
            roots=[x509.load_der_x509_certificate(root) for root in roots],
            intermediates=[x509.load_der_x509_certificate(certificate) for certificate in intermediates],
            nonce=nonce,
        ).build()
        # Every failure of the foreign checker, of whatever class, is its rejection with its reason.
        if not verifier.verify(response, digest):
            return TokenCheck(CheckOutcome.REJECTED, checker, "No reason was given.")
    except Exception as error:  # noqa: BLE001 - the edge to a foreign checker; nothing it raises may look like verified
        return TokenCheck(CheckOutcome.REJECTED, checker, _words(error))
    return TokenCheck(CheckOutcome.VERIFIED, checker)


def _words(error: Exception) -> str:
    text = f"{error}" or type(error).__name__
    return "".join(c if c.isprintable() else " " for c in text)[:_WORDS_SHOWN]
