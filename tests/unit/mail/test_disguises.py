import pytest

from charteroak.mail.analysis import Analysis, analyze
from charteroak.mail.language import shows_template_gap
from charteroak.mail.signals.disguises import looks_random

HEADERS = "From: {sender}\nTo: clerk@oakhollow.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n"


def read(body: str, sender: str = "Jane <jane@shop.example>", subject: str = "Hello") -> Analysis:
    return analyze((HEADERS.format(sender=sender, subject=subject) + body).encode())


def signals(analysis: Analysis) -> set[str]:
    return {signal.id for signal in analysis.signals}


@pytest.mark.parametrize("name", ["nsZkf", "IRGaPoFz", "ygXabdtScBhhLgt", "rzjbch", "a1b2c3d4"])
def test_names_thrown_by_a_machine_look_random(name: str) -> None:
    assert looks_random(name)


@pytest.mark.parametrize("name", ["JohnSmith", "TownClerkOffice", "MacDonald", "hartford", "knightsbridge", "web2"])
def test_names_of_people_and_places_do_not(name: str) -> None:
    assert not looks_random(name)


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("hello {firstname}", "{firstname}"),
        ("dear [user name], welcome", "[user name]"),
        ("*|mc_preview_text|* view", "*|mc_preview_text|*"),
        ("ola |*nome*|", "|*nome*|"),
        ("dear %email%", "%email%"),
    ],
)
def test_blanks_of_a_template_are_seen(text: str, gap: str) -> None:
    assert shows_template_gap(text) == gap


@pytest.mark.parametrize("text", ["array[i] = 3", "100% of the name", "see [1] and {2}", "# include", "$100"])
def test_code_and_figures_are_no_blank(text: str) -> None:
    assert not shows_template_gap(text)


@pytest.mark.parametrize(
    ("body", "sender", "subject", "signal"),
    [
        ("Look at this", "Deals <nsZkf@shop.example>", "Hello", "sender-made-up"),
        ("Hello {firstname}, look", "A <a@shop.example>", "Hello", "template-gap"),
        ("_" * 120 + " read on", "A <a@shop.example>", "Hello", "filler-marks"),
        ("7795263942 warm 7795263942 vest 7795263942", "A <a@shop.example>", "Hello", "filler-words"),
        ("x1y2z3k4 a9b8c7d6 q1w2e3r4 z9x8c7v6 m1n2b3v4 p0o9i8u7", "A <a@shop.example>", "Hello", "filler-words"),
        ("Read", "A <a@shop.example>", "N.E.T.F.L.I.X expired", "words-broken-up"),
        ("Read", "A <a@shop.example>", "You_are_on_our_list", "odd-subject"),
        ("https://x.example/1", "A <a@shop.example>", "Hello", "link-without-text"),
        ("see this https://x.example/1", "A <a.b@gmail.com>", "Hello", "free-mail-short-note"),
    ],
)
def test_disguises_are_found_in_a_message(body: str, sender: str, subject: str, signal: str) -> None:
    assert signal in signals(read(body, sender, subject))


def test_an_ordinary_message_shows_none_of_them() -> None:
    body = "Hello all,\n\nthe minutes of Tuesday's meeting are at https://oakhollow.example/minutes.\n--\nJane\n"
    assert not signals(read(body, "Jane Roe <jane.roe@oakhollow.example>", "Minutes of the meeting"))


def test_a_huge_run_of_marks_is_read_in_no_time() -> None:
    assert "filler-marks" in signals(read("_" * 200_000))
