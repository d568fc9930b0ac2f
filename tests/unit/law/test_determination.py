"""What a determination says of itself, whatever the facts."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from charteroak.law.errors import UnknownStatuteError
from charteroak.law.facts import Conformity, ConformityStatus, DatedFact, DatedRow, Facts, FactStatus, Mode, Period
from charteroak.law.safe_harbor import Outcome, Status, determine
from charteroak.law.safe_harbor.statute import load_statute

Ask = Callable[..., dict[str, Any]]

KEYS = {
    "statute",
    "reviewedOn",
    "mode",
    "interval",
    "outcome",
    "protects",
    "elements",
    "readings",
    "editionClocks",
    "dataReviews",
    "notLegalAdvice",
}
ELEMENT_KEYS = {"id", "status", "assumed", "reason", "citation", "exhibits", "wouldChange"}


@pytest.mark.parametrize("changes", [{}, {"/conformity": []}, {"/organisation/kind": "municipality"}])
def test_the_document_has_the_agreed_keys_and_thirteen_elements_in_order(ask: Ask, changes: dict[str, Any]) -> None:
    answer = ask(changes)
    assert set(answer) == KEYS
    assert [element["id"] for element in answer["elements"]] == [f"E{number}" for number in range(1, 14)]
    assert all(set(element) == ELEMENT_KEYS for element in answer["elements"])
    assert answer["statute"] == "ct"
    assert answer["notLegalAdvice"] is True
    assert answer["protects"].startswith("At most punitive damages")
    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("changes", [{}, {"/breach": {}}, {"/conformity": []}, {"/culpability": "alleged"}])
def test_no_answer_says_more_than_a_record_can(ask: Ask, changes: dict[str, Any]) -> None:
    assert not re.search(r"protected|compliant|immun|affirmative", json.dumps(ask(changes)), re.IGNORECASE)


@pytest.mark.parametrize("changes", [{}, {"/breach": {}}, {"/program": {}}, {"/claims": []}, {"/conformity": []}])
def test_every_element_has_a_reason_a_citation_and_what_would_change_it(ask: Ask, changes: dict[str, Any]) -> None:
    for element in ask(changes)["elements"]:
        assert element["reason"].endswith(".")
        assert element["reason"][0].isupper() or element["reason"][0] == "/"
        assert "42-901" in element["citation"]
        assert element["wouldChange"]


def test_an_unknown_statute_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(UnknownStatuteError, match="Use one of ct"):
        determine(Facts(), statute="ny")


def test_nothing_known_meets_nothing() -> None:
    determination = determine(Facts())
    assert {element.status for element in determination.elements} == {Status.UNCERTAIN, Status.COUNSEL}
    assert determination.outcome is Outcome.INDETERMINATE
    assert determination.to_json()["interval"] == {"from": None, "to": None}


def test_the_clocks_of_the_named_editions_come_under_both_readings(ask: Ask) -> None:
    row = {"status": "conforms", "to": None, "assertedBy": "chief executive"}
    rows = [
        {**row, "framework": "nist-800-53", "edition": "r5", "from": "2020-09-23"},
        {**row, "framework": "nist-800-53a", "edition": "r5", "from": "2022-01-25"},
        {**row, "framework": "hipaa", "edition": "2003", "from": "2003-02-20"},
        {**row, "framework": None, "edition": None, "from": "2003-02-20"},
    ]
    clocks = {clock["framework"]: clock for clock in ask({"/conformity": rows})["editionClocks"]}
    assert set(clocks) == {"nist-800-53", "nist-800-53a", "hipaa"}
    assert clocks["nist-800-53"]["supersededBy"] == "5.1.1"
    assert clocks["nist-800-53"]["sixMonthDate"] == "2024-05-07"
    assert clocks["nist-800-53"]["readings"] == {
        "patchReleasesAreRevisions": {"true": "2024-05-07", "false": "2026-02-27"}
    }
    assert clocks["hipaa"]["amendedLawClock"] == {"earlier": "2013-07-25", "later": "2013-09-26"}


def test_the_running_clock_is_named_in_the_reason(ask: Ask) -> None:
    row = {"framework": "nist-csf", "edition": "1.1", "status": "conforms", "from": "2018-04-16", "to": None}
    changes = {
        "/conformity": [{**row, "assertedBy": "chief executive"}],
        "/breach/from": "2024-07-01",
        "/breach/to": "2024-07-02",
    }
    assert "its six months end on 2024-08-26" in ask(changes)["elements"][11]["reason"]


def test_every_element_of_the_statute_has_a_text_for_every_answer() -> None:
    statute = load_statute("ct")
    assert [element.id for element in statute.elements] == [f"E{number}" for number in range(1, 14)]
    for element in statute.elements:
        assert set(element.would_change) == set(Status)
        assert element.question.endswith("?")
    assert statute.effective == date(2021, 10, 1)


def findings(*rows: tuple[date | None, date | None, FactStatus]) -> DatedFact:
    return DatedFact.of(*(DatedRow(Period(first, last), status, ("finding",)) for first, last, status in rows))


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (None, Status.MET),
        (findings((date(2024, 1, 1), None, FactStatus.YES)), Status.MET),
        (findings((date(2024, 1, 1), None, FactStatus.NO)), Status.COUNSEL),
        (findings((date(2024, 1, 1), date(2025, 1, 1), FactStatus.YES)), Status.UNCERTAIN),
        (findings((date(2024, 1, 1), None, FactStatus.UNKNOWN)), Status.UNCERTAIN),
        (DatedFact(bare=True), Status.MET),
        (DatedFact(bare=False), Status.COUNSEL),
    ],
)
def test_the_programs_own_findings_hold_an_assertion_to_account(found: DatedFact | None, status: Status) -> None:
    assertion = Conformity(
        framework="nist-csf",
        edition="2.0",
        status=ConformityStatus.CONFORMS,
        period=Period(date(2024, 6, 1), None),
        asserted_by="chief executive",
        exhibits=("assertion",),
        findings=found,
    )
    determination = determine(Facts(mode=Mode.PROSPECTIVE, as_of=date(2026, 1, 1), conformity=(assertion,)))
    assert determination.elements[11].status is status


def test_findings_of_a_row_whose_days_are_unknown_leave_it_uncertain() -> None:
    assertion = Conformity(
        "nist-csf",
        "2.0",
        ConformityStatus.CONFORMS,
        Period(None, None),
        "chief executive",
        findings=DatedFact(bare=True),
    )
    determination = determine(Facts(mode=Mode.PROSPECTIVE, as_of=date(2026, 1, 1), conformity=(assertion,)))
    assert determination.elements[11].status is Status.UNCERTAIN
