"""The tour as a newcomer runs it: a process of its own, the real code paths, nothing but this machine."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

STEPS = [
    "state", "analyze", "file", "cluster", "release", "publish", "pull", "hunt", "sighting", "evidence", "anchor",
    "determine", "dossier", "verify", "tamper",
]  # fmt: skip


def run_tour(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "charteroak.cli", "tour", "--json", *arguments],
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_every_step_of_the_loop_holds_and_leaves_a_dossier(tmp_path: Path) -> None:
    done = run_tour("--out", str(tmp_path / "out"))

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["step"] for line in lines] == STEPS, done.stderr
    assert all(set(line) == {"step", "ok", "detail", "seconds"} for line in lines)
    assert [line for line in lines if not line["ok"]] == []
    assert done.returncode == 0
    (dossier,) = (tmp_path / "out").glob("dossier-*.zip")
    assert zipfile.is_zipfile(dossier)


def test_a_directory_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")

    done = run_tour("--out", str(tmp_path))

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.slow
def test_a_step_whose_check_fails_fails_the_tour(tmp_path: Path) -> None:
    # Without xxd the other side cannot check the dossier, and the tour must say so instead of passing over it.
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "openssl", "sha256sum"):
        (tools / tool).symlink_to(os.path.realpath(str(shutil.which(tool))))

    done = run_tour(PATH=str(tools))

    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["step"], last["ok"]) == ("verify", False)
    assert "xxd" in last["detail"]
    assert done.returncode == 1
