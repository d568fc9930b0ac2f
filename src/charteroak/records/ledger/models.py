"""The ledger as rows: entries with their bodies, their private parts, complete subtree hashes, signed checkpoints.

Rows are added, never changed; the only columns that may ever be emptied are a body, or a private part, each with its
salt (erasure), after which every proof still holds because the leaf commits to them by digest.
"""

from django.db import models

from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.fields import BytesField
from charteroak.records.ledger.projections import LedgerFact, LedgerRelation, ProjectionState

__all__ = [
    "Checkpoint",
    "LedgerEntry",
    "LedgerFact",
    "LedgerNode",
    "LedgerPart",
    "LedgerRelation",
    "ProjectionState",
]


class LedgerEntry(models.Model):
    """One leaf: the canonical header bytes, and the body it commits to."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ledger_entries")
    index = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=64)
    recorded = models.DateTimeField()
    header = BytesField()
    leaf_hash = BytesField(max_length=32)
    body = BytesField(null=True)
    salt = BytesField(null=True, max_length=32)

    class Meta:
        ordering = ("organisation_id", "index")
        constraints = (models.UniqueConstraint(fields=("organisation", "index"), name="ledger_one_leaf_per_index"),)

    def __str__(self) -> str:
        return f"entry:{self.index} {self.kind}"


class LedgerPart(models.Model):
    """A private part of an entry's body: canonical JSON with its own salt; both empty once it was erased."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    index = models.PositiveBigIntegerField()
    name = models.CharField(max_length=64)
    value = BytesField(null=True)
    salt = BytesField(null=True, max_length=32)

    class Meta:
        ordering = ("organisation_id", "index", "name")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "index", "name"), name="ledger_one_part_per_name"),
        )

    def __str__(self) -> str:
        return f"entry:{self.index} {self.name}"


class LedgerNode(models.Model):
    """The hash of a complete subtree of 2**level leaves (level 0 is a leaf hash)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    position = models.PositiveBigIntegerField()
    hash = BytesField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "level", "position"), name="ledger_one_hash_per_node"),
        )

    def __str__(self) -> str:
        return f"node {self.level}/{self.position}"


class Checkpoint(models.Model):
    """A signed C2SP checkpoint of one organisation's ledger, byte for byte as signed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.PositiveBigIntegerField()
    note = BytesField()
    created = models.DateTimeField()

    class Meta:
        ordering = ("organisation_id", "size")
        constraints = (models.UniqueConstraint(fields=("organisation", "size"), name="ledger_one_checkpoint_per_size"),)

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"
