import pytest

from charteroak.mail.domains import normal_host
from charteroak.mail.identity import (
    is_punycode,
    one_edit_apart,
    protected_names,
    resembles_one_of,
    skeleton,
)
from charteroak.response.towns import load_towns


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
        "banco-central.gob.ar",
        "web-forms.com",
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
        ("M1cr0s0ft Teams", "Microsoft 365"),
        ("Micr\u0585soft", "Microsoft"),
        ("\u202eecivreS laPyaP", "PayPal"),
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
        assert name.words or name.town
        for domain in name.domains:
            assert normal_host(domain) == domain
            seen.setdefault(domain, name.label)
    assert protected_names().owner_of("portal.ct.gov") is not None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Town of Bozrah", "Bozrah, Connecticut"),
        ("CITY OF EAST HARTFORD - Tax Office", "East Hartford, Connecticut"),
        ("Borough of Naugatuck", "Naugatuck, Connecticut"),
        ("Voluntown Tax Collector", "Voluntown, Connecticut"),
        ("Avon, CT Police Department", "Avon, Connecticut"),
        ("State of CT", "State of Connecticut"),
        ("CT Department of Revenue Services", "State of Connecticut"),
        ("Norwich Public Utilities", "Norwich Public Utilities"),
        ("Goodwin University", "Goodwin University"),
    ],
)
def test_every_town_and_office_of_connecticut_is_found_in_a_display_name(text: str, label: str) -> None:
    found = protected_names().named_in(text)
    assert found is not None
    assert (found.label, found.is_official) == (label, True)


def test_all_towns_are_protected_and_each_is_found_by_its_name() -> None:
    towns = [name for name in protected_names().names if name.town]
    assert {name.town for name in towns} == {name.lower() for name in load_towns()}
    assert all(protected_names().named_in(f"Town of {name.town.title()}") is name for name in towns)


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("avonct.gov", True),
        ("mail.avonct.gov", True),
        ("avonct.org", True),
        ("townofavon.us", True),
        ("town.avon.ct.us", True),
        ("alerts.everbridge.net", True),
        ("avonct-gov.com", False),
        ("avon-tax.com", False),
        ("gmail.com", False),
        ("avonct.gov.example", False),
    ],
)
def test_what_may_be_a_towns_own_is_no_contradiction(host: str, is_own: bool) -> None:
    town = protected_names().named_in("Town of Avon")
    assert town is not None
    assert town.owns(host) is is_own


@pytest.mark.parametrize(
    "domain", ["avonct-gov.com", "townofavonct-tax.com", "westhartfordct-gov.org", "danburyctt.com"]
)
def test_domains_built_on_a_towns_are_look_alikes(domain: str) -> None:
    assert protected_names().look_alike(domain) is not None


@pytest.mark.parametrize(
    "domain", ["avonct.org", "townofavon.com", "camden.org", "hampden.com", "townofcolton.org", "cityofderry.org"]
)
def test_domains_of_towns_elsewhere_and_of_their_own_are_none(domain: str) -> None:
    assert protected_names().look_alike(domain) is None
    assert protected_names().in_host(domain) is None


@pytest.mark.parametrize("host", ["portal-ct.gov.example", "dmv-ct.gov.co", "login.ct.gov.pay.example"])
def test_the_states_domain_inside_a_strangers_host_is_bait(host: str) -> None:
    found = protected_names().in_host(host)
    assert found is not None
    assert found.label == "State of Connecticut"


def test_words_about_a_town_are_not_the_town_speaking() -> None:
    for text in ("Avon calling", "Salem police", "the union of towns", "Windsor Castle"):
        assert protected_names().named_in(text) is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Connecticut Department of Labor", "public.govdelivery.com"),
        ("CT Department of Labor", "ctdol.state.ct.us"),
        ("CT Department of Labor", "portal.ct.gov"),
        ("State of Connecticut", "shared1.ccsend.com"),
    ],
)
def test_an_agency_that_writes_by_a_service_is_not_contradicted(text: str, host: str) -> None:
    name = protected_names().named_in(text)
    assert name is not None
    assert name.owns(host)


def test_an_agency_is_contradicted_by_strangers_and_not_reached_at_a_service() -> None:
    name = protected_names().named_in("CT Department of Labor")
    assert name is not None
    assert not name.owns("govdelivery.com.example")
    assert not name.owns("ct-labor.example")
    assert not name.is_reached_at("x.list-manage.com")


@pytest.mark.parametrize(
    "text",
    ["Chester Water: Regional Water Authority", "Third Taxing District", "Coast Guard Academy of the Philippines"],
)
def test_names_that_bodies_elsewhere_have_are_none_of_connecticuts(text: str) -> None:
    assert protected_names().named_in(text) is None
