"""The public keys of a dossier: each in two forms, text and PEM, which have to be the same key."""

from charteroak.dossier import layout
from charteroak.dossier.archive import DossierArchive
from charteroak.dossier.errors import DossierError
from charteroak.dossier.record_index import RecordIndex
from charteroak.errors import InputError, VerificationError
from charteroak.ledger.keys import Verifier, parse_ed25519_vkey, parse_spki_pem
from charteroak.ledger.log_keys import LogKeyPeriod, LogVerifiers
from charteroak.ledger.p256_keys import P256Verifier, parse_p256_spki_pem, parse_p256_vkey
from charteroak.ledger.vkey import split_vkey

_COSIGNER_TYPE = 0x04


def reason_of(error: Exception) -> str:
    """The sentence of an error without place and remedy, which are the dossier's to give."""
    return error.message if isinstance(error, InputError | VerificationError) else str(error)


def read_log_keys(archive: DossierArchive, name: str, *, has_p256: bool = True) -> LogKeyPeriod:
    """A pair of the log's keys.

    Raises:
        DossierError: a key is missing, cannot be read, or differs between its two forms.
    """
    ed25519 = read_ed25519(archive, f"{name}.ed25519")
    p256 = read_p256(archive, f"{name}.p256") if has_p256 else None
    if p256 is not None and p256.name != ed25519.name:
        raise DossierError(
            layout.key_file(f"{name}.p256", "vkey"), "is the key of another log than the Ed25519 key beside it"
        )
    return LogKeyPeriod(ed25519, p256)


def read_log_verifiers(archive: DossierArchive, index: RecordIndex) -> LogVerifiers:
    """The log's keys over all its rotations, as the index of the record names them.

    Raises:
        DossierError: a key does not hold, or the index contradicts itself.
    """
    periods = []
    for line in index.logs:
        has_p256 = layout.key_file(f"{line.name}.p256", "pem") in archive.names
        keys = read_log_keys(archive, line.name, has_p256=has_p256)
        if keys.ed25519.name != index.origin:
            raise DossierError(layout.key_file(f"{line.name}.ed25519", "vkey"), "is the key of another log")
        try:
            periods.append(LogKeyPeriod(keys.ed25519, keys.p256, line.first_size, line.last_size))
        except InputError as error:
            raise DossierError(layout.RECORD_INDEX, reason_of(error)) from error
    try:
        verifiers = LogVerifiers(index.origin, tuple(periods))
        for checkpoint in index.checkpoints:
            verifiers.period_of(checkpoint.size)
    except (InputError, VerificationError) as error:
        raise DossierError(layout.RECORD_INDEX, reason_of(error)) from error
    return verifiers


def read_witness(archive: DossierArchive, number: int) -> tuple[Verifier, bytes]:
    """A witness's Ed25519 key under its name, and its key ID (signature type 0x04).

    Raises:
        DossierError: it is missing, cannot be read, or differs between its two forms.
    """
    name = layout.key_file(f"witness-{number}", "vkey")
    text = _text(archive, name)
    try:
        parts = split_vkey(text)
        verifier = Verifier(parts.name, parts.public_key)
        public = parse_spki_pem(parts.name, archive.read(layout.key_file(f"witness-{number}", "pem")))
    except InputError as error:
        raise DossierError(name, reason_of(error)) from error
    if parts.signature_type != _COSIGNER_TYPE or public != verifier:
        raise DossierError(name, "is not the verifier key of the PEM file beside it, or is none of a witness")
    return verifier, bytes.fromhex(parts.key_id)


def read_ed25519(archive: DossierArchive, name: str) -> Verifier:
    """An Ed25519 key of the log.

    Raises:
        DossierError: it is missing, cannot be read, or differs between its two forms.
    """
    vkey_name, pem_name = layout.key_file(name, "vkey"), layout.key_file(name, "pem")
    pem = archive.read(pem_name)
    try:
        verifier = parse_ed25519_vkey(_text(archive, vkey_name))
    except InputError as error:
        raise DossierError(vkey_name, f"is no verifier key: {reason_of(error)}") from error
    try:
        public = parse_spki_pem(verifier.name, pem)
    except InputError as error:
        raise DossierError(pem_name, reason_of(error)) from error
    if public.spki_pem != pem or public != verifier:
        raise DossierError(vkey_name, "is not the verifier key of the PEM file beside it")
    return verifier


def read_p256(archive: DossierArchive, name: str) -> P256Verifier:
    """A P-256 key of the log.

    Raises:
        DossierError: it is missing, cannot be read, or differs between its two forms.
    """
    vkey_name, pem_name = layout.key_file(name, "vkey"), layout.key_file(name, "pem")
    pem = archive.read(pem_name)
    try:
        verifier = parse_p256_vkey(_text(archive, vkey_name))
    except InputError as error:
        raise DossierError(vkey_name, f"is no verifier key: {reason_of(error)}") from error
    try:
        public = parse_p256_spki_pem(verifier.name, pem)
    except InputError as error:
        raise DossierError(pem_name, reason_of(error)) from error
    if public.spki_pem != pem or public != verifier:
        raise DossierError(vkey_name, "is not the verifier key of the PEM file beside it")
    return verifier


def _text(archive: DossierArchive, name: str) -> str:
    data = archive.read(name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DossierError(name, "is not UTF-8 text") from error
    if not text.endswith("\n") or "\n" in text[:-1]:
        raise DossierError(name, "is not one line of text")
    return text[:-1]
