import base64

import pytest

from charteroak.mail.defects import DefectLog
from charteroak.mail.headers import Headers
from charteroak.mail.hops import read_hops
from charteroak.mail.privacy import Shield, read_recipients

CLERK = "clerk@town.example"
ENCODED = base64.urlsafe_b64encode(CLERK.encode()).decode().rstrip("=")


@pytest.fixture
def shield() -> Shield:
    return Shield([CLERK, "second.person@town.example"], ["reporter@home.example"])


@pytest.mark.parametrize(
    "text",
    [
        "clerk@town.example",
        "CLERK@Town.Example",
        "https://x.example/?e=clerk@town.example&f=1",
        "https://x.example/?e=clerk%40town.example",
        "https://x.example/?e=clerk%2540town.example",
        "https://x.example/#clerk@town.example",
        f"https://x.example/{ENCODED}",
        f"https://x.example/?d={ENCODED}x",
        f"https://x.example/{CLERK.encode().hex()}/a",
        "bounce+clerk=town.example@mailer.example",
        "https://x.example/clerk@town.example.html",
        "https://x.example/a9clerk@town.example9b",
        "reporter@home.example",
    ],
)
def test_address_is_found_in_every_disguise(text: str, shield: Shield) -> None:
    assert shield.mentions(text)


@pytest.mark.parametrize("text", ["clerk@other.example", "town.example", "https://x.example/?a=b", "clerk", ""])
def test_others_are_not_mistaken_for_it(text: str, shield: Shield) -> None:
    assert not shield.mentions(text)


@pytest.mark.parametrize(
    ("url", "cut"),
    [
        ("https://x.example/a?b=c", "https://x.example/a?b=c"),
        ("https://x.example/a?b=c#clerk@town.example", "https://x.example/a?b=c"),
        ("https://x.example/a?e=clerk@town.example#f", "https://x.example/a"),
        ("https://x.example/a/clerk@town.example/b", "https://x.example/a/"),
        (f"https://x.example/a/{ENCODED}", "https://x.example/a/"),
        ("https://clerk@town.example/", ""),
    ],
)
def test_link_is_cut_before_the_address(url: str, cut: str, shield: Shield) -> None:
    assert shield.cut_link(url) == cut


def test_text_is_redacted_whatever_the_case(shield: Shield) -> None:
    assert shield.redact("Dear Clerk@Town.example, a@b.example wrote") == "Dear [recipient], a@b.example wrote"
    assert shield.redact("İ clerk@town.example") == "i̇ [recipient]"
    assert shield.redact("nothing here") == "nothing here"


def test_only_reporters_shield_their_whole_domain(shield: Shield) -> None:
    assert shield.is_home("www.home.example")
    assert not shield.is_home("town.example")
    assert not Shield([], ["someone@gmail.com"]).is_home("gmail.com")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Janette Doeman", [("Janette Doeman", "")]),
        ("Doeman, Janette; Al Fox", [("Doeman, Janette", ""), ("Al Fox", "")]),
        ("=?utf-8?q?Jos=C3=A9_Doeman?=", [("Jos\u00e9 Doeman", "")]),
        ("=?utf-8?q?jane=40x.example?=", [("", "jane@x.example")]),
        ("Al Fox, Janette Doeman <j@x.example>", [("Al Fox, Janette Doeman", "j@x.example")]),
        ("undisclosed-recipients:;", []),
    ],
)
def test_a_recipient_without_an_address_is_known_by_name(value: str, found: list[tuple[str, str]]) -> None:
    recipients = read_recipients(Headers((("to", value),)), (), DefectLog())
    assert [(mailbox.name, mailbox.address) for mailbox in recipients] == found


def test_recipients_come_from_every_field_that_names_them() -> None:
    headers = Headers(
        (
            ("to", "A <a@town.example>, b@town.example"),
            ("cc", "c@town.example"),
            ("delivered-to", "d@town.example"),
            ("received", "from x by y for <e@town.example>; z"),
        )
    )
    found = {mailbox.address[0] for mailbox in read_recipients(headers, read_hops(headers), DefectLog())}
    assert found == set("abcde")


def test_empty_shield_shields_nothing() -> None:
    empty = Shield([])
    assert not empty.mentions("a@b.example")
    assert empty.redact("a@b.example") == "a@b.example"
