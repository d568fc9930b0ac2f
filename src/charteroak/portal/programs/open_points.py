"""Exceptions and gaps in words: how old each is, when it runs out, and what counsel will be asked about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.portal.programs.choices import SCALE_FACTORS, Words
from charteroak.portal.programs.places import Step
from charteroak.portal.programs.wording import subject_words
from charteroak.program.bodies import Cost, ExceptionAccepted
from charteroak.program.exceptions import AcceptedException
from charteroak.program.recorded import RecordedFact
from charteroak.program.recorded_gaps import RecordedGap
from charteroak.program.status import ProgramStatus

WARN_DAYS = 30
"""An exception that runs out within so many days says so: a month to meet it. Ours; no statute names a number."""


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """An exception in effect."""

    fact: RecordedFact
    body: ExceptionAccepted
    subject: str
    factor: Words
    cost: str
    age: str
    expiry: str
    runs_out: bool
    questions: Sequence[str]


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap that is open."""

    fact: RecordedFact
    gap: str
    title: str
    subject: str
    owner: str
    age: str
    due: str
    is_overdue: bool
    note: str
    questions: Sequence[str]
    close: Step
    opened_on: date


def points_sentence(status: ProgramStatus) -> str:
    """How many gaps are open, how many of them overdue, and which exception runs out first."""
    gaps, exceptions = status.recorded_gaps, status.exceptions
    if not gaps and not exceptions:
        return _("No gap is open and no exception is in effect.")
    overdue = sum(bool(gap.overdue_days) for gap in gaps)
    parts = [ngettext("%(count)s gap is open", "%(count)s gaps are open", len(gaps)) % {"count": len(gaps)}]
    if overdue:
        parts.append(ngettext("%(count)s of them overdue", "%(count)s of them overdue", overdue) % {"count": overdue})
    words = ngettext("%(count)s exception is in effect", "%(count)s exceptions are in effect", len(exceptions))
    parts.append(words % {"count": len(exceptions)})
    sentence = f"{', '.join(parts)}."
    soon = [each for each in exceptions if (each.body.expires - status.as_of).days <= WARN_DAYS]
    if soon:
        first = min(soon, key=lambda each: each.body.expires).body.expires
        sentence += " " + _("The next one runs out on %(day)s.") % {"day": date_format(first, "D j M Y")}
    return sentence


def exception_rows(status: ProgramStatus) -> list[ExceptionRow]:
    """The exceptions in effect, those first that run out first."""
    ordered = sorted(status.exceptions, key=lambda each: each.body.expires)
    return [_exception_row(each, status.as_of) for each in ordered]


def gap_rows(status: ProgramStatus, slug: str) -> list[GapRow]:
    """The open gaps, those first that are overdue longest, then the oldest."""
    ordered = sorted(status.recorded_gaps, key=lambda gap: (-(gap.overdue_days or 0), gap.opened_on))
    return [_gap_row(gap, slug) for gap in ordered]


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _exception_row(each: AcceptedException, today: date) -> ExceptionRow:
    body = each.body
    left = (body.expires - today).days
    return ExceptionRow(
        fact=each.fact,
        body=body,
        subject=subject_words(body),
        factor=SCALE_FACTORS[body.factor],
        cost=cost_words(body.cost),
        age=_days((today - each.fact.first_day).days),
        expiry=_("%(day)s, in %(days)s") % {"day": date_format(body.expires, "D j M Y"), "days": _days(left)},
        runs_out=left <= WARN_DAYS,
        questions=list(_of_exception(each, today)),
    )


def cost_words(cost: Cost | None) -> str:
    """A range of cost with its source."""
    if cost is None:
        return ""
    figures = (
        f"{cost.low:,} {cost.currency}" if cost.low == cost.high else f"{cost.low:,} to {cost.high:,} {cost.currency}"
    )
    return f"{figures} ({cost.source})"


def _of_exception(each: AcceptedException, today: date) -> Iterator[str]:
    """What counsel will be asked: the act knows no exceptions, it asks whether scale and scope rest on its factors."""
    body = each.body
    yield {
        "size-and-complexity": _("How do your size and complexity make this more than you need?"),
        "activities": _("What about the nature of your work makes this more than you need?"),
        "sensitivity": _("Is the information that this would protect less sensitive than the rest?"),
        "cost-and-tools": _("Was there no tool that you could pay for, and who looked?"),
    }[body.factor]
    if body.cost is None and "cost" not in each.fact.withheld:
        yield (
            _("What would it have cost? No figure is on record, though the reason is cost.")
            if body.factor == "cost-and-tools"
            else _("What would it have cost? No figure is on record.")
        )
    yield _("Could %(by)s, as %(role)s, accept this for the organization?") % {
        "by": body.approved_by,
        "role": body.role,
    }
    lag = (each.fact.recorded_day - each.fact.first_day).days
    if lag > 0:
        yield _("Why was it recorded %(days)s after it was accepted?") % {"days": _days(lag)}
    age = (today - each.fact.first_day).days
    if age > 365:
        yield _("Who has looked at it again in %(days)s?") % {"days": _days(age)}


def _gap_row(gap: RecordedGap, slug: str) -> GapRow:
    body, overdue = gap.body, gap.overdue_days
    due = ""
    if body.due is not None:
        due = date_format(body.due, "D j M Y")
        if overdue:
            due = _("%(day)s, %(days)s ago") % {"day": due, "days": _days(overdue)}
    questions = [_("Why was it open for %(days)s after you knew of it?") % {"days": _days(gap.age_days)}]
    if not body.owner:
        questions.append(_("Why was it nobody's?"))
    if body.due is None:
        questions.append(_("Why was no day set for closing it?"))
    elif overdue and body.owner:
        questions.append(_("What kept %(owner)s from closing it in time?") % {"owner": body.owner})
    if body.practice is not None:
        questions.append(_("Was the practice that you promised followed while it was open?"))
    return GapRow(
        fact=gap.fact,
        gap=body.gap,
        title=body.title,
        subject=subject_words(body) if body.practice or body.requirement else "",
        owner=body.owner,
        age=_days(gap.age_days),
        due=due,
        is_overdue=bool(overdue),
        note=body.note,
        questions=questions,
        close=Step(_("Record that it is closed"), reverse("programs:close-gap", args=[slug, body.gap])),
        opened_on=gap.opened_on,
    )
