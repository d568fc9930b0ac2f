"""Whoever reads the whole database does not learn who filed an anonymous report, by trying every account neither."""

import hashlib
import json
from typing import Any

import pytest
from django.test import override_settings

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import FiledForm, Report
from charteroak.response.incident_report import names_of_reporter, parse_report
from charteroak.services.filed_forms import key_of_form
from charteroak.services.incident_reports import Reporter, add_supplement, file_report
from charteroak.services.report_intake import take_record
from charteroak.services.reports import PhishReport, file_phish_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
ANONYMOUS = {"outcome": "suspected", "narrative": "My manager takes data home.", "disclosure": "anonymous"}
NAMED = {"outcome": "suspected", "narrative": "Odd sign-ins.", "disclosure": "desk-only"}
TOKEN = "t" * 32


@pytest.fixture
def lead(security_lead: User, member: Organisation) -> Reporter:
    return Reporter(user=security_lead, organisation=member, name="Lee Stone", contact=security_lead.email)


def test_trying_every_account_against_the_key_of_a_form_finds_nobody(lead: Reporter) -> None:
    row = take_record(parse_report(ANONYMOUS), lead)
    key, sha256 = FiledForm.objects.get(report=row).key, row.versions.get().sha256
    accounts = [None, *User.objects.values_list("pk", flat=True)]
    members = [None, *Organisation.objects.values_list("pk", flat=True)]
    tried = set()
    for user in accounts:
        for member in members:
            answers: list[Any] = [f"file:{sha256}", "incident", sha256, [user, member, None]]
            tried.add(hashlib.sha256(json.dumps(answers, sort_keys=True, default=str).encode()).hexdigest())
            # Even with the secret of the installation, only the key of nobody fits.
            if user is not None or member is not None:
                tried.add(key_of_form(answers[0], answers[1:]))
    assert key not in tried


def test_a_key_cannot_be_made_without_the_secret_of_the_installation() -> None:
    key = key_of_form(TOKEN, ["x"])
    with override_settings(SECRET_KEY="another"):
        assert key_of_form(TOKEN, ["x"]) != key


@pytest.mark.parametrize("channel", ["api", "file"])
def test_how_an_anonymous_report_came_is_the_same_with_an_account_and_without(lead: Reporter, channel: str) -> None:
    kept = []
    for reporter in (lead, Reporter()):
        arrival = {"verified": reporter.user is not None, "finding": f"Signed in: {reporter.user}"}
        row = file_report(parse_report(ANONYMOUS), reporter, channel=channel, arrival=arrival)
        more = parse_report({**ANONYMOUS, "reportType": "supplement"})
        version = add_supplement(row, more, reporter, channel=channel, token=TOKEN, arrival=arrival)
        kept.append([row.versions.get(number=1).arrival, version.arrival, version.by])
    assert kept[0] == kept[1]


def test_the_same_anonymous_form_sent_again_is_still_one_report(lead: Reporter) -> None:
    first = file_report(parse_report(ANONYMOUS), lead, channel="web", token=TOKEN)
    assert file_report(parse_report(ANONYMOUS), lead, channel="web", token=TOKEN).pk == first.pk
    mail = b"From: a@example.org\r\nSubject: x\r\n\r\nx\r\n"
    phish = PhishReport(message=mail, outcome="unknown", disclosure="anonymous")
    assert file_phish_report(phish, lead, token=TOKEN).pk == file_phish_report(phish, lead, token=TOKEN).pk
    assert Report.objects.count() == 2


def test_a_named_report_keeps_how_it_came(lead: Reporter) -> None:
    row = take_record(parse_report(NAMED), lead)
    assert row.versions.get().arrival["verified"] is True


def test_every_name_and_number_of_who_reports_is_known() -> None:
    record = parse_report({
        **NAMED,
        "reporter": {"name": "Jane Roe", "email": "jane@private.example", "phone": "860-555-0101", "role": "Clerk"},
        "technicalContact": "Bo Lind (IT), bo@example.org, 860-555-0102",
    })  # fmt: skip
    assert names_of_reporter(record) == {
        "Jane Roe", "jane@private.example", "860-555-0101", "Bo Lind (IT), bo@example.org, 860-555-0102",
        "Bo Lind", "bo@example.org", "860-555-0102",
    }  # fmt: skip
    assert names_of_reporter(parse_report(NAMED)) == frozenset()
