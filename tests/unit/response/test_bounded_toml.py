"""TOML that would take half a minute or end in a fault of ours is refused, for scenarios and for plans."""

import time

import pytest

from charteroak.response.bounded_toml import KEY_PARTS_LIMIT, BoundedTOMLError, parse_toml
from charteroak.response.exercises.scenario import ScenarioError, parse_scenario
from charteroak.response.plans.errors import PlanError
from charteroak.response.plans.reading import parse_plan_text

HOSTILE = {
    "a long number": "x=" + "9" * 10_000,
    "a long key": "a" + ".a" * 30_000 + "=1",
    "a long table": "[a" + ".a" * 30_000 + "]\n",
    "a long key in a table": "x = {a" + ' . "a b"' * 10_000 + "=1}",
    "deep lists": "a=" + "[" * 50_000,
    "quotes": "x = " + '"' * 100_001,
    "one word": "a" * 200_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_toml_is_refused_at_once_with_a_typed_error(text: str) -> None:
    started = time.process_time()
    with pytest.raises(BoundedTOMLError):
        parse_toml(text)
    with pytest.raises(ScenarioError):
        parse_scenario(text.encode())
    with pytest.raises(PlanError):
        parse_plan_text(text)
    assert time.process_time() - started < 5


def test_a_number_too_long_in_a_plan_as_json_is_refused_too() -> None:
    with pytest.raises(PlanError):
        parse_plan_text('{"x":' + "9" * 10_000 + "}")


def test_toml_of_our_forms_is_read_as_it_was() -> None:
    parts = ".".join("a" * (KEY_PARTS_LIMIT // 2))
    text = f'{parts} = 1\ntext = "Wait ... {". . " * 300}"\nhost = "{"b." * 32}ip6.arpa"\n'
    assert parse_toml(text)["text"].startswith("Wait ...")
