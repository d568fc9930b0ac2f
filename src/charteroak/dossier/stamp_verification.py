"""Step 7 of checking a dossier: time-stamp tokens (RFC 3161) and their renewals (RFC 4998, section 5.2).

Each token is checked as of its own time against the certificates enclosed, which are a claim of the dossier's maker:
their fingerprints are printed, to be compared with those that the authority itself publishes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from charteroak.clock import format_instant
from charteroak.dossier import layout
from charteroak.dossier.archive import DossierArchive
from charteroak.dossier.errors import DossierError, StampUncheckedError
from charteroak.dossier.record_index import TokenLine
from charteroak.dossier.record_keys import reason_of
from charteroak.dossier.record_verification import VerifiedCheckpoint
from charteroak.errors import CouldNotError, InputError, VerificationError
from charteroak.ledger.timestamp import TimestampToken, parse_timestamp_response
from charteroak.ledger.timestamp_check import CheckOutcome, check_token, parse_certificates
from charteroak.ledger.timestamp_renewal import renewal_digest, verify_renewals


@dataclass(frozen=True, slots=True)
class VerifiedStamp:
    """An authority vouches that a checkpoint stood at a moment."""

    moment: str
    signer: str
    size: int
    is_outside: bool
    """As the dossier says of itself."""


def verify_stamps(archive: DossierArchive, checkpoints: Sequence[VerifiedCheckpoint]) -> tuple[VerifiedStamp, ...]:
    """Check every token that the index names.

    Raises:
        DossierError: one is of another checkpoint, another time or another authority.
        StampUncheckedError: one cannot be read by the library that checks it; that is neither good nor bad.
    """
    stamps: list[VerifiedStamp] = []
    for checked in checkpoints:
        tokens: list[TimestampToken] = []
        for line in checked.line.tokens:
            tokens.append(_verify_token(archive, checked, line, tokens))
            signers = ", ".join(_fingerprints(archive, line.authority))
            stamps.append(
                VerifiedStamp(
                    format_instant(tokens[-1].gen_time),
                    f"certificates SHA-256 {signers}",
                    checked.line.size,
                    line.is_outside,
                )
            )
    return tuple(stamps)


def _verify_token(
    archive: DossierArchive, checked: VerifiedCheckpoint, line: TokenLine, earlier: list[TimestampToken]
) -> TimestampToken:
    name = layout.checkpoint_file(checked.line.size, f"token-{line.number}.tsr")
    try:
        token = parse_timestamp_response(archive.read(name))
        certificates = parse_certificates(archive.read(layout.authority_file(line.authority)))
    except (InputError, CouldNotError) as error:
        raise DossierError(name, reason_of(error)) from error
    if int(token.gen_time.timestamp()) != line.seconds:
        raise DossierError(name, "is of another time than the index says")
    note_digest = hashlib.sha256(checked.data).digest()
    digest = note_digest
    if line.renews is not None:
        renewed = earlier[line.renews - 1]
        digest = renewal_digest(renewed)
        try:
            verify_renewals((renewed, token), digest=renewed.digest)
        except VerificationError as error:
            raise DossierError(name, f"renews a token that is not older, or too late: {reason_of(error)}") from error
    check = check_token(token, digest=digest, roots=certificates, is_reordered=True)
    if check.outcome is CheckOutcome.COULD_NOT:
        raise StampUncheckedError(
            f"{name}: could not be checked here. {check.sentence}",
            remedy="Check it with verify.sh, which asks openssl.",
        )
    if check.outcome is not CheckOutcome.VERIFIED:
        raise DossierError(name, f"is no time-stamp of this checkpoint by the authority named: {check.sentence}")
    return token


def _fingerprints(archive: DossierArchive, authority: int) -> list[str]:
    pem = archive.read(layout.authority_file(authority))
    return [hashlib.sha256(der).hexdigest() for der in parse_certificates(pem)]
