"""Acts on accounts in the security log (OWASP ASVS 5.0, 16.3), beside signing in, signing out and refusals.

A person is the opaque number that stands for them in ledgers; no name, address or password is written down. No ledger
has a kind of entry for who may sign in: it holds what an organisation may have to prove about its program.
"""

import logging
from typing import Literal

from charteroak.adapters.log_lines import SECURITY_LOGGER
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.services.access import actor_of

log = logging.getLogger(SECURITY_LOGGER)
By = Literal["operator", "self"]
"""Whoever runs commands on the machine, of whom nothing else is known, or the person whose account it is."""


def note_organisation(organisation: Organisation) -> None:
    """An organisation was added."""
    log.info("organization-added organization=%s part=%s by=operator", organisation.slug, organisation.part)


def note_account(act: str, user: User, *, by: By = "operator") -> None:
    """Something was done to an account as a whole; called once it stands."""
    log.info("account-%s person=%s by=%s", act, actor_of(user), by)


def note_seat(act: str, seat: Membership, *, before: str = "") -> None:
    """Somebody was given a role at an organisation, in the place of the one ``before``."""
    log.info(
        "account-%s person=%s organization=%s role=%s%s by=operator",
        act,
        actor_of(seat.user),
        seat.organisation.slug,
        seat.role,
        f" before={before}" if before and before != seat.role else "",
    )
