"""The baselines that NIST and FedRAMP publish as profiles select, resolved here, what their publishers say they do."""

from functools import cache
from pathlib import Path

import pytest

from charteroak.frameworks.catalog import load_catalog
from charteroak.oscal.catalogs import control_ids
from charteroak.oscal.checking import read_document
from charteroak.oscal.document import Document
from charteroak.oscal.resolution import resolve_profile
from charteroak.oscal.schema import validate_schema
from charteroak.oscal.shelf import Shelf, Shelved

pytestmark = pytest.mark.reference
OSCAL = Path(__file__).parents[3] / "shared" / "data" / "oscal"
CATALOG = OSCAL / "catalogs" / "NIST_SP-800-53_rev5.0.1_catalog-min.json"
HOLDERS = {"ac-3", "au-3", "pe-8", "pm-5", "sa-8", "sc-7"}
"""Not of the PRIVACY baseline; NIST's resolved catalog keeps them because enhancements of theirs are."""


def document(path: Path) -> Document:
    if not path.exists():
        pytest.skip(f"The reference data is absent: no ../shared/data/oscal/{path.parent.name} beside the checkout.")
    return read_document(path.read_bytes())


@cache
def shelf() -> Shelf:
    return Shelf([Shelved(CATALOG.name, document(CATALOG))])


def label(identifier: str) -> str:
    base, dot, enhancement = identifier.upper().partition(".")
    return f"{base}({enhancement})" if dot else base


@pytest.mark.parametrize("baseline", ["LOW", "MODERATE", "HIGH", "PRIVACY"])
def test_a_nist_baseline_resolves_to_exactly_the_identifiers_of_nists_own_resolved_catalog(baseline: str) -> None:
    profile = document(OSCAL / "profiles" / f"NIST_SP-800-53_rev5_{baseline}-baseline_profile-min.json")
    official = document(OSCAL / "resolved" / f"NIST_SP-800-53_rev5_{baseline}-resolved_catalog-min.json")
    resolution = resolve_profile(profile, shelf())
    assert control_ids(resolution.document) == control_ids(official)
    holders = set(control_ids(resolution.document)) - set(resolution.selected)
    assert holders == (HOLDERS if baseline == "PRIVACY" else set())
    assert validate_schema(resolution.document) == []
    ours = {control.id for control in load_catalog("nist-800-53", "5.1.1").labelled(baseline)}
    assert {label(identifier) for identifier in resolution.selected} == ours


@pytest.mark.parametrize("baseline", ["LOW", "MODERATE", "HIGH", "LI-SaaS"])
def test_a_fedramp_baseline_selects_the_controls_that_our_catalog_says(baseline: str) -> None:
    resolution = resolve_profile(
        document(OSCAL / "profiles" / f"FedRAMP_rev5_{baseline}-baseline_profile-min.json"), shelf()
    )
    ours = {control.id for control in load_catalog("fedramp", "rev5").labelled(baseline)}
    assert {label(identifier) for identifier in resolution.selected} == ours
    assert validate_schema(resolution.document) == []
    # The profile is of 5.1.1; the parameters and objectives of that release are not in the catalog of 5.0.1.
    assert {issue.code for issue in resolution.issues} == {"oscal.change-without-place"}
