"""Which framework of the act to aim for and which practices to begin with, each with its reasons.

A proposal is an aim and says nothing about conformity. Its rules and words stand in ``data/start``; the days in it come
from the dated table of editions. The first rule that fits is proposed, the others that fit stand beside it, and the
person may choose any framework of the list.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from charteroak.law.editions import Edition, Framework, load_frameworks
from charteroak.program.practices import Practice, load_practices
from charteroak.program.start.answers import StartAnswers
from charteroak.program.start.situation import Situation, read_situation
from charteroak.program.start.vocabulary import load_start_data


class _AimRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    framework: str
    flags: tuple[str, ...]
    route: str
    why: str
    trap: str
    would_change: str


class _NoteRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    flags: tuple[str, ...]
    title: str
    text: str


class _Aims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reviewer: str
    reviewed: date
    small_people: int
    route_citations: dict[str, str]
    start_with: str
    small_first: str
    start_limit: str
    aims: tuple[_AimRule, ...]
    notes: tuple[_NoteRule, ...]


class FirstPracticeRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A practice to begin with: why, its first step, and about how long that takes."""

    id: str
    cis: tuple[str, ...]
    because: str
    first_step: str
    minutes: tuple[int, int]
    sooner: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


class FirstPracticeRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The practices to begin with, who chose them, and how the minutes were estimated."""

    reviewer: str
    reviewed: date
    estimate: str
    most: int
    practices: tuple[FirstPracticeRule, ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """A framework to aim for: why, where the act has it, what to mind, what it rests on, what would change it."""

    framework: str
    edition: str
    label: str
    route: str
    citation: str
    why: str
    trap: str
    rests_on: tuple[str, ...]
    would_change: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know beside the aim, with what it rests on."""

    title: str
    text: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstPractice:
    """A practice to begin with, in its place."""

    practice: Practice
    rule: FirstPracticeRule
    sooner_because: str
    """What was said that moved it to the front; empty where it stands in its usual place."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where to start and what to aim for."""

    aim: Aim
    also_fitting: tuple[Aim, ...]
    others: tuple[Aim, ...]
    notes: tuple[Note, ...]
    first: tuple[FirstPractice, ...]
    start_with: str
    start_limit: str
    open_questions: tuple[str, ...]

    @property
    def choices(self) -> tuple[Aim, ...]:
        """Every framework that may be chosen, the proposed one first."""
        return (self.aim, *self.also_fitting, *self.others)


@functools.cache
def load_aims() -> _Aims:
    """The rules of the proposal."""
    return load_start_data("aims", _Aims)


@functools.cache
def load_first_practices() -> FirstPracticeRules:
    """The practices to begin with."""
    return load_start_data("first_practices", FirstPracticeRules)


def propose(answers: StartAnswers) -> Proposal:
    """The proposal that follows from the answers. It needs none of them: without any it is the general one."""
    rules = load_aims()
    situation = read_situation(answers, small_people=rules.small_people)
    fitting = [rule for rule in rules.aims if situation.flags.keys() & set(rule.flags)]
    aims = [_aim(rule, situation, rules.route_citations) for rule in fitting]
    others = [_aim(rule, situation, rules.route_citations) for rule in rules.aims if rule not in fitting]
    return Proposal(
        aim=aims[0],
        also_fitting=tuple(aims[1:]),
        # A law counts only for those to whom it applies, so that it is no choice for the others.
        others=tuple(aim for aim in others if aim.route == "A"),
        notes=tuple(
            Note(rule.title, rule.text, situation.said(rule.flags))
            for rule in rules.notes
            if situation.flags.keys() & set(rule.flags)
        ),
        first=tuple(first_practices(situation)),
        start_with=f"{rules.start_with} {rules.small_first}" if "small" in situation.flags else rules.start_with,
        start_limit=rules.start_limit,
        open_questions=situation.open_questions,
    )


def first_practices(situation: Situation) -> Iterator[FirstPractice]:
    """The practices to begin with: those that an answer moves to the front, then the others in their usual order.

    A practice that this release does not have is passed over.
    """
    rules, known = load_first_practices(), load_practices().by_id
    asked = [rule for rule in rules.practices if rule.id in known]
    asked = [rule for rule in asked if not rule.only or situation.flags.keys() & set(rule.only)]
    ahead = [rule for rule in asked if situation.flags.keys() & set(rule.sooner)]
    # Whoever leads comes before everything that has to be done.
    order = [*asked[:1], *(rule for rule in ahead if rule not in asked[:1])]
    order += [rule for rule in asked if rule not in order]
    for rule in order[: rules.most]:
        said = " ".join(filter(None, situation.said(rule.sooner)))
        yield FirstPractice(known[rule.id], rule, said)


def _aim(rule: _AimRule, situation: Situation, citations: Mapping[str, str]) -> Aim:
    framework = load_frameworks()[rule.framework]
    edition = framework.editions[-1]
    return Aim(
        framework=framework.code,
        edition=edition.code,
        label=framework.label(edition.code),
        route=rule.route,
        citation=citations[rule.route],
        why=rule.why,
        trap=rule.trap.format(**_days(framework, edition)),
        rests_on=tuple(filter(None, situation.said(rule.flags))),
        would_change=rule.would_change,
    )


def _days(framework: Framework, edition: Edition) -> dict[str, str]:
    """The days that a text may speak of: of the newest edition, and of the one before it."""
    earlier = framework.editions[-2] if len(framework.editions) > 1 else None
    deadline = framework.window(earlier).deadline if earlier is not None else None
    return {
        "label": framework.label(edition.code),
        "published": _spoken(edition.published),
        "previous": framework.label(earlier.code) if earlier is not None else "",
        "deadline": _spoken(deadline) if deadline is not None else "",
    }


def _spoken(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
