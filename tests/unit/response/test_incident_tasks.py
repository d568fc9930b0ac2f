"""Tasks of an incident: who, until when, and that nothing that was done is lost when the playbook changes."""

from datetime import UTC, datetime, timedelta

import pytest

from charteroak.response.incident_tasks import Said, TaskError, TaskState, next_tasks, task_named, tasks_of
from charteroak.response.playbooks import ORDER, OWNER_TITLES, Owner, PlaybookError, playbook_named

START = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def said(task: str, outcome: str, minutes: int = 5, owner: str = "", note: str = "") -> Said:
    return Said(task, outcome, START + timedelta(minutes=minutes), owner, note)


def test_the_first_thing_of_the_playbook_is_the_first_task() -> None:
    tasks = tasks_of(["ransomware"], START, [])
    assert tasks[0].text == playbook_named("ransomware").first
    assert tasks[0].due == START
    assert [task.due for task in tasks] == sorted(task.due for task in tasks)


def test_times_are_counted_in_real_hours_over_the_night_when_clocks_change() -> None:
    task = task_named(tasks_of(["ransomware"], START, []), "ransomware/keep-proof")
    assert task.due - START == timedelta(hours=2)


def test_the_three_next_things_are_open_and_due_first() -> None:
    tasks = tasks_of(["ransomware"], START, [said("ransomware/first", "done")])
    assert [task.key for task in next_tasks(tasks)] == [
        "ransomware/cut-off",
        "ransomware/save-backups",
        "ransomware/call-people",
    ]


def test_what_was_done_stays_when_another_playbook_is_chosen() -> None:
    done = [said("ransomware/cut-off", "done"), said("ransomware/report", "not-needed", note="They called us.")]
    tasks = tasks_of(["lost-device"], START, done)
    cut_off = task_named(tasks, "ransomware/cut-off")
    assert cut_off.state is TaskState.DONE
    assert not cut_off.is_chosen
    assert all(task.key.startswith("lost-device/") for task in tasks if task.state is TaskState.OPEN)
    with pytest.raises(TaskError):
        task_named(tasks, "ransomware/clean")


def test_two_playbooks_that_ask_for_the_same_thing_give_one_task() -> None:
    tasks = tasks_of(list(ORDER), START, [])
    assert len({task.text for task in tasks}) == len(tasks)
    assert len([task for task in tasks if task.key.endswith("/report")]) == 1


def test_the_desk_is_told_once_whatever_the_playbook() -> None:
    tasks = tasks_of(["data-theft"], START, [said("ransomware/report", "done")])
    (report,) = [task for task in tasks if task.key.endswith("/report")]
    assert report.key == "ransomware/report"
    assert report.state is TaskState.DONE
    assert report.is_chosen


def test_owners_come_from_the_plan_and_a_task_can_be_handed_on() -> None:
    people = {Owner.IT: "Robin Vale, 555-0142"}
    tasks = tasks_of(["ransomware"], START, [said("ransomware/clean", "reassigned", owner="Elm Street IT")], people)
    assert task_named(tasks, "ransomware/cut-off").owner == "Robin Vale, 555-0142"
    assert task_named(tasks, "ransomware/report").owner == OWNER_TITLES[Owner.LEAD]
    assert task_named(tasks, "ransomware/clean").owner == "Elm Street IT"
    assert task_named(tasks, "ransomware/clean").state is TaskState.OPEN


def test_a_task_can_be_taken_up_again() -> None:
    words = [said("ransomware/clean", "done", 5), said("ransomware/clean", "reopened", 6)]
    assert task_named(tasks_of(["ransomware"], START, words), "ransomware/clean").state is TaskState.OPEN


def test_only_open_tasks_are_late() -> None:
    later = START + timedelta(days=400)
    tasks = tasks_of(["ransomware"], START, [said("ransomware/clean", "done")])
    assert not task_named(tasks, "ransomware/clean").is_late(later)
    assert task_named(tasks, "ransomware/first").is_late(later)
    assert not task_named(tasks, "ransomware/first").is_late(START)


def test_a_playbook_that_is_not_there_is_refused_and_none_chosen_gives_no_task() -> None:
    with pytest.raises(PlaybookError):
        tasks_of(["flood"], START, [])
    assert tasks_of([], START, []) == ()
