"""Tampering with an unpacked dossier: the script and the program name the same file, each on its own.

The script runs in an empty environment with the four public programs and nothing else. The program reads the folder
packed anew by an ordinary zip program.
"""

import hashlib
import re
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
from charteroak.ledger.tree import inclusion_proof

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
    names = sorted((name for name in files_of(folder) if name not in layout.UNLISTED), key=layout.place_in_order)
    manifest = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / layout.MANIFEST).write_text(manifest)
    (folder / layout.MANIFEST_ED25519).write_bytes(record.keys.ed25519.sign(manifest.encode()))
    (folder / layout.MANIFEST_P256).write_bytes(record.keys.p256.sign(manifest.encode()))


def test_an_untouched_dossier_holds(folder: Path, run_verify_sh: RunScript, repack: Callable[..., Path]) -> None:
    result = run_verify_sh(folder)

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    last = result.stdout.splitlines()[-1]
    assert last == "OK: 3 entries, 70 files, 2 checkpoints, 3 co-signatures, 0 time-stamps: everything holds."
    for number in range(1, 8):
        assert f"\n{number}. " in result.stdout
    report = verify_dossier(repack(folder))
    assert f"SHA-256 of MANIFEST.sha256  {report.manifest_sha256}" in result.stdout
    assert f"SHA-256 of verify.sh  {report.verifier_sha256}" in result.stdout
    assert not report.is_as_written


def one_of_each_kind(names: list[str]) -> list[str]:
    """Of files whose paths differ in numbers alone, the last."""
    return list({re.sub(r"\d+", "0", name): name for name in names}.values())


Choose = Callable[[list[str]], list[str]]
HOW_MANY = pytest.mark.parametrize(
    "choose", [one_of_each_kind, pytest.param(list, marks=pytest.mark.slow)], ids=["one of each kind", "every file"]
)


@HOW_MANY
def test_one_flipped_byte_in_any_file_is_named(
    folder: Path, blamed: Callable[[Path], tuple[str, str]], repack: Callable[..., Path], choose: Choose
) -> None:
    """The empty list of what is not enclosed has no byte to flip. The script cannot vouch for itself."""
    for name in choose(files_of(folder)):
        path = folder / name
        original = path.read_bytes()
        ends = (0, len(original) - 1) if name in layout.UNLISTED or "/keys/" in name else ()
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


@HOW_MANY
def test_a_deleted_file_is_named(folder: Path, blamed: Callable[[Path], tuple[str, str]], choose: Choose) -> None:
    for name in choose(files_of(folder)):
        if name == layout.VERIFIER:
            continue
        path = folder / name
        original = path.read_bytes()
        path.unlink()
        assert blamed(folder) == (name, name)
        path.write_bytes(original)


def test_a_truncated_file_is_named(folder: Path, blamed: Callable[[Path], tuple[str, str]]) -> None:
    for name in (
        layout.body_file(1),
        layout.proof_file(2),
        layout.key_file("log.p256", "vkey"),
        layout.checkpoint_file(3, "ed25519.sig"),
    ):
        path = folder / name
        original = path.read_bytes()
        path.write_bytes(original[: len(original) // 2])
        assert blamed(folder) == (name, name)
        path.write_bytes(original)


def test_a_truncated_manifest_is_named(folder: Path, blamed: Callable[[Path], tuple[str, str]]) -> None:
    path = folder / layout.MANIFEST
    path.write_bytes(path.read_bytes()[:500])
    assert blamed(folder) == (layout.MANIFEST, layout.MANIFEST)


@pytest.mark.parametrize("name", ["added.txt", "09-record/entries/000003.leaf", "a/new/folder/file", "08-evidence/x"])
def test_an_added_file_is_named(folder: Path, blamed: Callable[[Path], tuple[str, str]], name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"x")
    assert blamed(folder) == (name, name)


@pytest.mark.parametrize("name", [".hidden", "..hidden", "odd name", "a|b", "-n", "08-evidence/.hidden"])
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
    first, second = folder / layout.leaf_file(0), folder / layout.leaf_file(1)
    contents = first.read_bytes(), second.read_bytes()
    second.write_bytes(contents[0])
    first.write_bytes(contents[1])
    assert blamed(folder) == (layout.leaf_file(0), layout.leaf_file(0))


def test_every_bad_file_is_listed_by_the_script(folder: Path, run_verify_sh: RunScript) -> None:
    (folder / "VERIFY.md").unlink()
    (folder / "10-late-entries.txt").write_bytes(b"None.\n")
    (folder / "extra").write_bytes(b"")
    result = run_verify_sh(folder)
    for words in ("VERIFY.md: is missing", "10-late-entries.txt: is not the file", "extra: is not listed"):
        assert f"   BAD  {words}" in result.stdout


def replace_in(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def another_body(folder: Path, _: Any) -> None:
    replace_in(folder / layout.body_file(1), b"Restore test", b"Restored it!")


def another_salt(folder: Path, _: Any) -> None:
    path = folder / layout.body_file(1)
    path.write_bytes(bytes(32) + path.read_bytes()[32:])


def a_body_that_is_shorter_than_a_salt(folder: Path, _: Any) -> None:
    (folder / layout.body_file(1)).write_bytes(b"{}")


def another_private_value(folder: Path, _: Any) -> None:
    replace_in(folder / layout.private_part_file(1, "note"), b"quoted", b"unsaid")


def a_private_part_that_no_header_names(folder: Path, _: Any) -> None:
    (folder / layout.private_part_file(1, "reason")).write_bytes(bytes(40))


def a_rewritten_header_with_its_body(folder: Path, record: Any) -> None:
    """A whole entry made anew, with a commitment that fits; only the tree can tell."""
    entry = record.entries[1]
    body = entry.body.replace(b"Restore test", b"Restored it!")
    commitment = hashlib.sha256(entry.salt + body).hexdigest()
    (folder / layout.body_file(1)).write_bytes(entry.salt + body)
    leaf = entry.header_bytes.replace(entry.header.body_sha256.encode(), commitment.encode())
    (folder / layout.leaf_file(1)).write_bytes(b"\x00" + leaf)


def a_back_dated_header(folder: Path, _: Any) -> None:
    replace_in(folder / layout.leaf_file(2), b'"recorded":"2026-03-25', b'"recorded":"2026-03-05')


def a_header_of_another_place(folder: Path, _: Any) -> None:
    replace_in(folder / layout.leaf_file(1), b'"index":1', b'"index":2')


def a_proof_of_another_entry(folder: Path, _: Any) -> None:
    (folder / layout.proof_file(1)).write_bytes((folder / layout.proof_file(0)).read_bytes())


def proof_lines(folder: Path, change: Callable[[list[str]], None]) -> None:
    path = folder / layout.proof_file(0)
    lines = path.read_text(encoding="utf-8").split("\n")
    change(lines)
    path.write_text("\n".join(lines), encoding="utf-8")


def a_proof_with_a_hash_too_many(folder: Path, _: Any) -> None:
    proof_lines(folder, lambda lines: lines.insert(2, lines[2]))


def a_proof_with_a_hash_too_few(folder: Path, _: Any) -> None:
    proof_lines(folder, lambda lines: lines.__delitem__(2))


def a_proof_with_a_hash_that_is_none(folder: Path, _: Any) -> None:
    proof_lines(folder, lambda lines: lines.__setitem__(2, "A" * 44))


def a_proof_with_something_extra(folder: Path, _: Any) -> None:
    proof_lines(folder, lambda lines: lines.insert(1, "extra AAAA"))


def a_proof_of_another_version(folder: Path, _: Any) -> None:
    proof_lines(folder, lambda lines: lines.__setitem__(0, "c2sp.org/tlog-proof@v9"))


def a_proof_under_another_checkpoint(folder: Path, _: Any) -> None:
    replace_in(folder / layout.proof_file(0), b"\n3\n", b"\n4\n")


def a_proof_under_an_older_checkpoint(folder: Path, record: Any) -> None:
    proof = TLogProof(0, inclusion_proof(0, 2, record), record.note(2))
    (folder / layout.proof_file(0)).write_bytes(render_proof(proof))


def a_proof_taken_away(folder: Path, _: Any) -> None:
    (folder / layout.proof_file(1)).unlink()


def the_last_entry_taken_away(folder: Path, _: Any) -> None:
    for path in (*folder.glob("09-record/entries/000002.*"), folder / layout.proof_file(2)):
        path.unlink()


def an_entry_in_the_middle_taken_away(folder: Path, _: Any) -> None:
    for path in folder.glob("09-record/entries/000001.*"):
        path.unlink()


def an_entry_behind_the_checkpoint(folder: Path, _: Any) -> None:
    (folder / layout.leaf_file(3)).write_bytes((folder / layout.leaf_file(2)).read_bytes())


def a_part_taken_away(folder: Path, _: Any) -> None:
    (folder / "07-gaps.json").unlink()


def a_checkpoint_of_another_size(folder: Path, _: Any) -> None:
    for name in ("checkpoint.note", "checkpoint.text"):
        replace_in(folder / layout.checkpoint_file(3, name), b"\n3\n", b"\n2\n")


def a_signature_of_another_text(folder: Path, record: Any) -> None:
    (folder / layout.checkpoint_file(3, "ed25519.sig")).write_bytes(record.keys.ed25519.sign(b"another text"))


def a_second_signature_of_another_text(folder: Path, record: Any) -> None:
    (folder / layout.checkpoint_file(3, "p256.sig")).write_bytes(record.keys.p256.sign(b"another text"))


def a_note_with_one_signature(folder: Path, _: Any) -> None:
    path = folder / layout.checkpoint_file(3, "checkpoint.note")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def a_checkpoint_of_another_log(folder: Path, record: Any) -> None:
    note = sign_checkpoint(Checkpoint("charteroak.example/ledger/town", 3, bytes(32)), *record.keys.signers)
    (folder / layout.checkpoint_file(3, "checkpoint.note")).write_bytes(note)


def a_note_that_is_none(folder: Path, _: Any) -> None:
    (folder / layout.checkpoint_file(3, "checkpoint.note")).write_bytes(b"nothing\n")


def an_older_checkpoint_of_a_forked_log(folder: Path, record: Any) -> None:
    """Signed by the log's own keys, and yet no earlier state of this log."""
    note = sign_checkpoint(Checkpoint(record.keys.name, 2, bytes(32)), *record.keys.signers)
    text = note.partition(b"\n\n")[0] + b"\n"
    for name, content in (
        ("checkpoint.note", note),
        ("checkpoint.text", text),
        ("ed25519.sig", record.keys.ed25519.sign(text)),
        ("p256.sig", record.keys.p256.sign(text)),
    ):
        (folder / layout.checkpoint_file(2, name)).write_bytes(content)


def a_cosignature_of_another_size(folder: Path, _: Any) -> None:
    for suffix in ("text", "sig"):
        source = folder / layout.checkpoint_file(2, f"cosignature-1.{suffix}")
        (folder / layout.checkpoint_file(3, f"cosignature-1.{suffix}")).write_bytes(source.read_bytes())


def a_cosignature_at_another_time(folder: Path, _: Any) -> None:
    replace_in(folder / layout.RECORD_INDEX, b"000002 1 1 1772000000 ", b"000002 1 1 1771000000 ")
    replace_in(folder / layout.checkpoint_file(2, "cosignature-1.text"), b"1772000000", b"1771000000")


def a_cosignature_of_another_witness(folder: Path, _: Any) -> None:
    replace_in(folder / layout.RECORD_INDEX, b"cosignature 000002 1 1 ", b"cosignature 000002 1 2 ")


def a_cosigned_note_without_its_witness(folder: Path, _: Any) -> None:
    note = (folder / layout.checkpoint_file(2, "checkpoint.note")).read_bytes()
    (folder / layout.checkpoint_file(2, "cosigned.note")).write_bytes(note)


def an_index_line_that_means_nothing(folder: Path, _: Any) -> None:
    path = folder / layout.RECORD_INDEX
    path.write_bytes(path.read_bytes().replace(b"checkpoint 000003 3 ", b"checkpoint 000003 x "))


def an_index_without_the_newest_checkpoint(folder: Path, _: Any) -> None:
    path = folder / layout.RECORD_INDEX
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if b" 000003 " not in line))


def evidence_taken_away(folder: Path, record: Any) -> None:
    _, sha256, _ = (entry.body.partition(b'"sha256":"')[2][:64].decode() for entry in record.entries)
    (path,) = folder.glob(f"08-evidence/{sha256}-*")
    path.unlink()


def evidence_under_another_name(folder: Path, _: Any) -> None:
    path = min(folder.glob("08-evidence/*"))
    path.rename(path.with_name("0" * 64 + "-log.txt"))


NOTE_3 = layout.checkpoint_file(3, "checkpoint.note")
TEXT_3 = layout.checkpoint_file(3, "checkpoint.text")
INSIDER = {
    another_body: layout.body_file(1),
    another_salt: layout.body_file(1),
    a_body_that_is_shorter_than_a_salt: layout.body_file(1),
    another_private_value: layout.private_part_file(1, "note"),
    a_private_part_that_no_header_names: layout.private_part_file(1, "reason"),
    a_rewritten_header_with_its_body: layout.leaf_file(1),
    a_back_dated_header: layout.leaf_file(2),
    a_header_of_another_place: layout.leaf_file(1),
    a_proof_of_another_entry: layout.proof_file(1),
    a_proof_with_a_hash_too_many: layout.proof_file(0),
    a_proof_with_a_hash_too_few: layout.proof_file(0),
    a_proof_with_a_hash_that_is_none: layout.proof_file(0),
    a_proof_with_something_extra: layout.proof_file(0),
    a_proof_of_another_version: layout.proof_file(0),
    a_proof_under_another_checkpoint: layout.proof_file(0),
    a_proof_under_an_older_checkpoint: layout.proof_file(0),
    a_proof_taken_away: layout.proof_file(1),
    the_last_entry_taken_away: NOTE_3,
    an_entry_in_the_middle_taken_away: layout.body_file(2),
    an_entry_behind_the_checkpoint: layout.leaf_file(3),
    a_part_taken_away: layout.MANIFEST,
    a_checkpoint_of_another_size: TEXT_3,
    a_signature_of_another_text: layout.checkpoint_file(3, "ed25519.sig"),
    a_second_signature_of_another_text: layout.checkpoint_file(3, "p256.sig"),
    a_note_with_one_signature: NOTE_3,
    a_checkpoint_of_another_log: (NOTE_3, TEXT_3),
    a_note_that_is_none: NOTE_3,
    an_older_checkpoint_of_a_forked_log: layout.checkpoint_file(2, "checkpoint.text"),
    a_cosignature_of_another_size: layout.checkpoint_file(3, "cosignature-1.text"),
    a_cosignature_at_another_time: layout.checkpoint_file(2, "cosignature-1.sig"),
    a_cosignature_of_another_witness: layout.checkpoint_file(2, "cosignature-1.sig"),
    a_cosigned_note_without_its_witness: layout.checkpoint_file(2, "cosigned.note"),
    an_index_line_that_means_nothing: (NOTE_3, layout.RECORD_INDEX),
    an_index_without_the_newest_checkpoint: layout.RECORD_INDEX,
    evidence_taken_away: layout.body_file(1),
    evidence_under_another_name: f"08-evidence/{'0' * 64}-log.txt",
}
"""What is done, and the file that the script and the program name (a pair where they differ in where they notice)."""


@pytest.mark.parametrize(("tamper", "expected"), INSIDER.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_what_someone_with_the_keys_changes_in_the_files_is_named(
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


def test_a_dossier_signed_by_other_keys_shows_those_keys(
    folder: Path, record: Any, run_verify_sh: RunScript, blamed: Callable[[Path], tuple[str, str]], other_keys: Any
) -> None:
    """The keys are in the folder, so a forger brings his own; they are printed to be compared with the real ones."""
    for kind, verifier in (("ed25519", other_keys.ed25519.verifier), ("p256", other_keys.p256.verifier)):
        (folder / layout.key_file(f"log.{kind}", "vkey")).write_text(f"{verifier.vkey}\n")
        (folder / layout.key_file(f"log.{kind}", "pem")).write_bytes(verifier.spki_pem)
    record.keys = other_keys
    sign_anew(folder, record)

    printed = run_verify_sh(folder).stdout
    assert all(f"   Key  {vkey}\n" in printed for vkey in other_keys.public.vkeys)
    script, program = blamed(folder)
    assert script == layout.checkpoint_file(2, "ed25519.sig")
    assert program == layout.checkpoint_file(2, "checkpoint.note")
