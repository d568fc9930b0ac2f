from datetime import UTC, datetime

import pytest

from charteroak.mail.headers import Headers
from charteroak.mail.hops import connecting_address, parse_date, public_address, read_hops

RECEIVED = (
    "from mail.lure.example (unknown [8.8.4.4]) by mx.town.example with ESMTP id 1"
    " for <clerk@town.example>; Wed, 18 Nov 2026 08:51:22 -0500"
)


def test_hop_says_who_when_and_for_whom() -> None:
    (hop,) = read_hops(Headers((("received", RECEIVED),)))
    assert (hop.by, hop.sender, hop.address) == ("mx.town.example", "mail.lure.example", "8.8.4.4")
    assert hop.at == datetime(2026, 11, 18, 13, 51, 22, tzinfo=UTC)
    assert hop.recipient == "clerk@town.example"


def test_private_and_documentation_addresses_are_no_sender() -> None:
    headers = Headers((("received", "from a ([10.0.0.1]) by b; x"), ("received", "from c ([1.1.1.1]) by d; x")))
    assert connecting_address(headers, read_hops(headers)) == "1.1.1.1"
    assert public_address("203.0.113.9") == ""
    assert public_address("not an address") == ""


def test_receivers_own_check_names_the_client_before_the_hops_do() -> None:
    headers = Headers((("received-spf", "Fail client-ip=9.9.9.9;"), ("received", RECEIVED)))
    assert connecting_address(headers, read_hops(headers)) == "9.9.9.9"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "Wed, 99 Nov 2026 08:51:22 -0500", "1" * 500, "Mon, 1 Jan 99999 0:0:0"]
)
def test_bad_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("written", "by", "sender"),
    [
        ("from a.example(1.1.1.1) by B.example;x", "b.example", "a.example"),
        ("from\u2003a.example\tby\x1fb.example; x", "b.example", "a.example"),
        ("by (nobody) by ; by b.example; x", "b.example", ""),
        (f"from {'a' * 300} by b", "b", "a" * 255),
        (" by" * 600, "by", ""),
    ],
)
def test_names_end_at_white_space_of_any_kind_and_at_punctuation(written: str, by: str, sender: str) -> None:
    (hop,) = read_hops(Headers((("received", written),)))
    assert (hop.by, hop.sender) == (by, sender)
