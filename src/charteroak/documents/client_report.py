"""A report about one organisation's record over a period: for its own board, and from a provider to its client.

Two to four pages: where the record stands, what slipped and what got better since the first day, clocks, open gaps by
age, evidence by freshness, next steps with what they take. It says what the record holds, never that something is met
beyond it; every figure of cost is an estimate and says so.
"""

from collections.abc import Iterator
from datetime import date, datetime
from html import escape

from charteroak.documents.blocks import (
    AnyBlock,
    Column,
    Document,
    Heading,
    Items,
    Note,
    Picture,
    Strong,
    Table,
    Terms,
    Texts,
    paragraph,
)
from charteroak.documents.dossier_document import Part, Subject
from charteroak.documents.wording import NOT_LEGAL_ADVICE, STATUS_WORDS, count, day, entries, moment, short_day, terms

ROWS = 12
"""Rows of one table; the pages of the portal have them all."""
BANDS = ("under 30 days", "30 to 59 days", "60 to 89 days", "90 to 179 days", "180 days or more")


class AnswerRow(Part, frozen=True, kw_only=True):
    """One element of the act on both days: ``met``, ``not-met``, ``uncertain`` or ``counsel``."""

    id: str
    question: str
    before: str
    now: str
    is_assumed: bool = False


class ChangeRow(Part, frozen=True, kw_only=True):
    """Something that stands worse or better than on the first day."""

    what: str
    sentence: str
    entries: tuple[int, ...] = ()


class ClockRow(Part, frozen=True, kw_only=True):
    """Something that runs out, and when."""

    what: str
    last_day: date
    days_left: int
    """Below zero where it has run out."""


class GapRow(Part, frozen=True, kw_only=True):
    """An open gap."""

    title: str
    owner: str
    age_days: int
    due: date | None = None
    overdue_days: int = 0
    entry: int


class Freshness(Part, frozen=True, kw_only=True):
    """The promised practices by what shows them."""

    shown: int
    stale: int
    silent: int
    """Done in part, or answered as done with nothing that shows it."""
    open: int
    """Answered no, or not answered."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.shown + self.stale + self.silent + self.open


class StaleRow(Part, frozen=True, kw_only=True):
    """A practice whose newest evidence is too old, or is missing."""

    practice: str
    newest: str
    age_days: int | None = None
    allowed_days: int


class StepRow(Part, frozen=True, kw_only=True):
    """A next step, with what it takes in the first year where that is known."""

    title: str
    elements: tuple[str, ...]
    hours: tuple[int, int] | None = None
    dollars: tuple[int, int] | None = None


class WorkRow(Part, frozen=True, kw_only=True):
    """What was recorded in the period, by kind."""

    kind: str
    number: int


class ClientReport(Part, frozen=True, kw_only=True):
    """Everything that the report says."""

    organisation: Subject
    first: date
    last: date
    known_at: datetime
    made_by: str
    """The provider or the organisation itself."""
    outcome_before: str
    outcome: str
    answers: tuple[AnswerRow, ...]
    slipped: tuple[ChangeRow, ...]
    improved: tuple[ChangeRow, ...]
    clocks: tuple[ClockRow, ...]
    gaps: tuple[GapRow, ...]
    freshness: Freshness
    stale: tuple[StaleRow, ...]
    steps: tuple[StepRow, ...]
    work: tuple[WorkRow, ...]
    log: str
    log_size: int
    software: str
    had_record: bool = True
    """Whether anything was on record on the first day; without that nothing can have slipped."""

    @property
    def met(self) -> int:
        """How many elements the record supports, of those that are not assumed."""
        return sum(row.now == "met" for row in self.answers if not row.is_assumed)

    @property
    def asked(self) -> int:
        """How many elements are asked; an imagined breach is assumed for the others."""
        return sum(not row.is_assumed for row in self.answers)

    @property
    def sentence(self) -> str:
        """The report in a sentence."""
        slipped = f"{count(len(self.slipped), 'thing')} slipped" if self.slipped else "nothing slipped"
        better = f"{count(len(self.improved), 'thing')} got better" if self.improved else "nothing got better"
        since = f"Since {short_day(self.first)} {slipped} and {better}."
        if not self.had_record:
            since = f"Nothing was on record on {short_day(self.first)}."
        return f"On {short_day(self.last)} the record would support {self.met} of {self.asked} elements. {since}"


OUTCOMES = {
    "record-supports-all-elements": "the record would support every element",
    "at-risk": "the record would support every element, and a clock ends soon",
    "indeterminate": "open: an element is uncertain or for counsel",
    "element-not-met": "at least one element is not met",
}


def report_pages(report: ClientReport) -> Document:
    """The report as blocks."""
    name = report.organisation.name
    return Document(
        title=f"Security report of {name}",
        subtitle=f"{day(report.first)} to {day(report.last)}, by {report.made_by}",
        dated=report.known_at,
        running=f"Security report, {short_day(report.first)} to {short_day(report.last)}, {name}",
        footer=f"{count(report.log_size, 'entry', 'entries')} of the log {report.log}",
        banner="MADE-UP SAMPLE: NOTHING IN IT HAPPENED" if report.organisation.is_fictional else "",
        body=tuple(_blocks(report)),
    )


def _blocks(report: ClientReport) -> Iterator[AnyBlock]:
    yield Terms(
        terms(
            ("In short", (Strong(report.sentence),)),
            (
                "If breached then",
                OUTCOMES.get(report.outcome_before, report.outcome_before) if report.had_record else "",
            ),
            ("If breached now", OUTCOMES.get(report.outcome, report.outcome)),
            ("Known at", moment(report.known_at)),
            ("Made with", report.software),
        )
    )
    yield from _changes(report)
    yield from _steps(report)
    yield from _clocks(report)
    yield from _gaps(report)
    yield from _evidence(report)
    yield from _answers(report)
    yield Note("What this is not.", (f"No certificate, no audit and no legal advice. {NOT_LEGAL_ADVICE}",))


def _changes(report: ClientReport) -> Iterator[AnyBlock]:
    yield Heading("What slipped")
    if not report.had_record:
        yield paragraph("Nothing was on record on the first day, so that nothing can have slipped.")
    elif report.slipped:
        yield Items(tuple(_change(row) for row in report.slipped[:ROWS]))
        yield from _more(len(report.slipped))
    else:
        yield paragraph("Nothing that the record shows.")
    yield Heading("What got better")
    if report.improved:
        yield Items(tuple(_change(row) for row in report.improved[:ROWS]))
        yield from _more(len(report.improved))
    else:
        yield paragraph("Nothing that the record shows.")
    done = ", ".join(f"{row.kind}: {row.number}" for row in report.work)
    yield paragraph(Strong("Recorded in the period. "), f"{done}." if done else "Nothing.")


def _change(row: ChangeRow) -> Texts:
    named = entries(row.entries)
    return (Strong(f"{row.what}. "), row.sentence, f" ({named})" if named else "")


def _steps(report: ClientReport) -> Iterator[AnyBlock]:
    yield Heading("Next steps")
    yield Table(
        "In order of work, with what each takes in the first year",
        (Column("Step", 3.2), Column("Bears on", 1), Column("Hours", 1.1), Column("Dollars", 1.2)),
        tuple(
            (
                (Strong(row.title),),
                (", ".join(row.elements),),
                (_range(row.hours),),
                (_range(row.dollars),),
            )
            for row in report.steps
        ),
        "Nothing is open.",
    )
    if any(row.hours or row.dollars for row in report.steps):
        yield paragraph(
            "Hours and dollars are Charter Oak's own estimates for an organization of about 25 people, and no offer."
        )


def _clocks(report: ClientReport) -> Iterator[AnyBlock]:
    yield Heading("Clocks")
    yield Table(
        "What runs out, the first to end first",
        (Column("What", 3.4), Column("Last day", 1.2), Column("Left", 1.2)),
        tuple(
            ((Strong(row.what),), (short_day(row.last_day),), (_left(row.days_left),)) for row in report.clocks[:ROWS]
        ),
        "No clock runs that ends within 90 days.",
    )


def _gaps(report: ClientReport) -> Iterator[AnyBlock]:
    yield Heading("Open gaps by age")
    if report.gaps:
        counts = tuple(sum(_band(row.age_days) == place for row in report.gaps) for place in range(len(BANDS)))
        said = ", ".join(f"{band}: {number}" for band, number in zip(BANDS, counts, strict=True))
        yield Picture(bars(BANDS, counts), f"Open gaps by age. {said}.", "How long gaps have been open")
    yield Table(
        "Gaps, the oldest first",
        (Column("Gap", 2.6), Column("Owner", 1.6), Column("Open for", 1), Column("Due", 1.4)),
        tuple(
            (
                (Strong(row.title), f" (entry {row.entry})"),
                (row.owner or "nobody named",),
                (count(row.age_days, "day"),),
                (_due(row),),
            )
            for row in report.gaps[:ROWS]
        ),
        "No gap is open by the organization's own word.",
    )


def _evidence(report: ClientReport) -> Iterator[AnyBlock]:
    fresh = report.freshness
    yield Heading("Evidence")
    names = ("Shown, and fresh", "Shown, too long ago", "In part, or not shown", "Not done, or no answer")
    numbers = (fresh.shown, fresh.stale, fresh.silent, fresh.open)
    if fresh.total:
        said = ", ".join(f"{name}: {number}" for name, number in zip(names, numbers, strict=True))
        yield Picture(bars(names, numbers), f"Promised practices. {said}.", "Practices that the program promises")
    yield paragraph(
        f"Of {count(fresh.total, 'practice')} that the program promises, {fresh.shown} are answered yes and shown by "
        f"something fresh."
    )
    yield Table(
        "What must be shown again, or for the first time",
        (Column("Practice", 2.2), Column("Newest item", 2.2), Column("Age", 0.9), Column("Allowed", 0.9)),
        tuple(
            (
                (Strong(row.practice),),
                (row.newest or "nothing",),
                ("" if row.age_days is None else count(row.age_days, "day"),),
                (count(row.allowed_days, "day"),),
            )
            for row in report.stale[:ROWS]
        ),
        "Everything that is answered as done is shown by something fresh.",
    )


def _answers(report: ClientReport) -> Iterator[AnyBlock]:
    yield Heading("Where the record stands, element by element")
    yield paragraph(
        "As if a breach happened on each of the two days. What has to be assumed for that is marked, and counts "
        "neither way."
    )
    yield Table(
        "The elements of the act",
        (Column("Element", 3.6), Column(short_day(report.first), 1.1), Column(short_day(report.last), 1.1)),
        tuple(
            (
                (Strong(f"{row.id} "), row.question),
                ("assumed" if row.is_assumed else STATUS_WORDS.get(row.before, row.before or "no record"),),
                ("assumed" if row.is_assumed else STATUS_WORDS.get(row.now, row.now),),
            )
            for row in report.answers
        ),
        "None.",
    )


def bars(names: tuple[str, ...], numbers: tuple[int, ...]) -> str:
    """Horizontal bars with their numbers beside them, readable in grey."""
    most, height = max(*numbers, 1), 22
    parts = []
    for place, (name, number) in enumerate(zip(names, numbers, strict=True)):
        y = place * height + 4
        width = round(300 * number / most, 1)
        parts.append(f'<text x="0" y="{y + 11}" fill="#1a201c">{escape(name)}</text>')
        parts.append(f'<rect x="170" y="{y}" width="{max(width, 1)}" height="14" fill="#123f26"/>')
        parts.append(
            f'<text x="{170 + max(width, 1) + 8}" y="{y + 11}" font-weight="bold" fill="#1a201c">{number}</text>'
        )
    total = len(names) * height + 6
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 520 {total}" width="520" height="{total}" '
        f'font-family="Public Sans" font-size="11">{"".join(parts)}</svg>'
    )


def _band(days: int) -> int:
    return sum(days >= least for least in (30, 60, 90, 180))


def _due(row: GapRow) -> str:
    if row.due is None:
        return "no day set"
    late = f", {count(row.overdue_days, 'day')} overdue" if row.overdue_days else ""
    return f"{short_day(row.due)}{late}"


def _left(days: int) -> str:
    return count(days, "day") if days >= 0 else f"ran out {count(-days, 'day')} ago"


def _range(values: tuple[int, int] | None) -> str:
    if values is None:
        return "no estimate"
    low, high = values
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _more(number: int) -> Iterator[AnyBlock]:
    if number > ROWS:
        yield paragraph(f"And {number - ROWS} more; the pages of the portal list them.")
