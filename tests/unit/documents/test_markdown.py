"""A document as Markdown: nothing that a person typed becomes markup."""

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
