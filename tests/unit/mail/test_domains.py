import tomllib
from datetime import date
from importlib.resources import files

import pytest

from charteroak.mail.domains import has_listed_suffix, is_ip_host, normal_host, registrable_domain, shared_services


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("login.payroll-harborview.example", "payroll-harborview.example"),
        ("a.b.co.uk", "b.co.uk"),
        ("victim.web.app", "victim.web.app"),
        ("www.town.ct.us", "town.ct.us"),
        ("8.8.8.8", ""),
        ("[2001:db8::1]", ""),
        ("com", ""),
        ("", ""),
    ],
)
def test_registrable_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_kinds_of_shared_services() -> None:
    services = shared_services()
    assert services.kind_of("gmail.com") == "free-mail"
    assert services.kind_of("bit.ly") == "shortener"
    assert services.kind_of("victim.pages.dev") == "hosting"
    assert services.kind_of("www.w3.org") == "infrastructure"
    assert services.kind_of("notgmail.com") == ""


def test_hosts_are_recognised() -> None:
    assert is_ip_host("[::1]")
    assert not is_ip_host("x.example")
    assert normal_host("BÜCHER.example") == "xn--bcher-kva.example"
    assert normal_host("not a host") == ""
    assert has_listed_suffix("x.com")
    assert not has_listed_suffix("x.else")


@pytest.mark.parametrize(
    "name",
    ["shared_services.toml", "protected_names.toml", "connecticut_towns.toml", "lexicon.toml", "simulations.toml"],
)
def test_data_names_owner_date_and_licence(name: str) -> None:
    document = tomllib.loads(files("charteroak.mail").joinpath(f"data/{name}").read_text(encoding="utf-8"))
    assert document["owner"]
    assert isinstance(document["reviewed"], date)
    assert document["license"] == "Apache-2.0"


def test_lists_hold_normal_host_names_without_repeats() -> None:
    text = files("charteroak.mail").joinpath("data/shared_services.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    for kind in ("free_mail", "shorteners", "hosting", "infrastructure"):
        names = document[kind]
        assert [normal_host(name) for name in names] == names
        assert len(set(names)) == len(names)
