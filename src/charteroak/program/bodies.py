"""What stands in the body of each kind of ledger entry, by version.

A body is written once and read for years, so every version that was ever written stays readable: a change makes a new
class and a new number in ``BODY_VERSIONS``; the old class stays. Decoding is strict (unknown fields are refused), JSON
keys are camelCase, and an answer that may be missing is ``null``, which means *unknown* and never *no*.

A kind or version that this release does not know is no error: it becomes ``NotUnderstood`` and is shown as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, field

from charteroak.canonical import CanonicalError, parse_json
from charteroak.errors import SourceLocation
from charteroak.observables import ObservableType
from charteroak.program.errors import BodyError
from charteroak.tlp import TLPLabel

Line = Annotated[str, Meta(min_length=1, max_length=300)]
OptionalLine = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=5000)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}\\Z")]
PracticeId = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*\\Z", max_length=64)]

OrganisationKind: TypeAlias = Literal[
    "individual", "sole-proprietor", "partnership", "firm", "corporation", "trust", "llc", "llp", "joint-stock",
    "joint-venture", "association", "nonprofit", "other-legal-entity", "municipality", "public-school-district",
    "state-agency",
]  # fmt: skip
"""Legal forms, as the safe-harbor facts document spells them."""

Regime: TypeAlias = Literal["hipaa", "hitech", "glba", "fisma"]
ReportOutcome: TypeAlias = Literal["successful", "unsuccessful", "blocked", "suspected", "unknown"]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of an entry. Each kind and version has its own class."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A named part of a body."""


class Handles(_Part, frozen=True, kw_only=True):
    """What the organisation does with personal or restricted information (element E2)."""

    accesses: bool | None = None
    maintains: bool | None = None
    communicates: bool | None = None
    processes: bool | None = None


class Information(_Part, frozen=True, kw_only=True):
    """Which information it is (elements E3 and E4)."""

    personal: bool | None = None
    restricted: bool | None = None
    owned_or_licensed: bool | None = None
    restricted_unreadable: bool | None = None
    publicly_available: bool | None = None


class OrganisationDescribed(Body, frozen=True, kw_only=True):
    """What the organisation says it is."""

    name: Line
    kind: OrganisationKind
    regulated_by: tuple[Regime, ...] | None = None
    employees: Count | None = None
    handles: Handles = Handles()
    information: Information = Information()


class ProgramAdopted(Body, frozen=True, kw_only=True):
    """A version of the written program was adopted. Without ``practices`` it promises every practice we ship."""

    title: Line
    version: Line
    document_sha256: Digest
    by: Line
    practices: tuple[PracticeId, ...] = ()


class ProgramApproved(Body, frozen=True, kw_only=True):
    """Someone with authority approved a version."""

    version: Line
    by: Line
    role: Line


class ProgramReviewed(Body, frozen=True, kw_only=True):
    """A version was reviewed, whether or not anything changed."""

    version: Line
    by: Line
    outcome: Literal["no-change", "changed", "changes-needed"]
    note: Text = ""


class Statement(_Part, frozen=True, kw_only=True):
    """Whether the written program does something, and where in it that stands."""

    holds: bool | None = None
    where: OptionalLine = ""


class Safeguards(_Part, frozen=True, kw_only=True):
    """The three kinds of safeguard (element E9)."""

    administrative: Statement = Statement()
    technical: Statement = Statement()
    physical: Statement = Statement()


class Objectives(_Part, frozen=True, kw_only=True):
    """What the program is designed to do (element E10)."""

    confidentiality: Statement = Statement()
    threats_or_hazards: Statement = Statement()
    unauthorized_access_and_acquisition: Statement = Statement()


class Scale(_Part, frozen=True, kw_only=True):
    """What the program's scale and scope rest on (element E11)."""

    size_and_complexity: Statement = Statement()
    activities: Statement = Statement()
    sensitivity: Statement = Statement()
    cost_and_tools: Statement = Statement()


class ProgramDescribed(Body, frozen=True, kw_only=True):
    """What the written program contains."""

    safeguards: Safeguards = Safeguards()
    objectives: Objectives = Objectives()
    scale: Scale = Scale()


class EditionAdopted(Body, frozen=True, kw_only=True):
    """A named officer asserts how the program stands to one edition of a framework, from one day to another."""

    framework: Line
    edition: Line
    status: Literal["conforms", "partly", "does-not", "unknown"]
    from_: date = field(name="from")
    to: date | None = None
    asserted_by: Line


class PracticeAnswered(Body, frozen=True, kw_only=True):
    """An answer to a practice's question."""

    practice: PracticeId
    answer: Literal["yes", "partly", "no", "unknown"]
    note: Text = ""


class EvidenceFile(_Part, frozen=True, kw_only=True):
    """A file as it was handed in; its bytes stand in the evidence store under their digest."""

    sha256: Digest
    size: Count
    name: Line
    media_type: Line


class EvidenceRecorded(Body, frozen=True, kw_only=True):
    """Something that shows a practice in operation."""

    practice: PracticeId
    title: Line
    note: Text = ""
    files: Annotated[tuple[EvidenceFile, ...], Meta(max_length=100)] = ()


class ReportFiled(Body, frozen=True, kw_only=True):
    """A phishing or incident report was filed. The receipt is a secret of the reporter and stands nowhere here."""

    report: Count
    report_kind: Literal["phish", "incident"]
    outcome: ReportOutcome
    channel: Line


class CampaignConfirmed(Body, frozen=True, kw_only=True):
    """An analyst confirmed that reports belong together."""

    campaign: Line
    reports: Count


class IndicatorReleased(Body, frozen=True, kw_only=True):
    """An indicator passed the release gate."""

    indicator: Line
    type: ObservableType
    value: Annotated[str, Meta(min_length=1, max_length=4096)]
    tlp: TLPLabel
    campaign: Line | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    rationale: Text = ""


class NotRead(_Part, frozen=True, kw_only=True):
    """A file that a hunt could not read, and why."""

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    reason: Annotated[str, Meta(max_length=2000)]


class HuntRun(Body, frozen=True, kw_only=True):
    """Own logs were searched for indicators. Matches stay with the member; only their number stands here."""

    indicators: Count
    indicators_sha256: Digest | None = None
    engine: Line
    files: Count
    bytes: Count
    lines: Count
    matches: Count
    could_not_read: tuple[NotRead, ...] = ()


class SightingSent(Body, frozen=True, kw_only=True):
    """Counts of an indicator seen in own logs were sent to a desk."""

    indicator: Line
    count: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    first_seen: datetime
    last_seen: datetime
    desk: Line


class SightingReceived(Body, frozen=True, kw_only=True):
    """A desk received a member's counts."""

    indicator: Line
    count: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    first_seen: datetime
    last_seen: datetime
    organisation: Line


class CorrectionMade(Body, frozen=True, kw_only=True):
    """An earlier entry was wrong. It stays where it is; from now on it is read as corrected."""

    corrects: Count
    reason: Annotated[str, Meta(min_length=1, max_length=5000)]


BODY_VERSIONS: Mapping[str, Mapping[int, type[Body]]] = {
    "organisation.described": {1: OrganisationDescribed},
    "program.adopted": {1: ProgramAdopted},
    "program.approved": {1: ProgramApproved},
    "program.reviewed": {1: ProgramReviewed},
    "program.described": {1: ProgramDescribed},
    "edition.adopted": {1: EditionAdopted},
    "practice.answered": {1: PracticeAnswered},
    "evidence.recorded": {1: EvidenceRecorded},
    "report.filed": {1: ReportFiled},
    "campaign.confirmed": {1: CampaignConfirmed},
    "indicator.released": {1: IndicatorReleased},
    "hunt.run": {1: HuntRun},
    "sighting.sent": {1: SightingSent},
    "sighting.received": {1: SightingReceived},
    "correction.made": {1: CorrectionMade},
}


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A body that cannot be read here. It is shown, with the reason, wherever entries are listed."""

    kind: str
    version: int
    reason: Literal["unknown-kind", "unknown-version", "malformed", "erased"]
    detail: str = ""


def decode_body(kind: str, version: int, data: bytes | Mapping[str, Any]) -> Body | NotUnderstood:
    """The body of an entry, from its JSON bytes or from its parsed JSON.

    Raises:
        BodyError: the kind and version are known and the body does not fit them.
    """
    versions = BODY_VERSIONS.get(kind)
    if versions is None:
        return NotUnderstood(kind, version, "unknown-kind", "Written by a release that knows this kind of entry.")
    if version not in versions:
        return NotUnderstood(kind, version, "unknown-version", f"Known here: {', '.join(map(str, sorted(versions)))}.")
    try:
        document = parse_json(data) if isinstance(data, bytes) else data
        return msgspec.convert(document, versions[version])
    except (CanonicalError, msgspec.ValidationError) as error:
        problem, _, path = str(error).partition(" - at ")
        place = SourceLocation(pointer=_pointer(path)) if path else None
        raise BodyError(
            f"The body of this {kind} entry is not usable: {problem.rstrip('.')}.", location=place
        ) from error


def check_body(kind: str, version: int, body: Mapping[str, Any]) -> None:
    """Refuse what must not be written: a body that does not fit its kind, or a kind that is not known here.

    Raises:
        BodyError: the body is not usable, or kind and version are not known.
    """
    decoded = decode_body(kind, version, body)
    if isinstance(decoded, NotUnderstood):
        raise BodyError(f"Entries of kind {kind!r}, version {version}, cannot be written here.")


def body_document(body: Body) -> dict[str, Any]:
    """The body as JSON values, ready for ``canonical_json``."""
    return msgspec.json.decode(msgspec.json.encode(body), type=dict[str, Any])


def _pointer(path: str) -> str:
    """A JSON pointer from the decoder's path: ``$.files[0].sha256`` is ``/files/0/sha256``."""
    return path.strip("`").removeprefix("$").replace("[", "/").replace("]", "").replace(".", "/")
