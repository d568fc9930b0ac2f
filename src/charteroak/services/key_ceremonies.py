"""Replacing the keys of a log: by rotation, or because somebody else may have held them. Each is an entry of the log.

The first checkpoint over a rotation carries the old pair's lines too, so that whoever trusts the old keys can see that
they named the new ones. After a compromise there is no such bridge: the new keys travel by another way.
"""

import base64
import hashlib
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import InputError
from charteroak.ledger.keys import parse_vkey
from charteroak.ledger.log_keys import LogKeys
from charteroak.ledger.p256_keys import P256Verifier
from charteroak.program.bodies import KeyCeremony
from charteroak.program.recorded import RecordedFact
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import LogKeyPair
from charteroak.records.ledger.models import Checkpoint
from charteroak.services.access import refuse
from charteroak.services.checkpoints import make_checkpoint, sign_tree
from charteroak.services.log_keys import (
    Ceremony,
    ceremonies_of,
    key_files,
    keys_in_force,
    origin_of,
    record_ceremony,
    succeed,
)

_ACTIONS = {
    "created": "made",
    "rotated": "replaced",
    "compromised": "reported as compromised, and replaced",
    "retired": "retired",
}


class KeyCeremonyError(InputError):
    """A ceremony cannot be held so: nothing was signed yet, or its moment lies in the future."""

    code: ClassVar[str] = "log-keys.ceremony"


def rotate_keys(organisation: Organisation, ceremony: Ceremony, *, actor: str = "system") -> Checkpoint:
    """Replace both keys of a log, and sign the first checkpoint with the new ones and, for the last time, the old ones.

    Older checkpoints keep verifying with the keys of their time.

    Raises:
        KeyCeremonyError: the log was never signed with two keys, so that there is nothing to replace.
        SigningKeyError: the keys cannot be used.
        LogError: the record does not hold; nothing is signed over it.
    """
    old, new = _prepared(organisation)
    with transaction.atomic():
        make_checkpoint(organisation)
        entry = record_ceremony(organisation, "rotated", (*old.public.vkeys, *new.public.vkeys), ceremony, actor=actor)
        succeed(organisation, new, entry)
        checkpoint = sign_tree(organisation, (*new.signers, *old.signers))
    key_files().complete_rotation(origin_of(organisation))
    return checkpoint


def report_compromise(
    organisation: Organisation, ceremony: Ceremony, *, since: datetime, actor: str = "system"
) -> Checkpoint:
    """Say that somebody else may have held the keys since a moment, replace them, and sign with the new ones alone.

    What the old keys signed from that moment on counts no longer, except as far as an outsider had seen it before.

    Raises:
        KeyCeremonyError: the moment lies in the future, or the log was never signed with two keys.
        SigningKeyError: the keys cannot be used.
    """
    if since > now():
        raise KeyCeremonyError("That moment lies in the future.", remedy="Give the earliest moment that is possible.")
    old, new = _prepared(organisation)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        vkeys = (*old.public.vkeys, *new.public.vkeys)
        entry = record_ceremony(organisation, "compromised", vkeys, ceremony, actor=actor, since=since)
        LogKeyPair.objects.filter(organisation=organisation, last_size=None).update(compromised_since=since)
        succeed(organisation, new, entry)
        checkpoint = sign_tree(organisation, new.signers)
    key_files().complete_rotation(origin_of(organisation))
    return checkpoint


def ceremony_record(organisation: Organisation, fact: RecordedFact) -> str:
    """What a ceremony's entry says, as plain text to be printed and signed by hand by whoever attended."""
    body = fact.body
    if not isinstance(body, KeyCeremony):
        raise KeyCeremonyError(f"Entry {fact.index} is not a key ceremony that can be read.")
    names = body.witnesses or ("Nobody: the software did it alone.",)
    since = [] if body.since is None else [f"Possibly in strange hands since: {format_instant(body.since)}"]
    lines = [
        "RECORD OF A KEY CEREMONY",
        "",
        f"Log:       {origin_of(organisation)}",
        f"Of:        {organisation.name}",
        f"Entry:     {fact.index}, recorded {format_instant(fact.recorded)}",
        f"Keys were: {_ACTIONS[body.action]}",
        *since,
        f"Place:     {body.at or 'not said'}",
        f"Reason:    {body.reason or 'not said'}",
        "",
        "Keys, the last pair in force from here on:",
        *(f"  {vkey}" for vkey in body.keys),
        "",
        "Attended:",
        *(f"  {name}" for name in names),
        "",
        *(line for name in body.witnesses for line in ("", f"______________________________  {name}, date")),
    ]
    return "\n".join(lines).rstrip() + "\n"


def ceremony_pdf(organisation: Organisation, index: int) -> bytes:
    """The record of a ceremony as a page to be printed and signed by hand.

    Raises:
        AccessError: there is no such ceremony, or it can no longer be read.
    """
    from charteroak.documents.ceremony_record import (  # noqa: PLC0415 - Typst is heavy and rarely needed
        CeremonyKey,
        CeremonyRecord,
        render_ceremony,
    )
    from charteroak.documents.dossier_document import Subject  # noqa: PLC0415 - see above

    fact = next((fact for fact in ceremonies_of(organisation) if fact.index == index), None)
    if fact is None or not isinstance(fact.body, KeyCeremony):
        refuse()
    body = fact.body
    return render_ceremony(
        CeremonyRecord(
            organisation=Subject(
                name=organisation.name,
                slug=organisation.slug,
                kind=organisation.kind,
                is_fictional=organisation.is_fictional,
            ),
            action=body.action,
            keys=tuple(CeremonyKey(vkey=vkey, **_description(vkey)) for vkey in body.keys),
            at=body.at or "not said",
            when=fact.recorded,
            witnesses=body.witnesses,
            since=body.since,
            reason=body.reason,
            origin=origin_of(organisation),
            size=fact.index + 1,
            entry=fact.index,
            body_sha256=fact.body_sha256,
        )
    )


def _description(vkey: str) -> dict[str, str]:
    """The kind of a key, and the SHA-256 of its public half as SubjectPublicKeyInfo."""
    key = parse_vkey(vkey)
    kind = "ECDSA P-256" if isinstance(key, P256Verifier) else "Ed25519"
    base64_lines = key.spki_pem.decode("ascii").splitlines()[1:-1]
    return {"algorithm": kind, "sha256": hashlib.sha256(base64.b64decode("".join(base64_lines))).hexdigest()}


def _prepared(organisation: Organisation) -> tuple[LogKeys, LogKeys]:
    """The keys in force, and the new ones in files of their own.

    The new files are durable before the entry that names them, and the old ones give way after it. A crash in between
    leaves a prepared pair, which the next ceremony uses, or the next signature puts in place.
    """
    if not LogKeyPair.objects.filter(organisation=organisation, last_size=None).exists():
        raise KeyCeremonyError(
            "This log was never signed with two keys, so there is nothing to replace.",
            remedy="Sign a checkpoint first.",
        )
    return keys_in_force(organisation), key_files().prepare_rotation(origin_of(organisation))
