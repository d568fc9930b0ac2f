"""Both engines say the same, byte for byte, over everything that a hunt reads. Needs Java and `charteroak[spark]`.

`make test-slow` runs this in an environment of its own.
"""

import gzip
import random
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

pytestmark = [pytest.mark.slow, pytest.mark.spark]

TOP = Path(__file__).parents[2]
LISTED = TOP / "docs" / "examples" / "indicators.txt"
EVENT_LOG = TOP / "tests" / "assets" / "logs" / "planted.evtx"


def hunt(engine: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = [
        sys.executable,
        "-m",
        "charteroak.cli",
        "hunt",
        "--engine",
        engine,
        "--indicators",
        str(LISTED),
        "--json",
    ]
    return subprocess.run([*program, str(folder)], capture_output=True, text=True, check=False, cwd=TOP, timeout=300)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A folder with a log of each kind, a large one that is cut into parts, and one that is damaged."""
    source = random.Random(7)  # noqa: S311 - a fixed log, no secret
    hosts = [
        "www.oak-parcel.example",
        "oak-parcel.example.org",
        "not-oak-parcel.example",
        "203.0.113.9",
        "203.0.113.90",
    ]
    lines = [
        f"2026-11-10T08:00:{n % 60:02}Z 10.0.0.{n % 250} CONNECT {source.choice(hosts)}:443" for n in range(400_000)
    ]
    text = "\n".join(lines) + "\n"
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "large.log").write_text(text, encoding="ascii")
    (folder / "proxy.log.gz").write_bytes(gzip.compress(text[:20_000].encode(), mtime=0))
    (folder / "proxy.log.zst").write_bytes(zstandard.compress(text[:30_000].encode()))
    (folder / "events.jsonl").write_text(
        '{"a": {"host": "oak-parcel.example"}}\n{"b": ["203.0.113.9"]}\n', encoding="ascii"
    )
    (folder / "table.csv").write_text('time,host\n1,"oak-parcel.example"\n2,x.example\n', encoding="ascii")
    (folder / "cut-off.log.gz").write_bytes(gzip.compress(text[:90_000].encode(), mtime=0)[:-200])
    (folder / "planted.evtx").write_bytes(EVENT_LOG.read_bytes())
    return folder


def test_spark_and_the_local_engine_say_the_same_and_end_alike(logs: Path) -> None:
    local, spark = hunt("local", logs), hunt("spark", logs)
    assert local.returncode == 3, "what is cut off could not be read whole"
    assert spark.returncode == local.returncode, spark.stderr
    assert spark.stdout == local.stdout
    assert len(local.stdout.splitlines()) > 1000
