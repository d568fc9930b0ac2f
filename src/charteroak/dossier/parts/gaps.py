"""Part 07: what was known to be missing, and what was knowingly accepted, with age, cost, approver and end."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from charteroak.dossier.contents import PartDocument
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.words import counted, day_text
from charteroak.program.bodies import ExceptionAccepted, GapClosed, GapOpened, GapPlanned
from charteroak.program.gaps import open_gaps
from charteroak.program.recorded import RecordedFact
from charteroak.program.recorded_gaps import RecordedGap


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap or an accepted exception, as known then."""

    kind: Literal["gap", "exception"]
    name: str
    title: str
    about: str
    opened: date
    closed: date | None
    age_days: int
    """Until it was closed, or until the interval's last day."""
    owner: str
    due: date | None
    factor: str
    reason: str
    cost: str
    approved_by: str
    expires: date | None
    entries: tuple[int, ...]
    withheld: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The line as JSON values."""
        return {
            "kind": self.kind,
            "name": self.name,
            "title": self.title,
            "about": self.about,
            "opened": self.opened.isoformat(),
            "closed": day_text(self.closed),
            "ageDays": self.age_days,
            "owner": self.owner,
            "due": day_text(self.due),
            "scaleFactor": self.factor,
            "reason": self.reason,
            "cost": self.cost,
            "approvedBy": self.approved_by,
            "expires": day_text(self.expires),
            "entries": list(self.entries),
            "withheld": list(self.withheld),
        }


def gaps_part(record: RecordOverInterval) -> PartDocument:
    """Part 07. The organisation's own gaps and accepted exceptions, and what the record lacks whoever noticed."""
    lines = gap_lines(record)
    lacking = open_gaps(record.status)
    still_open = sum(line.kind == "gap" and line.closed is None for line in lines)
    accepted = sum(line.kind == "exception" for line in lines)
    return PartDocument(
        "07",
        "Gaps and accepted exceptions",
        f"On the last day {counted(still_open, 'recorded gap was', 'recorded gaps were')} open and "
        f"{counted(accepted, 'exception', 'exceptions')} had been accepted; the record lacked "
        f"{counted(len(lacking), 'thing', 'things')} whether or not anybody had written it down.",
        {
            "asOf": record.last.isoformat(),
            "onRecord": [line.to_json() for line in lines],
            "lackingOnTheLastDay": [gap.to_json() for gap in lacking],
            "rule": (
                "An accepted exception never makes a requirement met: what it touches is left to counsel. The act's "
                "four scale factors are size and complexity, activities, sensitivity, and cost and tools; lack of "
                "money alone is none of them."
            ),
        },
        is_empty=not lines and not lacking,
    )


def gap_lines(record: RecordOverInterval) -> list[GapLine]:
    """The gaps and exceptions that were on record then, oldest first."""
    closings = {
        fact.body.gap: fact
        for fact in sorted(record.standing, key=lambda f: f.order)
        if isinstance(fact.body, GapClosed)
    }
    lines: list[GapLine] = []
    planned: dict[str, int] = {}
    for fact in sorted(record.standing, key=lambda fact: fact.order):
        if isinstance(fact.body, GapOpened):
            closing = closings.get(fact.body.gap)
            line = _gap(fact, fact.body, closing if closing and closing.order > fact.order else None, record.last)
            place = planned.get(line.name)
            if place is not None and isinstance(fact.body, GapPlanned) and fact.body.since is not None:
                # Another plan for a gap that was open: one line, of its newest plan, with the entries of all.
                lines[place] = replace(line, entries=tuple(sorted({*lines[place].entries, *line.entries})))
            else:
                planned[line.name] = len(lines)
                lines.append(line)
        elif isinstance(fact.body, ExceptionAccepted):
            lines.append(_exception(fact, fact.body, record.last))
    return lines


def _gap(fact: RecordedFact, body: GapOpened, closing: RecordedFact | None, last: date) -> GapLine:
    closed = None if closing is None else closing.first_day
    opened = RecordedGap(fact, body, last).opened_on
    return GapLine(
        kind="gap",
        name=body.gap,
        title=body.title,
        about=_about(body),
        opened=opened,
        closed=closed,
        age_days=((closed or last) - opened).days,
        owner=body.owner,
        due=body.due,
        factor="",
        reason=body.note,
        cost="",
        approved_by="",
        expires=None,
        entries=(fact.index,) if closing is None else (fact.index, closing.index),
        withheld=fact.withheld,
    )


def _exception(fact: RecordedFact, body: ExceptionAccepted, last: date) -> GapLine:
    cost = body.cost
    return GapLine(
        kind="exception",
        name=body.exception,
        title=f"Exception {body.exception}",
        about=_about(body),
        opened=fact.first_day,
        closed=body.expires if body.expires <= last else None,
        age_days=(min(body.expires, last) - fact.first_day).days,
        owner="",
        due=None,
        factor=body.factor,
        reason=body.reason,
        cost="" if cost is None else f"{cost.low} to {cost.high} {cost.currency} ({cost.source})",
        approved_by=f"{body.approved_by}, {body.role}",
        expires=body.expires,
        entries=(fact.index,),
        withheld=fact.withheld,
    )


def _about(body: GapOpened | ExceptionAccepted) -> str:
    if body.requirement is not None:
        return f"{body.framework} {body.edition} {body.requirement}"
    return f"practice {body.practice}" if body.practice is not None else ""
