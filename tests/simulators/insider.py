"""Somebody with root: the database and the signing keys. Makes a new history that agrees with itself in every respect.

Entries, commitments, private parts, tree, projections and checkpoints are made anew, and every checkpoint is signed
with the stolen keys as if on its day. Nothing here goes through a use case of the product's.
"""

import dataclasses
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from charteroak.clock import parse_instant
from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.entry import Entry, body_commitment, header_bytes
from charteroak.ledger.note import NoteSigner
from charteroak.ledger.tree import append_leaf, hash_leaf, root_hash
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Cosignature, QueuedStamp, Refusal, Token
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.records.ledger.models import LedgerEntry, LedgerNode, LedgerPart
from charteroak.services.ledger import NodesInMemory, stored_entries
from charteroak.services.log_keys import key_files, origin_of
from charteroak.services.projections import rebuild_projections

Change = Callable[[list[Entry]], list[Entry]]


@dataclass(frozen=True)
class Insider:
    """What root can do to one organisation's record."""

    organisation: Organisation

    @property
    def stolen_keys(self) -> Sequence[NoteSigner]:
        """The log's private keys, from their files."""
        return key_files().load_log_keys(origin_of(self.organisation)).signers

    def rewrite(self, change: Change, *, signers: Sequence[NoteSigner] = ()) -> None:
        """Make the changed history the only one, signed throughout; what outsiders said of the old one goes."""
        entries = [
            _in_place(entry, index) for index, entry in enumerate(change(list(stored_entries(self.organisation))))
        ]
        with transaction.atomic():
            self.forget_outsiders()
            nodes = self._write_rows(entries)
            self._sign_again(len(entries), nodes, signers or self.stolen_keys)
            rebuild_projections(self.organisation, entries)

    def forget_outsiders(self) -> None:
        """Throw away every token, co-signature and refusal that is stored."""
        checkpoints = CheckpointRow.objects.filter(organisation=self.organisation)
        for model in (QueuedStamp, Cosignature, Token):
            model.objects.filter(checkpoint__in=checkpoints).delete()
        Refusal.objects.filter(organisation=self.organisation).delete()

    def set_column(self, index: int, column: str, value: object) -> None:
        """Overwrite one value of one entry's row."""
        LedgerEntry.objects.filter(organisation=self.organisation, index=index).update(**{column: value})

    def _write_rows(self, entries: Sequence[Entry]) -> NodesInMemory:
        mine = {"organisation": self.organisation}
        for model in (LedgerNode, LedgerPart):
            model.objects.filter(**mine).delete()
        rows = LedgerEntry.objects.filter(**mine)
        rows.filter(index__gte=len(entries))._raw_delete(connection.alias)
        kept = set(rows.values_list("index", flat=True))
        nodes: dict[tuple[int, int], bytes] = {}
        for index, entry in enumerate(entries):
            leaf_hash = hash_leaf(entry.header_bytes)
            nodes |= {(n.level, n.index): n.hash for n in append_leaf(index, leaf_hash, NodesInMemory(nodes))}
            columns = {
                "kind": entry.header.kind,
                "recorded": parse_instant(entry.header.recorded),
                "header": entry.header_bytes,
                "leaf_hash": leaf_hash,
                "body": entry.body,
                "salt": entry.salt,
            }
            if index in kept:
                rows.filter(index=index).update(**columns)
            else:
                LedgerEntry.objects.create(**mine, index=index, **columns)
            LedgerPart.objects.bulk_create(
                LedgerPart(**mine, index=index, name=name, value=part.value, salt=part.salt)
                for name, part in entry.parts.items()
            )
        LedgerNode.objects.bulk_create(
            LedgerNode(**mine, level=level, position=position, hash=hash_) for (level, position), hash_ in nodes.items()
        )
        return NodesInMemory(nodes)

    def _sign_again(self, size: int, nodes: NodesInMemory, signers: Sequence[NoteSigner]) -> None:
        for row in CheckpointRow.objects.filter(organisation=self.organisation):
            if row.size > size:
                row.delete()
                continue
            checkpoint = Checkpoint(origin_of(self.organisation), row.size, root_hash(row.size, nodes))
            CheckpointRow.objects.filter(pk=row.pk).update(note=sign_checkpoint(checkpoint, *signers))


def told_otherwise(entry: Entry, *, recorded: str = "", occurred: str = "", **body: bytes) -> Entry:
    """The same entry with other times, or with words of its body replaced (``old=b"..."``, ``new=b"..."``)."""
    header = entry.header
    if recorded:
        header = dataclasses.replace(header, recorded=recorded)
    if occurred:
        header = dataclasses.replace(header, occurred_from=occurred, occurred_to=None)
    if body:
        if entry.body is None:
            raise AssertionError
        salt, words = secrets.token_bytes(32), entry.body.replace(body["old"], body["new"])
        header = dataclasses.replace(header, body_sha256=body_commitment(salt, words).hex())
        entry = dataclasses.replace(entry, body=words, salt=salt)
    return dataclasses.replace(entry, header=header, header_bytes=header_bytes(header))


def _in_place(entry: Entry, index: int) -> Entry:
    header = dataclasses.replace(entry.header, index=index)
    return dataclasses.replace(entry, header=header, header_bytes=header_bytes(header))
