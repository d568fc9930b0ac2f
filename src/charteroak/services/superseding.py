"""Superseding evidence: from a day on an earlier item shows nothing more, and another may take its place."""

from datetime import date

import msgspec

from charteroak.program.bodies import EvidenceRecorded, EvidenceSuperseded
from charteroak.program.recorded import read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import refuse
from charteroak.services.program_record import record_day, usable_text
from charteroak.services.programs import ProgramInputError, Recorder, require_keeper
from charteroak.services.selected import read_selected
from charteroak.services.selection import known_size


def supersede_evidence(
    organisation: Organisation, superseding: EvidenceSuperseded, day: date, recorder: Recorder
) -> LedgerEntry:
    """Record that an item of evidence shows nothing more from a day on. What it showed before that day stays shown.

    Raises:
        AccessError: the person does not keep this record, or it has no such entry.
        ProgramInputError: the entry is no evidence, or a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    reason = usable_text(superseding.reason, "reason")
    if not reason:
        raise ProgramInputError("Say why it shows nothing more.", field="reason")
    size = known_size(organisation)
    for field, index in (("supersedes", superseding.supersedes), ("by", superseding.by)):
        if index is not None:
            if not 0 <= index < size:
                refuse()
            fact = read_fact(next(iter(read_selected(organisation, [index]))))
            if not isinstance(fact.body, EvidenceRecorded):
                raise ProgramInputError(f"Entry {index} is no evidence.", field=field)
            if field == "supersedes" and day < fact.first_day:
                raise ProgramInputError("It was superseded before it began.", field="day")
    if superseding.by == superseding.supersedes:
        raise ProgramInputError("An item cannot take its own place.", field="by")
    body = msgspec.structs.replace(superseding, reason=reason)
    return record_day(organisation, "evidence.superseded", body, (day, "day"), recorder)
