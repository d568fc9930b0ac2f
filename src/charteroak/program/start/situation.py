"""What the answers come to for the proposal: flags, each with the answers that raised it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from charteroak.program.start.answers import StartAnswers
from charteroak.program.start.information import Says, classify_information
from charteroak.program.start.vocabulary import Word, load_vocabulary

PUBLIC_BODIES: Mapping[str, str] = {
    "municipality": "You are a town, a city or another municipality.",
    "public-school-district": "You are a public school district.",
    "state-agency": "You are a state agency.",
}
"""Kinds of organisation of which the act does not say whether they are businesses (element E1)."""


_NO_OTHER = "No law or contract that you named binds you to another."
_NOTHING_SAID = "Nothing was said yet about laws and contracts."


@dataclass(frozen=True, slots=True)
class Situation:
    """Flags with what the person said that raised each; and what nobody said that could raise another."""

    flags: Mapping[str, str]
    open_questions: tuple[str, ...]

    def said(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """What raised those of the wanted flags that are up."""
        return tuple(self.flags[flag] for flag in wanted if flag in self.flags)


def read_situation(answers: StartAnswers, *, small_people: int) -> Situation:
    """The flags that answers raise. What nobody said raises none, and stands among the open questions."""
    flags = {"anyone": _NO_OTHER if answers.obligations is not None else _NOTHING_SAID}
    for flag, said in _raised(answers, small_people):
        flags.setdefault(flag, said)
    return Situation(flags, tuple(_open_questions(answers)))


def _raised(answers: StartAnswers, small_people: int) -> Iterator[tuple[str, str]]:
    about, obligations = answers.about, answers.obligations
    if about is not None:
        if about.kind in PUBLIC_BODIES:
            yield "public-body", PUBLIC_BODIES[about.kind]
        if about.people is not None and about.people < small_people:
            yield "small", f"You are {about.people} people, fewer than {small_people}."
    if obligations is not None:
        vocabulary = load_vocabulary()
        yield from _of_words(vocabulary.regulated, obligations.regulated, "You said: {label}.")
        yield from _of_words(vocabulary.contracts, obligations.contracts, "You have contracts with: {label}.")
        if obligations.takes_cards:
            yield "cards", "You take payment by card."
    yield from _of_systems(answers)
    reading = classify_information(answers.stores)
    if reading.personal.says is Says.YES:
        yield "personal", reading.personal.reason
    if any(each.store.unreadable is False and each.personal.says is not Says.NO for each in reading.stores):
        yield "readable", "Some of it can be read by whoever takes it."


def _of_words(words: tuple[Word, ...], chosen: tuple[str, ...], text: str) -> Iterator[tuple[str, str]]:
    for word in words:
        if word.id in chosen:
            for flag in word.flags:
                yield flag, text.format(label=word.said or word.label)


def _of_systems(answers: StartAnswers) -> Iterator[tuple[str, str]]:
    runs = answers.systems.runs if answers.systems is not None else {}
    for word in load_vocabulary().systems:
        runner = runs.get(word.id)
        if runner in {None, "none"}:
            continue
        if runner in {"provider", "cloud"}:
            yield "outside-help", f"Others run this for you: {word.label}."
        for flag in word.flags:
            yield flag, f"You have: {word.label}."
    if answers.people is not None and answers.people.provider:
        yield "outside-help", "An outside firm looks after your computers."


def _open_questions(answers: StartAnswers) -> Iterator[str]:
    about, obligations = answers.about, answers.obligations
    if about is None or about.people is None:
        yield "How many people work for you."
    if obligations is None or not obligations.regulated or "unsure" in obligations.regulated:
        yield "Whether one of the laws that the act names applies to you."
    if obligations is None or not obligations.contracts:
        yield "With whom you have contracts."
    if obligations is None or obligations.takes_cards is None:
        yield "Whether you take cards."
    if not answers.stores:
        yield "What information about people you hold."
