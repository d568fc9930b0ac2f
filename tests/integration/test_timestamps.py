"""Time-stamps over checkpoints, from a real authority on loopback: queued, kept raw, checked twice, renewed in time."""

import hashlib
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from timestamp_authority import Kind, OpenSSLAuthority, TimestampServer

from charteroak.adapters.bounded_http import HTTPAddressError
from charteroak.adapters.openssl import verify_command
from charteroak.adapters.system_clock import now
from charteroak.ledger.errors import LogError
from charteroak.ledger.timestamp import parse_timestamp_response
from charteroak.ledger.timestamp_renewal import verify_renewals
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Authority, QueuedStamp, Token
from charteroak.records.ledger.models import Checkpoint
from charteroak.services import timestamps
from charteroak.services.anchors import anchor_age
from charteroak.services.checkpoints import make_checkpoint, verify_ledger
from charteroak.services.ledger import append_entry
from charteroak.services.timestamps import AuthorityError, NewAuthority, NoAuthorityError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
Result = Token.Result
Register = Callable[..., Authority]


def answer(organisation: Organisation) -> None:
    with transaction.atomic():
        append_entry(
            organisation,
            actor="system",
            kind="practice.answered",
            occurred_from="2026-03-01",
            body={"practice": "staff-training", "answer": "yes", "note": ""},
        )


@pytest.fixture
def authority(timestamp_server: TimestampServer) -> Authority:
    """A registered authority that answers."""
    return register(timestamp_server)


def register(server: TimestampServer, name: str = "Quinnipiac Time", *, same: bool = False) -> Authority:
    new = NewAuthority(name, server.url, "Somebody else", server.authority.root_pem.decode(), is_same_operator=same)
    return timestamps.add_authority(new)


def test_a_checkpoint_is_stamped_by_every_authority_and_both_programs_verify_it(
    member: Organisation, authority: Authority, timestamp_server: TimestampServer, tmp_path: Path
) -> None:
    register(timestamp_server, "Second")
    answer(member)

    results = timestamps.anchor(member)

    assert [(result.authority, result.error) for result in results] == [(authority.name, ""), ("Second", "")]
    assert not QueuedStamp.objects.exists()
    for token in Token.objects.all():
        assert (token.library_result, token.openssl_result) == (Result.HOLDS, Result.HOLDS)
        assert token.holds
        assert not token.is_disputed
    token = Token.objects.get(authority=authority)
    (tmp_path / "t.tsr").write_bytes(bytes(token.response))
    (tmp_path / "roots.pem").write_text(authority.roots_pem)
    digest = hashlib.sha256(bytes(token.checkpoint.note)).digest()
    command = verify_command(digest=digest, reply="t.tsr", certificates="roots.pem", at=token.moment)
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    age = anchor_age(member)
    assert (age.last, age.entries_since, age.size) == (Token.objects.order_by("moment")[0].moment, 0, 2)


def test_what_cannot_be_sent_waits_and_nothing_is_lost(
    member: Organisation, authority: Authority, timestamp_server: TimestampServer
) -> None:
    Authority.objects.update(url="http://127.0.0.1:9/")
    for _ in range(3):
        answer(member)
        (*_, last) = timestamps.anchor(member)
        assert last.token is None
    assert QueuedStamp.objects.count() == 3
    assert "127.0.0.1:9" in QueuedStamp.objects.all()[0].last_error
    assert QueuedStamp.objects.all()[0].attempts == 3
    assert anchor_age(member).last is None

    Authority.objects.update(url=timestamp_server.url)
    results = timestamps.anchor(member)

    assert [result.size for result in results] == [2, 3, 4]
    assert all(result.token is not None and result.token.holds for result in results)
    assert not QueuedStamp.objects.exists()
    assert anchor_age(member).by == authority.name


@pytest.mark.usefixtures("authority")
def test_a_new_checkpoint_waits_for_its_stamp_and_is_asked_for_once(
    member: Organisation, timestamp_server: TimestampServer
) -> None:
    answer(member)
    make_checkpoint(member)
    assert QueuedStamp.objects.count() == 1
    timestamps.anchor(member)
    timestamps.anchor(member)

    assert len(timestamp_server.requests) == 1
    assert Token.objects.count() == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((500, "text/html", b"<p>down</p>"), "status 500"),
        ((302, "text/html", b""), "status 302"),
        ((200, "text/html", b"<p>hello</p>"), "not with application/timestamp-reply"),
        ((200, "application/timestamp-reply", b"junk"), "no answer of a time-stamp authority"),
        ((200, "application/timestamp-reply", b"0" * (200 << 10)), "larger than"),
    ],
    ids=["fault", "redirect", "page", "junk", "flood"],
)
@pytest.mark.usefixtures("authority")
def test_an_answer_that_is_none_stays_in_the_queue_with_its_reason(
    member: Organisation, timestamp_server: TimestampServer, reply: tuple[int, str, bytes], words: str
) -> None:
    timestamp_server.answer = lambda _request: reply
    answer(member)

    (result,) = timestamps.anchor(member)

    assert words in result.error
    assert words in QueuedStamp.objects.get().last_error
    assert not Token.objects.exists()


@pytest.mark.usefixtures("authority")
def test_an_old_reply_sent_again_is_not_taken_for_an_answer(
    member: Organisation, timestamp_server: TimestampServer
) -> None:
    answer(member)
    timestamps.anchor(member)
    old = bytes(Token.objects.get().response)
    timestamp_server.answer = lambda _request: (200, "application/timestamp-reply", old)
    answer(member)

    (result,) = timestamps.anchor(member)

    assert result.token is None
    assert Token.objects.count() == 1


def test_a_refusal_of_the_authority_is_kept_in_its_words(
    member: Organisation, authority: Authority, timestamp_server: TimestampServer
) -> None:
    timestamp_server.answer = lambda _r: (200, "application/timestamp-reply", timestamp_server.authority.refusal())
    answer(member)

    timestamps.anchor(member)

    assert "no such policy here" in QueuedStamp.objects.get(authority=authority).last_error


def served_by(server: TimestampServer, other: OpenSSLAuthority) -> TimestampServer:
    server.answer = lambda request: (200, "application/timestamp-reply", other.reply(request))
    return TimestampServer(other, url=server.url)


def test_where_the_two_programs_differ_the_page_can_say_so(
    member: Organisation,
    timestamp_server: TimestampServer,
    timestamp_authorities: Callable[[Kind], OpenSSLAuthority],
) -> None:
    """Two certificates in an order that strict DER does not have: the library cannot read them, openssl verifies."""
    register(served_by(timestamp_server, timestamp_authorities(Kind.TWO_CERTIFICATES)))
    answer(member)

    (result,) = timestamps.anchor(member)

    token = Token.objects.get()
    assert (token.library_result, token.openssl_result) == (Result.COULD_NOT, Result.HOLDS)
    assert token.is_disputed
    assert token.holds
    assert result.to_json()["disagreement"]
    Token.objects.update(library_result=Result.FAILS)
    assert Token.objects.get().is_disputed
    assert not Token.objects.get().holds
    assert anchor_age(member).last is None


@pytest.mark.parametrize("kind", [Kind.WRONG_USAGE, Kind.USAGE_NOT_CRITICAL])
def test_a_token_of_a_wrong_certificate_is_kept_and_counts_for_nothing(
    member: Organisation,
    timestamp_server: TimestampServer,
    timestamp_authorities: Callable[[Kind], OpenSSLAuthority],
    kind: Kind,
) -> None:
    register(served_by(timestamp_server, timestamp_authorities(kind)))
    answer(member)

    (result,) = timestamps.anchor(member)

    token = Token.objects.get()
    assert (token.library_result, token.openssl_result) == (Result.FAILS, Result.FAILS)
    assert "purpose" in token.openssl_reason
    assert result.to_json()["status"] == "does-not-hold"
    assert anchor_age(member).last is None


def test_a_token_still_verifies_after_the_certificate_expired(
    member: Organisation,
    timestamp_server: TimestampServer,
    timestamp_authorities: Callable[[Kind], OpenSSLAuthority],
    tmp_path: Path,
) -> None:
    expired = timestamp_authorities(Kind.EXPIRED)
    authority = register(served_by(timestamp_server, expired))
    answer(member)

    timestamps.anchor(member)

    token = Token.objects.get()
    assert (token.library_result, token.openssl_result) == (Result.HOLDS, Result.HOLDS)
    assert token.certificate_expires < now()
    digest = hashlib.sha256(bytes(token.checkpoint.note)).digest()
    assert not expired.verify(bytes(token.response), digest=digest)[0]
    assert expired.verify(bytes(token.response), digest=digest, attime=token.moment)[0]
    assert authority.roots_pem
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("authority")
def test_a_token_is_stamped_anew_before_its_certificate_expires(member: Organisation) -> None:
    answer(member)
    timestamps.anchor(member)
    first = Token.objects.get()
    assert timestamps.anchor(member) == []
    Token.objects.update(certificate_expires=now() + timedelta(days=30), received=now() - timedelta(days=8))

    (result,) = timestamps.anchor(member)

    assert result.token is not None
    assert result.token.previous == first
    assert result.token.holds
    chain = [parse_timestamp_response(bytes(token.response)) for token in (first, result.token)]
    assert verify_renewals(chain, digest=hashlib.sha256(bytes(first.checkpoint.note)).digest())
    assert anchor_age(member).last == first.moment
    assert timestamps.anchor(member) == []


@pytest.mark.usefixtures("authority")
def test_every_token_is_checked_anew_on_demand_and_an_altered_one_is_found(member: Organisation) -> None:
    answer(member)
    timestamps.anchor(member)
    row = Checkpoint.objects.get()
    Checkpoint.objects.update(note=bytes(row.note).replace(b"\n2\n", b"\n3\n"))

    (token,) = timestamps.check_tokens(member)

    assert (token.library_result, token.openssl_result) == (Result.FAILS, Result.FAILS)
    assert anchor_age(member).last is None


@pytest.mark.usefixtures("authority")
def test_verifying_the_ledger_says_how_far_outsiders_have_seen_and_names_a_token_over_something_else(
    member: Organisation,
) -> None:
    answer(member)
    make_checkpoint(member)
    assert "rests on the operator's word" in verify_ledger(member).sentence
    timestamps.anchor(member)
    answer(member)

    state = verify_ledger(member)

    assert (state.anchored, state.anchored_by, state.entries) == (2, "Quinnipiac Time", 3)
    assert "1 since rest on the operator's word" in state.sentence
    other = make_checkpoint(member)
    Token.objects.update(checkpoint=other)
    with pytest.raises(LogError, match=r"time-stamp token by Quinnipiac Time over the checkpoint of size 3"):
        verify_ledger(member)


def test_without_openssl_there_is_no_second_opinion_and_no_failure(
    member: Organisation, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(member)
    make_checkpoint(member)
    timestamps.anchor(member)
    monkeypatch.setenv("PATH", "/nonexistent")

    (token,) = timestamps.check_tokens(member)

    assert (token.library_result, token.openssl_result) == (Result.HOLDS, Result.COULD_NOT)
    assert "not installed" in token.openssl_reason
    assert token.holds
    assert not token.is_disputed
    assert anchor_age(member).by == authority.name


def test_an_authority_of_the_same_operator_is_not_counted_as_outside(
    member: Organisation, timestamp_server: TimestampServer
) -> None:
    register(timestamp_server, same=True)
    answer(member)
    timestamps.anchor(member)

    age = anchor_age(member)

    assert (age.last, age.inside, age.entries_since) == (None, 1, 2)


def test_an_authority_that_is_retired_is_asked_no_longer(member: Organisation, authority: Authority) -> None:
    answer(member)
    make_checkpoint(member)

    timestamps.retire_authority(authority.name)

    assert not QueuedStamp.objects.exists()
    with pytest.raises(NoAuthorityError):
        timestamps.anchor(member)
    with pytest.raises(AuthorityError, match="No authority in use"):
        timestamps.retire_authority(authority.name)


def test_what_is_no_authority_is_refused(openssl_authority: OpenSSLAuthority, authority: Authority) -> None:
    root = openssl_authority.root_pem.decode()
    leaf = (openssl_authority.folder / "tsa.pem").read_text()
    for new, words in (
        (NewAuthority("A", "https://tsa.example/", "O", "no certificates"), "no certificates"),
        (NewAuthority("A", "https://tsa.example/", "O", leaf), "root"),
        (NewAuthority(" ", "https://tsa.example/", "O", root), "name"),
        (NewAuthority(authority.name, "https://tsa.example/", "O", root), "There is an authority"),
    ):
        with pytest.raises(AuthorityError, match=words):
            timestamps.add_authority(new)
    for url in (
        "http://tsa.example/",
        "https://me:secret@tsa.example/",
        "file:///etc/passwd",
        "https://tsa.example/?x",
    ):
        with pytest.raises(HTTPAddressError):
            timestamps.add_authority(NewAuthority("A", url, "O", root))
    assert Authority.objects.count() == 1


@pytest.mark.parametrize("days", ["soon", "-1", "", "99999"])
def test_a_renewal_setting_that_is_no_number_of_days_is_refused(settings: object, days: str) -> None:
    settings.TIMESTAMP_RENEWAL_DAYS = days  # type: ignore[attr-defined]
    with pytest.raises(timestamps.RenewalSettingError, match="RENEWAL_DAYS"):
        timestamps.renewal_days()
