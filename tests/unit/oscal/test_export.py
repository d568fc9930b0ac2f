"""Documents from a record: valid, whole in their references, the same every time, read back to the same facts."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from charteroak.frameworks.catalog import EditionName
from charteroak.oscal.checking import validate_document
from charteroak.oscal.document import Document, parse_document, write_document
from charteroak.oscal.export.documents import EXPORTS
from charteroak.oscal.export.record import ExportedRecord, ExportError, exported_record
from charteroak.oscal.issues import errors_among
from charteroak.oscal.reading_back import read_back
from charteroak.program.bodies import decode_body
from charteroak.program.links import shipped_links
from charteroak.program.recorded import RecordedFact

CSF = EditionName("nist-csf", "2.0")
R3 = EditionName("nist-800-171", "r3")
DAY = date(2026, 6, 30)
DIGEST = "cd" * 32
HOSTILE = "A *star* [link](https://x.example) <script> {{ insert: param, x }} \\ `code` _under_"
EDITIONS = (R3, CSF, EditionName("nist-800-53", "5.2.0"), EditionName("hipaa", "2013"))
PRACTICE = min(frozenset.intersection(*(shipped_links(name).practices for name in EDITIONS)))
"""One that has a part in each of these editions."""


def fact(index: int, kind: str, occurred: str, version: int = 1, **body: Any) -> RecordedFact:
    day = date.fromisoformat(occurred)
    return RecordedFact(
        index=index,
        kind=kind,
        body_version=version,
        actor="system",
        occurred_from=day,
        occurred_to=None,
        recorded=datetime(day.year, day.month, day.day, 17, tzinfo=UTC),
        body=decode_body(kind, version, body),
        body_sha256="ab" * 32,
    )


def of_171(index: int, objective: str | None, result: str, occurred: str = "2026-05-01") -> RecordedFact:
    return fact(
        index, "requirement.assessed", occurred, 2, framework="nist-800-171", edition="r3", requirement="03.01.01",
        objective=objective, result=result, methods=["examine", "test"], assessor="June Whitlock", note=HOSTILE,
        evidence=[1],
    )  # fmt: skip


FILE = {"sha256": DIGEST, "size": 12, "name": "list_of [doors].csv", "mediaType": "text/csv"}
FACTS = (
    fact(0, "practice.answered", "2026-01-10", practice=PRACTICE, answer="yes", note=HOSTILE),
    fact(1, "evidence.recorded", "2026-06-10", practice=PRACTICE, title=HOSTILE, files=[FILE]),
    of_171(2, "A.03.01.01.a.01", "satisfied"),
    of_171(3, "A.03.01.01.b.01", "not-satisfied"),
    of_171(4, None, "unknown"),
    fact(
        5, "gap.opened", "2026-03-01", 2, gap="no-list", title=f"No list {HOSTILE}", owner="Sam Stone",
        due="2026-05-01", severity="high", note=f"{HOSTILE}\n\nTwo lines.", requirement="03.01.01",
        framework="nist-800-171", edition="r3",
        milestones=[{"what": "Ask around", "due": "2026-04-01"}, {"what": "Write it", "due": "2026-04-20"}],
    ),
    fact(
        6, "exception.accepted", "2026-02-01", exception="old-server", practice=PRACTICE, factor="cost-and-tools",
        reason=HOSTILE, approvedBy="Ruth Alderman", role="First Selectman", expires="2027-01-01",
        cost={"low": 100, "high": 900, "currency": "USD", "source": "An offer"},
    ),
)  # fmt: skip


def record(edition: EditionName = R3, facts: Iterable[RecordedFact] = FACTS, day: date = DAY) -> ExportedRecord:
    return exported_record(facts, "elm-hollow", "Elm Hollow", edition, day)


def again(document: Document) -> Document:
    return parse_document(write_document(document))


@pytest.mark.parametrize(
    "edition", [R3, *(pytest.param(name, marks=pytest.mark.slow) for name in EDITIONS if name != R3)], ids=str
)
@pytest.mark.parametrize("model", EXPORTS)
def test_every_document_is_valid_and_every_reference_in_it_resolves(model: str, edition: EditionName) -> None:
    document = EXPORTS[model](record(edition))
    assert errors_among(validate_document(document)) == []
    assert document.oscal_version == "1.2.1"
    assert write_document(EXPORTS[model](record(edition))) == write_document(document)


def test_what_an_assessor_found_comes_back_as_it_was_recorded() -> None:
    read = read_back(again(EXPORTS["assessment-results"](record())))
    found = [
        (each.entry, each.objective, each.result, each.methods, each.assessor, each.note) for each in read.assessments
    ]
    assert sorted(found) == [
        (2, "A.03.01.01.a.01", "satisfied", ("examine", "test"), "June Whitlock", HOSTILE),
        (3, "A.03.01.01.b.01", "not-satisfied", ("examine", "test"), "June Whitlock", HOSTILE),
        (4, None, "unknown", ("examine", "test"), "June Whitlock", HOSTILE),
    ]


@pytest.mark.parametrize("model", ["assessment-results", "poam"])
def test_gaps_and_exceptions_come_back_as_they_were_recorded(model: str) -> None:
    read = read_back(again(EXPORTS[model](record())))
    (gap,) = read.gaps
    assert gap.title == f"No list {HOSTILE}"
    assert (gap.gap, gap.opened, gap.owner, gap.due, gap.severity) == (
        "no-list", date(2026, 3, 1), "Sam Stone", date(2026, 5, 1), "high",
    )  # fmt: skip
    assert gap.note == f"{HOSTILE}\n\nTwo lines."
    assert gap.steps == (("Ask around", date(2026, 4, 1)), ("Write it", date(2026, 4, 20)))
    (exception,) = read.exceptions
    assert (exception.exception, exception.factor, exception.reason) == ("old-server", "cost-and-tools", HOSTILE)
    assert (exception.approved_by, exception.role) == ("Ruth Alderman", "First Selectman")
    assert exception.expires == date(2027, 1, 1)


def test_answers_come_back_with_the_digests_of_what_shows_them() -> None:
    (answer,) = read_back(again(EXPORTS["assessment-results"](record(CSF)))).answers
    assert (answer.practice, answer.answer, answer.freshness, answer.sha256) == (PRACTICE, "yes", "fresh", (DIGEST,))


def findings(document: Document) -> dict[str, dict[str, Any]]:
    return {each["target"]["target-id"]: each for each in document.content["results"][0]["findings"]}


def test_a_finding_targets_the_objective_and_says_satisfied_only_where_it_was_found() -> None:
    document = EXPORTS["assessment-results"](record(facts=FACTS[:5]))
    by_target = findings(document)
    satisfied = {key for key, each in by_target.items() if each["target"]["status"]["state"] == "satisfied"}
    assert satisfied == {"assessment-objective_DS-A.03.01.01.a.01"}
    assert by_target["SP_800_171_03.01.01"]["target"]["status"] == {"state": "not-satisfied", "reason": "other"}
    failed = next(each for key, each in by_target.items() if key.endswith("A.03.01.01.b.01"))
    assert failed["target"]["status"] == {"state": "not-satisfied", "reason": "fail"}


def test_nothing_is_satisfied_under_an_exception() -> None:
    exception = fact(
        5, "exception.accepted", "2026-02-01", exception="all", requirement="03.01.01", framework="nist-800-171",
        edition="r3", factor="activities", approvedBy="Ruth", role="Selectman", expires="2027-01-01",
    )  # fmt: skip
    by_target = findings(EXPORTS["assessment-results"](record(facts=[*FACTS[:5], exception])))
    about = [each for key, each in by_target.items() if "03.01.01." in key]
    assert about
    assert {each["target"]["status"]["state"] for each in about} == {"not-satisfied"}
    assert all(each["related-risks"] for each in about)


def test_what_nothing_on_record_bears_on_is_no_finding() -> None:
    document = EXPORTS["assessment-results"](record(facts=FACTS[2:3]))
    (result,) = document.content["results"]
    assert len(result["findings"]) == 1
    left_out = next(each["value"] for each in result["props"] if each["name"] == "objectives-without-record")
    assert int(left_out) > 300


def test_what_was_recorded_later_does_not_leak_into_an_earlier_day() -> None:
    text = write_document(EXPORTS["assessment-plan"](record(day=date(2026, 2, 15)))).decode()
    assert "Whitlock" not in text
    with pytest.raises(ExportError, match="No gap is open on 2026-02-15"):
        EXPORTS["poam"](record(day=date(2026, 2, 15)))
    with pytest.raises(ExportError, match="Nothing is on record"):
        exported_record(FACTS, "elm-hollow", "Elm Hollow", CSF, DAY, date(2026, 1, 1))


def test_a_practice_answered_no_implements_nothing() -> None:
    facts = [fact(0, "practice.answered", "2026-01-10", practice=PRACTICE, answer="no")]
    with pytest.raises(ExportError, match="answered yes or partly"):
        EXPORTS["component-definition"](record(CSF, facts))
    plan = EXPORTS["ssp"](record(CSF, facts)).content["control-implementation"]
    states = {
        part.get("implementation-status", {}).get("state")
        for each in plan["implemented-requirements"]
        for part in each["by-components"]
    }
    assert states == {None}


def test_an_organization_whose_record_says_nothing_of_an_edition_gets_no_results() -> None:
    facts = [fact(0, "program.reviewed", "2026-01-10", version="1", by="Lee", outcome="no-change")]
    with pytest.raises(ExportError, match="says nothing about hipaa@2013"):
        EXPORTS["assessment-results"](record(EditionName("hipaa", "2013"), facts))


def test_nobodys_words_become_markup() -> None:
    text = json.dumps(EXPORTS["assessment-results"](record()).whole)
    assert "<script>" not in text
    assert "{{ insert" not in text
