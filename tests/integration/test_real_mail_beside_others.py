"""All real messages beside other readers: the numbers of ``benchmarks/real_mail.py``, held.

The corpus stays outside of the repository; where it or the peers' environment is absent, what needs them is skipped.
"""

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[2]
ARCHIVE = TOP.parent / "shared" / "data" / "samples" / "phishing_pot-sample.tar.xz"
pytestmark = [
    pytest.mark.reference,
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason="reference data absent: samples/phishing_pot-sample.tar.xz"),
    pytest.mark.xdist_group("real-mail"),
]


@lru_cache(maxsize=1)
def compared() -> dict[str, Any]:
    command = [sys.executable, TOP / "benchmarks" / "real_mail.py", ARCHIVE, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    assert done.stdout, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_no_real_message_raises_and_none_is_unreadable() -> None:
    assert compared()["messages"] == 1500
    assert compared()["exceptions"] == {}
    assert set(compared()["statuses"]) <= {"analyzed", "partial"}


def test_leaves_are_the_same_bytes_as_the_standard_librarys() -> None:
    leaves = compared()["leaves"]
    assert leaves["equal"] > 2_000
    assert leaves["equalShare"] >= 0.999
    assert not [kind for kind in leaves if kind.startswith("other")]


@pytest.mark.skipif(not (TOP / ".venv-peers").exists(), reason="the peers' environment is absent: .venv-peers")
def test_every_host_that_another_reader_finds_is_found_or_its_absence_has_a_class() -> None:
    hosts = compared()["hosts"]
    assert hosts["both"] > 4_000
    assert hosts["recall"] >= 0.99
    assert hosts.get("unclassed", 0) <= 2
