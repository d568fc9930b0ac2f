"""Files of a report: sealed with custody from the first byte, named safely, read by analysts of the desk alone."""

import hashlib
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from charteroak.errors import AccessError
from charteroak.program.bodies.attachments import ReportAttachmentTaken
from charteroak.program.recorded import read_fact
from charteroak.records.attachments.models import ReportAttachment
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import parse_report
from charteroak.services import custody, report_attachments
from charteroak.services.filed_reports import Reporter
from charteroak.services.incident_reports import file_report, withdraw_report
from charteroak.services.report_attachments import AttachmentError, NewAttachment, attach_file, open_attachment
from charteroak.services.selected import read_selected

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
PROGRAM = b"MZ\x90\x00 this is a program" + bytes(2000)


@pytest.fixture
def desk(add_organisation: Any) -> Any:
    return add_organisation("state-desk", part="desk")


@pytest.fixture
def report(desk: Any) -> Report:  # noqa: ARG001 - the desk that the report goes to
    return file_report(parse_report({"outcome": "blocked", "narrative": "x"}), Reporter(), channel="web")


def attach(report: Report, data: bytes = PROGRAM, name: str = "tool.exe", **options: Any) -> ReportAttachment:
    return attach_file(report, NewAttachment(name, io.BytesIO(data)), user=None, channel="web", **options)


def test_a_file_is_sealed_and_its_custody_begins_with_its_entry(report: Report, desk: Any, data_directory: Any) -> None:
    row = attach(report)
    assert (row.sha256, row.size) == (hashlib.sha256(PROGRAM).hexdigest(), len(PROGRAM))
    assert row.began <= row.received
    entry = LedgerEntry.objects.get(organisation=desk, kind="report.attachment")
    assert row.entry == entry
    chain = custody.chain_of(desk, row.sha256)
    assert (chain.links[0].step, chain.links[0].entry) == ("recorded", entry.index)
    kept = b"".join(
        path.read_bytes() for path in data_directory.rglob("*") if path.is_file() and "evidence" in str(path)
    )
    assert b"this is a program" not in kept


def test_the_name_of_a_file_stands_in_no_public_place(report: Report) -> None:
    row = attach(report, name="Mara Stone salary.xlsx")
    assert row.entry is not None
    assert b"Mara" not in bytes(row.entry.body or b"")
    assert "Mara" not in EvidenceFile.objects.get().name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\mara\\note.txt", "note.txt"),
        ('a"\r\nSet-Cookie: x=1.txt', "a___Set-Cookie_ x_1.txt"),
        ("\u202egpj.exe", "_gpj.exe"),
        ("a\x00b.txt", "a_b.txt"),
        ("", "file"),
        ("...", "file"),
        ("x" * 5_000, "x" * 120),
        ("<img src=x onerror=alert(1)>.png", "_img src_x onerror_alert_1__.png"),
    ],
)
def test_no_name_leaves_its_place(report: Report, name: str, shown: str) -> None:
    assert attach(report, name=name).name == shown


def test_the_same_bytes_twice_are_one_attachment(report: Report) -> None:
    assert attach(report) == attach(report, name="again.exe")
    assert LedgerEntry.objects.filter(kind="report.attachment").count() == 1


def test_an_empty_or_too_large_file_leaves_nothing(
    report: Report, monkeypatch: pytest.MonkeyPatch, data_directory: Any
) -> None:
    sealed = {path for path in (data_directory / "evidence").rglob("*") if path.is_file()}
    with pytest.raises(AttachmentError, match="empty"):
        attach(report, b"")
    monkeypatch.setattr(report_attachments, "FILES_LIMIT", 1)
    attach(report)
    with pytest.raises(AttachmentError, match="at most"):
        attach(report, b"another")
    assert len({path for path in (data_directory / "evidence").rglob("*") if path.is_file()} - sealed) == 1


def test_a_withdrawn_report_takes_no_file(report: Report) -> None:
    withdraw_report(report, Reporter(), channel="web")
    with pytest.raises(AccessError):
        attach(report)
    assert not ReportAttachment.objects.exists()


def test_an_anonymous_report_keeps_no_account_of_who_attached(desk: Any, add_person: Any) -> None:  # noqa: ARG001
    record = parse_report({"outcome": "blocked", "narrative": "x", "disclosure": "anonymous"})
    report = file_report(record, Reporter(), channel="web")
    row = attach_file(report, NewAttachment("a", io.BytesIO(b"x")), user=add_person("Mara"), channel="web")
    assert row.by is None
    assert row.entry is not None
    assert "system" in str(bytes(row.entry.header))


def test_analysts_of_the_desk_download_and_nobody_else(
    client: Client, report: Report, desk: Any, add_person: Any, add_organisation: Any
) -> None:
    attach(report, b"<script>alert(1)</script>", "page.html")
    address = reverse("desk:attachment", args=(report.pk, 1))
    analyst = add_person("Ada", desk, "analyst")
    client.force_login(analyst)
    assert "page.html" in client.get(reverse("desk:report", args=(report.pk,))).content.decode()
    served = client.get(address)
    assert b"".join(served.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert served["Content-Type"] == "application/octet-stream"
    assert served["Content-Disposition"] == 'attachment; filename="page.html"'
    assert served["X-Content-Type-Options"] == "nosniff"
    assert client.get(reverse("desk:attachment", args=(report.pk, 2))).status_code == 404
    other = add_person("Olga", add_organisation("other-desk", part="desk"), "analyst")
    for person in (other, add_person("Mara", add_organisation("ashford"))):
        client.force_login(person)
        assert client.get(address).status_code == 404
        with pytest.raises(AccessError):
            open_attachment(person, report.pk, 1)


def test_the_page_takes_a_file_from_whoever_holds_the_receipt(client: Client, report: Report) -> None:
    address = reverse("reports:attach")
    upload = io.BytesIO(PROGRAM)
    upload.name = "../tool.exe"
    done = client.post(address, {"receipt": report.receipt, "file": upload})
    assert done.status_code == 200
    assert "tool.exe" in done.content.decode()
    upload = io.BytesIO(PROGRAM)
    upload.name = "tool.exe"
    wrong = client.post(address, {"receipt": "7QK3-M0ZD-9XRA-2WTC", "file": upload})
    assert wrong.status_code == 422
    assert report.attachments.count() == 1


def test_the_api_streams_a_file_in(client: Client, report: Report) -> None:
    def send(**headers: str) -> Any:
        return client.post(
            reverse("api:report-attachments"),
            PROGRAM,
            content_type="application/octet-stream",
            headers={"Report-Receipt": report.receipt, "Attachment-Name": "r%C3%A9sum%C3%A9.exe"} | headers,
        )

    assert send().json() == {"number": 1, "sha256": hashlib.sha256(PROGRAM).hexdigest(), "size": len(PROGRAM)}
    assert ReportAttachment.objects.get().name == "résumé.exe"
    assert send(**{"Report-Receipt": "7QK3-M0ZD-9XRA-2WTC"}).status_code in {404, 422}
    assert client.post(reverse("api:report-attachments"), {"a": "b"}).status_code == 415


def test_the_entry_says_when_the_first_byte_came(report: Report) -> None:
    row = attach(report)
    assert row.entry is not None
    body = read_fact(next(read_selected(report.desk, [row.entry.index]))).body
    assert isinstance(body, ReportAttachmentTaken)
    assert (body.began, body.name) == (row.began, "tool.exe")
