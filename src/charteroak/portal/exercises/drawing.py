"""The exercise's clock as a picture: a line of time, a mark for each inject, and where the hand stands.

A vertical line of time is read on a telephone as well as on a wall; the table with the same below it has the words.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charteroak.response.exercises.after_action import clock_text
from charteroak.services.exercise_play import BoardLine

_WIDTH, _LEFT, _ROOM, _AXIS, _HEIGHT = 320, 12, 296, 34, 66


def clock_picture(lines: Sequence[BoardLine], elapsed: timedelta, minutes: int) -> SafeString:
    """The whole exercise as an ``svg`` element: filled marks have come, open ones have not."""
    whole = max(timedelta(minutes=minutes), elapsed, timedelta(minutes=1))

    def place(after: timedelta) -> str:
        return f"{_LEFT + _ROOM * min(after / whole, 1.0):.1f}"

    marks = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="5" stroke="currentColor" stroke-width="2" fill="{}"/>',
        ((place(line.after), _AXIS, "currentColor" if line.has_come else "none") for line in lines),
    )
    hand = place(elapsed)
    anchor = "start" if float(hand) < _WIDTH / 3 else "end" if float(hand) > _WIDTH * 2 / 3 else "middle"
    return format_html(
        '<svg class="exercise-clock" viewBox="0 0 {w} {h}" role="img" aria-label="{label}" font-size="13" '
        'fill="currentColor"><line x1="{left}" x2="{right}" y1="{axis}" y2="{axis}" stroke="currentColor"/>'
        '<line x1="{hand}" x2="{hand}" y1="18" y2="50" stroke="currentColor" stroke-width="3"/>'
        '{marks}<text x="{hand}" y="12" text-anchor="{anchor}">{now}</text>'
        '<text x="{left}" y="64">0:00</text><text x="{right}" y="64" text-anchor="end">{end}</text></svg>',
        w=_WIDTH, h=_HEIGHT, axis=_AXIS, left=_LEFT, right=_LEFT + _ROOM, hand=hand, marks=marks, anchor=anchor,
        now=clock_text(elapsed), end=clock_text(whole),
        label=_("The clock stands at %(now)s of %(end)s; %(come)s of %(all)s injects have come")
        % {
            "now": clock_text(elapsed), "end": clock_text(whole),
            "come": sum(line.has_come for line in lines), "all": len(lines),
        },
    )  # fmt: skip
