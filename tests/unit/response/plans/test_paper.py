"""What stands in the document of a plan: names and numbers, blanks where nobody said anything, whose tables it has."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from charteroak.documents.blocks import Document, Table
from charteroak.documents.docx_writer import docx_bytes
from charteroak.documents.markdown import markdown_text
from charteroak.documents.typesetting import render_document
from charteroak.response.plans.paper import PlanPaper, plan_paper
from charteroak.response.plans.plan import Person, Plan, PlanKind
from charteroak.response.plans.reading import parse_plan, plan_document
from charteroak.response.plans.source import ActivationLine, ExerciseLine, PlanAdoption, PlanSource
from charteroak.response.plans.starting import SUGGESTED_SYSTEMS, FirstAnswers, first_plan

NOON = datetime(2026, 11, 22, 17, tzinfo=UTC)
DAY = date(2026, 11, 22)
HOSTILE = '#import "x" {{ name }} {% raw %} \u202eRTL\u202c \U0001f525 ]) $x$ <b>'


def paper(plan: Plan, **more: Any) -> PlanPaper:
    source = PlanSource(
        organisation="Cedar Landing",
        is_fictional=False,
        day=DAY,
        moment=NOON,
        log="log.example/cedar",
        plan=plan,
        **more,
    )
    return plan_paper(source)


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts(each)
        case list() | tuple():
            for each in value:
                yield from texts(each)
        case _:
            return


def said(document: Document) -> str:
    return "\n".join(texts(msgspec.to_builtins(document)))


@pytest.mark.parametrize("kind", ["cirp", "cdrp"])
def test_an_empty_plan_is_a_document_of_blanks_and_open_points(kind: PlanKind) -> None:
    made = paper(Plan(kind=kind, title="Plan"))
    assert {point.part for point in made.points} >= {"roles", "contacts", "levels", "systems", "tests"}
    assert "DRAFT: NOT ADOPTED" in made.document.banner
    assert render_document(made.document).startswith(b"%PDF")


def test_every_open_point_stands_on_the_first_page() -> None:
    made = paper(first_plan("cirp", "Cedar Landing", FirstAnswers()))
    words = said(made.document)
    assert made.points
    assert all(point.text in words for point in made.points)


def test_a_whole_plan_has_no_open_point_but_its_missing_test() -> None:
    somebody = Person(name="Ann Reed", phone="860-555-0101")
    plan = first_plan("cirp", "Cedar Landing", FirstAnswers(meeting="Town Hall", second_channel="Own phones"))
    document = plan_document(plan)
    for role in document["roles"]:
        role |= {"holder": msgspec.to_builtins(somebody), "deputyPerson": {"name": "Bo", "phone": "860-555-0102"}}
    for contact in document["contacts"]:
        contact["number"] = "860-555-0103"
    document["systems"] = [{"name": name, "rtoHours": 48, "rpoHours": 4} for name in SUGGESTED_SYSTEMS]
    document |= {"authority": "The board, by resolution.", "upkeep": {"reviewer": "Ann", "keptAt": "The safe"}}
    made = paper(parse_plan(document))
    assert [point.part for point in made.points] == ["tests"]
    assert "2 days" in said(made.document)


def test_tables_that_are_not_the_states_say_so() -> None:
    words = said(paper(first_plan("cdrp", "Cedar Landing", FirstAnswers())).document)
    assert "not the State's table" in words
    assert "Ours, not the State's." in words
    assert "could not be had" in words


def test_the_matrix_tells_whom_the_levels_tell() -> None:
    plan = first_plan("cdrp", "Cedar Landing", FirstAnswers())
    tables = [block for block in paper(plan).document.body if isinstance(block, Table)]
    matrix = next(table for table in tables if table.caption == "Who is told at which level")
    for contact, row in zip(plan.contacts, matrix.rows, strict=True):
        told = [level.number for level, cell in zip(plan.levels, row[1:], strict=True) if cell == ("tell",)]
        assert told == [level.number for level in plan.levels if contact.id in level.tell]


def test_numbers_that_nobody_called_are_marked() -> None:
    words = said(paper(first_plan("cirp", "Cedar Landing", FirstAnswers())).document)
    assert "as of 20 Nov 2026" in words
    assert "verify" in words


def test_the_phases_name_their_functions_and_whose_the_words_are() -> None:
    words = said(paper(first_plan("cirp", "Cedar Landing", FirstAnswers())).document)
    assert re.search(r"RS\.MA, RS\.MI, RS\.CO", words)
    assert "SP 800-61 Rev. 3" in words


def test_tests_activations_and_adoption_stand_in_it() -> None:
    made = paper(
        first_plan("cdrp", "Cedar Landing", FirstAnswers()),
        adoption=PlanAdoption("1.0", "Ruth Ames", "First Selectman", DAY, date(2027, 11, 22)),
        tests=[ExerciseLine(DAY, "Autumn exercise", "ransomware", 7, 3, 12)],
        activations=[ActivationLine(NOON, "activated", 3, "June", "Dispatch is down", 40)],
    )
    words = said(made.document)
    assert "DRAFT" not in made.document.banner
    for part in ("Ruth Ames, First Selectman", "22 November 2027", "Autumn exercise: ransomware", "Dispatch is down"):
        assert part in words
    assert "tests" not in {point.part for point in made.points}


@pytest.mark.parametrize("kind", ["cirp", "cdrp"])
def test_hostile_words_are_shown_as_words_and_nothing_is_lost(kind: PlanKind) -> None:
    answers = FirstAnswers(lead=Person(name=HOSTILE, phone="860-555-0101"), systems=(HOSTILE,))
    long = "Go on. " * 2857
    document = plan_document(first_plan(kind, HOSTILE, answers)) | {"covers": long, "authority": HOSTILE}
    made = paper(parse_plan(document))
    assert said(made.document).count("Go on.") == 2857
    assert render_document(made.document).startswith(b"%PDF")
    assert docx_bytes(made.document).startswith(b"PK")
    text = markdown_text(made.document)
    assert "\u202e" not in text
    assert "<b>" not in text


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = first_plan("cdrp", "Cedar Landing", FirstAnswers())
    first, second = paper(plan).document, paper(plan).document
    assert render_document(first) == render_document(second)
    assert docx_bytes(first) == docx_bytes(second)
