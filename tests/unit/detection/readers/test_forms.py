import os

import pytest

from charteroak.detection.readers.forms import LogForm, recognise


@pytest.mark.parametrize(
    ("head", "name", "form"),
    [
        (b"Nov 18 09:00:00 gate kernel: x\n", "-", LogForm.TEXT),
        (b"[Thu Jun 09 06:07:04 2005] [notice] x\n", "error.log", LogForm.TEXT),
        (b"{thread-1} started\n", "app.log", LogForm.TEXT),
        (b"", "x", LogForm.TEXT),
        (b'{"a": 1}\n{"a": 2}\n', "-", LogForm.JSON_LINES),
        (b'\n  {"a": 1}\n', "-", LogForm.JSON_LINES),
        (b"{}\n", "-", LogForm.JSON_LINES),
        (b'{"a": "' + b"x" * 70_000, "-", LogForm.JSON_LINES),
        (b'{\n  "a": 1\n}', "-", LogForm.JSON_LINES),
        (b'[{"a": 1}]', "-", LogForm.JSON_LINES),
        (b"a text at first\n", "x.jsonl", LogForm.JSON_LINES),
        (b"a text at first\n", "x.ndjson.gz", LogForm.JSON_LINES),
        (b'\xef\xbb\xbf{"a": 1}\n', "-", LogForm.JSON_LINES),
        (b"a,b\n1,2\n", "x.csv", LogForm.CSV),
        (b"a,b\n1,2\n", "X.CSV.1.gz", LogForm.CSV),
        (b"a\tb\n1\t2\n", "x.tsv.zst", LogForm.CSV),
        (b"a,b\n1,2\n", "-", LogForm.TEXT),
        (b"ElfFile\x00" + bytes(100), "x.csv", LogForm.EVENT_LOG),
    ],
)
def test_a_file_is_told_by_its_content_and_a_table_by_its_name(head: bytes, name: str, form: LogForm) -> None:
    recognised = recognise(head, name, whole=len(head) < 65536)
    assert (recognised.form, recognised.problem) == (form, "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_told_with_and_without_its_mark(encoding: str) -> None:
    recognised = recognise('{"a": "plain Latin text"}\n'.encode(encoding), "-", whole=True)
    assert (recognised.form, recognised.encoding) == (LogForm.JSON_LINES, encoding)


@pytest.mark.parametrize(
    "head",
    [
        b"PK\x03\x04rest",
        b"\xfd7zXZ\x00rest",
        b"BZh91",
        b"LPKSHHRHrest",
        b"SQLite format 3\x00",
        b"\xd4\xc3\xb2\xa1rest",
    ],
)
def test_containers_that_are_not_read_are_named(head: bytes) -> None:
    assert "Unpack or export it" in recognise(head, "x", whole=True).problem


@pytest.mark.parametrize("size", [64, 1000, 65536])
def test_noise_is_no_text(size: int) -> None:
    assert recognise(b"\x01\x80" * 4 + os.urandom(size), "x", whole=True).problem


def test_a_short_piece_of_noise_with_few_control_characters_is_no_text() -> None:
    assert recognise(bytes(range(130, 230)) + b"letters of a kind" * 5 + b"\x01\x02\x03", "x", whole=True).problem


def test_a_program_is_no_text() -> None:
    assert recognise(b"\x7fELF\x02\x01\x01" + bytes(200) + b"text" * 20, "x", whole=True).problem


@pytest.mark.parametrize(
    "head",
    [
        "Größe überschritten, Fenêtre fermée\n".encode("latin-1"),
        "Ошибка чтения файла журнала\n".encode("cp1251"),
        "日本語のログ\n".encode("shift_jis"),
        b"\x1b[31mred\x1b[0m words\t\r\n\f",
        b"a line and some zeros after a crash " * 20 + bytes(9) + b"\n",
    ],
)
def test_text_in_old_encodings_with_colours_or_some_zeros_is_text(head: bytes) -> None:
    assert recognise(head, "x", whole=True).problem == ""
