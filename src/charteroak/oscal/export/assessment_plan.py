"""An assessment plan: every requirement of an edition, and a task for each group that still has open objectives.

It plans no more than what follows from the record: which objectives nobody has assessed or shown. Who does it and when
is for the organization to add.
"""

from charteroak.oscal.document import Document, Json
from charteroak.oscal.export.assembly import Assembly, prop
from charteroak.oscal.export.assessment_results import reviewed_controls
from charteroak.oscal.export.record import ExportedRecord
from charteroak.oscal.models import Model
from charteroak.oscal.texts import marked_line

_METHODS = {
    "EXAMINE": "Read what there is: documents, settings, logs.",
    "INTERVIEW": "Ask the people who do it.",
    "TEST": "Try whether it works as it should.",
}


def assessment_plan(record: ExportedRecord) -> Document:
    """A plan to assess what the record leaves open of an edition."""
    assembly = Assembly(record, Model.ASSESSMENT_PLAN)
    requirements = record.coverage.requirements
    system = assembly.uuid("system")
    activities = [
        {
            "uuid": assembly.uuid("activity", method),
            "title": method.capitalize(),
            "description": words,
            "props": [{"name": "method", "value": method}],
        }
        for method, words in _METHODS.items()
    ]
    tasks: list[Json] = []
    for group in record.coverage.groups():
        own = [each for each in requirements if each.group.id == group.id]
        still_open = [(each, part) for each in own for part in each.open_objectives]
        if not still_open:
            continue
        tasks.append(
            {
                "uuid": assembly.uuid("task", str(record.edition), group.id),
                "type": "action",
                "title": marked_line(f"Assess {group.id} {group.title}"),
                "description": f"{len(still_open)} objectives of {len(own)} requirements are open.",
                "props": [prop("open", str(len(still_open))), prop("group", group.id)],
                "associated-activities": [
                    {"activity-uuid": activity["uuid"], "subjects": [{"type": "component", "include-all": {}}]}
                    for activity in activities
                ],
            }
        )
    content: Json = {
        "import-ssp": {"href": assembly.document_reference(Model.SYSTEM_SECURITY_PLAN)},
        "local-definitions": {
            "components": [
                {
                    "uuid": system,
                    "type": "this-system",
                    "title": marked_line(record.name),
                    "description": "Everything that the organization's security program covers.",
                    "status": {"state": "other", "remarks": "The record does not say."},
                }
            ],
            "activities": activities,
        },
        "reviewed-controls": reviewed_controls(
            assembly, [(status, each) for status in requirements for each in status.objectives]
        ),
        "assessment-subjects": [
            {"type": "component", "include-subjects": [{"subject-uuid": system, "type": "component"}]}
        ],
        "tasks": tasks,
    }
    assembly.catalog_reference()
    return assembly.finished("Assessment plan", content)
