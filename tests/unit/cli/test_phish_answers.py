"""Answers are sent behind the mail server's back, one at a time, and none is lost without a word."""

import logging
import threading

import pytest

from charteroak.cli.phish_answers import AnswersBehind


@pytest.fixture
def told() -> list[str]:
    return []


def test_answers_are_given_in_order_in_a_thread_of_their_own(told: list[str]) -> None:
    threads: set[int] = set()
    finished: list[int] = []

    def answer(name: str) -> str:
        threads.add(threading.get_ident())
        return name

    behind = AnswersBehind(lambda: finished.append(threading.get_ident()))
    done = threading.Barrier(2)
    for name in ("", "nobody confirms it", ""):
        behind.put(lambda name=name: answer(name), told.append)  # type: ignore[misc] # bound now
    behind.put(lambda: str(done.wait()), lambda _: None)
    done.wait()
    behind.close()
    assert told == ["", "nobody confirms it", ""]
    assert threads == set(finished) != {threading.get_ident()}


def test_a_fault_is_told_and_the_next_report_is_answered(told: list[str], caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise ValueError("lee@town.example is unknown here")

    behind = AnswersBehind(lambda: None)
    after = threading.Barrier(2)
    with caplog.at_level(logging.ERROR, "charteroak.cli.phish_answers"):
        behind.put(fail, told.append)
        behind.put(lambda: "", told.append)
        behind.put(lambda: str(after.wait()), lambda _: None)
        after.wait()
        behind.close()
    assert told == ["something went wrong, which the log tells", ""]
    assert "An answer was not sent: ValueError at test_phish_answers.py:" in caplog.text
    assert "lee@town.example" not in caplog.text


def test_what_waits_beyond_the_bound_or_at_the_end_is_told_that_it_is_not_answered(told: list[str]) -> None:
    is_at_work, may_end = threading.Event(), threading.Event()

    def answer() -> str:
        is_at_work.set()
        may_end.wait()
        return ""

    behind = AnswersBehind(lambda: None, most_waiting=2)
    behind.put(answer, told.append)
    is_at_work.wait()
    behind.put(lambda: "answered", told.append)
    behind.put(lambda: "answered", told.append)
    assert told == ["too many answers wait to be sent"]
    ending = threading.Thread(target=behind.close)
    ending.start()
    while not behind.is_closing:
        ending.join(0.001)
    may_end.set()
    ending.join()
    assert told == ["too many answers wait to be sent", "", "this server is being stopped"]
    behind.put(lambda: "answered", told.append)
    assert told[-1] == "this server is being stopped"
