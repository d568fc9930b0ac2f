"""What follows from a level: the national schema's names, and a matrix that says that it is ours."""

import pytest

from charteroak.response.disruption_levels import DisruptionLevelsError, load_levels, parse_levels
from charteroak.response.scoring_model import Band, load_scoring_model
from charteroak.response.severity import NATIONAL_SCHEMA


def test_the_levels_are_those_of_the_national_schema() -> None:
    assert {level.name: (level.number, level.color) for level in load_levels().level} == dict(NATIONAL_SCHEMA)


@pytest.mark.parametrize("model", ["nciss", "local"])
def test_every_band_of_both_models_has_its_level(model: str) -> None:
    assert {load_levels().of(band).name for band in load_scoring_model(model).band} == set(NATIONAL_SCHEMA)


def test_the_matrix_says_that_it_is_not_the_states() -> None:
    assert "not the State" in load_levels().label


def test_an_interval_of_levels_names_each_that_is_possible() -> None:
    low, high = Band(name="Low", from_=35), Band(name="High", from_=65)
    assert [level.number for level in load_levels().between(low, high)] == [1, 2, 3]


def test_a_band_without_a_level_is_an_error_and_not_level_0() -> None:
    with pytest.raises(DisruptionLevelsError, match="Awful"):
        load_levels().of(Band(name="Awful", from_=0))


@pytest.mark.parametrize("text", ["", "label = 1", "not toml ["])
def test_what_is_no_table_of_levels_is_refused(text: str) -> None:
    with pytest.raises(DisruptionLevelsError):
        parse_levels(text)
