"""Whatever is raised below a command ends in one sentence of ours, or is shown whole as a fault of ours."""

import errno
import subprocess
import sys

import click
import pytest
from django.db.utils import DatabaseError, IntegrityError, OperationalError, ProgrammingError

from charteroak.cli.endings import DatabaseRefusalError, SystemRefusalError, UsageError, as_ours
from charteroak.errors import AccessError, CouldNotError, InputError


def test_an_error_of_ours_stays_what_it_is() -> None:
    error = InputError("Bad.")
    assert as_ours(error) is error


def test_a_wrong_option_names_the_command_whose_help_tells_more() -> None:
    context = click.Context(click.Command("hunt"), info_name="hunt")
    error = as_ours(click.UsageError("No such option '--x'.\nDid you mean '--y'?", ctx=context))
    assert isinstance(error, UsageError)
    assert str(error) == "No such option '--x'. Did you mean '--y'? See: hunt --help"


def test_a_sentence_without_a_stop_gets_one_before_its_remedy() -> None:
    context = click.Context(click.Command("export"), info_name="export")
    error = as_ours(click.BadParameter("write one of pdf, csv", ctx=context, param_hint="-o"))
    assert str(error) == "Invalid value for -o: write one of pdf, csv. See: export --help"


def test_what_is_refused_to_a_person_says_what_to_look_at_on_a_terminal() -> None:
    error = as_ours(AccessError("There is nothing here that you may see.", remedy="Check the address, or sign in."))
    assert isinstance(error, AccessError)
    assert str(error).endswith("Check what is named, and who acts (--by).")
    asked = AccessError("There is nothing here that you may see.", remedy="Ask for pdf, docx or md.")
    assert as_ours(asked) is asked


def test_what_the_system_refuses_names_the_place() -> None:
    error = as_ours(PermissionError(errno.EACCES, "Permission denied", "/srv/data"))
    assert isinstance(error, SystemRefusalError)
    assert isinstance(error, CouldNotError)
    assert str(error).startswith("/srv/data: Permission denied. Check")


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device."),
        (OSError("read timed out\nsecond line"), "read timed out."),
        (OSError(), "OSError."),
        (PermissionError(errno.EACCES, "Permission denied", 3), "Permission denied."),
        (FileNotFoundError(errno.ENOENT, "No such file", b"/srv/\xff"), "/srv/\\udcff: No such file. Check"),
    ],
    ids=["no place", "text alone", "nothing at all", "a number for a place", "a place that is no text"],
)
def test_a_refusal_of_the_system_is_one_printable_line(refused: OSError, sentence: str) -> None:
    text = str(as_ours(refused))
    assert text.startswith(sentence)
    assert text.isprintable()


@pytest.mark.parametrize("kind", [OperationalError, DatabaseError])
def test_a_database_that_cannot_be_used_is_foreseen(kind: type[Exception]) -> None:
    error = as_ours(kind("database disk image is malformed\nDETAIL: more"))
    assert isinstance(error, DatabaseRefusalError)
    assert str(error).startswith("The database cannot be used: database disk image is malformed. Check --data")


@pytest.mark.parametrize("fault", [IntegrityError("x"), ProgrammingError("x"), ValueError("x"), KeyError("x")])
def test_a_fault_in_our_own_code_is_not_dressed_up(fault: Exception) -> None:
    assert as_ours(fault) is None


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_fault(closed: str) -> None:
    command = f'exec "{sys.executable}" -m charteroak.cli frameworks show nothing {closed}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stdout + done.stderr


def test_an_answer_that_nobody_can_take_is_not_complete() -> None:
    command = f'exec "{sys.executable}" -m charteroak.cli frameworks list --json > /dev/full'
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, check=False)
    assert done.returncode == 3
    assert done.stderr.decode() == "charteroak: No space left on device. [system.refused]\n"
