"""A witness co-signs what continues the last checkpoint and nothing else; the log keeps co-signatures and refusals."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import connections, transaction
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from charteroak.ledger.checkpoint import Checkpoint as Tree
from charteroak.ledger.checkpoint import parse_checkpoint, sign_checkpoint
from charteroak.ledger.cosignature import parse_cosigner_vkey
from charteroak.ledger.keys import Signer
from charteroak.ledger.note import parse_note, parse_signature_lines, render_note, sign_note
from charteroak.ledger.tree import NodeReader, append_leaf, consistency_proof, hash_leaf, root_hash
from charteroak.ledger.witness_protocol import AddCheckpoint, render_add_checkpoint
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Cosignature, LogKeyPair, OwnWitness, Refusal, Witness, WitnessedLog
from charteroak.services import checkpoints, log_keys, witnesses, witnessing
from charteroak.services.anchors import anchor_age
from charteroak.services.ledger import append_entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
ORIGIN = "example.org/ledger/elsewhere"


def answer(organisation: Organisation, number: int = 0) -> None:
    with transaction.atomic():
        append_entry(
            organisation,
            actor="system",
            kind="practice.answered",
            occurred_from="2026-03-01",
            body={"practice": "staff-training", "answer": "yes", "note": f"note {number}"},
        )


class ForeignLog:
    """A log that lives elsewhere, as far as a witness can see one: a key, leaves, and what it says of them."""

    def __init__(self, seed: int = 7) -> None:
        self.signer = Signer(ORIGIN, bytes([seed]) * 32)
        self._nodes: dict[tuple[int, int], bytes] = {}
        self.size = 0

    def read_node(self, level: int, index: int) -> bytes:
        return self._nodes[level, index]

    def grow(self, *leaves: bytes) -> "ForeignLog":
        reader: NodeReader = self
        for leaf in leaves:
            for node in append_leaf(self.size, hash_leaf(leaf), reader):
                self._nodes[node.level, node.index] = node.hash
            self.size += 1
        return self

    def note(self, size: int | None = None) -> bytes:
        size = self.size if size is None else size
        return sign_checkpoint(Tree(ORIGIN, size, root_hash(size, self)), self.signer)

    def request(self, old: int, size: int | None = None) -> bytes:
        size = self.size if size is None else size
        proof = consistency_proof(old, size, self) if old else ()
        return render_add_checkpoint(AddCheckpoint(old, proof, self.note(size)))


@pytest.fixture
def own(desk: Organisation) -> OwnWitness:
    """The desk's witness, which knows one log."""
    witness = witnessing.own_witness_of(desk)
    witnessing.add_log(witness, witnessing.NewLog(ORIGIN, (ForeignLog().signer.verifier.vkey,)))
    return witness


@pytest.fixture
def post(client: Client, own: OwnWitness) -> Callable[[bytes], tuple[int, str, bytes]]:
    """Sends a request to the desk's witness over HTTP."""

    def send(body: bytes) -> tuple[int, str, bytes]:
        address = f"/witness/{own.organisation.slug}/add-checkpoint"
        response = client.post(address, body, content_type="text/plain")
        return response.status_code, response.headers["Content-Type"], response.content

    return send


Post = Callable[[bytes], tuple[int, str, bytes]]


def test_a_witness_cosigns_what_it_sees_first_and_what_continues_it(post: Post, own: OwnWitness) -> None:
    log = ForeignLog().grow(b"a", b"b")

    first = post(log.request(0))
    second = post(log.grow(b"c", b"d", b"e").request(2))

    verifier = parse_cosigner_vkey(own.vkey)
    for size, (status, _, body) in ((2, first), (5, second)):
        assert status == 200
        (signature,) = parse_signature_lines(body)
        assert verifier.verify_cosignature(parse_note(log.note(size)).text, signature.signature) > datetime(
            2026, 1, 1, tzinfo=UTC
        )
    row = WitnessedLog.objects.get()
    assert (row.size, bytes(row.root or b"")) == (5, root_hash(5, log))


def test_what_a_witness_cosigned_last_is_published_with_both_signatures(
    post: Post, client: Client, own: OwnWitness
) -> None:
    address = f"/witness/{own.organisation.slug}/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert client.get(address).status_code == 404
    log = ForeignLog().grow(b"a")
    post(log.request(0))

    note = parse_note(client.get(address).content)

    assert parse_checkpoint(note.text).size == 1
    assert [signature.key_name for signature in note.signatures] == [ORIGIN, own.name]
    assert own.vkey in client.get("/witness/").content.decode()


def test_a_split_view_is_refused_and_kept_as_evidence(post: Post, own: OwnWitness) -> None:
    post(ForeignLog().grow(b"a", b"b").request(0))
    other = ForeignLog().grow(b"a", b"another")

    status, _, words = post(other.request(2, 2))

    assert status == 422
    assert b"another root" in words
    (refusal,) = witnessing.refusals_as_witness(own)
    assert (refusal.size, refusal.seen_size, bytes(refusal.note)) == (2, 2, other.note())
    post(other.request(2, 2))
    line = Signer("example.org/nobody", b"n" * 32)
    noisy = sign_note(parse_note(other.note()).text, other.signer, line)
    post(render_add_checkpoint(AddCheckpoint(2, (), render_note(noisy))))
    assert [refusal.reason for refusal in Refusal.objects.all()] == [Refusal.Reason.CONTRADICTION]


def test_bad_proofs_of_a_stranger_do_not_crowd_out_a_contradiction(
    post: Post, own: OwnWitness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnessing, "UNPROVED_REFUSALS_KEPT", 2)
    log = ForeignLog().grow(b"a", b"b", b"c", b"d", b"e", b"f")
    post(log.request(0, 2))
    for size in (3, 4, 5, 6):
        assert post(render_add_checkpoint(AddCheckpoint(2, (bytes(32),), log.note(size))))[0] == 422

    assert post(ForeignLog().grow(b"a", b"another").request(2, 2))[0] == 422

    kept = [refusal.reason for refusal in witnessing.refusals_as_witness(own)]
    assert kept.count(Refusal.Reason.INCONSISTENT) == 2
    assert kept.count(Refusal.Reason.CONTRADICTION) == 1


def test_a_tree_that_does_not_continue_the_last_one_is_refused(post: Post, own: OwnWitness) -> None:
    post(ForeignLog().grow(b"a", b"b").request(0))
    other = ForeignLog().grow(b"x", b"y", b"z")

    assert post(other.request(2))[0] == 422
    assert len(witnessing.refusals_as_witness(own)) == 1
    assert WitnessedLog.objects.get().size == 2


def test_a_stale_request_is_answered_with_the_size_that_the_witness_has(post: Post) -> None:
    log = ForeignLog().grow(b"a", b"b", b"c")
    post(log.request(0, 2))

    assert post(log.request(0)) == (409, "text/x.tlog.size", b"2\n")
    assert not Refusal.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old x\n\n", 400),
        (b"\xff\xfe", 400),
        (b"old 0\n\nexample.org/unknown\n1\nAAAA\n\n\xe2\x80\x94 x AAAAAAA=\n", 404),
        (ForeignLog(8).grow(b"a").request(0), 403),
        (b"old 0\n" + b"A" * (2 << 20), 413),
    ],
    ids=["nothing", "no size", "no text", "unknown log", "another key", "too large"],
)
def test_hostile_requests_get_the_protocols_refusals_and_change_nothing(post: Post, body: bytes, status: int) -> None:
    assert post(body)[0] == status
    assert WitnessedLog.objects.get().size == 0
    assert not Refusal.objects.exists()


def test_a_witness_that_is_not_here_and_a_method_that_is_not_there(client: Client, own: OwnWitness) -> None:
    assert client.post("/witness/nobody/add-checkpoint", b"x", content_type="text/plain").status_code == 404
    assert client.get(f"/witness/{own.organisation.slug}/add-checkpoint").status_code == 405
    assert "sessionid" not in client.cookies


def test_strangers_who_ask_too_often_wait(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    from charteroak.portal.witness import views
    from charteroak.services.request_limits import Limit, timedelta

    monkeypatch.setattr(views, "WITNESSING", Limit("witness", timedelta(minutes=10), 1, 1, 1))

    assert [post(ForeignLog().grow(b"a").request(0))[0] for _ in range(2)] == [200, 429]


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_the_same_moment_one_wins(own: OwnWitness) -> None:
    one, other = ForeignLog().grow(b"a", b"b"), ForeignLog().grow(b"a", b"c")
    bodies = [one.request(0), other.request(0)] * 3
    statuses: list[int] = []
    gate = threading.Barrier(len(bodies))

    def ask(body: bytes) -> None:
        try:
            gate.wait()
            statuses.append(witnessing.add_checkpoint(own, body).status)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses.count(200) == 1
    assert set(statuses) == {200, 409}


@pytest.fixture
def asked(own: OwnWitness, member: Organisation) -> Witness:
    """The desk's witness, which knows the member's log, as a witness that the member's log asks."""
    answer(member)
    checkpoints.make_checkpoint(member)
    vkeys = log_keys.keys_in_force(member).public.vkeys
    witnessing.add_log(own, witnessing.NewLog(log_keys.origin_of(member), vkeys))
    return witnesses.add_witness(witnesses.NewWitness("Desk", own.vkey, "The desk"))


def test_a_log_keeps_the_cosignatures_that_it_asked_for(member: Organisation, asked: Witness) -> None:
    (first,) = witnesses.ask_witnesses(member)
    answer(member, 1)
    (second,) = witnesses.ask_witnesses(member)
    (again,) = witnesses.ask_witnesses(member)

    assert [first.status, second.status, again.status] == ["cosigned"] * 3
    assert Cosignature.objects.count() == 2
    note = witnesses.with_cosignatures(checkpoints.latest_checkpoint(member))
    assert len(parse_note(note).signatures) == 3
    assert asked.is_same_operator
    age = anchor_age(member)
    assert (age.last, age.inside, age.entries_since) == (None, 2, 3)


def test_a_witness_run_by_somebody_else_counts_as_outside(member: Organisation, asked: Witness) -> None:
    Witness.objects.update(is_same_operator=False)
    witnesses.ask_witnesses(member)
    answer(member, 1)

    age = anchor_age(member)

    assert (age.by, age.size, age.entries_since, age.entries) == (asked.name, 2, 1, 3)


def forget(member: Organisation, *, from_index: int = 0) -> None:
    """What root can do with the database: take entries out, and whatever hangs on them."""
    Cosignature.objects.all().delete()
    LogKeyPair.objects.filter(organisation=member, first_size__gt=from_index).delete()
    for model in apps.get_app_config("ledger").get_models():
        column = next((name for name in ("index", "size") if any(f.name == name for f in model._meta.fields)), None)
        rows = model._default_manager.filter(organisation=member)
        if column == "size":
            rows = rows.filter(size__gt=from_index)
        elif column == "index":
            rows = rows.filter(index__gte=from_index)
        elif from_index:
            continue
        rows.delete()


@pytest.mark.usefixtures("asked")
def test_an_answer_that_was_lost_is_made_up_for(member: Organisation) -> None:
    """The witness has co-signed and stored; its answer never arrived. The next request proves from there."""
    witnesses.ask_witnesses(member)
    Cosignature.objects.all().delete()
    answer(member, 1)

    (result,) = witnesses.ask_witnesses(member)

    assert result.status == "cosigned"


@pytest.mark.usefixtures("asked")
def test_a_witness_that_did_not_know_the_keys_is_no_alarm_once_it_has_cosigned(
    member: Organisation, own: OwnWitness
) -> None:
    WitnessedLog.objects.update(vkeys=ForeignLog().signer.verifier.vkey)
    (first,) = witnesses.ask_witnesses(member)
    assert first.status == "refused"
    assert [refusal.reason for refusal in witnesses.refusals_of(member)] == [Refusal.Reason.UNKNOWN]

    keys = log_keys.keys_in_force(member).public.vkeys
    witnessing.add_log(own, witnessing.NewLog(log_keys.origin_of(member), keys))
    (second,) = witnesses.ask_witnesses(member)

    assert second.status == "cosigned"
    assert witnesses.refusals_of(member) == []


@pytest.mark.usefixtures("asked")
def test_a_rewritten_past_is_refused_by_the_witness_and_the_refusal_is_kept(member: Organisation) -> None:
    """Root with database *and* key writes another past. Inside, everything holds; outside, somebody remembers."""
    witnesses.ask_witnesses(member)
    forget(member)
    for number in range(100, 103):
        answer(member, number)
    checkpoints.make_checkpoint(member)
    assert checkpoints.verify_ledger(member).checkpointed == 4

    (result,) = witnesses.ask_witnesses(member)

    assert result.status == "refused"
    (refusal,) = witnesses.refusals_of(member)
    assert refusal.reason == Refusal.Reason.INCONSISTENT
    assert len(witnessing.refusals_as_witness(OwnWitness.objects.get())) == 1


@pytest.mark.usefixtures("asked")
def test_a_shorter_log_than_the_witness_has_seen_is_refused(member: Organisation) -> None:
    """An old backup, brought back."""
    for number in range(1, 4):
        answer(member, number)
    witnesses.ask_witnesses(member)
    forget(member, from_index=2)

    (result,) = witnesses.ask_witnesses(member)

    assert result.refusal is not None
    assert (result.refusal.reason, result.refusal.seen_size) == (Refusal.Reason.SHRUNK, 5)


@pytest.mark.django_db(transaction=True)
def test_cosignatures_travel_over_http(member: Organisation, own: OwnWitness, live_server: LiveServer) -> None:
    answer(member)
    vkeys = log_keys.keys_in_force(member).public.vkeys
    witnessing.add_log(own, witnessing.NewLog(log_keys.origin_of(member), vkeys))
    url = f"{live_server.url}/witness/{own.organisation.slug}"
    witness = witnesses.add_witness(witnesses.NewWitness("Desk", own.vkey, "The desk", url=url))

    assert [result.status for result in witnesses.ask_witnesses(member)] == ["cosigned"]
    Witness.objects.filter(pk=witness.pk).update(url="http://127.0.0.1:9/nobody")
    answer(member, 1)
    (away,) = witnesses.ask_witnesses(member)
    assert (away.status, away.cosignature) == ("not-reached", None)
    Witness.objects.filter(pk=witness.pk).update(url=url)
    assert [result.status for result in witnesses.ask_witnesses(member)] == ["cosigned"]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (witnesses.NewWitness("W", "nonsense", "O", "https://w.example"), "no key of a witness"),
        (witnesses.NewWitness("W", "", "O"), "no key of a witness"),
    ],
)
def test_a_witness_without_a_cosigners_key_is_refused(new: witnesses.NewWitness, words: str) -> None:
    with pytest.raises(witnesses.WitnessError, match=words):
        witnesses.add_witness(new)


def test_a_witness_address_is_https_or_this_machine(own: OwnWitness) -> None:
    from charteroak.adapters.bounded_http import HTTPAddressError

    for url in ("http://witness.example/", "ftp://witness.example/", "https://a:b@witness.example/"):
        with pytest.raises(HTTPAddressError):
            witnesses.add_witness(witnesses.NewWitness("W", own.vkey, "O", url=url))
    assert not Witness.objects.exists()
