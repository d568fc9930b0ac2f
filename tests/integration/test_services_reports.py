"""Reports as an installation keeps them: durable, linked, private, never by halves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from charteroak.errors import AccessError
from charteroak.receipts import ReceiptError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Campaign, Report
from charteroak.services import reports
from charteroak.services.access import access_report
from charteroak.services.campaign_links import reasons_of
from charteroak.services.checkpoints import verify_ledger
from charteroak.services.ledger import read_entries

Add = Callable[..., Any]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


def lure(*, sender: str, subject: str, to: str, host: str = "login.payroll-update.example") -> bytes:
    return (
        f"Received: from mx.{sender.split('@')[1]} ([203.0.113.9]) by mail.example.org; "
        "Mon, 2 Nov 2026 09:00:00 -0500\r\n"
        f'From: "Payroll Office" <{sender}>\r\nTo: {to}\r\nReply-To: collect@mailbox.example\r\n'
        f"Subject: {subject}\r\nDate: Mon, 2 Nov 2026 09:00:00 -0500\r\nMessage-ID: <1@{sender.split('@')[1]}>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        "<p>Your payroll account is suspended. Verify your password within 24 hours or you lose your pay.</p>"
        f'<p><a href="http://{host}/verify">Sign in to payroll</a></p>\r\n'
    ).encode()


FIRST = lure(sender="pay@one-sender.example", subject="Payroll account suspended", to="lee@example.org")
SECOND = lure(sender="hr@other-sender.example", subject="Your payroll account: suspended", to="kim@example.com")
UNRELATED = (
    b"From: Friend <friend@example.net>\r\nTo: lee@example.org\r\nSubject: Lunch\r\n"
    b"Date: Mon, 2 Nov 2026 09:00:00 -0500\r\nMessage-ID: <2@example.net>\r\n\r\nNoon at the usual place?\r\n"
)


def report(message: bytes = FIRST, **extra: object) -> reports.PhishReport:
    return reports.PhishReport(message=message, outcome="unsuccessful", **extra)  # type: ignore[arg-type]


@pytest.mark.usefixtures("desk")
def test_a_receipt_leads_back_to_its_report() -> None:
    filed = reports.file_phish_report(report(), reports.Reporter())

    assert reports.report_by_receipt(filed.receipt.lower().replace("-", " ")).pk == filed.pk


def test_one_report_makes_one_entry_at_the_desk_and_one_at_the_member(
    desk: Organisation, member: Organisation, security_lead: User
) -> None:
    reports.file_phish_report(report(), reports.Reporter(user=security_lead, organisation=member))

    assert [entry.header.kind for entry in read_entries(desk)] == ["report.filed"]
    assert [entry.header.kind for entry in read_entries(member)] == ["report.filed"]
    assert verify_ledger(desk).entries == 1


@pytest.mark.usefixtures("desk")
def test_no_ledger_entry_holds_the_receipt(member: Organisation, security_lead: User) -> None:
    filed = reports.file_phish_report(report(), reports.Reporter(user=security_lead, organisation=member))

    for row in LedgerEntry.objects.all():
        assert filed.receipt.encode() not in bytes(row.header) + bytes(row.body or b"")


@pytest.mark.usefixtures("desk")
def test_two_mails_of_one_campaign_are_linked_with_reasons_and_a_stranger_is_not() -> None:
    first, second, stranger = (
        reports.file_phish_report(report(message), reports.Reporter()) for message in (FIRST, SECOND, UNRELATED)
    )

    first.refresh_from_db()
    assert first.campaign is not None
    assert first.campaign == second.campaign
    assert len(reasons_of(second)) >= 2
    assert stranger.campaign is None


@pytest.mark.usefixtures("desk")
def test_the_link_does_not_depend_on_which_mail_came_first() -> None:
    for message in (SECOND, UNRELATED, FIRST):
        reports.file_phish_report(report(message), reports.Reporter())

    assert Campaign.objects.get().reports.count() == 2


def test_an_anonymous_report_names_nobody_anywhere(
    desk: Organisation, member: Organisation, security_lead: User
) -> None:
    filed = reports.file_phish_report(
        report(disclosure="anonymous"),
        reports.Reporter(user=security_lead, organisation=member, name="Lee Stone", contact="lee@example.org"),
    )

    filed.refresh_from_db()
    assert (filed.organisation, filed.filed_by) == (None, None)
    assert "Lee" not in str(filed.details)
    assert not list(read_entries(member))
    assert [entry.header.actor for entry in read_entries(desk)] == ["system"]


@pytest.mark.usefixtures("desk")
def test_the_reporters_address_is_no_observable() -> None:
    filed = reports.file_phish_report(report(), reports.Reporter(contact="lee@example.org"))

    assert "lee@example.org" not in str(filed.analysis)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "not a mail"),
        (b"A" * (reports.MESSAGE_LIMIT_BYTES + 1), "larger than 25 MB"),
    ],
    ids=["empty", "blank", "picture", "too-large"],
)
@pytest.mark.usefixtures("desk")
def test_what_is_no_mail_is_refused_and_leaves_nothing(message: bytes, words: str) -> None:
    with pytest.raises(reports.ReportInputError, match=words) as refusal:
        reports.file_phish_report(report(message), reports.Reporter())

    assert refusal.value.field == "message"
    assert not Report.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_without_a_desk_the_reporter_is_told_where_to_write() -> None:
    with pytest.raises(reports.NoDeskError, match=r"ctic@ct\.gov"):
        reports.file_phish_report(report(), reports.Reporter())


@pytest.mark.usefixtures("desk")
def test_a_mistyped_receipt_is_told_from_one_that_does_not_exist() -> None:
    filed = reports.file_phish_report(report(), reports.Reporter())
    wrong = filed.receipt[:-1] + ("0" if filed.receipt[-1] != "0" else "1")

    with pytest.raises(ReceiptError):
        reports.report_by_receipt(wrong)
    Report.objects.filter(pk=filed.pk).update(receipt="0000-0000-0000-0000")
    with pytest.raises(AccessError):
        reports.report_by_receipt(filed.receipt)


def test_the_queue_says_what_is_new_since_the_analyst_last_looked(desk: Organisation, analyst: User) -> None:
    reports.file_phish_report(report(FIRST), reports.Reporter())
    assert reports.desk_queue(desk, analyst).new == 1
    reports.mark_queue_seen(desk, analyst)

    reports.file_phish_report(report(SECOND), reports.Reporter())

    queue = reports.desk_queue(desk, analyst)
    assert (queue.new, queue.new_in_campaigns, len(queue.items)) == (1, 1, 2)
    assert [item.is_new for item in queue.items] == [True, False]


def test_confirming_a_campaign_twice_records_it_once(desk: Organisation, analyst: User) -> None:
    for message in (FIRST, SECOND):
        reports.file_phish_report(report(message), reports.Reporter())
    campaign = Campaign.objects.get()

    for _ in range(2):
        reports.confirm_campaign(campaign, analyst)

    assert [entry.header.kind for entry in read_entries(desk)].count("campaign.confirmed") == 1


@pytest.mark.usefixtures("desk")
def test_only_analysts_of_its_desk_read_a_report_whole(
    member: Organisation, security_lead: User, analyst: User, add_person: Add, add_organisation: Add
) -> None:
    elsewhere = add_person("Sam", add_organisation("other-desk", part="desk", kind="state-agency"), "analyst")
    filed = reports.file_phish_report(report(), reports.Reporter(user=security_lead, organisation=member))

    assert access_report(analyst, filed.pk).pk == filed.pk
    for person in (security_lead, elsewhere, AnonymousUser()):
        with pytest.raises(AccessError):
            access_report(person, filed.pk)


@pytest.mark.usefixtures("desk")
def test_only_analysts_of_its_desk_confirm_a_campaign(
    security_lead: User, add_person: Add, add_organisation: Add
) -> None:
    elsewhere = add_person("Sam", add_organisation("other-desk", part="desk", kind="state-agency"), "analyst")
    for message in (FIRST, SECOND):
        reports.file_phish_report(report(message), reports.Reporter())

    for person in (security_lead, elsewhere):
        with pytest.raises(AccessError):
            reports.confirm_campaign(Campaign.objects.get(), person)

    assert Campaign.objects.get().state == Campaign.State.PROPOSED


@pytest.mark.usefixtures("desk")
def test_a_report_is_never_named_by_its_receipt() -> None:
    filed = reports.file_phish_report(report(), reports.Reporter())

    assert filed.receipt not in f"{filed} {filed!r}"


@pytest.mark.usefixtures("desk")
def test_linking_asks_the_database_a_bounded_number_of_times(django_assert_max_num_queries: Add) -> None:
    reports.file_phish_report(report(FIRST), reports.Reporter())

    with django_assert_max_num_queries(150, connection=connection):
        reports.file_phish_report(report(SECOND), reports.Reporter())
