from datetime import date

from charteroak.mail.particulars import Particulars, read_particulars

DAY = date(2026, 3, 2)
MAIL = b"""\
Received: from mail.lure.example (mail.lure.example [203.0.113.7]) by mx.town.example for <clerk@town.example>; Sun, 01 Mar 2026 09:10:00 -0500
Received: from home ([198.51.100.9]) by mail.lure.example; Sun, 01 Mar 2026 09:12:00 -0500
From: Bank <a@bank.example>
To: clerk@town.example
Subject: Hello
Date: Sun, 01 Mar 2026 09:11:58 -0500

Dear customer
"""  # noqa: E501 - fields stand on one line


def only(data: bytes, reporters: tuple[str, ...] = ()) -> Particulars:
    (found,) = read_particulars(data, at=DAY, reporters=reporters)
    return found


def test_the_journey_tells_the_time_of_each_step_and_which_side_it_is_on() -> None:
    journey = only(MAIL).journey
    assert [(step.by, step.seconds, step.is_receiving) for step in journey] == [
        ("mx.town.example", -120, True),
        ("mail.lure.example", 2, False),
    ]
    assert "clerk" not in repr([step.to_json() for step in journey])


def test_a_free_mail_domain_is_nobodys_side() -> None:
    data = MAIL.replace(b"clerk@town.example", b"clerk@gmail.com")
    assert only(data).receivers.claimed == frozenset()


def test_each_message_of_a_report_has_its_own() -> None:
    part = b"--b\nContent-Type: message/rfc822\n\n" + MAIL
    report = (
        b"From: lee@town.example\nTo: phish@desk.example\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=b\n\n"
        + part + b"\n" + part.replace(b"lure", b"other") + b"\n--b--\n"
    )  # fmt: skip
    found = read_particulars(report, at=DAY, reporters=("lee@town.example",))
    assert [each.journey[1].by for each in found] == ["mail.lure.example", "mail.other.example"]
    assert all("town.example" in each.receivers.claimed for each in found)


def test_what_is_no_message_has_none() -> None:
    assert only(b"\x00\xff").journey == ()
    assert only(b"") == Particulars()
