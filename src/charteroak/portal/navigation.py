"""Which links stand in the header, by what a person may do.

To add one: a ``Link`` in the list of its role. The first role of ``ROLE_ORDER`` that a person has decides the home.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import ResolverMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.records.accounts.models import Membership

Role = Membership.Role
ROLE_ORDER = (Role.ANALYST, Role.PROVIDER, Role.SECURITY_LEAD, Role.COUNSEL)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the header. One that ``is_of_organisation`` leads to an organisation's page.

    Counsel reads the record and does not keep it: a link ``for_keepers`` is not shown to counsel.
    """

    label: str | Promise
    name: str
    is_of_organisation: bool = False
    for_keepers: bool = False


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link with its address, for the template."""

    label: str | Promise
    url: str
    is_current: bool


HOME = Link(_("Home"), "home")
DESK = Link(_("Desk"), "desk:queue")
INTELLIGENCE = Link(_("Intelligence"), "intelligence:shared")
FRAMEWORKS = Link(_("Frameworks"), "frameworks:overview")
PROGRAM = Link(_("Program"), "programs:safe-harbor", is_of_organisation=True)
INCIDENTS = Link(_("Incidents"), "incidents:overview", is_of_organisation=True)
SECTIONS = (
    Link(_("Start"), "start:overview", for_keepers=True),
    Link(_("Safe harbor"), "programs:safe-harbor"),
    Link(_("Practices"), "programs:practices", for_keepers=True),
    Link(_("Coverage"), "programs:coverages"),
    Link(_("Gaps"), "programs:gaps"),
    Link(_("Assessments"), "assessing:editions"),
    Link(_("Written program"), "programs:program", for_keepers=True),
    Link(_("Plans"), "plans:overview"),
    Link(_("Evidence"), "programs:evidence"),
    Link(_("Exercises"), "exercises:overview"),
    Link(_("Collectors"), "collecting:overview"),
    Link(_("Keeping"), "evidence:holds"),
    Link(_("Anchors"), "anchors:overview"),
    Link(_("History"), "programs:as-of"),
    Link(_("Logs"), "detections:hunts", for_keepers=True),
    Link(_("Dossiers"), "programs:dossiers"),
    Link(_("Provider"), "providers:overview"),
)
"""The pages of one organisation's program, which stand together below the header."""
BELONGS_TO = {
    "imports:overview": "start:overview",
    "imports:meaning": "start:overview",
    "imports:rows": "start:overview",
    "imports:record": "start:overview",
    "programs:interval": "programs:as-of",
    "programs:client-report": "programs:as-of",
    "programs:client-report-file": "programs:as-of",
    "programs:gap-plan": "programs:gaps",
    "exchange:oscal": "programs:dossiers",
}
"""Pages that stand below a section's page without their address saying so."""
PROGRAM_NAMESPACES = frozenset(
    {
        "programs", "detections", "evidence", "anchors", "start", "imports", "assessing", "collecting", "exchange",
        "providers", "plans", "exercises",
    }
)  # fmt: skip
ORGANISATION_NAMESPACES = PROGRAM_NAMESPACES | {"incidents"}
"""Pages of one organisation. Those of an incident do without the program's sections: at night they are in the way."""
KEEPING_PAGES = ("holds/", "custody/", "retention/", "privileged/")
"""The pages about keeping evidence, which stand together behind the link to the first of them."""
FOR_EVERYONE = (
    Link(_("Report a mail"), "reports:mail"),
    Link(_("Report an incident"), "reports:incident"),
    Link(_("What to do now"), "playbooks:overview"),
    Link(_("State laws"), "laws:compare"),
)
BY_ROLE: dict[str, tuple[Link, ...]] = {
    Role.ANALYST: (
        DESK,
        Link(_("Indicators"), "intelligence:indicators"),
        INTELLIGENCE,
        FRAMEWORKS,
    ),
    Role.PROVIDER: (PROGRAM, INCIDENTS, INTELLIGENCE, FRAMEWORKS),
    Role.SECURITY_LEAD: (PROGRAM, INCIDENTS, INTELLIGENCE, FRAMEWORKS),
    Role.COUNSEL: (PROGRAM, INCIDENTS, FRAMEWORKS),
}


def links_for(memberships: Sequence[Membership], path: str, match: ResolverMatch | None) -> Iterator[PlacedLink]:
    """The header's links, in order and without doubles. The one with the longest address above the page is current.

    Links of an organisation lead to the one whose page is shown; elsewhere to that of the security lead. A provider
    has many, so they appear on a client's pages only. Whether a page may be seen is for the page to decide.
    """
    # An analyst's home is the desk's queue, which has its own link.
    is_analyst = any(membership.role == Role.ANALYST for membership in memberships)
    placed = {} if is_analyst else {HOME: reverse(HOME.name)}
    shown = match.kwargs.get("slug") if match is not None and match.namespace in ORGANISATION_NAMESPACES else None
    for role in ROLE_ORDER:
        for membership in memberships:
            if membership.role == role:
                own = membership.organisation.slug if role in {Role.SECURITY_LEAD, Role.COUNSEL} else None
                for link in BY_ROLE[role]:
                    if not link.is_of_organisation:
                        placed.setdefault(link, reverse(link.name))
                    elif slug := shown or own:
                        placed.setdefault(link, reverse(link.name, args=[slug]))
    for link in FOR_EVERYONE:
        placed[link] = reverse(link.name)
    above = INCIDENTS if match is not None and match.namespace == "incidents" else PROGRAM
    if shown is not None and above in placed:
        current: str | None = placed[above]
    else:
        current = _page_above(path, [url for link, url in placed.items() if link is not HOME or path == url])
    for link, url in placed.items():
        yield PlacedLink(link.label, url, url == current)


def sections_for(memberships: Sequence[Membership], path: str, match: ResolverMatch | None) -> list[PlacedLink]:
    """The pages of the program that is shown, for those who keep it; none elsewhere."""
    slug = match.kwargs.get("slug") if match is not None and match.namespace in PROGRAM_NAMESPACES else None
    roles = {row.role for row in memberships if row.role == Role.PROVIDER or row.organisation.slug == slug}
    if slug is None or not any(PROGRAM in BY_ROLE[role] for role in roles):
        return []
    keeps = bool(roles - {Role.COUNSEL})
    urls = {link: reverse(link.name, args=[slug]) for link in SECTIONS if keeps or not link.for_keepers}
    keeping = f"/organisations/{slug}/"
    if path.startswith(tuple(keeping + page for page in KEEPING_PAGES)):
        path = reverse("evidence:holds", args=[slug])
    above = BELONGS_TO.get(match.view_name) if match is not None else None
    current = reverse(above, args=[slug]) if above is not None else _page_above(path, list(urls.values()))
    return [PlacedLink(link.label, url, url == current) for link, url in urls.items()]


def _page_above(path: str, urls: Sequence[str]) -> str | None:
    """Of some addresses the longest one that the path stands at or below."""
    return max((url for url in urls if path.startswith(url)), key=len, default=None)
