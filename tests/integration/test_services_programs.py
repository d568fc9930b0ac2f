"""A program's record through its services: never by halves, intervals by what was known, dossiers that hold."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from charteroak.adapters.evidence_store import EvidenceTooLargeError
from charteroak.dossier.errors import DossierError
from charteroak.dossier.verification import verify_dossier
from charteroak.errors import AccessError, InputError, VerificationError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.services import dossiers, programs
from charteroak.services.checkpoints import verify_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


@pytest.fixture
def bakery(add_organisation: Callable[..., Organisation]) -> Organisation:
    """A made-up business, which may say when something was recorded."""
    return add_organisation("sample-bakery", is_fictional=True)


def upload(name: str = "restore.txt", content: bytes = b"restored in 40 minutes\n") -> programs.UploadedFile:
    return programs.UploadedFile(name, "text/plain", io.BytesIO(content))


def evidence(**changes: object) -> programs.NewEvidence:
    values = {
        "practice": "back-up-and-restore",
        "title": "Test restore",
        "occurred_from": date(2026, 3, 2),
        "files": (upload(),),
    }
    return programs.NewEvidence(**{**values, **changes})  # type: ignore[arg-type]


def sealed_file(sha256: str) -> Path:
    """The one sealed file with these plain bytes."""
    [path] = Path(settings.DATA.evidence).rglob(f"{sha256}.*")
    return path


def at(year: int, month: int, day: int) -> programs.Recorder:
    return programs.Recorder("system", recorded=datetime(year, month, day, 15, tzinfo=UTC))


def test_evidence_is_kept_by_digest_and_recorded_once(member: Organisation, security_lead: User) -> None:
    entry = programs.record_evidence(member, evidence(), programs.recorder_for(security_lead))

    row = EvidenceFile.objects.get()
    found, stream = programs.open_evidence_file(member, row.sha256)
    with stream:
        assert stream.read() == b"restored in 40 minutes\n"
    assert (found.entry_id, found.name) == (entry.pk, "restore.txt")
    assert verify_ledger(member).entries == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"practice": "no-such-practice"}, "practice"),
        ({"title": "  "}, "title"),
        ({"files": (), "note": ""}, "files"),
        ({"occurred_from": date(2999, 1, 1)}, "occurred_from"),
        ({"occurred_to": date(2026, 3, 1)}, "occurred_to"),
        ({"files": tuple(upload() for _ in range(11))}, "files"),
    ],
)
def test_evidence_that_cannot_be_used_leaves_nothing(
    member: Organisation, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(programs.ProgramInputError) as refusal:
        programs.record_evidence(member, evidence(**changes), programs.Recorder("system"))

    assert refusal.value.field == field
    assert not LedgerEntry.objects.exists()
    assert not EvidenceFile.objects.exists()


def test_a_file_over_the_limit_leaves_nothing(member: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charteroak.services.evidence_files.Keeping.put.__kwdefaults__", {"limit_bytes": 10})

    with pytest.raises(EvidenceTooLargeError):
        programs.record_evidence(member, evidence(), programs.Recorder("system"))

    assert not LedgerEntry.objects.exists()
    assert not list((Path(settings.DATA.root) / "evidence").rglob("incoming-*"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\evil\\a.txt", "a.txt"),
        ('x".html\r\nSet-Cookie: a', "x_.html__Set-Cookie_ a"),
        ("...", "file"),
    ],
)
def test_a_file_name_is_only_ever_a_name(given: str, kept: str) -> None:
    assert programs.safe_name(given) == kept


def test_another_organisation_cannot_read_the_file(member: Organisation, desk: Organisation) -> None:
    programs.record_evidence(member, evidence(), programs.Recorder("system"))
    row = EvidenceFile.objects.get()

    with pytest.raises(AccessError):
        programs.open_evidence_file(desk, row.sha256)


def test_what_was_recorded_after_the_interval_is_shown_and_does_not_count(bakery: Organisation) -> None:
    body = {"name": "Bakery", "kind": "corporation", "handles": {"accesses": True}, "information": {"personal": True}}
    programs.record(bakery, "organisation.described", body, at(2026, 1, 5), occurred_from="2026-01-05")
    program = programs.NewProgram("Program", "1.0", "Board", upload("program.md"), date(2026, 2, 1))
    programs.adopt_program(bakery, program, at(2026, 6, 1))

    status = programs.determine_breach(bakery, first=date(2026, 3, 1), last=date(2026, 3, 9))

    then = {e["id"]: e["status"] for e in status.determination.to_json()["elements"]}
    assert status.hindsight is not None
    now = {e["id"]: e["status"] for e in status.hindsight.to_json()["elements"]}
    assert (then["E2"], then["E7"], now["E7"]) == ("met", "uncertain", "met")
    assert [change.fact.kind for change in status.changes if change.timing == "late"] == ["program.adopted"]


def test_a_dossier_is_the_same_for_the_same_record_and_verifies(bakery: Organisation, tmp_path: Path) -> None:
    programs.record_evidence(bakery, evidence(), at(2026, 3, 2))
    made = [
        dossiers.create_dossier(bakery, date(2026, 3, 1), date(2026, 3, 9), made_by=programs.Recorder("system"))
        for _ in range(2)
    ]
    target = tmp_path / "dossier.zip"
    with target.open("xb") as file:
        dossiers.copy_dossier(made[0], file)

    report = verify_dossier(target)

    assert made[0].pk == made[1].pk
    assert report.manifest_sha256 == made[0].manifest_sha256
    # The evidence, and the ceremony of the keys that signed the first checkpoint.
    assert (report.checkpoint.size, report.entries.evidence_files) == (2, 1)


def test_lost_evidence_is_named_in_the_dossier_and_not_passed_over(bakery: Organisation, tmp_path: Path) -> None:
    programs.record_evidence(bakery, evidence(), at(2026, 3, 2))
    lost = EvidenceFile.objects.get().sha256
    sealed_file(lost).unlink()

    record = dossiers.create_dossier(bakery, date(2026, 3, 1), date(2026, 3, 9), made_by=programs.Recorder("system"))

    target = tmp_path / "dossier.zip"
    with target.open("xb") as file:
        dossiers.copy_dossier(record, file)
    with zipfile.ZipFile(target) as archive:
        name = next(name for name in archive.namelist() if name.endswith("not-enclosed.txt"))
        assert lost in archive.read(name).decode()


def test_altered_evidence_stops_the_dossier(bakery: Organisation) -> None:
    programs.record_evidence(bakery, evidence(), at(2026, 3, 2))
    altered = EvidenceFile.objects.get().sha256
    path = sealed_file(altered)
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    with pytest.raises(VerificationError, match=altered):
        dossiers.create_dossier(bakery, date(2026, 3, 1), date(2026, 3, 9), made_by=programs.Recorder("system"))


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 3, 9), date(2026, 3, 1)), (date(2026, 3, 1), date(2999, 1, 1))]
)
def test_an_impossible_interval_is_refused(bakery: Organisation, first: date, last: date) -> None:
    programs.record_evidence(bakery, evidence(), at(2026, 3, 2))

    with pytest.raises(InputError):
        dossiers.create_dossier(bakery, first, last, made_by=programs.Recorder("system"))


def test_one_byte_changed_in_a_kept_dossier_is_named(bakery: Organisation, tmp_path: Path) -> None:
    programs.record_evidence(bakery, evidence(), at(2026, 3, 2))
    record = dossiers.create_dossier(bakery, date(2026, 3, 1), date(2026, 3, 9), made_by=programs.Recorder("system"))
    target = tmp_path / "dossier.zip"
    with target.open("xb") as file:
        dossiers.copy_dossier(record, file)
    data = target.read_bytes()
    place = data.index(b"restored in 40 minutes")
    target.write_bytes(data[:place] + b"R" + data[place + 1 :])

    with pytest.raises(DossierError) as found:
        verify_dossier(target)

    assert "restore.txt" in found.value.file
