"""The true sites that no list and no paper proposes to block."""

from typing import Any

import pytest

from charteroak.errors import InputError
from charteroak.intel import warning_lists
from charteroak.observables import ObservableType, parse_observable
from charteroak.response import own_sites as subject
from charteroak.response.own_sites import own_sites

OWN = ("elmhollow.org", "web.birch.example")
HOSTS = (
    *("elmhollow.org", "www.elmhollow.org", "xelmhollow.org", "elmhollow.org.thief.example", "birch.example"),
    *("web.birch.example", "a.web.birch.example", "other.birch.example", "ct.gov", "x.ct.gov", "xct.gov", "gov"),
    *("ct.us", "k12.ct.us", "a.k12.ct.us", "ci.elm.ct.us", "state.ny.us", "us", "github.io", "a.github.io"),
    *("drive.google.com", "google.com", "10.0.0.1", "[::1]", "under_score.ct.gov", "xn--bcher-kva.example"),
)
SHAPES = (
    ("domain", "{}"),
    ("email", "clerk@{}"),
    ("email", "a@b@{}"),
    ("url", "https://{}/"),
    ("url", "https://{}/a/b?c=1"),
    ("url", "https://{}?ct.gov"),
    ("url", "http://{}:8080/#ct.gov"),
    ("url", "http://ct.gov@{}/"),
    ("url", "http://ct.gov:x@y@{}:81"),
    ("url", "http://thief.example/{}"),
    ("url", "http://{}\\@thief.example/"),
    ("url", "hxxp://{}[.]thief.example/"),
    ("url", "HTTPS://{}./x"),
    ("md5", "{}"),
    ("ipv4", "{}"),
    ("of-no-kind", "{}"),
)


@pytest.mark.parametrize(("type_", "shape"), SHAPES)
def test_the_document_of_an_analysis_gets_the_answer_that_its_observables_get(type_: str, shape: str) -> None:
    sites = own_sites(OWN)
    for host in (*HOSTS, *(host.upper() for host in HOSTS)):
        value = shape.format(host)
        try:
            expected = sites.holds(parse_observable(value, ObservableType(type_)))
        except (InputError, ValueError):
            continue
        assert sites.holds_seen({"type": type_, "value": value}) is expected, value


@pytest.mark.parametrize("value", ["", "not an address", "https://", "http://[/", "http://.../"])
def test_what_is_no_address_is_no_site(value: str) -> None:
    assert own_sites(OWN).holds_seen({"type": "url", "value": value}) is False


@pytest.mark.parametrize(
    "shape", ["https://h{}.evil.example/p", "https://h{}.ct.gov/", "https://h{}.elmhollow.org/x", "http://[::{}]/"]
)
def test_addresses_as_they_were_kept_are_not_read_anew_for_each_look(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = own_sites(OWN)

    def read(*_: Any) -> None:
        pytest.fail("a page asks for 100,000 of them")

    monkeypatch.setattr(subject, "parse_observable", read)
    monkeypatch.setattr(warning_lists, "urlsplit", read)
    for number in range(1, 20):
        sites.holds_seen({"type": "url", "value": shape.format(number)})
