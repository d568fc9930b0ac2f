"""What is played in an exercise cannot be met by live code: by construction of every model with a way to a space."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.exercises.spaces import LiveManager, PlayedManager

SOURCE = Path(__file__).parents[2] / "src" / "charteroak"
MAY_ASK_FOR_PLAYED = {
    "services/access.py",
    "services/disclosure.py",
    "services/exercise_play.py",
    "services/filed_forms.py",
    "services/incident_reports.py",
    "services/incidents.py",
    "services/report_attachments.py",
}
"""Each asks for rows of one exercise, of which it holds the space or a row already, or a number that begins with EX."""


def ways_to_a_space() -> Mapping[type[Model], str]:
    """Every model that is part of an exercise or of what happened, with the way to its space."""
    found: dict[type[Model], str] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.null and field.related_model is ExerciseSpace:
                found[model] = field.name
    grown = True
    while grown:
        grown = False
        for model in set(apps.get_models()) - found.keys():
            ways = [
                f"{field.name}__{found[field.related_model]}"
                for field in model._meta.concrete_fields
                if isinstance(field.related_model, type) and field.related_model in found
            ]
            if ways:
                found[model], grown = ways[0], True
    return found


def test_incidents_and_reports_and_what_hangs_on_them_are_found() -> None:
    names = {model.__name__ for model in ways_to_a_space()}
    assert {"Incident", "Report", "IncidentFacts", "IncidentEvent", "ReportVersion", "FiledForm"} <= names


@pytest.mark.parametrize("model", sorted(ways_to_a_space(), key=lambda model: model._meta.label), ids=str)
def test_a_model_with_a_way_to_a_space_answers_with_live_rows_unless_asked_for_played_ones(model: type[Model]) -> None:
    way = ways_to_a_space()[model]
    live, played = model._default_manager, model.__dict__.get("played")
    assert isinstance(live, LiveManager), "objects = LiveManager() comes first"
    assert live.path == way
    manager = played.manager if played is not None else None
    assert isinstance(manager, PlayedManager)
    assert manager.path == way
    assert [each.name for each in model._meta.managers if not isinstance(each, LiveManager | PlayedManager)] == []


def test_only_the_modules_named_here_ask_for_what_was_played() -> None:
    asking = set()
    for path in SOURCE.rglob("*.py"):
        place = path.relative_to(SOURCE).as_posix()
        if place.startswith("records/"):
            continue
        text, ways = path.read_text(), {"played", "_base_manager", "_default_manager"}
        if not any(way in text for way in ways):
            continue
        if ways & {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}:
            asking.add(place)
    assert asking <= MAY_ASK_FOR_PLAYED, "a live module has no business with rows of an exercise"


def test_no_live_module_asks_the_database_behind_the_managers_for_incidents_or_reports() -> None:
    tables = {model._meta.db_table for model in ways_to_a_space()}
    for path in SOURCE.rglob("*.py"):
        if path.relative_to(SOURCE).as_posix().startswith("records/"):
            continue
        text = path.read_text()
        assert not [table for table in tables if f"FROM {table}" in text], path
