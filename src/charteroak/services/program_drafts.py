"""The draft of a written program: read, changed one part at a time, and never mistaken for record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db import transaction

from charteroak.program.practices import load_practices
from charteroak.program.written_document.draft import ProgramDraft, draft_document, parse_draft
from charteroak.program.written_document.errors import DraftError
from charteroak.program.written_document.policies import load_policies
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.programs.models import ProgramDraft as DraftRow
from charteroak.services.programs import ProgramInputError, Recorder, require_keeper

Change: TypeAlias = Callable[[ProgramDraft], ProgramDraft]


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft with when and by whom it was last changed; nobody changed one that was never begun."""

    draft: ProgramDraft
    changed: datetime | None = None
    changed_by: User | None = None

    @property
    def is_begun(self) -> bool:
        """Whether anybody wrote anything."""
        return self.changed is not None


def draft_of(organisation: Organisation) -> KeptDraft:
    """The draft as it was last saved; an empty one where nobody began.

    Raises:
        DraftError: what is stored cannot be read by this release.
    """
    row = DraftRow.objects.select_related("changed_by").filter(organisation=organisation).first()
    if row is None:
        return KeptDraft(ProgramDraft())
    return KeptDraft(parse_draft(row.content), row.changed, row.changed_by)


def change_draft(organisation: Organisation, change: Change, recorder: Recorder) -> ProgramDraft:
    """Change a part of the draft, whatever anybody else changed in other parts meanwhile.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: the changed draft cannot be used; nothing was kept.
    """
    require_keeper(organisation, recorder)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        row = DraftRow.objects.filter(organisation=organisation).first()
        changed = change(ProgramDraft() if row is None else parse_draft(row.content))
        try:
            checked = parse_draft(draft_document(changed))
        except DraftError as error:
            raise ProgramInputError(error.message, field="", remedy=error.remedy) from error
        _refuse_unknown(checked)
        made = row or DraftRow(organisation=organisation)
        made.content = draft_document(checked)
        made.saves += 1
        made.changed = recorder.moment
        made.changed_by = recorder.user
        made.save()
    return checked


def _refuse_unknown(draft: ProgramDraft) -> None:
    """A draft names only practices and policies that there are."""
    unknown = {*draft.practices} - load_practices().by_id.keys()
    if unknown:
        raise ProgramInputError(f"There is no practice {min(unknown)!r}.", field="practices")
    policies = load_policies()
    for identifier, choice in draft.policies.items():
        policy = policies.get(identifier)
        clauses = {clause.id for clause in policy.clauses} if policy is not None else set()
        if policy is None or choice.values.keys() - policy.labels.keys() or choice.own_words.keys() - clauses:
            raise ProgramInputError(f"There is no policy {identifier!r} with these clauses.", field="")
