"""Part 04: which editions of the frameworks counted over the interval, with the six months, on both readings."""

from collections.abc import Iterator
from typing import Any

from charteroak.dossier.contents import PartDocument
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.words import counted, entry_row
from charteroak.law.clocks import clocks_on, edition_clocks
from charteroak.law.editions import STRICT, load_frameworks
from charteroak.program.bodies import EditionAdopted
from charteroak.program.recorded import RecordedFact


def editions_part(record: RecordOverInterval) -> PartDocument:
    """Part 04. Every edition that was in force, still counted or was claimed, each with its dates."""
    asserted = asserted_editions(record)
    first, last = clocks_on(record.first), clocks_on(record.last)
    rows = edition_clocks(relevant_editions(record), STRICT)
    lead = (
        f"{counted(len(asserted), 'edition was', 'editions were')} asserted by a named officer by the last day."
        if asserted
        else "Nobody had asserted conformity to an edition by the last day."
    )
    return PartDocument(
        "04",
        "Framework editions in force",
        lead,
        {
            "rule": (
                "Who conformed to an edition still counts until six calendar months after the next revision was "
                "published, that day included. Strict reading: every release is a revision. Other reading: a patch "
                "release is none. Which is right is for counsel."
            ),
            "asserted": [_asserted(fact, record) for fact in asserted],
            "editions": [_clock(row) for row in rows],
            "inForceOnTheFirstDay": [_standing(row) for row in first],
            "inForceOnTheLastDay": [_standing(row) for row in last],
        },
    )


def asserted_editions(record: RecordOverInterval) -> list[RecordedFact]:
    """The officers' assertions that had begun by the last day."""
    return [fact for fact in record.standing if isinstance(fact.body, EditionAdopted)]


def relevant_editions(record: RecordOverInterval) -> set[tuple[str, str]]:
    """What was in force or still counted at either end under either reading, or was claimed."""
    named = {
        (fact.body.framework, fact.body.edition)
        for fact in asserted_editions(record)
        if isinstance(fact.body, EditionAdopted)
    }
    for clock in (*clocks_on(record.first), *clocks_on(record.last)):
        named |= {(clock["framework"], edition) for edition in _counting(clock)}
    known = load_frameworks()
    return {(code, edition) for code, edition in named if code in known}


def _counting(clock: dict[str, Any]) -> Iterator[str]:
    for reading in clock["readings"]["patchReleasesAreRevisions"].values():
        if reading["editionInForce"] is not None:
            yield reading["editionInForce"]
        yield from (window["edition"] for window in reading["windows"])


def _asserted(fact: RecordedFact, record: RecordOverInterval) -> dict[str, Any]:
    body = fact.body
    assert isinstance(body, EditionAdopted)  # noqa: S101 - the caller chose by this type
    return {
        "framework": body.framework,
        "edition": body.edition,
        "status": body.status,
        "from": body.from_.isoformat(),
        "to": None if body.to is None else body.to.isoformat(),
        "assertedBy": body.asserted_by,
        **entry_row(fact, record.last),
    }


def _clock(row: dict[str, Any]) -> dict[str, Any]:
    readings = row["readings"]["patchReleasesAreRevisions"]
    return {
        "framework": row["framework"],
        "edition": row["edition"],
        "published": row["published"],
        "followedBy": row["supersededBy"],
        "followerPublished": row["revisionPublished"],
        "sixMonthsEndStrictReading": readings["true"],
        "sixMonthsEndOtherReading": readings["false"],
    }


def _standing(clock: dict[str, Any]) -> dict[str, Any]:
    readings = clock["readings"]["patchReleasesAreRevisions"]
    return {
        "framework": clock["name"],
        "edition": readings["true"]["editionInForce"],
        "otherReading": readings["false"]["editionInForce"],
        "stillCounted": [f"{w['edition']} until {w['sixMonthDate']}" for w in readings["true"]["windows"]],
    }
