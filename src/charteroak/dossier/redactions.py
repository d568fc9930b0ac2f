"""Redacted copies: what is left out of a copy on purpose, and the map that says so with the digests that stay.

A redaction names a body, a private part of a body, or a file, with the reason and the basis (a privilege, an order, a
statute). The commitment to what is withheld stands in the signed log, so that what is shown later can be checked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, TypeAlias

from charteroak.dossier.entries import named_digests
from charteroak.dossier.parts.enclosures import Withheld
from charteroak.errors import InputError, SourceLocation
from charteroak.ledger.entry import Entry
from charteroak.program.bodies import ContentErased
from charteroak.program.exhibits import erased_content
from charteroak.program.recorded import RecordedFact

_What: TypeAlias = Literal["body", "private part", "file"]
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEMBERS = frozenset({"entry", "part", "sha256", "reason", "basis"})
_LINE_LIMIT = 300
LIMIT = 10_000
"""Redactions in one list."""


class RedactionError(InputError):
    """A list of redactions cannot be used; the place in it is named."""

    code: ClassVar[str] = "dossier.redaction"


@dataclass(frozen=True, slots=True)
class Redaction:
    """One thing to withhold: an entry's body with all its parts, one private part of it, or a file."""

    reason: str
    basis: str
    entry: int | None = None
    part: str | None = None
    sha256: str | None = None


def parse_redactions(document: Any) -> tuple[Redaction, ...]:
    """Redactions from JSON: ``[{"entry": 4, "part": "note", "reason": "...", "basis": "attorney-client"}, ...]``.

    ``part`` is left out for a whole body; a file is named by ``sha256`` instead of ``entry``.

    Raises:
        RedactionError: it has another form.
    """
    if not isinstance(document, list):
        raise RedactionError("A list of redactions is a JSON list.", remedy='Write [{"entry": 4, "reason": "..."}].')
    if len(document) > LIMIT:
        raise RedactionError(f"At most {LIMIT} redactions at once.")
    return tuple(_redaction(item, number) for number, item in enumerate(document))


def _redaction(item: Any, number: int) -> Redaction:
    place = SourceLocation(pointer=f"/{number}")
    if not isinstance(item, Mapping) or set(item) - _MEMBERS:
        raise RedactionError(f"A redaction is an object with {', '.join(sorted(_MEMBERS))}.", location=place)
    entry, part, sha256 = item.get("entry"), item.get("part"), item.get("sha256")
    if (entry is None) == (sha256 is None) or (part is not None and entry is None):
        raise RedactionError(
            "A redaction names an entry (and perhaps a part of it) or a file's sha256.", location=place
        )
    if entry is not None and (not isinstance(entry, int) or isinstance(entry, bool) or entry < 0):
        raise RedactionError("An entry is named by its number.", location=SourceLocation(pointer=f"/{number}/entry"))
    if part is not None and not isinstance(part, str):
        raise RedactionError("A part is named by a text.", location=SourceLocation(pointer=f"/{number}/part"))
    if sha256 is not None and (not isinstance(sha256, str) or _DIGEST.fullmatch(sha256) is None):
        raise RedactionError(
            "A file is named by its SHA-256 in hexadecimal.", location=SourceLocation(pointer=f"/{number}/sha256")
        )
    return Redaction(
        _line(item, "reason", number, needed=True), _line(item, "basis", number, needed=False), entry, part, sha256
    )


def _line(item: Mapping[str, Any], member: str, number: int, *, needed: bool) -> str:
    value = item.get(member, "")
    line = " ".join(value.split()) if isinstance(value, str) else None
    if line is None or (needed and not line) or len(line) > _LINE_LIMIT:
        raise RedactionError(
            f"Give the {member} as a text of at most {_LINE_LIMIT} characters.",
            location=SourceLocation(pointer=f"/{number}/{member}"),
        )
    return line


def redact(entries: Sequence[Entry], redactions: Sequence[Redaction]) -> list[Entry]:
    """The entries without what is to be withheld; headers and places stay.

    Raises:
        RedactionError: there is no such entry, part or file; nothing may be left in by a slip of the pen.
    """
    bodies = {each.entry for each in redactions if each.entry is not None and each.part is None}
    parts = {(each.entry, each.part) for each in redactions if each.entry is not None and each.part is not None}
    files = {named.sha256 for entry in entries for named in named_digests(entry)}
    for number, each in enumerate(redactions):
        _check_exists(each, number, entries, files)
    return [_without(entry, bodies, parts) for entry in entries]


def _check_exists(each: Redaction, number: int, entries: Sequence[Entry], files: set[str]) -> None:
    place = SourceLocation(pointer=f"/{number}")
    if each.sha256 is not None and each.sha256 not in files:
        raise RedactionError(f"No entry names a file with SHA-256 {each.sha256}.", location=place)
    if each.entry is not None and each.entry >= len(entries):
        raise RedactionError(f"There is no entry {each.entry}; the record has {len(entries)}.", location=place)
    if each.entry is not None and each.part is not None:
        private = sorted(entries[each.entry].header.private)
        if each.part not in private:
            raise RedactionError(
                f"Entry {each.entry} has no private part {each.part!r}.",
                remedy=f"It has: {', '.join(private) or 'none; withhold the whole body'}.",
                location=place,
            )


def _without(entry: Entry, bodies: set[int], parts: set[tuple[int, str]]) -> Entry:
    index = entry.header.index
    if index in bodies:
        return replace(entry, body=None, salt=None, parts={})
    kept = {name: part for name, part in entry.parts.items() if (index, name) not in parts}
    return entry if len(kept) == len(entry.parts) else replace(entry, parts=kept)


def withheld_of(
    entries: Iterable[Entry],
    redactions: Sequence[Redaction],
    facts: Sequence[RecordedFact],
    not_enclosed: Mapping[str, str],
) -> tuple[Withheld, ...]:
    """Everything that a copy does not hold, each with the reason: withheld on purpose, erased, or not at hand.

    ``entries`` are those of the copy; ``facts`` those of the whole record, among which the tombstones stand.
    """
    erased = erased_content(facts)
    tombstones = {fact.index: fact.body for fact in facts if isinstance(fact.body, ContentErased)}

    def line(what: _What, entry: int | None, name: str, commitment: str, tombstone: int | None) -> Withheld:
        given = _redaction_of(redactions, what, entry, name, commitment)
        if given is not None:
            return Withheld(what, entry, name, commitment, "redaction", given.reason, given.basis)
        body = None if tombstone is None else tombstones.get(tombstone)
        if body is not None:
            return Withheld(what, entry, name, commitment, "erasure", body.basis, body.approved_by, tombstone)
        reason = not_enclosed.get(commitment, "The installation no longer holds it, and no entry says why.")
        return Withheld(what, entry, name, commitment, "not at hand", reason)

    found: list[Withheld] = []
    for entry in entries:
        index, header = entry.header.index, entry.header
        if entry.body is None:
            found.append(line("body", index, "body", header.body_sha256, erased.entries.get(index)))
        for name in entry.withheld:
            tombstone = erased.parts.get(f"{index}/{name}", erased.entries.get(index))
            found.append(line("private part", index, name, header.private[name], tombstone))
    found += [line("file", None, "file", sha256, erased.sha256.get(sha256)) for sha256 in sorted(not_enclosed)]
    return tuple(found)


def _redaction_of(
    redactions: Sequence[Redaction], what: _What, entry: int | None, name: str, commitment: str
) -> Redaction | None:
    def matches() -> Iterator[Redaction]:
        for each in redactions:
            if what == "file":
                if each.sha256 == commitment:
                    yield each
            elif each.entry == entry and (each.part is None or (what == "private part" and each.part == name)):
                yield each

    return next(matches(), None)
