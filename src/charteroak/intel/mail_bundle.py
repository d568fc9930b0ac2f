"""Reported mails as one STIX 2.1 bundle: what was seen, which of it to look for, and by which technique it came.

Everything that a stranger could follow passes the release gate first: an address, a domain, a URL or a file that the
gate holds back stands nowhere in the bundle, not as an observable either, and is listed with the gate's reasons. A
subject or a file's name goes in only if it names nobody. Indicators are made of what the verdict calls phishing or
suspicious alone, one for each thing to look for, based on every mail of the bundle that showed it. The same mails at
the same label give the same bytes: identifiers of observables are those of the specification, all others are made from
everything that the object says. What is told otherwise later, or in another bundle, is therefore another object: under
one identifier and one ``modified`` never stand two contents (section 3.6), of which a reader would keep the first and
never learn the other.
"""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from charteroak.canonical import canonical_json
from charteroak.errors import InputError
from charteroak.intel.audiences import Audience, is_allowed
from charteroak.intel.confidentiality import ConfidentialTerms
from charteroak.intel.indicators import Indicator
from charteroak.intel.mail_observed import file_object, message_object, observable_object
from charteroak.intel.markings import marking_id
from charteroak.intel.release_gate import Release, review_release
from charteroak.intel.stix import (
    SPEC_VERSION,
    NamedObject,
    STIXObject,
    bundle,
    campaign_object,
    identity_object,
    indicates_object,
    indicator_object,
    stix_time,
)
from charteroak.intel.warning_lists import WarningLists
from charteroak.observables import Observable, ObservableType
from charteroak.tlp import TLPLabel

MAX_MAILS = 200
MAX_OBSERVABLES = 2_000
"""Of all mails of a bundle: each passes the gate, which looks for every name that must not leave."""
TECHNIQUES = {
    "T1566": "Phishing",
    "T1566.001": "Spearphishing Attachment",
    "T1566.002": "Spearphishing Link",
    "T1566.003": "Spearphishing via Service",
    "T1566.004": "Spearphishing Voice",
}
"""The part of MITRE ATT&CK that a mail by itself can show, with MITRE's names."""
_TECHNIQUES_SINCE = datetime(2026, 11, 22, tzinfo=UTC)
"""When this list was made: one object has one beginning, in whichever bundle it stands."""
_FINDINGS = frozenset({"phishing", "suspicious"})


class MailBundleError(InputError):
    """Mails cannot be written as a bundle."""

    code: ClassVar[str] = "intel.mail-bundle"


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file of a mail."""

    sha256: str
    size: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMail:
    """A mail as far as it may be told. ``key`` names it among all mails, such as its digest; it is not written."""

    key: str
    verdict: str
    score: float
    is_whole: bool
    is_multipart: bool
    received: datetime
    sent: datetime | None = None
    subject: str = ""
    sender: str = ""
    observables: tuple[Observable, ...] = ()
    files: tuple[SeenFile, ...] = ()
    techniques: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """What the release gate is asked with, and under which label the bundle goes out."""

    lists: WarningLists
    terms: ConfidentialTerms
    tlp: TLPLabel = TLPLabel.AMBER
    audience: Audience = Audience.MEMBERS


@dataclass(frozen=True, slots=True)
class MailBundle:
    """The bundle's bytes, how many indicators stand in it, and what was held back: a defanged value is not told."""

    data: bytes
    indicators: int
    held_back: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Writer:
    gate: Gate
    publisher: NamedObject | None
    campaign: NamedObject | None
    objects: dict[str, STIXObject] = field(default_factory=dict)
    held_back: dict[tuple[str, str], None] = field(default_factory=dict)
    told: dict[Observable, Release] = field(default_factory=dict)
    """What is to be looked for, each as the first mail of the bundle that was a finding showed it."""

    @property
    def created_by(self) -> str:
        return "" if self.publisher is None else self.publisher.id

    def add(self, document: STIXObject) -> str:
        if not document.get("created_by_ref", "-"):
            del document["created_by_ref"]
        self.objects.setdefault(document["id"], document)
        return str(document["id"])

    def described(self, type_: str, key: str, moment: datetime, **properties: Any) -> str:
        at = stix_time(moment)
        said = canonical_json({"at": at, **properties}).decode()
        document: STIXObject = {
            "type": type_,
            "spec_version": SPEC_VERSION,
            "id": f"{type_}--{_named_uuid(type_, self.created_by, self.gate.tlp.value, key, said)}",
            "created_by_ref": self.created_by,
            "created": at,
            "modified": at,
            **properties,
            "object_marking_refs": [marking_id(self.gate.tlp)],
        }
        return self.add(document)

    def text(self, text: str, what: str) -> str:
        """A text of a stranger, if it gives nobody away; else an empty one."""
        clean = text.encode("utf-8", "replace").decode()
        if clean and self.gate.terms.kinds_in_text(clean):
            self.held_back[what, "It may tell who reported or received the mail."] = None
            return ""
        return clean

    def release(self, mail: SeenMail, observable: Observable) -> Release | None:
        """Leave for one observable, or ``None``, which is noted."""
        description = f"The mail was judged {mail.verdict.replace('-', ' ')} ({mail.score:g} points)."
        value = (observable.type.value, observable.value)
        author = (self.created_by, self.gate.tlp.value)
        key = _named_uuid("indicator", *author, mail.key, stix_time(mail.received), *value, description)
        outcome = review_release(
            Indicator(
                id=f"indicator--{key}",
                observable=observable,
                tlp=self.gate.tlp,
                valid_from=mail.received,
                created=mail.received,
                modified=mail.received,
                name=f"Seen in a reported mail: {observable.type.value}",
                description=description,
                campaign="" if self.campaign is None else self.campaign.name,
            ),
            audience=self.gate.audience,
            warning_lists=self.gate.lists,
            confidential_terms=self.gate.terms,
        )
        if isinstance(outcome, Release):
            return outcome
        for reason in outcome.reasons:
            self.held_back[observable.type.value, reason.text] = None
        return None


def mail_bundle(
    mails: Sequence[SeenMail], gate: Gate, *, publisher: NamedObject | None = None, campaign: NamedObject | None = None
) -> MailBundle:
    """The bundle of some mails; with ``campaign``, of a campaign that they belong to.

    Raises:
        MailBundleError: there is no mail, there are too many, or the label lets nobody have them.
    """
    if not 1 <= len(mails) <= MAX_MAILS:
        raise MailBundleError(f"A bundle holds 1 to {MAX_MAILS} mails.")
    if not is_allowed(gate.tlp, gate.audience):
        raise MailBundleError(
            f"{gate.tlp.value} is for single people; nothing so marked goes into a file.",
            remedy="Choose another label.",
        )
    writer = _Writer(gate, publisher, campaign)
    if publisher is not None:
        writer.add(identity_object(publisher))
    share = _share([len(mail.observables) for mail in mails])
    for mail in mails:
        _write(writer, replace(mail, observables=mail.observables[:share]), len(mail.observables[share:]))
    left_out = sum(max(0, len(mail.observables) - share) for mail in mails)
    if left_out:
        reason = f"A bundle holds {MAX_OBSERVABLES:,} at most, the first {share:,} of each mail; these are more."
        writer.held_back[f"{left_out:,} addresses and files", reason] = None
    key = _named_uuid("bundle", writer.created_by, gate.tlp.value, *(mail.key for mail in mails), *writer.objects)
    document = bundle(writer.objects.values(), random=key)
    return MailBundle(canonical_json(document), len(writer.told), tuple(writer.held_back))


def _share(counts: Sequence[int]) -> int:
    """How many observables of each mail stand in a bundle, so that a huge mail takes nothing from the small ones."""
    left, share = MAX_OBSERVABLES, 0
    for place, most in enumerate(sorted(counts)):
        share = left // (len(counts) - place)
        if most > share:
            return share
        left -= most
    return max(counts)


def campaign_identifier(publisher_id: str, tlp: TLPLabel, number: int, name: str) -> str:
    """The identifier of a desk's campaign in bundles of a label; under another name it has another."""
    return f"campaign--{_named_uuid('campaign', publisher_id, tlp.value, str(number), name)}"


def _write(writer: _Writer, mail: SeenMail, left_out: int) -> None:
    tlp = writer.gate.tlp
    releases = [release for release in (writer.release(mail, each) for each in mail.observables) if release is not None]
    leaving = {release.indicator.observable for release in releases}
    seen = [document for each in leaving if (document := observable_object(each, tlp=tlp)) is not None]
    seen.sort(key=lambda document: (str(document["type"]), str(document["value"])))
    references = [writer.add(document) for document in seen]
    sender = next((one["id"] for one in seen if one["type"] == "email-addr" and one["value"] == mail.sender), "")
    for file in mail.files:
        if Observable(ObservableType.SHA256, file.sha256) in leaving:
            name = writer.text(file.name, "file name")
            references.append(writer.add(file_object(file.sha256, size=file.size, name=name, tlp=tlp)))
    message = message_object(
        subject=writer.text(mail.subject, "subject"),
        sent=mail.sent,
        from_ref=sender,
        is_multipart=mail.is_multipart,
        key=_named_uuid("email-message", mail.key),
        tlp=tlp,
    )
    references.append(writer.add(message))
    observed = writer.described(
        "observed-data",
        mail.key,
        mail.received,
        first_observed=stix_time(mail.received),
        last_observed=stix_time(mail.received),
        number_observed=1,
        object_refs=list(dict.fromkeys(references)),
    )
    told = [observed, *dict.fromkeys(references), *_judged(writer, mail, releases, observed)]
    whole = "" if mail.is_whole else " Not all of the mail could be read."
    whole += f" {left_out:,} more addresses and files that it holds are left out." if left_out else ""
    writer.described(
        "report",
        mail.key,
        mail.received,
        name=f"Reported mail: {mail.verdict.replace('-', ' ')}",
        description=f"Judged {mail.verdict.replace('-', ' ')} with {mail.score:g} points, by signs that are explained "
        f"in the desk's own report.{whole} Nobody who received or reported it is named.",
        report_types=["observed-data"],
        published=stix_time(mail.received),
        object_refs=list(dict.fromkeys(told)),
    )


def _judged(writer: _Writer, mail: SeenMail, releases: Sequence[Release], observed: str) -> Iterator[str]:
    """Techniques, indicators and how they hang together; of a mail that is no finding, nothing."""
    if mail.verdict not in _FINDINGS:
        return
    techniques = [_technique(writer, code) for code in _told_techniques(mail)]
    yield from techniques
    campaign = ""
    for of_mail in releases:
        # Mails of a campaign share most of it, and nobody wants to look for one address a hundred times.
        release = writer.told.setdefault(of_mail.indicator.observable, of_mail)
        since = release.indicator.created
        indicator = writer.add(indicator_object(release, created_by=writer.created_by))
        yield indicator
        yield _related(writer, mail.received, "based-on", indicator, observed)
        for technique in techniques:
            yield _related(writer, since, "indicates", indicator, technique)
        if writer.campaign is not None:
            campaign = writer.add(
                campaign_object(writer.campaign, release, tlp=writer.gate.tlp, created_by=writer.created_by)
            )
            random = _named_uuid("relationship", "indicates", indicator, campaign)
            link = indicates_object(
                release, id=f"relationship--{random}", campaign_id=campaign, created_by=writer.created_by
            )
            yield from (campaign, writer.add(link))
    if campaign and writer.campaign is not None:
        for technique in techniques:
            yield _related(writer, writer.campaign.created, "uses", campaign, technique)


def _told_techniques(mail: SeenMail) -> list[str]:
    """Those of ours that signals named; the general one where no closer one was seen."""
    closer = sorted({code for code in mail.techniques if code in TECHNIQUES and code != "T1566"})
    return closer or ["T1566"]


def _technique(writer: _Writer, code: str) -> str:
    # Not under MITRE's identifier: only MITRE may write versions of its object (section 3.6).
    return writer.described(
        "attack-pattern",
        code,
        _TECHNIQUES_SINCE,
        name=TECHNIQUES[code],
        external_references=[{"source_name": "mitre-attack", "external_id": code}],
    )


def _related(writer: _Writer, moment: datetime, kind: str, source: str, target: str) -> str:
    return writer.described(
        "relationship",
        f"{kind} {source} {target}",
        moment,
        relationship_type=kind,
        source_ref=source,
        target_ref=target,
    )


def _named_uuid(*parts: str) -> uuid.UUID:
    """A UUID in the form that STIX asks of described objects (version 4), made from what it names, not drawn."""
    digest = hashlib.sha256(canonical_json(list(parts))).digest()
    return uuid.UUID(bytes=digest[:16], version=4)
