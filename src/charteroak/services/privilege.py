"""The privileged workspace: counsel's notes, drafts and files, apart from the record.

Its rows, its sealed files and their keys are its own. Nothing of it is an entry of a ledger, so nothing of it is in a
status, a determination, a dossier, a checkpoint or any export of the record. Only counsel of the organisation, and whom
counsel admits, sees that there is anything. The privilege log says what is withheld and on which ground, without its
content. Whether a privilege holds is for a court; keeping things here does not make them privileged.
"""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from charteroak.adapters.evidence_store import ContentKey, EvidenceStore, SealedEvidence, chunks_of
from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.evidence.models import PrivilegedAdmission, PrivilegedItem
from charteroak.services.access import Role, refuse, require_role, roles_in
from charteroak.services.programs import ProgramInputError, UploadedFile, refuse_day, safe_name, usable_line

NOTE_LIMIT_CHARACTERS = 50_000
MAX_RECIPIENTS = 1000
"""Characters of the list of recipients."""

LOG_COLUMNS = ("item", "date", "form", "author", "recipients", "privilege", "subject")
"""The members of the privilege log's rows."""


@dataclass(frozen=True, slots=True)
class NewPrivilegedItem:
    """Something to keep here: a text, or a file."""

    form: str
    privilege: str
    day: date
    author: str
    recipients: str
    subject: str
    text: str = ""
    file: UploadedFile | None = None


@dataclass(frozen=True, slots=True)
class _OneKey:
    """The key of one item, for the store to open it with."""

    content: ContentKey | None

    def content_key(self, sha256: str) -> ContentKey | None:  # noqa: ARG002 - the port's signature
        return self.content


def privileged_organisations(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """The organisations whose privileged workspace a person may enter."""
    if not isinstance(user, User) or not user.is_active:
        return Organisation.objects.none()
    own = Q(memberships__user=user, memberships__role=Role.COUNSEL)
    admitted = Q(admissions__user=user, admissions__ended__isnull=True)
    return Organisation.objects.filter(own | admitted).distinct()


def access_privileged(user: User | AnonymousUser, slug: str) -> Organisation:
    """An organisation whose privileged workspace this person may enter.

    Raises:
        AccessError: it is absent, or they are neither its counsel nor admitted.
    """
    return privileged_organisations(user).filter(slug=slug).first() or refuse()


def is_counsel(user: User, organisation: Organisation) -> bool:
    """Whether this person is the organisation's counsel, and may admit others."""
    return Role.COUNSEL in roles_in(user, organisation)


def items_of(organisation: Organisation, user: User) -> QuerySet[PrivilegedItem]:
    """The privilege log, in the order of the items' numbers.

    Raises:
        AccessError: the person may not enter.
    """
    _require_inside(organisation, user)
    return PrivilegedItem.objects.filter(organisation=organisation)


def keep_privileged(organisation: Organisation, new: NewPrivilegedItem, by: User) -> PrivilegedItem:
    """Seal a note, a draft or a file, and write its line of the privilege log.

    Raises:
        AccessError: the person may not enter.
        ProgramInputError: a field cannot be used; nothing was kept.
        EvidenceTooLargeError: the file is too large.
    """
    _require_inside(organisation, by)
    columns = _columns(new)
    if new.file is None and not new.text.strip():
        raise ProgramInputError("Write the text, or choose a file.", field="text")
    if len(new.text) > NOTE_LIMIT_CHARACTERS:
        raise ProgramInputError(f"Use at most {NOTE_LIMIT_CHARACTERS} characters, or add a file.", field="text")
    stream = io.BytesIO(new.text.encode("utf-8")) if new.file is None else new.file.stream
    store = _store(organisation, None)
    sealed = store.put(chunks_of(stream))
    try:
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=organisation.pk)
            return _create(organisation, sealed, by, **columns)
    except BaseException:
        store.remove(sealed.sha256, sealed.content_key.object)
        raise


def open_privileged(organisation: Organisation, number: int, user: User) -> tuple[PrivilegedItem, BinaryIO]:
    """An item with its bytes; the caller closes them.

    Raises:
        AccessError: there is none of this number, or the person may not enter.
    """
    item = items_of(organisation, user).filter(number=number).first() or refuse()
    return item, _store(organisation, ContentKey(item.object, bytes(item.key))).open(item.sha256)


def admissions_of(organisation: Organisation, user: User) -> QuerySet[PrivilegedAdmission]:
    """Who was admitted, and until when.

    Raises:
        AccessError: the person may not enter.
    """
    _require_inside(organisation, user)
    return PrivilegedAdmission.objects.filter(organisation=organisation).select_related("user", "admitted_by")


def admit(organisation: Organisation, email: str, by: User) -> PrivilegedAdmission:
    """Let someone who signs in here into the workspace.

    Raises:
        AccessError: the person who admits is not counsel.
        ProgramInputError: nobody signs in with this address, or they are inside already.
    """
    require_role(by, organisation, Role.COUNSEL)
    guest = User.objects.filter(username=email.strip().lower(), is_active=True).first()
    if guest is None:
        raise ProgramInputError("Nobody signs in here with this address.", field="email")
    if privileged_organisations(guest).filter(pk=organisation.pk).exists():
        raise ProgramInputError("This person may enter already.", field="email")
    return PrivilegedAdmission.objects.create(organisation=organisation, user=guest, admitted=now(), admitted_by=by)


def end_admission(organisation: Organisation, number: int, by: User) -> None:
    """Close the workspace to someone who was admitted.

    Raises:
        AccessError: the person is not counsel, or there is no such admission.
    """
    require_role(by, organisation, Role.COUNSEL)
    rows = PrivilegedAdmission.objects.filter(organisation=organisation, pk=number, ended__isnull=True)
    if not rows.update(ended=now(), ended_by=by):
        refuse()


def privilege_log(organisation: Organisation, user: User) -> list[dict[str, Any]]:
    """The privilege log as rows: what is withheld, by and for whom, on which ground; no content.

    Raises:
        AccessError: the person may not enter.
    """
    return [
        {
            "item": item.number,
            "date": item.day.isoformat(),
            "form": item.form,
            "author": item.author,
            "recipients": item.recipients,
            "privilege": item.privilege,
            "subject": item.subject,
        }
        for item in items_of(organisation, user)
    ]


def sweep_privileged(organisation: Organisation, *, before: float) -> list[str]:
    """Take away sealed files of the workspace that no item names: a killed process left them, and nobody has their key.

    ``before`` is a moment of the Unix clock; what is younger may still be on its way.
    """
    store = _store(organisation, None)
    kept = set(PrivilegedItem.objects.filter(organisation=organisation).values_list("sha256", "object"))
    swept = [each for each in store.objects() if each not in kept and store.written(*each) < before]
    for sha256, name in swept:
        store.remove(sha256, name)
    return [f"{sha256}.{name}" for sha256, name in swept]


def _columns(new: NewPrivilegedItem) -> dict[str, Any]:
    if new.form not in PrivilegedItem.Form.values:
        raise ProgramInputError("Choose what it is.", field="form")
    if new.privilege not in PrivilegedItem.Privilege.values:
        raise ProgramInputError("Choose the ground.", field="privilege")
    refuse_day(new.day, connecticut_day(now()), "day")
    recipients = "; ".join(part for part in (" ".join(line.split()) for line in new.recipients.splitlines()) if part)
    if len(recipients) > MAX_RECIPIENTS:
        raise ProgramInputError(f"Use at most {MAX_RECIPIENTS} characters.", field="recipients")
    return {
        "form": new.form,
        "privilege": new.privilege,
        "day": new.day,
        "author": usable_line(new.author, "author"),
        "recipients": recipients,
        "subject": usable_line(new.subject, "subject"),
        "name": "note.txt" if new.file is None else safe_name(new.file.name),
    }


def _create(organisation: Organisation, sealed: SealedEvidence, by: User, **columns: Any) -> PrivilegedItem:
    last = PrivilegedItem.objects.filter(organisation=organisation).aggregate(number=Max("number"))["number"] or 0
    return PrivilegedItem.objects.create(
        organisation=organisation,
        number=last + 1,
        added=now(),
        added_by=by,
        sha256=sealed.sha256,
        object=sealed.content_key.object,
        key=sealed.content_key.key,
        size=sealed.size,
        **columns,
    )


def _store(organisation: Organisation, content: ContentKey | None) -> EvidenceStore:
    return EvidenceStore(settings.DATA.privileged, organisation.slug, _OneKey(content))


def _require_inside(organisation: Organisation, user: User) -> None:
    if not privileged_organisations(user).filter(pk=organisation.pk).exists():
        refuse()
