"""The two plans of the sample town, made with the short form, completed, and adopted. Everybody in them is made up."""

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import msgspec

from charteroak.clock import parse_instant
from charteroak.records.accounts.models import Organisation, User
from charteroak.response.plans.plan import Disruption, Person, Plan, PlanKind, System
from charteroak.response.plans.starting import FirstAnswers, first_plan
from charteroak.services.access import actor_of
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.plan_adoptions import NewPlanAdoption, adopt_plan
from charteroak.services.programs import Recorder
from charteroak.services.response_plans import load_plan

_KINDS: tuple[PlanKind, ...] = ("cirp", "cdrp")


def adopt_sample_plans(town: Organisation, keeper: User) -> None:
    """Adopt a response plan and a disruption plan for the sample town, and sign its ledger after them."""
    text = files("charteroak.services").joinpath("sample_data", "plans", "cedar-landing.toml")
    said = tomllib.loads(text.read_text(encoding="utf-8"))
    for kind in _KINDS:
        adoption = said["plans"][kind]
        recorder = Recorder(actor_of(keeper), keeper, recorded=parse_instant(adoption["moment"]))
        load_plan(town, _plan(kind, town.name, said), recorder)
        new = NewPlanAdoption("1.0", "Ruth Ames", "First Selectman", date.fromisoformat(adoption["adopted"]))
        adopt_plan(town, kind, new, recorder)
        make_checkpoint(town, created=parse_instant(adoption["moment"]))


def _plan(kind: PlanKind, name: str, said: dict[str, Any]) -> Plan:
    plan = first_plan(kind, name, msgspec.convert(said["answers"], FirstAnswers))
    own = said["plans"][kind]
    holders, deputies = (msgspec.convert(said[member], dict[str, Person]) for member in ("holders", "deputies"))
    roles = tuple(
        msgspec.structs.replace(
            role,
            holder=holders.get(role.id, role.holder),
            deputy_person=deputies.get(role.id, role.deputy_person),
        )
        for role in plan.roles
    )
    disruption = plan.disruption
    if kind == "cdrp":
        local = msgspec.convert(said["disruption"], Disruption)
        disruption = msgspec.structs.replace(
            plan.disruption,
            operations_center=local.operations_center,
            essential_services=local.essential_services,
            mutual_aid=local.mutual_aid,
        )
    return msgspec.structs.replace(
        plan,
        authority=own["authority"],
        roles=roles,
        systems=msgspec.convert(said["systems"], tuple[System, ...]),
        disruption=disruption,
        upkeep=msgspec.structs.replace(plan.upkeep, reviewer=own["reviewer"], kept_at=own["keptAt"]),
    )
