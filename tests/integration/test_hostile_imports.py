"""Hostile files that are brought in: whatever is wrong with one, nothing of it is kept."""

import io

import pytest
from hostile_office_files import hostile_files

from charteroak.program.imports.rows import ImportReadError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile, ImportedFile
from charteroak.services import imports
from charteroak.services.programs import UploadedFile, recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


@pytest.mark.parametrize("name", sorted(hostile_files()))
def test_nothing_of_a_hostile_file_is_kept(name: str, member: Organisation, security_lead: User) -> None:
    file_name, make, _says = hostile_files()[name]
    sent = UploadedFile(file_name, "application/octet-stream", io.BytesIO(make()))
    with pytest.raises(ImportReadError):
        imports.bring_in(member, sent, "", recorder_for(security_lead))
    assert not LedgerEntry.objects.filter(organisation=member).exists()
    assert not EvidenceFile.objects.exists()
    assert not ImportedFile.objects.exists()
