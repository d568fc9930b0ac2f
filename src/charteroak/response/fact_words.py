"""The facts of an incident in plain words: what stands on pages and on paper for each member and value of the document.

The members are those of the duty-facts document (``charteroak.law.duties.facts``). Pages ask with questions of their
own; what a value means is said in one place.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from charteroak.clock import TimeFormatError, parse_instant

OUTCOMES: Mapping[str, str] = {
    "successful": "It succeeded",
    "suspected": "We suspect it did",
    "unsuccessful": "It was tried and failed",
    "blocked": "A safeguard blocked it",
    "unknown": "Not known yet",
}
DATA_KINDS: Mapping[str, str] = {
    "name": "Names",
    "ssn": "Social Security numbers",
    "tax-id": "Taxpayer identification numbers",
    "drivers-license": "Driver's license numbers",
    "passport": "Passport or military numbers",
    "government-id": "Other numbers that a government gave",
    "account": "Bank account numbers with a code or password",
    "card": "Credit or debit card numbers",
    "credentials": "User names or mail addresses with their passwords",
    "medical": "Health information",
    "health-insurance": "Health insurance numbers",
    "biometric": "Fingerprints, faces, voices",
    "student-information": "Information about students",
    "student-directory": "Directory information of students",
    "phi": "Health records that HIPAA protects",
    "fti": "Federal tax information",
    "cji": "Criminal justice information",
    "cui": "Controlled unclassified information",
    "phr": "Personal health records from an app",
}
ENTITY_KINDS: Mapping[str, str] = {
    "municipality": "A town or city",
    "public-school-district": "A public school district",
    "state-agency": "A state agency",
    "corporation": "A corporation",
    "llc": "A limited liability company",
    "llp": "A limited liability partnership",
    "partnership": "A partnership",
    "sole-proprietor": "A sole proprietor",
    "individual": "A person",
    "firm": "A firm",
    "trust": "A trust",
    "joint-stock": "A joint-stock company",
    "joint-venture": "A joint venture",
    "association": "An association",
    "nonprofit": "A nonprofit",
    "other-legal-entity": "Something else",
}
ROLES: Mapping[str, str] = {
    "owner": "They are our data",
    "licensee": "We license them",
    "maintainer": "We keep them for somebody else",
}
REGIMES: Mapping[str, str] = {
    "hipaa-covered-entity": "HIPAA, as a provider, plan or clearinghouse",
    "hipaa-business-associate": "HIPAA, as a business associate",
    "glba-ftc": "The FTC's Safeguards Rule",
    "phr-vendor": "The FTC's rule for health apps",
    "cjis": "CJIS: we use criminal justice information",
    "irs-1075": "IRS Publication 1075: we hold federal tax information",
}
LICENCES: Mapping[str, str] = {
    "ct-insurance": "Connecticut Insurance Department",
    "bank": "Bank",
    "credit-union": "Credit union",
    "broker-dealer": "Broker or dealer",
    "investment-adviser": "Investment adviser",
    "carrier": "Telephone or internet carrier",
    "utility": "Electric, gas or water company",
    "pipeline": "Pipeline",
    "bulk-power": "Bulk power",
    "dod-contractor": "Contractor of the Department of Defense",
}
PRINCIPALS: Mapping[str, str] = {
    "state-agency": "A state agency",
    "school-board": "A school board",
    "hipaa-covered-entity": "A health care provider or plan",
    "bank": "A bank",
}

_LABELS: Mapping[str, str] = {
    "discoveredAt": "Discovered",
    "access": "Data was seen",
    "acquisition": "Data was taken away",
    "encrypted": "The data was encrypted, and the key is safe",
    "criticalService": "A service that people depend on is down",
    "dataKinds": "Kinds of data",
    "residentsAffected": "People affected, by state",
    "individualsAffected": "People affected in all",
    "materialHarm": "Serious harm is likely",
    "reasonableBeliefAt": "Reason to believe that it is serious",
    "determinedAt": "Determined what it was",
    "determinedMaterialAt": "Found to be material for investors",
    "contractorNoticeAt": "The contractor told of it",
    "ransomPaidAt": "A ransom was paid",
    "residentsNotifiedAt": "The people affected were told",
    "kind": "What the victim is",
    "dataRole": "Whose data",
    "regulatedBy": "Rules that bind the victim",
    "licences": "Licenses",
    "contractorOf": "Holds data by contract for",
    "contractHours": "Hours for notice by contract",
    "publicCompany": "Shares are traded in public",
    "domicile": "State of domicile",
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "outcome": OUTCOMES,
    "dataKinds": DATA_KINDS,
    "kind": ENTITY_KINDS,
    "dataRole": {
        "owner": "The victim's own",
        "licensee": "Licensed by the victim",
        "maintainer": "Kept for somebody else",
    },
    "regulatedBy": REGIMES,
    "licences": LICENCES,
    "contractorOf": PRINCIPALS,
}


def fact_rows(document: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """What is known of an incident as rows of label and value, what happened before who the victim is.

    What is not known has no row; nor has the outcome, which every paper says at its head.
    """
    for part in ("incident", "entity"):
        for name, value in document.get(part, {}).items():
            if value is not None and name != "outcome":
                yield _LABELS.get(name) or _spaced(name), _said(name, value, zone)


def _said(name: str, value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_said(name, each, zone) for each in value) or "none of those asked about"
    if isinstance(value, dict):
        return "; ".join(f"{key.upper()}: {_said(name, each, zone)}" for key, each in value.items())
    text = str(value)
    return _VALUES.get(name, {}).get(text) or (_moment(text, zone) if name.endswith("At") else text)


def _moment(text: str, zone: ZoneInfo) -> str:
    try:
        local: datetime = parse_instant(text).astimezone(zone)
    except TimeFormatError:
        return text
    return f"{local.day} {local:%b %Y, %H:%M} {local.tzname()}"


def _spaced(name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words[:1].upper() + words[1:]
