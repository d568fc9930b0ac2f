"""Both engines say the same, byte for byte. Runs in the environment of its own that ``make test-slow`` sets up."""

import gzip
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from charteroak.detection.limits import SPLIT_BYTES

ASSETS = Path(__file__).parents[1] / "assets" / "logs"
LISTED = "payroll-quickpay.example\n203.0.113.0/24\nd41d8cd98f00b204e9800998ecf8427e\nnonsense\n"
ROW = b'{"n": [{"host": "login.payroll-quickpay.example"}], "u": "http:\\/\\/payroll-quickpay.example\\/"}\n'

pytestmark = [pytest.mark.slow, pytest.mark.spark]


@pytest.fixture(autouse=True)
def _spark_is_here() -> None:
    if importlib.util.find_spec("pyspark") is None:
        pytest.fail("Apache Spark is not installed in this environment. Run: make test-slow")
    if shutil.which("java") is None:
        pytest.fail("Spark needs Java. Run: sudo apt-get install -y openjdk-17-jre-headless")


def write_logs(folder: Path) -> None:
    ordinary = b"an ordinary line from 198.51.100.7\n" * 1000
    with (folder / "large.log").open("wb") as file:
        while file.tell() < 2 * SPLIT_BYTES + 1000:
            file.write(ordinary + b"SRC=203.0.113.77 www.payroll-quickpay.example\n")
    (folder / "rows.jsonl.gz").write_bytes(gzip.compress(b'{"a": 1}\n' * 50 + ROW * 3))
    (folder / "table.csv").write_bytes(b'time,note\n1,"a\nMD5=D41D8CD98F00B204E9800998ECF8427E"\n')
    (folder / "cut.log.gz").write_bytes(gzip.compress(ROW * 100)[:-5])
    (folder / "noise").write_bytes(bytes(range(256)) * 40)
    shutil.copy(ASSETS / "planted.evtx", folder)
    (folder / "empty.log").write_bytes(b"")


def test_spark_and_the_local_engine_say_the_same_byte_for_byte(tmp_path: Path) -> None:
    logs, listed = tmp_path / "logs", tmp_path / "list.txt"
    logs.mkdir()
    write_logs(logs)
    listed.write_text(LISTED)
    said = {}
    for engine in ("local", "spark"):
        command = [sys.executable, "-m", "charteroak.cli", "hunt", "--indicators", str(listed), "--json"]
        command += ["--engine", engine, str(logs), str(logs / "planted.evtx")]
        said[engine] = subprocess.run(
            command, capture_output=True, check=False, env={**os.environ, "PYSPARK_PYTHON": sys.executable}
        )
    assert said["local"].returncode == said["spark"].returncode == 3, said["spark"].stderr.decode()[-2000:]
    assert said["spark"].stdout == said["local"].stdout
    assert said["local"].stdout.count(b'"path":') > 7000
