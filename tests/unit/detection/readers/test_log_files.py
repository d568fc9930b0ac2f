import gzip
import io
import os
from pathlib import Path

import pytest

from charteroak.detection.errors import LogPathError, LogReadError
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.log_files import LogFile, find_logs, open_log


def content(log: LogFile, stdin: bytes = b"") -> tuple[bytes, ReadTally, int]:
    tally, read = ReadTally(), []
    with open_log(log, io.BytesIO(stdin), tally, read.append) as opened:
        tally.problems += [opened.recognised.problem] if opened.recognised.problem else []
        return b"".join(opened.chunks), tally, sum(read)


def test_a_directory_is_walked_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b/z.log", "b/a.log", "a.log", "c.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = find_logs([f"{tmp_path}/"])
    names = [log.path.removeprefix(f"{tmp_path}/") for log in found.files]
    assert names == ["a.log", "c.log", "b/a.log", "b/z.log"]
    assert not any(log.named for log in found.files)


def test_what_is_no_file_in_a_directory_is_passed_over_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "link.log").symlink_to(tmp_path / "a.log")
    found = find_logs([str(tmp_path)])
    assert [Path(log.path).name for log in found.files] == ["a.log", "link.log"]
    assert sorted(Path(path).name for path, _ in found.passed_over) == ["gone", "loop", "pipe"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every directory")
def test_a_directory_that_cannot_be_listed_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    found = find_logs([str(tmp_path)])
    assert [Path(path).name for path, _ in found.could_not_list] == ["closed"]


@pytest.mark.parametrize("path", ["nowhere.log", "nul\x00", "/dev/null"])
def test_a_named_path_that_is_no_log_is_refused(path: str) -> None:
    with pytest.raises(LogPathError):
        find_logs([path])


def test_a_directory_without_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LogPathError, match="no file"):
        find_logs([str(tmp_path)])


def test_a_named_log_that_is_empty_is_worth_a_word_and_one_in_a_directory_is_not(tmp_path: Path) -> None:
    path = tmp_path / "empty.log"
    path.write_bytes(b"")
    assert "nothing was searched" in content(LogFile(str(path)))[1].problems[0]
    assert content(LogFile(str(path), named=False))[1].problems == []
    assert "nothing was searched" in content(LogFile("-"))[1].problems[0]


def test_standard_input_is_unpacked_too() -> None:
    text, tally, read = content(LogFile("-"), gzip.compress(b"a line\n" * 1000))
    assert text == b"a line\n" * 1000
    assert tally.bytes == 7000 > read


def test_a_file_that_vanished_is_a_log_that_could_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(LogReadError, match="Cannot be opened"):
        content(LogFile(str(tmp_path / "gone.log")))


def test_a_part_of_a_log_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"one\ntwo\nthree\n")
    from charteroak.detection.readers.forms import LogForm

    assert content(LogFile(str(path), start=4, end=8, form=LogForm.TEXT))[0] == b"two\n"


def test_a_name_that_is_no_utf_8_can_be_shown() -> None:
    assert LogFile(os.fsdecode(b"\xff.log")).shown == "\\xff.log"
