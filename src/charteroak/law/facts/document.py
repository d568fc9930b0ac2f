"""The facts document of INTERFACES, from JSON to ``Facts``: these keys, and nothing else is read."""

import re
from dataclasses import replace
from typing import Any

from charteroak.canonical import CanonicalError, parse_json
from charteroak.errors import SourceLocation
from charteroak.law.editions import STRICT, AmendedLawClock, EditionPolicy
from charteroak.law.errors import FactsError
from charteroak.law.facts.dated import DatedFact, DatedRow, FactStatus
from charteroak.law.facts.model import Facts
from charteroak.law.facts.parts import (
    Breach,
    Claim,
    Conformity,
    Handling,
    Information,
    Objectives,
    Organisation,
    Program,
    Safeguards,
    Scale,
    Simplified,
    StateInformation,
)
from charteroak.law.facts.reader import ObjectReader, items, read_text, read_word, refuse
from charteroak.law.facts.words import (
    BreachException,
    ConformityStatus,
    Culpability,
    Forum,
    FoundedIn,
    LawOfClaim,
    Mode,
    OrganisationKind,
    ProgramScope,
    Regime,
)
from charteroak.law.timeline import Period

DOCUMENT_KEYS = (
    "mode",
    "asOf",
    "organisation",
    "information",
    "claims",
    "breach",
    "program",
    "conformity",
    "culpability",
    "policy",
)
ORGANISATION_KEYS = ("kind", "regulatedBy", "employees", "locatedIn", "handles")
HANDLING_KEYS = ("accesses", "maintains", "communicates", "processes")
INFORMATION_KEYS = (
    "personal",
    "restricted",
    "ownedOrLicensed",
    "restrictedUnreadable",
    "publiclyAvailable",
    "oh",
    "tx",
)
STATE_INFORMATION_KEYS = ("personal", "restricted", "restrictedUnreadable", "publiclyAvailable")
CLAIM_KEYS = ("foundedIn", "alleges", "law", "forum", "arisesFromBreach")
BREACH_KEYS = ("from", "to", "failureFrom", "access", "acquisition", "materialRisk", "exception")
PROGRAM_KEYS = (
    "written",
    "adopted",
    "maintained",
    "compliedWith",
    "safeguards",
    "objectives",
    "scale",
    "scope",
    "simplified",
)
SAFEGUARDS_KEYS = ("administrative", "technical", "physical")
OBJECTIVES_KEYS = ("confidentiality", "threatsOrHazards", "unauthorizedAccessAndAcquisition")
SCALE_KEYS = ("sizeAndComplexity", "activities", "sensitivity", "costAndTools", "availableResources")
SIMPLIFIED_KEYS = ("passwordPolicy", "employeeTraining")
CONFORMITY_KEYS = ("framework", "edition", "status", "from", "to", "assertedBy", "exhibits")
DATED_ROW_KEYS = ("from", "to", "status", "exhibits")
POLICY_KEYS = ("patchReleasesAreRevisions", "amendedLawClock")

ALLEGATION_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
_ALLEGATION = re.compile(ALLEGATION_PATTERN)
STATE_PATTERN = "^[a-z]{2}$"
_STATE = re.compile(STATE_PATTERN)


def parse_facts_json(data: bytes, *, path: str | None = None) -> Facts:
    """Facts from the bytes of a JSON document; ``path`` names the file in a refusal.

    Raises:
        FactsError: the bytes are not strict JSON (no duplicate keys, no NaN), or not a facts document, or say what
            cannot be. The message names the place as a JSON pointer, and the remedy.
    """
    try:
        return parse_facts(parse_json(data))
    except CanonicalError as error:
        raise FactsError(error.message, remedy=error.remedy, location=SourceLocation(path=path)) from error
    except FactsError as error:
        if path is not None and error.location is not None:
            error.location = replace(error.location, path=path)
        raise


def parse_facts(document: object) -> Facts:
    """Facts from decoded JSON.

    An absent key and ``null`` both mean unknown, with the exceptions of INTERFACES: ``to`` null is *still* (absent is
    unknown), ``breach.exception`` null is *none* (absent is unknown), ``breach.failureFrom`` null or absent starts the
    interval at ``breach.from``, and ``mode`` and ``policy`` have defaults.

    Raises:
        FactsError: an unknown key, a wrong type, a word outside its list, or facts that cannot be true together.
    """
    reader = ObjectReader(document, "", DOCUMENT_KEYS)
    return Facts(
        mode=reader.word("mode", Mode) or Mode.BREACH,
        as_of=reader.day("asOf"),
        organisation=_organisation(reader.section("organisation", ORGANISATION_KEYS)),
        information=_information(reader.section("information", INFORMATION_KEYS)),
        claims=reader.each("claims", _claim),
        breach=_breach(reader.section("breach", BREACH_KEYS)),
        program=_program(reader.section("program", PROGRAM_KEYS)),
        conformity=reader.each("conformity", _conformity),
        culpability=reader.word("culpability", Culpability),
        policy=_policy(reader.section("policy", POLICY_KEYS)),
    )


def _period(reader: ObjectReader) -> Period:
    """``from`` and ``to`` of a row: ``to`` null is still, ``to`` absent is unknown."""
    return Period(reader.day("from"), reader.day("to"), last_known=reader.has("to"))


def _dated(reader: ObjectReader, key: str) -> DatedFact:
    value = reader.get(key)
    if value is None or isinstance(value, bool):
        return DatedFact(bare=value)
    if isinstance(value, list | tuple):
        return DatedFact(rows=tuple(_dated_row(item, place) for item, place in items(value, reader.at(key))))
    return refuse(
        reader.at(key), "This fact is neither true, false, null nor a list of rows.", "Write true, false, null or rows."
    )


def _dated_row(value: Any, pointer: str) -> DatedRow:
    reader = ObjectReader(value, pointer, DATED_ROW_KEYS)
    status = reader.word("status", FactStatus) or FactStatus.UNKNOWN
    return DatedRow(_period(reader), status, reader.each("exhibits", read_text) or ())


def _organisation(reader: ObjectReader) -> Organisation:
    regimes = reader.each("regulatedBy", lambda item, place: read_word(item, place, Regime))
    handles = reader.section("handles", HANDLING_KEYS)
    return Organisation(
        kind=reader.word("kind", OrganisationKind),
        regulated_by=None if regimes is None else frozenset(regimes),
        employees=reader.count("employees"),
        located_in=None if (states := reader.each("locatedIn", _state)) is None else frozenset(states),
        handles=Handling(
            accesses=_dated(handles, "accesses"),
            maintains=_dated(handles, "maintains"),
            communicates=_dated(handles, "communicates"),
            processes=_dated(handles, "processes"),
        ),
    )


def _state(value: Any, pointer: str) -> str:
    if not isinstance(value, str) or not _STATE.fullmatch(value):
        refuse(pointer, "A state is named by its two letters.", "Write ct, oh, tx or another state's two letters.")
    return value


def _information(reader: ObjectReader) -> Information:
    return Information(
        personal=_dated(reader, "personal"),
        restricted=_dated(reader, "restricted"),
        owned_or_licensed=_dated(reader, "ownedOrLicensed"),
        restricted_unreadable=_dated(reader, "restrictedUnreadable"),
        publicly_available=_dated(reader, "publiclyAvailable"),
        oh=_state_information(reader.section("oh", STATE_INFORMATION_KEYS)),
        tx=_state_information(reader.section("tx", STATE_INFORMATION_KEYS)),
    )


def _state_information(reader: ObjectReader) -> StateInformation:
    return StateInformation(
        personal=_dated(reader, "personal"),
        restricted=_dated(reader, "restricted"),
        restricted_unreadable=_dated(reader, "restrictedUnreadable"),
        publicly_available=_dated(reader, "publiclyAvailable"),
    )


def _claim(value: Any, pointer: str) -> Claim:
    reader = ObjectReader(value, pointer, CLAIM_KEYS)
    alleges = reader.text("alleges")
    if alleges is not None and not _ALLEGATION.fullmatch(alleges):
        refuse(
            reader.at("alleges"),
            "What a claim alleges is named by a short word.",
            "Write failure-of-reasonable-controls, another word in lower case such as late-notice, or null.",
        )
    return Claim(
        founded_in=reader.word("foundedIn", FoundedIn),
        alleges=None if alleges == "unknown" else alleges,
        law=reader.word("law", LawOfClaim),
        forum=reader.word("forum", Forum),
        arises_from_breach=reader.truth("arisesFromBreach"),
    )


def _breach(reader: ObjectReader) -> Breach:
    return Breach(
        period=_period(reader),
        failure_from=reader.day("failureFrom"),
        access=reader.truth("access"),
        acquisition=reader.truth("acquisition"),
        material_risk=reader.truth("materialRisk"),
        exception=reader.word("exception", BreachException),
        exception_known=reader.has("exception"),
    )


def _program(reader: ObjectReader) -> Program:
    safeguards = reader.section("safeguards", SAFEGUARDS_KEYS)
    objectives = reader.section("objectives", OBJECTIVES_KEYS)
    scale = reader.section("scale", SCALE_KEYS)
    simplified = reader.section("simplified", SIMPLIFIED_KEYS)
    return Program(
        written=_dated(reader, "written"),
        adopted=reader.day("adopted"),
        maintained=_dated(reader, "maintained"),
        complied_with=_dated(reader, "compliedWith"),
        safeguards=Safeguards(
            administrative=_dated(safeguards, "administrative"),
            technical=_dated(safeguards, "technical"),
            physical=_dated(safeguards, "physical"),
        ),
        objectives=Objectives(
            confidentiality=_dated(objectives, "confidentiality"),
            threats_or_hazards=_dated(objectives, "threatsOrHazards"),
            unauthorized_access_and_acquisition=_dated(objectives, "unauthorizedAccessAndAcquisition"),
        ),
        scale=Scale(
            size_and_complexity=_dated(scale, "sizeAndComplexity"),
            activities=_dated(scale, "activities"),
            sensitivity=_dated(scale, "sensitivity"),
            cost_and_tools=_dated(scale, "costAndTools"),
            available_resources=_dated(scale, "availableResources"),
        ),
        scope=reader.word("scope", ProgramScope),
        simplified=Simplified(
            password_policy=_dated(simplified, "passwordPolicy"),
            employee_training=_dated(simplified, "employeeTraining"),
        ),
    )


def _conformity(value: Any, pointer: str) -> Conformity:
    reader = ObjectReader(value, pointer, CONFORMITY_KEYS)
    return Conformity(
        framework=reader.text("framework"),
        edition=reader.text("edition"),
        status=reader.word("status", ConformityStatus),
        period=_period(reader),
        asserted_by=reader.text("assertedBy"),
        exhibits=reader.each("exhibits", read_text) or (),
    )


def _policy(reader: ObjectReader) -> EditionPolicy:
    patches = reader.truth("patchReleasesAreRevisions")
    clock = reader.word("amendedLawClock", AmendedLawClock)
    return EditionPolicy(
        patch_releases_are_revisions=STRICT.patch_releases_are_revisions if patches is None else patches,
        amended_law_clock=STRICT.amended_law_clock if clock is None else clock,
    )
