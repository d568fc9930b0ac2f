"""Combinations of facts that cannot be true. They are refused, with the place named, and never judged.

What merely contradicts itself on some days is not refused: the evaluator answers *uncertain* and names the rows.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from charteroak.errors import SourceLocation
from charteroak.law.asked_time import AskedTime
from charteroak.law.editions import Framework, load_frameworks
from charteroak.law.errors import FactsError
from charteroak.law.facts.dated import DatedFact, Sentence, answers
from charteroak.law.facts.parts import Breach, Conformity, Information, Organisation, Program
from charteroak.law.facts.words import UNDATED_FRAMEWORKS, ConformityStatus
from charteroak.law.timeline import Period, Status

_GROUPS = frozenset({ConformityStatus.GROUP_1, ConformityStatus.GROUP_2})
_ASSERTED = frozenset({ConformityStatus.CONFORMS, ConformityStatus.REASONABLY, *_GROUPS})


def document_key(attribute: str) -> str:
    """The camelCase key under which the document holds an attribute."""
    head, *rest = attribute.split("_")
    return head + "".join(word.capitalize() for word in rest)


def dated_facts(part: object, pointer: str) -> Iterator[tuple[str, DatedFact]]:
    """Every dated fact inside a part, with its place in the document."""
    if isinstance(part, DatedFact):
        yield pointer, part
    elif is_dataclass(part) and not isinstance(part, Period):
        for field in fields(part):
            yield from dated_facts(getattr(part, field.name), f"{pointer}/{document_key(field.name)}")


def refuse_reversed_periods(
    organisation: Organisation,
    information: Information,
    breach: Breach,
    program: Program,
    conformity: tuple[Conformity, ...] | None,
) -> None:
    """Refuse a period that ends before it begins.

    Raises:
        FactsError: there is one; the message names it. A control failure that is said to begin after the breach ended
            is one too.
    """
    _refuse_reversed(breach.period, "/breach")
    if breach.failure_from is not None and breach.period.last is not None and breach.failure_from > breach.period.last:
        raise FactsError(
            f"The control failure begins on {breach.failure_from}, after the breach ended on {breach.period.last}.",
            remedy="Correct failureFrom or to.",
            location=SourceLocation(pointer="/breach/failureFrom"),
        )
    for name, part in (("organisation", organisation), ("information", information), ("program", program)):
        for pointer, fact in dated_facts(part, f"/{name}"):
            for index, row in enumerate(fact.rows or ()):
                _refuse_reversed(row.period, f"{pointer}/{index}")
    for index, conforming in enumerate(conformity or ()):
        _refuse_reversed(conforming.period, f"/conformity/{index}")


def _refuse_reversed(period: Period, pointer: str) -> None:
    if period.is_reversed:
        raise FactsError(
            f"This interval is reversed: it begins on {period.first} and ends on {period.last}.",
            remedy="Exchange the two days or correct one.",
            location=SourceLocation(pointer=pointer),
        )


def refuse_unpublished_editions(conformity: tuple[Conformity, ...] | None) -> None:
    """Refuse a framework or an edition outside the list, and conformity to an edition before it was published.

    Where sources give only the month of publication, its first day is the limit.

    Raises:
        FactsError: there is one; the message names the row.
    """
    frameworks = load_frameworks()
    for index, row in enumerate(conformity or ()):
        _refuse_odd_group(row, index)
        if row.framework in UNDATED_FRAMEWORKS:
            continue
        if row.framework is not None and row.framework not in frameworks:
            raise FactsError(
                f"{row.framework!r} is not a framework that the act names.",
                remedy=f"Use one of {', '.join(frameworks)}.",
                location=SourceLocation(pointer=f"/conformity/{index}/framework"),
            )
        if row.edition is None:
            continue
        if row.framework is None:
            _refuse_foreign_edition(row.edition, index)
            continue
        _refuse_unpublished(row, frameworks[row.framework], row.edition, index)


def _refuse_odd_group(row: Conformity, index: int) -> None:
    """Refuse an implementation group of another framework."""
    if row.status in _GROUPS and row.framework not in {None, "cis-controls"}:
        raise FactsError(
            f"{row.framework} has no implementation groups.",
            remedy="Only cis-controls has them; write conforms, partly or another status.",
            location=SourceLocation(pointer=f"/conformity/{index}/status"),
        )


def _refuse_foreign_edition(edition: str, index: int) -> None:
    """Refuse an edition that no framework has, in a row that names no framework."""
    if not any(edition == known.code for framework in load_frameworks().values() for known in framework.editions):
        raise FactsError(
            f"{edition!r} is not an edition of any framework that the act names.",
            remedy="Name the framework, and one of its editions.",
            location=SourceLocation(pointer=f"/conformity/{index}/edition"),
        )


def _refuse_unpublished(row: Conformity, framework: Framework, code: str, index: int) -> None:
    try:
        edition = framework.edition(code)
    except FactsError as error:
        place = SourceLocation(pointer=f"/conformity/{index}/edition")
        raise FactsError(error.message, remedy=error.remedy, location=place) from error
    days: tuple[tuple[str, date | None], ...] = (("from", row.period.first), ("to", row.period.last))
    for key, day in days:
        if row.status in _ASSERTED and day is not None and day < edition.published:
            published = edition.published if edition.day_is_exact else f"{edition.published:%Y-%m}"
            raise FactsError(
                f"{framework.label(code)} is said to be conformed to on {day}, before its publication ({published}).",
                remedy="Correct the day or the edition.",
                location=SourceLocation(pointer=f"/conformity/{index}/{key}"),
            )


def refuse_late_adoption(program: Program, asked: AskedTime) -> None:
    """Refuse a program that is marked as written throughout the interval but was adopted only after it.

    Raises:
        FactsError: it is so.
    """
    if program.adopted is None or asked.last is None or program.adopted <= asked.last:
        return
    written = answers(program.written, Sentence("/program/written", "the program was written", "it was not written"))
    if asked.judge(written).status is Status.MET:
        raise FactsError(
            f"The program is marked as written throughout an interval that ends on {asked.last}, "
            f"but was adopted only on {program.adopted}.",
            remedy="Correct adopted, or date the fact written.",
            location=SourceLocation(pointer="/program/adopted"),
        )
