"""The answers of an incident report in words: labels for its places, and values as people say them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from charteroak.portal.reports.wording import CATEGORY_CHOICES, DISCLOSURE_CHOICES, HELP_CHOICES, OUTCOME_CHOICES
from charteroak.records.reports.models import ReportVersion
from charteroak.response.incident_report import IncidentReportRecord, report_document
from charteroak.response.report_text import with_turns_shown

LABELS: Mapping[str, str | Promise] = {
    "outcome": gettext_lazy("Did it succeed?"),
    "narrative": gettext_lazy("What happened"),
    "noticed": gettext_lazy("Noticed"),
    "times/firstActivity": gettext_lazy("First sign of it"),
    "times/contained": gettext_lazy("Stopped from spreading"),
    "times/recovered": gettext_lazy("Back to normal"),
    "kinds": gettext_lazy("Kind of incident"),
    "vectors": gettext_lazy("How they got in"),
    "detection": gettext_lazy("How it was found"),
    "entity/name": gettext_lazy("For which organization"),
    "entity/kind": gettext_lazy("Kind of organization"),
    "entity/town": gettext_lazy("Town"),
    "entity/address": gettext_lazy("Address"),
    "entity/sector": gettext_lazy("Sector"),
    "entity/subSector": gettext_lazy("Part of the sector"),
    "entity/employees": gettext_lazy("People who work there"),
    "entity/students": gettext_lazy("Students there"),
    "reporter/name": gettext_lazy("Reporter"),
    "reporter/role": gettext_lazy("Role"),
    "reporter/phone": gettext_lazy("Telephone"),
    "reporter/email": gettext_lazy("Mail address"),
    "technicalContact": gettext_lazy("Technical contact"),
    "helpWanted": gettext_lazy("Help wanted"),
    "systems": gettext_lazy("Systems and services that are touched"),
    "counts/systems": gettext_lazy("How many computers"),
    "counts/users": gettext_lazy("How many accounts"),
    "counts/people": gettext_lazy("How many people\u2019s data"),
    "counts/connecticutResidents": gettext_lazy("Of them residents of Connecticut"),
    "counts/students": gettext_lazy("Of them students"),
    "counts/records": gettext_lazy("How many records"),
    "dataKinds": gettext_lazy("Kinds of data"),
    "safety/affected": gettext_lazy("Is anyone\u2019s safety or health touched?"),
    "safety/services": gettext_lazy("Services of public safety"),
    "safety/what": gettext_lazy("What is at risk"),
    "unauthorizedAccess": gettext_lazy("What was reached without leave"),
    "functionalImpact": gettext_lazy("Effect on services (NCISS)"),
    "informationImpact": gettext_lazy("Effect on information (NCISS)"),
    "recoverability": gettext_lazy("Recoverability (NCISS)"),
    "location": gettext_lazy("Where it was seen (NCISS)"),
    "weaknesses": gettext_lazy("Weaknesses that were used"),
    "defences": gettext_lazy("Safeguards in place"),
    "techniques": gettext_lazy("Techniques (ATT&CK)"),
    "indicators": gettext_lazy("Addresses, hashes, names of files"),
    "actor/identity": gettext_lazy("Who it calls itself"),
    "actor/contact": gettext_lazy("How it wants to be reached"),
    "actor/ransomNote": gettext_lazy("Words of the ransom note"),
    "ransom/demanded": gettext_lazy("Is money demanded?"),
    "ransom/when": gettext_lazy("Demanded on"),
    "ransom/amount": gettext_lazy("How much"),
    "ransom/currency": gettext_lazy("In which currency"),
    "ransom/address": gettext_lazy("To which account"),
    "ransom/instructions": gettext_lazy("How to pay, as they say"),
    "ransom/paid": gettext_lazy("Was it paid?"),
    "ransom/paidWhen": gettext_lazy("Paid on"),
    "ransom/paidBy": gettext_lazy("Paid by"),
    "ransom/result": gettext_lazy("What came of it"),
    "responseTaken": gettext_lazy("What has been done"),
    "informed": gettext_lazy("Who was told"),
    "evidence": gettext_lazy("What was kept as evidence"),
    "internalNumber": gettext_lazy("Your own number for it"),
    "otherReports": gettext_lazy("Reports to others"),
    "onBehalf/authority": gettext_lazy("By what right for others"),
    "onBehalf/attested": gettext_lazy("Attested"),
    "reason": gettext_lazy("Reported because"),
    "sharing/tlp": gettext_lazy("How far it may travel (TLP)"),
    "sharing/mayRefer": gettext_lazy("May it go to the State Police?"),
    "disclosure": gettext_lazy("Who may know who reported"),
    "attested": gettext_lazy("Attested as accurate"),
    "language": gettext_lazy("Language"),
    "accessibility": gettext_lazy("What you need to be reached"),
}
ENTITY_KINDS: Mapping[str, str | Promise] = {
    "municipality": gettext_lazy("A town or city"),
    "public-school-district": gettext_lazy("A public school district"),
    "state-agency": gettext_lazy("A state agency"),
    "public-safety": gettext_lazy("Police, fire or dispatch"),
    "water": gettext_lazy("A water company or department"),
    "utility": gettext_lazy("Another utility"),
    "health-care": gettext_lazy("Health care"),
    "higher-education": gettext_lazy("A college or university"),
    "firm": gettext_lazy("A firm"),
    "nonprofit": gettext_lazy("A nonprofit"),
    "individual": gettext_lazy("A person"),
    "other": gettext_lazy("Something else"),
}
SERVICES: Mapping[str, str | Promise] = {
    "911": gettext_lazy("911 calls"),
    "water": gettext_lazy("Water"),
    "power": gettext_lazy("Power"),
    "health": gettext_lazy("Health care"),
    "school-closed": gettext_lazy("A school is closed"),
    "police-fire": gettext_lazy("Police or fire service"),
    "elections": gettext_lazy("Elections"),
    "other": gettext_lazy("Something else"),
}
KNOWN = (
    ("yes", gettext_lazy("Yes")),
    ("no", gettext_lazy("No")),
    ("unknown", gettext_lazy("Not known")),
)
DETECTIONS = (
    ("staff", gettext_lazy("Our own people")),
    ("user", gettext_lazy("Someone who uses the system")),
    ("antivirus", gettext_lazy("Antivirus or endpoint program")),
    ("monitoring", gettext_lazy("Monitoring")),
    ("provider", gettext_lazy("Our provider")),
    ("supplier", gettext_lazy("A supplier")),
    ("police", gettext_lazy("Police or another authority")),
    ("attacker", gettext_lazy("The attacker said so")),
    ("public", gettext_lazy("The public or the press")),
    ("audit", gettext_lazy("An audit")),
    ("unknown", gettext_lazy("Not known")),
    ("other", gettext_lazy("Something else")),
)
VECTORS = (
    ("mail", gettext_lazy("A mail")),
    ("web", gettext_lazy("A website")),
    ("stolen-credentials", gettext_lazy("A stolen password")),
    ("vulnerability", gettext_lazy("A weakness in a program")),
    ("remote-access", gettext_lazy("Remote access")),
    ("supplier", gettext_lazy("A supplier")),
    ("removable-media", gettext_lazy("A memory stick or disk")),
    ("physical", gettext_lazy("A door, a device, paper")),
    ("insider", gettext_lazy("Someone inside")),
    ("misconfiguration", gettext_lazy("Something set up wrongly")),
    ("unknown", gettext_lazy("Not known")),
    ("other", gettext_lazy("Something else")),
)
DATA_KINDS = (
    ("name", gettext_lazy("Names")),
    ("ssn", gettext_lazy("Social Security numbers")),
    ("tax-id", gettext_lazy("Taxpayer numbers")),
    ("drivers-license", gettext_lazy("Driver\u2019s licenses")),
    ("passport", gettext_lazy("Passports")),
    ("government-id", gettext_lazy("Other government numbers")),
    ("account", gettext_lazy("Bank accounts")),
    ("card", gettext_lazy("Payment cards")),
    ("credentials", gettext_lazy("User names with passwords")),
    ("medical", gettext_lazy("Medical information")),
    ("health-insurance", gettext_lazy("Health insurance numbers")),
    ("biometric", gettext_lazy("Fingerprints, faces, voices")),
    ("student-information", gettext_lazy("Student records")),
    ("student-directory", gettext_lazy("Student directory information")),
    ("phi", gettext_lazy("Health records under HIPAA")),
    ("fti", gettext_lazy("Federal tax information")),
    ("cji", gettext_lazy("Criminal justice information")),
    ("cui", gettext_lazy("Controlled federal information")),
    ("phr", gettext_lazy("Personal health records")),
)
VERSION_WORDS: Mapping[str, str | Promise] = {
    ReportVersion.Kind.FIRST: gettext_lazy("First report"),
    ReportVersion.Kind.SUPPLEMENT: gettext_lazy("More was added"),
    ReportVersion.Kind.FINAL: gettext_lazy("Final report"),
    ReportVersion.Kind.RANSOM: gettext_lazy("Report of a ransom payment"),
    ReportVersion.Kind.CORRECTION: gettext_lazy("Corrected"),
    ReportVersion.Kind.WITHDRAWAL: gettext_lazy("Withdrawn"),
    ReportVersion.Kind.DISCLOSURE: gettext_lazy("Who may know was changed"),
}
_WORDS_AT: Mapping[str, Mapping[str, str | Promise]] = {
    "outcome": dict(OUTCOME_CHOICES),
    "disclosure": dict(DISCLOSURE_CHOICES),
    "kinds": dict(CATEGORY_CHOICES),
    "helpWanted": dict(HELP_CHOICES),
    "detection": dict(DETECTIONS),
    "vectors": dict(VECTORS),
    "dataKinds": dict(DATA_KINDS),
    "entity/kind": ENTITY_KINDS,
    "safety/services": SERVICES,
}
_WORDS: Mapping[str, str | Promise] = dict(KNOWN)
_NOT_SHOWN = frozenset({"reportType"})


def answers_in_words(record: IncidentReportRecord) -> list[tuple[str, str]]:
    """Every answer that a record has, in the order of the questions; text from strangers turns nothing around."""
    given = dict(_leaves(report_document(record), ""))
    known = [(LABELS[place], place) for place in LABELS if place in given]
    other = [(place, place) for place in given if place not in LABELS and place not in _NOT_SHOWN]
    return [(str(label), _said(given[place], place)) for label, place in (*known, *other)]


def label_of(place: str) -> str:
    """The label of an answer by its place in the record; of a group of answers, that of its first."""
    if place in LABELS:
        return str(LABELS[place])
    return str(next((label for known, label in LABELS.items() if known.startswith(f"{place}/")), place))


def _leaves(document: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        place = f"{above}{name}"
        if isinstance(value, Mapping) and "precision" not in value and place != "defences":
            yield from _leaves(value, f"{place}/")
        else:
            yield place, value


def _said(value: Any, place: str) -> str:
    if isinstance(value, Mapping):
        if "precision" in value:
            return moment_in_words(value)
        return "; ".join(f"{key}: {_said(item, place)}" for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(_said(item, place) for item in value) or str(_("None"))
    if isinstance(value, bool):
        return str(_WORDS["yes" if value else "no"])
    text = str(value)
    return with_turns_shown(str(_WORDS_AT.get(place, {}).get(text) or _WORDS.get(text, text)))


def moment_in_words(value: Mapping[str, str]) -> str:
    """A time of the record with its zone, as exactly as it is known."""
    moment = parse_datetime(value["at"]) if "T" in value["at"] else None
    if moment is None:
        return value["at"]
    return f"{date_format(moment, 'D j M Y, H:i')} {moment:UTC%z} ({value['zone']})"
