"""The parts of a facts document as values.

``None`` means unknown throughout, with these exceptions:

- the end of a period (``None``: it still holds; an unknown end is ``Period(..., last_known=False)``),
- ``Breach.failure_from`` (``None``: the interval starts where the breach starts),
- ``Breach.exception`` (``None`` with ``exception_known``: none applies).
"""

from dataclasses import dataclass
from datetime import date

from charteroak.law.facts.dated import UNKNOWN, DatedFact
from charteroak.law.facts.words import (
    BreachException,
    ConformityStatus,
    Forum,
    FoundedIn,
    LawOfClaim,
    OrganisationKind,
    ProgramScope,
    Regime,
)
from charteroak.law.timeline import NOT_KNOWN, Period


@dataclass(frozen=True, slots=True)
class Handling:
    """What the organization does with personal or restricted information."""

    accesses: DatedFact = UNKNOWN
    maintains: DatedFact = UNKNOWN
    communicates: DatedFact = UNKNOWN
    processes: DatedFact = UNKNOWN


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who is asked about. ``regulated_by`` None: not known; empty: by none of the four.

    ``located_in`` are the states, by their two letters, where it is organized or has a place of business.
    """

    kind: OrganisationKind | None = None
    regulated_by: frozenset[Regime] | None = None
    employees: int | None = None
    located_in: frozenset[str] | None = None
    handles: Handling = Handling()


@dataclass(frozen=True, slots=True)
class StateInformation:
    """The information concerned by another state's definitions, which are not Connecticut's."""

    personal: DatedFact = UNKNOWN
    restricted: DatedFact = UNKNOWN
    restricted_unreadable: DatedFact = UNKNOWN
    publicly_available: DatedFact = UNKNOWN


@dataclass(frozen=True, slots=True)
class Information:
    """The information concerned, by Connecticut's definitions, and apart from them by those of other states."""

    personal: DatedFact = UNKNOWN
    restricted: DatedFact = UNKNOWN
    owned_or_licensed: DatedFact = UNKNOWN
    restricted_unreadable: DatedFact = UNKNOWN
    publicly_available: DatedFact = UNKNOWN
    oh: StateInformation = StateInformation()
    tx: StateInformation = StateInformation()


@dataclass(frozen=True, slots=True)
class Claim:
    """One cause of action. ``alleges`` is ``failure-of-reasonable-controls`` or another word."""

    founded_in: FoundedIn | None = None
    alleges: str | None = None
    law: LawOfClaim | None = None
    forum: Forum | None = None
    arises_from_breach: bool | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """The breach. ``period`` runs from the intrusion to its end; ``exception_known`` says that None means none."""

    period: Period = NOT_KNOWN
    failure_from: date | None = None
    access: bool | None = None
    acquisition: bool | None = None
    material_risk: bool | None = None
    exception: BreachException | None = None
    exception_known: bool = False


@dataclass(frozen=True, slots=True)
class Safeguards:
    """The three kinds of safeguard."""

    administrative: DatedFact = UNKNOWN
    technical: DatedFact = UNKNOWN
    physical: DatedFact = UNKNOWN


@dataclass(frozen=True, slots=True)
class Objectives:
    """The three design objectives."""

    confidentiality: DatedFact = UNKNOWN
    threats_or_hazards: DatedFact = UNKNOWN
    unauthorized_access_and_acquisition: DatedFact = UNKNOWN


@dataclass(frozen=True, slots=True)
class Scale:
    """The factors of scale and scope: Connecticut's four, and the fifth of Ohio, which is none of Connecticut's."""

    size_and_complexity: DatedFact = UNKNOWN
    activities: DatedFact = UNKNOWN
    sensitivity: DatedFact = UNKNOWN
    cost_and_tools: DatedFact = UNKNOWN
    available_resources: DatedFact = UNKNOWN


@dataclass(frozen=True, slots=True)
class Simplified:
    """What Texas names for the smallest businesses."""

    password_policy: DatedFact = UNKNOWN
    employee_training: DatedFact = UNKNOWN


@dataclass(frozen=True, slots=True)
class Program:
    """The written program."""

    written: DatedFact = UNKNOWN
    adopted: date | None = None
    maintained: DatedFact = UNKNOWN
    complied_with: DatedFact = UNKNOWN
    safeguards: Safeguards = Safeguards()
    objectives: Objectives = Objectives()
    scale: Scale = Scale()
    scope: ProgramScope | None = None
    simplified: Simplified = Simplified()


@dataclass(frozen=True, slots=True)
class Conformity:
    """A row of the conformity list.

    ``findings`` is for the program's own findings, where they are at hand (Python only): yes on days on which every
    in-scope requirement was satisfied at objective level, no where there was an exception.
    """

    framework: str | None
    edition: str | None
    status: ConformityStatus | None
    period: Period
    asserted_by: str | None = None
    exhibits: tuple[str, ...] = ()
    findings: DatedFact | None = None
