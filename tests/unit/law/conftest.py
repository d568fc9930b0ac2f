"""The sample document of INTERFACES, and a way to ask about it with some places changed."""

import copy
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from charteroak.law.facts import parse_facts
from charteroak.law.safe_harbor import determine

_SAMPLE = Path(__file__).parents[2] / "assets" / "safe_harbor" / "sample.json"

ABSENT = "<absent>"
"""In a table of changes: the key is left out of the document."""

Ask = Callable[..., dict[str, Any]]


def changed(document: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the document with the values at some JSON pointers replaced, or left out."""
    altered = copy.deepcopy(document)
    for pointer, value in changes.items():
        *path, key = (step.replace("~1", "/").replace("~0", "~") for step in pointer.removeprefix("/").split("/"))
        place: Any = altered
        for step in path:
            place = place[int(step)] if isinstance(place, list) else place[step]
        where = int(key) if isinstance(place, list) else key
        if value == ABSENT:
            if isinstance(place, list) or where in place:
                del place[where]
        else:
            place[where] = copy.deepcopy(value)
    return altered


@pytest.fixture(scope="session")
def sample() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_SAMPLE.read_text(encoding="utf-8"))
    return document


@pytest.fixture
def ask(sample: dict[str, Any]) -> Ask:
    """Ask about the sample with some places changed; the answer is the JSON document."""

    def answer(changes: Mapping[str, Any], *, today: date | None = None) -> dict[str, Any]:
        return determine(parse_facts(changed(sample, changes)), today=today).to_json()

    return answer


@pytest.fixture
def build(sample: dict[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """The sample with some places changed, as a document."""
    return lambda changes: changed(sample, changes)
