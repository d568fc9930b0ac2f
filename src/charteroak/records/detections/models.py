"""Hunts over a member's own logs. The matches stay with the member; only counts ever leave."""

from django.db import models

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry


class HuntRun(models.Model):
    """One run: what was searched, what was found, what could not be read."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="hunt_runs")
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="+")
    run_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    started = models.DateTimeField()
    indicators = models.PositiveIntegerField()
    summary = models.JSONField()
    matches = models.JSONField(help_text="The first matches, for the member's eyes only.")

    class Meta:
        ordering = ("-started", "-id")

    def __str__(self) -> str:
        return f"hunt of {self.started:%Y-%m-%d}"
