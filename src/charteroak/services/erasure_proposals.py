"""Erasure by two people: one proposes with a reason, another approves or declines. Only approval erases.

The operator's command line needs no proposal: whoever holds the machine holds the keys. It asks for the approver's
name, and the ledger says that the software recorded it.
"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from charteroak.adapters.system_clock import now
from charteroak.program.exhibits import exhibits
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.evidence.models import ErasureProposal
from charteroak.services.access import Role, refuse, require_role
from charteroak.services.erasure import Erasure, Targets, check_targets, erase
from charteroak.services.holds import refuse_held
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, recorded_facts, recorder_for

PROPOSERS = (Role.SECURITY_LEAD, Role.PROVIDER, Role.COUNSEL)
APPROVERS = (Role.SECURITY_LEAD, Role.COUNSEL)
"""A provider's people propose; the organisation itself decides."""


def propose_erasure(organisation: Organisation, targets: Targets, *, basis: str, by: User) -> ErasureProposal:
    """Ask for an erasure. Nothing is erased yet.

    Raises:
        AccessError: the person neither keeps this record nor is its counsel.
        HeldError: a legal hold covers it.
        ErasureError: some of it is not on record.
        ProgramInputError: there is no reason.
    """
    require_role(by, organisation, *PROPOSERS)
    reason = usable_text(basis, "basis")
    if not reason:
        raise ProgramInputError("Say on which ground it may be erased.", field="basis")
    facts = recorded_facts(organisation)
    chosen = check_targets(organisation, facts, targets)
    touched = [digest for index in chosen.entries for digest in exhibits([facts[index]])]
    refuse_held(organisation, {*chosen.sha256, *touched})
    return ErasureProposal.objects.create(
        organisation=organisation, targets=chosen.to_json(), basis=reason, proposed=now(), proposed_by=by
    )


def proposals_of(organisation: Organisation) -> QuerySet[ErasureProposal]:
    """An organisation's proposals, newest first."""
    return ErasureProposal.objects.filter(organisation=organisation).select_related(
        "proposed_by", "decided_by", "entry"
    )


def may_decide(proposal: ErasureProposal, user: User, roles: frozenset[str]) -> bool:
    """Whether this person may decide: a lead or counsel who did not propose it."""
    return (
        proposal.outcome == ErasureProposal.Outcome.OPEN
        and proposal.proposed_by != user
        and bool(roles & set(APPROVERS))
    )


def approve_erasure(organisation: Organisation, number: int, *, by: User) -> Erasure:
    """Approve a proposal and carry it out, in one transaction.

    Raises:
        AccessError: there is no such proposal, or the person may not decide it.
        ProgramInputError: it is their own, or it was decided already.
        HeldError: a legal hold has come to cover it.
    """
    with transaction.atomic():
        proposal = _open_proposal(organisation, number, by)
        erasure = erase(
            organisation,
            targets_of(proposal),
            basis=proposal.basis,
            approved_by=str(by),
            recorder=recorder_for(by),
        )
        _decide(proposal, ErasureProposal.Outcome.APPROVED, by, entry=erasure.entry)
    return erasure


def decline_erasure(organisation: Organisation, number: int, *, by: User) -> ErasureProposal:
    """Decline a proposal; whoever made it may take it back in the same way.

    Raises:
        AccessError: there is no such proposal, or the person may not decide it.
        ProgramInputError: it was decided already.
    """
    with transaction.atomic():
        proposal = _open_proposal(organisation, number, by, own_too=True)
        return _decide(proposal, ErasureProposal.Outcome.DECLINED, by)


def targets_of(proposal: ErasureProposal) -> Targets:
    """What a proposal wants erased."""
    targets: dict[str, Any] = proposal.targets
    return Targets(tuple(targets["entries"]), tuple(targets["parts"]), tuple(targets["sha256"]))


def _open_proposal(organisation: Organisation, number: int, by: User, *, own_too: bool = False) -> ErasureProposal:
    rows = ErasureProposal.objects.select_for_update().filter(organisation=organisation, pk=number)
    proposal = rows.first() or refuse()
    if not (own_too and proposal.proposed_by == by):
        require_role(by, organisation, *APPROVERS)
        if proposal.proposed_by == by:
            raise ProgramInputError("Somebody else has to approve what you proposed.", field="decision")
    if proposal.outcome != ErasureProposal.Outcome.OPEN:
        raise ProgramInputError("This was decided already.", field="decision")
    return proposal


def _decide(proposal: ErasureProposal, outcome: str, by: User, **columns: Any) -> ErasureProposal:
    proposal.outcome, proposal.decided, proposal.decided_by = outcome, now(), by
    for name, value in columns.items():
        setattr(proposal, name, value)
    proposal.save()
    return proposal
