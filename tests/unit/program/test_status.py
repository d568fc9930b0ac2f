"""Where a program stood on a day: every statement with its entry, late ones marked, silence shown."""

import json
from datetime import date
from typing import Any

from charteroak.frameworks.catalog import EditionName
from charteroak.program.findings import practice_records
from charteroak.program.practices import Link, LinkRelation, PracticeSet
from charteroak.program.requirement_answers import RequirementState
from charteroak.program.requirements import RecordOnDay, edition_coverage
from charteroak.program.status import program_status

CSF = EditionName("nist-csf", "2.0")


def status(history: Any, practices: Any, day: str, known: str | None = None) -> dict[str, Any]:
    known_at = None if known is None else date.fromisoformat(known)
    answer = program_status(history.facts, date.fromisoformat(day), known_at, practices=practices).to_json()
    assert json.loads(json.dumps(answer)) == answer
    return answer


def test_an_empty_record_is_unknown_everywhere(history: Any, practices: Any) -> None:
    answer = status(history, practices, "2026-03-01")
    assert answer["organisation"] is None
    assert answer["program"]["adopted"] is None
    assert answer["program"]["maintained"] is False
    assert {row["answer"] for row in answer["practices"]} == {"unknown"}
    assert {row["state"] for each in answer["requirements"] for row in each["touched"]} == {"unknown"}
    assert answer["notLegalAdvice"] is True


def test_a_practice_shows_its_answer_its_evidence_and_its_silence(history: Any, practices: Any) -> None:
    history.answer("lock", "yes", "2026-01-02")
    history.evidence("lock", "2026-01-10", recorded="2026-01-15")
    lock = status(history, practices, "2026-05-01")["practices"][0]
    assert lock["answered"]["entry"] == 0
    assert lock["evidence"][0]["recorded"] == "2026-01-15T17:00:00Z"
    assert lock["evidence"][0]["lagDays"] == 5
    assert lock["freshness"] == {"state": "stale", "ageDays": 111, "allowedDays": 100, "gapDays": 11}


def test_evidence_recorded_after_the_day_is_marked_late_and_was_not_there_before(history: Any, practices: Any) -> None:
    history.evidence("lock", "2026-01-10", recorded="2026-06-01")
    assert status(history, practices, "2026-02-01", known="2026-05-31")["practices"][0]["evidence"] == []
    answer = status(history, practices, "2026-02-01")
    assert answer["practices"][0]["evidence"][0]["late"] is True
    assert answer["late"] == ["entry:0"]


def test_what_is_not_understood_and_what_was_corrected_is_listed(history: Any, practices: Any) -> None:
    history.add("moon.landed", {"by": "someone"}, occurred="2026-01-01")
    history.answer("lock", "yes", "2026-01-02")
    history.correct(1, "2026-01-03")
    history.answer("dance", "yes", "2026-01-04")
    answer = status(history, practices, "2026-02-01")
    assert [(row["entry"], row["body"]["reason"]) for row in answer["notUnderstood"]] == [(0, "unknown-kind")]
    assert [row["body"]["corrects"] for row in answer["corrections"]] == [1]
    assert answer["practices"][0]["answer"] == "unknown"
    assert answer["otherPractices"] == ["dance"]


def test_documents_and_the_edition_in_force_name_their_entries(history: Any, practices: Any) -> None:
    history.adopt("2026-01-01", version="1")
    history.add("program.approved", {"version": "1", "by": "Board", "role": "board"}, occurred="2026-01-02")
    history.adopt("2026-03-01", version="2")
    row = {"framework": "nist-csf", "edition": "2.0", "status": "partly", "from": "2026-01-01", "assertedBy": "A"}
    history.add("edition.adopted", row, occurred="2026-01-05")
    history.add("edition.adopted", row | {"status": "conforms", "from": "2026-02-01"}, occurred="2026-02-05")
    january, march = status(history, practices, "2026-01-31"), status(history, practices, "2026-03-01")
    assert january["program"]["approved"]["entry"] == 1
    assert [each["body"]["status"] for each in january["editions"]] == ["partly"]
    assert march["program"]["adopted"]["entry"] == 2
    assert march["program"]["approved"] is None, "the approval was of the version before"
    assert [each["entry"] for each in march["editions"]] == [4]


def state_of(history: Any, practices: Any, day: str) -> RequirementState:
    records = practice_records(history.facts, practices.by_id)
    findings = {identifier: record.finding(date.fromisoformat(day)) for identifier, record in records.items()}
    (touched,) = edition_coverage(CSF, RecordOnDay(date.fromisoformat(day), findings)).touched
    assert touched.practices == ("lock", "train")
    return touched.state


def test_a_requirement_has_the_weakest_state_among_its_practices(history: Any, practices: Any) -> None:
    states = [state_of(history, practices, "2026-01-20")]
    for answer, practice in [("yes", "lock"), ("yes", "train"), ("partly", "train"), ("no", "train")]:
        history.answer(practice, answer, "2026-01-10")
        states.append(state_of(history, practices, "2026-01-20"))
    assert states == [
        RequirementState.UNKNOWN,
        RequirementState.UNKNOWN,
        RequirementState.NO_FRESH_EVIDENCE,
        RequirementState.PARTLY,
        RequirementState.NO,
    ]


def test_many_contributions_never_add_up_to_supported(history: Any, practices: Any) -> None:
    for practice in practices.by_id:
        history.answer(practice, "yes", "2026-01-10")
        history.evidence(practice, "2026-01-10")
    assert state_of(history, practices, "2026-01-20") is RequirementState.SUPPORTED_IN_PART


def test_only_a_link_that_does_all_of_it_supports_and_a_related_one_shows_nothing(
    history: Any, practices: PracticeSet
) -> None:
    def relinked(relation: LinkRelation) -> dict[str, Any]:
        link = Link(framework="nist-csf", edition="2.0", id="PR.AA-06", relation=relation)
        lock = practices.by_id["lock"]
        return {
            "lock": type(lock)(**{field: getattr(lock, field) for field in lock.__struct_fields__} | {"links": (link,)})
        }

    history.answer("lock", "yes", "2026-01-10")
    history.evidence("lock", "2026-01-10")
    day = date(2026, 1, 20)
    for relation, states in [(LinkRelation.SATISFIES, [RequirementState.SUPPORTED]), (LinkRelation.RELATED, [])]:
        records = practice_records(history.facts, relinked(relation))
        found = edition_coverage(CSF, RecordOnDay(day, {"lock": records["lock"].finding(day)}))
        assert [each.state for each in found.touched] == states
        assert found.not_asked + len(found.touched) == 106


def test_a_status_speaks_of_the_editions_that_the_record_speaks_of_and_of_the_one_to_start_from(history: Any) -> None:
    def editions() -> list[str]:
        made = program_status(history.facts, date(2026, 2, 1))
        return [str(each.name) for each in made.coverages]

    assert editions() == ["nist-csf@2.0"]
    row = {"framework": "hipaa", "edition": "2013", "status": "partly", "from": "2026-01-01", "assertedBy": "A"}
    history.add("edition.adopted", row, occurred="2026-01-05")
    assert editions() == ["hipaa@2013", "nist-csf@2.0"]
    found = {"framework": "nist-800-171", "edition": "r3", "requirement": "03.05.03", "assessor": "A. Body"}
    history.add("requirement.assessed", found | {"result": "partly"}, occurred="2026-01-06")
    assert editions() == ["hipaa@2013", "nist-800-171@r3", "nist-csf@2.0"]
    history.add("edition.adopted", row | {"framework": "iso-27001"}, occurred="2026-01-07")
    assert editions() == ["hipaa@2013", "nist-800-171@r3", "nist-csf@2.0"], "no outline of that edition is carried"


def test_a_requirement_in_a_status_names_its_open_objectives(history: Any) -> None:
    found = {"framework": "nist-800-171", "edition": "r3", "requirement": "03.05.03", "assessor": "A. Body"}
    history.add(
        "requirement.assessed",
        found | {"objective": "A.03.05.03.01", "result": "satisfied"},
        occurred="2026-01-06",
    )
    answer = program_status(history.facts, date(2026, 2, 1)).to_json()["requirements"]
    (edition,) = [each for each in answer if each["framework"] == "nist-800-171"]
    (row,) = [each for each in edition["touched"] if each["id"] == "03.05.03"]
    assert (row["coverage"], row["objectives"], row["open"]) == ("partly", 2, ["A.03.05.03.02"])
    assert row["state"] == "unknown", "what the practices alone say stands beside it"
