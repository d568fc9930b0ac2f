"""Accepting an exception: an officer decides that something is not met, for a factor of scale, until a day."""

from datetime import date

import msgspec

from charteroak.program.bodies import Cost, ExceptionAccepted
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.program_record import record_day, usable_text
from charteroak.services.program_subjects import usable_identifier, usable_subject
from charteroak.services.programs import ProgramInputError, Recorder, require_keeper, usable_line

LONGEST_DAYS = 366
"""How far away the expiry may lie: an exception that nobody looks at again for longer is no exception."""


def accept_exception(
    organisation: Organisation, exception: ExceptionAccepted, since: date, recorder: Recorder
) -> LedgerEntry:
    """Record that an officer accepted an exception from a day on. A second entry of one name prolongs or ends it.

    It makes nothing met: what it touches is for counsel as long as it stands.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    usable_subject(exception.practice, exception.framework, exception.edition, exception.requirement)
    reason = usable_text(exception.reason, "reason")
    if not reason:
        raise ProgramInputError("Say why it is accepted.", field="reason")
    if exception.expires <= since:
        raise ProgramInputError("It must expire after the day on which it begins.", field="expires")
    if (exception.expires - since).days > LONGEST_DAYS:
        raise ProgramInputError(
            f"Let it expire within {LONGEST_DAYS} days.", field="expires", remedy="Accept it again then."
        )
    body = msgspec.structs.replace(
        exception,
        exception=usable_identifier(exception.exception, "exception"),
        reason=reason,
        cost=None if exception.cost is None else _usable_cost(exception.cost),
        approved_by=usable_line(exception.approved_by, "approved_by"),
        role=usable_line(exception.role, "role"),
    )
    return record_day(organisation, "exception.accepted", body, (since, "since"), recorder)


def _usable_cost(cost: Cost) -> Cost:
    if cost.high < cost.low:
        raise ProgramInputError("The higher figure lies below the lower.", field="cost")
    return msgspec.structs.replace(cost, source=usable_line(cost.source, "cost"))
