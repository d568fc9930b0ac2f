"""The written program, its upkeep and use, its safeguards, objectives and scale.

Conn. Gen. Stat. § 42-901(b) and (d), ORC 1354.02(A) to (C), Tex. Bus. & Com. Code 542.003 and 542.004(a). Every part
must hold on every day asked about.
"""

from collections.abc import Sequence
from datetime import date

from charteroak.law.facts import Program
from charteroak.law.facts.dated import Sentence, answers
from charteroak.law.safe_harbor.statute import Terms
from charteroak.law.timeline import BEGINNING, Answer, Status, Timeline, all_of, always, merged, timeline


def written(program: Program) -> Timeline:
    """The program was in writing."""
    said = answers(
        program.written, Sentence("/program/written", "the program was in writing", "the program was not in writing")
    )
    adopted = _adopted(program.adopted)
    return merged([said, adopted], _written_once_adopted) if program.adopted is not None else said


def kept_and_followed(program: Program) -> Timeline:
    """Created, maintained and complied with: three proofs."""
    return all_of(
        _adopted(program.adopted),
        _maintained(program),
        answers(
            program.complied_with,
            Sentence("/program/compliedWith", "the program was complied with", "the program was not complied with"),
        ),
    )


def implemented_and_maintained(program: Program) -> Timeline:
    """Texas: implemented and maintained at the time of the breach. That it was followed shows that it was implemented.

    The act does not ask for writing; an adoption with its day shows that there was a program.
    """
    return all_of(
        _adopted(program.adopted),
        _maintained(program),
        answers(
            program.complied_with,
            Sentence("/program/compliedWith", "the program was in operation", "the program was not in operation"),
        ),
    )


def _maintained(program: Program) -> Timeline:
    return answers(
        program.maintained,
        Sentence("/program/maintained", "the program was maintained", "the program was not maintained"),
    )


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


def safeguards(program: Program) -> Timeline:
    """Administrative, technical and physical safeguards."""
    kinds = program.safeguards
    facts = {
        "administrative": kinds.administrative,
        "technical": kinds.technical,
        "physical": kinds.physical,
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


def objectives(program: Program) -> Timeline:
    """The three design objectives."""
    design = program.objectives
    facts = {
        "confidentiality": (design.confidentiality, "security and confidentiality"),
        "threatsOrHazards": (design.threats_or_hazards, "threats and hazards"),
        "unauthorizedAccessAndAcquisition": (
            design.unauthorized_access_and_acquisition,
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


def scale(program: Program, terms: Terms) -> Timeline:
    """The factors on which the act wants scale and scope to be based: four in Connecticut, five in Ohio."""
    based_on = program.scale
    facts = {
        "sizeAndComplexity": (based_on.size_and_complexity, "size and complexity"),
        "activities": (based_on.activities, "the nature and scope of activities"),
        "sensitivity": (based_on.sensitivity, "the sensitivity of the information"),
        "costAndTools": (based_on.cost_and_tools, "the cost and availability of tools"),
        "availableResources": (based_on.available_resources, "the resources available"),
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
            for key in terms.factors
            for fact, subject in (facts[key],)
        )
    )
