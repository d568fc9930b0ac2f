"""Which facts trigger which duty: for each row of the table, the conditions that all have to hold.

Each condition carries the sentence for the case that it decides. The first that does not hold makes a duty *not
triggered*; if all that are known hold and one is not known, the duty is *unknown*, and the sentence says what to find
out.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from charteroak.law.duties.conditions import Answer, Condition, among, at_least, both, either, negated
from charteroak.law.duties.facts import DutyFacts

Trigger: TypeAlias = Callable[[DutyFacts], tuple[Condition, ...]]

PUBLIC_BODIES = frozenset({"municipality", "public-school-district", "state-agency"})
_WITH_A_NAME = (
    "ssn", "tax-id", "drivers-license", "passport", "government-id", "account", "card", "medical", "health-insurance",
    "biometric", "phi",
)  # fmt: skip
"""Kinds that are personal information of § 36a-701b(a) together with a person's name."""

_FTC_CONSUMERS = 500
_INSURANCE_CONSUMERS = 250
_MEDIA_RESIDENTS = 501
_ATTORNEY_GENERAL = "attorney-general"


def happened(facts: DutyFacts) -> Answer:
    """Whether anything got through. A suspicion is neither yes nor no."""
    outcome = facts.incident.outcome
    if outcome == "successful":
        return True
    return False if outcome in {"unsuccessful", "blocked"} else None


def reached(facts: DutyFacts) -> Answer:
    """Access or acquisition, either of which is enough under § 36a-701b(a)."""
    answer = either(facts.incident.access, facts.incident.acquisition)
    return False if answer is None and happened(facts) is False else answer


def personal_information(facts: DutyFacts) -> Answer:
    """Whether the data were personal information of § 36a-701b(a)."""
    kinds = facts.incident.data_kinds
    if kinds is None:
        return None
    if "credentials" in kinds:
        return True
    if among(kinds, *_WITH_A_NAME):
        return True if "name" in kinds else None
    return False


def _unencrypted(facts: DutyFacts) -> Condition:
    return Condition(
        negated(facts.incident.encrypted), "The data were encrypted.", "Find out whether the data were encrypted."
    )


def _reached(facts: DutyFacts) -> Condition:
    return Condition(
        reached(facts),
        "Nobody had access to the data, and nobody acquired them.",
        "Find out whether anybody had access to the data or acquired them.",
    )


def _not_blocked(facts: DutyFacts) -> Condition:
    holds = happened(facts)
    # A suspected incident counts here: these duties speak of suspicion or of any incident.
    return Condition(
        True if facts.incident.outcome in {"suspected", "successful"} else holds,
        "The attempt did not succeed.",
        "Find out whether the attempt succeeded.",
    )


def _success(facts: DutyFacts) -> Condition:
    return Condition(happened(facts), "The attempt did not succeed.", "Find out whether the attempt succeeded.")


def _given(facts: DutyFacts, event: str, unknown: str) -> Condition:
    """A start event that is given means that the law's own test was met."""
    return Condition(True if facts.moment(event) is not None else None, "", unknown)


def _is_one(answer: Answer, what: str) -> Condition:
    return Condition(answer, f"The entity is not {what}.", f"Say whether the entity is {what}.")


def _kinds(facts: DutyFacts, what: str, *kinds: str) -> Condition:
    return Condition(
        among(facts.incident.data_kinds, *kinds),
        f"No {what} is among the data.",
        f"Find out whether {what} is among the data.",
    )


def _licensed(facts: DutyFacts, what: str, *licences: str) -> Condition:
    return _is_one(among(facts.entity.licences, *licences), what)


def _regulated(facts: DutyFacts, what: str, *regimes: str) -> Condition:
    return _is_one(among(facts.entity.regulated_by, *regimes), what)


def _contractor(facts: DutyFacts, what: str, principal: str) -> Condition:
    return _is_one(among(facts.entity.contractor_of, principal), what)


def _public_body(facts: DutyFacts) -> Condition:
    kind = facts.entity.kind
    return _is_one(None if kind is None else kind in PUBLIC_BODIES, "a town, a school district or a state agency")


def _breach_of_security(facts: DutyFacts) -> tuple[Condition, ...]:
    incident, residents = facts.incident, facts.connecticut_residents
    return (
        Condition(
            personal_information(facts),
            "The data are no personal information in the law's sense.",
            "Find out which kinds of data were reached, and whether names were with them.",
        ),
        _reached(facts),
        _unencrypted(facts),
        # The exception needs a finding; without one the duty stands.
        Condition(
            incident.harm_unlikely_finding is not True,
            "An investigation found harm unlikely. Keep its record: the exception rests on it.",
            "",
        ),
        Condition(
            at_least(residents, 1),
            "No resident of Connecticut is affected.",
            "Find out how many residents of Connecticut are affected.",
        ),
    )


def _of_own_data(facts: DutyFacts) -> tuple[Condition, ...]:
    role = facts.entity.data_role
    own = Condition(
        None if role is None else role != "maintainer",
        "The data belong to somebody else, whom the entity has to tell instead.",
        "Say whether the entity owns, licenses or only maintains the data.",
    )
    return (own, *_breach_of_security(facts))


def _of_others_data(facts: DutyFacts) -> tuple[Condition, ...]:
    role = facts.entity.data_role
    others = Condition(
        None if role is None else role == "maintainer",
        "The entity does not maintain the data for somebody else.",
        "Say whether the entity owns, licenses or only maintains the data.",
    )
    # Who is told here is the owner, whoever and wherever the people are.
    return (others, *_breach_of_security(facts)[:3])


def _identity_services(facts: DutyFacts) -> tuple[Condition, ...]:
    return (_kinds(facts, "Social Security or taxpayer number", "ssn", "tax-id"), *_of_own_data(facts))


def _credentials(facts: DutyFacts) -> tuple[Condition, ...]:
    return (_kinds(facts, "user name with its password", "credentials"), *_of_own_data(facts))


def _insurance(facts: DutyFacts) -> tuple[Condition, ...]:
    domicile = facts.entity.domicile
    domestic = None if domicile is None else domicile.casefold() in {"ct", "connecticut"}
    another = _verdict(_of_own_data(facts))
    foreign = both(
        at_least(facts.connecticut_residents, _INSURANCE_CONSUMERS), either(another, facts.incident.material_harm)
    )
    return (
        _licensed(facts, "a licensee of the Insurance Department", "ct-insurance"),
        _success(facts),
        Condition(
            either(domestic, foreign),
            "The licensee is domiciled elsewhere, and the event stays below the law's threshold.",
            "Find out where the licensee is domiciled, and how many people in Connecticut are affected.",
        ),
    )


def _verdict(conditions: tuple[Condition, ...]) -> Answer:
    return both(*(condition.holds for condition in conditions))


def _student_contractor(facts: DutyFacts, what: str, *kinds: str) -> tuple[Condition, ...]:
    return (_contractor(facts, "a contractor of a school board", "school-board"), _kinds(facts, what, *kinds),
            _reached(facts))  # fmt: skip


def _student_board(facts: DutyFacts) -> tuple[Condition, ...]:
    kind = facts.entity.kind
    return (
        _is_one(None if kind is None else kind == "public-school-district", "a board of education"),
        _given(facts, "contractorNoticeAt", "The clock starts with a contractor's notice; none is on record."),
    )


def _state_contractor(facts: DutyFacts) -> tuple[Condition, ...]:
    return (_contractor(facts, "a contractor of a state agency", "state-agency"), _not_blocked(facts))


def _carrier(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _licensed(facts, "a carrier", "carrier"),
        _given(facts, "determinedAt", "The clock starts when a breach is reasonably determined; say when that was."),
    )


def _health_information(facts: DutyFacts) -> tuple[Condition, ...]:
    return (_kinds(facts, "protected health information", "phi"), _reached(facts), _unencrypted(facts))


def _covered_entity(facts: DutyFacts) -> tuple[Condition, ...]:
    return (_regulated(facts, "a HIPAA covered entity", "hipaa-covered-entity"), *_health_information(facts))


def _media(facts: DutyFacts) -> tuple[Condition, ...]:
    affected = facts.incident.residents_affected
    most = None if affected is None else max(affected.values(), default=0)
    many = Condition(
        at_least(most, _MEDIA_RESIDENTS),
        "Not more than 500 residents of one state are affected.",
        "Find out how many residents of each state are affected.",
    )
    return (*_covered_entity(facts), many)


def _business_associate(facts: DutyFacts) -> tuple[Condition, ...]:
    own = either(
        among(facts.entity.regulated_by, "hipaa-business-associate"),
        among(facts.entity.contractor_of, "hipaa-covered-entity"),
    )
    return (_is_one(own, "a HIPAA business associate"), *_health_information(facts))


def _safeguards_rule(facts: DutyFacts) -> tuple[Condition, ...]:
    acquired = facts.incident.acquisition
    return (
        _regulated(facts, "a financial institution under the FTC's rule", "glba-ftc"),
        Condition(
            False if acquired is None and happened(facts) is False else acquired,
            "Nobody acquired the information.",
            "Find out whether anybody acquired the information.",
        ),
        _unencrypted(facts),
        Condition(
            at_least(facts.incident.individuals_affected, _FTC_CONSUMERS),
            "Fewer than 500 consumers are affected.",
            "Find out how many consumers are affected.",
        ),
    )


def _health_record_vendor(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _regulated(facts, "a vendor of personal health records", "phr-vendor"),
        _kinds(facts, "personal health record", "phr", "medical"),
        _reached(facts),
        _unencrypted(facts),
    )


def _bank(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _licensed(facts, "a bank", "bank"),
        _given(facts, "determinedAt", "The clock starts when a notification incident is determined; say when."),
    )


def _bank_provider(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _contractor(facts, "a service provider of a bank", "bank"),
        _given(facts, "determinedAt", "The duty starts when the disruption is determined; say when."),
    )


def _credit_union(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _licensed(facts, "a credit union", "credit-union"),
        _given(facts, "reasonableBeliefAt", "The clock starts with a reasonable belief; say when that was."),
    )


def _public_company(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _is_one(facts.entity.public_company, "a public company"),
        _given(
            facts,
            "determinedMaterialAt",
            "The clock starts when the incident is determined to be material; decide that without unreasonable delay.",
        ),
    )


def _securities_firm(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _licensed(facts, "a broker-dealer or an adviser", "broker-dealer", "investment-adviser"),
        Condition(
            personal_information(facts),
            "No sensitive customer information is among the data.",
            "Find out which kinds of data were reached.",
        ),
        _reached(facts),
        Condition(
            facts.incident.harm_unlikely_finding is not True,
            "An investigation found harm unlikely. Keep its record: the exception rests on it.",
            "",
        ),
    )


def _criminal_justice(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _regulated(facts, "an agency with criminal justice information", "cjis"),
        _kinds(facts, "criminal justice information", "cji"),
        _not_blocked(facts),
    )


def _tax_information(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _regulated(facts, "an agency with federal tax information", "irs-1075"),
        _kinds(facts, "federal tax information", "fti"),
        _not_blocked(facts),
    )


def _bulk_power(facts: DutyFacts) -> tuple[Condition, ...]:
    return (_licensed(facts, "an entity of the bulk power system", "bulk-power"),)


def _electric_emergency(facts: DutyFacts) -> tuple[Condition, ...]:
    return (*_bulk_power(facts), _not_blocked(facts))


def _defense(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _licensed(facts, "a contractor of the Department of Defense", "dod-contractor"),
        _kinds(facts, "controlled unclassified information", "cui"),
        _not_blocked(facts),
    )


def _pipeline(facts: DutyFacts) -> tuple[Condition, ...]:
    return (_licensed(facts, "a pipeline under a directive", "pipeline"), _not_blocked(facts))


def _utility(facts: DutyFacts) -> tuple[Condition, ...]:
    return (
        _licensed(facts, "a utility", "utility"),
        Condition(False, "No incident triggers it: the program is reviewed once a year.", ""),
    )


def _anyone(facts: DutyFacts) -> tuple[Condition, ...]:  # noqa: ARG001 - a trigger's signature
    return ()


TRIGGERS: Mapping[tuple[str, str], Trigger] = {
    ("CT-BREACH-RES", "residents"): _of_own_data,
    ("CT-BREACH-AG", _ATTORNEY_GENERAL): _of_own_data,
    ("CT-IDTHEFT", "residents"): _identity_services,
    ("CT-BREACH-OWNER", "owner"): _of_others_data,
    ("CT-BREACH-CREDS", "account-holders"): _credentials,
    ("CT-MASSIVE", _ATTORNEY_GENERAL): _anyone,
    ("CT-INS", "insurance-commissioner"): _insurance,
    ("CT-STUDENT-CONTRACTOR", "board"): lambda facts: _student_contractor(
        facts, "student information", "student-information"
    ),
    ("CT-STUDENT-CONTRACTOR-60", "board"): lambda facts: _student_contractor(
        facts, "directory information or student record", "student-directory"
    ),
    ("CT-STUDENT-BOARD", "families"): _student_board,
    ("CT-CONTRACTOR", "agency"): _state_contractor,
    ("CT-CONTRACTOR", _ATTORNEY_GENERAL): _state_contractor,
    ("CT-UTILITY", "pura"): _utility,
    ("CT-TELECOM", "federal-agencies"): _carrier,
    ("CT-TELECOM", "customers"): _carrier,
    ("CT-MUNI", "ctic"): lambda facts: (_public_body(facts),),
    ("CIRCIA", "incident"): _anyone,
    ("CIRCIA", "ransom-payment"): _anyone,
    ("HIPAA-BREACH", "individuals"): _covered_entity,
    ("HIPAA-BREACH", "hhs"): _covered_entity,
    ("HIPAA-BREACH", "media"): _media,
    ("HIPAA-BREACH", "covered-entity"): _business_associate,
    ("FTC-SAFEGUARDS", "ftc"): _safeguards_rule,
    ("FTC-HBNR", "individuals"): _health_record_vendor,
    ("FTC-HBNR", "ftc"): _health_record_vendor,
    ("BANK-36H", "regulator"): _bank,
    ("BANK-36H", "bank"): _bank_provider,
    ("NCUA-72H", "ncua"): _credit_union,
    ("SEC-8K-1.05", "sec"): _public_company,
    ("SEC-REG-SP", "customers"): _securities_firm,
    ("CJIS", "csa"): _criminal_justice,
    ("IRS-1075", "tigta"): _tax_information,
    ("NERC/DOE", "e-isac"): _bulk_power,
    ("NERC/DOE", "doe"): _electric_emergency,
    ("DFARS-7012", "dibnet"): _defense,
    ("TSA", "cisa"): _pipeline,
    ("MS-ISAC", "soc"): lambda facts: (_public_body(facts),),
    ("EI-ISAC", "isac"): _anyone,
    ("IC3", "fbi"): lambda facts: (_not_blocked(facts),),
    ("CISA", "cisa"): _anyone,
}
"""The conditions of each row of the table."""
