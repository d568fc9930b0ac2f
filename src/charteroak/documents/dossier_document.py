"""What the human part of a dossier says, as plain values: ``dossier.typ`` draws exactly this and decides nothing.

Every day is a calendar day in Connecticut; every instant has its offset. Texts may hold anything that a person typed:
they are made showable when the document is set (``showable_text``). An empty tuple is shown as a sentence that says
that there is nothing on record, never as a missing heading.
"""

from datetime import date, datetime
from typing import Literal, TypeAlias

from msgspec import Struct

Status: TypeAlias = Literal["met", "not-met", "uncertain", "counsel"]
Outcome: TypeAlias = Literal["record-supports-all-elements", "at-risk", "indeterminate", "element-not-met"]
Occurred: TypeAlias = datetime | date
"""When something was so: an instant, or a day where no more is known."""
Timing: TypeAlias = Literal["in-time", "recorded-inside", "late"]
"""The words of ``program.history.Timing``."""


class Part(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A part of the document. Members that nobody knows are refused when it is read from JSON."""


class Subject(Part, frozen=True, kw_only=True):
    """Whose record it is. ``is_fictional`` puts a banner on every page."""

    name: str
    slug: str
    kind: str
    is_fictional: bool = False


class Interval(Part, frozen=True, kw_only=True):
    """The breach interval, both days included, and the moment after which nothing recorded was looked at."""

    first: date
    last: date
    known_at: datetime
    note: str = ""
    """What is unsure about the two days, in a sentence; empty where nothing is."""


class StatuteName(Part, frozen=True, kw_only=True):
    """The act: its short name, its citation, the day somebody last read it, and what it gives."""

    name: str
    citation: str
    reviewed_on: date
    protects: str


class ElementAnswer(Part, frozen=True, kw_only=True):
    """One answer to one element: on a day, or over the whole interval."""

    status: Status
    reason: str
    exhibits: tuple[str, ...] = ()
    """``entry:7`` or a sentence."""


class ElementChange(Part, frozen=True, kw_only=True):
    """A day inside the interval on which an element's answer changed."""

    day: date
    before: Status
    after: Status
    reason: str


class ElementRow(Part, frozen=True, kw_only=True):
    """One condition of the statute: what it asks, the answers, and what would change them."""

    id: str
    question: str
    citation: str
    assumed: bool = False
    whole: ElementAnswer
    at_first: ElementAnswer
    at_last: ElementAnswer
    changes: tuple[ElementChange, ...] = ()
    would_change: tuple[str, ...] = ()


class EventRow(Part, frozen=True, kw_only=True):
    """One entry that bears on the interval."""

    entry: int
    kind: str
    title: str
    occurred_from: Occurred
    occurred_to: Occurred | None = None
    precision: str = ""
    source: str = ""
    recorded: datetime
    timing: Timing
    actor: str = ""
    corrected_by: int | None = None


class EditionRow(Part, frozen=True, kw_only=True):
    """An edition of a framework, the six months after the one that followed it, and both readings of "revision"."""

    framework: str
    edition: str
    published: date | None
    superseded_by: str = ""
    superseded_on: date | None = None
    six_months_end: date | None = None
    """The last day on which the older edition still serves, if what followed is a revision."""
    in_force: str = ""
    """Over the interval, in a sentence, if what followed is a revision."""
    other_reading: str = ""
    """The same if it is none (a release, an update)."""
    asserted: str = ""
    """Who asserted conformity, when and with which entry; empty where nobody did."""


class ProgramEvent(Part, frozen=True, kw_only=True):
    """A step in the life of the written program: adopted, approved, reviewed, described, replaced."""

    entry: int
    version: str
    what: str
    by: str
    occurred: Occurred
    recorded: datetime
    late: bool = False
    sha256: str = ""


class RequirementRow(Part, frozen=True, kw_only=True):
    """A requirement as it was known then."""

    framework: str
    edition: str
    requirement: str
    title: str = ""
    result: str
    """``satisfied``, ``partly``, ``not-satisfied``, ``not-applicable``, ``unknown``, or a word of the record."""
    by: str = ""
    occurred: Occurred | None = None
    recorded: datetime | None = None
    late: bool = False
    entries: tuple[int, ...] = ()
    evidence: tuple[str, ...] = ()
    """SHA-256 of each evidence file."""
    factor: str = ""
    """The scale factor and the reason, where the result is less than satisfied."""


class GapRow(Part, frozen=True, kw_only=True):
    """Something known to be missing, or knowingly accepted."""

    kind: Literal["gap", "exception"]
    title: str
    elements: tuple[str, ...] = ()
    opened: date | None = None
    closed: date | None = None
    age_days: int | None = None
    """Until it was closed, or until the interval's last day."""
    owner: str = ""
    due: date | None = None
    factor: str = ""
    reason: str = ""
    cost: str = ""
    approved_by: str = ""
    expires: date | None = None
    entries: tuple[int, ...] = ()


class LateRow(Part, frozen=True, kw_only=True):
    """An entry about the interval or before that was recorded after it."""

    entry: int
    kind: str
    title: str
    occurred_from: Occurred
    occurred_to: Occurred | None = None
    precision: str = ""
    source: str = ""
    recorded: datetime
    days_after: int
    actor: str


class AnchorRow(Part, frozen=True, kw_only=True):
    """What somebody outside holds: a time-stamp token or a witness's co-signature."""

    kind: Literal["time-stamp", "co-signature"]
    by: str
    at: datetime
    size: int
    """How many entries it covers."""
    file: str = ""
    checked: str = ""
    """With what it was checked and what came out, in words; a disagreement is said here."""


class DutyRow(Part, frozen=True, kw_only=True):
    """A duty to report, its last moment, and what was done."""

    duty: str
    citation: str = ""
    due: Occurred | None = None
    done: Occurred | None = None
    state: str = ""
    entries: tuple[int, ...] = ()


class CustodyRow(Part, frozen=True, kw_only=True):
    """A passing of an item from hand to hand."""

    entry: int | None = None
    item: str
    sha256: str = ""
    description: str = ""
    from_: str = ""
    to: str = ""
    purpose: str = ""
    place: str = ""
    at: Occurred


class WithheldRow(Part, frozen=True, kw_only=True):
    """What stands in the record and not in this dossier: a body, a private part, a file; and why."""

    entry: int | None = None
    what: str
    reason: str
    sha256: str = ""
    """The commitment or digest by which it can be checked when it is shown later."""


class RecordState(Part, frozen=True, kw_only=True):
    """The log under the document: what anyone needs to find this very record again."""

    origin: str
    size: int
    root: str
    keys: tuple[str, ...]
    software: str
    last_anchor: str = ""
    """One sentence: when the last outside anchor was made and by whom, or that there is none."""


class ContraryRow(Part, frozen=True, kw_only=True):
    """Something on record that the other side may point to, and for how long it stood so."""

    what: str
    since: date
    days: int
    entries: tuple[str, ...]


class DossierDocument(Part, frozen=True, kw_only=True):
    """Everything that the PDF of a dossier says."""

    organisation: Subject
    interval: Interval
    statute: StatuteName
    outcome: Outcome
    outcome_at_breach: Outcome
    elements: tuple[ElementRow, ...]
    record: RecordState
    events: tuple[EventRow, ...] = ()
    editions: tuple[EditionRow, ...] = ()
    program: tuple[ProgramEvent, ...] = ()
    requirements: tuple[RequirementRow, ...] = ()
    gaps: tuple[GapRow, ...] = ()
    late: tuple[LateRow, ...] = ()
    anchors: tuple[AnchorRow, ...] = ()
    duties: tuple[DutyRow, ...] = ()
    custody: tuple[CustodyRow, ...] = ()
    withheld: tuple[WithheldRow, ...] = ()
    contrary: tuple[ContraryRow, ...] = ()
