"""``charteroak phish`` through its entry point: documents, exit codes, and bad input in one clear line.

Most of it in this process; a few start one of their own and give it a real pipe.
"""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.simulators.program_here import Ended, run_here

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "src" / "charteroak" / "services" / "sample_data" / "mail"
EXERCISE = ROOT / "tests" / "assets" / "mail" / "exercise-with-training-mark.eml"
PLAIN = b"From: a@b.example\nTo: c@d.example\nSubject: minutes\n\nThe minutes follow on Tuesday.\n"
KEYS = {
    "path",
    "sha256",
    "status",
    "verdict",
    "score",
    "signals",
    "authentication",
    "observables",
    "attachments",
    "defects",
}


def phish(*arguments: str | Path) -> Ended:
    return run_here("phish", *arguments)


def started(*arguments: str | Path | bytes, standard_input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "charteroak.cli", "phish", *arguments]
    return subprocess.run(command, input=standard_input, capture_output=True, check=False, timeout=120)


def lines(done: Ended | subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def test_one_message_is_one_line_with_the_promised_keys() -> None:
    done = started("analyze", "--json", SAMPLES / "phish-1.eml")
    (document,) = lines(done)
    assert done.returncode == 1
    assert document.keys() >= KEYS
    assert document["path"] == str(SAMPLES / "phish-1.eml")
    assert document["verdict"] == "phishing"


def test_standard_input_and_ordinary_mail() -> None:
    done = started("analyze", "--json", "-", standard_input=PLAIN)
    assert done.returncode == 0
    assert [(document["path"], document["verdict"]) for document in lines(done)] == [("-", "not-enough-evidence")]


def test_exercise_is_no_finding_where_the_operator_named_its_vendor_and_his_server_confirms_it(tmp_path: Path) -> None:
    (tmp_path / "protected.toml").write_text(
        'owner = "Town IT"\nreviewed = 2026-11-22\n[[trainings]]\nvendor = "Drill"\n'
        'domains = ["training.example"]\nreceivers = ["mx.cedar-landing.example"]\n'
    )
    confirmation = b"Authentication-Results: mx.cedar-landing.example; spf=pass smtp.mailfrom=training.example\n"
    (tmp_path / "exercise.eml").write_bytes(confirmation + EXERCISE.read_bytes())
    done = phish("analyze", "--json", "--data", tmp_path, tmp_path / "exercise.eml")
    assert (done.returncode, lines(done)[0]["verdict"]) == (0, "simulation")
    claimed = phish("analyze", "--json", "--data", tmp_path, EXERCISE)
    assert (claimed.returncode, lines(claimed)[0]["verdict"]) == (1, "phishing")


def test_unreadable_message_beats_a_finding_and_the_rest_is_printed(tmp_path: Path) -> None:
    (tmp_path / "noise.eml").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    done = phish("analyze", "--json", tmp_path / "noise.eml", SAMPLES)
    assert done.returncode == 3
    assert [document["status"] for document in lines(done)] == ["unreadable", "analyzed", "analyzed"]
    assert lines(done)[0]["defects"][0]["code"] == "no-header-block"  # type: ignore[index]


def test_partial_message_alone_does_not_force_incomplete(tmp_path: Path) -> None:
    head = PLAIN.replace(b"\n\n", b"\nContent-Type: text/html\n\n")
    (tmp_path / "a.eml").write_bytes(head + b"<p>" * 400_000)
    done = phish("analyze", "--json", tmp_path / "a.eml")
    assert done.returncode == 0
    assert lines(done)[0]["status"] == "partial"


def test_text_for_people_defangs_and_lets_no_terminal_code_through(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(PLAIN.replace(b"minutes\n", b"\x1b[31mred\x07\n") + b"https://lure.example/\n")
    done = phish("analyze", tmp_path / "a.eml")
    assert b"\x1b" not in done.stdout
    assert b"hxxps://lure[.]example/" in done.stdout
    assert b"https://" not in done.stdout


@pytest.mark.parametrize("command", ["analyze", "cluster"])
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("absent.eml", None, "no such file"), ("empty.eml", b"", "empty"), ("folder", "folder", "holds no mail")],
)
def test_bad_source_is_one_line_and_nothing_is_printed(
    command: str, name: str, content: bytes | str | None, words: str, tmp_path: Path
) -> None:
    if content == "folder":
        (tmp_path / name).mkdir()
    elif isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    done = phish(command, "--json", SAMPLES, tmp_path / name)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert words in line
    assert name in line


@pytest.mark.parametrize(
    "content",
    [b"\0" * 100, gzip.compress(PLAIN * 50)[:80], b"[1, 2]", b"x" * 5_000_000],
    ids=["zeros", "truncated gzip", "JSON", "one long line"],
)
def test_other_bytes_are_unreadable_and_say_so(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(content)
    done = phish("analyze", "--json", tmp_path / "a.eml")
    assert done.returncode == 3
    assert lines(done)[0]["verdict"] == "not-enough-evidence"


def test_samples_cluster_into_one_campaign_in_either_order() -> None:
    first, second = SAMPLES / "phish-1.eml", SAMPLES / "phish-2.eml"
    done = phish("cluster", "--json", first, second)
    (cluster,) = json.loads(done.stdout)["clusters"]
    assert done.returncode == 1
    assert cluster["members"] == [str(first), str(second)]
    assert len(cluster["reasons"][0]["because"]) >= 2
    assert phish("cluster", "--json", second, first).stdout == done.stdout


def test_cluster_names_what_it_could_not_read(tmp_path: Path) -> None:
    (tmp_path / "noise.eml").write_bytes(b"\0\1\2")
    done = phish("cluster", "--json", SAMPLES, tmp_path / "noise.eml")
    document = json.loads(done.stdout)
    assert done.returncode == 3
    assert document["couldNotRead"] == [str(tmp_path / "noise.eml")]
    assert len(document["clusters"]) == 1


def test_nothing_alike_is_no_campaign(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(PLAIN)
    done = phish("cluster", tmp_path / "a.eml", SAMPLES / "phish-1.eml")
    assert (done.returncode, done.stdout) == (0, b"")


def test_reporter_stays_out_of_the_answer() -> None:
    done = phish("analyze", "--json", "--reporter", "hr.payroll@quiet-harbor-mail.example", SAMPLES / "phish-2.eml")
    assert b"quiet-harbor-mail.example" not in json.dumps(lines(done)[0]["observables"]).encode()


def test_trusted_receiver_is_taken_from_the_command_line() -> None:
    done = phish("analyze", "--json", "--trusted-receiver", "mx.cedar-landing.example", SAMPLES / "phish-1.eml")
    assert {claim["trusted"] for claim in lines(done)[0]["authentication"]} == {True}  # type: ignore[attr-defined]


def test_file_name_that_is_no_utf_8_is_shown_and_not_stumbled_over(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.eml"
    Path(os.fsdecode(path)).write_bytes(PLAIN)
    done = started("analyze", "--json", path)
    assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0)
    assert str(lines(done)[0]["path"]).endswith("caf\ufffd.eml")


def test_importing_the_package_is_light() -> None:
    code = "import sys, charteroak.mail; print([m for m in ('re2', 'publicsuffixlist', 'django') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_many_messages_are_shared_by_processes_and_answered_as_by_one(tmp_path: Path) -> None:
    mailbox, packed = tmp_path / "many.mbox", tmp_path / "many.zip"
    messages = [PLAIN.replace(b"minutes", b"minutes %d" % number) for number in range(40)]
    mailbox.write_bytes(b"".join(b"From a@b.example Mon Jan  6 09:00:00 2026\n" + each + b"\n" for each in messages))
    with zipfile.ZipFile(packed, "w") as archive:
        for number, each in enumerate(messages):
            archive.writestr(f"{number:02}.eml", each)
    one = started("analyze", "--json", "--jobs", "1", mailbox, packed)
    two = started("analyze", "--json", "--jobs", "2", mailbox, packed)
    assert one.stdout == two.stdout
    assert [document["subject"] for document in lines(two)] == 2 * [f"minutes {number}" for number in range(40)]
    assert (one.returncode, two.returncode) == (0, 0)


def test_zip_that_holds_no_mail_is_named_and_the_rest_is_analyzed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("notes.txt", "no mail")
    done = phish("analyze", "--json", tmp_path / "none.zip", EXERCISE)
    assert done.returncode == 3
    assert [document["verdict"] for document in lines(done)] == ["not-enough-evidence", "phishing"]
    assert b"none.zip" in done.stderr
