"""Where a program stood on a day, as known at a moment.

Every statement names the ledger entry that it rests on. What was recorded after the day asked about is marked late;
what is not understood is listed. The answer never says "compliant": it says what the record shows.

A status stays of one size however long the record is: of each list the newest entries stand in it, with how many were
left out. Counting stops at ``COUNTED`` and ``EVIDENCE_COUNTED``, where a number means *at least so many*.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from charteroak.clock import format_instant
from charteroak.frameworks.catalog import EditionName
from charteroak.program.assertions import Assertion, assertions, assertions_on
from charteroak.program.assessments import assessments_on
from charteroak.program.bodies import (
    CorrectionMade,
    EvidenceRecorded,
    NotUnderstood,
    OrganisationDescribed,
    PracticeAnswered,
    ProgramAdopted,
    RequirementAssessed,
    body_document,
)
from charteroak.program.exceptions import AcceptedException, accepted_exceptions, exceptions_on
from charteroak.program.findings import Finding, practice_records
from charteroak.program.history import KnownAt, in_force, knowledge
from charteroak.program.links import linked_editions
from charteroak.program.practices import PracticeSet, load_practices
from charteroak.program.recorded import DayOrInstant, RecordedFact
from charteroak.program.recorded_gaps import RecordedGap, gaps_open_on
from charteroak.program.requirement_answers import EditionCoverage
from charteroak.program.requirements import RecordOnDay
from charteroak.program.written_program import ProgramOnDay, written_program

STARTING_EDITION = EditionName("nist-csf", "2.0")
"""Spoken of in every status: free, short, and named by the act."""
LISTED = 50
"""Entries in each list of a status: the newest."""
EVIDENCE_LISTED = 20
"""Items of evidence listed for each practice: the newest."""
COUNTED = 200
"""As far as the entries of such a list are counted."""
EVIDENCE_COUNTED = 50
"""As far as the evidence of each practice is counted."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many entries there are, as far as they are counted, where only the newest of them were handed in."""

    late: int
    corrections: int
    not_understood: int
    evidence: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ProgramStatus:
    """A program on a day. ``to_json`` is the document of ``charteroak program status --json``."""

    as_of: date
    known_at: KnownAt
    organisation: RecordedFact | None
    program: ProgramOnDay
    editions: tuple[Assertion, ...]
    findings: dict[str, Finding]
    record: RecordOnDay
    """What bears on requirements; ask it for the coverage of any edition."""
    practices: PracticeSet
    """What was asked."""
    followed: tuple[EditionName, ...]
    """The editions that were asserted, assessed or excepted from, and the newest NIST CSF; without coverage none."""
    corrections: tuple[RecordedFact, ...]
    not_understood: tuple[RecordedFact, ...]
    late: tuple[RecordedFact, ...]
    """Entries about this day or earlier that were recorded after it; the ones that began last."""
    other_practices: tuple[str, ...]
    """Practices that the record speaks of and this release does not know; the first by name."""
    exceptions: tuple[AcceptedException, ...]
    """In effect on the day, by name."""
    recorded_gaps: tuple[RecordedGap, ...]
    """Open on the day by the organisation's own word, by name."""
    assessments: tuple[RecordedFact, ...]
    """For each requirement or objective, what was found last."""
    left_out: Mapping[str, int]
    """How many entries stand in no list above, by the list's name in JSON."""
    evidence_left_out: Mapping[str, int]
    """The same for the evidence of each practice; only those of which some was left out."""

    @property
    def promised(self) -> tuple[str, ...]:
        """The practices that the written program in force promises; none without a program."""
        body = self.program.adopted.body if self.program.adopted is not None else None
        if not isinstance(body, ProgramAdopted):
            return ()
        return body.practices or self.practices.promised_without_list

    @property
    def wanted(self) -> list[Finding]:
        """Of what the program promises, and without one of where everyone starts, how it stands."""
        names = self.promised or self.practices.promised_without_list
        return [self.record.findings[name] for name in names if name in self.record.findings]

    @property
    def spoken_of(self) -> list[Finding]:
        """The practices and questions that were promised, answered or shown, in their order."""
        promised = set(self.promised)
        return [each for each in self.record.findings.values() if each.exhibits or each.practice.id in promised]

    @property
    def questions(self) -> dict[str, Finding]:
        """The questions that a followed framework alone asks, and those that were answered, in their order."""
        frameworks = {name.framework for name in self.followed}
        return {
            identifier: finding
            for identifier, finding in self.record.findings.items()
            if finding.practice.is_question and (finding.practice.framework in frameworks or finding.answered)
        }

    @property
    def coverages(self) -> tuple[EditionCoverage, ...]:
        """How far the record covers each edition that is followed; worked out when asked for."""
        return tuple(self.record.coverage(name) for name in self.followed)

    def to_json(self) -> dict[str, Any]:
        """The status as JSON values."""
        return {
            "asOf": self.as_of.isoformat(),
            "knownAt": None if self.known_at is None else moment_text(self.known_at),
            "organisation": self._entry(self.organisation),
            "program": {
                "adopted": self._entry(self.program.adopted),
                "approved": self._entry(self.program.approved),
                "reviewed": self._entry(self.program.reviewed),
                "described": self._entry(self.program.described),
                "maintained": self.program.is_maintained,
                "daysSinceUpkeep": self.program.upkeep_age_days,
            },
            "editions": [self._entry(assertion.fact) for assertion in self.editions],
            "practices": [self._practice(finding) for finding in self.findings.values()],
            "requirements": [_coverage(each) for each in self.coverages],
            "exceptions": [self._entry(each.fact) for each in self.exceptions],
            "recordedGaps": [self._gap(gap) for gap in self.recorded_gaps],
            "assessments": [self._entry(fact) for fact in self.assessments],
            "late": [fact.reference for fact in self.late],
            "corrections": [self._entry(fact) for fact in self.corrections],
            "notUnderstood": [self._entry(fact) for fact in self.not_understood],
            "otherPractices": list(self.other_practices),
            "leftOut": dict(self.left_out) | {"countedTo": COUNTED, "evidenceCountedTo": EVIDENCE_COUNTED},
            "notLegalAdvice": True,
        }

    def _gap(self, gap: RecordedGap) -> dict[str, Any]:
        return entry_document(gap.fact) | {
            "late": gap.fact.recorded_day > self.as_of,
            "ageDays": gap.age_days,
            "overdueDays": gap.overdue_days,
        }

    def _practice(self, finding: Finding) -> dict[str, Any]:
        return {
            "id": finding.practice.id,
            "title": finding.practice.title,
            "kind": finding.practice.kind.value,
            "promised": finding.practice.id in self.promised,
            "answer": finding.answer,
            "answered": self._entry(finding.answered),
            "freshness": {
                "state": finding.freshness.value,
                "ageDays": finding.age_days,
                "allowedDays": finding.practice.freshness_days,
                "gapDays": finding.gap_days,
            },
            "evidence": [self._entry(fact) for fact in finding.evidence[-EVIDENCE_LISTED:]],
            "evidenceLeftOut": self.evidence_left_out.get(finding.practice.id, 0),
            "exceptions": [each.body.exception for each in self.exceptions if each.touches_practice(finding.practice)],
        }

    def _entry(self, fact: RecordedFact | None) -> dict[str, Any] | None:
        if fact is None:
            return None
        return entry_document(fact) | {"late": fact.recorded_day > self.as_of}


def program_status(
    facts: Iterable[RecordedFact],
    as_of: date,
    known_at: KnownAt = None,
    *,
    practices: PracticeSet | None = None,
    totals: Totals | None = None,
    listed: int | None = None,
    with_coverage: bool = True,
) -> ProgramStatus:
    """Where the program stood on a day, from what had been recorded by a moment.

    ``known_at`` is an instant, a day (everything recorded by its end), or ``None`` for the whole record handed in.
    Where only the entries that can matter are handed in, ``totals`` counts those that are only listed. ``listed`` is
    how many stand in each list, if not ``LISTED``; without ``with_coverage`` nothing is said of requirements.
    """
    longest = LISTED if listed is None else listed
    asked = practices or load_practices()
    shipped = asked.by_id
    known = knowledge(facts, known_at)
    begun = tuple(fact for fact in known.standing if fact.first_day <= as_of)
    every = {identifier: one.finding(as_of) for identifier, one in practice_records(begun, asked.asked).items()}
    findings = {identifier: every[identifier] for identifier in shipped}
    exceptions = exceptions_on(accepted_exceptions(begun), as_of)
    gaps = gaps_open_on(begun, as_of)
    assessments = assessments_on(begun, as_of)
    standing = tuple(assertions_on(assertions(begun), as_of))
    late = sorted((fact for fact in begun if fact.recorded_day > as_of), key=lambda fact: fact.order)
    corrections = [fact for fact in known.facts if isinstance(fact.body, CorrectionMade)]
    not_understood = [fact for fact in known.facts if isinstance(fact.body, NotUnderstood)]
    counted = totals or Totals(
        late=len(late),
        corrections=len(corrections),
        not_understood=len(not_understood),
        evidence={identifier: len(finding.evidence) for identifier, finding in findings.items()},
    )
    evidence = {
        identifier: max(0, min(counted.evidence[identifier], EVIDENCE_COUNTED) - EVIDENCE_LISTED)
        for identifier in findings
    }
    return ProgramStatus(
        as_of=as_of,
        known_at=known_at,
        organisation=in_force((f for f in begun if isinstance(f.body, OrganisationDescribed)), as_of),
        program=written_program(begun).on(as_of),
        editions=standing,
        findings=findings,
        record=RecordOnDay(as_of, every, exceptions, assessments),
        practices=asked,
        followed=_followed(standing, exceptions, assessments) if with_coverage else (),
        corrections=tuple(corrections[-longest:]),
        not_understood=tuple(not_understood[-longest:]),
        late=tuple(sorted(late[-longest:], key=lambda fact: fact.index)),
        other_practices=tuple(sorted(_practices_named(begun) - set(every))[:longest]),
        exceptions=exceptions[:longest],
        recorded_gaps=gaps[:longest],
        assessments=assessments[:longest],
        left_out={
            "late": _left_out(counted.late, longest),
            "corrections": _left_out(counted.corrections, longest),
            "notUnderstood": _left_out(counted.not_understood, longest),
            "exceptions": _left_out(len(exceptions), longest),
            "recordedGaps": _left_out(len(gaps), longest),
            "assessments": _left_out(len(assessments), longest),
        },
        evidence_left_out={identifier: number for identifier, number in evidence.items() if number},
    )


def _left_out(total: int, listed: int) -> int:
    return max(0, min(total, COUNTED) - listed)


def entry_document(fact: RecordedFact) -> dict[str, Any]:
    """A fact as JSON values: where it stands, when it was so, when it was recorded, and what it says."""
    body = (
        {"reason": fact.body.reason, "detail": fact.body.detail}
        if isinstance(fact.body, NotUnderstood)
        else body_document(fact.body)
    )
    return {
        "entry": fact.index,
        "kind": fact.kind,
        "actor": fact.actor,
        "occurred": {
            "from": moment_text(fact.occurred_from),
            "to": None if fact.occurred_to is None else moment_text(fact.occurred_to),
            "precision": fact.precision,
            "source": fact.source,
        },
        "recorded": format_instant(fact.recorded),
        "lagDays": max(0, (fact.recorded_day - (fact.last_day or fact.first_day)).days),
        "bodySha256": fact.body_sha256,
        "body": body,
        "withheld": list(fact.withheld),
    }


def moment_text(moment: DayOrInstant) -> str:
    """A day as an ISO date, an instant as RFC 3339."""
    return format_instant(moment) if isinstance(moment, datetime) else moment.isoformat()


def _followed(
    asserted: Iterable[Assertion], exceptions: Iterable[AcceptedException], assessments: Iterable[RecordedFact]
) -> tuple[EditionName, ...]:
    """The editions that the record speaks of and whose catalogs are carried, and the one that all may start from."""
    subjects = [each.body for each in exceptions] + [
        fact.body for fact in assessments if isinstance(fact.body, RequirementAssessed)
    ]
    named = {assertion.name for assertion in asserted} | {
        EditionName(body.framework, body.edition) for body in subjects if body.framework and body.edition
    }
    return tuple(name for name in linked_editions() if name in named or name == STARTING_EDITION)


def _coverage(each: EditionCoverage) -> dict[str, Any]:
    return {
        "framework": each.name.framework,
        "edition": each.name.edition,
        "touched": [
            {
                "id": status.control.id,
                "title": status.control.title,
                "state": status.state.word,
                "practices": list(status.practices),
                "exceptions": list(status.exceptions),
                "coverage": status.coverage.value,
                "objectives": len(status.objectives),
                "open": [objective.control.id for objective in status.open_objectives],
            }
            for status in each.touched
        ],
        "notAsked": each.not_asked,
    }


def _practices_named(facts: Iterable[RecordedFact]) -> set[str]:
    return {f.body.practice for f in facts if isinstance(f.body, PracticeAnswered | EvidenceRecorded)}
