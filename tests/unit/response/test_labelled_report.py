"""The labelled form against texts that a stranger sends to stop whoever reads them."""

import time
from email.message import EmailMessage

import pytest

from charteroak.response.labelled_report import (
    LIMIT_CHARACTERS,
    LabelledReportError,
    has_labels,
    parse_labelled,
    written_answers,
)
from charteroak.response.mail_report import read_mail_report

SECONDS = 5.0
"""Each of these took minutes to days before; now hundredths of a second, and a busy machine has room."""
FULL = LIMIT_CHARACTERS - 100


def measured(text: str) -> tuple[float, dict[str, object] | LabelledReportError]:
    """The processor's time for a text, and what came of it."""
    started = time.process_time()
    try:
        made: dict[str, object] | LabelledReportError = parse_labelled(text)
    except LabelledReportError as error:
        made = error
    return time.process_time() - started, made


@pytest.mark.parametrize(
    "line",
    [" " * FULL + "x", "a " * (FULL // 2), "a" + " " * FULL, "Outcome (" + " " * FULL, "Outcome" + " " * FULL + "(x) :",
     ("a" + " " * 79 + "\n") * (FULL // 81), "\u3000" * FULL + "x"],
    ids=["blanks", "words", "blanks behind", "an open hint", "blanks before a hint", "many lines", "wide blanks"],
)  # fmt: skip
def test_a_line_of_blanks_is_looked_at_once(line: str) -> None:
    started = time.process_time()
    assert not has_labels(line)
    assert time.process_time() - started < SECONDS
    assert measured(f"Outcome: blocked\n{line}")[0] < SECONDS


@pytest.mark.parametrize(
    "text",
    ["When noticed: x" + " " * FULL + "y", "When noticed: " + "(" * FULL, "When noticed: x (" + "a" * FULL,
     "What happened: x\n" + "a\n" * (FULL // 2), "When noticed: x\n" + "+a\n" * (FULL // 3),
     "What happened: x\n" + "|\n" * (FULL // 2)],
    ids=["blanks in a moment", "brackets", "no closing bracket", "broken lines", "a moment of many lines", "new lines"],
)  # fmt: skip
def test_an_answer_of_any_form_takes_time_with_its_length(text: str) -> None:
    assert measured(text)[0] < SECONDS


def test_marks_without_end_are_refused_with_their_line() -> None:
    seconds, made = measured("Outcome: blocked\nWhat happened: a" + "\u0301\u0316" * (FULL // 3))
    assert seconds < SECONDS
    assert isinstance(made, LabelledReportError)
    assert made.location is not None
    assert made.location.line == 2


def test_quoted_lines_of_blanks_in_a_mail_are_looked_at_once() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.org", "x"
    mail.set_content("> " * 50_000 + "\n" + " " * 300_000 + "x\n", cte="base64")
    started = time.process_time()
    with pytest.raises(LabelledReportError):
        read_mail_report(mail.as_bytes())
    assert time.process_time() - started < SECONDS


def test_what_the_form_took_before_it_takes_still() -> None:
    text = (
        "  Outcome (what: became of it) : blocked\n"
        "When noticed: 2026-03-01 09:15 ( hour , America/New_York )\n"
        "What happened:\n  Two clerks\n  paid. +\n|   indented and\n+ broken\n|\n| last\n"
    )
    made = parse_labelled(text)
    assert made["outcome"] == "blocked"
    assert made["noticed"] == {"at": "2026-03-01 09:15", "precision": "hour", "zone": "America/New_York"}
    assert made["narrative"] == "Two clerks paid. +\n  indented and broken\n\nlast"
    assert written_answers(made)["/narrative"] == made["narrative"]
    assert parse_labelled("When noticed: yesterday (around noon)")["noticed"] == "yesterday (around noon)"
