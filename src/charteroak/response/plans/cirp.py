"""The cyber incident response plan as a document: who, whom to call, how bad, what to do, in that order."""

from collections.abc import Iterator

from charteroak.documents.blocks import AnyBlock, Blank, Column, Heading, Note, Strong, Table, paragraph
from charteroak.law.duties import load_duties
from charteroak.response.plans.chapters import (
    communications_chapter,
    contacts_chapter,
    levels_chapter,
    listed,
    narrative,
    people_chapter,
    systems_chapter,
    upkeep_chapter,
)
from charteroak.response.plans.plan import Plan
from charteroak.response.plans.shipped import load_phases, phases_source
from charteroak.response.plans.source import PlanChapter, PlanPoint, PlanSource, name_of
from charteroak.response.playbooks import OWNER_TITLES, PHASE_TITLES, Playbook, load_playbooks


def cirp_chapters(source: PlanSource) -> tuple[PlanChapter, ...]:
    """The chapters, in the order in which a person needs them."""
    return (
        _scope(source),
        people_chapter(source, "Who does what"),
        contacts_chapter(source),
        levels_chapter(source, "How bad it is, and who decides"),
        _phases(source),
        _runbooks(source),
        communications_chapter(source),
        systems_chapter(source, "What comes back first"),
        _duties(source),
        upkeep_chapter(source),
    )


def _scope(source: PlanSource) -> PlanChapter:
    plan = source.plan
    blocks = (
        *narrative(plan.covers, "what this plan covers"),
        paragraph(
            "It says what we do ourselves, technically and otherwise, from the first sign to the lessons. From level "
            "3 upward our disruption plan says how we work with the region and the State."
        ),
        Heading("What gives it force", 2),
        *narrative(plan.authority, "who adopted it, under which ordinance, policy or agreement"),
    )
    points = [] if plan.authority.strip() else [PlanPoint("The plan does not say what gives it force.", "scope")]
    if not plan.covers.strip():
        points.append(PlanPoint("The plan does not say what it covers.", "scope"))
    return PlanChapter("What this plan is for", tuple(blocks), tuple(points))


def _phases(source: PlanSource) -> PlanChapter:
    blocks: list[AnyBlock] = [
        paragraph(
            "The phases overlap. What is learned in one changes the others at once; nobody waits for the end to close "
            "a hole."
        )
    ]
    for letter, phase in zip("abcdefgh", load_phases().values(), strict=False):
        blocks.append(Heading(f"{letter}. {phase.title}", 2))
        blocks.append(paragraph(Strong(phase.lead), f" Functions of NIST CSF 2.0: {', '.join(phase.csf)}."))
        blocks.append(listed(phase.steps))
        own = source.plan.phases.get(phase.id, "")
        if own.strip():
            blocks += narrative(own, "")
    blocks.append(paragraph(phases_source()))
    return PlanChapter("From the first sign to the lessons", tuple(blocks))


def _runbooks(source: PlanSource) -> PlanChapter:
    books = chosen(source.plan)
    blocks: tuple[AnyBlock, ...] = (
        paragraph("Pick what you see. The whole playbook stands in annex A; each fits on a card for the wall."),
        Table(
            "Playbooks of this plan",
            (Column("What you see", 2.2), Column("First of all", 2.6)),
            tuple(((Strong(f"{book.title}."), f" {book.when}"), (book.first,)) for book in books),
            "No playbook was chosen.",
        ),
    )
    points = () if books else (PlanPoint("No playbook was chosen.", "runbooks"),)
    return PlanChapter("What to do when you see it", blocks, points)


def _duties(source: PlanSource) -> PlanChapter:
    """Whom the law may name on the days for which playbooks were chosen; whether it does depends on the facts."""
    codes = {code for book in chosen(source.plan) for code in book.tell}
    duties = [duty for duty in load_duties().duties if duty.code in codes]
    blocks: tuple[AnyBlock, ...] = (
        Note(
            "Not legal advice.",
            (
                (
                    "Whether a duty holds depends on what was reached and whose it is. Counsel decides. The law's own "
                    "words stand first; a number of days is the outer limit and never the day to aim for."
                ),
            ),
        ),
        paragraph(
            "The incident lead opens the incident in Charter Oak in the first hour: it computes which duties hold and "
            "when each of them ends, from one record, and drafts each notice. If it cannot be reached, send a summary "
            "with a technical point of contact to the state's desk by mail and call."
        ),
        Table(
            "Whom the law may name",
            (Column("To", 1.5), Column("The law's words", 2.2), Column("Source", 1.7)),
            tuple(
                (
                    (Strong(duty.to),),
                    (duty.standard if duty.law_status == "in-force" else "not in force, or not known to be",),
                    (f"{duty.law}, {duty.citation}",),
                )
                for duty in duties
            ),
            "None, by the playbooks that were chosen.",
        ),
        Heading("What we keep as proof", 2),
        listed(
            (
                "Nothing is wiped, restored or thrown away before a copy of what it shows is kept.",
                "Each thing that is kept has a line: what, when, where, by whom, and its digest if it is a file.",
                "It changes hands with two names and a time. Police get copies with a receipt.",
                "It is kept until counsel says otherwise. A legal hold comes before every rule of deletion.",
            )
        ),
    )
    return PlanChapter("Whom we must tell, and what we keep", blocks)


def chosen(plan: Plan) -> tuple[Playbook, ...]:
    """The playbooks of a plan, in the order in which they are offered."""
    return tuple(book for name, book in load_playbooks().items() if name in plan.runbooks)


def playbook_annex(source: PlanSource) -> Iterator[AnyBlock]:
    """Every chosen playbook with its steps and the names of those who take them."""
    for number, book in enumerate(chosen(source.plan), 1):
        yield Heading(f"A.{number} {book.title}", 2)
        yield Note("First.", (Strong(book.first),))
        yield Table(
            "Steps, counted from the moment in which it was noticed",
            (Column("Within", 0.7), Column("Who", 1.3), Column("What", 3.6)),
            tuple(
                (
                    (step.within,),
                    (f"{OWNER_TITLES[step.who]}: ", *name_of(source.plan.role(step.who.value)))
                    if source.plan.role(step.who.value) is not None
                    else (OWNER_TITLES[step.who], " ", Blank("who")),
                    (Strong(f"{PHASE_TITLES[step.phase]}. "), step.text),
                )
                for step in book.in_time
            ),
            "No steps.",
        )
        yield listed(tuple(f"Do not: {text}" if not text.startswith("Do not") else text for text in book.never))
