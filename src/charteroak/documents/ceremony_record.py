"""The record of a key ceremony: what was done with a log's keys, where, before whom; signed by hand."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from charteroak.documents.blocks import AnyBlock, Document, Heading, Items, Mono, Note, Paragraph, Signature, Terms
from charteroak.documents.dossier_document import Part, Subject
from charteroak.documents.wording import count, moment, terms

_TITLES = {
    "created": "New keys of an evidence log",
    "rotated": "Keys of an evidence log replaced",
    "compromised": "Keys of an evidence log given up as compromised",
    "retired": "Keys of an evidence log retired",
}
_STEPS = (
    "Compare each key below, letter by letter, with the one that the screen or the command shows.",
    "Read the fingerprints aloud; each witness follows on a copy of this page.",
    "Sign. One copy stays with the organization, one goes to somebody outside who will be asked later.",
)

_SIGNED = "Each of us saw the keys above made or shown, compared them with this page, and signs for that alone."


class CeremonyKey(Part, frozen=True, kw_only=True):
    """A key: its line as C2SP writes it, its kind, and the SHA-256 of its public half."""

    vkey: str
    algorithm: str
    sha256: str = ""


class CeremonyRecord(Part, frozen=True, kw_only=True):
    """Everything that the page says. ``entry`` and ``body_sha256`` name the ledger entry of the ceremony."""

    organisation: Subject
    action: Literal["created", "rotated", "compromised", "retired"]
    keys: tuple[CeremonyKey, ...]
    at: str
    """The place."""
    when: datetime
    witnesses: tuple[str, ...] = ()
    since: datetime | None = None
    """For a compromise: from when on signatures are not to be believed."""
    reason: str = ""
    led_by: str = ""
    origin: str
    size: int
    entry: int | None = None
    body_sha256: str = ""


def render_ceremony(record: CeremonyRecord) -> bytes:
    """The PDF, one page for up to a handful of keys.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(ceremony_pages(record))


def ceremony_pages(record: CeremonyRecord) -> Document:
    """The record as blocks."""
    entry = "" if record.entry is None else f"Entry {record.entry}, body {record.body_sha256[:16]}. "
    since = () if record.since is None else (("Not believed since", moment(record.since)),)
    people = (*((record.led_by,) if record.led_by else ()), *record.witnesses)
    return Document(
        title=_TITLES[record.action],
        subtitle=f"{record.organisation.name}, {moment(record.when)}",
        dated=record.when,
        footer=f"{entry}Log {record.origin}, {count(record.size, 'entry', 'entries')}",
        banner="MADE-UP SAMPLE: NOTHING IN IT HAPPENED" if record.organisation.is_fictional else "",
        body=(
            Terms(
                terms(
                    ("Log", record.origin),
                    ("Where", record.at),
                    ("When", moment(record.when)),
                    *since,
                    ("Why", record.reason),
                    ("Led by", record.led_by),
                    ("Witnesses", ", ".join(record.witnesses) or "nobody is named"),
                )
            ),
            Heading("The keys"),
            *(block for key in record.keys for block in _key(key)),
            Heading("What to do"),
            Items(tuple((step,) for step in _STEPS), ordered=True),
            Paragraph((_SIGNED,), numbered=False),
            *(Signature((f"{person}, date",)) for person in people or ("Name, date", "Name, date")),
            Note(
                "What this page is worth.",
                ("It ties a key to a day and to people. It says nothing about what is signed with the key.",),
            ),
        ),
    )


def _key(key: CeremonyKey) -> Iterator[AnyBlock]:
    yield Heading(key.algorithm, 2)
    yield Terms(terms(("Key", (Mono(key.vkey),)), ("SHA-256", (Mono(key.sha256),) if key.sha256 else "")))
