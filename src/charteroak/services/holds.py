"""Legal holds: set and lifted by a lead or by counsel, each as an entry of the ledger.

While one stands, nothing that it covers is erased, whatever the retention schedule says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.db import transaction

from charteroak.errors import InputError
from charteroak.program.bodies import HoldLifted, HoldSet, body_document
from charteroak.program.holds import HOLD_KINDS, Hold, read_holds
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.records.reports.models import Report
from charteroak.services.access import Role, refuse, require_role
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder, record, usable_line
from charteroak.services.selected import read_selected

HOLDERS = (Role.SECURITY_LEAD, Role.COUNSEL)
"""Who sets and lifts holds: the organisation's own lead, and its counsel. A provider's people do not."""
OF_INCIDENT = "Incident INC-"
"""How the matter of a hold on everything of an incident begins; lifting one takes two people."""
MAX_LISTED = 1000
"""Files under one hold that lists them."""


class HeldError(InputError):
    """A legal hold covers what was to be erased. Nothing was erased."""

    code: ClassVar[str] = "evidence.held"


@dataclass(frozen=True, slots=True)
class NewHold:
    """A hold to set. Without digests it covers everything."""

    matter: str
    authority: str
    set_by: str
    sha256: Sequence[str] = ()


def facts_of_kinds(organisation: Organisation, kinds: Iterable[str]) -> list[RecordedFact]:
    """The entries of some rare kinds, in order, each checked against the stored tree; the others are not read.

    Raises:
        LogError: one is missing or was altered.
    """
    rows = LedgerEntry.objects.filter(organisation=organisation, kind__in=tuple(kinds)).order_by("index")
    indexes = list(rows.values_list("index", flat=True))
    return [read_fact(entry) for entry in read_selected(organisation, indexes)]


def digests_on_record(organisation: Organisation, digests: Iterable[str]) -> set[str]:
    """Which of these digests are files of the organisation's record, or mails that its desk received."""
    wanted = tuple(digests)
    files = EvidenceFile.objects.filter(organisation=organisation, sha256__in=wanted).values_list("sha256", flat=True)
    mails = Report.objects.filter(desk=organisation, message_sha256__in=wanted).values_list("message_sha256", flat=True)
    return {*files, *mails}


def holds_of(organisation: Organisation) -> tuple[Hold, ...]:
    """Every hold of an organisation's record, lifted ones too, in the order in which they were set."""
    return read_holds(facts_of_kinds(organisation, HOLD_KINDS))


def set_hold(organisation: Organisation, hold: NewHold, recorder: Recorder) -> LedgerEntry:
    """Set a hold over everything, or over listed files.

    Raises:
        AccessError: the person is neither the organisation's lead nor its counsel.
        ProgramInputError: a field cannot be used; nothing was recorded.
    """
    _require_holder(organisation, recorder)
    matter = usable_text(hold.matter, "matter")
    if not matter:
        raise ProgramInputError("Answer this question.", field="matter")
    digests = tuple(dict.fromkeys(digest.strip().lower() for digest in hold.sha256 if digest.strip()))
    if len(digests) > MAX_LISTED:
        raise ProgramInputError(f"At most {MAX_LISTED} files; hold everything instead.", field="sha256")
    authority, set_by = usable_line(hold.authority, "authority"), usable_line(hold.set_by, "set_by")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        unknown = sorted(set(digests) - digests_on_record(organisation, digests))
        if unknown:
            raise ProgramInputError(
                f"No file with SHA-256 {unknown[0]} is on record.", field="sha256", remedy="Copy it from the log."
            )
        body = HoldSet(
            hold=f"hold-{len(holds_of(organisation)) + 1}",
            matter=matter,
            scope="listed" if digests else "everything",
            sha256=digests,
            set_by=set_by,
            authority=authority,
        )
        return record(organisation, "hold.set", body_document(body), recorder)


def lift_hold(organisation: Organisation, name: str, *, lifted_by: str, reason: str, recorder: Recorder) -> LedgerEntry:
    """End a hold that stands.

    Raises:
        AccessError: the person may not, or there is no such hold.
        ProgramInputError: it was lifted already, a field cannot be used, or it is of an incident and was set by the
            same person; nothing was recorded.
    """
    _require_holder(organisation, recorder)
    body = HoldLifted(hold=name, lifted_by=usable_line(lifted_by, "lifted_by"), reason=usable_text(reason, "reason"))
    if not body.reason:
        raise ProgramInputError("Say why it may end.", field="reason")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        hold = next((each for each in holds_of(organisation) if each.name == name), None) or refuse()
        if not hold.stands:
            raise ProgramInputError(f"This hold was lifted already, by entry {hold.lifted_entry}.", field="reason")
        if hold.matter.startswith(OF_INCIDENT) and recorder.user is not None and recorder.actor == hold.actor:
            raise ProgramInputError(
                "Another person than the one who set it lifts a hold on an incident.", field="lifted_by"
            )
        return record(organisation, "hold.lifted", body_document(body), recorder)


def refuse_held(organisation: Organisation, digests: Iterable[str]) -> None:
    """Refuse to touch what a standing hold covers.

    What is no file (a body, a private part) is covered by a hold over everything, or by one that lists a file which
    the entry names: the caller hands those digests in too.

    Raises:
        HeldError: a hold covers it.
    """
    named = tuple(digests)
    for hold in holds_of(organisation):
        if hold.stands and hold.covers(named):
            raise HeldError(
                f"{hold.name} of {hold.since:%Y-%m-%d} holds this (entry {hold.entry}, by {hold.set_by or 'unknown'}).",
                remedy="A hold has to be lifted, by name and with a reason, before anything under it can be erased.",
            )


def _require_holder(organisation: Organisation, recorder: Recorder) -> None:
    if recorder.user is not None:
        require_role(recorder.user, organisation, *HOLDERS)
