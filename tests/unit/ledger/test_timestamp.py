"""Time-stamps: requests that authorities answer, answers that are read whatever they are worth, and renewals."""

import base64
import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from timestamp_authority import LONG_AGO, POLICY, Kind, OpenSSLAuthority, TimestampServer

from charteroak.ledger.der import Cursor, DERError, Tag, read_one, write, write_integer, write_oid
from charteroak.ledger.timestamp import (
    TimestampFormatError,
    TimestampMismatchError,
    TimestampRefusedError,
    TimestampToken,
    build_timestamp_request,
    in_der_order,
    parse_timestamp_response,
    verify_answers_request,
)
from charteroak.ledger.timestamp_check import CertificateFormatError, CheckOutcome, check_token, parse_certificates
from charteroak.ledger.timestamp_renewal import TimestampRenewalError, renewal_digest, verify_renewals

Authorities = Callable[[Kind], OpenSSLAuthority]
ASSETS = Path(__file__).parents[2] / "assets" / "timestamps"
NOTE = b"log.example/a\n7\nroot\n"
DIGEST = hashlib.sha256(NOTE).digest()
NONCE = 0xF1E2D3C4B5A69788
REQUEST = build_timestamp_request(DIGEST, nonce=NONCE)


@pytest.fixture(scope="module")
def answer(openssl_authority: OpenSSLAuthority) -> bytes:
    return openssl_authority.reply(REQUEST)


@pytest.fixture(scope="module")
def token(answer: bytes) -> TimestampToken:
    return parse_timestamp_response(answer)


def test_a_request_is_the_one_that_openssl_makes(tmp_path: Path) -> None:
    query = ["openssl", "ts", "-query", "-digest", DIGEST.hex(), "-sha256", "-cert", "-no_nonce"]
    made = subprocess.run(query, capture_output=True, check=True).stdout
    (tmp_path / "q").write_bytes(REQUEST)
    words = subprocess.run(
        ["openssl", "ts", "-query", "-in", "q", "-text"], cwd=tmp_path, capture_output=True, check=True
    )

    assert REQUEST.replace(write_integer(NONCE), b"")[2:] == made[2:]
    assert b"Nonce: 0xF1E2D3C4B5A69788" in words.stdout
    assert b"Certificate required: yes" in words.stdout


def test_a_request_can_ask_for_a_policy(openssl_authority: OpenSSLAuthority) -> None:
    asked = build_timestamp_request(DIGEST, nonce=1, policy=POLICY)

    assert parse_timestamp_response(openssl_authority.reply(asked)).policy == POLICY
    with pytest.raises(DERError):
        build_timestamp_request(DIGEST, nonce=1, policy="no policy")


@pytest.mark.parametrize(("digest", "nonce"), [(b"", 1), (bytes(20), 1), (bytes(32), 0), (bytes(32), 2**64)])
def test_refuses_a_digest_or_nonce_of_another_kind(digest: bytes, nonce: int) -> None:
    with pytest.raises(ValueError, match="SHA-256 digest"):
        build_timestamp_request(digest, nonce=nonce)


def test_an_answer_says_when_by_whom_and_over_what(answer: bytes, token: TimestampToken) -> None:
    assert token.raw == answer
    assert token.token_bytes in answer
    assert (token.digest, token.nonce, token.policy) == (DIGEST, NONCE, POLICY)
    assert token.accuracy == timedelta(seconds=1.5)
    assert token.gen_time.tzinfo is UTC
    assert token.signer is not None
    assert token.signer.subject == "Test Time Stamping"
    assert token.ends == token.signer.ends == datetime(2045, 1, 1, tzinfo=UTC)
    verify_answers_request(token, digest=DIGEST, nonce=NONCE)


def test_both_checkers_verify_a_good_answer(openssl_authority: OpenSSLAuthority, token: TimestampToken) -> None:
    found = check_token(token, digest=DIGEST, roots=[openssl_authority.root_der], nonce=NONCE)

    assert found.outcome is CheckOutcome.VERIFIED
    assert found.sentence.startswith("Verified by rfc3161-client 1.")
    assert openssl_authority.verify(token.raw, digest=DIGEST)[0]


def test_an_answer_to_another_request_is_told_apart(openssl_authority: OpenSSLAuthority, token: TimestampToken) -> None:
    for digest, nonce in ((bytes(32), NONCE), (DIGEST, 1)):
        with pytest.raises(TimestampMismatchError):
            verify_answers_request(token, digest=digest, nonce=nonce)
        rejected = check_token(token, digest=digest, nonce=nonce, roots=[openssl_authority.root_der])
        assert rejected.outcome is CheckOutcome.REJECTED
    with pytest.raises(TimestampMismatchError, match="algorithm"):
        verify_answers_request(replace(token, digest_algorithm="1.3.14.3.2.26"), digest=DIGEST, nonce=None)


def test_the_authoritys_refusal_is_told_in_its_words(openssl_authority: OpenSSLAuthority) -> None:
    with pytest.raises(TimestampRefusedError, match=r'rejected the request: "no such policy here"') as caught:
        parse_timestamp_response(openssl_authority.refusal("no such\x1b policy here"))
    assert caught.value.status == 2


def test_an_authority_that_is_not_trusted_is_rejected(
    timestamp_authorities: Authorities, token: TimestampToken
) -> None:
    other = timestamp_authorities(Kind.EXPIRED).root_der

    assert check_token(token, digest=DIGEST, roots=[other]).outcome is CheckOutcome.REJECTED
    assert "No root certificate" in check_token(token, digest=DIGEST, roots=[]).reason
    assert check_token(token, digest=DIGEST, roots=[b"noise"]).outcome is CheckOutcome.REJECTED


def test_a_token_stays_evidence_after_its_certificate_has_ended(timestamp_authorities: Authorities) -> None:
    """The authority's certificate ended in 2021; what it said in 2020 is verified as of then by both checkers."""
    authority = timestamp_authorities(Kind.EXPIRED)
    token = parse_timestamp_response(authority.reply(REQUEST))

    assert token.gen_time == LONG_AGO
    assert token.ends == datetime(2021, 1, 1, tzinfo=UTC)
    assert check_token(token, digest=DIGEST, roots=[authority.root_der]).outcome is CheckOutcome.VERIFIED
    assert not authority.verify(token.raw, digest=DIGEST)[0]
    assert authority.verify(token.raw, digest=DIGEST, attime=token.gen_time)[0]


def test_what_an_authority_said_after_its_certificate_had_ended_is_rejected(timestamp_authorities: Authorities) -> None:
    authority = timestamp_authorities(Kind.EXPIRED)
    token = parse_timestamp_response(authority.reply(REQUEST, at=datetime(2022, 1, 1, tzinfo=UTC)))

    assert "expired" in check_token(token, digest=DIGEST, roots=[authority.root_der]).reason
    assert not authority.verify(token.raw, digest=DIGEST, attime=token.gen_time)[0]


def test_two_certificates_out_of_order_are_read_and_the_disagreement_has_its_reason(
    timestamp_authorities: Authorities,
) -> None:
    authority = timestamp_authorities(Kind.TWO_CERTIFICATES)
    token = parse_timestamp_response(authority.reply(REQUEST))

    found = check_token(token, digest=DIGEST, roots=[authority.root_der])

    assert [certificate.subject for certificate in token.certificates] == [
        "Test Time Stamping",
        "Test Time Stamping Root",
    ]
    assert token.signer == token.certificates[0]
    assert found.outcome is CheckOutcome.COULD_NOT
    assert "Could not be read by rfc3161-client" in found.sentence
    assert "InvalidSetOrdering" in found.sentence
    assert authority.verify(token.raw, digest=DIGEST)[0]


def test_the_same_certificates_in_der_order_are_verified_and_nothing_signed_is_changed(
    timestamp_authorities: Authorities,
) -> None:
    authority = timestamp_authorities(Kind.TWO_CERTIFICATES)
    token = parse_timestamp_response(authority.reply(REQUEST))
    reordered = parse_timestamp_response(in_der_order(token))

    assert check_token(token, digest=DIGEST, roots=[authority.root_der], is_reordered=True).outcome is (
        CheckOutcome.VERIFIED
    )
    assert in_der_order(token) != token.raw
    assert len(in_der_order(token)) == len(token.raw)
    assert sorted(c.der for c in reordered.certificates) == [c.der for c in reordered.certificates]
    same = {"raw": b"", "token_bytes": b"", "certificates": ()}
    assert replace(reordered, **same) == replace(token, **same)
    assert authority.verify(in_der_order(token), digest=DIGEST)[0]


@pytest.mark.parametrize("kind", [Kind.PLAIN, Kind.EXPIRED])
def test_what_is_in_der_order_stays_as_it_is(timestamp_authorities: Authorities, kind: Kind) -> None:
    token = parse_timestamp_response(timestamp_authorities(kind).reply(REQUEST))

    assert in_der_order(token) == token.raw


def test_reordering_makes_no_bad_token_good(timestamp_authorities: Authorities) -> None:
    authority, other = timestamp_authorities(Kind.TWO_CERTIFICATES), timestamp_authorities(Kind.PLAIN)
    raw = authority.reply(REQUEST)
    token = parse_timestamp_response(raw)
    bit = bytearray(raw)
    bit[-1] ^= 1
    forged = parse_timestamp_response(bytes(bit))
    wrong = parse_timestamp_response(timestamp_authorities(Kind.WRONG_USAGE).reply(REQUEST))

    for bad, digest, root in (
        (token, bytes(32), authority.root_der),
        (token, DIGEST, other.root_der),
        (forged, DIGEST, authority.root_der),
        (wrong, DIGEST, timestamp_authorities(Kind.WRONG_USAGE).root_der),
    ):
        assert check_token(bad, digest=digest, roots=[root], is_reordered=True).outcome is CheckOutcome.REJECTED


@pytest.mark.parametrize("kind", [Kind.WRONG_USAGE, Kind.USAGE_NOT_CRITICAL])
def test_a_certificate_that_is_not_for_time_stamps_is_rejected_by_both(
    timestamp_authorities: Authorities, kind: Kind
) -> None:
    authority = timestamp_authorities(kind)
    token = parse_timestamp_response(authority.reply(REQUEST))

    assert "purpose" in check_token(token, digest=DIGEST, roots=[authority.root_der]).reason
    assert not authority.verify(token.raw, digest=DIGEST)[0]


def test_a_flipped_bit_anywhere_is_refused_or_rejected(openssl_authority: OpenSSLAuthority, answer: bytes) -> None:
    """Except where nothing hangs on it: in the copy of the certificate and in what no signature covers."""
    root = openssl_authority.root_der
    passed = []
    for place in range(0, len(answer), 3):
        changed = bytearray(answer)
        changed[place] ^= 1 << place % 8
        try:
            token = parse_timestamp_response(bytes(changed))
        except (TimestampFormatError, TimestampRefusedError):
            continue
        if check_token(token, digest=DIGEST, nonce=NONCE, roots=[root]).outcome is CheckOutcome.VERIFIED:
            passed.append((place, token))
    assert len(passed) < len(answer) // 50
    assert all((token.digest, token.nonce) == (DIGEST, NONCE) for _, token in passed)


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "noise": lambda _: bytes(range(256)),
    "a page": lambda _: b"<html>503</html>",
    "cut": lambda answer: answer[:-1],
    "half": lambda answer: answer[: len(answer) // 2],
    "a byte behind": lambda answer: answer + b"\x00",
    "twice": lambda answer: answer * 2,
    "the token alone": lambda answer: answer[9:],
    "granted without a token": lambda _: write(Tag.SEQUENCE, write(Tag.SEQUENCE, write_integer(0))),
    "an indefinite length": lambda answer: b"\x30\x80" + answer[4:] + b"\x00\x00",
    "nested very deep": lambda _: b"\x30\x80" * 20000,
    "too large": lambda answer: answer + bytes(1 << 16),
    "a status that is no number": lambda answer: answer.replace(b"\x30\x03\x02\x01\x00", b"\x30\x03\x04\x01\x00"),
    "no content type of a time-stamp": lambda answer: answer.replace(
        bytes.fromhex("060b2a864886f70d0109100104"), bytes.fromhex("060b2a864886f70d0109100105")
    ),
    "version 2": lambda answer: answer.replace(b"\x02\x01\x01\x06\x04\x2a", b"\x02\x01\x02\x06\x04\x2a"),
    "a day that does not exist": lambda answer: answer.replace(b"\x18\x0f20", b"\x18\x0f99").replace(
        b"\x18\x0f99", b"\x18\x0fxx"
    ),
}


@pytest.mark.parametrize("spoil", HOSTILE.values(), ids=HOSTILE)
def test_refuses_what_is_no_answer(answer: bytes, spoil: Callable[[bytes], bytes]) -> None:
    changed = spoil(answer)
    assert changed != answer
    with pytest.raises(TimestampFormatError):
        parse_timestamp_response(changed)


def rebuilt(
    answer: bytes, *, info: bytes | None = None, certificates: bytes | None = None, signers: bytes | None = None
) -> bytes:
    """The answer with a part of its token put in the place of its own, all lengths made anew."""
    status, token = Cursor(read_one(answer, Tag.SEQUENCE, "x").content).rest()
    kind, wrapped = Cursor(token.content).rest()
    version, algorithms, content, own, signed = Cursor(read_one(wrapped.content, Tag.SEQUENCE, "x").content).rest()
    if info is not None:
        content_type = Cursor(content.content).take(Tag.OID, "x").raw
        octets = write(Tag.CONTEXT_0_CONSTRUCTED, write(Tag.OCTET_STRING, info))
        content = read_one(write(Tag.SEQUENCE, content_type + octets), Tag.SEQUENCE, "x")
    parts = (
        version.raw,
        algorithms.raw,
        content.raw,
        own.raw if certificates is None else certificates,
        signed.raw if signers is None else signers,
    )
    data = write(Tag.CONTEXT_0_CONSTRUCTED, write(Tag.SEQUENCE, b"".join(parts)))
    return write(Tag.SEQUENCE, status.raw + write(Tag.SEQUENCE, kind.raw + data))


def info_with(accuracy: bytes) -> bytes:
    """A time-stamp's content that is all right but for its accuracy."""
    algorithm = write(Tag.SEQUENCE, write_oid("2.16.840.1.101.3.4.2.1") + b"\x05\x00")
    imprint = write(Tag.SEQUENCE, algorithm + write(Tag.OCTET_STRING, DIGEST))
    time = write(Tag.GENERALIZED_TIME, b"20260101000000Z")
    return write(Tag.SEQUENCE, write_integer(1) + write_oid("1.2") + imprint + write_integer(7) + time + accuracy)


def test_a_signer_may_be_named_by_its_key_alone(answer: bytes) -> None:
    by_key = write(Tag.SET, write(Tag.SEQUENCE, write_integer(3) + write(Tag.CONTEXT_0, bytes(20))))
    token = parse_timestamp_response(rebuilt(answer, signers=by_key))

    assert (token.signer_issuer, token.signer_serial, token.signer) == (None, None, None)
    assert token.ends == datetime(2045, 1, 1, tzinfo=UTC)


def test_a_token_without_certificates_has_no_end_and_no_signer(answer: bytes) -> None:
    token = parse_timestamp_response(rebuilt(answer, certificates=b""))

    assert (token.certificates, token.signer, token.ends) == ((), None, None)


def test_what_is_no_certificate_of_the_plain_kind_is_passed_over(answer: bytes) -> None:
    other = write(Tag.CONTEXT_0_CONSTRUCTED, write(Tag.CONTEXT_1_CONSTRUCTED, b""))

    assert parse_timestamp_response(rebuilt(answer, certificates=other)).certificates == ()


@pytest.mark.parametrize("subject", [b"", write(Tag.SET, write(Tag.SEQUENCE, write_oid("2.5.4.10") + b"\x0c\x01a"))])
def test_a_certificate_without_a_common_name_has_none(answer: bytes, subject: bytes) -> None:
    times = write(Tag.UTC_TIME, b"260101000000Z") + write(Tag.GENERALIZED_TIME, b"20500101000000Z")
    body = write_integer(7) + write(0x30, b"") + write(0x30, b"") + write(0x30, times) + write(0x30, subject)
    certificate = write(Tag.SEQUENCE, write(Tag.SEQUENCE, body))
    given = write(Tag.CONTEXT_0_CONSTRUCTED, certificate)

    (found,) = parse_timestamp_response(rebuilt(answer, certificates=given)).certificates
    assert (found.subject, found.begins.year, found.ends.year) == ("", 2026, 2050)


SPOILT: dict[str, dict[str, bytes]] = {
    "a negative accuracy": {"info": info_with(write(Tag.SEQUENCE, b"\x02\x01\xff"))},
    "an accuracy of a thousand milliseconds": {"info": info_with(write(Tag.SEQUENCE, b"\x80\x02\x03\xe8"))},
    "an accuracy of a century": {"info": info_with(write(Tag.SEQUENCE, write_integer(10**10)))},
    "words behind the accuracy": {"info": info_with(write(Tag.SEQUENCE, b"") + write(Tag.UTF8_STRING, b"x"))},
    "a certificate without a validity": {
        "certificates": write(
            Tag.CONTEXT_0_CONSTRUCTED,
            write(Tag.SEQUENCE, write(Tag.SEQUENCE, write_integer(7) + write(0x30, b"") * 4)),
        )
    },
    "seventeen certificates": {
        "certificates": write(Tag.CONTEXT_0_CONSTRUCTED, write(Tag.SEQUENCE, write(Tag.SEQUENCE, b"")) * 17)
    },
    "two signers": {"signers": write(Tag.SET, write(Tag.SEQUENCE, b"") * 2)},
    "no signer": {"signers": write(Tag.SET, b"")},
}


@pytest.mark.parametrize("parts", SPOILT.values(), ids=SPOILT)
def test_refuses_a_token_with_a_part_that_is_none(answer: bytes, parts: dict[str, bytes]) -> None:
    assert parse_timestamp_response(rebuilt(answer)) == parse_timestamp_response(answer)
    with pytest.raises(TimestampFormatError):
        parse_timestamp_response(rebuilt(answer, **parts))


def test_a_token_that_is_no_signed_data_is_refused(answer: bytes) -> None:
    other = answer.replace(bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701"))
    with pytest.raises(TimestampFormatError, match="no signed data"):
        parse_timestamp_response(other)


def test_certificates_are_read_from_a_bundle_and_nothing_else(openssl_authority: OpenSSLAuthority) -> None:
    pem = openssl_authority.root_pem

    assert parse_certificates(pem) == (openssl_authority.root_der,)
    assert len(parse_certificates(pem * 3)) == 3
    for bad in (b"", b"noise", pem[: len(pem) // 2], pem * 17, b"a" * (1 << 19)):
        with pytest.raises(CertificateFormatError):
            parse_certificates(bad)


def test_a_certificate_of_a_version_that_does_not_exist_is_no_certificate(openssl_authority: OpenSSLAuthority) -> None:
    """Found by fuzzing: the library has an error of its own kind for it."""
    changed = openssl_authority.root_der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x6a")
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(changed) + b"-----END CERTIFICATE-----\n"

    with pytest.raises(CertificateFormatError):
        parse_certificates(pem)


def test_the_answers_that_are_kept_for_fuzzing_are_what_their_names_say() -> None:
    digest = bytes.fromhex((ASSETS / "digest.txt").read_text(encoding="ascii").strip())
    roots = parse_certificates((ASSETS / "root.pem").read_bytes())
    tokens = {path.stem: path.read_bytes() for path in ASSETS.glob("*.tsr")}

    with pytest.raises(TimestampRefusedError):
        parse_timestamp_response(tokens.pop("refusal"))
    found = {name: parse_timestamp_response(raw) for name, raw in tokens.items()}
    assert {name: (len(t.certificates), t.gen_time.year == 2020, t.digest == digest) for name, t in found.items()} == {
        "good": (1, False, True),
        "two-certificates": (2, False, True),
        "certificate-ended": (1, True, True),
    }
    assert check_token(found["good"], digest=digest, roots=roots).outcome is CheckOutcome.VERIFIED


def renewed(
    timestamp_authorities: Authorities, first_at: datetime = LONG_AGO
) -> tuple[TimestampToken, TimestampToken, TimestampToken]:
    """2020 by an authority whose certificate ends in 2021, renewed within 2020 by it, and then by another one."""
    old, new = timestamp_authorities(Kind.EXPIRED), timestamp_authorities(Kind.PLAIN)
    first = parse_timestamp_response(old.reply(REQUEST, at=first_at))
    ask = build_timestamp_request(renewal_digest(first), nonce=2)
    second = parse_timestamp_response(old.reply(ask, at=datetime(2020, 12, 1, tzinfo=UTC)))
    ask = build_timestamp_request(renewal_digest(second), nonce=3)
    third = parse_timestamp_response(new.reply(ask, at=datetime(2020, 12, 31, tzinfo=UTC)))
    return first, second, third


def test_renewals_carry_the_first_time_as_far_as_the_last_certificate(timestamp_authorities: Authorities) -> None:
    chain = verify_renewals(renewed(timestamp_authorities), digest=DIGEST)

    assert chain.proves_since == LONG_AGO
    assert chain.renew_before == datetime(2045, 1, 1, tzinfo=UTC)
    old = timestamp_authorities(Kind.EXPIRED).root_der
    for position in (0, 1):
        check = check_token(chain.tokens[position], digest=chain.digest_of(position, DIGEST), roots=[old])
        assert check.outcome is CheckOutcome.VERIFIED


def test_openssl_alone_computes_what_a_renewal_is_over(tmp_path: Path, timestamp_authorities: Authorities) -> None:
    for kind in (Kind.PLAIN, Kind.TWO_CERTIFICATES, Kind.EXPIRED):
        token = parse_timestamp_response(timestamp_authorities(kind).reply(REQUEST))
        (tmp_path / "old.tsr").write_bytes(token.raw)
        line = "openssl ts -reply -in old.tsr -token_out | sha256sum"
        out = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert out.stdout.split()[0] == renewal_digest(token).hex()


def test_a_broken_chain_names_its_first_bad_token(timestamp_authorities: Authorities) -> None:
    first, second, third = renewed(timestamp_authorities)
    for tokens, position, words in (
        ((), 0, "none"),
        ((second, third), 0, "is over SHA-256"),
        ((first, third), 1, "is over SHA-256"),
        ((first, first), 1, "is over SHA-256"),
        ((first, third, second), 1, "is over SHA-256"),
        ((first, replace(second, gen_time=LONG_AGO - timedelta(days=1))), 1, "not later"),
        ((first, replace(second, gen_time=datetime(2021, 1, 2, tzinfo=UTC))), 1, "had ended"),
    ):
        with pytest.raises(TimestampRenewalError, match=words) as caught:
            verify_renewals(tokens, digest=DIGEST)
        assert caught.value.position == position


def test_the_loopback_authority_answers_over_http(timestamp_server: TimestampServer) -> None:
    import urllib.request

    asked = urllib.request.Request(  # noqa: S310 - loopback
        timestamp_server.url, data=REQUEST, headers={"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(asked, timeout=60) as got:  # noqa: S310 - loopback
        assert parse_timestamp_response(got.read()).digest == DIGEST
    assert timestamp_server.requests == [REQUEST]
