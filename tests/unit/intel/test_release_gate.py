from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from charteroak.intel.audiences import Audience
from charteroak.intel.confidentiality import ConfidentialTerms, confidential_terms
from charteroak.intel.indicators import Indicator, revoke
from charteroak.intel.release_gate import Refusal, Release, review_release, review_withdrawal
from charteroak.intel.warning_lists import load_warning_lists
from charteroak.observables import parse_observable
from charteroak.tlp import TLPLabel

Make = Callable[..., Indicator]
TERMS = confidential_terms(names=["Town of Elm Hollow"], addresses=["mlopez@elmhollow.example"])


def review(
    indicator: Indicator, audience: Audience = Audience.COMMUNITY, terms: ConfidentialTerms = TERMS
) -> Release | Refusal:
    lists = load_warning_lists().with_own_domains(["elmhollow.example"])
    return review_release(indicator, audience=audience, warning_lists=lists, confidential_terms=terms)


def codes(outcome: Release | Refusal) -> set[str]:
    assert isinstance(outcome, Refusal)
    return {reason.code for reason in outcome.reasons}


def test_a_sound_indicator_is_released_to_the_audience_asked_for_alone(make_indicator: Make) -> None:
    outcome = review(make_indicator())
    assert isinstance(outcome, Release)
    assert (outcome.audience, outcome.is_withdrawal) == (Audience.COMMUNITY, False)
    assert outcome.lists_digest


def test_the_label_decides_who_may_have_it(make_indicator: Make) -> None:
    assert codes(review(make_indicator(tlp=TLPLabel.AMBER))) == {"marking"}
    assert codes(review(make_indicator(tlp=TLPLabel.RED), Audience.MEMBERS)) == {"marking"}
    assert isinstance(review(make_indicator(tlp=TLPLabel.AMBER_STRICT), Audience.MEMBERS), Release)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("ct.gov", "public-body"),
        ("mail.elmhollow.example", "own-domain"),
        ("co.uk", "public-suffix"),
        ("0.0.0.0/0", "wide-range"),
        ("https://evil.example/?e=mlopez%40elmhollow.example", "confidential-address"),
        ("elm-hollow-payroll.example", "confidential-name"),
        ("https://evil.example/elmhollow.example/", "confidential-domain"),
    ],
)
def test_a_pattern_that_must_not_leave_is_refused_with_the_reason(make_indicator: Make, value: str, code: str) -> None:
    assert code in codes(review(make_indicator(value)))


@pytest.mark.parametrize("place", ["name", "description", "campaign"])
def test_words_around_the_pattern_are_reviewed_too(make_indicator: Make, place: str) -> None:
    outcome = review(make_indicator(**{place: "First seen at Elm Hollow"}))
    assert codes(outcome) == {"confidential-name"}
    assert isinstance(outcome, Refusal)
    assert outcome.reasons[0].text.startswith(f"The {place} ")


def test_a_reason_never_repeats_the_confidential_word(make_indicator: Make) -> None:
    outcome = review(make_indicator("https://evil.example/?e=mlopez@elmhollow.example", name="Elm Hollow"))
    assert isinstance(outcome, Refusal)
    told = " ".join(reason.text for reason in outcome.reasons).lower()
    assert "mlopez" not in told
    assert "hollow" not in told


def test_every_objection_is_named_at_once(make_indicator: Make) -> None:
    outcome = review(make_indicator("ct.gov", tlp=TLPLabel.RED, name="Elm Hollow"))
    assert {"marking", "public-body", "confidential-name"} <= codes(outcome)


def test_a_revoked_indicator_is_refused_as_a_release(make_indicator: Make) -> None:
    gone = revoke(make_indicator(), modified=datetime(2026, 3, 2, tzinfo=UTC))
    assert codes(review(gone)) == {"revoked"}


def test_a_withdrawal_goes_only_to_those_who_had_it(make_indicator: Make) -> None:
    gone = revoke(make_indicator("ct.gov", name="Elm Hollow"), modified=datetime(2026, 3, 2, tzinfo=UTC))
    outcome = review_withdrawal(gone, audience=Audience.COMMUNITY, released_to=[Audience.COMMUNITY])
    assert isinstance(outcome, Release)
    assert outcome.is_withdrawal
    assert "Hollow" not in outcome.indicator.name + outcome.indicator.description + outcome.indicator.campaign
    other = review_withdrawal(gone, audience=Audience.PUBLIC, released_to=[Audience.COMMUNITY])
    assert codes(other) == {"never-released"}


def test_what_still_holds_is_not_withdrawn(make_indicator: Make) -> None:
    outcome = review_withdrawal(make_indicator(), audience=Audience.PUBLIC, released_to=[Audience.PUBLIC])
    assert codes(outcome) == {"not-revoked"}


def test_nobody_but_the_gate_makes_a_release(make_indicator: Make) -> None:
    released = review(make_indicator())
    assert isinstance(released, Release)
    with pytest.raises(TypeError):
        Release(indicator=make_indicator(), audience=Audience.PUBLIC, is_withdrawal=False)
    with pytest.raises((TypeError, ValueError)):
        replace(released, indicator=make_indicator("ct.gov"))


CLAIMED = confidential_terms(claimed=["Parcel Update, thief@parcel-update.example"])


def review_claimed(value: str, **changes: str) -> Release | Refusal:
    indicator = Indicator(
        id="indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        observable=parse_observable(value),
        tlp=TLPLabel.GREEN,
        valid_from=datetime(2026, 3, 1, tzinfo=UTC),
        created=datetime(2026, 3, 1, tzinfo=UTC),
        modified=datetime(2026, 3, 1, tzinfo=UTC),
        **changes,
    )
    return review_release(
        indicator,
        audience=Audience.COMMUNITY,
        warning_lists=load_warning_lists(),
        confidential_terms=CLAIMED,
    )


@pytest.mark.parametrize(
    "value",
    ["parcel-update.example", "https://login.parcel-update.example/pay", "billing@parcel-update.example"],
)
def test_a_sender_cannot_shield_his_own_domain_by_reporting_under_it(value: str) -> None:
    assert isinstance(review_claimed(value), Release)


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        ("https://evil.example/?e=thief@parcel-update.example", {}),
        ("https://evil.example/parcel-update.example/", {}),
        ("https://thief@evil.example/parcel-update/", {}),
        ("thief@parcel-update.example", {}),
        ("evil.example", {"name": "Seen by Parcel Update"}),
        ("evil.example", {"description": "at parcel-update.example"}),
    ],
)
def test_what_an_unknown_reporter_said_of_himself_stays_in_everywhere_else(value: str, changes: dict[str, str]) -> None:
    assert isinstance(review_claimed(value, **changes), Refusal)
