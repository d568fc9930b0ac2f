"""On which days the program conformed to a recognized framework that counted on that day.

Conn. Gen. Stat. § 42-901(c); ORC 1354.03; Tex. Bus. & Com. Code 542.004(b). Which frameworks an act names by which
route, and how long a superseded edition counts, are terms of the statute. Any of three routes is enough on a day:

- A: the current version of a general framework. SP 800-53 and 800-53A are one route and need each other.
- B: the current version of a law that the organization is subject to.
- C: PCI DSS together with a framework of Route A. Since that framework is enough by itself, PCI DSS never decides.

A conformity list that is given is complete: what it does not say, is not so. Which edition counts on which day is the
edition clock's answer (``charteroak.law.editions``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from charteroak.law.editions import EditionPolicy, Framework, Window, load_frameworks
from charteroak.law.facts import Conformity, ConformityStatus, Facts, Regime
from charteroak.law.facts.dated import Sentence, answers, named_rows
from charteroak.law.facts.words import UNDATED_FRAMEWORKS
from charteroak.law.safe_harbor.statute import Terms
from charteroak.law.timeline import (
    BEGINNING,
    Answer,
    Cover,
    Status,
    Timeline,
    all_of,
    always,
    any_of,
    covers,
    merged,
    restricted,
    timeline,
    unique,
)

_GROUPS = frozenset({ConformityStatus.GROUP_1, ConformityStatus.GROUP_2})


@dataclass(frozen=True, slots=True)
class EditionSupport:
    """Conformity to one edition, day by day, and the day on which its six months end, if it was superseded."""

    answers: Timeline
    deadline: date | None


@dataclass(frozen=True, slots=True)
class FrameworkSupport:
    """Conformity to a framework in any of its editions."""

    editions: tuple[EditionSupport, ...]
    answers: Timeline

    def expiry(self, day: int) -> date:
        """The day on which the last edition that stands on ``day`` stops counting; the last of days if none does."""
        standing = [edition.deadline for edition in self.editions if edition.answers.on(day).status is Status.MET]
        return max((deadline or date.max for deadline in standing), default=date.max)


@dataclass(frozen=True, slots=True)
class Route:
    """What has to stand together: one framework, or the pair."""

    parts: tuple[FrameworkSupport, ...]
    answers: Timeline

    def expiry(self, day: int) -> date:
        """The day on which the first of its parts stops counting."""
        return min(part.expiry(day) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Conforming:
    """E12 day by day, with the routes it may rest on."""

    answers: Timeline
    routes: tuple[Route, ...]

    def rests_on_clock_until(self, day: int) -> date | None:
        """The end of the six months on which the answer of ``day`` rests, or None if a route without one stands."""
        standing = [route.expiry(day) for route in self.routes if route.answers.on(day).status is Status.MET]
        last = max(standing, default=date.max)
        return None if last == date.max else last


def conforming(facts: Facts, terms: Terms) -> Conforming:
    """Conformity under an act, for these facts; their policy must give that act's months."""
    if facts.conformity is None:
        unknown = "it is not known which frameworks the program conforms to (/conformity)"
        return Conforming(always(Status.UNCERTAIN, unknown), ())
    if not facts.conformity:
        return Conforming(always(Status.NOT_MET, "the conformity list is complete and has no row"), ())
    named = {row.framework for row in facts.conformity}
    routes = [
        route
        for framework in load_frameworks().values()
        if framework.code in named and (route := _route(framework, facts, facts.conformity, terms)) is not None
    ]
    candidates = [route.answers for route in routes]
    if "pci-dss" in named and terms.routes.get("pci-dss") == "C":
        candidates.append(always(Status.NOT_MET, "PCI DSS counts only together with a framework of Route A"))
    candidates += [_undated(facts.conformity, code, terms) for code in UNDATED_FRAMEWORKS if code in named]
    if None in named:
        unnamed = [(place, row) for place, row in enumerate(facts.conformity) if row.framework is None]
        candidates.append(_rows_of(unnamed, "a framework that is not named", is_named=False))
    return Conforming(any_of(*candidates), tuple(routes))


def conforming_at_least_to_group_1(facts: Facts, terms: Terms) -> Timeline:
    """Conformity to the CIS Controls, in implementation group 1 or further, in an edition that counts."""
    if facts.conformity is None:
        return always(Status.UNCERTAIN, "it is not known which frameworks the program conforms to (/conformity)")
    rows = tuple(
        replace(row, status=ConformityStatus.CONFORMS) if row.status in _GROUPS else row for row in facts.conformity
    )
    return _support(load_frameworks()["cis-controls"], facts.policy, rows, terms).answers


def _undated(rows: Sequence[Conformity], code: str, terms: Terms) -> Timeline:
    """Conformity to a framework of whose editions we keep no dates: for counsel where the act names it."""
    name = UNDATED_FRAMEWORKS[code]
    if code not in terms.undated_frameworks:
        return always(Status.NOT_MET, f"{name} is not a framework that the act names")
    said = _rows_of([(place, row) for place, row in enumerate(rows) if row.framework == code], name, is_named=True)
    doubt = "we keep no dates of its editions, so which of them is current is for counsel"
    return timeline(
        (start, Answer(Status.COUNSEL, f"{answer.why}; {doubt}", answer.exhibits) if _is_met(answer) else answer)
        for start, answer in said.steps
    )


def _route(framework: Framework, facts: Facts, rows: Sequence[Conformity], terms: Terms) -> Route | None:
    """The route that a named framework opens under an act.

    None for PCI DSS where it needs another framework, for a second half whose first half is named, and for a
    framework that the act does not name.
    """
    by = terms.routes.get(framework.code)
    if by is None or by == "C":
        return None
    support = _support(framework, facts.policy, rows, terms)
    if framework.pair is not None:
        other = load_frameworks()[framework.pair]
        if framework.code > other.code and any(row.framework == other.code for row in rows):
            return None
        parts = (support, _support(other, facts.policy, rows, terms))
        return Route(parts, _labelled("Route A", all_of(*(part.answers for part in parts))))
    if by == "unread":
        return Route((support,), _left_to_counsel(support.answers, f"whether {framework.name} is enough by itself"))
    if by == "B":
        return Route((support,), _labelled("Route B", all_of(support.answers, _subject_to(framework, facts))))
    return Route((support,), _labelled("Route A", support.answers))


def _subject_to(framework: Framework, facts: Facts) -> Timeline:
    regimes = facts.organisation.regulated_by
    if regimes is None:
        return always(
            Status.UNCERTAIN,
            f"it is not known whether the organization is subject to {framework.name} (/organisation/regulatedBy)",
        )
    if Regime(framework.code) in regimes:
        return always(Status.MET, f"the organization is subject to {framework.name}")
    return always(
        Status.NOT_MET, f"the organization is not listed as subject to {framework.name}, so it does not count"
    )


def _labelled(route: str, answers: Timeline) -> Timeline:
    """The answers with the route's name in front of a yes."""
    return timeline(
        (start, Answer(answer.status, f"{route}: {answer.why}", answer.exhibits) if _is_met(answer) else answer)
        for start, answer in answers.steps
    )


def _left_to_counsel(answers: Timeline, question: str) -> Timeline:
    """A yes that depends on words of the act which were not at hand."""
    doubt = f"{question} was not read in the act's own words"
    return timeline(
        (start, Answer(Status.COUNSEL, f"{answer.why}; {doubt}", answer.exhibits) if _is_met(answer) else answer)
        for start, answer in answers.steps
    )


def _is_met(answer: Answer) -> bool:
    return answer.status is Status.MET


def _support(framework: Framework, policy: EditionPolicy, rows: Sequence[Conformity], terms: Terms) -> FrameworkSupport:
    own = [(place, row) for place, row in enumerate(rows) if row.framework == framework.code]
    unnamed = [(place, row) for place, row in own if row.edition is None]
    vague = [*unnamed, *((place, row) for place, row in enumerate(rows) if row.framework is None)]
    editions: list[EditionSupport] = []
    for edition in framework.editions:
        chosen = [(place, row) for place, row in own if row.edition == edition.code]
        if chosen:
            window = framework.window(edition, policy)
            said = _rows_of(
                chosen, framework.label(edition.code), is_named=True, vague=vague, reasonable=terms.reasonable
            )
            counted = merged([said, _window_answers(framework, window, policy, terms)], _said_and_counted)
            editions.append(EditionSupport(counted, window.deadline))
    if unnamed:
        said = _rows_of(unnamed, f"{framework.name} in an edition that is not named", is_named=False)
        editions.append(EditionSupport(said, None))
    if not editions:
        return FrameworkSupport((), always(Status.NOT_MET, f"there is no row for {framework.name}"))
    return FrameworkSupport(tuple(editions), any_of(*(edition.answers for edition in editions)))


def _said_and_counted(pair: Sequence[Answer]) -> Answer:
    """What the rows say of an edition, if the edition counts on that day."""
    said, counts = pair
    if said.status is Status.NOT_MET:
        return said
    if counts.status.rank < said.status.rank:
        return Answer(counts.status, counts.why, said.exhibits)
    return Answer(said.status, f"{said.why}{counts.why}", said.exhibits) if _is_met(said) else said


def _window_answers(framework: Framework, window: Window, policy: EditionPolicy, terms: Terms) -> Timeline:
    """Whether an edition counts, day by day; the clause of a yes is a note on the running clock, or empty."""
    edition = window.edition
    label = framework.label(edition.code)
    steps = [(BEGINNING, Answer(Status.NOT_MET, f"{label} was not yet published"))]
    if not edition.day_is_exact:
        doubt = f"{label} was published in {edition.published:%Y-%m}, on a day that is not known"
        steps.append((edition.published.toordinal(), Answer(Status.UNCERTAIN, doubt)))
    steps.append((edition.published_latest.toordinal(), Answer(Status.MET, "")))
    if window.successor is not None and window.deadline is not None:
        by = f"{window.successor.code} on {window.successor.published}"
        catch_up = terms.catch_up
        running = f"superseded by {by}; its {catch_up.words} end on {window.deadline}"
        clause = f" ({running})" if catch_up.answer is Status.MET else f"{label} was {running}; {catch_up.caveat}"
        over = f"{label} was superseded by {by}, and its {catch_up.words} ended on {window.deadline}"
        steps.append((window.successor.published.toordinal(), Answer(catch_up.answer, clause)))
        steps.append((_following(window.deadline), Answer(Status.NOT_MET, over)))
    else:
        doubt = (
            f"the list of {framework.name} editions was last reviewed on {framework.reviewed_on}, "
            "so a later revision may be missing"
        )
        steps.append((_following(framework.horizon(policy)), Answer(Status.UNCERTAIN, doubt)))
    return timeline(steps)


def _following(day: date) -> int:
    return (day + timedelta(days=1)).toordinal()


def _rows_of(
    chosen: Sequence[tuple[int, Conformity]],
    label: str,
    *,
    is_named: bool,
    vague: Sequence[tuple[int, Conformity]] = (),
    reasonable: bool = False,
) -> Timeline:
    """What some rows, each with its place in the list, say day by day, whether or not the edition counts.

    ``vague`` rows name no framework or no edition. They may speak of this edition too, and so may contradict it.
    """
    both = (*chosen, *vague)
    places = tuple(place for place, _ in both)
    rows = tuple(row for _, row in both)
    said = timeline(
        (
            cover.start,
            _row_answer(
                _Rows(rows, places, label, is_named=is_named, reasonable=reasonable),
                _only_possible_from(cover, len(chosen)),
            ),
        )
        for cover in covers([row.period for row in rows])
    )
    asserted = {ConformityStatus.CONFORMS, ConformityStatus.REASONABLY}
    findings = (_findings_of(row, place, label) for place, row in chosen if row.status in asserted)
    return all_of(said, *(found for found in findings if found is not None))


def _only_possible_from(cover: Cover, first_vague: int) -> Cover:
    """The cover with every row from an index on counted as a row that only possibly covers the day."""
    sure = tuple(row for row in cover.sure if row < first_vague)
    return Cover(cover.start, sure, tuple(sorted({*cover.possible, *cover.sure} - {*sure})))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some rows, each with its place in the list, and what they are about."""

    rows: tuple[Conformity, ...]
    places: tuple[int, ...]
    label: str
    is_named: bool
    reasonable: bool


def _row_answer(about: _Rows, cover: Cover) -> Answer:
    rows, places, label = about.rows, about.places, about.label

    def said(row: int) -> ConformityStatus:
        return rows[row].status or ConformityStatus.UNKNOWN

    def named(chosen: Sequence[int]) -> str:
        return named_rows("/conformity", tuple(places[row] for row in chosen))

    exhibits = unique(exhibit for row in cover.sure for exhibit in rows[row].exhibits)
    statuses = {said(row) for row in cover.sure}
    if len(statuses) > 1:
        return Answer(Status.UNCERTAIN, f"the rows {named(cover.sure)} contradict each other on {label}", exhibits)
    doubtful = [row for row in cover.possible if said(row) not in (statuses or {ConformityStatus.DOES_NOT})]
    if doubtful:
        why = f"{named(doubtful)} may speak of {label} on that day and lacks a framework, an edition or a day"
        return Answer(Status.UNCERTAIN, why, exhibits)
    status = next(iter(statuses), None)
    if status is None:
        return Answer(Status.NOT_MET, f"no row covers {label}")
    if status is ConformityStatus.DOES_NOT:
        return Answer(Status.NOT_MET, f"the program does not conform to {label}", exhibits)
    if status is ConformityStatus.UNKNOWN or not about.is_named:
        why = f"it is not known whether the program conforms to {label} ({named(cover.sure)})"
        return Answer(Status.UNCERTAIN, why, exhibits)
    if status is ConformityStatus.PARTLY:
        return Answer(Status.COUNSEL, f"the program conforms to {label} only in part", exhibits)
    if status in _GROUPS:
        group = status.value.replace("-", " ")
        return Answer(Status.COUNSEL, f"the program conforms to {label} in {group} only", exhibits)
    officers = unique(rows[row].asserted_by or "" for row in cover.sure)
    if status is ConformityStatus.REASONABLY:
        return _reasonably(about, " and ".join(filter(None, officers)), exhibits)
    asserter = " and ".join(filter(None, officers)) or f"an officer who is not named ({named(cover.sure)}/assertedBy)"
    return Answer(Status.MET, f"{label}, as asserted by {asserter}", exhibits)


def _reasonably(about: _Rows, officer: str, exhibits: tuple[str, ...]) -> Answer:
    """Reasonable conformity: what Ohio asks, as a named officer asserts it; less than Connecticut's word."""
    if not about.reasonable:
        why = f"the program is said to conform to {about.label} reasonably, and the act says conform"
        return Answer(Status.COUNSEL, why, exhibits)
    if not officer:
        return Answer(Status.COUNSEL, f"no officer is named who holds conformity to {about.label} reasonable", exhibits)
    return Answer(Status.MET, f"reasonably to {about.label}, as asserted by {officer}", exhibits)


def _findings_of(row: Conformity, place: int, label: str) -> Timeline | None:
    """What the program's own findings leave of an assertion: an exception is for counsel, a gap is uncertain."""
    if row.findings is None:
        return None
    sentence = Sentence(
        pointer=f"/conformity/{place}/findings",
        yes=f"every in-scope requirement of {label} is found satisfied",
        no=f"the program's own findings show an exception to {label}",
    )
    certain = row.period.certain()
    if certain is None:
        return None
    found = timeline(
        (start, Answer(Status.COUNSEL, answer.why, answer.exhibits) if answer.status is Status.NOT_MET else answer)
        for start, answer in answers(row.findings, sentence).steps
    )
    return restricted(found, *certain, otherwise=Answer(Status.MET, ""))
