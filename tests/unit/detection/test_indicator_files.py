import json
from typing import Any

import pytest

from charteroak.canonical import canonical_json
from charteroak.detection.errors import IndicatorFileError
from charteroak.detection.indicator_files import read_indicators
from charteroak.detection.indicators import IndicatorList

MD5 = "d41d8cd98f00b204e9800998ecf8427e"


def read(data: bytes | str | dict[str, Any] | list[Any]) -> IndicatorList:
    if isinstance(data, str):
        data = data.encode()
    return read_indicators(data if isinstance(data, bytes) else json.dumps(data).encode(), "list")


def listed(found: IndicatorList) -> list[tuple[str, str]]:
    return [(indicator.type.value, indicator.listed) for indicator in found.usable]


def left_out(found: IndicatorList) -> list[tuple[str, int | None, str | None]]:
    return [(entry.value, entry.location.line, entry.location.pointer) for entry in found.could_not_use]


class TestLines:
    def test_one_a_line_with_comments_blank_lines_and_any_line_ending(self) -> None:
        text = "# a list\r\n\r\nevil.example\r\n  203.0.113.7  # seen twice\n\nhttp://evil.example/#top\n" + MD5
        assert listed(read(text)) == [
            ("domain", "evil.example"),
            ("ipv4", "203.0.113.7"),
            ("url", "http://evil.example/#top"),
            ("md5", MD5),
        ]

    def test_of_several_spellings_of_one_thing_the_first_stands(self) -> None:
        assert listed(read("Evil.example\nevil.example\nevil[.]example\n")) == [("domain", "Evil.example")]

    def test_what_cannot_be_used_is_kept_with_its_line_and_the_reason(self) -> None:
        found = read("evil.example\n\nnonsense\n203.0.113.777\n")
        assert listed(found) == [("domain", "evil.example")]
        assert left_out(found) == [("nonsense", 3, None), ("203.0.113.777", 4, None)]
        assert all(entry.reason for entry in found.could_not_use)

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_marks_of_the_encoding_are_no_part_of_the_first_value(self, encoding: str) -> None:
        assert listed(read("evil.example\n".encode(encoding))) == [("domain", "evil.example")]

    def test_a_line_in_brackets_is_no_json(self) -> None:
        assert listed(read("[2001:db8::1]\nevil.example")) == [("ipv6", "[2001:db8::1]"), ("domain", "evil.example")]


class TestCSV:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_value_and_type_columns_in_any_case_and_order(self, delimiter: str) -> None:
        rows = [["Comment", "TYPE", "Indicator"], ["a b", "domain", "evil.example"], ["", "ip", "203.0.113.7"]]
        assert listed(read("\n".join(delimiter.join(row) for row in rows))) == [
            ("domain", "evil.example"),
            ("ipv4", "203.0.113.7"),
        ]

    def test_quoted_cells_and_a_type_that_is_inferred(self) -> None:
        text = '"value","note"\n"evil.example","a ""b"", c"\n"http://evil.example/a,b",""\n'
        assert listed(read(text)) == [("domain", "evil.example"), ("url", "http://evil.example/a,b")]

    def test_columns_that_are_named_by_a_kind(self) -> None:
        text = "domain,ip,md5\nevil.example,203.0.113.7,\n,,D41D8CD98F00B204E9800998ECF8427E\n"
        assert listed(read(text)) == [("domain", "evil.example"), ("ipv4", "203.0.113.7"), ("md5", MD5.upper())]

    def test_a_header_behind_a_number_sign_and_addresses_with_ports(self) -> None:
        text = '# made up\n# "first_seen","ioc_value","ioc_type"\n"2026-11-18","203.0.113.7:443","ip:port"\n'
        assert listed(read(text)) == [("ipv4", "203.0.113.7")]

    def test_a_type_that_is_a_remark_leaves_the_kind_to_the_value(self) -> None:
        text = "indicator,type\nevil.example,phishing\n203.0.113.7,C2\na.exe,filename\n"
        found = read(text)
        assert listed(found) == [("domain", "evil.example"), ("ipv4", "203.0.113.7")]
        assert left_out(found) == [("a.exe", 4, None)]

    @pytest.mark.parametrize("header", ["value", "Domain", '"indicator"'])
    def test_a_single_column(self, header: str) -> None:
        assert listed(read(f"{header}\nevil.example\n")) == [("domain", "evil.example")]

    def test_a_comment_that_speaks_of_kinds_is_no_header(self) -> None:
        assert listed(read("# ip, domain and url\nevil.example\n203.0.113.7\n")) == [
            ("domain", "evil.example"),
            ("ipv4", "203.0.113.7"),
        ]

    def test_what_cannot_be_used_is_kept_with_its_line(self) -> None:
        found = read("type,value\ndomain,evil.example\nmutex,Global\\X\ndomain\nmd5,evil.example\n")
        assert left_out(found) == [("Global\\X", 3, None), ("domain", 4, None), ("evil.example", 5, None)]

    def test_a_plain_list_whose_first_line_has_a_comma_is_no_table(self) -> None:
        assert listed(read("http://evil.example/a,domain\n")) == [("url", "http://evil.example/a,domain")]

    def test_a_table_without_a_header_says_so_for_each_line(self) -> None:
        with pytest.raises(IndicatorFileError, match="None of the 2 listed values"):
            read("evil.example,domain\nbad.example,domain\n")


def indicator(pattern: str, **more: Any) -> dict[str, Any]:
    return {"type": "indicator", "id": "indicator--1", "pattern": pattern, "pattern_type": "stix", **more}


class TestSTIX:
    def test_patterns_of_indicators_count_and_other_objects_do_not(self) -> None:
        bundle = {
            "type": "bundle",
            "objects": [
                {"type": "identity", "name": "x"},
                {"type": "domain-name", "value": "context.example"},
                indicator("[domain-name:value = 'Evil.example']"),
                indicator("[ipv4-addr:value = '203.0.113.0/24' OR url:value = 'http://evil.example/\\'']"),
                indicator("[file:hashes.'SHA-256' = '" + "a" * 64 + "']"),
            ],
        }
        assert listed(read(bundle)) == [
            ("domain", "Evil.example"),
            ("cidr", "203.0.113.0/24"),
            ("url", "http://evil.example/'"),
            ("sha256", "a" * 64),
        ]

    def test_a_taxii_envelope_and_a_single_indicator_are_read_too(self) -> None:
        one = indicator("[domain-name:value = 'evil.example']")
        assert listed(read({"more": False, "objects": [one]})) == listed(read(one)) == [("domain", "evil.example")]

    def test_a_pattern_without_a_type_is_stix_2_0(self) -> None:
        one = indicator("[domain-name:value = 'evil.example']")
        del one["pattern_type"]
        assert listed(read(one)) == [("domain", "evil.example")]

    def test_what_is_revoked_is_set_aside_and_other_pattern_types_are_named(self) -> None:
        found = read(
            {
                "objects": [
                    indicator("[domain-name:value = 'evil.example']"),
                    indicator("[domain-name:value = 'old.example']", revoked=True),
                    indicator("rule x {}", pattern_type="yara"),
                    indicator("[process:name = 'a.exe']"),
                    {"type": "indicator", "id": "indicator--2"},
                ]
            }
        )
        assert [entry.location.pointer for entry in found.set_aside] == ["/objects/1/pattern"]
        assert [entry.location.pointer for entry in found.could_not_use] == [
            "/objects/2/pattern",
            "/objects/3/pattern",
            "/objects/4/pattern",
        ]


class TestMISP:
    EVENT: dict[str, Any] = {  # noqa: RUF012 - read only
        "Event": {
            "info": "made up",
            "Attribute": [
                {"type": "domain", "value": "evil.example", "to_ids": True},
                {"type": "ip-dst|port", "value": "203.0.113.7|443", "to_ids": True},
                {"type": "domain|ip", "value": "bad.example|203.0.113.8", "to_ids": True},
                {"type": "filename|md5", "value": f"a.exe|{MD5}", "to_ids": True},
                {"type": "link", "value": "https://news.example/", "to_ids": False},
                {"type": "domain", "value": "gone.example", "to_ids": True, "deleted": True},
                {"type": "mutex", "value": "Global\\X", "to_ids": True},
                {"type": "domain", "value": 7},
            ],
            "Object": [{"name": "email", "Attribute": [{"type": "email-src", "value": "ann@evil.example"}]}],
        }
    }
    EXPECTED = (
        ("domain", "evil.example"),
        ("ipv4", "203.0.113.7"),
        ("domain", "bad.example"),
        ("ipv4", "203.0.113.8"),
        ("md5", MD5),
        ("email", "ann@evil.example"),
    )

    def test_attributes_of_the_event_and_of_its_objects(self) -> None:
        found = read(self.EVENT)
        assert tuple(listed(found)) == self.EXPECTED
        assert [entry.value for entry in found.set_aside] == ["https://news.example/", "gone.example"]
        assert left_out(found) == [
            ("Global\\X", None, "/Event/Attribute/6"),
            ("", None, "/Event/Attribute/7"),
        ]

    def test_an_export_of_several_events(self) -> None:
        assert tuple(listed(read({"response": [self.EVENT]}))) == self.EXPECTED
        assert tuple(listed(read([self.EVENT]))) == self.EXPECTED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# nothing but a comment\n",
        b"\x00\x01\x02\xff\xfe",
        bytes(range(256)) * 20,
        b"\xff\xfe\x00",
        b"nonsense\n",
        b"{}",
        b"[]",
        b"[[]]",
        b"{",
        b'{"objects": []}',
        b'{"objects": 1}',
        b'{"Event": []}',
        b'{"Event": {"Attribute": {}}}',
        b'["evil.example"]',
        b'{"objects": [], "objects": []}',
        b"[" * 100_000,
        b'"value\nevil.example' + b"x" * 200_000,
        b'"value"\rx\nnonsense\n',
        b"value\rtype\nnonsense\n",
    ],
)
def test_a_list_that_cannot_be_used_at_all_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(IndicatorFileError) as refused:
        read(data)
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("list")


def test_what_is_left_out_can_be_printed_whatever_it_holds() -> None:
    found = read('{"objects":[{"type":"indicator","pattern":"[url:value = \'\\ud800\']"},'
                 '{"type":"indicator","pattern":"[domain-name:value = \'evil.example\']"}]}')  # fmt: skip
    assert [canonical_json(entry.as_document()) for entry in found.could_not_use]
