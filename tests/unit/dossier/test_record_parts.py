"""The parts of a dossier from one record: each with an answer, both times, nothing invented, outsiders told apart."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from charteroak.dossier import layout
from charteroak.dossier.contents import DossierSubject, PartDocument, Stamp
from charteroak.dossier.parts.enclosures import Enclosures, Withheld
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.software import SoftwareIdentity
from charteroak.dossier.record_parts import RecordParts, record_parts
from charteroak.dossier.texts import render_part
from charteroak.ledger.log_keys import LogVerifiers
from charteroak.program.recorded import read_fact

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 20)
KNOWN_AT = datetime(2026, 3, 21, 3, 59, 59, tzinfo=UTC)
SOFTWARE = SoftwareIdentity("0.1.0", "ab" * 32, 700, "CPython 3.11.7", {"click": "8.5.1"})

MakeParts = Callable[..., RecordParts]


@pytest.fixture
def make(record: Any) -> MakeParts:
    """The parts of the made-up record over the interval."""

    def parts(*, checkpoints: Any = None, withheld: tuple[Withheld, ...] = (), answers: Any = None) -> RecordParts:
        request = record.request()
        enclosures = Enclosures(
            evidence=record.evidence,
            withheld=withheld,
            checkpoints=request.checkpoints if checkpoints is None else checkpoints,
            verifiers=LogVerifiers(record.keys.name, (record.keys.public,)),
            root_sha256="cd" * 32,
        )
        over = RecordOverInterval([read_fact(entry) for entry in record.entries], FIRST, LAST, KNOWN_AT, answers)
        subject = DossierSubject("Elm Hollow Bakery", "elm-hollow-bakery", "llc", is_fictional=True)
        return record_parts(subject, over, enclosures, SOFTWARE, whole_record_outcome="indeterminate")

    return parts


def part(made: RecordParts, number: str) -> PartDocument:
    return next(each for each in made.parts if each.number == number)


def test_every_part_has_its_number_and_an_answer_and_is_the_same_each_time(make: MakeParts) -> None:
    made = make()
    assert [each.number for each in made.parts] == list(layout.PARTS)
    for each in made.parts:
        assert each.lead.endswith(".")
        json.dumps(each.document)
        text = render_part(each, is_fictional=False).decode()
        assert text.startswith(f"{each.number}  ")
        assert "None" not in text.replace("None is enclosed", "").replace("None\n", "")
    assert made == make()
    assert made.human_json == make().human_json


def test_an_empty_part_says_why(make: MakeParts) -> None:
    made = make()
    for number, words in (
        ("11", "0 reports are on record"),
        ("13", "no templates"),
    ):
        assert part(made, number).is_empty
        assert words in part(made, number).lead
    assert "test results unknown" in part(made, "14").lead
    assert part(made, "14").document["testResults"].startswith("unknown: ")


def test_each_element_is_answered_at_both_ends_with_every_change_between(record: Any, make: MakeParts) -> None:
    adopted = {"framework": "nist-csf", "edition": "2.0", "status": "does-not", "from": "2026-03-05", "to": None}
    record.entries.pop()
    record.add("edition.adopted", adopted | {"assertedBy": "Owner"}, "2026-03-05", datetime(2026, 3, 6, tzinfo=UTC))
    document = part(make(), "02").document
    elements = {element["id"]: element for element in document["elements"]}

    assert list(elements) == [f"E{number}" for number in range(1, 14)]
    assert all({"status", "reason"} <= element["onTheFirstDay"].keys() for element in elements.values())
    conformity = elements["E12"]
    assert conformity["onTheFirstDay"]["status"] == "uncertain"
    assert conformity["onTheLastDay"]["status"] == "not-met"
    assert [(change["day"], change["from"], change["status"]) for change in conformity["changes"]] == [
        ("2026-03-05", "uncertain", "not-met")
    ]
    assert any("does-not" in row.get("says", "") for row in document["contraryEvidence"])


def test_what_was_recorded_later_does_not_leak_into_the_answer_and_is_named(make: MakeParts) -> None:
    made = make()
    late = part(made, "10")
    assert [row["entry"] for row in late.document["recordedAfterTheInterval"]] == [2]
    assert late.document["recordedAfterTheInterval"][0]["daysAfterTheInterval"] == 5
    assert late.document["recordedAfterTheInterval"][0]["title"] == "Back-filled restore test"
    assert [row["late"] for row in part(made, "03").document["entries"]] == [True]


def test_gaps_and_exceptions_carry_age_cost_approver_and_end(record: Any, make: MakeParts) -> None:
    record.entries.pop()
    moment = datetime(2026, 2, 1, tzinfo=UTC)
    where = {"practice": "patch-on-time", "framework": None, "edition": None, "requirement": None}
    opened = {"gap": "old-router", "title": "A router without updates", "owner": "Lee", "due": "2026-02-20", **where}
    record.add("gap.opened", opened, "2026-01-30", moment, {"note": "n"})
    accepted = {
        "exception": "till", "factor": "cost-and-tools", "approvedBy": "Kim", "role": "Owner", "expires": "2026-12-31",
        **where,
    }  # fmt: skip
    cost = {"low": 900, "high": 1500, "currency": "USD", "source": "a quote"}
    record.add("exception.accepted", accepted, "2026-02-01", moment, {"reason": "Too dear", "cost": cost})

    gap, exception = part(make(), "07").document["onRecord"]
    assert (gap["ageDays"], gap["owner"], gap["due"], gap["closed"]) == (49, "Lee", "2026-02-20", None)
    assert (exception["cost"], exception["approvedBy"], exception["expires"], exception["scaleFactor"]) == (
        "900 to 1500 USD (a quote)", "Kim, Owner", "2026-12-31", "cost-and-tools",
    )  # fmt: skip


def test_the_clock_log_names_the_outer_limit_and_what_it_does_not_compute(make: MakeParts) -> None:
    duties = part(make(), "11").document
    assert {row["outerLimit"] for row in duties["outerLimits"]} == {"2026-05-19"}
    assert all("36a-701b" in row["citation"] for row in duties["outerLimits"])
    assert "not computed" in duties["otherDuties"]


def test_editions_are_shown_on_both_readings(make: MakeParts) -> None:
    rows = part(make(), "04").document["editions"]
    assert {"sixMonthsEndStrictReading", "sixMonthsEndOtherReading", "published"} <= rows[0].keys()
    assert any(row["framework"] == "nist-800-53" for row in rows)


def test_anchors_of_the_operator_are_named_and_never_counted(record: Any, make: MakeParts) -> None:
    outside = record.request().checkpoints
    assert "Outsiders have seen 3 of 3 entries" in part(make(), "09").lead

    own = [
        replace(signed, cosignatures=[replace(each, is_outside=False) for each in signed.cosignatures])
        for signed in outside
    ]
    made = make(checkpoints=own)
    assert "No outsider has seen this ledger yet" in part(made, "09").lead
    assert "3 anchors of whoever runs this installation are enclosed and not counted" in part(made, "09").lead
    assert made.human.record.last_anchor.startswith("No outsider has seen this ledger yet")
    shown = part(made, "09").document["checkpoints"][0]["coSignatures"][0]["runBy"]
    assert shown == "run by whoever runs this installation: not counted as outside"
    assert {row.checked for row in made.human.anchors} == {shown}


def test_a_renewal_says_nothing_newer_than_what_it_renews(record: Any, make: MakeParts) -> None:
    *_, newest = record.request().checkpoints
    first = Stamp("TSA", b"", b"", datetime(2026, 4, 1, tzinfo=UTC), operator="Somebody")
    renewal = replace(first, moment=datetime(2027, 4, 1, tzinfo=UTC), renews=0)
    lead = part(make(checkpoints=[replace(newest, cosignatures=(), stamps=(first, renewal))]), "09").lead
    assert "since 2026-04-01T00:00:00Z (TSA)" in lead


def test_a_redacted_copy_says_that_it_is_one_and_what_the_whole_record_comes_to(make: MakeParts) -> None:
    withheld = Withheld("body", 1, "body", "ab" * 32, "redaction", "advice", "attorney-client")
    made = make(withheld=(withheld,))
    assert "over the whole record the outcome is: indeterminate" in part(made, "02").document["redactedCopy"]
    (row,) = part(made, "12").document["redactionMap"]
    assert (row["commitment"], row["basis"]) == ("ab" * 32, "attorney-client")
    assert made.human.withheld[0].reason == "redaction: advice (attorney-client)"


def test_a_long_list_is_cut_in_the_pdf_and_the_cut_is_said(record: Any, make: MakeParts) -> None:
    for number in range(160):
        body = {"practice": "back-up-and-restore", "answer": "yes"}
        record.add(
            "practice.answered", body, "2026-03-02", datetime(2026, 3, 26, 0, number // 60, number % 60, tzinfo=UTC)
        )
    human = make().human
    assert len(human.events) == len(human.late) == 150
    assert "11 earlier entries of the interval are left out here and stand in part 03." in human.interval.note
    assert "11 earlier late entries are left out here and stand in part 10." in human.interval.note
