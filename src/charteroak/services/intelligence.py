"""The desk's indicators: propose, amend, release, withdraw, export.

Releasing asks the gate once for each of the desk's collections. What it lets through is shared, recorded in the desk's
ledger and marked as released in one transaction; if no collection may have it, nothing leaves and the reasons stay on
the record.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeAlias

from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import InputError
from charteroak.intel.audiences import Audience
from charteroak.intel.exports import Export, export_csv, export_hosts, export_stix
from charteroak.intel.indicators import at_millisecond, indicator_id, revise, revoke
from charteroak.intel.release_gate import Reason, Refusal, Release, review_withdrawal
from charteroak.observables import Observable, ObservableType, parse_observable
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.intelligence.models import Collection, IndicatorRecord, OwnDomain
from charteroak.services.access import actor_of, refuse, require_role
from charteroak.services.ledger import BackdatingError, append_entry
from charteroak.services.publication import CollectionRelease, collections_holding, desk_identity, publish
from charteroak.services.release_review import Review, review_for, to_domain
from charteroak.tlp import TLPLabel

MAX_VALUE_CHARACTERS = 4_096
"""What a ledger entry holds of an indicator's value."""

ExportFormat: TypeAlias = Literal["stix", "csv", "hosts"]
State = IndicatorRecord.State


class IndicatorInputError(InputError):
    """What was asked of an indicator does not fit what it is or where it stands."""

    code: ClassVar[str] = "intel.indicator.refused-request"


@dataclass(frozen=True, slots=True)
class IndicatorText:
    """What an analyst says about indicators; all of it leaves with a release and passes the gate first."""

    name: str = ""
    description: str = ""
    campaign: str = ""
    tlp: TLPLabel = TLPLabel.GREEN
    confidence: int | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What proposing made: new records, and those that were there before."""

    records: tuple[IndicatorRecord, ...]
    already_known: tuple[IndicatorRecord, ...]


@dataclass(frozen=True, slots=True)
class ReleaseResult:
    """What became of a release, or would become of it: where it goes, or why it goes nowhere."""

    record: IndicatorRecord
    collections: tuple[Collection, ...] = ()
    reasons: tuple[Reason, ...] = field(default_factory=tuple)

    @property
    def is_released(self) -> bool:
        """Whether any collection may have it."""
        return bool(self.collections)


def _moment(desk: Organisation, recorded: datetime | None) -> datetime:
    if recorded is not None and not desk.is_fictional:
        raise BackdatingError("The moment of recording is now; only made-up sample organizations may set it.")
    return at_millisecond(recorded or now())


@transaction.atomic
def declare_own_domain(organisation: Organisation, domain: str) -> OwnDomain:
    """Record that a domain is an organisation's own, so that it is never released and never let out in a text.

    Raises:
        ObservableError: it is not a domain name.
    """
    value = parse_observable(domain, ObservableType.DOMAIN).value
    return OwnDomain.objects.get_or_create(organisation=organisation, domain=value)[0]


@transaction.atomic
def propose_indicators(
    desk: Organisation,
    observables: Sequence[Observable],
    *,
    by: User,
    text: IndicatorText | None = None,
    confidential: Sequence[str] = (),
    recorded: datetime | None = None,
) -> Proposed:
    """Put observables before the desk's analysts; nothing leaves.

    ``confidential`` holds names and addresses of those who reported or received what they were found in. An
    observable that the desk already has (and did not withdraw) gets no second record; the words are added to it.

    Raises:
        AccessError: the person is no analyst of this desk.
        IndicatorInputError: a value is too long to be recorded.
        IndicatorError: name, description or validity do not fit; nothing was recorded.
    """
    require_role(by, desk, Membership.Role.ANALYST)
    moment = _moment(desk, recorded)
    made, known = [], []
    for observable in dict.fromkeys(observables):
        if len(observable.value) > MAX_VALUE_CHARACTERS:
            raise IndicatorInputError(f"A value of more than {MAX_VALUE_CHARACTERS} characters cannot be released.")
        digest = hashlib.sha256(observable.value.encode("utf-8")).hexdigest()
        live = IndicatorRecord.objects.filter(desk=desk, type=observable.type.value, value_sha256=digest)
        existing = live.exclude(state=State.REVOKED).first()
        if existing is not None:
            existing.confidential = sorted({*map(str, existing.confidential), *confidential})
            existing.save(update_fields=["confidential"])
            known.append(existing)
            continue
        record = IndicatorRecord(
            desk=desk,
            stix_id=indicator_id(uuid.uuid4()),
            type=observable.type.value,
            value=observable.value,
            value_sha256=digest,
            confidential=sorted(set(confidential)),
            valid_from=moment,
            created=moment,
            modified=moment,
            proposed_by=by,
            **_columns(text or IndicatorText()),
        )
        to_domain(record)
        record.save()
        made.append(record)
    return Proposed(tuple(made), tuple(known))


def _columns(text: IndicatorText) -> dict[str, Any]:
    return {
        "name": text.name.strip(),
        "description": text.description.strip(),
        "campaign": text.campaign.strip(),
        "tlp": text.tlp.value,
        "confidence": text.confidence,
        "valid_until": None if text.valid_until is None else at_millisecond(text.valid_until),
    }


def access_indicator(desk: Organisation, stix_id: str, by: User) -> IndicatorRecord:
    """One of a desk's indicators, for its analysts.

    Raises:
        AccessError: it is absent or not theirs.
    """
    require_role(by, desk, Membership.Role.ANALYST)
    record = IndicatorRecord.objects.filter(desk=desk, stix_id=stix_id).first()
    if record is None:
        refuse()
    return record


def _locked(desk: Organisation, record: IndicatorRecord, by: User) -> IndicatorRecord:
    require_role(by, desk, Membership.Role.ANALYST)
    row = IndicatorRecord.objects.select_for_update().filter(desk=desk, pk=record.pk).first()
    if row is None:
        refuse()
    return row


@transaction.atomic
def amend_indicator(
    desk: Organisation,
    record: IndicatorRecord,
    text: IndicatorText,
    *,
    by: User,
    recorded: datetime | None = None,
) -> IndicatorRecord:
    """Say something else about an indicator that has not left; it stands as proposed again.

    Raises:
        AccessError: it is not this desk's, or the person is no analyst of it.
        IndicatorInputError: it was released or withdrawn.
        IndicatorError: the new text does not fit; nothing was changed.
    """
    row = _locked(desk, record, by)
    if row.state not in {State.PROPOSED, State.REFUSED}:
        raise IndicatorInputError(
            "What has left cannot be amended.", remedy="Withdraw it, and propose it again with the right words."
        )
    version = revise(to_domain(row), modified=_moment(desk, recorded))
    for name, value in _columns(text).items():
        setattr(row, name, value)
    row.modified, row.state, row.reasons = version.modified, State.PROPOSED, []
    to_domain(row)
    row.save()
    return row


def preview_release(desk: Organisation, record: IndicatorRecord, *, by: User) -> ReleaseResult:
    """What releasing would do as of now; nothing leaves and nothing is recorded.

    Raises:
        AccessError: it is not this desk's, or the person is no analyst of it.
    """
    row = access_indicator(desk, record.stix_id, by)
    leaves, reasons = _ask_gate(desk, row, review_for(desk, [row]))
    if leaves:
        return ReleaseResult(row, tuple(leave.collection for leave in leaves))
    return ReleaseResult(row, reasons=reasons)


@transaction.atomic
def release_indicator(
    desk: Organisation, record: IndicatorRecord, *, by: User, recorded: datetime | None = None
) -> ReleaseResult:
    """Send an indicator through the gate, to every collection of the desk that may have it.

    A refusal is no error: it comes back with its reasons and stays on the record, and nothing has left. Releasing what
    was released changes nothing.

    Raises:
        AccessError: it is not this desk's, or the person is no analyst of it.
        IndicatorInputError: it was withdrawn.
    """
    row = _locked(desk, record, by)
    if row.state == State.RELEASED:
        return ReleaseResult(row, tuple(collections_holding(desk, row.stix_id)))
    if row.state == State.REVOKED:
        raise IndicatorInputError("It was withdrawn.", remedy="Propose it again as a new indicator.")
    moment = _moment(desk, recorded)
    leaves, reasons = _ask_gate(desk, row, review_for(desk, [row]))
    if not leaves:
        row.state = State.REFUSED
        row.reasons = [{"code": reason.code, "text": reason.text} for reason in reasons]
        row.save(update_fields=["state", "reasons"])
        return ReleaseResult(row, reasons=reasons)
    publish(desk, leaves, at=moment)
    row.entry = append_entry(
        desk,
        actor=actor_of(by),
        kind="indicator.released",
        occurred_from=format_instant(moment),
        body=_ledger_body(row, leaves),
        recorded=recorded,
    )
    row.state, row.reasons, row.released_at, row.released_by = State.RELEASED, [], moment, by
    row.save()
    return ReleaseResult(row, tuple(leave.collection for leave in leaves))


def _ask_gate(
    desk: Organisation, row: IndicatorRecord, review: Review
) -> tuple[list[CollectionRelease], tuple[Reason, ...]]:
    leaves: list[CollectionRelease] = []
    reasons: dict[Reason, None] = {}
    label = TLPLabel(row.tlp)
    collections = list(Collection.objects.filter(desk=desk))
    if not collections:
        reasons[Reason("no-collection", "The desk has no collection to release into.")] = None
    for collection in collections:
        if label.restriction > TLPLabel(collection.tlp_ceiling).restriction:
            reasons[Reason("marking", f"{label.value} is above the ceiling of “{collection.title}”.")] = None
            continue
        outcome = review.of(row, Audience(collection.audience))
        if isinstance(outcome, Release):
            leaves.append(CollectionRelease(collection, outcome))
        else:
            reasons.update(dict.fromkeys(outcome.reasons))
    return leaves, tuple(reasons)


def _ledger_body(row: IndicatorRecord, leaves: Sequence[CollectionRelease]) -> dict[str, Any]:
    to = ", ".join(leave.collection.alias for leave in leaves)
    return {
        "indicator": row.stix_id,
        "type": row.type,
        "value": row.value,
        "tlp": row.tlp,
        "campaign": row.campaign or None,
        "validFrom": format_instant(row.valid_from),
        "validUntil": None if row.valid_until is None else format_instant(row.valid_until),
        "rationale": f"Released to {to}. Warning lists {leaves[0].release.lists_digest}.",
    }


@transaction.atomic
def revoke_indicator(
    desk: Organisation, record: IndicatorRecord, *, by: User, reason: str, recorded: datetime | None = None
) -> ReleaseResult:
    """Take an indicator back from everyone who had it; one that never left is set aside.

    The withdrawal is a new, revoked version in the same collections. The desk's ledger records it as a correction of
    the release; ``reason`` stays there and is not published.

    Raises:
        AccessError: it is not this desk's, or the person is no analyst of it.
        IndicatorInputError: it was withdrawn before, or no reason is given.
    """
    row = _locked(desk, record, by)
    if row.state == State.REVOKED:
        raise IndicatorInputError("It was withdrawn before.")
    if not reason.strip():
        raise IndicatorInputError("Say why it is withdrawn.")
    moment = _moment(desk, recorded)
    gone = revoke(to_domain(row), modified=moment)
    held = collections_holding(desk, row.stix_id)
    released_to = frozenset(Audience(collection.audience) for collection in held)
    leaves = []
    for collection in held:
        outcome = review_withdrawal(gone, audience=Audience(collection.audience), released_to=released_to)
        if isinstance(outcome, Refusal):
            raise IndicatorInputError(f"It cannot be withdrawn: {outcome.reasons[0].text}")
        leaves.append(CollectionRelease(collection, outcome))
    if leaves:
        publish(desk, leaves, at=moment)
    if row.entry is not None:
        append_entry(
            desk,
            actor=actor_of(by),
            kind="correction.made",
            occurred_from=format_instant(moment),
            body={"corrects": row.entry.index, "reason": f"Indicator {row.stix_id} withdrawn: {reason.strip()}"[:5000]},
            recorded=recorded,
        )
    row.state, row.modified = State.REVOKED, gone.modified
    row.save(update_fields=["state", "modified"])
    return ReleaseResult(row, tuple(leave.collection for leave in leaves))


def export_indicators(
    desk: Organisation, format_: ExportFormat, *, audience: Audience, by: User, at: datetime | None = None
) -> Export:
    """The desk's released indicators as a file for an audience. Each passes the gate again, as of now.

    What the gate no longer lets through to this audience is listed in ``left_out`` with its reasons.

    Raises:
        AccessError: the person is no analyst of this desk.
    """
    require_role(by, desk, Membership.Role.ANALYST)
    moment = at or now()
    rows = list(IndicatorRecord.objects.filter(desk=desk, state=State.RELEASED).order_by("created", "pk"))
    review = review_for(desk, rows)
    releases: list[Release] = []
    refused: list[tuple[str, str]] = []
    for row in rows:
        outcome = review.of(row, audience)
        if isinstance(outcome, Release):
            releases.append(outcome)
        else:
            refused.append((row.stix_id, " ".join(reason.text for reason in outcome.reasons)))
    if format_ == "stix":
        with transaction.atomic():
            publisher = desk_identity(desk, at=moment)
        export = export_stix(releases, audience=audience, publisher=publisher, random=uuid.uuid4())
    elif format_ == "csv":
        export = export_csv(releases, audience=audience, at=moment)
    else:
        export = export_hosts(releases, audience=audience, at=moment)
    return Export(export.data, export.included, (*refused, *export.left_out))
