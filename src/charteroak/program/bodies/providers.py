"""Bodies about a provider and its client: that one looks after the other, what was done, and that it ended."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from charteroak.program.bodies.fields import Body, Count, Digest, Files, Line, Part, Text

RelationStep = Literal["begun", "ended"]


class ProviderRelation(Body, frozen=True, kw_only=True):
    """A provider began to look after an organisation, or ceased to. It stands in both their ledgers."""

    step: RelationStep
    provider: Line
    client: Line
    by: Literal["client", "provider", "installation"]
    """Whose word it was."""
    reason: Text = ""


class StatedService(Part, frozen=True, kw_only=True):
    """Work of one kind: how many entries show it, and one digest over their leaf hashes."""

    kind: Line
    count: Count
    sha256: Digest


class ProviderStated(Body, frozen=True, kw_only=True):
    """A provider stated, signed with its own log's keys, what it did for a client in a period; no certificate."""

    provider: Line
    from_: date = field(name="from")
    to: date
    services: Annotated[tuple[StatedService, ...], Meta(max_length=50)]
    size: Count
    """Entries of the client's ledger when it was stated."""
    note_sha256: Digest
    stated_by: Line
    role: Line
    files: Files = ()


class RecordContinued(Body, frozen=True, kw_only=True):
    """The record came from another installation: its entries stand before this one, and a log of new keys goes on."""

    origin: Line
    """Of the log that it was before."""
    size: Count
    root: Digest
    keys: Annotated[tuple[Line, ...], Meta(max_length=20)]
    """The public keys that signed the last checkpoint there."""
    manifest_sha256: Digest
    """Of the dossier that was brought in and checked."""
