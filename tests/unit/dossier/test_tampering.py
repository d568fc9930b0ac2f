"""Tampering with an unpacked dossier: the script and the program name the same file, each on its own.

The script runs in an empty environment with the four public programs and nothing else. The program reads the folder
packed anew by an ordinary zip program.
"""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from charteroak.dossier import layout
from charteroak.dossier.errors import DossierError
from charteroak.dossier.verification import verify_dossier
from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.proof import TLogProof, render_proof
from charteroak.ledger.tree import inclusion_proof, root_hash

RunScript = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(record: Any, pack: Callable[..., Path], unpack: Callable[..., Path]) -> Path:
    return unpack(pack(record.request()))


@pytest.fixture
def blamed(run_verify_sh: RunScript, repack: Callable[..., Path]) -> Callable[[Path], tuple[str, str]]:
    """The file that the script names last, and the file that the program names."""

    def find(folder: Path) -> tuple[str, str]:
        result = run_verify_sh(folder)
        assert result.returncode == 1, result.stdout + result.stderr
        last = result.stdout.splitlines()[-1]
        assert last.startswith("FAILED: ")
        with pytest.raises(DossierError) as caught:
            verify_dossier(repack(folder))
        return last.removeprefix("FAILED: ").partition(": ")[0], caught.value.file

    return find


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def sign_anew(folder: Path, record: Any) -> None:
    """What someone with the log's key could do: list the changed files and sign the list."""
    names = [name for name in files_of(folder) if name not in layout.UNLISTED]
    manifest = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / layout.MANIFEST).write_text(manifest)
    (folder / layout.MANIFEST_SIGNATURE).write_bytes(record.signer.sign(manifest.encode()))


def test_an_untouched_dossier_holds(folder: Path, run_verify_sh: RunScript, repack: Callable[..., Path]) -> None:
    result = run_verify_sh(folder)

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1] == "OK: 3 entries, 29 files: everything holds."
    for number in range(1, 7):
        assert f"\n{number}. " in result.stdout
    report = verify_dossier(repack(folder))
    assert f"SHA-256 of MANIFEST.sha256  {report.manifest_sha256}" in result.stdout
    assert f"SHA-256 of verify.sh  {report.verifier_sha256}" in result.stdout
    assert not report.is_as_written


def test_one_flipped_byte_in_any_file_is_named(
    folder: Path, blamed: Callable[[Path], tuple[str, str]], repack: Callable[..., Path]
) -> None:
    """The empty list of what is not enclosed has no byte to flip. The script cannot vouch for itself."""
    for name in files_of(folder):
        path = folder / name
        original = path.read_bytes()
        ends = (0, len(original) - 1) if name in {*layout.UNLISTED, layout.VERIFIER_KEY, layout.PUBLIC_KEY} else ()
        for position in (len(original) // 2, *ends) if original else ():
            changed = bytearray(original)
            changed[position] ^= 0x01
            path.write_bytes(bytes(changed))
            if name == layout.VERIFIER:
                with pytest.raises(DossierError) as caught:
                    verify_dossier(repack(folder))
                assert caught.value.file == name
            else:
                assert blamed(folder) == (name, name)
        path.write_bytes(original)


def test_a_deleted_file_is_named(folder: Path, blamed: Callable[[Path], tuple[str, str]]) -> None:
    for name in files_of(folder):
        if name == layout.VERIFIER:
            continue
        path = folder / name
        original = path.read_bytes()
        path.unlink()
        assert blamed(folder) == (name, name)
        path.write_bytes(original)


def test_a_truncated_file_is_named(folder: Path, blamed: Callable[[Path], tuple[str, str]]) -> None:
    for name in ("entries/000001.body.json", "proofs/000002.tlog-proof", "keys/log.vkey", "checkpoint.sig"):
        path = folder / name
        original = path.read_bytes()
        path.write_bytes(original[: len(original) // 2])
        assert blamed(folder) == (name, name)
        path.write_bytes(original)


def test_a_truncated_manifest_is_named(folder: Path, blamed: Callable[[Path], tuple[str, str]]) -> None:
    path = folder / layout.MANIFEST
    path.write_bytes(path.read_bytes()[:500])
    assert blamed(folder) == (layout.MANIFEST, layout.MANIFEST)


@pytest.mark.parametrize("name", ["added.txt", "entries/000003.header.json", "a/new/folder/file", "evidence/x"])
def test_an_added_file_is_named(folder: Path, blamed: Callable[[Path], tuple[str, str]], name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"x")
    assert blamed(folder) == (name, name)


@pytest.mark.parametrize("name", [".hidden", "..hidden", "odd name", "a|b", "-n", "evidence/.hidden"])
def test_an_added_file_with_an_odd_name_is_named_by_the_script(
    folder: Path, run_verify_sh: RunScript, name: str
) -> None:
    (folder / name).write_bytes(b"x")
    result = run_verify_sh(folder)
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1] == f"FAILED: {name}: is not listed in the manifest"


def test_a_link_in_place_of_a_file_is_named_by_the_script(folder: Path, run_verify_sh: RunScript) -> None:
    path = folder / layout.READ_ME
    copy = folder.parent / "copy"
    copy.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(copy)
    result = run_verify_sh(folder)
    assert f"FAILED: {layout.READ_ME}: is a link" in result.stdout


def test_exchanged_entries_are_named(folder: Path, blamed: Callable[[Path], tuple[str, str]]) -> None:
    first, second = folder / "entries/000000.header.json", folder / "entries/000001.header.json"
    contents = first.read_bytes(), second.read_bytes()
    second.write_bytes(contents[0])
    first.write_bytes(contents[1])
    assert blamed(folder) == ("entries/000000.header.json", "entries/000000.header.json")


def test_every_bad_file_is_listed_by_the_script(folder: Path, run_verify_sh: RunScript) -> None:
    (folder / "VERIFY.md").unlink()
    (folder / "late-entries.txt").write_bytes(b"None.\n")
    (folder / "extra").write_bytes(b"")
    result = run_verify_sh(folder)
    for words in ("VERIFY.md: is missing", "late-entries.txt: is not the file", "extra: is not listed"):
        assert f"   BAD  {words}" in result.stdout


def replace_in(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def another_body(folder: Path, _: Any) -> None:
    replace_in(folder / "entries/000001.body.json", b"Restore test", b"Restored it!")


def another_salt(folder: Path, _: Any) -> None:
    (folder / "entries/000001.salt").write_text("0" * 64 + "\n")


def a_salt_that_is_none(folder: Path, _: Any) -> None:
    (folder / "entries/000001.salt").write_text("0" * 63 + "g\n")


def a_salt_taken_away(folder: Path, _: Any) -> None:
    (folder / "entries/000001.salt").unlink()


def a_rewritten_header_with_its_body(folder: Path, record: Any) -> None:
    """A whole entry made anew, with a commitment that fits; only the tree can tell."""
    entry = record.entries[1]
    body = entry.body.replace(b"Restore test", b"Restored it!")
    commitment = hashlib.sha256(entry.salt + body).hexdigest()
    (folder / "entries/000001.body.json").write_bytes(body)
    leaf = entry.header_bytes.replace(entry.header.body_sha256.encode(), commitment.encode())
    (folder / "entries/000001.header.json").write_bytes(leaf)


def a_back_dated_header(folder: Path, _: Any) -> None:
    replace_in(folder / "entries/000002.header.json", b'"recorded":"2026-03-25', b'"recorded":"2026-03-05')


def a_header_of_another_place(folder: Path, _: Any) -> None:
    replace_in(folder / "entries/000001.header.json", b'"index":1', b'"index":2')


def a_proof_of_another_entry(folder: Path, _: Any) -> None:
    (folder / "proofs/000001.tlog-proof").write_bytes((folder / "proofs/000000.tlog-proof").read_bytes())


def proof_lines(folder: Path, change: Callable[[list[str]], None]) -> None:
    path = folder / "proofs/000000.tlog-proof"
    lines = path.read_text(encoding="utf-8").split("\n")
    change(lines)
    path.write_text("\n".join(lines), encoding="utf-8")


def a_proof_with_a_hash_too_many(folder: Path, _: Any) -> None:
    proof_lines(folder, lambda lines: lines.insert(2, lines[2]))


def a_proof_with_a_hash_too_few(folder: Path, _: Any) -> None:
    proof_lines(folder, lambda lines: lines.pop(2) and None)


def a_proof_with_a_hash_that_is_none(folder: Path, _: Any) -> None:
    proof_lines(folder, lambda lines: lines.__setitem__(2, "A" * 44))


def a_proof_of_another_version(folder: Path, _: Any) -> None:
    proof_lines(folder, lambda lines: lines.__setitem__(0, "c2sp.org/tlog-proof@v9"))


def a_proof_under_another_checkpoint(folder: Path, _: Any) -> None:
    replace_in(folder / "proofs/000000.tlog-proof", b"\n3\n", b"\n4\n")


def a_proof_under_an_older_checkpoint(folder: Path, record: Any) -> None:
    note = sign_checkpoint(Checkpoint(record.signer.name, 2, root_hash(2, record)), record.signer)
    proof = TLogProof(0, inclusion_proof(0, 2, record), note)
    (folder / "proofs/000000.tlog-proof").write_bytes(render_proof(proof))


def a_header_that_is_none(folder: Path, _: Any) -> None:
    replace_in(folder / "entries/000001.header.json", b'"v":2', b'"v":3')


def a_salt_in_capitals(folder: Path, _: Any) -> None:
    path = folder / "entries/000001.salt"
    path.write_text(path.read_text().upper())


def a_proof_taken_away(folder: Path, _: Any) -> None:
    (folder / "proofs/000001.tlog-proof").unlink()


def a_header_taken_away(folder: Path, _: Any) -> None:
    for path in (*folder.glob("entries/000002.*"), folder / "proofs/000002.tlog-proof"):
        path.unlink()


def an_entry_behind_the_checkpoint(folder: Path, _: Any) -> None:
    (folder / "entries/000003.header.json").write_bytes((folder / "entries/000002.header.json").read_bytes())


def a_checkpoint_of_another_size(folder: Path, _: Any) -> None:
    replace_in(folder / "checkpoint.note", b"\n3\n", b"\n2\n")
    replace_in(folder / "checkpoint.text", b"\n3\n", b"\n2\n")


def a_checkpoint_text_of_another_note(folder: Path, record: Any) -> None:
    text = f"{record.signer.name}\n2\n{'A' * 43}=\n"
    (folder / "checkpoint.text").write_text(text)
    (folder / "checkpoint.sig").write_bytes(record.signer.sign(text.encode()))


def a_signature_of_another_text(folder: Path, record: Any) -> None:
    (folder / "checkpoint.sig").write_bytes(record.signer.sign(b"another text"))


def a_checkpoint_of_another_log(folder: Path, record: Any) -> None:
    note = sign_checkpoint(Checkpoint("charteroak.example/ledger/town", 3, bytes(32)), record.signer)
    (folder / "checkpoint.note").write_bytes(note)


def a_note_that_is_none(folder: Path, _: Any) -> None:
    (folder / "checkpoint.note").write_bytes(b"nothing\n")


def evidence_taken_away(folder: Path, record: Any) -> None:
    _, sha256, _ = (entry.body.partition(b'"sha256":"')[2][:64].decode() for entry in record.entries)
    (path,) = folder.glob(f"evidence/{sha256}-*")
    path.unlink()


def evidence_under_another_name(folder: Path, _: Any) -> None:
    path = min(folder.glob("evidence/*"))
    path.rename(path.with_name("0" * 64 + "-log.txt"))


INSIDER = {
    another_body: "entries/000001.body.json",
    another_salt: "entries/000001.body.json",
    a_salt_that_is_none: "entries/000001.salt",
    a_salt_taken_away: "entries/000001.salt",
    a_rewritten_header_with_its_body: ("entries/000001.header.json", "proofs/000001.tlog-proof"),
    a_back_dated_header: ("entries/000002.header.json", "proofs/000002.tlog-proof"),
    a_header_of_another_place: "entries/000001.header.json",
    a_proof_of_another_entry: "proofs/000001.tlog-proof",
    a_proof_with_a_hash_too_many: "proofs/000000.tlog-proof",
    a_proof_with_a_hash_too_few: "proofs/000000.tlog-proof",
    a_proof_with_a_hash_that_is_none: "proofs/000000.tlog-proof",
    a_proof_of_another_version: "proofs/000000.tlog-proof",
    a_proof_under_another_checkpoint: "proofs/000000.tlog-proof",
    a_proof_under_an_older_checkpoint: "proofs/000000.tlog-proof",
    a_header_that_is_none: "entries/000001.header.json",
    a_salt_in_capitals: "entries/000001.salt",
    a_proof_taken_away: "proofs/000001.tlog-proof",
    a_header_taken_away: "entries/000002.header.json",
    an_entry_behind_the_checkpoint: ("checkpoint.note", "entries/000003.header.json"),
    a_checkpoint_of_another_size: "checkpoint.note",
    a_checkpoint_text_of_another_note: "checkpoint.text",
    a_signature_of_another_text: "checkpoint.sig",
    a_checkpoint_of_another_log: "checkpoint.note",
    a_note_that_is_none: "checkpoint.note",
    evidence_taken_away: "entries/000001.body.json",
}


@pytest.mark.parametrize(("tamper", "expected"), INSIDER.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_what_someone_with_the_key_changes_in_the_files_is_named(
    folder: Path,
    record: Any,
    blamed: Callable[[Path], tuple[str, str]],
    tamper: Callable[[Path, Any], None],
    expected: str | tuple[str, str],
) -> None:
    """The manifest is listed and signed anew, so that only the later steps can find what is wrong."""
    tamper(folder, record)
    sign_anew(folder, record)

    assert blamed(folder) == (expected if isinstance(expected, tuple) else (expected, expected))


def test_evidence_under_another_name_is_named(
    folder: Path, record: Any, blamed: Callable[[Path], tuple[str, str]]
) -> None:
    evidence_under_another_name(folder, record)
    sign_anew(folder, record)

    script, program = blamed(folder)
    assert script.endswith(".body.json")
    assert program == f"evidence/{'0' * 64}-log.txt"


def test_a_dossier_signed_by_another_key_shows_that_key(
    folder: Path, record: Any, run_verify_sh: RunScript, blamed: Callable[[Path], tuple[str, str]]
) -> None:
    """The key is in the folder, so a forger brings his own; it is printed to be compared with the real one."""
    other = type(record.signer)(record.signer.name, bytes(32))
    (folder / layout.VERIFIER_KEY).write_text(f"{other.verifier.vkey}\n")
    (folder / layout.PUBLIC_KEY).write_bytes(other.verifier.spki_pem)
    record.signer = other
    sign_anew(folder, record)

    assert f"   Key  {other.verifier.vkey}\n" in run_verify_sh(folder).stdout
    script, program = blamed(folder)
    assert (script, program) == ("checkpoint.sig", "checkpoint.note")
