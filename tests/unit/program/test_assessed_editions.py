"""How far an edition was assessed: objectives beside requirements, ages, and what does not apply."""

from datetime import UTC, date, datetime

from charteroak.frameworks.catalog import EditionName
from charteroak.program.assessed_editions import AssessedEdition, assessed_edition
from charteroak.program.bodies import ExceptionAccepted, RequirementShown
from charteroak.program.exceptions import AcceptedException
from charteroak.program.objectives import objectives_of
from charteroak.program.recorded import RecordedFact

R3 = EditionName("nist-800-171", "r3")
CSF = EditionName("nist-csf", "2.0")
DAY = date(2026, 11, 1)
NAME = "03.01.01"


def fact(body: object, index: int, day: date = date(2026, 6, 1), kind: str = "requirement.assessed") -> RecordedFact:
    moment = datetime(2026, 6, 1, 12, tzinfo=UTC)
    return RecordedFact(index, kind, 2, "system", day, None, moment, body)  # type: ignore[arg-type]


def found(result: str, index: int, objective: str | None = None, **said: object) -> RecordedFact:
    day = said.pop("day", date(2026, 6, 1))
    values: dict[str, object] = {
        "framework": R3.framework, "edition": R3.edition, "requirement": NAME, "objective": objective,
        "result": result, "methods": ("examine",), "assessor": "Pat Stone",
    }  # fmt: skip
    return fact(RequirementShown(**(values | said)), index, day)  # type: ignore[arg-type]


def exception(requirement: str = NAME) -> AcceptedException:
    body = ExceptionAccepted(
        exception="no-cui", framework=R3.framework, edition=R3.edition, requirement=requirement, factor="activities",
        reason="We hold none.", approved_by="June Stone", role="owner", expires=date(2026, 12, 31),
    )  # fmt: skip
    return AcceptedException(fact(body, 0, kind="exception.accepted"), body)


def objectives() -> tuple[str, ...]:
    published = objectives_of(R3)
    assert published is not None
    return published.by_requirement[NAME]


def edition(*facts: RecordedFact, exceptions: tuple[AcceptedException, ...] = ()) -> AssessedEdition:
    return assessed_edition(R3, facts, exceptions, DAY)


def test_a_requirement_called_satisfied_as_a_whole_differs_until_every_objective_is() -> None:
    names = objectives()
    whole = found("satisfied", 1)
    state = edition(whole, *(found("satisfied", 2 + n, each) for n, each in enumerate(names[:-1])))
    requirement = state.requirement(NAME)
    assert requirement is not None
    assert requirement.differs
    assert requirement.counted == len(names) - 1
    assert (state.satisfied_in_every_part, state.satisfied_as_a_whole) == (0, 1)
    assert [each.control.id for each in state.differing] == [NAME]

    state = edition(whole, *(found("satisfied", 2 + n, each) for n, each in enumerate(names)))
    assert (state.satisfied_in_every_part, state.satisfied_as_a_whole, state.differing) == (1, 1, ())


def test_a_finding_grows_old_and_then_no_longer_counts() -> None:
    name = objectives()[0]
    at_the_limit = edition(found("satisfied", 1, name, day=date(2025, 10, 31)))
    beyond = edition(found("satisfied", 1, name, day=date(2025, 10, 30)))
    assert at_the_limit.results["satisfied"] == 1
    assert beyond.results["satisfied"] == 0
    part = beyond.requirement(NAME).objectives[0]  # type: ignore[union-attr]
    assert (part.result, part.is_old, part.age_days) == ("open", True, 367)


def test_what_does_not_apply_counts_only_under_an_exception_for_that_requirement() -> None:
    name = objectives()[0]
    claim = found("not-applicable", 1, name)
    assert edition(claim).results["not-applicable"] == 0
    assert edition(claim, exceptions=(exception("03.01.02"),)).results["not-applicable"] == 0
    assert edition(claim, exceptions=(exception(),)).results["not-applicable"] == 1


def test_what_does_not_apply_in_every_part_is_not_satisfied() -> None:
    claims = [found("not-applicable", n, each) for n, each in enumerate(objectives())]
    state = edition(*claims, exceptions=(exception(),))
    assert state.satisfied_in_every_part == 0


def test_a_finding_under_the_companions_own_name_counts_for_the_objective() -> None:
    own = found("satisfied", 1, framework="nist-800-171a", requirement=objectives()[0])
    assert edition(own).results["satisfied"] == 1


def test_an_edition_without_objectives_is_asked_about_by_requirement() -> None:
    state = assessed_edition(CSF, [], (), DAY)
    assert state.companion is None
    assert len(state.parts) == len(state.requirements)
    assert not state.was_assessed
    assert state.to_json()["results"]["open"] == len(state.parts)


def test_every_published_objective_of_800_171_is_asked_for_once() -> None:
    published = objectives_of(R3)
    assert published is not None
    state = edition()
    assert len([part for part in state.parts if part.objective]) == sum(map(len, published.by_requirement.values()))
