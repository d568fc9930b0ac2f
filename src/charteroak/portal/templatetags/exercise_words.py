"""Filters of the exercise pages: time on the exercise's clock, and a role's title."""

from collections.abc import Mapping
from datetime import timedelta

from django import template

from charteroak.records.exercises.models import ExerciseAct
from charteroak.response.exercises.after_action import clock_text
from charteroak.response.exercises.scenario import Role, Scenario

register = template.Library()


@register.filter
def exercise_clock(after: timedelta | int) -> str:
    """Exercise time, as a span or in seconds, as it is read on a clock: 1:05."""
    return clock_text(after if isinstance(after, timedelta) else timedelta(seconds=after))


@register.filter
def decided_in(act: ExerciseAct, scenario: Scenario) -> str:
    """What was decided, in the words of the scenario: the question and the answer that was chosen."""
    choice = next((inject.choice for inject in scenario.injects if inject.id == act.inject), None)
    if choice is None:
        return act.option
    chosen = next((option.text for option in choice.options if option.id == act.option), act.option)
    return f"{choice.ask} {chosen}"


@register.filter
def title_in(role: str, roles: Mapping[str, Role]) -> str:
    """The title of a role by its id."""
    return roles[role].title if role in roles else role
