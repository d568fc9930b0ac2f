"""Official OSCAL documents and schemas of NIST and FedRAMP, as they were published: read, judged, written, compared."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from _pytest.mark import ParameterSet

from charteroak.oscal.checking import read_document
from charteroak.oscal.document import write_document
from charteroak.oscal.models import Model
from charteroak.oscal.schema import SCHEMA_VERSION, schema_text, validate_schema

pytestmark = pytest.mark.reference
OSCAL = Path(__file__).parents[3] / "shared" / "data" / "oscal"
REFUSED = {
    "FedRAMP-SAP-template.min.json": "/assessment-plan/metadata/roles/14/title",
    "FedRAMP-SAR-template.min.json": "/assessment-results/results/0/risks/1/remediations/0/title",
}
"""FedRAMP's own templates have one empty title each."""
_SCHEMA_FILES = {
    Model.COMPONENT_DEFINITION: "component",
    Model.SYSTEM_SECURITY_PLAN: "ssp",
    Model.PLAN_OF_ACTION_AND_MILESTONES: "poam",
}
FOLDERS = ("catalogs", "profiles", "resolved", "examples")
FILES = sorted(path for folder in FOLDERS for path in (OSCAL / folder).glob("*.json"))


def require_reference() -> None:
    if not FILES:
        pytest.skip("The reference data is absent: no ../shared/data/oscal beside the checkout.")


def every_time(path: Path) -> "Path | ParameterSet":
    """The resolved catalog of the lowest baseline stands for the two longer ones of its kind."""
    longer = re.search(r"(MODERATE|HIGH)-resolved", path.name)
    return pytest.param(path, marks=pytest.mark.slow) if longer else path


@pytest.mark.parametrize("path", [*map(every_time, FILES)] or [Path("absent")], ids=lambda path: path.name)
def test_an_official_document_comes_out_as_it_went_in_or_is_refused_at_the_known_place(path: Path) -> None:
    require_reference()
    data = path.read_bytes()
    document = read_document(data)
    pointers = [issue.pointer for issue in validate_schema(document)]
    assert pointers == ([REFUSED[path.name]] if path.name in REFUSED else [])
    written = write_document(document)
    assert json.loads(written) == json.loads(data)
    assert write_document(read_document(written)) == written


@pytest.mark.parametrize("model", Model)
def test_a_schema_without_descriptions_judges_as_nists_own(model: Model) -> None:
    require_reference()
    name = _SCHEMA_FILES.get(model, model.value)
    official = json.loads((OSCAL / "schemas" / f"{SCHEMA_VERSION}_oscal_{name}_schema.json").read_bytes())
    theirs = jsonschema_rs.validator_for(official, validate_formats=True)
    ours = jsonschema_rs.validator_for(json.loads(schema_text(model)), validate_formats=True)
    judged = 0
    for path in FILES:
        whole = json.loads(path.read_bytes())
        if model.value not in whole or len(path.read_bytes()) > 600_000:
            continue
        for damaged in (whole, *_damaged(whole[model.value], model)):
            assert _paths(ours, damaged) == _paths(theirs, damaged)
            judged += 1
    assert judged > 5


def _paths(validator: jsonschema_rs.Validator, document: object) -> list[str]:
    return sorted(f"{error.instance_path} {error.kind.name}" for error in validator.iter_errors(document))


def _damaged(content: dict[str, object], model: Model) -> list[dict[str, object]]:
    """Documents with one member less, of another type, empty, or too much: at the top and in the metadata."""
    metadata = content["metadata"]
    assert isinstance(metadata, dict)
    damaged: list[dict[str, object]] = [content | {"colour": "green"}]
    for member in content:
        damaged += [{k: v for k, v in content.items() if k != member}, content | {member: 5}, content | {member: []}]
    for member in metadata:
        damaged += [content | {"metadata": metadata | {member: value}} for value in (5, "", [], " x")]
    return [{model.value: each} for each in damaged]
