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
