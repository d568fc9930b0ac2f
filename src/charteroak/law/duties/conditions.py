"""Answers of three values: yes, no, and not known. Nothing here turns *not known* into either of the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Answer: TypeAlias = bool | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that has to be so, and the sentence that says so where it decides."""

    holds: Answer
    if_not: str
    if_unknown: str


def both(*answers: Answer) -> Answer:
    """Yes if all are, no if one is not."""
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def either(*answers: Answer) -> Answer:
    """Yes if one is, no if none is."""
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def negated(answer: Answer) -> Answer:
    """The opposite of what is known."""
    return None if answer is None else not answer


def among(values: Iterable[str] | None, *wanted: str) -> Answer:
    """Whether one of some words stands in a list that is complete if it is given."""
    return None if values is None else not set(wanted).isdisjoint(values)


def at_least(number: int | None, threshold: int) -> Answer:
    """Whether a number reaches a threshold."""
    return None if number is None else number >= threshold
