"""What a witness has answered is on the disk: its process is killed the moment the answer is given."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ANSWER_AND_DIE = """
import os, signal, sys
from pathlib import Path
from charteroak.cli.installation import migrate, set_up_django
set_up_django(Path(sys.argv[1]), embedded=True)
migrate()
from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.keys import Signer
from charteroak.ledger.tree import hash_leaf
from charteroak.ledger.witness_protocol import AddCheckpoint, render_add_checkpoint
from charteroak.services import witnessing
from charteroak.services.accounts import NewOrganisation, add_organisation
desk = add_organisation(NewOrganisation("charter-desk", "Charter desk", "desk", "state-agency"))
log = Signer("example.org/log", b"k" * 32)
own = witnessing.own_witness_of(desk)
witnessing.add_log(own, witnessing.NewLog(log.name, (log.verifier.vkey,)))
note = sign_checkpoint(Checkpoint(log.name, 1, hash_leaf(b"one leaf")), log)
answer = witnessing.add_checkpoint(own, render_add_checkpoint(AddCheckpoint(0, (), note)))
os.write(1, str(answer.status).encode())
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_witness_remembers_what_it_has_signed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ANSWER_AND_DIE, str(tmp_path)],
        env=os.environ | {"CHARTEROAK_DATA": str(tmp_path)},
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert (done.stdout, done.returncode) == (b"200", -signal.SIGKILL), done.stderr.decode()
    with sqlite3.connect(tmp_path / "charteroak.sqlite3") as database:
        rows = database.execute("SELECT origin, size, length(root) FROM anchors_witnessedlog").fetchall()
    database.close()
    assert rows == [("example.org/log", 1, 32)]
