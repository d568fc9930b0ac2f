import pytest

from charteroak.intel.pattern_reading import PatternError
from charteroak.intel.patterns import parse_pattern, stix_pattern
from charteroak.observables import Observable, ObservableType, parse_observable


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("198.51.100.7", "[ipv4-addr:value = '198.51.100.7']"),
        ("2001:db8::7", "[ipv6-addr:value = '2001:db8::7']"),
        ("198.51.100.0/24", "[ipv4-addr:value ISSUBSET '198.51.100.0/24']"),
        ("2001:db8::/48", "[ipv6-addr:value ISSUBSET '2001:db8::/48']"),
        ("evil.example", "[domain-name:value = 'evil.example']"),
        ("https://evil.example/a", "[url:value = 'https://evil.example/a']"),
        ("bad@evil.example", "[email-addr:value = 'bad@evil.example']"),
        ("d" * 32, f"[file:hashes.MD5 = '{'d' * 32}']"),
        ("d" * 40, f"[file:hashes.'SHA-1' = '{'d' * 40}']"),
        ("d" * 64, f"[file:hashes.'SHA-256' = '{'d' * 64}']"),
        ("d" * 128, f"[file:hashes.'SHA-512' = '{'d' * 128}']"),
    ],
)
def test_each_kind_of_observable_has_its_pattern_and_comes_back(value: str, pattern: str) -> None:
    observable = parse_observable(value)
    assert stix_pattern(observable) == pattern
    assert parse_pattern(pattern) == (observable,)


def test_a_quote_or_backslash_in_a_value_cannot_end_the_literal() -> None:
    url = parse_observable("https://evil.example/a'] OR [domain-name:value = 'ct.gov".replace(" ", "%20"))
    # No normal form holds a backslash today; the escaping does not rely on that.
    hostile = Observable(ObservableType.URL, "https://evil.example/\\'")
    assert parse_pattern(stix_pattern(url)) == (url,)
    assert stix_pattern(hostile) == "[url:value = 'https://evil.example/\\\\\\'']"
    assert len(parse_pattern(stix_pattern(hostile))) == 1


def test_alternatives_come_back_each_once_and_in_order() -> None:
    pattern = (
        "([domain-name:value = 'b.example' OR (domain-name:value = 'a.example')]) "
        "OR [ipv4-addr:value IN ('198.51.100.1', '198.51.100.2')] OR [domain-name:value = 'B.example']"
    )
    assert [observable.value for observable in parse_pattern(pattern)] == [
        "b.example", "a.example", "198.51.100.1", "198.51.100.2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ('[file:hashes."SHA-256" = \'' + "a" * 64 + "']", "a" * 64),
        ("[file:hashes.'sha256' = '" + "A" * 64 + "']", "a" * 64),
        ("[ipv4-addr:value = '198.51.100.0/24']", "198.51.100.0/24"),
        ("[ipv4-addr:value ISSUBSET '198.51.100.9/32']", "198.51.100.9"),
        ("[network-traffic:dst_ref.value = '2001:db8::1']", "2001:db8::1"),
        ("[email-message:from_ref.value='A@Evil.example']", "a@evil.example"),
    ],
)
def test_usual_spellings_of_others_are_read(pattern: str, value: str) -> None:
    assert [observable.value for observable in parse_pattern(pattern)] == [value]


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "[",
        "[]",
        "[domain-name:value",
        "[domain-name:value =",
        "[domain-name:value = ",
        "[domain-name:value = 'a.example'",
        "[domain-name:value = 'a.example' AND ipv4-addr:value = '198.51.100.1']",
        "[domain-name:value = 'a.example'] AND [domain-name:value = 'b.example']",
        "[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']",
        "[domain-name:value = 'a.example'] REPEATS 5 TIMES",
        "[domain-name:value = 'a.example'] WITHIN 5 SECONDS",
        "[domain-name:value = 'a.example'])",
        "(([domain-name:value = 'a.example'])",
        "[NOT domain-name:value = 'a.example']",
        "[domain-name:value NOT = 'a.example']",
        "[domain-name:value != 'a.example']",
        "[domain-name:value LIKE '%.example']",
        "[domain-name:value MATCHES '.*']",
        "[domain-name:value ISSUBSET 'a.example']",
        "[domain-name:value = 7]",
        "[domain-name:value IN ()]",
        "[domain-name:value IN ('a.example']",
        "[domain-name:value = 'onelabel']",
        "[ipv4-addr:value = '999.1.1.1']",
        "[process:name = 'x']",
        "[file:name = 'x']",
        "[domain-name:value = 'a\\x']",
        "[domain-name:value = 'a.example'] [domain-name:value = 'b.example']",
        'alert tcp any any -> any any (msg:"x";)',
        "\x00\xff",
        "[" * 10_000,
        "(" * 10_000 + "[domain-name:value = 'a.example']",
        "[domain-name:value = '" + "a" * 20_000 + ".example']",
        "[domain-name:value IN (" + ",".join(f"'h{n}.example'" for n in range(600)) + ")]",
    ],
)
def test_a_pattern_that_cannot_be_hunted_value_by_value_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(PatternError) as refusal:
        parse_pattern(pattern)
    assert refusal.value.message
