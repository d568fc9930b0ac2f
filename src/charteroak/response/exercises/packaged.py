"""The scenarios that come with Charter Oak, in our own words."""

import functools
from collections.abc import Mapping
from importlib.resources import files

from charteroak.response.exercises.scenario import Scenario, ScenarioError, parse_scenario

_FOLDER = files("charteroak.response") / "data" / "exercises"

SCENARIOS = (
    "town-hall-ransomware",
    "school-morning",
    "water-plant",
    "invoice-fraud",
    "vendor-breach",
    "dispatch-outage",
    "four-towns",
)
"""Those first that most can play."""


def scenario_bytes(identifier: str) -> bytes:
    """The file of a packaged scenario.

    Raises:
        ScenarioError: there is none of this name.
    """
    if identifier not in SCENARIOS:
        raise ScenarioError(
            f"There is no scenario {identifier[:64]!r}.", remedy=f"There are: {', '.join(SCENARIOS)}; or name a file."
        )
    return (_FOLDER / f"{identifier}.toml").read_bytes()


@functools.cache
def load_scenarios() -> Mapping[str, Scenario]:
    """The packaged scenarios by id, in the order in which they are offered."""
    return {name: parse_scenario(scenario_bytes(name), f"{name}.toml") for name in SCENARIOS}
