"""E7 to E11: the written program, its upkeep and use, its safeguards, objectives and scale.

Conn. Gen. Stat. § 42-901(b) and (d). Every part must hold on every day asked about.
"""

from collections.abc import Sequence
from datetime import date

from charteroak.law.facts import Program
from charteroak.law.facts.dated import Sentence, answers
from charteroak.law.timeline import BEGINNING, Answer, Status, Timeline, all_of, always, merged, timeline


def elements(program: Program) -> dict[str, Timeline]:
    """E7 to E11 for this program."""
    written = answers(
        program.written, Sentence("/program/written", "the program was in writing", "the program was not in writing")
    )
    adopted = _adopted(program.adopted)
    return {
        "E7": merged([written, adopted], _written_once_adopted) if program.adopted is not None else written,
        "E8": all_of(
            adopted,
            answers(
                program.maintained,
                Sentence("/program/maintained", "the program was maintained", "the program was not maintained"),
            ),
            answers(
                program.complied_with,
                Sentence("/program/compliedWith", "the program was complied with", "the program was not complied with"),
            ),
        ),
        "E9": _safeguards(program),
        "E10": _objectives(program),
        "E11": _scale(program),
    }


def _adopted(adopted: date | None) -> Timeline:
    if adopted is None:
        return always(Status.UNCERTAIN, "it is not known when the program was adopted (/program/adopted)")
    why = f"the program was adopted on {adopted}"
    return timeline(
        [
            (BEGINNING, Answer(Status.NOT_MET, f"the program was adopted only on {adopted}")),
            (adopted.toordinal(), Answer(Status.MET, why)),
        ]
    )


def _written_once_adopted(pair: Sequence[Answer]) -> Answer:
    """Written on a day before the adoption: the two facts contradict each other."""
    written, adopted = pair
    if written.status is Status.MET and adopted.status is Status.NOT_MET:
        why = f"/program/written and /program/adopted contradict each other: {written.why}, but {adopted.why}"
        return Answer(Status.UNCERTAIN, why, written.exhibits)
    return written


def _safeguards(program: Program) -> Timeline:
    safeguards = program.safeguards
    facts = {
        "administrative": safeguards.administrative,
        "technical": safeguards.technical,
        "physical": safeguards.physical,
    }
    return all_of(
        *(
            answers(
                fact,
                Sentence(
                    f"/program/safeguards/{kind}",
                    f"the program had {kind} safeguards",
                    f"the program had no {kind} safeguards",
                ),
            )
            for kind, fact in facts.items()
        )
    )


def _objectives(program: Program) -> Timeline:
    objectives = program.objectives
    facts = {
        "confidentiality": (objectives.confidentiality, "security and confidentiality"),
        "threatsOrHazards": (objectives.threats_or_hazards, "threats and hazards"),
        "unauthorizedAccessAndAcquisition": (
            objectives.unauthorized_access_and_acquisition,
            "unauthorized access and acquisition",
        ),
    }
    return all_of(
        *(
            answers(
                fact,
                Sentence(
                    f"/program/objectives/{key}",
                    f"the design covered {subject}",
                    f"the design did not cover {subject}",
                ),
            )
            for key, (fact, subject) in facts.items()
        )
    )


def _scale(program: Program) -> Timeline:
    scale = program.scale
    facts = {
        "sizeAndComplexity": (scale.size_and_complexity, "size and complexity"),
        "activities": (scale.activities, "the nature and scope of activities"),
        "sensitivity": (scale.sensitivity, "the sensitivity of the information"),
        "costAndTools": (scale.cost_and_tools, "the cost and availability of tools"),
    }
    return all_of(
        *(
            answers(
                fact,
                Sentence(
                    f"/program/scale/{key}",
                    f"scale and scope were based on {subject}",
                    f"scale and scope were not based on {subject}",
                ),
            )
            for key, (fact, subject) in facts.items()
        )
    )
