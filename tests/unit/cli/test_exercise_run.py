"""``exercise run``: an hour of what people typed is not lost, whatever ends it."""

import errno
import io
import json
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from charteroak.cli.__main__ import main
from charteroak.cli.exercise_run import _write
from charteroak.errors import CouldNotError
from charteroak.response.exercises.play import Play

RUN = ("exercise", "run", "invoice-fraud")


class _Interrupted:
    """A person who types one line and presses Ctrl-C, or whose line is cut off in another way."""

    def __init__(self, line: str, end: Callable[[], str] | None = None) -> None:
        self.lines, self.end = [line], end

    def readline(self, _size: int) -> str:
        if self.lines:
            return self.lines.pop()
        if self.end is None:
            raise KeyboardInterrupt
        return self.end()


def ran(monkeypatch: pytest.MonkeyPatch, typed: bytes | _Interrupted, *arguments: object) -> int:
    given = io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8") if isinstance(typed, bytes) else typed
    monkeypatch.setattr(sys, "argv", ["charteroak", *map(str, arguments)])
    monkeypatch.setattr(sys, "stdin", given)
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.fixture(params=[signal.SIGHUP, signal.SIGTERM], ids=["hang-up", "terminate"])
def ending(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal that would end this process; nobody who did not take it survives it here either."""
    number: signal.Signals = request.param

    def end(*_: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(number, end)
    yield number
    assert signal.signal(number, before) is end, "it is given back"


def test_what_was_typed_is_kept_when_the_window_closes_or_the_connection_is_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: signal.Signals
) -> None:
    def hang_up() -> str:
        signal.raise_signal(ending)
        return ""

    path = tmp_path / "played.json"
    assert ran(monkeypatch, _Interrupted("We call the bank.\n", hang_up), *RUN, "-o", path) == 0
    assert notes(path) == ["We call the bank."]


def test_a_second_hang_up_breaks_no_writing_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: signal.Signals
) -> None:
    def write_while_it_hangs_up(play: Play, output: Path) -> None:
        signal.raise_signal(ending)
        _write(play, output)

    monkeypatch.setattr("charteroak.cli.exercise_run._write", write_while_it_hangs_up)
    path = tmp_path / "played.json"
    assert ran(monkeypatch, _Interrupted("We call the bank.\n"), *RUN, "-o", path) == 0
    assert notes(path) == ["We call the bank."]


def test_a_play_that_was_made_deaf_to_hang_ups_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: signal.Signals
) -> None:
    lines = ["We write to them.\n"]

    def hang_up() -> str:
        signal.raise_signal(ending)
        return lines.pop() if lines else ""

    path = tmp_path / "played.json"
    heard = signal.signal(ending, signal.SIG_IGN)
    try:
        assert ran(monkeypatch, _Interrupted("We call the bank.\n", hang_up), *RUN, "-o", path) == 0
    finally:
        signal.signal(ending, heard)
    assert notes(path) == ["We call the bank.", "We write to them."]


def test_what_was_typed_is_kept_when_the_terminal_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail() -> str:
        raise OSError(errno.EIO, "Input/output error")

    path = tmp_path / "played.json"
    assert ran(monkeypatch, _Interrupted("We call the bank.\n", fail), *RUN, "-o", path) == 0
    assert notes(path) == ["We call the bank."]


def notes(path: Path) -> list[str]:
    return [act["text"] for act in json.loads(path.read_bytes())["acts"] if act["kind"] == "note"]


@pytest.mark.parametrize("typed", [b"We call the bank.\n", _Interrupted("We call the bank.\n")], ids=["end", "ctrl-c"])
def test_what_was_typed_is_kept_when_the_play_is_broken_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: bytes | _Interrupted
) -> None:
    path = tmp_path / "played.json"
    assert ran(monkeypatch, typed, *RUN, "-o", path) == 0
    assert notes(path) == ["We call the bank."]


def test_a_line_that_is_too_long_or_no_text_loses_nothing_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "played.json"
    assert ran(monkeypatch, b"First.\n" + b"x" * 9_000 + b"\n\xff\n", *RUN, "-o", path) == 0
    assert notes(path)[0] == "First."
    assert "".join(notes(path)[1:-1]) == "x" * 9_000
    assert notes(path)[-1] == "\ufffd"


def test_a_file_that_cannot_be_written_is_refused_before_anybody_plays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(monkeypatch, b"", *RUN, "-o", tmp_path / "absent" / "played.json") == 2
    assert "EXERCISE" not in capsys.readouterr().err
    assert ran(monkeypatch, b"", *RUN, "--dry-run", "-o", tmp_path / "played.json") == 2
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_in_the_end_stands_on_standard_output(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    started = datetime(2026, 11, 22, 15, tzinfo=UTC)
    play = Play(scenario="s", scenario_sha256="0" * 64, name="Tuesday", started=started, elapsed_seconds=0)
    (tmp_path / "played.json").write_text("Somebody was faster.")
    with pytest.raises(CouldNotError, match="stands on standard output"):
        _write(play, tmp_path / "played.json")
    assert json.loads(capfd.readouterr().out)["name"] == "Tuesday"
