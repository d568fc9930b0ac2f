"""The edition clock: publication days, six-month dates, two revisions inside one window, month ends."""

from datetime import date

import pytest

from charteroak.law.clocks import clocks_on
from charteroak.law.editions import STRICT, AmendedLawClock, Edition, EditionPolicy, Framework, load_frameworks
from charteroak.law.errors import FactsError

CODES = {
    "nist-csf": ["1.0", "1.1", "2.0"],
    "nist-800-171": ["r1", "r2", "r3"],
    "nist-800-53": ["r4", "r5", "5.1.1", "5.2.0"],
    "nist-800-53a": ["r4", "r5", "5.1.1", "5.2.0"],
    "fedramp": ["rev4", "rev5", "cr26"],
    "cis-controls": ["7", "7.1", "8", "8.1"],
    "iso-27001": ["2005", "2013", "2022"],
    "pci-dss": ["3.2.1", "4.0", "4.0.1"],
    "hipaa": ["2003", "2013"],
    "hitech": ["2009"],
    "glba": ["2002", "2021", "2023"],
    "fisma": ["2014"],
}


def edition(code: str, published: date, *, effective: date | None = None, patch: bool = False) -> Edition:
    return Edition(code, published, published, effective, None, patch, "high", "made up", "")


def framework(*editions: Edition) -> Framework:
    return Framework("x", "X", "X", "A", False, None, "", editions, date(2026, 11, 21))


def test_every_framework_and_edition_of_the_interface_is_listed_and_no_other() -> None:
    listed = {code: [edition.code for edition in one.editions] for code, one in load_frameworks().items()}
    assert listed == CODES


def test_editions_stand_in_the_order_of_publication_and_say_where_they_come_from() -> None:
    for one in load_frameworks().values():
        days = [edition.published for edition in one.editions]
        assert days == sorted(set(days))
        assert all(edition.source and edition.confidence in {"high", "medium"} for edition in one.editions)
        assert one.reviewed_on == date(2026, 11, 21)


def test_only_release_5_1_1_of_the_pair_is_a_patch_release() -> None:
    patches = {(one.code, e.code) for one in load_frameworks().values() for e in one.editions if e.patch}
    assert patches == {("nist-800-53", "5.1.1"), ("nist-800-53a", "5.1.1")}


def test_the_halves_of_the_pair_name_each_other() -> None:
    pairs = {one.code: one.pair for one in load_frameworks().values() if one.pair is not None}
    assert pairs == {"nist-800-53": "nist-800-53a", "nist-800-53a": "nist-800-53"}


@pytest.mark.parametrize(
    ("code", "superseded", "deadline"),
    [("pci-dss", "3.2.1", date(2022, 9, 30)), ("pci-dss", "4.0", date(2024, 12, 11))],
)
def test_the_publishers_own_sunset_does_not_move_the_clock(code: str, superseded: str, deadline: date) -> None:
    one = load_frameworks()[code]
    assert one.window(one.edition(superseded)).deadline == deadline


@pytest.mark.parametrize(
    ("published", "deadline"),
    [
        (date(2023, 8, 31), date(2024, 2, 29)),
        (date(2024, 8, 31), date(2025, 2, 28)),
        (date(2024, 3, 31), date(2024, 9, 30)),
        (date(2024, 12, 31), date(2025, 6, 30)),
        (date(2024, 2, 29), date(2024, 8, 29)),
    ],
)
def test_six_months_are_calendar_months_clamped_to_the_months_end(published: date, deadline: date) -> None:
    one = framework(edition("1", date(2020, 1, 1)), edition("2", published))
    assert one.window(one.editions[0]).deadline == deadline


def test_two_revisions_inside_one_window_each_have_their_own_clock() -> None:
    one = framework(edition("1", date(2020, 1, 1)), edition("2", date(2024, 1, 10)), edition("3", date(2024, 3, 10)))
    assert one.window(one.editions[0]).deadline == date(2024, 7, 10)
    assert one.window(one.editions[1]).deadline == date(2024, 9, 10)
    assert one.window(one.editions[2]).deadline is None


def test_a_patch_release_is_passed_over_under_the_other_reading() -> None:
    one = framework(
        edition("1", date(2020, 1, 1)), edition("1.1", date(2024, 1, 10), patch=True), edition("2", date(2025, 1, 10))
    )
    lenient = EditionPolicy(patch_releases_are_revisions=False)
    assert [one.window(e, STRICT).deadline for e in one.editions] == [date(2024, 7, 10), date(2025, 7, 10), None]
    assert [one.window(e, lenient).deadline for e in one.editions] == [date(2025, 7, 10), date(2025, 7, 10), None]


def test_a_trailing_patch_release_leaves_its_edition_without_a_clock_under_the_other_reading() -> None:
    one = framework(edition("1", date(2020, 1, 1)), edition("1.1", date(2024, 1, 10), patch=True))
    lenient = EditionPolicy(patch_releases_are_revisions=False)
    assert [one.window(e, lenient).deadline for e in one.editions] == [None, None]


@pytest.mark.parametrize(
    ("clock", "deadline"),
    [
        (AmendedLawClock.EARLIER, date(2024, 5, 13)),
        (AmendedLawClock.PUBLICATION, date(2024, 5, 13)),
        (AmendedLawClock.LATER, date(2024, 11, 13)),
        (AmendedLawClock.EFFECTIVE, date(2024, 11, 13)),
    ],
)
def test_an_amended_law_has_a_clock_for_each_policy(clock: AmendedLawClock, deadline: date) -> None:
    glba = load_frameworks()["glba"]
    assert glba.window(glba.edition("2021"), EditionPolicy(amended_law_clock=clock)).deadline == deadline


def test_a_law_effective_before_its_publication_runs_from_the_effective_day() -> None:
    one = framework(edition("1", date(2020, 1, 1)), edition("2", date(2024, 5, 1), effective=date(2024, 3, 1)))
    assert one.window(one.editions[0]).deadline == date(2024, 9, 1)


def test_a_month_without_a_day_is_kept_as_a_month() -> None:
    rev4 = load_frameworks()["fedramp"].edition("rev4")
    assert (rev4.published, rev4.published_latest, rev4.day_is_exact) == (date(2014, 6, 1), date(2014, 6, 30), False)


def test_an_edition_outside_the_list_is_refused_with_the_list() -> None:
    with pytest.raises(FactsError, match=r"Use one of 1\.0, 1\.1, 2\.0"):
        load_frameworks()["nist-csf"].edition("3.0")


@pytest.mark.parametrize(
    ("code", "edition_code", "label"), [("fisma", "2014", "FISMA 2014"), ("pci-dss", "4.0", "PCI DSS 4.0")]
)
def test_a_label_says_the_edition_once(code: str, edition_code: str, label: str) -> None:
    assert load_frameworks()[code].label(edition_code) == label


def test_clocks_of_a_day_name_every_framework_of_the_act() -> None:
    clocks = {clock["framework"]: clock for clock in clocks_on(date(2026, 11, 21))}
    assert list(clocks) == list(CODES)
    fedramp = clocks["fedramp"]
    assert (fedramp["editionInForce"], fedramp["superseded"], fedramp["sixMonthDate"]) == ("cr26", "rev5", "2026-12-24")
    assert fedramp["windows"] == [
        {"edition": "rev5", "supersededBy": "cr26", "sixMonthDate": "2026-12-24", "daysLeft": 33}
    ]
    assert clocks["hitech"]["sixMonthDate"] is None


def test_clocks_give_both_readings_of_a_patch_release() -> None:
    clocks = {clock["framework"]: clock for clock in clocks_on(date(2024, 3, 1))}
    readings = clocks["nist-800-53"]["readings"]["patchReleasesAreRevisions"]
    assert (readings["true"]["editionInForce"], readings["true"]["sixMonthDate"]) == ("5.1.1", "2024-05-07")
    assert (readings["false"]["editionInForce"], readings["false"]["sixMonthDate"]) == ("r5", "2021-03-23")
    assert readings["false"]["windows"] == []


def test_a_window_is_open_from_the_revision_to_its_last_day() -> None:
    def open_on(day: date) -> list[str]:
        clock = next(one for one in clocks_on(day) if one["framework"] == "nist-csf")
        return [window["edition"] for window in clock["windows"]]

    days = (date(2024, 2, 25), date(2024, 2, 26), date(2024, 8, 26), date(2024, 8, 27))
    assert [open_on(day) for day in days] == [[], ["1.1"], ["1.1"], []]


def test_an_amendment_is_in_force_from_its_effective_day_while_its_clock_already_runs() -> None:
    glba = next(one for one in clocks_on(date(2024, 1, 15)) if one["framework"] == "glba")
    assert (glba["editionInForce"], glba["revision"], glba["superseded"]) == ("2021", "2023", "2021")
    assert glba["amendedLawClock"] == {"earlier": "2024-05-13", "later": "2024-11-13"}


def test_before_the_first_edition_there_is_none_in_force() -> None:
    clocks = {clock["framework"]: clock for clock in clocks_on(date(2003, 3, 1))}
    assert clocks["nist-csf"]["editionInForce"] is None
    assert clocks["nist-csf"]["windows"] == []
    assert clocks["hipaa"]["editionInForce"] == "2003"
