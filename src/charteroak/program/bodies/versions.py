"""Which class reads which kind and version of body, and which members of each kind stand apart as private parts.

Decoding is strict (unknown fields are refused), JSON keys are camelCase, and an answer that may be missing is ``null``,
which means *unknown* and never *no*. A kind or version that this release does not know is no error: it becomes
``NotUnderstood`` and is shown as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from charteroak.canonical import CanonicalError, canonical_json, parse_json
from charteroak.errors import SourceLocation
from charteroak.program.bodies.attachments import ReportAttachmentTaken
from charteroak.program.bodies.collected import (
    CollectorRegistered,
    EvidenceCollected,
    GapPlanned,
    RequirementShown,
)
from charteroak.program.bodies.fields import Body
from charteroak.program.bodies.incident_evidence import CustodyHandedOn, ItemTaken, ReferralAnswered, ReferralMade
from charteroak.program.bodies.incidents import (
    IncidentClosed,
    IncidentDescribed,
    IncidentOpened,
    IncidentOpenedInError,
    IncidentReopened,
    NoticeSent,
    SeverityAssessed,
    TaskDone,
)
from charteroak.program.bodies.keeping import (
    ContentErased,
    CustodyPassed,
    EvidenceMarked,
    HoldLifted,
    HoldSet,
    KeyCeremony,
)
from charteroak.program.bodies.notices import IncidentDecided, NoticeWithdrawn
from charteroak.program.bodies.plans import PlanActivated, PlanAdopted, PlanStoodDown
from charteroak.program.bodies.practices import (
    EvidenceRecorded,
    EvidenceSuperseded,
    ExerciseHeld,
    ExercisePlayed,
    HuntRun,
    PracticeAnswered,
    TrainingCompleted,
)
from charteroak.program.bodies.providers import ProviderRelation, ProviderStated, RecordContinued
from charteroak.program.bodies.reporting import (
    DisclosureWidened,
    ReportCorrected,
    ReportFiledWithDigest,
    ReportSupplemented,
    ReportWithdrawn,
)
from charteroak.program.bodies.requirements import (
    CorrectionMade,
    ExceptionAccepted,
    GapClosed,
    GapOpened,
    RequirementAssessed,
)
from charteroak.program.bodies.sharing import (
    CampaignConfirmed,
    CampaignDecided,
    IndicatorReleased,
    ReportFiled,
    SightingReceived,
    SightingSent,
)
from charteroak.program.bodies.start import DocumentImported, StartFinished
from charteroak.program.bodies.written_program import (
    EditionAdopted,
    OrganisationDescribed,
    ProgramAdopted,
    ProgramAdoptedWithFiles,
    ProgramApproved,
    ProgramDescribed,
    ProgramReviewed,
)
from charteroak.program.errors import BodyError

BODY_VERSIONS: Mapping[str, Mapping[int, type[Body]]] = {
    "organisation.described": {1: OrganisationDescribed},
    "program.adopted": {1: ProgramAdopted, 2: ProgramAdoptedWithFiles},
    "program.approved": {1: ProgramApproved},
    "program.reviewed": {1: ProgramReviewed},
    "program.described": {1: ProgramDescribed},
    "edition.adopted": {1: EditionAdopted},
    "practice.answered": {1: PracticeAnswered},
    "evidence.recorded": {1: EvidenceRecorded, 2: EvidenceCollected},
    "evidence.superseded": {1: EvidenceSuperseded},
    "evidence.marked": {1: EvidenceMarked},
    "requirement.assessed": {1: RequirementAssessed, 2: RequirementShown},
    "exception.accepted": {1: ExceptionAccepted},
    "gap.opened": {1: GapOpened, 2: GapPlanned},
    "gap.closed": {1: GapClosed},
    "collector.registered": {1: CollectorRegistered},
    "exercise.held": {1: ExerciseHeld, 2: ExercisePlayed},
    "training.completed": {1: TrainingCompleted},
    "report.filed": {1: ReportFiled, 2: ReportFiledWithDigest},
    "report.supplemented": {1: ReportSupplemented},
    "report.corrected": {1: ReportCorrected},
    "report.withdrawn": {1: ReportWithdrawn},
    "report.attachment": {1: ReportAttachmentTaken},
    "disclosure.widened": {1: DisclosureWidened},
    "campaign.confirmed": {1: CampaignConfirmed},
    "campaign.decided": {1: CampaignDecided},
    "indicator.released": {1: IndicatorReleased},
    "hunt.run": {1: HuntRun},
    "sighting.sent": {1: SightingSent},
    "sighting.received": {1: SightingReceived},
    "custody.passed": {1: CustodyPassed, 2: CustodyHandedOn},
    "item.taken": {1: ItemTaken},
    "referral.made": {1: ReferralMade},
    "referral.status": {1: ReferralAnswered},
    "hold.set": {1: HoldSet},
    "hold.lifted": {1: HoldLifted},
    "content.erased": {1: ContentErased},
    "key.ceremony": {1: KeyCeremony},
    "correction.made": {1: CorrectionMade},
    "provider.relation": {1: ProviderRelation},
    "provider.stated": {1: ProviderStated},
    "record.continued": {1: RecordContinued},
    "start.finished": {1: StartFinished},
    "document.imported": {1: DocumentImported},
    "incident.opened": {1: IncidentOpened},
    "incident.described": {1: IncidentDescribed},
    "incident.closed": {1: IncidentClosed},
    "incident.opened-in-error": {1: IncidentOpenedInError},
    "incident.reopened": {1: IncidentReopened},
    "notice.sent": {1: NoticeSent},
    "notice.withdrawn": {1: NoticeWithdrawn},
    "incident.decided": {1: IncidentDecided},
    "task.done": {1: TaskDone},
    "plan.adopted": {1: PlanAdopted},
    "plan.activated": {1: PlanActivated},
    "plan.stood-down": {1: PlanStoodDown},
    "severity.assessed": {1: SeverityAssessed},
}

PRIVATE_PARTS: Mapping[str, frozenset[str]] = {
    "program.reviewed": frozenset({"note"}),
    "practice.answered": frozenset({"note"}),
    "evidence.recorded": frozenset({"note"}),
    "evidence.superseded": frozenset({"reason"}),
    "evidence.marked": frozenset({"note"}),
    "requirement.assessed": frozenset({"note"}),
    "exception.accepted": frozenset({"reason", "cost"}),
    "gap.opened": frozenset({"note"}),
    "gap.closed": frozenset({"note"}),
    "exercise.held": frozenset({"note"}),
    "training.completed": frozenset({"note"}),
    "indicator.released": frozenset({"rationale"}),
    "campaign.decided": frozenset({"reason"}),
    "report.corrected": frozenset({"reason"}),
    "report.withdrawn": frozenset({"reason"}),
    "report.attachment": frozenset({"name"}),
    "hunt.run": frozenset({"couldNotRead"}),
    "custody.passed": frozenset({"description"}),
    "item.taken": frozenset({"description", "collectedFrom", "authority"}),
    "referral.made": frozenset({"authority", "contact"}),
    "referral.status": frozenset({"note"}),
    "hold.set": frozenset({"matter"}),
    "hold.lifted": frozenset({"reason"}),
    "key.ceremony": frozenset({"reason"}),
    "correction.made": frozenset({"reason"}),
    "provider.relation": frozenset({"reason"}),
    "start.finished": frozenset({"reason"}),
    "document.imported": frozenset({"note"}),
    "incident.opened": frozenset({"title"}),
    "incident.described": frozenset({"facts"}),
    "incident.closed": frozenset({"note", "reasons"}),
    "incident.opened-in-error": frozenset({"reason"}),
    "incident.reopened": frozenset({"reason"}),
    "notice.sent": frozenset({"note"}),
    "notice.withdrawn": frozenset({"reason"}),
    "incident.decided": frozenset({"reason"}),
    "task.done": frozenset({"note"}),
    "plan.activated": frozenset({"reason"}),
    "plan.stood-down": frozenset({"note"}),
    "severity.assessed": frozenset({"answers"}),
}
"""The members of each kind that stand apart. Each has a default, which a reader sees where the part is withheld."""

_MUST_SAY: Mapping[str, frozenset[str]] = {
    "correction.made": frozenset({"reason"}),
    "evidence.superseded": frozenset({"reason"}),
    "exception.accepted": frozenset({"reason"}),
    "hold.set": frozenset({"matter"}),
}
"""Private members that are never written empty; a reader must still do without them."""

_NOTHING: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A body that cannot be read here. It is shown, with the reason, wherever entries are listed."""

    kind: str
    version: int
    reason: Literal["unknown-kind", "unknown-version", "malformed", "erased"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WrittenBody:
    """A body as it is written: the bytes that stay together, and by member name those that stand apart."""

    version: int
    body: bytes
    parts: Mapping[str, bytes]


def decode_body(
    kind: str, version: int, data: bytes | Mapping[str, Any], parts: Mapping[str, bytes] = _NOTHING
) -> Body | NotUnderstood:
    """The body of an entry, from its JSON bytes or parsed JSON, with the private parts that are at hand put back.

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
        if parts:
            document = _with_parts(kind, document, parts)
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
    for name in _MUST_SAY.get(kind, ()):
        if not body.get(name):
            raise BodyError(
                f"The body of this {kind} entry is not usable: {name} is empty.",
                location=SourceLocation(pointer=f"/{name}"),
            )


def write_body(kind: str, body: Mapping[str, Any]) -> WrittenBody:
    """A body in the newest version of its kind, checked, with its private parts set apart.

    A private member that says nothing (no text, no list) makes no part: there is nothing to withhold.

    Raises:
        BodyError: the body is not usable, or the kind is not known.
    """
    version = max(BODY_VERSIONS.get(kind, {1: Body}))
    check_body(kind, version, body)
    private = PRIVATE_PARTS.get(kind, frozenset())
    return WrittenBody(
        version=version,
        body=canonical_json({name: value for name, value in body.items() if name not in private}),
        parts={name: canonical_json(body[name]) for name in sorted(private) if body.get(name)},
    )


def body_document(body: Body) -> dict[str, Any]:
    """The body as JSON values, ready for ``canonical_json``."""
    return msgspec.json.decode(msgspec.json.encode(body), type=dict[str, Any])


def _with_parts(kind: str, document: Any, parts: Mapping[str, bytes]) -> Any:
    """The document and its private parts as one; a part that stands twice or is none of this kind is refused."""
    if not isinstance(document, Mapping):
        return document
    for name in parts:
        if name in document or name not in PRIVATE_PARTS.get(kind, ()):
            raise BodyError(
                f"The body of this {kind} entry is not usable: {name} stands twice, or is no private part.",
                location=SourceLocation(pointer=f"/{name}"),
            )
    return {**document, **{name: parse_json(value) for name, value in parts.items()}}


def _pointer(path: str) -> str:
    """A JSON pointer from the decoder's path: ``$.files[0].sha256`` is ``/files/0/sha256``."""
    return path.strip("`").removeprefix("$").replace("[", "/").replace("]", "").replace(".", "/")
