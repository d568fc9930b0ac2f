"""The places of a template, such as ``{discovered_on}``: each read from the record, or not known.

A place that the record cannot fill gives ``Unknown`` with the words for its blank. No place has a fallback, and a
number that is 0 is a number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from charteroak.clock import connecticut_day
from charteroak.response.notices.decisions import DecisionKind
from charteroak.response.notices.errors import NoticeError
from charteroak.response.notices.particulars import ParticularKind, load_particulars
from charteroak.response.notices.source import NoticeSource
from charteroak.response.notices.wording import day_words, kinds_words, load_words, moment_words


@dataclass(frozen=True, slots=True)
class Known:
    """Words for a place, and where they are from."""

    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """What would have to be known; it names a blank."""

    what: str


Value: TypeAlias = Known | Unknown
_Reader: TypeAlias = Callable[[NoticeSource, str], str | None]
FACTS, PARTICULARS, DECISIONS = "the incident's facts", "the answers for notices", "the record of decisions"


def read_field(key: str, source: NoticeSource, language: str) -> Value:
    """What stands in a place.

    Raises:
        NoticeError: there is no such place.
    """
    particular = load_particulars().get(key)
    if particular is not None:
        answer = source.particulars.get(key)
        if answer is None:
            return Unknown(particular.label_in(language))
        day = source.day(key) if particular.kind is ParticularKind.DAY else None
        return Known(answer if day is None else day_words(day, language), PARTICULARS)
    try:
        field = _FIELDS[key]
    except KeyError as error:
        raise NoticeError(f"No notice has a place {key!r}.") from error
    text = field.read(source, language)
    return Unknown(field.label_es if language == "es" else field.label) if text is None else Known(text, field.origin)


def field_keys() -> frozenset[str]:
    """Every place that a template may name."""
    return frozenset(_FIELDS) | frozenset(load_particulars())


@dataclass(frozen=True, slots=True)
class _Field:
    read: _Reader
    label: str
    label_es: str
    origin: str = FACTS


def _day_of(event: str) -> _Reader:
    def read(source: NoticeSource, language: str) -> str | None:
        moment = source.facts.moment(event)
        return None if moment is None else day_words(connecticut_day(moment), language)

    return read


def _moment_of(event: str) -> _Reader:
    def read(source: NoticeSource, _language: str) -> str | None:
        moment = source.facts.moment(event)
        return None if moment is None else moment_words(moment)

    return read


def _entity_kind(source: NoticeSource, _language: str) -> str | None:
    kind = source.facts.entity.kind
    return None if kind is None else str(load_words()["entities"][kind])


def _outcome(source: NoticeSource, _language: str) -> str | None:
    outcome = source.facts.incident.outcome
    return None if outcome in {None, "unknown"} else str(load_words()["outcomes"][outcome])


def _residents(source: NoticeSource, _language: str) -> str | None:
    number = source.facts.connecticut_residents
    return None if number is None else f"{number:,}"


def _residents_by_state(source: NoticeSource, _language: str) -> str | None:
    affected = source.facts.incident.residents_affected
    if affected is None:
        return None
    return ", ".join(f"{state.upper()}: {number:,}" for state, number in sorted(affected.items())) or None


def _individuals(source: NoticeSource, _language: str) -> str | None:
    number = source.facts.incident.individuals_affected
    return None if number is None else f"{number:,}"


def _kinds(source: NoticeSource, language: str) -> str | None:
    kinds = source.facts.incident.data_kinds
    if kinds is None:
        return None
    none = "ninguna que sepamos" if language == "es" else "none of the kinds that the law names"
    return kinds_words(kinds, language) or none


_REACHED = {
    # (access, acquisition): what may be said; where one of the two is open, only the other is said.
    "en": {
        "took": "someone took information that we hold",
        "saw": "someone was able to see information that we hold",
    },
    "es": {
        "took": "alguien se llevó información que guardamos",
        "saw": "alguien pudo ver información que guardamos",
    },
}


def _reached(source: NoticeSource, language: str) -> str | None:
    incident = source.facts.incident
    if incident.acquisition is True:
        return _REACHED[language]["took"]
    return _REACHED[language]["saw"] if incident.access is True else None


def _encrypted(source: NoticeSource, _language: str) -> str | None:
    return {True: "The data were encrypted.", False: "The data were not encrypted.", None: None}[
        source.facts.incident.encrypted
    ]


def _critical(source: NoticeSource, _language: str) -> str | None:
    return {
        True: "A critical service was touched.", False: "No critical service was touched.", None: None
    }[source.facts.incident.critical_service]  # fmt: skip


def _police_delay(source: NoticeSource, language: str) -> str | None:
    decision = source.decision(DecisionKind.POLICE_DELAY)
    if decision is None:
        return None
    day = day_words(decision.day, language)
    if not decision.answer:
        return f"No law-enforcement agency had asked for delay by {day}."
    how = {True: "in writing", False: "by word of mouth", None: ""}[decision.in_writing]
    until = "" if decision.until is None else f" until {day_words(decision.until, language)}"
    return f"{decision.by} asked on {day} {how} that notice be delayed{until}."


def _harm_finding(source: NoticeSource, language: str) -> str | None:
    decision = source.decision(DecisionKind.HARM_UNLIKELY)
    if decision is None:
        return None
    found = "found harm unlikely" if decision.answer else "did not find harm unlikely"
    return f"On {day_words(decision.day, language)}, {decision.by} {found}."


_FIELDS: Mapping[str, _Field] = {
    "organisation": _Field(
        lambda source, _: source.organisation or None, "our name", "nuestro nombre", "the organization"
    ),
    "incident_number": _Field(
        lambda source, _: source.incident, "our number for the incident", "nuestro número", "the incident"
    ),
    "drafted_on": _Field(
        lambda source, language: day_words(connecticut_day(source.as_of), language), "today", "hoy", "the clock"
    ),
    "entity_kind": _Field(_entity_kind, "kind of organization", "tipo de organización"),
    "outcome": _Field(_outcome, "whether it succeeded", "si tuvo éxito"),
    "discovered_on": _Field(_day_of("discoveredAt"), "day of discovery", "día del descubrimiento"),
    "discovered_at": _Field(_moment_of("discoveredAt"), "moment of discovery", "momento del descubrimiento"),
    "believed_at": _Field(_moment_of("reasonableBeliefAt"), "moment of reasonable belief", "momento de la convicción"),
    "determined_at": _Field(_moment_of("determinedAt"), "moment of determination", "momento de la determinación"),
    "material_on": _Field(_day_of("determinedMaterialAt"), "day it was found material", "día de la determinación"),
    "ransom_paid_at": _Field(_moment_of("ransomPaidAt"), "whether and when a ransom was paid", "si se pagó rescate"),
    "contractor_told_on": _Field(_day_of("contractorNoticeAt"), "day the contractor told us", "día del aviso"),
    "residents_told_on": _Field(_day_of("residentsNotifiedAt"), "day residents are told", "día del aviso"),
    "residents": _Field(_residents, "number of Connecticut residents", "número de residentes de Connecticut"),
    "residents_by_state": _Field(_residents_by_state, "number of people by state", "número de personas por estado"),
    "individuals": _Field(_individuals, "number of people", "número de personas"),
    "kinds": _Field(_kinds, "kinds of information", "tipos de información"),
    "reached": _Field(_reached, "whether information was seen or taken", "si alguien vio o se llevó información"),
    "encrypted": _Field(_encrypted, "whether the data were encrypted", "si los datos estaban cifrados"),
    "critical": _Field(_critical, "whether a critical service was touched", "si se afectó un servicio crítico"),
    "police_delay": _Field(
        _police_delay, "whether law enforcement asked for delay", "si la policía pidió demora", DECISIONS
    ),
    "harm_finding": _Field(_harm_finding, "whether harm was found unlikely", "si el daño es poco probable", DECISIONS),
}
