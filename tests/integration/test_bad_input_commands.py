"""Bad input, command by command: one line that names the place and what to do, the right exit code, nothing recorded.

The table runs through the entry point in this process; what only a process of its own can show is at the end.
"""

import gzip
import io
import json
import os
import random
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import zstandard
from django.db import transaction

from charteroak.cli.__main__ import main
from charteroak.detection.readers import log_files
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint, LedgerEntry
from charteroak.records.programs.models import DossierRecord
from charteroak.services import checkpoints
from charteroak.services import ledger as ledgers

EVENT_LOG = Path(__file__).parents[1] / "assets" / "logs" / "planted.evtx"
NOT_UTF_8 = os.fsdecode(b"n\xff\xfe.txt")
NOISE = random.Random(7).randbytes(20_000)  # noqa: S311 - noise, no secret


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command through the program's entry point."""

    def command(*arguments: str | Path, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["charteroak", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return Done(int(left.value.code or 0), written.out, written.err)

    return command


def zip_of(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.txt", content)
    return packed.getvalue()


LINES = b"2026-11-02 GET http://a.example/ 198.51.100.7\n" * 5000
CONTENTS: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\n",
    "noise": NOISE,
    "cut.gz": gzip.compress(LINES)[:200],
    "cut.zst": zstandard.ZstdCompressor().compress(NOISE)[:9000],
    "cut.zip": zip_of(NOISE)[:9000],
    "other.zip": zip_of(NOISE),
    "cut.evtx": EVENT_LOG.read_bytes()[:5000],
    "list.json": b"[]",
    "text.json": b'"x"',
    "null.json": b"null",
    "nan.json": b'{"mode": NaN}',
    "overflow.json": b'{"organisation": {"employees": 1e999}}',
    "long-number.json": b'{"organisation": {"employees": ' + b"9" * 5000 + b"}}",
    "deep.json": b"[" * 100_000 + b"]" * 100_000,
    "twice.json": b'{"mode": "breach", "mode": "breach"}',
    "types.json": b'{"breach": [1, 2]}',
    "number.json": b'{"mode": 5}',
    "unknown.json": b'{"moed": "breach"}',
    "unknown-below.json": b'{"breach": {"frm": "2026-03-01"}}',
    "no-such-day.json": b'{"breach": {"from": "2026-02-30", "to": "2026-03-01"}}',
    "reversed.json": b'{"breach": {"from": "2026-03-02", "to": "2026-03-01"}}',
    "surrogate.json": b'{"\\ud800": "\\udfff"}',
    "terminal.json": b'{"a\\u001b[31m\\nb": 1}',
    "utf-16.json": '{"mode": "breach"}'.encode("utf-16"),
    "latin-1.json": '{"mode": "brèach"}'.encode("latin-1"),
    "more.json": b'{"mode": "breach"} x',
    NOT_UTF_8: b"198.51.100.7 x\n",
}
NOT_JSON = {"nan.json", "overflow.json", "long-number.json", "twice.json", "latin-1.json", "more.json"}
NO_FILES = ("absent", "directory", "pipe", "/dev/zero", "/dev/null")


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad-input")
    for name, content in CONTENTS.items():
        (folder / name).write_bytes(content)
    (folder / "directory").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "indicators").write_text("payroll-quickpay.example\n198.51.100.7\n")
    (folder / "log").write_bytes(LINES[:200])
    return folder


def one_line(done: Done, *named: str) -> str:
    """The only line on standard error; it names what it speaks of and can be printed anywhere."""
    (line,) = done.stderr.splitlines()
    assert line.startswith("charteroak: ")
    assert line.isprintable()
    assert len(line) < 2000
    for name in named:
        assert name in line
    return line


def shown(name: str) -> str:
    return name.encode("unicode_escape").decode("ascii") if name == NOT_UTF_8 else name


REFUSING = {
    "determine": ("safe-harbor", "determine", "--json", "--facts"),
    "verify": ("dossier", "verify", "--json"),
    "answers": (
        *("dossier", "create", "--org", "x", "--breach-from", "2026-03-01", "--breach-to", "2026-03-02"),
        *("-o", "/nowhere/x.zip", "--data", "/nowhere", "--answers"),
    ),
}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (command, name)
        for command in REFUSING
        for name in (*CONTENTS, *NO_FILES)
        if command != "answers" or not CONTENTS.get(name, b"").startswith(b'{"') or name in NOT_JSON
    ],
)
def test_a_document_that_is_none_is_refused_by_name(run: Run, inputs: Path, command: str, name: str) -> None:
    done = run(*REFUSING[command], inputs / name)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done, shown(name))


@pytest.mark.parametrize("name", [*(name for name in CONTENTS if name != NOT_UTF_8), *NO_FILES])
def test_a_list_of_indicators_that_is_none_is_refused_by_name(run: Run, inputs: Path, name: str) -> None:
    done = run("hunt", "--json", "--indicators", inputs / name, inputs / "log")
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done, name)


@pytest.mark.parametrize("name", ["absent", "directory", "/dev/zero", "/dev/null"])
def test_a_log_that_is_none_is_refused_before_anything_is_searched(run: Run, inputs: Path, name: str) -> None:
    done = run("hunt", "--json", "--indicators", inputs / "indicators", inputs / "log", inputs / name)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done, name)


@pytest.mark.parametrize("name", ["empty", "noise", "cut.gz", "cut.zst", "cut.zip", "other.zip", "cut.evtx"])
def test_a_log_that_cannot_be_read_whole_is_never_a_clean_one(run: Run, inputs: Path, name: str) -> None:
    done = run("hunt", "--json", "--indicators", inputs / "indicators", inputs / name)
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    assert done.returncode == 3
    assert {found["path"] for found in summary["couldNotRead"]} == {str(inputs / name)}
    assert all(name in line and line.isprintable() for line in done.stderr.splitlines())


@pytest.mark.parametrize("name", ["empty", "directory", "absent", "pipe", "/dev/zero", "/dev/null"])
@pytest.mark.parametrize("command", ["analyze", "cluster"])
def test_a_mail_that_is_none_is_refused_before_anything_is_read(
    run: Run, inputs: Path, command: str, name: str
) -> None:
    done = run("phish", command, "--json", inputs / name)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done, name)


@pytest.mark.parametrize("name", ["blank", "noise", "cut.gz", "cut.zip", "cut.evtx", "list.json", "deep.json"])
@pytest.mark.parametrize("command", ["analyze", "cluster"])
def test_a_mail_that_cannot_be_read_is_named_and_never_a_clean_one(
    run: Run, inputs: Path, command: str, name: str
) -> None:
    done = run("phish", command, "--json", inputs / name)
    document = json.loads(done.stdout)
    first, last = done.stderr.splitlines()
    assert done.returncode == 3
    assert first.startswith(f"charteroak: {inputs / name}: ")
    assert "essage" in last
    if command == "analyze":
        assert (document["status"], document["verdict"]) == ("unreadable", "not-enough-evidence")
    else:
        assert document == {"clusters": [], "couldNotRead": [str(inputs / name)]}


def test_a_pipe_without_a_writer_is_named_and_not_waited_for(
    run: Run, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "PIPE_SECONDS", 0.1)
    done = run("hunt", "--json", "--indicators", inputs / "indicators", inputs / "pipe")
    assert done.returncode == 3
    assert json.loads(done.stdout)["summary"]["couldNotRead"][0]["path"] == str(inputs / "pipe")
    assert "Nobody wrote into this pipe" in done.stderr


def test_a_name_that_is_no_text_is_searched_and_shown(run: Run, inputs: Path) -> None:
    done = run("hunt", "--json", "--indicators", inputs / "indicators", inputs / NOT_UTF_8)
    assert done.returncode == 1
    assert json.loads(done.stdout.splitlines()[0])["line"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["--nope"],
        ["hunt"],
        ["hunt", "--indicators"],
        ["hunt", "--indicators", "x", "y", "--engine", "duck"],
        ["hunt", f"--{NOT_UTF_8}"],
        [NOT_UTF_8],
        ["phish", "analyze"],
        ["phish", "sing"],
        ["safe-harbor", "determine"],
        ["safe-harbor", "determine", "--facts", "x", "--statute", "../oh"],
        ["safe-harbor", "clocks", "--on", "2026-02-30"],
        ["safe-harbor", "clocks", "--on", "9" * 100_000],
        ["safe-harbor", "clocks", "--on", ""],
        ["safe-harbor", "clocks", "--on", "\u0662\u0660\u0662\u0666-09-01"],
        ["frameworks", "show"],
        ["frameworks", "show", ""],
        ["frameworks", "show", "nist-csf@9"],
        ["frameworks", "show", "../../etc/passwd"],
        ["frameworks", "show", "a" * 100_000],
        ["frameworks", "show", NOT_UTF_8],
        ["frameworks", "crosswalk", "nist-csf@2.0", "nist-csf@1.1"],
        ["program", "status", "--org", "x"],
        ["program", "status", "--org", "x", "--as-of", "2026-9-1"],
        ["program", "status", "--org", "x", "--as-of", "2026-09-01", "--known-at", "2026-09-01T00:00:00"],
        ["program", "status", "--org", "x", "--as-of", "2026-09-01", "--known-at", "9999-12-31T23:59:59-14:00"],
        ["ledger", "prove", "--org", "x", "--index", "-1"],
        ["ledger", "prove", "--org", "x", "--index", "9" * 5000],
        ["dossier", "create"],
        ["serve", "--bind", "127.0.0.1"],
        ["serve", "--bind", "127.0.0.1:99999"],
        ["serve", "--bind", "127.0.0.1:" + "9" * 5000],
        ["serve", "--bind", "127.0.0.1:\uff18\uff10\uff10\uff10"],
        ["tour", "--out", "/dev/null"],
    ],
    ids=lambda arguments: " ".join(arguments)[:60].encode("unicode_escape").decode("ascii"),
)
def test_what_cannot_be_understood_is_refused_in_one_line(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done)


@pytest.mark.parametrize("data", ["absent", "file", "empty", "without a database", "with an emptied database"])
@pytest.mark.parametrize(
    "command",
    [
        ["program", "status", "--org", "x", "--as-of", "2026-09-01"],
        ["ledger", "verify"],
        ["ledger", "checkpoint", "--org", "x"],
        ["ledger", "prove", "--org", "x", "--index", "0"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_place_without_an_installation_is_named_and_left_as_it_is(
    run: Run, tmp_path: Path, command: list[str], data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    place = tmp_path / "data"
    if data == "file":
        place.write_text("x")
    elif data != "absent":
        place.mkdir()
    if data.startswith("with"):
        (place / "secret-key").write_text("x" * 80)
    if data == "with an emptied database":
        (place / "charteroak.sqlite3").touch()
    before = sorted(tmp_path.rglob("*"))

    done = run(*command, "--data", place)

    assert (done.returncode, done.stdout) == (2, "")
    one_line(done, str(place))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture
def installation(
    started_directory: Path, member: Organisation, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[int, int, int]]:
    """The installation of this worker with a ledger of three entries; tells how much is recorded in it."""
    for number in range(3):
        with transaction.atomic():
            ledgers.append_entry(
                member,
                actor="system",
                kind="practice.answered",
                occurred_from="2026-03-01",
                body={"practice": "staff-training", "answer": "yes", "note": str(number)},
            )
    monkeypatch.setenv("CHARTEROAK_DATA", str(started_directory))
    # The first signature of a log makes its keys and records their ceremony, whatever becomes of what asked for it.
    said = LedgerEntry.objects.exclude(kind="key.ceremony")
    return lambda: (said.count(), Checkpoint.objects.count(), DossierRecord.objects.count())


CREATE = ("dossier", "create", "--org", "elm-hollow-bakery")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["program", "status", "--org", "nobody", "--as-of", "2026-09-01"], "elm-hollow-bakery"),
        (["program", "status", "--org", NOT_UTF_8, "--as-of", "2026-09-01"], "elm-hollow-bakery"),
        (["ledger", "verify", "--org", ""], "elm-hollow-bakery"),
        (["ledger", "verify", "--org", "a" * 100_000], "elm-hollow-bakery"),
        (["ledger", "checkpoint", "--org", "../.."], "elm-hollow-bakery"),
        ([*CREATE, "--breach-from", "2026-03-09", "--breach-to", "2026-03-01"], "reversed"),
        ([*CREATE, "--breach-from", "2026-03-09", "--breach-to", "9999-12-31"], "future"),
        ([*CREATE, "--breach-from", "0001-01-01", "--breach-to", "0001-01-02"], "year 1"),
    ],
    ids=lambda value: " ".join(value)[:60].encode("unicode_escape").decode("ascii") if isinstance(value, list) else "",
)
def test_a_question_that_has_no_answer_records_nothing(
    run: Run, installation: Callable[[], tuple[int, int, int]], tmp_path: Path, arguments: list[str], said: str
) -> None:
    output = ["-o", str(tmp_path / "x.zip")] if "create" in arguments else []
    done = run(*arguments, *output)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done, said)
    assert installation()[::2] == (3, 0)
    assert not list(tmp_path.iterdir())


def test_an_entry_that_is_not_there_is_not_proved(run: Run, installation: Callable[[], tuple[int, int, int]]) -> None:
    done = run("ledger", "prove", "--org", "elm-hollow-bakery", "--index", "9" * 30)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done, "has 4 entries")
    assert installation()[0] == 3


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [
        (b'{"breach": [1, 2]}', "/breach"),
        (b'{"breach": "yes"}', "/breach"),
        (b'{"breach": {"from": "2026-01-01"}}', "/breach/from"),
        (b'{"breach": {"access": "maybe"}}', "/breach/access"),
        (b'{"claims": 5}', "/claims"),
        (b'{"claims": [1]}', "/claims/0"),
        (b'{"culpability": 7}', "/culpability"),
        (b'{"policy": {"amendedLawClock": "x"}}', "/policy/amendedLawClock"),
        (b'{"organisation": {}}', "/organisation"),
        (b'{"moed": 1}', "/moed"),
    ],
)
def test_answers_that_do_not_fit_are_named_by_file_and_place(
    run: Run, installation: Callable[[], tuple[int, int, int]], tmp_path: Path, answers: bytes, pointer: str
) -> None:
    given = tmp_path / "answers.json"
    given.write_bytes(answers)
    interval = ("--breach-from", "2026-03-01", "--breach-to", "2026-03-02")
    done = run(*CREATE, *interval, "--answers", given, "-o", tmp_path / "x.zip")
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done, f"{given}, {pointer}: ")
    assert installation()[::2] == (3, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["answers.json"]


@pytest.mark.parametrize("output", ["there", "absent/x.zip", "dangling", "x" * 300, "-"])
def test_a_dossier_that_cannot_be_written_is_not_recorded(
    run: Run, installation: Callable[[], tuple[int, int, int]], tmp_path: Path, output: str
) -> None:
    (tmp_path / "there").write_text("kept")
    (tmp_path / "dangling").symlink_to(tmp_path / "elsewhere")
    interval = ("--breach-from", "2026-03-01", "--breach-to", "2026-03-02")
    done = run(*CREATE, *interval, "-o", output if output == "-" else tmp_path / output)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done)
    assert installation()[::2] == (3, 0)
    assert (tmp_path / "there").read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dangling", "there"]


def test_a_ledger_that_does_not_hold_is_a_finding_beside_the_others(
    run: Run, installation: Callable[[], tuple[int, int, int]], member: Organisation, desk: Organisation
) -> None:
    with transaction.atomic():
        ledgers.append_entry(
            desk,
            actor="system",
            kind="practice.answered",
            occurred_from="2026-03-01",
            body={"practice": "staff-training", "answer": "no", "note": ""},
        )
    LedgerEntry.objects.filter(organisation=member, index=1).update(body=b"{}")

    done = run("ledger", "verify", "--json")
    plain = run("ledger", "verify")

    states = {one["organisation"]: one for one in json.loads(done.stdout)}
    assert (done.returncode, done.stderr) == (1, "")
    assert states["charter-desk"]["status"] == "verified"
    assert (states["elm-hollow-bakery"]["status"], states["elm-hollow-bakery"]["code"]) == (
        "failed",
        "ledger.log.broken",
    )
    assert "entry 1" in states["elm-hollow-bakery"]["reason"]
    assert plain.returncode == 1
    assert "elm-hollow-bakery: FAILED: " in plain.stdout
    assert installation()[0] == 4


def test_a_ledger_that_cannot_be_verified_outweighs_one_that_does_not_hold(
    run: Run, installation: Callable[[], tuple[int, int, int]], member: Organisation, data_directory: Path
) -> None:
    checkpoints.make_checkpoint(member)
    for key in (data_directory / "keys").iterdir():
        key.write_bytes(b"x")

    done = run("ledger", "verify", "--json")

    (state,) = json.loads(done.stdout)
    assert done.returncode == 3
    assert state["status"] == "not-verified"
    one_line(done, "elm-hollow-bakery")
    assert installation()[:2] == (3, 1)


def test_a_proof_is_one_json_document_where_that_is_asked(
    run: Run, installation: Callable[[], tuple[int, int, int]]
) -> None:
    arguments = ("ledger", "prove", "--org", "elm-hollow-bakery", "--index", "1")
    document, plain = run(*arguments, "--json"), run(*arguments)
    proof = json.loads(document.stdout)
    assert (document.returncode, plain.returncode, document.stderr) == (0, 0, "")
    assert list(proof) == ["organisation", "index", "verifierKey", "proof"]
    assert proof["proof"] == plain.stdout
    assert plain.stdout.startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    assert installation()[0] == 3


def charteroak(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "charteroak.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**{k: v for k, v in os.environ.items() if k != "DATABASE_URL"}, **environment},
    )


@pytest.mark.parametrize("kind", ["noise", "cut", "another program's"])
def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path, kind: str) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "secret-key").write_text("x" * 86)
    (data / "secret-key").chmod(0o600)
    database = data / "charteroak.sqlite3"
    if kind == "noise":
        database.write_bytes(NOISE)
    else:
        connection = sqlite3.connect(database)
        connection.execute("CREATE TABLE accounts_user (x)")
        connection.executemany("INSERT INTO accounts_user VALUES (?)", [("y" * 3000,)] * 20)
        connection.commit()
        connection.close()
    if kind == "cut":
        os.truncate(database, database.stat().st_size // 2)

    done = charteroak("ledger", "verify", "--json", "--data", data)

    assert (done.returncode, done.stdout) == (3, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("charteroak: The database cannot be used: ")
    assert line.endswith("[database.unusable]")


def test_an_address_of_a_database_that_is_none_is_one_line_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("x" * 86)
    (tmp_path / "secret-key").chmod(0o600)
    done = charteroak("ledger", "verify", "--data", tmp_path, DATABASE_URL="mysql://u:hunter2@h/oak")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "DATABASE_URL" in line
    assert "hunter2" not in line
