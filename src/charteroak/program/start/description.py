"""From the answers of the start to what is recorded: the organisation's description, and the document that is kept."""

from typing import Any

import msgspec

from charteroak.program.bodies import Handles, Information, OrganisationDescribed, Regime
from charteroak.program.start.answers import About, Obligations, StartAnswers, answers_document
from charteroak.program.start.information import classify_information
from charteroak.program.start.proposal import Proposal
from charteroak.program.start.vocabulary import load_information_kinds, load_vocabulary

_REGIMES: dict[str, Regime] = {"hipaa": "hipaa", "glba": "glba", "glba-own-regulator": "glba", "fisma": "fisma"}
"""The law of the act's list that each flag stands for."""
FORMAT_VERSION = 1


def describe(
    name: str, about: About, answers: StartAnswers, known: OrganisationDescribed | None
) -> OrganisationDescribed:
    """The organisation as the answers describe it. What was not asked or not said stays as it is on record."""
    information = classify_information(answers.stores).body()
    earlier = known or OrganisationDescribed(name=name, kind=about.kind)
    regulated = None if answers.obligations is None else regimes_of(answers.obligations)
    # To keep information is one of the four kinds of handling; the other three were not asked.
    handles = Handles(maintains=True if information.personal or information.restricted else None)
    return OrganisationDescribed(
        name=name,
        kind=about.kind,
        regulated_by=_said(regulated, earlier.regulated_by),
        employees=_said(about.people, earlier.employees),
        handles=Handles(**_merged(handles, earlier.handles)),
        information=Information(**_merged(information, earlier.information)),
    )


def regimes_of(obligations: Obligations) -> tuple[Regime, ...] | None:
    """The laws of the act's list that were named; ``None`` where nobody knows."""
    vocabulary = load_vocabulary()
    chosen = {*obligations.regulated, *obligations.contracts}
    flags = [
        flag for word in (*vocabulary.regulated, *vocabulary.contracts) if word.id in chosen for flag in word.flags
    ]
    found = tuple(dict.fromkeys(_REGIMES[flag] for flag in flags if flag in _REGIMES))
    if not found and (not obligations.regulated or "unsure" in obligations.regulated):
        return None
    return found


def start_document(answers: StartAnswers, proposal: Proposal) -> dict[str, Any]:
    """Everything that was said, and what was proposed for which reasons: the file that finishing keeps."""
    reading = classify_information(answers.stores)
    return {
        "format": "charteroak guided start",
        "formatVersion": FORMAT_VERSION,
        "answers": answers_document(answers),
        "information": [
            {
                "place": each.store.place,
                "personal": {"says": each.personal.says, "reason": each.personal.reason},
                "restricted": {"says": each.restricted.says, "reason": each.restricted.reason},
            }
            for each in reading.stores
        ],
        "caution": load_information_kinds().caution,
        "proposed": {
            "framework": proposal.aim.framework,
            "edition": proposal.aim.edition,
            "why": proposal.aim.why,
            "mind": proposal.aim.trap,
            "restsOn": list(proposal.aim.rests_on),
            "wouldChange": proposal.aim.would_change,
            "notes": [note.text for note in proposal.notes],
            "start": [first.practice.id for first in proposal.first],
            "limit": proposal.start_limit,
        },
        "claims": "None. Choosing a framework is an intent; it says nothing of conformity. This is not legal advice.",
    }


def _said(new: Any, known: Any) -> Any:
    return known if new is None else new


def _merged(new: msgspec.Struct, known: msgspec.Struct) -> dict[str, Any]:
    earlier = msgspec.structs.asdict(known)
    return {name: _said(value, earlier[name]) for name, value in msgspec.structs.asdict(new).items()}
