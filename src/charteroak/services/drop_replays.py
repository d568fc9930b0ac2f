"""Whether a signed drop came before: by its key and the time at which it was made, never by the bytes of its file.

A C2SP note can carry signature lines of anybody, so the same signed text comes in files of many digests. A correction
does not make room for the same drop again, nor does the end of its source: the drop was handed in all the same.
"""

from datetime import datetime, timedelta

from charteroak.collectors.signed_drop import CLOCK_SLACK
from charteroak.errors import InputError
from charteroak.ledger.keys import Verifier, parse_ed25519_vkey
from charteroak.program.bodies import EvidenceCollected, NotUnderstood
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.projections import LedgerFact
from charteroak.services.ledger import read_entries
from charteroak.services.projections import is_whole
from charteroak.services.selected import read_selected

_KIND = "evidence.recorded"
_SLACK = CLOCK_SLACK + timedelta(minutes=1)


class DropReplayedError(InputError):
    """A drop came already, or is older than the last one of its source."""

    code = "collector.replayed"


def verify_drop_is_new(organisation: Organisation, key: Verifier, made: datetime) -> None:
    """Return if this key signed no drop that was made then or later and is in the record, corrected or not.

    A drop is never recorded more than ``CLOCK_SLACK`` before it says that it was made, so that no entry from before
    that can speak of one that was made later than this; the rest of the ledger need not be read.

    Raises:
        DropReplayedError: it did, or an item was erased that may have been this drop.
    """
    for fact in _recorded_since(organisation, made - _SLACK):
        if fact.kind == _KIND and isinstance(fact.body, NotUnderstood):
            raise DropReplayedError(
                f"What entry {fact.index} said is gone or not understood; it may have been this drop.",
                remedy="Let the tool make a new drop.",
            )
        collected = fact.body.collected if isinstance(fact.body, EvidenceCollected) else None
        if collected is None or collected.made is None or collected.made < made or not collected.signed_by:
            continue
        if parse_ed25519_vkey(collected.signed_by).public_key == key.public_key:
            raise DropReplayedError(
                f"The drop was made at {made.isoformat()}, not after the last one of its key "
                f"(entry {fact.index}, made at {collected.made.isoformat()}).",
                remedy="A tool hands in each drop once, in the order in which it made them.",
            )


def _recorded_since(organisation: Organisation, moment: datetime) -> list[RecordedFact]:
    if not is_whole(organisation):
        facts = (read_fact(entry) for entry in read_entries(organisation))
        return [fact for fact in facts if fact.recorded >= moment]
    rows = LedgerFact.objects.filter(organisation=organisation, kind=_KIND, recorded__gte=moment)
    indexes = sorted(rows.values_list("index", flat=True))
    return [read_fact(entry) for entry in read_selected(organisation, indexes)]
