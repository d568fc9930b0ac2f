"""What every collector gives: which it is, about what and when, what it could answer, and what it could not read.

A collector is a pure function from the bytes of a drop to ``Collected``. It answers a few named questions, each with
yes, no, or *could not tell*; which practice such an answer bears on is not its business (``program.collector_ties``).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from charteroak.errors import InputError, SourceLocation

FindingSeverity = Literal["critical", "high", "medium", "low", "none"]
SEVERITIES: tuple[FindingSeverity, ...] = ("critical", "high", "medium", "low", "none")
LINES_NAMED = 20
FINDINGS_LISTED = 200
"""Findings that are kept apart from the raw drop: the gravest."""
EARLIEST = date(1990, 1, 1)
"""No backup, update or scan that is told of here is older; an earlier day is a slip or a clock that was never set."""


class CollectorInputError(InputError):
    """A drop cannot be read. Nothing of it was recorded."""

    code: ClassVar[str] = "collector.input"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a reader is told beside the bytes: whose systems they speak of, and the moment of reading."""

    subject: str
    moment: datetime
    day: date
    """The same moment as a day where the organisation is."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The answer to one question of a collector; ``None`` where the drop does not tell."""

    claim: str
    holds: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class CollectorFinding:
    """One thing that a tool found wrong."""

    severity: FindingSeverity
    title: str
    where: str


@dataclass(frozen=True, slots=True)
class Collected:
    """What one drop says."""

    collector: str
    version: str
    subject: str
    first: date
    last: date
    observations: tuple[Observation, ...]
    findings: tuple[CollectorFinding, ...] = ()
    """The gravest, at most ``FINDINGS_LISTED``."""
    findings_left_out: int = 0
    not_read: tuple[str, ...] = ()
    """What of it could not be read, in words; a drop that is read in part says so."""
    not_read_left_out: int = 0
    """What else could not be read and is not named."""

    @property
    def could_not_read(self) -> int:
        """How much of it could not be read."""
        return len(self.not_read) + self.not_read_left_out

    def observation(self, claim: str) -> Observation | None:
        """The answer to one question, if this drop has one."""
        return next((each for each in self.observations if each.claim == claim), None)

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "collector": self.collector,
            "version": self.version,
            "subject": self.subject,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "observations": [
                {"claim": each.claim, "holds": each.holds, "detail": each.detail} for each in self.observations
            ],
            "findings": [
                {"severity": each.severity, "title": each.title, "where": each.where} for each in self.findings
            ],
            "findingsLeftOut": self.findings_left_out,
            "notRead": list(self.not_read),
            "notReadLeftOut": self.not_read_left_out,
        }


def gravest(findings: list[CollectorFinding]) -> tuple[tuple[CollectorFinding, ...], int]:
    """The gravest findings that are listed, and how many others there are."""
    ordered = sorted(findings, key=lambda each: (SEVERITIES.index(each.severity), each.title, each.where))
    return tuple(ordered[:FINDINGS_LISTED]), max(0, len(ordered) - FINDINGS_LISTED)


def refused(problems: list[tuple[int, str]]) -> CollectorInputError:
    """Everything that is wrong with a table as one error; the place is that of the first line."""
    told = "; ".join(f"line {line}: {what}" for line, what in problems[:LINES_NAMED])
    more = f"; and {len(problems) - LINES_NAMED} more lines" if len(problems) > LINES_NAMED else ""
    return CollectorInputError(
        f"Nothing was recorded. {told[0].upper()}{told[1:]}{more}.",
        remedy="Mend these lines and send the whole file again.",
        location=SourceLocation(line=problems[0][0]),
    )


def shown(text: str, most: int = 200) -> str:
    """A stranger's text on one line, cut where it is long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else f"{line[: most - 3]}..."
