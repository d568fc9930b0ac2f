import pytest

from charteroak.detection.indicators import Indicator, indicator_for, parse_indicator, type_word
from charteroak.observables import Observable, ObservableError, ObservableType


@pytest.mark.parametrize(
    ("listed", "type_", "value"),
    [
        (" evil.example ", "domain", "evil.example"),
        ("Evil.Example.", "domain", "evil.example"),
        ("evil[.]example", "domain", "evil.example"),
        ("*.evil.example", "domain", "evil.example"),
        (".evil.example", "domain", "evil.example"),
        ("münchen.example", "domain", "xn--mnchen-3ya.example"),
        ("a-.evil.example", "domain", "a-.evil.example"),
        ("203[.]0[.]113[.]77", "ipv4", "203.0.113.77"),
        ("2001:DB8::1", "ipv6", "2001:db8::1"),
        ("[2001:db8::1]", "ipv6", "2001:db8::1"),
        ("203.0.113.9/24", "cidr", "203.0.113.0/24"),
        ("2001:db8::/32", "cidr", "2001:db8::/32"),
        ("hxxps://evil[.]example/A", "url", "https://evil.example/A"),
        ("http://intranet/a", "url", "http://intranet/a"),
        ("Ann[at]evil.example", "email", "ann@evil.example"),
        ("D41D8CD98F00B204E9800998ECF8427E", "md5", "d41d8cd98f00b204e9800998ecf8427e"),
        ("a" * 40, "sha1", "a" * 40),
        ("a" * 64, "sha256", "a" * 64),
        ("a" * 128, "sha512", "a" * 128),
    ],
)
def test_the_kind_is_inferred_and_the_listed_text_kept(listed: str, type_: str, value: str) -> None:
    assert parse_indicator(listed) == Indicator(listed.strip(), ObservableType(type_), value)


@pytest.mark.parametrize(
    ("listed", "kind", "type_"),
    [
        ("203.0.113.0/24", "ip", "cidr"),
        ("203.0.113.7", "IPv4-Addr", "ipv4"),
        ("203.0.113.7", "ip-dst", "ipv4"),
        ("2001:db8::1", "ip", "ipv6"),
        ("evil.example", "hostname", "domain"),
        ("evil.example", "FQDN", "domain"),
        ("a" * 64, "FileHash-SHA256", "sha256"),
        ("a" * 40, "hash", "sha1"),
        ("http://evil.example", "URI", "url"),
        ("a@evil.example", "email-src", "email"),
    ],
)
def test_the_kinds_that_lists_use_are_understood(listed: str, kind: str, type_: str) -> None:
    assert parse_indicator(listed, kind).type == type_


@pytest.mark.parametrize(
    ("listed", "kind"),
    [
        ("localhost", None),
        ("203.0.113", None),
        ("203.0.113.777", None),
        ("203.0.113.7/33", None),
        ("evil.example/path", None),
        ("http://", None),
        ("http://[evil]/a", None),
        ("http://evil.example/a b", None),
        ("http://evil.example/\x1b[2J", None),
        ("@evil.example", None),
        ("a" * 63, "sha256"),
        ("evil.example", "md5"),
        ("203.0.113.7", "domain"),
        ("evil.example", "ipv4"),
        ("Global\\Mutex", "mutex"),
        ("evil.example", "filename"),
        ("", None),
        ("x" * 10_000, None),
        ("x." * 5000 + "com", None),
        ("http://evil.example/" + "x" * 9000, None),
    ],
)
def test_what_cannot_be_searched_for_is_refused(listed: str, kind: str | None) -> None:
    with pytest.raises(ObservableError):
        parse_indicator(listed, kind)


def test_words_that_name_no_kind_we_search_for_have_none() -> None:
    assert [type_word(word) for word in ("filename", "file", "port", "yara", "", "user-agent")] == [None] * 6


def test_an_observable_at_hand_becomes_its_indicator() -> None:
    observable = Observable(ObservableType.DOMAIN, "evil.example")
    assert indicator_for(observable) == parse_indicator("evil.example")
