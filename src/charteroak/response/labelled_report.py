"""A report as plain text with labels, as a person writes it in a file or answers it in a mail.

    Outcome: blocked
    What happened: Two clerks got a mail that asked for gift cards. It was long, and so the line
    goes on here.
    | This begins a new line of the same answer.
    When noticed: 2026-03-01 09:15
    End of report

A line that begins with a known label starts an answer; whatever stands in brackets before the colon is a hint and is
skipped. A line without one continues the answer before it with a blank, as mail programs break lines; ``|`` begins a
new line of the answer, ``+`` says that it goes on. Lists are written with commas, texts of a list one to a line, an
empty list as *none*. Nothing after *End of report* or a signature (``--``) is read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from charteroak.errors import InputError, SourceLocation
from charteroak.normal_forms import RUN_LIMIT, long_run_in, normalized
from charteroak.response.incident_report import Field, field_table
from charteroak.response.report_labels import FIRST_LABELS, LABELS, WORDS, Language
from charteroak.response.report_times import HOME_ZONE

HEADING = "Charter Oak incident report (form 1)"
ENDINGS = ("End of report", "Fin del informe")
LIMIT_CHARACTERS = 400_000
"""A report of every field at its longest stays below this."""
_HINT_LIMIT = 200
_HEAD = re.compile(r"[^:()|+]{1,80}")
"""What may stand before a hint or a colon. It begins with no blank that is optional, so that nothing is tried twice."""
_PLACE = re.compile(r"[A-Za-z]+(?:/[A-Za-z0-9-]+){0,4}")
_INDEX = re.compile(r"/\d{1,3}(?=/|\Z)")
_PRECISION = re.compile(r"[a-z]{1,20}")
_ZONE = re.compile(r"[A-Za-z0-9_/+-]{1,60}")
_ENDING_WORDS = frozenset(ending.casefold() for ending in ENDINGS)
_NONE = "none"
_COLUMNS = 76


class LabelledReportError(InputError):
    """A text is no report that can be taken; the line is named, and nothing was recorded."""

    code: ClassVar[str] = "report.text-form"


@dataclass(slots=True)
class _Answer:
    pointer: str
    line: int
    pieces: list[list[str]] = field(default_factory=list)
    """The pieces of each line as they were broken; joined once, since a text may consist of breaks alone."""

    @property
    def lines(self) -> list[str]:
        return [" ".join(piece for piece in line if piece) for line in self.pieces]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()

    @property
    def says_something(self) -> bool:
        return any(piece for line in self.pieces for piece in line)


def parse_labelled(text: str, *, path: str = "") -> dict[str, Any]:
    """The document that a labelled text says, for ``parse_report``.

    Raises:
        LabelledReportError: it holds no label, a label twice, a line that belongs to nothing, or an answer of a form
            that its question does not take.
    """
    if len(text) > LIMIT_CHARACTERS:
        raise _error("This text is longer than a report can be.", 0, path, "Attach what is long as a file.")
    run = long_run_in(text)
    if run is not None:
        line = text.count("\n", 0, run) + 1
        raise _error(f"More than {RUN_LIMIT} marks stand on one letter.", line, path, "Take them out.")
    document: dict[str, Any] = {}
    seen: dict[str, int] = {}
    for answer in _answers(text, path):
        if answer.pointer in seen:
            raise _error(
                f"This question was answered in line {seen[answer.pointer]} already.",
                answer.line,
                path,
                "Keep one answer.",
            )
        seen[answer.pointer] = answer.line
        if answer.text:
            _put(document, answer, _value(answer, path), path)
    if not seen:
        raise _error(
            "There is no answer in this text.", 0, path, "Begin lines with labels: Outcome: ..., What happened: ..."
        )
    return {name: _with_lists(item) for name, item in document.items()}


def parse_answer(pointer: str, text: str) -> Any:
    """One answer at its place, written as in a labelled text.

    Raises:
        LabelledReportError: it is a list and no list was written.
    """
    return _value(_Answer(pointer, 0, [[line] for line in text.split("\n")]), "")


def document_of(answers: Mapping[str, Any]) -> dict[str, Any]:
    """A document from answers by their places."""
    document: dict[str, Any] = {}
    for pointer, value in answers.items():
        _put(document, _Answer(pointer, 0), value, "")
    return {name: _with_lists(item) for name, item in document.items()}


def written_answers(document: Mapping[str, Any]) -> dict[str, str]:
    """Every answer of a document by its place, written as in a labelled text."""
    return dict(_leaves(document, ""))


def has_labels(text: str) -> bool:
    """Whether a text begins any line with a label of the form."""
    return any(_label_of(line) is not None for line in text[:LIMIT_CHARACTERS].split("\n"))


def write_template(language: Language = "en") -> str:
    """The empty form of a first report."""
    lines = [HEADING, ""]
    for label in FIRST_LABELS:
        hint = f" ({label.hint(language)})" if label.hint(language) else ""
        lines.append(f"{label.name(language)}{hint}: ")
    return "\n".join([*lines, "", ENDINGS[language == "es"], ""])


def write_labelled(document: Mapping[str, Any], language: Language = "en") -> str:
    """A record's document as text that ``parse_labelled`` reads back, each answer the same to the letter."""
    names = {label.pointer: label.name(language) for label in LABELS}
    order = {label.pointer: number for number, label in enumerate(LABELS)}
    leaves = sorted(_leaves(document, ""), key=lambda leaf: order.get(leaf[0], len(order)))
    lines = [HEADING, ""]
    for pointer, value in leaves:
        lines += _written(names.get(pointer, pointer.removeprefix("/")), value)
    return "\n".join([*lines, "", ENDINGS[language == "es"], ""])


def _answers(text: str, path: str) -> Iterator[_Answer]:
    current: _Answer | None = None
    lines = normalized("NFC", text).split("\n")
    # What a person or a program wrote above the form is no part of it.
    above = max((number for number, line in enumerate(lines, start=1) if line.strip() == HEADING), default=0)
    for number, line in enumerate(lines[above:], start=above + 1):
        stripped = line.strip()
        if stripped.casefold() in _ENDING_WORDS or line.rstrip("\r") in {"-- ", "--"}:
            break
        found = None if stripped[:1] in {"|", "+"} else _label_of(line)
        if found is not None:
            if current is not None:
                yield current
            current = _Answer(found[0], number, [[found[1].strip()]])
        elif current is not None and stripped:
            _continue(current, line, number, path)
    if current is not None:
        yield current


def _continue(answer: _Answer, line: str, number: int, path: str) -> None:
    stripped = line.strip()
    if stripped.startswith("|"):
        answer.pieces.append([line.lstrip()[1:].removeprefix(" ").rstrip()])
        return
    if not stripped.startswith("+") and not _takes_text(answer.pointer) and answer.says_something:
        label = stripped.partition(":")[0][:60]
        raise _error(
            f"{label!r} is no label of this form, and the answer before it is one line.", number, path,
            "Correct the label, or write End of report before what is no answer.",
        )  # fmt: skip
    answer.pieces[-1].append(stripped.removeprefix("+").strip())


def _label_of(line: str) -> tuple[str, str] | None:
    stripped = line.strip()
    head = _HEAD.match(stripped)
    if head is None:
        return None
    rest = stripped[head.end() :]
    if rest.startswith("("):
        closed = rest.find(")", 1, _HINT_LIMIT + 2)
        rest = rest[closed + 1 :].lstrip() if closed > 0 else ""
    if not rest.startswith(":"):
        return None
    name = " ".join(head[0].split())
    pointer = _by_name().get(name.casefold())
    if pointer is None and _PLACE.fullmatch(name) and ("/" in name or f"/{name}" in _places()):
        pointer = f"/{name}" if _INDEX.sub("", f"/{name}") in _places() else None
    return None if pointer is None else (pointer, rest[1:])


@cache
def _by_name() -> dict[str, str]:
    return {name.casefold(): label.pointer for label in LABELS for name in (label.en, label.es)}


@cache
def _fields() -> dict[str, Field]:
    return {known.pointer: known for known in field_table()}


@cache
def _places() -> frozenset[str]:
    """Every place that an answer can stand at, and those of lists, which can be said to be empty."""
    found = set(_fields())
    for pointer, known in _fields().items():
        if known.type.startswith("list of"):
            found.add(pointer)
            parent = pointer.rpartition("/")[0]
            if parent:
                found.add(parent)
    return frozenset(found)


def _takes_text(pointer: str) -> bool:
    known = _fields().get(_INDEX.sub("", pointer))
    return known is not None and "text" in known.type


def _value(answer: _Answer, path: str) -> Any:
    place, text = _INDEX.sub("", answer.pointer), answer.text
    known = _fields().get(place)
    is_item = answer.pointer != place
    if known is None:
        if text.casefold() == _NONE:
            return []
        raise _error("This is a list: give its items, or write none.", answer.line, path, f"{answer.pointer[1:]}/0/...")
    kind = known.type.removeprefix("list of ") if is_item else known.type
    if kind.startswith("list of "):
        return _list(kind, known, answer)
    if kind.startswith("time"):
        return _time(text)
    if kind.startswith("count") and text.isascii() and text.isdigit() and len(text) <= 16:
        return int(text)
    if kind == "yes or no":
        return {"yes": True, "sí": True, "si": True, "no": False}.get(text.casefold(), text)
    return _code(place, known, text) if kind.startswith("choice") else text


def _time(text: str) -> Any:
    """A moment with what stands in brackets behind it; without that, the text."""
    at, opening, inner = text.rpartition("(")
    precision, comma, zone = (said.strip() for said in inner.removesuffix(")").partition(","))
    if not opening or not inner.endswith(")") or not _PRECISION.fullmatch(precision):
        return text
    if comma and not _ZONE.fullmatch(zone):
        return text
    return {"at": at.rstrip(), "precision": precision, "zone": zone or HOME_ZONE}


def _list(kind: str, known: Field, answer: _Answer) -> Any:
    if answer.text.casefold() == _NONE:
        return []
    if "text" in kind:
        return [line for line in answer.lines if line.strip()]
    items = [_code(known.pointer, known, item.strip()) for item in re.split(r"[,;\n]", answer.text) if item.strip()]
    return items[0] if items == ["unknown"] and kind.endswith("or unknown") else items


def _code(pointer: str, known: Field, text: str) -> str:
    """The code that a word stands for, in any case and either language."""
    folded = text.casefold().rstrip(".")
    codes = {code.casefold(): code for code in (*known.choices, "unknown")}
    words = {word.casefold(): code for code, pair in WORDS.get(pointer, {}).items() for word in pair}
    return codes.get(folded) or codes.get(folded.replace(" ", "-")) or words.get(folded) or text


def _put(document: dict[str, Any], answer: _Answer, value: Any, path: str) -> None:
    *parents, last = answer.pointer.removeprefix("/").split("/")
    here = document
    for name in parents:
        inner = here.setdefault(name, {})
        if not isinstance(inner, dict):
            raise _error("This list was said to be empty.", answer.line, path, "Keep one of the two answers.")
        here = inner
    if isinstance(here.get(last), dict):
        raise _error("This list has items already.", answer.line, path, "Keep one of the two answers.")
    here[last] = value


def _with_lists(value: Any) -> Any:
    """Members that are all numbers are a list, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    made = {name: _with_lists(item) for name, item in value.items()}
    if made and all(name.isascii() and name.isdigit() for name in made):
        return [made[name] for name in sorted(made, key=int)]
    return made


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    known = _fields().get(_INDEX.sub("", pointer))
    if known is not None and "time" in known.type and isinstance(value, Mapping):
        yield pointer, f"{value['at']} ({value['precision']}, {value['zone']})"
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, f"{pointer}/{name}")
    elif isinstance(value, list | tuple):
        yield from _leaves_of_list(value, pointer, known)
    else:
        yield pointer, {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _leaves_of_list(value: Sequence[Any], pointer: str, known: Field | None) -> Iterator[tuple[str, Any]]:
    if not value:
        yield pointer, _NONE
    elif known is not None and "choice" in known.type:
        yield pointer, ", ".join(value)
    else:
        for place, item in enumerate(value):
            yield from _leaves(item, f"{pointer}/{place}")


def _written(name: str, value: str) -> Iterator[str]:
    lines = value.split("\n")
    yield from _wrapped(f"{name}: ", lines[0])
    for line in lines[1:]:
        yield from _wrapped("| ", line)


def _wrapped(start: str, line: str) -> Iterator[str]:
    """A line in pieces of readable width, cut only where one blank parts two words."""
    room = _COLUMNS
    while len(line) > room:
        cut = next((at for at in range(room, 0, -1) if _is_cut(line, at)), 0) or next(
            (at for at in range(room, len(line)) if _is_cut(line, at)), 0
        )
        if not cut:
            break
        yield start + line[:cut]
        start, line = "+ ", line[cut + 1 :]
    yield (start + line).rstrip()


def _is_cut(line: str, at: int) -> bool:
    return line[at] == " " and 0 < at < len(line) - 1 and not line[at - 1].isspace() and not line[at + 1].isspace()


def _error(message: str, line: int, path: str, remedy: str) -> LabelledReportError:
    return LabelledReportError(message, remedy=remedy, location=SourceLocation(path=path or None, line=line or None))
