"""Reports that come at the same moment share a transaction, and nothing else: each is filed as if it were alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import FiledForm, Report, ReportVersion
from charteroak.response.incident_report import parse_report, report_bytes
from charteroak.services.checkpoints import verify_ledger
from charteroak.services.exercise_guard import ExerciseLeakError, playing
from charteroak.services.first_reports import FirstReport, file_first, file_together
from charteroak.services.incident_reports import Reporter, first_report
from charteroak.services.ledger import stored_entries
from charteroak.services.projections import verify_projections

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data_directory")]


@pytest.fixture
def towns(add_organisation: Callable[..., Organisation]) -> list[Organisation]:
    add_organisation("state-desk", part="desk")
    return [add_organisation(f"town-{number}") for number in range(3)]


def prepared(town: Organisation | None, number: int, **changes: Any) -> FirstReport:
    record = parse_report({"outcome": "blocked", "narrative": f"Report {number}", **changes})
    return first_report(record, Reporter(organisation=town), channel="web", token=f"{number:032}")


def ask(town: Organisation, number: int) -> Report:
    return file_first(prepared(town, number))


def check(organisations: list[Organisation], counts: list[int]) -> None:
    for organisation, count in zip(organisations, counts, strict=True):
        assert LedgerEntry.objects.filter(organisation=organisation).count() == count
        if count:
            assert verify_ledger(organisation).entries == count
            verify_projections(organisation, stored_entries(organisation))


def test_a_group_is_recorded_as_each_of_it_would_be_alone(towns: list[Organisation]) -> None:
    desk = Organisation.objects.get(part="desk")
    reports = [prepared(town, number) for number, town in enumerate([towns[0], towns[1], towns[0], towns[0]])]
    reports.insert(3, prepared(None, 9, disclosure="anonymous"))
    rows = file_together(reports)
    assert [row.summary for row in rows] == [f"Report {number}" for number in (0, 1, 2, 9, 3)]
    for row, report in zip(rows, reports, strict=True):
        stored = Report.objects.get(receipt=row.receipt)
        version = stored.versions.get()
        assert (stored.pk, bytes(version.record or b"")) == (row.pk, report.record)
        assert (version.number, version.kind, version.sha256) == (1, "first", report.new.sha256)
        assert FiledForm.objects.get(report=stored).key == report.key
    assert rows[3].organisation is None
    check([desk, *towns], [5, 3, 1, 0])
    file_together([prepared(town, 100 + number) for number, town in enumerate([*towns, towns[2]])])
    check([desk, *towns], [9, 4, 2, 2])
    assert [entry.header.index for entry in stored_entries(desk)] == list(range(9))


def test_a_form_sent_twice_in_one_group_is_one_report(towns: list[Organisation]) -> None:
    rows = file_together([prepared(towns[0], number) for number in (1, 2, 1)])
    assert rows[0].pk == rows[2].pk != rows[1].pk
    assert (Report.objects.count(), ReportVersion.objects.count(), FiledForm.objects.count()) == (2, 2, 2)


def test_a_group_with_a_form_that_was_filed_before_writes_nothing(towns: list[Organisation]) -> None:
    ask(towns[0], 1)
    with pytest.raises(IntegrityError):
        file_together([prepared(towns[0], 2), prepared(towns[0], 1)])
    check([Organisation.objects.get(part="desk"), towns[0]], [1, 1])
    assert Report.objects.count() == 1


def test_of_many_threads_each_gets_its_own_receipt_and_a_resent_form_its_first(towns: list[Organisation]) -> None:
    first = ask(towns[0], 3)

    def file(number: int) -> tuple[int, str]:
        try:
            row = ask(towns[number % 3], number)
            return number, row.receipt
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(file, [*range(20), *range(20)]))
    assert dict(receipts)[3] == first.receipt
    assert len(set(receipts)) == 20
    for number, receipt in receipts:
        row = Report.objects.get(receipt=receipt)
        assert (row.summary, row.organisation) == (f"Report {number}", towns[number % 3])
        assert bytes(row.versions.get().record or b"") == report_bytes(
            parse_report({"outcome": "blocked", "narrative": f"Report {number}"})
        )
    check([Organisation.objects.get(part="desk"), *towns], [20, 7, 7, 6])


def test_within_a_callers_transaction_a_report_is_the_callers(towns: list[Organisation]) -> None:
    with transaction.atomic():
        ask(towns[0], 1)
        transaction.set_rollback(True)
    assert not Report.objects.exists()
    assert not connection.in_atomic_block


def test_an_exercise_spoils_no_others_and_leaks_nothing(towns: list[Organisation]) -> None:
    with playing(), pytest.raises(ExerciseLeakError):
        ask(towns[0], 1)
    assert ask(towns[0], 2).pk
    assert Report.objects.count() == 1
