"""Work on an incident: assessments, playbooks, tasks, the order of events, logs that were read.

Rows are added and never changed; the newest counts. What hangs on an incident of an exercise is found by ``played``.
"""

from django.db import models

from charteroak.records.accounts.models import User
from charteroak.records.exercises.spaces import LiveOfIncident, PlayedOfIncident
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.records.ledger.models import LedgerEntry


class SeverityAssessment(models.Model):
    """How severe an incident was judged to be from one moment on: the answers, and what followed from them then."""

    class VictimsFrom(models.TextChoices):
        """How the number of victims is known."""

        ALONE = "alone", "Nobody knows of others"
        CAMPAIGN = "campaign", "The desk links a report of it to a campaign"
        STATED = "stated", "A person says so"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="assessments")
    answers = models.JSONField(help_text="For each factor that was answered, the options it may be.")
    victims = models.PositiveIntegerField(default=1, help_text="Of the same campaign, this one too.")
    victims_from = models.CharField(max_length=16, choices=VictimsFrom, default=VictimsFrom.ALONE)
    found = models.JSONField(help_text="Both scores as they were, with the numbers that they rest on.")
    low_level = models.PositiveSmallIntegerField(help_text="Of the national schema, by our profile.")
    high_level = models.PositiveSmallIntegerField()
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(
        LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+", help_text="None in an exercise."
    )

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "id")

    def __str__(self) -> str:
        return f"severity of {self.incident} at {self.recorded:%Y-%m-%d %H:%M}"


class PlaybookChoice(models.Model):
    """Which playbooks an incident follows from one moment on, and when their clocks began."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="playbook_choices")
    playbooks = models.JSONField(help_text="Codes, the first one first.")
    start = models.DateTimeField(help_text="When it was noticed: from here each task has its time.")
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "id")

    def __str__(self) -> str:
        return f"playbooks of {self.incident} at {self.recorded:%Y-%m-%d %H:%M}"


class TaskStep(models.Model):
    """One thing that was said about a task: done, not needed, handed to another, taken up again."""

    class Outcome(models.TextChoices):
        """What was said; the words of the ledger's ``task.done``."""

        DONE = "done", "Done"
        NOT_NEEDED = "not-needed", "Not needed"
        REASSIGNED = "reassigned", "Handed to another"
        REOPENED = "reopened", "Taken up again"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="task_steps")
    task = models.CharField(max_length=130, help_text="<playbook>/<step>")
    outcome = models.CharField(max_length=16, choices=Outcome)
    owner = models.CharField(max_length=200, blank=True, help_text="To whom it was handed.")
    note = models.TextField(blank=True)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(
        LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+", help_text="None in an exercise."
    )

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "id")
        indexes = (models.Index(fields=("incident", "task"), name="incident_work_steps_of_task"),)

    def __str__(self) -> str:
        return f"{self.task} of {self.incident}: {self.outcome}"


class EventOrder(models.Model):
    """What a person says of two events: that one came before the other; or, withdrawn, that this is no longer said."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="event_orders")
    before = models.ForeignKey(IncidentEvent, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(IncidentEvent, on_delete=models.PROTECT, related_name="+")
    withdrawn = models.BooleanField(default=False)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "id")

    def __str__(self) -> str:
        return f"{self.before_id} before {self.after_id}"


class LogReading(models.Model):
    """A log that was read for an incident: its digest, how its times were taken, and what it proposes.

    The log itself is not kept. ``proposals`` is what a person may take into the timeline; an event that came of one
    names the reading and the proposal's number in its detail.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="log_readings")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    zone = models.CharField(max_length=64, help_text="Of times that name none.")
    skew_seconds = models.IntegerField(
        default=0, help_text="What the source's clock lacks: added to each of its times."
    )
    summary = models.JSONField(help_text="Lines, matches, what could not be read, what has no time.")
    proposals = models.JSONField()
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "-id")

    def __str__(self) -> str:
        return f"log {self.sha256[:8]} of {self.incident}"
