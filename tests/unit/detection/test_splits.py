import gzip
import io
from pathlib import Path

import pytest

from charteroak.detection import splits
from charteroak.detection.hunt import search_log
from charteroak.detection.indicators import parse_indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.log_files import LogFile
from charteroak.detection.splits import split_log

MATCHER = Matcher([parse_indicator("evil.example")])
LINES = ["x" * (number % 37) + (" evil.example" if number % 5 == 0 else "") for number in range(500)]


def search(logs: list[LogFile]) -> tuple[list[tuple[int, str]], ReadTally]:
    whole = ReadTally()
    found: list[tuple[int, str]] = []
    for log in logs:
        part = ReadTally()
        matches = search_log(log, MATCHER, part, stdin=io.BytesIO())
        found += [(whole.lines + match.line, match.value) for match in matches]
        whole.add(part)
    return found, whole


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splits, "SPLIT_BYTES", 300)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("ending", ["\n", ""])
@pytest.mark.parametrize("name", ["x.log", "x.jsonl"])
def test_parts_together_say_what_the_whole_says(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / name
    path.write_text("\n".join(LINES) + ending, encoding="ascii")
    parts = split_log(LogFile(str(path)))
    assert len(parts) > 10
    (found, tally), (want, want_tally) = search(parts), search([LogFile(str(path))])
    assert found == want
    assert (tally.lines, tally.bytes) == (want_tally.lines, want_tally.bytes) == (500, path.stat().st_size)


@pytest.mark.usefixtures("small_parts")
def test_a_line_longer_than_a_part_stays_in_one(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("a\n" + "x" * 2000 + " evil.example\nb evil.example\n" + "y\n" * 300, encoding="ascii")
    parts = split_log(LogFile(str(path)))
    assert [found[0] for found in search(parts)[0]] == [2, 3]
    assert [part.start for part in parts][1:] == [part.end for part in parts][:-1]


@pytest.mark.usefixtures("small_parts")
def test_what_is_read_from_its_beginning_stays_whole(tmp_path: Path) -> None:
    text = "\n".join(LINES)
    for name, data in {
        "x.log.gz": gzip.compress(text.encode()),
        "x.csv": text.encode(),
        "wide.log": text.encode("utf-16"),
        "noise": bytes(range(256)) * 20,
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert split_log(LogFile(str(path))) == [LogFile(str(path))]


def test_a_small_log_and_one_that_is_gone_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("evil.example")
    assert split_log(LogFile(str(path))) == [LogFile(str(path))]
    assert split_log(LogFile(str(tmp_path / "gone"))) == [LogFile(str(tmp_path / "gone"))]
