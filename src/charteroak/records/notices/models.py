"""Notices of an incident: the answers that they need, versions of drafts, what was sent and what was taken back.

Rows are added and never changed; the newest counts. What hangs on an incident of an exercise is found by ``played``.
"""

from typing import TypeVar

from django.db import models

from charteroak.records.accounts.models import User
from charteroak.records.exercises.spaces import LiveManager, LiveOfIncident, PlayedManager, PlayedOfIncident
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class _LiveWithdrawal(LiveManager[_Row_co]):
    path = "sending__incident__space"


class _PlayedWithdrawal(PlayedManager[_Row_co]):
    path = "sending__incident__space"


class NoticeAnswers(models.Model):
    """All answers that the notices of an incident need, as known from one moment on."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notice_answers")
    answers = models.JSONField(help_text="By the key of the question; what is not known is not there.")
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "id")

    def __str__(self) -> str:
        return f"answers for notices of {self.incident}"


class NoticeVersion(models.Model):
    """A draft as it was kept: the words that people added, and the whole document as it stood then."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notice_versions")
    notice = models.CharField(max_length=64, help_text="The notice's id, such as attorney-general.")
    language = models.CharField(max_length=8, default="en")
    number = models.PositiveIntegerField(help_text="From 1 for each notice and language of the incident.")
    words = models.JSONField(default=dict, help_text="People's own paragraphs, by the item that they belong to.")
    document = models.JSONField(help_text="The blocks of the draft.")
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "notice", "language", "number"), name="notices_one_version_per_number"
            ),
        )

    def __str__(self) -> str:
        return f"version {self.number} of {self.notice} ({self.language}), {self.incident}"


class NoticeSending(models.Model):
    """That a notice was sent, by a person, to somebody: which exact bytes, and what proves it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notice_sendings")
    notice = models.CharField(max_length=64)
    language = models.CharField(max_length=8, default="en")
    duties = models.JSONField(help_text="Rows of the table of duties that it satisfies, as code/part.")
    to = models.CharField(max_length=300)
    sent = models.DateTimeField()
    how = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of exactly what was sent; empty if not at hand.")
    name = models.CharField(max_length=255, blank=True)
    proof_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the receipt or other proof.")
    note = models.TextField(max_length=5000, blank=True)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(
        LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+", help_text="None in an exercise."
    )

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "sent", "id")

    def __str__(self) -> str:
        return f"{self.notice} of {self.incident} sent {self.sent:%Y-%m-%d %H:%M}"


class NoticeWithdrawal(models.Model):
    """That a sending was recorded by mistake. The sending stays, and counts no more."""

    sending = models.OneToOneField(NoticeSending, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(max_length=5000)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(
        LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+", help_text="None in an exercise."
    )

    objects = _LiveWithdrawal()
    played = _PlayedWithdrawal()

    def __str__(self) -> str:
        return f"withdrawal of sending {self.sending_id}"
