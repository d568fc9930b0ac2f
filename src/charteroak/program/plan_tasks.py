"""From a record to the tasks of a gap plan: every practice that is not shown, and every gap on record.

A practice that waits for another one that is not done needs it first; that one is a task of the plan too, even where
the program does not promise it. What is answered yes needs no work before others can build on it, though it may still
have to be shown.
"""

from collections.abc import Iterable, Sequence

from charteroak.frameworks.catalog import EditionName
from charteroak.law.safe_harbor.statute import STATUTES, load_statute
from charteroak.program.findings import Finding
from charteroak.program.gap_plan import Range, Task
from charteroak.program.gaps import in_order_of_work
from charteroak.program.links import linked_editions, shipped_links
from charteroak.program.plan_weights import PlanWeights, load_weights, state_of
from charteroak.program.poam import PlanItem, action_plan
from charteroak.program.practices import PracticeSet
from charteroak.program.status import ProgramStatus

DEFAULT_EDITIONS = (EditionName("nist-csf", "2.0"), EditionName("cis-controls", "8.1"))
"""What a plan looks at where no officer has named a framework yet."""

_FOLLOWED = {"created-maintained-followed", "implemented-and-maintained"}
_CONFORMED = {"framework-conformity", "framework-of-the-list"}


def plan_tasks(
    status: ProgramStatus, *, every_practice: bool = False, weights: PlanWeights | None = None
) -> tuple[Task, ...]:
    """The tasks, in order of work.

    ``every_practice``: all practices of the release, and not only what the program promises.
    """
    return _Making(status, weights or load_weights(), every_practice=every_practice).tasks()


class _Making:
    def __init__(self, status: ProgramStatus, weights: PlanWeights, *, every_practice: bool) -> None:
        self.status = status
        self.practices: PracticeSet = status.practices
        self.weights = weights
        self.findings = status.record.findings
        self.recorded = action_plan(status.recorded_gaps, status.as_of).items
        wanted = (
            tuple(self.practices.by_id) if every_practice else status.promised or self.practices.promised_without_list
        )
        about = [item.gap.body.practice for item in self.recorded if item.gap.body.practice is not None]
        self.open = self._with_needs([*wanted, *about])
        editions = [assertion.name for assertion in status.editions]
        known = set(linked_editions())
        self.editions = [name for name in (editions or DEFAULT_EDITIONS) if name in known]

    def tasks(self) -> tuple[Task, ...]:
        order = in_order_of_work(self.open, self.practices)
        made = [self._of_practice(self.findings[identifier]) for identifier in order]
        return (*made, *(self._of_gap(item) for item in self.recorded if not self._is_covered(item)))

    def _with_needs(self, wanted: Iterable[str]) -> list[str]:
        """The practices of a list that are not shown, and those not done that they need, at any remove."""
        found: dict[str, None] = {}
        waiting = [name for name in wanted if name in self.findings and not self.findings[name].is_shown]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                waiting.extend(self._undone_needs(self.findings[name]))
        return list(found)

    def _undone_needs(self, finding: Finding) -> tuple[str, ...]:
        return tuple(
            need for need in finding.practice.needs if need in self.findings and self.findings[need].answer != "yes"
        )

    def _is_covered(self, item: PlanItem) -> bool:
        """Whether a gap on record is about a practice that is a task already; it then adds to that one's weight."""
        return item.gap.body.practice in self.open

    def _of_practice(self, finding: Finding) -> Task:
        practice = finding.practice
        share = self.weights.state[state_of(finding)].effort
        recorded = next((item for item in self.recorded if item.gap.body.practice == practice.id), None)
        weight, reasons = self.weights.of(
            finding, is_starting=practice.id in self.practices.starting, recorded=recorded
        )
        elements = ("E8", "E12") if finding.answer in {"no", "partly"} else ("E8",)
        return Task(
            id=practice.id,
            title=practice.title,
            hours=_share(Range(practice.effort_hours.low, practice.effort_hours.high), share),
            cost=_share(Range(practice.cost.low, practice.cost.high), share),
            weight=weight,
            reasons=reasons,
            needs=self._undone_needs(finding),
            opens=(*_elements(elements), *self._requirements(practice.id)),
            source=practice.cost.source,
            as_of=practice.cost.as_of,
            state=state_of(finding),
        )

    def _requirements(self, practice: str) -> Iterable[str]:
        for name in self.editions:
            links = shipped_links(name).by_id.values()
            count = sum(any(link.practice == practice and link.shows for link in group) for group in links)
            if count:
                yield f"{name.framework} {name.edition}: {count}"

    def _of_gap(self, item: PlanItem) -> Task:
        """A gap on record about no practice of the plan. Nobody estimated it: it has no figures."""
        weight, reasons = self.weights.recorded_of(item)
        body = item.gap.body
        subject = () if body.framework is None else (f"{body.framework} {body.edition}: {body.requirement}",)
        return Task(
            id=f"gap-{body.gap}",
            title=body.title,
            hours=Range(0, 0),
            cost=Range(0, 0),
            weight=weight,
            reasons=tuple(reasons),
            opens=(*_elements(("E8", "E12")), *subject),
            source="nobody has estimated it",
            state="recorded",
        )


def _share(whole: Range, percent: int) -> Range:
    """A part of a range, rounded up: a little work is still some work."""
    return Range(-(-whole.low * percent // 100), -(-whole.high * percent // 100))


def _elements(connecticut: Sequence[str]) -> tuple[str, ...]:
    """Some elements of Connecticut's act, and those of other states that the same work bears on."""
    rules = {element.rule for element in load_statute("ct").elements if element.id in connecticut}
    wanted = {rule for group in (_FOLLOWED, _CONFORMED) if rules & group for rule in group}
    return tuple(element.id for code in STATUTES for element in load_statute(code).elements if element.rule in wanted)
