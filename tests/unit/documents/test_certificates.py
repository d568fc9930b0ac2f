"""Drafts for counsel: filled from facts, blank where nothing is known, and never more certain than the record."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from charteroak.documents.certificates import (
    Certificate,
    CertificateFacts,
    certificate_text,
    certificates,
    render_certificate,
)

CODES = ("fre-902-11", "fre-902-13", "fre-902-14", "ct-8-4-witness", "swinton")
FACTS = CertificateFacts(
    organisation="Elm Hollow Bakery",
    first=date(2026, 3, 1),
    last=date(2026, 3, 20),
    dated=datetime(2026, 3, 21, tzinfo=UTC),
    origin="elm-hollow.example/ledger",
    size=57,
    root="ab" * 32,
)
KNOWN = {
    "software": "Charter Oak 1.2.3",
    "source_sha256": "cd" * 32,
    "tests": "1,900 tests passed.",
    "known_defects": "None on record.",
    "anchors": "A time-stamp over 50 entries.",
    "custodian": "Dana Whitlock",
    "position": "Owner",
    "hardware": "One laptop in the office.",
    "operating_system": "Debian 13",
    "clock": "Set by NTP.",
    "access": "Two people.",
    "backups": "Weekly.",
    "routine": "Each Monday.",
    "evidence_files": 12,
}


def draft(code: str, **known: Any) -> Certificate:
    facts = msgspec.structs.replace(FACTS, **known)
    return next(one for one in certificates(facts) if one.code == code)


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_there_are_five_drafts() -> None:
    assert tuple(one.code for one in certificates(FACTS)) == CODES


@pytest.mark.parametrize("code", CODES)
def test_each_draft_is_a_tagged_pdf_that_says_what_it_is(code: str, read_pdf: Callable[[bytes], Any]) -> None:
    content = render_certificate(draft(code))
    pdf = read_pdf(content)
    assert "DRAFT FOR COUNSEL, NOT LEGAL ADVICE" in pdf.text
    assert "What this is for." in pdf.text
    assert pdf.root["/MarkInfo"]["/Marked"]
    assert content == render_certificate(draft(code))


@pytest.mark.parametrize("code", CODES)
def test_what_is_not_known_is_a_visible_blank(code: str, read_pdf: Callable[[bytes], Any]) -> None:
    text = one_line(certificate_text(draft(code)))
    blanks = text.count("[____")
    assert blanks >= 4
    assert "None" not in text.replace("None on record", "")
    assert read_pdf(render_certificate(draft(code))).text.count("[") == blanks


@pytest.mark.parametrize("code", CODES)
def test_what_is_known_is_filled_in(code: str) -> None:
    empty, full = (one_line(certificate_text(draft(code, **known))) for known in ({}, KNOWN))
    assert full.count("[____") < empty.count("[____")


def test_a_witness_still_fills_in_what_only_a_witness_knows() -> None:
    text = one_line(certificate_text(draft("ct-8-4-witness", **KNOWN)))
    assert "Dana Whitlock, Owner" in text
    assert "Was this record made in that course, and not for this case? [____ answer ____]" in text


def test_late_entries_are_named_and_not_vouched_for() -> None:
    text = one_line(certificate_text(draft("fre-902-11", late_entries=(41, 44))))
    assert "But for the late entries that the next paragraph names" in text
    assert "were recorded after it: entries 41, 44. It is not said of late entries" in text


@pytest.mark.parametrize(
    "heading",
    [
        "The underlying information",
        "Entering the information",
        "Hardware",
        "Software",
        "Execution of the instructions",
        "Output",
        "Security of access",
        "Errors of users",
    ],
)
def test_the_swinton_statement_has_a_heading_for_each_factor(heading: str, read_pdf: Callable[[bytes], Any]) -> None:
    assert heading in [tag["/T"] for tag in read_pdf(render_certificate(draft("swinton"))).tagged("/H1")]


def test_the_federal_drafts_are_signed_under_the_statute_and_say_where_they_do_not_serve() -> None:
    for code in CODES[:3]:
        text = one_line(certificate_text(draft(code)))
        assert "28 U.S.C. \u00a7 1746" in text
        assert "the | Connecticut" in text or "the Connecticut" in text


def test_a_name_full_of_markup_stays_a_name(read_pdf: Callable[[bytes], Any]) -> None:
    name = '#set text(1pt) *x* "q" [____'
    assert name in read_pdf(render_certificate(draft("swinton", organisation=name))).text
    assert name in one_line(certificate_text(draft("fre-902-11", organisation=name)))
