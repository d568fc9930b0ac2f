"""A scenario that a person names: one of ours by its id, or a file."""

from pathlib import Path

from charteroak.cli.files import existing_file, read_document
from charteroak.errors import SourceLocation
from charteroak.response.exercises.packaged import SCENARIOS, scenario_bytes
from charteroak.response.exercises.scenario import SCENARIO_LIMIT_BYTES, Scenario, ScenarioError, parse_scenario


def read_scenario(named: str) -> tuple[Scenario, bytes]:
    """The scenario with the bytes that it was read from.

    Raises:
        CharterOakError: there is no such scenario or file, or it cannot be played.
    """
    if named in SCENARIOS:
        data = scenario_bytes(named)
        return parse_scenario(data, f"{named}.toml"), data
    path = Path(named)
    if "/" not in named and not named.endswith(".toml") and not path.exists():
        scenario_bytes(named)  # raises, and says which there are
    size = existing_file(path).stat().st_size
    if size > SCENARIO_LIMIT_BYTES:
        raise ScenarioError(
            f"Larger than the {SCENARIO_LIMIT_BYTES >> 10} KB that a scenario may have.",
            remedy="Name the scenario itself.",
            location=SourceLocation(path=named),
        )
    data = read_document(path)
    return parse_scenario(data, named), data
