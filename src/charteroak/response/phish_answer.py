"""The plain answer to who reported a suspicious mail: what we saw, and what to do now in two minutes.

It is made from what was kept of the analysis and from what the reporter did with the mail, so that it reads the same
whenever they come back with their receipt, on the page and in a mail. It quotes no link, no address and no subject of
the mail; in a mail, hosts are written so that no program makes a link of them. It never says that a mail is safe.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charteroak.mail.score import Verdict
from charteroak.mail.signals.registry import signal_texts
from charteroak.response import answer_words

MOST_REASONS = 3
_CLAIM = "simulation-marker"
_HOST = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2,})")
"""The dots of host names, between a letter or digit and a label in letters; a sentence's end has a blank behind it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence about the mail, and the language that it is in: reports of old may have it in English alone."""

    text: str
    language: str
    signal: str


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to call. An empty ``number`` of one that ``lacks_number`` is the operator's blank."""

    who: str
    hint: str
    number: str
    address: str
    lacks_number: bool


@dataclass(frozen=True, slots=True)
class ToDo:
    """What to do now for one thing that the reporter did."""

    deed: str
    heading: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhishAnswer:
    """The answer, in one language.

    ``unread`` says what could not be read; ``todo`` is by what they did; ``calls`` are for all of it, each once.
    """

    language: str
    verdict: Verdict
    sentence: str
    reasons: tuple[Reason, ...]
    further: tuple[Reason, ...]
    remark: str
    unread: tuple[str, ...]
    todo: tuple[ToDo, ...]
    calls: tuple[Call, ...]
    has_said: bool
    """Whether the reporter said what they did; else ``todo`` is for each thing that people do."""


def answer_to_reporter(
    analysis: Mapping[str, Any],
    deeds: Collection[str],
    *,
    language: str = "en",
    numbers: Mapping[str, str] | None = None,
) -> PhishAnswer:
    """The answer about an analysis as it was kept; ``numbers`` are the operator's, by contact."""
    verdict = Verdict(analysis["verdict"])
    reasons = list(reasons_of(analysis, language))
    said = answer_words.texts()
    remark = ""
    if not reasons:
        remark = said["nothing-found"].in_(language)
    elif verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        remark = said["weak"].in_(language)
    known = [deed for deed in answer_words.deeds() if deed.id in deeds or _is_in_doubt(deed, deeds)]
    shown = known or [deed for deed in answer_words.deeds() if deed.id != "not-sure"]
    # That the mail says of itself to be an exercise is told wherever it ranks: the reader may have seen the mark, too.
    told = [n for n, reason in enumerate(reasons) if n < MOST_REASONS or reason.signal == _CLAIM]
    return PhishAnswer(
        language=language,
        verdict=verdict,
        sentence=answer_words.verdict_sentences()[verdict].in_(language),
        reasons=tuple(reasons[n] for n in told),
        further=tuple(reason for n, reason in enumerate(reasons) if n not in told),
        remark=remark,
        unread=tuple(_unread(analysis, language)),
        todo=tuple(
            to_do(deed, language, is_in_doubt=bool(known) and deed.id not in deeds and _is_in_doubt(deed, deeds))
            for deed in shown
        ),
        calls=tuple(calls_for(shown, language, numbers or {})),
        has_said=bool(known),
    )


def reasons_of(analysis: Mapping[str, Any], language: str) -> Iterator[Reason]:
    """Why the verdict is what it is, the weightiest first, each kind of reason once; what reassures is left out.

    The mark of a training product is told in any case; it comes first where it decides.
    """
    seen: set[str] = set()
    is_exercise = analysis["verdict"] == Verdict.SIMULATION
    rank = {"simulation-confirmed": -2, _CLAIM: -1} if is_exercise else {_CLAIM: 1}
    for signal in sorted(analysis["signals"], key=lambda found: (rank.get(found["id"], 0), -found["points"])):
        if signal["id"] not in seen and (signal["points"] > 0 or signal["id"] in rank):
            seen.add(signal["id"])
            yield in_language(signal, language)


def in_language(signal: Mapping[str, Any], language: str) -> Reason:
    """The sentence of a signal in a language, or as it was kept where it cannot be said in that one."""
    text = signal_texts().get(signal["id"])
    if language != "en" and text is not None and language in text.sentences and "mentions" in signal:
        try:
            said = text.explain(signal["mentions"], language)
        except (KeyError, IndexError, ValueError, AttributeError):
            # The sentence was changed since, and has a blank now that nothing was kept for.
            said = ""
        if said:
            return Reason(said, language, signal["id"])
    return Reason(signal["explanation"], "en", signal["id"])


def to_do(deed: answer_words.Deed, language: str, *, is_in_doubt: bool = False) -> ToDo:
    """What to do about one deed, or about one that may have been done: the same steps, and nothing claimed."""
    heading = deed.doubt if is_in_doubt and deed.doubt is not None else deed.heading
    return ToDo(deed.id, heading.in_(language), deed.steps.in_(language))


def _is_in_doubt(deed: answer_words.Deed, deeds: Collection[str]) -> bool:
    return deed.doubt is not None and answer_words.in_doubt(deed.id) in deeds


def calls_for(deeds: Sequence[answer_words.Deed], language: str, numbers: Mapping[str, str]) -> Iterator[Call]:
    """Whom to call about some deeds, each once, for the gravest deed first."""
    for name in dict.fromkeys(name for deed in deeds for name in deed.call):
        yield _call(answer_words.contacts()[name], language, numbers)


def _call(contact: answer_words.Contact, language: str, numbers: Mapping[str, str]) -> Call:
    number = numbers.get(contact.id, "") if contact.variable else contact.number
    return Call(
        who=contact.who.in_(language),
        hint=contact.hint.in_(language),
        number=number,
        address=contact.address,
        lacks_number=contact.variable and not number,
    )


def _unread(analysis: Mapping[str, Any], language: str) -> Iterator[str]:
    if analysis["status"] == "analyzed":
        return
    lost = {defect["code"] for defect in analysis["defects"] if defect["contentLost"]}
    found = [group.says.in_(language) for group in answer_words.unread() if lost & set(group.codes)]
    yield from found or (answer_words.texts()["partial"].in_(language),)


def _defanged(text: str) -> str:
    return _HOST.sub("[.]", text).replace("://", "[:]//")


def answer_as_text(
    answer: PhishAnswer, *, receipt: str = "", when: str = "", place: str = "", is_exercise: bool = False
) -> str:
    """The answer as plain text with no link in it; with a ``receipt`` as the text of a mail, to come back with."""
    language = answer.language

    def said(name: str) -> str:
        return answer_words.texts()[name].in_(language)

    lines: list[str] = []
    if is_exercise:
        lines += [said("exercise"), ""]
    lines += [said("greeting"), ""] if receipt else []
    lines += [answer.sentence, "", f"{said('seen')}:"]
    lines += [f"- {_defanged(reason.text)}" for reason in answer.reasons]
    lines += [answer.remark] if answer.remark else []
    if answer.unread:
        lines += [said("partial"), *(f"- {sentence}" for sentence in answer.unread)]
    lines += ["", f"{said('to-do')}:"]
    if not answer.has_said:
        lines.append(said("not-said"))
    for todo in answer.todo:
        lines += ["", todo.heading, *(f"{number}. {step}" for number, step in enumerate(todo.steps, start=1))]
    if answer.calls:
        lines += ["", f"{said('call')}:", *(f"- {line}" for line in _call_lines(answer.calls, said("no-number")))]
    if receipt:
        lines += ["", said("report").format(when=when, receipt=receipt, place=place or said("place"))]
        lines += ["", said("automatic"), ""]
    return "\n".join(lines)


def _call_lines(calls: Sequence[Call], blank: str) -> Iterator[str]:
    for call in calls:
        reached = call.number or (blank if call.lacks_number else "")
        yield ": ".join(
            part for part in (call.who, ", ".join(filter(None, (reached, call.address, call.hint)))) if part
        )
