"""What outsiders have seen of an organisation's ledger, and what could therefore still be altered unseen.

An anchor is a time-stamp token or a witness's co-signature over a checkpoint. Those of whoever runs this installation
are shown and never counted: they vouch for nothing that the operator could not forge.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Cosignature, Token
from charteroak.records.ledger.models import LedgerEntry


@dataclass(frozen=True, slots=True)
class AnchorAge:
    """How far outsiders have seen, since when, and what has come since.

    ``last`` is when the largest tree that any outsider has seen was first seen, ``by`` who saw it. What came since,
    whoever holds database and keys could alter without contradicting anybody.
    """

    last: datetime | None
    by: str
    size: int
    entries_since: int
    inside: int
    """Anchors of whoever runs this installation: shown, not counted."""

    @property
    def entries(self) -> int:
        """How many entries the ledger has."""
        return self.size + self.entries_since


def tokens_that_hold(organisation: Organisation) -> QuerySet[Token]:
    """The tokens over checkpoints that hold. A renewal is left out: it says that a token existed, nothing newer."""
    results = Token.Result
    holds = Q(library_result=results.HOLDS) | Q(openssl_result=results.HOLDS)
    fails = Q(library_result=results.FAILS) | Q(openssl_result=results.FAILS)
    rows = Token.objects.filter(holds, ~fails, checkpoint__organisation=organisation, previous=None)
    return rows.select_related("authority", "checkpoint").defer("request", "response")


def cosignatures_of(organisation: Organisation) -> QuerySet[Cosignature]:
    """The co-signatures on a ledger's checkpoints; each was verified before it was kept."""
    return Cosignature.objects.filter(checkpoint__organisation=organisation).select_related("witness", "checkpoint")


def anchor_age(organisation: Organisation) -> AnchorAge:
    """How old the last outside anchor is, and how many entries have come since."""
    tokens, cosignatures = tokens_that_hold(organisation), cosignatures_of(organisation)
    outside: list[Token | Cosignature] = [
        *tokens.filter(authority__is_same_operator=False).order_by("-checkpoint__size", "moment")[:1],
        *cosignatures.filter(witness__is_same_operator=False).order_by("-checkpoint__size", "moment")[:1],
    ]
    inside = (
        tokens.filter(authority__is_same_operator=True).count()
        + cosignatures.filter(witness__is_same_operator=True).count()
    )
    entries = _entries_of(organisation)
    if not outside:
        return AnchorAge(None, "", 0, entries, inside)
    best = min(outside, key=lambda anchor: (-anchor.checkpoint.size, anchor.moment))
    by = best.authority.name if isinstance(best, Token) else best.witness.name
    return AnchorAge(best.moment, by, best.checkpoint.size, max(0, entries - best.checkpoint.size), inside)


def anchored_size(organisation: Organisation, *, before: datetime) -> int:
    """The largest tree that an outsider had seen before a moment."""
    tokens = tokens_that_hold(organisation).filter(authority__is_same_operator=False, moment__lt=before)
    cosignatures = cosignatures_of(organisation).filter(witness__is_same_operator=False, moment__lt=before)
    seen = [rows.aggregate(size=Max("checkpoint__size"))["size"] or 0 for rows in (tokens, cosignatures)]
    return max(seen)


def _entries_of(organisation: Organisation) -> int:
    last = LedgerEntry.objects.filter(organisation=organisation).aggregate(index=Max("index"))["index"]
    return 0 if last is None else int(last) + 1
