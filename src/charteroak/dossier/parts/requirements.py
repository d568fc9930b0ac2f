"""Part 06: each requirement as it was known then: status, who said so, when it was recorded, and on what it rests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charteroak.clock import format_instant
from charteroak.dossier.contents import PartDocument
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.words import counted
from charteroak.program.bodies import RequirementAssessed
from charteroak.program.exhibits import exhibits_of
from charteroak.program.findings import Finding
from charteroak.program.recorded import DayOrInstant, RecordedFact
from charteroak.program.status import moment_text


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """A requirement on the last day of the interval, as known then."""

    framework: str
    edition: str
    requirement: str
    title: str
    result: str
    by: str
    occurred: DayOrInstant | None
    recorded: datetime | None
    entries: tuple[int, ...]
    evidence: tuple[str, ...]
    factor: str
    note: str

    def to_json(self) -> dict[str, Any]:
        """The line as JSON values."""
        return {
            "framework": self.framework,
            "edition": self.edition,
            "requirement": self.requirement,
            "title": self.title,
            "result": self.result,
            "by": self.by,
            "occurred": None if self.occurred is None else moment_text(self.occurred),
            "recorded": None if self.recorded is None else format_instant(self.recorded),
            "entries": list(self.entries),
            "evidenceSha256": list(self.evidence),
            "scaleFactor": self.factor,
            "note": self.note,
        }


def requirements_part(record: RecordOverInterval) -> PartDocument:
    """Part 06. What assessors found, and what the answered practices show, requirement by requirement."""
    lines = requirement_lines(record)
    practices = [_practice(finding, record) for finding in record.status.spoken_of]
    answered = sum(row["answer"] != "unknown" for row in practices)
    spoken = {_key(line) for line in lines}
    silent = {
        f"{each.name.framework} {each.name.edition}": sum(
            (*each.name, r.control.id) not in spoken for r in each.requirements
        )
        for each in record.status.coverages
    }
    return PartDocument(
        "06",
        "Requirements as known then",
        f"{counted(len(lines), 'requirement is', 'requirements are')} spoken to by the record; {answered} of "
        f"{len(practices)} practices that were promised or shown had an answer on the last day.",
        {
            "asOf": record.last.isoformat(),
            "knownAt": record.known_at.isoformat(),
            "rule": (
                "A practice is our wording of something to do; its links to requirements are ours and state their "
                "strength. A requirement has the weakest state among its practices. Nothing is called compliant."
            ),
            "requirements": [line.to_json() for line in lines],
            "requirementsThatNothingOnRecordSpeaksTo": silent,
            "practices": practices,
        },
        is_empty=not lines,
    )


def requirement_lines(record: RecordOverInterval) -> list[RequirementLine]:
    """First what was assessed, then what practices show about the rest."""
    lines = [
        _assessed(fact, fact.body) for fact in record.status.assessments if isinstance(fact.body, RequirementAssessed)
    ]
    assessed = {_key(line) for line in lines}
    for each in record.status.coverages:
        for touched in each.touched:
            if (each.name.framework, each.name.edition, touched.control.id) in assessed:
                continue
            findings = [record.status.record.findings[practice] for practice in touched.practices]
            findings = [finding for finding in findings if finding.exhibits]
            if not findings and not touched.exceptions:
                continue
            newest = max((f.newest for f in findings if f.newest is not None), key=lambda f: f.order, default=None)
            facts = [fact for f in findings for fact in (f.answered, f.newest) if fact is not None]
            lines.append(
                RequirementLine(
                    framework=each.name.framework,
                    edition=each.name.edition,
                    requirement=touched.control.id,
                    title=touched.control.title,
                    result=touched.state.word,
                    by=", ".join(sorted({fact.actor for fact in facts})),
                    occurred=None if newest is None else newest.occurred_from,
                    recorded=max((fact.recorded for fact in facts), default=None),
                    entries=tuple(sorted({fact.index for fact in facts})),
                    evidence=tuple(_digests(findings)),
                    factor=", ".join(
                        e.body.factor for e in record.status.exceptions if e.body.exception in touched.exceptions
                    ),
                    note=f"through the practices {', '.join(finding.practice.id for finding in findings)}",
                )
            )
    return lines


def _key(line: RequirementLine) -> tuple[str, str, str]:
    return line.framework, line.edition, line.requirement


def _assessed(fact: RecordedFact, body: RequirementAssessed) -> RequirementLine:
    objective = f", objective {body.objective}" if body.objective else ""
    return RequirementLine(
        framework=body.framework,
        edition=body.edition,
        requirement=body.requirement,
        title="",
        result=body.result,
        by=body.assessor,
        occurred=fact.occurred_from,
        recorded=fact.recorded,
        entries=(fact.index,),
        evidence=(),
        factor=body.factor or "",
        note=f"assessed by {', '.join(body.methods) or 'methods not stated'}{objective}. {body.note}".strip(),
    )


def _practice(finding: Finding, record: RecordOverInterval) -> dict[str, Any]:
    answered, newest = finding.answered, finding.newest
    return {
        "practice": finding.practice.id,
        "title": finding.practice.title,
        "answer": finding.answer,
        "answeredIn": None if answered is None else answered.reference,
        "answerRecorded": None if answered is None else format_instant(answered.recorded),
        "freshness": finding.freshness.value,
        "newestEvidence": None if newest is None else newest.reference,
        "ageDays": finding.age_days,
        "allowedDays": finding.practice.freshness_days,
        "silentBeyondAllowedDays": finding.gap_days,
        "late": [fact.index for fact in finding.evidence if fact.recorded_day > record.last],
        "evidenceSha256": _digests([finding]),
    }


def _digests(findings: list[Finding]) -> list[str]:
    """The digests of the newest evidence of some practices."""
    facts = [finding.newest for finding in findings if finding.newest is not None]
    return sorted({exhibit.sha256 for fact in facts for exhibit in exhibits_of(fact)})
