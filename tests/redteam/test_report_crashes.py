"""A process is killed at each step of filing a report: no receipt without a record, no record twice.

What dies and what is checked is in ``report_stage``. A thousand deaths are in ``make soak``.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from made_once import migrated_installation

STAGE = Path(__file__).with_name("report_stage.py")
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One life on the stage; what became of it."""
    folder = tmp_path_factory.mktemp("stage")
    migrated_installation(folder / "template")
    with subprocess.Popen(
        [sys.executable, STAGE, folder],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as stage:  # fmt: skip
        assert stage.stdin is not None
        assert stage.stdout is not None

        def ask(**wish: object) -> dict[str, Any]:
            stage.stdin.write(json.dumps(wish) + "\n")
            stage.stdin.flush()
            answer: dict[str, Any] = json.loads(stage.stdout.readline())
            return answer

        yield ask
        stage.stdin.close()


def die_at(run: Run, deaths: int) -> None:
    whole = run()
    points = whole["points"]
    assert (whole["faults"], whole["killed"], whole["acknowledged"]) == ([], False, 9)
    assert {"before BEGIN", "before INSERT", "after INSERT", "before _commit", "after _commit"} <= set(points)
    for number in range(1, len(points) + 1, max(1, len(points) // deaths)):
        died = run(killAt=number)
        assert died["killed"], (number, points[number - 1])
        assert died["faults"] == [], (number, points[number - 1])


def test_no_receipt_is_without_its_record_and_no_record_is_there_twice(run: Run) -> None:
    die_at(run, deaths=12)


@pytest.mark.slow
def test_at_every_single_step_the_same_holds(run: Run) -> None:
    die_at(run, deaths=10_000)
