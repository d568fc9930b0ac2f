import hashlib
import tomllib
from importlib.resources import files

import pytest

from charteroak.intel.warning_lists import WarningListError, load_warning_lists, parse_warning_list
from charteroak.observables import parse_observable


def objections(value: str, *own: str) -> set[str]:
    lists = load_warning_lists().with_own_domains(own)
    return {found.list_id for found in lists.objections_to(parse_observable(value))}


@pytest.mark.parametrize(
    ("value", "list_id"),
    [
        ("co.uk", "public-suffix"),
        ("github.io", "public-suffix"),
        ("k12.ct.us", "public-suffix"),
        ("microsoft.com", "well-known-provider"),
        ("login.microsoft.com", "well-known-provider"),
        ("https://login.microsoft.com/x", "well-known-provider"),
        ("someone@microsoft.com", "well-known-provider"),
        ("google.com", "shared-hosting"),
        ("drive.google.com", "shared-hosting"),
        ("https://drive.google.com/", "shared-hosting"),
        ("gmail.com", "shared-hosting"),
        ("ct.gov", "public-body"),
        ("portal.ct.gov", "public-body"),
        ("clerk@town.ct.gov", "public-body"),
        ("https://irs.gov/refund", "public-body"),
        ("elmhollow.k12.ct.us", "public-body"),
        ("www.elmhollow.k12.ct.us", "public-body"),
        ("ci.elmhollow.ct.us", "public-body"),
        ("printer.local", "special-use-name"),
        ("10.1.2.3", "special-use-address"),
        ("127.0.0.1", "special-use-address"),
        ("169.254.169.254", "special-use-address"),
        ("192.0.2.9", "special-use-address"),
        ("0.1.2.3", "special-use-address"),
        ("fe80::1", "special-use-address"),
        ("::ffff:8.8.8.8", "special-use-address"),
        ("http://192.168.1.1/admin", "special-use-address"),
        ("http://[::1]/admin", "special-use-address"),
        ("8.8.8.8", "shared-address"),
        ("104.16.132.229", "shared-address"),
        ("104.0.0.0/8", "shared-address"),
        ("104.0.0.0/8", "wide-range"),
        ("0.0.0.0/0", "wide-range"),
        ("5.10.0.0/15", "wide-range"),
        ("2a00::/31", "wide-range"),
        (hashlib.sha256(b"").hexdigest(), "common-file"),
        (hashlib.md5(b"\r\n", usedforsecurity=False).hexdigest(), "common-file"),
    ],
)
def test_what_must_not_be_blocked_is_objected_to(value: str, list_id: str) -> None:
    assert list_id in objections(value)


@pytest.mark.parametrize(
    "value",
    [
        "parcel-update.example",
        "microsoft.com.parcel-update.example",
        "notmicrosoft.com",
        "ctgov.example",
        "evil.github.io",
        "https://drive.google.com/file/d/abc",
        "https://evil.blob.core.windows.net/login",
        "thief@gmail.com",
        "5.10.0.0/16",
        "5.10.20.30",
        "2a00::/32",
        "2a00::1",
        hashlib.sha256(b"dropper").hexdigest(),
    ],
)
def test_what_only_looks_like_it_passes(value: str) -> None:
    assert objections(value) == set()


@pytest.mark.parametrize(
    "value",
    [
        "elmhollow.example",
        "mail.elmhollow.example",
        "https://mail.elmhollow.example/owa?x=1",
        "clerk@elmhollow.example",
    ],
)
def test_members_own_domains_are_objected_to_in_every_form(value: str) -> None:
    assert "own-domain" in objections(value, "ElmHollow.example")


def test_a_parent_of_a_members_domain_is_objected_to() -> None:
    assert "own-domain" in objections("towns.example", "elmhollow.towns.example")
    assert objections("notelmhollow.example", "elmhollow.example") == set()


def test_a_members_domain_that_is_none_is_refused() -> None:
    with pytest.raises(WarningListError):
        load_warning_lists().with_own_domains(["not a domain"])


def test_the_digest_changes_with_the_content() -> None:
    lists = load_warning_lists()
    assert lists.digest != lists.with_own_domains(["elmhollow.example"]).digest


def test_the_common_digests_are_those_of_the_files_they_name() -> None:
    listed = next(one for one in load_warning_lists().lists if one.id == "common-file").entries
    contents = [b"", b"\n", b"\r\n", b"\0", b" "]
    names = ["md5", "sha1", "sha256", "sha512"]
    assert set(listed) == {hashlib.new(name, content).hexdigest() for content in contents for name in names}


def test_every_shipped_list_is_sound_and_says_where_it_comes_from() -> None:
    folder = files("charteroak.intel").joinpath("data", "warning_lists")
    for entry in folder.iterdir():
        one = parse_warning_list(entry.read_bytes(), path=entry.name)
        assert len(set(one.entries)) == len(one.entries) > 0, entry.name
        assert one.provenance.source
        assert one.provenance.licence == "Apache-2.0"
        if one.kind == "address-range":
            assert all(str(parse_observable(value).value) == value for value in one.entries), entry.name
        assert tomllib.loads(entry.read_text("utf-8"))["text"].endswith(".")


@pytest.mark.parametrize("data", [b"", b"\xff", b"id = 1", b"[", b"id='a'\nkind='b'\ntext='c'\nentries=[]"])
def test_a_broken_list_is_an_error_and_never_an_empty_list(data: bytes) -> None:
    with pytest.raises(WarningListError):
        parse_warning_list(data, path="x.toml")


def test_the_digest_is_of_this_content_however_often_it_is_asked() -> None:
    lists = load_warning_lists()
    own = lists.with_own_domains(["elmhollow.example"])
    assert [lists.digest, own.digest] == [lists.digest, own.digest]
    assert lists.digest != own.digest
    assert own.digest == load_warning_lists().with_own_domains(["elmhollow.example"]).digest
