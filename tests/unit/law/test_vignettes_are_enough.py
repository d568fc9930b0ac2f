"""The vignettes cover what they are said to cover: counted from the tables themselves, not from memory."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from charteroak.law.editions import load_frameworks
from charteroak.law.safe_harbor.statute import load_statute

HERE = Path(__file__).parent


def tables(name: str) -> ModuleType:
    """A module of vignettes, for its tables alone."""
    spec = importlib.util.spec_from_file_location(f"vignettes_{name}", HERE / f"test_vignettes_of_{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def named_in(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Every answer that is stated in the tables of a module, and *met* for each element that a table leaves at that."""
    for value in vars(module).values():
        if isinstance(value, list):
            for each in value:
                stated = each.values[1] if hasattr(each, "values") and len(each.values) > 1 else None
                if isinstance(stated, dict):
                    yield from stated.items()


def ids_of(module: ModuleType) -> list[str]:
    return [
        each.id
        for value in vars(module).values()
        if isinstance(value, list)
        for each in value
        if getattr(each, "id", None) is not None
    ]


ELEMENTS, CONFORMITY = tables("the_elements"), tables("conformity")
OHIO, TEXAS = tables("ohio"), tables("texas")


def test_there_are_at_least_eighty_vignettes_of_connecticut_and_forty_of_each_other_state() -> None:
    assert len(ids_of(ELEMENTS)) + len(ids_of(CONFORMITY)) >= 80
    assert len(ids_of(OHIO)) >= 40
    assert len(ids_of(TEXAS)) >= 40


@pytest.mark.parametrize(("code", "module"), [("ct", ELEMENTS), ("oh", OHIO), ("tx", TEXAS)])
def test_every_element_is_asked_for_both_ways(code: str, module: ModuleType) -> None:
    """*Met* is stated by every vignette that leaves an element out, so that the other ways are what is counted."""
    stated: dict[str, set[str]] = {}
    for element, status in named_in(module):
        stated.setdefault(element, set()).add(status)
    if code == "ct":
        stated.setdefault("E12", set()).update(each.values[1] for each in CONFORMITY.STANDING)
    for element in load_statute(code).elements:
        found = stated.get(element.id, set()) - {"met"}
        assert found, f"{code} {element.id} is never anything but met"
    assert len({element for element, statuses in stated.items() if "not-met" in statuses}) >= len(stated) - 2


@pytest.mark.parametrize(
    "wanted",
    [
        *("a town", "a school", "a state agency", "a nonprofit is a business", "PCI DSS alone"),
        *("PCI DSS with HIPAA", "HIPAA", "lapse", "two_revisions", "month", "pair"),
    ],
)
def test_the_cases_that_the_facts_ask_for_by_name_are_there(wanted: str) -> None:
    files = ("test_vignettes_of_the_elements.py", "test_vignettes_of_conformity.py", "test_editions.py")
    source = "".join((HERE / name).read_text("utf-8") for name in files)
    found = [name for name in (*ids_of(ELEMENTS), *ids_of(CONFORMITY)) if wanted.lower() in name.lower()]
    assert found or wanted.lower() in source.lower(), wanted


def test_every_edition_with_a_successor_has_its_own_day_before_on_and_after() -> None:
    """A publication known by month only has no six-month date of its own to hold, and is asked about apart."""
    held = {(framework, edition) for framework, edition, _ in CONFORMITY.SIX_MONTHS}
    superseded: set[tuple[str, str]] = set()
    for framework in load_frameworks().values():
        superseded |= {(framework.code, edition.code) for edition in framework.editions[:-1] if edition.day_is_exact}
    missing = superseded - held
    assert not {pair for pair in missing if pair[0] != "pci-dss"}, sorted(missing)


def test_what_contradicts_itself_is_refused_by_name() -> None:
    spec = importlib.util.spec_from_file_location("refusals", HERE / "test_facts_refusals.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names = " ".join(str(each.id) for each in (*module.IMPOSSIBLE, *module.WRONG_SHAPE)).lower()
    for wanted in ("reversed", "before", "framework", "edition", "adopt"):
        assert wanted in names, wanted
