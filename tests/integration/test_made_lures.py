"""Every form in which a lure comes, from what is handed in to the verdict on record: each is seen for what it is."""

import json
from collections.abc import Callable

import pytest
from tests.simulators.made_mail import LURES, RECIPIENT, locked_zip, message

from charteroak.mail.analysis import analyze
from charteroak.mail.handed_in import messages_of_file
from charteroak.mail.inside.looking import look_inside
from charteroak.records.accounts.models import Organisation
from charteroak.services.filed_reports import Reporter
from charteroak.services.phish_intake import file_handed_in, phish_reports
from charteroak.services.reports import PhishReport

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


@pytest.fixture
def desk(add_organisation: Callable[..., Organisation]) -> Organisation:
    return add_organisation("state-desk", part="desk")


@pytest.mark.parametrize("name", LURES)
def test_a_lure_is_detected_from_the_file_to_the_verdict_on_record(name: str, desk: Organisation) -> None:
    lure = LURES[name]
    handed_in = messages_of_file(lure.build())
    assert len(handed_in) == lure.messages
    reports = phish_reports(handed_in, PhishReport(message=b"", outcome="unknown"))
    for report in file_handed_in(reports, Reporter(contact=RECIPIENT), token=f"made-{name}", desk=desk):
        analysis = report.analysis
        assert analysis is not None
        assert analysis["verdict"] == "phishing"
        assert lure.signals <= {signal["id"] for signal in analysis["signals"]}
        found = json.dumps(analysis["observables"])
        assert [host for host in lure.hosts if host not in found] == []
        assert RECIPIENT not in json.dumps(analysis).lower()
        codes = {defect["code"] for defect in analysis["defects"]}
        assert ("file-inside-locked" in codes) == lure.is_locked
        # Of a disk image nothing is read, and the report says so.
        assert (analysis["status"] == "partial") == (lure.is_locked or "file-kind-not-opened" in codes)


@pytest.mark.parametrize("name", [name for name in LURES if LURES[name].signals])
def test_what_is_remarkable_of_a_lure_adds_to_its_score(name: str) -> None:
    """The words alone would be enough for most of them: its form must count as well."""
    points = {signal.id: signal.points for each in messages_of_file(LURES[name].build()) for signal in
              analyze(each.data, reporters=each.carriers, inspector=look_inside).signals}  # fmt: skip
    assert all(points[signal] > 0 for signal in LURES[name].signals)


def test_the_same_words_without_a_lure_in_the_picture_score_less() -> None:
    with_code = analyze(LURES["qr_code_in_a_picture"].build(), inspector=look_inside)
    without = analyze(message("Scan to keep your mailbox"), inspector=look_inside)
    assert with_code.score > without.score


def test_a_locked_archive_stays_locked_when_the_mail_names_another_word() -> None:
    locked = locked_zip("invoice.html", b"<html></html>", b"told by telephone")
    mail = message("Invoice", "Password: guess", ("invoice.zip", "application/zip", locked))
    analysis = analyze(mail, inspector=look_inside)
    assert "file-inside-locked" in [defect.kind.code for defect in analysis.defects]
