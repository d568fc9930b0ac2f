"""Texas (Bus. & Com. Code ch. 542), both ways, with the edges of its three sizes.

Every vignette states all ten answers: those that are named, and *met* for the rest. The base document is that of a
business of 120 employees that conforms to a listed framework.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from charteroak.law.facts import parse_facts
from charteroak.law.safe_harbor import determine

ABSENT = "<absent>"
NOT_MET, INDETERMINATE, SUPPORTED = "element-not-met", "indeterminate", "record-supports-all-elements"

Build = Callable[[dict[str, Any]], dict[str, Any]]
Ask = Callable[[dict[str, Any]], dict[str, Any]]

ACTION = {"foundedIn": "tort", "alleges": "failure-of-reasonable-controls"} | {
    "law": "tx",
    "forum": "tx-court",
    "arisesFromBreach": True,
}
TEXAS: dict[str, Any] = {
    "/organisation/employees": 120,
    "/organisation/locatedIn": ["tx"],
    "/claims": [ACTION],
    "/information/tx": {"personal": True, "publiclyAvailable": False},
    "/program/simplified": {"passwordPolicy": True, "employeeTraining": True},
}
ELEMENTS = [f"TX{number}" for number in range(1, 11)]


def row(framework: str, edition: str | None, first: str, **changes: Any) -> dict[str, Any]:
    given = {"framework": framework, "edition": edition, "status": "conforms", "from": first, "to": None}
    return {**given, "assertedBy": "chief executive", **changes}


CSF = row("nist-csf", "2.0", "2024-06-01")
CIS = row("cis-controls", "8.1", "2024-06-25")
GROUP_1 = {**CIS, "status": "implementation-group-1"}


@pytest.fixture
def ask_texas(build: Build) -> Ask:
    return lambda changes: determine(parse_facts(build({**TEXAS, **changes})), statute="tx").to_json()


def of_size(employees: int, *rows: dict[str, Any], **simplified: Any) -> dict[str, Any]:
    changes: dict[str, Any] = {"/organisation/employees": employees, "/conformity": list(rows)}
    return changes | {"/program/simplified": {"passwordPolicy": True, "employeeTraining": True} | simplified}


SIZES: list[Any] = [
    pytest.param(of_size(0), {"TX8": "counsel"}, INDETERMINATE, id="nobody employed: the simplified requirements"),
    pytest.param(of_size(19), {"TX8": "counsel"}, INDETERMINATE, id="19: simplified, and by its letter a framework"),
    pytest.param(of_size(19, CSF), {}, SUPPORTED, id="19: simplified, and a framework"),
    pytest.param(
        of_size(19, CSF, passwordPolicy=False), {"TX10": "not-met"}, NOT_MET, id="19: without a password policy"
    ),
    pytest.param(
        of_size(19, CSF, employeeTraining=None), {"TX10": "uncertain"}, INDETERMINATE, id="19: training unknown"
    ),
    pytest.param(
        of_size(20, passwordPolicy=True),
        {"TX8": "counsel", "TX10": "not-met"},
        NOT_MET,
        id="20: simplified is not enough",
    ),
    pytest.param(of_size(20, GROUP_1), {"TX8": "counsel"}, INDETERMINATE, id="20: implementation group 1"),
    pytest.param(of_size(99, GROUP_1), {"TX8": "counsel"}, INDETERMINATE, id="99: implementation group 1"),
    pytest.param(of_size(99, CIS), {}, SUPPORTED, id="99: all of the CIS Controls"),
    pytest.param(of_size(99, GROUP_1, CSF), {}, SUPPORTED, id="99: implementation group 1 and a framework"),
    pytest.param(of_size(99, CSF), {"TX10": "not-met"}, NOT_MET, id="99: a framework without implementation group 1"),
    pytest.param(
        of_size(100, GROUP_1), {"TX8": "counsel", "TX10": "counsel"}, INDETERMINATE, id="100: group 1 is a part only"
    ),
    pytest.param(of_size(100), {"TX8": "not-met", "TX10": "not-met"}, NOT_MET, id="100: nothing conformed to"),
    pytest.param(of_size(100, CSF), {}, SUPPORTED, id="100: a framework"),
    pytest.param(of_size(249, CSF), {}, SUPPORTED, id="249: a framework"),
    pytest.param(of_size(250, CSF), {"TX1": "not-met", "TX10": "not-met"}, NOT_MET, id="250: not reached by the act"),
    pytest.param(
        {"/organisation/employees": ABSENT}, {"TX1": "uncertain", "TX10": "uncertain"}, INDETERMINATE, id="size unknown"
    ),
]

VIGNETTES: list[Any] = [
    pytest.param({}, {}, SUPPORTED, id="everything on record"),
    pytest.param({"/organisation/locatedIn": ABSENT}, {"TX2": "uncertain"}, INDETERMINATE, id="place unknown"),
    pytest.param({"/organisation/locatedIn": ["ct"]}, {"TX2": "counsel"}, INDETERMINATE, id="no place in Texas"),
    pytest.param({"/organisation/kind": "municipality"}, {"TX2": "counsel"}, INDETERMINATE, id="a town"),
    pytest.param({"/organisation/kind": ABSENT}, {"TX2": "uncertain"}, INDETERMINATE, id="kind absent"),
    pytest.param(
        {"/information/tx": ABSENT}, {"TX3": "uncertain", "TX4": "uncertain"}, INDETERMINATE, id="definitions absent"
    ),
    pytest.param(
        {"/information/tx": {"personal": False, "publiclyAvailable": False}},
        {"TX3": "not-met"},
        NOT_MET,
        id="none held",
    ),
    pytest.param({"/information/ownedOrLicensed": False}, {"TX3": "not-met"}, NOT_MET, id="another's information"),
    pytest.param({"/breach/acquisition": False}, {"TX4": "not-met"}, NOT_MET, id="nothing acquired"),
    pytest.param({"/breach/acquisition": None}, {"TX4": "uncertain"}, INDETERMINATE, id="acquisition unknown"),
    pytest.param({"/breach/access": None}, {}, SUPPORTED, id="access is not asked about"),
    pytest.param({"/breach/exception": "good-faith-acquisition"}, {"TX4": "not-met"}, NOT_MET, id="good faith"),
    pytest.param(
        {"/claims": [{**ACTION, "arisesFromBreach": False}]}, {"TX5": "not-met"}, NOT_MET, id="another cause of action"
    ),
    pytest.param(
        {"/claims": [{**ACTION, "arisesFromBreach": None}]}, {"TX5": "uncertain"}, INDETERMINATE, id="cause unknown"
    ),
    pytest.param({"/claims": [{**ACTION, "foundedIn": "contract"}]}, {}, SUPPORTED, id="any action from the breach"),
    pytest.param({"/claims": [{**ACTION, "law": None}]}, {"TX5": "uncertain"}, INDETERMINATE, id="law unknown"),
    pytest.param(
        {"/claims": [{**ACTION, "forum": "federal-in-tx"}]}, {"TX5": "counsel"}, INDETERMINATE, id="a federal court"
    ),
    pytest.param({"/claims": []}, {"TX5": "uncertain"}, INDETERMINATE, id="no claim yet"),
    pytest.param(
        {"/breach/from": "2025-08-31", "/breach/to": "2025-09-01"},
        {"TX5": "counsel"},
        INDETERMINATE,
        id="the day before the chapter took effect",
    ),
    pytest.param(
        {"/breach/from": "2025-09-01", "/breach/to": "2025-09-02"}, {}, SUPPORTED, id="the chapter's first day"
    ),
    pytest.param({"/program/adopted": "2026-03-02"}, {"TX6": "not-met"}, NOT_MET, id="adopted after the breach began"),
    pytest.param({"/program/adopted": "2026-03-01"}, {}, SUPPORTED, id="adopted on the day of the breach"),
    pytest.param({"/breach/failureFrom": "2022-01-01"}, {}, SUPPORTED, id="only the time of the breach is asked about"),
    pytest.param({"/program/maintained": None}, {"TX6": "uncertain"}, INDETERMINATE, id="upkeep unknown"),
    pytest.param({"/program/written": False}, {}, SUPPORTED, id="writing is not asked about"),
    pytest.param({"/program/safeguards/technical": False}, {"TX7": "not-met"}, NOT_MET, id="no technical safeguards"),
    pytest.param({"/program/safeguards": ABSENT}, {"TX7": "uncertain"}, INDETERMINATE, id="safeguards unknown"),
    pytest.param(
        {"/program/objectives/confidentiality": False}, {"TX9": "not-met"}, NOT_MET, id="an objective left out"
    ),
    pytest.param({"/program/objectives": ABSENT}, {"TX9": "uncertain"}, INDETERMINATE, id="objectives unknown"),
    pytest.param({"/program/scale": ABSENT}, {}, SUPPORTED, id="factors of scale are not asked about"),
    pytest.param({"/culpability": "wanton"}, {}, SUPPORTED, id="culpability is not asked about"),
    *(
        pytest.param(
            {"/conformity": [row(framework, None, "2024-01-01")]},
            {"TX8": "counsel", "TX10": "counsel"},
            INDETERMINATE,
            id=f"{framework}, whose editions we do not date",
        )
        for framework in ("hitrust-csf", "scf", "soc-2")
    ),
    pytest.param(
        {"/conformity": [row("pci-dss", "4.0.1", "2024-06-11")]},
        {"TX8": "counsel", "TX10": "counsel"},
        INDETERMINATE,
        id="PCI DSS alone was not read in the act's words",
    ),
    pytest.param(
        {"/conformity": [{**CSF, "status": "reasonably"}]},
        {"TX8": "counsel", "TX10": "counsel"},
        INDETERMINATE,
        id="reasonable conformity is Ohio's word",
    ),
    pytest.param(
        {"/conformity": ABSENT}, {"TX8": "uncertain", "TX10": "uncertain"}, INDETERMINATE, id="conformity unknown"
    ),
]


@pytest.mark.parametrize(("changes", "named", "outcome"), [*SIZES, *VIGNETTES])
def test_a_changed_fact_moves_exactly_the_elements_it_bears_on(
    ask_texas: Ask, changes: dict[str, Any], named: dict[str, str], outcome: str
) -> None:
    answer = ask_texas(changes)
    expected = {**dict.fromkeys(ELEMENTS, "met"), **named}
    assert {element["id"]: element["status"] for element in answer["elements"]} == expected
    assert (answer["statute"], answer["outcome"]) == ("tx", outcome)


@pytest.mark.parametrize(("days", "status"), [(-1, "counsel"), (0, "counsel"), (1, "not-met")])
def test_a_superseded_edition_is_for_counsel_for_a_year_since_the_rule_was_not_read(
    ask_texas: Ask, days: int, status: str
) -> None:
    day = (date(2026, 8, 27) + timedelta(days=days)).isoformat()
    pair = [row(half, "5.1.1", "2024-01-01") for half in ("nist-800-53", "nist-800-53a")]
    answer = ask_texas({"/conformity": pair, "/breach/from": day, "/breach/to": day})
    assert {one["status"] for one in answer["elements"] if one["id"] in {"TX8", "TX10"}} == {status}


def test_texas_is_said_to_bar_exemplary_damages_and_nothing_more(ask_texas: Ask) -> None:
    answer = ask_texas({})
    assert answer["protects"].startswith("At most exemplary damages")
    assert all("542" in element["citation"] for element in answer["elements"])
