"""Time-stamps of RFC 3161: writing a request for a digest, and reading what an authority answered.

Reading is not believing. What is read here is what an answer says; whether an authority that we trust said it is for
``timestamp_check`` and, beside it, for ``openssl ts``. The reader is our own so that an answer can be shown and
compared even where one of the two checkers will not have it. The raw bytes are the evidence: whoever asks keeps them
as they came.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from charteroak.errors import CouldNotError, InputError, VerificationError
from charteroak.ledger.der import (
    Cursor,
    DERError,
    Element,
    Tag,
    read_elements,
    read_integer,
    read_oid,
    read_one,
    read_time,
    write,
    write_integer,
    write_oid,
)
from charteroak.ledger.limits import TIMESTAMP_LIMIT_BYTES, TIMESTAMP_LIMIT_CERTIFICATES

SHA256_OID = "2.16.840.1.101.3.4.2.1"
DIGEST_BYTES = 32
_SIGNED_DATA_OID = "1.2.840.113549.1.7.2"
_TST_INFO_OID = "1.2.840.113549.1.9.16.1.4"
_COMMON_NAME = bytes.fromhex("0603550403")
_NULL = b"\x05\x00"
_GRANTED = {0, 1}
_STATUS_WORDS = {
    2: "rejected the request",
    3: "is still working on the request",
    4: "warns that its certificate is about to be revoked",
    5: "says that its certificate was revoked",
}


class TimestampFormatError(InputError):
    """The bytes are no answer of a time-stamp authority, or have a form that RFC 3161 does not."""

    code: ClassVar[str] = "ledger.timestamp.format"


class TimestampRefusedError(CouldNotError):
    """An authority answered, but gave no time-stamp."""

    code: ClassVar[str] = "ledger.timestamp.refused"

    def __init__(self, *, status: int, words: str) -> None:
        said = f': "{words}"' if words else ""
        super().__init__(
            f"The authority {_STATUS_WORDS.get(status, f'answered with status {status}')}{said}.",
            remedy="Ask again later, or another authority.",
        )
        self.status = status
        self.words = words


class TimestampMismatchError(VerificationError):
    """A time-stamp is not the answer to what was asked: another digest, another algorithm, or another nonce."""

    code: ClassVar[str] = "ledger.timestamp.mismatch"


@dataclass(frozen=True, slots=True)
class TokenCertificate:
    """What a certificate in a token says of itself."""

    der: bytes
    issuer: bytes
    serial: int
    subject: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class TimestampToken:
    """What a time-stamp says, unverified. ``raw`` is the answer as it came, ``token_bytes`` the token within it."""

    raw: bytes
    token_bytes: bytes
    gen_time: datetime
    accuracy: timedelta | None
    policy: str
    serial: int
    nonce: int | None
    digest_algorithm: str
    digest: bytes
    certificates: tuple[TokenCertificate, ...]
    signer_issuer: bytes | None
    signer_serial: int | None

    @property
    def signer(self) -> TokenCertificate | None:
        """The certificate whose key is said to have signed; ``None`` if it is not in the token."""
        for certificate in self.certificates:
            if (certificate.issuer, certificate.serial) == (self.signer_issuer, self.signer_serial):
                return certificate
        return None

    @property
    def ends(self) -> datetime | None:
        """When the first certificate in the token ends: renew before. ``None`` if it holds no certificate.

        It stays evidence after that moment, checked as of ``gen_time``; but a stranger's plain check fails then, and
        with time the authority's key may no longer be safe.
        """
        return min((certificate.ends for certificate in self.certificates), default=None)


def build_timestamp_request(digest: bytes, *, nonce: int, policy: str | None = None) -> bytes:
    """A request (RFC 3161 section 2.4.1) for a SHA-256 digest, with a nonce that the caller drew.

    The authority is asked for its certificate, so that the answer can be checked for ever after.

    Raises:
        ValueError: the digest is none of SHA-256, or the nonce is not positive or has more than 64 bits.
        DERError: the policy is no object identifier.
    """
    if len(digest) != DIGEST_BYTES or not 0 < nonce < 1 << 64:
        raise ValueError("A time-stamp is asked for a SHA-256 digest, with a positive nonce of at most 64 bits.")
    algorithm = write(Tag.SEQUENCE, write_oid(SHA256_OID) + _NULL)
    return write(
        Tag.SEQUENCE,
        write_integer(1)
        + write(Tag.SEQUENCE, algorithm + write(Tag.OCTET_STRING, digest))
        + (b"" if policy is None else write_oid(policy))
        + write_integer(nonce)
        + write(Tag.BOOLEAN, b"\xff"),
    )


def parse_timestamp_response(raw: bytes) -> TimestampToken:
    """Read an authority's answer (RFC 3161 section 2.4.2); nothing is verified.

    Raises:
        TimestampFormatError: it is no such answer, or is larger than we read.
        TimestampRefusedError: it is one without a time-stamp.
    """
    if len(raw) > TIMESTAMP_LIMIT_BYTES:
        raise TimestampFormatError(f"An answer has at most {TIMESTAMP_LIMIT_BYTES} bytes here, this has {len(raw)}.")
    try:
        return _response(raw)
    except DERError as error:
        raise TimestampFormatError(f"This is no answer of a time-stamp authority: {error.message}") from error


def in_der_order(token: TimestampToken) -> bytes:
    """The answer with the token's certificates in the order that DER has for a set; ``raw`` itself if they were so.

    Many authorities write their own certificate first, as OpenSSL does, and a strict decoder will not have it. No
    signature covers the certificates that travel with a token (RFC 5652 section 5.4), so nothing that anybody signed is
    changed; the other bytes stay as they are. What is kept and handed on is still ``raw``.
    """
    status, outer = read_elements(read_one(token.raw, Tag.SEQUENCE, "answer").content)
    kind, wrapped = read_elements(outer.content)
    parts = [
        _sorted(part) if part.tag == Tag.CONTEXT_0_CONSTRUCTED else part.raw
        for part in read_elements(read_one(wrapped.content, Tag.SEQUENCE, "signed data").content)
    ]
    signed = write(Tag.CONTEXT_0_CONSTRUCTED, write(Tag.SEQUENCE, b"".join(parts)))
    return write(Tag.SEQUENCE, status.raw + write(Tag.SEQUENCE, kind.raw + signed))


def _sorted(certificates: Element) -> bytes:
    return write(certificates.tag, b"".join(sorted(part.raw for part in read_elements(certificates.content))))


def verify_answers_request(token: TimestampToken, *, digest: bytes, nonce: int | None) -> None:
    """Return if the token says what was asked for. Whose word it is, ``timestamp_check`` tells.

    Raises:
        TimestampMismatchError: it is about another digest, or answers another request.
    """
    if token.digest_algorithm != SHA256_OID:
        raise TimestampMismatchError(f"The time-stamp is over a digest of algorithm {token.digest_algorithm}.")
    if not hmac.compare_digest(token.digest, digest):
        raise TimestampMismatchError(
            f"The time-stamp is over SHA-256 {token.digest.hex()}, and {digest.hex()} was asked for."
        )
    if nonce is not None and token.nonce != nonce:
        raise TimestampMismatchError("The time-stamp answers another request: it has another nonce.")


def _response(raw: bytes) -> TimestampToken:
    response = Cursor(read_one(raw, Tag.SEQUENCE, "answer").content)
    info = Cursor(response.take(Tag.SEQUENCE, "status").content)
    status = read_integer(info.take(Tag.INTEGER, "status"), "status")
    words = info.take_if(Tag.SEQUENCE)
    token = response.take_if(Tag.SEQUENCE)
    response.end("answer")
    if status not in _GRANTED:
        raise TimestampRefusedError(status=status, words="" if words is None else _free_text(words))
    if token is None:
        raise DERError("It grants a time-stamp and has none.")
    return _token(raw, token)


def _token(raw: bytes, token: Element) -> TimestampToken:
    outer = Cursor(token.content)
    if read_oid(outer.take(Tag.OID, "content type"), "content type") != _SIGNED_DATA_OID:
        raise DERError("The token is no signed data.")
    wrapped = outer.take(Tag.CONTEXT_0_CONSTRUCTED, "signed data").content
    outer.end("signed data")
    signed = Cursor(read_one(wrapped, Tag.SEQUENCE, "signed data").content)
    signed.take(Tag.INTEGER, "version")
    signed.take(Tag.SET, "digest algorithms")
    info = _encapsulated(signed.take(Tag.SEQUENCE, "content"))
    certificates = signed.take_if(Tag.CONTEXT_0_CONSTRUCTED)
    signed.take_if(Tag.CONTEXT_1_CONSTRUCTED)
    issuer, serial = _signer(signed.take(Tag.SET, "signers"))
    signed.end("signers")
    return _info(
        info,
        raw=raw,
        token_bytes=token.raw,
        certificates=() if certificates is None else _certificates(certificates),
        signer_issuer=issuer,
        signer_serial=serial,
    )


def _encapsulated(content: Element) -> Element:
    cursor = Cursor(content.content)
    if read_oid(cursor.take(Tag.OID, "content type"), "content type") != _TST_INFO_OID:
        raise DERError("What was signed is no time-stamp.")
    wrapped = cursor.take(Tag.CONTEXT_0_CONSTRUCTED, "time-stamp").content
    octets = read_one(wrapped, Tag.OCTET_STRING, "time-stamp").content
    return read_one(octets, Tag.SEQUENCE, "time-stamp")


def _info(
    info: Element,
    *,
    raw: bytes,
    token_bytes: bytes,
    certificates: tuple[TokenCertificate, ...],
    signer_issuer: bytes | None,
    signer_serial: int | None,
) -> TimestampToken:
    """TSTInfo of RFC 3161 section 2.4.2."""
    cursor = Cursor(info.content)
    if read_integer(cursor.take(Tag.INTEGER, "version"), "version") != 1:
        raise DERError("The time-stamp is of another version than 1.")
    policy = read_oid(cursor.take(Tag.OID, "policy"), "policy")
    imprint = Cursor(cursor.take(Tag.SEQUENCE, "message imprint").content)
    algorithm = Cursor(imprint.take(Tag.SEQUENCE, "digest algorithm").content)
    digest_algorithm = read_oid(algorithm.take(Tag.OID, "digest algorithm"), "digest algorithm")
    digest = imprint.take(Tag.OCTET_STRING, "digest").content
    imprint.end("digest")
    serial = read_integer(cursor.take(Tag.INTEGER, "serial number"), "serial number")
    gen_time = read_time(cursor.take(Tag.GENERALIZED_TIME, "time"), "time")
    accuracy = cursor.take_if(Tag.SEQUENCE)
    cursor.take_if(Tag.BOOLEAN)
    nonce = cursor.take_if(Tag.INTEGER)
    cursor.take_if(Tag.CONTEXT_0_CONSTRUCTED)
    cursor.take_if(Tag.CONTEXT_1_CONSTRUCTED)
    cursor.end("time-stamp")
    return TimestampToken(
        raw=raw,
        token_bytes=token_bytes,
        gen_time=gen_time,
        accuracy=None if accuracy is None else _accuracy(accuracy),
        policy=policy,
        serial=serial,
        nonce=None if nonce is None else read_integer(nonce, "nonce"),
        digest_algorithm=digest_algorithm,
        digest=digest,
        certificates=certificates,
        signer_issuer=signer_issuer,
        signer_serial=signer_serial,
    )


def _accuracy(element: Element) -> timedelta:
    cursor = Cursor(element.content)
    seconds, millis, micros = (cursor.take_if(tag) for tag in (Tag.INTEGER, Tag.CONTEXT_0, Tag.CONTEXT_1))
    cursor.end("accuracy")
    values = [0 if part is None else read_integer(part, "accuracy") for part in (seconds, millis, micros)]
    if values[0] < 0 or values[0] > 10**9 or not all(0 <= value < 1000 for value in values[1:]):
        raise DERError("The accuracy is out of range.")
    return timedelta(seconds=values[0], milliseconds=values[1], microseconds=values[2])


def _signer(signers: Element) -> tuple[bytes | None, int | None]:
    """Issuer and serial number that the one signer names; none of them if it names a key identifier instead."""
    signer = Cursor(read_one(signers.content, Tag.SEQUENCE, "signer").content)
    signer.take(Tag.INTEGER, "version")
    named = signer.take_if(Tag.SEQUENCE)
    if named is None:
        return None, None
    cursor = Cursor(named.content)
    issuer = cursor.take(Tag.SEQUENCE, "issuer").raw
    return issuer, read_integer(cursor.take(Tag.INTEGER, "serial number"), "serial number")


def _certificates(element: Element) -> tuple[TokenCertificate, ...]:
    found = [part for part in Cursor(element.content).rest() if part.tag == Tag.SEQUENCE]
    if len(found) > TIMESTAMP_LIMIT_CERTIFICATES:
        raise DERError(f"The token holds more than {TIMESTAMP_LIMIT_CERTIFICATES} certificates.")
    return tuple(_certificate(part) for part in found)


def _certificate(element: Element) -> TokenCertificate:
    """The first members of a certificate (RFC 5280 section 4.1)."""
    cursor = Cursor(Cursor(element.content).take(Tag.SEQUENCE, "certificate").content)
    cursor.take_if(Tag.CONTEXT_0_CONSTRUCTED)
    serial = read_integer(cursor.take(Tag.INTEGER, "serial number"), "serial number")
    cursor.take(Tag.SEQUENCE, "signature algorithm")
    issuer = cursor.take(Tag.SEQUENCE, "issuer")
    validity = Cursor(cursor.take(Tag.SEQUENCE, "validity").content)
    times = [validity.take_if(Tag.UTC_TIME, Tag.GENERALIZED_TIME) for _ in range(2)]
    subject = cursor.take(Tag.SEQUENCE, "subject")
    if times[0] is None or times[1] is None:
        raise DERError("A certificate has no validity.")
    return TokenCertificate(
        der=element.raw,
        issuer=issuer.raw,
        serial=serial,
        subject=_name(subject),
        begins=read_time(times[0], "certificate's beginning"),
        ends=read_time(times[1], "certificate's end"),
    )


def _name(name: Element) -> str:
    """The last common name, for people; empty if there is none. What steers a terminal is left out."""
    found = ""
    for relative in Cursor(name.content).rest():
        for attribute in Cursor(relative.content).rest():
            parts = Cursor(attribute.content).rest()
            if len(parts) == 2 and parts[0].raw == _COMMON_NAME:
                found = _printable(parts[1].content)
    return found


def _free_text(words: Element) -> str:
    return " ".join(_printable(part.content) for part in Cursor(words.content).rest())[:200]


def _printable(data: bytes) -> str:
    return "".join(c for c in data[:200].decode("utf-8", errors="replace") if c.isprintable())
