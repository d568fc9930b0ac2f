import pytest

from charteroak.mail.addresses import Mailbox, first_sender, parse_mailboxes
from charteroak.mail.defects import DefectLog


def parse(value: str) -> list[tuple[str, str]]:
    return [(mailbox.name, mailbox.address) for mailbox in parse_mailboxes(value, DefectLog())]


@pytest.mark.parametrize(
    ("value", "mailboxes"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("Ann Ott <a@b.example>", [("Ann Ott", "a@b.example")]),
        ('"Ott, Ann" <a@b.example>, c@d.example', [("Ott, Ann", "a@b.example"), ("", "c@d.example")]),
        ("Ott, Ann <a@b.example>", [("Ott, Ann", "a@b.example")]),
        ("a@b.example (Ann Ott)", [("Ann Ott", "a@b.example")]),
        ("Staff: a@b.example, c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ('"a\\"b" <a@b.example>', [('a"b', "a@b.example")]),
        ("<<a@b.example>>", [("", "a@b.example")]),
        ("< a @ b.example >", [("", "a@b.example")]),
        ("", []),
    ],
)
def test_address_lists_are_split(value: str, mailboxes: list[tuple[str, str]]) -> None:
    assert parse(value) == mailboxes


def test_encoded_comma_does_not_make_a_second_sender() -> None:
    value = "=?utf-8?Q?ceo=40bank.example=2C?= <evil@lure.example>"
    assert parse(value) == [("ceo@bank.example,", "evil@lure.example")]


def test_nul_and_line_breaks_in_a_name_are_gone() -> None:
    assert parse("=?utf-8?Q?a=00b=0D=0AX:_y?= <a@b.example>") == [("a b X: y", "a@b.example")]


def test_sender_without_an_address_keeps_its_name() -> None:
    assert first_sender("Payroll Office", DefectLog()) == Mailbox("Payroll Office", "")


def test_domain_is_lower_case_and_empty_without_an_address() -> None:
    assert Mailbox("", "A@B.Example.").domain == "b.example"
    assert Mailbox("x", "").domain == ""
    assert Mailbox("x", "a@localhost").normal_address == ""


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("PayPal <service@paypal.com<b@lure.example>>", "PayPal <service@paypal.com", "b@lure.example"),
        ("<@paypal.com,@x.example:b@lure.example>", "", "b@lure.example"),
        ("Jo <@relay.example:b@lure.example>", "Jo", "b@lure.example"),
    ],
)
def test_of_an_address_in_an_address_the_one_that_an_answer_goes_to_counts(value: str, name: str, address: str) -> None:
    (mailbox,) = parse_mailboxes(value, DefectLog())
    assert (mailbox.name, mailbox.address) == (name, address)
