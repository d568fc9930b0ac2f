"""No number of weak rows, and no number of parts, covers a requirement."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from charteroak.frameworks.catalog import EditionName
from charteroak.frameworks.crosswalk import Crosswalk, CrosswalkRow, Relation
from charteroak.program.bodies import RequirementAssessed
from charteroak.program.objectives import objectives_of, outline_of
from charteroak.program.recorded import RecordedFact
from charteroak.program.requirement_answers import Coverage
from charteroak.program.requirements import RecordOnDay, edition_coverage

SOURCE, TARGET = EditionName("nist-csf", "1.1"), EditionName("nist-csf", "2.0")
OBJECTIVES = EditionName("nist-800-171", "r3")
FROM, TO = ([leaf.id for leaf in outline_of(name).leaves[:12]] for name in (SOURCE, TARGET))
WEAK = [each for each in Relation if each not in {Relation.EQUAL, Relation.SUPERSET}]
DAY = date(2026, 3, 1)


def assessed(
    index: int, name: EditionName, requirement: str, result: Any, objective: str | None = None
) -> RecordedFact:
    """An assessor's finding in January."""
    return RecordedFact(
        index=index,
        kind="requirement.assessed",
        body_version=1,
        actor="system",
        occurred_from=date(2026, 1, 15),
        occurred_to=None,
        recorded=datetime(2026, 1, 15, 17, tzinfo=UTC),
        body=RequirementAssessed(
            framework=name.framework,
            edition=name.edition,
            requirement=requirement,
            objective=objective,
            result=result,
            assessor="A. Body",
        ),
    )


rows = st.builds(
    CrosswalkRow,
    source=st.sampled_from(FROM),
    target=st.sampled_from(TO),
    relation=st.sampled_from(WEAK),
    authority=st.just("A test"),
)


@given(st.lists(rows, max_size=40), st.lists(rows, max_size=40))
def test_weak_rows_in_any_number_and_either_direction_cover_nothing(
    there: list[CrosswalkRow], back: list[CrosswalkRow]
) -> None:
    satisfied = [assessed(n, SOURCE, identifier, "satisfied") for n, identifier in enumerate(FROM)]
    record = RecordOnDay(DAY, {}, (), satisfied)
    crosswalks = [
        Crosswalk(source=SOURCE, target=TARGET, rows=tuple(there)),
        Crosswalk(
            source=TARGET,
            target=SOURCE,
            rows=tuple(
                CrosswalkRow(source=row.target, target=row.source, relation=row.relation, authority=row.authority)
                for row in back
            ),
        ),
    ]
    made = edition_coverage(TARGET, record, crosswalks)
    assert made.counts()[Coverage.COVERED] == 0


@given(st.data())
def test_a_requirement_is_covered_only_if_each_objective_is(data: st.DataObject) -> None:
    objectives = objectives_of(OBJECTIVES)
    assert objectives is not None
    requirement = data.draw(st.sampled_from(sorted(objectives.by_requirement)))
    parts = objectives.by_requirement[requirement]
    results = {part: data.draw(st.sampled_from(["satisfied", "partly", "not-satisfied", None])) for part in parts}
    facts = [
        assessed(n, OBJECTIVES, requirement, result, part)
        for n, (part, result) in enumerate(results.items())
        if result is not None
    ]
    made = edition_coverage(OBJECTIVES, RecordOnDay(DAY, {}, (), facts))
    (found,) = [each for each in made.requirements if each.control.id == requirement]
    assert (found.coverage is Coverage.COVERED) == all(result == "satisfied" for result in results.values())
    assert {each.control.id for each in found.open_objectives} == {
        part for part, result in results.items() if result != "satisfied"
    }
