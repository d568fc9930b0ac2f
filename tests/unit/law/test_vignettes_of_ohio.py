"""Ohio (ORC 1354), both ways: a document that supports every element, with one thing changed.

Every vignette states all twelve answers: those that are named, and *met* for the rest.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from charteroak.law.facts import parse_facts
from charteroak.law.safe_harbor import determine

ABSENT = "<absent>"
NOT_MET, INDETERMINATE = "element-not-met", "indeterminate"
AT_RISK, SUPPORTED = "at-risk", "record-supports-all-elements"

Build = Callable[[dict[str, Any]], dict[str, Any]]
Ask = Callable[[dict[str, Any]], dict[str, Any]]

OHIO_CLAIM = {"foundedIn": "tort", "alleges": "failure-of-reasonable-controls", "law": "oh", "forum": "oh-court"}
OHIO: dict[str, Any] = {
    "/claims": [OHIO_CLAIM],
    "/information/oh": {
        "personal": True,
        "restricted": False,
        "restrictedUnreadable": None,
        "publiclyAvailable": False,
    },
    "/program/scope": "personal-and-restricted",
    "/program/scale/availableResources": True,
}
ELEMENTS = [f"OH{number}" for number in range(1, 13)]


def claim(**changes: Any) -> dict[str, Any]:
    return {**OHIO_CLAIM, **changes}


def row(framework: str, edition: str, first: str, last: str | None = None, **changes: Any) -> dict[str, Any]:
    given = {"framework": framework, "edition": edition, "status": "conforms", "from": first, "to": last}
    return {**given, "assertedBy": "chief executive", **changes}


CSF = row("nist-csf", "2.0", "2024-06-01")
PCI = row("pci-dss", "4.0.1", "2024-06-11")


@pytest.fixture
def ask_ohio(build: Build) -> Ask:
    return lambda changes: determine(parse_facts(build({**OHIO, **changes})), statute="oh").to_json()


def restricted(unreadable: bool | None) -> dict[str, Any]:
    return {
        "personal": False,
        "restricted": True,
        "restrictedUnreadable": unreadable,
        "publiclyAvailable": False,
    }


VIGNETTES: list[Any] = [
    pytest.param({}, {}, SUPPORTED, id="everything on record"),
    *(
        pytest.param({"/organisation/kind": kind}, {"OH1": "counsel"}, INDETERMINATE, id=f"a {kind}")
        for kind in ("municipality", "public-school-district", "state-agency", "individual")
    ),
    pytest.param({"/organisation/kind": "nonprofit"}, {}, SUPPORTED, id="a nonprofit is a business"),
    pytest.param({"/organisation/kind": ABSENT}, {"OH1": "uncertain"}, INDETERMINATE, id="kind absent"),
    pytest.param(
        {"/organisation/handles": dict.fromkeys(("accesses", "maintains", "communicates", "processes"), False)},
        {"OH2": "not-met"},
        NOT_MET,
        id="handles nothing",
    ),
    pytest.param({"/organisation/handles": ABSENT}, {"OH2": "uncertain"}, INDETERMINATE, id="handling absent"),
    pytest.param({"/breach/acquisition": False}, {"OH3": "not-met"}, NOT_MET, id="access alone is no breach"),
    pytest.param({"/breach/materialRisk": None}, {"OH3": "uncertain"}, INDETERMINATE, id="risk unknown"),
    pytest.param({"/information/oh": ABSENT}, {"OH4": "uncertain"}, INDETERMINATE, id="only Connecticut's definitions"),
    pytest.param({"/program/scope": ABSENT}, {"OH4": "uncertain"}, INDETERMINATE, id="scope of the program absent"),
    pytest.param({"/program/scope": "personal"}, {}, SUPPORTED, id="personal information, program for it alone"),
    pytest.param(
        {"/program/scope": "personal", "/information/oh": restricted(unreadable=False)},
        {"OH4": "not-met"},
        NOT_MET,
        id="restricted information, program for personal alone",
    ),
    pytest.param({"/information/oh": restricted(unreadable=False)}, {}, SUPPORTED, id="restricted, program for both"),
    pytest.param(
        {"/information/oh": restricted(unreadable=True)}, {"OH4": "not-met"}, NOT_MET, id="restricted but unreadable"
    ),
    pytest.param(
        {"/information/personal": ABSENT}, {}, SUPPORTED, id="what is held by Connecticut's definitions is no matter"
    ),
    pytest.param({"/claims": [claim(foundedIn="contract")]}, {"OH5": "not-met"}, NOT_MET, id="a contract claim"),
    pytest.param({"/claims": [claim(foundedIn=None)]}, {"OH5": "uncertain"}, INDETERMINATE, id="foundation unknown"),
    pytest.param(
        {"/claims": [claim(law="ct", forum="ct-superior")]},
        {"OH6": "not-met"},
        NOT_MET,
        id="Connecticut's law and court",
    ),
    pytest.param(
        {"/claims": [claim(forum="federal-in-oh")]}, {"OH6": "counsel"}, INDETERMINATE, id="a federal court in Ohio"
    ),
    pytest.param(
        {"/claims": [claim(forum="ct-superior")]}, {"OH6": "counsel"}, INDETERMINATE, id="Ohio law in another court"
    ),
    pytest.param({"/claims": [claim(law="other")]}, {}, SUPPORTED, id="another law in Ohio's court"),
    pytest.param({"/claims": []}, {"OH5": "uncertain", "OH6": "uncertain"}, INDETERMINATE, id="no claim yet"),
    pytest.param(
        {"/breach/from": "2018-11-01", "/breach/to": "2018-11-03", "/program/adopted": "2010-01-01"}
        | {"/conformity": [row("nist-csf", "1.1", "2018-04-16")]},
        {"OH6": "counsel"},
        INDETERMINATE,
        id="the day before the chapter took effect",
    ),
    pytest.param(
        {"/breach/from": "2018-11-02", "/breach/to": "2018-11-03", "/program/adopted": "2010-01-01"}
        | {"/conformity": [row("nist-csf", "1.1", "2018-04-16")]},
        {},
        SUPPORTED,
        id="the day on which the chapter took effect",
    ),
    pytest.param({"/program/written": False}, {"OH7": "not-met"}, NOT_MET, id="not in writing"),
    pytest.param({"/program/written": None}, {"OH7": "uncertain"}, INDETERMINATE, id="writing unknown"),
    pytest.param({"/program/compliedWith": False}, {"OH8": "not-met"}, NOT_MET, id="not complied with"),
    pytest.param({"/program/adopted": ABSENT}, {"OH8": "uncertain"}, INDETERMINATE, id="adoption unknown"),
    pytest.param({"/program/safeguards/physical": False}, {"OH9": "not-met"}, NOT_MET, id="no physical safeguards"),
    pytest.param({"/program/safeguards/physical": None}, {"OH9": "uncertain"}, INDETERMINATE, id="physical unknown"),
    pytest.param(
        {"/program/objectives/threatsOrHazards": False}, {"OH10": "not-met"}, NOT_MET, id="an objective left out"
    ),
    pytest.param({"/program/objectives": ABSENT}, {"OH10": "uncertain"}, INDETERMINATE, id="objectives unknown"),
    pytest.param(
        {"/program/scale/availableResources": ABSENT}, {"OH11": "uncertain"}, INDETERMINATE, id="fifth factor absent"
    ),
    pytest.param(
        {"/program/scale/availableResources": False}, {"OH11": "not-met"}, NOT_MET, id="fifth factor not considered"
    ),
    pytest.param({"/conformity": [{**CSF, "status": "reasonably"}]}, {}, SUPPORTED, id="reasonable conformity"),
    pytest.param(
        {"/conformity": [{**CSF, "status": "reasonably", "assertedBy": None}]},
        {"OH12": "counsel"},
        INDETERMINATE,
        id="reasonable conformity that nobody asserts",
    ),
    pytest.param({"/conformity": [{**CSF, "status": "partly"}]}, {"OH12": "counsel"}, INDETERMINATE, id="in part"),
    pytest.param({"/conformity": [PCI]}, {"OH12": "not-met"}, NOT_MET, id="PCI DSS alone"),
    pytest.param({"/conformity": [PCI, CSF]}, {}, SUPPORTED, id="PCI DSS with a listed framework"),
    pytest.param(
        {"/conformity": [row("hitrust-csf", "11", "2024-01-01")]},
        {"OH12": "not-met"},
        NOT_MET,
        id="a framework not listed",
    ),
    pytest.param({"/conformity": ABSENT}, {"OH12": "uncertain"}, INDETERMINATE, id="conformity unknown"),
    pytest.param({"/culpability": "gross-negligence"}, {}, SUPPORTED, id="Ohio asks nothing about culpability"),
]


@pytest.mark.parametrize(("changes", "named", "outcome"), VIGNETTES)
def test_a_changed_fact_moves_exactly_the_elements_it_bears_on(
    ask_ohio: Ask, changes: dict[str, Any], named: dict[str, str], outcome: str
) -> None:
    answer = ask_ohio(changes)
    expected = {**dict.fromkeys(ELEMENTS, "met"), **named}
    assert {element["id"]: element["status"] for element in answer["elements"]} == expected
    assert (answer["statute"], answer["outcome"]) == ("oh", outcome)


YEARS = [
    ("nist-csf", "1.1", date(2025, 2, 26)),
    ("nist-800-171", "r2", date(2025, 5, 14)),
    ("cis-controls", "8", date(2025, 6, 25)),
    ("iso-27001", "2013", date(2023, 10, 25)),
    ("fedramp", "rev5", date(2027, 6, 24)),
]


@pytest.mark.parametrize(("framework", "edition", "year_ends"), YEARS)
@pytest.mark.parametrize(("days", "status"), [(-1, "met"), (0, "met"), (1, "not-met")])
def test_a_superseded_edition_counts_for_one_year_and_not_a_day_longer(
    ask_ohio: Ask, framework: str, edition: str, year_ends: date, days: int, status: str
) -> None:
    day = (year_ends + timedelta(days=days)).isoformat()
    conformity = [row(framework, edition, "2024-01-01" if edition != "2013" else "2014-01-01")]
    answer = ask_ohio({"/conformity": conformity, "/breach/from": day, "/breach/to": day})
    (element,) = (one for one in answer["elements"] if one["id"] == "OH12")
    assert element["status"] == status
    assert "six" not in element["reason"]
    assert answer["editionClocks"][0]["lastDay"] == year_ends.isoformat()
    assert answer["editionClocks"][0]["catchUpMonths"] == 12
    assert "sixMonthDate" not in answer["editionClocks"][0]


def test_the_year_puts_the_answer_at_risk_before_it_ends(ask_ohio: Ask) -> None:
    conformity = [row("nist-csf", "1.1", "2024-01-01")]
    answer = ask_ohio({"/conformity": conformity, "/breach/from": "2024-12-01", "/breach/to": "2024-12-01"})
    assert answer["outcome"] == AT_RISK


def test_in_prospective_mode_what_has_not_happened_is_assumed(ask_ohio: Ask) -> None:
    changes = {"/mode": "prospective", "/asOf": "2026-03-01", "/breach": ABSENT, "/claims": ABSENT}
    answer = ask_ohio(changes)
    assumed = {element["id"] for element in answer["elements"] if element["assumed"]}
    assert assumed == {"OH3", "OH4", "OH5", "OH6"}
    assert answer["outcome"] == SUPPORTED


def test_ohio_is_said_to_give_a_defense_and_nothing_more(ask_ohio: Ask) -> None:
    answer = ask_ohio({})
    assert answer["protects"].startswith("At most a defense")
    assert all("1354" in element["citation"] for element in answer["elements"])
