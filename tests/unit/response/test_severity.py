"""Severity: exact scores, intervals for what nobody answered, our own profile beside the reference."""

import itertools
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from charteroak.cli.incident import incident
from charteroak.response.scoring_model import ScoringModel, ScoringModelError, load_scoring_model, parse_scoring_model
from charteroak.response.severity import AnswersError, assess_severity, parse_answers, score, shown

NCISS, LOCAL = load_scoring_model("nciss"), load_scoring_model("local")
WEIGHTS = {"functionalImpact": 6, "observedActivity": 5, "location": 4, "actor": 4, "informationImpact": 2,
           "recoverability": 4, "crossSector": 3, "potentialImpact": 6}  # fmt: skip
DISTRICT = {
    "functionalImpact": "denial_critical_or_loss_of_control",
    "observedActivity": "effect",
    "location": "L3_business_mgmt",
    "actor": "criminal",
    "informationImpact": "core_credentials",
    "recoverability": "extended",
    "crossSector": "government",
    "potentialImpact": "moderate",
}


def complete(model: ScoringModel, pick: Any) -> dict[str, tuple[str, ...]]:
    return {factor.name: (pick(factor.options, key=lambda option: option.value).name,) for factor in model.factor}


def test_the_reference_has_the_published_weights_and_ends() -> None:
    assert {factor.name: factor.weight for factor in NCISS.factor} == WEIGHTS
    assert sum(factor.weight * factor.highest for factor in NCISS.factor) == 3400
    assert sum(factor.weight * factor.lowest for factor in NCISS.factor) == 325
    combinations = 1
    for factor in NCISS.factor:
        combinations *= len(factor.options)
    assert combinations == 5_734_400


@pytest.mark.parametrize("model", [NCISS, LOCAL], ids=["nciss", "local"])
def test_the_mildest_answers_give_0_and_the_gravest_100(model: ScoringModel) -> None:
    assert score(model, complete(model, min)).exact == 0
    assert score(model, complete(model, max)).exact == 100


def by_formula(values: tuple[int, ...]) -> Fraction:
    """The published formula, by itself."""
    total = sum(weight * value for weight, value in zip(WEIGHTS.values(), values, strict=True))
    return Fraction(100 * (total - 325), 3400 - 325)


def test_scores_are_those_of_the_formula_to_the_last_digit() -> None:
    chosen = random.Random(53)  # noqa: S311 - a fixed sample, no secret
    for _ in range(3_000):
        options = [chosen.choice(factor.options) for factor in NCISS.factor]
        answers = {factor.name: (option.name,) for factor, option in zip(NCISS.factor, options, strict=True)}
        assert score(NCISS, answers).exact == by_formula(tuple(option.value for option in options))


@pytest.mark.slow
def test_every_combination_of_answers_has_the_score_of_the_formula() -> None:
    """Over all 5,734,400: the sum of the factors' points, which is how a score is made, is the formula's."""
    points = [[NCISS.points(factor, option.value) * 3075 for option in factor.options] for factor in NCISS.factor]
    values = [[option.value for option in factor.options] for factor in NCISS.factor]
    assert all(point.denominator == 1 for row in points for point in row)
    whole = [[int(point) for point in row] for row in points]
    weights = tuple(WEIGHTS.values())
    for scored, answered in zip(itertools.product(*whole), itertools.product(*values), strict=True):
        assert sum(scored) == 100 * (sum(w * v for w, v in zip(weights, answered, strict=True)) - 325)


def test_a_school_district_without_its_services_is_a_tenth_short_of_high_by_the_reference_and_high_by_ours() -> None:
    severity = assess_severity(parse_answers(DISTRICT))
    assert severity.nciss.exact is not None
    assert shown(severity.nciss.exact) == "64.9"
    assert severity.nciss.level is not None
    assert severity.nciss.level.name == "Medium"
    assert severity.local.level is not None
    assert severity.local.level.name == "High"


def test_what_nobody_answered_may_be_anything() -> None:
    severity = assess_severity({})
    assert severity.nciss.low == 0
    assert severity.nciss.high == 100
    assert severity.nciss.exact is None
    assert severity.nciss.level is None
    document = severity.to_json()["nciss"]
    assert document["score"] is None
    assert document["levels"] == ["Baseline", "Emergency"]


def test_unknown_is_an_answer_with_its_own_value_and_differs_from_none() -> None:
    unknown = assess_severity(parse_answers(DISTRICT | {"actor": "unknown"})).nciss
    absent = assess_severity(parse_answers({key: value for key, value in DISTRICT.items() if key != "actor"})).nciss
    assert unknown.exact is not None
    assert absent.exact is None
    assert absent.low < unknown.low < absent.high


def test_a_list_of_options_gives_an_interval_between_its_ends() -> None:
    asked = parse_answers(DISTRICT | {"recoverability": ["regular", "extended"]})
    found = assess_severity(asked).nciss
    assert found.low == assess_severity(parse_answers(DISTRICT | {"recoverability": "regular"})).nciss.exact
    assert found.high == assess_severity(parse_answers(DISTRICT)).nciss.exact


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        factor.name: st.lists(st.sampled_from([option.name for option in factor.options]), min_size=1, max_size=4)
        for factor in NCISS.factor
    },
)


@given(ANSWERS, st.sampled_from([factor.name for factor in NCISS.factor]), st.integers(1, 40))
def test_knowing_more_only_narrows_and_graver_answers_never_lower(
    answers: dict[str, list[str]], name: str, victims: int
) -> None:
    before = assess_severity(parse_answers(answers), correlated_victims=victims)
    option = max(NCISS.factors[name].options, key=lambda option: option.value)
    raised = assess_severity(parse_answers(answers | {name: option.name}), correlated_victims=victims)
    assert before.nciss.low <= raised.nciss.low
    assert before.local.low <= raised.local.low
    for found in (before.nciss, before.local):
        assert 0 <= found.low <= found.high <= 100
    assert sum(each.low for each in before.nciss.factors) == before.nciss.low
    for known in answers.get(name, []):
        narrowed = assess_severity(parse_answers(answers | {name: known})).nciss
        assert before.nciss.low <= narrowed.low <= narrowed.high <= before.nciss.high


def test_an_attempt_that_was_repelled_has_a_rule_of_its_own() -> None:
    answers = parse_answers(DISTRICT | {"location": "L0_unsuccessful"})
    severity = assess_severity(answers)
    assert severity.local.exact == 49
    assert any("repelled" in remark for remark in severity.local.remarks)
    place = next(each for each in severity.nciss.factors if each.factor.name == "location")
    assert place.mildest.name == "L1_business_dmz"
    assert "mildest option" in place.remark


def test_victims_of_one_campaign_raise_our_score_and_not_the_reference() -> None:
    alone, many = (assess_severity(parse_answers(DISTRICT), correlated_victims=victims) for victims in (1, 9))
    assert alone.nciss.exact == many.nciss.exact
    assert alone.local.exact is not None
    assert many.local.exact == alone.local.exact + 9


def test_each_number_in_which_our_profile_differs_is_named() -> None:
    listed = assess_severity({}).to_json()["local"]["differences"]
    assert {"factor": "crossSector", "what": "government", "nciss": 40, "local": 65} in listed
    assert {"factor": "location", "what": "L0_unsuccessful", "nciss": None, "local": 0} in listed
    assert "not the State's" in assess_severity({}).to_json()["local"]["label"]


def test_the_national_schema_calls_high_and_above_significant() -> None:
    levels = {band.name: score(NCISS, {}).model.level(Fraction(band.from_)).name for band in NCISS.band}
    assert levels == {name: name for name in ("Baseline", "Low", "Medium", "High", "Severe", "Emergency")}
    document = assess_severity(complete(NCISS, max)).to_json()["nciss"]
    assert document["nationalSchema"] == {"level": 5, "color": "black", "significant": True}


def test_a_number_is_never_rounded_up_to_the_next_level() -> None:
    assert shown(Fraction(6499, 100)) == "64.9"
    assert shown(Fraction(6488, 100)) == "64.9"
    assert shown(Fraction(65)) == "65.0"
    assert shown(Fraction(0)) == "0.0"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "no JSON object"),
        ({"severity": "high"}, "no factor 'severity'"),
        ({"actor": "nobody"}, "'nobody' is no option of actor"),
        ({"actor": []}, "empty list"),
        ({"actor": [["criminal"]]}, "is no option of actor"),
        ({"actor": None}, "None is no option"),
        ({"actor": {"is": "criminal"}}, "is no option"),
        ({"actor": 40}, "40 is no option"),
    ],
)
def test_answers_that_cannot_be_used_are_refused_by_place(document: object, said: str) -> None:
    with pytest.raises(AnswersError) as refused:
        parse_answers(document)
    assert said in refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize("victims", [0, -1, 10**9])
def test_a_number_of_victims_that_cannot_be_is_refused(victims: int) -> None:
    with pytest.raises(AnswersError):
        assess_severity({}, correlated_victims=victims)


@pytest.mark.parametrize("text", ["", "x = [", 'name = "n"', "\x00"])
def test_a_file_that_is_no_scoring_model_is_refused(text: str) -> None:
    with pytest.raises(ScoringModelError):
        parse_scoring_model(text)


def test_the_command_prints_both_scores_with_a_sentence_for_each_point(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(DISTRICT), encoding="utf-8")
    said = CliRunner().invoke(incident, ["severity", "--answers", str(answers)])
    assert said.exit_code == 0
    assert said.output.startswith(
        "NCISS reference: 64.9 of 100, Medium (national level 2)\n  Functional impact: A critical service is down"
    )
    assert "not verified against CISA's own document" in said.output
    document = json.loads(CliRunner().invoke(incident, ["severity", "--answers", str(answers), "--json"]).stdout)
    assert document["nciss"]["score"] == pytest.approx(100 * (2320 - 325) / 3075)
    assert document["notOfficial"] is True
