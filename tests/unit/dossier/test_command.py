"""``charteroak dossier verify`` as it is typed."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from charteroak.cli.__main__ import main


@dataclass(frozen=True, slots=True)
class Result:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The entry point of the program, without the price of a new process each time."""

    def command(*arguments: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["charteroak", "dossier", "verify", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Result(end.value.code, captured.out, captured.err)

    return command


def test_a_dossier_that_holds(record: Any, pack: Callable[..., Path], run: Run) -> None:
    path = pack(record.request())

    plain, document = run(path), run(path, "--json")

    assert (plain.returncode, plain.stderr) == (0, "")
    assert plain.stdout.splitlines()[-1] == "OK: 3 entries, 3 evidence files: everything holds."
    assert document.returncode == 0
    report = json.loads(document.stdout)
    assert (report["status"], report["packing"], report["lateEntries"]) == ("verified", "as-written", [2])
    assert f"SHA-256 of MANIFEST.sha256  {report['manifestSha256']}" in plain.stdout
    assert f"{report['verifierSha256']} (the one of this release)" in plain.stdout
    assert all(vkey in plain.stdout for vkey in report["verifierKeys"])
    assert (report["verifierKey"], report["checkpoints"], report["coSignatures"]) == (report["verifierKeys"][0], 2, 3)


def test_names_the_file_with_one_flipped_byte(record: Any, pack: Callable[..., Path], run: Run) -> None:
    path = pack(record.request())
    data = bytearray(path.read_bytes())
    data[data.index(b"02  DETERMINATION")] ^= 1
    path.write_bytes(bytes(data))

    plain, document = run(path), run("--json", path)

    assert (plain.returncode, document.returncode) == (1, 1)
    assert plain.stdout.startswith("FAILED: 02-determination.txt: ")
    report = json.loads(document.stdout)
    assert (report["status"], report["file"]) == ("failed", "02-determination.txt")
    assert report["code"] == "dossier.does-not-hold"


@pytest.mark.parametrize("content", [b"", b"noise" * 1000, b"PK\x03\x04" + bytes(1000), None])
def test_what_is_no_dossier_is_one_clear_line(tmp_path: Path, run: Run, content: bytes | None) -> None:
    path = tmp_path / "F.zip"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    for arguments in ((path,), (path, "--json")):
        result = run(*arguments)
        assert result.returncode == 2
        assert result.stdout == ""
        assert result.stderr.startswith(f"charteroak: {path}: ")
        assert len(result.stderr.splitlines()) == 1


def test_an_absent_file_is_one_clear_line(tmp_path: Path, run: Run) -> None:
    result = run(tmp_path / "absent.zip")
    assert result.returncode == 2
    assert "There is no such file" in result.stderr
