"""Assessment objectives of NIST: SP 800-53A (release 5.1.1) and SP 800-171A revision 3.

Sources: NIST's resolved 53B baselines at 5.1.1+u4, which carry the 53A objectives of every control that stands in a
baseline, and NIST's OSCAL catalog of SP 800-171 r3, which carries those of 171A r3. Only objectives that are answered
one by one are kept (the leaves); their text is NIST's, in the public domain, with each parameter shown by its label.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from committed import DATA, arguments, digest, json_text, settle, toml_text

_INSERT = re.compile(r"\{\{\s*insert:\s*param,\s*([^\s}]+)\s*\}\}")
_RESOLVED = "NIST_SP-800-53_rev5_{}-resolved_catalog-min.json"
_BASELINES = ("LOW", "MODERATE", "HIGH", "PRIVACY")
_CATALOG_171 = "NIST_SP800-171_rev3_catalog.converted.json"
_LICENCE = "Public domain: a work of the United States government (17 USC 105)"

Json = dict[str, Any]


def prop(item: Json, name: str) -> str:
    """A property's value, or nothing."""
    return next((str(p["value"]) for p in item.get("props", []) if p["name"] == name), "")


def elements(item: Json) -> Iterator[Json]:
    """Every control and enhancement below a catalog, a group or a control, in order."""
    for group in item.get("groups", []):
        yield from elements(group)
    for control in item.get("controls", []):
        yield control
        yield from elements(control)


def leaves(part: Json) -> Iterator[Json]:
    """The objectives below a part that are answered one by one."""
    below = [child for child in part.get("parts", []) if child["name"] == "assessment-objective"]
    if not below:
        yield part
    for child in below:
        yield from leaves(child)


def plain(prose: str, labels: dict[str, str]) -> str:
    """The text with each parameter's label in brackets, on one line."""
    return " ".join(_INSERT.sub(lambda match: f"[{labels.get(match[1], 'organization-defined')}]", prose).split())


def parameter_labels(control: Json) -> dict[str, str]:
    """What stands in the place of each parameter: its label, or what can be chosen."""
    found: dict[str, str] = {}
    for parameter in control.get("params", []):
        choices = parameter.get("select", {}).get("choice", [])
        text = parameter.get("label") or " or ".join(_INSERT.sub("organization-defined", choice) for choice in choices)
        found[parameter["id"]] = " ".join(str(text or "organization-defined").split())
    return found


def methods(control: Json) -> list[str]:
    """Examine, interview, test: those that NIST names for the control."""
    parts = (part for part in control.get("parts", []) if part["name"] == "assessment-method")
    named = {prop(part, "method").lower() for part in parts}
    return [method for method in ("examine", "interview", "test") if method in named]


def objectives(control: Json, parent: str) -> Iterator[Json]:
    """A control's objectives as rows of a catalog."""
    labels, how = parameter_labels(control), methods(control)
    for part in control.get("parts", []):
        if part["name"] != "assessment-objective":
            continue
        for leaf in leaves(part):
            name = prop(leaf, "label") or leaf["id"].rpartition("-")[2]
            yield {
                # A control with one objective gives it its own label; NIST's identifier in OSCAL tells the two apart.
                "id": leaf["id"] if name == parent else name,
                "title": plain(leaf.get("prose", ""), labels) or control["title"],
                "kind": "objective",
                "parent": parent,
                "labels": how,
            }


def identifier_of(control: Json) -> str:
    """AC-2(1) for NIST's ac-2.1."""
    base, _, enhancement = control["id"].upper().partition(".")
    return f"{base}({int(enhancement)})" if enhancement else base


def of_53a(folder: Path) -> list[Json]:
    """The controls of all four baselines, each with its objectives, in the order of their identifiers."""
    found: dict[str, Json] = {}
    for baseline in _BASELINES:
        catalog = json.loads((folder / "resolved" / _RESOLVED.format(baseline)).read_text(encoding="utf-8"))["catalog"]
        for control in elements(catalog):
            found.setdefault(identifier_of(control), control)
    built: list[Json] = []
    for identifier in sorted(found, key=_order):
        control = found[identifier]
        kind = "enhancement" if "(" in identifier else "control"
        built.append({"id": identifier, "title": control["title"], "kind": kind, "parent": None})
        built.extend(objectives(control, identifier))
    return built


def _order(identifier: str) -> tuple[str, int, int]:
    family, _, rest = identifier.partition("-")
    number, _, enhancement = rest.partition("(")
    return family, int(number), int(enhancement.rstrip(")") or 0)


def of_171a(folder: Path) -> list[Json]:
    """The requirements of SP 800-171 r3 that are in force, each with its objectives."""
    catalog = json.loads((folder / "catalogs" / _CATALOG_171).read_text(encoding="utf-8"))["catalog"]
    built: list[Json] = []
    for control in sorted(elements(catalog), key=lambda control: str(control["id"])):
        own = list(objectives(control, control["id"].rpartition("_")[2]))
        if own:
            identifier = control["id"].rpartition("_")[2]
            built.append({"id": identifier, "title": control["title"], "kind": "requirement", "parent": None})
            built.extend(sorted(own, key=lambda objective: str(objective["id"])))
    return built


def files(folder: Path, framework: str, head: Json, controls: list[Json], sources: list[Path]) -> dict[Path, str]:
    """The catalog and its provenance."""
    place = DATA / "nist" / framework.replace("nist-", "sp-") / head["edition"]
    provenance: dict[str, str | int] = {
        "framework": framework,
        "edition": head["edition"],
        "source": head.pop("source"),
        "source_table": "; ".join(str(source.relative_to(folder)) for source in sources),
        "source_sha256": "; ".join(digest(source) for source in sources),
        "retrieved": "2026-11-21",
        "licence": _LICENCE,
        "builder": "tools/catalogs/nist_objectives.py",
        "holds": head.pop("holds"),
    }
    catalog = {"framework": framework, **head, "publisher": "NIST", "controls": controls}
    return {place / "catalog.json": json_text(catalog, "controls"), place / "provenance.toml": toml_text(provenance)}


if __name__ == "__main__":
    asked = arguments("Build the assessment objectives of SP 800-53A and SP 800-171A.")
    oscal = asked.tables.parent / "oscal"
    built_files = files(
        oscal,
        "nist-800-53a",
        {
            "edition": "5.1.1",
            "title": "Assessing Security and Privacy Controls (SP 800-53A revision 5, release 5.1.1)",
            "published": "2023-11-07",
            "source": "NIST resolved 53B profiles 5.1.1+u4, github.com/usnistgov/oscal-content at 88bb8de",
            "holds": "The objectives that are answered one by one, for each control and enhancement that stands in a "
            "53B baseline; labels are NIST's methods. Objectives of other controls, and of release 5.2.0, could not be "
            "had: import the official catalog for them.",
        },
        of_53a(oscal),
        [oscal / "resolved" / _RESOLVED.format(baseline) for baseline in _BASELINES],
    ) | files(
        oscal,
        "nist-800-171a",
        {
            "edition": "r3",
            "title": "Assessing Security Requirements for Controlled Unclassified Information (SP 800-171A revision 3)",
            "published": "2024-05-14",
            "source": "NIST OSCAL catalog SP800-171 r3, github.com/usnistgov/oscal-content at 3b3cdee (2025-05-29)",
            "holds": "The objectives that are answered one by one, for each requirement in force; labels are NIST's "
            "methods. Those of SP 800-171A for revision 2 could not be had.",
        },
        of_171a(oscal),
        [oscal / "catalogs" / _CATALOG_171],
    )
    settle(built_files, check=asked.check)
