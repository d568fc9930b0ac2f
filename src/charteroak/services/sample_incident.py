"""The sample town's bad week: a live incident with running clocks, told twice, and two people on call.

It lies three days before the moment of loading, so that its clocks run whenever somebody looks.
"""

from datetime import datetime, timedelta
from typing import Any

from charteroak.clock import format_instant
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.services.access import actor_of
from charteroak.services.incidents import (
    NewEvent,
    NewIncident,
    add_event,
    describe_incident,
    document_of,
    open_incident,
    say_when_it_began,
)
from charteroak.services.on_call import NewContact, set_on_call
from charteroak.services.programs import Recorder
from charteroak.services.sample_incident_work import work_on_sample_incident

TOWN = "cedar-landing"
_ENTITY: dict[str, Any] = {
    "dataRole": "owner", "regulatedBy": [], "licences": [], "contractorOf": [], "publicCompany": False,
}  # fmt: skip


def load_sample_incident(town: Organisation, lead: User, today: datetime) -> Incident:
    """Open the incident as it would have been opened, and say a day later what was found out."""
    discovered = today.replace(hour=13, minute=40, second=0, microsecond=0) - timedelta(days=3)

    def at(moment: datetime) -> Recorder:
        return Recorder(actor_of(lead), lead, recorded=moment)

    known = {"discoveredAt": format_instant(discovered), "access": True}
    incident = open_incident(
        town,
        NewIncident("Mailbox of the tax collector", "suspected", {"entity": _ENTITY, "incident": known}),
        at(discovered + timedelta(minutes=50)),
    )
    noticed = NewEvent(
        "A resident asked about an invoice that the tax office had not sent.", discovered, kind="noticed"
    )
    add_event(incident, noticed, at(discovered + timedelta(hours=1)))
    later = at(discovered + timedelta(hours=26))
    say_when_it_began(incident, discovered - timedelta(days=2, hours=5), later)
    document = document_of(incident)
    document["incident"] |= {
        "outcome": "successful",
        "acquisition": True,
        "encrypted": False,
        "dataKinds": ["name", "tax-id"],
        "residentsAffected": {"ct": 212},
        "individualsAffected": 212,
        "criticalService": False,
    }
    describe_incident(incident, document, later)
    contacts = [
        NewContact(str(lead), lead.email, 30),
        NewContact("Desk of the town manager", f"manager@{TOWN}.example"),
    ]
    set_on_call(town, contacts, later)
    work_on_sample_incident(incident, lead, discovered)
    return incident
