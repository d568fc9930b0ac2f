"""Hostile uploads through the form, and the pages about keeping evidence: never rendered, never believed."""

import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.evidence.models import ContentKey, ErasureProposal
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.services import holds, programs
from charteroak.services.checkpoints import verify_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
BASE = "/organisations/elm-hollow-bakery"


@pytest.fixture
def lead(security_lead: User) -> Client:
    client = Client()
    client.force_login(security_lead)
    return client


def hand_in(client: Client, name: str, content: bytes, content_type: str = "text/plain") -> HttpResponseBase:
    form = {"practice": "back-up-and-restore", "title": "A file", "occurred_from": "2026-02-01"}
    upload = SimpleUploadedFile(name, content, content_type=content_type)
    return client.post(f"{BASE}/evidence/new/", form | {"file": upload})


def bomb() -> bytes:
    """100 MB of zeros as a small zip archive; nobody opens it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(100 << 20))
    return out.getvalue()


HOSTILE = {
    "name that turns round": ("invoice\u202efdp.exe", b"MZ\x90\x00", "windows-program"),
    "name with controls": ("a\x1b]0;owned\x07\r\nX-Header: 1.txt", b"words\n", "text"),
    "name that climbs": ("../../keys/secret-key", b"words\n", "text"),
    "name of NULs and spaces": (" \u2028 . .. ", b"words\n", "text"),
    "name of another script": ("протокол резервного копирования.txt", b"words\n", "text"),
    "zip bomb": ("logs.zip", bomb(), "zip"),
    "page that claims to be a picture": ("logo.png", b"<html><script>alert(1)</script></html>", "html"),
    "picture that is a program": ("photo.jpg", b"MZ this is a program", "windows-program"),
    "picture with a page in it": ("photo.gif", b"GIF89a<script>alert(1)</script>", "gif"),
    "svg with a script": ("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "svg"),
    "pdf cut short": ("plan.pdf", b"%PDF-", "pdf"),
    "bytes of nothing known": ("dump.bin", bytes(range(256)), "unknown"),
    "deflate stream without an end": ("x.gz", b"\x1f\x8b\x08" + zlib.compress(bytes(1000))[2:], "gzip"),
}


@pytest.mark.parametrize(("name", "content", "detected"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_upload_is_sealed_whole_told_by_content_and_only_ever_downloaded(
    lead: Client, member: Organisation, name: str, content: bytes, detected: str
) -> None:
    assert hand_in(lead, name, content, "image/png").status_code == 302

    row = EvidenceFile.objects.get()
    assert row.name.isprintable()
    assert not set(row.name) & set("/\\\r\n\u202e\x1b")
    key = ContentKey.objects.get()
    assert (key.detected_type, key.size) == (detected, len(content))
    response = lead.get(f"{BASE}/evidence/files/{row.sha256}/")
    assert b"".join(response) == content
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Length"] == str(len(content))
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Disposition"].isascii()
    assert verify_ledger(member).entries == 1


def test_empty_file_is_refused_by_the_form_and_leaves_nothing(lead: Client) -> None:
    assert hand_in(lead, "empty.txt", b"").status_code == 422
    assert not ContentKey.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_huge_sparse_upload_is_stopped_at_the_limit(
    lead: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("charteroak.services.evidence_files.Keeping.put.__kwdefaults__", {"limit_bytes": 2 << 20})
    sparse = tmp_path / "disk.img"
    with sparse.open("wb") as file:
        file.truncate(3 << 20)
    response = hand_in(lead, "disk.img", sparse.read_bytes())
    assert response.status_code == 422
    assert "larger than 2 MB" in response.content.decode()  # type: ignore[attr-defined]
    assert not LedgerEntry.objects.exists()
    assert not [path for path in (Path(settings.DATA.root) / "evidence").rglob("*") if path.is_file()]


def test_disk_that_is_full_is_said_on_the_page_and_nothing_is_recorded(
    lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("charteroak.adapters.content_files.os.fsync", refuse)
        response = hand_in(lead, "a.txt", b"words\n")
    assert response.status_code == 503
    page = response.content.decode()  # type: ignore[attr-defined]
    assert "No space left on device" in page
    assert "Nothing was recorded" in page
    assert not LedgerEntry.objects.exists()
    assert hand_in(lead, "a.txt", b"words\n").status_code == 302


def test_altered_file_breaks_the_download_and_never_looks_whole(lead: Client) -> None:
    hand_in(lead, "a.txt", b"x" * 200_000)
    row = EvidenceFile.objects.get()
    [path] = (Path(settings.DATA.root) / "evidence" / "sealed").rglob("*.*")
    sealed = path.read_bytes()
    path.write_bytes(sealed[:100_000] + b"\0" + sealed[100_001:])
    response = lead.get(f"{BASE}/evidence/files/{row.sha256}/")
    with pytest.raises(Exception, match="does not hold"):
        b"".join(response)


def test_erased_file_says_so_with_the_entry(
    lead: Client, member: Organisation, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    from charteroak.services import erasure

    hand_in(lead, "a.txt", b"words\n")
    sha256 = EvidenceFile.objects.get().sha256
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        erasure.erase(
            member,
            erasure.Targets(sha256=[sha256]),
            basis="Request",
            approved_by="R",
            recorder=programs.Recorder("system"),
        )
    response = lead.get(f"{BASE}/evidence/files/{sha256}/")
    assert response.status_code == 503
    assert "was erased by entry 1" in response.content.decode()
    assert "as entry 1 says" in lead.get(f"{BASE}/evidence/").content.decode()


def test_receipt_is_one_page_of_pdf_that_names_the_digest(lead: Client) -> None:
    from pypdf import PdfReader

    hand_in(lead, "a.txt", b"words\n")
    sha256 = EvidenceFile.objects.get().sha256
    response = lead.get(f"{BASE}/custody/receipt/{sha256}/")
    assert response.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(response.content)).pages
    assert len(pages) == 1
    text = pages[0].extract_text()
    assert sha256 in "".join(c for c in text if c in "0123456789abcdef")


def test_chain_as_csv_defuses_formulas(lead: Client) -> None:
    answers = {"item": "laptop-4", "description": '=HYPERLINK("http://evil.example")', "to": "@Lee", "place": "Safe"}
    assert lead.post(f"{BASE}/custody/new/", answers).status_code == 302
    response = lead.get(f"{BASE}/custody/csv/laptop-4/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="custody-evil.example__.csv"'
    text = response.content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "'@Lee" in text


def test_proposal_under_a_hold_is_refused_beside_the_form(lead: Client, member: Organisation) -> None:
    hand_in(lead, "a.txt", b"words\n")
    holds.set_hold(member, holds.NewHold("Doe", "Letter", "Cora"), programs.Recorder("system"))
    answers = {"entries": "0", "basis": "Old"}
    response = lead.post(f"{BASE}/retention/erasures/new/", answers)
    assert response.status_code == 422
    assert "hold-1" in response.content.decode()
    assert not ErasureProposal.objects.exists()


@pytest.mark.parametrize(
    "answers",
    [
        {"entries": "99", "basis": "Old"},
        {"entries": "x", "basis": "Old"},
        {"entries": "1" * 5000, "basis": "Old"},
        {"parts": "0/../x", "basis": "Old"},
        {"sha256": "zz", "basis": "Old"},
        {"sha256": "a" * 64, "basis": "Old"},
        {"basis": "Old"},
        {"entries": "0"},
    ],
)
def test_proposal_that_names_nothing_on_record_is_refused(lead: Client, answers: dict[str, str]) -> None:
    hand_in(lead, "a.txt", b"words\n")
    assert lead.post(f"{BASE}/retention/erasures/new/", answers).status_code == 422
    assert not ErasureProposal.objects.exists()
