"""What a person names is opened with care, and what is printed is valid wherever it is printed."""

import errno
import io
import json
import os
import sys
from pathlib import Path

import pytest

from charteroak.cli.files import FileInputError, new_file, print_json, print_json_line, read_document, read_json_object


def test_a_document_that_is_far_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(FileInputError, match="Larger than the 4 MB"):
        read_document(huge)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[]", "A JSON object is needed"),
        (b"{", "Not JSON"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": 1, "a": 1}', "stands twice"),
        (b"\xff", "Not UTF-8"),
        (b'{"a": ' * 9999, "nested too deeply"),
    ],
)
def test_a_bad_document_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "answers.json"
    path.write_bytes(content)
    with pytest.raises(FileInputError, match=said) as error:
        read_json_object(path)
    assert str(error.value).startswith(f"{path}: ")


def test_a_new_file_holds_what_was_written(tmp_path: Path) -> None:
    with new_file(tmp_path / "made") as file:
        file.write(b"whole")
    assert (tmp_path / "made").read_bytes() == b"whole"


def test_a_file_that_could_not_be_finished_is_gone(tmp_path: Path) -> None:
    def fill() -> None:
        with new_file(tmp_path / "made") as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fill()
    assert not any(tmp_path.iterdir())


def test_a_full_disk_is_named_by_the_file_that_found_no_room(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    with pytest.raises(OSError, match=r"made\.pdf"), new_file(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not path.exists()


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    kept, dangling = tmp_path / "kept", tmp_path / "dangling"
    kept.write_bytes(b"kept")
    dangling.symlink_to(tmp_path / "elsewhere")
    for path in (kept, dangling):
        with pytest.raises(FileInputError, match="there already"), new_file(path):
            pass
    assert kept.read_bytes() == b"kept"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["absent/made", "x" * 300, "a\0b", "-"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    path = Path("-") if name == "-" else tmp_path / name
    with pytest.raises(FileInputError), new_file(path):
        pass


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_json_is_valid_in_every_encoding_also_for_a_name_that_is_no_text(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    document = {"path": os.fsdecode(b"n\xff.txt"), "citation": "§ 42-901, señal 😀"}
    for print_document in (print_json, print_json_line):
        written = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
        print_document(document)
        sys.stdout.flush()
        assert json.loads(written.getvalue().decode(encoding)) == document
