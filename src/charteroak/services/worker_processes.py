"""Work on an installation in other processes. Nothing is imported here that needs Django before it was set up."""

import itertools
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from typing import Any


def renew_in_processes(batches: Sequence[Sequence[int]], day: date, *, anew: bool, processes: int) -> Iterator[Any]:
    """What ``renew_batch`` of ``standing_renewal`` answers for each batch, in order, made by so many processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_set_up) as pool:
        yield from pool.map(_renew_batch, batches, itertools.repeat(day), itertools.repeat(anew))


def _set_up() -> None:
    """Load Django; the environment says for which installation."""
    import django  # noqa: PLC0415 - in another process this is the first thing done

    django.setup()


def _renew_batch(numbers: Sequence[int], day: date, anew: bool) -> Any:
    from charteroak.services.standing_renewal import renew_batch  # noqa: PLC0415 - needs Django set up

    return renew_batch(numbers, day, anew=anew)
