"""What of an incident may be handed to the police, and what is kept back: decided here, in one function.

Kept back are counsel's files, what belongs to another organisation, notes about anything but this incident, and what
names a reporter who did not agree to be named: a body of an entry whole, a private part alone, a file whole, a name
inside a text that somebody wrote. Each has its reason. Nothing else leaves anything out, and nothing is put back later.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from charteroak.observables import Observable
from charteroak.program.bodies import PRIVATE_PARTS, NotUnderstood, body_document
from charteroak.program.recorded import RecordedFact

Reason = Literal["privileged", "names-a-reporter", "of-another-organisation", "not-about-it", "not-asked"]
REASONS: dict[Reason, str] = {
    "privileged": "counsel keeps it as privileged",
    "names-a-reporter": "it names somebody who reported and did not agree to be named",
    "of-another-organisation": "it belongs to, or names, another organization",
    "not-asked": "it says who gave something away, and nobody recorded that they agreed",
    "not-about-it": "it is a note in the record about something else",
}
SHORTEST_NAME = 3
"""Characters; a shorter word would be found in every other word."""
ABOUT_INCIDENTS = frozenset({"incident.opened", "item.taken", "custody.passed"})
"""Kinds whose private parts are about the incident; a note to evidence that was recorded before is not."""
ALWAYS_ASKED = frozenset({"collectedFrom"})
"""Private parts that name whoever gave something away; they leave only with consent."""


@dataclass(frozen=True, slots=True)
class FileAtHand:
    """A file that could be enclosed: whose it is, and whether it is the mail of a report."""

    sha256: str
    owner: str
    is_report: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that could go in, and what is known of the people and organisations it may name."""

    organisation: str
    facts: Sequence[RecordedFact]
    files: Sequence[FileAtHand]
    indicators: Sequence[Observable] = ()
    privileged: frozenset[str] = frozenset()
    """Digests of counsel's files."""
    reporters: frozenset[str] = frozenset()
    """Names and addresses of whoever reported."""
    reporters_agreed: bool = False
    others: frozenset[str] = frozenset()
    """Names of other organisations of the installation."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing that was kept back."""

    what: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Selection:
    """What goes in. Bodies and parts are named by entry, files by digest; texts pass through ``clean``."""

    bodies_left_out: frozenset[int]
    parts_left_out: frozenset[tuple[int, str]]
    files_left_out: dict[str, Reason]
    indicators: tuple[Observable, ...]
    left_out: tuple[LeftOut, ...]
    _names: tuple[tuple[re.Pattern[str], str], ...] = field(default=(), repr=False)

    def clean(self, text: str) -> str:
        """A text without the names that are kept back; it shows that one stood there."""
        for pattern, instead in self._names:
            text = pattern.sub(instead, text)
        return text


def select_for_referral(material: Material) -> Selection:
    """Decide what goes in. Asked once for each referral; everything that is enclosed or printed follows its answer."""
    reporters = None if material.reporters_agreed else _pattern(material.reporters)
    others = _pattern(material.others)
    bodies: dict[int, Reason] = {}
    parts: dict[tuple[int, str], Reason] = {}
    for fact in material.facts:
        if isinstance(fact.body, NotUnderstood):
            continue
        private = PRIVATE_PARTS.get(fact.kind, frozenset())
        for name, value in body_document(fact.body).items():
            said = "\n".join(_texts(value))
            reason = _reason(said, reporters, others)
            if name in ALWAYS_ASKED and value and not material.reporters_agreed:
                reason = reason or "not-asked"
            if name in private and value and fact.kind not in ABOUT_INCIDENTS:
                reason = reason or "not-about-it"
            if reason is not None and name in private:
                parts[(fact.index, name)] = reason
            elif reason is not None:
                bodies[fact.index] = reason
    files = {file.sha256: reason for file in material.files if (reason := _of_file(file, material)) is not None}
    named = {each.index: getattr(each.body, "sha256", None) for each in material.facts}
    shown = {sha256 for index, sha256 in named.items() if index not in bodies}
    # A file goes with the words that name it, unless words that stay in name it too.
    hidden = {named[index]: reason for index, reason in bodies.items() if named[index] not in {None, *shown}}
    files = {**{str(sha256): reason for sha256, reason in hidden.items()}, **files}
    indicators = [(each, _reason(each.value, reporters, others)) for each in material.indicators]
    left_out = [
        *(LeftOut(f"the words of entry {index}", reason) for index, reason in sorted(bodies.items())),
        *(LeftOut(f"{_words_of(name)} (entry {index})", reason) for (index, name), reason in sorted(parts.items())),
        *(LeftOut(f"the file with SHA-256 {sha256}", reason) for sha256, reason in sorted(files.items())),
        *(LeftOut("an indicator", reason) for _each, reason in indicators if reason is not None),
    ]
    names = ((reporters, "[name withheld]"), (others, "[another organization]"))
    return Selection(
        bodies_left_out=frozenset(bodies),
        parts_left_out=frozenset(parts),
        files_left_out=files,
        indicators=tuple(each for each, reason in indicators if reason is None),
        left_out=tuple(left_out),
        _names=tuple((pattern, instead) for pattern, instead in names if pattern is not None),
    )


def _words_of(part: str) -> str:
    """A private part in words: ``collectedFrom`` is *from whom it was collected*."""
    known = {"collectedFrom": "from whom it was collected", "authority": "by what right it was taken"}
    return known.get(part, f"the {part}")


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, member names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name)
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _of_file(file: FileAtHand, material: Material) -> Reason | None:
    if file.sha256 in material.privileged:
        return "privileged"
    if file.owner != material.organisation:
        return "of-another-organisation"
    return "names-a-reporter" if file.is_report and not material.reporters_agreed else None


def _reason(text: str, reporters: re.Pattern[str] | None, others: re.Pattern[str] | None) -> Reason | None:
    if reporters is not None and reporters.search(text):
        return "names-a-reporter"
    return "of-another-organisation" if others is not None and others.search(text) else None


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Any of the names, in any case, with any blanks between its words, the longest first."""
    words = {" ".join(name.split()) for name in names}
    usable = sorted((name for name in words if len(name) >= SHORTEST_NAME), key=len, reverse=True)
    if not usable:
        return None
    spelled = (r"\s+".join(re.escape(word) for word in name.split()) for name in usable)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)", re.IGNORECASE)
