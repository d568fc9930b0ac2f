"""The second lock on exercises: while one is being played, nothing can be written into a ledger or sent to anybody.

The first lock is that live queries have no rows of exercises (``records.exercises.spaces``). This one catches what a
new piece of code forgets: whatever runs inside ``playing()`` and reaches for a ledger, a mail or a release is refused,
loudly, and its transaction with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar

from charteroak.errors import CouldNotError

_playing: ContextVar[bool] = ContextVar("charteroak_playing", default=False)


class ExerciseLeakError(CouldNotError):
    """Something of an exercise was about to leave it. Nothing left, and nothing was recorded."""

    code: ClassVar[str] = "exercise.leak"


@contextmanager
def playing() -> Iterator[None]:
    """Everything in here belongs to an exercise."""
    token = _playing.set(True)
    try:
        yield
    finally:
        _playing.reset(token)


def is_playing() -> bool:
    """Whether the work at hand belongs to an exercise."""
    return _playing.get()


def refuse_in_exercise(what: str) -> None:
    """Say no where the work at hand belongs to an exercise.

    Raises:
        ExerciseLeakError: it does.
    """
    if _playing.get():
        raise ExerciseLeakError(
            f"{what} is not done in an exercise.", remedy="Do it on the page of the real thing, if it is one."
        )
