"""Attacks by whoever has root: the database, and then the signing keys too. What catches each, and what it prints.

Every attack ends with the command that anybody would run, and what it printed is kept in ``test-results/red-team/``,
from where ``docs/red-team.md`` quotes it. That page also says what remains: see the tests of the window.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from insider import Insider, told_otherwise
from red_team_stage import ANCHORED, BEGIN, ENTRIES, Verify, answer, grow, moment

from charteroak.ledger.entry import Entry
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import LogKeyPair
from charteroak.records.ledger.models import Checkpoint, LedgerEntry, LedgerFact, LedgerNode, LedgerPart
from charteroak.services.log_keys import key_files, origin_of


def flip(column: str, index: int) -> Callable[[Insider], None]:
    def attack(insider: Insider) -> None:
        row = LedgerEntry.objects.get(organisation=insider.organisation, index=index)
        data = bytearray(getattr(row, column))
        data[len(data) // 2] ^= 1
        insider.set_column(index, column, bytes(data))

    return attack


def flip_part(insider: Insider) -> None:
    LedgerPart.objects.filter(organisation=insider.organisation, index=5).update(value=b'"no note"')


def remove_part(insider: Insider) -> None:
    LedgerPart.objects.filter(organisation=insider.organisation, index=5).delete()


def erase_part(insider: Insider) -> None:
    LedgerPart.objects.filter(organisation=insider.organisation, index=5).update(value=None, salt=None)


def erase_body(insider: Insider) -> None:
    insider.set_column(5, "body", None)
    insider.set_column(5, "salt", None)


def flip_node(level: int, position: int) -> Callable[[Insider], None]:
    def attack(insider: Insider) -> None:
        row = LedgerNode.objects.get(organisation=insider.organisation, level=level, position=position)
        LedgerNode.objects.filter(pk=row.pk).update(hash=bytes([bytes(row.hash)[0] ^ 1]) + bytes(row.hash)[1:])

    return attack


def add_node(insider: Insider) -> None:
    LedgerNode.objects.create(organisation=insider.organisation, level=0, position=99, hash=b"x" * 32)


def hide_by_kind(insider: Insider) -> None:
    insider.set_column(5, "kind", "evidence.recorded")


def date_back(insider: Insider) -> None:
    insider.set_column(5, "recorded", BEGIN)


def delete(index: int) -> Callable[[Insider], None]:
    def attack(insider: Insider) -> None:
        LedgerEntry.objects.filter(organisation=insider.organisation, index=index).delete()
        LedgerPart.objects.filter(organisation=insider.organisation, index=index).delete()

    return attack


def reorder(insider: Insider) -> None:
    for index, other in ((5, 100), (6, 5), (100, 6)):
        for model in (LedgerEntry, LedgerPart):
            model.objects.filter(organisation=insider.organisation, index=index).update(index=other)


def insert(insider: Insider) -> None:
    for model in (LedgerEntry, LedgerPart):
        row = model.objects.get(organisation=insider.organisation, index=11)
        row.pk, row.index = None, 12
        row.save(force_insert=True)


def alter_checkpoint(insider: Insider) -> None:
    row = Checkpoint.objects.get(organisation=insider.organisation, size=ANCHORED)
    Checkpoint.objects.filter(pk=row.pk).update(note=bytes(row.note).replace(b"\n9\n", b"\n8\n"))


def remove_checkpoint_and_entries(insider: Insider) -> None:
    delete(11)(insider)
    Checkpoint.objects.filter(organisation=insider.organisation, size=ENTRIES).delete()


def own_keys(insider: Insider) -> None:
    """New keys of the intruder's own in the files and in the row, and every checkpoint signed with them."""
    for path in key_files().directory.iterdir():
        path.unlink()
    keys = key_files().load_or_create_log_keys(origin_of(insider.organisation))
    ed25519, p256 = keys.public.vkeys
    insider.rewrite(lambda entries: entries)
    LogKeyPair.objects.filter(organisation=insider.organisation).update(ed25519_vkey=ed25519, p256_vkey=p256)


def alter_projection(insider: Insider) -> None:
    LedgerFact.objects.filter(organisation=insider.organisation, index=5).update(kind="evidence.recorded")


def remove_projection(insider: Insider) -> None:
    LedgerFact.objects.filter(organisation=insider.organisation, index=5).delete()


WITH_THE_DATABASE = {
    "header": (flip("header", 5), "Entry 5 was altered"),
    "body": (flip("body", 5), "entry 5"),
    "salt": (flip("salt", 5), "entry 5"),
    "private part": (flip_part, "entry 5"),
    "private part removed": (remove_part, "Entry 5 was altered: its stored list of private parts"),
    "private part erased": (erase_part, "The note of entry 5 is missing, and no entry says that it was erased."),
    "body erased": (erase_body, "The body of entry 5 is missing, and no entry says that it was erased."),
    "leaf hash": (flip("leaf_hash", 5), "Entry 5 was altered: its stored leaf hash"),
    "leaf node": (flip_node(0, 5), "Entry 5 is not the one that the stored tree holds."),
    "inner node": (flip_node(2, 1), "Node 2/1 of the stored tree is not the hash of entries 4 to 7"),
    "node put in": (add_node, "The stored tree has 23 hashes, 12 entries make 22."),
    "kind": (hide_by_kind, "Entry 5 was altered: its stored kind"),
    "moment": (date_back, "Entry 5 was altered: its stored moment of recording"),
    "delete": (delete(5), "In the place of entry 5 stands entry 6."),
    "truncate": (delete(11), "The log ends after 11 entries; a signed checkpoint has 12."),
    "truncate with its checkpoint": (
        remove_checkpoint_and_entries,
        "The stored tree has 22 hashes, 11 entries make 19.",
    ),
    "reorder": (reorder, "In the place of entry 5 stands entry 6."),
    "insert": (insert, "In the place of entry 12 stands entry 11."),
    "checkpoint": (alter_checkpoint, "The stored checkpoint of size 9 was altered"),
    "keys of their own": (own_keys, "key"),
    "projection": (alter_projection, "The projection of entry 5 is not what the ledger makes of it."),
    "projection removed": (remove_projection, "The projection of entry 5 is not what the ledger makes of it."),
}


@pytest.mark.parametrize("attack", WITH_THE_DATABASE)
def test_who_alters_the_database_is_caught_by_the_ledger_itself(insider: Insider, verify: Verify, attack: str) -> None:
    alter, said = WITH_THE_DATABASE[attack]
    alter(insider)
    done = verify()
    assert done.code == 1
    assert done.stdout.startswith("elm-hollow-bakery: FAILED: ")
    assert said in done.stdout
    assert done.stdout.count("\n") == 1


def test_entries_of_two_organisations_that_change_places_are_caught(
    insider: Insider, add_organisation: Callable[..., Organisation], verify: Verify
) -> None:
    town = add_organisation("mill-river", is_fictional=True)
    grow(town, 8)
    mine, theirs = (LedgerEntry.objects.get(organisation=each, index=5) for each in (insider.organisation, town))
    for row, other in ((mine, theirs), (theirs, mine)):
        LedgerEntry.objects.filter(pk=row.pk).update(
            header=bytes(other.header), body=other.body, salt=other.salt, leaf_hash=bytes(other.leaf_hash)
        )
    assert "Entry 5 is of 'mill-river', not of 'elm-hollow-bakery'." in verify().stdout
    assert "Entry 5 is of 'elm-hollow-bakery', not of 'mill-river'." in verify(org="mill-river").stdout


def back_date(entries: list[Entry]) -> list[Entry]:
    """The answer of the last day, as if it had been given and recorded in spring."""
    late = told_otherwise(entries[11], recorded=entries[4].header.recorded, occurred=entries[4].header.occurred_from)
    return [*entries[:5], late, *entries[5:11]]


def change_words(entries: list[Entry]) -> list[Entry]:
    return [*entries[:5], told_otherwise(entries[5], old=b'"yes"', new=b'"no"'), *entries[6:]]


def leave_out(entries: list[Entry]) -> list[Entry]:
    return [*entries[:5], *entries[6:]]


def change_places(entries: list[Entry]) -> list[Entry]:
    first, second = entries[5], entries[6]
    return [
        *entries[:5],
        told_otherwise(second, recorded=first.header.recorded),
        told_otherwise(first, recorded=second.header.recorded),
        *entries[7:],
    ]


def cut_off(entries: list[Entry]) -> list[Entry]:
    return entries[:7]


def old_backup(entries: list[Entry]) -> list[Entry]:
    return entries[:3]


OTHERS = "CONTRADICTED: the 9 entries that were signed are others now: the first is one of 0 to 8."
GONE = "CONTRADICTED: the ledger ends after {} entries, 9 were signed: entry {} and what came after it are gone."
WITH_THE_KEYS = {
    "back-date": (back_date, OTHERS),
    "change words": (change_words, OTHERS),
    "leave out": (leave_out, OTHERS),
    "reorder": (change_places, OTHERS),
    "truncate": (cut_off, GONE.format(7, 7)),
    "restore an old backup": (old_backup, GONE.format(3, 3)),
}


@pytest.mark.parametrize("attack", WITH_THE_KEYS)
def test_who_has_the_keys_too_is_caught_by_whoever_kept_a_checkpoint(
    insider: Insider, kept: Path, verify: Verify, attack: str
) -> None:
    change, said = WITH_THE_KEYS[attack]
    assert verify("--checkpoint", kept).code == 0
    insider.rewrite(change)

    alone, held = verify(), verify("--checkpoint", kept)

    assert alone.code == 0, "the new history agrees with itself: that is what the attacker can do"
    assert "all of it rests on the operator's word" in alone.stdout
    assert held.code == 1
    assert f"kept.note: {said}" in held.stdout


def test_the_more_somebody_kept_the_closer_the_first_altered_entry_is_named(
    insider: Insider, tmp_path: Path, verify: Verify
) -> None:
    options: list[str | Path] = []
    for size in (3, ANCHORED, ENTRIES):
        path = tmp_path / f"kept-{size}.note"
        path.write_bytes(bytes(Checkpoint.objects.get(organisation=insider.organisation, size=size).note))
        options += ["--checkpoint", path]
    insider.rewrite(change_words)

    done = verify(*options)

    assert done.code == 1
    assert "kept-3.note: the first 3 entries are those that were signed." in done.stdout
    assert "the first is one of 3 to 8." in done.stdout


def test_what_happened_since_the_last_anchor_is_not_caught_and_the_answer_says_so(
    insider: Insider, kept: Path, verify: Verify
) -> None:
    insider.rewrite(lambda entries: [*entries[:ANCHORED], told_otherwise(entries[9], old=b'"yes"', new=b'"no"')])

    done = verify("--checkpoint", kept)

    assert done.code == 0
    assert "the first 9 entries are those that were signed." in done.stdout
    assert (
        "What came after (1 entry) could still be altered unseen by whoever has the database and the keys."
        in done.stdout
    )


def test_keys_that_were_replaced_throughout_are_not_those_that_others_know(
    insider: Insider, kept: Path, verify: Verify
) -> None:
    """New keys, and a ceremony rewritten to name them: the record agrees with itself under another identity."""
    old = LogKeyPair.objects.get(organisation=insider.organisation)
    vkeys = (old.ed25519_vkey, old.p256_vkey)
    for path in key_files().directory.iterdir():
        path.unlink()
    keys = key_files().load_or_create_log_keys(origin_of(insider.organisation))
    new = keys.public.vkeys
    LogKeyPair.objects.filter(pk=old.pk).update(ed25519_vkey=new[0], p256_vkey=new[1])

    def renamed(entries: list[Entry]) -> list[Entry]:
        ceremony = entries[2]
        for before, after in zip(vkeys, new, strict=True):
            ceremony = told_otherwise(ceremony, old=before.encode(), new=after.encode())
        return [*entries[:2], ceremony, *entries[3:]]

    insider.rewrite(renamed, signers=keys.signers)

    assert verify().code == 0
    held = verify("--checkpoint", kept, "--key", vkeys[0])
    assert held.code == 1
    assert "CONTRADICTED" in held.stdout


def test_a_forged_checkpoint_over_the_true_entries_is_not_taken_for_the_logs_own(kept: Path, verify: Verify) -> None:
    kept.write_bytes(kept.read_bytes()[:-40] + b"A" * 36 + kept.read_bytes()[-4:])
    done = verify("--checkpoint", kept)
    assert done.code == 1
    assert "its keys were replaced, or the file is not what the log signed" in done.stdout


def test_a_clock_that_was_turned_back_gives_no_earlier_moment(
    insider: Insider, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    from charteroak.services import ledger as ledgers

    monkeypatch.setattr(ledgers, "now", lambda: datetime(2001, 1, 1, tzinfo=UTC))
    row = answer(insider.organisation, 0, recorded=None)

    assert row.recorded == moment(ENTRIES - 1)
    assert verify().code == 0


def test_an_entry_that_claims_an_earlier_moment_than_the_one_before_is_named(insider: Insider, verify: Verify) -> None:
    insider.rewrite(lambda entries: [*entries[:11], told_otherwise(entries[11], recorded=entries[2].header.recorded)])
    done = verify()
    assert done.code == 1
    assert "Entry 11 was recorded at" in done.stdout
