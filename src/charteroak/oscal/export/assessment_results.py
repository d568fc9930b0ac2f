"""Assessment results: a finding for each objective that the record says something about.

What nothing on record bears on is no finding: nobody looked at it, and *not satisfied* would say that somebody did. How
many objectives that are is said. An objective is *satisfied* only where the record answers it in full: by an assessor's
finding, by a practice that does all of it and is shown by fresh evidence, or by one published row. The ``answer``
property says which; under an accepted exception nothing is satisfied.
"""

from collections.abc import Container, Sequence

from charteroak.oscal.document import Document, Json
from charteroak.oscal.export import observations as notes
from charteroak.oscal.export.assembly import Assembly, end_of, moment, prop
from charteroak.oscal.export.record import ExportedRecord, ExportError
from charteroak.oscal.export.risks import exception_uuid, gap_uuid, of_exception, of_gap
from charteroak.oscal.models import Model
from charteroak.oscal.texts import marked_line
from charteroak.program.bodies import RequirementAssessed
from charteroak.program.poam import PlanItem
from charteroak.program.requirement_answers import Answer, ObjectiveStatus, RequirementStatus

_SAID = {
    Answer.SATISFIED: "Assessed, and found satisfied.",
    Answer.SHOWN: "A practice that does all of it is answered yes and shown by fresh evidence. Nobody assessed it.",
    Answer.PUBLISHED: "A published row says that an element which is answered equals or contains it.",
    Answer.PARTLY: "Assessed, and found satisfied in part.",
    Answer.NOT_SATISFIED: "Assessed, and found not satisfied.",
    Answer.NOT_APPLICABLE: "Assessed as not applicable, under an accepted exception.",
    Answer.CONTRIBUTED: "Practices that do a part of it are shown. Whether that is all of it is open.",
    Answer.NOTHING: "Nothing on record bears on it.",
}
_FAILED = frozenset({Answer.PARTLY, Answer.NOT_SATISFIED})


def assessment_results(record: ExportedRecord) -> Document:
    """The results of an organization's record for one edition, on a day.

    Raises:
        ExportError: the record says nothing about the edition.
    """
    assembly = Assembly(record, Model.ASSESSMENT_RESULTS)
    observed = {key for key, each in record.findings.items() if notes.is_observed(each)}
    every = [(status, each) for status in record.coverage.requirements for each in status.objectives]
    spoken_of = [(status, each) for status, each in every if _says_something(record, status, each, observed)]
    as_a_whole = [each for each in record.coverage.requirements if _is_assessed_as_a_whole(each)]
    if not spoken_of and not as_a_whole:
        raise ExportError(
            f"The record says nothing about {record.edition}.",
            remedy="Answer practices, or assess a requirement, or name another edition.",
        )
    named = {link.practice for _, each in spoken_of for link in each.links if link.shows} & observed
    findings = [
        *(_finding(assembly, status, each, named) for status, each in spoken_of),
        *(_whole_finding(assembly, status) for status in as_a_whole),
    ]
    result: Json = {
        "uuid": assembly.uuid("result", str(record.edition), record.day.isoformat(), str(record.entries)),
        "title": marked_line(f"{record.catalog.title} on {record.day.isoformat()}"),
        "description": f"What {record.entries} entries of the record show.",
        "start": moment(min(fact.first_day for fact in record.standing)),
        "end": end_of(record.day),
        "props": [prop("objectives-without-record", str(len(every) - len(spoken_of)))],
        "reviewed-controls": reviewed_controls(assembly, spoken_of, as_a_whole),
        "observations": [
            *(notes.of_assessment(assembly, fact) for fact in record.assessments),
            *(notes.of_practice(assembly, record.findings[practice]) for practice in sorted(named)),
        ],
        "risks": [
            *(of_exception(assembly, each) for each in record.exceptions),
            *(of_gap(assembly, item) for item in record.plan.items),
        ],
        "findings": findings,
    }
    content: Json = {
        "import-ap": {"href": assembly.document_reference(Model.ASSESSMENT_PLAN)},
        "results": [{member: part for member, part in result.items() if part}],
    }
    assembly.catalog_reference()
    return assembly.finished("Assessment results", content)


def reviewed_controls(
    assembly: Assembly,
    reviewed: Sequence[tuple[RequirementStatus, ObjectiveStatus]],
    as_a_whole: Sequence[RequirementStatus] = (),
) -> Json:
    """The requirements that are looked at, and their objectives where a companion gives any."""
    requirements = dict.fromkeys(status.control.id for status in (*(status for status, _ in reviewed), *as_a_whole))
    selected: Json = {
        "control-selections": [
            {"include-controls": [{"control-id": assembly.control(identifier)} for identifier in requirements]}
        ]
    }
    objectives = [
        {"objective-id": assembly.objective(each.control.id)}
        for status, each in reviewed
        if each.control.id != status.control.id
    ]
    if objectives:
        selected["control-objective-selections"] = [{"include-objectives": objectives}]
    return selected


def _says_something(
    record: ExportedRecord, status: RequirementStatus, each: ObjectiveStatus, observed: Container[str]
) -> bool:
    """Whether anybody assessed it, answered a practice that has a part in it, or opened or excepted something."""
    return (
        each.answer is not Answer.NOTHING
        or each.assessed is not None
        or bool(status.exceptions)
        or any(link.shows and link.practice in observed for link in each.links)
        or any(_is_about(item, status) for item in record.plan.items)
    )


def _is_assessed_as_a_whole(status: RequirementStatus) -> bool:
    """Whether there is a finding about the requirement that is none about an objective of it."""
    return status.assessed is not None and all(each.control.id != status.control.id for each in status.objectives)


def _whole_finding(assembly: Assembly, status: RequirementStatus) -> Json:
    """What an assessor found about a requirement whose objectives are asked about one by one. It answers none."""
    fact = status.assessed
    body = None if fact is None else fact.body
    if fact is None or not isinstance(body, RequirementAssessed):
        raise TypeError(status.control.id)
    is_satisfied = body.result == "satisfied" and not status.exceptions
    reason = "pass" if is_satisfied else "fail" if body.result in {"partly", "not-satisfied"} else "other"
    return {
        "uuid": assembly.uuid("finding", str(assembly.record.edition), status.control.id),
        "title": marked_line(status.control.id),
        "description": f"Assessed as a whole: {body.result}. It answers no objective by itself.",
        "props": [prop("answer", body.result)],
        "target": {
            "type": "objective-id",
            "target-id": assembly.control(status.control.id),
            "props": [prop("label", status.control.id), prop("requirement", status.control.id)],
            "status": {"state": "satisfied" if is_satisfied else "not-satisfied", "reason": reason},
        },
        "related-observations": [{"observation-uuid": notes.assessment_uuid(assembly, fact)}],
    }


def _finding(assembly: Assembly, status: RequirementStatus, each: ObjectiveStatus, observed: Container[str]) -> Json:
    is_satisfied = each.answer.is_answered and not status.exceptions
    reason = "pass" if is_satisfied else "fail" if each.answer in _FAILED else "other"
    said = _SAID[each.answer] if is_satisfied == each.answer.is_answered else "An exception was accepted: for counsel."
    target: Json = {
        "type": "objective-id",
        "target-id": assembly.objective(each.control.id),
        "props": [prop("label", each.control.id), prop("requirement", status.control.id)],
        "status": {"state": "satisfied" if is_satisfied else "not-satisfied", "reason": reason},
    }
    if each.control.title:
        target["description"] = marked_line(each.control.title)
    finding: Json = {
        "uuid": assembly.uuid("finding", str(assembly.record.edition), status.control.id, each.control.id),
        "title": marked_line(each.control.id),
        "description": said,
        "props": [
            prop("answer", each.answer.value),
            *([prop("because", each.reason.value)] if each.reason is not None else []),
            *([prop("published-row", each.hop.row.authority)] if each.hop is not None else []),
        ],
        "target": target,
    }
    related = [{"observation-uuid": notes.assessment_uuid(assembly, each.assessed)}] if each.assessed else []
    related += [
        {"observation-uuid": notes.practice_uuid(assembly, assembly.record.findings[link.practice])}
        for link in each.links
        if link.shows and link.practice in observed
    ]
    risks = [{"risk-uuid": exception_uuid(assembly, name)} for name in status.exceptions]
    risks += [{"risk-uuid": gap_uuid(assembly, item)} for item in assembly.record.plan.items if _is_about(item, status)]
    if related:
        finding["related-observations"] = related
    if risks:
        finding["related-risks"] = risks
    return finding


def _is_about(item: PlanItem, status: RequirementStatus) -> bool:
    body = item.gap.body
    return body.requirement == status.control.id or (body.practice is not None and body.practice in status.practices)
