"""What strangers wrote steers no terminal, whichever command prints it."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulators.program_here import run_here

from charteroak.cli.printable import escaped_json, printable, printable_lines

ESCAPE, CSI, BELL, OVERRIDE, HIDDEN, SEPARATOR = "\x1b[2J", "\x9b2J", "\x07", "\u202e", "\u200b", "\u2028"
HOSTILE = f"paid{ESCAPE}{CSI}{BELL}{OVERRIDE}{HIDDEN}{SEPARATOR}fdp.exe"

DOCUMENTS = st.recursive(
    st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Café, 10 €, 日本", "Café, 10 €, 日本"),
        (ESCAPE, r"\x1b[2J"),
        (CSI, r"\x9b2J"),
        (OVERRIDE, r"\u202e"),
        ("a\r\nb", r"a\r\nb"),
        ("\U000e0041", r"\U000e0041"),
        ("\udcff", r"\udcff"),
    ],
)
def test_what_is_not_to_be_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_lines_stay_lines() -> None:
    assert printable_lines(f"one\n{ESCAPE}two\n") == "one\n\\x1b[2Jtwo\n"


@given(DOCUMENTS)
def test_json_stays_the_same_document(document: object) -> None:
    for style in ({"indent": 2}, {"separators": (",", ":")}):
        text = escaped_json(json.dumps(document, ensure_ascii=False, **style))
        assert json.loads(text) == document
        assert text.replace("\n", "").isprintable()


def run(*arguments: str | Path, stdin: bytes = b"") -> str:
    """Everything that a command prints on both streams."""
    done = run_here(*arguments, stdin=stdin)
    return (done.stdout + done.stderr).decode()


def assert_harmless(output: str) -> None:
    assert output.replace("\n", "").isprintable(), repr(output)


MAIL = (
    f"From: =?utf-8?q?Bank{ESCAPE}{OVERRIDE}?= <a@example.net>\r\nTo: b@example.org\r\nSubject: {HOSTILE}\r\n"
    'Date: Mon, 2 Nov 2026 09:00:00 -0500\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<a href='http://evil.example/{ESCAPE}'>{HOSTILE}</a>\r\n"
    f'--b\r\nContent-Type: application/pdf; name="{HOSTILE}"\r\n\r\nx\r\n--b--\r\n'
).encode()


@pytest.mark.parametrize("style", [(), ("--json",)], ids=["text", "json"])
def test_mail_with_escapes_in_its_subject_is_shown_without_them(style: tuple[str, ...]) -> None:
    output = run("phish", "analyze", *style, "-", stdin=MAIL)
    assert "fdp.exe" in output
    assert_harmless(output)


@pytest.mark.parametrize("style", [(), ("--json",)], ids=["text", "json"])
def test_file_names_and_log_lines_with_escapes_are_shown_without_them(tmp_path: Path, style: tuple[str, ...]) -> None:
    folder = tmp_path / f"logs{ESCAPE}"
    folder.mkdir()
    (folder / f"{OVERRIDE}a.log").write_text(f"GET http://evil.example/{ESCAPE} 200\n")
    (folder / "b.jsonl").write_text(json.dumps({f"host{ESCAPE}{OVERRIDE}": "evil.example"}) + "\n")
    (folder / "cut.gz").write_bytes(b"\x1f\x8b\x08\x00cut")
    indicators = tmp_path / f"list{CSI}.txt"
    indicators.write_text(f"evil.example\nnot{ESCAPE} an{OVERRIDE} indicator\n")
    output = run("hunt", "--indicators", indicators, *style, folder)
    assert "evil.example" in output
    assert_harmless(output)


@pytest.mark.parametrize("style", [(), ("--json",)], ids=["text", "json"])
def test_members_of_an_archive_with_escapes_are_named_without_them(tmp_path: Path, style: tuple[str, ...]) -> None:
    path = tmp_path / "F.zip"
    folder = "dossier-elm-hollow-bakery-2026-09-01-2026-09-14"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{folder}/MANIFEST.sha256", b"x")
        archive.writestr(f"{folder}/{ESCAPE}{CSI}{OVERRIDE}OK", b"x")
    output = run("dossier", "verify", *style, path)
    assert "OK" in output
    assert_harmless(output)


def test_arguments_with_escapes_are_repeated_without_them(tmp_path: Path) -> None:
    assert_harmless(run("phish", "analyze", tmp_path / HOSTILE))
    assert_harmless(run(f"noun{HOSTILE}"))
    assert_harmless(run("safe-harbor", "determine", "--facts", tmp_path / HOSTILE))
