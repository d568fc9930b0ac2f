"""Opening what a person named: a pipe is read like a file, and one that nobody writes into is not waited for."""

import io
import os
import threading
from collections.abc import Callable
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


def silent_then(lines: bytes, seconds: float) -> Callable[[Path], None]:
    def write(pipe: Path) -> None:
        with pipe.open("wb") as file:
            threading.Event().wait(seconds)
            file.write(lines)

    return write


def late(pipe: Path) -> None:
    threading.Event().wait(0.1)
    pipe.write_bytes(b"a line\n" * 50_000)


@pytest.mark.parametrize("write", [late, silent_then(b"a line\n" * 50_000, 0.5)], ids=["late", "slow to begin"])
def test_a_pipe_is_read_to_its_end(pipe: Path, write: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "PIPE_SECONDS", 5 if write is late else 0.3)
    writer = threading.Thread(target=write, args=(pipe,))
    writer.start()
    if write is not late:
        threading.Event().wait(0.1)  # its writer has to be there before the waiting begins
    try:
        assert read(pipe) == b"a line\n" * 50_000
    finally:
        writer.join()


def test_a_pipe_that_nobody_writes_into_is_not_waited_for(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "PIPE_SECONDS", 0.1)
    with pytest.raises(LogReadError, match="Nobody wrote into this pipe"):
        read(pipe)
