"""Names of reporters and recipients are taken out of what is shown of a mail, and nothing else is."""

import time

import pytest

from charteroak.mail.analysis import analyze
from charteroak.mail.people import PeopleNames
from charteroak.mail.signals.registry import signal_texts

MAIL = b"""\
Received: from a.example.net (a.example.net [203.0.113.7]) by mx.example.org; Sun, 01 Mar 2026 09:12:00 -0500
From: "Scans" <scan@example.net>
To: "Dana Q. Reed" <dana.reed@example.org>
Subject: Reed, Dana: your invoice
Date: Sun, 01 Mar 2026 09:11:58 -0500
MIME-Version: 1.0
Content-Type: application/octet-stream; name="Dana_Reed.pdf.exe"
Content-Disposition: attachment; filename="Dana_Reed.pdf.exe"
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAA=
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dear Dana Reed, pay", "Dear [recipient], pay"),
        ("REED, DANA", "[recipient]"),
        ("invoice_dana.reed.pdf", "invoice_[recipient].pdf"),
        ("Danareed and Bandana Reedy", "Danareed and Bandana Reedy"),
        ("Dana sent the reed", "Dana sent the reed"),
    ],
)
def test_whole_names_are_taken_out_in_either_order_and_single_words_stay(text: str, shown: str) -> None:
    assert PeopleNames(["Dana Reed"]).redact(text) == shown


@pytest.mark.parametrize("name", ["", "Clerk", "A B", "Town of the Long Name of Oak Hollow", "860-555-0100", "((("])
def test_what_is_no_name_of_a_person_takes_nothing_out(name: str) -> None:
    text = "Town of Oak Hollow: the clerk at 860-555-0100 wrote (((a b)))"
    assert PeopleNames([name]).redact(text) == text


def test_thousand_names_that_the_sender_wrote_cost_little() -> None:
    names = [f"aa{chr(97 + i % 26)}{chr(97 + i // 26)} bbbb" for i in range(1000)]
    text = " ".join(names)[:1000]
    began = time.process_time()
    PeopleNames(names).redact(text)
    assert time.process_time() - began < 1


def test_neither_recipient_nor_reporter_stands_in_the_answer_by_name() -> None:
    shown = str(analyze(MAIL, names=["Lee Marsh"]).to_json(""))
    assert "[recipient]" in shown
    assert "dana" not in shown.lower()
    assert "reed" not in shown.lower()


def test_who_forwards_a_mail_is_kept_out_of_its_text_too() -> None:
    inner = MAIL.replace(b"Reed, Dana: your", b"For Lee Marsh, your")
    outer = (
        b"Received: from x by y; Sun, 01 Mar 2026 10:00:00 -0500\nFrom: Lee Marsh <lee@example.org>\n"
        b"To: phish@example.org\nSubject: Fwd\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" + inner
    )
    analysis = analyze(outer)
    assert analysis.is_forwarded_report
    assert analysis.subject == "For [recipient], your invoice"


def test_every_reason_can_be_said_again_from_what_it_mentions() -> None:
    analysis = analyze(MAIL)
    assert analysis.signals
    for signal in analysis.signals:
        assert signal_texts()[signal.id].explain(dict(signal.mentions)) == signal.explanation


def test_a_sender_who_borrows_the_recipients_name_makes_no_trait_of_a_campaign_of_it() -> None:
    borrowed = MAIL.replace(b'From: "Scans"', b'From: "Dana Reed"')
    assert "dana" not in str(analyze(borrowed).keys).lower()
    kept = analyze(MAIL.replace(b'From: "Scans"', b'From: "Dana Reed, scans"')).keys
    assert [key.value for key in kept if key.kind == "sender-name"] == ["scans"]
