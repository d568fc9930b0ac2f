"""Keys over the life of a log: made with an entry, rotated, compromised; older checkpoints keep verifying."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from timestamp_authority import TimestampServer

from charteroak.adapters.signing_keys import SigningKeyError, SigningKeys
from charteroak.adapters.system_clock import now
from charteroak.errors import VerificationError
from charteroak.ledger.note import parse_note
from charteroak.program.bodies import KeyCeremony
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Authority, LogKeyPair
from charteroak.records.ledger.models import Checkpoint
from charteroak.services import checkpoints, key_ceremonies, log_keys, timestamps
from charteroak.services.ledger import append_entry
from charteroak.services.log_keys import Ceremony

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

BY_TWO = Ceremony(
    at="Town hall, room 3", attended=("Ada Reed, clerk", "Sam Hale, auditor"), reason="The yearly change."
)


def answer(organisation: Organisation) -> None:
    with transaction.atomic():
        append_entry(
            organisation,
            actor="system",
            kind="practice.answered",
            occurred_from="2026-03-01",
            body={"practice": "staff-training", "answer": "yes", "note": ""},
        )


def signed_by(row: Checkpoint) -> list[str]:
    return [signature.key_id.hex() for signature in parse_note(bytes(row.note)).signatures]


def key_ids(organisation: Organisation) -> list[str]:
    return [verifier.key_id.hex() for verifier in log_keys.keys_in_force(organisation).public.verifiers]


def test_the_first_checkpoint_comes_with_the_entry_of_its_keys_and_two_signatures(member: Organisation) -> None:
    answer(member)

    row = checkpoints.make_checkpoint(member)

    (made,) = log_keys.ceremonies_of(member)
    assert isinstance(made.body, KeyCeremony)
    assert (made.index, made.body.action, made.body.witnesses) == (1, "created", ())
    assert made.body.keys == log_keys.keys_in_force(member).public.vkeys
    assert signed_by(row) == key_ids(member)
    assert checkpoints.verify_ledger(member).checkpointed == row.size == 2


def test_a_rotation_is_signed_by_both_pairs_and_older_checkpoints_keep_verifying(member: Organisation) -> None:
    answer(member)
    first = checkpoints.make_checkpoint(member)
    old = key_ids(member)
    answer(member)

    bridge = key_ceremonies.rotate_keys(member, BY_TWO)

    new = key_ids(member)
    assert not set(old) & set(new)
    assert signed_by(bridge) == [*new, *old]
    assert [row.size for row in Checkpoint.objects.filter(organisation=member)] == [first.size, 3, bridge.size]
    answer(member)
    assert signed_by(checkpoints.make_checkpoint(member)) == new
    state = checkpoints.verify_ledger(member)
    assert (state.checkpoints, state.discounted, state.entries) == (4, (), 5)


def test_a_ceremony_says_who_attended_where_and_why_on_paper(member: Organisation) -> None:
    answer(member)
    checkpoints.make_checkpoint(member)
    key_ceremonies.rotate_keys(member, BY_TWO)

    text = key_ceremonies.ceremony_record(member, log_keys.ceremonies_of(member)[0])

    for words in ("Town hall, room 3", "______  Ada Reed, clerk, date", "The yearly change.", "replaced"):
        assert words in text
    assert all(vkey in text for vkey in log_keys.keys_in_force(member).public.vkeys)


def test_what_compromised_keys_signed_since_counts_only_if_an_outsider_had_seen_it(
    member: Organisation, timestamp_server: TimestampServer
) -> None:
    answer(member)
    checkpoints.make_checkpoint(member)
    answer(member)
    since = now()
    late = checkpoints.make_checkpoint(member)

    bridge = key_ceremonies.report_compromise(member, BY_TWO, since=since)

    assert signed_by(bridge) == key_ids(member)
    state = checkpoints.verify_ledger(member)
    assert state.discounted == (late.size,)
    assert f"not counted: the checkpoints of size {late.size}" in state.sentence
    assert state.to_json()["notCounted"] == [late.size]

    authority = timestamp_server.authority
    timestamp_server.answer = lambda request: (
        200, "application/timestamp-reply", authority.reply(request, at=since - timedelta(seconds=2)),
    )  # fmt: skip
    timestamps.add_authority(
        timestamps.NewAuthority("A", timestamp_server.url, "Somebody else", authority.root_pem.decode())
    )
    timestamps.anchor(member)
    assert checkpoints.verify_ledger(member).discounted == ()
    Authority.objects.update(is_same_operator=True)
    assert checkpoints.verify_ledger(member).discounted == (late.size,)


def test_a_compromise_is_not_reported_from_the_future_and_nothing_is_rotated_that_never_signed(
    member: Organisation,
) -> None:
    with pytest.raises(key_ceremonies.KeyCeremonyError, match="never signed"):
        key_ceremonies.rotate_keys(member, BY_TWO)
    answer(member)
    checkpoints.make_checkpoint(member)
    with pytest.raises(key_ceremonies.KeyCeremonyError, match="future"):
        key_ceremonies.report_compromise(member, BY_TWO, since=now() + timedelta(hours=1))
    assert LogKeyPair.objects.count() == 1


def test_keys_that_somebody_wrote_into_the_database_are_named(member: Organisation) -> None:
    answer(member)
    checkpoints.make_checkpoint(member)
    key_ceremonies.rotate_keys(member, BY_TWO)
    first, second = LogKeyPair.objects.filter(organisation=member).order_by("first_size")
    LogKeyPair.objects.filter(pk=first.pk).update(ed25519_vkey=second.ed25519_vkey)

    with pytest.raises(VerificationError):
        checkpoints.verify_ledger(member)


def test_a_rotation_that_stopped_before_its_files_were_in_place_goes_on(
    member: Organisation, data_directory: Path
) -> None:
    """The entry is written, the files are not moved yet: the state that a crash in between leaves."""
    answer(member)
    checkpoints.make_checkpoint(member)
    name, files = log_keys.origin_of(member), SigningKeys(data_directory / "keys")
    new = files.prepare_rotation(name)
    with transaction.atomic():
        entry = log_keys.record_ceremony(member, "rotated", new.public.vkeys, BY_TWO)
        log_keys.succeed(member, new, entry)

    assert log_keys.keys_in_force(member).public.vkeys == new.public.vkeys
    checkpoints.make_checkpoint(member)
    assert checkpoints.verify_ledger(member).checkpoints == 2


def test_key_files_of_another_pair_are_refused(member: Organisation, data_directory: Path) -> None:
    answer(member)
    checkpoints.make_checkpoint(member)
    for path in (data_directory / "keys").iterdir():
        path.unlink()
    SigningKeys(data_directory / "keys").load_or_create_log_keys(log_keys.origin_of(member))

    with pytest.raises(SigningKeyError, match="last key ceremony"):
        checkpoints.verify_ledger(member)
    answer(member)
    with pytest.raises(SigningKeyError, match="last key ceremony"):
        checkpoints.make_checkpoint(member)


def test_a_log_of_the_time_before_the_second_key_gets_one_and_keeps_verifying(
    member: Organisation, data_directory: Path
) -> None:
    from charteroak.ledger.checkpoint import Checkpoint as Tree
    from charteroak.ledger.checkpoint import sign_checkpoint
    from charteroak.ledger.tree import root_hash
    from charteroak.services.ledger import NodeRows

    answer(member)
    signer = SigningKeys(data_directory / "keys").load_or_create(log_keys.origin_of(member))
    note = sign_checkpoint(Tree(signer.name, 1, root_hash(1, NodeRows(member.pk))), signer)
    Checkpoint.objects.create(organisation=member, size=1, note=note, created=datetime(2026, 1, 3, tzinfo=UTC))
    assert checkpoints.verify_ledger(member).checkpointed == 1

    answer(member)
    row = checkpoints.make_checkpoint(member)

    assert signed_by(row) == key_ids(member)
    assert row.size == 3
    assert signer.verifier.key_id.hex() == signed_by(row)[0]
    assert checkpoints.verify_ledger(member).checkpoints == 2
