"""A process is killed while it records: whatever it had acknowledged is there afterwards, and nothing in part.

What dies and what is checked is in ``recording``, where it dies in ``kill_points``, the stage for both in
``crash_stage``. Hundreds of deaths are in ``make test-slow``, thousands in ``make soak``.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from made_once import migrated_installation

STAGE = Path(__file__).with_name("crash_stage.py")
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One life on the stage; what became of it."""
    folder = tmp_path_factory.mktemp("stage")
    migrated_installation(folder / "template")
    with subprocess.Popen(
        [sys.executable, STAGE, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as stage:
        assert stage.stdin is not None
        assert stage.stdout is not None

        def ask(**wish: object) -> dict[str, Any]:
            stage.stdin.write(json.dumps(wish) + "\n")
            stage.stdin.flush()
            answer: dict[str, Any] = json.loads(stage.stdout.readline())
            return answer

        yield ask
        stage.stdin.close()


def die_everywhere(run: Run, seed: int, deaths: int) -> None:
    whole = run(seed=seed)
    points = whole["points"]
    assert (whole["faults"], whole["killed"], whole["failed"]) == ([], False, False)
    step = max(1, len(points) // deaths)
    for number in range(1 + seed % step, len(points) + 1, step):
        died = run(seed=seed, killAt=number)
        assert died["killed"], (number, points[number - 1])
        assert died["faults"] == [], (number, points[number - 1])


def test_nothing_acknowledged_is_lost_wherever_a_process_dies(run: Run) -> None:
    die_everywhere(run, seed=1, deaths=20)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 16))
def test_nothing_acknowledged_is_lost_at_hundreds_of_places(run: Run, seed: int) -> None:
    die_everywhere(run, seed, deaths=80)


def test_what_a_power_cut_leaves_of_the_database_holds_all_that_was_acknowledged_before(run: Run) -> None:
    for number in range(8):
        torn = run(seed=4, tear=(number + 0.3) / 8)
        assert torn["killed"]
        assert torn["faults"] == [], torn


def test_the_check_finds_promises_that_were_not_kept(run: Run) -> None:
    faults = "\n".join(run(seed=5, lie=True)["faults"])
    for lost in ("entry 0 is another one", "checkpoint of 10000 was acknowledged and is lost", "evidence 00000000"):
        assert lost in faults
