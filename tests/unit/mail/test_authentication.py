import pytest

from charteroak.mail.authentication import AuthenticationClaim, read_claims
from charteroak.mail.headers import Headers
from charteroak.mail.hops import read_hops

OURS = "mx.town.example"
PASS = (
    f"{OURS}; spf=pass smtp.mailfrom=bank.example; dkim=pass header.d=bank.example; dmarc=pass header.from=bank.example"
)
BY_OURS = ("received", f"from x ([8.8.4.4]) by {OURS}; Wed, 18 Nov 2026 08:51:22 -0500")
BY_OTHERS = ("received", "from y ([8.8.8.8]) by relay.lure.example; Wed, 18 Nov 2026 08:51:00 -0500")


def claims(*fields: tuple[str, str], trusted: tuple[str, ...] = (OURS,)) -> tuple[AuthenticationClaim, ...]:
    headers = Headers(fields)
    return read_claims(headers, read_hops(headers), trusted)


def test_nothing_is_trusted_by_default() -> None:
    found = claims(("authentication-results", PASS), BY_OURS, trusted=())
    assert [claim.method for claim in found] == ["spf", "dkim", "dmarc"]
    assert {claim.claimed_by for claim in found} == {OURS}
    assert not any(claim.trusted for claim in found)


@pytest.mark.parametrize("before", [(), (BY_OURS,)])
def test_result_of_a_configured_server_on_top_is_trusted(before: tuple[tuple[str, str], ...]) -> None:
    assert all(claim.trusted for claim in claims(*before, ("authentication-results", PASS), BY_OTHERS))


def test_forged_result_below_a_foreign_hop_is_a_claim() -> None:
    assert not any(claim.trusted for claim in claims(BY_OTHERS, ("authentication-results", PASS)))


def test_forged_result_below_the_genuine_one_is_a_claim() -> None:
    genuine = ("authentication-results", f"{OURS}; dmarc=fail header.from=bank.example")
    found = claims(genuine, BY_OURS, ("authentication-results", PASS))
    assert [(claim.method, claim.result) for claim in found if claim.trusted] == [("dmarc", "fail")]


def test_second_result_for_one_method_does_not_replace_the_first() -> None:
    genuine = ("authentication-results", f"{OURS}; dmarc=fail header.from=bank.example")
    found = claims(genuine, ("authentication-results", PASS))
    assert [claim.result for claim in found if claim.trusted and claim.method == "dmarc"] == ["fail"]


def test_other_servers_name_is_a_claim_even_on_top() -> None:
    found = claims(("authentication-results", PASS.replace(OURS, "mx.elsewhere.example")))
    assert found
    assert not any(claim.trusted for claim in found)


def test_server_that_does_not_name_itself_is_never_trusted() -> None:
    found = claims(("authentication-results", "spf=fail (sender IP is 8.8.8.8) smtp.mailfrom=lure.example; dkim=none"))
    assert [(claim.method, claim.result, claim.claimed_by) for claim in found] == [
        ("spf", "fail", ""),
        ("dkim", "none", ""),
    ]
    assert not any(claim.trusted for claim in found)


@pytest.mark.parametrize(
    "results",
    [
        'dkim=pass header.i="x; dkim=pass header.d=bank.example y"@lure.example',
        'dkim=pass reason="header.d=bank.example" header.d=lure.example',
        'dkim=pass reason="a \\" header.d=bank.example" header.d=lure.example',
        "dkim=pass header.s=header.d=bank.example header.d=lure.example",
        "dkim=pass (header.d=bank.example) header.d=lure.example",
    ],
)
def test_words_of_the_sender_inside_a_result_are_no_results(results: str) -> None:
    # RFC 8601 section 2.2: values may be quoted strings, and the sender chooses what stands in them.
    found = claims(("authentication-results", f"{OURS}; {results}"))
    assert [(claim.method, claim.domain) for claim in found] == [("dkim", "lure.example")]


def test_arc_and_received_spf_are_claims() -> None:
    found = claims(
        ("arc-authentication-results", f"i=1; {PASS}"), ("received-spf", f"Pass (x) receiver={OURS}; client-ip=1.1.1.1")
    )
    assert [claim.source for claim in found] == ["arc-authentication-results"] * 3 + ["received-spf"]
    assert not any(claim.trusted for claim in found)
    assert found[-1].result == "pass"


@pytest.mark.parametrize("value", ["", ";", ";;;=;", "x", "x; =pass", "x; nonsense=pass", "(" * 5000])
def test_broken_fields_claim_nothing(value: str) -> None:
    assert claims(("authentication-results", value)) == ()
