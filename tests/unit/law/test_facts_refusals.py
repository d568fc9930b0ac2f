"""Facts documents that are refused: each by name, with the place and the remedy."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from charteroak.errors import InputError
from charteroak.law.errors import FactsError
from charteroak.law.facts import (
    Breach,
    Conformity,
    ConformityStatus,
    Facts,
    Mode,
    Period,
    parse_facts,
    parse_facts_json,
)
from charteroak.law.facts.reader import ROWS_LIMIT, TEXT_LIMIT

Build = Callable[[dict[str, Any]], dict[str, Any]]

ABSENT = "<absent>"
CONFORMS = {"framework": "nist-csf", "edition": "2.0", "status": "conforms", "from": "2024-06-01", "to": None}

IMPOSSIBLE: list[Any] = [
    pytest.param({"/breach/to": "2026-02-28"}, "/breach", id="the breach ends before it begins"),
    pytest.param({"/breach/failureFrom": "2026-03-21"}, "/breach/failureFrom", id="a failure after the breach"),
    pytest.param({"/conformity/0/to": "2024-05-31"}, "/conformity/0", id="a conformity row is reversed"),
    pytest.param(
        {"/program/scale/activities": [{"from": "2026-03-02", "to": "2026-03-01", "status": "no"}]},
        "/program/scale/activities/0",
        id="a dated row is reversed",
    ),
    pytest.param(
        {"/organisation/handles/accesses": [{"from": "2026-03-02", "to": "2026-03-01"}]},
        "/organisation/handles/accesses/0",
        id="a row of the handling is reversed",
    ),
    pytest.param({"/conformity/0/from": "2024-02-25"}, "/conformity/0/from", id="before its publication"),
    pytest.param(
        {"/conformity": [{**CONFORMS, "from": None, "to": "2024-02-25"}]},
        "/conformity/0/to",
        id="over before published",
    ),
    pytest.param(
        {"/conformity": [{**CONFORMS, "framework": "fedramp", "edition": "rev4", "from": "2014-05-31"}]},
        "/conformity/0/from",
        id="before the month of its publication",
    ),
    pytest.param({"/conformity/0/framework": "cobit"}, "/conformity/0/framework", id="a framework not in the list"),
    pytest.param({"/conformity/0/edition": "2.1"}, "/conformity/0/edition", id="an edition not in the list"),
    pytest.param({"/conformity/0/edition": "2022"}, "/conformity/0/edition", id="another framework's edition"),
    pytest.param(
        {"/conformity": [{**CONFORMS, "framework": None, "edition": "2.1"}]},
        "/conformity/0/edition",
        id="an edition of no framework at all",
    ),
    pytest.param({"/program/adopted": "2026-03-21"}, "/program/adopted", id="adopted after, written throughout"),
    pytest.param(
        {"/program/adopted": "2026-03-21", "/program/written": [{"from": "2026-03-01", "to": None, "status": "yes"}]},
        "/program/adopted",
        id="adopted after, rows that say written throughout",
    ),
    pytest.param({"/mode": "prospective"}, "/asOf", id="prospective without a day"),
    pytest.param(
        {"/mode": "prospective", "/asOf": "2023-01-09"}, "/program/adopted", id="adopted after the day asked about"
    ),
]

WRONG_SHAPE: list[Any] = [
    pytest.param({"/extra": 1}, "/extra", id="unknown key at the top"),
    pytest.param({"/organisation/name": "x"}, "/organisation/name", id="unknown key in the organisation"),
    pytest.param({"/organisation/handles/sells": True}, "/organisation/handles/sells", id="unknown handling"),
    pytest.param({"/information/secret": True}, "/information/secret", id="unknown kind of information"),
    pytest.param({"/claims/0/court": "x"}, "/claims/0/court", id="unknown key in a claim"),
    pytest.param({"/breach/until": "2026-03-20"}, "/breach/until", id="unknown key in the breach"),
    pytest.param({"/program/complied": True}, "/program/complied", id="unknown key in the program"),
    pytest.param({"/program/safeguards/logical": True}, "/program/safeguards/logical", id="unknown safeguard"),
    pytest.param({"/program/objectives/x": True}, "/program/objectives/x", id="unknown objective"),
    pytest.param({"/program/scale/resources": True}, "/program/scale/resources", id="resources are no factor here"),
    pytest.param({"/conformity/0/version": "2"}, "/conformity/0/version", id="unknown key in a conformity row"),
    pytest.param({"/policy/lenient": True}, "/policy/lenient", id="unknown policy"),
    pytest.param({"/a~1b~0c": 1}, "/a~1b~0c", id="an unknown key is escaped in its pointer"),
    pytest.param(
        {"/program/written": [{"from": "2026-01-01", "to": None, "state": "yes"}]},
        "/program/written/0/state",
        id="unknown key in a dated row",
    ),
    pytest.param({"/organisation/kind": "company"}, "/organisation/kind", id="unknown kind"),
    pytest.param({"/organisation/kind": [["firm"]]}, "/organisation/kind", id="a kind that is a list"),
    pytest.param({"/organisation/kind": 3}, "/organisation/kind", id="a kind that is a number"),
    pytest.param({"/organisation/regulatedBy": ["pci"]}, "/organisation/regulatedBy/0", id="unknown law"),
    pytest.param({"/organisation/regulatedBy": "hipaa"}, "/organisation/regulatedBy", id="a law outside a list"),
    pytest.param({"/organisation/employees": -1}, "/organisation/employees", id="a negative count"),
    pytest.param({"/organisation/employees": 4.0}, "/organisation/employees", id="a count with a point"),
    pytest.param({"/organisation/employees": True}, "/organisation/employees", id="a count that is a truth"),
    pytest.param({"/organisation": []}, "/organisation", id="a list where an object belongs"),
    pytest.param({"/information/personal": "yes"}, "/information/personal", id="a word where a truth belongs"),
    pytest.param({"/information/personal": 1}, "/information/personal", id="a number where a truth belongs"),
    pytest.param({"/breach/access": 1}, "/breach/access", id="one is not true"),
    pytest.param({"/breach/access": []}, "/breach/access", id="an event has no rows"),
    pytest.param({"/breach/exception": "none"}, "/breach/exception", id="none is written null"),
    pytest.param({"/breach/from": "2026-3-1"}, "/breach/from", id="a date without zeros"),
    pytest.param({"/breach/from": "20260301"}, "/breach/from", id="a date without hyphens"),
    pytest.param({"/breach/from": "2026-W10-1"}, "/breach/from", id="a week date"),
    pytest.param({"/breach/from": "2026-02-30"}, "/breach/from", id="a day that does not exist"),
    pytest.param({"/breach/from": "2026-03-01T00:00:00Z"}, "/breach/from", id="an instant"),
    pytest.param({"/breach/from": 20260301}, "/breach/from", id="a number as a date"),
    pytest.param({"/claims": {}}, "/claims", id="an object where a list belongs"),
    pytest.param({"/claims": [None]}, "/claims/0", id="null in a list"),
    pytest.param({"/claims/0/foundedIn": "delict"}, "/claims/0/foundedIn", id="unknown foundation"),
    pytest.param({"/claims/0/alleges": "They failed us."}, "/claims/0/alleges", id="an allegation in prose"),
    pytest.param({"/claims/0/law": "ny"}, "/claims/0/law", id="unknown law of a claim"),
    pytest.param({"/claims/0/forum": "supreme"}, "/claims/0/forum", id="unknown forum"),
    pytest.param({"/conformity": [5]}, "/conformity/0", id="a number as a row"),
    pytest.param({"/conformity/0/edition": 2.0}, "/conformity/0/edition", id="an edition as a number"),
    pytest.param({"/conformity/0/status": "yes"}, "/conformity/0/status", id="unknown status of conformity"),
    pytest.param({"/conformity/0/assertedBy": " "}, "/conformity/0/assertedBy", id="an officer without a name"),
    pytest.param({"/conformity/0/assertedBy": "a\u001b[2J"}, "/conformity/0/assertedBy", id="a terminal sequence"),
    pytest.param({"/conformity/0/assertedBy": "x" * 501}, "/conformity/0/assertedBy", id="a name too long"),
    pytest.param({"/conformity/0/exhibits": [7]}, "/conformity/0/exhibits/0", id="an exhibit that is a number"),
    pytest.param(
        {"/program/written": [{"from": "2026-01-01", "to": None, "status": "true"}]},
        "/program/written/0/status",
        id="unknown status of a dated row",
    ),
    pytest.param({"/culpability": "negligence"}, "/culpability", id="unknown culpability"),
    pytest.param({"/policy/amendedLawClock": "latest"}, "/policy/amendedLawClock", id="unknown clock"),
    pytest.param({"/policy/patchReleasesAreRevisions": "no"}, "/policy/patchReleasesAreRevisions", id="a policy word"),
    pytest.param({"/mode": "past"}, "/mode", id="unknown mode"),
    pytest.param({"/claims": [{}] * (ROWS_LIMIT + 1)}, "/claims", id="more rows than anyone writes"),
]


@pytest.mark.parametrize(("changes", "place"), [*IMPOSSIBLE, *WRONG_SHAPE])
def test_what_cannot_be_used_is_refused_with_its_place(build: Build, changes: dict[str, Any], place: str) -> None:
    with pytest.raises(FactsError) as refused:
        parse_facts(build(changes))
    assert isinstance(refused.value, InputError)
    assert refused.value.location is not None
    assert refused.value.location.pointer == place
    assert refused.value.remedy
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize("document", [None, [], "x", 3, True, 1.5, object()])
def test_anything_but_an_object_is_refused(document: object) -> None:
    with pytest.raises(FactsError, match="An object is needed"):
        parse_facts(document)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"\x1f\x8b\x08\x00", id="gzip"),
        pytest.param(b"\xff\xfe\x00", id="not UTF-8"),
        pytest.param(b'{"mode": "breach", "mode": "breach"}', id="a key twice"),
        pytest.param(b'{"organisation": {"employees": NaN}}', id="NaN"),
        pytest.param(b'{"a":' * 100_000, id="nested too deeply"),
        pytest.param(b"[" * 100_000, id="a deep list"),
    ],
)
def test_bytes_that_are_no_strict_json_are_refused_with_the_file_named(data: bytes) -> None:
    with pytest.raises(FactsError) as refused:
        parse_facts_json(data, path="facts.json")
    assert str(refused.value).startswith("facts.json: ")


def test_a_refusal_inside_the_document_names_file_and_place(build: Build) -> None:
    data = json.dumps(build({"/organisation/kind": "company"})).encode()
    with pytest.raises(FactsError, match=r"^facts.json, /organisation/kind: 'company' is not known here\. Use one of"):
        parse_facts_json(data, path="facts.json")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"/conformity": [{**CONFORMS, "status": "does-not", "from": "2020-01-01"}]}, id="does not conform"
        ),
        pytest.param({"/conformity/0/from": "2024-02-26"}, id="on the day of publication"),
        pytest.param({"/conformity": [{**CONFORMS, "framework": None}]}, id="an edition of a framework not named"),
        pytest.param({"/program/adopted": "2026-03-20"}, id="adopted on the last day"),
        pytest.param({"/program/adopted": "2027-01-01", "/program/written": False}, id="adopted later, not written"),
        pytest.param({"/program/adopted": "2027-01-01", "/program/written": None}, id="adopted later, written unknown"),
        pytest.param({"/program/adopted": "2027-01-01", "/breach/to": None}, id="adopted while the breach goes on"),
        pytest.param({"/breach/to": "2026-03-01"}, id="a breach of one day"),
        pytest.param({"/claims/0/alleges": "x" * TEXT_LIMIT}, id="a text of the greatest length"),
        pytest.param({"/claims/0/alleges": "unknown"}, id="an allegation that is called unknown"),
        pytest.param(
            dict.fromkeys(("/organisation", "/breach", "/program", "/policy", "/mode"), None), id="null sections"
        ),
    ],
)
def test_what_is_unusual_but_possible_is_read(build: Build, changes: dict[str, Any]) -> None:
    assert isinstance(parse_facts(build(changes)), Facts)


def test_facts_built_in_python_pass_the_same_refusals() -> None:
    row = Conformity("nist-csf", "2.0", ConformityStatus.CONFORMS, Period(date(2020, 1, 1), None))
    with pytest.raises(FactsError, match="before its publication"):
        Facts(conformity=(row,))
    with pytest.raises(FactsError, match="reversed"):
        Facts(breach=Breach(period=Period(date(2026, 1, 2), date(2026, 1, 1))))
    with pytest.raises(FactsError, match="asks about a day"):
        Facts(mode=Mode.PROSPECTIVE)


def test_without_a_file_name_a_refusal_names_the_place_alone() -> None:
    with pytest.raises(FactsError, match=r"^/asOf: "):
        parse_facts_json(b'{"mode": "prospective"}')
