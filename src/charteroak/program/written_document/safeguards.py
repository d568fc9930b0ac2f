"""The three kinds of safeguard (element E9) as the record has them: what is done, planned, not done, not answered.

*Done* is said of a practice that is answered yes, and of nothing else. Where nothing on record shows it, that is said
beside it.
"""

from collections.abc import Iterator, Sequence

from charteroak.documents.blocks import AnyBlock, Column, Heading, Strong, Table, Text, Texts, paragraph
from charteroak.documents.wording import count, short_day
from charteroak.program.bodies import EvidenceRecorded, ExerciseHeld, HuntRun, ReportFiled, TrainingCompleted
from charteroak.program.findings import Finding, Freshness
from charteroak.program.practices import SafeguardKind
from charteroak.program.recorded import RecordedFact
from charteroak.program.written_document.source import Chapter, OpenPoint, ProgramSource

KIND_SENTENCES = {
    SafeguardKind.ADMINISTRATIVE: "Administrative safeguards are rules, roles, training, contracts and checks.",
    SafeguardKind.TECHNICAL: "Technical safeguards are set up in computers, networks and online services.",
    SafeguardKind.PHYSICAL: "Physical safeguards guard rooms, paper, equipment and what is thrown away.",
}
DIRECTIONS_UP_TO = 70
"""With more practices than this the tables name them and leave the directions to the list of practices."""
LISTED = 12
"""Titles in one sentence."""


def safeguard_chapter(source: ProgramSource, kind: SafeguardKind, number: int) -> Chapter:
    """One kind of safeguard, by theme."""
    findings = [one for one in source.promised if one.practice.kind is kind]
    blocks: list[AnyBlock] = [paragraph(KIND_SENTENCES[kind], " ", _on_record(findings))]
    points: list[OpenPoint] = []
    themes = [*source.themes, *sorted({one.practice.theme for one in findings} - source.themes.keys())]
    for part, (theme, listed) in enumerate(_by_theme(findings, themes), 1):
        title = source.themes[theme].title if theme in source.themes else "Further safeguards"
        blocks += _theme(source, f"{number}.{part}", title, theme, listed)
    if not findings:
        points.append(OpenPoint(f"No {kind.value} safeguard is part of this program.", "practices", ("E9",)))
    elif not any(one.answer in {"yes", "partly"} for one in findings):
        points.append(OpenPoint(f"No {kind.value} safeguard is on record as done.", "practices", ("E9",)))
    points += _points(source, findings, kind)
    stands = any(one.answer in {"yes", "partly"} for one in findings)
    return Chapter(
        kind.value, f"{kind.value.capitalize()} safeguards", tuple(blocks), tuple(points), {kind.value: stands}
    )


def is_done(finding: Finding) -> bool:
    """Whether the organisation's own answer is yes."""
    return finding.answer == "yes"


def titles(findings: Sequence[Finding]) -> str:
    """Some practices by their titles; the first of them where there are many."""
    named = [one.practice.title for one in findings[:LISTED]]
    more = f"; and {count(len(findings) - LISTED, 'other')}" if len(findings) > LISTED else ""
    return f"{'; '.join(named)}{more}"


def _by_theme(findings: Sequence[Finding], themes: Sequence[str]) -> Iterator[tuple[str, list[Finding]]]:
    for theme in themes:
        listed = [one for one in findings if one.practice.theme == theme]
        if listed:
            yield theme, listed


def _on_record(findings: Sequence[Finding]) -> str:
    if not findings:
        return "None is part of this version."
    tally = {word: sum(one.answer in answers for one in findings) for word, answers in _TALLY}
    said = [f"{number} {word}" for word, number in tally.items() if number]
    return f"Of {count(len(findings), 'safeguard')} of this kind, the record has {', '.join(said)}."


_TALLY = (
    ("answered as done", {"yes"}),
    ("as done in part", {"partly"}),
    ("as not done", {"no"}),
    ("with no answer", {"unknown"}),
)


def _theme(source: ProgramSource, number: str, title: str, theme: str, findings: list[Finding]) -> Iterator[AnyBlock]:
    yield Heading(f"{number} {title}", 2)
    yield paragraph(*_theme_texts(source, theme, findings))
    yield Table(
        f"{title}: what is asked, and what is on record",
        (Column("Safeguard", 3.1), Column("State", 1.5), Column("To be shown", 1), Column("What shows it", 2)),
        tuple(_row(source, one) for one in findings),
        "None is part of this version.",
    )


def _theme_texts(source: ProgramSource, theme: str, findings: list[Finding]) -> Iterator[Text]:
    parts = (
        ("Done: ", [one for one in findings if is_done(one)]),
        ("Done in part: ", [one for one in findings if one.answer == "partly"]),
        ("Not done: ", [one for one in findings if one.answer == "no"]),
        ("No answer on record: ", [one for one in findings if one.answer == "unknown"]),
    )
    for words, listed in parts:
        if listed:
            yield Strong(words)
            yield f"{titles(listed)}. "
    who = source.draft.roles.themes.get(theme, "") or source.draft.roles.lead
    yield f"Who answers for this: {who}." if who else "Nobody is named yet who answers for this."


def _row(source: ProgramSource, finding: Finding) -> tuple[Texts, ...]:
    practice = finding.practice
    named: Texts = (Strong(practice.title),)
    if len(source.promised) <= DIRECTIONS_UP_TO:
        named = (Strong(f"{practice.title}."), f" {practice.do}")
    return (named, _state(source, finding), (how_often(practice.freshness_days),), (_shown(finding),))


def _state(source: ProgramSource, finding: Finding) -> Texts:
    exceptions = [each for each in source.status.exceptions if each.body.practice == finding.practice.id]
    excepted = f" Exception until {short_day(exceptions[0].body.expires)}." if exceptions else ""
    match finding.answer, finding.freshness:
        case "yes", Freshness.FRESH:
            return (Strong("Done, and shown."), excepted)
        case "yes", Freshness.STALE:
            return (Strong("Done, by our word."), f" Last shown too long ago.{excepted}")
        case "yes", _:
            return (Strong("Done, by our word."), f" Nothing shows it yet.{excepted}")
        case "partly", _:
            return (Strong("Done in part."), f"{planned(source, finding)}{excepted}")
        case "no", _:
            plan = planned(source, finding)
            return (Strong("Planned, not done." if plan else "Not done."), f"{plan or ' No plan on record.'}{excepted}")
        case _:
            return (Strong("No answer on record."), excepted)


def planned(source: ProgramSource, finding: Finding) -> str:
    """Who closes an open gap about a practice, and by when; nothing where no gap is on record."""
    gaps = [gap for gap in source.status.recorded_gaps if gap.body.practice == finding.practice.id]
    if not gaps:
        return ""
    gap = gaps[0].body
    due = f"by {short_day(gap.due)}" if gap.due is not None else "no day set"
    return f" {gap.owner or 'Nobody named'}, {due}."


def _shown(finding: Finding) -> str:
    newest = finding.newest
    if newest is None:
        return f"Nothing yet. This would: {_lowered(finding.practice.shows[0])}."
    return f"{evidence_title(newest)}, {short_day(newest.last_day or newest.first_day)} (entry {newest.index})"


def evidence_title(fact: RecordedFact) -> str:
    """What an item that shows a practice is called."""
    match fact.body:
        case EvidenceRecorded(title=title) | ExerciseHeld(title=title) | TrainingCompleted(title=title):
            return title
        case HuntRun():
            return "Search of our own logs"
        case ReportFiled():
            return "Report of a suspicious mail"
        case _:
            return "An entry of the record"


def how_often(days: int) -> str:
    """How often something has to be shown, from the age that its newest evidence may have."""
    if days % 366 in {0, 365} or days == 365:
        years = round(days / 365.5)
        return "once a year" if years == 1 else f"every {years} years"
    months = round(days / 30.5)
    if days < 27:
        return f"every {count(days, 'day')}"
    return "every month" if months == 1 else f"every {months} months"


def _lowered(text: str) -> str:
    first = text.partition(" ")[0]
    return text[:1].lower() + text[1:] if first in {"A", "I"} or first[1:2].islower() else text


def _points(source: ProgramSource, findings: list[Finding], kind: SafeguardKind) -> Iterator[OpenPoint]:
    silent = [one for one in findings if one.answer == "unknown"]
    if silent:
        yield OpenPoint(f"{kind.value.capitalize()}: no answer on record for {titles(silent)}.", "answers", ("E8",))
    unplanned = [one for one in findings if one.answer == "no" and not planned(source, one)]
    if unplanned:
        yield OpenPoint(
            f"{kind.value.capitalize()}: not done and without a plan: {titles(unplanned)}.", "gaps", ("E8", "E9")
        )
    unshown = [one for one in findings if is_done(one) and one.freshness is not Freshness.FRESH]
    if unshown:
        yield OpenPoint(
            f"{kind.value.capitalize()}: answered as done and not shown by anything fresh: {titles(unshown)}.",
            "answers",
            ("E8",),
        )
