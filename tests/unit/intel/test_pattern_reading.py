import pytest

from charteroak.intel.pattern_reading import read_pattern


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("[domain-name:value = 'evil.example']", [("domain", "evil.example")]),
        (" [ domain-name:value='evil.example' ] ", [("domain", "evil.example")]),
        ("[url:value = 'http://a/\\'\\\\']", [("url", "http://a/'\\")]),
        ("[ipv4-addr:value IN ('1.2.3.4', '5.6.7.8')]", [("ipv4", "1.2.3.4"), ("ipv4", "5.6.7.8")]),
        ("[ipv4-addr:value ISSUBSET '10.0.0.0/8']", [("ipv4", "10.0.0.0/8")]),
        (
            "[ipv6-addr:value = '2001:db8::1'] OR [ipv4-addr:value = '1.2.3.4']",
            [("ipv6", "2001:db8::1"), ("ipv4", "1.2.3.4")],
        ),
        ("([domain-name:value = 'a.b'] OR [domain-name:value = 'c.d'])", [("domain", "a.b"), ("domain", "c.d")]),
        ("[(domain-name:value = 'a.b' OR domain-name:value = 'c.d')]", [("domain", "a.b"), ("domain", "c.d")]),
        ("[file:hashes.MD5 = 'x']", [("md5", "x")]),
        ("[file:hashes.'SHA-1' = 'x']", [("sha1", "x")]),
        ("[file:hashes.\"SHA-512\" = 'x']", [("sha512", "x")]),
        ("[x509-certificate:hashes.'SHA-256' = 'x']", [("sha256", "x")]),
        ("[email-message:from_ref.value = 'a@b.c']", [(None, "a@b.c")]),
        ("[domain-name:resolves_to_refs[*].value = '1.2.3.4']", [(None, "1.2.3.4")]),
        (
            "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '1.2.3.4']",
            [(None, "1.2.3.4")],
        ),
        (
            "[file:name = 'a.exe' AND file:hashes.MD5 = 'x' AND file:hashes.'SHA-1' = 'y']",
            [("md5", "x"), ("sha1", "y")],
        ),
    ],
)
def test_values_that_each_suffice_are_read(pattern: str, values: list[tuple[str | None, str]]) -> None:
    reading = read_pattern(pattern)
    assert reading.values == values
    assert reading.unread == []


@pytest.mark.parametrize(
    ("pattern", "values", "unread"),
    [
        ("[domain-name:value = 'a.b' OR domain-name:value LIKE '%.c']", [("domain", "a.b")], 1),
        ("[domain-name:value = 'a.b' OR process:name = 'x']", [("domain", "a.b")], 1),
        ("[domain-name:value = 'a.b' AND ipv4-addr:value = '1.2.3.4']", [], 1),
        ("[file:hashes.MD5 = 'x' AND ipv4-addr:value = '1.2.3.4']", [], 1),
        ("[network-traffic:dst_ref.value = '1.2.3.4' AND network-traffic:dst_port = 443]", [], 1),
        ("[domain-name:value != 'a.b']", [], 1),
        ("[domain-name:value NOT = 'a.b']", [], 1),
        ("[domain-name:value NOT IN ('a.b')]", [], 1),
        ("[domain-name:value MATCHES 'a.*']", [], 1),
        ("[EXISTS domain-name:value]", [], 1),
        ("[file:hashes.SSDEEP = 'x']", [], 1),
        ("[domain-name:value = 'a.b'] AND [ipv4-addr:value = '1.2.3.4']", [], 2),
        ("[domain-name:value = 'a.b'] FOLLOWEDBY [ipv4-addr:value = '1.2.3.4']", [], 2),
        ("[domain-name:value = 'a.b'] WITHIN 5 SECONDS", [], 1),
        ("([domain-name:value = 'a.b'] OR [domain-name:value = 'c.d']) REPEATS 5 TIMES", [], 2),
        ("[domain-name:value = 'a.b'] START t'2026-11-18T00:00:00Z' STOP t'2026-11-19T00:00:00Z'", [], 1),
        ("[domain-name:value = 'a.b'] REPEATS 5 TIMES OR [domain-name:value = 'c.d']", [("domain", "c.d")], 1),
    ],
)
def test_what_one_value_cannot_show_is_named_as_unread(
    pattern: str, values: list[tuple[str | None, str]], unread: int
) -> None:
    reading = read_pattern(pattern)
    assert reading.values == values
    assert len(reading.unread) == unread
    assert all(part in pattern and reason for part, reason in reading.unread)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "evil.example",
        "[",
        "[]",
        "[domain-name:value]",
        "[domain-name:value = ]",
        "[domain-name:value = 'a.b'",
        "[domain-name:value = 'a.b]",
        "[domain-name:value = 'a.b'] [x:y = 'z']",
        "[domain-name:value IN ()]",
        "[domain-name:value IN ('a.b'",
        "[= 'a.b']",
        "[OR]",
        "[domain-name:value = 'a.b'] OR",
        "[domain-name:value = 'a.b'] WITHIN",
        "(" * 5000 + "[a:b = 'c']" + ")" * 5000,
        "[" + "(" * 5000 + "a:b = 'c'" + ")" * 5000 + "]",
        "[a:b = 'c' " + "OR a:b = 'c' " * 60_000 + "]",
    ],
)
def test_what_is_no_pattern_is_wholly_unread(pattern: str) -> None:
    reading = read_pattern(pattern)
    assert reading.values == []
    assert [part for part, _ in reading.unread] == [pattern]
