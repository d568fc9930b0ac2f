"""The checklist of a draft as a document: for whoever prepares the notice, never for its recipient.

The standard of the law stands before its outer limit, and the limit is called one: it is no date to aim at.
"""

from collections.abc import Sequence
from datetime import datetime

from charteroak.documents.after_action import EXERCISE_BANNER
from charteroak.documents.blocks import (
    Column,
    Document,
    Heading,
    Items,
    Note,
    Paragraph,
    Strong,
    Table,
    Term,
    Terms,
    Texts,
)
from charteroak.law.duties import DutyAnswer, DutyStatus
from charteroak.response.notices.drafting import Draft
from charteroak.response.notices.items import ItemState
from charteroak.response.notices.source import NoticeSource, validate_source
from charteroak.response.notices.wording import day_words, moment_words

STATE_WORDS = {
    ItemState.FILLED: "Filled",
    ItemState.BLANK: "Blank",
    ItemState.COUNSEL: "For counsel",
    ItemState.NOT_NEEDED: "Not needed",
}
DUTY_WORDS = {
    DutyStatus.DUE: "due",
    DutyStatus.UNKNOWN: "not known yet whether it is due",
    DutyStatus.NOT_TRIGGERED: "not triggered",
    DutyStatus.DISABLED: "not in force",
}


def limit_words(answer: DutyAnswer) -> str:
    """The last moment that the law allows, in words; empty where it sets none."""
    limit = answer.outer_limit
    if limit is None:
        return ""
    return moment_words(limit) if isinstance(limit, datetime) else day_words(limit, "en")


def timing_words(answer: DutyAnswer) -> str:
    """The law's own words on time, then the outer limit as a limit."""
    limit = limit_words(answer)
    standard = f"{answer.duty.standard[0].upper()}{answer.duty.standard[1:]}"
    if limit:
        return f"{standard}. Outer limit: {limit}."
    return f"{standard}. No outer limit is known." if answer.status is DutyStatus.DUE else f"{standard}."


def worksheet(draft: Draft, source: NoticeSource, answers: Sequence[DutyAnswer]) -> Document:
    """The checklist of one notice, with the duties that it serves."""
    duties = tuple(
        Term(
            answer.duty.code,
            (
                Strong(timing_words(answer)),
                f" By what is known: {DUTY_WORDS[answer.status]}. {answer.reason} ({answer.duty.citation})",
            ),
        )
        for answer in answers
    )
    problems: tuple[Texts, ...] = tuple((each,) for each in validate_source(source))
    does_not_fit = (Heading("What does not fit together"), Items(problems)) if problems else ()
    rows = tuple(
        ((item.asks,), (Strong(STATE_WORDS[item.state]),), (f"{item.because} {item.remark}".strip(),))
        for item in draft.items
    )
    return Document(
        title=f"Checklist: {draft.template.title}",
        subtitle=f"{source.organisation}, {source.incident}",
        running=f"Checklist | {source.incident}",
        dated=source.as_of,
        footer=f"{source.incident}; our summary, to be checked by counsel; no legal advice",
        banner=EXERCISE_BANNER if source.is_exercise else "",
        body=(
            Terms((Term("To", (draft.template.recipient,)), Term("How", (draft.template.sending,)), *duties)),
            Note("Nothing is sent by this program.", ("Send the notice yourself, then record that you did.",)),
            *does_not_fit,
            Heading("What the notice has to say"),
            Table("Items of the notice", (Column("Asked", 2.2), Column("State", 0.9), Column("Why", 3.2)), rows, ""),
            Paragraph((f"Template reviewed on {day_words(draft.template.reviewed, 'en')}.",), numbered=False),
        ),
    )
