"""Invitations and cards: whatever a message calls the file, its words and addresses are read."""

import base64
import time
from email.message import EmailMessage

import pytest

from charteroak.mail.analysis import Analysis, analyze
from charteroak.mail.calendars import calendar_files, calendar_text

ADDRESS = "https://bad-invite.example/join"
PAGE = base64.b64encode(f'<form action="{ADDRESS}"></form>'.encode()).decode()


def _analyzed(name: str, kind: str, content: str) -> Analysis:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Jo <jo@firm.example>", "pat@elm.example", "Meeting"
    message.set_content("See the invitation.")
    main, sub = kind.split("/")
    message.add_attachment(content.encode(), maintype=main, subtype=sub, filename=name)
    return analyze(message.as_bytes())


@pytest.mark.parametrize(
    ("name", "kind", "line"),
    [
        ("invite.ics", "text/calendar", "DESCRIPTION:Join https://bad-inv\r\n ite.example/join"),
        ("invite.ics", "application/ics", f"ATTACH;FMTTYPE=application/pdf:{ADDRESS}"),
        ("invite.ics", "application/octet-stream", f"DESCRIPTION:\\n\\n{ADDRESS}\\n\\nBye"),
        ("invite", "application/octet-stream", f'X-ALT-DESC;FMTTYPE=text/html:<a href="{ADDRESS}">Join</a>'),
        ("invite.ics", "text/calendar", f"ATTACH;VALUE=BINARY;ENCODING=BASE64;FILENAME=form.html:{PAGE}"),
    ],
)
def test_addresses_of_an_invitation_are_found_in_whatever_field_they_stand(name: str, kind: str, line: str) -> None:
    found = _analyzed(name, kind, f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    assert ADDRESS in {seen.observable.value for seen in found.observables}


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("card.vcf", "text/x-vcard", f"BEGIN:VCARD\r\nURL:{ADDRESS}\r\nEND:VCARD\r\n"),
        ("read me.txt", "application/octet-stream", f"Open {ADDRESS} now"),
        ("list.csv", "text/csv", f"name,{ADDRESS}\n"),
        ("run.ps1", "application/octet-stream", f"Invoke-WebRequest {ADDRESS} -OutFile x"),
    ],
)
def test_attached_text_is_read_whatever_the_message_calls_it(name: str, kind: str, content: str) -> None:
    assert ADDRESS in {seen.observable.value for seen in _analyzed(name, kind, content).observables}


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: text/html",
        'Content-Type: application/octet-stream; name="a.html"',
        'Content-Type: text/calendar; name="a.html"',
    ],
)
def test_a_page_that_begins_like_a_card_is_read_as_the_page_that_it_is(head: str) -> None:
    page = f"BEGIN:VCARD<!--{'x' * 1100}--><a href='https&#58;//bad-invite.example/join'>Sign in</a>"
    found = analyze(f"From: jo@firm.example\nMIME-Version: 1.0\n{head}\n\n{page}".encode())
    assert ADDRESS in {seen.observable.value for seen in found.observables}


def test_a_text_that_begins_like_a_card_is_read_as_it_is_shown() -> None:
    found = analyze(f"From: jo@firm.example\n\nBEGIN:VCARD\n\n{ADDRESS}\n now\n".encode())
    assert ADDRESS in {seen.observable.value for seen in found.observables}


def test_file_inside_an_invitation_is_described_like_any_other() -> None:
    found = _analyzed("i.ics", "text/calendar", f"BEGIN:VCALENDAR\nATTACH;ENCODING=BASE64;X-FILENAME=a.html:{PAGE}\n")
    assert [each.name for each in found.attachments] == ["a.html", "i.ics"]
    assert "file-web-page-with-form" in {signal.id for signal in found.signals}


def test_every_file_of_an_invitation_is_described_or_told_as_left_out() -> None:
    harmless = "ATTACH;ENCODING=BASE64;X-FILENAME=a.txt:aGVsbG8gaGVsbG8h\n"
    page = f"ATTACH;ENCODING=BASE64;X-FILENAME=a.html:{PAGE}\n"
    assert "a.html" in [each.name for each in _analyzed("i.ics", "text/calendar", harmless * 20 + page).attachments]
    found = _analyzed("i.ics", "text/calendar", harmless * 200 + page)
    assert "too-many-attachments" in {defect.kind.code for defect in found.defects}


def test_invitation_that_is_too_long_is_told_as_partial() -> None:
    found = _analyzed("i.ics", "text/calendar", "BEGIN:VCALENDAR\n" + "DESCRIPTION:x\n" * 30_000)
    assert "text-cut" in {defect.kind.code for defect in found.defects}


def test_reading_takes_time_in_proportion_to_the_length() -> None:
    hostile = "BEGIN:VCALENDAR\n" + "ATTACH" + ";a=b" * 40_000 + "\n" + "\n " * 40_000 + "ATTACH;" * 20_000
    began = time.process_time()
    assert calendar_files(calendar_text(hostile)) == ()
    assert time.process_time() - began < 1
