"""One life of a town's outbox, which may end by ``kill -9`` at any place: put a report in, hand it over.

    python tests/redteam/outbox_stage.py FOLDER KILL_AT

The desk is a folder in which a file for each key stands for a report on its disk; handing over the same key twice
leaves one file. ``KILL_AT`` 0 lives to the end and prints which places there are. What was acknowledged is printed
before anything else happens.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from kill_points import KillPoints

from charteroak.adapters.desk_client import DeskReceipt
from charteroak.adapters.report_outbox import ReportOutbox
from charteroak.receipts import make_receipt
from charteroak.services.report_outbox import Deliver, send_outbox

RECORD = b'{"outcome":"blocked"}'
MOMENT = datetime(2026, 3, 1, 15, tzinfo=UTC)
RECEIPT = make_receipt(b"outbox-age")


def deliver(desk: Path, points: KillPoints | None) -> Deliver:
    """A desk that keeps one file for each key, and may die with us on either side of its answer."""

    def hand_over(_to: str, record: bytes, key: str) -> DeskReceipt:
        if points is not None:
            points.reach("before the desk")
        (desk / f"{key}.record").write_bytes(record)
        if points is not None:
            points.reach("after the desk")
        return DeskReceipt(RECEIPT, "")

    return hand_over


def main() -> None:
    folder, kill_at = Path(sys.argv[1]), int(sys.argv[2])
    desk = folder / "desk"
    desk.mkdir(parents=True, exist_ok=True)
    points = KillPoints(folder / "outbox", kill_at or None)
    points.install_for_files()
    outbox = ReportOutbox(folder / "outbox")
    item = outbox.put(RECORD, to="https://desk.example", moment=MOMENT)
    os.write(1, json.dumps({"queued": item.id}).encode() + b"\n")
    for sent in send_outbox(outbox, moment=MOMENT, deliver=deliver(desk, points)).tried:
        os.write(1, json.dumps({"receipt": sent.receipt}).encode() + b"\n")
    os.write(1, json.dumps({"points": points.passed}).encode() + b"\n")


if __name__ == "__main__":
    main()
