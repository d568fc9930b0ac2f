import json
import random
from importlib.resources import files

import pytest

from charteroak.mail.score import Verdict, weights
from charteroak.mail.signals.registry import signal_texts

REASSURING = {"sender-confirmed"}


def test_every_signal_has_points_and_a_sentence_in_two_languages() -> None:
    assert weights().points.keys() == signal_texts().keys()
    for name, text in signal_texts().items():
        assert {"en", "es"} <= text.sentences.keys(), name
        assert all(sentence.endswith((".", "?")) for sentence in text.sentences.values()), name


def test_blanks_of_a_sentence_are_the_same_in_each_language() -> None:
    from string import Formatter

    for name, text in signal_texts().items():
        blanks = {frozenset(field for _, field, _, _ in Formatter().parse(s) if field) for s in text.sentences.values()}
        assert len(blanks) == 1, name


def test_only_what_a_trusted_server_says_can_lower_a_score() -> None:
    assert {name for name, points in weights().points.items() if points < 0} == REASSURING


def test_weights_say_when_and_how_they_were_set() -> None:
    document = json.loads(files("charteroak.mail").joinpath("data/weights.json").read_text(encoding="utf-8"))
    assert document["reviewed"]
    assert document["method"]
    assert 0 < document["thresholds"]["suspicious"] < document["thresholds"]["phishing"]


@pytest.mark.parametrize(
    ("signals", "verdict"),
    [
        ([], Verdict.NOT_ENOUGH_EVIDENCE),
        (["sender-confirmed"], Verdict.NOT_ENOUGH_EVIDENCE),
        (["presses-for-time"], Verdict.NOT_ENOUGH_EVIDENCE),
        (["file-program"], Verdict.SUSPICIOUS),
        (["file-program", "display-name-brand"], Verdict.PHISHING),
        (["simulation-marker", "display-name-brand", "password-field"], Verdict.PHISHING),
        (["simulation-marker", "simulation-confirmed", "display-name-brand", "password-field"], Verdict.SIMULATION),
        (["simulation-marker", "file-program"], Verdict.SUSPICIOUS),
    ],
)
def test_verdict_follows_the_signals(signals: list[str], verdict: Verdict) -> None:
    assert weights().verdict(signals) is verdict


def test_sentence_is_filled_and_braces_in_a_name_are_harmless() -> None:
    text = signal_texts()["file-program"]
    assert text.explain({"name": "{x}"}) == 'The attachment "{x}" is a program or runs as one.'
    assert text.explain({"name": "a"}, "es").startswith("El adjunto")
    assert text.explain({"name": "a"}, "fr").startswith("The attachment")


HIDES_NOTHING = ("file-program", "file-archive-with-program", "file-smuggles", "file-disk-image", "link-active-code")


@pytest.mark.parametrize("signal", HIDES_NOTHING)
def test_even_a_confirmed_exercise_hides_no_malware(signal: str) -> None:
    assert weights().verdict(["simulation-marker", "simulation-confirmed", signal]) is not Verdict.SIMULATION


def test_another_signal_never_lowers_a_verdict() -> None:
    order = [Verdict.NOT_ENOUGH_EVIDENCE, Verdict.SUSPICIOUS, Verdict.PHISHING]
    names = sorted(weights().points.keys() - REASSURING - {"simulation-confirmed"})
    chance = random.Random(7)  # noqa: S311 - a fixed walk through the signals, nothing secret
    for _ in range(500):
        some = chance.sample(names, chance.randint(0, 6))
        more = [*some, chance.choice(names)]
        assert order.index(weights().verdict(more)) >= order.index(weights().verdict(some))
        assert weights().score(more) >= weights().score(set(some))


def test_no_verdict_says_that_a_message_is_safe() -> None:
    assert {verdict.value for verdict in Verdict} == {"phishing", "suspicious", "simulation", "not-enough-evidence"}


def test_signals_of_one_decade_are_named_and_are_not_fitted() -> None:
    document = json.loads(files("charteroak.mail").joinpath("data/weights.json").read_text(encoding="utf-8"))
    assert set(document["eraBound"]) <= document["judged"].keys() == document["points"].keys()
