"""Keys of logs by the tree sizes they sign, and what outsiders have said about checkpoints, byte for byte.

Tokens, co-signatures and refusals are added and never changed, except for the results of checking a token anew. The
state of a witnessed log is one row that moves forward only; who moves it holds that row's lock.
"""

from django.db import models

from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.fields import BytesField
from charteroak.records.ledger.models import Checkpoint


class LogKeyPair(models.Model):
    """The two keys that sign a log's checkpoints of these sizes, Ed25519 and P-256.

    The sizes stand in the log itself, since the entry of each ceremony has an index; no clock decides which key counts.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="log_keys")
    ed25519_vkey = models.TextField()
    p256_vkey = models.TextField(blank=True, help_text="Empty for what was signed before logs had a second key.")
    first_size = models.PositiveBigIntegerField()
    last_size = models.PositiveBigIntegerField(null=True, help_text="Empty while the keys are in force.")
    compromised_since = models.DateTimeField(null=True)
    created = models.DateTimeField()

    class Meta:
        ordering = ("organisation_id", "first_size")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "first_size"), name="anchors_one_key_pair_per_size"),
            models.UniqueConstraint(
                fields=("organisation",), condition=models.Q(last_size=None), name="anchors_one_key_pair_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"keys from size {self.first_size}"


class Operated(models.Model):
    """Somebody who vouches for a moment. Whoever runs this installation too vouches for nothing that we could not."""

    name = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    operator = models.CharField(max_length=200)
    is_same_operator = models.BooleanField(
        default=False, help_text="Run by whoever runs this installation: named as such, and never counted as outside."
    )
    added = models.DateTimeField()
    retired = models.DateTimeField(null=True, help_text="Asked no longer; what it said before stays.")

    class Meta:
        abstract = True
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Authority(Operated):
    """A time-stamping authority (RFC 3161) with the root certificates that we believe for it."""

    roots_pem = models.TextField(help_text="One root certificate or more, then any intermediate ones, in PEM.")

    class Meta(Operated.Meta):
        constraints = (models.UniqueConstraint(fields=("name",), name="anchors_one_authority_per_name"),)


class Token(models.Model):
    """A reply of an authority, kept as it came, and what two independent checkers last said of it.

    It stamps a checkpoint's note, or an older token whose certificate was about to expire.
    """

    class Result(models.TextChoices):
        """What a checker said. *Could not* is no failure and no success."""

        HOLDS = "holds", "holds"
        FAILS = "fails", "does not hold"
        COULD_NOT = "could-not", "could not be checked"

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="tokens")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="tokens")
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewals")
    request = BytesField()
    response = BytesField()
    moment = models.DateTimeField(help_text="genTime, as the authority says.")
    serial = models.CharField(max_length=64)
    certificate_expires = models.DateTimeField()
    received = models.DateTimeField()
    library_result = models.CharField(max_length=16, choices=Result)
    library_reason = models.TextField(blank=True)
    openssl_result = models.CharField(max_length=16, choices=Result)
    openssl_reason = models.TextField(blank=True)
    checked = models.DateTimeField()

    class Meta:
        ordering = ("-moment", "-id")

    def __str__(self) -> str:
        return f"token {self.serial} of {self.authority}"

    @property
    def holds(self) -> bool:
        """One checker or more says that it holds, and none that it does not."""
        results = {self.library_result, self.openssl_result}
        return self.Result.HOLDS in results and self.Result.FAILS not in results

    @property
    def is_disputed(self) -> bool:
        """The two checkers contradict each other: one verifies what the other refuses, or what the library cannot read.

        That ``openssl`` is not installed is no contradiction.
        """
        results = {self.library_result, self.openssl_result}
        is_unread = self.library_result == self.Result.COULD_NOT
        return self.Result.HOLDS in results and (self.Result.FAILS in results or is_unread)


class QueuedStamp(models.Model):
    """A checkpoint, or an older token over it, that an authority has still to stamp; deleted when the reply is kept."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="queued_stamps")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="queued_stamps")
    previous = models.ForeignKey(Token, null=True, on_delete=models.PROTECT, related_name="queued_renewals")
    queued = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_attempt = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ("queued", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("checkpoint", "authority"), condition=models.Q(previous=None), name="anchors_one_queued_stamp"
            ),
            models.UniqueConstraint(fields=("previous", "authority"), name="anchors_one_queued_renewal"),
        )

    def __str__(self) -> str:
        return f"{self.checkpoint} for {self.authority}"


class Witness(Operated):
    """Someone whom our logs ask for co-signatures. Without an address it stands in this installation."""

    vkey = models.TextField()

    class Meta(Operated.Meta):
        constraints = (models.UniqueConstraint(fields=("name",), name="anchors_one_witness_per_name"),)


class Cosignature(models.Model):
    """A witness's signature line on one checkpoint, as it came."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    line = models.TextField()
    moment = models.DateTimeField(help_text="As the witness says.")
    received = models.DateTimeField()

    class Meta:
        ordering = ("-moment", "-id")
        constraints = (
            models.UniqueConstraint(fields=("checkpoint", "witness"), name="anchors_one_cosignature_per_witness"),
        )

    def __str__(self) -> str:
        return f"{self.witness} on {self.checkpoint}"


class OwnWitness(models.Model):
    """A witness that an organisation of this installation runs, with a key of its own."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="own_witness")
    name = models.CharField(max_length=200, unique=True)
    vkey = models.TextField()
    created = models.DateTimeField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class WitnessedLog(models.Model):
    """A log that one of our witnesses knows, and the newest checkpoint of it that the witness has co-signed."""

    witness = models.ForeignKey(OwnWitness, on_delete=models.PROTECT, related_name="logs")
    origin = models.CharField(max_length=300)
    vkeys = models.TextField(help_text="The log's keys, one a line.")
    added = models.DateTimeField()
    size = models.PositiveBigIntegerField(default=0)
    root = BytesField(max_length=32, null=True)
    note = BytesField(null=True, help_text="With our co-signature.")
    cosigned = models.DateTimeField(null=True)

    class Meta:
        ordering = ("origin",)
        constraints = (models.UniqueConstraint(fields=("witness", "origin"), name="anchors_one_state_per_log"),)

    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"


class Refusal(models.Model):
    """A checkpoint that a witness would not co-sign: what tampering looks like from outside, kept with its note."""

    class Reason(models.TextChoices):
        """What was wrong."""

        CONTRADICTION = "contradiction", "The log signed another tree of a size that the witness has co-signed"
        INCONSISTENT = "inconsistent", "It could not be shown to continue what the witness has seen"
        SHRUNK = "shrunk", "It is shorter than what the witness has seen"
        UNKNOWN = "unknown", "The witness does not know this log or its key"

    log = models.ForeignKey(WitnessedLog, null=True, on_delete=models.PROTECT, related_name="refusals")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="refusals")
    witness = models.CharField(max_length=200)
    origin = models.CharField(max_length=300)
    reason = models.CharField(max_length=16, choices=Reason)
    text = models.TextField()
    size = models.PositiveBigIntegerField()
    seen_size = models.PositiveBigIntegerField(null=True)
    note = BytesField()
    note_sha256 = models.CharField(max_length=64)
    moment = models.DateTimeField()

    class Meta:
        ordering = ("-moment", "-id")

    def __str__(self) -> str:
        return f"{self.witness} refused {self.origin} at {self.size}"
