"""Every combination of answers at once: in range, rising with each answer, and equal to the score of one."""

import json
import random
from fractions import Fraction

import numpy as np
import pytest
from click.testing import CliRunner

from charteroak.cli.incident import incident
from charteroak.response.scoring_model import ScoringModel, load_scoring_model
from charteroak.response.severity import assess_severity, score, shown
from charteroak.response.severity_examples import load_examples
from charteroak.response.severity_grid import severity_grid

MODELS = [load_scoring_model("nciss"), load_scoring_model("local")]
NAMES = ["nciss", "local"]
SEED = 21_119


def differing(model: ScoringModel, number: int) -> list[tuple[int, ...]]:
    """The places, of so many drawn, at which the grid and the score of one set of answers are not the same."""
    grid, draw = severity_grid(model), random.Random(SEED)  # noqa: S311 - a sample, no secret
    found = []
    for flat in draw.sample(range(grid.combinations), number):
        place = tuple(int(index) for index in np.unravel_index(flat, grid.totals.shape))
        answers = {f.name: (f.options[index].name,) for f, index in zip(model.factor, place, strict=True)}
        alone = score(model, answers)
        same = alone.exact == Fraction(int(grid.totals[place]), model.span)
        if not same or alone.level is None:
            found.append(place)
    return found


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_all_scores_lie_from_0_to_100_and_both_ends_are_reached(model: ScoringModel) -> None:
    totals = severity_grid(model).totals
    assert (totals.min(), totals.max()) == (0, 100 * model.span)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_a_graver_answer_never_lowers_a_score(model: ScoringModel) -> None:
    totals = severity_grid(model).totals
    for axis, factor in enumerate(model.factor):
        order = sorted(range(len(factor.options)), key=lambda place, f=factor: f.options[place].value)  # type: ignore[misc] # bound
        assert (np.diff(np.take(totals, order, axis=axis), axis=axis) >= 0).all(), factor.name


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_the_grid_says_what_the_score_of_one_says(model: ScoringModel) -> None:
    assert differing(model, 1_000) == []


@pytest.mark.slow
def test_the_grid_says_what_the_score_of_one_says_for_one_in_a_hundred() -> None:
    assert differing(MODELS[0], severity_grid(MODELS[0]).combinations // 100) == []


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_levels_are_counted_where_scores_reach_them(model: ScoringModel) -> None:
    grid = severity_grid(model)
    scores = grid.totals / model.span
    bands = sorted(model.band, key=lambda band: band.from_)
    ends = [*(band.from_ for band in bands[1:]), 101]
    by_hand = {
        band.name: int(((scores >= band.from_) & (scores < end)).sum()) for band, end in zip(bands, ends, strict=True)
    }
    assert grid.by_level() == by_hand
    assert sum(by_hand.values()) == grid.combinations


def test_worked_examples_have_the_scores_that_their_answers_give() -> None:
    found = {each.name: assess_severity(each.parsed).nciss for each in load_examples()}
    assert {name: (shown(each.low), each.levels[0].name) for name, each in found.items()} == {
        "blocked-phish": ("11.5", "Baseline"),
        "one-mailbox": ("33.3", "Baseline"),
        "school-ransomware": ("64.9", "Medium"),
        "dispatch-ransomware": ("71.5", "High"),
        "water-control": ("86.9", "Severe"),
    }
    assert all(each.exact is not None for each in found.values())


def test_bands_are_shown_with_their_source_and_with_the_examples_answers() -> None:
    done = CliRunner().invoke(incident, ["bands", "--json"])
    shown_bands = json.loads(done.output)
    assert done.exit_code == 0
    assert [model["combinations"] for model in shown_bands["models"]] == [5_734_400, 6_451_200]
    assert all(
        "not verified" in model["bandsSource"] or "reference" in model["bandsSource"] for model in shown_bands["models"]
    )
    assert len(shown_bands["examples"]) == len(load_examples())
    assert shown_bands["notOfficial"]
