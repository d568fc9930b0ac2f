"""A full disk, and one that may no longer be written: refused, said in one line, nothing half there, and on it goes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from made_once import migrated_database

SCRIPT = Path(__file__).with_name("full_disk.py")
PRIVATE = ("unshare", "--map-root-user", "--mount")


def may_mount() -> bool:
    """Whether this machine lets a test have a file system of its own."""
    if shutil.which("unshare") is None:
        return False
    return (
        subprocess.run([*PRIVATE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode
        == 0
    )


@pytest.fixture
def told(tmp_path: Path) -> dict[str, Any]:
    """What was said on such disks; one run tells of all of them."""
    if not may_mount():
        pytest.skip("this machine lets nobody mount a file system of their own")
    data = tmp_path / "disk"
    data.mkdir()
    database = migrated_database(tmp_path / "charteroak.sqlite3")
    done = subprocess.run(
        [*PRIVATE, sys.executable, SCRIPT, data, database], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_full_or_read_only_disk_is_refused_in_one_line_and_leaves_the_record_whole(told: dict[str, Any]) -> None:
    for room, found in told.items():
        assert found["faults"] == [], room
        for step, said in found["steps"].items():
            assert said == "done" or said.startswith(("django.db.utils.OperationalError", "charteroak.")), (room, step)
    assert set(told["600 KB"]["steps"].values()) == {"done"}
    for room in ("0 KB", "read-only"):
        assert "done" not in told[room]["steps"].values()
        command = told[room]["command"]
        assert (command["code"], command["stdout"]) == (3, "")
        assert command["stderr"].startswith("charteroak: The database cannot be used: ")
        assert command["stderr"].count("\n") == 1
        assert "that its disk has room and can be written" in command["stderr"]


def test_a_page_says_that_nothing_was_recorded(rf: Any) -> None:
    from django.db import OperationalError

    from charteroak.portal.middleware import ForeseenErrorsMiddleware

    middleware = ForeseenErrorsMiddleware(lambda _request: None)  # type: ignore[arg-type, return-value]
    response = middleware.process_exception(rf.get("/"), OperationalError("database or disk is full"))
    assert response is not None
    assert response.status_code == 503
    assert "Nothing was recorded" in response.content.decode()
