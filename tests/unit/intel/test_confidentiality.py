import base64

import pytest

from charteroak.intel import confidentiality
from charteroak.intel.confidentiality import TermKind, TermSet, confidential_terms
from charteroak.observables import parse_observable

TERMS = confidential_terms(
    names=["Town of Elm Hollow", "María López", "Help desk", "Kent"],
    addresses=["mlopez@elmhollow.example", "pat.smith@gmail.com", "office@brook.example"],
    domains=["elmhollow-schools.example"],
    contacts=["Call Ana Núñez, (860) 555-0142", "reach me at deputy.clerk@brook.example"],
)
VICTIM = b"user=mlopez@elmhollow.example"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Lure sent to Elm Hollow", TermKind.NAME),
        ("elm-hollow-payroll.example", TermKind.NAME),
        ("elmhollowpayroll.example", TermKind.NAME),
        ("ELM_HOLLOW", TermKind.NAME),
        ("Elm\u00a0Hollow", TermKind.NAME),
        ("ELM HOLLOW in full width: \uff25\uff2c\uff2d \uff28\uff2f\uff2c\uff2c\uff2f\uff37", TermKind.NAME),
        ("reported by Maria Lopez", TermKind.NAME),
        ("reported by MARÍA LÓPEZ", TermKind.NAME),
        ("kent-tax.example", TermKind.NAME),
        ("Ana Nunez wrote", TermKind.NAME),
        ("https://evil.example/?u=mlopez", TermKind.NAME),
        ("https://evil.example/?e=mlopez@elmhollow.example", TermKind.ADDRESS),
        ("https://evil.example/?e=mlopez%40elmhollow.example", TermKind.ADDRESS),
        ("https://evil.example/?e=mlopez%2540elmhollow.example", TermKind.ADDRESS),
        ("https://evil.example/?e=MLopez%40ElmHollow.Example", TermKind.ADDRESS),
        ("https://evil.example/#" + base64.b64encode(VICTIM).decode(), TermKind.ADDRESS),
        ("https://evil.example/a/" + base64.urlsafe_b64encode(VICTIM).decode().rstrip("="), TermKind.ADDRESS),
        ("https://evil.example/?x=ab" + base64.b64encode(VICTIM).decode(), TermKind.ADDRESS),
        ("https://evil.example/?x=" + VICTIM.hex(), TermKind.ADDRESS),
        ("https://evil.example/?x=a" + VICTIM.hex(), TermKind.ADDRESS),
        ("https://evil.example/?x=" + base64.b64encode(b"\xff\xfe\xff" + VICTIM + b"\xff").decode(), TermKind.ADDRESS),
        ("https://evil.example/?x=" + base64.b64encode("elmhollow".encode("utf-16")).decode(), TermKind.NAME),
        ("https://evil.example/?x=" + base64.b64encode("Elm\xa0Hollow".encode("latin-1")).decode(), TermKind.NAME),
        ("https://evil.example/?x=" + base64.urlsafe_b64encode(b"Ana\xa0Nunez").decode().rstrip("="), TermKind.NAME),
        ("https://evil.example/?x=" + b"\xffAna\xffNunez\xff".hex(), TermKind.NAME),
        ("https://evil.example/?x=" + b"Ana\x96\x97Nunez".hex(), TermKind.NAME),
        ("pat.smith@gmail.com was asked", TermKind.ADDRESS),
        ("deputy.clerk@brook.example", TermKind.ADDRESS),
        ("call 860.555.0142 back", TermKind.ADDRESS),
        ("+1 860 555 0142", TermKind.ADDRESS),
        ("seen at elmhollow.example.evil.example", TermKind.DOMAIN),
        ("https://mail.elmhollow.example/", TermKind.DOMAIN),
        ("elmhollow-schools.example", TermKind.DOMAIN),
        ("brook.example", TermKind.DOMAIN),
    ],
)
def test_a_confidential_word_is_found_however_it_is_written(text: str, kind: TermKind) -> None:
    assert kind in TERMS.kinds_in_text(text)


def test_a_name_of_short_words_is_found_in_bytes_of_another_encoding() -> None:
    terms = TermSet()
    terms.add_name("Ann Lee")
    for blank in (b" ", b"\xa0", b"\xff\xff"):
        run = base64.urlsafe_b64encode(b"\xff" + blank.join((b"Ann", b"Lee")) + b"\xff").decode().rstrip("=")
        assert terms.kinds_in(f"https://evil.example/?u={run}") == {TermKind.NAME}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Parcel lure that asks for a card number",
        "The help desk of a town",
        "kentucky-tax.example",
        "notbrook.exampleish.example",
        "thief@gmail.com",
        "https://evil.example/office",
        "deadbeef" * 8,
        "860 555 0199",
    ],
)
def test_a_text_without_one_passes(text: str) -> None:
    assert TERMS.kinds_in_text(text) == frozenset()


def test_a_name_of_generic_words_alone_is_not_looked_for() -> None:
    assert (
        confidential_terms(names=["Town Office", "IT", "", "  "]).kinds_in_text("the town office, it said")
        == frozenset()
    )


def test_nothing_to_hide_finds_nothing() -> None:
    assert confidential_terms().kinds_in_text("Elm Hollow mlopez@elmhollow.example") == frozenset()


@pytest.mark.parametrize(
    "text", ["%" * 4000, "A" * 5000, "0" * 5000, "xn--" * 1000, "a" * 5000 + "@", "\ud800", "(" * 5000]
)
def test_hostile_text_ends_in_an_answer(text: str) -> None:
    assert TERMS.kinds_in_text(text) == frozenset()


ORGANISATIONS = confidential_terms(organisations=["Town of Elm Hollow"])


@pytest.mark.parametrize(
    "value", ["elmhollow-payroll.example", "login.elm-hollow.example", "https://elmhollow-tax.example/pay"]
)
def test_a_domain_that_an_attacker_registered_may_imitate_a_member(value: str) -> None:
    assert ORGANISATIONS.kinds_in_observable(parse_observable(value)) == frozenset()


@pytest.mark.parametrize(
    "value",
    [
        "elmhollow.evil.example",
        "elm-hollow.login.evil.example",
        "https://evil.example/elmhollow/owa",
        "https://evil.example/?org=Elm%20Hollow",
        "https://elmhollow@evil.example/",
        "elm.hollow@evil.example",
    ],
)
def test_a_members_name_beside_the_registered_domain_is_found(value: str) -> None:
    assert ORGANISATIONS.kinds_in_observable(parse_observable(value)) == {TermKind.NAME}


def test_a_members_name_in_words_is_found_wherever_it_stands() -> None:
    assert ORGANISATIONS.kinds_in_text("see elmhollow-payroll.example") == {TermKind.NAME}


def test_a_text_is_read_once_for_all_the_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []
    fold = confidentiality._fold

    def counting(text: str) -> str:
        folded.append(text)
        return fold(text)

    terms = confidential_terms(names=["María López"], organisations=["Town of Elm Hollow"], claimed=["Ana Núñez"])
    monkeypatch.setattr(confidentiality, "_fold", counting)
    text = "This description stands in 500 indicators, and names nobody."
    assert [terms.kinds_in_text(text) for _ in range(500)] == [frozenset()] * 500
    assert folded.count(text) == 1
    assert len(folded) == len(set(folded)), "what is decoded from its words is folded once as well"
