"""The ledger as an installation keeps it: entries in the transaction of what they record, proofs, tampering."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from charteroak.adapters.signing_keys import SigningKeyError
from charteroak.errors import VerificationError
from charteroak.ledger.entry import header_bytes
from charteroak.ledger.errors import LogError
from charteroak.ledger.proof import parse_proof, verify_proof
from charteroak.ledger.tree import hash_leaf
from charteroak.program.errors import BodyError
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint, LedgerEntry, LedgerNode
from charteroak.services import checkpoints, log_keys
from charteroak.services import ledger as ledgers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


def answer(organisation: Organisation, number: int = 0, **extra: object) -> LedgerEntry:
    with transaction.atomic():
        return ledgers.append_entry(
            organisation,
            actor="system",
            kind="practice.answered",
            occurred_from="2026-03-01",
            body={"practice": "staff-training", "answer": "yes", "note": f"note {number}"},
            **extra,
        )


def test_every_entry_is_proved_under_a_signed_checkpoint(member: Organisation) -> None:
    for number in range(11):
        answer(member, number)
    verifier = log_keys.signer_of(member).verifier

    for index in range(11):
        proof = parse_proof(checkpoints.prove_entry(member, index))
        entry = ledgers.to_domain(LedgerEntry.objects.get(organisation=member, index=index))
        verify_proof(proof, hash_leaf(header_bytes(entry.header)), verifier, origin=log_keys.origin_of(member))


def test_ledgers_of_two_organisations_are_apart(member: Organisation, desk: Organisation) -> None:
    answer(member)
    answer(desk)
    answer(member)

    assert [entry.header.index for entry in ledgers.read_entries(member)] == [0, 1]
    assert [entry.header.index for entry in ledgers.read_entries(desk)] == [0]
    assert log_keys.signer_of(member).verifier.vkey != log_keys.signer_of(desk).verifier.vkey


def test_a_checkpoint_is_made_once_for_each_size(member: Organisation) -> None:
    answer(member)

    first, again = checkpoints.make_checkpoint(member), checkpoints.make_checkpoint(member)
    answer(member)

    assert first.pk == again.pk
    # The answer and the ceremony of the log's keys, then the second answer.
    assert (first.size, checkpoints.make_checkpoint(member).size) == (2, 3)
    assert checkpoints.verify_ledger(member).checkpoints == 2


@pytest.mark.usefixtures("transactional_db")
def test_an_entry_needs_the_transaction_of_what_it_records(member: Organisation) -> None:
    with pytest.raises(ledgers.TransactionRequiredError):
        ledgers.append_entry(member, actor="system", kind="practice.answered", occurred_from="2026-03-01", body={})


def test_a_body_that_does_not_fit_its_kind_is_not_recorded(member: Organisation) -> None:
    with pytest.raises(BodyError), transaction.atomic():
        ledgers.append_entry(
            member,
            actor="system",
            kind="practice.answered",
            occurred_from="2026-03-01",
            body={"practice": "staff-training", "answer": "perhaps"},
        )

    assert not LedgerEntry.objects.exists()
    assert not LedgerNode.objects.exists()


def test_a_real_organisation_cannot_backdate(member: Organisation) -> None:
    with pytest.raises(ledgers.BackdatingError):
        answer(member, recorded=datetime(2020, 1, 1, tzinfo=UTC))


def test_recorded_moments_never_go_back_when_the_clock_does(
    member: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(member)
    before = LedgerEntry.objects.get(index=0).recorded
    monkeypatch.setattr(ledgers, "now", lambda: datetime(2001, 1, 1, tzinfo=UTC))

    answer(member)

    assert LedgerEntry.objects.get(index=1).recorded == before
    assert checkpoints.verify_ledger(member).entries == 2


def tamper_with_header(member: Organisation) -> None:
    row = LedgerEntry.objects.get(organisation=member, index=2)
    LedgerEntry.objects.filter(pk=row.pk).update(header=bytes(row.header).replace(b"2026-03-01", b"2025-03-01"))


def tamper_with_body(member: Organisation) -> None:
    row = LedgerEntry.objects.get(organisation=member, index=2)
    LedgerEntry.objects.filter(pk=row.pk).update(body=bytes(row.body or b"").replace(b"yes", b"no"))


def remove_an_entry(member: Organisation) -> None:
    LedgerEntry.objects.filter(organisation=member, index=2).delete()


def make_header_unreadable(member: Organisation) -> None:
    LedgerEntry.objects.filter(organisation=member, index=2).update(header=b"\x00\xff")


def replace_the_checkpoint(member: Organisation) -> None:
    row = Checkpoint.objects.get(organisation=member)
    Checkpoint.objects.filter(pk=row.pk).update(note=bytes(row.note).replace(b"\n6\n", b"\n5\n"))


def truncate_the_log(member: Organisation) -> None:
    LedgerEntry.objects.filter(organisation=member, index=5).delete()


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (tamper_with_header, "ntry 2"),
        (tamper_with_body, "entry 2"),
        (remove_an_entry, "entry 2"),
        (make_header_unreadable, "Entry 2"),
        (replace_the_checkpoint, "checkpoint"),
        (truncate_the_log, "ends after 5"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_tampering_in_the_database_is_found_and_named(
    member: Organisation, tamper: Callable[[Organisation], None], named: str
) -> None:
    for number in range(5):
        answer(member, number)
    checkpoints.make_checkpoint(member)
    assert checkpoints.verify_ledger(member).checkpointed == 6

    tamper(member)

    with pytest.raises(VerificationError, match=named):
        checkpoints.verify_ledger(member)


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (tamper_with_body, "entry 2"),
        (remove_an_entry, "entry 2"),
        (make_header_unreadable, "Entry 2"),
        (truncate_the_log, "ends after 5"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_no_answer_rests_on_an_altered_record(
    member: Organisation, tamper: Callable[[Organisation], None], named: str
) -> None:
    for number in range(5):
        answer(member, number)
    checkpoints.make_checkpoint(member)

    tamper(member)

    with pytest.raises(LogError, match=named):
        list(ledgers.read_entries(member))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses a text in a column of bytes")
@pytest.mark.parametrize("column", ["header", "body", "salt"])
@pytest.mark.parametrize("value", ["{}", "", "\u00e9", 5])
def test_a_value_of_another_type_in_the_database_is_found_and_named(
    member: Organisation, column: str, value: object
) -> None:
    for number in range(3):
        answer(member, number)
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE ledger_ledgerentry SET {column} = %s WHERE "index" = 1', [value])  # noqa: S608 - our own words

    with pytest.raises(VerificationError, match=r"[Ee]ntry 1|salt"):
        checkpoints.verify_ledger(member)
    with pytest.raises(VerificationError, match=r"[Ee]ntry 1|salt"):
        list(ledgers.read_entries(member))


def test_no_checkpoint_is_signed_over_fewer_entries_than_before(member: Organisation) -> None:
    for number in range(5):
        answer(member, number)
    checkpoints.make_checkpoint(member)

    truncate_the_log(member)

    with pytest.raises(LogError, match="ends after 5"):
        checkpoints.make_checkpoint(member)
    assert Checkpoint.objects.count() == 1


def test_an_altered_checkpoint_is_not_handed_out(member: Organisation) -> None:
    answer(member)
    row = checkpoints.make_checkpoint(member)
    Checkpoint.objects.filter(pk=row.pk).update(note=b"\xff\x00")

    with pytest.raises(LogError, match="altered"):
        checkpoints.make_checkpoint(member)
    with pytest.raises(LogError, match="altered"):
        checkpoints.prove_entry(member, 0)


def test_a_lost_key_is_never_replaced_once_it_has_signed(member: Organisation, data_directory: Path) -> None:
    answer(member)
    checkpoints.make_checkpoint(member)
    for key in (data_directory / "keys").iterdir():
        key.unlink()

    with pytest.raises(SigningKeyError, match="lost"):
        checkpoints.verify_ledger(member)
    answer(member)
    with pytest.raises(SigningKeyError, match="lost"):
        checkpoints.make_checkpoint(member)
    assert not list((data_directory / "keys").iterdir())
    assert Checkpoint.objects.count() == 1


@pytest.mark.parametrize("slug", ["nobody", "", "a\udcff", "../..", "elm-hollow-bakery\n"])
def test_a_ledger_that_is_not_here_is_refused_with_those_that_are(member: Organisation, slug: str) -> None:
    answer(member)

    with pytest.raises(ledgers.UnknownLedgerError, match="elm-hollow-bakery"):
        ledgers.organisation_with_ledger(slug)
