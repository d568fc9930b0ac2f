"""The outbox of reports against a desk that answers, refuses, is busy, or is no desk at all."""

import json
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from answering_desk import AnsweringDesk, answering_desk

from charteroak.adapters.bounded_http import HTTPAddressError
from charteroak.adapters.desk_client import address_of_desk
from charteroak.adapters.report_outbox import OutboxError, ReportOutbox
from charteroak.receipts import parse_receipt
from charteroak.services.report_outbox import LONGEST_WAIT, send_outbox, wait_after

MOMENT = datetime(2026, 3, 1, 15, tzinfo=UTC)
RECORD = '{"outcome":"blocked","whatHappened":"Prüfung 🙂"}'.encode()


@pytest.fixture
def desk() -> Iterator[AnsweringDesk]:
    with answering_desk() as found:
        yield found


@pytest.fixture
def outbox(tmp_path: Path) -> ReportOutbox:
    return ReportOutbox(tmp_path / "outbox")


def test_a_report_is_handed_over_and_its_receipt_is_kept(desk: AnsweringDesk, outbox: ReportOutbox) -> None:
    item = outbox.put(RECORD, to=desk.address, moment=MOMENT)
    sent = send_outbox(outbox, moment=MOMENT)
    assert (sent.tried[0].state, sent.waiting) == ("delivered", 0)
    assert parse_receipt(outbox.get(item.id).receipt)
    assert desk.taken == {item.key: RECORD}


def test_the_same_report_put_in_twice_waits_once_under_one_key(outbox: ReportOutbox) -> None:
    first = outbox.put(RECORD, to="https://desk.example", moment=MOMENT)
    assert outbox.put(RECORD, to="https://desk.example", moment=MOMENT + timedelta(hours=1)) == first
    assert outbox.put(RECORD, to="https://other.example", moment=MOMENT).key != first.key


def test_a_report_whose_answer_was_lost_is_sent_again_under_its_key_and_is_one(
    desk: AnsweringDesk, outbox: ReportOutbox
) -> None:
    item = outbox.put(RECORD, to=desk.address, moment=MOMENT)
    desk.take(item.key, RECORD)
    desk.answer_next(502)
    assert send_outbox(outbox, moment=MOMENT).waiting == 1
    assert send_outbox(outbox, moment=MOMENT + LONGEST_WAIT).tried[0].state == "delivered"
    assert len(desk.taken) == 1


@pytest.mark.parametrize(
    ("status", "body", "media"),
    [
        (200, b"<html>Welcome to the hotel</html>", "text/html"),
        (200, b'{"receipt":"7QK3-M0ZD-9XRA-2WTD"}', "application/json"),
        (200, b"[]", "application/json"),
        (302, b"", "text/html"),
        (404, b"", "text/html"),
        (422, b"<html>a proxy</html>", "text/html"),
        (503, b"", "text/html"),
    ],
)
def test_what_is_no_receipt_leaves_the_report_waiting(
    desk: AnsweringDesk, outbox: ReportOutbox, status: int, body: bytes, media: str
) -> None:
    outbox.put(RECORD, to=desk.address, moment=MOMENT)
    desk.answer_next(status, body, media)
    tried = send_outbox(outbox, moment=MOMENT).tried[0]
    assert (tried.state, tried.attempts, tried.receipt) == ("waiting", 1, "")
    assert tried.next_attempt > MOMENT
    assert tried.last_problem


def test_a_receipt_for_another_record_leaves_the_report_waiting(desk: AnsweringDesk, outbox: ReportOutbox) -> None:
    outbox.put(RECORD, to=desk.address, moment=MOMENT)
    desk.answer_next(201, desk.take("a" * 32, b"{}"), "application/json")
    assert "another record" in send_outbox(outbox, moment=MOMENT).tried[0].last_problem


def test_a_refusal_by_the_desk_ends_the_attempts_and_says_why(desk: AnsweringDesk, outbox: ReportOutbox) -> None:
    outbox.put(RECORD, to=desk.address, moment=MOMENT)
    desk.answer_next(422, json.dumps({"title": "Cannot be taken.", "detail": "outcome\x1b[31m"}).encode())
    sent = send_outbox(outbox, moment=MOMENT)
    assert (sent.tried[0].state, sent.waiting) == ("refused", 0)
    assert "Cannot be taken." in sent.tried[0].last_problem
    assert "\x1b" not in sent.tried[0].last_problem


def test_a_desk_that_is_down_is_asked_less_and_less_often(outbox: ReportOutbox) -> None:
    item = outbox.put(RECORD, to="http://127.0.0.1:9", moment=MOMENT)
    moment, waits = MOMENT, []
    for _ in range(9):
        tried = send_outbox(outbox, moment=moment).tried[0]
        waits.append(tried.next_attempt - moment)
        assert not send_outbox(outbox, moment=moment).tried
        moment = tried.next_attempt
    assert waits == sorted(waits)
    assert timedelta(minutes=1) <= waits[0] <= timedelta(minutes=1.25)
    assert LONGEST_WAIT <= waits[-1] <= LONGEST_WAIT * 1.25
    assert outbox.get(item.id).attempts == 9


def test_a_busy_desk_says_when_to_come_back(desk: AnsweringDesk, outbox: ReportOutbox) -> None:
    item = outbox.put(RECORD, to=desk.address, moment=MOMENT)
    desk.answer_next(429, b"{}", Retry_After="1800")
    assert send_outbox(outbox, moment=MOMENT).tried[0].next_attempt == MOMENT + timedelta(minutes=30)
    assert wait_after(item, retry_after=0) < timedelta(minutes=2)


def test_one_report_that_cannot_be_delivered_stops_no_other(desk: AnsweringDesk, outbox: ReportOutbox) -> None:
    outbox.put(RECORD, to="http://127.0.0.1:9", moment=MOMENT)
    outbox.put(RECORD, to=desk.address, moment=MOMENT)
    assert sorted(item.state for item in send_outbox(outbox, moment=MOMENT).tried) == ["delivered", "waiting"]


def test_two_senders_at_once_hand_a_report_over_once(desk: AnsweringDesk, outbox: ReportOutbox) -> None:
    outbox.put(RECORD, to=desk.address, moment=MOMENT)
    threads = [threading.Thread(target=send_outbox, args=(outbox,), kwargs={"moment": MOMENT}) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk.asked) == 1


def test_the_outbox_is_for_its_owner_alone(outbox: ReportOutbox, tmp_path: Path) -> None:
    outbox.put(RECORD, to="https://desk.example", moment=MOMENT)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "outbox", *(tmp_path / "outbox").iterdir())}
    assert not any(mode & 0o077 for mode in modes)


def test_what_waits_is_not_forgotten_and_what_is_broken_is_named(outbox: ReportOutbox, tmp_path: Path) -> None:
    item = outbox.put(RECORD, to="https://desk.example", moment=MOMENT)
    with pytest.raises(OutboxError, match="still waits"):
        outbox.forget(item)
    (tmp_path / "outbox" / f"{item.id}.json").write_bytes(b'{"id": 3')
    items, [unreadable] = outbox.look()
    assert items == []
    assert item.id in str(unreadable)


def test_a_file_that_cannot_be_read_holds_no_report_back_and_is_named(
    desk: AnsweringDesk, outbox: ReportOutbox, tmp_path: Path
) -> None:
    item = outbox.put(RECORD, to=desk.address, moment=MOMENT)
    (tmp_path / "outbox" / f"{'0' * 32}.json").write_bytes(b"")
    sent = send_outbox(outbox, moment=MOMENT)
    assert [tried.state for tried in sent.tried] == ["delivered"]
    assert desk.taken == {item.key: RECORD}
    assert ["0" * 32 in str(error) for error in sent.unreadable] == [True]


@pytest.mark.parametrize(
    "address", ["http://desk.example", "ftp://desk.example", "https://u:p@desk.example", "desk", ""]
)
def test_a_report_goes_over_https_alone(address: str) -> None:
    with pytest.raises(HTTPAddressError):
        address_of_desk(address)
