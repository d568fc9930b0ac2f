"""What implements requirements: practices as components, in a component definition and in a system security plan.

A practice counts for a requirement as its link says (``satisfies``, ``contributes``); what is answered *no* or not at
all is said so and implements nothing. A plan names every requirement that practices have a part in.
"""

from collections.abc import Iterable

from charteroak.oscal.document import Document, Json
from charteroak.oscal.export.assembly import Assembly, prop
from charteroak.oscal.export.record import ExportedRecord, ExportError
from charteroak.oscal.identifiers import NAMESPACE
from charteroak.oscal.models import Model
from charteroak.oscal.texts import marked, marked_line
from charteroak.program.bodies import OrganisationDescribed, PracticeAnswered, ProgramAdopted
from charteroak.program.findings import Finding
from charteroak.program.links import LinkRelation
from charteroak.program.requirement_answers import RequirementStatus

_STATES = {"yes": "implemented", "partly": "partial"}
_COMPONENT_TYPE = "process-procedure"
_INFORMATION = {
    "personal": "Personal information, as the organization says",
    "restricted": "Restricted information, as the organization says",
}


def component_definition(record: ExportedRecord) -> Document:
    """The practices that the organization says it follows, wholly or in part, and the requirements that they serve.

    Raises:
        ExportError: it follows none that has a part in the edition.
    """
    assembly = Assembly(record, Model.COMPONENT_DEFINITION)
    source = assembly.catalog_reference()
    components = []
    for finding in _followed(record):
        implemented = [
            _implemented(assembly, requirement, finding, relation)
            for requirement, relation in _requirements_of(record, finding)
        ]
        if implemented:
            components.append(
                _component(assembly, finding)
                | {
                    "control-implementations": [
                        {
                            "uuid": assembly.uuid("implementation", str(record.edition), finding.practice.id),
                            "source": source,
                            "description": "The part that this practice has, by the links that come with Charter Oak.",
                            "implemented-requirements": implemented,
                        }
                    ]
                }
            )
    if not components:
        raise ExportError(
            f"No practice that has a part in {record.edition} is answered yes or partly.",
            remedy="Answer practices first, or name another edition.",
        )
    return assembly.finished("Component definition", {"components": components})


def system_security_plan(record: ExportedRecord) -> Document:
    """The organization's program as a plan: its practices as components, and what each does for each requirement.

    Raises:
        ExportError: practices have no part in any requirement of the edition.
    """
    touched = tuple(each for each in record.coverage.requirements if each.practices)
    if not touched:
        raise ExportError(f"No practice has a part in {record.edition}.", remedy="Name another edition.")
    assembly = Assembly(record, Model.SYSTEM_SECURITY_PLAN)
    content: Json = {
        "import-profile": {"href": assembly.catalog_reference()},
        "system-characteristics": _characteristics(assembly),
        "system-implementation": {
            "users": [
                {
                    "uuid": assembly.uuid("users"),
                    "title": "People of the organization",
                    "role-ids": ["organization"],
                }
            ],
            "components": [
                {
                    "uuid": assembly.uuid("system"),
                    "type": "this-system",
                    "title": marked_line(record.name),
                    "description": "Everything that the organization's security program covers.",
                    "status": {"state": "other", "remarks": "The record does not say."},
                },
                *(
                    _component(assembly, finding)
                    | {"status": {"state": "operational" if finding.answer == "yes" else "other"}}
                    for finding in _named_in(record, touched)
                ),
            ],
        },
        "control-implementation": {
            "description": f"What the record shows on {record.day.isoformat()}. A part is never the whole.",
            "implemented-requirements": [_requirement(assembly, status) for status in touched],
        },
    }
    return assembly.finished("System security plan", content)


def _named_in(record: ExportedRecord, touched: Iterable[RequirementStatus]) -> list[Finding]:
    named = {practice for status in touched for practice in status.practices}
    return [finding for key, finding in sorted(record.findings.items()) if key in named]


def _followed(record: ExportedRecord) -> list[Finding]:
    return [finding for _, finding in sorted(record.findings.items()) if finding.answer in _STATES]


def _requirements_of(record: ExportedRecord, finding: Finding) -> list[tuple[str, LinkRelation]]:
    return [
        (status.control.id, link.relation)
        for status in record.coverage.requirements
        for link in record.coverage.links.of(status.control.id)
        if link.practice == finding.practice.id and link.shows
    ]


def _component(assembly: Assembly, finding: Finding) -> Json:
    practice = finding.practice
    return {
        "uuid": assembly.uuid("component", practice.id),
        "type": _COMPONENT_TYPE,
        "title": marked_line(practice.title),
        "description": marked(practice.do.strip()),
        "purpose": marked_line(practice.why),
        "props": [prop("practice", practice.id), prop("answer", finding.answer), prop("kind", practice.kind.value)],
    }


def _implemented(assembly: Assembly, requirement: str, finding: Finding, relation: LinkRelation) -> Json:
    practice = finding.practice.id
    return {
        "uuid": assembly.uuid("implemented", str(assembly.record.edition), requirement, practice),
        "control-id": assembly.control(requirement),
        "description": _note(finding) or marked_line(finding.practice.title),
        "props": [prop("label", requirement), prop("relation", relation.value), prop("answer", finding.answer)],
    }


def _requirement(assembly: Assembly, status: RequirementStatus) -> Json:
    record = assembly.record
    relations = {link.practice: link.relation for link in record.coverage.links.of(status.control.id)}
    parts = [
        _by_component(assembly, status.control.id, record.findings[practice], relations.get(practice))
        for practice in status.practices
        if practice in record.findings
    ]
    made: Json = {
        "uuid": assembly.uuid("requirement", str(record.edition), status.control.id),
        "control-id": assembly.control(status.control.id),
        "props": [prop("label", status.control.id), prop("coverage", status.coverage.value)],
    }
    if status.exceptions:
        made["remarks"] = f"Accepted exceptions: {marked_line(', '.join(status.exceptions))}. They are for counsel."
    if parts:
        made["by-components"] = parts
    return made


def _by_component(assembly: Assembly, requirement: str, finding: Finding, relation: LinkRelation | None) -> Json:
    practice = finding.practice.id
    part: Json = {
        "component-uuid": assembly.uuid("component", practice),
        "uuid": assembly.uuid("by-component", str(assembly.record.edition), requirement, practice),
        "description": _note(finding) or f"Answered: {finding.answer}.",
        "props": [
            prop("answer", finding.answer),
            prop("freshness", finding.freshness.value),
            *([prop("relation", relation.value)] if relation is not None else []),
        ],
    }
    if finding.answer in _STATES:
        part["implementation-status"] = {"state": _STATES[finding.answer]}
    elif any(item.gap.body.practice == practice for item in assembly.record.plan.items):
        part["implementation-status"] = {"state": "planned", "remarks": "A gap is open about it."}
    return part


def _note(finding: Finding) -> str:
    body = None if finding.answered is None else finding.answered.body
    return marked(body.note.strip()) if isinstance(body, PracticeAnswered) else ""


def _characteristics(assembly: Assembly) -> Json:
    record = assembly.record
    adopted = record.program.adopted.body if record.program.adopted is not None else None
    program = (
        f"The written program in force is {marked_line(adopted.title)}, version {marked_line(adopted.version)}."
        if isinstance(adopted, ProgramAdopted)
        else "No written program stands on record."
    )
    return {
        "system-ids": [{"identifier-type": NAMESPACE, "id": record.slug}],
        "system-name": marked_line(record.name),
        "description": f"The security program of {marked_line(record.name)}. {program}",
        "props": [prop("maintained", "yes" if record.program.is_maintained else "no")],
        "system-information": {"information-types": _information(assembly)},
        "status": {"state": "other", "remarks": "The record does not say."},
        "authorization-boundary": {
            "description": "Everything that the organization's security program covers. The record draws no other line."
        },
    }


def _information(assembly: Assembly) -> list[Json]:
    body = None if assembly.record.organisation is None else assembly.record.organisation.body
    held = body.information if isinstance(body, OrganisationDescribed) else None
    kinds = [kind for kind in _INFORMATION if held is not None and getattr(held, kind)]
    return [
        {
            "uuid": assembly.uuid("information", kind),
            "title": _INFORMATION.get(kind, "Not described"),
            "description": _INFORMATION.get(kind, "The record does not say which information is held."),
        }
        for kind in kinds or ["unknown"]
    ]
