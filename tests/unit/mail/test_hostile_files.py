"""Every hostile mail goes the whole way within its limits: the table of ``benchmarks/hostile_mail.py``, row by row.

The 45 cases of our measurements and more than 25 of our own: a second of CPU time, 64 MB in either process, no
exception, no recipient among the indicators, nothing that acts; and no socket, for which the kernel stands.
"""

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from tests.simulators import hostile_files, hostile_mail, hostile_messages

TABLE = Path(__file__).parents[3] / "benchmarks" / "hostile_mail.py"
NAMES = (*hostile_messages.CASES, *hostile_mail.CASES, *hostile_files.CASES)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures memory as Linux tells it"),
    pytest.mark.xdist_group("hostile-table"),
]


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    done = subprocess.run([sys.executable, TABLE, "--json"], capture_output=True, text=True, timeout=900, check=False)
    assert done.stdout, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_proof_works_a_process_that_opens_a_socket_is_killed() -> None:
    assert table()["control"] == {"killed": 31}


def test_the_table_holds_all_cases_of_the_measurements_and_25_of_our_own() -> None:
    assert table()["ofTheFacts"] == 45
    assert table()["ofOurOwn"] >= 25
    assert [row["name"] for row in table()["rows"]] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_mail_is_answered_within_its_limits(name: str) -> None:
    (row,) = (row for row in table()["rows"] if row["name"] == name)
    # The second itself is what the benchmark promises on a quiet machine; here is what no load explains.
    assert [miss for miss in row["misses"] if not miss.startswith(("cpuSeconds", "previewCPUSeconds"))] == [], row
    if "killed" not in row:
        assert max(row["cpuSeconds"], row["previewCPUSeconds"]) < 3, row


@pytest.mark.parametrize("name", ["pdf_of_transparent_layers", "twenty_four_pdf_that_take_long"])
def test_a_file_that_ends_its_reader_leaves_a_partial_report(name: str) -> None:
    (row,) = (row for row in table()["rows"] if row["name"] == name)
    assert "reader-stopped" in row["defects"]
    assert row["verdict"]
