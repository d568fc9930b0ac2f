"""The second opinion: what ``openssl ts -verify`` says of a reply, and what is said where it cannot be asked."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from timestamp_authority import Kind, OpenSSLAuthority

from charteroak.adapters.openssl import OpenSSLCheck, check_reply
from charteroak.ledger.timestamp import build_timestamp_request, parse_timestamp_response

DIGEST = hashlib.sha256(b"a note").digest()
Authorities = Callable[[Kind], OpenSSLAuthority]


def checked(authority: OpenSSLAuthority, *, digest: bytes = DIGEST, roots: str | None = None) -> OpenSSLCheck:
    reply = authority.reply(build_timestamp_request(DIGEST, nonce=7))
    at = parse_timestamp_response(reply).gen_time
    pem = authority.root_pem.decode() if roots is None else roots
    return check_reply(reply, digest=digest, certificates_pem=pem, at=at)


def test_a_good_reply_is_verified_also_after_the_certificate_expired(timestamp_authorities: Authorities) -> None:
    assert checked(timestamp_authorities(Kind.PLAIN)) == OpenSSLCheck("verified")
    assert checked(timestamp_authorities(Kind.EXPIRED)) == OpenSSLCheck("verified")


def test_a_reply_over_something_else_or_of_somebody_else_is_rejected_in_openssls_words(
    timestamp_authorities: Authorities,
) -> None:
    plain, other = timestamp_authorities(Kind.PLAIN), timestamp_authorities(Kind.EXPIRED)

    assert checked(plain, digest=bytes(32)) == OpenSSLCheck("rejected", "message imprint mismatch")
    stranger = checked(plain, roots=other.root_pem.decode())
    assert stranger.outcome == "rejected"
    assert "certificate verify error: unable to get local issuer certificate" in stranger.reason
    wrong = checked(timestamp_authorities(Kind.WRONG_USAGE))
    assert (wrong.outcome, "unsuitable certificate purpose" in wrong.reason) == ("rejected", True)


@pytest.mark.parametrize("reply", [b"", b"junk", bytes(100_000)])
def test_bytes_that_are_no_reply_are_rejected(openssl_authority: OpenSSLAuthority, reply: bytes) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    pem = openssl_authority.root_pem.decode()
    assert check_reply(reply, digest=DIGEST, certificates_pem=pem, at=at).outcome == "rejected"


def test_where_openssl_cannot_be_asked_there_is_no_verdict(
    openssl_authority: OpenSSLAuthority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tmp_path / "openssl"
    old.write_text('#!/bin/sh\necho "ts: Unknown option or message digest: attime" >&2\nexit 1\n')
    old.chmod(0o755)
    reply = openssl_authority.reply(build_timestamp_request(DIGEST, nonce=7))
    at, pem = datetime(2026, 3, 1, tzinfo=UTC), openssl_authority.root_pem.decode()

    monkeypatch.setenv("PATH", str(tmp_path))
    assert check_reply(reply, digest=DIGEST, certificates_pem=pem, at=at).outcome == "could-not"
    assert "Unknown option" in check_reply(reply, digest=DIGEST, certificates_pem=pem, at=at).reason
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert "not installed" in check_reply(reply, digest=DIGEST, certificates_pem=pem, at=at).reason
