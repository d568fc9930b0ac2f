"""ICS forms 201, 202 and 214 from an incident's picture (fields of FEMA 502-2, our layout).

ICS 201 *Incident Briefing* has blocks 1 to 10, ICS 202 *Incident Objectives* 1 to 8, ICS 214 *Activity Log* 1 to 8.
Block 6 of ICS 201 stands once, at the end, where a person signs.
"""

from charteroak.documents.blocks import (
    AnyBlock,
    Blank,
    Column,
    Document,
    Heading,
    Items,
    Paragraph,
    Signature,
    Strong,
    Table,
    Terms,
    Texts,
)
from charteroak.documents.wording import terms
from charteroak.response.incident_papers.picture import (
    SITUATION_LIMIT,
    IncidentPicture,
    incident_paper,
    period_words,
    when,
)
from charteroak.response.plans.source import called, said

_LINES = 4
"""Empty lines below what the record has, to be filled in by hand."""
_OBJECTIVES = 6
POSITIONS = (
    "Incident Commander",
    "Liaison Officer",
    "Safety Officer",
    "Public Information Officer",
    "Operations Section Chief",
    "Planning Section Chief",
    "Logistics Section Chief",
    "Finance/Admin Section Chief",
)


def ics_201(picture: IncidentPicture) -> Document:
    """The incident briefing: for whoever takes over, and the first written picture of the day."""
    return incident_paper(
        picture,
        "Incident Briefing (ICS 201)",
        _named(picture, ("3. Date/Time Initiated", (when(picture.opened),))),
        Heading("4. Map/Sketch"),
        Paragraph((Blank("draw which systems and places are hit and which are cut off"),), numbered=False),
        Heading("5. Situation Summary and Health and Safety Briefing"),
        *_situation(picture),
        Paragraph((Strong("Safety: "), Blank("risks to people, such as dispatch, water, heat, doors")), numbered=False),
        Heading("7. Current and Planned Objectives"),
        _objectives(picture),
        Heading("8. Current and Planned Actions, Strategies, and Tactics"),
        Table(
            "Actions",
            (Column("Time", 1.2), Column("Actions", 3.6)),
            tuple((time, text) for time, text in _actions(picture)),
            "None on record.",
        ),
        Heading("9. Current Organization"),
        _organisation(picture),
        Heading("10. Resource Summary"),
        Table(
            "Resources",
            (
                Column("Resource", 1.6),
                Column("Resource Identifier", 1.4),
                Column("Date/Time Ordered", 1),
                Column("ETA", 0.7),
                Column("Arrived", 0.7),
                Column("Notes", 1.2),
            ),
            (
                *(
                    ((each.who,), (each.reached,), ("",), ("",), ("",), ("named by the plan",))
                    for each in picture.contacts
                ),
                *((("",),) * 6 for _ in range(_LINES)),
            ),
            "None.",
        ),
        Heading("6. Prepared by"),
        Signature(("Name and position", "Signature, date and time")),
    )


def ics_202(picture: IncidentPicture) -> Document:
    """The objectives of an operational period."""
    commander = picture.holder("Incident Commander")
    return incident_paper(
        picture,
        "Incident Objectives (ICS 202)",
        _named(picture, ("2. Operational Period", period_words(picture)), number="Incident Number"),
        Heading("3. Objective(s)"),
        _objectives(picture),
        Heading("4. Operational Period Command Emphasis"),
        Paragraph((Blank("what comes before all else in this period"),), numbered=False),
        Heading("General Situational Awareness", 2),
        *_situation(picture),
        Heading("5. Site Safety Plan Required?"),
        Paragraph(("Yes / No: ", Blank("mark one"), "  Located at: ", Blank("place")), numbered=False),
        Heading("6. Incident Action Plan"),
        Items(
            (
                ("ICS 201, incident briefing",),
                ("ICS 214, activity logs",),
                ("Response plan: levels, roles, numbers, playbooks",),
                (Blank("other attachments"),),
            )
        ),
        Heading("7. Prepared by"),
        Signature(("Name and position", "Signature, date and time")),
        Heading("8. Approved by Incident Commander"),
        Terms(terms(("Name", said(commander.name, "name")))),
        Signature(("Signature, date and time",)),
    )


def ics_214(picture: IncidentPicture, *, name: str = "", position: str = "") -> Document:
    """The activity log of a person or a unit; without a name, that of the incident."""
    rows = tuple(((event.when,), (event.what,)) for event in picture.events)
    return incident_paper(
        picture,
        "Activity Log (ICS 214)",
        _named(
            picture,
            ("2. Operational Period", period_words(picture)),
            ("3. Name", said(name, "name")),
            ("4. ICS Position", said(position, "position")),
            ("5. Home Agency (and Unit)", (picture.organisation,)),
            number="Incident Number",
        ),
        Heading("6. Resources Assigned"),
        Table(
            "Resources",
            (Column("Name", 1.4), Column("ICS Position", 1.4), Column("Home Agency (and Unit)", 1.6)),
            (
                *(
                    ((each.person.name,), (f"{each.ics}, {each.role}",), (picture.organisation,))
                    for each in picture.people
                    if each.person.name
                ),
                *((("",),) * 3 for _ in range(_LINES // 2)),
            ),
            "None.",
        ),
        Heading("7. Activity Log"),
        Table(
            "Notable activities",
            (Column("Date/Time", 1.3), Column("Notable Activities", 3.8)),
            (*rows, *(((Blank("time"),), ("",)) for _ in range(_LINES))),
            "None.",
        ),
        Heading("8. Prepared by"),
        Signature(("Name and position", "Signature, date and time")),
    )


def _named(picture: IncidentPicture, *more: tuple[str, Texts], number: str = "2. Incident Number") -> Terms:
    return Terms(terms(("1. Incident Name", (picture.title,)), (number, (picture.number,)), *more))


def _situation(picture: IncidentPicture) -> tuple[AnyBlock, ...]:
    level: Texts = (picture.level, f". {picture.level_means}") if picture.level else (Blank("level 0 to 5"),)
    newest = picture.events[-SITUATION_LIMIT:]
    return (
        Terms(
            terms(
                ("Level", level),
                ("Plan in force", said(picture.in_force, "none on record")),
                ("Outcome", (picture.outcome,)),
            )
        ),
        Items(tuple((Strong(f"{event.when}: "), event.what) for event in newest) or ((Blank("what happened"),),)),
    )


def _objectives(picture: IncidentPicture) -> Items:
    """The nearest open tasks, as the playbooks word them; the person who leads adds what no playbook knows."""
    nearest: list[Texts] = [(f"{task.text} ({task.owner}, by {when(task.due)})",) for task in picture.open_tasks]
    return Items((*nearest[:_OBJECTIVES], (Blank("objective"),), (Blank("objective"),)), ordered=True)


def _actions(picture: IncidentPicture) -> list[tuple[Texts, Texts]]:
    done = [
        ((when(task.last.moment),), (f"Done: {task.text} ({task.owner})",)) for task in picture.done_tasks if task.last
    ]
    planned = [((f"by {when(task.due)}",), (f"{task.text} ({task.owner})",)) for task in picture.open_tasks]
    blank: Texts = (Blank("time"),)
    return [*done, *planned, *((blank, ("",)) for _ in range(_LINES))]


def _organisation(picture: IncidentPicture) -> Table:
    rows: list[tuple[Texts, ...]] = []
    for position in POSITIONS:
        holder = picture.holder(position)
        numbers = called(holder) if holder.name else (Blank("telephone"),)
        rows.append(((Strong(position),), said(holder.name, "name"), numbers))
    others = [each for each in picture.people if each.ics not in POSITIONS and each.person.name]
    rows += [((each.role,), (each.person.name,), called(each.person)) for each in others]
    return Table(
        "Organization",
        (Column("Position", 1.5), Column("Name", 1.4), Column("Reached by", 1.6)),
        tuple(rows),
        "Nobody.",
    )
