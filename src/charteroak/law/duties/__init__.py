"""Duties to report an incident: which facts trigger which, to whom, and by when at the latest.

``parse_duty_facts_json`` reads the document of INTERFACES, ``duties_of`` answers with one row for each recipient. An
outer limit is the last moment that the law allows and never a comfortable date: the standard beside it comes first.
"""

from charteroak.law.duties.evaluation import DutyAnswer, DutyStatus, duties_of
from charteroak.law.duties.facts import DutyFacts, parse_duty_facts, parse_duty_facts_json
from charteroak.law.duties.table import Duty, load_duties

__all__ = [
    "Duty",
    "DutyAnswer",
    "DutyFacts",
    "DutyStatus",
    "duties_of",
    "load_duties",
    "parse_duty_facts",
    "parse_duty_facts_json",
]
