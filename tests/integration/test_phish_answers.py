"""The plain answer to who reported a mail: what was seen, what to do now, who to call, in English and in Spanish."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from charteroak.portal.reports.wording import deeds_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]

MAIL = b"""\
Received: from mail.example.net (mail.example.net [203.0.113.7]) by mx.example.org; Sun, 01 Mar 2026 09:12:00 -0500
From: "Nutmeg Credit Union" <service@login-nutmeg.example.net>
To: "Dana Reed" <dana.reed@example.org>
Subject: Dana Reed, your account is locked
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <1@login-nutmeg.example.net>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Dear customer, verify your password within 24 hours or your account will be closed:
<a href="http://login-nutmeg.example.net/verify/dana.reed@example.org">https://nutmeg.example.com</a></p>
--b
Content-Type: application/octet-stream; name="Dana Reed.pdf.exe"
Content-Disposition: attachment; filename="Dana Reed.pdf.exe"
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAA=
--b--
"""
ANSWERS = {"link": "no", "password": "no", "file": "no", "disclosure": "desk-only"}
LETTERS = re.compile(r"[^\W\d_]{2,}")
SAME_IN_BOTH = {
    "Charter Oak",
    "Outlook",
    "Gmail",
    "No",
    "Error:",
    "Phishing",
    "Ctrl+Alt+F",
    "IdentityTheft.gov",
    "ic3.gov",
}
"""What a person reads alike in English and in Spanish."""


def mail_file(content: bytes = MAIL, name: str = "mail.eml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="message/rfc822")


def words_on(body: bytes) -> list[str]:
    """Every run of text that the page shows or says to a screen reader, in its order."""
    tree = LexborHTMLParser(body.decode())
    for node in tree.css("script, style, code, time, .receipt, input, textarea, title, span[lang=en]"):
        node.decompose()
    spoken = [node.attributes.get(name) or "" for name in ("aria-label", "alt", "title") for node in tree.css("*")]
    shown = [node.text(deep=False) or "" for node in tree.css("body *")]
    return [" ".join(text.split()) for text in (*shown, *spoken) if LETTERS.search(text)]


def test_days_on_a_spanish_page_are_spanish(client: Client) -> None:
    page = client.post(
        "/report/mail/", ANSWERS | {"message": mail_file()}, follow=True, headers={"accept-language": "es"}
    )
    days = [node.text() for node in LexborHTMLParser(page.content.decode()).css("time")]
    assert days
    for day in days:
        assert re.match(
            r"(lun|mar|mié|jue|vie|sáb|dom) \d+ (ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic) \d{4}, ", day
        )


def test_answer_names_three_reasons_and_what_to_do_for_what_was_done(client: Client) -> None:
    said = ANSWERS | {"password": "yes", "link": "yes", "also": ["money"], "message": mail_file()}
    tree = LexborHTMLParser(client.post("/report/mail/", said, follow=True).content.decode())
    seen = tree.css("section[aria-labelledby=answer-seen] ol > li")
    headings = [node.text() for node in tree.css("section[aria-labelledby=answer-now] h3")]
    assert 1 <= len(seen) <= 3
    assert headings == [
        "You sent money or changed payment details",
        "You entered a password or a code",
        "You opened a link",
        "Who to call",
    ]
    assert Report.objects.get().outcome == "successful"


@pytest.mark.parametrize(
    ("said", "deeds", "outcome"),
    [
        ({}, ["read"], "unsuccessful"),
        ({"link": "yes"}, ["link"], "suspected"),
        ({"file": "yes"}, ["file"], "successful"),
        ({"password": "not-sure"}, ["maybe-password"], "unknown"),
        ({"link": "yes", "password": "not-sure"}, ["link", "maybe-password"], "suspected"),
        ({"link": "not-sure", "file": "not-sure"}, ["maybe-link", "maybe-file"], "unknown"),
        ({"also": ["answered"]}, ["answered"], "suspected"),
    ],
)
def test_plain_answers_become_what_the_desk_reads(
    client: Client, said: dict[str, object], deeds: list[str], outcome: str
) -> None:
    client.post("/report/mail/", ANSWERS | said | {"message": mail_file()})
    report = Report.objects.get()
    assert (report.details["whatHappened"], report.outcome) == (deeds, outcome)


def test_who_is_not_sure_of_a_password_is_told_to_change_it_and_the_desk_reads_the_doubt(
    client: Client,
) -> None:
    said = ANSWERS | {"link": "yes", "password": "not-sure", "message": mail_file()}
    page = client.post("/report/mail/", said, follow=True).content.decode()
    assert "You may have entered a password or a code" in page
    assert "Change that password now" in page
    assert page.index("Change that password now") < page.index("You opened a link")
    doubts = [str(words) for words in deeds_of(Report.objects.get())]
    assert doubts == ["I opened a link in it", "I am not sure whether I entered a password or a code"]


def test_same_answer_is_given_again_to_who_comes_back_with_the_receipt(client: Client) -> None:
    first = client.post("/report/mail/", ANSWERS | {"file": "yes", "message": mail_file()}, follow=True)
    later = Client().post("/report/status/", {"receipt": Report.objects.get().receipt}, follow=True)
    for body in (first.content, later.content):
        tree = LexborHTMLParser(body.decode())
        assert tree.css_first("h1").text().strip().endswith("do not answer it.")
        assert "Leave it switched on" in tree.css_first("section[aria-labelledby=answer-now]").text()


def test_answer_page_is_nobodys_without_a_receipt(client: Client) -> None:
    assert client.get("/report/answer/").headers["Location"] == "/report/status/"


def test_neither_the_reporter_nor_the_recipient_is_something_that_was_seen(client: Client) -> None:
    named = {"name": "Lee Marsh", "contact": "lee.marsh@town.example"}
    mail = MAIL.replace(b"Dear customer,", b"Dear customer, for lee.marsh@town.example and Lee Marsh,")
    first = client.post("/report/mail/", ANSWERS | named | {"message": mail_file(mail)}, follow=True)
    kept = Report.objects.get()
    for text in (first.content.decode(), str(kept.analysis), kept.summary):
        for person in ("Dana", "Reed", "dana.reed", "lee.marsh", "Marsh"):
            assert person not in text, person


def test_text_without_headers_is_read_in_part_and_the_answer_says_so(client: Client) -> None:
    text = "Dear customer, verify your password within 24 hours or your account will be closed."
    page = client.post("/report/mail/", ANSWERS | {"source": text}, follow=True).content.decode()
    assert "A partial reading" in page
    assert "we could not look at who sent it" in page


def test_nothing_found_is_never_called_safe(client: Client) -> None:
    page = client.post("/report/mail/", ANSWERS | {"source": "Lunch is at noon on Friday."}, follow=True).content
    words = " ".join(words_on(page)).lower()
    assert "we could not tell from this mail alone" in words
    assert "safe" not in words.replace("safe harbor", "")
    assert "clean" not in words


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an operator's settings for reporting stand; the data directory of the tests is shared by all of them."""
    monkeypatch.setenv("CHARTEROAK_DATA", str(tmp_path))
    return tmp_path / "reporting.toml"


def test_numbers_are_the_operators_or_a_visible_blank(client: Client, settings_file: Path) -> None:
    said = ANSWERS | {"also": ["money"], "message": mail_file()}
    page = client.post("/report/mail/", said, follow=True).content.decode()
    assert "not entered here" in page
    settings_file.write_text('[call]\npolice = "860-555-0134"\n', encoding="utf-8")
    page = client.get("/report/filed/").content.decode()
    assert "not entered here" not in page
    assert 'href="tel:8605550134"' in page


def test_address_for_reports_is_the_configured_one_or_a_visible_blank(client: Client, settings_file: Path) -> None:
    assert "_______@_______" in client.get("/report/buttons/").content.decode()
    settings_file.write_text('mail_in = "phish@town.example"\n', encoding="utf-8")
    assert "phish@town.example" in client.get("/report/buttons/").content.decode()
    settings_file.write_text('mail_in = "<script>"\n', encoding="utf-8")
    assert "_______@_______" in client.get("/report/buttons/").content.decode()


def _refused(client: Client, path: str, **data: object) -> bytes:
    response = client.post(path, data)
    assert response.status_code in {400, 422, 503}, response.status_code
    return response.content


def _pages(client: Client) -> dict[str, bytes]:
    """Every public page about reported mail in every state that a stranger can bring about."""
    partial = ANSWERS | {"link": "yes", "password": "yes", "also": ["money", "answered"], "message": mail_file()}
    zip_start = b"PK\x03\x04" + bytes(40)
    pages = {
        "start": client.get("/").content,
        "form": client.get("/report/mail/").content,
        "buttons": client.get("/report/buttons/").content,
        "status": client.get("/report/status/").content,
        "nothing": _refused(client, "/report/mail/"),
        "empty": _refused(client, "/report/mail/", **ANSWERS, message=mail_file(b"")),
        "no mail": _refused(client, "/report/mail/", **ANSWERS, message=mail_file(b"\x00\x01" * 900)),
        "one of two": _refused(client, "/report/mail/", **ANSWERS, message=[mail_file(), mail_file(b" ", "b.eml")]),
        "zip": _refused(client, "/report/mail/", **ANSWERS, message=mail_file(zip_start, "a.zip")),
        "too many": _refused(client, "/report/mail/", **ANSWERS, message=[mail_file()] * 21),
        "too large": _refused(client, "/report/mail/", **ANSWERS, message=mail_file(b"a" * (26 << 20))),
        "too long": _refused(client, "/report/mail/", **ANSWERS, source="a" * (2 << 20)),
        "no receipt": _refused(client, "/report/status/", receipt="7QK3"),
        "slip": _refused(client, "/report/status/", receipt="AAAA-AAAA-AAAA-AAAB"),
        "unknown": _refused(client, "/report/status/", receipt="7QK3-M0ZD-9XRA-2WTC"),
        "filed": client.post("/report/mail/", partial, follow=True).content,
        "text alone": client.post("/report/mail/", ANSWERS | {"source": "Lunch is at noon."}, follow=True).content,
    }
    receipt = Report.objects.order_by("pk").first().receipt  # type: ignore[union-attr] # it was just filed
    pages["answer"] = client.post("/report/status/", {"receipt": receipt}, follow=True).content
    return pages


def test_no_public_page_about_mail_shows_a_stranger_who_reads_spanish_any_english(desk: Organisation) -> None:
    english, spanish = (_pages(Client(headers={"accept-language": code})) for code in ("en-US", "es-US"))
    left = {}
    for name, body in spanish.items():
        same = set(words_on(body)) & set(words_on(english[name])) - SAME_IN_BOTH
        left[name] = sorted(text for text in same if desk.name not in text)
    assert {name: texts for name, texts in left.items() if texts} == {}


def test_language_can_be_switched_on_the_answer(client: Client) -> None:
    client.post("/report/mail/", ANSWERS | {"message": mail_file()})
    page = client.post("/language/", {"language": "es", "next": "/report/filed/"}, follow=True).content.decode()
    assert "Qué hacer ahora, en dos minutos" in page
    assert "What" not in page
