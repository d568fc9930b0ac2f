"""Scenarios: the packaged ones hold together, and a hostile file ends in one clear line with its place."""

import re

import pytest

from charteroak.errors import InputError
from charteroak.program.practices import load_practices
from charteroak.response.exercises.packaged import SCENARIOS, load_scenarios, scenario_bytes
from charteroak.response.exercises.scenario import SCENARIO_LIMIT_BYTES, ScenarioError, parse_scenario
from charteroak.response.exercises.scenario_checks import validate_scenario

GOOD = """
format = 1
id = "small"
title = "Small"
audience = "town"
summary = "Something happens."
reviewed = 2026-11-22
minutes = 30
objectives = ["Act."]
debrief = ["How was it?"]

[[roles]]
id = "lead"
title = "Lead"
what = "You lead."

[[injects]]
id = "first"
at_minutes = 0
to = ["lead"]
channel = "phone"
sender = "Somebody"
title = "News"
text = "It is broken."
choice = { ask = "What now?", options = [{ id = "yes", text = "Yes" }, { id = "no", text = "No" }] }

[[injects.expect]]
id = "acts"
text = "Does something."
by = "lead"
within_minutes = 5
step = "ransomware/cut-off"
duty = "IC3"

[[injects]]
id = "second"
at_minutes = 10
to = ["lead"]
channel = "mail"
sender = "Somebody else"
title = "More news"
text = "It is worse."
only_if = { inject = "first", chose = "no" }
"""


def test_the_packaged_scenarios_hold_together_and_name_only_what_is_there() -> None:
    for name, scenario in load_scenarios().items():
        assert scenario.id == name
        assert validate_scenario(scenario, load_practices().asked) == []
        assert scenario.practices
        assert len(scenario.expected) >= 7


def test_there_are_scenarios_for_a_school_a_water_utility_and_several_towns() -> None:
    audiences = {scenario.audience for scenario in load_scenarios().values()}
    assert {"town", "school", "water", "dispatch", "several-towns", "business"} <= audiences
    assert len(SCENARIOS) >= 6


def test_every_option_of_a_packaged_decision_that_changes_the_story_can_be_reached() -> None:
    for scenario in load_scenarios().values():
        for inject in scenario.injects:
            if inject.only_if is not None:
                assert scenario.inject_named(inject.only_if.inject).choice is not None


def test_a_scenario_reads_back() -> None:
    assert parse_scenario(GOOD.encode()).expected[0][1].duty == "IC3"


@pytest.mark.parametrize(
    ("before", "after", "place", "says"),
    [
        ("at_minutes = 0", "at_minutes = -5", "/injects/0/at_minutes", ">= 0"),
        ("at_minutes = 10", "at_minutes = 99999999999999999999", "/injects/1/at_minutes", ""),
        ("at_minutes = 10", "at_minutes = 31", "/injects/1/at_minutes", "after the end"),
        ('id = "second"', 'id = "first"', "/injects", "twice"),
        ('to = ["lead"]', 'to = ["mayor"]', "/injects/0/to", "no role 'mayor'"),
        ('by = "lead"', 'by = "mayor"', "/injects/0/expect/0/by", "no role"),
        ('text = "It is worse."', 'text = "<script>alert(1)</script>"', "/injects/1/text", "markup"),
        ('title = "More news"', 'title = "gpj\\u202e.exe"', "/injects/1/title", "U+202E"),
        ('title = "More news"', 'title = "a\\u0007b"', "/injects/1/title", "U+0007"),
        ('title = "More news"', 'title = "   "', "/injects/1/title", "empty"),
        ('chose = "no"', 'chose = "perhaps"', "/injects/1/only_if", "offers no"),
        ('inject = "first", chose', 'inject = "second", chose', "/injects/1/only_if", "offers no"),
        ('inject = "first", chose', 'inject = "third", chose', "/injects/1/only_if", "no inject"),
        ('step = "ransomware/cut-off"', 'step = "ransomware/pray"', "/injects/0/expect/0/step", "no step"),
        ('duty = "IC3"', 'duty = "MOON"', "/injects/0/expect/0/duty", "no duty"),
        ("format = 1", "format = 2", "/format", ""),
        ('channel = "phone"', 'channel = "pigeon"', "/injects/0/channel", ""),
        ("minutes = 30", "minutes = 30\nsurprise = true", "", "surprise"),
        ('audience = "town"', "", "", "audience"),
    ],
)
def test_a_fault_is_one_line_with_its_place(before: str, after: str, place: str, says: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(GOOD.replace(before, after, 1).encode(), "mine.toml")
    error = raised.value
    assert error.location is not None
    assert error.location.path == "mine.toml"
    assert (error.location.pointer or "").startswith(place)
    assert says in str(error)
    assert "\n" not in str(error)
    assert str(error).isprintable()


def test_conditions_that_go_round_are_refused() -> None:
    ring = re.sub(
        r'(?s)only_if = \{ inject = "first", chose = "no" \}',
        'only_if = { inject = "first", chose = "no" }\n'
        'choice = { ask = "And?", options = [{ id = "yes", text = "Yes" }, { id = "no", text = "No" }] }',
        GOOD.replace("at_minutes = 0", 'at_minutes = 10\nonly_if = { inject = "second", chose = "yes" }'),
    )
    with pytest.raises(ScenarioError, match="waits for itself"):
        parse_scenario(ring.encode())


def test_a_condition_on_what_comes_later_is_refused() -> None:
    with pytest.raises(ScenarioError, match="comes later"):
        parse_scenario(GOOD.replace("at_minutes = 0", "at_minutes = 20").encode())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"#" * (SCENARIO_LIMIT_BYTES + 1), "Larger"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a = [" * 3, "TOML"),
        (b"a = " + b"[" * 20_000, "too deep"),
        (b"", "Object missing"),
    ],
)
def test_what_is_no_scenario_is_refused_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        parse_scenario(data)


def test_letters_that_run_from_right_to_left_may_be_written() -> None:
    text = GOOD.replace("It is worse.", "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627")
    assert parse_scenario(text.encode()).injects[1].text.startswith("\u05e9")


def test_a_name_that_is_none_of_ours_opens_no_file() -> None:
    with pytest.raises(InputError, match="no scenario"):
        scenario_bytes("../playbooks/ransomware")
