"""The JSON schemas of OSCAL 1.2.3, one for each model, without their descriptions.

Sources: ``oscal/schemas/1.2.3_oscal_<model>_schema.json``, NIST's release, a work of the United States government and
in the public domain. Titles, descriptions and comments are annotations (JSON Schema draft 7, section 10) and decide
nothing about validity; without them the files are half as large. Everything else stands as NIST wrote it.
"""

import json
from pathlib import Path
from typing import Any

from committed import DATA, arguments, digest, settle, toml_text

SCHEMAS = DATA.parents[1] / "oscal" / "data" / "schemas" / "1.2.3"
_FILES = {
    "catalog": "catalog",
    "profile": "profile",
    "component-definition": "component",
    "system-security-plan": "ssp",
    "assessment-plan": "assessment-plan",
    "assessment-results": "assessment-results",
    "plan-of-action-and-milestones": "poam",
}
_ANNOTATIONS = {"title", "description", "$comment"}
_MAPS_OF_NAMES = {"properties", "definitions"}


def without_annotations(schema: Any, *, is_map_of_names: bool = False) -> Any:
    """A schema as it stands, less what decides nothing. Members of documents may be called *title*: those stay."""
    if isinstance(schema, dict):
        return {
            key: without_annotations(value, is_map_of_names=key in _MAPS_OF_NAMES and not is_map_of_names)
            for key, value in schema.items()
            if is_map_of_names or key not in _ANNOTATIONS
        }
    if isinstance(schema, list):
        return [without_annotations(item) for item in schema]
    return schema


def files(folder: Path) -> dict[Path, str]:
    """Each model's schema, and the provenance of all."""
    built: dict[Path, str] = {}
    provenance: dict[str, str | int] = {
        "source": "NIST OSCAL 1.2.3 JSON schemas, github.com/usnistgov/OSCAL at 78d5071",
        "retrieved": "2026-11-21",
        "licence": "Public domain: a work of the United States government (17 USC 105)",
        "builder": "tools/catalogs/oscal_schemas.py",
        "holds": "The schema of each model without titles, descriptions and comments, which decide nothing about "
        "validity. The digests are those of NIST's own files.",
    }
    for model, name in _FILES.items():
        source = folder / f"1.2.3_oscal_{name}_schema.json"
        schema = without_annotations(json.loads(source.read_text(encoding="utf-8")))
        built[SCHEMAS / f"{model}.json"] = json.dumps(schema, ensure_ascii=True, separators=(",", ":")) + "\n"
        provenance[f"sha256_{model.replace('-', '_')}"] = digest(source)
    built[SCHEMAS / "provenance.toml"] = toml_text(provenance)
    return built


if __name__ == "__main__":
    asked = arguments("Build the schemas of OSCAL 1.2.3.")
    settle(files(asked.tables.parent / "oscal" / "schemas"), check=asked.check)
