"""What a reporter is told: whole in both languages, short enough for two minutes, and never that a mail is safe."""

import re
from typing import Any

import pytest
from tests.simulators.reading_grade import grade

from charteroak.mail.defects import DefectKind
from charteroak.mail.score import Verdict
from charteroak.mail.signals.registry import signal_texts
from charteroak.response import answer_words
from charteroak.response.phish_answer import answer_as_text, answer_to_reporter

WORDS_IN_TWO_MINUTES = 238
"""A minute of reading (Brysbaert 2019) leaves one for the first step."""


def signal(identifier: str, points: float, /, **mentions: str) -> dict[str, Any]:
    explanation = signal_texts()[identifier].explain(mentions)
    return {"id": identifier, "points": points, "explanation": explanation, "where": "text", "mentions": mentions}


def analysis(*signals: dict[str, Any], verdict: str = "phishing", **more: Any) -> dict[str, Any]:
    return {"verdict": verdict, "status": "analyzed", "signals": list(signals), "defects": [], **more}


def all_texts(language: str) -> list[str]:
    return [
        *(said.in_(language) for said in answer_words.verdict_sentences().values()),
        *(said.in_(language) for said in answer_words.texts().values()),
        *(step for deed in answer_words.deeds() for step in deed.steps.in_(language)),
        *(group.says.in_(language) for group in answer_words.unread()),
    ]


def test_every_verdict_has_its_sentence() -> None:
    assert set(answer_words.verdict_sentences()) == {verdict.value for verdict in Verdict}


def test_every_kind_of_loss_is_told_once() -> None:
    told = [code for group in answer_words.unread() for code in group.codes]
    assert sorted(told) == sorted(kind.code for kind in DefectKind if kind.loses)


def test_every_reason_can_be_said_in_both_languages_with_the_same_blanks() -> None:
    for name, text in signal_texts().items():
        blanks = [set(re.findall(r"{(\w+)}", text.sentences[code])) for code in answer_words.LANGUAGES]
        assert blanks[0] == blanks[1], name


@pytest.mark.parametrize("deed", answer_words.deeds(), ids=lambda deed: deed.id)
def test_each_branch_is_read_in_a_minute_in_both_languages_and_calls_known_people(deed: answer_words.Deed) -> None:
    assert len(deed.steps.en) == len(deed.steps.es) <= 4
    for language in answer_words.LANGUAGES:
        assert len(" ".join(deed.steps.in_(language)).split()) <= WORDS_IN_TWO_MINUTES / 3
    assert set(deed.call) <= set(answer_words.contacts())


def test_steps_are_easy_to_read() -> None:
    text = " ".join(step for deed in answer_words.deeds() for step in deed.steps.en)
    assert grade(text) <= 6


def test_number_stands_only_with_its_source_and_day() -> None:
    for contact in answer_words.contacts().values():
        assert not (contact.variable and contact.number), contact.id
        assert contact.as_of is not None or not (contact.number or contact.address), contact.id


def test_no_text_calls_a_mail_safe_or_leaves_a_language_empty() -> None:
    for english, spanish in zip(all_texts("en"), all_texts("es"), strict=True):
        assert english != spanish
        assert not re.search(r"\b(?:safe|clean|harmless|genuine)\b", english, re.IGNORECASE)
        assert not re.search(r"\b(?:segur[oa]|limpi[oa]|inofensiv[oa])\b(?! Social)", spanish, re.IGNORECASE)


def test_three_weightiest_reasons_stand_first_each_kind_once_and_what_reassures_is_no_reason() -> None:
    found = analysis(
        signal("presses-for-time", 1.8, phrase="now"),
        signal("file-program", 3.2, name="a.exe"),
        signal("file-program", 3.2, name="b.exe"),
        signal("impersonal-greeting", 2.2, phrase="dear customer"),
        signal("asks-for-credentials", 1.9, phrase="your password"),
        signal("sender-confirmed", -0.9, server="mx", domain="a.example", method="dmarc"),
    )
    answer = answer_to_reporter(found, ["read"])
    assert [reason.signal for reason in answer.reasons] == [
        "file-program",
        "impersonal-greeting",
        "asks-for-credentials",
    ]
    assert [reason.signal for reason in answer.further] == ["presses-for-time"]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_without_any_sign_the_answer_says_that_this_proves_nothing(verdict: Verdict) -> None:
    answer = answer_to_reporter(analysis(verdict=verdict.value), [])
    assert "no proof" in answer.remark


def test_training_mail_shows_first_who_confirms_it() -> None:
    found = analysis(
        signal("presses-for-time", 1.8, phrase="now"), signal("simulation-marker", 0.0, product="Drill"),
        signal("simulation-confirmed", 0.0, vendor="Drill", server="mx.b.example", domain="training.example"),
        verdict="simulation",
    )  # fmt: skip
    answer = answer_to_reporter(found, ["read"], language="es")
    assert [reason.signal for reason in answer.reasons[:2]] == ["simulation-confirmed", "simulation-marker"]
    assert "Cualquiera puede escribir eso" in answer.reasons[1].text


@pytest.mark.parametrize(("language", "warning"), [("en", "Do not use its links"), ("es", "No use sus enlaces")])
def test_a_claim_to_be_a_training_mail_is_told_below_the_warning(language: str, warning: str) -> None:
    found = analysis(
        signal("presses-for-time", 1.8, phrase="now"), signal("asks-for-credentials", 2.0, phrase="password"),
        signal("impersonal-greeting", 1.0, phrase="Dear user"), signal("about-mailbox", 0.9, phrase="mailbox"),
        signal("simulation-marker", 0.0, product="Drill"),
    )  # fmt: skip
    answer = answer_to_reporter(found, ["read"], language=language)
    assert warning in answer.sentence
    assert [reason.signal for reason in answer.reasons][3:] == ["simulation-marker"]
    assert [reason.signal for reason in answer.further] == ["about-mailbox"]
    assert "Drill" in answer_as_text(answer)


@pytest.mark.parametrize(
    "kept",
    [
        {"id": "presses-for-time", "points": 1.8, "explanation": "As it was kept."},
        {"id": "presses-for-time", "points": 1.8, "explanation": "As it was kept.", "mentions": {}},
        {"id": "no-longer-known", "points": 1.8, "explanation": "As it was kept.", "mentions": {"a": "b"}},
    ],
    ids=["before-mentions", "other-blanks", "unknown-signal"],
)
def test_report_of_old_keeps_its_reason_in_english_and_says_that_it_is(kept: dict[str, Any]) -> None:
    (reason,) = answer_to_reporter(analysis(kept), [], language="es").reasons
    assert (reason.text, reason.language) == ("As it was kept.", "en")


def test_braces_in_what_a_mail_says_are_no_blanks() -> None:
    found = signal("presses-for-time", 1.8, phrase="{name.__class__} {0} {")
    for language in answer_words.LANGUAGES:
        assert "{name.__class__} {0} {" in answer_to_reporter(analysis(found), [], language=language).reasons[0].text


@pytest.mark.parametrize(
    ("language", "heading", "step"),
    [
        ("en", "You may have entered a password or a code", "Change that password now"),
        ("es", "Quizá escribió una contraseña o un código", "Cambie ahora esa contraseña"),
    ],
)
def test_doubt_about_a_password_brings_its_steps_and_claims_nothing(language: str, heading: str, step: str) -> None:
    answer = answer_to_reporter(analysis(), ["link", "maybe-password"], language=language)
    assert [todo.deed for todo in answer.todo] == ["password", "link"]
    assert answer.todo[0].heading == heading
    assert step in answer.todo[0].steps[0]
    assert answer.has_said


def test_what_was_done_is_not_doubted_beside_a_doubt() -> None:
    answer = answer_to_reporter(analysis(), ["file", "maybe-file"])
    assert [todo.heading for todo in answer.todo] == ["You opened a file or installed something"]


def test_gravest_deed_stands_first_and_each_contact_once() -> None:
    answer = answer_to_reporter(analysis(), ["link", "password", "money", "no-such-deed"])
    assert [todo.deed for todo in answer.todo] == ["money", "password", "link"]
    assert len({call.who for call in answer.calls}) == len(answer.calls) == 4


def test_partial_reading_names_what_is_missing_even_if_its_kind_is_unknown() -> None:
    lost = [{"code": "headers-missing", "contentLost": True}, {"code": "encrypted", "contentLost": True}]
    answer = answer_to_reporter(analysis(status="partial", defects=lost), [])
    assert len(answer.unread) == 2
    strange = [{"code": "of-another-day", "contentLost": True}]
    assert answer_to_reporter(analysis(status="partial", defects=strange), []).unread
    assert answer_to_reporter(analysis(defects=lost), []).unread == ()


@pytest.mark.parametrize("language", answer_words.LANGUAGES)
def test_mail_text_is_marked_in_an_exercise_and_makes_no_link_of_a_host(language: str) -> None:
    found = analysis(signal("link-look-alike", 2.4, host="pay.nutmeg.example", brand="Nutmeg"))
    answer = answer_to_reporter(found, ["link"], language=language, numbers={"it": "860-555-0134"})
    text = answer_as_text(answer, receipt="7QK3-M0ZD-9XRA-2WTC", when="2026-03-01", is_exercise=True)
    assert text.startswith(("EXERCISE.", "EJERCICIO."))
    assert "pay[.]nutmeg[.]example" in text
    assert "860-555-0134" in text
    assert "______" not in text
    unknown = answer_as_text(answer_to_reporter(found, ["link"], language=language), receipt="7QK3", when="2026")
    assert "______" in unknown
