"""What changed between two versions: by section and paragraph, readable without color, and without noise."""

import time
from datetime import UTC, datetime

from charteroak.documents.blocks import AnyBlock, Column, Document, Heading, Items, Note, Table, Term, Terms, paragraph
from charteroak.documents.document_changes import (
    APPENDIX_HEADING,
    SectionChange,
    change_blocks,
    changes_between,
    sections_of,
    sections_of_text,
    tally,
)
from charteroak.documents.plain_text import plain_text
from charteroak.documents.text_difference import Effort, new_text, old_text, word_pieces


def paper(*body: AnyBlock, title: str = "Program") -> Document:
    noon = datetime(2026, 3, 20, 12, tzinfo=UTC)
    return Document(title=title, subtitle="Of us", dated=noon, footer="entry 7", body=body)


def changed(old: Document, new: Document) -> dict[str, SectionChange]:
    return {each.heading: each for each in changes_between(sections_of(old), sections_of(new)) if each.state != "same"}


def test_a_changed_paragraph_shows_the_words_that_came_and_went() -> None:
    old = paper(Heading("Section 1: Scope"), paragraph("We look at it once a year."))
    new = paper(Heading("Section 1: Scope"), paragraph("We look at it twice a year."))
    (change,) = changed(old, new)["Section 1: Scope"].changed
    assert [(piece.kind, piece.text) for piece in change.pieces] == [
        ("same", "We look at it "),
        ("removed", "once"),
        ("added", "twice"),
        ("same", " a year."),
    ]


def test_new_numbers_of_sections_and_of_the_version_are_no_change() -> None:
    old = paper(Heading("Section 1: Scope"), paragraph("Same."), title="Program, version 1.0")
    new = paper(Heading("Section 1: Aims"), paragraph("New."), Heading("Section 2: Scope"), paragraph("Same."))
    assert list(changed(old, new)) == ["Section 1: Aims"]


def test_a_section_that_went_stands_where_it_stood() -> None:
    old = paper(Heading("One"), paragraph("1"), Heading("Two"), paragraph("2"), Heading("Three"), paragraph("3"))
    new = paper(Heading("One"), paragraph("1"), Heading("Three"), paragraph("3"))
    states = [(each.heading, each.state) for each in changes_between(sections_of(old), sections_of(new))]
    assert states[1:] == [("One", "same"), ("Two", "removed"), ("Three", "same")]


def test_rows_items_terms_and_notes_are_compared_and_the_appendix_is_not() -> None:
    body = (
        Terms((Term("Version", ("1.0",)),)),
        Heading("Rows"),
        Table("T", (Column("What"), Column("Who")), ((("Patch",), ("Lee",)),), "none"),
        Items((("An item",),)),
        Note("Limit.", ("Text.",)),
    )
    lines = [line for section in sections_of(paper(*body)) for line in section.paragraphs]
    assert lines == ["Version: 1.0", "What: Patch; Who: Lee", "An item", "Limit. Text."]
    assert sections_of(paper(*body, Heading(f"{APPENDIX_HEADING} 1.0"), paragraph("x"))) == sections_of(paper(*body))


def test_markdown_of_a_program_written_elsewhere_is_read_by_headings_and_items() -> None:
    text = "# Program\n\nAdopted.\r\n\r\n## 1. Scope\nTwo lines\nof one.\n\n- one\n- two\n"
    found = [(each.heading, each.paragraphs) for each in sections_of_text(text, "file")]
    assert found == [("Program", ("Adopted.",)), ("1. Scope", ("Two lines of one.", "- one", "- two"))]


def test_the_appendix_marks_changes_in_words_and_leaves_out_what_stayed() -> None:
    long = "word " * 200
    old = paper(Heading("A"), paragraph(long, "once."), Heading("B"), paragraph("Stays."))
    new = paper(Heading("A"), paragraph(long, "twice."), Heading("B"), paragraph("Stays."))
    changes = changes_between(sections_of(old), sections_of(new))
    text = plain_text(paper(*change_blocks(changes, "1.0")))
    assert "What changed since version 1.0" in text
    assert "1 paragraph changed, in 1 section." in text
    assert "[removed: once] [added: twice]" in text
    assert "Stays" not in text
    assert text.count("word") < 80


def test_nothing_changed_is_said() -> None:
    assert tally(changes_between(sections_of(paper()), sections_of(paper()))) == "Nothing changed."


def test_texts_with_little_in_common_cost_bounded_time_and_stay_true() -> None:
    old, new = "a b " * 40_000, "b c a " * 30_000
    begun = time.thread_time()
    pieces = word_pieces(old, new, Effort(200_000))
    assert time.thread_time() - begun < 5
    assert (old_text(pieces), new_text(pieces)) == (old, new)


def test_sections_that_are_made_anew_each_time_can_be_left_out() -> None:
    made = paper(Terms((Term("State", ("Draft",)),)), Heading("1 Scope"), paragraph("x"), Heading("2 History"))
    assert [each.heading for each in sections_of(made, without={"Program", "History"})] == ["1 Scope"]
