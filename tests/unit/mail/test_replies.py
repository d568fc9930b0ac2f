"""A reported mail is answered only where a person sent it whom the operator's own server confirms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charteroak.mail import limits
from charteroak.mail.replies import Addressee, NoAnswer, addressee_of, header_alone

REPORT = """\
Return-Path: <dana@town.example>
Authentication-Results: mx.town.example; dmarc=pass header.from=town.example; spf=pass smtp.mailfrom=town.example
Received: from mail.town.example (mail.town.example [192.0.2.9]) by mx.town.example; Sun, 01 Mar 2026 09:12:00 -0500
From: Dana Reed <dana@town.example>
To: phish@town.example
Subject: Is this real?
Message-ID: <77@mail.town.example>
Date: Sun, 01 Mar 2026 09:11:58 -0500

Please look.
"""


def asked(text: str = REPORT) -> Addressee | NoAnswer:
    return addressee_of(text.encode(), domains=["town.example"], trusted_receivers=["mx.town.example"])


def test_confirmed_sender_is_answered_at_the_envelopes_address() -> None:
    assert asked() == Addressee("dana@town.example", "77@mail.town.example", "en")
    assert asked("Content-Language: es-US\n" + REPORT) == Addressee("dana@town.example", "77@mail.town.example", "es")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("dmarc=pass", "dmarc=fail", "no trusted server"),
        ("Authentication-Results: mx.town.example;", "Authentication-Results: mx.evil.example;", "no trusted server"),
        (
            "header.from=town.example; spf=pass smtp.mailfrom=town.example",
            "header.from=evil.example",
            "no trusted server",
        ),
        ("Return-Path: <dana@town.example>", "Return-Path: <ceo@town.example>", "another sender"),
        ("Return-Path: <dana@town.example>", "Return-Path: <>", "empty sender"),
        ("Return-Path: <dana@town.example>\n", "", "envelope's sender"),
        ("Return-Path: <dana@town.example>\n", "Return-Path: <dana@town.example>\n" * 2, "envelope's sender"),
        ("From: Dana Reed <dana@town.example>", "From: dana@town.example, lee@town.example", "one author"),
        ("From: Dana", "From: a@evil.example\nFrom: Dana", "one author"),
        ("dana@town.example", "dana@evil.example", "no domain that is answered"),
        ("dana@town.example", "dana@mail.town.example", "no domain that is answered"),
        ("Subject:", "Auto-Submitted: auto-generated\nSubject:", "Auto-Submitted"),
        ("Subject:", "Auto-Submitted: auto-replied\nSubject:", "Auto-Submitted"),
        ("Subject:", "X-Autoreply: yes\nSubject:", "X-Autoreply"),
        ("Subject:", "Precedence: bulk\nSubject:", "Precedence"),
        ("Subject:", "List-Id: <all.town.example>\nSubject:", "list"),
        ("Subject:", "X-Auto-Response-Suppress: All\nSubject:", "asks for no answer"),
        ("dana@town.example", "mailer-daemon@town.example", "mail system"),
        (
            "Subject:",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\nSubject:",
            "report of type",
        ),
    ],
)
def test_machine_a_list_and_a_forged_sender_are_never_answered(old: str, new: str, reason: str) -> None:
    found = asked(REPORT.replace(old, new))
    assert isinstance(found, NoAnswer)
    assert reason in found.reason


def test_result_that_the_sender_wrote_below_the_own_server_confirms_nobody() -> None:
    results, rest = REPORT.splitlines(keepends=True)[1], REPORT.replace(REPORT.splitlines(keepends=True)[1], "")
    head, received, tail = rest.partition("From: Dana")
    forged = head.replace("mx.town.example;", "mx.evil.example;") + results + received + tail
    assert isinstance(asked(forged), NoAnswer)


@pytest.mark.parametrize(
    "genuine",
    ["mx.town.example; spf=fail smtp.mailfrom=town.example", "mx.town.example; none", "MX.town.example 1; iprev=pass"],
)
@pytest.mark.parametrize("is_above", [True, False], ids=["above its Received", "below its Received"])
def test_result_that_the_sender_wrote_under_the_servers_own_name_confirms_nobody(genuine: str, is_above: bool) -> None:
    # RFC 8601 section 5: a server should remove fields of its name that came from outside; many do not.
    path, _, received, *rest = REPORT.splitlines(keepends=True)
    own = f"Authentication-Results: {genuine}\n"
    trace = [own, received] if is_above else [received, own]
    for method in ("dmarc=pass header.from", "dkim=pass header.d", "spf=pass smtp.mailfrom"):
        forged = f"Authentication-Results: mx.town.example; {method}=town.example\n"
        assert isinstance(asked("".join([path, *trace, forged, *rest])), NoAnswer)


def test_reply_to_is_never_followed_and_a_smuggled_identifier_is_dropped() -> None:
    hostile = REPORT.replace("Subject:", "Reply-To: victim@elsewhere.example\nSubject:")
    hostile = hostile.replace("<77@mail.town.example>", "<77@mail.town.example> <88@x> \u00e9")
    assert asked(hostile) == Addressee("dana@town.example", "", "en")


def test_no_bytes_whatever_raise() -> None:
    for data in (b"", b"\x00" * 50, b"From: " + b"<(" * 50_000, REPORT.encode()[:90], b"Return-Path: <\n\n"):
        assert isinstance(addressee_of(data, domains=[], trusted_receivers=[]), NoAnswer)


HEADER_PIECES = st.sampled_from(
    [line.encode() + b"\n" for line in REPORT.split("\n")]
    + [b"\n", b"\r\n", b"\r", b" ", b"From: x@y.example\n", b"\xff"]
)


@given(st.lists(HEADER_PIECES, max_size=14).map(b"".join))
def test_the_header_alone_says_whom_to_answer_as_the_whole_mail_does(data: bytes) -> None:
    top = b"Return-Path: <dana@town.example>\r\n"
    whole, header = (
        addressee_of(top + each, domains=["town.example"], trusted_receivers=["mx.town.example"])
        for each in (data, header_alone(data))
    )
    assert whole == header


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"", b"\r\n" + b"X: y\r\n" * 100_000 + b"\r\n"])
def test_what_waits_for_an_answer_is_small_however_large_the_mail_is(end: bytes) -> None:
    mails = [REPORT.partition("\n\n")[0].encode() + end + bytes([number]) * (4 << 20) for number in (65, 66)]
    kept = [header_alone(mail) for mail in mails]
    assert all(len(each) <= limits.MAX_HEADER_BLOCK_BYTES + 70 for each in kept)
    assert asked(kept[0].decode()) == asked(mails[0].decode())
    assert (kept[0] != kept[1]) == (len(end) < 5)
