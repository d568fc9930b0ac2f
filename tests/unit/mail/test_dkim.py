"""Signatures that were made here, and what hostile senders write into such fields."""

import base64
import hashlib
import time
from collections.abc import Sequence
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from charteroak.mail.dkim import canonical
from charteroak.mail.dkim.keys import DKIMKeysError, PublishedKeys, parse_published_keys
from charteroak.mail.dkim.verification import DKIMCheck, check_signatures

DAY = date(2026, 11, 20)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(PRIVATE.public_key().public_bytes_raw()).decode()
RECORD = f"v=DKIM1; k=ed25519; p={PUBLIC}"
HEAD = b"From: Bank <a@bank.example>\r\nSubject: Hello\r\n"
BODY = b"Dear customer\r\n"


def keys(record: str = RECORD, *, more: str = "") -> PublishedKeys:
    text = (
        f'owner = "Desk"\n[[keys]]\ndomain = "Bank.example"\nselector = "S1"\nseen = 2026-01-02\nrecord = "{record}"\n'
    )
    return parse_published_keys((text + more).encode())


def signed(head: bytes = HEAD, body: bytes = BODY, *, tags: str = "", covered: bytes = BODY) -> bytes:
    """A message signed by the key above, simple and simple; ``covered`` is what of the body was hashed."""
    digest = base64.b64encode(hashlib.sha256(covered).digest()).decode()
    text = f"DKIM-Signature: v=1; a=ed25519-sha256; d=bank.example; s=s1; h=subject:from;{tags} bh={digest}; b="
    fields = head.split(b"\r\n")
    header = fields[1] + b"\r\n" + fields[0] + b"\r\n" + text.encode()
    value = base64.b64encode(PRIVATE.sign(hashlib.sha256(header).digest()))
    return text.encode() + value + b"\r\n" + head + b"\r\n" + body


def check(message: bytes, known: PublishedKeys | None = None, **more: bool) -> DKIMCheck:
    (found,) = check_signatures(message, known or keys(), at=DAY, sender_domain="mail.bank.example", **more)
    return found


def test_a_known_key_verifies_and_says_what_it_rests_on() -> None:
    found = check(signed())
    assert found.to_json() == {
        "domain": "bank.example",
        "selector": "s1",
        "verdict": "verified",
        "reason": "The domain signed this header and body, by the key seen on 2026-01-02.",
        "body": "unchanged",
        "aligned": True,
        "keySeen": "2026-01-02",
    }


@pytest.mark.parametrize(
    ("known", "verdict", "says"),
    [
        (keys(more="until = 2026-11-20"), "verified", "signed this header"),
        (keys(more="until = 2026-11-19"), "expired-key", "held until 2026-11-19"),
        (keys("v=DKIM1; k=ed25519; p="), "expired-key", "took this key back"),
        (PublishedKeys(), "no-key", "by whom is not proved"),
        (
            keys(f"v=DKIM1; k=ed25519; p={base64.b64encode(bytes([3]) + bytes(31)).decode()}"),
            "failed",
            "does not match",
        ),
    ],
    ids=["last day", "ended", "taken back", "unknown", "another key"],
)
def test_each_state_of_a_key_has_its_verdict(known: PublishedKeys, verdict: str, says: str) -> None:
    found = check(signed(), known)
    assert (found.verdict, says in found.reason) == (verdict, True)


def test_keys_that_could_not_be_had_do_not_look_like_having_none() -> None:
    found = check(signed(), PublishedKeys(fault="The file of keys cannot be used."))
    assert (found.verdict, found.reason, found.body) == ("not-checked", "The file of keys cannot be used.", "unchanged")


def test_a_domain_that_is_not_the_senders_is_not_aligned() -> None:
    (found,) = check_signatures(signed(), keys(), at=DAY, sender_domain="bank.example.lure.example")
    assert (found.verdict, found.is_aligned) == ("verified", False)


@pytest.mark.parametrize(
    ("added", "says"),
    [
        (b"From: Chief <ceo@bank.example>\r\n", "more than one From"),
        (b"From: Mallory <m@evil.example>\r\n", "more than one From"),
        (b"Fr\0om: Chief <ceo@bank.example>\r\n", "more than one From"),
        (b"\xef\xbb\xbfFrom: Chief <ceo@bank.example>\r\n", "more than one From"),
        (b"From\xc2\xa0: Chief <ceo@bank.example>\r\n", "more than one From"),
        (b"Subject: Wire 40,000 now\r\n", "The field Subject stands 2 times"),
    ],
    ids=["sender", "sender elsewhere", "with a control", "with a mark", "with a hard blank", "subject"],
)
def test_a_second_field_on_top_of_the_signed_one_is_never_verified(added: bytes, says: str) -> None:
    # RFC 6376 section 8.15: what was signed is read from the bottom, what people see from the top.
    found = check(added + signed())
    assert (found.verdict, says in found.reason) == ("failed", True)
    assert found.is_aligned == (b"Subject" in added)


def test_a_second_field_that_was_never_signed_changes_nothing() -> None:
    assert check(b"To: a@town.example\r\nTo: b@town.example\r\n" + signed()).verdict == "verified"


@pytest.mark.parametrize(
    ("length", "state", "says"),
    [
        (len(BODY), "partly-signed", f"first {len(BODY)} of {len(BODY) + 13} bytes"),
        (0, "not-signed", "Nothing of the body is signed"),
    ],
)
def test_a_signature_of_a_part_of_the_body_is_not_verified(length: int, state: str, says: str) -> None:
    # RFC 6376 section 8.2: whoever relays the mail can write more behind what was signed.
    message = signed(body=BODY + b"added later\r\n", tags=f" l={length};", covered=BODY[:length])
    found = check(message)
    assert (found.verdict, found.body, says in found.reason) == ("limited", state, True)
    unknown = check(message, PublishedKeys())
    assert (unknown.verdict, unknown.body, says in unknown.reason) == ("no-key", state, True)


def test_a_length_that_covers_the_whole_body_is_no_limit() -> None:
    assert check(signed(tags=f" l={len(BODY)};")).verdict == "verified"
    assert check(signed(tags=f" l={len(BODY) + 1};")).body == "changed"


def test_a_message_put_together_again_is_not_checked() -> None:
    assert check(signed(), is_rebuilt=True).verdict == "not-checked"


def test_a_signature_in_a_header_that_is_too_long_is_told_as_not_checked() -> None:
    padding = b"X-Padding: " + b"a" * (300 << 10) + b"\r\n"
    found = check(padding + signed())
    assert (found.verdict, "longer than 256 kB" in found.reason) == ("not-checked", True)
    unsigned = padding + HEAD + b"\r\nDKIM-Signature: in the body\r\n"
    assert check_signatures(unsigned, keys(), at=DAY, sender_domain="bank.example") == ()


@pytest.mark.parametrize("end", [b"", b"\r\n"])
def test_a_signed_message_without_a_body_is_checked(end: bytes) -> None:
    # RFC 5322 section 3.5: the body is optional; RFC 6376 section 3.4.3: an empty one is signed as one line end.
    message = signed(body=b"", covered=b"\r\n").removesuffix(b"\r\n\r\n") + end
    assert check(message).verdict == "verified"


def test_a_key_for_its_own_domain_alone_does_not_sign_for_one_below() -> None:
    message = signed(tags=" i=@mail.bank.example;")
    assert check(message).verdict == "verified"
    found = check(message, keys(f"{RECORD}; t=s"))
    assert (found.verdict, found.reason) == (
        "failed",
        "The key is for bank.example alone, and the signature is for mail.bank.example.",
    )


# Days of 2026-11 in seconds: 1795046400 is the 19th, 1795132800 the 20th, 1795219200 the 21st, 1795305600 the 22nd.
@pytest.mark.parametrize(
    ("tags", "verdict", "says"),
    [
        (" t=1577836800; x=1577923200;", "limited", "held until 2020-01-02"),
        (" x=1795046400;", "limited", "held until 2026-11-19"),
        (" x=1795132800;", "verified", "signed this header"),
        (" x=999999999999999999;", "verified", "signed this header"),
        (" t=1795219200;", "verified", "signed this header"),
        (" t=1795305600;", "limited", "made on 2026-11-22"),
        (" t=1795132800; x=1795132800;", "failed", "ends before it was made"),
        (" x=soon;", "failed", "is no number"),
    ],
)
def test_a_signature_counts_within_the_times_that_it_names(tags: str, verdict: str, says: str) -> None:
    # RFC 6376 section 3.5, t= and x=; the moment is the one at which the mail came to us.
    found = check(signed(tags=tags))
    assert (found.verdict, says in found.reason) == (verdict, True)


def test_a_domain_that_only_tests_its_signatures_is_not_told_as_verified() -> None:
    # RFC 6376 section 3.6.1, t=y: no different from a mail that is not signed.
    found = check(signed(), keys(f"{RECORD}; t=y:s"))
    assert (found.verdict, "only tests" in found.reason) == ("limited", True)


@pytest.mark.parametrize(
    ("taken_back", "verdict"),
    [
        ("2026-01-01", "verified"),
        ("2026-01-02", "expired-key"),
        ("2026-11-20", "expired-key"),
        ("2026-11-21", "verified"),
    ],
    ids=["before the key was seen", "on the day it was seen", "on the day of the mail", "after the mail"],
)
def test_a_key_that_was_taken_back_ends_on_that_day(taken_back: str, verdict: str) -> None:
    # RFC 6376 section 3.6.1: an empty p= revokes.
    more = f'[[keys]]\ndomain = "bank.example"\nselector = "s1"\nseen = {taken_back}\nrecord = "v=DKIM1; p="\n'
    found = check(signed(), keys(more=more))
    assert found.verdict == verdict
    if verdict == "expired-key":
        assert f"took back by {taken_back}" in found.reason


@pytest.mark.parametrize(
    "tags",
    [
        "",
        "v=1",
        "v=2; a=rsa-sha256; b=; bh=; d=bank.example; h=from; s=s1",
        "v=1; a=rsa-sha1; b=; bh=; d=bank.example; h=from; s=s1",
        "v=1; a=rsa-sha256; b=; bh=; d=bank.example; h=to; s=s1",
        "v=1; a=rsa-sha256; b=; bh=; d=bank.example; h=from; s=s1; i=@other.example",
        "v=1; a=rsa-sha256; b=; bh=; d=bank.example; d=other.example; h=from; s=s1",
        "v=1; a=rsa-sha256; b=%%%; bh=; d=bank.example; h=from; s=s1",
        "v=1; a=rsa-sha256; b=; bh=; d=com; h=from; s=s1",
        "v=1; a=rsa-sha256; b=; bh=; d=bank.example; h=from; s=s1; l=-1",
        "v=1; a=rsa-sha256; b=; bh=; d=bank.example; h=from; s=s1; l=99999999999999999999999",
        "v=1; a=rsa-sha256; c=upside/down; b=; bh=; d=bank.example; h=from; s=s1",
        "v=1; a=rsa-sha256; b=; bh=; d=bank.example; h=from" + ":from" * 600 + "; s=s1",
        ";" * 100,
        "=" * 100,
        "\x00\xff\u202e",
    ],
)
def test_a_malformed_signature_fails_and_names_no_sender(tags: str) -> None:
    found = check(b"DKIM-Signature: " + tags.encode() + b"\r\n" + HEAD + b"\r\n" + BODY)
    assert found.verdict == "failed"
    assert "\x00" not in found.domain + found.selector


@pytest.mark.parametrize(
    "body",
    [b" " * (8 << 20), b" \t" * (2 << 20) + b"x", b"\r\n" * (4 << 20), b"\r" * (8 << 20), b" \r\n" * (2 << 20)],
    ids=["blanks", "blanks before a letter", "empty lines", "bare returns", "blank lines"],
)
def test_large_bodies_of_blanks_cost_a_time_that_grows_with_their_length(body: bytes) -> None:
    message = signed(body=body).replace(b"; d=bank", b"; c=relaxed/relaxed; d=bank")
    began = time.process_time()
    check_signatures(message, keys(), at=DAY, sender_domain="bank.example")
    assert time.process_time() - began < 2


def test_junk_on_top_does_not_hide_a_signature_whose_key_is_known_and_what_is_left_out_is_told() -> None:
    junk = b"".join(
        b"DKIM-Signature: v=1; a=rsa-sha256; d=j%d.example; s=a; h=from; bh=AA==; b=AA==\r\n" % number
        for number in range(400)
    )
    found = check_signatures(junk + signed(), keys(), at=DAY, sender_domain="bank.example")
    assert [each.verdict for each in found] == [*["failed"] * 4, "verified", "not-checked"]
    assert found[-1].reason == (
        "Beside these 5, the mail has more signatures: 45 that were checked and say no more, 351 that were not checked."
    )


@pytest.mark.parametrize("covered", [b"another body", BODY], ids=["another body", "this body"])
@pytest.mark.parametrize("is_on_top", [True, False], ids=["on top", "below"])
def test_junk_that_names_a_known_key_does_not_hide_the_signature_that_holds(*, covered: bytes, is_on_top: bool) -> None:
    digest = base64.b64encode(hashlib.sha256(covered).digest())
    junk = (b"DKIM-Signature: v=1; a=ed25519-sha256; d=bank.example; s=s1; h=from; bh=" + digest + b"; b=AA==\r\n") * 8
    message = junk + signed() if is_on_top else signed().replace(HEAD, junk + HEAD)
    found = check_signatures(message, keys(), at=DAY, sender_domain="bank.example")
    assert sorted(each.verdict for each in found) == [*["failed"] * 5, "verified"]
    assert (found[-1].domain, found[-1].verdict) == ("", "failed")
    assert found[-1].reason == "Beside these 5, the mail has more signatures: 4 that were checked and say no more."


def test_signatures_of_strangers_that_hold_do_not_hide_the_senders_own() -> None:
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    more = ""
    lists = b""
    for number in range(6):
        more += f'[[keys]]\ndomain = "l{number}.example"\nselector = "s1"\nseen = 2026-01-02\nrecord = "{RECORD}"\n'
        text = f"DKIM-Signature: v=1; a=ed25519-sha256; d=l{number}.example; s=s1; h=from; bh={digest}; b=".encode()
        value = PRIVATE.sign(hashlib.sha256(HEAD.split(b"\r\n")[0] + b"\r\n" + text).digest())
        lists += text + base64.b64encode(value) + b"\r\n"
    found = check_signatures(lists + signed(), keys(more=more), at=DAY, sender_domain="bank.example")
    assert [(each.verdict, each.is_aligned) for each in found] == [
        *[("verified", False)] * 4,
        ("verified", True),
        ("more", False),
    ]


def test_a_header_is_made_ready_for_a_key_that_is_there_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []

    real = canonical.signed_header

    def counting(fields: Sequence[tuple[bytes, bytes]], names: Sequence[bytes], signature: bytes, form: str) -> bytes:
        made.append(signature)
        return real(fields, names, signature, form)

    monkeypatch.setattr("charteroak.mail.dkim.verification.canonical.signed_header", counting)
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    junk = "".join(
        f"DKIM-Signature: v=1; a=ed25519-sha256; d=j{number}.example; s=a; h=from; bh={digest}; b=AA==\r\n"
        for number in range(50)
    )
    check_signatures(junk.encode() + signed(), keys(), at=DAY, sender_domain="bank.example")
    assert len(made) == 1


def test_signatures_of_as_many_lengths_read_the_body_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[int] = []

    class Counting:
        def __init__(self) -> None:
            self.real = hashlib.new("sha256")

        def update(self, data: bytes) -> None:
            hashed.append(len(data))
            self.real.update(data)

        def copy(self) -> "hashlib._Hash":
            return self.real.copy()

    monkeypatch.setattr("charteroak.mail.dkim.bodies.hashlib.sha256", Counting)
    body = b"a" * 10_000 + b"\r\n"
    line = b"DKIM-Signature: v=1; a=ed25519-sha256; d=bank.example; s=s1; h=from; l=%d; bh=AA==; b=AA==\r\n"
    head = b"".join(line % length for length in range(9_000, 9_040))
    check_signatures(head + HEAD + b"\r\n" + body, keys(), at=DAY, sender_domain="bank.example")
    assert sum(hashed) <= len(body)


def test_more_proofs_than_are_made_are_told_as_not_checked() -> None:
    digest = base64.b64encode(hashlib.sha256(BODY).digest())
    junk = b"DKIM-Signature: v=1; a=ed25519-sha256; d=bank.example; s=s1; h=from; bh=" + digest + b"; b=AA==\r\n"
    found = check_signatures(junk * 30 + HEAD + b"\r\n" + BODY, keys(), at=DAY, sender_domain="bank.example")
    assert (found[-1].verdict, "15 that were checked and say no more, 10 that were not" in found[-1].reason) == (
        "not-checked",
        True,
    )


@given(st.binary(max_size=400), st.binary(max_size=200))
def test_no_bytes_raise(field: bytes, rest: bytes) -> None:
    check_signatures(b"DKIM-Signature:" + field + b"\r\n\r\n" + rest, keys(), at=DAY, sender_domain="")
    check_signatures(rest, keys(), at=DAY, sender_domain="")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * (1 << 20) + "y", "larger than"),
        ("keys = 1", "cannot be read"),
        ('owner = "Desk"\nkey = 1', "cannot be read"),
        ('owner = "Desk"\n[[keys]]\ndomain = "a.example"\nselector = "s"\nrecord = "p="', "cannot be read"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_a_file_of_keys_that_cannot_be_used_is_refused(text: str, says: str) -> None:
    with pytest.raises(DKIMKeysError, match=says):
        parse_published_keys(text.encode())


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("v=DKIM2; p=AAAA", "version"),
        ("v=DKIM1; k=rsa", "has no key"),
        ("v=DKIM1; p=&&&", "no base64"),
        ("v=DKIM1; p=AAAA", "cannot be read"),
    ],
)
def test_a_record_that_is_no_key_is_refused_with_its_name(record: str, says: str) -> None:
    with pytest.raises(DKIMKeysError, match=says) as caught:
        keys(record)
    assert "S1._domainkey.Bank.example" in caught.value.message


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (f"v=DKIM1; h=sha1; p={PUBLIC}", "SHA-256"),
        (f"v=DKIM1; s=other; p={PUBLIC}", "not for mail"),
        ("v=DKIM1; s=tlsrpt; p=", "not for mail"),
        ("v=DKIM1; k=ml-dsa; p=AAAA", "of no kind that is known"),
        # 512 bits: RFC 8301 section 3.2 lets no verifier accept it.
        (("p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALVGW6LC2ZJTbTIwKPXC5v5LTtGSc1XXpfbQ+bfGb4J4qkk2d0hN3ctVWQLK0BfZ2sUnK3SR"
         "x0Y1nNjZ4kBvSzECAwEAAQ=="), "512 bits"),
    ],
)  # fmt: skip
def test_a_record_that_counts_for_no_mail_is_passed_over_and_spoils_no_other_key(record: str, says: str) -> None:
    # RFC 6376 section 3.6.1: such records are ignored; RFC 8301 section 3.2: so are short keys.
    found = check(signed(), keys(record))
    assert (found.verdict, says in found.reason) == ("no-key", True)
    beside = f'[[keys]]\ndomain = "bank.example"\nselector = "s1"\nseen = 2026-02-01\nrecord = "{record}"\n'
    assert check(signed(), keys(more=beside)).verdict == "verified"


def test_a_key_that_ended_before_it_was_seen_is_refused() -> None:
    with pytest.raises(DKIMKeysError, match="before it was seen"):
        keys(more="until = 2025-12-31")
