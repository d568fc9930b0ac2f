"""The parts of an incident report: words to choose from, and the structures that the record is made of.

Everywhere ``None`` means that nobody asked or answered, ``"unknown"`` that somebody was asked and does not know, 0 that
there were none, and an empty list that nothing of the kind was there.
"""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from charteroak.response.report_times import Moment

NARRATIVE_LIMIT = 20_000
TEXT_LIMIT = 5_000
LINE_LIMIT = 300
ROWS_LIMIT = 100

Unknown: TypeAlias = Literal["unknown"]
Line = Annotated[str, Meta(min_length=1, max_length=LINE_LIMIT)]
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_LIMIT)]
Narrative = Annotated[str, Meta(max_length=NARRATIVE_LIMIT)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Known: TypeAlias = Literal["yes", "no", "unknown"]
When: TypeAlias = Moment | Unknown

Disclosure: TypeAlias = Literal["named", "desk-only", "anonymous"]
ReportType: TypeAlias = Literal["initial", "supplement", "final", "ransom-payment"]
Kind: TypeAlias = Literal[
    "ransomware", "malware", "account", "phishing", "fraud", "data", "service", "intrusion", "defacement",
    "lost-device", "insider", "third-party", "other",
]  # fmt: skip
Vector: TypeAlias = Literal[
    "mail", "web", "stolen-credentials", "vulnerability", "remote-access", "supplier", "removable-media", "physical",
    "insider", "misconfiguration", "unknown", "other",
]  # fmt: skip
EntityKind: TypeAlias = Literal[
    "municipality", "public-school-district", "state-agency", "public-safety", "water", "utility", "health-care",
    "higher-education", "firm", "nonprofit", "individual", "other",
]  # fmt: skip
Help: TypeAlias = Literal["none", "advice", "urgent", "on-site", "state-police"]
FunctionalImpact: TypeAlias = Literal[
    "none", "none_to_services", "minimal_noncritical", "minimal_critical", "significant_noncritical",
    "denial_noncritical", "significant_critical", "denial_critical_or_loss_of_control", "unknown",
]  # fmt: skip
InformationImpact: TypeAlias = Literal[
    "none", "suspected", "privacy", "proprietary", "destroy_noncritical", "critical_data", "core_credentials",
    "destroy_critical", "unknown",
]  # fmt: skip
Recoverability: TypeAlias = Literal["regular", "supplemented", "extended", "not_recoverable", "unknown"]
Location: TypeAlias = Literal[
    "L1_business_dmz", "L2_business_net", "L3_business_mgmt", "L4_critical_dmz", "L5_critical_mgmt", "L6_critical",
    "L7_safety", "unknown",
]  # fmt: skip
"""These four as NCISS has them (facts of CISA's scheme), with *unknown*; ``response.severity`` scores them."""
Defence: TypeAlias = Literal[
    "two-step-sign-in", "endpoint-detection", "backups", "offline-backups", "logging", "patching", "mail-filter",
    "segmentation",
]  # fmt: skip
Service: TypeAlias = Literal["911", "water", "power", "health", "school-closed", "police-fire", "elections", "other"]
Detection: TypeAlias = Literal[
    "staff", "user", "antivirus", "monitoring", "provider", "supplier", "police", "attacker", "public", "audit",
    "unknown", "other",
]  # fmt: skip
TLP: TypeAlias = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """A named part of a report."""


class Person(_Part, frozen=True, kw_only=True):
    """Who reports."""

    name: Line | None = None
    role: Line | None = None
    phone: Line | None = None
    email: Line | None = None


class Entity(_Part, frozen=True, kw_only=True):
    """For whom the report is made."""

    name: Line | None = None
    kind: EntityKind | None = None
    town: Line | None = None
    """One of the 169, or *outside Connecticut*."""
    address: Line | None = None
    sector: Line | None = None
    sub_sector: Line | None = None
    employees: Count | Unknown | None = None
    students: Count | Unknown | None = None


class OnBehalf(_Part, frozen=True, kw_only=True):
    """By what right a third party reports."""

    authority: Line | None = None
    attested: bool | None = None


class OtherReport(_Part, frozen=True, kw_only=True):
    """A report of the same incident to somebody else."""

    to: Line
    number: Line | None = None
    when: When | None = None


class Times(_Part, frozen=True, kw_only=True):
    """When it happened, beside when it was noticed."""

    first_activity: When | None = None
    contained: When | None = None
    recovered: When | None = None


class AffectedSystem(_Part, frozen=True, kw_only=True):
    """One system or kind of systems."""

    function: Line
    detail: Text | None = None
    place: Line | None = None
    owner: Line | None = None
    vendor: Line | None = None


class Counts(_Part, frozen=True, kw_only=True):
    """How much is touched: 0 is none, *unknown* is asked and not known."""

    systems: Count | Unknown | None = None
    users: Count | Unknown | None = None
    people: Count | Unknown | None = None
    connecticut_residents: Count | Unknown | None = None
    students: Count | Unknown | None = None
    records: Count | Unknown | None = None


class Safety(_Part, frozen=True, kw_only=True):
    """Whether life or public health is touched."""

    affected: Known
    services: Annotated[tuple[Service, ...], Meta(max_length=8)] | None = None
    what: Text | None = None


class Weakness(_Part, frozen=True, kw_only=True):
    """What was exploited."""

    cve: Annotated[str, Meta(pattern=r"^CVE-[0-9]{4}-[0-9]{4,19}\Z")] | None = None
    product: Line | None = None
    version: Line | None = None
    misconfiguration: Text | None = None


class Actor(_Part, frozen=True, kw_only=True):
    """What is known of who did it."""

    identity: Line | None = None
    contact: Line | None = None
    ransom_note: Text | None = None


class Ransom(_Part, frozen=True, kw_only=True):
    """A demand for money, and what became of it."""

    demanded: Known
    when: When | None = None
    amount: Annotated[str, Meta(pattern=r"^[0-9]{1,15}(\.[0-9]{1,8})?\Z")] | None = None
    """Written out, never rounded: 12500, or 0.75."""
    currency: Line | None = None
    address: Line | None = None
    instructions: Text | None = None
    paid: Known | None = None
    paid_when: When | None = None
    paid_by: Line | None = None
    result: Text | None = None


class Informed(_Part, frozen=True, kw_only=True):
    """Somebody who was told."""

    who: Line
    when: When | None = None
    reference: Line | None = None


class KeptEvidence(_Part, frozen=True, kw_only=True):
    """What was kept, where, and who holds it."""

    what: Line
    where: Line | None = None
    holder: Line | None = None
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")] | None = None


class Sharing(_Part, frozen=True, kw_only=True):
    """What the desk may do with the content; whose name travels is ``disclosure`` alone."""

    tlp: TLP | None = None
    may_refer: Known | None = None
    """To the State Police."""
