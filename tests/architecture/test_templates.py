"""Templates obey the content-security policy before a browser has to enforce it."""

import re
from pathlib import Path

import pytest

PORTAL = Path(__file__).parents[2] / "src" / "charteroak" / "portal"
TEMPLATES = sorted(PORTAL.rglob("templates/**/*.*"))

# What it is, and how it looks in a template. htmx attributes (hx-on) run script from an attribute.
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "an event handler": re.compile(r"\s(on[a-z]+|hx-on[a-z:-]*)\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "something fetched from elsewhere": re.compile(
        r"<(?:script|img|link|iframe|source|audio|video|object|embed)\b[^>]*\b(?:src|href|data)\s*=\s*[\"'](?:https?:)?//",
        re.IGNORECASE,
    ),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b"),
}


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 5


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    found = [
        f"{path.relative_to(PORTAL)}:{number}: {line.strip()[:100]}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if FORBIDDEN[what].search(line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


MAKES_MARKUP = frozenset({"drawn.py"})
"""Hands an SVG of ``charteroak.documents`` to a template; that package escapes each text (its own tests say so)."""


def test_no_code_marks_text_as_safe_outside_of_format_html() -> None:
    found = [
        str(path.relative_to(PORTAL))
        for path in PORTAL.rglob("*.py")
        if re.search(r"\bmark_safe\(|\bSafeString\(", path.read_text(encoding="utf-8"))
    ]
    assert set(found) == MAKES_MARKUP
