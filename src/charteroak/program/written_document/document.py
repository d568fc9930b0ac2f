"""The whole document: first page with its open points, numbered chapters, policies, and where the act's items stand.

A pure function of its source: the same source gives the same blocks, and the same blocks give the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charteroak.documents.blocks import (
    AnyBlock,
    Column,
    Contents,
    Document,
    Heading,
    Items,
    Note,
    PageBreak,
    Strong,
    Table,
    Terms,
    Texts,
    paragraph,
)
from charteroak.documents.wording import count, day, short_day, terms
from charteroak.program.bodies import Objectives, OrganisationDescribed, ProgramDescribed, Safeguards, Scale, Statement
from charteroak.program.practices import SafeguardKind
from charteroak.program.written_document.chapters import (
    information_chapter,
    objectives_chapter,
    roles_chapter,
    scale_chapter,
    scope_chapter,
)
from charteroak.program.written_document.draft import FACTORS, OBJECTIVES
from charteroak.program.written_document.rules import policies_chapter
from charteroak.program.written_document.safeguards import safeguard_chapter
from charteroak.program.written_document.source import Chapter, OpenPoint, ProgramSource
from charteroak.program.written_document.upkeep import (
    adoption_chapter,
    calendar_chapter,
    edition_label,
    exceptions_chapter,
    frameworks_chapter,
)

DRAFT_BANNER = "DRAFT: NOT ADOPTED"
SAMPLE_BANNER = "MADE-UP SAMPLE: NOTHING IN IT HAPPENED"
PUBLIC_BODIES = frozenset({"municipality", "public-school-district", "state-agency"})
ALWAYS_NEW = frozenset({"Open points", "Adoption, approvals, reviews and versions", "Where the items of the act stand"})
"""Sections that are worked out anew for each version; comparing them says nothing about the program."""
_LIMITS = (
    "This program is no certificate and no legal advice. Connecticut's act bars punitive damages in certain tort suits "
    "where its conditions are met; it is no immunity and no affirmative defense. This document says what we decided "
    "and what our record holds. A court decides."
)
_PUBLIC = " Whether the act covers a town, a public school district or a state agency at all is for counsel."


@dataclass(frozen=True, slots=True)
class ProgramPaper:
    """The document, what it lacks, and where in it the act's items stand."""

    document: Document
    points: tuple[OpenPoint, ...]
    chapters: tuple[Chapter, ...]

    @property
    def described(self) -> ProgramDescribed:
        """Where the act's ten things stand in it, ready to be recorded; what does not stand in it is unknown."""
        places: dict[str, Statement] = {}
        for number, chapter in enumerate(self.chapters, 1):
            for item, stands in chapter.items.items():
                if stands:
                    places[item] = Statement(holds=True, where=f"section {number}")
        return ProgramDescribed(
            safeguards=Safeguards(**{kind.value: places.get(kind.value, Statement()) for kind in SafeguardKind}),
            objectives=Objectives(**{name: places.get(name, Statement()) for name in OBJECTIVES}),
            scale=Scale(**{name: places.get(name, Statement()) for name in FACTORS}),
        )


def written_program_paper(source: ProgramSource, appendix: Sequence[AnyBlock] = ()) -> ProgramPaper:
    """The written program as a document. ``appendix`` says what changed since the version before."""
    chapters = tuple(_chapters(source))
    points = tuple(point for chapter in chapters for point in chapter.points)
    version = source.adoption.version if source.adoption is not None else f"{source.next_version}, draft"
    banners = [
        *([SAMPLE_BANNER] if source.is_fictional else []),
        *([DRAFT_BANNER] if source.adoption is None else []),
    ]
    document = Document(
        title=source.draft.title,
        subtitle=f"{source.organisation}, version {version}",
        dated=source.moment,
        running=f"{source.draft.title}, {source.organisation}, version {version}",
        footer=f"As of {short_day(source.day)}, from the record {source.log}",
        banner=". ".join(banners),
        body=(*_first_page(source, points), *_body(chapters), *appendix),
    )
    return ProgramPaper(document, points, chapters)


def _chapters(source: ProgramSource) -> Iterator[Chapter]:
    yield scope_chapter(source)
    yield information_chapter(source)
    yield objectives_chapter(source)
    yield scale_chapter(source)
    yield roles_chapter(source)
    for number, kind in enumerate(SafeguardKind, 6):
        yield safeguard_chapter(source, kind, number)
    yield policies_chapter(source, 9)
    yield frameworks_chapter(source)
    yield exceptions_chapter(source)
    yield calendar_chapter(source)
    yield adoption_chapter(source)


def _first_page(source: ProgramSource, points: Sequence[OpenPoint]) -> Iterator[AnyBlock]:
    adoption, before = source.adoption, source.adopted_before
    state = "Draft. Nobody has adopted it." if adoption is None else "Adopted."
    aims = [edition_label(each) for each in source.status.editions]
    done = sum(one.answer == "yes" for one in source.promised)
    yield Terms(
        terms(
            ("State", (Strong(state),)),
            ("Adopted by", "" if adoption is None else f"{adoption.by}, on {day(adoption.day)}"),
            ("In force before", "" if before is None else f"version {before.version}"),
            ("Lead", source.draft.roles.lead),
            ("Aims at", ", ".join(aims) or "no framework yet"),
            ("Practices", f"{count(len(source.promised), 'practice')} promised, {done} on record as done"),
            ("As of", f"{day(source.day)}"),
        )
    )  # fmt: skip
    yield Note("What this is not.", (_LIMITS, *([_PUBLIC] if _is_public_body(source) else [])))
    yield Heading("Open points")
    if points:
        yield paragraph(f"{count(len(points), 'point is', 'points are')} open. Each is left blank in its place below.")
        yield Items(tuple((point.text,) for point in points))
    else:
        yield paragraph("None. Everything that this document should say is in it.")
    yield PageBreak()
    yield Contents("Contents")


def _is_public_body(source: ProgramSource) -> bool:
    """Whether the record says that it is one; the act's word *business* may leave it out (element E1)."""
    body = source.status.organisation.body if source.status.organisation is not None else None
    return isinstance(body, OrganisationDescribed) and body.kind in PUBLIC_BODIES


def _body(chapters: Sequence[Chapter]) -> Iterator[AnyBlock]:
    for number, chapter in enumerate(chapters, 1):
        if chapter.key == "scope":
            yield PageBreak()
        yield Heading(f"{number} {chapter.title}")
        yield from chapter.blocks
    yield Heading(f"{len(chapters) + 1} Where the items of the act stand")
    yield paragraph(
        "Conn. Gen. Stat. \u00a7 42-901 asks for these things. Whether they are met is not for this paper to say; the "
        "table says where each stands in it."
    )
    yield Table(
        "The act's items and their places",
        (Column("Item", 3), Column("Where", 1.2), Column("State", 1.6)),
        tuple(_item_rows(chapters)),
        "None.",
    )


_ITEMS = (
    ("E7", "A program in writing, with its day", "adopted"),
    ("E8", "Created, maintained and complied with: adoption, reviews, and what shows each practice", "adopted"),
    ("E9", "Administrative safeguards", "administrative"),
    ("E9", "Technical safeguards", "technical"),
    ("E9", "Physical safeguards", "physical"),
    ("E10", "Objective: security and confidentiality", "confidentiality"),
    ("E10", "Objective: threats and hazards", "threats_or_hazards"),
    ("E10", "Objective: access and acquisition without right", "unauthorized_access_and_acquisition"),
    ("E11", "Factor: size and complexity", "size_and_complexity"),
    ("E11", "Factor: nature and scope of what we do", "activities"),
    ("E11", "Factor: sensitivity of the information", "sensitivity"),
    ("E11", "Factor: cost and availability of tools", "cost_and_tools"),
    ("E12", "A framework that the act names", "frameworks"),
)


def _item_rows(chapters: Sequence[Chapter]) -> Iterator[tuple[Texts, ...]]:
    places = {
        item: (number, stands) for number, chapter in enumerate(chapters, 1) for item, stands in chapter.items.items()
    }
    for element, words, item in _ITEMS:
        number, stands = places[item]
        if element == "E8":
            stands = stands and not any("E8" in point.elements for chapter in chapters for point in chapter.points)
        where = "sections 6 to 8, 12 and 13" if element == "E8" else f"section {number}"
        yield (Strong(f"{element} "), words), (where,), ("stands there" if stands else "open point",)
