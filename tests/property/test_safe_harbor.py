"""For thousands of facts documents: less knowledge never turns an answer into *met*, and days decide as they should."""

import copy
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from charteroak.law.editions import load_frameworks
from charteroak.law.facts import FactStatus, parse_facts
from charteroak.law.facts.dated import DatedFact, DatedRow, Sentence, answers
from charteroak.law.facts.words import (
    BreachException,
    ConformityStatus,
    Culpability,
    Forum,
    FoundedIn,
    LawOfClaim,
    OrganisationKind,
    Regime,
)
from charteroak.law.safe_harbor import determine
from charteroak.law.timeline import Period, Status

SAMPLE = json.loads((Path(__file__).parents[1] / "assets" / "safe_harbor" / "sample.json").read_text(encoding="utf-8"))
START, LAST = date(2026, 3, 1), date(2026, 3, 20)
DAYS = st.integers(-4, 24).map(lambda number: START + timedelta(days=number))
TRUTHS = st.sampled_from([True, None, False])


@st.composite
def dated_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for _ in range(draw(st.integers(0, 3))):
        first, last = sorted([draw(DAYS), draw(DAYS)])
        status = draw(st.sampled_from(["yes", "yes", "no", "unknown"]))
        rows.append(
            {"from": first.isoformat(), "to": draw(st.sampled_from([last.isoformat(), None])), "status": status}
        )
    return rows


STATUSES = [status for status in ConformityStatus if not status.startswith("implementation-group")]
"""The groups are of the CIS Controls alone; vignettes of Texas ask about them."""


@st.composite
def conformity_rows(draw: st.DrawFn) -> dict[str, Any]:
    """A row that is not refused: it begins on or after the day of publication."""
    framework = draw(st.sampled_from(list(load_frameworks().values())))
    edition = draw(st.sampled_from(framework.editions[-2:]))
    first = max(draw(st.sampled_from([date(2020, 1, 1), date(2020, 1, 1), *[START] * 2])), edition.published_latest)
    last = draw(st.none() | DAYS)
    return {
        "framework": framework.code,
        "edition": edition.code,
        "status": draw(st.sampled_from([*["conforms"] * 4, *STATUSES])),
        "from": first.isoformat(),
        "to": None if last is None or last < first else last.isoformat(),
        "assertedBy": draw(st.sampled_from(["chief executive", "chief executive", "chief executive", None])),
    }


DATED = TRUTHS | dated_rows()
CONFORMITY = st.lists(conformity_rows(), max_size=4)
CLAIMS = st.lists(
    st.fixed_dictionaries(
        {
            "foundedIn": st.sampled_from(["tort", *FoundedIn, None]),
            "alleges": st.sampled_from(["failure-of-reasonable-controls", "late-notice", None]),
            "law": st.sampled_from([*LawOfClaim, None]),
            "forum": st.sampled_from(["ct-superior", *Forum, None]),
        }
    ),
    max_size=2,
)
CHANGES = {
    ("organisation", "kind"): st.sampled_from([*OrganisationKind, None]),
    ("organisation", "regulatedBy"): st.lists(st.sampled_from(list(Regime)), max_size=2) | st.none(),
    ("claims",): CLAIMS,
    ("conformity",): CONFORMITY | st.none(),
    ("culpability",): st.sampled_from([*Culpability, None]),
    ("breach", "exception"): st.sampled_from([*BreachException]),
    **{("breach", key): TRUTHS for key in ("access", "acquisition", "materialRisk")},
    **{("organisation", "handles", key): DATED for key in SAMPLE["organisation"]["handles"]},
    **{("information", key): DATED for key in SAMPLE["information"]},
    **{("program", key): DATED for key in ("written", "maintained", "compliedWith")},
    **{
        ("program", part, key): DATED
        for part in ("safeguards", "objectives", "scale")
        for key in SAMPLE["program"][part]
    },
}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """The sample, which supports every element, with up to five places changed, and often other frameworks."""
    document: dict[str, Any] = copy.deepcopy(SAMPLE)
    if draw(st.booleans()):
        document["conformity"] = draw(CONFORMITY)
    for path in draw(st.lists(st.sampled_from(sorted(CHANGES)), max_size=5, unique=True)):
        holder: Any = document
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = draw(CHANGES[path])
    return document


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every key of the document, however deep."""
    found: list[tuple[str | int, ...]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [(*path, key), *places(inner, (*path, key))]
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places(inner, (*path, index))
    return found


def without(document: dict[str, Any], path: tuple[str | int, ...], *, as_null: bool) -> dict[str, Any]:
    altered = copy.deepcopy(document)
    holder: Any = altered
    for step in path[:-1]:
        holder = holder[step]
    if as_null:
        holder[path[-1]] = None
    else:
        del holder[path[-1]]
    return altered


def statuses(document: dict[str, Any]) -> dict[str, str]:
    return {element["id"]: element["status"] for element in determine(parse_facts(document)).to_json()["elements"]}


# Null is a statement of its own here: still going on, no exclusion, an interval that starts with the breach.
STATEMENTS = {"to", "exception", "failureFrom"}


@given(documents(), st.data())
def test_a_fact_that_is_forgotten_never_turns_an_answer_into_met(document: dict[str, Any], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(document)))
    as_null = path[-1] not in STATEMENTS and data.draw(st.booleans())
    before, after = statuses(document), statuses(without(document, path, as_null=as_null))
    assert [element for element in before if before[element] != "met" and after[element] == "met"] == []


@given(documents(), st.data())
def test_null_and_absent_mean_the_same_where_null_means_unknown(document: dict[str, Any], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in places(document) if path[-1] not in STATEMENTS]))
    absent, null = without(document, path, as_null=False), without(document, path, as_null=True)
    assert determine(parse_facts(absent)).to_json() == determine(parse_facts(null)).to_json()


@given(documents())
def test_an_outcome_of_support_rests_on_thirteen_times_met(document: dict[str, Any]) -> None:
    answer = determine(parse_facts(document)).to_json()
    met = {element["status"] for element in answer["elements"]} == {"met"}
    assert met == (answer["outcome"] in {"record-supports-all-elements", "at-risk"})


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.sampled_from(FactStatus)), max_size=5))
def test_a_dated_fact_answers_each_day_as_its_rows_say(given_rows: list[tuple[int, int, FactStatus]]) -> None:
    rows = [(min(first, last) + 1, max(first, last) + 1, status) for first, last, status in given_rows]
    fact = DatedFact.of(
        *(DatedRow(Period(date.fromordinal(first), date.fromordinal(last)), status) for first, last, status in rows)
    )
    timeline = answers(fact, Sentence("/x", "it is so", "it is not so"))
    for day in range(1, 25):
        said = {status for first, last, status in rows if first <= day <= last}
        expected = {
            frozenset({FactStatus.YES}): Status.MET,
            frozenset({FactStatus.NO}): Status.NOT_MET,
        }.get(frozenset(said), Status.UNCERTAIN)
        assert timeline.on(day).status is expected


ORDER = ["not-met", "uncertain", "counsel", "met"]


def worst(values: list[str]) -> str:
    return min(values, key=ORDER.index)


def best(values: list[str]) -> str:
    return max(values, key=ORDER.index, default="not-met")


def told_of(rows: list[dict[str, Any]], framework: str, edition: str, day: str) -> str:
    """What the rows say of one edition on one day, read off the specification row by row."""
    own = [row for row in rows if (row["framework"], row["edition"]) == (framework, edition)]
    covering = [row for row in own if row["from"] <= day and (row["to"] is None or day <= row["to"])]
    said = {row["status"] for row in covering}
    if len(said) != 1:
        return "uncertain" if said else "not-met"
    words = {"conforms": "met", "partly": "counsel", "reasonably": "counsel", "does-not": "not-met"}
    return words.get(said.pop() or "unknown", "uncertain")


def e12_on(document: dict[str, Any], day: str) -> str:
    """E12 on one day, the long way round: every edition, every route."""
    rows = document["conformity"]
    if rows is None:
        return "uncertain"
    regimes = document["organisation"]["regulatedBy"]

    def framework(code: str) -> str:
        editions = load_frameworks()[code].editions
        answers_of_editions = []
        for index, edition in enumerate(editions):
            later = [one for one in editions[index + 1 :] if one.published.isoformat() <= day]
            counts = edition.published.isoformat() <= day
            if later and day > SIX_MONTHS_AFTER[code, later[0].code]:
                counts = False
            answers_of_editions.append(told_of(rows, code, edition.code, day) if counts else "not-met")
        return best(answers_of_editions)

    routes = [framework(code) for code in ("nist-csf", "nist-800-171", "fedramp", "cis-controls", "iso-27001")]
    routes.append(worst([framework("nist-800-53"), framework("nist-800-53a")]))
    for regime in Regime:
        subject = "uncertain" if regimes is None else "met" if regime in regimes else "not-met"
        routes.append(worst([framework(regime), subject]))
    return best(routes)


SIX_MONTHS_AFTER = {
    ("nist-csf", "2.0"): "2024-08-26",
    ("nist-csf", "1.1"): "2018-10-16",
    ("nist-800-171", "r2"): "2020-08-21",
    ("nist-800-171", "r3"): "2024-11-14",
    ("nist-800-53", "r5"): "2021-03-23",
    ("nist-800-53", "5.1.1"): "2024-05-07",
    ("nist-800-53", "5.2.0"): "2026-02-27",
    ("nist-800-53a", "r5"): "2022-07-25",
    ("nist-800-53a", "5.1.1"): "2024-05-07",
    ("nist-800-53a", "5.2.0"): "2026-02-27",
    ("fedramp", "rev5"): "2023-11-30",
    ("fedramp", "cr26"): "2026-12-24",
    ("cis-controls", "7.1"): "2019-10-04",
    ("cis-controls", "8"): "2021-11-18",
    ("cis-controls", "8.1"): "2024-12-25",
    ("iso-27001", "2013"): "2014-04-01",
    ("iso-27001", "2022"): "2023-04-25",
    ("hipaa", "2013"): "2013-07-25",
    ("glba", "2021"): "2022-06-09",
    ("glba", "2023"): "2024-05-13",
}


@given(documents())
def test_e12_is_the_worst_day_of_a_day_by_day_reading(document: dict[str, Any]) -> None:
    days = [(START + timedelta(days=number)).isoformat() for number in range((LAST - START).days + 1)]
    answer = determine(parse_facts(document)).to_json()
    assert answer["elements"][11]["status"] == worst([e12_on(document, day) for day in days])


@given(st.lists(conformity_rows(), max_size=5), st.integers(-40, 330))
def test_e12_on_one_day_is_what_the_long_way_round_says(rows: list[dict[str, Any]], offset: int) -> None:
    day = (date(2026, 1, 15) + timedelta(days=offset)).isoformat()
    document = {"organisation": {"regulatedBy": ["hipaa", "glba"]}, "breach": {"from": day, "to": day}}
    document["conformity"] = [{**row, "to": None} for row in rows]
    answer = determine(parse_facts(document)).to_json()
    assert answer["elements"][11]["status"] == e12_on(document, day)
