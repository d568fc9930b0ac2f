"""Referrals: the case of an incident made up for the police as one file, recorded, and what they said of it.

What goes in is decided by ``charteroak.program.referral`` alone. Nothing is sent: whoever has the file hands it over.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, get_args

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from charteroak.adapters.content_files import StoredEvidence, chunks_of
from charteroak.dossier.archive import write_archive
from charteroak.dossier.contents import Dossier
from charteroak.dossier.custody_export import build_custody_export
from charteroak.ledger.entry import Entry
from charteroak.observables import Observable, ObservableError, parse_observable
from charteroak.program.bodies import ReferralAnswered, ReferralMade, ReferralState, body_document
from charteroak.program.incident_items import IncidentItem
from charteroak.program.recorded import read_fact
from charteroak.program.referral import REASONS, FileAtHand, Material, Selection, select_for_referral
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.evidence.models import PrivilegedItem, Referral
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import ReportVersion
from charteroak.response.incident_report import names_of_reporter
from charteroak.services.access import Role, refuse, require_role
from charteroak.services.custody_exports import custody_request, digests_of
from charteroak.services.dossier_sources import sources_of
from charteroak.services.dossiers import DOSSIER_LIMIT_BYTES
from charteroak.services.evidence_files import dossier_files
from charteroak.services.holds import facts_of_kinds
from charteroak.services.incident_evidence import items_of
from charteroak.services.incident_reports import record_of
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder, record, usable_line
from charteroak.services.referral_papers import NewReferral, Prepared, papers_of
from charteroak.services.selected import read_selected

REFERRERS = (Role.SECURITY_LEAD, Role.COUNSEL)
"""Who refers a case: the organisation's own lead, and its counsel. A provider's people do not."""
READERS = (Role.SECURITY_LEAD, Role.PROVIDER, Role.COUNSEL)
STATUS_KIND = "referral.status"
MAX_INDICATORS = 1000
__all__ = ["NewReferral", "answer_referral", "make_referral", "open_referral", "referrals_of"]


@dataclass(frozen=True, slots=True)
class ReferralAnswer:
    """What was said of a referral, and the entry that says so."""

    body: ReferralAnswered
    entry: int


@dataclass(frozen=True, slots=True)
class ReferralStanding:
    """A referral with what became of it, in the order in which it was said."""

    referral: Referral
    answers: Sequence[ReferralAnswer]

    @property
    def state(self) -> str:
        """The newest word on it; ``made`` until there is one."""
        return self.answers[-1].body.state if self.answers else "made"

    @property
    def case_number(self) -> str:
        """The case number that was given last."""
        return next((each.body.case_number for each in reversed(self.answers) if each.body.case_number), "")


@dataclass(frozen=True, slots=True)
class _Case:
    """What a referral is made of: its number, its items with their entries, what is decided of them, missing files."""

    number: int
    items: Sequence[IncidentItem]
    entries: Sequence[Entry]
    selection: Selection
    missing: Mapping[str, str]


def make_referral(incident: Incident, new: NewReferral, recorder: Recorder) -> Referral:
    """Make up the case, keep it as it is handed out, and record it.

    Raises:
        AccessError: the person is neither the organisation's lead nor its counsel.
        ProgramInputError: a field cannot be used, a line is no indicator, or what the case is made of changed while it
            was made up; nothing was recorded.
        VerificationError: the record does not hold; nothing is made from it.
    """
    if recorder.user is not None:
        require_role(recorder.user, incident.organisation, *REFERRERS)
    usable = _usable(new)
    indicators = parse_indicators(new.indicators)
    organisation = incident.organisation
    with transaction.atomic():
        case = _case_of(incident, indicators, usable, recorder.user)
    # Unsealing, typesetting and packing take as long as the files are large; nobody's writing waits for that.
    made = _build(incident, usable, case, recorder)
    stored = _store(made)
    reasons = [each.reason for each in case.selection.left_out]
    body = ReferralMade(
        incident=incident.number,
        referral=case.number,
        sha256=stored.sha256,
        to=usable.to,
        contact=usable.contact,
        basis=usable.basis,
        authority=usable.authority,
        by=usable.by,
        items=len(case.items),
        left_out={reason: reasons.count(reason) for reason in sorted(set(reasons))},
    )
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if _case_of(incident, indicators, usable, recorder.user) == case:
            entry = record(organisation, "referral.made", body_document(body), recorder)
            return Referral.objects.create(
                incident=incident,
                number=case.number,
                entry=entry,
                desk=usable.desk,
                to=usable.to,
                basis=usable.basis,
                sha256=stored.sha256,
                manifest_sha256=made.manifest_sha256,
                size=stored.size,
                created=recorder.moment,
                created_by=recorder.user,
                left_out=[{"what": each.what, "why": REASONS[each.reason]} for each in case.selection.left_out],
            )
    if not Referral.objects.filter(sha256=stored.sha256).exists():
        dossier_files().remove(stored.sha256)
    raise ProgramInputError(
        "The record of this case changed while the packet was made. Nothing was recorded.",
        field="referral",
        remedy="Make it again.",
    )


def referrals_of(incident: Incident) -> list[ReferralStanding]:
    """The referrals of an incident, each with what became of it."""
    said = _answers(incident)
    return [
        ReferralStanding(row, [each for each in said if each.body.referral == row.number])
        for row in Referral.objects.filter(incident=incident).select_related("incident__organisation", "entry")
    ]


def referral_numbered(incident: Incident, number: int) -> ReferralStanding:
    """One referral of an incident.

    Raises:
        AccessError: there is none with this number.
    """
    return next((each for each in referrals_of(incident) if each.referral.number == number), None) or refuse()


def referrals_to(desk: Organisation) -> list[ReferralStanding]:
    """The referrals on which this desk's people may say what became of them, the newest first."""
    rows = Referral.objects.filter(desk=desk).select_related("incident__organisation", "entry").order_by("-created")
    return [referral_numbered(row.incident, row.number) for row in rows]


def open_referral(referral: Referral) -> BinaryIO:
    """The file as it was handed out; the caller closes it.

    Raises:
        EvidenceMissingError: the store has lost it.
    """
    return dossier_files().open(referral.sha256)


def answer_referral(
    referral: Referral, state: str, recorder: Recorder, *, said_by: str, case_number: str = "", note: str = ""
) -> LedgerEntry:
    """Record what became of a referral: by the organisation's own people, or by an analyst of the desk it went to.

    Raises:
        AccessError: the person is none of these.
        ProgramInputError: it is closed, or a field cannot be used; nothing was recorded.
    """
    incident, organisation = referral.incident, referral.incident.organisation
    _require_answerer(referral, recorder)
    if state not in get_args(ReferralState):
        raise ProgramInputError("Choose what happened.", field="state")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        standing = referral_numbered(incident, referral.number)
        if standing.state in {"closed", "declined"}:
            raise ProgramInputError(
                f"This referral was {standing.state} already.", field="state", remedy="Make a new one."
            )
        body = ReferralAnswered(
            incident=incident.number,
            referral=referral.number,
            state=state,  # type: ignore[arg-type] # one of the words, as was just asked
            case_number=usable_line(case_number, "case_number") if case_number.strip() else "",
            said_by=usable_line(said_by, "said_by"),
            note=usable_text(note, "note"),
        )
        return record(organisation, STATUS_KIND, body_document(body), recorder)


def parse_indicators(text: str) -> tuple[Observable, ...]:
    """Indicators, one a line, defanged or not; each once, in the order given.

    Raises:
        ProgramInputError: a line is none; it is named.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_INDICATORS:
        raise ProgramInputError(f"At most {MAX_INDICATORS} indicators.", field="indicators")
    found: dict[Observable, None] = {}
    for number, line in enumerate(lines, start=1):
        try:
            found[parse_observable(line)] = None
        except ObservableError as error:
            raise ProgramInputError(f"Line {number}: {error.message}", field="indicators") from error
    return tuple(found)


def _answers(incident: Incident) -> list[ReferralAnswer]:
    facts = facts_of_kinds(incident.organisation, (STATUS_KIND,))
    return [
        ReferralAnswer(fact.body, fact.index)
        for fact in facts
        if isinstance(fact.body, ReferralAnswered) and fact.body.incident == incident.number
    ]


def _case_of(incident: Incident, indicators: Sequence[Observable], new: NewReferral, user: User | None) -> _Case:
    """What a referral is made of as the record stands; read twice, and equal if it may be recorded."""
    items = items_of(incident)
    entries = _entries(incident, items)
    selection = select_for_referral(_material(incident, entries, indicators, new, user))
    _enclosed, missing = sources_of(incident.organisation, digests_of(entries), {})
    number = Referral.objects.filter(incident=incident).count() + 1
    return _Case(number, items, entries, selection, missing)


def _build(incident: Incident, new: NewReferral, case: _Case, recorder: Recorder) -> Dossier:
    selection = case.selection
    redacted = [_without(entry, selection) for entry in case.entries]
    withheld = {sha256: f"withheld: {REASONS[reason]}" for sha256, reason in selection.files_left_out.items()}
    name = f"{incident.number}-referral-{case.number}"
    request = custody_request(incident, redacted, name=name, withheld=withheld, title="REFERRAL OF A COMPUTER CRIME")
    papers = papers_of(incident, new, Prepared(case.number, case.items, selection, recorder.moment), request)
    return build_custody_export(request.with_files(papers))


def _store(made: Dossier) -> StoredEvidence:
    """Keep the packed case under its SHA-256."""
    with tempfile.TemporaryFile(dir=settings.DATA.dossiers) as draft:
        write_archive(made, draft)
        draft.seek(0)
        return dossier_files().put(chunks_of(draft), limit_bytes=DOSSIER_LIMIT_BYTES)


def _without(entry: Entry, selection: Selection) -> Entry:
    """An entry without the words that are kept back; their digests stay in its header."""
    index = entry.header.index
    if index in selection.bodies_left_out:
        return replace(entry, body=None, salt=None, parts={})
    kept = {name: part for name, part in entry.parts.items() if (index, name) not in selection.parts_left_out}
    return replace(entry, parts=kept)


def _entries(incident: Incident, items: Sequence[IncidentItem]) -> list[Entry]:
    """The entries of the items' chains, and the one that opened the incident."""
    indexes = {item.entry for item in items}.union(link.entry for item in items for link in item.chain.links)
    opened = [
        fact.index
        for fact in facts_of_kinds(incident.organisation, ("incident.opened",))
        if getattr(fact.body, "incident", "") == incident.number
    ]
    return list(read_selected(incident.organisation, sorted(indexes.union(opened))))


def _material(
    incident: Incident, entries: Sequence[Entry], indicators: Sequence[Observable], new: NewReferral, user: User | None
) -> Material:
    organisation, reporters = incident.organisation, _reporters(incident)
    mails = set(incident.reports.exclude(message_sha256="").values_list("message_sha256", flat=True))
    helping = organisation.providers.values("pk")
    others = (
        Organisation.objects.exclude(pk=organisation.pk).exclude(pk__in=helping).exclude(part=Organisation.Part.DESK)
    )
    return Material(
        organisation=organisation.slug,
        facts=[read_fact(entry) for entry in entries],
        files=[
            FileAtHand(sha256, organisation.slug, is_report=sha256 in mails) for sha256 in sorted(digests_of(entries))
        ],
        indicators=indicators,
        privileged=frozenset(PrivilegedItem.objects.filter(organisation=organisation).values_list("sha256", flat=True)),
        reporters=reporters - _own_names(user, reporters),
        reporters_agreed=new.reporters_agreed,
        others=frozenset(others.values_list("name", flat=True)).union(others.values_list("slug", flat=True)),
    )


def _reporters(incident: Incident) -> frozenset[str]:
    """Names, addresses and numbers of whoever filed the incident's reports or is named in them as who reports."""
    people = User.objects.filter(Q(pk__in=incident.reports.values("filed_by")))
    names = {word for person in people for word in (person.get_full_name(), person.email, person.username)}
    for details in incident.reports.values_list("details", flat=True):
        contact = details.get("contact") if isinstance(details, dict) else None
        names |= {contact} if isinstance(contact, str) else set()
    for version in ReportVersion.objects.filter(report__in=incident.reports.all()).exclude(record=None):
        said = record_of(version)
        if said is not None:
            names |= names_of_reporter(said)
    return frozenset(name for name in names if name)


def _own_names(user: User | None, names: Iterable[str]) -> frozenset[str]:
    """Of these names, those of the person who refers: they sign the packet, so theirs is withheld from nobody.

    In a town with one IT person it is they who report, collect and refer; their evidence must not stay at home for it.
    Compared whole: Lee Stone is not Ashlee Stone, and a line that names two people is not one person's.
    """
    own = {_plain(each) for each in (user.get_full_name(), user.email, user.username) if each} if user else set()
    return frozenset(name for name in names if _plain(name) in own)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _usable(new: NewReferral) -> NewReferral:
    return NewReferral(
        to=usable_line(new.to, "to"),
        contact=usable_line(new.contact, "contact"),
        basis=new.basis,
        authority=usable_line(new.authority, "authority"),
        by=usable_line(new.by, "by"),
        summary=usable_text(new.summary, "summary"),
        loss=usable_line(new.loss, "loss") if new.loss.strip() else "not known",
        indicators=new.indicators,
        reporters_agreed=new.reporters_agreed,
        desk=new.desk,
    )


def _require_answerer(referral: Referral, recorder: Recorder) -> None:
    if recorder.user is None:
        return
    if (
        referral.desk is not None
        and recorder.user.memberships.filter(organisation=referral.desk, role=Role.ANALYST).exists()
    ):
        return
    require_role(recorder.user, referral.incident.organisation, *REFERRERS)
