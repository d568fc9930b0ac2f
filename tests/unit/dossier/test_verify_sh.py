"""The script itself: any POSIX shell, four programs, no trace left, and quick enough for a real record."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from charteroak.dossier.packaged import packaged_verifier
from charteroak.dossier.verification import verify_dossier

RunScript = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(record: Any, pack: Callable[..., Path], unpack: Callable[..., Path]) -> Path:
    return unpack(pack(record.request()))


def other_shells() -> list[Any]:
    """Shells beside the one called ``sh``; those that this machine lacks are skipped by name."""
    wanted = {"bash": ("--posix",), "dash": (), "busybox": ("sh",), "ksh": (), "mksh": (), "zsh": ("--emulate", "sh")}
    return [
        pytest.param(
            (shutil.which(shell) or shell, *options),
            id=shell,
            marks=pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed"),
        )
        for shell, options in wanted.items()
    ]


@pytest.mark.parametrize("shell", other_shells())
def test_other_shells_agree(folder: Path, run_verify_sh: RunScript, shell: tuple[str, ...]) -> None:
    good = run_verify_sh(folder, *shell)
    assert (good.returncode, good.stderr, good.stdout) == (0, "", run_verify_sh(folder).stdout)

    (folder / "VERIFY.md").write_text("changed")
    bad = run_verify_sh(folder, *shell)
    assert (bad.returncode, bad.stderr, bad.stdout) == (1, "", run_verify_sh(folder).stdout)


def run_with(tools: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [tools / "sh", folder / "verify.sh"]
    return subprocess.run(command, cwd="/", env={"PATH": str(tools)}, capture_output=True, text=True, check=False)


def test_runs_from_another_directory(folder: Path, four_tools: Path) -> None:
    assert run_with(four_tools, folder).returncode == 0


def test_leaves_the_folder_as_it_was(folder: Path, run_verify_sh: RunScript) -> None:
    def state() -> list[tuple[str, int, int]]:
        return sorted((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in folder.rglob("*"))

    before = state()
    run_verify_sh(folder)
    assert state() == before


def test_a_missing_program_is_never_a_good_answer(folder: Path, four_tools: Path, tmp_path: Path) -> None:
    for missing in ("openssl", "sha256sum", "xxd"):
        tools = tmp_path / f"without-{missing}"
        shutil.copytree(four_tools, tools, symlinks=True)
        (tools / missing).unlink()
        result = run_with(tools, folder)
        assert result.returncode == 2, result.stdout
        assert result.stdout.splitlines()[-1].startswith(f"COULD NOT: {missing}: ")


def with_openssl(four_tools: Path, tmp_path: Path, version: str, refused: str) -> Path:
    """The four tools with an ``openssl`` of another version that lacks something."""
    tools = tmp_path / f"tools-{len(version)}"
    shutil.copytree(four_tools, tools, symlinks=True)
    real = os.path.realpath(tools / "openssl")
    (tools / "openssl").unlink()
    (tools / "openssl").write_text(
        f"#!/bin/sh\n[ \"$1\" != version ] || {{ echo '{version}'; exit 0; }}\n"
        f'case " $* " in {refused}) echo "unknown option" >&2; exit 1 ;; esac\nexec {real} "$@"\n'
    )
    (tools / "openssl").chmod(0o755)
    return tools


@pytest.mark.parametrize("version", ["OpenSSL 1.1.1w  11 Sep 2023", "LibreSSL 3.3.6"])
def test_an_old_openssl_checks_what_it_can_and_says_what_it_could_not(
    folder: Path, four_tools: Path, tmp_path: Path, version: str
) -> None:
    """It knows P-256 and not Ed25519: nothing is bad, and the answer is still no good one."""
    tools = with_openssl(four_tools, tmp_path, version, "*' -rawin '*")
    result = run_with(tools, folder)
    last = result.stdout.splitlines()[-1]
    assert result.returncode == 2, result.stdout
    assert last.startswith("COULD NOT: MANIFEST.sha256.ed25519.sig: ")
    assert last.endswith("(checks not made: 6; all others hold)")
    assert version in last
    assert "   The P-256 signature verifies." in result.stdout
    assert "BAD" not in result.stdout

    (folder / "VERIFY.md").write_text("changed")
    assert run_with(tools, folder).stdout.splitlines()[-1].startswith("FAILED: VERIFY.md: ")


def test_an_openssl_that_does_nothing_is_never_a_good_answer(folder: Path, four_tools: Path, tmp_path: Path) -> None:
    tools = with_openssl(four_tools, tmp_path, "", "*")
    result = run_with(tools, folder)
    assert result.returncode == 2
    assert result.stdout.splitlines()[-1] == "COULD NOT: openssl: does not work here"


def test_shasum_serves_where_sha256sum_is_missing(folder: Path, four_tools: Path, tmp_path: Path) -> None:
    """As on macOS."""
    tools = tmp_path / "tools"
    shutil.copytree(four_tools, tools, symlinks=True)
    (tools / "sha256sum").unlink()
    found = shutil.which("shasum")
    assert found is not None
    (tools / "shasum").symlink_to(found)
    (tools / "perl").symlink_to(os.path.realpath(shutil.which("perl") or "perl"))
    result = run_with(tools, folder)
    assert result.returncode == 0, result.stdout + result.stderr


def test_calls_no_other_program() -> None:
    """Every word in command position is a builtin of POSIX shells, a function of the script, or one of the three."""
    script = packaged_verifier().decode("ascii")
    code = re.sub(r"(?m)(^|\s)#.*$", "", script)
    for word in (
        "sed",
        "awk",
        "grep",
        "cut",
        "cat",
        "head",
        "tail",
        "tr",
        "find",
        "expr",
        "dd",
        "od",
        "mktemp",
        "local",
    ):
        assert not re.search(rf"(^|[|;&(`]|\$\()\s*{word}\s", code, re.MULTILINE), word


def test_every_entry_of_an_uneven_tree_is_proved(
    record_of: Callable[[int], Any], pack: Callable[..., Path], unpack: Callable[..., Path], run_verify_sh: RunScript
) -> None:
    for size in (2, 7, 13):
        result = run_verify_sh(unpack(pack(record_of(size).request())))
        assert result.stdout.splitlines()[-1].startswith(f"OK: {size} entries, "), result.stdout


def test_withheld_bodies_are_counted_and_do_not_fail(
    record: Any, pack: Callable[..., Path], unpack: Callable[..., Path], run_verify_sh: RunScript
) -> None:
    entries = [
        replace(record.entries[0], body=None, salt=None),
        replace(record.entries[1], parts={}),
        record.entries[2],
    ]
    result = run_verify_sh(unpack(pack(record.request(entries=entries))))
    assert result.returncode == 0
    assert "2 bodies checked, 1 withheld" in result.stdout
    assert "1 private parts checked, 1 withheld" in result.stdout


def test_evidence_that_is_not_enclosed_is_accounted_for(
    record: Any, pack: Callable[..., Path], unpack: Callable[..., Path], run_verify_sh: RunScript
) -> None:
    sha256, *_ = record.evidence
    others = {digest: source for digest, source in record.evidence.items() if digest != sha256}
    request = record.request(evidence=others, not_enclosed={sha256: "sealed by court order"})
    result = run_verify_sh(unpack(pack(request)))
    assert result.returncode == 0
    assert "evidence named 3 times: 2 enclosed, 1 accounted for" in result.stdout


def test_anchors_of_the_operator_are_no_outsiders(
    record: Any, pack: Callable[..., Path], unpack: Callable[..., Path], run_verify_sh: RunScript
) -> None:
    request = record.request()
    own = [
        replace(signed, cosignatures=[replace(each, is_outside=False) for each in signed.cosignatures])
        for signed in request.checkpoints
    ]
    words = "No outsider has seen this ledger yet"
    assert words not in run_verify_sh(unpack(pack(request))).stdout
    path = pack(replace(request, checkpoints=own))
    result = run_verify_sh(unpack(path))
    assert result.returncode == 0
    assert words in result.stdout
    assert result.stdout.count("run by whoever runs the log: no outsider") == 3
    assert words in verify_dossier(path).steps[6].found


@pytest.mark.slow
def test_a_thousand_entries_hold(
    record_of: Callable[[int], Any], pack: Callable[..., Path], unpack: Callable[..., Path], run_verify_sh: RunScript
) -> None:
    folder = unpack(pack(record_of(1000).request()))
    result = run_verify_sh(folder)
    assert result.stdout.splitlines()[-1].startswith("OK: 1000 entries, ")
