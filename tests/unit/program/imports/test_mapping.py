"""From rows to what would be recorded: suggested by identifier, decided by a person, and never more than was said."""

from datetime import date

import pytest
from hostile_office_files import csv_of

from charteroak.frameworks.catalog import EditionName
from charteroak.program.imports import suggestions
from charteroak.program.imports.mapping import (
    MAPPING_LIMIT_BYTES,
    ImportMapping,
    MappingError,
    RowMapping,
    mapping_document,
    parse_mapping,
    parse_mapping_file,
    plan_of,
    statuses_of,
    validate_mapping,
    with_suggestions,
)
from charteroak.program.imports.reading import read_file
from charteroak.program.imports.rows import ReadFile, Row
from charteroak.program.imports.suggestions import editions_in, practices_named, rows_named, suggest
from charteroak.program.practices import load_practices

CSF = EditionName("nist-csf", "2.0")
TODAY = date(2026, 11, 22)
READ = read_file("controls.csv", csv_of())
STATUSES = {"Implemented": "yes", "Partial": "partly", "Not implemented": "no"}


def row(*cells: str) -> Row:
    return Row(2, "row 2", cells)


def mapping(**rows: RowMapping) -> ImportMapping:
    return ImportMapping(
        edition="nist-csf@2.0",
        as_of=date(2026, 10, 1),
        status_column=3,
        statuses=STATUSES,  # type: ignore[arg-type]
        rows={number.removeprefix("r"): told for number, told in rows.items()},
    )


def test_the_edition_whose_identifiers_stand_in_a_file_is_found_and_the_person_decides() -> None:
    assert editions_in(READ)[0][0].framework == "nist-csf"


def test_an_identifier_suggests_the_practices_that_are_linked_to_it() -> None:
    found = suggest(row("PR.AA-01", "Accounts"), CSF)
    assert found.identifiers == ("PR.AA-01",)
    assert found.by_identifier
    assert set(found.by_identifier) <= load_practices().asked.keys()


@pytest.mark.parametrize("text", ["PR.AA-011", "XPR.AA-01", "pr.aa-01", "PR.AA 01", "version 1.1"])
def test_what_only_resembles_an_identifier_suggests_nothing(text: str) -> None:
    assert suggest(row(text), CSF).by_identifier == ()


def test_a_number_is_an_identifier_only_of_the_edition_that_the_list_follows() -> None:
    cis = EditionName("cis-controls", "8.1")
    assert suggest(row("(3.1)"), cis).identifiers == ("3.1",)
    assert suggest(row("(3.1)"), CSF).identifiers == ()
    assert suggest(row("(3.1)"), None).by_identifier == ()


def test_a_text_that_stands_in_many_cells_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    class Counting:
        def findall(self, text: str) -> list[str]:
            looked_at.append(text)
            return text.split()

    monkeypatch.setattr(suggestions, "_WORD", Counting())
    rows = tuple(Row(number, "", ("PR.AA-01", "x", "PR.AA-01")) for number in range(50))
    read = ReadFile("r", "table", ("a", "b", "c"), rows)
    assert editions_in(read)[0][0].framework == "nist-csf"
    assert sorted(looked_at) == ["PR.AA-01", "x"]
    assert len(rows_named(read, CSF)) == 50
    assert sorted(looked_at) == ["PR.AA-01", "PR.AA-01", "x", "x"]


def test_every_row_of_a_list_names_what_it_names_alone() -> None:
    named = rows_named(READ, CSF)
    assert named == {each.number: found for each in READ.rows if (found := practices_named(each, CSF))}
    assert named
    assert rows_named(READ, None) == {}


def test_words_give_a_hint_at_most() -> None:
    found = suggest(row("Backups are restored as a test"), None)
    assert found.by_identifier == ()
    assert found.hint is None or found.hint in load_practices().asked
    assert suggest(row("Coffee machine"), None).hint is None


def test_nothing_is_planned_for_a_file_of_which_nothing_was_decided() -> None:
    plan = plan_of(READ, ImportMapping(), "controls.csv")
    assert (plan.answers, plan.evidence, plan.assigned, plan.left) == ((), (), 0, 5)


def test_a_row_answers_with_the_meaning_that_its_status_was_given_and_names_its_place() -> None:
    told = mapping(r2=RowMapping(practice="review-access"), r3=RowMapping(practice="back-up-and-restore", shows=True))
    plan = plan_of(READ, told, "controls.csv, kept by entry 7")
    assert [(each.practice, each.answer) for each in plan.answers] == [
        ("review-access", "yes"),
        ("back-up-and-restore", "partly"),
    ]
    assert plan.answers[0].note.startswith("From controls.csv, kept by entry 7:\nrow 2: PR.AA-01")
    assert [each.practice for each in plan.evidence] == ["back-up-and-restore"]
    assert plan.left == 3


def test_rows_of_one_practice_that_disagree_come_to_partly() -> None:
    told = mapping(r2=RowMapping(practice="review-access"), r4=RowMapping(practice="review-access"))
    assert [each.answer for each in plan_of(READ, told, "x").answers] == ["partly"]


def test_a_status_without_a_meaning_answers_nothing() -> None:
    told = mapping(r6=RowMapping(practice="review-access"))
    assert plan_of(READ, told, "x").answers == ()


def test_suggestions_are_taken_only_where_the_person_decided_nothing() -> None:
    told = mapping(r2=RowMapping(practice="train-everyone"))
    taken = with_suggestions(READ, told)
    assert taken.rows["2"].practice == "train-everyone"
    assert not any(each.shows for number, each in taken.rows.items() if number != "2")
    assert "6" not in taken.rows


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (ImportMapping(), "No row was given a practice"),
        (mapping(r2=RowMapping(practice="no-such-practice")), "there is no practice 'no-such-practice'"),
        (mapping(r99=RowMapping(practice="review-access")), "There is no row 99."),
        (ImportMapping(rows={"2": RowMapping(practice="review-access")}), "of which day"),
        (ImportMapping(as_of=date(2027, 1, 1), rows={"2": RowMapping(practice="review-access")}), "in the future"),
        (ImportMapping(as_of=TODAY, status_column=9, rows={"2": RowMapping(practice="review-access")}), "no column 9"),
        (ImportMapping(as_of=TODAY, rows={"2": RowMapping(practice="review-access")}), "otherwise nothing is said"),
    ],
)
def test_what_stands_against_recording_is_named(told: ImportMapping, says: str) -> None:
    assert any(says in fault for fault in validate_mapping(READ, told, TODAY))


def test_a_mapping_that_can_be_recorded_has_nothing_against_it() -> None:
    assert validate_mapping(READ, mapping(r2=RowMapping(practice="review-access")), TODAY) == []


def test_the_words_of_a_column_are_counted_unless_they_are_too_many_for_statuses() -> None:
    assert statuses_of(READ, 3)[0] == ("Implemented", 2)
    many = read_file("a.csv", csv_of((("a", "b"), *((str(n), str(n)) for n in range(60)))))
    assert statuses_of(many, 2) == []


def test_a_mapping_reads_as_it_was_written_and_from_toml() -> None:
    told = mapping(r2=RowMapping(practice="review-access", shows=True))
    assert parse_mapping(mapping_document(told)) == told
    text = """
        edition = "nist-csf@2.0"
        as_of = 2026-10-01
        status_column = 3
        statuses = { Implemented = "yes", Partial = "partly", "Not implemented" = "no" }
        [rows.2]
        practice = "review-access"
        shows = true
    """
    assert parse_mapping_file(text) == told


@pytest.mark.parametrize(
    "text", ["not toml [", 'status_column = "x"', "surprise = 1", 'statuses = { a = "fine" }', "status_column = 0"]
)
def test_a_mapping_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(MappingError):
        parse_mapping_file(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = " + "[" * 3_000, "nested too deeply"),
        ("status_column = " + "9" * 5_000, "a number that cannot be read"),
        ("as_of = 2026-02-31", "date"),
        ("#" * (MAPPING_LIMIT_BYTES + 1), "larger than 1 MB"),
        ("#" + "é" * (MAPPING_LIMIT_BYTES // 2), "larger than 1 MB"),
        (".".join("a" * 102) + " = 1", "more than 100 dots"),
        ('"\u2028".' * 101 + "a = 1", "more than 100 dots"),
        ("status_column = " + "9" * 400, "cannot be read"),
    ],
)
def test_a_hostile_mapping_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(MappingError, match=says) as refused:
        parse_mapping_file(text)
    assert "\n" not in str(refused.value)
