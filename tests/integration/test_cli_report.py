"""``charteroak report`` through its entry point: written, handed in, waiting, imported, asked after; exit codes."""

import email
import email.policy
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from answering_desk import answering_desk

from charteroak.cli.__main__ import main
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import parse_report, report_bytes
from charteroak.response.labelled_report import parse_labelled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]
TEXT = "Outcome: blocked\nWhat happened: One mail was stopped.\nWhen noticed: 2026-03-01 09:15\n"
RECORD = report_bytes(parse_report(parse_labelled(TEXT)))


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def desk(add_organisation: Any) -> Any:
    return add_organisation("state-desk", part="desk")


@pytest.fixture
def run(started_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on this worker's installation."""
    monkeypatch.setenv("CHARTEROAK_DATA", str(started_directory))

    def command(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["charteroak", "report", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return Done(int(left.value.code or 0), written.out, written.err)

    return command


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(TEXT)
    return path


def test_a_report_is_written_from_text_and_filed_once(run: Run, text: Path, tmp_path: Path) -> None:
    made = tmp_path / "report.json"
    assert run("new", "--file", text, "-o", made).code == 0
    assert made.read_bytes() == RECORD + b"\n"
    first, again = run("file", made), run("file", text)
    assert (first.code, first.out) == (0, again.out)
    assert bytes(Report.objects.get().versions.get().record) == RECORD
    told = json.loads(run("status", first.out.strip(), "--json").out)
    assert (told["channel"], told["outcome"]) == ("file", "blocked")


def test_the_template_is_a_form_that_is_read_back(run: Run) -> None:
    for language, answered in (("en", "Outcome"), ("es", "Resultado")):
        form = run("new", "--template", "--language", language).out
        assert not parse_labelled(form)
        line = next(line for line in form.split("\n") if line.startswith(answered))
        assert parse_labelled(form.replace(line, line + "blocked")) == {"outcome": "blocked"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Outcome: won\nWhat happened: x", "/outcome"),
        (b"Outcome: blocked\n", "what happened"),
        (b"Outcome: blocked\nWhat happened: x\nOutcome: unknown", "line 3"),
        (b"Outcome: blocked\nColour: red\nWhat happened: x", "line 2"),
        (b'{"outcome": "blocked", "narrative": "x", "noticed": "1970-01-01"}', "/noticed"),
        (b'{"outcome": "blocked",', "Not JSON"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"Good morning, all is well", "no answer"),
        (b"Outcome: blocked\nWhat happened: " + b"x" * 3_000_000, "longer"),
        (b'{"outcome":"blocked","narrative":"' + b"x" * (20 << 20) + b'"}', "Larger"),
    ],
)
def test_what_cannot_be_taken_is_one_clear_line(run: Run, tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "report"
    path.write_bytes(content)
    done = run("file", path)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert told in done.err
    assert not Report.objects.exists()


def test_a_report_waits_when_the_desk_is_away_and_goes_when_it_is_back(run: Run, text: Path, tmp_path: Path) -> None:
    data = tmp_path / "town"
    with answering_desk() as desk:
        desk.answer_next(503)
        waiting = run("file", text, "--to", desk.address, "--data", data)
        assert (waiting.code, waiting.out) == (3, "")
        assert run("send-outbox", "--data", data).code == 3
        assert len(desk.asked) == 1
        sent = run("send-outbox", "--all", "--json", "--data", data)
        assert sent.code == 0
        assert list(desk.taken.values()) == [RECORD]
        again = run("file", text, "--to", desk.address, "--data", data)
        assert (again.code, again.out.strip()) == (0, json.loads(sent.out)["tried"][0]["receipt"])
        assert len(desk.asked) == 2
    assert "delivered" in run("outbox", "--forget-delivered", "--data", data).out
    assert run("outbox", "--data", data).out == ""


def test_the_mail_for_a_desk_that_nobody_reaches_is_a_draft_that_can_be_imported(
    run: Run, tmp_path: Path, text: Path
) -> None:
    text.write_text(TEXT + "Organization: Ashford = ctic\nTechnical contact: Lee, 860 555 0100\n")
    draft = tmp_path / "draft.eml"
    assert run("mail", text, "-o", draft).code == 0
    mail = email.message_from_bytes(draft.read_bytes(), policy=email.policy.default)
    assert (mail["To"], mail["X-Unsent"]) == ("ctic@ct.gov", "1")
    assert "Lee, 860 555 0100" in mail.get_body().get_content()  # type: ignore[union-attr, attr-defined]
    taken = run("import", draft, "--json")
    assert taken.code == 0
    assert bytes(Report.objects.get().versions.get().record) == report_bytes(
        parse_report(parse_labelled(text.read_text()))
    )


def test_no_answer_gets_into_a_header_of_the_mail(run: Run, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.json"
    hostile.write_text(
        json.dumps(
            {"outcome": "blocked", "narrative": "x", "entity": {"name": "A\r\nBcc: evil@example.org\r\n\r\nbody"}}
        )
    )
    run("mail", hostile, "-o", tmp_path / "draft.eml")
    mail = email.message_from_bytes((tmp_path / "draft.eml").read_bytes(), policy=email.policy.default)
    assert mail["Bcc"] is None
    assert len(mail["Subject"]) <= 120
    address = run("mail", hostile, "--address").out
    assert address.startswith("mailto:ctic@ct.gov?subject=")
    assert "\r" not in address
    assert len(address) <= 2_000
