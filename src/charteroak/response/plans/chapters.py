"""The chapters that both kinds of plan have: people, numbers, levels, words, systems, upkeep."""

from collections.abc import Iterator, Sequence

from charteroak.documents.blocks import (
    AnyBlock,
    Blank,
    Column,
    Heading,
    Items,
    Note,
    Paragraph,
    Signature,
    Strong,
    Table,
    Terms,
    Text,
    Texts,
    paragraph,
)
from charteroak.documents.wording import count, short_day, terms
from charteroak.response.disruption_levels import load_levels
from charteroak.response.plans.plan import Contact, Plan, Role, System
from charteroak.response.plans.source import PlanChapter, PlanPoint, PlanSource, name_of, reached, said
from charteroak.response.plans.text import paragraphs

_OPEN_ROLES = frozenset({"lead", "head", "it"})
"""Roles without which a plan says nothing."""


def people_chapter(source: PlanSource, title: str) -> PlanChapter:
    """Who does what, how they are reached, who stands in."""
    plan = source.plan
    rows = tuple(
        (
            (Strong(role.title),),
            said(role.holder.name, "name"),
            reached(role.holder),
            _deputy(plan, role),
        )
        for role in plan.roles
    )
    blocks: list[AnyBlock] = [
        paragraph(
            "One person may hold several roles. Whoever stands in has the same powers from the moment in which the "
            "holder cannot be reached for fifteen minutes."
        ),
        Table(
            "Roles, with those who hold them and those who stand in",
            (Column("Role", 1.2), Column("Who", 1.1), Column("Reached by", 1.6), Column("Stands in", 1.5)),
            rows,
            "No role is named.",
        ),
        Table(
            "What each role does",
            (Column("Role", 1.1), Column("Does", 3.4), Column("Nearest position of ICS", 1.1)),
            tuple(((Strong(role.title),), said(role.does, "what this role does"), (role.ics,)) for role in plan.roles),
            "No role is named.",
        ),
    ]
    return PlanChapter(title, tuple(blocks), tuple(_people_points(plan)))


def _deputy(plan: Plan, role: Role) -> Texts:
    other = plan.role(role.deputy)
    person = plan.stands_in(role)
    if not person.name:
        return (Blank("who stands in"),)
    if other is not None and person is other.holder:
        return (f"{person.name} ({other.title})",)
    return (person.name, ", ", *reached(person))


def _people_points(plan: Plan) -> Iterator[PlanPoint]:
    unheld = [role for role in plan.roles if not role.holder.name]
    if unheld:
        yield PlanPoint(f"Nobody is named for: {', '.join(role.title for role in unheld)}.", "roles")
    silent = [role for role in plan.roles if role.holder.name and not role.holder.phone]
    if silent:
        yield PlanPoint(f"No telephone number is known for: {', '.join(role.title for role in silent)}.", "roles")
    alone = [role for role in plan.roles if role.id in _OPEN_ROLES and not plan.stands_in(role).name]
    if alone:
        yield PlanPoint(f"Nobody stands in for: {', '.join(role.title for role in alone)}.", "roles")
    if not plan.roles:
        yield PlanPoint("No role is named.", "roles")


def contacts_chapter(source: PlanSource) -> PlanChapter:
    """Whom to call outside, and how old the knowledge is."""
    contacts = source.plan.contacts
    rows = tuple((_who(contact), _how(contact), _checked(contact)) for contact in contacts)
    blocks: tuple[AnyBlock, ...] = (
        paragraph(
            "A number marked ",
            Strong("verify"),
            " was read at a source on the day shown and called by nobody since. Call it once, on a quiet day, and "
            "write down the day.",
        ),
        Table(
            "Whom to call outside",
            (Column("Who, and for what", 2.5), Column("Reached by", 1.5), Column("Known", 1.3)),
            rows,
            "Nobody is named.",
        ),
    )
    silent = [contact.who for contact in contacts if not contact.number and not contact.address]
    points = [PlanPoint(f"No number is known for: {'; '.join(silent)}.", "contacts")] if silent else []
    if not contacts:
        points.append(PlanPoint("Nobody outside is named.", "contacts"))
    return PlanChapter("Whom to call outside", blocks, tuple(points))


def _who(contact: Contact) -> Texts:
    more = f" {contact.purpose}" if contact.purpose else ""
    return (Strong(f"{contact.who.rstrip('.')}."), more)


def _how(contact: Contact) -> Texts:
    parts = [
        contact.number,
        f"after hours {contact.after_hours}" if contact.after_hours else "",
        contact.address,
        f"our number there: {contact.reference}" if contact.reference else "",
    ]
    listed: list[Text] = ["; ".join(part for part in parts if part)] if any(parts) else []
    if not contact.number:
        listed += [*(["; "] if listed else []), Blank("number")]
    return tuple(listed)


def _checked(contact: Contact) -> Texts:
    words = f"as of {short_day(contact.as_of)}" if contact.as_of is not None else ""
    mark: tuple[Text, ...] = (Strong("verify"), ", " if words else "") if contact.verify else ()
    source = f" ({contact.source})" if contact.source else ""
    return (*mark, f"{words}{source}".strip()) if mark or words or source else (Blank("when checked"),)


def levels_chapter(source: PlanSource, title: str) -> PlanChapter:
    """What each level means, who decides, who is told, which plan is in force; and whose table it is."""
    plan, shipped = source.plan, load_levels()
    rows = tuple(
        (
            (Strong(f"{level.number} {level.name}."), f" {level.meaning}"),
            name_and_title(plan, level.decides),
            (_told(plan, level.tell), f" {level.how_soon}." if level.how_soon else ""),
            said(level.in_force, "which plan is in force"),
        )
        for level in plan.levels
    )
    blocks: tuple[AnyBlock, ...] = (
        Note(
            "Whose table this is.",
            (
                (
                    f"{shipped.label}. Names and numbers follow the National Cyber Incident Severity Schema (PPD-41, "
                    "2016). The table of Connecticut's own disruption plan could not be had; whoever has it lays its "
                    "words in place of these."
                ),
            ),
        ),
        Table(
            "Levels",
            (
                Column("Level, and what it means here", 2.0),
                Column("Decides", 1.2),
                Column("Told", 2.1),
                Column("In force", 1.5),
            ),
            rows,
            "No level is named.",
        ),
        paragraph(
            "An attempt that did not succeed is written down and reported too: what was blocked here may have worked "
            "next door. In doubt between two levels, take the higher one and say why. Judge again whenever something "
            "new is known."
        ),
    )
    undecided = [str(level.number) for level in plan.levels if level.decides is None]
    points = [PlanPoint(f"Nobody decides at level {', '.join(undecided)}.", "levels")] if undecided else []
    missing = [str(number) for number in range(6) if plan.level(number) is None]
    if missing:
        points.append(PlanPoint(f"The plan does not say what level {', '.join(missing)} means.", "levels"))
    return PlanChapter(title, blocks, tuple(points))


def name_and_title(plan: Plan, identifier: str | None) -> Texts:
    """The role that an id names, with its holder."""
    role = plan.role(identifier)
    if role is None:
        return (Blank("who decides"),)
    return (f"{role.title}: ", *name_of(role))


def _told(plan: Plan, told: Sequence[str]) -> str:
    names = [contact.short for contact in plan.contacts if contact.id in told]
    return f"{', '.join(names)}:" if names else "Nobody outside."


def communications_chapter(source: PlanSource) -> PlanChapter:
    """How people talk while systems may be down or overheard, and what is said outside."""
    said_ = source.plan.communications
    approves = source.plan.role(said_.approves)
    blocks: list[AnyBlock] = [
        Terms(
            terms(
                ("Where we meet", said(said_.meeting, "room and address")),
                ("First channel", said(said_.first_channel, "channel")),
                ("If that is down or overheard", said(said_.second_channel, "a channel outside of our network")),
                ("How often", said(said_.rhythm, "rhythm of meetings")),
                (
                    "Who lets a public statement out",
                    (approves.title, ": ", *name_of(approves)) if approves else (Blank("who"),),
                ),
            )
        ),
        Heading("What staff are told in the first hour", 2),
        *_narrative(said_.staff, "what staff are told"),
        Heading("First public statement, to be filled in", 2),
        *_narrative(said_.holding_statement, "a first public statement"),
        paragraph(
            "Say only what is known. Say when the next word comes, and keep that time even with nothing new. Never "
            "give a number of people concerned, a cause or a culprit before counsel and the head have agreed to it."
        ),
    ]
    lacking = [
        words
        for words, text in (
            ("where people meet", said_.meeting),
            ("a channel outside of the network", said_.second_channel),
        )
        if not text
    ]
    points = [PlanPoint(f"The plan does not say: {'; '.join(lacking)}.", "communications")] if lacking else []
    return PlanChapter("How we talk", tuple(blocks), tuple(points))


def systems_chapter(source: PlanSource, title: str) -> PlanChapter:
    """What comes back first, how soon, and what people do meanwhile."""
    systems = source.plan.systems
    blocks: tuple[AnyBlock, ...] = (
        paragraph(
            "Back within: how long we can do without it (recovery time objective, RTO). Loses at most: how much work "
            "we can do again (recovery point objective, RPO). Both are our aims, not promises."
        ),
        Table(
            "What comes back, in this order",
            (
                Column("System", 1.4),
                Column("Back within", 0.8),
                Column("Loses at most", 0.8),
                Column("Meanwhile by hand", 1.6),
                Column("Copies, and who looks after it", 1.6),
            ),
            tuple(_system_row(number, system) for number, system in enumerate(systems, 1)),
            "No system is named.",
        ),
    )
    points: list[PlanPoint] = []
    if not systems:
        points.append(PlanPoint("No system is named that has to come back.", "systems"))
    untimed = [system.name for system in systems if system.rto_hours is None or system.rpo_hours is None]
    if untimed:
        points.append(PlanPoint(f"How soon and with how much loss is not said for: {', '.join(untimed)}.", "systems"))
    return PlanChapter(title, blocks, tuple(points))


def _system_row(number: int, system: System) -> tuple[Texts, ...]:
    kept = "; ".join(part for part in (system.backup, system.owner) if part)
    return (
        (Strong(f"{number}. {system.name}"), f". {system.why}" if system.why else ""),
        _hours(system.rto_hours),
        _hours(system.rpo_hours),
        said(system.by_hand, "how"),
        said(kept, "where and who"),
    )


def _hours(hours: int | None) -> Texts:
    if hours is None:
        return (Blank("hours"),)
    whole, rest = divmod(hours, 24)
    return (count(whole, "day") if whole and not rest else count(hours, "hour"),)


def upkeep_chapter(source: PlanSource) -> PlanChapter:
    """How the plan stays true: reviews, tests on record, versions, approval."""
    upkeep, adoption = source.plan.upkeep, source.adoption
    every = upkeep.every_months
    versions = [*source.before]
    rows = [((each.version,), (short_day(each.day),), (each.by,)) for each in versions]
    if adoption is not None:
        rows.append(((adoption.version,), (short_day(adoption.day),), (f"{adoption.by}, {adoption.office}",)))
    blocks: list[AnyBlock] = [
        Terms(
            terms(
                ("Reviewed by", said(upkeep.reviewer, "who")),
                ("At least every", (count(every, "month"),) if every else (Blank("months"),)),
                ("Also", ("after each activation, and when somebody named here leaves",)),
                ("Kept at", said(upkeep.kept_at, "two places for paper, one outside of the network")),
                ("Practiced", said(upkeep.exercises, "how often")),
            )
        ),
        Table(
            "Tests on record",
            (
                Column("Day", 0.8),
                Column("What was played", 2.6),
                Column("People", 0.6),
                Column("Findings", 0.7),
                Column("Entry", 0.6),
            ),
            tuple(
                (
                    (short_day(test.day),),
                    (f"{test.title}: {test.scenario}",),
                    (f"{test.participants:,}",),
                    (f"{test.findings:,}",),
                    (str(test.entry),),
                )
                for test in source.tests
            ),
            "None. No exercise is on record.",
        ),
        Table(
            "Versions",
            (Column("Version", 1), Column("Adopted", 1), Column("By", 2.4)),
            tuple(rows),
            "None was adopted.",
        ),
    ]
    if adoption is None:
        blocks.append(Paragraph(("Adopted by, with office and day:",), numbered=False))
        blocks.append(Signature(("Name and office", "Signature and day")))
    points = []
    if not source.tests:
        points.append(PlanPoint("No test of the plan is on record.", "tests"))
    lacking = [
        words for words, text in (("who reviews it", upkeep.reviewer), ("where it is kept", upkeep.kept_at)) if not text
    ]
    if lacking:
        points.append(PlanPoint(f"The plan does not say: {'; '.join(lacking)}.", "upkeep"))
    return PlanChapter("Upkeep, tests and versions", tuple(blocks), tuple(points))


def _narrative(text: str, what: str) -> Iterator[AnyBlock]:
    if not text.strip():
        yield paragraph(Blank(what))
    for each in paragraphs(text):
        yield paragraph(each)


def narrative(text: str, what: str) -> tuple[AnyBlock, ...]:
    """A text in the organisation's own words as paragraphs; a blank where there is none."""
    return tuple(_narrative(text, what))


def listed(items: Sequence[str], *, ordered: bool = False) -> Items:
    """Texts as a list."""
    return Items(tuple((item,) for item in items), ordered=ordered)
