"""Opening what a person named: a pipe is read like a file, and one that nobody writes into is not waited for."""

import io
import os
import threading
from pathlib import Path

import pytest

from charteroak.detection.errors import LogReadError
from charteroak.detection.readers import log_files
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.log_files import LogFile, open_log


def read(path: Path) -> bytes:
    with open_log(LogFile(str(path)), io.BytesIO(), ReadTally(), lambda _read: None) as opened:
        return b"".join(opened.chunks)


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


LINES = b"a line\n" * 50_000


def written_late(pipe: Path) -> None:
    """By somebody who comes a moment after the reader."""
    threading.Event().wait(0.1)
    pipe.write_bytes(LINES)


def test_a_pipe_whose_writer_comes_late_is_read_to_its_end(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "PIPE_SECONDS", 60)
    writer = threading.Thread(target=written_late, args=(pipe,))
    writer.start()
    try:
        assert read(pipe) == LINES
    finally:
        writer.join()


def test_a_writer_who_is_there_may_take_longer_to_begin(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "PIPE_SECONDS", 0.2)
    # Opened for both, or it would wait here for the reader.
    held = os.open(pipe, os.O_RDWR)

    def write() -> None:
        with open(held, "wb") as file:  # noqa: PTH123 - it is open already
            threading.Event().wait(0.5)
            file.write(LINES)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert read(pipe) == LINES
    finally:
        writer.join()


def test_a_pipe_that_nobody_writes_into_is_not_waited_for(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "PIPE_SECONDS", 0.1)
    with pytest.raises(LogReadError, match="Nobody wrote into this pipe"):
        read(pipe)
