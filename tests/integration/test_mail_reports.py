"""A report by mail at the desk: one report however often it is taken, and never believed because of a name."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from charteroak.records.reports.models import Report
from charteroak.services.report_intake import take_mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
MAIL = b"""From: Town Clerk <clerk@ashford.example>\r
To: desk@example.org\r
Message-ID: <1@ashford.example>\r
\r
Outcome: blocked\r
What happened: One mail was stopped.\r
Organization: Ashford\r
"""


def test_a_spoofed_town_is_no_member_and_the_desk_sees_what_was_claimed_and_checked(
    client: Client, add_organisation: Any, analyst: Any
) -> None:
    add_organisation("ashford")
    report, _ = take_mail(MAIL)
    assert (report.organisation, report.filed_by) == (None, None)
    client.force_login(analyst)
    page = client.get(reverse("desk:report", args=(report.pk,))).content.decode()
    assert "clerk@ashford.example" in page
    assert "Nothing shows that this mail comes from whom it names." in page
    assert "original.eml" in page


def test_the_same_mail_taken_twice_is_one_report_with_one_file() -> None:
    assert take_mail(MAIL)[0] == take_mail(MAIL)[0]
    assert Report.objects.get().attachments.count() == 1


def test_an_anonymous_mail_leaves_nothing_that_leads_to_its_writer() -> None:
    report, _ = take_mail(MAIL + b"Who may know: anonymous\r\nYour name: Mara\r\n")
    version = report.versions.get()
    kept = str(version.arrival) + bytes(version.record or b"").decode()
    assert "clerk@" not in kept
    assert "Mara" not in kept
    assert "Ashford" not in kept
    assert not report.attachments.exists()
