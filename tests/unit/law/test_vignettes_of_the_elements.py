"""E1 to E11 and E13, both ways: the sample of INTERFACES with one thing changed, and what must come of it.

Every vignette states all thirteen answers: those that are named, and *met* for the rest.
"""

from collections.abc import Callable
from typing import Any

import pytest

ABSENT = "<absent>"
NOT_MET, INDETERMINATE, SUPPORTED = "element-not-met", "indeterminate", "record-supports-all-elements"

TORT = {"foundedIn": "tort", "alleges": "failure-of-reasonable-controls", "law": "ct", "forum": "ct-superior"}


def claim(**changes: Any) -> dict[str, Any]:
    return {**TORT, **changes}


def rows(*given: tuple[str | None, str | None, str]) -> list[dict[str, Any]]:
    return [{"from": first, "to": last, "status": status, "exhibits": []} for first, last, status in given]


BUSINESSES = (
    *("individual", "sole-proprietor", "partnership", "firm", "corporation", "trust", "llc", "llp"),
    *("joint-stock", "joint-venture", "association", "nonprofit", "other-legal-entity"),
)

PARTS_OF_THE_PROGRAM = {
    "/program/written": "E7",
    "/program/maintained": "E8",
    "/program/compliedWith": "E8",
    "/program/safeguards/administrative": "E9",
    "/program/safeguards/technical": "E9",
    "/program/safeguards/physical": "E9",
    "/program/objectives/confidentiality": "E10",
    "/program/objectives/threatsOrHazards": "E10",
    "/program/objectives/unauthorizedAccessAndAcquisition": "E10",
    "/program/scale/sizeAndComplexity": "E11",
    "/program/scale/activities": "E11",
    "/program/scale/sensitivity": "E11",
    "/program/scale/costAndTools": "E11",
}

NO_HANDLING = {"accesses": False, "maintains": False, "communicates": False, "processes": False}

ORGANISATION: list[Any] = [
    *(pytest.param({"/organisation/kind": kind}, {}, SUPPORTED, id=f"a {kind} is a business") for kind in BUSINESSES),
    pytest.param({"/organisation/kind": "municipality"}, {"E1": "counsel"}, INDETERMINATE, id="a town"),
    pytest.param({"/organisation/kind": "public-school-district"}, {"E1": "counsel"}, INDETERMINATE, id="a school"),
    pytest.param({"/organisation/kind": "state-agency"}, {"E1": "counsel"}, INDETERMINATE, id="a state agency"),
    pytest.param({"/organisation/kind": None}, {"E1": "uncertain"}, INDETERMINATE, id="kind null"),
    pytest.param({"/organisation/kind": ABSENT}, {"E1": "uncertain"}, INDETERMINATE, id="kind absent"),
    pytest.param({"/organisation/employees": ABSENT}, {}, SUPPORTED, id="size does not matter"),
    pytest.param(
        {"/organisation": ABSENT}, {"E1": "uncertain", "E2": "uncertain"}, INDETERMINATE, id="no organisation"
    ),
    pytest.param({"/organisation/handles": NO_HANDLING}, {"E2": "not-met"}, NOT_MET, id="handles nothing"),
    pytest.param(
        {"/organisation/handles": {**NO_HANDLING, "communicates": True}}, {}, SUPPORTED, id="one kind of handling"
    ),
    pytest.param(
        {"/organisation/handles": {**NO_HANDLING, "communicates": None}},
        {"E2": "uncertain"},
        INDETERMINATE,
        id="the last kind of handling is unknown",
    ),
    pytest.param({"/organisation/handles": ABSENT}, {"E2": "uncertain"}, INDETERMINATE, id="handling absent"),
]

BREACH: list[Any] = [
    *(
        pytest.param({f"/breach/{key}": False}, {"E3": "not-met"}, NOT_MET, id=f"no {key}")
        for key in ("access", "acquisition", "materialRisk")
    ),
    *(
        pytest.param({f"/breach/{key}": unknown}, {"E3": "uncertain"}, INDETERMINATE, id=f"{key} {unknown}")
        for key in ("access", "acquisition", "materialRisk")
        for unknown in (None, ABSENT)
    ),
    pytest.param({"/information/ownedOrLicensed": False}, {"E3": "not-met"}, NOT_MET, id="a maintainer"),
    pytest.param({"/information/ownedOrLicensed": None}, {"E3": "uncertain"}, INDETERMINATE, id="owner unknown"),
    pytest.param(
        {"/breach/exception": "good-faith-acquisition"}, {"E3": "not-met"}, NOT_MET, id="good-faith acquisition"
    ),
    pytest.param({"/breach/exception": "legal-process"}, {"E3": "not-met"}, NOT_MET, id="legal process"),
    pytest.param({"/breach/exception": ABSENT}, {"E3": "uncertain"}, INDETERMINATE, id="exclusion not spoken of"),
    pytest.param(
        {"/breach/access": None, "/breach/acquisition": False},
        {"E3": "not-met"},
        NOT_MET,
        id="a no outweighs an unknown",
    ),
    pytest.param({"/information/personal": False}, {"E4": "not-met"}, NOT_MET, id="neither kind of information"),
    pytest.param({"/information/personal": None}, {"E4": "uncertain"}, INDETERMINATE, id="personal unknown"),
    pytest.param({"/information/publiclyAvailable": True}, {"E4": "not-met"}, NOT_MET, id="publicly available"),
    pytest.param({"/information/publiclyAvailable": ABSENT}, {"E4": "uncertain"}, INDETERMINATE, id="public unknown"),
    pytest.param({"/information/restricted": None}, {}, SUPPORTED, id="restricted does not matter beside personal"),
    pytest.param(
        {"/information/personal": False, "/information/restricted": True, "/information/restrictedUnreadable": False},
        {},
        SUPPORTED,
        id="readable restricted information",
    ),
    pytest.param(
        {"/information/personal": False, "/information/restricted": True, "/information/restrictedUnreadable": True},
        {"E4": "not-met"},
        NOT_MET,
        id="unreadable restricted information",
    ),
    pytest.param(
        {"/information/personal": False, "/information/restricted": True},
        {"E4": "uncertain"},
        INDETERMINATE,
        id="restricted information of unknown readability",
    ),
    pytest.param(
        {"/information": ABSENT}, {"E3": "uncertain", "E4": "uncertain"}, INDETERMINATE, id="no word of information"
    ),
]

LAWSUIT: list[Any] = [
    *(
        pytest.param({"/claims": [claim(foundedIn=founded)]}, {"E5": "not-met"}, NOT_MET, id=f"a {founded} claim")
        for founded in ("contract", "statute", "regulation")
    ),
    pytest.param(
        {"/claims": [claim(foundedIn="cutpa")]}, {"E5": "counsel"}, INDETERMINATE, id="unfair trade practices"
    ),
    pytest.param({"/claims": [claim(foundedIn=None)]}, {"E5": "uncertain"}, INDETERMINATE, id="foundation unknown"),
    pytest.param({"/claims": [claim(alleges="late-notice")]}, {"E5": "not-met"}, NOT_MET, id="alleges something else"),
    pytest.param({"/claims": [claim(alleges=None)]}, {"E5": "uncertain"}, INDETERMINATE, id="allegation unknown"),
    pytest.param(
        {"/claims": [claim(foundedIn="cutpa", alleges="late-notice")]},
        {"E5": "not-met"},
        NOT_MET,
        id="unfair trade practices, about something else",
    ),
    pytest.param(
        {"/claims": []}, {"E5": "uncertain", "E6": "uncertain"}, INDETERMINATE, id="no claim has been brought"
    ),
    pytest.param({"/claims": ABSENT}, {"E5": "uncertain", "E6": "uncertain"}, INDETERMINATE, id="claims absent"),
    pytest.param({"/claims": [{}]}, {"E5": "uncertain", "E6": "uncertain"}, INDETERMINATE, id="an empty claim"),
    pytest.param(
        {"/claims": [claim(), claim(foundedIn="contract")]}, {"E5": "not-met"}, NOT_MET, id="the worst claim: contract"
    ),
    pytest.param(
        {"/claims": [claim(foundedIn="cutpa"), claim()]}, {"E5": "counsel"}, INDETERMINATE, id="the worst claim: cutpa"
    ),
    pytest.param({"/claims": [claim(law="other")]}, {}, SUPPORTED, id="the Superior Court under another law"),
    pytest.param({"/claims": [claim(law=None)]}, {}, SUPPORTED, id="the Superior Court under a law unknown"),
    *(
        pytest.param(
            {"/claims": [claim(forum=forum)]}, {"E6": "counsel"}, INDETERMINATE, id=f"Connecticut law in {forum}"
        )
        for forum in ("federal-in-ct", "federal-elsewhere", "other-state")
    ),
    pytest.param(
        {"/claims": [claim(law="other", forum="federal-in-ct")]},
        {"E6": "counsel"},
        INDETERMINATE,
        id="another law in a federal court in Connecticut",
    ),
    *(
        pytest.param(
            {"/claims": [claim(law="other", forum=forum)]}, {"E6": "not-met"}, NOT_MET, id=f"another law in {forum}"
        )
        for forum in ("federal-elsewhere", "other-state")
    ),
    pytest.param({"/claims": [claim(forum=None)]}, {"E6": "uncertain"}, INDETERMINATE, id="forum unknown"),
    pytest.param(
        {"/claims": [claim(law=None, forum="other-state")]}, {"E6": "uncertain"}, INDETERMINATE, id="law unknown"
    ),
    pytest.param(
        {"/claims": [claim(), claim(law="other", forum="other-state")]},
        {"E6": "not-met"},
        NOT_MET,
        id="the worst claim: elsewhere",
    ),
    *(
        pytest.param({"/culpability": word}, {"E13": "counsel"}, INDETERMINATE, id=f"culpability {word}")
        for word in ("not-alleged", "alleged", "self-asserted-none", "unknown", None, ABSENT)
    ),
    *(
        pytest.param({"/culpability": word}, {"E13": "not-met"}, NOT_MET, id=f"culpability {word}")
        for word in ("gross-negligence", "wilful", "wanton")
    ),
]

PROGRAM: list[Any] = [
    *(
        pytest.param({place: False}, {element: "not-met"}, NOT_MET, id=f"{place} false")
        for place, element in PARTS_OF_THE_PROGRAM.items()
    ),
    *(
        pytest.param({place: unknown}, {element: "uncertain"}, INDETERMINATE, id=f"{place} {unknown}")
        for place, element in PARTS_OF_THE_PROGRAM.items()
        for unknown in (None, ABSENT)
    ),
    pytest.param({"/program/adopted": None}, {"E8": "uncertain"}, INDETERMINATE, id="adoption unknown"),
    pytest.param({"/program/adopted": "2026-03-01"}, {}, SUPPORTED, id="adopted on the first day"),
    pytest.param(
        {"/program/adopted": "2026-03-02"},
        {"E7": "uncertain", "E8": "not-met"},
        NOT_MET,
        id="adopted on the second day, yet marked as written throughout",
    ),
    pytest.param(
        {"/program/adopted": "2026-03-02", "/program/written": rows(("2026-03-02", None, "yes"))},
        {"E7": "uncertain", "E8": "not-met"},
        NOT_MET,
        id="adopted on the second day, and written from then on",
    ),
    pytest.param(
        {"/program/adopted": "2026-04-01", "/program/written": False},
        {"E7": "not-met", "E8": "not-met"},
        NOT_MET,
        id="adopted after the interval, and not written in it",
    ),
    pytest.param(
        {"/program": ABSENT},
        dict.fromkeys(("E7", "E8", "E9", "E10", "E11"), "uncertain"),
        INDETERMINATE,
        id="no word of the program",
    ),
]

EVERY_DAY: list[Any] = [
    pytest.param(
        {"/program/compliedWith": rows(("2023-01-10", None, "yes"))}, {}, SUPPORTED, id="a row that still holds"
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2026-03-01", "2026-03-20", "yes"))}, {}, SUPPORTED, id="both ends inclusive"
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2026-03-02", None, "yes"))},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="the first day has no row",
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2023-01-10", "2026-03-19", "yes"))},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="the last day has no row",
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2023-01-10", "2026-03-09", "yes"), ("2026-03-11", None, "yes"))},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="a gap of one day",
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2023-01-10", "2026-03-09", "yes"), ("2026-03-10", None, "yes"))},
        {},
        SUPPORTED,
        id="two rows that meet",
    ),
    pytest.param(
        {
            "/program/compliedWith": rows(
                ("2023-01-10", "2026-03-09", "yes"), ("2026-03-10", "2026-03-10", "no"), ("2026-03-11", None, "yes")
            )
        },
        {"E8": "not-met"},
        NOT_MET,
        id="a lapse of one day",
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2023-01-10", None, "yes"), ("2026-03-10", "2026-03-10", "no"))},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="rows that contradict each other on a day of the interval",
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2023-01-10", None, "yes"), ("2026-03-21", "2026-03-30", "no"))},
        {},
        SUPPORTED,
        id="rows that contradict each other after the interval",
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2023-01-10", None, "yes"), ("2026-02-01", "2026-02-28", "no"))},
        {},
        SUPPORTED,
        id="rows that contradict each other before the interval",
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2023-01-10", None, "yes"), ("2026-03-10", "2026-03-10", "unknown"))},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="a row that says unknown stands against one that says yes",
    ),
    pytest.param(
        {"/program/compliedWith": rows(("2023-01-10", "2026-03-09", "yes"), ("2026-03-10", None, "unknown"))},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="unknown from a day on",
    ),
    pytest.param({"/program/compliedWith": []}, {"E8": "uncertain"}, INDETERMINATE, id="a list without rows"),
    pytest.param(
        {"/program/compliedWith": rows((None, None, "yes"))},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="a row whose start is unknown",
    ),
    pytest.param(
        {"/program/compliedWith": [{"from": "2023-01-10", "status": "yes"}]},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="a row whose end is unknown",
    ),
    pytest.param(
        {"/program/compliedWith": [{"from": "2023-01-10", "to": None}]},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="a row whose status is unknown",
    ),
    pytest.param(
        {"/program/scale/activities": rows(("2023-01-10", "2026-03-05", "yes"), ("2026-03-06", None, "no"))},
        {"E11": "not-met"},
        NOT_MET,
        id="a factor dropped in the interval",
    ),
    pytest.param(
        {"/organisation/handles/processes": rows(("2023-01-10", None, "no"))},
        {},
        SUPPORTED,
        id="another handling stays",
    ),
    pytest.param(
        {"/information/publiclyAvailable": rows(("2026-03-20", None, "yes"), ("2020-01-01", "2026-03-19", "no"))},
        {"E4": "not-met"},
        NOT_MET,
        id="made public on the last day",
    ),
]

INTERVAL: list[Any] = [
    pytest.param(
        {"/breach/from": None},
        {"E6": "uncertain", "E7": "uncertain", "E8": "uncertain", "E12": "uncertain"},
        INDETERMINATE,
        id="the start of the breach is unknown",
    ),
    pytest.param(
        {"/breach": ABSENT},
        {"E3": "uncertain", "E6": "uncertain", "E7": "uncertain", "E8": "uncertain", "E12": "uncertain"},
        INDETERMINATE,
        id="no word of the breach",
    ),
    pytest.param({"/breach/to": ABSENT}, {"E12": "uncertain"}, INDETERMINATE, id="the end of the breach is unknown"),
    pytest.param(
        {"/breach/to": ABSENT, "/program/compliedWith": rows(("2026-03-01", "2026-03-05", "no"))},
        {"E8": "not-met", "E12": "uncertain"},
        NOT_MET,
        id="a no on the first day stands whenever the breach ended",
    ),
    pytest.param(
        {"/breach/to": ABSENT, "/program/compliedWith": rows(("2023-01-10", "2026-03-05", "yes"))},
        {"E8": "uncertain", "E12": "uncertain"},
        INDETERMINATE,
        id="days that the breach may have reached have no row",
    ),
    pytest.param(
        {"/breach/from": None, "/breach/to": "2021-09-01", "/program/adopted": "2020-01-01", "/conformity": []},
        {"E6": "counsel", "E7": "uncertain", "E8": "uncertain", "E12": "not-met"},
        NOT_MET,
        id="whenever it began, it was over before the act took effect",
    ),
    pytest.param(
        {"/breach/from": None, "/breach/failureFrom": "2025-01-01"},
        {"E6": "uncertain", "E7": "uncertain", "E8": "uncertain", "E12": "uncertain"},
        INDETERMINATE,
        id="with the intrusion unknown, the start stays unknown",
    ),
    pytest.param(
        {"/breach/failureFrom": "2025-06-01", "/program/compliedWith": rows(("2026-01-01", None, "yes"))},
        {"E8": "uncertain"},
        INDETERMINATE,
        id="the interval starts with the control failure",
    ),
    pytest.param(
        {"/breach/failureFrom": "2026-03-10", "/program/compliedWith": rows(("2026-03-01", None, "yes"))},
        {},
        SUPPORTED,
        id="a control failure that does not precede the intrusion moves nothing",
    ),
    pytest.param(
        {"/breach/failureFrom": "2021-09-30", "/program/adopted": "2021-01-01", "/conformity/0/from": "2024-06-01"},
        {"E6": "counsel", "E12": "not-met"},
        NOT_MET,
        id="a control failure before the act took effect",
    ),
]


@pytest.mark.parametrize(
    ("changes", "expected", "outcome"),
    [*ORGANISATION, *BREACH, *LAWSUIT, *PROGRAM, *EVERY_DAY, *INTERVAL],
)
def test_a_changed_fact_moves_exactly_the_elements_it_bears_on(
    ask: Callable[..., dict[str, Any]], changes: dict[str, Any], expected: dict[str, str], outcome: str
) -> None:
    answer = ask(changes)
    statuses = {element["id"]: element["status"] for element in answer["elements"]}
    assert statuses == dict.fromkeys((f"E{number}" for number in range(1, 14)), "met") | expected
    assert answer["outcome"] == answer["readings"]["wholeInterval"] == outcome


def test_the_reason_names_the_rows_that_contradict_each_other_and_the_day(ask: Callable[..., dict[str, Any]]) -> None:
    changes = {"/program/compliedWith": rows(("2023-01-10", None, "yes"), ("2026-03-10", "2026-03-11", "no"))}
    reason = ask(changes)["elements"][7]["reason"]
    assert "/program/compliedWith/0, /program/compliedWith/1" in reason
    assert "from 2026-03-10 to 2026-03-11" in reason.lower()


def test_each_claim_has_its_own_answer_in_the_reason(ask: Callable[..., dict[str, Any]]) -> None:
    elements = ask({"/claims": [claim(), claim(foundedIn="contract"), claim(foundedIn="cutpa")]})["elements"]
    reason = elements[4]["reason"]
    assert "claim 1 met" in reason.lower()
    assert "claim 2 not met" in reason
    assert "claim 3 counsel" in reason


def test_many_claims_are_counted_rather_than_listed(ask: Callable[..., dict[str, Any]]) -> None:
    assert "and 5 more claims" in ask({"/claims": [claim()] * 25})["elements"][4]["reason"]


def test_exhibits_of_the_deciding_rows_come_with_the_answer(ask: Callable[..., dict[str, Any]]) -> None:
    dated = [
        {"from": "2023-01-10", "to": "2026-03-09", "status": "yes", "exhibits": ["A", "B"]},
        {"from": "2026-03-10", "to": None, "status": "yes", "exhibits": ["B", "C"]},
    ]
    assert ask({"/program/compliedWith": dated})["elements"][7]["exhibits"] == ["A", "B", "C"]


def test_more_than_three_lapses_are_counted_rather_than_listed(ask: Callable[..., dict[str, Any]]) -> None:
    lapses = rows(*((f"2026-03-{day:02}", f"2026-03-{day:02}", "no" if day % 2 else "yes") for day in range(1, 21)))
    assert "and 7 more periods" in ask({"/program/maintained": lapses})["elements"][7]["reason"]
