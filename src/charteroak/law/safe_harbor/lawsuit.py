"""The claims, their law and court, and culpability.

Connecticut (Conn. Gen. Stat. § 42-901(b)) and Ohio (ORC 1354.02(D)) ask of a claim the same two things: that it is
founded in tort and alleges a failure of reasonable controls, and that it is brought under the state's law or in its
courts. Only Connecticut asks about culpability.

There is one answer per claim; the worst of them stands for the element, and the reason gives each.
"""

from collections.abc import Callable
from typing import TypeAlias

from charteroak.law.facts import (
    FAILURE_OF_REASONABLE_CONTROLS,
    Claim,
    Culpability,
    Facts,
    FoundedIn,
)
from charteroak.law.safe_harbor.statute import Statute, Terms
from charteroak.law.timeline import BEGINNING, Answer, Status, Timeline, all_of, always

ClaimRule: TypeAlias = Callable[[Claim, str], Answer]

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


def claims_in_tort(facts: Facts) -> Timeline:
    """Each claim is founded in tort and alleges that reasonable controls were not implemented."""
    return each_claim(facts.claims, _founded_in_tort)


def law_and_court(facts: Facts, statute: Statute) -> Timeline:
    """Each claim is brought under the state's law or in its courts, once the act is in force."""
    return all_of(
        each_claim(facts.claims, lambda claim, place: _law_and_court(claim, place, statute.terms)), in_force(statute)
    )


def culpability(facts: Facts) -> Timeline:
    """No gross negligence and no wilful or wanton conduct. Silence is the word ``unknown``, and so for counsel."""
    return always(*_CULPABILITY[facts.culpability or Culpability.UNKNOWN])


def each_claim(claims: tuple[Claim, ...] | None, rule: ClaimRule) -> Timeline:
    """One answer per claim; the worst stands for the element, and the reason gives each."""
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


def _law_and_court(claim: Claim, place: str, terms: Terms) -> Answer:
    """One claim: the state's own court is met; its law elsewhere, or a federal court in it, is for counsel."""
    if claim.forum in terms.own_courts:
        return Answer(Status.MET, f"the claim is before {terms.court}")
    if claim.forum in terms.federal_courts:
        return Answer(Status.COUNSEL, f"{terms.limit_of_court}, and the claim is before a federal court")
    if claim.forum is None:
        return Answer(Status.UNCERTAIN, f"it is not known before which court the claim is ({place}/forum)")
    if claim.law is terms.law:
        return Answer(Status.COUNSEL, f"{terms.limit_of_court}, and the claim is before another court")
    if claim.law is None:
        return Answer(Status.UNCERTAIN, f"it is not known under whose law the claim is brought ({place}/law)")
    return Answer(
        Status.NOT_MET, f"the claim is brought neither under {terms.state} law nor in a court in {terms.state}"
    )


def in_force(statute: Statute) -> Timeline:
    """An interval that begins before the act took effect is for counsel."""
    before = Answer(Status.COUNSEL, statute.terms.in_force_from.format(effective=statute.effective))
    return Timeline(((BEGINNING, before), (statute.effective.toordinal(), Answer(Status.MET, ""))))
