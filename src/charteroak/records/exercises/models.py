"""An exercise as it is set up and played: a space of its own, which nothing leaves but its report."""

from django.db import models

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry


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
    factor = models.PositiveSmallIntegerField(default=1, help_text="Exercise minutes in a minute; 0: moved by hand.")
    entry = models.ForeignKey(
        LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+", help_text="That it was played."
    )
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return f"exercise {self.pk}"


class ClockStep(models.Model):
    """One turn of an exercise's clock. Rows are added and never changed; the time is computed from them."""

    class Kind(models.TextChoices):
        """What the facilitator did."""

        START = "start", "Started"
        PAUSE = "pause", "Paused"
        RESUME = "resume", "Went on"
        SKIP = "skip", "Moved forward"
        END = "end", "Ended"

    space = models.ForeignKey(ExerciseSpace, on_delete=models.PROTECT, related_name="clock_steps")
    kind = models.CharField(max_length=8, choices=Kind)
    moment = models.DateTimeField()
    skipped_seconds = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("space_id", "id")

    def __str__(self) -> str:
        return f"{self.kind} of {self.space}"


class Player(models.Model):
    """Somebody with a part in an exercise, with or without an account."""

    space = models.ForeignKey(ExerciseSpace, on_delete=models.PROTECT, related_name="players")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=64, help_text="A role of the scenario.")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    joined = models.DateTimeField()

    class Meta:
        ordering = ("space_id", "id")

    def __str__(self) -> str:
        return f"player {self.pk}"


class InjectSeen(models.Model):
    """When a player's browser first showed an inject."""

    player = models.ForeignKey(Player, on_delete=models.PROTECT, related_name="seen")
    inject = models.CharField(max_length=64)
    moment = models.DateTimeField()
    after_seconds = models.PositiveIntegerField(help_text="On the exercise's clock.")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("player", "inject"), name="exercises_inject_seen_once"),)

    def __str__(self) -> str:
        return f"{self.player} saw {self.inject}"


class ExerciseAct(models.Model):
    """What was done, decided or seen done in an exercise. Rows are added and never changed."""

    class Kind(models.TextChoices):
        """As ``response.exercises.play`` has them."""

        NOTE = "note", "Action"
        CHOICE = "choice", "Decision"
        SEEN_DONE = "seen-done", "Seen done"

    space = models.ForeignKey(ExerciseSpace, on_delete=models.PROTECT, related_name="acts")
    player = models.ForeignKey(Player, null=True, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=16, choices=Kind)
    inject = models.CharField(max_length=64, blank=True)
    expected = models.CharField(max_length=64, blank=True)
    option = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    moment = models.DateTimeField()
    after_seconds = models.PositiveIntegerField()

    class Meta:
        ordering = ("space_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("space", "inject"), condition=models.Q(kind="choice"), name="exercises_one_decision_per_inject"
            ),
            models.UniqueConstraint(
                fields=("space", "expected"), condition=models.Q(kind="seen-done"), name="exercises_seen_done_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} in {self.space}"


class HotWashAnswer(models.Model):
    """What somebody said to a question of the hot wash. A later answer of the same player stands beside the first."""

    space = models.ForeignKey(ExerciseSpace, on_delete=models.PROTECT, related_name="answers")
    player = models.ForeignKey(Player, null=True, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=200)
    text = models.TextField()
    moment = models.DateTimeField()

    class Meta:
        ordering = ("space_id", "id")

    def __str__(self) -> str:
        return f"answer in {self.space}"


class Improvement(models.Model):
    """Something to be mended after an exercise, by whom and until when."""

    space = models.ForeignKey(ExerciseSpace, on_delete=models.PROTECT, related_name="improvements")
    what = models.TextField()
    owner = models.CharField(max_length=200)
    due = models.DateField(null=True)
    done = models.DateField(null=True)

    class Meta:
        ordering = ("space_id", "due", "id")

    def __str__(self) -> str:
        return f"improvement after {self.space}"
