"""Connecticut's act (Conn. Gen. Stat. § 42-901): every element but E12, day by day.

E1 to E4 stand here, E5, E6 and E13 in ``lawsuit``, E7 to E11 in ``written_program``, E12 in ``conformity``.

Each element becomes a timeline: its answer on every calendar day. Which days matter is decided where the timelines
are judged. Clauses say what is recorded; none says what a court will find.
"""

from datetime import date

from charteroak.law.facts import BreachException, DatedFact, Facts, OrganisationKind
from charteroak.law.facts.dated import Sentence, answers
from charteroak.law.safe_harbor import lawsuit, written_program
from charteroak.law.timeline import Status, Timeline, all_of, always, any_of, negated

ASSUMED_IN_PROSPECTIVE_MODE = frozenset({"E3", "E4", "E5", "E6", "E13"})
"""What belongs to a breach and a lawsuit that have not happened."""

_FOR_COUNSEL = frozenset(
    {OrganisationKind.MUNICIPALITY, OrganisationKind.PUBLIC_SCHOOL_DISTRICT, OrganisationKind.STATE_AGENCY}
)


def elements(facts: Facts, effective: date) -> dict[str, Timeline]:
    """Every element but E12, by its id; ``effective`` is the day on which the act took effect."""
    return {
        "E1": _business(facts),
        "E2": _covered_entity(facts),
        "E3": _data_breach(facts),
        "E4": _information(facts),
        **lawsuit.elements(facts, effective),
        **written_program.elements(facts.program),
    }


def _fact(fact: DatedFact, pointer: str, yes: str, no: str) -> Timeline:
    return answers(fact, Sentence(pointer, yes, no))


def _business(facts: Facts) -> Timeline:
    kind = facts.organisation.kind
    if kind is None:
        return always(Status.UNCERTAIN, "it is not known what kind of organization this is (/organisation/kind)")
    name = kind.value.replace("-", " ")
    if kind in _FOR_COUNSEL:
        return always(Status.COUNSEL, f"the act does not say whether a {name} is a business")
    return always(Status.MET, f"the kind of organization is recorded as {name}, which is within the act's list")


def _covered_entity(facts: Facts) -> Timeline:
    handles, place = facts.organisation.handles, "/organisation/handles"
    return any_of(
        _fact(handles.accesses, f"{place}/accesses", "it accesses such information", "it does not access it"),
        _fact(handles.maintains, f"{place}/maintains", "it maintains such information", "it does not maintain it"),
        _fact(
            handles.communicates,
            f"{place}/communicates",
            "it communicates such information",
            "it does not communicate it",
        ),
        _fact(handles.processes, f"{place}/processes", "it processes such information", "it does not process it"),
    )


def _data_breach(facts: Facts) -> Timeline:
    breach = facts.breach
    return all_of(
        _fact(
            DatedFact(bare=breach.access),
            "/breach/access",
            "there was unauthorized access",
            "there was no unauthorized access",
        ),
        _fact(
            DatedFact(bare=breach.acquisition),
            "/breach/acquisition",
            "there was unauthorized acquisition",
            "there was no unauthorized acquisition",
        ),
        _fact(
            DatedFact(bare=breach.material_risk),
            "/breach/materialRisk",
            "there is a material risk of identity theft or other fraud",
            "there is no material risk of identity theft or other fraud",
        ),
        _fact(
            facts.information.owned_or_licensed,
            "/information/ownedOrLicensed",
            "the information is owned by or licensed to the organization",
            "the information is neither owned by nor licensed to the organization, which only maintains it for others",
        ),
        _exclusion(breach.exception, is_known=breach.exception_known),
    )


def _exclusion(exception: BreachException | None, *, is_known: bool) -> Timeline:
    if exception is not None:
        return always(Status.NOT_MET, f"the act leaves this case out of data breach: {exception.replace('-', ' ')}")
    if is_known:
        return always(Status.MET, "no exclusion applies")
    return always(Status.UNCERTAIN, "it is not known whether an exclusion applies (/breach/exception)")


def _information(facts: Facts) -> Timeline:
    information, place = facts.information, "/information"
    public = _fact(
        information.publicly_available,
        f"{place}/publiclyAvailable",
        "the information was publicly available",
        "the information was not publicly available",
    )
    unreadable = _fact(
        information.restricted_unreadable,
        f"{place}/restrictedUnreadable",
        "the restricted information was encrypted, redacted or otherwise unreadable",
        "the restricted information was readable",
    )
    personal = _fact(
        information.personal,
        f"{place}/personal",
        "personal information was concerned",
        "no personal information was concerned",
    )
    restricted = _fact(
        information.restricted,
        f"{place}/restricted",
        "restricted information was concerned",
        "no restricted information was concerned",
    )
    return all_of(any_of(personal, all_of(restricted, negated(unreadable))), negated(public))
