"""What an act for smaller businesses asks: size, place, a breach of system security, and requirements by size.

Texas, Business and Commerce Code chapter 542. The act names requirements for fewer than 20 employees, for 20 to 99
and for 100 to 249; with 250 it does not apply. By its letter a program of any size must *also* conform to a framework
of its list; summaries read the requirements by size as all that a smaller business needs. That is left to counsel.
"""

from charteroak.law.facts import Claim, DatedFact, Facts, LawOfClaim
from charteroak.law.facts.dated import Sentence, answers
from charteroak.law.safe_harbor.conformity import conforming_at_least_to_group_1
from charteroak.law.safe_harbor.lawsuit import each_claim, in_force
from charteroak.law.safe_harbor.parties_and_breach import described, exclusion
from charteroak.law.safe_harbor.statute import Statute, Terms
from charteroak.law.timeline import Answer, Status, Timeline, all_of, always, negated, timeline

SIMPLIFIED_BELOW = 20
MODERATE_BELOW = 100

_UNKNOWN_SIZE = "it is not known how many people the organization employs (/organisation/employees)"


def below_the_limit(facts: Facts, terms: Terms) -> Timeline:
    """Fewer employees than the act allows."""
    employees, largest = facts.organisation.employees, terms.largest
    if employees is None or largest is None:
        return always(Status.UNCERTAIN, _UNKNOWN_SIZE)
    if employees > largest:
        return always(Status.NOT_MET, f"{employees} employees are recorded, and the act ends at {largest}")
    return always(Status.MET, f"{employees} employees are recorded, not more than the act's {largest}")


def in_the_state(facts: Facts, terms: Terms) -> Timeline:
    """A business entity in the state."""
    kind, states = facts.organisation.kind, facts.organisation.located_in
    if kind is None:
        return always(Status.UNCERTAIN, "it is not known what kind of organization this is (/organisation/kind)")
    if states is None:
        why = f"it is not known whether it is organized or has a place of business in {terms.state}"
        return always(Status.UNCERTAIN, f"{why} (/organisation/locatedIn)")
    if kind not in terms.kinds:
        return always(Status.COUNSEL, terms.kinds_elsewhere.format(kind=kind.value.replace("-", " ")))
    if terms.law.value not in states:
        why = f"no place in {terms.state} is recorded, and what the act means by an entity in the state is open"
        return always(Status.COUNSEL, why)
    return always(Status.MET, f"it is a business entity with a place in {terms.state}")


def owns_information(facts: Facts, terms: Terms) -> Timeline:
    """Owns or licenses computerized data that includes sensitive personal information."""
    information, place = described(facts, terms)
    personal = answers(
        information.personal,
        Sentence(f"{place}/personal", "sensitive personal information is held", "none is held"),
    )
    owned = answers(
        facts.information.owned_or_licensed,
        Sentence("/information/ownedOrLicensed", "it is owned or licensed", "it is neither owned nor licensed"),
    )
    return all_of(personal, owned)


def breach_of_system(facts: Facts, terms: Terms) -> Timeline:
    """Unauthorized acquisition of computerized data with sensitive personal information."""
    acquired = answers(
        DatedFact(bare=facts.breach.acquisition),
        Sentence("/breach/acquisition", "there was unauthorized acquisition", "there was no unauthorized acquisition"),
    )
    information, place = described(facts, terms)
    public = answers(
        information.publicly_available,
        Sentence(f"{place}/publiclyAvailable", "the information was public", "the information was not public"),
    )
    excluded = exclusion(facts.breach.exception, is_known=facts.breach.exception_known)
    return all_of(acquired, negated(public), excluded)


def action_from_breach(facts: Facts, statute: Statute) -> Timeline:
    """Each claim is an action that arises from the breach; another state's law or court is for counsel."""

    def rule(claim: Claim, place: str) -> Answer:
        if claim.arises_from_breach is None:
            return Answer(
                Status.UNCERTAIN, f"it is not known whether the claim arises from the breach ({place}/arisesFromBreach)"
            )
        if not claim.arises_from_breach:
            return Answer(Status.NOT_MET, "the claim does not arise from the breach")
        if claim.law is None or claim.forum is None:
            return Answer(
                Status.UNCERTAIN, f"it is not known under whose law, or where, the claim is brought ({place})"
            )
        if claim.law is LawOfClaim(statute.terms.law) and claim.forum in statute.terms.own_courts:
            return Answer(Status.MET, f"the claim arises from the breach and is before {statute.terms.court}")
        return Answer(Status.COUNSEL, statute.terms.limit_of_court)

    return all_of(each_claim(facts.claims, rule), in_force(statute))


def size_tier(facts: Facts, terms: Terms, conforming: Timeline) -> Timeline:
    """The requirements that the act names for this number of employees."""
    employees = facts.organisation.employees
    if employees is None:
        return always(Status.UNCERTAIN, _UNKNOWN_SIZE)
    if terms.largest is not None and employees > terms.largest:
        return always(Status.NOT_MET, f"the act names no requirements for {employees} employees")
    if employees < SIMPLIFIED_BELOW:
        simplified, place = facts.program.simplified, "/program/simplified"
        return all_of(
            answers(
                simplified.password_policy,
                Sentence(f"{place}/passwordPolicy", "there was a password policy", "there was no password policy"),
            ),
            answers(
                simplified.employee_training,
                Sentence(f"{place}/employeeTraining", "employees were trained", "employees were not trained"),
            ),
        )
    if employees < MODERATE_BELOW:
        return conforming_at_least_to_group_1(facts, terms)
    return conforming


def framework_of_the_list(facts: Facts, conforming: Timeline) -> Timeline:
    """Conformity to a framework of the list, which the act's letter asks of every size."""
    employees = facts.organisation.employees
    if employees is not None and employees >= MODERATE_BELOW:
        return conforming
    open_question = (
        "by its letter the act asks this of every size; whether what it names for a smaller business is enough is open"
    )
    return timeline(
        (start, Answer(Status.COUNSEL, f"{answer.why}; {open_question}", answer.exhibits))
        if answer.status is Status.NOT_MET
        else (start, answer)
        for start, answer in conforming.steps
    )
