"""Referrals: made up with every canary out, recorded, checked without this software, answered by those who may."""

import io
import json
import subprocess
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pypdfium2
import pytest
from django.db import connection

from charteroak.adapters.sqlite import base
from charteroak.adapters.system_clock import now
from charteroak.dossier.archive import write_archive
from charteroak.dossier.contents import Dossier
from charteroak.dossier.custody_verification import verify_custody
from charteroak.errors import AccessError
from charteroak.program.bodies import ReferralMade
from charteroak.program.recorded import read_fact
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.response.incident_report import parse_report
from charteroak.services import incident_evidence, privilege, referrals
from charteroak.services.evidence_files import dossier_files
from charteroak.services.incident_reports import add_supplement, file_report
from charteroak.services.incidents import NewEvent, NewIncident, add_event, open_incident
from charteroak.services.ledger import read_entries
from charteroak.services.programs import ProgramInputError, Recorder, UploadedFile, recorder_for
from charteroak.services.reports import PhishReport, Reporter, file_phish_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
NEW = referrals.NewReferral(
    to="State Police, Cyber Crimes Investigation Unit", contact="Lee Stone, 203-555-0100", basis="victim-report",
    authority="Letter of the owner, 2 March 2026", by="Lee Stone", loss="4,200 dollars",
    summary="Nora Finch clicked. Maple Mill was hit too.\n\nThe mailbox was emptied.",
    indicators="hxxp://evil[.]example/a\nnora@example.org\n203.0.113.7",
)  # fmt: skip
CANARIES = ("Nora Finch", "nora@example.org", "Maple Mill", "maple-mill", "privileged advice 7431", "canary-from-whom")
MAIL = b"From: Nora Finch <nora@example.org>\r\nTo: clerk@example.org\r\nSubject: Fwd\r\n\r\nSee below.\r\n"


@pytest.fixture
def lee(security_lead: User) -> Recorder:
    return recorder_for(security_lead)


@pytest.fixture
def incident(
    member: Organisation, desk: Organisation, lee: Recorder, add_person: Callable[..., User],
    add_organisation: Callable[..., Organisation],
) -> Incident:  # fmt: skip
    """An incident with a canary in every place from which one could leave."""
    add_organisation("maple-mill")
    nora = add_person("Nora", member, "employee")
    nora.last_name, nora.email = "Finch", "nora@example.org"
    nora.save()
    report = file_phish_report(
        PhishReport(message=MAIL, outcome="successful"), Reporter(user=nora, organisation=member), desk=desk
    )
    incident = open_incident(member, NewIncident("Mailbox, seen by Nora Finch"), lee)
    incident.reports.add(report)
    add_event(incident, NewEvent("Nora Finch told Maple Mill", now(), now()), lee)
    basic = incident_evidence.NewItemOfEvidence(
        title="Log", what="log", collected_by="Lee Stone", to="Lee Stone", place="Store", purpose="Proof",
        collected_from="canary-from-whom",
    )  # fmt: skip
    upload(incident, basic, b"GET /\n", lee)
    upload(incident, replace(basic, title="Notes", collected_by="Nora Finch"), b"named\n", lee)
    upload(incident, replace(basic, title="Advice", collected_from=""), b"privileged advice 7431\n", lee)
    incident_evidence.take_from_report(incident, replace(basic, title="The mail"), report, lee)
    cora = add_person("Cora", member, "counsel")
    kept = privilege.NewPrivilegedItem(
        "file", "attorney-client", date(2026, 2, 1), "Cora", "Lee", "Advice",
        file=UploadedFile("advice.txt", "text/plain", io.BytesIO(b"privileged advice 7431\n")),
    )  # fmt: skip
    privilege.keep_privileged(member, kept, cora)
    return incident


def upload(incident: Incident, new: incident_evidence.NewItemOfEvidence, content: bytes, lee: Recorder) -> None:
    incident_evidence.take_upload(incident, new, UploadedFile("a.txt", "text/plain", io.BytesIO(content)), lee)


def unpacked(referral: referrals.Referral, tmp_path: Path) -> tuple[Path, dict[str, bytes]]:
    path = tmp_path / "referral.zip"
    with referrals.open_referral(referral) as stream:
        path.write_bytes(stream.read())
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "packet")
        return path, {info.filename.partition("/")[2]: archive.read(info) for info in archive.infolist()}


def pdf_text(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))


def test_no_canary_leaves_and_the_packet_says_what_stayed(incident: Incident, lee: Recorder, tmp_path: Path) -> None:
    referral = referrals.make_referral(incident, NEW, lee)
    _path, files = unpacked(referral, tmp_path)
    text = pdf_text(files["referral.pdf"])
    for canary in CANARIES:
        for name, content in files.items():
            assert canary.lower().encode() not in content.lower(), (canary, name)
        assert canary.lower() not in " ".join(text.split()).lower()
    assert "[name withheld] clicked" in " ".join(text.split())
    assert {row["why"] for row in referral.left_out} == {
        "counsel keeps it as privileged", "it names somebody who reported and did not agree to be named",
        "it says who gave something away, and nobody recorded that they agreed",
    }  # fmt: skip
    document = json.loads(files["referral.json"])
    assert [each["value"] for each in document["indicators"]] == ["http://evil.example/a", "203.0.113.7"]
    assert files["indicators.txt"] == b"hxxp://evil[.]example/a\n203[.]0[.]113[.]7\n"
    assert document["basis"]["kind"] == "victim-report"
    assert any(b"GET /" in content for name, content in files.items() if name.startswith("08-evidence/"))


def test_with_consent_a_reporter_is_named_and_counsel_is_not(incident: Incident, lee: Recorder, tmp_path: Path) -> None:
    referral = referrals.make_referral(incident, replace(NEW, reporters_agreed=True), lee)
    _path, files = unpacked(referral, tmp_path)
    assert "Nora Finch clicked" in " ".join(pdf_text(files["referral.pdf"]).split())
    everything = b"".join(files.values())
    assert b"privileged advice 7431" not in everything
    assert b"Maple Mill" not in everything


def test_the_packet_is_checked_by_its_own_script_and_by_the_program(
    incident: Incident, lee: Recorder, tmp_path: Path
) -> None:
    referral = referrals.make_referral(incident, NEW, lee)
    path, _files = unpacked(referral, tmp_path)
    report = verify_custody(path)
    assert report.folder.endswith("-referral-1")
    (folder,) = (tmp_path / "packet").iterdir()
    result = subprocess.run(["sh", "verify.sh"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stdout
    assert result.stdout.splitlines()[-1].startswith("OK: ")


def test_a_referral_is_an_entry_with_its_digest_and_its_ground(incident: Incident, lee: Recorder) -> None:
    referral = referrals.make_referral(incident, NEW, lee)
    [entry] = [entry for entry in read_entries(incident.organisation) if entry.header.kind == "referral.made"]
    body = read_fact(entry).body
    assert isinstance(body, ReferralMade)
    assert (body.sha256, body.basis, body.items) == (referral.sha256, "victim-report", 4)
    assert body.left_out["privileged"] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"authority": " "}, "authority"),
        ({"to": ""}, "to"),
        ({"contact": ""}, "contact"),
        ({"indicators": "a b"}, "indicators"),
    ],
)
def test_a_referral_without_a_ground_or_a_recipient_is_refused(
    incident: Incident, lee: Recorder, change: dict[str, str], field: str
) -> None:
    before = LedgerEntry.objects.count()
    with pytest.raises(ProgramInputError) as refused:
        referrals.make_referral(incident, replace(NEW, **change), lee)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert LedgerEntry.objects.count() == before


def test_what_became_of_it_is_said_by_the_organisation_or_the_desk_and_by_nobody_else(
    incident: Incident, lee: Recorder, desk: Organisation, analyst: User, add_person: Callable[..., User],
    add_organisation: Callable[..., Organisation],
) -> None:  # fmt: skip
    referral = referrals.make_referral(incident, replace(NEW, desk=desk), lee)
    referrals.answer_referral(referral, "received", recorder_for(analyst), said_by="Desk officer")
    referrals.answer_referral(referral, "accepted", lee, said_by="Det. Ro", case_number="26-118")
    [standing] = referrals.referrals_of(incident)
    assert (standing.state, standing.case_number) == ("accepted", "26-118")
    assert [each.referral for each in referrals.referrals_to(desk)] == [referral]
    for stranger in (
        add_person("Sam", add_organisation("elsewhere"), "security-lead"),
        add_person("Ann", add_organisation("other-desk", part="desk"), "analyst"),
    ):
        with pytest.raises(AccessError):
            referrals.answer_referral(referral, "closed", recorder_for(stranger), said_by="X")
    referrals.answer_referral(referral, "closed", lee, said_by="Det. Ro")
    with pytest.raises(ProgramInputError, match="closed already"):
        referrals.answer_referral(referral, "accepted", lee, said_by="Det. Ro")


@pytest.fixture
def while_it_is_packed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Does something at the moment in which a case is packed, as a second connection would."""

    def arrange(act: Callable[[], object]) -> None:
        def pack_meanwhile(made: Dossier, target: BinaryIO) -> None:
            act()
            write_archive(made, target)

        monkeypatch.setattr(referrals, "write_archive", pack_meanwhile)

    return arrange


@pytest.mark.django_db(transaction=True)
def test_reports_are_filed_and_records_grow_while_a_case_is_packed(
    incident: Incident,
    lee: Recorder,
    desk: Organisation,
    while_it_is_packed: Callable[[Callable[[], object]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Whoever would be kept waiting by the packing waits longer here than this test does.
    monkeypatch.setattr(base, "WAIT_SECONDS", 600.0)
    done: list[str] = []

    def others() -> None:
        try:
            said = parse_report({"outcome": "suspected", "narrative": "A mail.", "disclosure": "anonymous"})
            done.append(file_report(said, Reporter(), channel="api", desk=desk).channel)
            done.append(open_incident(incident.organisation, NewIncident("Another one"), lee).number)
        finally:
            connection.close()

    def in_another_thread() -> None:
        thread = threading.Thread(target=others)
        thread.start()
        thread.join(120)
        done.append("in time" if not thread.is_alive() else "late")

    while_it_is_packed(in_another_thread)
    made = referrals.make_referral(incident, NEW, lee)
    assert (done[0], done[2:]) == ("api", ["in time"])
    assert made.number == 1


def test_a_case_that_changed_while_it_was_packed_is_not_recorded_and_leaves_no_file(
    incident: Incident, lee: Recorder, while_it_is_packed: Callable[[Callable[[], object]], None]
) -> None:
    late = incident_evidence.NewItemOfEvidence(
        title="Late", what="log", collected_by="Lee Stone", to="Lee Stone", place="Store", purpose="Proof"
    )
    while_it_is_packed(lambda: upload(incident, late, b"late\n", lee))
    kept = set(dossier_files().digests())
    with pytest.raises(ProgramInputError, match="changed while"):
        referrals.make_referral(incident, NEW, lee)
    assert referrals.referrals_of(incident) == []
    assert not LedgerEntry.objects.filter(kind="referral.made").exists()
    assert set(dossier_files().digests()) == kept


def test_two_referrals_at_once_do_not_share_a_number(
    incident: Incident, lee: Recorder, while_it_is_packed: Callable[[Callable[[], object]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def another() -> None:
        monkeypatch.setattr(referrals, "write_archive", write_archive)
        referrals.make_referral(incident, NEW, lee)

    while_it_is_packed(another)
    with pytest.raises(ProgramInputError, match="changed while"):
        referrals.make_referral(incident, NEW, lee)
    [standing] = referrals.referrals_of(incident)
    with referrals.open_referral(standing.referral) as stream:
        assert stream.read(2) == b"PK"


def test_a_provider_refers_nothing(incident: Incident, provider: Organisation, add_person: Callable[..., User]) -> None:
    with pytest.raises(AccessError):
        referrals.make_referral(incident, NEW, recorder_for(add_person("Pru", provider, "provider")))


def test_who_is_named_in_a_report_is_kept_back_as_who_filed_it_is(
    incident: Incident, lee: Recorder, desk: Organisation, tmp_path: Path
) -> None:
    document = {
        "outcome": "successful", "narrative": "Files locked.", "disclosure": "desk-only",
        "reporter": {"name": "Jane Roe", "email": "jane.roe@private.example"},
        "technicalContact": "Bo Lind, bo.lind@private.example",
    }  # fmt: skip
    report = file_report(parse_report(document), Reporter(), channel="web", desk=desk)
    more = parse_report({**document, "reportType": "supplement", "reporter": {"name": "Ida Berg"}})
    add_supplement(report, more, Reporter(), channel="web")
    incident.reports.add(report)
    summary = "Jane Roe saw it.\n\nBo Lind looked.\n\nIda Berg called.\n\nThe mailbox was emptied."
    new = replace(NEW, summary=summary, indicators="jane.roe@private.example\n203.0.113.7")
    path, _files = unpacked(referrals.make_referral(incident, new, lee), tmp_path)
    with zipfile.ZipFile(path) as made:
        everything = b"\n".join(made.read(name) for name in made.namelist())
    for name in (b"Jane Roe", b"jane.roe@private.example", b"Bo Lind", b"Ida Berg"):
        assert name not in everything
    assert b"203.0.113.7" in everything


@pytest.mark.parametrize(
    ("refers", "reporter"),
    [
        (("Lee", "Stone", "lee@birch.example"), {"name": "Ashlee Stone", "email": "ashlee@birch.example"}),
        (("Ann", "Lee", "ann@birch.example"), {"name": "Joann Lee", "email": "joann@birch.example"}),
        (("Lee", "", "lee"), {"name": "Ashlee Stone", "email": "ashlee@birch.example"}),
        (("Lee", "Stone", "lee@birch.example"), {"name": "Lee Stone and Bob Fox", "email": "bob@birch.example"}),
    ],
)
def test_a_name_within_a_longer_one_is_somebody_else(
    member: Organisation, desk: Organisation, security_lead: User, refers: tuple[str, str, str],
    reporter: dict[str, str], tmp_path: Path,
) -> None:  # fmt: skip
    security_lead.first_name, security_lead.last_name, security_lead.email = refers
    security_lead.save()
    said = parse_report({"outcome": "successful", "narrative": "Files are locked.", "reporter": reporter})
    report = file_report(said, Reporter(), channel="web", desk=desk)
    incident = open_incident(member, NewIncident("Files"), recorder_for(security_lead))
    incident.reports.add(report)
    new = replace(NEW, summary=f"{reporter['name']} saw it first. Write to {reporter['email']}.", indicators="")
    files = unpacked(referrals.make_referral(incident, new, recorder_for(security_lead)), tmp_path)[1]
    text = " ".join(pdf_text(files["referral.pdf"]).split())
    assert "[name withheld] saw it first. Write to [name withheld]" in text
    for name in reporter.values():
        assert name.encode() not in b"".join(files.values())


def test_who_reports_collects_and_refers_sends_their_own_evidence_along(
    member: Organisation, desk: Organisation, security_lead: User, lee: Recorder, tmp_path: Path
) -> None:
    security_lead.first_name, security_lead.last_name = "Lee", "Stone"
    security_lead.save()
    said = parse_report({"outcome": "successful", "narrative": "Files are locked.", "reporter": {"name": "Nora Finch"}})
    report = file_report(said, Reporter(user=security_lead, organisation=member), channel="web", desk=desk)
    incident = open_incident(member, NewIncident("Files", report=report), lee)
    basic = incident_evidence.NewItemOfEvidence(
        title="Note", what="log", collected_by="Lee Stone", to="Lee Stone", place="Safe", purpose="Proof"
    )
    upload(incident, basic, b"Pay 2 BTC\n", lee)
    upload(incident, replace(basic, title="Log", collected_by="Nora Finch"), b"named\n", lee)
    everything = b"".join(unpacked(referrals.make_referral(incident, NEW, lee), tmp_path)[1].values())
    assert b"Pay 2 BTC" in everything
    assert b"named\n" not in everything, "whoever else is named in the report did not agree"
    by_system = referrals.make_referral(incident, NEW, Recorder("system"))
    assert by_system.left_out != []
