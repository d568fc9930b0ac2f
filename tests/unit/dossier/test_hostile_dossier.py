"""A dossier that its maker signed over hostile content: the script runs none of it, prints none of it raw, and ends.

Whoever makes a dossier can sign whatever they like with a key of their own, so nothing in the folder is trusted: not
names, not the lines of lists. (Every case here ran a command or hung before it was refused.)
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from charteroak.dossier import layout

SHELLS = [shell for shell in ("sh", "dash", "bash", "busybox") if shutil.which(shell)]
TIMEOUT_SECONDS = 120


@pytest.fixture
def hostile(
    record: Any, pack: Callable[..., Path], unpack: Callable[..., Path], tmp_path: Path
) -> Iterator[Callable[..., Path]]:
    """A dossier in which one file was replaced, with a manifest signed anew by the log's own keys."""
    folder = unpack(pack(record.request()))
    keys = record.request().keys

    index = (folder / layout.RECORD_INDEX).read_bytes()

    def replace(name: str, content: bytes, line: str) -> Path:
        (folder / name).write_bytes(content or index + (f"{line}\n".encode() if line else b""))
        return sign(folder, keys)

    yield replace
    assert not (tmp_path / "pwned").exists()
    assert not (folder / "pwned").exists()


def sign(folder: Path, keys: Any) -> Path:
    names = [line.split("  ", 1)[1] for line in (folder / layout.MANIFEST).read_text().splitlines()]
    manifest = "".join(
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    ).encode()
    return signed(folder, keys, manifest)


def signed(folder: Path, keys: Any, manifest: bytes) -> Path:
    (folder / layout.MANIFEST).write_bytes(manifest)
    for key, kind in ((keys.ed25519, "ed25519"), (keys.p256, "p256")):
        (folder / f"{layout.MANIFEST}.{kind}.sig").write_bytes(key.sign(manifest))
    return folder


def verify(folder: Path, shell: str) -> subprocess.CompletedProcess[bytes]:
    command = [shell, "sh"] if shell == "busybox" else [shell]
    return subprocess.run(
        [*command, folder / "verify.sh"],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )


LINES = {
    "checkpoint": "checkpoint {0} 3 log both",
    "checkpoint size": "checkpoint 000003 1={0} log both",
    "checkpoint key": "checkpoint 000003 3 {0} both",
    "witness": "cosignature {0} 1 1 1",
    "witness's number": "cosignature 000003 {0} 1 1",
    "witness's key": "cosignature 000003 1 {0} 1",
    "witness's time": "cosignature 000003 1 1 {0}",
    "token": "token {0} 1 note 1 1",
    "token's number": "token 000003 {0} note 1 1",
    "renewed token": "token 000003 1 {0} 1 1",
    "authority": "token 000003 1 note {0} 1",
    "token's time": "token 000003 1 note 1 {0}",
}
COMMANDS = ("-}$(>pwned)", "x;>pwned;x")


@pytest.mark.parametrize("line", LINES)
def test_no_word_of_the_index_is_run(hostile: Callable[..., Path], line: str) -> None:
    for command in COMMANDS:
        folder = hostile(layout.RECORD_INDEX, b"", LINES[line].format(command))
        done = verify(folder, "sh")
        assert (done.returncode, done.stderr) == (1, b""), done.stdout
        assert b"index.txt: has a line that cannot be read" in done.stdout
        assert not (folder / "pwned").exists(), (line, command)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_refuses_a_command_in_the_index_however_it_is_spaced(
    hostile: Callable[..., Path], shell: str
) -> None:
    for spaced in ("{}", " {}", "\t{}"):
        line = spaced.format(LINES["witness"].format(COMMANDS[0]))
        folder = hostile(layout.RECORD_INDEX, b"", line.replace(" ", "\t") if "\t" in spaced else line)
        assert verify(folder, shell).returncode == 1
        assert not (folder / "pwned").exists()


NAMES = ("$(>pwned)", "`>pwned`", ";>pwned", "-rf", "a b", "\x1b[2Jx", "line\nbreak", "*", "'\"", "\xff")


def test_no_name_of_a_file_is_run_or_printed_raw(hostile: Callable[..., Path]) -> None:
    folder = hostile(layout.RECORD_INDEX, b"", "")
    for name in NAMES:
        (folder / os.fsdecode(name.encode("latin-1"))).write_bytes(b"x")
    done = verify(folder, "sh")
    assert done.returncode == 1
    assert all(byte == 10 or 32 <= byte < 127 for byte in done.stdout + done.stderr)
    assert not (folder / "pwned").exists()


@pytest.mark.parametrize("listed", ["/dev/zero", "../../etc/passwd", "$(>pwned)", "-", "a\x1b[31mb", "\\x\\n"])
def test_no_line_of_the_manifest_leads_out_of_the_folder(
    hostile: Callable[..., Path], record: Any, listed: str
) -> None:
    folder = hostile(layout.RECORD_INDEX, b"", "")
    manifest = (folder / layout.MANIFEST).read_bytes() + f"{'0' * 64}  {listed}\n".encode()
    done = verify(signed(folder, record.request().keys, manifest), "sh")
    assert done.returncode == 1
    assert b"MANIFEST.sha256" in done.stdout
    assert b"\x1b" not in done.stdout


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_link_to_another_folder(path: Path) -> None:
    path.symlink_to("/etc")


@pytest.mark.parametrize("make", [a_pipe, a_link_to_a_device, a_link_to_another_folder], ids=lambda f: f.__name__)
def test_what_is_no_file_is_named_and_not_read(hostile: Callable[..., Path], make: Callable[[Path], None]) -> None:
    folder = hostile(layout.RECORD_INDEX, b"", "")
    (folder / "dossier.json").unlink()
    make(folder / "dossier.json")
    done = verify(folder, "sh")
    assert done.returncode == 1
    assert b"BAD  dossier.json: is a " in done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_a_manifest_in_another_order_ends(hostile: Callable[..., Path], record: Any, shell: str) -> None:
    folder = hostile(layout.RECORD_INDEX, b"", "")
    lines = (folder / layout.MANIFEST).read_bytes().splitlines(keepends=True)
    done = verify(signed(folder, record.request().keys, b"".join(reversed(lines))), shell)
    assert done.returncode == 1
    assert b"another order" in done.stdout


def test_the_name_of_a_key_does_not_steer_a_terminal(hostile: Callable[..., Path], record: Any) -> None:
    folder = hostile(layout.RECORD_INDEX, b"", "")
    path = folder / layout.RECORD / "keys" / "log.ed25519.vkey"
    path.write_bytes(b"\x1b]0;x\x07" + path.read_bytes())
    done = verify(sign(folder, record.request().keys), "sh")
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout
