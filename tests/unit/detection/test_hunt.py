import io
from pathlib import Path

import pytest

from charteroak.detection.hunt import HuntSummary, hunt, search_log
from charteroak.detection.indicators import parse_indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers import lines
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.log_files import LogFile

MATCHER = Matcher([parse_indicator("evil.example")])


def test_matches_come_as_they_are_found_and_the_summary_is_whole_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x\nevil.example\n")
    (tmp_path / "b.log").write_text("evil.example")
    summary = HuntSummary()
    logs = [LogFile(str(tmp_path / name)) for name in ("a.log", "gone.log", "b.log")]
    matches = hunt(logs, MATCHER, summary, stdin=io.BytesIO())
    assert next(matches).as_document() == {
        "path": str(tmp_path / "a.log"),
        "line": 2,
        "field": None,
        "indicator": "evil.example",
        "type": "domain",
        "value": "evil.example",
    }
    assert [Path(match.path).name for match in matches] == ["b.log"]
    assert (summary.files, summary.lines, summary.matches, summary.bytes) == (3, 3, 2, 27)
    assert [(Path(path).name, reason) for path, reason in summary.could_not_read] == [
        ("gone.log", "Cannot be opened: No such file or directory.")
    ]


def test_progress_tells_of_every_stored_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"x\n" * 1_000_000)
    read: list[int] = []
    assert list(hunt([LogFile(str(path))], MATCHER, HuntSummary(), stdin=io.BytesIO(), on_read=read.append)) == []
    assert sum(read) == 2_000_000


def test_a_match_where_two_pieces_of_a_line_overlap_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINE_BYTES", 100)
    monkeypatch.setattr(lines, "READ_BYTES", 2000)
    data = b"first\n" + b"evil.example " * 5000
    tally = ReadTally()
    matches = list(search_log(LogFile("-"), MATCHER, tally, stdin=io.BytesIO(data)))
    assert len(matches) == 5000
    assert {match.line for match in matches} == {2}
    assert tally.long_lines == [2]


def test_the_long_lines_of_a_part_are_counted_from_the_beginning_of_the_log() -> None:
    whole = ReadTally(lines=10, long_lines=[3])
    whole.add(ReadTally(bytes=5, lines=4, long_lines=[2], searched_as_text=1, problems=["Cut off."]))
    assert whole == ReadTally(bytes=5, lines=14, long_lines=[3, 12], searched_as_text=1, problems=["Cut off."])
    assert [reason.partition(".")[0] for reason in whole.reasons] == ["Longer than 32 MB: line 3, 12", "Cut off"]
