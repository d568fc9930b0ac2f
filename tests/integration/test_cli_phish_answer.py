"""``charteroak phish answer``: the plain answer on a terminal, and bad input in one clear line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from charteroak.cli.phish_answer import answer
from charteroak.errors import InputError

LURE = (Path(__file__).parents[2] / "src/charteroak/services/sample_data/mail/phish-1.eml").read_bytes()


def run(tmp_path: Path, content: bytes, *options: str) -> Result:
    path = tmp_path / "mail.eml"
    path.write_bytes(content)
    return CliRunner().invoke(answer, [str(path), "--data", str(tmp_path), *options], standalone_mode=False)


def test_answer_says_what_was_seen_and_what_to_do_now(tmp_path: Path) -> None:
    (tmp_path / "reporting.toml").write_text('[call]\nit = "860-555-0134"\n', encoding="utf-8")
    done = run(tmp_path, LURE, "--did", "file", "--language", "es")
    assert done.return_value == 1
    assert "Qué vimos" in done.stdout
    assert "Déjelo encendido" in done.stdout
    assert "860-555-0134" in done.stdout


def test_answer_as_json_has_its_parts(tmp_path: Path) -> None:
    document = json.loads(run(tmp_path, LURE, "--did", "money", "--json").stdout)
    assert document["verdict"] == "phishing"
    assert [todo["deed"] for todo in document["toDo"]] == ["money"]
    assert document["call"][0]["number"] is None


def test_words_without_headers_are_taken_from_standard_input(tmp_path: Path) -> None:
    done = CliRunner().invoke(answer, ["-", "--data", str(tmp_path)], input="Lunch is at noon.", standalone_mode=False)
    assert done.return_value == 0
    assert "no proof" in done.stdout


def test_what_is_no_mail_ends_with_three_and_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, b"\x00\x01\x02" * 400)
    assert done.return_value == 3
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


ENVELOPE = b"From a@b.example Sun Mar  1 09:12:00 2026\n"


@pytest.mark.parametrize("content", [b"", (ENVELOPE + LURE + b"\n\n") * 2], ids=["none", "several"])
def test_none_or_several_mails_are_refused(tmp_path: Path, content: bytes) -> None:
    assert isinstance(run(tmp_path, content).exception, InputError)
