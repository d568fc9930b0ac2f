"""Reading entries for a dossier: which were recorded late, which evidence they name, what is not at hand of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from charteroak.canonical import parse_json
from charteroak.clock import connecticut_day
from charteroak.ledger.entry import Entry

_KINDS_WITH_FILES = frozenset(
    {
        "evidence.recorded",
        "exercise.held",
        "training.completed",
        "start.finished",
        "document.imported",
        "provider.stated",
        "item.taken",
    }
)


@dataclass(frozen=True, slots=True)
class NamedDigest:
    """A digest that a body names as evidence, and the entry that does."""

    sha256: str
    index: int


def late_entries(entries: Iterable[Entry], breach_to: date) -> list[Entry]:
    """Entries that tell of the interval or of what came before it, but were recorded after its end.

    Days are Connecticut days. What began by the last day of the interval counts as of that time even if it lasted on.
    """
    return [
        entry
        for entry in entries
        if entry.header.occurred_days[0] <= breach_to < connecticut_day(entry.header.recorded_at)
    ]


def named_digests(entry: Entry) -> Iterator[NamedDigest]:
    """The digests of files that an entry's body rests on: evidence files, and the adopted written program.

    Other digests in bodies (an indicator's value, a hunted list, an item in custody) are facts, not exhibits.
    """
    kind = entry.header.kind
    if kind not in _KINDS_WITH_FILES and kind != "program.adopted":
        return
    body = read_body(entry)
    if kind == "program.adopted" and isinstance(body.get("documentSha256"), str):
        yield NamedDigest(body["documentSha256"], entry.header.index)
    if kind == "item.taken" and isinstance(body.get("sha256"), str):
        yield NamedDigest(body["sha256"], entry.header.index)
    files = body.get("files")
    for file in files if isinstance(files, list) else ():
        if isinstance(file, dict) and isinstance(file.get("sha256"), str):
            yield NamedDigest(file["sha256"], entry.header.index)


def read_body(entry: Entry) -> dict[str, Any]:
    """The body's members; none where it is withheld or is no JSON object.

    Raises:
        CanonicalError: the body is at hand and is no JSON.
    """
    document = None if entry.body is None else parse_json(entry.body)
    return document if isinstance(document, dict) else {}
