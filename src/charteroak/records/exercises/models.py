"""An exercise as it is set up and played: a space of its own, which nothing leaves but its report."""

from django.db import models

from charteroak.records.accounts.models import Organisation, User


class ExerciseSpace(models.Model):
    """One exercise: what is recorded in it carries it as ``space`` and exists for no live page, feed or count."""

    class State(models.TextChoices):
        """Where the exercise stands."""

        GATHERING = "gathering", "Players are joining"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="exercises", help_text="Who holds it and keeps its record."
    )
    invited = models.ManyToManyField(
        Organisation, blank=True, related_name="+", help_text="Other organisations that take part."
    )
    name = models.CharField(max_length=200)
    scenario = models.CharField(max_length=64, help_text="The scenario's code.")
    scenario_sha256 = models.CharField(max_length=64)
    scenario_text = models.TextField(
        help_text="The scenario as it was when the exercise was set up; later editions do not change it."
    )
    facilitator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    join_code = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=16, choices=State, default=State.GATHERING)
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return f"exercise {self.pk}"
