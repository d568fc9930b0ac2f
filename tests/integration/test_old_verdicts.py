"""Verdicts that an older release's rule gave are told anew on an upgraded desk, and say that they were."""

import importlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.cli.phish_rejudge import rejudge
from charteroak.receipts import make_receipt
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Report
from charteroak.services import verdict_upgrade
from charteroak.services.phish_papers import reporters_paper_file
from charteroak.services.verdict_upgrade import rejudge_old_simulations

pytestmark = pytest.mark.django_db

MARK = {"id": "simulation-marker", "points": 0.0, "explanation": "x", "where": "header", "technique": "", "values": {}}


def a_report(desk: Organisation, *signals: str, verdict: str, score: float) -> Report:
    analysis = {
        "status": "analyzed", "verdict": verdict, "score": score, "subject": "Quiz", "from": "a@lure.example",
        "signals": [{**MARK, "id": each} for each in signals], "authentication": [], "observables": [],
        "attachments": [], "defects": [],
    }  # fmt: skip
    return Report.objects.create(
        desk=desk, receipt=f"old-{Report.objects.count()}", kind="phish", outcome="unknown", received=now(),
        summary="Quiz", analysis=analysis,
    )  # fmt: skip


HARD = ("file-program", "file-acts", "extorts")
"""Signals that are phishing together by any table."""


@pytest.mark.parametrize(("signals", "verdict"), [((), "not-enough-evidence"), (HARD, "phishing")])
def test_a_training_mail_by_its_header_alone_is_judged_by_todays_points_and_marked(
    desk: Organisation, signals: tuple[str, ...], verdict: str
) -> None:
    old = a_report(desk, "simulation-marker", *signals, verdict="simulation", score=3.8)
    (told,) = rejudge_old_simulations(at=now())
    assert (told.number, told.before, told.verdict) == (old.pk, "simulation", verdict)
    old.refresh_from_db()
    assert old.analysis is not None
    assert old.analysis["verdict"] == verdict
    assert [each["verdict"] for each in old.analysis["earlierVerdicts"]] == ["simulation"]
    assert rejudge_old_simulations() == ()


def test_the_upgrade_is_a_migration_of_its_own_which_a_crash_leaves_to_be_done(desk: Organisation) -> None:
    old = a_report(desk, "simulation-marker", *HARD, verdict="simulation", score=0.0)
    kept = a_report(desk, "simulation-marker", "simulation-confirmed", verdict="simulation", score=0.0)
    migration = importlib.import_module("charteroak.records.reports.migrations.0007_old_simulations")
    for _ in range(2):
        migration.tell_anew(apps, None)
    old.refresh_from_db()
    assert old.analysis is not None
    assert (old.analysis["verdict"], len(old.analysis["earlierVerdicts"])) == ("phishing", 1)
    assert Report.objects.get(pk=kept.pk).analysis == kept.analysis


def test_what_todays_rule_bears_out_and_other_verdicts_stay_as_they_are(desk: Organisation) -> None:
    rows = [
        a_report(desk, "simulation-marker", "simulation-confirmed", verdict="simulation", score=0.0),
        a_report(desk, "simulation-marker", verdict="phishing", score=0.0),
        Report.objects.create(desk=desk, receipt="incident", kind="incident", received=now(), summary="x"),
    ]
    before = [row.analysis for row in rows]
    assert rejudge_old_simulations() == ()
    assert [Report.objects.get(pk=row.pk).analysis for row in rows] == before


def test_a_confirmed_mark_beside_what_no_exercise_does_is_no_training_mail(desk: Organisation) -> None:
    a_report(desk, "simulation-marker", "simulation-confirmed", *HARD, verdict="simulation", score=0.0)
    assert [told.verdict for told in rejudge_old_simulations()] == ["phishing"]


def test_two_processes_that_upgrade_at_once_tell_a_report_once(desk: Organisation) -> None:
    old = a_report(desk, "simulation-marker", verdict="simulation", score=0.0)
    listed_by_both = verdict_upgrade._unproven()
    told = [verdict_upgrade._rejudged(number, now()) for _ in range(2) for number in listed_by_both]
    assert told[1:] == [None]
    old.refresh_from_db()
    assert old.analysis is not None
    assert [each["verdict"] for each in old.analysis["earlierVerdicts"]] == ["simulation"]


def test_the_page_says_what_it_said_before(client: Client, desk: Organisation, analyst: User) -> None:
    row = a_report(desk, "simulation-marker", *HARD, verdict="simulation", score=0.0)
    rejudge_old_simulations()
    client.force_login(analyst)
    page = client.get(f"/desk/reports/{row.pk}/").content.decode()
    assert "this page said “Training mail”, because of a header line" in page
    assert "Phishing" in page


@pytest.mark.parametrize(
    ("language", "page_says", "paper_says"),
    [
        ("en", "this page said “Training mail”, because of a header line", "it was “Training mail: a practice lure”"),
        ("es", "esta página decía «Correo de práctica»", "fue «Correo de práctica»"),
    ],
)
def test_whoever_reported_it_reads_with_the_receipt_that_the_word_changed(
    desk: Organisation, language: str, page_says: str, paper_says: str
) -> None:
    row = a_report(desk, "simulation-marker", *HARD, verdict="simulation", score=0.0)
    row.receipt = make_receipt(bytes(range(10)))
    row.save()
    rejudge_old_simulations()
    client = Client(headers={"accept-language": language})
    page = client.post("/report/status/", {"receipt": row.receipt}, follow=True).content.decode()
    assert page_says in page
    paper = reporters_paper_file(Report.objects.get(pk=row.pk), "md", language=language).content.decode()
    assert paper_says in paper


def test_the_command_tells_each_report_once(
    desk: Organisation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("charteroak.cli.phish_rejudge.open_installation", lambda _: None)
    row = a_report(desk, "simulation-marker", *HARD, verdict="simulation", score=0.0)
    said = CliRunner().invoke(rejudge, ["--data", str(tmp_path), "--json"], standalone_mode=False)
    assert said.return_value == 1
    assert json.loads(said.stdout) == {"rejudged": [{"report": row.pk, "verdict": "phishing", "was": "simulation"}]}
    again = CliRunner().invoke(rejudge, ["--data", str(tmp_path)], standalone_mode=False)
    assert (again.return_value, again.stdout) == (0, "")
