"""Two things that the law lets a person decide and that rest on a record: who decided, when, on what ground.

- A request of law enforcement to delay (Conn. Gen. Stat. § 36a-701b(d); 45 CFR 164.412): who asked, whether in
  writing, until when. That nobody asked is a record, too, for recipients ask for it.
- The finding, after an appropriate investigation, that the breach will not likely result in harm to those concerned
  (Conn. Gen. Stat. § 36a-701b(b)(1)): who found it, when, why. Without its record the duty to tell stands.
"""

from datetime import date
from enum import StrEnum

import msgspec

from charteroak.response.notices.errors import ParticularError


class DecisionKind(StrEnum):
    """What was decided."""

    POLICE_DELAY = "police-delay"
    HARM_UNLIKELY = "harm-unlikely"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it was recorded. ``answer`` no: nobody asked for delay, or harm was not found unlikely."""

    kind: DecisionKind
    answer: bool
    day: date
    """On which it was asked or found."""
    by: str
    """Who asked (agency and officer) or found; for *nobody asked*, who says so."""
    in_writing: bool | None = None
    until: date | None = None
    reason: str = ""
    entry: int | None = None


def check_decision(decision: Decision) -> Decision:
    """The same decision, if a notice or an exception can rest on it.

    Raises:
        ParticularError: it does not say who, why, or until when; or it ends before it began.
    """
    if not decision.by.strip():
        raise ParticularError("Say who.", field="by")
    if decision.kind is DecisionKind.HARM_UNLIKELY and not decision.reason.strip():
        raise ParticularError(
            "Say what was looked into and why.", field="reason", remedy="The exception rests on this record."
        )
    if decision.kind is DecisionKind.POLICE_DELAY and decision.answer:
        if decision.in_writing is None:
            raise ParticularError("Say whether the request is in writing.", field="in_writing")
        if decision.until is not None and decision.until < decision.day:
            raise ParticularError("The delay ends before it was asked for.", field="until")
    return decision
