"""Whatever is typed, the document is made: the typesetter never meets a character that it would refuse."""

import io
from typing import Any

import pypdf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charteroak.documents.showable_text import showable
from charteroak.documents.typesetting import render_pdf

ANYTHING = st.text(st.characters(), max_size=60)
"""Every code point there is: unassigned ones, lone surrogates and controls with the rest."""


def data(texts: list[str]) -> dict[str, Any]:
    body: list[dict[str, Any]] = [{"block": "paragraph", "texts": [text], "numbered": True} for text in texts]
    body.append(
        {"block": "terms", "terms": [{"name": text, "texts": [{"run": "mono", "text": text}]} for text in texts]}
    )
    rows = [[[text], [{"run": "strong", "text": text}]] for text in texts]
    columns = [{"title": "One", "share": 1}, {"title": "Two", "share": 0.2}]
    body.append({"block": "table", "caption": "Rows", "columns": columns, "rows": rows, "empty": ""})
    return {
        "title": f"Title {texts[0]}",
        "subtitle": texts[0],
        "dated": "2026-03-20T12:00:00Z",
        "footer": texts[-1],
        "banner": "",
        "language": "en",
        "body": body,
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANYTHING, min_size=1, max_size=30))
def test_any_text_can_be_set_as_paragraph_term_and_cell(texts: list[str]) -> None:
    made = render_pdf("document", data(texts))
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) >= 1


@given(st.text(st.characters(), max_size=200))
def test_showable_text_is_valid_and_holds_every_letter_that_has_a_shape(text: str) -> None:
    shown = showable(text)
    shown.encode("utf-8")
    kept = [character for character in text if character.isascii() and character.isalnum()]
    rest = iter(shown)
    assert all(character in rest for character in kept)
