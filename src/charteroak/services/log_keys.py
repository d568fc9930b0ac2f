"""The keys of each organisation's log: which are in force, which were, and the entries of the log that say so.

Private keys are files, public ones rows, and which pair signs which size stands in the log itself: the ceremony's entry
with index i ends the old pair at size i and begins the new one at i + 1. Rotating is in ``services.key_ceremonies``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings

from charteroak.adapters.signing_keys import SigningKeyError, SigningKeys
from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.ledger.errors import LogError
from charteroak.ledger.keys import Signer, parse_ed25519_vkey
from charteroak.ledger.log_keys import LogKeyPeriod, LogKeys, LogVerifiers
from charteroak.ledger.p256_keys import parse_p256_vkey
from charteroak.program.bodies import KeyCeremony, NotUnderstood
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import LogKeyPair
from charteroak.records.ledger.models import Checkpoint, LedgerEntry
from charteroak.services.ledger import append_entry, to_domain

Action = Literal["created", "rotated", "compromised"]
KIND = "key.ceremony"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What people say about a ceremony: where it was held, who attended, and why."""

    at: str = ""
    attended: Sequence[str] = ()
    reason: str = ""


_UNATTENDED = Ceremony(reason="Made by the software before the log's first checkpoint; nobody attended.")
_SECOND_KEY = Ceremony(
    reason="The log was signed with Ed25519 alone so far; a P-256 key stands beside it from here on."
)


def origin_of(organisation: Organisation) -> str:
    """The C2SP origin line of an organisation's log, which is also the name of its keys."""
    return f"{settings.INSTALLATION_NAME}/ledger/{organisation.slug}"


def key_files() -> SigningKeys:
    """The directory of this installation's private keys."""
    return SigningKeys.from_environment(settings.DATA.keys)


def signer_of(organisation: Organisation) -> Signer:
    """The Ed25519 key in force; made on first use, and never again once the log was signed.

    Raises:
        SigningKeyError: it is lost or cannot be used.
    """
    return keys_in_force(organisation).ed25519


def keys_in_force(organisation: Organisation) -> LogKeys:
    """Both private keys with which the log signs now; made on first use, and never again once it was signed.

    A rotation whose entry is written but whose files were not put in place before a crash is completed here.

    Raises:
        SigningKeyError: they are lost, cannot be used, or are not those of the log's last ceremony.
    """
    files, name = key_files(), origin_of(organisation)
    row = _row_in_force(organisation)
    if row is None:
        if Checkpoint.objects.filter(organisation=organisation).exists():
            return files.add_p256(name)
        return files.load_or_create_log_keys(name)
    keys = files.load_log_keys(name)
    if keys.public.vkeys != _vkeys(row):
        prepared = files.prepared_rotation(name)
        if prepared is None or prepared.public.vkeys != _vkeys(row):
            raise SigningKeyError(
                f"The key files of {name} are not those of the log's last key ceremony.",
                remedy="Restore the files from a backup; never make new ones in their place.",
            )
        keys = files.complete_rotation(name)
    return keys


def are_files_there(organisation: Organisation) -> bool:
    """Whether the files of the keys in force exist; asks for nothing that could make them."""
    files, name = key_files(), origin_of(organisation)
    row = _row_in_force(organisation)
    second = [files.p256_path_of(name)] if row is not None and row.p256_vkey else []
    return all(path.is_file() for path in (files.path_of(name), *second))


def verifiers_of(organisation: Organisation) -> LogVerifiers:
    """The public keys of the log over all its ceremonies.

    Raises:
        SigningKeyError: no row names them and no file holds them.
    """
    rows = LogKeyPair.objects.filter(organisation=organisation).order_by("first_size")
    periods = tuple(_period(row) for row in rows)
    if not periods:
        if Checkpoint.objects.filter(organisation=organisation).exists():
            # Signed by a version that knew one key only; the second one comes with the next checkpoint.
            periods = (LogKeyPeriod(key_files().load(origin_of(organisation)).verifier, None),)
        else:
            periods = (keys_in_force(organisation).public,)
    return LogVerifiers(origin_of(organisation), periods)


def settle_keys(organisation: Organisation, *, created: datetime | None = None) -> LogKeys:
    """The keys for signing, with the entry of their ceremony written if this is the log's first checkpoint with them.

    Inside the caller's transaction, which holds the organisation's row.
    """
    keys = keys_in_force(organisation)
    if _row_in_force(organisation) is not None:
        return keys
    words = _UNATTENDED
    if Checkpoint.objects.filter(organisation=organisation).exists():
        LogKeyPair.objects.create(
            organisation=organisation, ed25519_vkey=keys.ed25519.verifier.vkey, first_size=0, created=created or now()
        )
        words = _SECOND_KEY
    entry = record_ceremony(organisation, "created", keys.public.vkeys, words, recorded=created)
    succeed(organisation, keys, entry)
    return keys


def ceremonies_of(organisation: Organisation) -> list[RecordedFact]:
    """The ceremonies of a log, newest first."""
    rows = LedgerEntry.objects.filter(organisation=organisation, kind=KIND).order_by("-index")
    return [read_fact(to_domain(row)) for row in rows]


def key_pairs_of(organisation: Organisation) -> list[LogKeyPair]:
    """The key pairs of a log, newest first."""
    return list(LogKeyPair.objects.filter(organisation=organisation).order_by("-first_size"))


def verify_ceremonies(organisation: Organisation) -> None:
    """Return if every stored key pair is the one that a ceremony of the log names, and the files are the last one's.

    Whoever can write to the database could otherwise put keys of their own beside a history of their own.

    Raises:
        LogError: a pair of keys is not the one of its ceremony.
        SigningKeyError: the key files are lost or are others.
    """
    # The one key of the time before there were two has no ceremony; it was in force from the beginning.
    rows = LogKeyPair.objects.filter(organisation=organisation).exclude(p256_vkey="").order_by("first_size")
    for row in rows:
        entry = LedgerEntry.objects.filter(organisation=organisation, index=row.first_size - 1, kind=KIND).first()
        body = None if entry is None else read_fact(to_domain(entry)).body
        if isinstance(body, NotUnderstood) and body.reason == "erased":
            continue
        if not isinstance(body, KeyCeremony) or tuple(body.keys[-len(_vkeys(row)) :]) != _vkeys(row):
            raise LogError(
                f"No key ceremony of the log names the keys that are stored from size {row.first_size}.",
                index=row.first_size - 1,
            )
    if rows.exists():
        keys_in_force(organisation)


def record_ceremony(
    organisation: Organisation,
    action: Action,
    vkeys: Sequence[str],
    ceremony: Ceremony,
    *,
    actor: str = "system",
    since: datetime | None = None,
    recorded: datetime | None = None,
) -> LedgerEntry:
    """Append the entry of a ceremony. Of several pairs of keys the last is the one in force from here on."""
    moment = recorded if recorded is not None and organisation.is_fictional else None
    return append_entry(
        organisation,
        actor=actor,
        kind=KIND,
        occurred_from=format_instant((moment or now()).replace(microsecond=0)),
        body={
            "action": action,
            "keys": list(vkeys),
            "at": ceremony.at,
            "witnesses": list(ceremony.attended),
            "since": None if since is None else format_instant(since),
            "reason": ceremony.reason,
        },
        recorded=moment,
    )


def succeed(organisation: Organisation, keys: LogKeys, entry: LedgerEntry) -> None:
    """Let the pair in force end with the tree before the ceremony's entry, and the new one begin with it."""
    LogKeyPair.objects.filter(organisation=organisation, last_size=None).update(last_size=entry.index)
    ed25519, p256 = keys.public.vkeys
    LogKeyPair.objects.create(
        organisation=organisation,
        ed25519_vkey=ed25519,
        p256_vkey=p256,
        first_size=entry.index + 1,
        created=entry.recorded,
    )


def _row_in_force(organisation: Organisation) -> LogKeyPair | None:
    return LogKeyPair.objects.filter(organisation=organisation, last_size=None).first()


def _vkeys(row: LogKeyPair) -> tuple[str, ...]:
    return (row.ed25519_vkey, row.p256_vkey) if row.p256_vkey else (row.ed25519_vkey,)


def _period(row: LogKeyPair) -> LogKeyPeriod:
    return LogKeyPeriod(
        parse_ed25519_vkey(row.ed25519_vkey),
        parse_p256_vkey(row.p256_vkey) if row.p256_vkey else None,
        first_size=row.first_size,
        last_size=row.last_size,
        compromised_since=row.compromised_since,
    )
