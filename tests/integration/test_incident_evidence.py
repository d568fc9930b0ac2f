"""Evidence of an incident through its services: taken in, labelled, handed on by two people, and never by one."""

import hashlib
import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import zxingcpp
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from charteroak.adapters.system_clock import now
from charteroak.errors import AccessError, InputError
from charteroak.program.incident_items import read_label
from charteroak.receipts import ReceiptError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.evidence.models import TransferCode
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import custody, incident_evidence, item_papers, transfer_codes
from charteroak.services.checkpoints import verify_ledger
from charteroak.services.custody import Offer, Receiver
from charteroak.services.evidence_files import store_of
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.programs import ProgramInputError, Recorder, UploadedFile, recorder_for
from charteroak.services.request_limits import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
CALLER = Caller("192.0.2.7")
LAPTOP = incident_evidence.NewItemOfEvidence(
    title="Laptop of the clerk", what="device", collected_by="Lee Stone", to="Lee Stone", place="Safe", purpose="Proof",
    maker="Dell", serial="7QK3M0Z",
)  # fmt: skip
LOG = incident_evidence.NewItemOfEvidence(
    title="Firewall log", what="log", collected_by="Lee Stone", to="Lee Stone", place="Evidence store", purpose="Proof"
)


@pytest.fixture
def lee(security_lead: User) -> Recorder:
    return recorder_for(security_lead)


@pytest.fixture
def pat(add_person: Callable[..., User], member: Organisation) -> Recorder:
    return recorder_for(add_person("Pat", member, "security-lead"))


@pytest.fixture
def incident(member: Organisation, lee: Recorder) -> Incident:
    return open_incident(member, NewIncident("Mailbox of the clerk"), lee)


def upload(content: bytes = b"10.0.0.7 GET /\n") -> UploadedFile:
    return UploadedFile("fw.log", "text/plain", io.BytesIO(content))


def codes_on(pdf: bytes) -> list[str]:
    page = pypdfium2.PdfDocument(pdf)[0]
    return [found.text for found in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]


def offer(item: str, to: str = "Ann Ro", **more: object) -> Offer:
    return Offer(item, "Lee Stone", to, "Imaging", "Town hall", **more)  # type: ignore[arg-type]


def test_a_thing_and_a_file_become_numbered_items(incident: Incident, lee: Recorder) -> None:
    incident_evidence.take_thing(incident, LAPTOP, lee)
    incident_evidence.take_upload(incident, LOG, upload(), lee)

    things, files = incident_evidence.items_of(incident)
    assert (things.name, things.taken.serial, things.digest) == (f"{incident.number}-E01", "7QK3M0Z", "")
    assert files.name == f"{incident.number}-E02"
    assert [link.step for link in files.chain.links] == ["taken"]
    with store_of(incident.organisation).open(files.digest) as kept:
        assert hashlib.sha256(kept.read()).hexdigest() == files.digest
    assert verify_ledger(incident.organisation).entries == LedgerEntry.objects.count()


def test_a_file_on_record_is_counted_to_the_incident_and_stays_with_its_holder(
    incident: Incident, lee: Recorder
) -> None:
    other = open_incident(incident.organisation, NewIncident("Another"), lee)
    incident_evidence.take_upload(other, LOG, upload(), lee)
    digest = incident_evidence.items_of(other)[0].digest
    incident_evidence.take_recorded(incident, LOG, digest.upper(), lee)

    [item] = incident_evidence.items_of(incident)
    assert [link.step for link in item.chain.links] == ["taken", "listed"]
    assert item.chain.holder == "Lee Stone"
    with pytest.raises(ProgramInputError, match="already"):
        incident_evidence.take_recorded(incident, LOG, digest, lee)
    with pytest.raises(ProgramInputError, match="No file"):
        incident_evidence.take_recorded(incident, LOG, "0" * 64, lee)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 400}, "title"),
        ({"stated_sha256": "zz"}, "stated_sha256"),
        ({"collected_on": datetime(2999, 1, 1, tzinfo=UTC).date()}, "collected_on"),
        ({"serial": "x" * 301}, "serial"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_and_nothing_is_recorded(
    incident: Incident, lee: Recorder, change: dict[str, object], field: str
) -> None:
    before = LedgerEntry.objects.count()
    with pytest.raises(ProgramInputError) as refused:
        incident_evidence.take_thing(incident, replaced(LAPTOP, change), lee)
    assert refused.value.field == field
    assert LedgerEntry.objects.count() == before


def replaced(
    new: incident_evidence.NewItemOfEvidence, change: dict[str, object]
) -> incident_evidence.NewItemOfEvidence:
    from dataclasses import replace

    return replace(new, **change)  # type: ignore[arg-type]


def test_nobody_of_another_organisation_takes_or_hands_on_anything(
    incident: Incident, add_organisation: Callable[..., Organisation], add_person: Callable[..., User], lee: Recorder
) -> None:
    stranger = recorder_for(add_person("Sam", add_organisation("other-mill"), "security-lead"))
    incident_evidence.take_thing(incident, LAPTOP, lee)
    [item] = incident_evidence.items_of(incident)
    with pytest.raises(AccessError):
        incident_evidence.take_thing(incident, LAPTOP, stranger)
    with pytest.raises(AccessError):
        transfer_codes.offer_with_code(incident.organisation, offer(item.taken.item), stranger)
    with pytest.raises(AccessError):
        custody.withdraw_offer(incident.organisation, item.taken.item, stranger)


def test_label_and_receipt_carry_a_square_code_that_reads_back(incident: Incident, lee: Recorder) -> None:
    incident_evidence.take_upload(incident, LOG, upload(), lee)
    [item] = incident_evidence.items_of(incident)
    made = transfer_codes.offer_with_code(incident.organisation, offer(item.taken.item), lee)
    item = incident_evidence.item_numbered(incident, 1)

    [label] = codes_on(item_papers.label_of(incident, item))
    receipt = item_papers.receipt_of(incident, item, code=made.code)
    assert codes_on(receipt) == [label]
    assert read_label(label) == (incident.organisation.slug, item.name, item.digest)
    assert "://" not in label
    assert made.code not in label
    text = pypdfium2.PdfDocument(receipt)[0].get_textpage().get_text_bounded()
    assert made.code in text
    assert len(pypdfium2.PdfDocument(receipt)) == 1


def test_somebody_outside_accepts_with_the_code_once_and_is_named(incident: Incident, lee: Recorder) -> None:
    incident_evidence.take_thing(incident, LAPTOP, lee)
    [item] = incident_evidence.items_of(incident)
    made = transfer_codes.offer_with_code(incident.organisation, offer(item.taken.item), lee)
    assert made.code.replace("-", "") not in str(TransferCode.objects.values())

    receiver = Receiver("Ann Ro", "State Police", "1187")
    transfer_codes.accept_by_code(made.code.lower(), receiver, accepted=True, user=AnonymousUser(), caller=CALLER)
    chain = incident_evidence.item_numbered(incident, 1).chain
    last = chain.links[-1]
    assert (chain.holder, last.means, last.agency, last.badge) == ("Ann Ro", "code", "State Police", "1187")
    with pytest.raises(transfer_codes.TransferCodeError, match="No offer waits"):
        transfer_codes.accept_by_code(made.code, receiver, accepted=True, user=AnonymousUser(), caller=CALLER)


def test_wrong_used_and_late_codes_are_answered_alike(incident: Incident, lee: Recorder) -> None:
    incident_evidence.take_thing(incident, LAPTOP, lee)
    item = f"{incident.number}-E01"
    made = transfer_codes.offer_with_code(incident.organisation, offer(item), lee)
    TransferCode.objects.update(expires=datetime(2026, 1, 1, tzinfo=UTC))
    custody.withdraw_offer(incident.organisation, item, lee)
    for code in (made.code, "0000-0000-0000-0000"):
        with pytest.raises(transfer_codes.TransferCodeError) as refused:
            transfer_codes.accept_by_code(
                code, Receiver("A", "B", "C"), accepted=True, user=AnonymousUser(), caller=CALLER
            )
        assert refused.value.message == "No offer waits under this code."
    with pytest.raises(ReceiptError):
        transfer_codes.accept_by_code(
            "7QK3", Receiver("A", "B", "C"), accepted=True, user=AnonymousUser(), caller=CALLER
        )


def test_nobody_accepts_what_they_offered(
    incident: Incident, lee: Recorder, pat: Recorder, security_lead: User
) -> None:
    incident_evidence.take_thing(incident, LAPTOP, lee)
    item = f"{incident.number}-E01"
    made = transfer_codes.offer_with_code(incident.organisation, offer(item), lee)
    with pytest.raises(transfer_codes.TransferCodeError, match="You offered"):
        transfer_codes.accept_by_code(
            made.code, Receiver("Ann", "Police", "1"), accepted=True, user=security_lead, caller=CALLER
        )
    with pytest.raises(ProgramInputError, match="Another person"):
        custody.answer_offer(incident.organisation, item, lee, accepted=True, received_by="Ann Ro")
    with pytest.raises(ProgramInputError, match="offered by this person"):
        custody.answer_offer(incident.organisation, item, pat, accepted=True, received_by="lee stone")
    custody.answer_offer(incident.organisation, item, pat, accepted=True, received_by=str(pat.user))
    last = incident_evidence.item_numbered(incident, 1).chain.links[-1]
    assert (last.means, last.received_by) == ("signed-in", str(pat.user))


def test_an_offer_past_its_time_is_recorded_as_expired_and_can_be_made_again(
    incident: Incident, lee: Recorder, pat: Recorder
) -> None:
    incident_evidence.take_thing(incident, LAPTOP, lee)
    item = f"{incident.number}-E01"
    custody.offer_custody(incident.organisation, offer(item, lasts=timedelta(hours=2)), lee)
    LedgerEntry.objects.count()
    later = Recorder(pat.actor, pat.user, recorded=None)
    expired = _at(later, hours=3)
    with pytest.raises(ProgramInputError, match="expired"):
        custody.answer_offer(incident.organisation, item, expired, accepted=True, received_by="Pat")
    chain = custody.chain_of(incident.organisation, item)
    assert [link.step for link in chain.links] == ["taken", "offered", "expired"]
    assert chain.holder == "Lee Stone"
    custody.offer_custody(incident.organisation, offer(item), lee)
    assert custody.expire_offers(incident.organisation, lee) == []


class _Late(Recorder):
    __slots__ = ()
    hours = 3

    @property
    def moment(self) -> datetime:
        return now() + timedelta(hours=self.hours)


def _at(recorder: Recorder, *, hours: int) -> Recorder:
    assert hours == _Late.hours
    return _Late(recorder.actor, recorder.user)


@pytest.mark.parametrize("lasts", [timedelta(minutes=1), timedelta(days=400)])
def test_an_offer_lasts_neither_a_moment_nor_a_year(incident: Incident, lee: Recorder, lasts: timedelta) -> None:
    incident_evidence.take_thing(incident, LAPTOP, lee)
    with pytest.raises(ProgramInputError, match="between an hour"):
        custody.offer_custody(incident.organisation, offer(f"{incident.number}-E01", lasts=lasts), lee)


def test_an_exercise_has_no_evidence(incident: Incident, lee: Recorder) -> None:
    incident.space_id = 7
    with pytest.raises(InputError, match="exercise"):
        incident_evidence.take_thing(incident, LAPTOP, lee)


@pytest.mark.django_db(transaction=True)
def test_accepts_at_the_same_moment_make_one(incident: Incident, lee: Recorder) -> None:
    incident_evidence.take_thing(incident, LAPTOP, lee)
    made = transfer_codes.offer_with_code(incident.organisation, offer(f"{incident.number}-E01"), lee)
    start, done = threading.Barrier(4), []

    def accept(name: str) -> None:
        start.wait()
        try:
            transfer_codes.accept_by_code(
                made.code, Receiver(name, "Police", name), accepted=True, user=AnonymousUser(), caller=CALLER
            )
            done.append(name)
        except transfer_codes.TransferCodeError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(f"P{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chain = incident_evidence.item_numbered(incident, 1).chain
    assert len(done) == 1
    assert [link.step for link in chain.links] == ["taken", "offered", "accepted"]
    assert chain.holder == done[0]
