"""Where each client stands, worked out beforehand, so that a portfolio of hundreds opens at once.

A row can be thrown away and made again from the ledger at any time; no answer about a client rests on it.
"""

from django.db import models

from charteroak.records.accounts.models import Organisation


class ProgramStanding(models.Model):
    """One organisation's standing on a day, with what it was worked out from. Other inputs make it stale, not wrong."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="standing")
    evaluated = models.DateTimeField()
    day = models.DateField(help_text="The Connecticut day that it speaks of.")
    ledger_size = models.PositiveBigIntegerField()
    practices_version = models.CharField(max_length=64)
    law_version = models.CharField(max_length=64)
    facts = models.JSONField(help_text="The facts document of that day.")
    facts_before = models.JSONField(null=True, help_text="The same a week before; none where nothing was on record.")
    record = models.JSONField(help_text="What the record alone says.")
    law = models.JSONField(help_text="What the statute makes of it.")
    sha256 = models.CharField(max_length=64, help_text="The digest of day, record and law together.")
    outcome = models.CharField(max_length=32)
    not_met = models.PositiveSmallIntegerField()
    undecided = models.PositiveSmallIntegerField()
    slips = models.PositiveIntegerField()
    stale = models.PositiveIntegerField()
    open_gaps = models.PositiveIntegerField()
    overdue_gaps = models.PositiveIntegerField()
    first_clock = models.DateField(null=True)
    last_recorded = models.DateField(null=True)
    cost_high = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ("organisation_id",)

    def __str__(self) -> str:
        return f"{self.organisation_id} on {self.day}"
