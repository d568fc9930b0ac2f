"""Where things of the record stand in the portal: entries, and the page on which a gap is closed."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.program.gaps import Gap


@dataclass(frozen=True, slots=True)
class Step:
    """What to do about a gap, and where."""

    verb: str | Promise
    url: str


_DESCRIBE = (_("Describe the organization"), "describe-organisation")
_PAGES: Mapping[str, tuple[str | Promise, str]] = {
    "organisation.not-described": _DESCRIBE,
    "organisation.handling-unknown": _DESCRIBE,
    "organisation.information-unknown": _DESCRIBE,
    "program.not-adopted": (_("Record the written program"), "adopt-program"),
    "program.changes-open": (_("Record the new version"), "adopt-program"),
    "program.not-approved": (_("Record the approval"), "approve-program"),
    "program.review-overdue": (_("Record a review"), "review-program"),
    "edition.none": (_("Record an assertion"), "adopt-edition"),
    "edition.not-conforming": (_("Record an assertion"), "adopt-edition"),
    "practice.unanswered": (_("Answer the question"), "practice"),
    "practice.not-done": (_("See how, and answer again"), "practice"),
    "practice.partly-done": (_("See how, and answer again"), "practice"),
    "practice.no-evidence": (_("Record evidence"), "record-evidence"),
    "practice.stale-evidence": (_("Record evidence"), "record-evidence"),
    "gap.open": (_("See the gap"), "gaps"),
    "gap.overdue": (_("See the gap"), "gaps"),
    "exception.accepted": (_("See the exception"), "gaps"),
}
_STATEMENT_PARTS = frozenset({"safeguards", "objectives", "scale"})


def entry_url(slug: str, index: int) -> str:
    """The page of an entry."""
    return reverse("programs:entry", args=[slug, index])


def step_for(gap: Gap, slug: str) -> Step:
    """Where a gap is closed. A code that is not known here leads to the program's page."""
    if gap.code in _PAGES:
        verb, page = _PAGES[gap.code]
        if page == "practice":
            return Step(verb, reverse("programs:practice", args=[slug, gap.practice]))
        query = f"?practice={gap.practice}" if page == "record-evidence" else ""
        return Step(verb, reverse(f"programs:{page}", args=[slug]) + query)
    part, _dot, name = gap.code.removeprefix("program.").partition(".")
    if part in _STATEMENT_PARTS:
        field = f"{part}_{name.replace('-', '_')}"
        return Step(_("Say where it stands"), f"{reverse('programs:describe-program', args=[slug])}#id_{field}_0")
    return Step(_("See the program"), reverse("programs:program", args=[slug]))
