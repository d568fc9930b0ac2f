"""The plain answer as a mail: to the confirmed sender of a report, in both languages, with nothing of the lure."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connections
from tests.simulators.smtp_server import Mailbox, smtp_server

from charteroak.cli.phish_intake import take
from charteroak.records.reports.models import Report
from charteroak.services.answered_mails import claim_answer
from charteroak.services.phish_intake import Taken, take_forwarded
from charteroak.services.phish_replies import answer_by_mail, answer_handed_over, text_of_answer
from charteroak.services.reporting_settings import (
    Answers,
    ReportingSettings,
    ReportingSettingsError,
    load_reporting_settings,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]

LURE = """\
Received: from mail.example.net (mail.example.net [203.0.113.7]) by mx.example.org; Sun, 01 Mar 2026 09:12:00 -0500
From: "Nutmeg Credit Union" <service@login-nutmeg.example.net>
To: dana@town.example
Subject: Dana Reed, your account is locked
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <1@login-nutmeg.example.net>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Dear customer, verify your password within 24 hours or your account will be closed:
<a href="http://login-nutmeg.example.net/verify">https://nutmeg.example.com</a></p>
"""
REPORT = f"""\
Return-Path: <dana@town.example>
Authentication-Results: mx.town.example; dmarc=pass header.from=town.example
Received: from mail.town.example (mail.town.example [192.0.2.9]) by mx.town.example; Sun, 01 Mar 2026 09:12:00 -0500
From: Dana Reed <dana@town.example>
To: phish@town.example
Subject: Is this real?
Message-ID: <77@mail.town.example>
Date: Sun, 01 Mar 2026 09:11:58 -0500
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=out

--out
Content-Type: text/plain

Please look.
--out
Content-Type: message/rfc822
Content-Disposition: attachment; filename="mail.eml"

{LURE}
--out--
"""
SETTINGS = ReportingSettings(mail_in="phish@town.example", answers=Answers(("town.example",), ("mx.town.example",)))


def test_text_says_what_was_seen_and_what_to_do_in_both_languages_with_nothing_to_click() -> None:
    taken = take_forwarded(REPORT.encode(), sender="dana@town.example")
    text = text_of_answer(taken.reports, "es", SETTINGS, place="https://desk.example")
    assert text.index("Qué vimos") < text.index("What we saw")
    assert taken.reports[0].receipt in text
    assert "://" not in text.replace("https://desk.example/report/status/", "")
    assert "login-nutmeg.example" not in text
    for person in ("Dana", "Reed", "dana@"):
        assert person not in text
    assert "safe" not in text.lower()


@pytest.mark.parametrize(
    ("settings", "level", "reason"),
    [
        (ReportingSettings(), "desk-only", "asks for no answers"),
        (SETTINGS, "anonymous", "keeps no names"),
        (SETTINGS, "desk-only", "no server for outgoing mail"),
    ],
)
def test_report_is_on_record_where_it_is_not_answered(settings: ReportingSettings, level: str, reason: str) -> None:
    taken = take_forwarded(REPORT.encode(), sender="dana@town.example", disclosure=level)
    assert reason in answer_by_mail(REPORT.encode(), taken.reports, settings)
    assert Report.objects.count() == 1


def test_address_for_reports_does_not_answer_itself() -> None:
    data = REPORT.replace("dana@town.example", "phish@town.example").encode()
    taken = take_forwarded(data, sender="phish@town.example")
    assert "itself" in answer_by_mail(data, taken.reports, SETTINGS)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    for folder in ("spool/new", "spool/cur", "settings"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "settings" / "reporting.toml").write_text(
        '[answers]\ndomains = ["town.example"]\ntrusted_receivers = ["mx.town.example"]\n', encoding="utf-8"
    )
    return tmp_path / "spool"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The town's server for outgoing mail."""
    monkeypatch.setattr("charteroak.cli.phish_intake.open_installation", lambda _: None)
    with smtp_server() as running:
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(running.port)), ("SECURITY", "none")):
            monkeypatch.setenv(f"CHARTEROAK_MAIL_{name}", value)
        monkeypatch.setenv("CHARTEROAK_MAIL_SENDER", "desk@town.example")
        yield running


def take_lines(spool: Path) -> list[dict[str, Any]]:
    options = [str(spool), "--answer", "--json", "--data", str(spool.parent / "settings")]
    done = CliRunner().invoke(take, options, standalone_mode=False)
    assert done.exception is None, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_maildir_is_taken_and_its_confirmed_sender_answered_once(spool: Path, server: Mailbox) -> None:
    (spool / "new" / "1").write_text(REPORT, encoding="utf-8")
    forged = REPORT.replace("mx.town.example; dmarc=pass", "mx.town.example; dmarc=fail").replace("real?", "real, 2?")
    (spool / "new" / "2").write_text(forged, encoding="utf-8")
    first, second = take_lines(spool)
    assert take_lines(spool) == []
    assert first["answered"] is True
    assert second["unanswered"] == "no trusted server confirms its sender"
    (answer,) = server.messages
    assert answer["To"] == "dana@town.example"
    assert answer["In-Reply-To"] == "<77@mail.town.example>"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert first["receipt"] in answer.get_content()


HANDED_OVER = REPORT.partition("\n")[2]
"""As a server hands it over: without the Return-Path, which is for us to write."""


@pytest.mark.parametrize(
    ("mail", "sender", "reason"),
    [
        (HANDED_OVER, "eve@town.example", "its envelope names another sender than its From"),
        (HANDED_OVER, "", "a machine sent it: it has an empty sender, as bounces have"),
        (REPORT, "dana@town.example", "delivery did not write down the envelope's sender"),
        (HANDED_OVER.replace("dmarc=pass", "dmarc=fail"), "dana@town.example", "no trusted server confirms its sender"),
    ],
    ids=["another sender in the envelope", "none in it", "a Return-Path of the sender's own", "not confirmed"],
)
def test_mail_handed_over_by_a_sender_who_is_not_confirmed_is_not_answered(
    server: Mailbox, mail: str, sender: str, reason: str
) -> None:
    taken = take_forwarded(mail.encode(), sender=sender)
    assert answer_handed_over(mail.encode(), sender, taken.reports, SETTINGS) == reason
    assert server.messages == []


def test_mail_handed_over_is_answered_once_to_the_sender_of_its_envelope(server: Mailbox) -> None:
    taken = take_forwarded(HANDED_OVER.encode(), sender="dana@town.example")
    first, again = (
        answer_handed_over(HANDED_OVER.encode(), "dana@town.example", taken.reports, SETTINGS) for _ in range(2)
    )
    assert (first, again) == ("", "it was answered before")
    assert server.recipients == ["dana@town.example"]
    assert taken.reports[0].receipt in server.messages[0].get_content()


def test_settings_of_mail_that_cannot_be_used_are_the_reason_and_hide_no_receipt(
    spool: Path, server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (spool / "new" / "1").write_text(REPORT, encoding="utf-8")
    monkeypatch.setenv("CHARTEROAK_MAIL_PORT", "twenty-five")
    (line,) = take_lines(spool)
    assert line["receipt"]
    assert "mail.toml cannot be used" in line["unanswered"]
    assert not server.messages


def test_mail_that_is_delivered_again_is_answered_once(spool: Path, server: Mailbox) -> None:
    # RFC 3834 section 2: a responder does not answer the same thing again and again.
    for name, text in (("1", REPORT), ("2", REPORT), ("3", REPORT.replace("09:12:00", "09:12:07"))):
        (spool / "new" / name).write_text(text, encoding="utf-8")
    assert [line.get("unanswered") for line in take_lines(spool)] == [None, *["it was answered before"] * 2]
    assert len(server.messages) == 1


def test_of_two_runs_that_take_one_mail_at_once_one_answers(
    spool: Path, server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (spool / "new" / "1").write_text(REPORT, encoding="utf-8")
    others: list[dict[str, Any]] = []

    def while_another_runs(*args: Any, **kwargs: Any) -> Taken:
        """The mail is read; before it is filed, the timer's next run takes it from beginning to end."""
        patch.undo()
        others.extend(take_lines(spool))
        return take_forwarded(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr("charteroak.services.phish_intake.take_forwarded", while_another_runs)
        (line,) = take_lines(spool)
    assert others[0]["answered"] is True
    assert (line["receipt"], line["unanswered"]) == (others[0]["receipt"], "another run took it")
    assert len(server.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_of_processes_that_claim_one_answer_at_once_one_has_it() -> None:
    barrier, claimed = threading.Barrier(4), []

    def claim() -> None:
        try:
            barrier.wait()
            claimed.append(claim_answer(REPORT.encode(), sender="dana@town.example", message_id=""))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == [False, False, False, True]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("mail_in = 7", "cannot be used"),
        ('mail_inn = "a@b.example"', "cannot be used"),
        ('mail_in = "a@b.example\\nBcc: x@y.example"', "cannot be used"),
        ('[call]\nit = "call Joe"', "no telephone number"),
        ('[call]\nbank = "860-555-0134"', "Nobody is called"),
        ("[answers]\ndomains = []\ntrusted_receivers = []", "cannot be used"),
        ("[[[", "cannot be used"),
        ("\ufeff", "cannot be used"),
    ],
)
def test_slip_in_the_settings_is_named(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "reporting.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReportingSettingsError, match=fault):
        load_reporting_settings(tmp_path)
