"""What two scanners wrote, said alike: how many hosts were reached, what was found, how much of it is grave."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from charteroak.collectors.collected import (
    EARLIEST,
    FINDINGS_LISTED,
    Collected,
    CollectorFinding,
    CollectorInputError,
    FindingSeverity,
    Observation,
    Occasion,
    gravest,
    shown,
)

_NAMED = 3
MOST_NAMED = 20
_TOLERANCE = timedelta(days=1)


@dataclass(slots=True)
class ScanTally:
    """What was read so far; its memory does not grow with the report."""

    hosts: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    not_read: list[str] = field(default_factory=list)
    not_read_left_out: int = 0
    results_passed_over: int = 0
    results_told: int = 0
    """How many results the report says that it has."""
    unfinished: str = ""
    """Why the scan did not come to its end, if it did not."""
    needs_credentials: bool = False
    """Whether the report tells which hosts the scanner could look into."""
    looked_into: int = 0
    host: str = "a host without a name"
    """The host that is being read."""
    counts: Counter[FindingSeverity] = field(default_factory=Counter)
    unscanned: int = 0
    """Hosts that the scanner could not look into."""
    _grave: list[CollectorFinding] = field(default_factory=list)
    _left_out: int = 0

    def add(self, severity: FindingSeverity, title: str, where: str) -> None:
        """One result of the scanner."""
        self.counts[severity] += 1
        if severity == "none":
            return
        self._grave.append(CollectorFinding(severity, shown(title, 160), shown(where, 120)))
        if len(self._grave) > 4 * FINDINGS_LISTED:
            listed, left_out = gravest(self._grave)
            self._grave, self._left_out = list(listed), self._left_out + left_out

    def pass_over(self, what: str) -> None:
        """Something that could not be read; the first few are named, and all are counted."""
        if len(self.not_read) < MOST_NAMED:
            self.not_read.append(what)
        else:
            self.not_read_left_out += 1

    def pass_over_result(self, what: str) -> None:
        """A result that could not be read: nobody can say how grave it was."""
        self.results_passed_over += 1
        self.pass_over(what)

    def collected(self, name: str, version: str, occasion: Occasion) -> Collected:
        """All of it as a collector gives it.

        Raises:
            CollectorInputError: no host was reached, or no day of the scan can be believed.
        """
        if not self.hosts:
            raise CollectorInputError(
                "The report holds no host that was scanned.", remedy="Export a scan that has finished."
            )
        days = [day for day in self.days if EARLIEST <= day <= occasion.day + _TOLERANCE]
        if not days:
            raise CollectorInputError(
                "The report does not say when it was made, or says a day that cannot be.",
                remedy="Export it again; the clock of the scanner may be wrong.",
            )
        last = min(max(days), occasion.day)
        listed, left_out = gravest(self._grave)
        return Collected(
            name, version, occasion.subject, min(*days, last), last, (self._scanned(), self._closed(listed)),
            listed, self._left_out + left_out, tuple(self.not_read), self.not_read_left_out,
        )  # fmt: skip

    def _scanned(self) -> Observation:
        results = sum(self.counts.values())
        if not results:
            return Observation("scanned", None, f"{len(self.hosts)} hosts are named; nothing was found about any.")
        missed = f"; {self.unscanned} hosts could not be looked into" if self.unscanned else ""
        told = f"{len(self.hosts)} hosts, {results} results{missed}."
        if self.unfinished:
            return Observation("scanned", None, shown(f"{told} {self.unfinished}", 300))
        return Observation("scanned", True, told)

    def _closed(self, listed: tuple[CollectorFinding, ...]) -> Observation:
        told = ", ".join(f"{self.counts[each]} {each}" for each in ("critical", "high", "medium", "low"))
        if self.counts["critical"]:
            titles = list(dict.fromkeys(each.title for each in listed if each.severity == "critical"))[:_NAMED]
            return Observation("worst-closed", False, shown(f"{told}. Critical: {'; '.join(titles)}.", 300))
        if open_questions := self._open_questions():
            why = shown(f"No critical hole was seen ({told}), but: {' '.join(open_questions)}", 300)
            return Observation("worst-closed", None, why)
        if not sum(self.counts.values()):
            return Observation("worst-closed", None, "Nothing was found, good or bad.")
        return Observation("worst-closed", True, f"No critical hole is open ({told}).")

    def _open_questions(self) -> list[str]:
        """Why a report without a critical hole does not say that there is none."""
        seen = sum(self.counts.values()) + self.results_passed_over
        why = []
        if self.results_passed_over:
            why.append(f"{self.results_passed_over} results could not be read.")
        if self.results_told > seen:
            why.append(f"The file holds {seen} of {self.results_told} results; export it without a filter.")
        if self.unfinished:
            why.append(self.unfinished)
        if self.needs_credentials and not self.looked_into:
            why.append("No host was looked into with credentials.")
        return why
