"""The steps of the start in order: which are done, which comes next, and where each stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.choices import Words
from charteroak.program.start.proposal import FirstPractice, propose
from charteroak.records.accounts.models import Organisation
from charteroak.services.guided_start import Saved, StartState

TITLES: dict[str, Words] = {
    "about": gettext_lazy("The organization"),
    "obligations": gettext_lazy("Laws and contracts"),
    "information": gettext_lazy("Information about people"),
    "systems": gettext_lazy("Systems"),
    "people": gettext_lazy("People"),
    "aim": gettext_lazy("Where to start"),
    "practices": gettext_lazy("First practices"),
    "record": gettext_lazy("Check and record"),
}
"""Every step with its title, in order; all but the practices are also the names of their pages."""
_SECTIONS = {"information": "stores", "aim": "choice"}
"""The section of the draft that a step saves, where it has another name."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the overview shows it."""

    name: str
    title: Words
    url: str
    is_done: bool
    said: str
    saved: Saved | None


def section_of(step: str) -> str:
    """The section of the draft that a step saves."""
    return _SECTIONS.get(step, step)


def steps_of(organisation: Organisation, state: StartState) -> list[Step]:
    """Every step, with whether it is done and who saved it last."""
    return [_step(name, organisation, state) for name in TITLES]


def next_step(steps: Sequence[Step]) -> Step:
    """The first step that is not done; the last where all are."""
    return next((step for step in steps if not step.is_done), steps[-1])


def first_practices(state: StartState) -> tuple[FirstPractice, ...]:
    """The practices to begin with, in the order in which this organisation is asked about them."""
    return propose(state.answers).first


def next_practice(state: StartState) -> FirstPractice | None:
    """The first practice that nobody has answered; nothing where all are."""
    return next((each for each in first_practices(state) if each.practice.id not in state.answers.practices), None)


def page_of(organisation: Organisation, step: str, answer: str, *, subject: str = "") -> Page:
    """The page of a step, below the overview."""
    above = Crumb(_("Guided start"), reverse("start:overview", args=[organisation.slug]))
    return Page(subject or TITLES[step], answer, (above,), organisation)


def progress(step: str) -> str:
    """Which step of how many this is."""
    number = list(TITLES).index(step) + 1
    return _("Step %(number)s of %(all)s") % {"number": number, "all": len(TITLES)}


def after(step: str, organisation: Organisation, state: StartState) -> str:
    """The address of the page that follows a step."""
    following = list(TITLES)[list(TITLES).index(step) + 1]
    return _url(following, organisation, state)


def _step(name: str, organisation: Organisation, state: StartState) -> Step:
    is_done, said = _progress_of(name, state)
    return Step(
        name=name,
        title=TITLES[name],
        url=_url(name, organisation, state),
        is_done=is_done,
        said=said,
        saved=_last_saved(name, state),
    )


def _progress_of(name: str, state: StartState) -> tuple[bool, str]:
    answers = state.answers
    if name == "practices":
        first = first_practices(state)
        given = sum(each.practice.id in answers.practices for each in first)
        return given == len(first), _("%(given)s of %(all)s answered") % {"given": given, "all": len(first)}
    if name == "information":
        count = len(answers.stores)
        said = ngettext("%(count)s place named", "%(count)s places named", count) % {"count": count}
        return answers.stores_complete, said if count else ""
    if name == "record":
        return state.finished is not None, ""
    return getattr(answers, section_of(name)) is not None, ""


def _last_saved(name: str, state: StartState) -> Saved | None:
    prefix = "practice " if name == "practices" else section_of(name)
    found = [saved for section, saved in state.saved.items() if section.startswith(prefix)]
    return max(found, key=lambda saved: saved.moment, default=None)


def _url(name: str, organisation: Organisation, state: StartState) -> str:
    if name == "practices":
        first = next_practice(state) or first_practices(state)[0]
        return reverse("start:practice", args=[organisation.slug, first.practice.id])
    return reverse(f"start:{name}", args=[organisation.slug])
