"""A custody export: checked by a script in an empty environment and by our program, and every mutation is named."""

import hashlib
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from charteroak.dossier import layout
from charteroak.dossier.custody_verification import verify_custody
from charteroak.dossier.errors import DossierError, NotADossierError
from charteroak.dossier.record_index import parse_record_index
from charteroak.dossier.record_keys import read_log_verifiers
from charteroak.dossier.record_verification import verify_some_entries
from charteroak.errors import AccessError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.services import custody, incident_evidence
from charteroak.services.custody_exports import export_custody
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.log_keys import keys_in_force
from charteroak.services.programs import ProgramInputError, Recorder, UploadedFile, recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
RECORD = layout.RECORD


@pytest.fixture
def lee(security_lead: User) -> Recorder:
    return recorder_for(security_lead)


@pytest.fixture
def incident(member: Organisation, lee: Recorder, add_person: Callable[..., User]) -> Incident:
    """One file, offered to and accepted by another: three rows among others of the log."""
    incident = open_incident(member, NewIncident("Mailbox of the clerk"), lee)
    new = incident_evidence.NewItemOfEvidence(
        title="Log", what="log", collected_by="Lee", to="Lee", place="Store", purpose="Proof", description="Of one day."
    )
    incident_evidence.take_upload(incident, new, UploadedFile("fw.log", "text/plain", io.BytesIO(b"GET /\n")), lee)
    [item] = incident_evidence.items_of(incident)
    open_incident(member, NewIncident("Another"), lee)
    custody.offer_custody(member, custody.Offer(item.taken.item, "Lee", "Pat", "Examination", "Lab"), lee)
    pat = recorder_for(add_person("Pat", member, "security-lead"))
    custody.answer_offer(member, item.taken.item, pat, accepted=True, received_by="Pat")
    return incident


@pytest.fixture
def zipped(incident: Incident, lee: Recorder, tmp_path: Path) -> Path:
    path = tmp_path / "custody.zip"
    with path.open("wb") as target:
        export_custody(incident, target, lee)
    return path


@pytest.fixture
def folder(zipped: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(tmp_path / "unpacked")
    (found,) = (tmp_path / "unpacked").iterdir()
    return found


@pytest.fixture(scope="session")
def four_tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four public programs and nothing else."""
    directory = tmp_path_factory.mktemp("custody-tools")
    for tool, names in {"sh": ("dash", "sh"), "openssl": (), "sha256sum": (), "xxd": ()}.items():
        found = next(filter(None, map(shutil.which, names or (tool,))))
        (directory / tool).symlink_to(os.path.realpath(found))
    return directory


@pytest.fixture
def script(four_tools: Path) -> Callable[[Path], subprocess.CompletedProcess[str]]:
    def run(folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(four_tools / "sh"), "verify.sh"], cwd=folder, env={"PATH": str(four_tools)}, capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip

    return run


def packed(folder: Path) -> Path:
    path = folder.parent.parent / "again.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, f"{folder.name}/{file.relative_to(folder)}")
    return path


def blamed(folder: Path, script: Callable[[Path], subprocess.CompletedProcess[str]]) -> tuple[str, str]:
    """The file that the script names last, and the one that the program names."""
    result = script(folder)
    assert result.returncode == 1, result.stdout + result.stderr
    last = result.stdout.splitlines()[-1]
    assert last.startswith("FAILED: "), last
    with pytest.raises(DossierError) as caught:
        verify_custody(packed(folder))
    return last.removeprefix("FAILED: ").partition(": ")[0], caught.value.file


def files_of(folder: Path) -> list[str]:
    names = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return sorted(names, key=layout.place_in_order)


def sign_anew(folder: Path, organisation: Organisation) -> None:
    """What somebody with the log's own keys could do after changing files."""
    names = [name for name in files_of(folder) if name not in layout.UNLISTED]
    manifest = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    keys = keys_in_force(organisation)
    (folder / layout.MANIFEST).write_text(manifest)
    (folder / layout.MANIFEST_ED25519).write_bytes(keys.ed25519.sign(manifest.encode()))
    (folder / layout.MANIFEST_P256).write_bytes(keys.p256.sign(manifest.encode()))


def rows_of(folder: Path) -> list[int]:
    return [int(path.stem) for path in sorted((folder / RECORD / "entries").glob("*.leaf"))]


def test_an_untouched_export_holds_in_an_empty_environment(
    zipped: Path, folder: Path, script: Callable[[Path], subprocess.CompletedProcess[str]]
) -> None:
    result = script(folder)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1].startswith("OK: 3 entries, ")
    for number in range(1, 8):
        assert f"\n{number}. " in result.stdout
    report = verify_custody(zipped)
    assert report.entries == 3
    assert report.is_known_verifier
    [item] = report.document["items"]
    assert (item["holder"], [step["step"] for step in item["steps"]]) == ("Pat", ["taken", "offered", "accepted"])
    assert f"SHA-256 of MANIFEST.sha256  {report.manifest_sha256}" in result.stdout


def test_only_the_rows_of_this_custody_leave(folder: Path) -> None:
    everything = b"".join((folder / name).read_bytes() for name in files_of(folder))
    assert b"Another" not in everything
    assert len(rows_of(folder)) == 3


def test_the_same_record_gives_the_same_bytes(incident: Incident, lee: Recorder, zipped: Path) -> None:
    again = io.BytesIO()
    export_custody(incident, again, lee)
    assert again.getvalue() == zipped.read_bytes()


def test_a_flipped_byte_in_any_file_is_named(
    folder: Path, script: Callable[[Path], subprocess.CompletedProcess[str]]
) -> None:
    for name in files_of(folder):
        path = folder / name
        original = path.read_bytes()
        if name == layout.VERIFIER or not original:
            continue
        place = len(original) // 2
        path.write_bytes(original[:place] + bytes([original[place] ^ 1]) + original[place + 1 :])
        by_script, by_program = blamed(folder, script)
        assert by_script == by_program, name
        assert name in {by_script, *layout.UNLISTED} or by_script == layout.MANIFEST, (name, by_script)
        path.write_bytes(original)


def test_a_removed_and_an_added_file_are_named(
    folder: Path, script: Callable[[Path], subprocess.CompletedProcess[str]]
) -> None:
    leaf = folder / layout.leaf_file(rows_of(folder)[1])
    original = leaf.read_bytes()
    leaf.unlink()
    assert blamed(folder, script) == (str(leaf.relative_to(folder)),) * 2
    leaf.write_bytes(original)
    (folder / "extra.txt").write_text("x")
    assert blamed(folder, script) == ("extra.txt", "extra.txt")


def take_row(folder: Path, index: int) -> None:
    for path in [*(folder / RECORD / "entries").glob(f"{index:06d}.*"), folder / layout.proof_file(index)]:
        path.unlink()


def test_a_row_taken_out_by_whoever_holds_the_keys_is_missed_by_its_answer(
    folder: Path, member: Organisation, script: Callable[[Path], subprocess.CompletedProcess[str]]
) -> None:
    _taken, offered, accepted = rows_of(folder)
    take_row(folder, offered)
    sign_anew(folder, member)
    assert blamed(folder, script) == (layout.body_file(accepted),) * 2


def test_rows_that_changed_places_are_named(
    folder: Path, member: Organisation, script: Callable[[Path], subprocess.CompletedProcess[str]]
) -> None:
    _taken, offered, accepted = rows_of(folder)
    one, two = (folder / layout.leaf_file(index) for index in (offered, accepted))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    sign_anew(folder, member)
    by_script, by_program = blamed(folder, script)
    assert by_script == by_program == layout.leaf_file(offered)


def test_a_row_that_was_put_in_does_not_stand_in_the_log(
    folder: Path, member: Organisation, script: Callable[[Path], subprocess.CompletedProcess[str]]
) -> None:
    taken, offered, _accepted = rows_of(folder)
    free = offered - 1
    assert free not in rows_of(folder)
    leaf = (folder / layout.leaf_file(offered)).read_bytes().replace(b'"index":%d,' % offered, b'"index":%d,' % free)
    proof = (folder / layout.proof_file(offered)).read_bytes().replace(b"index %d\n" % offered, b"index %d\n" % free)
    (folder / layout.leaf_file(free)).write_bytes(leaf)
    (folder / layout.proof_file(free)).write_bytes(proof)
    sign_anew(folder, member)
    assert blamed(folder, script) == (layout.leaf_file(free),) * 2
    assert taken < free


def test_a_body_that_was_written_anew_is_not_what_the_entry_commits_to(
    folder: Path, member: Organisation, script: Callable[[Path], subprocess.CompletedProcess[str]]
) -> None:
    body = folder / layout.body_file(rows_of(folder)[2])
    body.write_bytes(body.read_bytes().replace(b"Pat", b"Pam"))
    sign_anew(folder, member)
    name = str(body.relative_to(folder))
    assert blamed(folder, script) == (name, name)


def test_a_log_of_custody_that_tells_another_story_is_found_by_the_program(folder: Path, member: Organisation) -> None:
    path = folder / layout.CUSTODY_DATA
    path.write_text(path.read_text().replace('"holder": "Pat"', '"holder": "Pam"'))
    sign_anew(folder, member)
    with pytest.raises(DossierError, match="does not say what the entries say"):
        verify_custody(packed(folder))


def test_the_checkpoint_of_an_old_backup_does_not_hold_the_newer_rows(
    incident: Incident, member: Organisation, lee: Recorder, tmp_path: Path,
    script: Callable[[Path], subprocess.CompletedProcess[str]],
) -> None:  # fmt: skip
    unpacked = []
    for name in ("old", "new"):
        out = io.BytesIO()
        export_custody(incident, out, lee)
        with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive:
            archive.extractall(tmp_path / name / "unpacked")
        (found,) = (tmp_path / name / "unpacked").iterdir()
        unpacked.append(found)
        [item] = incident_evidence.items_of(incident)
        custody.offer_custody(member, custody.Offer(item.taken.item, "Pat", name, "Court", "Court"), lee)
        custody.withdraw_offer(member, item.taken.item, lee)
    old, new = unpacked
    shutil.rmtree(new / RECORD / "checkpoints")
    shutil.copytree(old / RECORD / "checkpoints", new / RECORD / "checkpoints")
    shutil.copy(old / layout.RECORD_INDEX, new / layout.RECORD_INDEX)
    sign_anew(new, member)
    by_script, by_program = blamed(new, script)
    first = rows_of(new)[0]
    assert by_script in {layout.proof_file(first), layout.leaf_file(first)}
    assert by_program in {layout.proof_file(first), layout.leaf_file(first)}


@dataclass(slots=True)
class Unpacked:
    """A folder in memory, read as an archive is."""

    files: dict[str, bytes]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.files)

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise DossierError(name, "is missing")
        return self.files[name]


def mutations(content: bytes, step: int) -> Iterator[bytes]:
    for place in range(0, len(content), step):
        yield content[:place] + bytes([content[place] ^ (1 << place % 8)]) + content[place + 1 :]


@pytest.mark.parametrize("step", [29, pytest.param(1, marks=pytest.mark.slow)])
def test_every_flipped_byte_of_every_row_is_found_even_when_the_list_is_made_anew(folder: Path, step: int) -> None:
    """Without the list's help: commitments, proofs and signatures alone name the row."""
    files = {name: (folder / name).read_bytes() for name in files_of(folder)}
    archive = Unpacked(files)
    index = parse_record_index(files[layout.RECORD_INDEX])
    verifiers = read_log_verifiers(archive, index)  # type: ignore[arg-type]
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    rows = [name for name in files if name.startswith((f"{RECORD}/entries/", f"{RECORD}/proofs/", f"{RECORD}/checkpo"))]
    tried = 0
    for name in rows:
        for changed in mutations(files[name], step):
            archive.files = {**files, name: changed}
            digests = {**listed, name: hashlib.sha256(changed).hexdigest()}
            with pytest.raises(DossierError) as caught:
                verify_some_entries(archive, digests, index, verifiers)  # type: ignore[arg-type]
            assert caught.value.file.split("/")[2].partition(".")[0] in name, (name, caught.value)
            tried += 1
    assert tried >= sum(len(files[name]) // step for name in rows)


def test_nobody_else_exports_and_an_incident_without_items_has_no_custody(
    incident: Incident, member: Organisation, lee: Recorder, add_person: Callable[..., User], desk: Organisation
) -> None:
    with pytest.raises(AccessError):
        export_custody(incident, io.BytesIO(), recorder_for(add_person("Sam", desk, "analyst")))
    empty = open_incident(member, NewIncident("Nothing yet"), lee)
    with pytest.raises(ProgramInputError, match="no item"):
        export_custody(empty, io.BytesIO(), lee)


def test_another_file_is_no_custody_export(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("dossier-a-2026-01-01-2026-01-02/a", b"x")
    with pytest.raises(NotADossierError):
        verify_custody(path)
