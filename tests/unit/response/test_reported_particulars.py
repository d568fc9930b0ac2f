"""What a report answers of the notices to everybody else, and what only a person may put into a letter."""

from typing import Any

import pytest

from charteroak.response.incident_report import parse_report
from charteroak.response.notices.particulars import Particulars, load_particulars, parse_particulars
from charteroak.response.reported_particulars import NAMES_PEOPLE, PROPOSED_ONLY, particulars_of_report

WHOLE: dict[str, Any] = {
    "outcome": "successful",
    "narrative": "Files are locked and a note asks for money.",
    "reporter": {"name": "Lea Stone", "role": "Town Clerk", "phone": "860-555-0101", "email": "lea@example.org"},
    "technicalContact": "Sam Oak 860-555-0102",
    "entity": {"name": "West Hill", "address": "1 Main Street"},
    "times": {"firstActivity": "2026-03-05T23:10"},
    "detection": "staff",
    "systems": [{"function": "Tax office"}, {"function": "Mail"}],
    "actor": {"identity": "unknown"},
    "indicators": ["evil.example", "203.0.113.7"],
    "responseTaken": "The server was taken off the network.",
    "informed": [{"who": "West Hill police", "when": "2026-03-06", "reference": "26-104"}, {"who": "Insurer"}],
    "helpWanted": "state-police",
}


def answers(**changes: Any) -> Particulars:
    return particulars_of_report(parse_report(WHOLE | changes))


def test_every_answer_that_a_notice_asks_for_is_taken_over() -> None:
    assert answers() == {
        "address": "1 Main Street",
        "reporter_name": "Lea Stone, Town Clerk",
        "reporter_contact": "860-555-0101, lea@example.org",
        "technical_contact": "Sam Oak 860-555-0102",
        "what_happened": "Files are locked and a note asks for money.",
        "breach_from": "2026-03-05",
        "how_discovered": "by our own people",
        "systems": "Tax office; Mail",
        "indicators": "evil.example\n203.0.113.7",
        "what_was_done": "The server was taken off the network.",
        "police_told": "West Hill police, 2026-03-06, 26-104; Insurer",
        "help_wanted": "the State Police",
    }


def test_the_notices_take_them_as_they_are() -> None:
    assert dict(parse_particulars(answers())) == dict(answers())
    assert set(load_particulars()) >= PROPOSED_ONLY | NAMES_PEOPLE


@pytest.mark.parametrize("noticed", ["2026-03", "2026", "unknown"])
def test_a_beginning_that_is_no_day_stays_open(noticed: str) -> None:
    assert "breach_from" not in answers(times={"firstActivity": noticed})


def test_nothing_is_cut_and_nothing_is_made_of_unknown() -> None:
    long = {"phone": "8" * 200, "email": f"{'x' * 190}@example.org"}
    said = answers(reporter=long, detection="unknown", technicalContact="unknown")
    assert not {"reporter_contact", "how_discovered", "reporter_name", "technical_contact"} & set(said)
