"""Observations: what assessors noted, and what the organization's answers and evidence show about each practice."""

from datetime import timedelta

from charteroak.oscal.document import Json
from charteroak.oscal.export.assembly import Assembly, moment, prop
from charteroak.oscal.texts import marked, marked_line
from charteroak.program.bodies import PracticeAnswered, RequirementAssessed
from charteroak.program.findings import Finding
from charteroak.program.recorded import RecordedFact

EVIDENCE_NAMED = 20
"""Items of evidence that one observation names: the newest."""


def assessment_uuid(assembly: Assembly, fact: RecordedFact) -> str:
    """The identifier of the observation behind an assessment."""
    return assembly.uuid("assessment", str(fact.index))


def practice_uuid(assembly: Assembly, finding: Finding) -> str:
    """The identifier of the observation of a practice."""
    return assembly.uuid("practice", finding.practice.id)


def is_observed(finding: Finding) -> bool:
    """Whether anything is on record about a practice."""
    return finding.answered is not None or bool(finding.evidence)


def of_assessment(assembly: Assembly, fact: RecordedFact) -> Json:
    """What an assessor noted about a requirement or an objective, by which methods, and what it rests on."""
    body = fact.body
    if not isinstance(body, RequirementAssessed):
        raise TypeError(fact.kind)
    about = body.objective or body.requirement
    entries = set(getattr(body, "evidence", ()))
    evidence = [item for each in assembly.record.standing if each.index in entries for item in assembly.evidence(each)]
    observation: Json = {
        "uuid": assessment_uuid(assembly, fact),
        "title": marked_line(f"Assessment of {about}"),
        "description": f"{marked_line(body.assessor)} found: {body.result}.",
        "props": [
            *assembly.entry_props(fact),
            prop("result", body.result),
            prop("requirement", body.requirement),
            *([prop("objective", body.objective)] if body.objective else []),
            *([prop("factor", body.factor)] if body.factor else []),
            *([prop("exception", exception)] if (exception := getattr(body, "exception", None)) else []),
        ],
        "methods": [method.upper() for method in body.methods] or ["UNKNOWN"],
        "types": ["control-objective" if body.objective else "finding"],
        "origins": assembly.origin(assembly.person(body.assessor, "assessor"), "assessor"),
        "collected": moment(fact.occurred_from),
    }
    if evidence:
        observation["relevant-evidence"] = evidence
    if body.note.strip():
        observation["remarks"] = marked(body.note.strip())
    return observation


def of_practice(assembly: Assembly, finding: Finding) -> Json:
    """The answer to a practice's question and the evidence that shows it. It looks no deeper than the record does."""
    answered = finding.answered
    newest = sorted(finding.evidence, key=lambda fact: fact.order)[-EVIDENCE_NAMED:]
    since = answered or newest[-1]
    observation: Json = {
        "uuid": practice_uuid(assembly, finding),
        "title": marked_line(finding.practice.title),
        "description": f"{marked_line(finding.practice.question)} Answered: {finding.answer}.",
        "props": [
            prop("practice", finding.practice.id),
            prop("answer", finding.answer),
            prop("freshness", finding.freshness.value),
            prop("evidence-items", str(len(finding.evidence))),
            *(assembly.entry_props(answered) if answered is not None else ()),
        ],
        "methods": ["EXAMINE"] if finding.evidence else ["INTERVIEW"],
        "types": ["implementation-issue" if finding.answer == "no" else "finding"],
        "origins": assembly.origin(assembly.organization, "organization"),
        "collected": moment((finding.newest or since).occurred_from),
    }
    if newest:
        observation["relevant-evidence"] = [item for fact in newest for item in assembly.evidence(fact)]
        last = (finding.newest or newest[-1]).last_day or (finding.newest or newest[-1]).first_day
        observation["expires"] = moment(last + timedelta(days=finding.practice.freshness_days + 1))
    note = answered.body.note.strip() if answered is not None and isinstance(answered.body, PracticeAnswered) else ""
    if note:
        observation["remarks"] = marked(note)
    return observation
