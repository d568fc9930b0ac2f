"""The classifier as a table: what is ticked, how it lies there, and what the two definitions make of it."""

import pytest

from charteroak.program.bodies import Information
from charteroak.program.start.answers import Ownership, Store
from charteroak.program.start.information import Says, all_known, any_known, classify_information, classify_store
from charteroak.program.start.vocabulary import Rule, load_information_kinds

YES, NO, UNCERTAIN = Says.YES, Says.NO, Says.UNCERTAIN


def store(*kinds: str, unreadable: bool | None = None, owned: Ownership | None = None) -> Store:
    return Store(place="The shared folder", kinds=kinds, unreadable=unreadable, owned=owned)


@pytest.mark.parametrize(
    ("kinds", "unreadable", "personal", "restricted"),
    [
        ((), None, UNCERTAIN, UNCERTAIN),
        (("unsure",), None, UNCERTAIN, UNCERTAIN),
        (("unsure",), True, UNCERTAIN, UNCERTAIN),
        (("names",), False, NO, NO),
        (("nothing",), None, NO, NO),
        (("public-records",), False, NO, NO),
        (("names", "social-security"), False, YES, NO),
        (("names", "social-security"), True, YES, NO),
        (("names", "government-id"), None, YES, NO),
        (("names", "cards"), None, YES, NO),
        (("names", "account-with-code"), None, YES, NO),
        (("names", "health"), None, YES, NO),
        (("names", "health-insurance"), None, YES, NO),
        (("names", "biometric"), None, YES, NO),
        (("names", "account"), False, UNCERTAIN, UNCERTAIN),
        (("account",), False, UNCERTAIN, UNCERTAIN),
        (("social-security",), False, UNCERTAIN, UNCERTAIN),
        (("social-security",), True, UNCERTAIN, NO),
        (("login",), False, YES, NO),
        (("login",), True, YES, NO),
        (("names", "birth"), False, NO, YES),
        (("names", "birth"), True, NO, NO),
        (("names", "birth"), None, NO, UNCERTAIN),
        (("names", "personnel"), False, NO, YES),
        (("names", "contact"), False, NO, UNCERTAIN),
        (("names", "contact"), True, NO, NO),
        (("names", "pupils"), False, NO, UNCERTAIN),
        (("names", "purchases"), None, NO, UNCERTAIN),
        (("whereabouts",), False, NO, UNCERTAIN),
        (("names", "social-security", "birth"), False, YES, YES),
        (("names", "social-security", "birth"), True, YES, NO),
        (("names", "contact", "birth"), False, NO, YES),
        (("a-kind-of-a-later-release",), False, UNCERTAIN, UNCERTAIN),
    ],
)
def test_what_is_ticked_is_read_by_the_two_definitions(
    kinds: tuple[str, ...], unreadable: bool | None, personal: Says, restricted: Says
) -> None:
    reading = classify_store(store(*kinds, unreadable=unreadable))
    assert (reading.personal.says, reading.restricted.says) == (personal, restricted)
    assert reading.personal.reason
    assert reading.restricted.reason
    assert "42-901" in reading.personal.citation
    assert "42-901" in reading.restricted.citation


@pytest.mark.parametrize(("owned", "says"), [("own", YES), ("both", YES), ("others", NO), (None, UNCERTAIN)])
def test_whose_it_is_stays_apart_from_what_it_is(owned: Ownership | None, says: Says) -> None:
    assert classify_store(store("names", owned=owned)).owned.says is says


def test_nothing_said_is_uncertain_and_never_no() -> None:
    reading = classify_information([])
    assert (reading.personal.says, reading.restricted.says) == (UNCERTAIN, UNCERTAIN)
    assert reading.body() == Information()


def test_encryption_takes_out_restricted_information_and_not_personal_information() -> None:
    hidden = classify_store(store("names", "health", "birth", unreadable=True))
    assert hidden.personal.says is YES
    assert "Encryption does not change that" in hidden.personal.reason
    assert hidden.restricted.says is NO


def test_one_store_that_holds_it_decides_for_all_and_one_that_nobody_knows_leaves_it_open() -> None:
    payroll = store("names", "social-security", unreadable=True, owned="own")
    unknown = store("unsure")
    lists = store("names", owned="others")
    assert classify_information([lists, payroll, unknown]).personal.says is YES
    assert classify_information([lists, unknown]).personal.says is UNCERTAIN
    assert classify_information([lists]).personal.says is NO


def test_the_description_that_follows_leaves_open_what_is_open() -> None:
    payroll = store("names", "social-security", "birth", unreadable=True, owned="own")
    assert classify_information([payroll]).body() == Information(
        personal=True, restricted=True, owned_or_licensed=True, restricted_unreadable=True, publicly_available=False
    )
    readable = store("names", "birth", unreadable=False, owned="others")
    both = classify_information([payroll, readable]).body()
    assert both.restricted_unreadable is False
    assert both.owned_or_licensed is True
    assert classify_information([readable, store("unsure")]).body().owned_or_licensed is None
    assert classify_information([store("names", "contact")]).body().restricted is None
    assert classify_information([store("public-records")]).body() == Information(
        personal=False, restricted=False, publicly_available=True
    )


@pytest.mark.parametrize(
    ("values", "any_", "all_"),
    [
        ([], None, None),
        ([True, None], True, None),
        ([False, None], None, False),
        ([False, False], False, False),
        ([True, True], True, True),
    ],
)
def test_three_valued_answers_are_put_together_without_guessing(
    values: list[bool | None], any_: bool | None, all_: bool | None
) -> None:
    assert any_known(values) is any_
    assert all_known(values) is all_


def test_every_rule_has_kinds_and_every_kind_has_words() -> None:
    table = load_information_kinds()
    assert {kind.rule for kind in table.kinds} == set(Rule)
    assert len(table.by_id) == len(table.kinds)
    assert all(kind.label and kind.noun for kind in table.kinds)
