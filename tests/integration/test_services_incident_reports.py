"""Incident reports as they are kept: filed once, supplemented, corrected, withdrawn; nothing is overwritten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from charteroak.adapters.system_clock import now
from charteroak.errors import AccessError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.records.reports.models import Report, ReportVersion
from charteroak.response.incident_report import ReportFieldError, parse_report, report_bytes
from charteroak.services import disclosure, incident_reports
from charteroak.services.checkpoints import verify_ledger
from charteroak.services.incident_reports import Reporter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
FIRST = {"outcome": "suspected", "narrative": "Odd sign-ins at the clerk's account.", "kinds": ["account"]}
MORE = {"outcome": "successful", "reportType": "supplement", "narrative": "It was a stolen password."}
TOKEN = "t" * 32


def file(document: dict[str, Any] | None = None, reporter: Reporter | None = None, **options: Any) -> Report:
    return incident_reports.file_report(
        parse_report(document or FIRST), reporter or Reporter(), channel="web", **options
    )


@pytest.fixture
def lead(security_lead: User, member: Organisation) -> Reporter:
    return Reporter(user=security_lead, organisation=member)


@pytest.mark.usefixtures("desk")
def test_the_bytes_that_were_reported_are_the_bytes_that_are_kept() -> None:
    row = file()
    version = row.versions.get()
    assert bytes(version.record) == report_bytes(parse_report(FIRST))
    assert (version.number, version.kind, row.summary) == (1, "first", FIRST["narrative"])


def test_a_report_is_an_entry_with_its_digest_at_the_desk_and_at_the_member(
    desk: Organisation, member: Organisation, lead: Reporter
) -> None:
    row = file(reporter=lead)
    for organisation in (desk, member):
        entry = LedgerEntry.objects.get(organisation=organisation)
        assert row.versions.get().sha256.encode() in bytes(entry.body or b"")
        assert row.receipt.encode() not in bytes(entry.body or b"") + bytes(entry.header)
        assert verify_ledger(organisation).entries == 1


@pytest.mark.usefixtures("desk")
def test_the_same_form_sent_again_is_the_same_report_and_another_answer_is_another() -> None:
    assert file(token=TOKEN).pk == file(token=TOKEN).pk
    assert file({**FIRST, "outcome": "blocked"}, token=TOKEN).pk != file(token=TOKEN).pk
    assert Report.objects.count() == 2


@pytest.mark.usefixtures("desk")
def test_a_time_that_has_not_come_is_refused_and_leaves_nothing() -> None:
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    with pytest.raises(ReportFieldError, match="future"):
        file({**FIRST, "noticed": tomorrow})
    assert not Report.objects.exists()
    assert not LedgerEntry.objects.exists()


@pytest.mark.usefixtures("desk")
def test_a_supplement_is_no_first_report() -> None:
    with pytest.raises(ReportFieldError, match="belongs to a report"):
        file(MORE)


def test_an_anonymous_report_keeps_no_account_in_any_row(
    desk: Organisation, member: Organisation, lead: Reporter
) -> None:
    row = file({**FIRST, "disclosure": "anonymous"}, reporter=lead)
    assert (row.organisation, row.filed_by, row.versions.get().by) == (None, None, None)
    assert not LedgerEntry.objects.filter(organisation=member).exists()
    assert LedgerEntry.objects.get(organisation=desk).header.find(b"user:") < 0


@pytest.mark.usefixtures("desk")
def test_a_supplement_adds_and_changes_and_what_was_said_before_stays() -> None:
    row = file()
    found = incident_reports.report_to_extend(receipt=row.receipt.lower())
    version = incident_reports.add_supplement(found, parse_report(MORE), Reporter(), channel="web", token=TOKEN)
    again = incident_reports.add_supplement(found, parse_report(MORE), Reporter(), channel="web", token=TOKEN)
    assert (version.pk, version.number) == (again.pk, 2)
    whole = incident_reports.standing_record(row)
    assert whole.narrative == f"{FIRST['narrative']}\n\n{MORE['narrative']}"
    assert (whole.outcome, whole.kinds) == ("successful", ("account",))
    first, second = incident_reports.told_of(row)
    assert first.record == parse_report(FIRST)
    assert [change.name for change in second.changes] == ["outcome", "narrative"]
    row.refresh_from_db()
    assert row.outcome == "successful"


@pytest.mark.usefixtures("desk")
def test_a_correction_takes_the_place_of_what_was_wrong_and_says_why() -> None:
    row = file()
    right = parse_report({"outcome": "suspected", "narrative": "It was the mayor's account."})
    incident_reports.correct_report(row, right, Reporter(), reason="Wrong account.", channel="web")
    assert incident_reports.standing_record(row).narrative == "It was the mayor's account."
    assert row.summary == "It was the mayor's account."
    assert [told.row.kind for told in incident_reports.told_of(row)] == ["first", "correction"]
    entry = LedgerEntry.objects.get(kind="report.corrected")
    assert b"Wrong account" not in bytes(entry.body or b"")
    assert LedgerPart.objects.get(organisation=entry.organisation, index=entry.index).name == "reason"


@pytest.mark.usefixtures("desk")
def test_a_supplement_that_contradicts_the_first_report_is_refused() -> None:
    row = file({**FIRST, "noticed": "2026-03-01"})
    late = parse_report({"outcome": "suspected", "reportType": "final", "times": {"firstActivity": "2026-03-05"}})
    with pytest.raises(ReportFieldError, match="before it began"):
        incident_reports.add_supplement(row, late, Reporter(), channel="web")
    assert row.versions.count() == 1


@pytest.mark.usefixtures("desk")
def test_a_withdrawn_report_stays_readable_and_takes_nothing_more() -> None:
    row = file()
    incident_reports.withdraw_report(row, Reporter(), reason="It was a test of ours.", channel="web")
    assert row.withdrawn is not None
    assert incident_reports.standing_record(row).narrative == FIRST["narrative"]
    with pytest.raises(AccessError):
        incident_reports.report_to_extend(receipt=row.receipt)
    with pytest.raises(AccessError):
        incident_reports.add_supplement(row, parse_report(MORE), Reporter(), channel="web")
    assert incident_reports.report_to_extend(receipt=row.receipt, even_closed=True).pk == row.pk


def test_a_closed_report_is_not_found_and_only_the_desk_closes_it(
    desk: Organisation, analyst: User, security_lead: User
) -> None:
    row = file(desk=desk)
    with pytest.raises(AccessError):
        incident_reports.close_report(row, security_lead)
    incident_reports.close_report(row, analyst)
    with pytest.raises(AccessError):
        incident_reports.report_to_extend(receipt=row.receipt)


@pytest.mark.usefixtures("desk")
def test_a_foreign_report_is_not_found_by_its_number(
    lead: Reporter, add_person: Callable[..., User], add_organisation: Callable[..., Organisation]
) -> None:
    row = file(reporter=lead)
    stranger = add_person("Stranger", add_organisation("elsewhere"))
    assert incident_reports.report_to_extend(user=lead.user, number=row.pk).pk == row.pk
    for user in (stranger, None):
        with pytest.raises(AccessError):
            incident_reports.report_to_extend(user=user, number=row.pk)


def test_more_people_may_know_only_with_words_that_are_recorded(desk: Organisation, lead: Reporter) -> None:
    row = file(reporter=lead)
    with pytest.raises(disclosure.ConsentError):
        disclosure.change_disclosure(row, "named", lead, channel="web")
    words = "I agree that other members may learn that we reported this."
    assert disclosure.change_disclosure(row, "named", lead, consent=words, channel="web").disclosure == "named"
    assert words.encode() in bytes(LedgerEntry.objects.get(organisation=desk, kind="disclosure.widened").body or b"")
    last = incident_reports.told_of(row)[-1].row
    assert (last.kind, last.note, last.disclosure) == ("disclosure", words, "named")


def test_an_anonymous_reporter_can_take_a_name_and_lay_it_down_again(desk: Organisation, lead: Reporter) -> None:
    row = file({**FIRST, "disclosure": "anonymous"}, reporter=lead)
    names = {"reporter": {"name": "Dana Roe"}}
    row = disclosure.change_disclosure(row, "desk-only", lead, consent="Yes.", names=names, channel="web")
    assert row.organisation == lead.organisation
    assert incident_reports.standing_record(row).reporter is not None
    row = disclosure.change_disclosure(row, "anonymous", Reporter(), channel="web")
    assert (row.organisation, row.filed_by) == (None, None)
    assert ReportVersion.objects.filter(report=row).count() == 3
    incident_reports.add_supplement(row, parse_report(MORE), Reporter(), channel="web")
    assert incident_reports.standing_record(row).disclosure == "anonymous"
    named = parse_report({**MORE, "reporter": {"name": "Dana Roe"}})
    with pytest.raises(ReportFieldError, match="keeps no name"):
        incident_reports.add_supplement(row, named, Reporter(), channel="web")
    assert LedgerEntry.objects.filter(organisation=desk, kind="disclosure.widened").count() == 1


def test_a_report_of_an_exercise_is_in_no_ledger_and_for_no_live_eye(
    desk: Organisation, lead: Reporter, security_lead: User, member: Organisation
) -> None:
    from charteroak.records.exercises.models import ExerciseSpace

    space = ExerciseSpace.objects.create(
        organisation=member, name="Drill", scenario="x", scenario_sha256="0" * 64, scenario_text="",
        facilitator=security_lead, join_code="AAAA", created=now(),
    )  # fmt: skip
    row = file(reporter=lead, space=space, token=TOKEN)
    assert file(reporter=lead, space=space, token=TOKEN).pk == row.pk
    incident_reports.add_supplement(row, parse_report(MORE), lead, channel="web")
    assert not LedgerEntry.objects.exists()
    assert not Report.objects.filter(desk=desk).exists()
    assert Report.played.in_space(space).get().versions.count() == 2
