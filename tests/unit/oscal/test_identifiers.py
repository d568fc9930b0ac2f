"""What elements are called in OSCAL: tokens, one for each, and for NIST's those that NIST uses itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from charteroak.frameworks.catalog import EditionName, carried_editions, load_catalog
from charteroak.oscal.catalogs import control_ids, controls_within
from charteroak.oscal.checking import read_document
from charteroak.oscal.identifiers import control_id, objective_id, stable_uuid

OSCAL = Path(__file__).parents[4] / "shared" / "data" / "oscal"
TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


def oscal_id(name: EditionName, kind: str, identifier: str) -> str:
    return objective_id(name, identifier) if kind == "objective" else control_id(name, identifier)


@pytest.mark.parametrize("name", carried_editions(), ids=str)
def test_every_element_has_a_token_of_its_own(name: EditionName) -> None:
    found = [oscal_id(name, each.kind, each.id) for each in load_catalog(*name).controls]
    assert len(set(found)) == len(found)
    assert all(TOKEN.fullmatch(each) for each in found)


@pytest.mark.parametrize(
    ("framework", "identifier", "expected"),
    [
        ("nist-800-53", "AC-2(1)", "ac-2.1"),
        ("fedramp", "SI-4(23)", "si-4.23"),
        ("nist-800-171", "03.01.05", "SP_800_171_03.01.05"),
        ("nist-csf", "GV.OC-04", "GV.OC-04"),
        ("iso-27001", "A.5.1", "A.5.1"),
        ("pci-dss", "1.2.1", "pci-dss_1.2.1"),
        ("hipaa", "164.308(a)(1)(ii)(A)", "hipaa_164.308.a.1.ii.A"),
    ],
)
def test_a_control_is_called_as_its_publisher_does(framework: str, identifier: str, expected: str) -> None:
    assert control_id(EditionName(framework, "x"), identifier) == expected


def test_an_objective_of_800_53a_is_called_as_nist_does() -> None:
    name = EditionName("nist-800-53a", "5.1.1")
    assert objective_id(name, "AC-01a.01(a)[01]") == "ac-1_obj.a.1.a-1"
    assert objective_id(name, "AC-02(01)[02]") == "ac-2.1_obj-2"
    assert objective_id(name, "ac-10_obj") == "ac-10_obj"


def test_a_stable_uuid_is_of_version_5_and_separates_its_names() -> None:
    assert stable_uuid("a", "b") == stable_uuid("a", "b")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", stable_uuid("a"))
    assert len({stable_uuid("a", "b"), stable_uuid("a/b"), stable_uuid("a~1b"), stable_uuid("ab")}) == 4


def parts_within(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in item.get("parts", ()):
        yield part
        yield from parts_within(part)


@pytest.mark.reference
def test_every_objective_of_800_53a_bears_the_identifier_of_nists_resolved_catalogs() -> None:
    official: set[str] = set()
    for baseline in ("LOW", "MODERATE", "HIGH", "PRIVACY"):
        path = OSCAL / "resolved" / f"NIST_SP-800-53_rev5_{baseline}-resolved_catalog-min.json"
        if not path.exists():
            pytest.skip("The reference data is absent: no ../shared/data/oscal beside the checkout.")
        content = read_document(path.read_bytes()).content
        official |= {part["id"] for each in controls_within(content) for part in parts_within(each) if "id" in part}
    name = EditionName("nist-800-53a", "5.1.1")
    assert {objective_id(name, each.id) for each in load_catalog(*name).active("objective")} <= official


@pytest.mark.reference
def test_every_requirement_and_objective_of_800_171_bears_the_identifier_of_nists_catalog() -> None:
    path = OSCAL / "catalogs" / "NIST_SP800-171_rev3_catalog.converted.json"
    if not path.exists():
        pytest.skip("The reference data is absent: no ../shared/data/oscal beside the checkout.")
    document = read_document(path.read_bytes())
    own = EditionName("nist-800-171", "r3")
    assert {control_id(own, each.id) for each in load_catalog(*own).active("requirement")} <= set(control_ids(document))
    below = EditionName("nist-800-171a", "r3")
    official = {part.get("id") for each in controls_within(document.content) for part in parts_within(each)}
    assert {objective_id(below, each.id) for each in load_catalog(*below).active("objective")} <= official
