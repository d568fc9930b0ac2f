"""A ledger as files that anyone can copy and check: C2SP tiles, entries and the signed checkpoint.

Only what is public goes out: the headers, which are the leaves. Bodies, salts and private parts stay.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from charteroak.errors import InputError, VerificationError
from charteroak.ledger.errors import LogError
from charteroak.ledger.tile_export import tiled_log
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.log_keys import verifiers_of

_ROWS_AT_A_TIME = 2000


@dataclass(frozen=True, slots=True)
class LogExport:
    """A log up to its newest checkpoint, and the public keys that signed its checkpoints over the years.

    ``files`` yields paths and contents once, in an order that is always the same, the checkpoint last. If it raises,
    what was written before is no log.
    """

    organisation: str
    origin: str
    size: int
    root_hash: bytes
    verifier_keys: tuple[str, ...]
    files: Iterator[tuple[str, bytes]]


def export_log(organisation: Organisation) -> LogExport:
    """The organisation's log as files; entries that wait for a checkpoint get one first.

    Raises:
        CouldNotError: the ledger is empty, or its keys cannot be used.
        LogError: the newest checkpoint does not hold. While ``files`` is read: an entry was altered or is missing.
    """
    row = make_checkpoint(organisation)
    verifiers = verifiers_of(organisation)
    note = bytes(row.note)
    try:
        checkpoint = verifiers.open(note).checkpoint
    except (InputError, VerificationError) as error:
        raise LogError(f"The stored checkpoint of size {row.size} was altered: {error.message}", index=None) from error
    return LogExport(
        organisation=organisation.slug,
        origin=checkpoint.origin,
        size=checkpoint.size,
        root_hash=checkpoint.root,
        verifier_keys=tuple(vkey for period in verifiers.periods for vkey in period.vkeys),
        files=tiled_log(note, checkpoint, _leaves(organisation, checkpoint.size)),
    )


def _leaves(organisation: Organisation, size: int) -> Iterator[bytes]:
    rows = LedgerEntry.objects.filter(organisation=organisation, index__lt=size).order_by("index")
    for index, (at, header) in enumerate(rows.values_list("index", "header").iterator(chunk_size=_ROWS_AT_A_TIME)):
        if at != index:
            raise LogError(f"In the place of entry {index} stands entry {at}.", index=index)
        yield bytes(header)
