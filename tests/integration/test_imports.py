"""Files that are brought in, through the service and the pages: kept, assigned, recorded all or not at all."""

import hashlib
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hostile_office_files import csv_of, document_of, workbook_of

from charteroak.errors import AccessError
from charteroak.portal.imports import views
from charteroak.program.imports.mapping import ImportMapping, MappingError, RowMapping
from charteroak.program.imports.rows import ReadFile
from charteroak.program.imports.suggestions import FoundEdition, editions_in
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import ImportedFile
from charteroak.services import imports
from charteroak.services.programs import ProgramInputError, UploadedFile, open_evidence_file, recorder_for, status_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
IMPORT = "/organisations/elm-hollow-bakery/import/"
DAY = date(2026, 10, 1)
DECIDED = ImportMapping(
    edition="nist-csf@2.0",
    as_of=DAY,
    status_column=3,
    statuses={"Implemented": "yes", "Partial": "partly"},
    rows={"2": RowMapping(practice="review-access"), "3": RowMapping(practice="back-up-and-restore", shows=True)},
)


def upload(name: str = "controls.xlsx", data: bytes | None = None) -> UploadedFile:
    return UploadedFile(name, "application/octet-stream", io.BytesIO(workbook_of() if data is None else data))


@pytest.fixture
def brought(member: Organisation, security_lead: User) -> ImportedFile:
    return imports.bring_in(member, upload(), "From the provider.", recorder_for(security_lead))


def test_the_file_is_kept_as_it_is_and_claims_nothing(member: Organisation, security_lead: User) -> None:
    data = workbook_of()
    brought = imports.bring_in(member, upload(data=data), "", recorder_for(security_lead))
    assert brought.entry.kind == "document.imported"
    assert brought.sha256 == hashlib.sha256(data).hexdigest()
    _row, stream = open_evidence_file(member, brought.sha256)
    with stream:
        assert stream.read() == data
    status = status_of(member, as_of=brought.created.date())
    assert all(each.answer == "unknown" and not each.evidence for each in status.findings.values())


def test_recording_points_to_the_file_and_the_row(brought: ImportedFile, security_lead: User) -> None:
    recorder = recorder_for(security_lead)
    imports.save_mapping(brought, DECIDED, recorder)
    recorded = imports.record_mapping(brought, recorder)
    assert [entry.kind for entry in recorded.answers + recorded.evidence] == [
        "practice.answered", "practice.answered", "evidence.recorded",
    ]  # fmt: skip
    status = status_of(brought.organisation, as_of=brought.created.date())
    answered = status.findings["back-up-and-restore"]
    assert answered.answer == "partly"
    assert f"From controls.xlsx, kept by entry {brought.entry.index}" in answered.answered.body.note  # type: ignore[union-attr]
    assert answered.newest is not None
    assert answered.newest.first_day == DAY
    assert answered.newest.source == "imported"
    assert recorded.evidence[0].evidence_files.get().sha256 == brought.sha256
    assert status.findings["review-access"].evidence == ()


def test_recording_is_all_or_nothing_and_happens_once(brought: ImportedFile, security_lead: User) -> None:
    recorder = recorder_for(security_lead)
    before = LedgerEntry.objects.count()
    with pytest.raises(MappingError, match="No row was given a practice"):
        imports.record_mapping(brought, recorder)
    wrong = ImportMapping(as_of=DAY, rows={"2": RowMapping(practice="review-access", shows=True),
                                           "3": RowMapping(practice="gone-practice", shows=True)})  # fmt: skip
    imports.save_mapping(brought, wrong, recorder)
    with pytest.raises(MappingError, match="gone-practice"):
        imports.record_mapping(brought, recorder)
    assert LedgerEntry.objects.count() == before
    imports.save_mapping(brought, DECIDED, recorder)
    imports.record_mapping(brought, recorder)
    count = LedgerEntry.objects.count()
    for again in (
        lambda: imports.record_mapping(brought, recorder),
        lambda: imports.save_mapping(brought, DECIDED, recorder),
    ):
        with pytest.raises(ProgramInputError, match="on record already"):
            again()
    assert LedgerEntry.objects.count() == count


def test_a_file_of_another_organisation_is_absent(
    brought: ImportedFile, add_organisation: Callable[..., Organisation], add_person: Callable[..., User]
) -> None:
    other = add_organisation("north-stonington")
    with pytest.raises(AccessError):
        imports.access_import(other, brought.pk)
    with pytest.raises(AccessError):
        imports.record_mapping(brought, recorder_for(add_person("Otto", other)))


@pytest.mark.parametrize(("name", "data"), [("program.docx", document_of()), ("program.pdf", b"%PDF-1.7\nx")])
def test_a_written_program_is_assigned_by_section_or_as_a_whole(
    name: str, data: bytes, member: Organisation, security_lead: User
) -> None:
    recorder = recorder_for(security_lead)
    brought = imports.bring_in(member, upload(name, data), "", recorder)
    imports.save_mapping(
        brought,
        ImportMapping(as_of=DAY, rows={"1": RowMapping(practice="write-security-policy", shows=True)}),
        recorder,
    )
    assert len(imports.record_mapping(brought, recorder).evidence) == 1


def test_the_pages_lead_from_the_file_to_entries(client: Client, security_lead: User, member: Organisation) -> None:
    client.force_login(security_lead)
    file = SimpleUploadedFile("controls.csv", csv_of(), "text/csv")
    answer = client.post(IMPORT, {"file": file, "note": "Ours"})
    assert answer.status_code == 302
    number = ImportedFile.objects.get(organisation=member).pk
    here = f"{IMPORT}{number}/"
    page = client.get(here).content.decode()
    assert "nothing is claimed by them" in page
    meaning = {"as_of": "2026-10-01", "edition": "nist-csf@2.0", "status_column": "3"}
    assert client.post(here, meaning).url == here  # type: ignore[attr-defined]
    page = client.get(here).content.decode()
    assert "“Implemented” (2 rows) means" in page
    words = dict(
        zip(re.findall(r"“([^”]*)” \(\d", page), sorted(set(re.findall(r'name="(word_\d+)"', page))), strict=True)
    )
    told = meaning | {words["Implemented"]: "yes", words["Partial"]: "partly", words["Not implemented"]: "no"}
    assert client.post(here, told).url == f"{here}rows/"  # type: ignore[attr-defined]
    page = client.get(f"{here}rows/").content.decode()
    assert "Suggested by PR.AA-01" in page
    assert client.post(f"{here}rows/", {"row_2": "review-access", "then": "take"}).url == f"{here}rows/"  # type: ignore[attr-defined]
    mapping = imports.mapping_of(ImportedFile.objects.get())
    assert mapping.rows["2"].practice == "review-access"
    assert len(mapping.rows) == 4
    assert client.get(f"{here}record/").status_code == 200
    assert client.post(f"{here}record/").status_code == 302
    assert LedgerEntry.objects.filter(organisation=member, kind="practice.answered").exists()
    assert "on record" in client.get(here).content.decode()
    assert client.post(f"{here}record/").status_code == 422


def test_the_identifiers_of_a_kept_file_are_looked_for_once(
    client: Client, security_lead: User, member: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[ReadFile] = []

    def counted(read: ReadFile) -> list[FoundEdition]:
        looked.append(read)
        return editions_in(read)

    monkeypatch.setattr(views, "editions_in", counted)
    data = csv_of((("Control", "Status"), ("PR.AA-01", "looked for once")))
    brought = imports.bring_in(member, upload("once.csv", data), "", recorder_for(security_lead))
    cache.clear()
    client.force_login(security_lead)
    pages = [client.get(f"{IMPORT}{brought.pk}/").content.decode() for _ in range(3)]
    assert all("nist-csf@2.0" in page for page in pages)
    assert len(looked) == 1


def test_the_entry_of_a_file_that_was_brought_in_says_that_nothing_is_claimed(
    client: Client, brought: ImportedFile, security_lead: User
) -> None:
    client.force_login(security_lead)
    page = client.get(f"/organisations/elm-hollow-bakery/evidence/{brought.entry.index}/").content.decode()
    assert "controls.xlsx, 5 rows; nothing is claimed by it" in page


def test_a_refused_upload_says_why_beside_the_file(client: Client, security_lead: User) -> None:
    client.force_login(security_lead)
    bad = SimpleUploadedFile("controls.csv", b"MZ\0\0" * 40)
    answer = client.post(IMPORT, {"file": bad})
    assert answer.status_code == 422
    assert "This kind of file is not read here." in answer.content.decode()
