"""The sample state's year: whole, plainly made up, and what it supports all the way to the elements of the act."""

import hashlib
import tomllib
from collections import Counter
from datetime import date
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest

from charteroak.clock import parse_instant
from charteroak.law import determine
from charteroak.law.facts import parse_facts
from charteroak.program.assembly import breach_facts, prospective_facts
from charteroak.program.bodies import check_body, decode_body
from charteroak.program.gaps import next_step, open_gaps
from charteroak.program.history import Timing, changes_between
from charteroak.program.practices import load_practices
from charteroak.program.recorded import RecordedFact, parse_day_or_instant
from charteroak.program.status import program_status

SAMPLE = files("charteroak.services") / "sample_data"
STATE = tomllib.loads((SAMPLE / "state.toml").read_text(encoding="utf-8"))
ORGANISATIONS = {organisation["slug"]: organisation for organisation in STATE["organisations"]}
MEMBERS = [slug for slug, organisation in ORGANISATIONS.items() if organisation["part"] == "member"]
FIRST, LAST = date(2026, 9, 1), date(2026, 9, 14)
CLAIM = {"foundedIn": "tort", "alleges": "failure-of-reasonable-controls", "law": "ct", "forum": "ct-superior"}
SUED = {
    "claims": [CLAIM],
    "breach": {"access": True, "acquisition": True, "materialRisk": True, "exception": None},
    "culpability": "not-alleged",
}


def evidence_file(name: str) -> dict[str, Any]:
    content = (SAMPLE / "evidence" / name).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"sha256": digest, "size": len(content), "name": name, "mediaType": "text/plain"}


def whole_body(entry: dict[str, Any]) -> dict[str, Any]:
    """The body as it stands in the ledger: with what is worked out from the files."""
    attached = [evidence_file(name) for name in entry.get("files", ())]
    if entry["kind"] == "evidence.recorded":
        return entry["body"] | {"files": attached}
    if entry["kind"] == "program.adopted":
        return entry["body"] | {"documentSha256": attached[0]["sha256"]}
    return entry["body"]


def record_of(slug: str) -> list[RecordedFact]:
    return [
        RecordedFact(
            index=index,
            kind=entry["kind"],
            body_version=1,
            actor=entry["actor"],
            occurred_from=parse_day_or_instant(entry["occurred_from"]),
            occurred_to=parse_day_or_instant(entry["occurred_to"]) if "occurred_to" in entry else None,
            recorded=parse_instant(entry["recorded"]),
            body=decode_body(entry["kind"], 1, whole_body(entry)),
        )
        for index, entry in enumerate(entry for entry in STATE["entries"] if entry["organisation"] == slug)
    ]


def judged(document: dict[str, Any]) -> tuple[str, dict[str, str]]:
    answer = determine(parse_facts(document)).to_json()
    return answer["outcome"], {element["id"]: element["status"] for element in answer["elements"]}


BAKERY = record_of("elm-hollow-bakery")
SUPPORTED = {f"E{number}": "met" for number in range(1, 14)}


def test_the_bakery_sued_in_tort_is_supported_but_for_culpability() -> None:
    outcome, elements = judged(breach_facts(BAKERY, first=FIRST, last=LAST, answers=SUED))
    assert elements == SUPPORTED | {"E13": "counsel"}
    assert outcome == "indeterminate"


def test_the_bakery_is_supported_on_every_element_once_a_court_has_found_no_gross_negligence() -> None:
    answers = SUED | {"culpability": "court-found-none"}
    assert judged(breach_facts(BAKERY, first=FIRST, last=LAST, answers=answers)) == (
        "record-supports-all-elements",
        SUPPORTED,
    )


def test_without_a_claim_the_record_alone_answers_what_it_can() -> None:
    _, elements = judged(breach_facts(BAKERY, first=FIRST, last=LAST))
    assert elements == SUPPORTED | {"E3": "uncertain", "E5": "uncertain", "E6": "uncertain", "E13": "counsel"}


def test_before_the_late_sheet_was_recorded_compliance_could_not_be_shown() -> None:
    document = breach_facts(BAKERY, first=FIRST, last=LAST, known_at=date(2026, 9, 30), answers=SUED)
    assert judged(document)[1]["E8"] == "uncertain"


def test_the_late_sheet_is_named_as_late_and_is_an_exhibit_of_compliance() -> None:
    late = [change.fact for change in changes_between(BAKERY, FIRST, LAST) if change.timing is Timing.LATE]
    sheet = next(fact for fact in late if fact.occurred_from == date(2026, 6, 24))
    complied = breach_facts(BAKERY, first=FIRST, last=LAST)["program"]["compliedWith"]
    assert len(complied) == 1
    assert sheet.reference in complied[0]["exhibits"]


def test_an_interval_from_before_the_program_was_adopted_is_not_supported() -> None:
    _, elements = judged(breach_facts(BAKERY, first=date(2025, 11, 12), last=date(2025, 11, 20), answers=SUED))
    assert (elements["E7"], elements["E8"], elements["E12"]) == ("uncertain", "not-met", "uncertain")


def test_asked_in_november_the_bakery_learns_its_one_open_step() -> None:
    today = date(2026, 11, 21)
    outcome, elements = judged(prospective_facts(BAKERY, as_of=today))
    assert (outcome, elements["E8"], elements["E12"]) == ("indeterminate", "uncertain", "counsel")
    gaps = open_gaps(program_status(BAKERY, today))
    assert [(gap.code, gap.practice) for gap in gaps] == [("practice.partly-done", "check-suppliers")]
    assert next_step(gaps).startswith("Finish: Check those who work for you.")


@pytest.mark.parametrize("slug", ["cedar-landing", "harborview-schools"])
def test_a_town_and_a_school_district_are_for_counsel_at_the_first_element(slug: str) -> None:
    record = record_of(slug)
    for document in (
        breach_facts(record, first=FIRST, last=LAST, answers=SUED),
        prospective_facts(record, as_of=date(2026, 11, 21)),
    ):
        assert judged(document)[1]["E1"] == "counsel"


def test_the_town_is_told_what_it_said_itself() -> None:
    _, elements = judged(breach_facts(record_of("cedar-landing"), first=FIRST, last=LAST, answers=SUED))
    assert (elements["E8"], elements["E12"]) == ("not-met", "counsel")


def test_there_is_a_desk_a_provider_a_business_a_town_and_a_school_district() -> None:
    assert {slug: (each["part"], each["kind"]) for slug, each in ORGANISATIONS.items()} == {
        "nutmeg-fusion-desk": ("desk", "state-agency"),
        "stonewall-mssp": ("provider", "llc"),
        "elm-hollow-bakery": ("member", "corporation"),
        "cedar-landing": ("member", "municipality"),
        "harborview-schools": ("member", "public-school-district"),
    }


def test_everything_says_that_it_is_made_up() -> None:
    assert all(organisation["name"].endswith("(fictional)") for organisation in ORGANISATIONS.values())
    assert all(person["email"].endswith(f"@{person['organisation']}.example") for person in STATE["people"])
    for file in (SAMPLE / "evidence").iterdir():
        assert "Fictional: written for the Charter Oak sample state" in file.read_text(encoding="utf-8"), file.name


def test_every_entry_can_be_recorded_by_someone_who_may() -> None:
    people = {person["email"]: person["organisation"] for person in STATE["people"]}
    for entry in STATE["entries"]:
        body = whole_body(entry)
        check_body(entry["kind"], 1, body)
        assert {body.get("practice", "train-everyone"), *body.get("practices", ())} <= set(load_practices().by_id)
        providers = ORGANISATIONS[entry["organisation"]].get("providers", ())
        assert people[entry["actor"]] in {entry["organisation"], *providers}


@pytest.mark.parametrize("slug", MEMBERS)
def test_each_ledger_is_recorded_in_order_and_never_before_it_was_so(slug: str) -> None:
    record = record_of(slug)
    moments = [parse_instant(ORGANISATIONS[slug]["created"]), *(fact.recorded for fact in record)]
    assert all(before <= after for before, after in pairwise(moments))
    assert all((fact.last_day or fact.first_day) <= fact.recorded_day for fact in record)
    assert date(2025, 11, 1) <= record[0].recorded_day
    assert record[-1].recorded_day <= date(2026, 11, 21)


def test_every_evidence_file_belongs_to_one_entry() -> None:
    used = Counter(name for entry in STATE["entries"] for name in entry.get("files", ()))
    assert set(used) == {file.name for file in (SAMPLE / "evidence").iterdir()}
    assert set(used.values()) == {1}


def test_the_bakery_has_one_late_item_of_evidence() -> None:
    lags = {
        fact.reference: (fact.recorded_day - (fact.last_day or fact.first_day)).days
        for fact in BAKERY
        if fact.kind == "evidence.recorded"
    }
    late = [reference for reference, lag in lags.items() if lag > 14]
    (sheet,) = [fact for fact in BAKERY if fact.reference in late]
    assert (sheet.first_day, sheet.recorded_day) == (date(2026, 6, 24), date(2026, 10, 8))
