import pytest

from charteroak.mail.domains import normal_host
from charteroak.mail.identity import (
    is_punycode,
    one_edit_apart,
    protected_names,
    resembles_one_of,
    skeleton,
)


@pytest.mark.parametrize(
    ("domain", "label", "how"),
    [
        ("paypal.co", "PayPal", "other-ending"),
        ("paypa1.com", "PayPal", "letters"),
        ("rnicrosoft.com", "Microsoft", "letters"),
        ("paypall.com", "PayPal", "spelling"),
        ("paypla.com", "PayPal", "spelling"),
        ("pay-pal.com", "PayPal", "spelling"),
        ("paypal-secure.com", "PayPal", "part-of-name"),
        ("usps-track.com", "United States Postal Service", "part-of-name"),
        ("xn--pypal-4ve.com", "PayPal", "letters"),
    ],
)
def test_look_alikes_are_found_and_say_how(domain: str, label: str, how: str) -> None:
    found = protected_names().look_alike(domain)
    assert found is not None
    assert (found.label, found.how) == (label, how)


@pytest.mark.parametrize(
    "domain",
    [
        "paypal.com",
        "portal.ct.gov",
        "town.example",
        "apple-farm.com",
        "crypto-news.com",
        "chase-family.org",
        "",
        "ups.com",
    ],
)
def test_own_domains_and_everyday_words_are_no_look_alikes(domain: str) -> None:
    assert protected_names().look_alike(domain) is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("PayPal Service", "PayPal"),
        ("\u03a1ay\u03a1al Service", "PayPal"),
        ("The IRS", "Internal Revenue Service"),
        ("Webster Bank alerts", "Webster Bank"),
        ("M\u00edcr\u00f3soft 365", "Microsoft 365"),
    ],
)
def test_protected_name_in_a_display_name_is_found(text: str, label: str) -> None:
    found = protected_names().named_in(text)
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize("text", ["Ann Ott", "First hits", "Upset customer", ""])
def test_ordinary_display_name_claims_nothing(text: str) -> None:
    assert protected_names().named_in(text) is None


def test_name_as_bait_in_a_strangers_host_is_found() -> None:
    found = protected_names().in_host("paypal.com.login.example")
    assert found is not None
    assert found.label == "PayPal"
    assert protected_names().in_host("www.paypal.com") is None


def test_imitation_of_the_readers_own_domain_is_found() -> None:
    own = ["cedar-landing.example"]
    assert resembles_one_of("cedar-Ianding.example".lower(), own) == "cedar-landing.example"
    assert resembles_one_of("cedar-landing.test", own) == "cedar-landing.example"
    assert resembles_one_of("cedar-landing.example", own) == ""
    assert resembles_one_of("other.example", own) == ""
    assert resembles_one_of("", own) == ""


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("abcde", "abcd", True),
        ("abcd", "abxd", True),
        ("abcd", "acbd", True),
        ("abcd", "abcd", False),
        ("abcd", "badc", False),
        ("a", "abc", False),
    ],
)
def test_one_edit(left: str, right: str, expected: bool) -> None:
    assert one_edit_apart(left, right) is expected


def test_skeleton_folds_what_looks_alike() -> None:
    assert skeleton("p\u0430\u0443") == skeleton("pay")
    assert skeleton("rn0dern") == skeleton("modern")
    assert is_punycode("www.xn--pypal-4ve.com")


def test_protected_domains_are_normal_host_names_owned_once() -> None:
    seen: dict[str, str] = {}
    for name in protected_names().names:
        assert name.words
        for domain in name.domains:
            assert normal_host(domain) == domain
            seen.setdefault(domain, name.label)
    assert protected_names().owner_of("portal.ct.gov") is not None
