"""The whole document of a plan: a first page that could be the only one read, numbered chapters, the playbooks.

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
    paragraph,
)
from charteroak.documents.wording import count, day, short_day, terms
from charteroak.response.plans.cdrp import cdrp_chapters
from charteroak.response.plans.cirp import chosen, cirp_chapters, playbook_annex
from charteroak.response.plans.source import (
    PlanChapter,
    PlanPoint,
    PlanSource,
    called,
    name_of,
    on,
    said,
)

DRAFT_BANNER = "DRAFT: NOT ADOPTED"
SAMPLE_BANNER = "MADE-UP SAMPLE: NOTHING IN IT HAPPENED"
FIRST_CALLS = ("lead", "head", "it", "emergency-manager", "voice")
"""Roles whose numbers stand on the first page."""
ALWAYS_NEW = frozenset({"Open points", "Upkeep, tests and versions"})
"""Sections that are worked out anew for each version."""
_FIRST = {
    "cirp": "Say it aloud to the incident lead, by voice. Write down the time. Take what spreads off the network and "
    "leave it switched on. Then open the playbook that fits what you see.",
    "cdrp": "Keep people safe and calls for help answered. Call the emergency management director. Activate this plan "
    "in doubt, write down the time, and call the region.",
}


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """The document, and what the plan lacks."""

    document: Document
    points: tuple[PlanPoint, ...]


def plan_paper(source: PlanSource, appendix: Sequence[AnyBlock] = ()) -> PlanPaper:
    """The plan as a document. ``appendix`` says what changed since the version before."""
    plan = source.plan
    chapters = cirp_chapters(source) if plan.kind == "cirp" else cdrp_chapters(source)
    points = tuple(point for chapter in chapters for point in chapter.points)
    version = source.adoption.version if source.adoption is not None else f"{source.next_version}, draft"
    banners = [
        *([SAMPLE_BANNER] if source.is_fictional else []),
        *([DRAFT_BANNER] if source.adoption is None else []),
    ]
    document = Document(
        title=plan.title,
        subtitle=f"{source.organisation}, version {version}",
        dated=source.moment,
        running=f"{plan.title}, {source.organisation}, version {version}",
        footer=f"As of {short_day(source.day)}, from the record {source.log}",
        banner=". ".join(banners),
        body=(*_first_page(source, points), *_body(source, chapters), *appendix),
    )
    return PlanPaper(document, points)


def _first_page(source: PlanSource, points: Sequence[PlanPoint]) -> Iterator[AnyBlock]:
    adoption, plan = source.adoption, source.plan
    first = [role for identifier in FIRST_CALLS if (role := plan.role(identifier)) is not None]
    yield Note("First.", (Strong(_FIRST[plan.kind]),))
    yield Table(
        "Call first",
        (Column("Role", 1.3), Column("Who", 1.2), Column("Reached by", 1.8), Column("Otherwise", 1.6)),
        tuple(
            (
                (Strong(role.title),),
                said(role.holder.name, "name"),
                called(role.holder),
                (stand_in.name, ", ", *said(stand_in.phone, "telephone"))
                if (stand_in := plan.stands_in(role)).name
                else said("", "who stands in"),
            )
            for role in first
        ),
        "Nobody is named.",
    )
    yield Terms(
        terms(
            ("State", (Strong("Draft. Nobody has adopted it." if adoption is None else "Adopted."),)),
            ("Adopted by", "" if adoption is None else f"{adoption.by}, {adoption.office}, on {day(adoption.day)}"),
            ("Reviewed next", "" if adoption is None else on(adoption.review_by, "day")),
            ("Decides from level 2 upward", name_of(plan.role("head"))),
            ("Last test", _last_test(source)),
        )
    )
    yield Heading("Open points")
    if points:
        yield paragraph(f"{count(len(points), 'point is', 'points are')} open. Each is left blank in its place below.")
        yield Items(tuple((point.text,) for point in points))
    else:
        yield paragraph("None. Everything that this plan should say is in it.")
    yield PageBreak()
    yield Contents("Contents")
    yield Note(
        "What this is not.",
        (
            (
                "It is no certificate and no legal advice. Templates and tables of the State that could not be read "
                "are replaced by our own and marked as such. It is only as good as its last test."
            ),
        ),
    )


def _last_test(source: PlanSource) -> str:
    if not source.tests:
        return "none on record"
    newest = max(source.tests, key=lambda test: test.day)
    return f"{short_day(newest.day)}, {newest.title}"


def _body(source: PlanSource, chapters: Sequence[PlanChapter]) -> Iterator[AnyBlock]:
    yield PageBreak()
    for number, chapter in enumerate(chapters, 1):
        yield Heading(f"{number} {chapter.title}")
        yield from chapter.blocks
    if source.plan.kind == "cirp" and chosen(source.plan):
        yield PageBreak()
        yield Heading("Annex A: playbooks")
        yield from playbook_annex(source)
