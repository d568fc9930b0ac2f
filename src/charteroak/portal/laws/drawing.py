"""The editions of every framework as lanes of a picture, and as the rows of the table below it."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charteroak.documents.edition_timeline import CatchUpWindow, EditionPicture, Lane, Publication, draw_editions
from charteroak.law.clocks import published_text
from charteroak.law.editions import STRICT, AmendedLawClock, Edition, Framework, load_frameworks
from charteroak.portal.drawn import drawn

YEARS_BACK = 5
_OTHER = replace(STRICT, patch_releases_are_revisions=False, amended_law_clock=AmendedLawClock.LATER)
"""The other answer to both questions that the act leaves open."""


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition as the table shows it; ``state`` is a word of the status shapes."""

    framework: str
    edition: str
    published: str
    superseded_by: str
    last_day: date | None
    other_last_day: date | None
    state: str
    word: str


def picture_of_editions(today: date) -> SafeString:
    """Every framework's editions of the last years as an ``svg`` element; every text is escaped where it is drawn."""
    picture = EditionPicture(
        first=date(today.year - YEARS_BACK, 1, 1),
        last=date(today.year + 1, 12, 31),
        today=today,
        lanes=tuple(_lane(framework) for framework in load_frameworks().values()),
    )
    return drawn(draw_editions(picture))


def edition_rows(today: date) -> list[EditionRow]:
    """The rows of the table, by framework, the newest edition first."""
    return [
        _row(framework, edition, today)
        for framework in load_frameworks().values()
        for edition in reversed(framework.editions)
    ]


def _deadlines(framework: Framework, edition: Edition) -> tuple[date | None, date | None]:
    """The last day on the strict reading, and on the other where that is another day."""
    strict, other = framework.window(edition).deadline, framework.window(edition, _OTHER).deadline
    return strict, None if other == strict else other


def _lane(framework: Framework) -> Lane:
    windows = []
    for edition in framework.editions:
        window = framework.window(edition)
        last, other = _deadlines(framework, edition)
        if window.successor is None or last is None or edition.patch:
            continue
        until = _("%(edition)s: to %(day)s") % {"edition": edition.code, "day": last.isoformat()}
        if other is not None:
            until = _("%(until)s, or %(day)s") % {"until": until, "day": other.isoformat()}
        windows.append(CatchUpWindow(until, window.successor.clock_start(STRICT), last, other))
    publications = tuple(Publication(edition.code, edition.published) for edition in framework.editions)
    return Lane(framework.name, publications, tuple(windows))


def _row(framework: Framework, edition: Edition, today: date) -> EditionRow:
    successor = framework.window(edition).successor
    last, other = _deadlines(framework, edition)
    state, word = _state(edition, successor, last, today)
    return EditionRow(
        framework=framework.name,
        edition=edition.code,
        published=published_text(edition),
        superseded_by=successor.code if successor is not None else "",
        last_day=last,
        other_last_day=other,
        state=state,
        word=word,
    )


def _state(edition: Edition, successor: Edition | None, last: date | None, today: date) -> tuple[str, str]:
    if edition.published > today:
        return "uncertain", _("not yet published")
    if successor is None or last is None or successor.published > today:
        return "met", _("in force")
    if today <= last:
        return "at-risk", _("still counts, %(days)s days left") % {"days": (last - today).days}
    return "none", _("no longer counts")
