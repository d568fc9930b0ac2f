"""E5, E6 and E13: the claims, their law and court, and culpability (Conn. Gen. Stat. § 42-901(b)).

There is one answer per claim; the worst of them stands for the element, and the reason gives each.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from charteroak.law.facts import (
    FAILURE_OF_REASONABLE_CONTROLS,
    Claim,
    Culpability,
    Facts,
    Forum,
    FoundedIn,
    LawOfClaim,
)
from charteroak.law.timeline import BEGINNING, Answer, Status, Timeline, all_of, always

_ClaimRule: TypeAlias = Callable[[Claim, str], Answer]

_CLAIMS_SHOWN = 20

_CULPABILITY: dict[Culpability, tuple[Status, str]] = {
    Culpability.COURT_FOUND_NONE: (Status.MET, "a court found no gross negligence and no wilful or wanton conduct"),
    Culpability.NOT_ALLEGED: (Status.COUNSEL, "gross negligence and wilful or wanton conduct are not alleged so far"),
    Culpability.ALLEGED: (
        Status.COUNSEL,
        "gross negligence or wilful or wanton conduct is alleged and not yet decided",
    ),
    Culpability.SELF_ASSERTED_NONE: (Status.COUNSEL, "that there was none is only the organization's own statement"),
    Culpability.UNKNOWN: (Status.COUNSEL, "nothing is known yet about gross negligence or wilful or wanton conduct"),
    Culpability.GROSS_NEGLIGENCE: (Status.NOT_MET, "the failure of controls was the result of gross negligence"),
    Culpability.WILFUL: (Status.NOT_MET, "the failure of controls was the result of wilful conduct"),
    Culpability.WANTON: (Status.NOT_MET, "the failure of controls was the result of wanton conduct"),
}


def elements(facts: Facts, effective: date) -> dict[str, Timeline]:
    """E5, E6 and E13; ``effective`` is the day on which the act took effect.

    An absent culpability is the word ``unknown``, and so for counsel.
    """
    status, why = _CULPABILITY[facts.culpability or Culpability.UNKNOWN]
    return {
        "E5": _claims(facts.claims, _founded_in_tort),
        "E6": all_of(_claims(facts.claims, _law_and_court), _in_force(effective)),
        "E13": always(status, why),
    }


def _claims(claims: tuple[Claim, ...] | None, rule: _ClaimRule) -> Timeline:
    if claims is None:
        return always(Status.UNCERTAIN, "it is not known which claims are brought (/claims)")
    if not claims:
        return always(Status.UNCERTAIN, "no claim has been brought yet")
    each = [rule(claim, f"/claims/{index}") for index, claim in enumerate(claims)]
    if len(each) == 1:
        return always(each[0].status, each[0].why)
    worst = min((one.status for one in each), key=lambda status: status.rank)
    shown = [f"claim {number} {one.status.replace('-', ' ')} ({one.why})" for number, one in enumerate(each, 1)]
    more = [f"and {len(each) - _CLAIMS_SHOWN} more claims"] if len(each) > _CLAIMS_SHOWN else []
    return always(worst, "; ".join([*shown[:_CLAIMS_SHOWN], *more]))


def _founded_in_tort(claim: Claim, place: str) -> Answer:
    """E5 for one claim. An unfair-trade-practices claim is for counsel: whether it is founded in tort is open."""
    if claim.founded_in in {FoundedIn.CONTRACT, FoundedIn.STATUTE, FoundedIn.REGULATION}:
        return Answer(Status.NOT_MET, f"a claim founded in {claim.founded_in} is not founded in tort")
    if claim.alleges not in {None, FAILURE_OF_REASONABLE_CONTROLS}:
        return Answer(Status.NOT_MET, f"the claim alleges {claim.alleges}, not a failure of reasonable controls")
    if claim.founded_in is None:
        return Answer(Status.UNCERTAIN, f"it is not known what the claim is founded in ({place}/foundedIn)")
    if claim.alleges is None:
        return Answer(Status.UNCERTAIN, f"it is not known what the claim alleges ({place}/alleges)")
    if claim.founded_in is FoundedIn.CUTPA:
        return Answer(Status.COUNSEL, "whether an unfair-trade-practices claim is founded in tort is unresolved")
    return Answer(Status.MET, "the claim is founded in tort and alleges a failure of reasonable controls")


def _law_and_court(claim: Claim, place: str) -> Answer:
    """E6 for one claim: the Superior Court is met; Connecticut law or a federal court in the state is for counsel."""
    if claim.forum is Forum.CT_SUPERIOR:
        return Answer(Status.MET, "the claim is before the Superior Court")
    if claim.forum is Forum.FEDERAL_IN_CT:
        return Answer(Status.COUNSEL, "the act addresses the Superior Court, and the claim is before a federal court")
    if claim.forum is None:
        return Answer(Status.UNCERTAIN, f"it is not known before which court the claim is ({place}/forum)")
    if claim.law is LawOfClaim.CT:
        return Answer(Status.COUNSEL, "the act addresses the Superior Court, and the claim is before another court")
    if claim.law is None:
        return Answer(Status.UNCERTAIN, f"it is not known under whose law the claim is brought ({place}/law)")
    return Answer(Status.NOT_MET, "the claim is brought neither under Connecticut law nor in a court in Connecticut")


def _in_force(effective: date) -> Timeline:
    """An interval that begins before the act took effect is for counsel."""
    before = Answer(Status.COUNSEL, f"the interval begins before the act took effect on {effective}")
    return Timeline(((BEGINNING, before), (effective.toordinal(), Answer(Status.MET, ""))))
