"""A document as Markdown: nothing that a person typed becomes markup."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from charteroak.documents.blocks import (
    AnyBlock,
    Blank,
    Column,
    Document,
    Heading,
    Items,
    Link,
    Mono,
    Note,
    Signature,
    Strong,
    Table,
    Term,
    Terms,
    paragraph,
)
from charteroak.documents.markdown import markdown_text
from charteroak.documents.plain_text import plain_text


def written(*body: AnyBlock) -> str:
    noon = datetime(2026, 3, 20, 12, tzinfo=UTC)
    return markdown_text(
        Document(title="A paper", subtitle="Of us", dated=noon, footer="entry 7", body=body, banner="DRAFT")
    )


def test_every_block_has_its_markdown() -> None:
    text = written(
        Heading("Scope"),
        paragraph("We ", Strong("do"), " it ", Blank("who")),
        paragraph("Twice."),
        Terms((Term("Name", ("Value",)),)),
        Items((("x",), ("y",)), ordered=True),
        Table("Rows", (Column("A"), Column("B")), ((("1",), (Mono("ab"),)),), "none"),
        Table("No rows", (Column("A"),), (), "Nothing."),
        Note("Limit.", ("Not advice.",)),
        Signature(("Name",)),
    )
    assert text.startswith("**DRAFT**\n\n# A paper\n\nOf us\n\n## Scope\n\n1\\. We **do** it \\[who: ")
    assert "\n\n2\\. Twice.\n" in text
    assert "- **Name**: Value" in text
    assert "1. x\n2. y" in text
    assert "| A | B |\n| --- | --- |\n| 1 | `ab` |" in text
    assert "**No rows:** Nothing." in text
    assert "> **Limit.** Not advice." in text
    assert text.endswith("---\n\nentry 7\n")


@pytest.mark.parametrize(
    "typed",
    [
        "<script>",
        "[x](javascript:y)",
        "| a | b |",
        "# heading",
        "1. item",
        "- item",
        "`code`",
        "&amp;",
        "**b**",
        "~~s~~",
    ],
)
def test_what_a_person_typed_is_escaped(typed: str) -> None:
    line = written(paragraph(typed)).splitlines()[-5]
    assert "<" not in line.replace("\\<", "")
    assert line.startswith("1\\. \\") or line.removeprefix("1\\. ")[1] == "\\"


def test_an_address_cannot_leave_its_brackets() -> None:
    assert "](<https://x.example/a>)" in written(paragraph(Link("t", "https://x.example/> \na")))


@pytest.mark.parametrize("render", [markdown_text, plain_text])
def test_a_played_document_says_so_above_each_part_and_at_the_end(render: Callable[[Document], str]) -> None:
    noon = datetime(2026, 3, 20, 12, tzinfo=UTC)
    body = (Heading("First"), paragraph("x"), Heading("Second", 2), paragraph("y"))
    played = Document(
        title="T", subtitle="S", dated=noon, footer="entry 7", body=body, banner="EXERCISE: nothing happened"
    )
    text = render(played)
    assert text.count("EXERCISE: nothing happened") == 4
    assert text.splitlines()[-1].strip("*") == "EXERCISE: nothing happened"
    draft = Document(title="T", subtitle="S", dated=noon, footer="entry 7", body=body, banner="DRAFT")
    assert render(draft).count("DRAFT") == 1
