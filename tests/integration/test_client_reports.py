"""Reports over a period: what slipped and what got better, each day as it was known then; the same bytes each time."""

from collections.abc import Callable
from datetime import date, timedelta

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.documents.blocks import Table
from charteroak.documents.client_report import StepRow, report_pages
from charteroak.documents.plain_text import plain_text
from charteroak.errors import AccessError
from charteroak.program.bodies import GapClosed, GapOpened, PracticeAnswered
from charteroak.records.accounts.models import Organisation, User
from charteroak.services import client_reports, gaps, program_record, programs
from charteroak.services.programs import NewEvidence, ProgramInputError, Recorder, recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
SYSTEM = Recorder("system")


@pytest.fixture
def shop(add_organisation: Callable[..., Organisation]) -> Organisation:
    """A made-up shop, which alone may say when something was recorded."""
    return add_organisation("elm-hollow", is_fictional=True)


def at(day: date) -> Recorder:
    noon = now().replace(year=day.year, month=day.month, day=day.day, hour=17)
    return Recorder("system", recorded=noon)


def keep_a_year(shop: Organisation) -> None:
    """Two practices: one stays fresh, of the other nothing was shown for too long; a gap opened and one closed."""
    start = date(2026, 1, 5)
    for practice in ("lock-and-log", "search-your-logs"):
        program_record.answer_practice(shop, PracticeAnswered(practice=practice, answer="yes"), start, at(start))
        programs.record_evidence(shop, NewEvidence(practice, f"List of {practice}", start, note="Done."), at(start))
    gaps.open_gap(
        shop, GapOpened(gap="router", title="Old router", owner="Lee", due=date(2026, 2, 1)), start, at(start)
    )
    gaps.open_gap(shop, GapOpened(gap="door", title="Back door", owner="Pat"), start, at(start))
    later = date(2026, 3, 10)
    programs.record_evidence(shop, NewEvidence("lock-and-log", "Key list", later, note="Done."), at(later))
    gaps.close_gap(shop, GapClosed(gap="door", how="A lock"), later, at(later))


def test_a_report_tells_what_slipped_what_got_better_and_what_runs_out(shop: Organisation) -> None:
    keep_a_year(shop)
    report = client_reports.client_report(shop, date(2026, 1, 10), date(2026, 3, 15), SYSTEM)
    assert report.had_record
    said = {row.what: row.sentence for row in report.slipped}
    assert "Old router" in said["A gap is overdue"]
    assert "Search your logs" in said["Evidence grew old"]
    assert [(row.what, row.sentence) for row in report.improved] == [("A gap was closed", "Back door.")]
    assert [(row.title, row.age_days, row.overdue_days) for row in report.gaps] == [("Old router", 69, 42)]
    assert {row.kind: row.number for row in report.work} == {"items of evidence": 1, "gaps closed": 1}


def test_a_report_about_earlier_days_does_not_change_by_what_is_recorded_later(shop: Organisation) -> None:
    keep_a_year(shop)
    period = date(2026, 1, 10), date(2026, 3, 15)
    one = client_reports.report_file(shop, *period, SYSTEM, "md").content
    late = NewEvidence("search-your-logs", "Found afterwards", date(2026, 3, 1), note="Late.")
    programs.record_evidence(shop, late, at(date(2026, 4, 1)))
    assert client_reports.report_file(shop, *period, SYSTEM, "md").content == one


def test_where_nothing_was_on_record_nothing_is_said_to_have_slipped(shop: Organisation) -> None:
    keep_a_year(shop)
    report = client_reports.client_report(shop, date(2026, 1, 2), date(2026, 3, 15), SYSTEM)
    assert not report.had_record
    assert report.slipped == ()
    text = " ".join(plain_text(report_pages(report)).split())
    assert "Nothing was on record on 2 Jan 2026." in text
    assert "no certificate" in text.lower()


def test_a_step_that_nobody_estimated_says_so_and_one_that_costs_nothing_says_0(shop: Organisation) -> None:
    report = client_reports.client_report(shop, date(2026, 1, 10), date(2026, 3, 15), SYSTEM)
    steps = (
        StepRow(title="Close: Old router", elements=("E8",)),
        StepRow(title="Answer: Train", elements=(), hours=(4, 20), dollars=(0, 0)),
    )
    blocks = report_pages(msgspec.structs.replace(report, steps=steps)).body
    (table,) = [block for block in blocks if isinstance(block, Table) and block.columns[0].title == "Step"]
    assert [row[2:] for row in table.rows] == [(("no estimate",), ("no estimate",)), (("4 to 20",), ("0",))]


def test_the_pdf_and_the_docx_are_the_same_each_time_and_short(shop: Organisation) -> None:
    keep_a_year(shop)
    period = date(2026, 1, 10), date(2026, 3, 15)
    for form, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        one, two = (client_reports.report_file(shop, *period, SYSTEM, form) for _ in range(2))  # type: ignore[arg-type]
        assert one.content == two.content
        assert one.content.startswith(start)
        assert one.name == f"report-elm-hollow-2026-01-10-2026-03-15.{form}"


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        pytest.param(date(2026, 3, 2), date(2026, 3, 1), "last", id="reversed"),
        pytest.param(date(2026, 3, 1), date(2026, 3, 1), "last", id="one-day"),
        pytest.param(date(2020, 3, 1), date(2026, 3, 1), "first", id="six-years"),
        pytest.param(date(2026, 3, 1), date(2999, 3, 1), "last", id="tomorrow"),
        pytest.param(date(26, 3, 1), date(2026, 3, 1), "first", id="year-26"),
    ],
)
def test_a_period_that_cannot_be_asked_about_is_refused(
    shop: Organisation, first: date, last: date, field: str
) -> None:
    with pytest.raises(ProgramInputError) as refused:
        client_reports.client_report(shop, first, last, SYSTEM)
    assert refused.value.field == field


def test_only_who_reads_the_record_gets_a_report(shop: Organisation, add_person: Callable[..., User]) -> None:
    with pytest.raises(AccessError):
        client_reports.client_report(shop, date(2026, 1, 1), date(2026, 2, 1), recorder_for(add_person("Nobody")))


def test_the_provider_signs_its_reports_and_the_page_offers_the_files(
    client: Client, provider_person: User, member: Organisation
) -> None:
    client.force_login(provider_person)
    page = client.get(reverse("programs:client-report", args=[member.slug]))
    assert page.status_code == 200
    assert "Nothing was on record on" in page.content.decode()
    today = connecticut_day(now())
    period = {"first": str(today - timedelta(days=30)), "last": str(today)}
    file = client.get(reverse("programs:client-report-file", args=[member.slug, "md"]), period)
    provider = member.providers.get()
    assert f"by {provider.name}" in file.content.decode().replace("\\", "")
    refused = client.get(reverse("programs:client-report-file", args=[member.slug, "pdf"]), {"last": "2999-01-01"})
    assert refused.status_code == 422
    assert "This day lies in the future." in refused.content.decode()
