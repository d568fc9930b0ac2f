"""The ledger as rows: entries with their bodies, complete subtree hashes, signed checkpoints.

Rows are added, never changed; the only column that may ever be emptied is a body with its salt (erasure), after which
every proof still holds because the leaf commits to the body by digest.
"""

from django.db import models

from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.fields import BytesField


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
