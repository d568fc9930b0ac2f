"""The pages of a dossier that people read. Plain text, one line of thought at a time; no rule is applied here."""

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from charteroak.clock import connecticut_day, format_instant
from charteroak.dossier.contents import DossierRequest
from charteroak.dossier.entries import entry_title
from charteroak.law.errors import UnknownStatuteError
from charteroak.law.safe_harbor.statute import load_statute
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry import Entry

_WIDTH = 78
_FICTION = "MADE-UP SAMPLE ORGANIZATION. NOTHING IN THIS DOSSIER HAPPENED.\n\n"

_OUTCOMES = {
    "record-supports-all-elements": "the record supports every element",
    "at-risk": "the record supports every element, and a six-month framework clock on which that rests ends soon",
    "indeterminate": "open: at least one element is uncertain or a question for counsel",
    "element-not-met": "at least one element is not met",
}
_STATUSES = {"met": "met", "not-met": "NOT MET", "uncertain": "uncertain", "counsel": "for counsel"}

NOT_LEGAL_ADVICE = (
    "This is not legal advice. Connecticut's act (Public Act 21-119) bars punitive damages in certain tort suits. "
    "It is no immunity and no affirmative defense. This dossier says what the record supports; a court decides."
)


def render_json(document: Mapping[str, Any]) -> bytes:
    """A JSON document for people: indented, members in the order given."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def render_read_me(request: DossierRequest, checkpoint: Checkpoint, late: Sequence[Entry], vkey: str) -> bytes:
    """One page: what is claimed, for which days, how to check it, and what it does not show."""
    withheld = sum(entry.body is None for entry in request.entries)
    parts = [
        _banner(request),
        f"DOSSIER OF {request.organisation.name}\n\n",
        _row("Interval", f"{_day(request.breach_from)} to {_day(request.breach_to)}, Connecticut days, both included"),
        _row("Known at", f"{format_instant(request.known_at)}: the determination rests on nothing recorded after it"),
        _row("Outcome", _outcome(request.determination)),
        _row("Record", f"{checkpoint.size} entries of the log {checkpoint.origin}"),
        _row("Late", _late_sentence(len(late))),
        _row("Withheld", f"{withheld} bodies, {len(request.not_enclosed)} files (not-enclosed.txt)"),
        _row("Log's key", vkey),
        _row("Made by", f"Charter Oak {request.software_version}"),
        _heading("What is claimed"),
        _paragraph(
            "The log's key signed exactly these entries, in this order, and nothing in this folder has changed since. "
            "Each entry has two times: when something was so, and when it was recorded. determination.txt says, "
            "element by element, what the record supported, and what it did not."
        ),
        _heading("How to check it"),
        _paragraph(
            "With public tools alone: run 'sh verify.sh' in this folder (it needs sh, openssl 3 or later, sha256sum "
            "and xxd), or follow VERIFY.md by hand. First compare the SHA-256 of MANIFEST.sha256 and of verify.sh, and "
            "the log's key above, with those that you were given apart from this folder."
        ),
        _heading("What it does not show"),
        _paragraph(
            "Digests and signatures show that a record is unchanged, never that it is true: that needs people who saw "
            "it and copies held by others. The times of recording are of this installation's own clock. No outside "
            "time-stamp and no witness stands in this dossier, so whoever held the log's key could have made the whole "
            "log anew before handing it out; a checkpoint that you or a third party kept from an earlier day rules "
            "that out for everything below it."
        ),
        "\n",
        _paragraph(NOT_LEGAL_ADVICE),
    ]
    return "".join(parts).encode()


def render_determination(request: DossierRequest) -> bytes:
    """The elements as rows that a person can read."""
    document = request.determination
    parts = [
        _banner(request),
        f"DETERMINATION FOR {request.organisation.name}\n\n",
        _row("Interval", f"{_day(request.breach_from)} to {_day(request.breach_to)}"),
        _row("Outcome", _outcome(document)),
    ]
    readings = document.get("readings")
    if isinstance(readings, Mapping):
        parts += [_row(_spaced(name), _outcome_words(value)) for name, value in readings.items()]
    parts.append(_row("Law reviewed", _text(document.get("reviewedOn"))))
    parts += [
        "\n",
        _paragraph("An exhibit entry:7 is the entry in entries/000007.header.json, with its body beside it."),
    ]
    questions = _questions(document.get("statute"))
    for element in _objects(document.get("elements")):
        parts += _element(element, questions)
    clocks = _objects(document.get("editionClocks"))
    if clocks:
        parts.append(_heading("Framework editions and their six months"))
        parts += [_bullet(_named_values(clock)) for clock in clocks]
    parts += ["\n", _paragraph(NOT_LEGAL_ADVICE)]
    return "".join(parts).encode()


def render_late_entries(request: DossierRequest, late: Sequence[Entry]) -> bytes:
    """Every late entry by name."""
    parts = [
        _banner(request),
        _paragraph(
            f"Entries that tell of {_day(request.breach_to)} or an earlier day but were recorded after it. They are "
            "part of the record and are marked here so that nobody takes them for what was on record at the time."
        ),
        "\n",
    ]
    if not late:
        parts.append("None.\n")
    for entry in late:
        header = entry.header
        days = (connecticut_day(header.recorded_at) - request.breach_to).days
        until = "" if header.occurred_to is None else f" to {header.occurred_to}"
        parts += [
            f"Entry {header.index}: {header.kind}: {entry_title(entry)}\n",
            _row("  occurred", f"{header.occurred_from}{until}"),
            _row("  recorded", f"{header.recorded}, {days} {'day' if days == 1 else 'days'} after the interval"),
            _row("  by", header.actor),
            "\n",
        ]
    return "".join(parts).encode()


def render_not_enclosed(reasons: Mapping[str, str]) -> bytes:
    """Digests that bodies name and whose bytes are not in the dossier, one a line; ``verify.sh`` reads this."""
    lines = (f"{sha256}  not enclosed: {' '.join(reason.split())}\n" for sha256, reason in sorted(reasons.items()))
    return "".join(lines).encode()


def _banner(request: DossierRequest) -> str:
    return _FICTION if request.organisation.is_fictional else ""


def _questions(statute: Any) -> dict[str, str]:
    """What each element of the statute asks; nothing for a statute that this release does not have."""
    try:
        return {element.id: element.question for element in load_statute(str(statute)).elements}
    except UnknownStatuteError:
        return {}


def _element(element: Mapping[str, Any], questions: Mapping[str, str]) -> Iterable[str]:
    code, status = _text(element.get("id")), _text(element.get("status"))
    assumed = ", assumed" if element.get("assumed") else ""
    yield f"\n{code:<5}{_STATUSES.get(status, status)}{assumed}\n"
    yield from _element_row("asks", questions.get(code, ""))
    for label, member in (
        ("why", "reason"),
        ("law", "citation"),
        ("exhibits", "exhibits"),
        ("would change", "wouldChange"),
    ):
        yield from _element_row(label, _text(element.get(member)))


def _element_row(label: str, value: str) -> Iterable[str]:
    if value:
        yield _row(f"     {label}", value, width=18)


def _late_sentence(count: int) -> str:
    if count == 0:
        return "no entry about this interval or before was recorded after it"
    entries = "1 entry" if count == 1 else f"{count} entries"
    return f"{entries} about this interval or before, recorded after it: late-entries.txt names each"


def _outcome(document: Mapping[str, Any]) -> str:
    return _outcome_words(document.get("outcome"))


def _outcome_words(value: Any) -> str:
    return _OUTCOMES.get(value, _text(value)) if isinstance(value, str) else _text(value) or "not determined"


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def _text(value: Any) -> str:
    """A JSON value in words: lists joined, members named, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _named_values(value)
    if isinstance(value, list | tuple):
        return "; ".join(_text(item) for item in value)
    return str(value)


def _named_values(values: Mapping[str, Any]) -> str:
    """``framework: nist-csf, edition: 2.0``; what has no value is left out."""
    texts = ((_spaced(str(name)).lower(), _text(value)) for name, value in values.items())
    return ", ".join(f"{name}: {text}" for name, text in texts if text)


def _spaced(name: str) -> str:
    """``wholeInterval`` as ``Whole interval``."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name)
    return words[:1].upper() + words[1:]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _row(label: str, value: str, *, width: int = 16) -> str:
    indent = " " * width
    return textwrap.fill(
        value, _WIDTH, initial_indent=f"{label:<{width}}", subsequent_indent=indent, break_on_hyphens=False,
        break_long_words=False,
    ) + "\n"  # fmt: skip


def _heading(text: str) -> str:
    return f"\n{text}\n"


def _paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_on_hyphens=False, break_long_words=False) + "\n"


def _bullet(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False) + "\n"
