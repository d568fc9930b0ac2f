"""Projections of the ledger: rows that only serve to find entries. They can be thrown away and made again.

An answer is made from the entries that these rows lead to, never from the rows. The rows are written in the transaction
of their entry and never changed, except by erasure of a whole body, after which the entry is projected again.
"""

from django.db import models
from django.db.models import Q

from charteroak.records.accounts.models import Organisation


class LedgerFact(models.Model):
    """One entry as it is found again: its kind and subject, and its days on both axes of time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    index = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=255)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    end_day = models.DateField()
    began = models.DateTimeField()
    holds_from = models.DateField()
    holds_to = models.DateField(null=True)
    recorded = models.DateTimeField()
    recorded_day = models.DateField()
    span = models.PositiveSmallIntegerField()
    lag = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("organisation_id", "index")
        constraints = (models.UniqueConstraint(fields=("organisation", "index"), name="ledger_one_fact_per_entry"),)
        indexes = (
            models.Index(fields=("organisation", "kind", "index"), name="ledger_fact_of_kind"),
            models.Index(fields=("organisation", "kind", "subject", "began", "index"), name="ledger_fact_of_subject"),
            models.Index(fields=("organisation", "began", "index"), name="ledger_fact_by_beginning"),
            models.Index(fields=("organisation", "recorded", "index"), name="ledger_fact_by_recording"),
            models.Index(
                fields=("organisation", "kind", "subject", "end_day", "began", "index"),
                name="ledger_fact_of_period",
                condition=Q(span__gt=0),
            ),
            models.Index(
                fields=("organisation", "span", "began", "index"), name="ledger_fact_by_span", condition=Q(span__gt=0)
            ),
            models.Index(
                fields=("organisation", "lag", "began", "index"), name="ledger_fact_by_lag", condition=Q(lag__gt=0)
            ),
            models.Index(fields=("organisation", "index"), name="ledger_fact_not_understood", condition=Q(subject="?")),
        )

    def __str__(self) -> str:
        return f"entry:{self.index} {self.kind} {self.subject}"


class LedgerRelation(models.Model):
    """What one entry does to an earlier one: corrects, supersedes, erases, rests on, answers."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    index = models.PositiveBigIntegerField()
    relation = models.CharField(max_length=16)
    target = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("organisation_id", "index", "relation", "target")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "target", "relation", "index"), name="ledger_one_relation_each"
            ),
        )
        indexes = (models.Index(fields=("organisation", "index"), name="ledger_relation_of_entry"),)

    def __str__(self) -> str:
        return f"entry:{self.index} {self.relation} entry:{self.target}"


class ProjectionState(models.Model):
    """That an organisation's projections are whole, and by which rules they were made."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.version
