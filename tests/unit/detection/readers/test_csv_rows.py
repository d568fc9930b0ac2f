import pytest

from charteroak.detection.indicators import parse_indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.csv_rows import read_csv
from charteroak.detection.readers.lines import Block, cut_lines

MATCHER = Matcher([parse_indicator(listed) for listed in ("evil.example", 'http://evil.example/"a')])


def found(*chunks: str) -> tuple[list[tuple[int, str | None, str]], int]:
    tally = ReadTally()
    blocks: list[Block] = list(cut_lines([chunk.encode() for chunk in chunks], tally))
    places = []
    for batch in read_csv(blocks, MATCHER, tally):
        for start, end, _ in MATCHER.match(batch.data):
            places.append((*batch.locate(start), batch.data[start:end].decode()))
    return places, tally.searched_as_text


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("time,host\n1,evil.example\n", 2, "host"),
        ("time,host\r\n1,x\r\n2,evil.example\r\n", 3, "host"),
        ("time;host\n1;evil.example\n", 2, "host"),
        ("time\thost\n1\tevil.example\n", 2, "host"),
        ('"time","host"\n"1","evil.example"\n', 2, "host"),
        ('time,note\n1,"a, b\nc evil.example"\n', 3, "note"),
        ('time,note,host\n1,"a\nb",evil.example\n', 3, "host"),
        ('time,note\n"x\n\n\ny",z\n2,evil.example', 6, "note"),
        ('time,note\n1,5" disk at evil.example\n', 2, "note"),
        ("time,host\n1,x,evil.example\n", 2, "column 3"),
        ("time,\n1,evil.example\n", 2, "column 2"),
        ("1,evil.example\n2,x\n", 1, "evil.example"),
        ("host\nevil.example\n", 2, "host"),
    ],
)
def test_a_cell_is_found_with_its_line_and_its_column(text: str, line: int, field: str) -> None:
    assert found(text) == ([(line, field, "evil.example")], 0)


def test_a_row_that_spans_blocks_is_put_together() -> None:
    assert found('a,b\n1,"x\n', "y evil.example\n", 'z"\n2,evil.example\n')[0] == [
        (3, "b", "evil.example"),
        (5, "b", "evil.example"),
    ]


def test_cells_do_not_run_into_each_other() -> None:
    assert found("a,b\nevil.,example\nevil.example,.com\n")[0] == [(3, "a", "evil.example")]


def test_a_doubled_quotation_mark_does_not_hide_a_url() -> None:
    places, _ = found('a,b\n1,"http://evil.example/""a"\n')
    assert (2, "b", 'http://evil.example/"a') in places


def test_a_stray_quotation_mark_hides_nothing() -> None:
    text = 'a,b\n1,"open\n' + "2,evil.example\n" + "3,x\n" * 40_000 + "4,evil.example\n"
    places, as_text = found(text)
    assert [(line, value) for line, _, value in places] == [(3, "evil.example"), (40_004, "evil.example")]
    assert as_text > 0


def test_an_open_row_at_the_end_is_searched() -> None:
    assert found('a,b\n1,"open evil.example\n')[0] == [(2, "b", "evil.example")]


def test_a_carriage_return_within_a_line_is_no_fault() -> None:
    assert found('a,b\n1,"x"\ry,evil.example\n2,x\revil.example\n') == (
        [(2, "column 3", "evil.example"), (3, "b", "evil.example")],
        0,
    )


def test_a_very_long_cell_is_searched_as_text_if_it_is_quoted_and_in_its_column_if_not() -> None:
    long = "x" * 200_000 + " evil.example"
    assert found(f'a,b\n1,{long}\n2,"{long}"\n') == ([(2, "b", "evil.example"), (3, None, "evil.example")], 1)


def test_an_empty_table_has_no_cells() -> None:
    assert found("") == ([], 0)
    assert found("\n\n") == ([], 0)
