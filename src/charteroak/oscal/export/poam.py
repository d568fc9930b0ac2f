"""A plan of action and milestones: every open gap of the record with its age, owner, day and steps.

Exceptions stand among the risks as approved deviations; they are no items of the plan.
"""

from charteroak.oscal.document import Document, Json
from charteroak.oscal.export import observations as notes
from charteroak.oscal.export.assembly import Assembly, moment, prop
from charteroak.oscal.export.record import ExportedRecord, ExportError
from charteroak.oscal.export.risks import gap_uuid, of_exception, of_gap, subject_props
from charteroak.oscal.identifiers import NAMESPACE
from charteroak.oscal.models import Model
from charteroak.oscal.texts import marked, marked_line
from charteroak.program.poam import PlanItem
from charteroak.program.recorded import RecordedFact


def plan_of_action(record: ExportedRecord) -> Document:
    """The open gaps of a record on a day.

    Raises:
        ExportError: no gap is open; OSCAL knows no empty plan.
    """
    if not record.plan.items:
        raise ExportError(
            f"No gap is open on {record.day.isoformat()}; a plan of action has at least one item.",
            remedy="Ask about another day, or record the gap.",
        )
    assembly = Assembly(record, Model.PLAN_OF_ACTION_AND_MILESTONES)
    by_index = {fact.index: fact for fact in record.standing}
    found_by = {
        item.gap.found_by: by_index[item.gap.found_by] for item in record.plan.items if item.gap.found_by in by_index
    }
    content: Json = {
        "import-ssp": {"href": assembly.document_reference(Model.SYSTEM_SECURITY_PLAN)},
        "system-id": {"identifier-type": NAMESPACE, "id": record.slug},
        "observations": [_observation(assembly, fact) for fact in found_by.values()],
        "risks": [
            *(of_gap(assembly, item) for item in record.plan.items),
            *(of_exception(assembly, each) for each in record.exceptions),
        ],
        "poam-items": [_item(assembly, item, set(found_by.values())) for item in record.plan.items],
    }
    return assembly.finished("Plan of action and milestones", content)


def _item(assembly: Assembly, item: PlanItem, found_by: set[RecordedFact]) -> Json:
    body, gap = item.gap.body, item.gap
    made: Json = {
        "uuid": assembly.uuid("gap", body.gap, "item"),
        "title": marked_line(body.title),
        "description": marked(body.note.strip()) or marked_line(body.title),
        "props": [
            prop("gap", body.gap),
            prop("opened", gap.opened_on.isoformat()),
            prop("age-days", str(gap.age_days)),
            *([prop("severity", item.severity)] if item.severity else []),
            *([prop("overdue-days", str(gap.overdue_days))] if gap.overdue_days else []),
            *subject_props(body.framework, body.edition, body.requirement, body.practice),
        ],
        "related-risks": [{"risk-uuid": gap_uuid(assembly, item)}],
    }
    if item.owner:
        made["origins"] = assembly.origin(assembly.person(item.owner, "owner"), "owner")
    seen = [fact for fact in found_by if fact.index == gap.found_by]
    if seen:
        made["related-observations"] = [{"observation-uuid": assembly.uuid("entry", str(fact.index))} for fact in seen]
    return made


def _observation(assembly: Assembly, fact: RecordedFact) -> Json:
    """The entry that led to a gap, such as a scanner's report."""
    if fact in assembly.record.assessments:
        return notes.of_assessment(assembly, fact) | {"uuid": assembly.uuid("entry", str(fact.index))}
    return {
        "uuid": assembly.uuid("entry", str(fact.index)),
        "title": marked_line(str(getattr(fact.body, "title", "")) or fact.kind),
        "description": f"An entry of the record of kind {fact.kind}.",
        "props": assembly.entry_props(fact),
        "methods": ["EXAMINE"],
        "types": ["finding"],
        "origins": assembly.origin(assembly.organization, "organization"),
        "relevant-evidence": assembly.evidence(fact),
        "collected": moment(fact.occurred_from),
    }
