"""The chapters in the organisation's own words: scope, information, objectives, scale, roles. What is empty is open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from charteroak.documents.blocks import AnyBlock, Blank, Column, Strong, Table, Text, Texts, paragraph
from charteroak.program.bodies import OrganisationDescribed
from charteroak.program.written_document.draft import FACTORS, paragraphs
from charteroak.program.written_document.safeguards import is_done, titles
from charteroak.program.written_document.source import Chapter, OpenPoint, ProgramSource

ORGANISATION_WORDS = {
    "llc": "limited liability company",
    "llp": "limited liability partnership",
    "joint-stock": "joint stock company",
    "individual": "person in business",
    "other-legal-entity": "legal entity of another form",
    "public-school-district": "public school district",
    "state-agency": "state agency",
    "sole-proprietor": "sole proprietor",
}
_REGIMES = {"hipaa": "HIPAA", "hitech": "HITECH", "glba": "GLBA", "fisma": "FISMA"}
_HANDLES = {"accesses": "looks at", "maintains": "keeps", "communicates": "sends", "processes": "works on"}
_INFORMATION = {
    "personal": "personal information",
    "restricted": "restricted information",
}


@dataclass(frozen=True, slots=True)
class Objective:
    """A design objective of the act: in our words, and which themes of practices serve it."""

    key: str
    short: str
    sentence: str
    themes: frozenset[str]


OBJECTIVE_TEXTS = (
    Objective(
        "confidentiality",
        "Security and confidentiality",
        "This program is designed to protect the security and confidentiality of the personal and restricted "
        "information that we hold.",
        frozenset(("leads", "inventory", "access", "data", "people", "suppliers", "rooms", "cards", "health")),
    ),
    Objective(
        "threats_or_hazards",
        "Threats and hazards",
        "This program is designed to protect against threats or hazards to the security or integrity of that "
        "information.",
        frozenset(
            ("risk", "mail-web", "devices", "network", "backups", "watching", "updates", "software", "incidents")
        ),
    ),
    Objective(
        "unauthorized_access_and_acquisition",
        "Access and acquisition without right",
        "This program is designed to protect against access to and acquisition of that information without right, "
        "where that would put a person at material risk of identity theft or other fraud.",
        frozenset(("access", "mail-web", "data", "watching", "rooms", "cards", "health", "network", "incidents")),
    ),
)
FACTOR_TEXTS: Mapping[str, str] = {
    "size_and_complexity": "Our size and complexity",
    "activities": "The nature and scope of what we do",
    "sensitivity": "How sensitive the information is",
    "cost_and_tools": "The cost and availability of tools to improve security and reduce weak points",
}
_ROLES = (
    ("head", "Head of the organization", "Must approve this program and the means for it, and must ask how it goes."),
    (
        "lead",
        "Lead of the program",
        "Must see that the program is followed, kept up and shown, and must report to the head.",
    ),
    ("deputy", "Stand-in for the lead", "Must act when the lead is away."),
    ("incidents", "Lead in an incident", "Must lead on a bad day, decide, and see that others are told on time."),
    ("technical", "Whoever runs the systems", "Must set up, update, watch and back up systems as this program says."),
    ("privacy", "Whoever answers questions about people's data", "Must know what is held and answer those who ask."),
)
_NEEDED_ROLES = ("head", "lead", "deputy", "incidents")


def scope_chapter(source: ProgramSource) -> Chapter:
    """Why there is a program, and what it covers."""
    draft = source.draft
    blocks: list[AnyBlock] = [
        paragraph(
            f"This is the written information security program of {source.organisation}. It holds the administrative, "
            "technical and physical safeguards by which we protect personal and restricted information. It is written "
            "with Conn. Gen. Stat. \u00a7 42-901 (Public Act 21-119) in mind."
        ),
        *_own(draft.purpose),
        *_own(draft.covers),
    ]
    points = []
    if not draft.covers.strip():
        blocks.append(paragraph("What this program covers: ", Blank("sites, systems, people, firms that work for us")))
        points.append(OpenPoint("Nobody has written what the program covers.", "scope", ("E7",)))
    blocks.append(
        paragraph(
            "It binds everyone who uses our systems or data. A rule says must or may. What is done today, and what is "
            "planned, stands with each safeguard; a plan is always called a plan."
        )
    )
    return Chapter("scope", "Purpose and scope", tuple(blocks), tuple(points), {"scope": not points})


def information_chapter(source: ProgramSource) -> Chapter:
    """What the organisation is, and which information it holds."""
    fact = source.status.organisation
    body = fact.body if fact is not None and isinstance(fact.body, OrganisationDescribed) else None
    blocks: list[AnyBlock] = []
    points: list[OpenPoint] = []
    if body is None:
        points.append(OpenPoint("The record does not describe the organization.", "organisation", ("E1", "E2", "E4")))
    else:
        blocks.append(paragraph(*_described(source.organisation, body, None if fact is None else fact.index)))
    for text, blank, point in (
        (source.draft.organisation, "what we do, where, with how many people and which systems", "what it does"),
        (source.draft.information, "which information, about whom, how many people, where it is kept", "what it holds"),
    ):
        blocks += _own(text)
        if not text.strip():
            blocks.append(paragraph(Blank(blank)))
            points.append(OpenPoint(f"The organization has not written {point}.", "information", ("E2", "E4")))
    return Chapter("information", "The organization and the information it holds", tuple(blocks), tuple(points))


def _described(name: str, body: OrganisationDescribed, index: int | None) -> Iterator[Text]:
    kind = ORGANISATION_WORDS.get(body.kind, body.kind.replace("-", " "))
    people = f" with {body.employees} people" if body.employees is not None else ""
    yield f"{name} is a {kind}{people}. "
    does = [word for member, word in _HANDLES.items() if getattr(body.handles, member)]
    holds = [word for member, word in _INFORMATION.items() if getattr(body.information, member)]
    if does and holds:
        yield f"It {_and(does)} {_and(holds)}. "
    if body.information.restricted_unreadable:
        yield "Its restricted information is encrypted, redacted or otherwise unreadable. "
    elif body.information.restricted_unreadable is False:
        yield "Its restricted information is not all encrypted or otherwise unreadable. "
    if body.regulated_by:
        yield f"These federal laws apply to it by its own word: {_and([_REGIMES[one] for one in body.regulated_by])}. "
    yield f"So it stands on record (entry {index})."


def objectives_chapter(source: ProgramSource) -> Chapter:
    """The three design objectives (element E10), and what serves each."""
    blocks: list[AnyBlock] = [
        paragraph("The act names three objectives. Each is an aim of this program; below it stands what serves it.")
    ]
    points: list[OpenPoint] = []
    items: dict[str, bool] = {}
    for objective in OBJECTIVE_TEXTS:
        serving = [one for one in source.promised if one.practice.theme in objective.themes]
        done = [one for one in serving if is_done(one)]
        blocks.append(paragraph(Strong(f"{objective.short}. "), objective.sentence))
        blocks += _own(getattr(source.draft.objectives, objective.key))
        said: Texts = (Strong("On record as done for it: "), f"{titles(done)}.")
        blocks.append(paragraph(*(said if done else ("Nothing on record as done serves it yet.",))))
        items[objective.key] = bool(done)
        if not done:
            points.append(
                OpenPoint(f"Nothing on record as done serves this objective: {objective.short}.", "answers", ("E10",))
            )
    return Chapter("objectives", "What this program is designed to do", tuple(blocks), tuple(points), items)


def scale_chapter(source: ProgramSource) -> Chapter:
    """The four factors (element E11), each with the organisation's own reasons or as an open point."""
    blocks: list[AnyBlock] = [
        paragraph("The scale and scope of this program rest on four factors. The reasons are our own.")
    ]
    points: list[OpenPoint] = []
    items: dict[str, bool] = {}
    for factor in FACTORS:
        reason = getattr(source.draft.scale, factor)
        given = paragraphs(reason)
        first = given[0] if given else Blank("our own reasons")
        blocks.append(paragraph(Strong(f"{FACTOR_TEXTS[factor]}. "), first))
        blocks += [paragraph(text) for text in given[1:]]
        items[factor] = bool(given)
        if not given:
            points.append(
                OpenPoint(f"No reason is written for this factor of scale: {FACTOR_TEXTS[factor]}.", "scale", ("E11",))
            )
    return Chapter("scale", "Why it has this scale and scope", tuple(blocks), tuple(points), items)


def roles_chapter(source: ProgramSource) -> Chapter:
    """Who answers for what."""
    named = {key: getattr(source.draft.roles, key) for key, _, _ in _ROLES}
    shown = [role for role in _ROLES if named[role[0]] or role[0] in _NEEDED_ROLES]
    rows: list[tuple[Texts, ...]] = [
        ((Strong(title),), (named[key] or Blank("name and office"),), (duty,)) for key, title, duty in shown
    ]
    rows.append(
        (
            (Strong("Everyone"),),
            ("Staff, board, volunteers",),
            ("Must follow the rules, and must tell what looks wrong.",),
        )
    )
    columns = (Column("Role", 1.4), Column("Who", 1.6), Column("What this person must do", 2.6))
    lead = "The lead answers for every safeguard for which nobody else is named."
    blocks = (paragraph(lead), Table("Roles", columns, tuple(rows), "Nobody is named."))
    missing = [title for key, title, _ in _ROLES if key in _NEEDED_ROLES and not named[key]]
    points = (OpenPoint(f"Nobody is named for: {'; '.join(missing)}.", "roles", ("E9",)),) if missing else ()
    return Chapter("roles", "Who does what", blocks, points)


def _own(text: str) -> list[AnyBlock]:
    return [paragraph(part) for part in paragraphs(text)]


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
