"""The facts that duties are read from: an entity and an incident. Every member may be absent, which means unknown.

A list that is given is complete: a kind of data that it does not name was not there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from charteroak.canonical import CanonicalError, parse_json
from charteroak.clock import TimeFormatError, parse_instant
from charteroak.errors import InputError, SourceLocation
from charteroak.law.errors import FactsError

EntityKind: TypeAlias = Literal[
    "individual", "sole-proprietor", "partnership", "firm", "corporation", "trust", "llc", "llp", "joint-stock",
    "joint-venture", "association", "nonprofit", "other-legal-entity", "municipality", "public-school-district",
    "state-agency",
]  # fmt: skip
Regime: TypeAlias = Literal[
    "hipaa-covered-entity", "hipaa-business-associate", "glba-ftc", "phr-vendor", "cjis", "irs-1075"
]
Licence: TypeAlias = Literal[
    "ct-insurance", "bank", "credit-union", "broker-dealer", "investment-adviser", "carrier", "utility", "pipeline",
    "bulk-power", "dod-contractor",
]  # fmt: skip
Principal: TypeAlias = Literal["state-agency", "school-board", "hipaa-covered-entity", "bank"]
DataRole: TypeAlias = Literal["owner", "licensee", "maintainer"]
Outcome: TypeAlias = Literal["successful", "unsuccessful", "blocked", "suspected", "unknown"]
DataKind: TypeAlias = Literal[
    "name", "ssn", "tax-id", "drivers-license", "passport", "government-id", "account", "card", "credentials",
    "medical", "health-insurance", "biometric", "student-information", "student-directory", "phi", "fti", "cji",
    "cui", "phr",
]  # fmt: skip
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Hours = Annotated[int, Meta(ge=0, le=24 * 366)]
Line = Annotated[str, Meta(max_length=300)]
StartEvent: TypeAlias = Literal[
    "discoveredAt", "reasonableBeliefAt", "determinedAt", "determinedMaterialAt", "ransomPaidAt", "contractorNoticeAt"
]


class Entity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Who had the incident."""

    kind: EntityKind | None = None
    sectors: tuple[Line, ...] | None = None
    regulated_by: tuple[Regime, ...] | None = None
    licences: tuple[Licence, ...] | None = None
    contractor_of: tuple[Principal, ...] | None = None
    contract_hours: Hours | None = None
    """Hours that an agreement with a state agency sets."""
    public_company: bool | None = None
    data_role: DataRole | None = None
    domicile: Line | None = None
    employees: Count | None = None
    enrolment: Count | None = None


class Incident(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What happened. Moments are RFC 3339 with an offset."""

    outcome: Outcome | None = None
    discovered_at: str | None = None
    reasonable_belief_at: str | None = None
    determined_at: str | None = None
    determined_material_at: str | None = None
    ransom_paid_at: str | None = None
    contractor_notice_at: str | None = None
    residents_notified_at: str | None = None
    access: bool | None = None
    acquisition: bool | None = None
    encrypted: bool | None = None
    harm_unlikely_finding: bool | None = None
    data_kinds: tuple[DataKind, ...] | None = None
    residents_affected: dict[Line, Count] | None = None
    individuals_affected: Count | None = None
    material_harm: bool | None = None
    critical_service: bool | None = None
    law_enforcement_delay_until: str | None = None


_MOMENTS: Mapping[str, str] = {
    "discoveredAt": "discovered_at",
    "reasonableBeliefAt": "reasonable_belief_at",
    "determinedAt": "determined_at",
    "determinedMaterialAt": "determined_material_at",
    "ransomPaidAt": "ransom_paid_at",
    "contractorNoticeAt": "contractor_notice_at",
    "residentsNotifiedAt": "residents_notified_at",
    "lawEnforcementDelayUntil": "law_enforcement_delay_until",
}


class DutyFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entity and its incident. Get one from ``parse_duty_facts``, which checks what the types cannot."""

    entity: Entity = Entity()
    incident: Incident = Incident()

    def text_of(self, event: str) -> str | None:
        """A moment as it was written."""
        text: str | None = getattr(self.incident, _MOMENTS[event])
        return text

    def moment(self, event: str) -> datetime | None:
        """A moment by its name in the document."""
        text = self.text_of(event)
        return None if text is None else parse_instant(text)

    @property
    def connecticut_residents(self) -> int | None:
        """How many residents of Connecticut are affected."""
        affected = self.incident.residents_affected
        return None if affected is None else affected.get("ct")


def parse_duty_facts(document: Any) -> DutyFacts:
    """Facts from parsed JSON.

    Raises:
        FactsError: a key or a word is not known, a value is of another type, a moment has no offset, or a discovery
            comes before what it discovers could be told of.
    """
    try:
        facts = msgspec.convert(document, DutyFacts)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at ")
        steps = path.strip("`").removeprefix("$").replace("[...]", "")
        pointer = steps.replace("[", "/").replace("]", "").replace(".", "/")
        raise FactsError(
            f"These facts cannot be used: {problem.rstrip('.')}.",
            remedy="Leave out what is not known; docs/duties.md has every name and word.",
            location=SourceLocation(pointer=pointer or None),
        ) from error
    for name in _MOMENTS:
        try:
            facts.moment(name)
        except TimeFormatError as error:
            place = SourceLocation(pointer=f"/incident/{name}")
            raise FactsError(error.message, remedy=error.remedy, location=place) from error
    _refuse_impossible(facts)
    return facts


def parse_duty_facts_json(data: bytes, *, path: str = "") -> DutyFacts:
    """Facts from a JSON document.

    Raises:
        FactsError: it is no JSON, or cannot be used; the place is named.
    """
    try:
        return parse_duty_facts(parse_json(data))
    except (CanonicalError, FactsError) as error:
        raise _in_file(error, path) from error


def _in_file(error: InputError, path: str) -> FactsError:
    location = error.location or SourceLocation()
    place = SourceLocation(path=path or None, line=location.line, pointer=location.pointer)
    return FactsError(error.message, remedy=error.remedy, location=place)


def _refuse_impossible(facts: DutyFacts) -> None:
    discovered, notified = facts.moment("discoveredAt"), facts.moment("residentsNotifiedAt")
    if discovered is not None and notified is not None and notified < discovered:
        raise FactsError(
            "Residents are said to have been told before the incident was discovered.",
            remedy="Correct one of the two moments.",
            location=SourceLocation(pointer="/incident/residentsNotifiedAt"),
        )
