"""The first list of gaps in words: each with its place, what to do, about how long, and what will show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.portal.programs.choices import PRACTICE_ANSWERS, Words
from charteroak.portal.programs.places import Step, step_for
from charteroak.program.gaps import Gap
from charteroak.program.start.first_gaps import FirstGap, FirstGaps


@dataclass(frozen=True, slots=True)
class GapRow:
    """One thing to do, as the list shows it."""

    number: int
    gap: FirstGap
    title: str
    answer: Words
    time: str
    all_of_it: str
    url: str
    show_url: str


def gaps_sentence(found: FirstGaps) -> str:
    """How many there are, and where to begin."""
    if not found.gaps:
        return _("Every first practice is answered yes and shown by fresh evidence.")
    count = len(found.gaps)
    opening = ngettext("%(count)s thing is open.", "%(count)s things are open.", count) % {"count": count}
    first = found.gaps[0]
    return _("%(opening)s Begin with: %(title)s (%(time)s).") % {
        "opening": opening,
        "title": first.practice.practice.title,
        "time": time_of(first.minutes),
    }


def gap_rows(found: FirstGaps, slug: str) -> list[GapRow]:
    """The list in order."""
    return [
        GapRow(
            number=number,
            gap=gap,
            title=gap.practice.practice.title,
            answer=PRACTICE_ANSWERS[gap.answer],
            time=time_of(gap.minutes),
            all_of_it=_all_of_it(gap),
            url=reverse("programs:practice", args=[slug, gap.practice.practice.id]),
            show_url=f"{reverse('programs:record-evidence', args=[slug])}?practice={gap.practice.practice.id}",
        )
        for number, gap in enumerate(found.gaps, start=1)
    ]


def _all_of_it(gap: FirstGap) -> str:
    """What the whole practice takes in its first year, for what is not done yet."""
    effort = gap.practice.practice.effort_hours
    if gap.answer == "yes" or not effort.high:
        return ""
    return _("%(low)s to %(high)s hours") % {"low": effort.low, "high": effort.high}


def gap_steps(gaps: Sequence[Gap], slug: str) -> list[tuple[Gap, Step]]:
    """What the act asks for beside the practices, each with the page on which it is closed."""
    return [(gap, step_for(gap, slug)) for gap in gaps]


def time_of(minutes: tuple[int, int]) -> str:
    """About how long something takes."""
    low, high = minutes
    if high <= 90:
        return _("%(low)s to %(high)s minutes") % {"low": low, "high": high}
    hours = (low + 30) // 60 or 1, (high + 30) // 60
    if hours[0] == hours[1]:
        return ngettext("about %(hours)s hour", "about %(hours)s hours", hours[0]) % {"hours": hours[0]}
    return _("%(low)s to %(high)s hours") % {"low": hours[0], "high": hours[1]}
