"""A town's outbox is killed wherever it can be: what it acknowledged is there, and the desk has each report once."""

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from charteroak.adapters.desk_client import DeskReceipt
from charteroak.adapters.report_outbox import ReportOutbox
from charteroak.receipts import make_receipt
from charteroak.services.report_outbox import send_outbox

STAGE = Path(__file__).with_name("outbox_stage.py")
RECORD = b'{"outcome":"blocked"}'
MOMENT = datetime(2026, 3, 1, 15, tzinfo=UTC)


def live(folder: Path, kill_at: int) -> tuple[list[dict[str, Any]], int]:
    done = subprocess.run([sys.executable, STAGE, folder, str(kill_at)], capture_output=True, check=False, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode


def faults_after(folder: Path, said: list[dict[str, Any]]) -> list[str]:
    """What a next run finds wrong after it has sent everything."""
    outbox = ReportOutbox(folder / "outbox")
    keys = {path.stem for path in (folder / "desk").glob("*.record")}
    before = outbox.look()[0] if (folder / "outbox").is_dir() else []
    if any("queued" in line for line in said) and len(before) != 1:
        return ["a report that was said to wait is not there"]
    if any("receipt" in line for line in said) and before[0].state != "delivered":
        return ["a receipt was shown and is lost"]

    def deliver(_to: str, _record: bytes, key: str) -> DeskReceipt:
        keys.add(key)
        return DeskReceipt(make_receipt(b"outbox-age"), "")

    outbox.put(RECORD, to="https://desk.example", moment=MOMENT)
    send_outbox(outbox, moment=MOMENT, everything=True, deliver=deliver)
    states = [item.state for item in outbox.look()[0]]
    return [] if (states, len(keys)) == (["delivered"], 1) else [f"{states}, {len(keys)} reports at the desk"]


def die(folder: Path, number: int, points: list[str]) -> None:
    said, code = live(folder, number)
    assert code == -signal.SIGKILL, (number, points[number - 1])
    assert faults_after(folder, said) == [], (number, points[number - 1])


def test_a_report_outlives_a_kill_around_its_acknowledgement_and_reaches_the_desk_once(tmp_path: Path) -> None:
    points = live(tmp_path / "whole", 0)[0][-1]["points"]
    assert {"before the desk", "after the desk", "before fsync"} <= set(points)
    for number in {1, points.index("after the desk") + 1, len(points)}:
        die(tmp_path / str(number), number, points)


@pytest.mark.slow
def test_a_report_outlives_a_kill_at_every_place(tmp_path: Path) -> None:
    points = live(tmp_path / "whole", 0)[0][-1]["points"]
    for number in range(1, len(points) + 1):
        die(tmp_path / str(number), number, points)
