"""Who is asked about, what happened to which information: the elements that come before claims and program.

Connecticut (Conn. Gen. Stat. § 42-901(a)), Ohio (ORC 1354.01) and Texas (Bus. & Com. Code 542.001, 542.002) ask much
the same; where they differ, the terms of the statute say how.
"""

from charteroak.law.facts import (
    BreachException,
    DatedFact,
    Facts,
    Information,
    InformationSense,
    ProgramScope,
    StateInformation,
)
from charteroak.law.facts.dated import Sentence, answers
from charteroak.law.safe_harbor.statute import Terms
from charteroak.law.timeline import Status, Timeline, all_of, always, any_of, negated


def _fact(fact: DatedFact, pointer: str, yes: str, no: str) -> Timeline:
    return answers(fact, Sentence(pointer, yes, no))


def described(facts: Facts, terms: Terms) -> tuple[Information | StateInformation, str]:
    """The information by the definitions of the act asked about, and where in the document that stands."""
    information = facts.information
    if terms.information is InformationSense.OH:
        return information.oh, "/information/oh"
    if terms.information is InformationSense.TX:
        return information.tx, "/information/tx"
    return information, "/information"


def business(facts: Facts, terms: Terms) -> Timeline:
    """An organization of a kind that the act lists."""
    kind = facts.organisation.kind
    if kind is None:
        return always(Status.UNCERTAIN, "it is not known what kind of organization this is (/organisation/kind)")
    name = kind.value.replace("-", " ")
    if kind not in terms.kinds:
        return always(Status.COUNSEL, terms.kinds_elsewhere.format(kind=name))
    return always(Status.MET, f"the kind of organization is recorded as {name}, which is within the act's list")


def covered_entity(facts: Facts) -> Timeline:
    """One of four kinds of handling."""
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


def data_breach(facts: Facts) -> Timeline:
    """Access and acquisition, of information owned or licensed, with a material risk, and no exclusion."""
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
        exclusion(breach.exception, is_known=breach.exception_known),
    )


def exclusion(exception: BreachException | None, *, is_known: bool) -> Timeline:
    """None of the cases that the act leaves out of a breach."""
    if exception is not None:
        return always(Status.NOT_MET, f"the act leaves this case out of data breach: {exception.replace('-', ' ')}")
    if is_known:
        return always(Status.MET, "no exclusion applies")
    return always(Status.UNCERTAIN, "it is not known whether an exclusion applies (/breach/exception)")


def information(facts: Facts, terms: Terms) -> Timeline:
    """Personal information, or restricted information that was readable; none of it publicly available."""
    personal, restricted, public = _kinds_of_information(facts, terms)
    return all_of(any_of(personal, restricted), negated(public))


def information_in_scope(facts: Facts, terms: Terms) -> Timeline:
    """The information is of the kind for which the program was made (ORC 1354.02(A) and (D))."""
    scope = facts.program.scope
    if scope is None:
        return always(Status.UNCERTAIN, "it is not known for which information the program was made (/program/scope)")
    personal, restricted, public = _kinds_of_information(facts, terms)
    if scope is ProgramScope.PERSONAL_AND_RESTRICTED:
        concerned = any_of(personal, restricted)
    else:
        only_personal = always(Status.NOT_MET, "the program was made for personal information alone")
        concerned = any_of(personal, all_of(restricted, only_personal))
    return all_of(concerned, negated(public))


def _kinds_of_information(facts: Facts, terms: Terms) -> tuple[Timeline, Timeline, Timeline]:
    """Personal information, readable restricted information, and whether it was publicly available."""
    concerned, place = described(facts, terms)
    public = _fact(
        concerned.publicly_available,
        f"{place}/publiclyAvailable",
        "the information was publicly available",
        "the information was not publicly available",
    )
    unreadable = _fact(
        concerned.restricted_unreadable,
        f"{place}/restrictedUnreadable",
        "the restricted information was encrypted, redacted or otherwise unreadable",
        "the restricted information was readable",
    )
    personal = _fact(
        concerned.personal,
        f"{place}/personal",
        "personal information was concerned",
        "no personal information was concerned",
    )
    restricted = _fact(
        concerned.restricted,
        f"{place}/restricted",
        "restricted information was concerned",
        "no restricted information was concerned",
    )
    return personal, all_of(restricted, negated(unreadable)), public
