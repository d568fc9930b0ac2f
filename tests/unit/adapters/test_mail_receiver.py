"""The mail server for reports over real sockets: it keeps what it took, passes nothing on, and hostile clients stop."""

import contextlib
import smtplib
import socket
import time

import pytest
from mail_in import TO, receiving

from charteroak.adapters.mail_receiver import Delivery

MAIL = b"From: lee@town.example\r\nSubject: look\r\n\r\n..dot\r\nbare\nlf \xff\x00 end\r\n"


def talk(port: int, *said: bytes, expect: int = 0) -> bytes:
    """Send everything at once, as a pipelining client does, and read until the server closes or falls silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"".join(said))
        heard = b""
        while heard.count(b"\r\n") < expect or not expect:
            piece = connection.recv(65536)
            if not piece:
                break
            heard += piece
        return heard


HELO, FROM, RCPT = b"HELO town.example\r\n", b"MAIL FROM:<lee@town.example>\r\n", b"RCPT TO:<phish@desk.example>\r\n"
DATA, QUIT = b"DATA\r\n", b"QUIT\r\n"


def test_a_mail_arrives_byte_for_byte_with_its_envelope() -> None:
    with receiving() as kept, smtplib.SMTP("127.0.0.1", kept.port) as client:
        client.sendmail("lee@town.example", [TO.upper()], MAIL.replace(b"bare\nlf", b"bare lf"), ["BODY=8BITMIME"])
        assert kept.deliveries == [Delivery(MAIL.replace(b"bare\nlf", b"bare lf"), "lee@town.example", (TO,))]
        assert "auth" not in client.esmtp_features


def test_a_pipelined_session_with_nul_and_a_bare_line_feed_loses_nothing() -> None:
    with receiving() as kept:
        stuffed = MAIL.replace(b"\r\n..dot", b"\r\n...dot")
        heard = talk(kept.port, HELO, FROM, RCPT, DATA, stuffed, b".\r\n", QUIT)
    assert heard.endswith(b"250 2.0.0 Reported\r\n221 Bye\r\n")
    assert [each.data for each in kept.deliveries] == [MAIL]


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r"])
def test_a_dot_after_half_a_line_end_ends_no_message(end: bytes) -> None:
    with receiving() as kept:
        smuggled = b"Subject: a\r\n\r\nx" + end + b"MAIL FROM:<evil@lure.example>\r\n"
        talk(kept.port, HELO, FROM, RCPT, DATA, smuggled, b"\r\n.\r\n", QUIT)
    (only,) = kept.deliveries
    assert b"evil@lure.example" in only.data


def test_nothing_is_passed_on_to_others() -> None:
    with receiving() as kept:
        heard = talk(kept.port, HELO, FROM, b"RCPT TO:<someone@else.example>\r\n", DATA, QUIT)
    assert b"550 5.7.1" in heard
    assert b"503" in heard
    assert kept.deliveries == []


@pytest.mark.parametrize(
    "sender",
    [b"<a\rRCPT TO:x@y.example>", b"<a b@x.example>", b"<" + b"a" * 330 + b"@x.example>", b"<a\x00@x.example>"],
)
def test_an_envelope_that_smuggles_something_in_is_refused(sender: bytes) -> None:
    with receiving() as kept:
        heard = talk(
            kept.port, HELO, b"MAIL FROM:" + sender + b"\r\n", RCPT, DATA, b"Subject: a\r\n\r\nb\r\n.\r\n", QUIT
        )
    assert b"250 2.0.0" not in heard
    assert kept.deliveries == []


def test_ten_thousand_recipients_end_the_session() -> None:
    with receiving() as kept:
        heard = b""
        with contextlib.suppress(ConnectionError):  # the server ends it while the client still talks
            heard = talk(kept.port, HELO, FROM, b"RCPT TO:<x@else.example>\r\n" * 10_000)
        assert heard.count(b"550") <= 100
        with smtplib.SMTP("127.0.0.1", kept.port) as client:
            client.sendmail("lee@town.example", [TO] * 3, MAIL)
    assert [each.recipients for each in kept.deliveries] == [(TO,)]


def test_what_is_too_large_is_refused_in_one_sentence_whether_64_mb_announced_or_sent() -> None:
    with receiving() as kept:
        announced = talk(kept.port, b"EHLO x\r\n", b"MAIL FROM:<lee@town.example> SIZE=67108864\r\n", QUIT)
        sent = talk(kept.port, HELO, FROM, RCPT, DATA, (b"x" * 998 + b"\r\n") * 27_000, b".\r\n", QUIT)
    for heard in (announced, sent):
        assert b"552 5.3.4 This mail is larger than 25 MB; report it by telephone or on the web\r\n" in heard
    assert kept.deliveries == []


def test_millions_of_empty_lines_are_refused_without_being_kept() -> None:
    with receiving() as kept:
        heard = talk(kept.port, HELO, FROM, RCPT, DATA, b"\r\n" * 500_000, b".\r\n", QUIT)
    assert b"554 5.6.0 This mail has too many lines" in heard


def test_trouble_leaves_the_mail_with_its_sender() -> None:
    def fail(_delivery: Delivery) -> str:
        raise OSError("the disk is full at /secret/path")

    with receiving() as kept:
        kept.reply = fail
        heard = talk(kept.port, HELO, FROM, RCPT, DATA, MAIL, b".\r\n", QUIT)
    assert b"451 4.3.0 It could not be recorded now" in heard
    assert b"secret" not in heard


def test_lmtp_answers_once_for_each_recipient() -> None:
    with receiving(lmtp=True) as kept:
        second = b"RCPT TO:<two@desk.example>\r\n"
        heard = talk(kept.port, b"LHLO x\r\n", FROM, RCPT, second, DATA, MAIL, b".\r\n", QUIT)
        assert heard.count(b"250 2.0.0 Reported") == 2
        assert b"500" in talk(kept.port, b"EHLO x\r\n", QUIT)
    assert [each.recipients for each in kept.deliveries] == [(TO, "two@desk.example")]


def test_one_client_too_many_is_sent_away() -> None:
    with (
        receiving(most_sessions=1) as kept,
        socket.create_connection(("127.0.0.1", kept.port), timeout=60) as first,
    ):
        assert first.recv(100).startswith(b"220")
        assert b"421 4.3.2 Too many connections" in talk(kept.port)


def test_a_client_that_dribbles_is_cut_off() -> None:
    with receiving(session_seconds=0.6, idle_seconds=0.3) as kept:
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", kept.port), timeout=60) as slow:
            assert slow.recv(100).startswith(b"220")
            while True:
                try:
                    slow.sendall(b"N")
                    slow.settimeout(0.05)
                    if slow.recv(100) == b"":
                        break
                except TimeoutError:
                    assert time.monotonic() - begun < 60
                except ConnectionError:
                    break
        assert time.monotonic() - begun < 60


def test_passwords_are_not_asked_for() -> None:
    with receiving() as kept:
        assert b"235" not in talk(kept.port, b"EHLO x\r\n", b"AUTH PLAIN AGEAYg==\r\n", QUIT)
