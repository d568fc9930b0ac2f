"""Drafts: what is known is filled in, what is not known is a blank, and what needs judgement is left to people."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.simulators.reading_grade import grade

from charteroak.documents.blocks import Blank, Document, Items, Paragraph, Terms
from charteroak.documents.plain_text import plain_text
from charteroak.law.duties import duties_of, parse_duty_facts
from charteroak.response.notices import (
    Decision,
    DecisionKind,
    ItemState,
    NoticeSource,
    draft_notice,
    notice_named,
    notice_templates,
    parse_particulars,
    validate_source,
)
from charteroak.response.notices.differences import changed_sections, draft_changes
from charteroak.response.notices.drafting import Draft
from charteroak.response.notices.templates import languages_of
from charteroak.response.notices.worksheet import worksheet

PLAIN_LIMIT = 8.0
ANSWERS = {
    "what_happened": (
        "Someone sent a false mail to one of our staff. The mail led to a page that looked like ours. One person typed "
        "a password there. With it, someone read the mail box of our tax office."
    ),
    "what_happened_es": "Alguien mandó un correo falso a una persona de nuestra oficina y entró en su buzón.",
    "what_was_done": "We changed the password and closed the way in. We now ask for a second step at each sign-in.",
    "what_was_done_es": "Cambiamos la contraseña y cerramos la entrada.",
    "address": "1 Main Street, Sampleton, CT 06000",
    "public_phone": "860-555-0100",
    "public_contact": "www.sampleton.example/notice",
    "identity_months": 24,
    "identity_provider": "Example Watch",
    "identity_enroll": "www.watch.example or 860-555-0199",
    "identity_until": "2027-02-01",
    "breach_from": "2026-10-20",
    "breach_to": "2026-10-28",
    "vendor_role": "Example Lessons keeps our reading program.",
}
NOBODY_ASKED = Decision(kind=DecisionKind.POLICE_DELAY, answer=False, day=date(2026, 11, 3), by="A. Example")


def source(answers: dict[str, Any] | None = None, own: dict[str, str] | None = None, **incident: Any) -> NoticeSource:
    known = {
        "outcome": "successful",
        "discoveredAt": "2026-11-02T09:05:00-05:00",
        "access": True,
        "acquisition": True,
        "encrypted": False,
        "dataKinds": ["ssn", "name"],
        "residentsAffected": {"ct": 1200},
    }
    document = {"entity": {"kind": "municipality", "dataRole": "owner"}, "incident": known | incident}
    return NoticeSource(
        organisation="Town of Sampleton",
        incident="INC-2026-003",
        as_of=datetime(2026, 11, 3, 15, tzinfo=UTC),
        facts=parse_duty_facts(document),
        particulars=parse_particulars(ANSWERS if answers is None else answers),
        decisions=(NOBODY_ASKED,),
        own_words=own or {},
    )


def state(draft: Draft, item: str) -> ItemState:
    return next(each.state for each in draft.items if each.id == item)


def blanks(document: Document) -> list[str]:
    found = []
    for block in document.body:
        match block:
            case Paragraph():
                found += [run.what for run in block.texts if isinstance(run, Blank)]
            case Terms():
                found += [run.what for term in block.terms for run in term.texts if isinstance(run, Blank)]
            case Items():
                found += [run.what for item in block.items for run in item if isinstance(run, Blank)]
            case _:
                pass
    return found


def test_a_letter_with_everything_known_has_no_blank_and_no_banner() -> None:
    draft = draft_notice(notice_named("residents"), source())
    assert draft.is_whole
    assert blanks(draft.document) == []
    assert draft.document.banner == ""
    text = plain_text(draft.document)
    assert "On November 2, 2026 we found out that someone took information that we hold." in text
    assert "names and Social Security numbers" in text
    assert "24 months" in text


def test_a_record_that_knows_nothing_gives_blanks_everywhere_and_asserts_nothing() -> None:
    empty = NoticeSource(
        organisation="Town of Sampleton",
        incident="INC-2026-003",
        as_of=datetime(2026, 11, 3, 15, tzinfo=UTC),
        facts=parse_duty_facts({}),
    )
    for name in notice_templates():
        for language in languages_of(name):
            draft = draft_notice(notice_named(name, language), empty)
            assert draft.blanks, name
            assert "Draft: do not send" in draft.document.banner
            text = plain_text(draft.document)
            assert "None" not in text
            assert "{" not in text
    letter = plain_text(draft_notice(notice_named("residents"), empty).document)
    assert "police asked" not in letter
    assert "We will pay" not in letter


@pytest.mark.parametrize(("number", "shown"), [(None, "[____ number of Connecticut residents: not yet"), (0, "\n0\n")])
def test_zero_is_an_answer_and_unknown_is_a_blank(number: int | None, shown: str) -> None:
    affected = None if number is None else {"ct": number}
    draft = draft_notice(notice_named("attorney-general"), source(residentsAffected=affected))
    assert shown in plain_text(draft.document)
    assert state(draft, "residents") is (ItemState.BLANK if number is None else ItemState.FILLED)


def test_an_unknown_outcome_is_a_blank_too() -> None:
    draft = draft_notice(notice_named("ctic"), source(outcome="unknown"))
    assert "whether it succeeded: not yet known" in " ".join(blanks(draft.document))


def test_what_nobody_has_found_out_about_the_data_is_not_asserted() -> None:
    draft = draft_notice(notice_named("residents"), source(access=None, acquisition=None, dataKinds=None))
    text = " ".join(plain_text(draft.document).split())
    assert "whether information was seen or taken: not yet known" in text
    assert "kinds of information: not yet known" in text
    assert state(draft, "identity-help") is ItemState.BLANK
    assert "Freeze your credit" in text
    assert "Equifax" not in text


def test_seen_is_not_called_taken() -> None:
    text = plain_text(draft_notice(notice_named("residents"), source(acquisition=False)).document)
    assert "someone was able to see information" in text
    assert "took" not in text


def test_parts_that_do_not_belong_are_left_out_and_say_why() -> None:
    draft = draft_notice(notice_named("residents"), source(dataKinds=["name", "medical"]))
    assert state(draft, "identity-help") is ItemState.NOT_NEEDED
    assert "identity theft" not in plain_text(draft.document).split("More help")[0].lower()


def test_counsel_decides_in_own_words_and_nobody_else() -> None:
    template = notice_named("sec-8k")
    before = draft_notice(template, source())
    assert state(before, "impact") is ItemState.BLANK
    assert state(before, "forward-looking") is ItemState.COUNSEL
    after = draft_notice(template, source(own={"forward-looking": "Our own caution."}))
    assert state(after, "forward-looking") is ItemState.FILLED
    assert "Our own caution." in plain_text(after.document)


def test_no_item_for_counsel_is_answered_by_the_record() -> None:
    for template in notice_templates().values():
        draft = draft_notice(template, source())
        for item in template.items:
            if item.counsel:
                assert state(draft, item.id) in {ItemState.COUNSEL, ItemState.BLANK}


@pytest.mark.parametrize("name", [name for name, each in notice_templates().items() if each.to_people])
def test_letters_to_people_are_plain_english(name: str) -> None:
    incident = {
        "dataKinds": ["name", "ssn", "account", "credentials", "medical"],
        "contractorNoticeAt": "2026-11-02T09:05:00-05:00",
        "lawEnforcementDelayUntil": "2026-12-01T00:00:00-05:00",
    }
    asked = Decision(kind=DecisionKind.POLICE_DELAY, answer=True, day=date(2026, 11, 3), by="Police", in_writing=True)
    whole = source(**incident)
    whole = NoticeSource(
        organisation=whole.organisation, incident=whole.incident, as_of=whole.as_of, facts=whole.facts,
        particulars=whole.particulars, decisions=(asked,),
    )  # fmt: skip
    text = plain_text(draft_notice(notice_named(name), whole).document)
    assert grade(text) <= PLAIN_LIMIT


def test_paragraphs_that_a_person_wrote_stay_paragraphs_and_none_is_cut() -> None:
    long = "word " * 3_500
    draft = draft_notice(notice_named("ctic"), source({"what_happened": f"First.\n\nSecond.\n\n{long}"}))
    paragraphs = [run for block in draft.document.body if isinstance(block, Paragraph) for run in block.texts]
    assert "First." in paragraphs
    assert "Second." in paragraphs
    assert "".join(str(run) for run in paragraphs).count("word") == 3_500
    assert "cut here" not in plain_text(draft.document)


@pytest.mark.parametrize(
    "typed",
    ['#import "x"', "{residents} {{ places }}", "=cmd|' /C calc'!A0", "$x$ *bold* _it_", "\\u{202E}", "<w:fldSimple/>"],
)
def test_what_a_person_typed_is_text_and_is_never_read_for_places(typed: str) -> None:
    draft = draft_notice(notice_named("ctic"), source({"what_happened": typed}, own={"outcome": typed}))
    runs = [run for block in draft.document.body if isinstance(block, Paragraph) for run in block.texts]
    assert runs.count(typed) == 2


def test_a_fact_that_became_known_shows_what_changed_in_the_draft() -> None:
    template = notice_named("attorney-general")
    kept = draft_notice(template, source(residentsAffected=None)).document
    now = draft_notice(template, source()).document
    changed = changed_sections(draft_changes(kept, now))
    assert [section.heading for section in changed] == ["Connecticut residents affected"]
    assert "1,200" in str(changed)


def test_the_same_record_gives_the_same_draft() -> None:
    template = notice_named("residents")
    assert draft_notice(template, source()) == draft_notice(template, source())


def test_the_checklist_says_the_standard_first_and_calls_the_limit_a_limit() -> None:
    record = source()
    answers = [each for each in duties_of(record.facts) if each.duty.code == "CT-BREACH-RES"]
    text = plain_text(worksheet(draft_notice(notice_named("residents"), record), record, answers))
    flat = " ".join(text.split())
    assert "Without unreasonable delay. Outer limit: January 1, 2027." in flat
    assert "Nothing is sent by this program" in flat


def test_what_does_not_fit_together_is_said() -> None:
    twelve = source(ANSWERS | {"identity_months": 12})
    assert any("fewer than the 24" in problem for problem in validate_source(twelve))
    late = source(ANSWERS | {"breach_from": "2026-11-20", "breach_to": "2026-11-21"})
    assert any("before its first day" in problem for problem in validate_source(late))
    unrecorded = source(harmUnlikelyFinding=True, lawEnforcementDelayUntil="2026-12-01T00:00:00-05:00")
    problems = validate_source(unrecorded)
    assert any("no record says who found it" in problem for problem in problems)
    assert any("no record says who asked" in problem for problem in problems)
    assert validate_source(source()) == []


@pytest.mark.parametrize("name", list(notice_templates()))
def test_a_draft_is_whole_only_if_no_blank_stands_in_it(name: str) -> None:
    for language in languages_of(name):
        for record in (source(), source({})):
            draft = draft_notice(notice_named(name, language), record)
            assert draft.is_whole == (blanks(draft.document) == [])
            assert bool(draft.document.banner) == (not draft.is_whole)


def test_a_blank_in_the_first_lines_is_on_the_checklist() -> None:
    draft = draft_notice(notice_named("data-owner"), source())
    assert state(draft, "frame") is ItemState.BLANK
    assert "name of the agency, board, owner or firm that is told" in draft.items[0].missing
