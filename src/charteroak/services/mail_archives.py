"""Many messages analysed at once: a folder, a mailbox or a zip of mail, on as many processes as there are.

Answers come in the order of the messages, whatever the number of processes. Each process has its own worker for files
(``mail_analysis``). A message that costs its process is answered as unreadable, and the others go on.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from charteroak.adapters.work_processes import WorkProcesses
from charteroak.errors import InputError
from charteroak.mail import limits
from charteroak.mail.analysis import Analysis, unreadable
from charteroak.mail.defects import Defect, DefectKind
from charteroak.mail.filetypes import detect_type
from charteroak.mail.handed_in import is_pasted_text, messages_of_file, pasted
from charteroak.mail.intake import STANDARD_INPUT, MailItem
from charteroak.services.mail_analysis import analyze_all_reported, load_protected_names

FEW_MESSAGES = 24
"""Up to so many, starting processes takes longer than they save."""


@dataclass(frozen=True, slots=True)
class Handling:
    """How each message is to be analysed; ``directory`` holds the operator's own names, where there are any."""

    trusted_receivers: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    directory: Path | None = None


def analyze_archive(items: Iterable[MailItem], handling: Handling, *, jobs: int = 1) -> Iterator[tuple[str, Analysis]]:
    """The path and the analysis of each message in turn, made by so many processes.

    Raises:
        OwnNamesError, SmallFileError: the operator's names cannot be used; at once.
        WorkProcessError: the processes cannot be started.
    """
    if handling.directory is not None:
        load_protected_names(handling.directory)
    return _analyze(iter(items), handling, jobs)


def _analyze(items: Iterator[MailItem], handling: Handling, jobs: int) -> Iterator[tuple[str, Analysis]]:
    tasks = (task for item in items for task in _tasks(item))
    first = list(itertools.islice(tasks, FEW_MESSAGES + 1)) if jobs > 1 else []
    tasks_in_turn = itertools.chain(first, tasks)
    work = partial(_analyze_task, handling)
    if len(first) <= FEW_MESSAGES:
        for task in tasks_in_turn:
            yield from work(task)
        return
    # The second copy lags behind by what is under way, and no more is kept.
    for_work, for_answers = itertools.tee(tasks_in_turn)
    for task, answers in zip(for_answers, WorkProcesses(work, jobs, _size).answers(for_work), strict=True):
        yield from [(task.path, _lost())] if answers is None else answers


@dataclass(frozen=True, slots=True)
class _Task:
    """One message, or why there is none; ``carriers`` passed it on."""

    path: str
    data: bytes = b""
    problem: Defect | None = None
    carriers: tuple[str, ...] = ()


def _tasks(item: MailItem) -> Iterator[_Task]:
    """The message of an item, or those of a zip; a zip that cannot be read whole is none."""
    # A file name need not be UTF-8, what is printed must be.
    path = item.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if item.problem is not None or detect_type(item.data) != "zip":
        is_pasted = path == STANDARD_INPUT and is_pasted_text(item.data)
        data = pasted(item.data.decode("utf-8", "replace")).data if is_pasted else item.data
        yield _Task(path, data, item.problem)
        return
    try:
        messages = messages_of_file(item.data, most=limits.MAX_MAILBOX_MESSAGES)
    except InputError as error:
        reason = f"{error.message} {error.remedy}".strip()
        yield _Task(path, problem=Defect(DefectKind.UNREADABLE_FILE, detail=f"({reason})"))
        return
    for number, message in enumerate(messages, start=1):
        yield _Task(f"{path}#{number}" if len(messages) > 1 else path, message.data, carriers=message.carriers)


def _size(task: _Task) -> int:
    return len(task.data)


def _lost() -> Analysis:
    return unreadable(Defect(DefectKind.READER_STOPPED, detail="The process that analyzed the message was lost."))


def _analyze_task(handling: Handling, task: _Task) -> list[tuple[str, Analysis]]:
    """Each message of a task with its path, which is numbered where there are several."""
    if task.problem is not None:
        return [(task.path, unreadable(task.problem))]
    found = analyze_all_reported(
        task.data,
        trusted_receivers=handling.trusted_receivers,
        reporters=(*handling.reporters, *task.carriers),
        protected=None if handling.directory is None else load_protected_names(handling.directory),
    )
    many = len(found) > 1
    return [(f"{task.path}#{number}" if many else task.path, each) for number, each in enumerate(found, start=1)]
