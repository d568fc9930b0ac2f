"""E12, the readings and the at-risk rule: frameworks, editions, routes, gaps and contradictions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

ABSENT = "<absent>"
NOT_MET, INDETERMINATE = "element-not-met", "indeterminate"
AT_RISK, SUPPORTED = "at-risk", "record-supports-all-elements"

Ask = Callable[..., dict[str, Any]]


def row(framework: str, edition: str, first: str | None, last: str | None = None, **changes: Any) -> dict[str, Any]:
    given = {"framework": framework, "edition": edition, "status": "conforms", "from": first, "to": last}
    return {**given, "assertedBy": "chief executive", **changes}


def asked(rows: Any, first: str = "2026-03-01", last: str = "2026-03-20", **changes: Any) -> dict[str, Any]:
    return {"/conformity": rows, "/breach/from": first, "/breach/to": last, "/program/adopted": "2003-01-01", **changes}


CSF = row("nist-csf", "2.0", "2024-06-01")
PCI = row("pci-dss", "4.0.1", "2024-06-11")
HIPAA = row("hipaa", "2013", "2013-01-25")
PAIR = [row("nist-800-53", "5.2.0", "2025-08-27"), row("nist-800-53a", "5.2.0", "2025-08-27")]

STANDING: list[Any] = [
    *(
        pytest.param(asked([row(framework, edition, first)]), "met", SUPPORTED, id=f"Route A: {framework} {edition}")
        for framework, edition, first in (
            ("nist-csf", "2.0", "2024-02-26"),
            ("nist-800-171", "r3", "2024-05-14"),
            ("cis-controls", "8.1", "2024-06-25"),
            ("iso-27001", "2022", "2022-10-25"),
            ("fedramp", "rev5", "2023-05-30"),
        )
    ),
    pytest.param(asked(PAIR), "met", SUPPORTED, id="Route A: the pair"),
    pytest.param(asked(PAIR[:1]), "not-met", NOT_MET, id="SP 800-53 without 53A"),
    pytest.param(asked(PAIR[1:]), "not-met", NOT_MET, id="SP 800-53A without 53"),
    pytest.param(
        asked([PAIR[0], {**PAIR[1], "status": "unknown"}]), "uncertain", INDETERMINATE, id="half of the pair unknown"
    ),
    pytest.param(
        asked([PAIR[0], {**PAIR[1], "status": "partly"}]), "counsel", INDETERMINATE, id="half of the pair in part"
    ),
    pytest.param(
        asked([PAIR[0], {**PAIR[1], "to": "2026-03-10"}]),
        "not-met",
        NOT_MET,
        id="half of the pair ends in mid-interval",
    ),
    pytest.param(asked([PCI]), "not-met", NOT_MET, id="PCI DSS alone"),
    pytest.param(asked([{**PCI, "status": "unknown"}]), "not-met", NOT_MET, id="PCI DSS alone, unknown"),
    pytest.param(asked([PCI, CSF]), "met", SUPPORTED, id="PCI DSS with a framework of Route A"),
    pytest.param(
        asked([row("pci-dss", "4.0", "2022-03-31"), CSF]),
        "met",
        SUPPORTED,
        id="a stale PCI DSS does no harm beside CSF",
    ),
    pytest.param(
        asked([PCI, row("nist-csf", "1.1", "2018-04-16")]), "not-met", NOT_MET, id="PCI DSS with a stale framework"
    ),
    pytest.param(asked([PCI, {**CSF, "status": "partly"}]), "counsel", INDETERMINATE, id="PCI DSS with CSF in part"),
    pytest.param(
        asked([PCI, HIPAA], **{"/organisation/regulatedBy": []}),
        "not-met",
        NOT_MET,
        id="PCI DSS with HIPAA, not subject to HIPAA",
    ),
    pytest.param(asked([PCI, HIPAA]), "met", SUPPORTED, id="PCI DSS with HIPAA, subject to HIPAA: Route B alone"),
    *(
        pytest.param(
            asked([row(regime, edition, "2024-05-13")], **{"/organisation/regulatedBy": [regime]}),
            "met",
            SUPPORTED,
            id=f"Route B: {regime}",
        )
        for regime, edition in (("hipaa", "2013"), ("hitech", "2009"), ("glba", "2023"), ("fisma", "2014"))
    ),
    pytest.param(
        asked([HIPAA], **{"/organisation/regulatedBy": ["glba"]}), "not-met", NOT_MET, id="Route B: another law"
    ),
    pytest.param(
        asked([HIPAA], **{"/organisation/regulatedBy": None}), "uncertain", INDETERMINATE, id="Route B: not known"
    ),
    pytest.param(
        asked([HIPAA, CSF], **{"/organisation/regulatedBy": ABSENT}),
        "met",
        SUPPORTED,
        id="Route A stands whatever is known of Route B",
    ),
    pytest.param(asked([{**CSF, "status": "partly"}]), "counsel", INDETERMINATE, id="in part"),
    pytest.param(asked([{**CSF, "status": "does-not"}]), "not-met", NOT_MET, id="does not conform"),
    pytest.param(asked([{**CSF, "status": "unknown"}]), "uncertain", INDETERMINATE, id="unknown"),
    pytest.param(asked([{**CSF, "status": None}]), "uncertain", INDETERMINATE, id="status null"),
    pytest.param(asked([]), "not-met", NOT_MET, id="a complete list without rows"),
    pytest.param(asked(None), "uncertain", INDETERMINATE, id="conformity null"),
    pytest.param({"/conformity": ABSENT}, "uncertain", INDETERMINATE, id="conformity absent"),
    pytest.param(asked([{**CSF, "assertedBy": None}]), "met", SUPPORTED, id="no named officer"),
    pytest.param(asked([{**CSF, "assertedBy": None}, CSF]), "met", SUPPORTED, id="one of two rows names the officer"),
    pytest.param(
        asked([{key: value for key, value in CSF.items() if key != "to"}]),
        "uncertain",
        INDETERMINATE,
        id="the end of the row is unknown",
    ),
    pytest.param(asked([{**CSF, "from": None}]), "uncertain", INDETERMINATE, id="the start of the row is unknown"),
    pytest.param(asked([{**CSF, "edition": None}]), "uncertain", INDETERMINATE, id="the edition is unknown"),
    pytest.param(asked([{**CSF, "framework": None}]), "uncertain", INDETERMINATE, id="the framework is unknown"),
    pytest.param(
        asked([{**CSF, "framework": None, "edition": None, "status": "does-not"}]),
        "not-met",
        NOT_MET,
        id="some framework is not conformed to",
    ),
    pytest.param(
        asked([{**PAIR[0], "edition": None}, PAIR[1]]), "uncertain", INDETERMINATE, id="an edition of the pair unknown"
    ),
    pytest.param(
        asked([{**CSF, "from": None, "status": "does-not"}]),
        "not-met",
        NOT_MET,
        id="does not conform, since when unknown",
    ),
]

DAY_BY_DAY: list[Any] = [
    pytest.param(asked([{**CSF, "to": "2026-03-20"}]), "met", SUPPORTED, id="to the last day"),
    pytest.param(asked([{**CSF, "to": "2026-03-19"}]), "not-met", NOT_MET, id="to the last day but one"),
    pytest.param(asked([{**CSF, "from": "2026-03-02"}]), "not-met", NOT_MET, id="from the second day"),
    pytest.param(
        asked([{**CSF, "to": "2026-03-09"}, {**CSF, "from": "2026-03-11"}]), "not-met", NOT_MET, id="a lapse of one day"
    ),
    pytest.param(
        asked([{**CSF, "to": "2026-03-09"}, row("iso-27001", "2022", "2026-03-10")]),
        "met",
        SUPPORTED,
        id="each day rests on a different route",
    ),
    pytest.param(
        asked([{**CSF, "to": "2026-03-09"}, row("hipaa", "2013", "2026-03-10")]),
        "met",
        SUPPORTED,
        id="from Route A to Route B in mid-interval",
    ),
    pytest.param(
        asked([CSF, {**CSF, "from": "2026-03-05", "to": "2026-03-06", "status": "does-not"}]),
        "uncertain",
        INDETERMINATE,
        id="two rows contradict each other",
    ),
    pytest.param(
        asked([CSF, {**CSF, "from": "2026-03-05", "to": "2026-03-06", "status": "partly"}]),
        "uncertain",
        INDETERMINATE,
        id="conforms and partly contradict each other",
    ),
    pytest.param(
        asked(
            [
                CSF,
                {**CSF, "from": "2026-03-05", "to": "2026-03-06", "status": "does-not"},
                row("iso-27001", "2022", "2026-03-05", "2026-03-06"),
            ]
        ),
        "met",
        SUPPORTED,
        id="another route stands on the days of the contradiction",
    ),
    pytest.param(
        asked([CSF, {**CSF, "edition": "1.1", "status": "does-not"}]),
        "met",
        SUPPORTED,
        id="editions do not contradict each other",
    ),
    pytest.param(
        asked([CSF, {**CSF, "edition": None, "status": "does-not"}]),
        "uncertain",
        INDETERMINATE,
        id="a row without an edition may contradict",
    ),
    pytest.param(
        asked([CSF, {**CSF, "from": None, "to": "2026-03-31", "status": "does-not"}]),
        "uncertain",
        INDETERMINATE,
        id="a row without a start may contradict",
    ),
    pytest.param(
        asked([row("nist-csf", "1.1", "2018-04-16"), CSF], "2024-06-01", "2024-12-31"),
        "met",
        SUPPORTED,
        id="to the new edition inside the six months",
    ),
    pytest.param(
        asked([row("nist-csf", "1.1", "2018-04-16"), {**CSF, "from": "2024-08-27"}], "2024-06-01", "2024-12-31"),
        "met",
        SUPPORTED,
        id="to the new edition on the day after the six months",
    ),
    pytest.param(
        asked([row("nist-csf", "1.1", "2018-04-16"), {**CSF, "from": "2024-08-28"}], "2024-06-01", "2024-12-31"),
        "not-met",
        NOT_MET,
        id="to the new edition two days after the six months",
    ),
]


@pytest.mark.parametrize(("changes", "e12", "outcome"), [*STANDING, *DAY_BY_DAY])
def test_conformity_alone_decides_e12(ask: Ask, changes: dict[str, Any], e12: str, outcome: str) -> None:
    answer = ask(changes)
    statuses = {element["id"]: element["status"] for element in answer["elements"]}
    assert statuses.pop("E12") == e12
    assert set(statuses.values()) == {"met"}
    assert answer["outcome"] == outcome


SIX_MONTHS = [
    ("nist-csf", "1.0", "2018-10-16"),
    ("nist-csf", "1.1", "2024-08-26"),
    ("nist-800-171", "r1", "2020-08-21"),
    ("nist-800-171", "r2", "2024-11-14"),
    ("nist-800-53", "r4", "2021-03-23"),
    ("nist-800-53", "r5", "2024-05-07"),
    ("nist-800-53", "5.1.1", "2026-02-27"),
    ("nist-800-53a", "r4", "2022-07-25"),
    ("nist-800-53a", "r5", "2024-05-07"),
    ("nist-800-53a", "5.1.1", "2026-02-27"),
    ("fedramp", "rev4", "2023-11-30"),
    ("fedramp", "rev5", "2026-12-24"),
    ("cis-controls", "7", "2019-10-04"),
    ("cis-controls", "7.1", "2021-11-18"),
    ("cis-controls", "8", "2024-12-25"),
    ("iso-27001", "2005", "2014-04-01"),
    ("iso-27001", "2013", "2023-04-25"),
    ("hipaa", "2003", "2013-07-25"),
    ("glba", "2002", "2022-06-09"),
    ("glba", "2021", "2024-05-13"),
]

PUBLISHED = {
    ("nist-csf", "1.0"): "2014-02-12",
    ("nist-csf", "1.1"): "2018-04-16",
    ("nist-800-171", "r1"): "2016-12-20",
    ("nist-800-171", "r2"): "2020-02-21",
    ("nist-800-53", "r4"): "2013-04-30",
    ("nist-800-53", "r5"): "2020-09-23",
    ("nist-800-53", "5.1.1"): "2023-11-07",
    ("nist-800-53a", "r4"): "2014-12-18",
    ("nist-800-53a", "r5"): "2022-01-25",
    ("nist-800-53a", "5.1.1"): "2023-11-07",
    ("fedramp", "rev4"): "2014-06-01",
    ("fedramp", "rev5"): "2023-05-30",
    ("cis-controls", "7"): "2018-03-19",
    ("cis-controls", "7.1"): "2019-04-04",
    ("cis-controls", "8"): "2021-05-18",
    ("iso-27001", "2005"): "2005-10-15",
    ("iso-27001", "2013"): "2013-10-01",
    ("hipaa", "2003"): "2003-02-20",
    ("glba", "2002"): "2002-05-23",
    ("glba", "2021"): "2021-12-09",
}

OTHER_HALF = {
    ("nist-800-53", "r4"): row("nist-800-53a", "r4", "2014-12-18"),
    ("nist-800-53", "r5"): row("nist-800-53a", "5.1.1", "2023-11-07"),
    ("nist-800-53", "5.1.1"): row("nist-800-53a", "5.2.0", "2025-08-27"),
    ("nist-800-53a", "r4"): row("nist-800-53", "r5", "2020-09-23"),
    ("nist-800-53a", "r5"): row("nist-800-53", "5.1.1", "2023-11-07"),
    ("nist-800-53a", "5.1.1"): row("nist-800-53", "5.2.0", "2025-08-27"),
}


@pytest.mark.parametrize(("framework", "edition", "six_months"), SIX_MONTHS)
@pytest.mark.parametrize(("days", "e12"), [(-1, "met"), (0, "met"), (1, "not-met")])
def test_an_edition_counts_to_its_six_month_date_and_not_a_day_longer(
    ask: Ask, framework: str, edition: str, six_months: str, days: int, e12: str
) -> None:
    day = (date.fromisoformat(six_months) + timedelta(days=days)).isoformat()
    half = OTHER_HALF.get((framework, edition))
    rows = [row(framework, edition, PUBLISHED[framework, edition]), *([half] if half is not None else [])]
    regimes = [framework] if framework in {"hipaa", "glba"} else []
    answer = ask(asked(rows, day, day, **{"/organisation/regulatedBy": regimes, "/program/adopted": "2002-01-01"}))
    assert answer["elements"][11]["status"] == e12
    assert answer["elements"][5]["status"] == ("met" if day >= "2021-10-01" else "counsel")
    if day >= "2021-10-01":
        assert answer["outcome"] == (AT_RISK if e12 == "met" else NOT_MET)


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        ("2024-05-27", SUPPORTED),
        ("2024-05-28", AT_RISK),
        ("2024-08-25", AT_RISK),
        ("2024-08-26", AT_RISK),
        ("2024-08-27", NOT_MET),
    ],
)
def test_a_clock_puts_the_answer_at_risk_from_90_days_before_its_end(ask: Ask, last: str, outcome: str) -> None:
    answer = ask(asked([row("nist-csf", "1.1", "2018-04-16")], "2024-04-01", last))
    assert answer["outcome"] == outcome


@pytest.mark.parametrize(
    ("rows", "last", "outcome"),
    [
        pytest.param([row("iso-27001", "2022", "2022-10-25")], "2024-08-01", SUPPORTED, id="a route without a clock"),
        pytest.param([row("cis-controls", "8", "2021-05-18")], "2024-08-01", SUPPORTED, id="a clock that ends later"),
        pytest.param([row("cis-controls", "8", "2021-05-18")], "2024-08-26", SUPPORTED, id="a clock of 121 days more"),
        pytest.param(
            [row("nist-800-171", "r2", "2020-02-21")], "2024-08-20", AT_RISK, id="both clocks end within 90 days"
        ),
        pytest.param(
            [row("iso-27001", "2022", "2022-10-25", "2024-07-31")],
            "2024-08-01",
            AT_RISK,
            id="the other route does not stand on the last day",
        ),
        pytest.param(
            [row("iso-27001", "2022", "2022-10-25", status="partly")], "2024-08-01", AT_RISK, id="the other in part"
        ),
        pytest.param([row("nist-csf", "2.0", "2024-08-01")], "2024-08-01", SUPPORTED, id="already on the new edition"),
        pytest.param(
            [row("pci-dss", "4.0.1", "2024-06-11")], "2024-08-01", AT_RISK, id="PCI DSS is no route without the other"
        ),
    ],
)
def test_another_standing_route_takes_the_risk_away(
    ask: Ask, rows: list[dict[str, Any]], last: str, outcome: str
) -> None:
    assert ask(asked([row("nist-csf", "1.1", "2018-04-16"), *rows], "2024-07-01", last))["outcome"] == outcome


def test_the_pair_is_at_risk_when_either_clock_is(ask: Ask) -> None:
    rows = [row("nist-800-53", "5.2.0", "2025-08-27"), row("nist-800-53a", "5.1.1", "2023-11-07")]
    assert ask(asked(rows, "2026-01-10", "2026-01-20"))["outcome"] == AT_RISK


@pytest.mark.parametrize(
    ("edition", "day", "patches", "e12"),
    [
        ("r5", "2024-05-07", True, "met"),
        ("r5", "2024-05-08", True, "not-met"),
        ("r5", "2024-05-08", False, "met"),
        ("r5", "2026-02-27", False, "met"),
        ("r5", "2026-02-28", False, "not-met"),
        ("5.1.1", "2026-02-27", True, "met"),
        ("5.1.1", "2026-02-27", False, "met"),
        ("5.1.1", "2026-02-28", False, "not-met"),
        ("5.2.0", "2026-02-28", True, "met"),
        ("5.2.0", "2026-02-28", False, "met"),
    ],
)
def test_a_patch_release_starts_a_clock_only_under_the_reading_that_says_so(
    ask: Ask, edition: str, day: str, patches: bool, e12: str
) -> None:
    published = {"r5": "2022-01-25", "5.1.1": "2023-11-07", "5.2.0": "2025-08-27"}[edition]
    rows = [row("nist-800-53", edition, published), row("nist-800-53a", edition, published)]
    answer = ask(asked(rows, day, day, **{"/policy/patchReleasesAreRevisions": patches}))
    assert answer["elements"][11]["status"] == e12


@pytest.mark.parametrize(
    ("clock", "day", "e12"),
    [
        ("earlier", "2024-05-13", "met"),
        ("earlier", "2024-05-14", "not-met"),
        ("publication", "2024-05-14", "not-met"),
        ("later", "2024-05-14", "met"),
        ("later", "2024-11-13", "met"),
        ("effective", "2024-11-13", "met"),
        ("later", "2024-11-14", "not-met"),
        (None, "2024-05-14", "not-met"),
    ],
)
def test_an_amended_law_runs_from_the_day_that_the_policy_names(
    ask: Ask, clock: str | None, day: str, e12: str
) -> None:
    law = {"/organisation/regulatedBy": ["glba"], "/policy/amendedLawClock": clock}
    answer = ask(asked([row("glba", "2021", "2021-12-09")], day, day, **law))
    assert answer["elements"][11]["status"] == e12


def test_a_month_without_a_day_leaves_its_days_uncertain(ask: Ask) -> None:
    def on(day: str) -> str:
        return str(ask(asked([row("fedramp", "rev4", "2014-06-01")], day, day))["elements"][11]["status"])

    assert [on("2014-06-01"), on("2014-06-29"), on("2014-06-30")] == ["uncertain", "uncertain", "met"]


def test_a_day_six_months_after_the_last_review_of_the_editions_is_uncertain(ask: Ask) -> None:
    def on(day: str) -> str:
        return str(ask(asked([CSF], day, day))["elements"][11]["status"])

    assert [on("2027-05-21"), on("2027-05-22")] == ["met", "uncertain"]


@pytest.mark.parametrize(
    ("changes", "whole", "at_breach"),
    [
        pytest.param(asked([{**CSF, "to": "2026-03-10"}]), NOT_MET, SUPPORTED, id="a lapse after the first day"),
        pytest.param(asked([{**CSF, "from": "2026-03-02"}]), NOT_MET, NOT_MET, id="a lapse on the first day"),
        pytest.param(
            asked([{**CSF, "from": "2026-03-01"}], **{"/breach/failureFrom": "2026-02-01"}),
            NOT_MET,
            SUPPORTED,
            id="conformity began with the intrusion, after the control failure",
        ),
        pytest.param(
            asked([CSF], **{"/program/maintained": [{"from": "2023-01-01", "to": "2026-03-10", "status": "yes"}]}),
            INDETERMINATE,
            INDETERMINATE,
            id="the program's upkeep is asked for on every day under both readings",
        ),
        pytest.param(
            asked([row("nist-csf", "1.1", "2018-04-16")], "2024-08-01", "2024-08-31"),
            NOT_MET,
            AT_RISK,
            id="the clock ran out in the interval",
        ),
        pytest.param({"/breach/from": None}, INDETERMINATE, INDETERMINATE, id="the first day is unknown"),
    ],
)
def test_both_readings_of_when_conformity_is_needed_are_given(
    ask: Ask, changes: dict[str, Any], whole: str, at_breach: str
) -> None:
    assert ask(changes)["readings"] == {"wholeInterval": whole, "atBreach": at_breach}
