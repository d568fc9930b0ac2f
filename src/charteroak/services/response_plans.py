"""Plans for a bad day while they are written, and the one in force: begun from a short form, changed part by part.

A draft is working paper; only its adoption is an entry (``plan_adoptions``). Nobody overwrites what somebody else saved
meanwhile: whoever changes a part hands in the mark of what they saw (``charteroak.response.plans.parts``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeAlias

from django.db import transaction

from charteroak.clock import CONNECTICUT
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.plans.models import PlanDraft, PlanVersion
from charteroak.response.plans.errors import PlanError
from charteroak.response.plans.parts import part_mark
from charteroak.response.plans.plan import PLAN_TITLES, Plan, PlanKind
from charteroak.response.plans.reading import parse_plan, plan_document
from charteroak.response.plans.starting import FirstAnswers, first_plan
from charteroak.services.access import Role, refuse, require_role
from charteroak.services.programs import ProgramInputError, Recorder, require_keeper

PlanChange: TypeAlias = Callable[[Plan], Plan]
PLAN_READERS = (Role.SECURITY_LEAD, Role.PROVIDER, Role.COUNSEL)
"""Who reads a plan: those who keep the record, and counsel."""


class PlanOvertakenError(ProgramInputError):
    """Somebody else saved this part meanwhile; nothing of either was lost."""

    code: ClassVar[str] = "plan.overtaken"


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan as it is being written: the draft, or the version in force where nobody changed it since."""

    plan: Plan
    saves: int = 0
    changed: datetime | None = None
    changed_by: User | None = None

    @property
    def is_draft(self) -> bool:
        """Whether it differs from what is in force, or nothing is."""
        return self.changed is not None


@dataclass(frozen=True, slots=True)
class PlanInForce:
    """The newest adopted version."""

    plan: Plan
    version: str
    adopted: date
    by: str
    office: str
    review_by: date | None
    entry: int

    def review_is_late(self, today: date) -> bool:
        """Whether the day of its review has passed."""
        return self.review_by is not None and self.review_by < today


def plan_kind(name: str) -> PlanKind:
    """A kind of plan by its name in an address.

    Raises:
        AccessError: there is none of this name.
    """
    found = next((kind for kind in PLAN_TITLES if kind == name), None)
    if found is None:
        refuse()
    return found


def kept_plan(organisation: Organisation, kind: PlanKind) -> KeptPlan | None:
    """The plan as it is being written; ``None`` where nobody began one.

    Raises:
        PlanError: what is stored cannot be read by this release.
    """
    row = PlanDraft.objects.select_related("changed_by").filter(organisation=organisation, kind=kind).first()
    if row is not None:
        return KeptPlan(parse_plan(row.content), row.saves, row.changed, row.changed_by)
    adopted = plan_in_force(organisation, kind)
    return None if adopted is None else KeptPlan(adopted.plan)


def plan_in_force(organisation: Organisation, kind: PlanKind) -> PlanInForce | None:
    """The newest adopted version; ``None`` where none was adopted.

    Raises:
        PlanError: what is stored cannot be read by this release.
    """
    row = PlanVersion.objects.filter(organisation=organisation, kind=kind).select_related("entry").first()
    if row is None:
        return None
    plan = parse_plan(row.content)
    return PlanInForce(plan, row.version, row.adopted, row.by, row.office, row.review_by, row.entry.index)


def people_of_plan(organisation: Organisation) -> Mapping[str, tuple[str, str]]:
    """Name and number of whoever holds each role of the response plan in force; roles without a name are left out."""
    adopted = plan_in_force(organisation, "cirp")
    if adopted is None:
        return {}
    return {role.id: (role.holder.name, role.holder.phone) for role in adopted.plan.roles if role.holder.name}


def begin_plan(organisation: Organisation, kind: PlanKind, answers: FirstAnswers, recorder: Recorder) -> Plan:
    """Make a plan from the short form. It takes the place of no draft.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a plan was begun already, or an answer cannot be used; nothing was kept.
    """
    plan = _usable(first_plan(kind, organisation.name, answers))
    return _begin(organisation, plan, recorder)


def load_plan(organisation: Organisation, plan: Plan, recorder: Recorder, *, replace: bool = False) -> Plan:
    """Keep a plan that was written elsewhere as the draft. It takes the place of a draft only if that is asked for.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a draft was begun already; nothing was kept.
    """
    return _begin(organisation, plan, recorder, beside_version=True, replace=replace)


def _begin(
    organisation: Organisation, plan: Plan, recorder: Recorder, *, beside_version: bool = False, replace: bool = False
) -> Plan:
    require_keeper(organisation, recorder)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        drafts = PlanDraft.objects.filter(organisation=organisation, kind=plan.kind)
        adopted = PlanVersion.objects.filter(organisation=organisation, kind=plan.kind)
        draft = drafts.first()
        if (draft is not None and not replace) or (adopted.exists() and not beside_version):
            raise ProgramInputError(
                "This plan was begun already; nothing was changed.", field="", remedy="Change its parts instead."
            )
        _save(draft or PlanDraft(organisation=organisation, kind=plan.kind), plan, recorder)
    return plan


def change_plan(
    organisation: Organisation, kind: PlanKind, part: str, change: PlanChange, recorder: Recorder, *, seen: str
) -> Plan:
    """Change one part, whatever anybody else changed in other parts meanwhile.

    ``seen`` is the mark of the part as the person saw it. If somebody saved the same part since, nothing is kept.

    Raises:
        AccessError: the person does not keep this organisation's record.
        PlanOvertakenError: somebody else saved this part meanwhile.
        ProgramInputError: the changed plan cannot mean this; nothing was kept.
    """
    require_keeper(organisation, recorder)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        kept = kept_plan(organisation, kind)
        if kept is None:
            raise ProgramInputError("Nobody has begun this plan.", field="", remedy="Answer the short form first.")
        changed = _usable(change(kept.plan))
        if part_mark(kept.plan, part) not in {seen, part_mark(changed, part)}:
            raise _overtaken(kept)
        if changed == kept.plan:
            return changed
        row = PlanDraft.objects.filter(organisation=organisation, kind=kind).first()
        _save(row or PlanDraft(organisation=organisation, kind=kind), changed, recorder)
    return changed


def drop_draft(organisation: Organisation, kind: PlanKind, recorder: Recorder) -> None:
    """Go back to the version in force. A draft beside which nothing was adopted stays.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: nothing was adopted, so that the draft is all there is.
    """
    require_keeper(organisation, recorder)
    if not PlanVersion.objects.filter(organisation=organisation, kind=kind).exists():
        raise ProgramInputError("Nothing was adopted; the draft is all there is.", field="")
    PlanDraft.objects.filter(organisation=organisation, kind=kind).delete()


def require_plan_reader(organisation: Organisation, recorder: Recorder) -> None:
    """Refuse a person who may not read this organisation's plans. The system itself is no person.

    Raises:
        AccessError: they have no part in it.
    """
    if recorder.user is not None:
        require_role(recorder.user, organisation, *PLAN_READERS)


def _usable(plan: Plan) -> Plan:
    try:
        return parse_plan(plan_document(plan))
    except PlanError as error:
        place = "" if error.location is None else error.location.pointer or ""
        raise ProgramInputError(error.message, field=place, remedy=error.remedy) from error
    except UnicodeEncodeError as error:
        raise ProgramInputError("The plan holds half a character.", field="", remedy="Take it out.") from error


def _save(row: PlanDraft, plan: Plan, recorder: Recorder) -> None:
    row.content = plan_document(plan)
    row.saves += 1
    row.changed = recorder.moment
    row.changed_by = recorder.user
    row.save()


def _overtaken(kept: KeptPlan) -> PlanOvertakenError:
    who = "Somebody" if kept.changed_by is None else str(kept.changed_by)
    at = "" if kept.changed is None else f" at {kept.changed.astimezone(CONNECTICUT):%H:%M}"
    return PlanOvertakenError(
        f"{who} saved this part{at}, after you opened it.",
        field="seen",
        remedy="What you typed is still here. Look at theirs, then save again to put yours in its place.",
    )
