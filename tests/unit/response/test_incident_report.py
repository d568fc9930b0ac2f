"""The record of an incident report: one form for the same answers, and one clear line for what cannot be."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charteroak.response.incident_report import (
    FIRST_REPORT,
    ReportFieldError,
    field_table,
    moments_of,
    parse_report,
    parse_report_json,
    report_bytes,
    report_document,
    without_names,
)
from charteroak.response.report_fields import NARRATIVE_LIMIT
from charteroak.response.report_text import with_turns_shown
from charteroak.response.report_times import Moment
from charteroak.response.towns import TownError, load_towns, parse_town

RECEIVED = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "outcome": "successful",
    "narrative": "Files on the finance share end in .locked, and a note asks for money.",
    "disclosure": "named",
    "reason": "voluntary",
    "noticed": {"at": "2026-11-20T07:40", "precision": "minute", "zone": "America/New_York"},
    "kinds": ["ransomware"],
    "helpWanted": "urgent",
    "reporter": {"name": "Dana Roe", "role": "Town clerk", "phone": "860-555-0100", "email": "clerk@town.example"},
    "technicalContact": "Lee Park, 860-555-0111, day and night",
    "entity": {"name": "Town of Exampleton", "kind": "municipality", "town": "North Stonington", "employees": 40},
    "onBehalf": {"authority": "Contract of 2025", "attested": True},
    "internalNumber": "T-77",
    "otherReports": [{"to": "IC3", "number": "I-1", "when": "2026-11-21"}],
    "times": {"firstActivity": {"at": "2026-11", "precision": "month"}, "contained": "unknown"},
    "vectors": ["mail"],
    "detection": "user",
    "systems": [{"function": "Finance share", "vendor": "Example Corp"}],
    "counts": {"systems": 3, "users": "unknown", "people": 0},
    "unauthorizedAccess": "Someone signed in as the clerk.",
    "functionalImpact": "significant_critical",
    "informationImpact": "suspected",
    "recoverability": "extended",
    "location": "L2_business_net",
    "dataKinds": ["name", "ssn"],
    "safety": {"affected": "no"},
    "weaknesses": [{"cve": "CVE-2026-12345", "product": "VPN"}],
    "defences": {"backups": "yes", "two-step-sign-in": "unknown"},
    "techniques": ["T1486", "T1566.001"],
    "indicators": ["evil.example"],
    "actor": {"identity": "calls itself Example"},
    "responseTaken": "Pulled the cable.",
    "ransom": {"demanded": "yes", "when": "2026-11-20", "amount": "0.75", "currency": "BTC", "paid": "no"},
    "informed": [{"who": "Insurer", "when": "2026-11-20T09:00-05:00"}],
    "evidence": [{"what": "Disk image", "holder": "Lee Park", "sha256": "ab" * 32}],
    "sharing": {"tlp": "AMBER", "mayRefer": "yes"},
    "attested": True,
    "language": "en",
}


def refused(change: dict[str, Any], received: datetime | None = RECEIVED) -> ReportFieldError:
    with pytest.raises(ReportFieldError) as caught:
        parse_report({"outcome": "suspected", "narrative": "Odd sign-ins", **change}, received=received)
    assert "\n" not in str(caught.value)
    return caught.value


def place(error: ReportFieldError) -> str | None:
    return error.location.pointer if error.location else None


def test_two_answers_make_a_report_that_only_the_desk_may_connect_with_its_reporter() -> None:
    record = parse_report({"outcome": "blocked", "narrative": "A mail was held back."})
    assert report_bytes(record) == (
        b'{"disclosure":"desk-only","narrative":"A mail was held back.","outcome":"blocked"}'
    )


def test_the_record_of_a_record_is_the_record() -> None:
    record = parse_report(WHOLE, received=RECEIVED)
    assert parse_report_json(report_bytes(record)) == record
    assert set(report_document(record)) == set(WHOLE)


def test_all_seven_answers_of_the_first_report_are_answers_of_the_record() -> None:
    roots = {field.pointer.split("/")[1] for field in field_table()}
    assert set(FIRST_REPORT) <= roots
    assert len(FIRST_REPORT) == 7


def test_the_same_answers_give_the_same_bytes_however_they_were_typed() -> None:
    typed = parse_report({
        "outcome": "blocked", "narrative": "  Cafe\u0301 mail\r\nheld back \r\n", "noticed": "2026-11-20T12:40:00Z",
        "entity": {"town": "town of  north stonington, ct", "name": ""}, "reporter": {"name": " "},
        "kinds": ["phishing"],
        "times": {"contained": {"at": "", "precision": "minute", "zone": "America/New_York"}}, "helpWanted": None,
    })  # fmt: skip
    plain = parse_report({
        "kinds": ["phishing"], "outcome": "blocked", "entity": {"town": "North Stonington"},
        "narrative": "Caf\u00e9 mail\nheld back", "disclosure": "desk-only",
        "noticed": {"at": "2026-11-20 07:40", "precision": "minute"},
    })  # fmt: skip
    assert report_bytes(typed) == report_bytes(plain)


def test_unknown_is_not_0_and_neither_is_an_answer_that_nobody_gave() -> None:
    seen = {
        report_bytes(parse_report({"outcome": "blocked", "narrative": "x", "counts": {"people": value}}))
        for value in (0, "unknown", None)
    }
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("change", "pointer", "said"),
    [
        ({"narrative": ""}, "/narrative", "Nobody has said what happened"),
        ({"narrative": "x" * 20_000_000}, "/narrative", "20,000,000 characters; at most 20,000"),
        ({"narrative": "x" * (NARRATIVE_LIMIT + 1)}, "/narrative", "20,001 characters"),
        ({"narrative": "bell \x07"}, "/narrative", "U+0007"),
        ({"narrative": "half \ud800"}, "/narrative", "U+D800"),
        ({"outcome": "won"}, "/outcome", "Write one of: blocked, successful"),
        ({"outcome": None}, "/outcome", "missing required"),
        ({"surprise": 1}, "/surprise", "unknown field"),
        ({"counts": {"people": -1}}, "/counts/people", ">= 0"),
        ({"counts": {"people": "many"}}, "/counts/people", "many"),
        ({"entity": {"town": "Storrs"}}, "/entity/town", "It is part of Mansfield"),
        ({"entity": {"town": "Hartfort"}}, "/entity/town", "Did you mean Hartford"),
        ({"entity": {"town": "Springfield"}}, "/entity/town", "169 towns"),
        ({"noticed": "yesterday"}, "/noticed", "not a day or a time"),
        ({"noticed": "2026-02-30"}, "/noticed", "There is no 2026-02-30"),
        ({"noticed": "2026-11-20T25:00"}, "/noticed", "not a day or a time"),
        ({"noticed": "1970-01-01T00:00"}, "/noticed", "1970"),
        ({"noticed": "9999-12-31"}, "/noticed", "9999"),
        ({"noticed": "0001-01-01T00:00:00+14:00"}, "/noticed", "out of range"),
        ({"noticed": "2026-12-24"}, "/noticed", "future"),
        ({"noticed": "2026-03-08T02:30"}, "/noticed", "There was no 2026-03-08 02:30"),
        ({"noticed": "2026-11-01T01:30"}, "/noticed", "2026-11-01T01:30-04:00 for the first"),
        ({"noticed": {"at": "2026-11-01T01:30", "zone": "Mars/Olympus"}}, "/noticed", "no time zone"),
        ({"noticed": {"at": "2026-11-01T01:30", "zone": "../../etc/passwd"}}, "/noticed", "no time zone"),
        ({"noticed": {"at": "2026-11-20", "precision": "minute"}}, "/noticed", "says a day"),
        ({"noticed": "2026-11-01", "times": {"firstActivity": "2026-11-02"}}, "/noticed", "before it began"),
        (
            {"times": {"contained": "2026-11-02", "recovered": "2026-11-01"}}, "/times/recovered",
            "recovered before it was contained",
        ),
        ({"disclosure": "anonymous", "reporter": {"name": "Dana"}}, "/reporter", "keeps no name"),
        ({"disclosure": "anonymous", "entity": {"name": "Town"}}, "/entity/name", "keeps no name"),
        ({"indicators": ["x"] * 101}, "/indicators", "<= 100"),
        ({"techniques": ["T1"]}, "/techniques/0", "matching regex"),
        ({"ransom": {"demanded": "yes", "amount": "1e6"}}, "/ransom/amount", "matching regex"),
        ({"systems": [[[[[[[["deep"]]]]]]]]}, "/systems/0/0/0/0/0/0", "nested too deeply"),
        ({"other": ["x"] * 6_000}, "/other/4996", "too many answers"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line_that_names_its_place(
    change: dict[str, Any], pointer: str, said: str
) -> None:
    error = refused(change)
    assert place(error) == pointer
    assert said in f"{error.message} {error.remedy}"


def test_either_half_hour_of_a_night_that_has_it_twice_is_taken_with_its_offset() -> None:
    first, second = (
        parse_report({"outcome": "blocked", "narrative": "x", "noticed": f"2026-11-01T01:30{offset}"}).noticed
        for offset in ("-04:00", "-05:00")
    )
    assert isinstance(first, Moment)
    assert isinstance(second, Moment)
    assert (second.earliest - first.earliest).total_seconds() == 3600


def test_a_time_known_roughly_contradicts_nothing_that_it_might_not() -> None:
    record = parse_report(
        {"outcome": "blocked", "narrative": "x", "noticed": "2026-11-02T08:00", "times": {"firstActivity": "2026-11"}}
    )
    assert [pointer for pointer, _ in moments_of(record)] == ["/noticed", "/times/firstActivity"]


@pytest.mark.parametrize("text", ["\U0001f512 locked", "\u05e9\u05dc\u05d5\u05dd \u202ecod.exe", "a\tb\n\nc"])
def test_emoji_tabs_and_writing_from_the_right_are_kept(text: str) -> None:
    assert parse_report({"outcome": "blocked", "narrative": text}).narrative == text


def test_what_turns_letters_around_is_shown_by_its_number() -> None:
    assert with_turns_shown("fdp\u202eexe") == "fdp[U+202E]exe"


def test_an_anonymous_form_leaves_every_name_out() -> None:
    document = without_names({**WHOLE, "disclosure": "anonymous"})
    written = report_bytes(parse_report(document)).decode()
    assert not [word for word in ("Dana", "Lee Park, 860", "Exampleton", "T-77", "860-555-0100") if word in written]


@given(st.dictionaries(st.text(max_size=9), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3), max_leaves=8,
), max_size=4), st.sampled_from([field.pointer.split("/")[1] for field in field_table()]))  # fmt: skip
def test_any_document_is_a_record_or_one_line(change: dict[str, Any], name: str) -> None:
    document = {
        "outcome": "blocked",
        "narrative": "x",
        **change,
        **({name: next(iter(change.values()))} if change else {}),
    }
    record, line = None, ""
    try:
        record = parse_report(document)
    except ReportFieldError as error:
        line = str(error)
    if record is None:
        assert line
        assert "\n" not in line
    else:
        assert parse_report_json(report_bytes(record)) == record


@pytest.mark.parametrize(
    "data", [b"[]", b"1", b'{"outcome": 1, "outcome": 2}', b"\xff", b"{", b'{"outcome":"blocked","narrative":NaN}']
)
def test_what_is_no_report_in_json_is_refused_with_its_file(data: bytes) -> None:
    with pytest.raises(ReportFieldError) as caught:
        parse_report_json(data, path="r.json")
    assert str(caught.value).startswith("r.json")


def test_there_are_169_towns_each_with_its_code_and_region() -> None:
    towns = load_towns()
    assert len(towns) == 169
    assert len({town.cousub for town in towns.values()}) == 169
    assert len({town.planning_region for town in towns.values()}) == 9
    assert towns["Bethel"].cousub == "04720"
    assert list(towns) == sorted(towns)


@pytest.mark.parametrize("name", ["Norwich", "norwich", "City of Norwich", "NORWICH, CT", "Norwich, Connecticut"])
def test_a_town_is_known_as_people_write_it(name: str) -> None:
    assert parse_town(name) == "Norwich"


@pytest.mark.parametrize("name", ["", "x" * 5_000, "Paris", "\u202e", "Norwich\n" * 20])
def test_what_is_no_town_is_asked_back(name: str) -> None:
    with pytest.raises(TownError, match="169 towns"):
        parse_town(name)


def test_every_village_is_part_of_a_town() -> None:
    for village in ("Storrs", "Willimantic", "Rockville"):
        with pytest.raises(TownError) as caught:
            parse_town(village)
        assert caught.value.remedy.rpartition(" ")[2].rstrip(".") in json.dumps(list(load_towns()))
