"""Backup logs and inventories of updates: what they say, and how whatever is absurd in them is named."""

from datetime import UTC, date, datetime

import pytest

from charteroak.collectors.backup_log import read_backup_log
from charteroak.collectors.collected import CollectorInputError, Occasion
from charteroak.collectors.csv_rows import MOST_ROWS
from charteroak.collectors.patch_inventory import read_patch_inventory

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
OCCASION = Occasion("The file server", NOW, date(2026, 11, 20))
HEAD = "job,started,finished,result,restored_tested\n"
RUN = "files,2026-11-19T02:00:00-05:00,2026-11-19T02:40:00-05:00,success,yes\n"
INVENTORY = "host,item,available_since,installed\n"


def log(*rows: str) -> bytes:
    return (HEAD + "".join(rows)).encode()


def test_a_log_whose_jobs_ended_well_says_so_with_its_days() -> None:
    read = read_backup_log(log(RUN, RUN.replace("19T", "18T").replace("yes", "")), OCCASION)
    assert [each.holds for each in read.observations] == [True, True]
    assert (read.first, read.last) == (date(2026, 11, 18), date(2026, 11, 19))
    assert read.observations[0].detail.startswith("2 runs of 1 jobs, 0 failed")


def test_the_last_run_of_each_job_decides_whatever_the_order_of_the_lines() -> None:
    failed = RUN.replace("19T", "17T").replace("success", "failed")
    assert read_backup_log(log(RUN, failed), OCCASION).observations[0].holds is True
    read = read_backup_log(log(RUN, failed.replace("17T", "20T"), RUN.replace("files", "mail")), OCCASION)
    assert read.observations[0].holds is False
    assert "files" in read.observations[0].detail


def test_a_restore_that_nobody_tells_of_is_unknown_and_not_no() -> None:
    assert read_backup_log(log(RUN.replace("yes", "")), OCCASION).observations[1].holds is None
    assert read_backup_log(log(RUN.replace("yes", "no")), OCCASION).observations[1].holds is False
    failed = RUN.replace("success", "failed")
    assert read_backup_log(log(failed), OCCASION).observations[1].holds is None


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (RUN.replace("-05:00,2", ",2"), "no time with a zone"),
        (RUN.replace("2026-11-19T02:00", "1970-01-01T00:00"), "lies before 1990"),
        (RUN.replace("2026-11-19T02:40", "2036-11-19T02:40"), "lies in the future"),
        (RUN.replace("2026-11-19T02:40", "2026-11-18T02:40"), "finished before it started"),
        (RUN.replace("2026-11-19T02:00", "2026-10-01T02:00"), "ran for more than 14 days"),
        (RUN.replace("success", "ok"), "result 'ok' is none of"),
        (RUN.replace("files", " "), "the job has no name"),
        (RUN.replace("yes", "perhaps"), "neither yes nor no"),
        (RUN.replace("2026-11-19T02:40:00-05:00", ""), "it succeeded and has no end"),
        (RUN.replace("2026-11-19T02:00", "2026-13-45T99:00"), "no time with a zone"),
    ],
)
def test_what_is_absurd_in_a_log_is_named_by_its_line_and_nothing_is_taken(row: str, told: str) -> None:
    with pytest.raises(CollectorInputError) as refused:
        read_backup_log(log(RUN, row), OCCASION)
    assert told in refused.value.message
    assert "ine 3" in refused.value.message
    assert refused.value.location is not None
    assert refused.value.location.line == 3


def test_a_run_that_never_ended_counts_as_failed_where_the_log_says_so() -> None:
    row = RUN.replace("2026-11-19T02:40:00-05:00", "").replace("success", "failed")
    assert read_backup_log(log(row), OCCASION).observations[0].holds is False


@pytest.mark.parametrize(
    "data",
    [
        b"", HEAD.encode(), b"job,started\n", HEAD.replace("job", "job,job").encode(),
        b"\xff\xfe" + HEAD.encode("utf-16"),
        HEAD.encode() + b'"files', HEAD.encode() + b"\x00\x00", b"\x00" * 1000, HEAD.encode() + b"a" * 500_000,
        HEAD.encode() + b"x,,,,\n" * (MOST_ROWS + 1), b" " * (17 << 20),
    ],
    ids=["empty", "no run", "columns missing", "column twice", "utf-16", "open quote", "zeros in a row", "zeros",
         "one huge cell", "too many rows", "too large"],
)  # fmt: skip
def test_hostile_logs_end_in_one_clear_line(data: bytes) -> None:
    with pytest.raises(CollectorInputError):
        read_backup_log(data, OCCASION)


def inventory(*rows: str) -> bytes:
    return (INVENTORY + "".join(rows)).encode()


@pytest.mark.parametrize(
    ("row", "holds"),
    [
        ("till,windows,2026-10-01,2026-11-01\n", True),
        ("till,windows,2026-10-01,2026-11-02\n", False),
        ("till,windows,2026-10-20,\n", True),
        ("till,windows,2026-10-19,\n", False),
        ("till,windows,2026-10-01T09:00:00-04:00,2026-10-02T09:00:00-04:00\n", True),
    ],
    ids=["on the last day", "a day later", "missing for a month", "missing for longer", "times with a zone"],
)
def test_updates_are_asked_for_within_a_month(row: str, holds: bool) -> None:
    read = read_patch_inventory(inventory(row), OCCASION)
    assert read.observations[0].holds is holds
    assert (read.first, read.last) == (OCCASION.day, OCCASION.day)


def test_what_is_missing_for_too_long_is_a_finding_with_its_machine() -> None:
    read = read_patch_inventory(inventory("till,windows,2026-08-01,\n", "desk,mail,2026-11-01,\n"), OCCASION)
    assert [(each.where, each.severity) for each in read.findings] == [("till", "high")]
    assert "111 days" in read.findings[0].title


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("till,windows,2026-10-02,2026-10-01\n", "installed before it was available"),
        ("till,windows,2026-12-02,\n", "lies in the future"),
        ("till,windows,0001-01-01,\n", "lies before 1990"),
        ("till,windows,10/02/2026,\n", "no day such as"),
        ("till,windows,2026-10-02T09:00:00,\n", "no day such as"),
        (",windows,2026-10-02,\n", "the host has no name"),
        ("till,,2026-10-02,\n", "the item has no name"),
    ],
)
def test_what_is_absurd_in_an_inventory_is_named_by_its_line(row: str, told: str) -> None:
    with pytest.raises(CollectorInputError, match="Line 3") as refused:
        read_patch_inventory(inventory("desk,mail,2026-11-01,\n", row), OCCASION)
    assert told in refused.value.message
    with pytest.raises(CollectorInputError, match="no row"):
        read_patch_inventory(inventory(), OCCASION)
