"""The packaged notices: every duty in force has one, and each says what it names."""

import pytest

from charteroak.law.duties import load_duties
from charteroak.response.notices.conditions import CONDITIONS
from charteroak.response.notices.errors import NoticeError
from charteroak.response.notices.fields import field_keys
from charteroak.response.notices.particulars import load_particulars
from charteroak.response.notices.templates import languages_of, notice_named, notice_templates, parse_template

NO_INCIDENT = {"CT-UTILITY/pura"}
"""A yearly review: no incident triggers it, so nobody is told of one."""
LABEL_LIMIT = 60
"""A blank stands on one line of a page."""


def test_every_duty_in_force_has_one_notice() -> None:
    in_force = {f"{duty.code}/{duty.part}" for duty in load_duties().duties if duty.law_status == "in-force"}
    served = [duty for template in notice_templates().values() for duty in template.duties]
    assert set(served) == in_force - NO_INCIDENT
    assert len(served) == len(set(served))


def test_letters_to_residents_account_holders_and_families_are_there_in_spanish() -> None:
    for identifier in ("residents", "account-holders", "families"):
        assert languages_of(identifier) == ("en", "es")


@pytest.mark.parametrize("identifier", [name for name in notice_templates() if len(languages_of(name)) > 1])
def test_a_notice_in_spanish_says_what_the_english_one_says(identifier: str) -> None:
    english, spanish = notice_named(identifier), notice_named(identifier, "es")
    assert [item.id for item in english.items] == [item.id for item in spanish.items]
    assert [item.when for item in english.items] == [item.when for item in spanish.items]
    assert {place.removesuffix("_es") for place in spanish.places} == english.places
    assert spanish.duties == english.duties


def test_what_goes_with_a_notice_is_a_notice() -> None:
    for template in notice_templates().values():
        assert set(template.attach) <= set(notice_templates())


def test_the_insurance_commissioner_is_told_thirteen_things_in_order() -> None:
    items = notice_named("insurance-commissioner").items
    numbered = [item.asks.split(".")[0] for item in items if item.asks[0].isdigit()]
    assert numbered == [str(n) for n in range(1, 14)]


def test_the_attorney_general_is_told_each_thing_of_the_table_of_duties() -> None:
    asked = {item.id for item in notice_named("attorney-general").items}
    assert asked >= {
        "reporter", "organisation", "what-happened", "dates", "remedy", "residents", "kinds", "notice-to-residents",
        "police-delay",
    }  # fmt: skip
    assert notice_named("attorney-general").attach == ("residents",)


def test_names_of_blanks_fit_on_a_line() -> None:
    for particular in load_particulars().values():
        assert len(particular.label) <= LABEL_LIMIT
        assert len(particular.label_es) <= LABEL_LIMIT
    assert all(len(condition.what) <= LABEL_LIMIT for condition in CONDITIONS.values())


def test_every_question_is_used_by_a_notice() -> None:
    used = {
        place
        for name in notice_templates()
        for language in languages_of(name)
        for place in notice_named(name, language).places
    }
    assert set(load_particulars()) <= used
    assert used <= field_keys()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('text = ["{nobody_knows}"]', "nobody_knows"),
        ('text = ["x"]\nwhen = "full-moon"', "full-moon"),
        ('text = ["x"]\n[[item]]\nid = "one"\nasks = "again"', "twice"),
        ("text = [1]", "no notice"),
        ('use = "no-such-item"', "no-such-item"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(change: str, said: str) -> None:
    text = f"""
id = "x"
order = 1
reviewed = 2026-11-22
title = "t"
recipient = "r"
sending = "s"
[[item]]
id = "one"
asks = "a"
{change}
"""
    with pytest.raises(NoticeError, match=said):
        parse_template(text, {})


def test_an_unknown_notice_is_named_with_those_that_there_are() -> None:
    with pytest.raises(NoticeError, match="There is no notice") as refused:
        notice_named("nobody")
    assert "attorney-general" in refused.value.remedy


def test_a_notice_that_is_not_translated_says_in_which_languages_it_is() -> None:
    with pytest.raises(NoticeError, match="not written in that language") as refused:
        notice_named("hhs", "es")
    assert "en" in refused.value.remedy
