import pytest

from charteroak.mail.arc import read_chain
from charteroak.mail.headers import Headers


def instance(number: int, chain: str, domain: str = "list.example") -> list[tuple[str, str]]:
    return [
        ("arc-seal", f"i={number}; a=rsa-sha256; cv={chain}; d={domain}; s=x; t=1; b=AAAA"),
        ("arc-message-signature", f"i={number}; a=rsa-sha256; d={domain}; s=x; h=from; bh=x; b=x"),
        ("arc-authentication-results", f"i={number}; mx.{domain}; dmarc=pass header.from=bank.example"),
    ]


def test_a_message_without_the_fields_has_no_chain() -> None:
    assert read_chain(Headers((("from", "a@b.example"),))) is None


def test_each_seal_is_told_and_never_called_verified() -> None:
    chain = read_chain(Headers((*instance(2, "pass", "second.example"), *instance(1, "none"))))
    assert chain is not None
    assert chain.to_json() == {
        "seals": [
            {"instance": 1, "sealedBy": "list.example", "chain": "none"},
            {"instance": 2, "sealedBy": "second.example", "chain": "pass"},
        ],
        "faults": [],
        "verified": False,
    }


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        # RFC 8617 sections 4.1.3 and 5.1.1: a seal with h= fails. RFC 6376 section 3.2: a doubled tag does, too.
        ("cv=none;", "cv=none; h=from;", "A seal may not name fields"),
        ("cv=none;", "cv=fail; cv=none;", "The tag cv stands twice"),
        ("h=from;", "h=from; h=to;", "The tag h stands twice"),
        # Section 4.1.1: the instance comes first.
        ("i=1; mx.list.example;", "mx.list.example; i=1;", "no instance number that may be"),
    ],
)
def test_a_field_that_breaks_its_form_breaks_the_chain(old: str, new: str, says: str) -> None:
    chain = read_chain(Headers(tuple((name, value.replace(old, new)) for name, value in instance(1, "none"))))
    assert chain is not None
    assert any(says in fault for fault in chain.faults)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (instance(1, "none")[:2], "Instance 1 is not complete."),
        (instance(2, "pass"), "Instance 1 is not complete."),
        (instance(1, "none") * 2, "Instance 1 has a field twice."),
        (instance(1, "pass"), "Instance 1 does not say that the chain before it held."),
        (instance(1, "none") + instance(2, "fail"), "Instance 2 does not say that the chain before it held."),
        (instance(51, "pass"), "A field of the chain has no instance number that may be."),
        ([("arc-seal", "i=0; cv=none")], "A field of the chain has no instance number that may be."),
        ([("arc-seal", "i=\u0661; cv=none")], "A field of the chain has no instance number that may be."),
        ([("arc-seal", "\x00" * 9_000)], "A field of the chain has no instance number that may be."),
    ],
)
def test_a_chain_that_cannot_hold_says_why(fields: list[tuple[str, str]], says: str) -> None:
    chain = read_chain(Headers(tuple(fields)))
    assert chain is not None
    assert says in chain.faults


def test_what_a_seal_says_is_bounded_and_cannot_drive_a_terminal() -> None:
    chain = read_chain(Headers((("arc-seal", "i=1; cv=\x1b[31mnone" + "x" * 900 + "; d=\u202eevil"),)))
    assert chain is not None
    assert "\x1b" not in chain.seals[0].chain
    assert len(chain.seals[0].chain) <= 16
    assert chain.seals[0].domain == ""
