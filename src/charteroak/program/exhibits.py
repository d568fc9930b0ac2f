"""Files that entries name: where each came into the record, what it was called, and what became of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from charteroak.program.bodies import ContentErased, ProgramAdopted
from charteroak.program.recorded import RecordedFact


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file as one entry names it."""

    sha256: str
    name: str
    media_type: str
    size: int | None
    entry: int


def exhibits_of(fact: RecordedFact) -> Iterator[Exhibit]:
    """The files that an entry names: evidence of any kind, and an adopted version's document."""
    if isinstance(fact.body, ProgramAdopted):
        yield Exhibit(fact.body.document_sha256, fact.body.title, "", None, fact.index)
    files = getattr(fact.body, "files", ())
    # A hunt has a member of this name too: the number of files that it read.
    for file in files if isinstance(files, tuple) else ():
        yield Exhibit(file.sha256, file.name, file.media_type, file.size, fact.index)


def exhibits(facts: Iterable[RecordedFact]) -> dict[str, list[Exhibit]]:
    """Every file of the record by its digest, with each entry that names it, in order."""
    found: dict[str, list[Exhibit]] = {}
    for fact in facts:
        for exhibit in exhibits_of(fact):
            found.setdefault(exhibit.sha256, []).append(exhibit)
    return found


@dataclass(frozen=True, slots=True)
class Erased:
    """What the record says was erased, each with the entry that says so."""

    entries: Mapping[int, int]
    parts: Mapping[str, int]
    sha256: Mapping[str, int]


def erased_content(facts: Iterable[RecordedFact]) -> Erased:
    """The tombstones of the record. A part is named ``<entry>/<member>``."""
    entries: dict[int, int] = {}
    parts: dict[str, int] = {}
    sha256: dict[str, int] = {}
    for fact in facts:
        if isinstance(fact.body, ContentErased):
            entries |= dict.fromkeys(fact.body.entries, fact.index)
            parts |= dict.fromkeys(fact.body.parts, fact.index)
            sha256 |= dict.fromkeys(fact.body.sha256, fact.index)
    return Erased(entries, parts, sha256)
