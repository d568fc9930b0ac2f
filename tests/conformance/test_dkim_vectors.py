"""The signed messages that RFC 6376 and RFC 8463 publish are verified, and nothing else of them is."""

from datetime import date

import pytest
from tests.simulators.signed_mails import PUBLISHED_KEYS, RFC_6376, RFC_8463

from charteroak.mail.dkim.keys import parse_published_keys
from charteroak.mail.dkim.verification import DKIMVerdict, check_signatures

DAY = date(2026, 11, 20)


def verdicts(message: bytes, keys: bytes = PUBLISHED_KEYS) -> list[DKIMVerdict]:
    checks = check_signatures(message, parse_published_keys(keys), at=DAY, sender_domain="football.example.com")
    return [check.verdict for check in checks]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_the_signed_messages_of_both_documents_are_verified(line_end: bytes) -> None:
    assert verdicts(RFC_6376.replace(b"\n", line_end)) == [DKIMVerdict.VERIFIED]
    assert verdicts(RFC_8463.replace(b"\n", line_end)) == [DKIMVerdict.VERIFIED] * 2


def test_the_relaxed_form_bears_what_mail_servers_do_and_the_simple_one_does_not() -> None:
    changed = RFC_8463.replace(b"Subject: Is dinner", b"SUBJECT:   Is\r\n\tdinner").replace(
        b"game.  Are", b"game. \tAre"
    )
    assert verdicts(changed + b" \r\n\r\n") == [DKIMVerdict.VERIFIED] * 2
    assert verdicts(RFC_6376.replace(b"Subject: Is dinner", b"Subject:  Is dinner")) == [DKIMVerdict.FAILED]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"hungry", b"angry"),
        (b"joe@football.example.com>\nTo", b"joe@football.example.net>\nTo"),
        (b"Is dinner ready", b"Is dinner steady"),
        # Fields that are named once more than they stand (from, subject, date) cannot be added.
        (b"Date: Fri", b"Subject: Another one\nDate: Fri"),
    ],
    ids=["body", "sender", "subject", "second subject"],
)
def test_a_change_of_what_is_signed_fails(old: bytes, new: bytes) -> None:
    assert verdicts(RFC_8463.replace(old, new)) == [DKIMVerdict.FAILED] * 2


def test_without_the_keys_nothing_is_verified() -> None:
    assert verdicts(RFC_8463, b'owner = "Nobody"') == [DKIMVerdict.NO_KEY] * 2
