"""What time-stamp authorities, witnesses and the evidence store catch when root rewrites a record, and how it reads."""

import hashlib
import io
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client
from insider import Insider, told_otherwise
from red_team_stage import ANCHORED, ENTRIES, Verify, answer
from timestamp_authority import Kind, OpenSSLAuthority, TimestampServer

from charteroak.adapters.key_passphrase import PASSPHRASE_VARIABLE
from charteroak.adapters.signing_keys import SigningKeyError, SigningKeys
from charteroak.ledger.checkpoint import Checkpoint as Tree
from charteroak.ledger.checkpoint import sign_checkpoint
from charteroak.ledger.entry import Entry
from charteroak.ledger.timestamp import build_timestamp_request
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.anchors.models import LogKeyPair, Token, Witness
from charteroak.records.evidence.models import ContentKey
from charteroak.records.ledger.models import Checkpoint
from charteroak.services import timestamps, witnesses, witnessing
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.log_keys import origin_of
from charteroak.services.programs import NewEvidence, Recorder, UploadedFile, record_evidence


def words_changed_at(index: int) -> Callable[[list[Entry]], list[Entry]]:
    return lambda entries: [
        *entries[:index],
        told_otherwise(entries[index], old=b'"yes"', new=b'"no"'),
        *entries[index + 1 :],
    ]


@pytest.fixture
def stamped(bakery: Organisation, timestamp_server: TimestampServer, tmp_path: Path) -> tuple[Path, Path]:
    """A time-stamp of the whole record by an authority, and the checkpoint it is over, as somebody kept them."""
    root = timestamp_server.authority.root_pem.decode()
    timestamps.add_authority(timestamps.NewAuthority("Loopback TSA", timestamp_server.url, "Somebody else", root))
    timestamps.anchor(bakery)
    token = Token.objects.get()
    assert token.holds, (token.library_reason, token.openssl_reason)
    note, reply = tmp_path / "kept.note", tmp_path / "kept.tsr"
    note.write_bytes(bytes(token.checkpoint.note))
    reply.write_bytes(bytes(token.response))
    return note, reply


def test_a_time_stamp_contradicts_a_history_made_after_it(
    insider: Insider, stamped: tuple[Path, Path], verify: Verify
) -> None:
    note, reply = stamped
    before = verify("--token", reply)
    insider.rewrite(words_changed_at(5))
    after, with_note = verify("--token", reply), verify("--checkpoint", note, "--token", reply)

    assert before.code == 0
    assert re.search(r"kept.tsr: stamped on .* UTC: the first 12 entries are those that were signed.", before.stdout)
    assert after.code == with_note.code == 1
    assert "is no checkpoint that is stored here or was given: that one is gone." in after.stdout
    assert "CONTRADICTED: stamped on" in with_note.stdout
    assert "the 12 entries that were signed are others now" in with_note.stdout


def test_a_stored_time_stamp_that_the_intruder_forgot_is_named_by_the_ledger_itself(
    insider: Insider, stamped: tuple[Path, Path], verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stamped
    monkeypatch.setattr(Insider, "forget_outsiders", lambda _self: None)
    insider.rewrite(words_changed_at(5))
    done = verify()
    assert done.code == 1
    assert "The time-stamp token by Loopback TSA over the checkpoint of size 12 does not fit it" in done.stdout


def test_the_window_since_the_time_stamp_is_not_caught_and_command_and_page_say_how_much_it_is(
    insider: Insider,
    stamped: tuple[Path, Path],
    verify: Verify,
    client: Client,
    add_person: Callable[..., User],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note, reply = stamped
    answer(insider.organisation, ENTRIES)
    answer(insider.organisation, ENTRIES + 1)
    make_checkpoint(insider.organisation)
    monkeypatch.setattr(Insider, "forget_outsiders", lambda _self: None)
    insider.rewrite(words_changed_at(ENTRIES + 1))

    done = verify("--checkpoint", note, "--token", reply)
    client.force_login(add_person("Lee", insider.organisation))
    page = client.get("/organisations/elm-hollow-bakery/anchors/").content.decode()

    assert done.code == 0
    assert "What came after (2 entries) could still be altered unseen" in done.stdout
    text = re.sub(r"<[^>]+>|\s+", " ", page)
    assert re.search(r"\b2 entries\b", text)


def test_a_time_stamp_of_another_day_and_one_of_an_unknown_authority_are_not_believed(
    bakery: Organisation,
    verify: Verify,
    tmp_path: Path,
    timestamp_authorities: Callable[[Kind], OpenSSLAuthority],
) -> None:
    note = bytes(Checkpoint.objects.get(organisation=bakery, size=ENTRIES).note)
    long_ago = timestamp_authorities(Kind.EXPIRED)
    request = build_timestamp_request(hashlib.sha256(note).digest(), nonce=7)
    reply, root = tmp_path / "early.tsr", tmp_path / "root.pem"
    reply.write_bytes(long_ago.reply(request, at=datetime(2020, 6, 1, 12, tzinfo=UTC)))
    root.write_bytes(long_ago.root_pem)

    unknown, early = verify("--token", reply), verify("--token", reply, "--roots", root)

    assert (unknown.code, early.code) == (1, 1)
    assert "it is not believed: no root certificate of an authority is known here; give one." in unknown.stdout
    assert "stamped at 2020-06-01T12:00:00Z, yet entry 11 says that it was recorded at 2024-" in early.stdout


@pytest.fixture
def witnessed(bakery: Organisation, desk: Organisation) -> Witness:
    """The desk co-signs the bakery's log, as if it ran on a machine of its own."""
    own = witnessing.own_witness_of(desk)
    pair = LogKeyPair.objects.get(organisation=bakery)
    witnessing.add_log(own, witnessing.NewLog(origin_of(bakery), (pair.ed25519_vkey, pair.p256_vkey)))
    witness = witnesses.add_witness(witnesses.NewWitness("The desk", own.vkey, "Charter Desk"))
    Witness.objects.filter(pk=witness.pk).update(is_same_operator=False)
    [answered] = witnesses.ask_witnesses(bakery)
    assert answered.status == "cosigned"
    return witness


REQUEST = ("ledger", "witness", "request")


@pytest.mark.parametrize("index", [5, 11])
def test_a_witness_refuses_what_does_not_continue_what_it_saw(
    insider: Insider, witnessed: Witness, verify: Verify, index: int
) -> None:
    assert witnessed
    insider.rewrite(words_changed_at(index))
    answer(insider.organisation, ENTRIES)
    done = verify(command=REQUEST)
    assert done.code == 1
    assert "The desk: REFUSED: Consistency proof from size 12 to 13" in done.stdout
    assert witnesses.refusals_of(insider.organisation)


def test_a_witness_refuses_a_restored_backup(insider: Insider, witnessed: Witness, verify: Verify) -> None:
    assert witnessed
    insider.rewrite(lambda entries: entries[:ANCHORED])
    done = verify(command=REQUEST)
    assert done.code == 1
    assert "12" in done.stdout


def test_two_views_for_two_witnesses_contradict_each_other_as_soon_as_they_are_compared(
    insider: Insider, witnessed: Witness, verify: Verify, tmp_path: Path, add_organisation: Callable[..., Organisation]
) -> None:
    first, second = tmp_path / "from-the-desk.note", tmp_path / "from-the-neighbor.note"
    size = Checkpoint.objects.get(organisation=insider.organisation, size=ENTRIES)
    first.write_bytes(witnesses.with_cosignatures(size))
    neighbor = witnessing.own_witness_of(add_organisation("neighbor", part="desk", kind="municipality"))
    pair = LogKeyPair.objects.get(organisation=insider.organisation)
    witnessing.add_log(
        neighbor, witnessing.NewLog(origin_of(insider.organisation), (pair.ed25519_vkey, pair.p256_vkey))
    )
    insider.rewrite(words_changed_at(5))
    witnesses.retire_witness(witnessed.name)
    witnesses.add_witness(witnesses.NewWitness("The neighbor", neighbor.vkey, "The neighbor"))
    [answered] = witnesses.ask_witnesses(insider.organisation)
    size.refresh_from_db()
    second.write_bytes(witnesses.with_cosignatures(size))

    done = verify("--checkpoint", first, "--checkpoint", second)

    assert answered.status == "cosigned", "a witness that never saw the other view has nothing to hold against this one"
    assert done.code == 1
    assert "from-the-desk.note: CONTRADICTED" in done.stdout
    assert "from-the-neighbor.note: the first 12 entries are those that were signed." in done.stdout


def test_a_stolen_key_signs_what_it_likes_and_a_sealed_one_nothing(
    insider: Insider, verify: Verify, tmp_path: Path, data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stolen = tmp_path / "stolen"
    shutil.copytree(data_directory / "keys", stolen)
    name = origin_of(insider.organisation)
    forged = tmp_path / "forged.note"
    forged.write_bytes(sign_checkpoint(Tree(name, 9, b"\x07" * 32), *SigningKeys(stolen).load_log_keys(name).signers))
    done = verify("--checkpoint", forged)
    assert done.code == 1
    assert "forged.note: CONTRADICTED: the 9 entries that were signed are others now" in done.stdout

    monkeypatch.setenv(PASSPHRASE_VARIABLE, "a passphrase of several words")
    sealed = tmp_path / "sealed"
    SigningKeys.from_environment(sealed).load_or_create_log_keys(name)
    monkeypatch.delenv(PASSPHRASE_VARIABLE)
    with pytest.raises(SigningKeyError, match="passphrase"):
        SigningKeys.from_environment(sealed).load_log_keys(name)


EVIDENCE = ("evidence", "verify")


@pytest.fixture
def evidence(bakery: Organisation, data_directory: Path) -> Path:
    """The sealed file of one piece of evidence."""
    file = UploadedFile("sheet.txt", "text/plain", io.BytesIO(b"who was there\n" * 500))
    record_evidence(bakery, NewEvidence("train-everyone", "Sheet", date(2024, 3, 1), files=[file]), Recorder("system"))
    (path,) = (path for path in (data_directory / "evidence").rglob("*") if path.is_file())
    return path


def flip_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def alter_key(_path: Path) -> None:
    row = ContentKey.objects.get()
    ContentKey.objects.filter(pk=row.pk).update(key=bytes(row.key or b"")[::-1])


def remove_key(_path: Path) -> None:
    ContentKey.objects.all().delete()


@pytest.mark.parametrize("attack", [flip_byte, cut_bytes, Path.unlink, alter_key, remove_key], ids=lambda f: f.__name__)
def test_altered_evidence_bytes_and_keys_are_named(
    evidence: Path, verify: Verify, attack: Callable[[Path], None]
) -> None:
    assert verify(command=EVIDENCE).code == 0
    attack(evidence)
    done = verify(command=EVIDENCE)
    assert done.code == 1
    assert re.search(r"(ALTERED|MISSING): [0-9a-f]{64} sheet.txt: ", done.stdout)
