"""The same form sent twice makes one report: a double click, a page that was resent, an answer that got lost."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import FiledForm, Report
from charteroak.services import filed_forms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
MAIL = b"From: a@example.net\r\nTo: b@example.org\r\nSubject: Hi\r\nDate: Mon, 2 Nov 2026 09:00:00 -0500\r\n\r\nHi.\r\n"
INCIDENT = {"step": "who", "outcome": "blocked", "summary": "A file was kept back.", "disclosure": "desk-only"}


def token_in(page: bytes) -> str:
    found = re.search(r'name="token" value="([\w-]{22,})"', page.decode())
    assert found, "the form carries a token"
    return found[1]


def mail_form(token: str, **answers: str) -> dict[str, object]:
    form = {
        "link": "no",
        "password": "no",
        "file": "no",
        "disclosure": "desk-only",
        "token": token,
        "name": "Dana Reed",
    }
    return form | answers | {"message": SimpleUploadedFile("mail.eml", MAIL)}


def receipt_after(client: Client, address: str, form: dict[str, object]) -> str:
    page = client.post(address, form, follow=True).content.decode()
    found = re.search(r'class="receipt">([0-9A-Z-]{19})<', page)
    assert found, page
    return found[1]


def test_mail_form_sent_twice_gets_the_same_receipt(client: Client) -> None:
    token = token_in(client.get("/report/mail/").content)
    first, second = (receipt_after(client, "/report/mail/", mail_form(token)) for _ in range(2))
    assert first == second
    assert Report.objects.count() == 1
    assert LedgerEntry.objects.count() == 1


def test_incident_form_sent_twice_gets_the_same_receipt(client: Client) -> None:
    token = token_in(client.post("/report/incident/", INCIDENT | {"step": "what"}).content)
    form = INCIDENT | {"token": token}
    assert receipt_after(client, "/report/incident/", form) == receipt_after(client, "/report/incident/", form)
    assert Report.objects.count() == 1


def test_every_form_has_a_token_of_its_own(client: Client) -> None:
    assert len({token_in(client.get("/report/mail/").content) for _ in range(5)}) == 5


def test_form_with_a_mistake_keeps_its_token(client: Client) -> None:
    token = token_in(client.get("/report/mail/").content)
    assert token_in(client.post("/report/mail/", {"token": token}).content) == token


def test_going_back_and_changing_something_makes_another_report(client: Client) -> None:
    token = token_in(client.get("/report/mail/").content)
    first = receipt_after(client, "/report/mail/", mail_form(token))
    assert receipt_after(client, "/report/mail/", mail_form(token, note="It came twice.")) != first
    assert Report.objects.count() == 2


@pytest.mark.parametrize("token", ["", "short", "a" * 21])
def test_form_without_a_token_of_ours_is_filed_each_time(client: Client, token: str) -> None:
    first, second = (receipt_after(client, "/report/mail/", mail_form(token)) for _ in range(2))
    assert first != second
    assert not FiledForm.objects.exists()


def test_token_of_one_person_shows_nobody_else_a_receipt(
    client: Client, security_lead: User, add_person: Callable[..., User], member: Organisation
) -> None:
    colleague = add_person("Cole", member)
    client.force_login(security_lead)
    other = Client()
    other.force_login(colleague)
    form = INCIDENT | {"token": "t" * 32}
    first = receipt_after(client, "/report/incident/", form)
    assert first not in {receipt_after(each, "/report/incident/", form) for each in (other, Client())}


def test_what_is_kept_tells_neither_token_nor_answers(client: Client) -> None:
    token = token_in(client.get("/report/mail/").content)
    client.post("/report/mail/", mail_form(token, disclosure="anonymous"))
    row = FiledForm.objects.get()
    assert re.fullmatch("[0-9a-f]{64}", row.key)
    assert token not in str(vars(row))
    assert "Dana" not in str(vars(Report.objects.get()))


def test_forms_are_forgotten_after_some_days(client: Client) -> None:
    with time_machine.travel("2026-11-20T14:00:00Z") as clock:
        receipt_after(client, "/report/incident/", INCIDENT | {"token": "a" * 32})
        clock.shift(filed_forms.KEPT + timedelta(minutes=1))
        receipt_after(client, "/report/incident/", INCIDENT | {"token": "b" * 32})
    assert FiledForm.objects.count() == 1


def test_a_record_from_an_outbox_that_waited_for_months_is_known_again(client: Client) -> None:
    def send() -> int:
        body = {"outcome": "blocked", "narrative": "A file was kept back."}
        headers = {"Idempotency-Key": "k" * 32}
        return client.post("/api/v1/reports", body, content_type="application/json", headers=headers).status_code

    with time_machine.travel("2026-08-20T14:00:00Z") as clock:
        assert send() == 201
        clock.shift(timedelta(days=90))
        receipt_after(client, "/report/incident/", INCIDENT | {"token": "b" * 32})
        assert send() == 200
    assert Report.objects.count() == 2


def test_refused_report_leaves_no_form_behind(client: Client) -> None:
    form = mail_form("t" * 32) | {"message": SimpleUploadedFile("mail.eml", b"\x89PNG\r\n\x1a\n" + bytes(4096))}
    assert client.post("/report/mail/", form).status_code == 422
    assert not FiledForm.objects.exists()
    assert receipt_after(client, "/report/mail/", mail_form("t" * 32))


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_report() -> None:
    barrier, receipts = threading.Barrier(4), []

    def click() -> None:
        try:
            client = Client()
            form = mail_form("t" * 32)
            barrier.wait()
            receipts.append(receipt_after(client, "/report/mail/", form))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 4
    assert len(set(receipts)) == 1
    assert Report.objects.count() == 1
    assert LedgerEntry.objects.count() == 1
