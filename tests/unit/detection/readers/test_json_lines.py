import pytest

from charteroak.detection.indicators import parse_indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.json_lines import read_json_lines
from charteroak.detection.readers.lines import Block

LISTED = ["evil.example", "http://evil.example/a", "d41d8cd98f00b204e9800998ecf8427e", "1" * 32, "münchen.example"]
MATCHER = Matcher([parse_indicator(listed) for listed in LISTED])


def found(text: str | bytes, matcher: Matcher = MATCHER) -> tuple[list[tuple[int, str | None, str]], int]:
    tally = ReadTally()
    data = text.encode() if isinstance(text, str) else text
    places = []
    for batch in read_json_lines([Block(data, 1)], matcher, tally):
        for start, end, _ in matcher.match(batch.data):
            places.append((*batch.locate(start), batch.data[start:end].decode()))
    return places, tally.searched_as_text


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('{"a":"evil.example"}', "a"),
        ('{"a":{"b":{"c":"evil.example"}}}', "a.b.c"),
        ('{"a":["x",["evil.example"]]}', "a.1.0"),
        ('{"a.b":"evil.example"}', "a.b"),
        ('{"evil.example":1}', "evil.example"),
        ('{"a":{"evil.example":null}}', "a.evil.example"),
        ('["evil.example"]', "0"),
        ('"evil.example"', None),
        ('{"":"evil.example"}', None),
        (r'{"a":"\u0065vil\u002eexample"}', "a"),
        (r'{"a":"C:\\new\nevil.example"}', "a"),
        ('{"a":"evil.example","a":"x"}', "a"),
        ('{"a":"x","a":"evil.example"}', "a"),
        ('{"\ud800":"evil.example"}'.encode("utf-8", "replace").decode(), "?"),
        (r'{"\ud800":"evil.example"}', "?"),
        ('  {"a" : "evil.example" }\r', "a"),
    ],
)
def test_every_string_and_key_is_found_decoded_with_its_path(line: str, field: str | None) -> None:
    assert found(line) == ([(1, field, "evil.example")], 0)


def test_an_escaped_slash_and_a_number_of_digits_alone_are_found() -> None:
    assert found(r'{"u":"http:\/\/evil.example\/a"}')[0] == [
        (1, "u", "http://evil.example/a"),
        (1, "u", "evil.example"),
    ]
    assert found('{"n":' + "1" * 32 + "}")[0] == [(1, "n", "1" * 32)]


def test_an_international_name_is_found_behind_escapes() -> None:
    assert found(r'{"a":"m\u00fcnchen.example"}')[0] == [(1, "a", "münchen.example")]


@pytest.mark.parametrize(
    "line",
    [
        r'{"a":"C:\\nevil.example"}',
        r'{"a":"\u006eotevil.example"}',
        r'{"a":"evil.example\u002ecom"}',
        '{"a":"evil","b":".example"}',
        '{"a":["evil.","example"]}',
        "{}",
    ],
)
def test_what_only_looks_like_it_before_decoding_is_not_found(line: str) -> None:
    assert found(line) == ([], 0)


def test_lines_are_counted_and_fields_told_apart() -> None:
    text = '{"a":"x"}\n{"a":"evil.example","b":"evil.example"}\n\n{"c":"evil.example evil.example"}\n'
    assert found(text)[0] == [
        (2, "a", "evil.example"),
        (2, "b", "evil.example"),
        (4, "c", "evil.example"),
        (4, "c", "evil.example"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "not json evil.example",
        '{"a":"evil.example"',
        '{"a":"evil.example"} trailing',
        r'  "url": "http:\/\/x.y\/?u=evil.example",',
        r'"\u0065vil.example",',
        '{"a":' * 5000 + '"evil.example"',
        "{'a':'evil.example'}",
    ],
)
def test_a_line_that_is_no_json_is_searched_as_text_and_counted(line: str) -> None:
    assert found(line) == ([(1, None, "evil.example")], 1)


def test_the_prefilter_looks_at_every_escape_if_a_listed_url_holds_a_quotation_mark() -> None:
    matcher = Matcher([parse_indicator('http://evil.example/"a\\b')])
    assert found(r'{"u":"http://evil.example/\"a\\b"}', matcher)[0] == [(1, "u", 'http://evil.example/"a\\b')]


def test_the_path_of_a_hostile_record_is_bounded() -> None:
    places, _ = found('{"' + "k" * 9000 + '":{"' + "l" * 9000 + '":"evil.example"}}')
    assert len(places[0][1] or "") == 1024


def test_bytes_that_are_no_utf_8_do_not_hide_a_match() -> None:
    assert found(b'{"a":"\xff\xfe evil.example"}')[0] == [(1, "a", "evil.example")]
