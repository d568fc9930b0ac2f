"""What the record shows about each requirement of an edition on a day, objective by objective.

The rules, of which ``docs/requirement-state.md`` gives the reasons:

1. An objective is *answered* by an assessment that found it satisfied and is fresh; by a practice that is linked as
   doing all of it, answered yes and shown by fresh evidence; or by one published row that says equal or superset.
2. A requirement is *covered* only if each of its objectives is answered. Otherwise it is *partly* covered, and the open
   objectives are named; two parts are never added up.
3. A recorded assessment wins over links. One that found less than satisfied stands however old it is; one that found
   it satisfied counts for ``ASSESSMENT_DAYS``, and not against an answer of *no* or *partly* given since.
4. *Not applicable* needs an assessment that says so and an accepted exception with factor, reason, approver and end.
   What an exception touches is never covered.

No percentage is made of this, and nothing is called compliant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from charteroak.frameworks.catalog import Control, EditionName, load_catalog
from charteroak.frameworks.crosswalk import Crosswalk
from charteroak.program.bodies import RequirementAssessed
from charteroak.program.exceptions import AcceptedException
from charteroak.program.findings import Finding, Freshness
from charteroak.program.hops import Hop, carried_hops, hops_into
from charteroak.program.links import LinkRelation, PracticeLink, edition_links
from charteroak.program.objectives import COMPANIONS, Outline, objectives_of, outline_of
from charteroak.program.practices import Practice
from charteroak.program.recorded import RecordedFact
from charteroak.program.requirement_answers import (
    Answer,
    Coverage,
    EditionCoverage,
    ObjectiveStatus,
    Reason,
    RequirementState,
    RequirementStatus,
)

ASSESSMENT_DAYS = 366
"""How long a finding of *satisfied* counts. Ours: the frameworks that the act names ask for a yearly look at most."""


@dataclass(frozen=True)
class RecordOnDay:
    """What of a record bears on requirements: findings, exceptions in effect, and assessments that stand."""

    day: date
    findings: Mapping[str, Finding]
    exceptions: Sequence[AcceptedException] = ()
    assessments: Sequence[RecordedFact] = ()
    _made: dict[EditionName, EditionCoverage] = field(default_factory=dict, compare=False, repr=False)

    def coverage(self, name: EditionName) -> EditionCoverage:
        """How far the record covers an edition, with the published crosswalks that are carried.

        Raises:
            UnknownFrameworkError: no catalog of the edition is carried.
        """
        if name not in self._made:
            self._made[name] = edition_coverage(name, self, carried_hops())
        return self._made[name]

    def practices(self) -> dict[str, Practice]:
        """The practices that were asked."""
        return {identifier: finding.practice for identifier, finding in self.findings.items()}


def edition_coverage(name: EditionName, record: RecordOnDay, crosswalks: Iterable[Crosswalk] = ()) -> EditionCoverage:
    """How far a record covers an edition. Of ``crosswalks`` one row at most leads to an answer, never two in a row.

    Raises:
        UnknownFrameworkError: no catalog of the edition is carried.
    """
    return _Assembly(name, record, tuple(crosswalks)).coverage()


_NOT_ASSESSED: Mapping[str, RecordedFact] = {}
_DOUBTS = (Reason.EXCEPTED, Reason.ANSWERED_NO, Reason.EVIDENCE_OLD)
"""What stands against practices, the gravest first."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What the record says of one practice."""

    is_shown: bool = False
    adds: bool = False
    """Done, wholly or partly, with fresh evidence."""
    doubt: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Together:
    """What it says of the practices behind one objective."""

    does_all: bool
    adds: bool
    doubt: Reason | None


def _said(finding: Finding | None, *, is_excepted: bool) -> _Said:
    if is_excepted:
        return _Said(doubt=Reason.EXCEPTED)
    if finding is None:
        return _Said()
    answer, is_fresh = finding.answer, finding.freshness is Freshness.FRESH
    if answer in {"no", "partly"}:
        return _Said(adds=answer == "partly" and is_fresh, doubt=Reason.ANSWERED_NO)
    if answer == "yes":
        is_old = finding.freshness is Freshness.STALE
        return _Said(is_fresh, is_fresh, Reason.EVIDENCE_OLD if is_old else None)
    return _Said()


class _Assembly:
    """The parts of one edition's coverage, looked up once for all of its requirements."""

    def __init__(self, name: EditionName, record: RecordOnDay, crosswalks: tuple[Crosswalk, ...]) -> None:
        self._name, self._record, self._crosswalks = name, record, crosswalks
        self._outline = outline_of(name)
        self._objectives = objectives_of(name)
        practices = record.practices()
        self._links = edition_links(name, practices)
        companion = None if self._objectives is None else self._objectives.name
        self._below = self._links if companion is None else edition_links(companion, practices)
        self._wording: Outline | None = None if companion is None else outline_of(companion)
        self._by_objective = {} if self._wording is None else {leaf.id: leaf for leaf in self._wording.leaves}
        self._excepted = {each.body.practice for each in record.exceptions if each.body.practice is not None}
        self._assessed = _findings_about(name, record)
        self._hops = hops_into(name, self._crosswalks)
        self._sources: dict[EditionName, dict[str, RequirementStatus]] = {}
        self._heard: dict[str, _Said] = {}
        # By the identity of the links: these stand in ``_links`` and ``_below`` as long as this does.
        self._combined: dict[int, _Together] = {}
        self._practices: dict[int, tuple[str, ...]] = {}
        self._states: dict[int, RequirementState] = {}

    def coverage(self) -> EditionCoverage:
        every = tuple(self._requirement(leaf) for leaf in self._outline.leaves)
        return EditionCoverage(self._name, every, self._links)

    def _requirement(self, control: Control) -> RequirementStatus:
        links = self._links.of(control.id)
        practices = self._showing(links)
        touching = tuple(
            each
            for each in self._record.exceptions
            if each.touches_requirement(self._name, control.id) or each.body.practice in practices
        )
        about = self._assessed.get(control.id, _NOT_ASSESSED)
        parts = self._parts(control)
        objectives = tuple([self._objective(each, control, about, touching) for each in parts])
        return RequirementStatus(
            control=control,
            group=self._outline.groups[control.id],
            coverage=_coverage(objectives, about, is_excepted=bool(touching)),
            state=RequirementState.COUNSEL if touching else self._state(links),
            objectives=objectives,
            practices=practices,
            exceptions=tuple([each.body.exception for each in touching]),
            assessed=about.get(""),
        )

    def _parts(self, control: Control) -> list[Control]:
        if self._objectives is None or control.id not in self._objectives.by_requirement:
            return [control]
        return [self._by_objective[each] for each in self._objectives.by_requirement[control.id]]

    def _showing(self, links: tuple[PracticeLink, ...]) -> tuple[str, ...]:
        key = id(links)
        if key not in self._practices:
            self._practices[key] = tuple(link.practice for link in links if link.shows)
        return self._practices[key]

    def _objective(
        self,
        part: Control,
        requirement: Control,
        about: Mapping[str, RecordedFact],
        touching: tuple[AcceptedException, ...],
    ) -> ObjectiveStatus:
        links = (self._links if part is requirement else self._below).of(part.id)
        fact = about.get("" if part is requirement else part.id) or about.get("")
        reason = None
        if fact is not None:
            answer, reason = self._assessment(fact, links, requirement, touching)
            if answer is not None:
                return ObjectiveStatus(part, answer, links, reason, fact)
        status = self._from_practices(part, links, reason, fact)
        if status.answer is Answer.SHOWN or not self._hops:
            return status
        return self._from_hop(status, requirement)

    def _assessment(
        self,
        fact: RecordedFact,
        links: tuple[PracticeLink, ...],
        requirement: Control,
        touching: tuple[AcceptedException, ...],
    ) -> tuple[Answer | None, Reason | None]:
        """What an assessment makes of an objective; no answer where it leaves the word to practices."""
        match fact.body.result if isinstance(fact.body, RequirementAssessed) else "unknown":
            case "partly":
                return Answer.PARTLY, None
            case "not-satisfied":
                return Answer.NOT_SATISFIED, None
            case "not-applicable":
                if any(_gives_reasons(each, self._name, requirement.id) for each in touching):
                    return Answer.NOT_APPLICABLE, None
                return self._capped(links), Reason.NO_EXCEPTION
            case "satisfied":
                if (self._record.day - fact.first_day).days > ASSESSMENT_DAYS:
                    return None, Reason.ASSESSMENT_OLD
                if any(self._denied_since(link, fact) for link in links if link.shows):
                    return Answer.PARTLY, Reason.ANSWERED_NO_SINCE
                return Answer.SATISFIED, None
            case _:
                return self._capped(links), Reason.UNKNOWN

    def _denied_since(self, link: PracticeLink, fact: RecordedFact) -> bool:
        finding = self._record.findings.get(link.practice)
        if finding is None or finding.answered is None or finding.answer not in {"no", "partly"}:
            return False
        return finding.answered.order > fact.order

    def _capped(self, links: tuple[PracticeLink, ...]) -> Answer:
        """What practices show at most where an assessor did not say that the objective is satisfied."""
        return Answer.CONTRIBUTED if self._together(links).adds else Answer.NOTHING

    def _from_practices(
        self, part: Control, links: tuple[PracticeLink, ...], reason: Reason | None, fact: RecordedFact | None
    ) -> ObjectiveStatus:
        together = self._together(links)
        if together.does_all and together.doubt in {None, Reason.EVIDENCE_OLD}:
            return ObjectiveStatus(part, Answer.SHOWN, links, assessed=fact)
        answer = Answer.CONTRIBUTED if together.adds else Answer.NOTHING
        return ObjectiveStatus(part, answer, links, reason or together.doubt, fact)

    def _together(self, links: tuple[PracticeLink, ...]) -> _Together:
        """What some practices come to together; worked out once, as many objectives have the same ones."""
        key = id(links)
        if key not in self._combined:
            parts = {link.practice: self._said(link.practice) for link in links if link.shows}
            self._combined[key] = _Together(
                does_all=any(
                    parts[link.practice].is_shown for link in links if link.relation is LinkRelation.SATISFIES
                ),
                adds=any(part.adds for part in parts.values()),
                doubt=next((each for each in _DOUBTS if any(part.doubt is each for part in parts.values())), None),
            )
        return self._combined[key]

    def _said(self, practice: str) -> _Said:
        if practice not in self._heard:
            finding = self._record.findings.get(practice)
            self._heard[practice] = _said(finding, is_excepted=practice in self._excepted)
        return self._heard[practice]

    def _is_shown(self, link: PracticeLink) -> bool:
        return self._said(link.practice).is_shown

    def _from_hop(self, status: ObjectiveStatus, requirement: Control) -> ObjectiveStatus:
        """Let a published row answer what practices do not, unless its framework looks at something else."""
        refused: ObjectiveStatus | None = None
        for hop in (*self._hops.get(requirement.id, ()), *self._hops.get(status.control.id, ())):
            if not self._is_covered(hop):
                continue
            reason = self._refusal(hop, status, requirement)
            if reason is None:
                return ObjectiveStatus(status.control, Answer.PUBLISHED, status.links, None, status.assessed, hop)
            answer = Answer.CONTRIBUTED if status.answer is Answer.NOTHING else status.answer
            refused = ObjectiveStatus(status.control, answer, status.links, reason, status.assessed, hop)
        return refused or status

    def _refusal(self, hop: Hop, status: ObjectiveStatus, requirement: Control) -> Reason | None:
        if status.reason in {Reason.ANSWERED_NO, Reason.EXCEPTED}:
            return status.reason
        if not hop.is_of_same_scope:
            return Reason.OTHER_SCOPE
        if "[" in status.control.title:
            return Reason.PARAMETER
        own = [link for link in self._links.of(requirement.id) if self._is_own_question(link)]
        return None if all(self._is_shown(link) for link in own) else Reason.OWN_QUESTION

    def _is_own_question(self, link: PracticeLink) -> bool:
        finding = self._record.findings.get(link.practice)
        return finding is not None and finding.practice.is_question

    def _is_covered(self, hop: Hop) -> bool:
        """Whether the element at the other end is covered by itself: no row leads to a row."""
        if hop.source not in self._sources:
            made = edition_coverage(hop.source, self._record)
            self._sources[hop.source] = {each.control.id: each for each in made.requirements}
        source = self._sources[hop.source].get(hop.row.source)
        return source is not None and source.coverage is Coverage.COVERED

    def _state(self, links: tuple[PracticeLink, ...]) -> RequirementState:
        key = id(links)
        if key not in self._states:
            self._states[key] = self._weakest(links)
        return self._states[key]

    def _weakest(self, links: tuple[PracticeLink, ...]) -> RequirementState:
        parts = [link for link in links if link.shows and link.practice in self._record.findings]
        if not parts:
            return RequirementState.UNKNOWN
        weakest = min(_practice_state(self._record.findings[link.practice]) for link in parts)
        does_all = any(link.relation is LinkRelation.SATISFIES for link in parts)
        if weakest is RequirementState.SUPPORTED_IN_PART and does_all:
            return RequirementState.SUPPORTED
        return weakest


def _coverage(
    objectives: tuple[ObjectiveStatus, ...], about: Mapping[str, RecordedFact], *, is_excepted: bool
) -> Coverage:
    answers = [each.answer for each in objectives]
    if all(answer is Answer.NOT_APPLICABLE for answer in answers):
        return Coverage.NOT_APPLICABLE
    # Findings about the whole, and about objectives that are not known here, such as those of a missing companion.
    known = {each.control.id for each in objectives} if about else set()
    strays = [(objective, _result(fact)) for objective, fact in about.items() if objective not in known]
    is_denied = any(result in {"partly", "not-satisfied"} for _, result in strays)
    if not is_denied and not is_excepted and all(_answers(answer) for answer in answers):
        return Coverage.COVERED
    if any(answer is not Answer.NOTHING and answer is not Answer.NOT_SATISFIED for answer in answers):
        return Coverage.PARTLY
    is_begun = any(objective and result in {"partly", "satisfied"} for objective, result in strays)
    return Coverage.PARTLY if is_begun else Coverage.OPEN


def _answers(answer: Answer) -> bool:
    # By identity: an edition has thousands of objectives, and to hash a member of an enumeration takes its time.
    return answer is Answer.SATISFIED or answer is Answer.SHOWN or answer is Answer.PUBLISHED


def _result(fact: RecordedFact) -> str:
    return fact.body.result if isinstance(fact.body, RequirementAssessed) else "unknown"


def _gives_reasons(exception: AcceptedException, name: EditionName, requirement: str) -> bool:
    """Whether an exception is about this requirement and says why; factor, approver and end it always names."""
    return exception.touches_requirement(name, requirement) and bool(exception.body.reason.strip())


def _findings_about(name: EditionName, record: RecordOnDay) -> dict[str, dict[str, RecordedFact]]:
    """By requirement and objective, what was found last; a finding under the companion's own name counts alike."""
    names = {name}
    companion = COMPANIONS.get(name)
    if companion is not None and companion.edition == name.edition:
        names.add(companion)
    found: dict[str, dict[str, RecordedFact]] = {}
    for fact in record.assessments:
        body = fact.body
        if isinstance(body, RequirementAssessed) and (body.framework, body.edition) in names:
            requirement, objective = _subject(body, name)
            about = found.setdefault(requirement, {})
            rival = about.get(objective)
            if rival is None or rival.order < fact.order:
                about[objective] = fact
    return found


def _subject(body: RequirementAssessed, name: EditionName) -> tuple[str, str]:
    """The requirement and objective; a companion's objective may stand where a requirement does."""
    if body.objective is None and (body.framework, body.edition) != name:
        catalog = load_catalog(body.framework, body.edition)
        if body.requirement in catalog:
            parent = catalog.control(body.requirement).parent
            if parent is not None:
                return parent, body.requirement
    return body.requirement, body.objective or ""


def _practice_state(finding: Finding) -> RequirementState:
    if finding.answer != "yes":
        return {
            "no": RequirementState.NO,
            "partly": RequirementState.PARTLY,
            "unknown": RequirementState.UNKNOWN,
        }[finding.answer]
    if finding.freshness is Freshness.FRESH:
        return RequirementState.SUPPORTED_IN_PART
    return RequirementState.NO_FRESH_EVIDENCE
