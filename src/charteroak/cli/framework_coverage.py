"""The report of ``charteroak frameworks coverage``: whether every requirement reaches a practice or a question."""

from typing import Any

import click

from charteroak.cli.files import print_json
from charteroak.frameworks.catalog import carried_editions, parse_edition_name
from charteroak.program.links import LinkRelation, PracticeLink
from charteroak.program.practices import load_practices
from charteroak.program.reach import EditionReach, Reached, ReachedRequirement, edition_reach

_NOTE = "This counts our own links. It says nothing about anybody's record, and no level is claimed."
_WORDS = {
    Reached.SATISFIED_BY_PRACTICE: "a practice does all of it",
    Reached.PRACTICE: "practices do a part of it",
    Reached.QUESTION: "a framework-only question",
    Reached.RELATED: "related only",
    Reached.NOTHING: "nothing",
}


def report(framework: str | None, *, as_json: bool) -> bool:
    """Print what the requirements of one edition, or of every carried one, reach; say whether all reach something.

    Raises:
        UnknownFrameworkError: it is not carried.
    """
    asked = load_practices().asked
    names = carried_editions() if framework is None else [parse_edition_name(framework)]
    reaches = [edition_reach(name, asked) for name in names]
    if as_json:
        print_json({"editions": [_document(each, with_rows=framework is not None) for each in reaches], "note": _NOTE})
    else:
        for reach in reaches:
            _print(reach, with_rows=framework is not None)
        click.echo(_NOTE, err=True)
    return not any(each.not_carried for each in reaches)


def _print(reach: EditionReach, *, with_rows: bool) -> None:
    counts = ", ".join(f"{reach.counts[each]} {word}" for each, word in _WORDS.items() if reach.counts[each])
    click.echo(f"{reach.name!s:<19} {len(reach.requirements):>5} asked about: {counts}")
    if with_rows:
        for each in reach.requirements:
            click.echo(f"  {each.control.id:<14} {_spoken(each)}".rstrip())
        click.echo(f"Links: {reach.reviewer}, {reach.reviewed}. {reach.links.basis}".rstrip(), err=True)
    for each in reach.not_carried:
        missing = f": {', '.join(each.objectives_without[:5])}" if each.objectives_without else ""
        click.echo(f"not reached: {reach.name} {each.control.id}{missing}", err=True)


def _spoken(each: ReachedRequirement) -> str:
    links = (*each.practices, *each.questions)
    by_relation = {kind: [link.practice for link in links if link.relation is kind] for kind in LinkRelation}
    return "; ".join(f"{kind.value}: {', '.join(names)}" for kind, names in by_relation.items() if names)


def _document(reach: EditionReach, *, with_rows: bool) -> dict[str, Any]:
    head: dict[str, Any] = {
        "framework": reach.name.framework,
        "edition": reach.name.edition,
        "requirements": len(reach.requirements),
        "reached": {each.value: reach.counts[each] for each in Reached},
        "notReached": [each.control.id for each in reach.not_carried],
        "practices": reach.practices,
        "questions": reach.questions,
        "reviewer": reach.reviewer,
        "reviewed": None if reach.reviewed is None else reach.reviewed.isoformat(),
        "basis": reach.links.basis,
    }
    if not with_rows:
        return head
    return head | {
        "rows": [
            {
                "id": each.control.id,
                "title": each.control.title,
                "reached": each.reached.value,
                "practices": [_link(link) for link in each.practices],
                "questions": [_link(link) for link in each.questions],
                "objectives": each.objectives,
                "objectivesNotReached": list(each.objectives_without),
            }
            for each in reach.requirements
        ]
    }


def _link(link: PracticeLink) -> dict[str, str]:
    return {"id": link.practice, "relation": link.relation.value}
