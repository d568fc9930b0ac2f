"""Words of catalogs: parameters are put in, and a small file makes no large text of itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from charteroak.oscal.document import Document, told_apart
from charteroak.oscal.errors import OSCALInvalidError
from charteroak.oscal.limits import INSERT_DEPTH, PASSAGE_LIMIT_CHARACTERS
from charteroak.oscal.wording import control_texts

ASSETS = Path(__file__).parents[2] / "assets" / "oscal"


def catalog(prose: str, labels: dict[str, str], *, parts: int = 1, title: str = "t", controls: int = 1) -> Document:
    whole: dict[str, Any] = json.loads((ASSETS / "catalog.json").read_bytes())
    stated = [{"name": "statement", "prose": prose}] * parts
    whole["catalog"]["params"] = [{"id": name, "label": label} for name, label in labels.items()]
    members = [{"id": f"c-{number}", "title": "t", "parts": stated} for number in range(controls)]
    whole["catalog"]["groups"] = [{"title": title, "controls": members}]
    return told_apart(whole)


def insert(name: str, times: int = 1) -> str:
    return " ".join([f"{{{{ insert: param, {name} }}}}"] * times)


def refused(document: Document) -> str:
    with pytest.raises(OSCALInvalidError) as error:
        list(control_texts(document, limit_characters=500_000))
    assert error.value.issues[0].code == "oscal.too-much-text"
    return error.value.message


def test_a_parameter_in_the_value_of_a_parameter_is_put_in() -> None:
    (text,) = control_texts(catalog(insert("a"), {"a": f"x {insert('b')}", "b": "y"}))
    assert text.passages[0].text == "[Assignment: x [Assignment: y]]"


def test_parameters_inside_one_another_are_refused_beyond_the_depth_that_is_read() -> None:
    labels = {f"p{number}": insert(f"p{number + 1}") for number in range(INSERT_DEPTH)}
    assert "more than 3 deep" in refused(catalog(insert("p0"), labels | {f"p{INSERT_DEPTH}": "x"}))
    assert "more than 3 deep" in refused(catalog(insert("a"), {"a": insert("a")}))


def test_a_small_catalog_cannot_make_millions_of_characters() -> None:
    labels = {"a": insert("b", 80), "b": insert("c", 80), "c": "x" * 10}
    assert f"more than {PASSAGE_LIMIT_CHARACTERS} characters" in refused(catalog(insert("a", 80), labels))
    assert f"more than {PASSAGE_LIMIT_CHARACTERS} characters" in refused(catalog("x" * 100_001, {}))


def test_all_words_of_a_catalog_have_a_limit_of_their_own() -> None:
    assert "more than 500000" in refused(catalog(insert("a"), {"a": "x" * 90_000}, parts=6))


def test_the_title_of_a_group_counts_with_each_of_its_controls() -> None:
    assert "more than 500000" in refused(catalog("x", {}, title="x" * 90_000, controls=6))
