"""Bad input for a first report, by every channel: one clear line each, nothing recorded, nothing that was typed lost.

One table, four channels. What the reader of records refuses is held case by case in its own unit test; here it is held
that no channel lets such a thing past it, says it in another way, or swallows the words of who wrote it.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from charteroak.cli.__main__ import main
from charteroak.errors import InputError
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Report
from charteroak.response.labelled_report import write_labelled
from charteroak.services.report_intake import take_mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
STORY = "The mail of the tax office was opened \U0001f4a5 \u05e9\u05dc\u05d5\u05dd."
GOOD: dict[str, Any] = {"outcome": "successful", "narrative": STORY}
LONG = "x" * 20_000_000


@dataclass(frozen=True)
class Case:
    """A document that cannot be, the words that say so, and how the web's first step asks the same (if it does)."""

    change: dict[str, Any]
    said: str
    web: dict[str, str] = field(default_factory=dict)


def noticed(day: str, time: str = "") -> dict[str, str]:
    return {"detected_0": day, "detected_1": time}


CASES = {
    "an hour that the clocks skipped": Case(
        {"noticed": "2026-03-08T02:30"}, "There was no 2026-03-08 02:30", noticed("2026-03-08", "02:30")
    ),
    "an hour that came twice": Case({"noticed": "2025-11-02T01:30"}, "twice", noticed("2025-11-02", "01:30")),
    "the year 1970": Case({"noticed": "1970-01-01"}, "1970", noticed("1970-01-01")),
    "the year 9999": Case({"noticed": "9999-12-31"}, "9999", noticed("9999-12-31")),
    "a day that never was": Case({"noticed": "2026-02-30"}, "2026-02-30", noticed("2026-02-30")),
    "a discovery before the breach": Case(
        {"noticed": "2026-03-01", "times": {"firstActivity": "2026-03-02"}}, "It was noticed before it began"
    ),
    "reversed times": Case(
        {"times": {"contained": "2026-03-02", "recovered": "2026-03-01"}}, "It was recovered before it was contained"
    ),
    "a town that is none of the 169": Case({"entity": {"town": "Springfield"}}, "169 towns"),
    "a narrative of 20 MB": Case({"narrative": LONG}, "", {"summary": LONG}),
    "an outcome of one's own": Case({"outcome": "won"}, "won", {"outcome": "won"}),
}
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def nothing_recorded() -> bool:
    return not Report.objects.exists() and not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    "case", [case for case in CASES.values() if case.web], ids=[n for n, c in CASES.items() if c.web]
)
def test_the_web_says_it_and_keeps_what_was_typed(client: Client, case: Case) -> None:
    form = {"step": "what", "outcome": "successful", "summary": STORY} | case.web
    answer = client.post("/report/incident/", form)
    page = answer.content.decode()
    if form["summary"] is LONG:  # past the limit of any form: nothing was read, and the browser still has it
        assert (answer.status_code, "Go back" in page) == (400, True)
    else:
        assert answer.status_code == 422
        assert page.count('id="error-summary"') == 1
        assert STORY in page
        assert all(typed in page for name, typed in form.items() if name.startswith("detected"))
    assert nothing_recorded()


@every_case
def test_the_api_says_it_in_one_title(client: Client, case: Case) -> None:
    answer = client.post("/api/v1/reports", json.dumps(GOOD | case.change), content_type="application/json")
    told = answer.json()
    assert answer.status_code in {413, 422}
    assert case.said in f"{told['title']} {told.get('detail', '')}"
    assert "\n" not in told["title"]
    assert nothing_recorded()


def mail_of(document: dict[str, Any]) -> bytes:
    """A mail with the labelled form; a story beyond every measure is one line of it."""
    story = document["narrative"]
    form = write_labelled(document) if len(story) < 1_000 else f"Outcome: successful\nWhat happened: {story}\n"
    head = "From: clerk@ashford.example\nContent-Type: text/plain; charset=utf-8\n\n"
    return (head + form).replace("\n", "\r\n").encode()


@every_case
def test_a_mail_is_refused_whole_and_says_why(case: Case) -> None:
    with pytest.raises(InputError) as refusal:
        take_mail(mail_of(GOOD | case.change))
    assert case.said in str(refusal.value)
    assert "\n" not in refusal.value.message
    assert nothing_recorded()


@pytest.fixture
def run(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str]]]:
    """Runs ``charteroak report`` on this worker's installation: exit code, and what was said on standard error."""
    made = [path for name in ("charteroak.sqlite3", "secret-key") if not (path := data_directory / name).exists()]
    for path in made:
        path.write_text("x")
    monkeypatch.setenv("CHARTEROAK_DATA", str(data_directory))
    before = os.umask(0o022)

    def command(*arguments: str | Path) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["charteroak", "report", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0), capsys.readouterr().err

    yield command
    os.umask(before)
    for path in made:
        path.unlink(missing_ok=True)


@every_case
def test_a_command_says_it_in_one_line_and_leaves_the_file(
    run: Callable[..., tuple[int, str]], tmp_path: Path, case: Case
) -> None:
    file = tmp_path / "report.json"
    written = json.dumps(GOOD | case.change)
    file.write_text(written)
    code, said = run("file", file)
    assert code in {2, 3}
    assert case.said in said
    assert len(said.strip().splitlines()) == 1
    assert len(said) < 1_000
    assert file.read_text() == written
    assert nothing_recorded()


@pytest.mark.parametrize(
    "text", [STORY, "\u202etxt.exe", "e\u0301 \U0001f469\u200d\U0001f4bb", "\u0627\u0644\u0633\u0644\u0627\u0645"]
)
def test_emoji_and_writing_from_the_right_arrive_alike_by_api_and_mail(client: Client, text: str) -> None:
    document = GOOD | {"narrative": text}
    assert client.post("/api/v1/reports", json.dumps(document), content_type="application/json").status_code == 201
    take_mail(mail_of(document))
    first, second = (bytes(report.versions.get().record or b"") for report in Report.objects.order_by("pk"))
    assert json.loads(first)["narrative"] == json.loads(second)["narrative"]
