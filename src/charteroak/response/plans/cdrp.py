"""The cyber disruption response plan as a document: levels, who talks to whom, activation and stand-down, roles, forms.

It is the local companion of the State's own plan, an annex to the State Response Framework. That plan's table of
levels and its communications flow matrix could not be had: what stands here in their place is ours and says so.
"""

from charteroak.documents.blocks import AnyBlock, Blank, Column, Heading, Note, Strong, Table, Terms, Texts, paragraph
from charteroak.documents.wording import moment, terms
from charteroak.response.plans.chapters import (
    communications_chapter,
    contacts_chapter,
    levels_chapter,
    name_and_title,
    narrative,
    people_chapter,
    systems_chapter,
    upkeep_chapter,
)
from charteroak.response.plans.plan import REGIONS
from charteroak.response.plans.source import PlanChapter, PlanPoint, PlanSource, said

_TIERS = (
    ("The town or district", "Its head, its emergency management director, police, fire, public works, IT."),
    ("The region", "One of five DEMHS regions, under a regional coordinator; a regional emergency planning team."),
    (
        "The State",
        (
            "Governor; DESPP/DEMHS and the State Emergency Operations Center under the State Response Framework; CTIC; "
            "State Police; DAS IT; the Military Department with its Joint Cyber Response Team."
        ),
    ),
    ("Federal and others", "CISA, FBI, MS-ISAC; utilities and other private owners of what people depend on."),
)
_FORMS = (
    ("ICS 201, incident briefing", "When the plan is activated; handed over at each change of the lead."),
    ("ICS 202, incident objectives", "For each operational period, from level 3 upward."),
    ("ICS 214, activity log", "One for each person with a role, for each operational period."),
    ("Situation report", "At the times that chapter 9 names, and whenever the level changes."),
    ("After-action report", "Within two weeks after stand-down."),
)
_EMPTY_LINES = 6


def cdrp_chapters(source: PlanSource) -> tuple[PlanChapter, ...]:
    """The chapters, in the order of a day on which services fail."""
    return (
        _scope(source),
        levels_chapter(source, "Levels"),
        _flow(source),
        _activation(source),
        people_chapter(source, "Roles in the town"),
        _tiers(source),
        contacts_chapter(source),
        systems_chapter(source, "Essential services and what comes back first"),
        communications_chapter(source),
        _aid(source),
        _forms(),
        upkeep_chapter(source),
    )


def _scope(source: PlanSource) -> PlanChapter:
    plan = source.plan
    blocks: tuple[AnyBlock, ...] = (
        *narrative(plan.covers, "what this plan covers"),
        paragraph(
            "A disruption is an incident that harms, or may harm, public safety, health or confidence: not a broken "
            "computer, but a service that people depend on. Our response plan says what we do to the machines; this "
            "plan says how the town goes on, and how it works with its neighbors, its region and the State."
        ),
        Heading("What gives it force", 2),
        *narrative(plan.authority, "who adopted it, under which ordinance or emergency operations plan"),
    )
    points = [] if plan.authority.strip() else [PlanPoint("The plan does not say what gives it force.", "scope")]
    return PlanChapter("What this plan is for", blocks, tuple(points))


def _flow(source: PlanSource) -> PlanChapter:
    """The communications flow matrix: at which level whom, and from whom to whom."""
    plan = source.plan
    levels = sorted(plan.levels, key=lambda level: level.number)
    matrix = tuple(
        (
            (Strong(contact.who),),
            *(("tell" if contact.id in level.tell else "",) for level in levels),
        )
        for contact in plan.contacts
    )
    flow = tuple(
        (
            (Strong(f"{level.number} {level.name}"),),
            name_and_title(plan, level.decides),
            (", ".join(contact.short for contact in plan.contacts if contact.id in level.tell) or "nobody outside",),
            said(level.how_soon, "how soon"),
        )
        for level in levels
    )
    blocks: tuple[AnyBlock, ...] = (
        Note(
            "Ours, not the State's.",
            (
                (
                    "The communications flow matrix of Connecticut's plan could not be had. Ask your regional "
                    "coordinator for it and change these rows to match."
                ),
            ),
        ),
        Table(
            "Who is told at which level",
            (Column("Who", 2.6), *(Column(str(level.number), 0.55) for level in levels)),
            matrix,
            "Nobody outside is named.",
        ),
        Table(
            "From whom to whom",
            (Column("Level", 0.9), Column("Tells", 1.3), Column("Whom", 2.6), Column("How soon", 1.2)),
            flow,
            "No level is named.",
        ),
        paragraph(
            "Each call is written down: who called whom, when, what was said, what was promised. What came by "
            "telephone is confirmed in writing as soon as a channel works."
        ),
    )
    silent = [str(level.number) for level in levels if level.number >= 3 and not level.tell]
    points = [PlanPoint(f"Nobody outside is told at level {', '.join(silent)}.", "levels")] if silent else []
    return PlanChapter("Communications flow matrix", blocks, tuple(points))


def _activation(source: PlanSource) -> PlanChapter:
    said_ = source.plan.disruption
    blanks: Texts = ("",)
    rows = tuple(
        (
            (moment(line.moment),),
            (line.step,),
            ("" if line.level is None else str(line.level),),
            (line.by,),
            (line.reason, f" (entry {line.entry})"),
        )
        for line in source.activations
    )
    empty = tuple(((Blank("day, time"),), *(blanks for _ in range(4))) for _ in range(_EMPTY_LINES))
    columns = (
        Column("When", 1.3),
        Column("Step", 1.2),
        Column("Level", 0.6),
        Column("By", 1.2),
        Column("Why", 2.0),
    )
    blocks: tuple[AnyBlock, ...] = (
        Heading("When it is activated, and by whom", 2),
        *narrative(said_.activation, "who activates it, and when"),
        Heading("When it ends", 2),
        *narrative(said_.stand_down, "what has to be so before it ends"),
        Table("On record", columns, rows, "Never activated, by the record."),
        Table("To be filled in by hand on the day", columns, empty, "No lines."),
    )
    lacking = [
        words
        for words, text in (("who activates it", said_.activation), ("when it ends", said_.stand_down))
        if not text.strip()
    ]
    points = [PlanPoint(f"The plan does not say: {'; '.join(lacking)}.", "disruption")] if lacking else []
    return PlanChapter("Activation and stand-down", blocks, tuple(points))


def _tiers(source: PlanSource) -> PlanChapter:
    said_ = source.plan.disruption
    region: Texts = (REGIONS[said_.region],) if said_.region else (Blank("1 to 5"),)
    blocks: tuple[AnyBlock, ...] = (
        Terms(
            terms(
                ("Our region", region),
                ("Local operations center", said(said_.operations_center, "room and address, and a second one")),
            )
        ),
        Table(
            "Who is who beyond the town",
            (Column("Where", 1.1), Column("Who", 3.6)),
            tuple(((Strong(name),), (words,)) for name, words in _TIERS),
            "Nobody.",
        ),
        paragraph(
            "A request for help goes from the emergency management director to the regional coordinator, and from "
            "there to the State Emergency Operations Center. The Guard is asked for by the Governor alone."
        ),
        paragraph(
            "Standing roles as public sources name them, read in November 2026 and not confirmed by the State. The "
            "members of a cyber disruption task force were not found."
        ),
    )
    points = []
    if said_.region is None:
        points.append(PlanPoint("The plan does not say in which DEMHS region the town lies.", "disruption"))
    if not said_.operations_center:
        points.append(PlanPoint("No local operations center is named.", "disruption"))
    return PlanChapter("The town, its region and the State", blocks, tuple(points))


def _aid(source: PlanSource) -> PlanChapter:
    said_ = source.plan.disruption
    blocks: tuple[AnyBlock, ...] = (
        Heading("Services that must go on", 2),
        *narrative(said_.essential_services, "which services must go on, and how without machines"),
        Heading("Mutual aid", 2),
        *narrative(said_.mutual_aid, "with which towns, under which agreement, for what"),
    )
    lacking = [
        words
        for words, text in (
            ("which services must go on", said_.essential_services),
            ("who helps under mutual aid", said_.mutual_aid),
        )
        if not text.strip()
    ]
    points = [PlanPoint(f"The plan does not say: {'; '.join(lacking)}.", "disruption")] if lacking else []
    return PlanChapter("Going on without machines", blocks, tuple(points))


def _forms() -> PlanChapter:
    blocks: tuple[AnyBlock, ...] = (
        paragraph(
            "Charter Oak fills these in from the record of the incident; what is not known stays blank. Numbers and "
            "titles of the fields are those of FEMA's forms (FEMA 502-2), the layout is ours."
        ),
        Table(
            "Forms, and when",
            (Column("Form", 1.4), Column("When", 3.2)),
            tuple(((Strong(name),), (when,)) for name, when in _FORMS),
            "None.",
        ),
    )
    return PlanChapter("Forms", blocks)
