"""The chapters about time: frameworks with their six months, exceptions, open gaps, the calendar, how it came about."""

from collections.abc import Iterator
from datetime import date, timedelta

from charteroak.documents.blocks import AnyBlock, Blank, Column, Signature, Strong, Table, Text, Texts, paragraph
from charteroak.documents.wording import count, day, short_day
from charteroak.law.editions import load_frameworks
from charteroak.law.errors import FactsError
from charteroak.program.assertions import Assertion
from charteroak.program.bodies import ProgramAdopted, ProgramApproved, ProgramReviewed
from charteroak.program.recorded import RecordedFact
from charteroak.program.written_document.draft import paragraphs
from charteroak.program.written_document.safeguards import is_done
from charteroak.program.written_document.source import Chapter, OpenPoint, ProgramSource
from charteroak.program.written_program import REVIEW_EVERY_DAYS

CALENDAR_ROWS = 24
HISTORY_ROWS = 30
_STATUS_WORDS = {
    "conforms": "conforms in full",
    "partly": "conforms in part",
    "does-not": "does not conform",
    "unknown": "not known",
}
FACTOR_WORDS = {
    "size-and-complexity": "size and complexity",
    "activities": "nature and scope of what we do",
    "sensitivity": "sensitivity of the information",
    "cost-and-tools": "cost and availability of tools",
}


def frameworks_chapter(source: ProgramSource) -> Chapter:
    """Which editions the program aims at, and when each stops counting."""
    blocks: list[AnyBlock] = [
        paragraph(
            "The act asks that a program conform to the current edition of a framework that it names. After a new "
            "edition is published there are six months to conform to it; until then the edition before still counts. "
            "Whether a publisher's smaller release is such an edition is for counsel."
        )
    ]
    rows = tuple(_edition(source, each) for each in source.status.editions)
    blocks.append(
        Table(
            "What named officers assert",
            (Column("Edition", 1.8), Column("Asserted", 1.3), Column("By, since", 2), Column("Six months", 2.2)),
            rows,
            "No officer has asserted anything about a framework that the act names.",
        )
    )
    points = [] if rows else [OpenPoint("No framework is named that the program aims at.", "edition", ("E12",))]
    past = [each for each in source.status.editions if (end := _deadline(each)) is not None and end < source.day]
    points += [
        OpenPoint(f"{edition_label(each)} counts no more: its six months have ended.", "edition", ("E12",))
        for each in past
    ]
    return Chapter(
        "frameworks", "Frameworks this program aims at", tuple(blocks), tuple(points), {"frameworks": bool(rows)}
    )


def _edition(source: ProgramSource, each: Assertion) -> tuple[Texts, ...]:
    end = _deadline(each)
    if end is None:
        clock = "The latest edition in our list; no clock runs."
    else:
        clock = f"A newer edition is out. {'Counts until' if end >= source.day else 'Counted until'} {short_day(end)}."
    return (
        (Strong(edition_label(each)),),
        (_STATUS_WORDS[each.body.status],),
        (f"{each.body.asserted_by}, {short_day(each.body.from_)} (entry {each.fact.index})",),
        (clock,),
    )


def _deadline(each: Assertion) -> date | None:
    framework = load_frameworks().get(each.body.framework)
    try:
        return None if framework is None else framework.window(framework.edition(each.body.edition)).deadline
    except FactsError:
        return None


def edition_label(each: Assertion) -> str:
    """The name of the edition that an assertion is about, as people write it."""
    framework = load_frameworks().get(each.body.framework)
    return f"{each.body.framework} {each.body.edition}" if framework is None else framework.label(each.body.edition)


def exceptions_chapter(source: ProgramSource) -> Chapter:
    """What an officer accepted, until when; and what is open and who closes it."""
    titles = {identifier: finding.practice.title for identifier, finding in source.status.findings.items()}
    exceptions = tuple(
        (
            (Strong(each.body.exception.replace("-", " ").capitalize()),),
            (titles.get(each.body.practice or "", each.body.requirement or "the program"),),
            (FACTOR_WORDS[each.body.factor],),
            (f"{each.body.approved_by}, {each.body.role}",),
            (f"{short_day(each.body.expires)} (entry {each.fact.index})",),
        )
        for each in source.status.exceptions
    )
    gaps = tuple(
        (
            (Strong(gap.body.title),),
            (gap.body.owner or "nobody named",),
            (short_day(gap.fact.first_day),),
            (_due(gap.body.due, source.day),),
        )
        for gap in source.status.recorded_gaps
    )
    blocks: tuple[AnyBlock, ...] = (
        paragraph("An exception makes nothing done. Whether the act bears with it is a question for counsel."),
        Table(
            "Exceptions in effect",
            (Column("Exception", 1.6), Column("About", 1.6), Column("Rests on", 1.5), Column("Accepted by", 1.6),
             Column("Ends", 1.2)),
            exceptions,
            "None is on record.",
        ),
        Table(
            "What is open, and who closes it",
            (Column("What", 2.4), Column("Owner", 1.6), Column("Open since", 1), Column("To be closed", 1.4)),
            gaps,
            "No gap is open by our own word.",
        ),
    )  # fmt: skip
    late = [gap for gap in source.status.recorded_gaps if gap.overdue_days]
    points = (OpenPoint(f"{count(len(late), 'open gap is', 'open gaps are')} past the day set.", "gaps", ("E8",)),)
    return Chapter("exceptions", "Exceptions and open gaps", blocks, points if late else ())


def _due(due: date | None, today: date) -> str:
    if due is None:
        return "no day set"
    return f"by {short_day(due)}" if due >= today else f"was due {short_day(due)}"


def calendar_chapter(source: ProgramSource) -> Chapter:
    """How the program is kept up, and what falls due next."""
    upkeep = source.draft.upkeep
    points: list[OpenPoint] = []
    missing = [
        words
        for value, words in (
            (upkeep.reviewer, "who reviews the program"),
            (upkeep.every_months, "how often it is reviewed"),
            (upkeep.kept_at, "where it is kept"),
        )
        if not value
    ]
    if missing:
        points.append(OpenPoint(f"Upkeep is not filled in: {'; '.join(missing)}.", "upkeep", ("E8",)))
    every: Text = f"{count(upkeep.every_months, 'month')}" if upkeep.every_months else Blank("how often")
    following: Texts = (f" The next review is planned for {upkeep.next_review}.",) if upkeep.next_review else ()
    blocks: list[AnyBlock] = [
        paragraph(
            upkeep.reviewer or Blank("who"), " must review this program at least every ", every,
            ", and record what came of it, even if nothing changes.", *following,
        ),
        paragraph("This program is kept at: ", upkeep.kept_at or Blank("where everyone concerned can read it"), "."),
        *(paragraph(text) for text in paragraphs(upkeep.occasions)),
        Table(
            "What falls due next",
            (Column("What", 3), Column("Last shown", 1.3), Column("Due", 1.3)),
            tuple(_calendar(source)),
            "Nothing on record as done has a day on which it must be shown again.",
        ),
    ]  # fmt: skip
    return Chapter("upkeep", "Upkeep and calendar", tuple(blocks), tuple(points))


def _calendar(source: ProgramSource) -> Iterator[tuple[Texts, ...]]:
    due: list[tuple[date, str, date]] = []
    upkeep = source.status.program.upkeep
    last = source.adoption.day if source.adoption is not None else (None if upkeep is None else upkeep.first_day)
    if last is not None:
        months = source.draft.upkeep.every_months
        days = REVIEW_EVERY_DAYS if months is None else min(REVIEW_EVERY_DAYS, round(months * 30.5))
        due.append((last + timedelta(days=days), "Review of this program", last))
    for finding in source.promised:
        if is_done(finding) and finding.newest is not None:
            shown = finding.newest.last_day or finding.newest.first_day
            due.append((shown + timedelta(days=finding.practice.freshness_days), finding.practice.title, shown))
    for day_due, title, shown in sorted(due)[:CALENDAR_ROWS]:
        words = short_day(day_due) if day_due >= source.day else f"was due {short_day(day_due)}"
        yield (Strong(title),), (short_day(shown),), (words,)


def adoption_chapter(source: ProgramSource) -> Chapter:
    """Who adopts this version, and how earlier ones came about."""
    adoption = source.adoption
    if adoption is None:
        lead = f"This is a draft of {day(source.day)}. Nobody has adopted it."
    else:
        lead = f"Version {adoption.version} is adopted by {adoption.by} on {day(adoption.day)}."
    rows = tuple(_step(fact) for fact in source.history[-HISTORY_ROWS:])
    blocks: tuple[AnyBlock, ...] = (
        paragraph(
            f"{lead} Adoption, approval and review are recorded in the log {source.log} with the day and the digest "
            "of the document, so that nobody can change them unseen. An approval names the version that it approves."
        ),
        Table(
            "How earlier versions came about",
            (Column("Step", 2.2), Column("By", 2), Column("Day", 1), Column("Entry", 0.6)),
            rows,
            "This is the first version on record.",
        ),
        Signature(("Adopted by: name, office, date", "Approved by: name, office, date")),
    )
    points = () if adoption is not None else (OpenPoint("Nobody has adopted this version.", "adopt", ("E7", "E8")),)
    return Chapter("adoption", "Adoption, approvals, reviews and versions", blocks, points, {"adopted": not points})


def _step(fact: RecordedFact) -> tuple[Texts, ...]:
    match fact.body:
        case ProgramAdopted(version=version, by=by):
            step = f"Version {version} adopted"
        case ProgramApproved(version=version, by=by, role=role):
            step, by = f"Version {version} approved", f"{by}, {role}"
        case ProgramReviewed(version=version, by=by, outcome=outcome):
            step = f"Version {version} reviewed: {outcome.replace('-', ' ')}"
        case _:
            step, by = fact.kind, ""
    return ((Strong(step),), (by,), (short_day(fact.first_day),), (str(fact.index),))
