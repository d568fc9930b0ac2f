"""Several processes that append to one ledger at once: no gap, no fork, nothing lost that was acknowledged."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.checkpoints import make_checkpoint, verify_ledger

ENTRIES = 120
"""Of each process: enough that none is done before the next one has begun."""
APPENDERS = Path(__file__).parents[1] / "redteam" / "appenders.py"
pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.mark.parametrize("processes", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_entries_of_several_processes_stand_one_after_another(
    member: Organisation, data_directory: Path, processes: int
) -> None:
    done = subprocess.run(
        [sys.executable, APPENDERS, connection.settings_dict["NAME"], member.slug, str(processes), str(ENTRIES)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "CHARTEROAK_DATA": str(data_directory)},
    )
    told = json.loads(done.stdout)
    acknowledged = [tuple(pair) for each in told for pair in each["entries"]]

    assert [each["status"] for each in told] == [0] * processes, done.stderr
    assert sorted(index for index, _leaf in acknowledged) == list(range(ENTRIES * processes))
    rows = LedgerEntry.objects.filter(organisation=member)
    assert {(row.index, bytes(row.leaf_hash).hex()) for row in rows} == set(acknowledged)
    assert make_checkpoint(member).size == verify_ledger(member).entries
    # They did run at once: the entries of at least one process do not stand in one block.
    assert any(each["entries"][-1][0] - each["entries"][0][0] >= ENTRIES for each in told)
