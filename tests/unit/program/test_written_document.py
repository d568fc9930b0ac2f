"""The written program as a document: complete or openly not, and never a word of practice that is not on record."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import page  # type: ignore[import-untyped,unused-ignore]
import pytest

from charteroak.documents.blocks import Blank, Heading, Paragraph, Table
from charteroak.documents.docx_writer import docx_bytes
from charteroak.documents.markdown import markdown_text
from charteroak.documents.plain_text import plain_text
from charteroak.documents.typesetting import render_document
from charteroak.program.history import knowledge
from charteroak.program.practices import load_practices
from charteroak.program.status import program_status
from charteroak.program.written_document.document import ProgramPaper, written_program_paper
from charteroak.program.written_document.draft import NARRATIVE_LIMIT, draft_document, paragraphs, parse_draft
from charteroak.program.written_document.errors import DraftError
from charteroak.program.written_document.source import Adoption, ProgramSource

TODAY = date(2026, 6, 1)
PRACTICES = ("name-who-leads", "train-everyone", "patch-on-time", "back-up-and-restore", "lock-and-log")
REASONS = {
    "sizeAndComplexity": "We are forty people at one site.",
    "activities": "We bake and sell.",
    "sensitivity": "Payroll data is the most sensitive.",
    "costAndTools": "We took what our systems bring.",
}
Paper = Callable[..., ProgramPaper]


@pytest.fixture
def paper(history: Any) -> Paper:
    """The document of a made-up business from the history so far and a draft."""

    def make(draft: Mapping[str, Any] | None = None, *, adoption: Adoption | None = None) -> ProgramPaper:
        return written_program_paper(source_of(history, draft, adoption=adoption))

    return make


def source_of(history: Any, draft: Mapping[str, Any] | None, adoption: Adoption | None = None) -> ProgramSource:
    shipped = load_practices()
    kinds = {"program.adopted", "program.approved", "program.reviewed"}
    return ProgramSource(
        organisation="Elm Hollow Bakery",
        is_fictional=False,
        day=TODAY,
        moment=datetime(2026, 6, 1, 16, tzinfo=UTC),
        log="example.org/ledger",
        draft=parse_draft({"practices": list(PRACTICES), **(draft or {})}),
        status=program_status(history.facts, TODAY),
        history=[fact for fact in knowledge(history.facts).standing if fact.kind in kinds],
        themes=shipped.themes,
        adoption=adoption,
    )


def text_of(made: ProgramPaper) -> str:
    return " ".join(plain_text(made.document).split())


def points_of(made: ProgramPaper) -> str:
    return " ".join(point.text for point in made.points)


def test_the_same_source_gives_the_same_bytes_in_every_form(history: Any) -> None:
    history.answer("patch-on-time", "yes", "2026-01-05")
    one, two = (written_program_paper(source_of(history, {"scale": REASONS})).document for _ in range(2))
    assert render_document(one) == render_document(two)
    assert docx_bytes(one) == docx_bytes(two)
    assert markdown_text(one) == markdown_text(two)


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_an_independent_checker_finds_no_fault_in_the_pdf(history: Any, paper: Paper, profile: str) -> None:
    for identifier in PRACTICES:
        history.answer(identifier, "yes", "2026-01-05")
        history.evidence(identifier, "2026-05-20")
    report = page.validate_pdf_bytes(render_document(paper({"scale": REASONS}).document), profile=profile)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


def test_nothing_on_record_makes_no_assertion_and_a_list_of_open_points(paper: Paper) -> None:
    made = paper()
    text = text_of(made)
    assert "Done" not in text
    assert "on record as done for it" not in text
    for words in ("administrative safeguard is on record", "technical safeguard is on record"):
        assert words in points_of(made)
    assert {"E7", "E8", "E9", "E10", "E11", "E12"} <= {element for point in made.points for element in point.elements}
    assert text.index("Open points") < text.index("1 Purpose and scope")
    assert all(" ".join(point.text.split()) in text for point in made.points)


@pytest.mark.parametrize("answer", ["no", "unknown", "partly"])
def test_no_practice_is_said_to_be_done_that_is_not_answered_yes(history: Any, paper: Paper, answer: str) -> None:
    for identifier in PRACTICES:
        history.answer(identifier, answer, "2026-01-05")
        history.evidence(identifier, "2026-05-20")
    text = text_of(paper({"scale": REASONS})).replace("Done in part", "").replace("on record as done.", "")
    assert "Done" not in text
    assert "as done for it" not in text
    if answer == "no":
        assert "Not done. No plan on record." in text
        assert "not done and without a plan" in points_of(paper())


def test_a_plan_is_called_a_plan(history: Any, paper: Paper) -> None:
    history.answer("patch-on-time", "no", "2026-01-05")
    gap = {"gap": "patches", "title": "Patches", "practice": "patch-on-time", "owner": "Lee", "due": "2026-09-01"}
    history.add("gap.opened", gap, occurred="2026-02-01")
    text = text_of(paper())
    assert "Planned, not done. Lee, by 1 Sep 2026." in text
    assert "not done and without a plan" not in text


def test_what_is_done_says_what_shows_it_and_that_nothing_does(history: Any, paper: Paper) -> None:
    history.answer("lock-and-log", "yes", "2026-01-05")
    history.evidence("lock-and-log", "2026-05-20")
    history.answer("patch-on-time", "yes", "2026-01-05")
    history.answer("train-everyone", "yes", "2024-01-05")
    history.evidence("train-everyone", "2024-01-20")
    text = text_of(paper())
    assert "State: Done, and shown.; To be shown: every 3 months; What shows it: Shown, 20 May 2026 (entry 1)" in text
    assert "Done, by our word. Nothing shows it yet." in text
    assert "Done, by our word. Last shown too long ago." in text


def test_a_factor_without_a_reason_is_a_blank_and_an_open_point_and_never_filled(paper: Paper) -> None:
    made = paper({"scale": REASONS | {"costAndTools": " \n\t "}})
    assert "factor of scale: The cost and availability" in points_of(made)
    section = next(chapter for chapter in made.chapters if chapter.key == "scale")
    blanks = [
        block for block in section.blocks if isinstance(block, Paragraph) and Blank("our own reasons") in block.texts
    ]
    assert len(blanks) == 1
    assert section.items == {
        "size_and_complexity": True, "activities": True, "sensitivity": True, "cost_and_tools": False,
    }  # fmt: skip
    assert made.described.scale.cost_and_tools.holds is None
    assert made.described.scale.activities.where == "section 4"


def test_each_item_of_the_act_has_its_place_or_is_called_open(history: Any, paper: Paper) -> None:
    for identifier in PRACTICES:
        history.answer(identifier, "yes", "2026-01-05")
        history.evidence(identifier, "2026-05-20")
    history.add(
        "edition.adopted",
        {"framework": "nist-csf", "edition": "1.1", "status": "partly", "from": "2023-01-01", "assertedBy": "Reed"},
        occurred="2023-01-01",
    )
    whole = {"scale": REASONS, "covers": "All of it.", "organisation": "A bakery.", "information": "Payroll."}
    made = paper(whole, adoption=Adoption("1.0", "The board", TODAY))
    rows = {
        "".join(str(getattr(text, "text", text)) for text in row[0]): str(row[2][0])
        for block in made.document.body
        if isinstance(block, Table) and block.caption == "The act's items and their places"
        for row in block.rows
    }
    assert [item.partition(" ")[0] for item in rows] == ["E7", "E8", *["E9"] * 3, *["E10"] * 3, *["E11"] * 4, "E12"]
    assert [item for item, state in rows.items() if state == "open point"] == [
        "E8 Created, maintained and complied with: adoption, reviews, and what shows each practice"
    ]
    assert "NIST Cybersecurity Framework 1.1 counts no more" in points_of(made)
    assert "Counted until 26 Aug 2024" in text_of(made)
    assert made.described.safeguards.physical.where == "section 8"
    assert made.described.objectives.threats_or_hazards.holds is True


def test_a_draft_is_marked_on_every_page_until_it_is_adopted(paper: Paper) -> None:
    assert paper().document.banner == "DRAFT: NOT ADOPTED"
    adopted = paper(adoption=Adoption("2.0", "The board", TODAY))
    assert adopted.document.banner == ""
    assert "Version 2.0 is adopted by The board on 1 June 2026." in text_of(adopted)


def test_policies_carry_what_was_filled_in_own_words_and_what_was_left_out(paper: Paper) -> None:
    policies = {
        "backup": {
            "values": {"made_every": "each night"},
            "ownWords": {"try": "We must try a restore in May.", "plan": ""},
        },
        "change": {"leftOut": True, "whyLeftOut": "Our provider does this."},
        "remote": {"leftOut": True},
        "mail": {"added": "One more rule.\n\nAnd another."},
    }
    made = paper({"policies": policies})
    text = text_of(made)
    assert "backed up each night." in text
    assert "We must try a restore in May." in text
    assert "in which order systems come back" not in text
    assert "Left out: Changes to systems. Our provider does this." in text
    assert "One more rule." in text
    assert "Policy Backups and recovery is not filled in" not in points_of(made)
    assert "why this policy was left out: Work from elsewhere" in points_of(made)


def test_headings_go_down_one_level_at_a_time_and_are_numbered(paper: Paper) -> None:
    headings = [block for block in paper().document.body if isinstance(block, Heading)]
    levels = [heading.level for heading in headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    numbered = [heading.text.split()[0] for heading in headings if heading.level == 1][1:]
    assert numbered == [str(number) for number in range(1, 15)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * NARRATIVE_LIMIT, id="100-kB-word", marks=pytest.mark.slow),
        pytest.param("a b " * (NARRATIVE_LIMIT // 4), id="100-kB-words", marks=pytest.mark.slow),
        pytest.param("\n\na" * (NARRATIVE_LIMIT // 3), id="33,000-paragraphs", marks=pytest.mark.slow),
        pytest.param("#panic() </w:t> \u202e \U0001f600 \x07 [x](y)", id="markup"),
    ],
)
def test_a_hostile_narrative_stands_whole_in_every_form(paper: Paper, text: str) -> None:
    made = paper({"purpose": text, "scale": dict.fromkeys(REASONS, text[:3000]), "information": text})
    assert render_document(made.document).startswith(b"%PDF")
    assert docx_bytes(made.document).startswith(b"PK")
    assert "cut here" not in markdown_text(made.document)


def test_paragraphs_lose_no_word() -> None:
    text = "one two\nthree\r\n\r\n- four\n- five\n\n" + "word " * 4000
    assert " ".join(paragraphs(text)).split() == text.split()
    assert paragraphs(text)[:3] == ("one two three", "- four", "- five")
    assert max(map(len, paragraphs(text))) <= 6000


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"purpose": "x" * (NARRATIVE_LIMIT + 1)}, id="too-long"),
        pytest.param({"purpos": "x"}, id="unknown-member"),
        pytest.param({"upkeep": {"everyMonths": 0}}, id="no-months"),
        pytest.param({"covers": "\x00"}, id="null"),
        pytest.param({"covers": "\ud800"}, id="half-a-character"),
        pytest.param([], id="a-list"),
        pytest.param({"policies": {f"p{n}": {"added": "x" * 99_999} for n in range(40)}}, id="4-MB"),
    ],
)
def test_a_draft_that_cannot_be_used_is_refused_whole(document: Any) -> None:
    with pytest.raises(DraftError):
        parse_draft(document)


def test_a_draft_survives_being_kept() -> None:
    draft = parse_draft({"scale": REASONS, "policies": {"backup": {"values": {"made_every": "x"}}}})
    assert parse_draft(draft_document(draft)) == draft


@pytest.mark.parametrize(
    ("kind", "is_public"), [("municipality", True), ("public-school-district", True), ("llc", False)]
)
def test_of_a_public_body_it_says_that_coverage_is_for_counsel(
    history: Any, paper: Paper, kind: str, is_public: bool
) -> None:
    history.add("organisation.described", {"name": "Cedar Landing", "kind": kind}, occurred="2026-01-05")
    text = text_of(paper()).replace("| ", "")
    assert ("at all is for counsel" in text) is is_public
