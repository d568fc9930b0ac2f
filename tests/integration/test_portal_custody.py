"""Pages of an incident's evidence: taken in, offered with a code, accepted by somebody outside, held, handed over."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from charteroak.dossier.custody_verification import verify_custody
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.response.incident_report import parse_report
from charteroak.services import holds, incident_evidence
from charteroak.services.filed_reports import Reporter
from charteroak.services.incident_reports import file_report
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.notices import keep_answers
from charteroak.services.programs import UploadedFile, recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
THING = {
    "title": "Laptop of the clerk", "what": "device", "collected_by": "Lee Stone", "to": "Lee Stone",
    "place": "Safe", "purpose": "Proof", "serial": "7QK3M0Z",
}  # fmt: skip
OFFER = {
    "from_": "Lee Stone", "to": "Ann Ro", "outside": "yes", "purpose": "Imaging", "place": "Town hall", "hours": "24",
}  # fmt: skip


@pytest.fixture
def lead(security_lead: User) -> Client:
    client = Client()
    client.force_login(security_lead)
    return client


@pytest.fixture
def incident(member: Organisation, security_lead: User) -> Incident:
    return open_incident(member, NewIncident("Mailbox of the clerk"), recorder_for(security_lead))


@pytest.fixture
def base(incident: Incident) -> str:
    return f"/organisations/{incident.organisation.slug}/incidents/{incident.number}"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_an_item_goes_from_the_page_into_other_hands_by_a_code(lead: Client, base: str, incident: Incident) -> None:
    assert "Nothing has been taken" in text_of(lead.get(f"{base}/custody/"))
    assert lead.post(f"{base}/custody/new/", THING).status_code == 302
    assert f"{incident.number}-E01" in text_of(lead.get(f"{base}/custody/"))
    assert "1 item" in text_of(lead.get(f"{base}/"))

    offered = lead.post(f"{base}/custody/1/", OFFER)
    assert offered.headers["Cache-Control"] == "no-store"
    [code] = set(re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text_of(offered)))
    receipt = lead.post(f"{base}/custody/1/receipt.pdf", {"code": code})
    assert code in pypdfium2.PdfDocument(receipt.content)[0].get_textpage().get_text_bounded()
    without = lead.post(f"{base}/custody/1/receipt.pdf", {"code": "0000-0000-0000-0000"})
    assert "To accept without" not in pypdfium2.PdfDocument(without.content)[0].get_textpage().get_text_bounded()

    outside = Client()
    answers = {"code": code, "answer": "accepted", "name": "Ann Ro", "agency": "State Police", "badge": "1187"}
    assert lead.post("/receive/", answers).status_code == 422
    assert outside.post("/receive/", answers | {"badge": ""}).status_code == 422
    assert "you have the item" in text_of(outside.post("/receive/", answers))
    again = outside.post("/receive/", answers)
    assert (again.status_code, "No offer waits" in text_of(again)) == (422, True)
    page = text_of(lead.get(f"{base}/custody/1/"))
    assert "Ann Ro has it." in page
    assert "State Police, 1187" in page


def test_a_file_is_taken_by_upload_and_the_custody_leaves_as_a_file_that_holds(
    lead: Client, base: str, tmp_path: Path
) -> None:
    file = SimpleUploadedFile("fw.log", b"GET /\n", content_type="text/plain")
    assert lead.post(f"{base}/custody/new/", THING | {"what": "log", "file": file}).status_code == 302
    response = lead.get(f"{base}/custody/export.zip")
    path = tmp_path / "custody.zip"
    path.write_bytes(b"".join(response))  # type: ignore[arg-type]
    assert verify_custody(path).entries == 1
    with zipfile.ZipFile(path) as archive:
        assert any("fw.log" in name for name in archive.namelist())
    same = SimpleUploadedFile("again.log", b"GET /\n")
    refused = lead.post(f"{base}/custody/new/", THING | {"file": same})
    assert (refused.status_code, "already" in text_of(refused)) == (422, True)


@pytest.mark.parametrize("change", [{"title": ""}, {"what": "moon"}, {"sha256": "zz"}, {"stated_sha256": "12"}])
def test_what_cannot_be_used_is_said_beside_the_question_and_nothing_is_recorded(
    lead: Client, base: str, change: dict[str, str]
) -> None:
    before = LedgerEntry.objects.count()
    assert lead.post(f"{base}/custody/new/", THING | change).status_code == 422
    assert LedgerEntry.objects.count() == before


def test_everything_is_held_at_once_and_lifted_by_another(
    lead: Client, base: str, incident: Incident, add_person: Callable[..., User], security_lead: User
) -> None:
    new = incident_evidence.NewItemOfEvidence(
        title="Log", what="log", collected_by="Lee", to="Lee", place="Store", purpose="Proof"
    )

    upload = UploadedFile("a.log", "text/plain", io.BytesIO(b"x\n"))
    incident_evidence.take_upload(incident, new, upload, recorder_for(security_lead))
    page = text_of(lead.get(f"{base}/custody/hold/"))
    assert "proposed: binds nobody yet" in page
    assert lead.post(f"{base}/custody/hold/", {"authority": "Letter", "set_by": "Lee Stone"}).status_code == 302
    assert "hold-1 stands" in text_of(lead.get(f"{base}/custody/"))
    assert lead.post(f"{base}/custody/hold/", {"authority": "Letter", "set_by": "Lee"}).status_code == 422

    slug = incident.organisation.slug
    lift = {"lifted_by": "Lee Stone", "reason": "Over"}
    own = lead.post(f"/organisations/{slug}/holds/hold-1/lift/", lift)
    assert (own.status_code, "Another person" in text_of(own)) == (422, True)
    cora = Client()
    cora.force_login(add_person("Cora", incident.organisation, "counsel"))
    assert cora.post(f"/organisations/{slug}/holds/hold-1/lift/", lift).status_code == 302
    assert not holds.holds_of(incident.organisation)[0].stands


def test_label_and_missing_items(lead: Client, base: str) -> None:
    lead.post(f"{base}/custody/new/", THING)
    assert lead.get(f"{base}/custody/1/label.pdf").headers["Content-Type"] == "application/pdf"
    assert lead.get(f"{base}/custody/2/").status_code == 404
    assert lead.get(f"{base}/custody/2/label.pdf").status_code == 404


@pytest.mark.parametrize(("answer", "is_there"), [("no", False), ("yes", True), ("unknown", True), (None, True)])
def test_a_report_that_may_not_go_to_the_police_fills_no_packet(
    lead: Client, base: str, incident: Incident, desk: Organisation, security_lead: User, answer: str | None,
    is_there: bool,
) -> None:  # fmt: skip
    said: dict[str, Any] = {"outcome": "successful", "narrative": "The mailbox was emptied."}
    said["technicalContact"] = "Sam Oak, 860-555-0102"
    said |= {"sharing": {"mayRefer": answer}} if answer else {}
    reporter = Reporter(organisation=incident.organisation, user=security_lead)
    incident.reports.add(file_report(parse_report(said), reporter, channel="web", desk=desk))
    keep_answers(incident, {"technical_contact": "Sam Oak, 860-555-0102"}, recorder_for(security_lead))
    page = text_of(lead.get(f"{base}/referrals/new/"))
    assert ("The mailbox was emptied." in page) is is_there
    assert ("Sam Oak" in page) is is_there
    assert ("may not go to the State Police" in page) is not is_there


def test_a_case_is_referred_answered_and_shown_on_the_incident(
    lead: Client, base: str, incident: Incident, desk: Organisation, analyst: User
) -> None:
    form = {
        "to": "State Police", "basis": "consent", "authority": "Letter of the owner", "by": "Lee Stone",
        "contact": "Lee, 203-555-0100", "summary": "The mailbox was emptied.", "indicators": "evil[.]example",
        "desk": str(desk.pk),
    }  # fmt: skip
    assert "Not referred" in text_of(lead.get(f"{base}/"))
    assert lead.post(f"{base}/referrals/new/", form | {"basis": ""}).status_code == 422
    assert lead.post(f"{base}/referrals/new/", form | {"indicators": "a b c"}).status_code == 422
    assert lead.post(f"{base}/referrals/new/", form).status_code == 302
    zipped = b"".join(lead.get(f"{base}/referrals/1/packet.zip"))  # type: ignore[arg-type]
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        assert any(name.endswith("/referral.pdf") for name in archive.namelist())

    officer = Client()
    officer.force_login(analyst)
    assert incident.number in text_of(officer.get("/desk/referrals/"))
    number = incident.referrals.get().pk
    answer = {"state": "accepted", "said_by": "Det. Ro", "case_number": "26-118"}
    assert officer.post(f"/desk/referrals/{number}/", answer).status_code == 302
    assert b"".join(officer.get(f"/desk/referrals/{number}/packet.zip")) == zipped  # type: ignore[arg-type]
    assert "They took the case, 26-118" in text_of(lead.get(f"{base}/"))
    assert lead.post(f"{base}/referrals/1/answer/", {"state": "closed", "said_by": "Det. Ro"}).status_code == 302
    assert "The case is closed" in text_of(lead.get(f"{base}/referrals/1/"))
    assert lead.get(f"{base}/referrals/2/").status_code == 404
    assert officer.get(f"/desk/referrals/{number + 1}/").status_code == 404
