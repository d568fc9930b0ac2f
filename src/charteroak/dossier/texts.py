"""The pages of a dossier that people read without a PDF reader. Plain text; no rule is applied here."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from charteroak.clock import format_instant
from charteroak.dossier.contents import DossierRequest, PartDocument
from charteroak.ledger.checkpoint import Checkpoint

_WIDTH = 78
_LABEL = 18
_FICTION = "MADE-UP SAMPLE ORGANIZATION. NOTHING IN THIS DOSSIER HAPPENED.\n\n"

OUTCOMES = {
    "record-supports-all-elements": "the record supports every element",
    "at-risk": "the record supports every element, and a six-month framework clock on which that rests ends soon",
    "indeterminate": "open: at least one element is uncertain or a question for counsel",
    "element-not-met": "at least one element is not met",
}

NOT_LEGAL_ADVICE = (
    "This is not legal advice. Connecticut's act (Public Act 21-119) bars punitive damages in certain tort suits. "
    "It is no immunity and no affirmative defense. This dossier says what the record supports; a court decides."
)


def render_json(document: Mapping[str, Any]) -> bytes:
    """A JSON document for people: indented, members in the order given."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def render_read_me(request: DossierRequest, checkpoint: Checkpoint, late: int) -> bytes:
    """One page: what is claimed, for which days, how to check it, and what it does not show."""
    bodies = sum(entry.body is None for entry in request.entries)
    private = sum(len(entry.withheld) for entry in request.entries)
    stamps = [stamp.is_outside for signed in request.checkpoints for stamp in signed.stamps]
    witnessed = [each.is_outside for signed in request.checkpoints for each in signed.cosignatures]
    tokens, cosignatures = sum(stamps), sum(witnessed)
    inside = len(stamps) + len(witnessed) - tokens - cosignatures
    parts = [
        _banner(is_fictional=request.organisation.is_fictional),
        f"DOSSIER OF {request.organisation.name}\n\n",
        _row("Interval", f"{_day(request.breach_from)} to {_day(request.breach_to)}, Connecticut days, both included"),
        _row("Known at", f"{format_instant(request.known_at)}: the determination rests on nothing recorded after it"),
        _row("Outcome", OUTCOMES.get(request.outcome, request.outcome)),
        _row("Record", f"{checkpoint.size} entries of the log {checkpoint.origin}"),
        _row("Late", _late_sentence(late)),
        _row("Not enclosed", f"{bodies} bodies, {private} private parts, {len(request.not_enclosed)} files: part 12"),
        _row("Outside anchors", _anchor_sentence(tokens, cosignatures, inside)),
        *(_row("Log's key", vkey) for vkey in request.keys.public.vkeys),
        _row("Made by", f"Charter Oak {request.software_version}"),
        _heading("What is in it"),
        *(_row(f"  {part.number}", f"{part.title}. {part.lead}", width=6) for part in request.parts),
        _row("  15", "How to check it: VERIFY.md (by hand, on Linux, macOS and Windows) and verify.sh.", width=6),
        _heading("How to check it"),
        _paragraph(
            "With public tools alone: run 'sh verify.sh' in this folder (it needs sh, sha256sum or shasum, openssl and "
            "xxd), or follow VERIFY.md by hand. First compare the SHA-256 of MANIFEST.sha256 and of verify.sh, and the "
            "log's keys above, with those that you were given apart from this folder."
        ),
        _heading("What it does not show"),
        _paragraph(
            "Digests and signatures show that a record is unchanged, never that it is true: that needs people who saw "
            "it and copies held by others. The times of recording are of the installation's own clock. "
            + (
                "What the authorities and witnesses in part 09 vouch for could not be rewritten after the times that "
                "they name, not even by whoever holds the log's keys; what was recorded after the newest of them could."
                if tokens or cosignatures
                else "No outsider has seen this ledger yet: whoever held the log's keys could have made the whole log "
                "anew before handing it out; a checkpoint that a third party kept from an earlier day rules that out "
                "for everything below it."
            )
        ),
        "\n",
        _paragraph(NOT_LEGAL_ADVICE),
    ]
    return "".join(parts).encode()


def render_part(part: PartDocument, *, is_fictional: bool) -> bytes:
    """A part's facts as rows that a person can read: the same as its JSON, in the same order."""
    lines = [
        _banner(is_fictional=is_fictional),
        f"{part.number}  {part.title.upper()}\n\n",
        _paragraph(part.lead),
        "\n",
        *_members(part.document, 0),
        "\n",
        _paragraph(NOT_LEGAL_ADVICE),
    ]
    return "".join(lines).encode()


def render_not_enclosed(reasons: Mapping[str, str]) -> bytes:
    """Digests that bodies name and whose bytes are not in the dossier, one a line; ``verify.sh`` reads this."""
    lines = (f"{sha256}  not enclosed: {' '.join(reason.split())}\n" for sha256, reason in sorted(reasons.items()))
    return "".join(lines).encode()


def _members(document: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, value in document.items():
        label = f"{'  ' * depth}{spaced(name)}"
        if isinstance(value, Mapping) and value:
            yield f"{label}\n"
            yield from _members(value, depth + 1)
        elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            yield f"{label}\n"
            for item in value:
                yield from _item(item, depth + 1)
        else:
            yield _row(label, words(value) or "none on record")


def _item(item: Any, depth: int) -> Iterator[str]:
    """One object of a list: its rows, the first of them marked."""
    if not isinstance(item, Mapping):
        yield _row("  " * depth + "-", words(item), width=2 * depth + 2)
        return
    rows = "".join(
        _members({name: value for name, value in item.items() if value not in (None, "", [], ())}, depth + 1)
    )
    indent = "  " * depth
    yield f"{indent}- {rows[len(indent) + 2 :]}"


def words(value: Any) -> str:
    """A JSON value in words: lists joined, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(words(item) for item in value)
    return " ".join(str(value).split())


def spaced(name: str) -> str:
    """``wholeInterval`` as ``Whole interval``; what is no member name is left as it is."""
    if not name.isidentifier():
        return name
    text = "".join(f" {c.lower()}" if c.isupper() else c for c in name)
    return text[:1].upper() + text[1:]


def _banner(*, is_fictional: bool) -> str:
    return _FICTION if is_fictional else ""


def _late_sentence(count: int) -> str:
    if count == 0:
        return "no entry about this interval or before was recorded after it"
    entries = "1 entry" if count == 1 else f"{count} entries"
    return f"{entries} about this interval or before, recorded after it: part 10 names each"


def _anchor_sentence(tokens: int, cosignatures: int, inside: int) -> str:
    own = f"; {inside} of whoever runs the log, not counted" if inside else ""
    if tokens == cosignatures == 0:
        return f"no outsider has seen this ledger yet{own}: part 09"
    return f"{tokens} time-stamps, {cosignatures} co-signatures of witnesses{own}: part 09"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _row(label: str, value: str, *, width: int = _LABEL) -> str:
    head = f"{label:<{width}}" if len(label) < width else f"{label}  "
    if len(head) + len(value) <= _WIDTH:
        return f"{head}{value}".rstrip() + "\n"
    return textwrap.fill(
        value or " ", max(_WIDTH, len(head) + 40), initial_indent=head, subsequent_indent=" " * width,
        break_on_hyphens=False, break_long_words=False, drop_whitespace=True,
    ).rstrip() + "\n"  # fmt: skip


def _heading(text: str) -> str:
    return f"\n{text}\n"


def _paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_on_hyphens=False, break_long_words=False) + "\n"
