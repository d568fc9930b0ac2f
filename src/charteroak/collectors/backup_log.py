"""A backup program's log as CSV: which jobs ran, how they ended, and whether a restore was tried.

Columns: ``job``, ``started``, ``finished`` (times with their offset; *finished* is empty for a job that never ended),
``result`` (success, warning or failed), ``restored_tested`` (yes, no, or empty where the log does not say).
"""

from datetime import datetime, timedelta
from typing import Literal

from charteroak.clock import connecticut_day
from charteroak.collectors.collected import Collected, CollectorInputError, Observation, Occasion, refused, shown
from charteroak.collectors.csv_rows import instant_in, read_rows

NAME, VERSION = "backup-log", "1"
COLUMNS = ("job", "started", "finished", "result", "restored_tested")
CLOCK_SLACK = timedelta(minutes=5)
LONGEST_RUN = timedelta(days=14)
"""A run that took longer is a clock that jumped."""
_Result = Literal["success", "warning", "failed"]
_WORDS: dict[str, _Result] = {"success": "success", "warning": "warning", "failed": "failed"}
_YES_NO = {"yes": True, "no": False, "": None}
_NAMED = 5


def read_backup_log(data: bytes, occasion: Occasion, *, first_line: int = 1) -> Collected:
    """What a log says: whether each job's last run succeeded, and whether a restore was tried.

    Raises:
        CollectorInputError: it is no such log, or holds no run; every line at fault is named.
    """
    last: dict[str, tuple[datetime, _Result]] = {}
    problems: list[tuple[int, str]] = []
    days: list[datetime] = []
    runs = failed = 0
    tested: list[bool | None] = []
    latest = occasion.moment + CLOCK_SLACK
    for line, row in read_rows(data, COLUMNS[:4], COLUMNS[4:], first_line=first_line):
        wrong, started, ended = _times(row["started"], row["finished"], latest)
        result = _WORDS.get(row["result"].lower())
        if result is None:
            wrong.append(f"result {shown(row['result'], 40)!r} is none of {', '.join(_WORDS)}")
        if not row["job"]:
            wrong.append("the job has no name")
        if row["restored_tested"].lower() not in _YES_NO:
            wrong.append(f"restored_tested {shown(row['restored_tested'], 40)!r} is neither yes nor no")
        if result == "success" and ended is None and not wrong:
            wrong.append("it succeeded and has no end")
        if wrong or started is None or result is None:
            problems.append((line, "; ".join(wrong)))
            continue
        runs += 1
        failed += result == "failed"
        days += [started, ended or started]
        # A restore tried from a backup that failed shows nothing.
        tested.append(_YES_NO[row["restored_tested"].lower()] if result != "failed" else None)
        if row["job"] not in last or last[row["job"]][0] <= started:
            last[row["job"]] = (started, result)
    if problems:
        raise refused(problems)
    if not runs:
        raise CollectorInputError("The log holds no run.", remedy="Send one that covers at least a day with a backup.")
    bad = sorted(job for job, (_, result) in last.items() if result != "success")
    return Collected(
        NAME, VERSION, occasion.subject, connecticut_day(min(days)), connecticut_day(max(days)),
        (_succeeded(runs, failed, len(last), bad), _restored(tested)),
    )  # fmt: skip


def _times(started: str, finished: str, latest: datetime) -> tuple[list[str], datetime | None, datetime | None]:
    begin = instant_in(started, "started", latest)
    end = instant_in(finished, "finished", latest) if finished else None
    wrong = [each for each in (begin, end) if isinstance(each, str)]
    if isinstance(begin, datetime) and isinstance(end, datetime):
        if end < begin:
            wrong.append("it finished before it started")
        elif end - begin > LONGEST_RUN:
            wrong.append(f"it ran for more than {LONGEST_RUN.days} days")
    return wrong, begin if isinstance(begin, datetime) else None, end if isinstance(end, datetime) else None


def _succeeded(runs: int, failed: int, jobs: int, bad: list[str]) -> Observation:
    counted = f"{runs} runs of {jobs} jobs, {failed} failed"
    if not bad:
        return Observation("backups-succeeded", True, f"{counted}; the last run of each job succeeded.")
    names = ", ".join(shown(job, 40) for job in bad[:_NAMED]) + (
        f" and {len(bad) - _NAMED} more" if len(bad) > _NAMED else ""
    )
    return Observation("backups-succeeded", False, f"{counted}; the last run did not succeed of: {names}.")


def _restored(tested: list[bool | None]) -> Observation:
    tried = sum(each is True for each in tested)
    if tried:
        return Observation("restore-tested", True, f"A restore was tried {tried} times.")
    if all(each is None for each in tested):
        return Observation("restore-tested", None, "The log does not say whether a restore was tried.")
    return Observation("restore-tested", False, "No restore was tried in this time.")
