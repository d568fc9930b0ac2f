"""Two days compared: the state at each, as known at each, and every change between, by when it was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from charteroak.portal.programs.choices import Words
from charteroak.portal.programs.drawing import picture_of
from charteroak.portal.programs.state import Comparison, comparisons
from charteroak.portal.programs.wording import LogLine, log_line, practice_title
from charteroak.program.history import Change, Timing
from charteroak.program.practices import load_practices
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import ProgramStatus
from charteroak.records.accounts.models import Organisation
from charteroak.services.programs import status_of
from charteroak.services.selected import changes_of

SUBJECTS: dict[str, tuple[Words, str]] = {
    "organisation": (gettext_lazy("The organization"), "E1, E2, E4"),
    "program": (gettext_lazy("The written program"), "E7 to E11"),
    "edition": (gettext_lazy("Frameworks"), "E12"),
}
OTHER = "other"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change, and when it was recorded as seen from the interval."""

    line: LogLine
    timing: str

    @property
    def is_late(self) -> bool:
        """Whether it was recorded after the interval had ended."""
        return self.timing == Timing.LATE.value


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes about one subject."""

    heading: Words
    elements: str
    rows: Sequence[ChangeRow]


@dataclass(frozen=True, slots=True)
class Interval:
    """Everything that the page of an interval shows."""

    first: date
    last: date
    begin: ProgramStatus
    end: ProgramStatus
    differing: Sequence[Comparison]
    same: Sequence[Comparison]
    groups: Sequence[ChangeGroup]
    changes: Sequence[Change]
    left_out: int
    """Changes that happened before the ones listed."""
    drawing: SafeString

    @property
    def late(self) -> int:
        """How many changes were recorded after the interval had ended."""
        return sum(change.timing is Timing.LATE for change in self.changes)

    @property
    def sentence(self) -> str:
        """How much changed, and how much of it was recorded later."""
        days = {"first": date_format(self.first, "j M Y"), "last": date_format(self.last, "j M Y")}
        if not self.changes:
            return _("From %(first)s to %(last)s the record shows no change.") % days
        count = len(self.changes) + self.left_out
        words = ngettext(
            "%(count)s entry bears on the days from %(first)s to %(last)s",
            "%(count)s entries bear on the days from %(first)s to %(last)s",
            count,
        ) % (days | {"count": count})
        if not self.late:
            return _("%(words)s; none was recorded later.") % {"words": words}
        later = ngettext("%(late)s was recorded later", "%(late)s were recorded later", self.late) % {"late": self.late}
        return f"{words}; {later}."


def compare_days(organisation: Organisation, first: date, last: date) -> Interval:
    """The state on two days, each as known when it ended, and what happened or was recorded about the days between.

    Raises:
        QuestionError: the interval is reversed.
    """
    found = changes_of(organisation, first, last)
    changes = found.changes
    begin = status_of(organisation, as_of=first, known_at=first)
    end = status_of(organisation, as_of=last, known_at=last)
    compared = comparisons(begin, end)
    return Interval(
        first=first,
        last=last,
        begin=begin,
        end=end,
        differing=[one for one in compared if one.differs],
        same=[one for one in compared if not one.differs],
        groups=_grouped(changes),
        changes=changes,
        left_out=found.left_out,
        drawing=picture_of(changes, first, last),
    )


def subject_of(fact: RecordedFact) -> str:
    """The practice that an entry is about, or the part of the record that it belongs to."""
    practice = getattr(fact.body, "practice", None)
    if practice:
        return str(practice)
    part = fact.kind.partition(".")[0]
    if part in SUBJECTS:
        return part
    shown = [practice.id for practice in load_practices().by_id.values() if fact.kind in practice.operations]
    return shown[0] if shown else OTHER


def _grouped(changes: Sequence[Change]) -> list[ChangeGroup]:
    """The changes by subject: the act's order, then the practices', then the rest."""
    by_subject: dict[str, list[ChangeRow]] = {}
    for change in changes:
        row = ChangeRow(log_line(change.fact, change.corrected_by), change.timing.value)
        by_subject.setdefault(subject_of(change.fact), []).append(row)
    order = [*SUBJECTS, *load_practices().asked]
    known = [subject for subject in order if subject in by_subject]
    rest = sorted(set(by_subject) - set(order), key=lambda subject: (subject == OTHER, subject))
    return [_group(subject, by_subject[subject]) for subject in (*known, *rest)]


def _group(subject: str, rows: Sequence[ChangeRow]) -> ChangeGroup:
    if subject in SUBJECTS:
        heading, elements = SUBJECTS[subject]
        return ChangeGroup(heading, elements, rows)
    if subject == OTHER:
        return ChangeGroup(_("Everything else"), "", rows)
    return ChangeGroup(practice_title(subject), "E8", rows)
