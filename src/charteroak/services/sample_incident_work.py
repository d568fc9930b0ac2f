"""Work on the sample town's incident: judged twice, a playbook half worked through, an uncertain timeline."""

from datetime import datetime, timedelta

from charteroak.records.accounts.models import User
from charteroak.records.incidents.models import Incident
from charteroak.response.event_times import span_of
from charteroak.response.severity_examples import load_examples
from charteroak.services.access import actor_of
from charteroak.services.incident_severity import assess_incident
from charteroak.services.incident_tasks import choose_playbooks, say_of_task
from charteroak.services.incidents import NewEvent, add_event
from charteroak.services.programs import Recorder

PLAYBOOK = "business-mail-compromise"


def work_on_sample_incident(incident: Incident, lead: User, discovered: datetime) -> None:
    """What the town did in the day and a half after it noticed; every step as it would have been recorded."""

    def at(hours: float) -> Recorder:
        return Recorder(actor_of(lead), lead, recorded=discovered + timedelta(hours=hours))

    choose_playbooks(incident, [PLAYBOOK], at(26.2), start=discovered)
    assess_incident(incident, {"functionalImpact": ["none_to_services"], "crossSector": ["government"]}, at(26.4))
    for step, hours, note in (
        ("first", 26.6, "The bank stopped the transfer."),
        ("report", 26.8, ""),
    ):
        say_of_task(incident, f"{PLAYBOOK}/{step}", "done", at(hours), note=note)
    day = (discovered - timedelta(days=3)).date()
    begin, end = span_of(day, None, "America/New_York")
    opened = NewEvent("A mail with a false sign-in page was opened in the tax office.", begin, end, precision="day")
    add_event(incident, opened, at(27))
    contained = discovered + timedelta(hours=2, minutes=10)
    done = NewEvent("The mailbox's sessions were ended and its password changed.", contained, kind="contained")
    add_event(incident, done, at(27.2))
    mailbox = next(example for example in load_examples() if example.name == "one-mailbox")
    answers = {name: [option] for name, option in mailbox.answers.items()} | {"actor": ["criminal", "unknown"]}
    assess_incident(incident, answers, at(28))
