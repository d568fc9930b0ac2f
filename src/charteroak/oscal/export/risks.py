"""Risks: the gaps that the organization wrote down, with their steps, and the exceptions that an officer accepted."""

from charteroak.oscal.document import Json
from charteroak.oscal.export.assembly import Assembly, end_of, moment, prop
from charteroak.oscal.texts import marked, marked_line
from charteroak.program.bodies import Cost
from charteroak.program.exceptions import AcceptedException
from charteroak.program.poam import PlanItem


def gap_uuid(assembly: Assembly, item: PlanItem) -> str:
    """The identifier of the risk behind a gap."""
    return assembly.uuid("gap", item.gap.body.gap)


def exception_uuid(assembly: Assembly, name: str) -> str:
    """The identifier of the risk behind an exception."""
    return assembly.uuid("exception", name)


def subject_props(
    framework: str | None, edition: str | None, requirement: str | None, practice: str | None
) -> list[Json]:
    """What a gap or an exception is about."""
    named = {"framework": framework, "edition": edition, "requirement": requirement, "practice": practice}
    return [prop(name, text) for name, text in named.items() if text]


def of_gap(assembly: Assembly, item: PlanItem) -> Json:
    """An open gap with its age, its day, and the steps on the way to closing it."""
    body, gap = item.gap.body, item.gap
    risk: Json = {
        "uuid": gap_uuid(assembly, item),
        "title": marked_line(body.title),
        "description": marked(body.note.strip()) or marked_line(body.title),
        "statement": f"Open for {gap.age_days} days on {gap.day.isoformat()}.",
        "props": [
            prop("gap", body.gap),
            prop("opened", gap.opened_on.isoformat()),
            prop("age-days", str(gap.age_days)),
            prop("age", item.band.value),
            *([prop("severity", item.severity)] if item.severity else []),
            *([prop("overdue-days", str(gap.overdue_days))] if gap.overdue_days else []),
            *([prop("note", "yes")] if body.note.strip() else []),
            *subject_props(body.framework, body.edition, body.requirement, body.practice),
            *assembly.entry_props(gap.fact),
        ],
        "status": "open",
    }
    if body.due is not None:
        risk["deadline"] = end_of(body.due)
    if item.owner:
        risk["origins"] = assembly.origin(assembly.person(item.owner, "owner"), "owner")
    if gap.milestones:
        risk["remediations"] = [
            {
                "uuid": assembly.uuid("gap", body.gap, "plan"),
                "lifecycle": "planned",
                "title": marked_line(f"Close: {body.title}"),
                "description": "The steps that the organization set itself.",
                "tasks": [
                    {
                        "uuid": assembly.uuid("gap", body.gap, "step", str(number)),
                        "type": "milestone",
                        "title": marked_line(step.what),
                        "timing": {"on-date": {"date": end_of(step.due)}},
                    }
                    for number, step in enumerate(gap.milestones)
                ],
            }
        ]
    return risk


def _cost(cost: Cost) -> list[Json]:
    return [
        prop("cost-low", str(cost.low)),
        prop("cost-high", str(cost.high)),
        prop("cost-currency", cost.currency),
        prop("cost-source", cost.source),
    ]


def of_exception(assembly: Assembly, each: AcceptedException) -> Json:
    """An exception as a deviation that was approved. It never makes anything satisfied."""
    body = each.body
    approver = assembly.person(body.approved_by, "approver")
    return {
        "uuid": exception_uuid(assembly, body.exception),
        "title": marked_line(f"Exception {body.exception}"),
        "description": marked(body.reason.strip()) or "No reason stands in what is at hand of the record.",
        "statement": (
            f"Knowingly not met until {body.expires.isoformat()}, for {body.factor}. Whether the law bears with it is "
            "for counsel."
        ),
        "props": [
            prop("exception", body.exception),
            prop("factor", body.factor),
            prop("approved-by", body.approved_by),
            prop("role", body.role),
            prop("expires", body.expires.isoformat()),
            *([prop("note", "yes")] if body.reason.strip() else []),
            *(_cost(body.cost) if body.cost is not None else []),
            *subject_props(body.framework, body.edition, body.requirement, body.practice),
            *assembly.entry_props(each.fact),
        ],
        "status": "deviation-approved",
        "origins": assembly.origin(approver, "approver"),
        "deadline": moment(body.expires),
    }
