"""The exactness rules, case by case. Each line of text shows what must match, or that nothing does."""

import pytest

from charteroak.detection.indicators import parse_indicator
from charteroak.detection.matcher import Matcher

MD5 = "d41d8cd98f00b204e9800998ecf8427e"
SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SHA512 = SHA256 * 2


def values(listed: str | list[str], text: str | bytes) -> list[str]:
    indicators = [parse_indicator(value) for value in ([listed] if isinstance(listed, str) else listed)]
    data = text.encode() if isinstance(text, str) else text
    return [data[start:end].decode() for start, end, _ in Matcher(indicators).match(data)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("evil.example", ["evil.example"]),
        ("EVIL.Example", ["EVIL.Example"]),
        ("a mail.evil.example b", ["mail.evil.example"]),
        ("x.y.z.evil.example", ["x.y.z.evil.example"]),
        ("evil.example evil.example", ["evil.example", "evil.example"]),
        ("http://u:p@www.evil.example:8080/a?b", ["www.evil.example"]),
        ("ann@evil.example", ["evil.example"]),
        ("<ann@mail.evil.example>", ["mail.evil.example"]),
        ("It was evil.example. Then", ["evil.example"]),
        ("evil.example.", ["evil.example"]),
        ("evil.example...", ["evil.example"]),
        ("...evil.example", ["evil.example"]),
        ("a..mail.evil.example", ["mail.evil.example"]),
        ("evil.example, 'evil.example'", ["evil.example", "evil.example"]),
        ("host=evil.example;", ["evil.example"]),
        ("evil.example/evil.example", ["evil.example", "evil.example"]),
        ("evil.example\x00evil.example\r", ["evil.example", "evil.example"]),
        ("访问evil.example失败", ["evil.example"]),
        # Other names.
        ("notevil.example", []),
        ("not-evil.example", []),
        ("not_evil.example", []),
        ("1evil.example", []),
        ("evil.examples", []),
        ("evil.example-x", []),
        ("evil.example_x", []),
        ("evil.example1", []),
        ("evil.example.com", []),
        ("evil.example.com.", []),
        ("mail.evil.example.com", []),
        ("evil.example.-", []),
        ("evil-example", []),
        ("evil .example", []),
        ("evil\n.example", []),
        ("%2Fevil.example", []),
    ],
)
def test_a_domain_is_found_with_every_name_below_it_and_nothing_else(text: str, found: list[str]) -> None:
    assert values("evil.example", text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("203.0.113.77", ["203.0.113.77"]),
        ("203.0.113.77.", ["203.0.113.77"]),
        ("from 203.0.113.77:443 to", ["203.0.113.77"]),
        ("SRC=203.0.113.77,", ["203.0.113.77"]),
        ("[203.0.113.77]", ["203.0.113.77"]),
        ("::ffff:203.0.113.77", ["203.0.113.77"]),
        ("203.0.113.77/32", ["203.0.113.77"]),
        ("...203.0.113.77", ["203.0.113.77"]),
        ("203.0.113.770", []),
        ("1203.0.113.77", []),
        ("203.0.113.77.5", []),
        ("5.203.0.113.77", []),
        ("203.0.113.077", []),
        ("0203.0.113.77", []),
        ("203.0.113.77.example", []),
        ("ip-203.0.113.77", []),
        ("203.0.113.77-a", []),
        ("203.0.113.7", []),
        ("203.0.113", []),
    ],
)
def test_an_ipv4_address_is_found_as_a_whole_token(text: str, found: list[str]) -> None:
    assert values("203.0.113.77", text) == found


@pytest.mark.parametrize(
    ("listed", "inside", "outside"),
    [
        ("0.0.0.0/0", ["1.2.3.4", "255.255.255.255"], ["1.2.3.4.5", "256.1.1.1", "1.2.3"]),
        ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["11.0.0.0", "9.255.255.255", "110.0.0.1", "10.1.1"]),
        ("172.16.0.0/12", ["172.16.0.0", "172.31.255.255"], ["172.32.0.0", "172.15.255.255"]),
        ("198.18.0.0/15", ["198.18.0.0", "198.19.255.255"], ["198.20.0.0", "198.17.255.255"]),
        ("192.168.0.0/16", ["192.168.0.0", "192.168.255.255"], ["192.169.0.0", "1192.168.0.1"]),
        ("203.0.112.0/23", ["203.0.112.0", "203.0.113.255"], ["203.0.114.0", "203.0.111.255"]),
        ("203.0.113.0/24", ["203.0.113.0", "203.0.113.255"], ["203.0.114.0", "203.0.113.256"]),
        ("203.0.113.64/26", ["203.0.113.64", "203.0.113.127"], ["203.0.113.63", "203.0.113.128"]),
        ("203.0.113.77/32", ["203.0.113.77"], ["203.0.113.76", "203.0.113.78"]),
    ],
)
def test_a_range_finds_its_first_and_last_address_and_not_their_neighbours(
    listed: str, inside: list[str], outside: list[str]
) -> None:
    assert values(listed, " ".join(inside + outside)) == inside


@pytest.mark.parametrize(
    "text",
    [
        "2001:db8::1",
        "2001:DB8::1",
        "2001:0db8:0000:0000:0000:0000:0000:0001",
        "2001:db8:0:0:0:0:0:1",
        "2001:db8::0.0.0.1",
        "[2001:db8::1]:443",
        "2001:db8::1%eth0",
        "2001:db8::1/128",
        "inet6 addr:2001:db8::1 ",
        "SRC=2001:db8::1 DST",
        "from 2001:db8::1: timeout",
        "It was 2001:db8::1. Then",
        "2001:db8::1:51234",
        "... 2001:db8::1...",
        '"2001:db8::1"',
    ],
)
def test_an_ipv6_address_is_found_in_any_spelling(text: str) -> None:
    assert len(values("2001:db8::1", text)) == 1
    assert len(values("2001:db8::/32", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2001:db8::11",
        "2001:db8::1:1",
        "12001:db8::1",
        "x2001:db8::1",
        "2001:db8::1x",
        "face:2001:db8::1",
        "2001:db8:1",
        "2001:db8::1::1",
        "2001:db8::1.5",
        "2001:db8::1-9",
        "10:20:30",
        "00:1b:63:84:45:e6",
        "std::vector",
        "a::b::c",
        "1:2:3:4:5:6:7:8:9",
        ":" * 200_000,
        "a:" * 100_000 + ":1",
        "2001:db8::1:" * 20_000,
    ],
)
def test_another_ipv6_address_or_something_with_colons_is_not_found(text: str) -> None:
    assert values("2001:db8::1", text) == []


@pytest.mark.parametrize("text", ["x2001:db8::1", "1-2001:db8::1", "2001.:db8::1"])
def test_the_rest_of_a_longer_word_with_colons_is_no_ipv6_address(text: str) -> None:
    assert values("db8::1", text) == []


def test_an_ipv6_address_after_a_long_run_of_colons_and_words_is_found() -> None:
    assert values("2001:db8::1", "w-w:" * 20_000 + "2001:db8::1 ") == ["2001:db8::1"]


@pytest.mark.parametrize("digest", [MD5, SHA1, SHA256, SHA512])
def test_a_digest_is_found_as_a_whole_run_in_any_case(digest: str) -> None:
    for text in (digest, digest.upper(), f"MD5={digest},", f"/q/{digest}.exe", f"a-{digest}-b", f"({digest})"):
        assert [value.lower() for value in values(digest, text)] == [digest]
    for text in (f"0{digest}", f"{digest}f", f"x{digest}", f"{digest}_", digest[:-1], f"{digest[:20]} {digest[20:]}"):
        assert values(digest, text) == []


def test_a_digest_within_a_longer_one_is_not_found() -> None:
    assert values([MD5, SHA256], f"{MD5}{MD5} {SHA256}{SHA256}") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://evil.example/a", ["http://evil.example/a"]),
        ("HTTP://EVIL.EXAMPLE/A", ["HTTP://EVIL.EXAMPLE/A"]),
        ("(http://evil.example/a)", ["http://evil.example/a"]),
        ("http://evil.example/a/b", ["http://evil.example/a"]),
        ("http://evil.example/a?b", ["http://evil.example/a"]),
        ("u=http://evil.example/a.", ["http://evil.example/a"]),
        ("http://evil.example/ab", []),
        ("http://evil.example/", []),
        ("https://evil.example/a", []),
        ("xhttp://evil.example/a", []),
        ("http://www.evil.example/a", []),
        ("evil.example/a", []),
    ],
)
def test_a_url_is_found_as_it_is_listed(text: str, found: list[str]) -> None:
    assert values("http://evil.example/a", text) == found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("http://evil.example", 1),
        ("http://evil.example/a", 1),
        ("http://evil.example:80/", 1),
        ("http://evil.example. ", 1),
        ("http://evil.example.com", 0),
        ("http://evil.example-a.com", 0),
        ("http://evil.examples", 0),
    ],
)
def test_a_url_that_ends_with_its_host_ends_where_the_host_ends(text: str, count: int) -> None:
    assert len(values("http://evil.example", text)) == count


def test_a_url_with_credentials_ends_where_its_host_ends() -> None:
    assert values("http://u:p@evil.example", "http://u:p@evil.example.com http://u:p@evil.example/") == [
        "http://u:p@evil.example"
    ]


def test_a_url_listed_with_its_default_port_is_found_with_and_without_it_and_once_each() -> None:
    text = "http://evil.example:80/a http://evil.example/a"
    assert values("http://evil.example:80/a", text) == text.split()
    assert values("http://evil.example:80", "http://evil.example:80") == ["http://evil.example:80"]


def test_a_very_long_url_is_compared_to_its_end() -> None:
    listed = "http://evil.example/" + "a" * 8000
    assert values(listed, f"{listed} {listed}a {listed[:-1]}b") == [listed]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ann@evil.example", ["ann@evil.example"]),
        ("<ANN@Evil.Example>", ["ANN@Evil.Example"]),
        ("mailto:ann@evil.example.", ["ann@evil.example"]),
        ("joann@evil.example", []),
        ("j.ann@evil.example", []),
        ("j+ann@evil.example", []),
        ("ann@evil.example.com", []),
        ("ann@mail.evil.example", []),
    ],
)
def test_an_email_address_is_found_whole(text: str, found: list[str]) -> None:
    assert values("ann@evil.example", text) == found


def test_an_internationalised_name_is_found_in_both_of_its_forms() -> None:
    text = "www.xn--mnchen-3ya.example münchen.example MÜNCHEN.example xmünchen.example münchen.example.com"
    for listed in ("münchen.example", "xn--mnchen-3ya.example"):
        assert values(listed, text) == ["www.xn--mnchen-3ya.example", "münchen.example", "MÜNCHEN.example"]


def test_every_listed_name_that_a_name_is_below_of_is_reported() -> None:
    matcher = Matcher([parse_indicator(value) for value in ("evil.example", "mail.evil.example", "b.evil.example")])
    data = b"x.mail.evil.example"
    assert [(data[start:end], i) for start, end, i in matcher.match(data)] == [(data, 0), (data, 1)]


def test_an_address_is_reported_for_itself_and_for_each_range_around_it() -> None:
    listed = ["203.0.113.77", "203.0.113.0/24", "203.0.0.0/16", "203.0.0.0/8"]
    assert values(listed, "203.0.113.77") == ["203.0.113.77"] * 4


def test_a_reported_name_is_bounded() -> None:
    text = "a." * 5000 + "evil.example"
    (value,) = values("evil.example", text)
    assert value.endswith("a.a.evil.example")
    assert len(value) < 1100


def test_nothing_is_found_across_lines_or_in_nothing() -> None:
    assert values("evil.example", "evil.\nexample") == []
    assert values("evil.example", "") == []
    assert values("evil.example", b"\xff\xfe\x00") == []
    assert Matcher([]).match(b"evil.example") == []


def test_a_thousand_names_with_one_ending_are_told_apart() -> None:
    listed = [f"h{number}.example" for number in range(1000)]
    text = " ".join(f"h{number}.example xh{number}.example" for number in range(0, 2000, 7))
    assert values(listed, text) == [f"h{number}.example" for number in range(0, 1000, 7)]
