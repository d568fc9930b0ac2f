"""Suspicious mail on record by every way in: durable before it is acknowledged, once, and without who passed it on."""

import json
import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from tests.simulators.free_ports import free_port
from tests.simulators.smtp_server import smtp_server

from charteroak.cli.__main__ import main
from charteroak.errors import InputError
from charteroak.records.reports.models import Report
from charteroak.services import phish_intake

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]

LURE = (
    b"Received: from mx.lure.example ([203.0.113.9]) by mail.example.org; Mon, 2 Nov 2026 09:00:00 -0500\r\n"
    b"From: Payroll <pay@lure.example>\r\nTo: lee@example.org\r\nSubject: Suspended\r\n"
    b"Date: Mon, 2 Nov 2026 09:00:00 -0500\r\nMessage-ID: <1@lure.example>\r\n\r\n"
    b"Verify at http://login.lure.example/ now.\r\n"
)
OUTER = (
    b"Return-Path: <lee@example.org>\r\nFrom: Lee Park <lee@example.org>\r\nTo: phish@desk.example\r\nSubject: FW\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="cut"\r\n\r\n'
    b"--cut\r\nContent-Type: text/plain\r\n\r\nI typed my password. Lee Park\r\n"
    b"--cut\r\nContent-Type: message/rfc822\r\n\r\n" + LURE + b"\r\n--cut--\r\n"
)
BOUNCE = (
    b"From: MAILER-DAEMON@example.org\r\nTo: phish@desk.example\r\nSubject: Undelivered\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"\r\n\r\n'
    b"--cut\r\nContent-Type: message/rfc822\r\n\r\n" + LURE + b"\r\n--cut--\r\n"
)


@dataclass(frozen=True)
class Done:
    code: int
    lines: list[dict[str, Any]]
    err: str


Run = Callable[..., Done]


@pytest.fixture
def desk(add_organisation: Any) -> Any:
    return add_organisation("state-desk", part="desk")


@pytest.fixture
def run(data_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command on this worker's installation."""
    made = [path for name in ("charteroak.sqlite3", "secret-key") if not (path := data_directory / name).exists()]
    for marker in made:
        marker.write_text("x")
    monkeypatch.setenv("CHARTEROAK_DATA", str(data_directory))
    before = os.umask(0o022)

    def command(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["charteroak", "phish", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return Done(int(left.value.code or 0), [json.loads(line) for line in written.out.splitlines()], written.err)

    yield command
    os.umask(before)
    for marker in made:
        marker.unlink()


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "spool" / name).mkdir(parents=True)
    return tmp_path / "spool"


def test_who_forwards_is_a_claim_and_never_an_indicator() -> None:
    (row,) = phish_intake.take_forwarded(OUTER, sender="lee@example.org").reports
    assert row.analysis["from"] == "Payroll <pay@lure.example>"
    assert "example.org" not in json.dumps(row.analysis)
    assert row.details["reporterContact"] == "lee@example.org"
    assert row.details["arrival"]["verified"] is False
    assert row.details["note"] == "I typed my password. Lee Park"
    assert (row.organisation, row.filed_by, row.outcome) == (None, None, "unknown")


def test_an_address_without_names_keeps_none() -> None:
    (row,) = phish_intake.take_forwarded(OUTER, sender="lee@example.org", disclosure="anonymous").reports
    assert "lee" not in json.dumps([row.details, row.analysis]).lower()
    assert "park" not in json.dumps([row.details, row.analysis]).lower()


def test_the_same_mail_twice_is_one_report() -> None:
    first, again = (phish_intake.take_forwarded(OUTER, sender="lee@example.org") for _ in range(2))
    assert first.reports == again.reports
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "sender"),
    [
        (BOUNCE, ""),
        (b"From: a@b.example\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n", "a@b.example"),
        (b"From: a@b.example\r\nSubject: x\r\n\r\nbounced\r\n", ""),
        (b"Received: from a by b\r\n" * 51 + OUTER, "lee@example.org"),
    ],
    ids=["bounce", "absence", "no sender", "loop"],
)
def test_what_machines_send_is_dropped_with_its_reason(data: bytes, sender: str) -> None:
    taken = phish_intake.take_forwarded(data, sender=sender)
    assert taken.dropped.startswith("A machine sent this mail by itself: ")
    assert phish_intake.reply_about(data, sender=sender, disclosure="desk-only", channel="smtp")[0].startswith("250 ")
    assert not Report.objects.exists()


def test_a_rule_of_a_mail_server_that_names_no_sender_still_reports() -> None:
    assert phish_intake.take_forwarded(OUTER, sender="").reports


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"x" * (25 << 20) + b"\r\n\r\n"], ids=["empty", "NUL", "large"])
def test_what_is_no_mail_is_refused_for_good(data: bytes) -> None:
    reply, became = phish_intake.reply_about(data, sender="a@b.example", disclosure="desk-only", channel="smtp")
    assert reply.startswith("554 5.6.0 ")
    assert isinstance(became, InputError)


def test_one_bad_mail_of_several_records_none() -> None:
    good = phish_intake.PhishReport(message=LURE, outcome="unknown")
    bad = phish_intake.PhishReport(message=b"no mail", outcome="unknown")
    with pytest.raises(InputError, match=r"Mail 2 of 2: .*Nothing was recorded"):
        phish_intake.file_handed_in([good, bad], phish_intake.Reporter(), token="t" * 30)
    assert not Report.objects.exists()


def test_a_spool_is_taken_once_and_nothing_in_it_is_lost(run: Run, maildir: Path) -> None:
    new = maildir / "new"
    (new / "1.a").write_bytes(OUTER)
    (new / "2.a").write_bytes(BOUNCE)
    (new / "3.a").write_bytes(b"no mail")
    (new / "4.a").symlink_to("/etc/hostname")
    done = run("take", maildir, "--json")
    assert done.code == 3
    assert [sorted(line)[1:] for line in done.lines] == [
        ["receipt", "sha256", "verdict"], ["path"], ["refused"], ["refused"],
    ]  # fmt: skip
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == ["1.a:2,S", "2.a:2,S", "3.a:2,F", "4.a:2,F"]
    assert list(new.iterdir()) == []
    # A crash after the record and before the move: the mail still lies in new, and makes no second report.
    (new / "1.a").write_bytes(OUTER)
    again = run("take", maildir, "--json")
    assert (again.code, again.lines[0]["receipt"]) == (0, done.lines[0]["receipt"])
    assert (maildir / "cur" / "1.a-2:2,S").exists()


def test_a_mail_that_cannot_be_recorded_now_stays_in_the_spool(run: Run, maildir: Path, desk: Any) -> None:
    (maildir / "new" / "1.a").write_bytes(OUTER)
    desk.part = "member"
    desk.save()
    done = run("take", maildir, "--json")
    assert done.code != 0
    assert "There is no desk here" in done.err
    assert [path.name for path in (maildir / "new").iterdir()] == ["1.a"]


def test_a_folder_is_filed_with_a_line_for_each_mail(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(LURE)
    (tmp_path / "b.eml").write_bytes(b"nothing that is mail")
    (tmp_path / "c.mbox").write_bytes(b"From x@y.example Mon Nov  2 09:00:00 2026\r\n" + LURE)
    done = run("file", tmp_path, "--json")
    assert done.code == 3
    assert [("receipt" in line, "refused" in line) for line in done.lines] == [
        (True, False), (False, True), (True, False),
    ]  # fmt: skip
    assert run("file", tmp_path / "a.eml", "--json").lines[0]["receipt"] == done.lines[0]["receipt"]


def test_a_file_of_64_mb_is_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "a.eml").open("wb") as file:
        file.truncate((64 << 20) + 1)
    done = run("file", tmp_path / "a.eml", "--json")
    assert done.code != 0
    assert "Larger than the 64 MB" in done.err
    with (tmp_path / "a.eml").open("wb") as file:
        file.truncate(64 << 20)
    (line,) = run("file", tmp_path / "a.eml", "--json").lines
    assert line["refused"]["message"] == "The mail is larger than 25 MB. Describe it instead."


@pytest.mark.parametrize("listen", ["0.0.0.0:2525", "192.0.2.1:25", "[::]:25"])
def test_the_mail_server_listens_on_this_machine_unless_told_in_words(run: Run, listen: str) -> None:
    done = run("receive", "--listen", listen, "--to", "phish@desk.example")
    assert done.code == 2
    assert "reachable-from-other-machines" in done.err


def test_a_mail_server_that_answers_listens_on_this_machine_alone(run: Run) -> None:
    words = ("--expose", "reachable-from-other-machines")
    done = run("receive", "--answer", "--listen", "0.0.0.0:2525", "--to", "phish@desk.example", *words)
    assert (done.code, "leave --answer out" in done.err) == (2, True)


def test_a_mail_server_answers_only_where_the_settings_ask_for_it(run: Run) -> None:
    done = run("receive", "--answer", "--to", "phish@desk.example")
    assert (done.code, "asks for no answers" in done.err) == (2, True)


def test_the_mail_server_refuses_an_address_that_is_none(run: Run) -> None:
    assert run("receive", "--to", "phish@desk.example=everybody").code == 2


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """An installation of its own with a desk; the environment of commands that work on it."""
    data = tmp_path / "data"
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"CHARTEROAK_DATA": str(data)}
    setup = (
        "from charteroak.cli.installation import *; from pathlib import Path; import sys\n"
        "d = Path(sys.argv[1]); set_up_django(d); migrate()\n"
        "from charteroak.records.accounts.models import Organisation\n"
        "from charteroak.adapters.system_clock import now\n"
        "Organisation.objects.create(slug='desk', name='Desk', part='desk', created=now())\n"
        "(d / 'secret-key').exists() or (d / 'secret-key').write_text('x' * 60)\n"
    )
    subprocess.run([sys.executable, "-c", setup, str(data)], env=environment, check=True, timeout=60)
    return environment


@contextmanager
def receiving(environment: dict[str, str], *options: str) -> Iterator[tuple[int, IO[str]]]:
    """The mail server in a process of its own: its port, and the lines that it prints."""
    command = [sys.executable, "-m", "charteroak.cli", "phish", "receive", "--listen", f"127.0.0.1:{free_port()}"]
    server = subprocess.Popen(
        [*command, "--to", "phish@desk.example", "--json", *options],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        yield int(json.loads(server.stdout.readline())["listening"].rpartition(":")[2]), server.stdout
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(120) == 0
        assert server.stdout is not None
        server.stdout.close()


@pytest.mark.slow
def test_a_mail_sent_to_the_running_server_is_on_record_when_it_answers(installation: dict[str, str]) -> None:
    with receiving(installation) as (port, lines):
        with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
            client.sendmail("lee@example.org", ["phish@desk.example"], OUTER)
        assert "receipt" in json.loads(lines.readline())


@pytest.mark.slow
def test_a_running_server_answers_whom_the_town_confirms(installation: dict[str, str]) -> None:
    settings = '[answers]\ndomains = ["example.org"]\ntrusted_receivers = ["mx.example.org"]\n'
    (Path(installation["CHARTEROAK_DATA"]) / "reporting.toml").write_text(settings, encoding="utf-8")
    handed_over = OUTER.partition(b"\r\n")[2]
    confirmed = b"Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\r\n" + handed_over
    with smtp_server() as outgoing:
        by = {"HOST": "127.0.0.1", "PORT": str(outgoing.port), "SECURITY": "none", "SENDER": "desk@example.org"}
        environment = installation | {f"CHARTEROAK_MAIL_{name}": value for name, value in by.items()}
        with receiving(environment, "--answer") as (port, lines):
            with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
                client.sendmail("lee@example.org", ["phish@desk.example"], confirmed)
                client.sendmail("lee@example.org", ["phish@desk.example"], handed_over)
            first, second = (json.loads(lines.readline()) for _ in range(2))
    assert (first["answered"], second["unanswered"]) == (True, "no trusted server confirms its sender")
    assert outgoing.recipients == ["lee@example.org"]
    assert first["receipt"] in outgoing.messages[0].get_content()
