"""Time-stamp tokens over checkpoints: authorities, sending what waits, checking by two programs, renewing in time.

Every token is checked by the library ``rfc3161-client`` and by ``openssl ts``. Where one verifies what the other
refuses, the token counts for nothing; where the library cannot read it, openssl counts. Either way the page shows that
they differ. The raw bytes are kept as they came.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import IntegrityError, transaction

from charteroak.adapters.bounded_http import checked_address
from charteroak.adapters.openssl import check_reply
from charteroak.adapters.system_clock import now
from charteroak.adapters.timestamp_authority import ask_authority
from charteroak.clock import format_instant
from charteroak.errors import CharterOakError, CouldNotError, InputError
from charteroak.ledger.timestamp import (
    TimestampToken,
    build_timestamp_request,
    parse_timestamp_response,
    verify_answers_request,
)
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Authority, QueuedStamp, Token
from charteroak.services.anchor_checks import digest_stamped
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.stamp_queue import active_authorities, queue_checkpoint, queue_renewals

_NONCE_BITS = 64
_FOREIGN_REASONS = (re.compile(r'data: "(?:Verify error: ?)?([^"]+)"'), re.compile(r"kind: (\w+)"))
"""Where the library's reasons hold the words that matter, among the fields of its own error values."""
_OUTCOMES = {
    "verified": Token.Result.HOLDS, "rejected": Token.Result.FAILS, "could-not": Token.Result.COULD_NOT,
}  # fmt: skip


class AuthorityError(InputError):
    """A time-stamping authority cannot be registered so, or there is none of that name."""

    code: ClassVar[str] = "timestamp.authority"


class NoAuthorityError(CouldNotError):
    """Nobody could be asked for a time-stamp."""

    code: ClassVar[str] = "timestamp.no-authority"


class RenewalSettingError(InputError):
    """The setting for renewals is no number of days."""

    code: ClassVar[str] = "timestamp.renewal-setting"


@dataclass(frozen=True, slots=True)
class NewAuthority:
    """What an administrator says about an authority. ``roots_pem``: its root certificates, then any intermediate."""

    name: str
    url: str
    operator: str
    roots_pem: str
    is_same_operator: bool = False


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one request of the queue."""

    organisation: str
    authority: str
    size: int
    token: Token | None
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """The result as a JSON object."""
        token = self.token
        return {
            "organisation": self.organisation,
            "authority": self.authority,
            "size": self.size,
            "status": "waiting" if token is None else "holds" if token.holds else "does-not-hold",
            "moment": None if token is None else format_instant(token.moment),
            "disagreement": token is not None and token.is_disputed,
            "error": self.error,
        }


def add_authority(new: NewAuthority) -> Authority:
    """Register an authority; from now on every new checkpoint waits for it.

    Raises:
        AuthorityError: the name is taken, a text is empty, or there is no root certificate.
        HTTPAddressError: the address is not https, nor http to this machine.
    """
    if not new.name.strip() or not new.operator.strip():
        raise AuthorityError("An authority has a name and an operator.")
    trusted = _trusted(new.roots_pem)
    if not trusted.roots:
        raise AuthorityError("None of these certificates is a root.", remedy="Give the authority's root in PEM.")
    try:
        with transaction.atomic():
            return Authority.objects.create(
                name=new.name.strip(),
                url=checked_address(new.url),
                operator=new.operator.strip(),
                is_same_operator=new.is_same_operator,
                roots_pem=trusted.pem,
                added=now(),
            )
    except IntegrityError as error:
        raise AuthorityError(f"There is an authority called {new.name!r}.", remedy="Choose another name.") from error


def authorities() -> list[Authority]:
    """Every authority, those that are asked no longer too."""
    return list(Authority.objects.all())


def retire_authority(name: str) -> Authority:
    """Ask an authority no longer. Its tokens stay; what still waits for it leaves the queue.

    Raises:
        AuthorityError: there is none of that name.
    """
    authority = Authority.objects.filter(name=name, retired=None).first()
    if authority is None:
        raise AuthorityError(f"No authority in use is called {name!r}.", remedy="See: charteroak ledger authority list")
    with transaction.atomic():
        QueuedStamp.objects.filter(authority=authority).delete()
        authority.retired = now()
        authority.save(update_fields=["retired"])
    return authority


def anchor(organisation: Organisation) -> list[SendResult]:
    """Sign what waits for a checkpoint, queue it and what has to be renewed, and send the organisation's queue.

    Whatever fails stays in the queue with its reason; an authority that cannot be reached is not asked again this time.

    Raises:
        CouldNotError: the ledger is empty, or no authority is registered.
        LogError: the record does not hold; nothing is anchored from it.
    """
    if not active_authorities():
        raise NoAuthorityError(
            "No time-stamping authority is registered here.", remedy="See: charteroak ledger authority add --help"
        )
    with transaction.atomic():
        queue_checkpoint(make_checkpoint(organisation))
        queue_renewals(organisation, moment=now(), days=renewal_days())
    return send_queue(organisation)


def renewal_days() -> int:
    """How many days before its certificates expire a token is stamped anew.

    Raises:
        RenewalSettingError: the setting is no number of days.
    """
    text = settings.TIMESTAMP_RENEWAL_DAYS
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise RenewalSettingError(
            f"CHARTEROAK_TIMESTAMP_RENEWAL_DAYS is {text[:40]!r}.", remedy="Give a number of days, such as 90."
        )
    return int(text)


def send_queue(organisation: Organisation) -> list[SendResult]:
    """Send everything of an organisation that waits, oldest first."""
    rows = QueuedStamp.objects.filter(checkpoint__organisation=organisation)
    unreachable: dict[int, str] = {}
    results = []
    for row in rows.select_related("checkpoint", "authority", "previous"):
        try:
            if row.authority_id in unreachable:
                results.append(_result(row, organisation, error=unreachable[row.authority_id]))
                continue
            results.append(_result(row, organisation, token=_stamp(row)))
        except CharterOakError as error:
            _note_failure(row, error)
            results.append(_result(row, organisation, error=error.message))
            unreachable[row.authority_id] = error.message
    return results


def check_tokens(organisation: Organisation) -> list[Token]:
    """Check every token of an organisation anew, by both programs, and keep what they say."""
    checked = []
    rows = Token.objects.filter(checkpoint__organisation=organisation)
    for row in rows.select_related("checkpoint", "authority", "previous"):
        try:
            _check(row, parse_timestamp_response(bytes(row.response)), now())
        except CharterOakError as error:
            # What was kept was read once; that it cannot be read now is a finding, and the others are still checked.
            row.library_result = row.openssl_result = Token.Result.FAILS
            row.library_reason = row.openssl_reason = error.message
            row.checked = now()
        row.save(update_fields=["library_result", "library_reason", "openssl_result", "openssl_reason", "checked"])
        checked.append(row)
    return checked


def _stamp(row: QueuedStamp) -> Token:
    """Ask for one stamp, check what comes, keep it, and take the request out of the queue: together or not at all."""
    digest, nonce = digest_stamped(row), secrets.randbits(_NONCE_BITS) or 1
    request = build_timestamp_request(digest, nonce=nonce)
    response = ask_authority(row.authority.url, request)
    token = parse_timestamp_response(response)
    verify_answers_request(token, digest=digest, nonce=nonce)
    moment = now()
    kept = Token(
        checkpoint=row.checkpoint,
        authority=row.authority,
        previous=row.previous,
        request=request,
        response=response,
        moment=token.gen_time,
        serial=str(token.serial),
        certificate_expires=token.ends or token.gen_time,
        received=moment,
    )
    _check(kept, token, moment)
    with transaction.atomic():
        kept.save()
        QueuedStamp.objects.filter(pk=row.pk).delete()
    return kept


def _check(row: Token, token: TimestampToken, moment: datetime) -> None:
    digest = digest_stamped(row)
    from charteroak.ledger.timestamp_check import check_token  # noqa: PLC0415 - takes a quarter of a second, needed for tokens alone

    trusted = _trusted(row.authority.roots_pem)
    library = check_token(token, digest=digest, roots=trusted.roots, intermediates=trusted.intermediates)
    second = check_reply(
        bytes(row.response), digest=digest, certificates_pem=row.authority.roots_pem, at=token.gen_time
    )
    row.library_result, row.library_reason = _OUTCOMES[library.outcome.value], _in_words(library.reason)
    row.openssl_result, row.openssl_reason = _OUTCOMES[second.outcome], second.reason
    row.checked = moment


def _in_words(reason: str) -> str:
    """The library's reason without the insides of its error values."""
    found = next((match.group(1) for pattern in _FOREIGN_REASONS if (match := pattern.search(reason))), None)
    if found is None:
        return reason
    head = reason.partition(":")[0].strip()
    return f"{head}: {found}"


def _note_failure(row: QueuedStamp, error: CharterOakError) -> None:
    QueuedStamp.objects.filter(pk=row.pk).update(
        attempts=row.attempts + 1, last_attempt=now(), last_error=error.message
    )


def _result(row: QueuedStamp, organisation: Organisation, *, token: Token | None = None, error: str = "") -> SendResult:
    return SendResult(organisation.slug, row.authority.name, row.checkpoint.size, token, error)


@dataclass(frozen=True, slots=True)
class _Trusted:
    """What was registered as trusted, in DER, and the same as one text."""

    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    pem: str


def _trusted(pem: str) -> _Trusted:
    from cryptography import x509  # noqa: PLC0415 - takes a quarter of a second, needed for tokens alone
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - takes a quarter of a second, needed for tokens alone

    from charteroak.ledger.timestamp_check import CertificateFormatError, parse_certificates  # noqa: PLC0415 - takes a quarter of a second, needed for tokens alone

    try:
        ders = parse_certificates(pem.encode("ascii", "replace"))
    except CertificateFormatError as error:
        raise AuthorityError(error.message, remedy="Give the authority's root certificate in PEM.") from error
    read = [x509.load_der_x509_certificate(der) for der in ders]
    return _Trusted(
        roots=tuple(der for der, one in zip(ders, read, strict=True) if one.issuer == one.subject),
        intermediates=tuple(der for der, one in zip(ders, read, strict=True) if one.issuer != one.subject),
        pem="".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in read),
    )
