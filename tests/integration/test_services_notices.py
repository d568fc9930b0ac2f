"""Notices of an incident: drafted from the record, kept as versions, recorded as sent, withdrawn and never deleted."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from closing_person import reasons_for

from charteroak.errors import AccessError, InputError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.notices.models import NoticeSending
from charteroak.records.programs.models import EvidenceFile
from charteroak.response.notices import Decision, DecisionKind, ItemState
from charteroak.response.notices.errors import NoticeError, ParticularError
from charteroak.services.evidence_files import store_of
from charteroak.services.incident_clocks import told_of
from charteroak.services.incident_closing import close_incident
from charteroak.services.incident_decisions import decisions_of, record_police_delay
from charteroak.services.incidents import (
    NewIncident,
    describe_incident,
    document_of,
    facts_of,
    open_incident,
)
from charteroak.services.notice_list import NoticeState, notice_list
from charteroak.services.notice_mail import mail_draft
from charteroak.services.notice_sending import NewSending, record_sending, sendings_of, withdraw_sending
from charteroak.services.notices import answers_of, drafted, keep_answers, keep_version, notice_file, versions_of
from charteroak.services.programs import ProgramInputError, Recorder, UploadedFile, recorder_for

pytestmark = pytest.mark.django_db
Add = Callable[..., Any]
MOMENT = datetime(2026, 11, 3, 15, tzinfo=UTC)
SYSTEM = Recorder(actor="system", recorded=MOMENT)
LETTER = b"exactly what went out"
FACTS = {
    "entity": {"dataRole": "owner"},
    "incident": {
        "discoveredAt": "2026-11-02T09:05:00-05:00",
        "access": True,
        "acquisition": True,
        "encrypted": False,
        "dataKinds": ["name", "ssn"],
        "residentsAffected": {"ct": 1200},
    },
}


@pytest.fixture
def town(add_organisation: Add) -> Organisation:
    organisation: Organisation = add_organisation(slug="cedar-landing", kind="municipality", is_fictional=True)
    return organisation


@pytest.fixture
def incident(town: Organisation) -> Incident:
    return open_incident(town, NewIncident("Mailbox of the clerk", "successful", FACTS), SYSTEM)


def sending(notice: str = "residents", **changes: Any) -> NewSending:
    known: dict[str, Any] = {
        "notice": notice,
        "to": "1,200 residents",
        "sent": MOMENT - timedelta(hours=1),
        "how": "by letter",
        "document": UploadedFile("letter.pdf", "application/pdf", io.BytesIO(LETTER)),
        "proof": UploadedFile("receipt.txt", "text/plain", io.BytesIO(b"posted 1,200")),
    }
    return NewSending(**known | changes)


def kinds(town: Organisation) -> list[str]:
    return list(LedgerEntry.objects.filter(organisation=town).order_by("index").values_list("kind", flat=True))


def test_the_list_says_which_notices_are_due_and_which_may_be(incident: Incident) -> None:
    states = {line.template.id: line.state for line in notice_list(incident, MOMENT)}
    assert states["residents"] is NoticeState.DUE
    assert states["attorney-general"] is NoticeState.DUE
    assert states["account-holders"] is NoticeState.NOT_DUE
    assert states["insurance-commissioner"] is NoticeState.MAY_BE_DUE
    assert states["ctic"] is NoticeState.ASKED
    assert states["insurer"] is NoticeState.ASKED


def test_an_answer_stands_in_every_draft_and_those_before_stay_on_record(incident: Incident) -> None:
    keep_answers(incident, {"address": "1 Main Street"}, SYSTEM)
    keep_answers(incident, {"address": "2 Main Street"}, SYSTEM)
    keep_answers(incident, {"address": "2 Main Street"}, SYSTEM)
    assert answers_of(incident) == {"address": "2 Main Street"}
    assert incident.notice_answers.count() == 2
    for notice in ("residents", "attorney-general"):
        made = notice_file(incident, notice, "en", "txt", MOMENT)
        assert b"2 Main Street" in made.content


def test_an_answer_that_cannot_be_used_keeps_nothing(incident: Incident) -> None:
    with pytest.raises(ParticularError):
        keep_answers(incident, {"address": "1 Main Street", "breach_from": "soon"}, SYSTEM)
    assert answers_of(incident) == {}


def test_own_words_are_versions_and_a_later_fact_shows_as_a_change(incident: Incident) -> None:
    first = keep_version(incident, "attorney-general", "en", {"residents": "An estimate."}, SYSTEM)
    again = keep_version(incident, "attorney-general", "en", {"residents": "An estimate."}, SYSTEM)
    assert first == again
    document = document_of(incident)
    document["incident"] |= {"residentsAffected": {"ct": 1450}}
    describe_incident(incident, document, SYSTEM)
    found = drafted(incident, "attorney-general", "en", MOMENT)
    assert [change.heading for change in found.changes] == ["Connecticut residents affected"]
    keep_version(incident, "attorney-general", "en", {"residents": "Counted."}, SYSTEM)
    assert [version.number for version in versions_of(incident, "attorney-general", "en")] == [2, 1]
    assert versions_of(incident, "attorney-general", "en")[1].words == {"residents": "An estimate."}


def test_words_for_an_item_that_is_not_there_are_refused(incident: Incident) -> None:
    with pytest.raises(ProgramInputError):
        keep_version(incident, "residents", "en", {"no-such-item": "x"}, SYSTEM)


def test_a_sending_keeps_the_exact_bytes_and_shows_the_duties_as_told(town: Organisation, incident: Incident) -> None:
    row = record_sending(incident, sending(), SYSTEM)
    assert row.sha256 == hashlib.sha256(LETTER).hexdigest()
    with store_of(town).open(row.sha256) as kept:
        assert kept.read() == LETTER
    assert kinds(town)[-2:] == ["notice.sent", "notice.sent"]
    assert row.entry is not None
    assert EvidenceFile.objects.filter(organisation=town, entry=row.entry).count() == 2
    told = told_of(incident)
    assert set(told) == {"CT-BREACH-RES/residents", "CT-IDTHEFT/residents"}
    states = {line.template.id: line.state for line in notice_list(incident, MOMENT)}
    assert states["residents"] is NoticeState.SENT


def test_the_day_residents_were_told_moves_the_limit_for_the_attorney_general(incident: Incident) -> None:
    record_sending(incident, sending(), SYSTEM)
    assert facts_of(incident).text_of("residentsNotifiedAt") is None
    assert drafted(incident, "attorney-general", "en", MOMENT).answers[0].outer_limit == date(2026, 11, 3)
    record_sending(incident, sending(to="A second list", is_day_of_residents=True), SYSTEM)
    assert facts_of(incident).text_of("residentsNotifiedAt") == "2026-11-03T14:00:00Z"
    answers = drafted(incident, "attorney-general", "en", MOMENT).answers
    assert answers[0].outer_limit == date(2026, 11, 3)


def test_the_same_sending_again_gives_the_record_that_there_is(town: Organisation, incident: Incident) -> None:
    first = record_sending(incident, sending(), SYSTEM)
    entries = len(kinds(town))
    assert record_sending(incident, sending(), SYSTEM) == first
    assert NoticeSending.objects.count() == 1
    assert len(kinds(town)) == entries


@pytest.mark.parametrize("form", ["pdf", "docx", "txt"])
def test_the_draft_itself_can_be_what_was_sent(town: Organisation, incident: Incident, form: Any) -> None:
    row = record_sending(incident, sending(document=None, draft_as=form, proof=None), SYSTEM)
    made = notice_file(incident, "residents", "en", form, MOMENT)
    assert row.sha256 == hashlib.sha256(made.content).hexdigest()
    assert row.name == made.name
    assert store_of(town).holds(row.sha256)


def test_a_mistake_is_withdrawn_by_a_further_entry_and_nothing_is_deleted(
    town: Organisation, incident: Incident
) -> None:
    row = record_sending(incident, sending(is_day_of_residents=True), SYSTEM)
    withdraw_sending(incident, row.pk, "It went to the wrong list.", SYSTEM)
    assert "notice.withdrawn" in kinds(town)
    assert kinds(town).count("notice.sent") == 2
    assert told_of(incident) == {}
    assert facts_of(incident).text_of("residentsNotifiedAt") is None
    assert [each.pk for each in sendings_of(incident)] == [row.pk]
    states = {line.template.id: line.state for line in notice_list(incident, MOMENT)}
    assert states["residents"] is NoticeState.DUE
    with pytest.raises(ProgramInputError, match="already"):
        withdraw_sending(incident, row.pk, "Again.", SYSTEM)
    again = record_sending(incident, sending(), SYSTEM)
    assert again != row


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to": " "}, "to"),
        ({"how": "x" * 301}, "how"),
        ({"sent": MOMENT + timedelta(days=1)}, "sent"),
        ({"sent": datetime(1970, 1, 1, tzinfo=UTC)}, "sent"),
        ({"sent": MOMENT - timedelta(days=365)}, "sent"),
        ({"sent": datetime(9999, 1, 1, tzinfo=UTC)}, "sent"),
    ],
)
def test_a_sending_that_cannot_be_so_records_nothing(
    town: Organisation, incident: Incident, changes: dict[str, Any], field: str | None
) -> None:
    before = kinds(town)
    with pytest.raises(InputError) as refused:
        record_sending(incident, sending(**changes), SYSTEM)
    if field is not None:
        assert isinstance(refused.value, ProgramInputError)
        assert refused.value.field == field
    assert kinds(town) == before
    assert NoticeSending.objects.count() == 0
    assert not EvidenceFile.objects.filter(organisation=town).exists()


def test_withdrawing_asks_why_and_another_incident_has_no_such_sending(town: Organisation, incident: Incident) -> None:
    row = record_sending(incident, sending(), SYSTEM)
    with pytest.raises(ProgramInputError):
        withdraw_sending(incident, row.pk, "  ", SYSTEM)
    other = open_incident(town, NewIncident("Another"), SYSTEM)
    with pytest.raises(AccessError):
        withdraw_sending(other, row.pk, "Mine?", SYSTEM)


def test_counsel_drafts_and_does_not_record_sendings(add_person: Add, town: Organisation, incident: Incident) -> None:
    counsel: User = add_person("Counsel", town, role="counsel")
    keep_version(incident, "residents", "en", {"questions": "Call counsel."}, recorder_for(counsel))
    with pytest.raises(AccessError):
        record_sending(incident, sending(), recorder_for(counsel))


def test_a_stranger_neither_drafts_nor_answers(add_organisation: Add, add_person: Add, incident: Incident) -> None:
    stranger = recorder_for(add_person("Stranger", add_organisation(slug="elsewhere")))
    with pytest.raises(AccessError):
        keep_answers(incident, {"address": "x"}, stranger)
    with pytest.raises(AccessError):
        keep_version(incident, "residents", "en", {}, stranger)
    with pytest.raises(AccessError):
        withdraw_sending(incident, 1, "x", stranger)


def test_a_closed_incident_takes_no_more_drafts(town: Organisation, incident: Incident) -> None:
    close_incident(incident, "", SYSTEM, reasons=reasons_for(incident))
    before = kinds(town)
    for verb in (
        lambda: keep_answers(incident, {"address": "x"}, SYSTEM),
        lambda: keep_version(incident, "residents", "en", {"when": "x"}, SYSTEM),
    ):
        with pytest.raises(ProgramInputError):
            verb()
    assert kinds(town) == before


def test_that_somebody_was_told_is_recorded_and_withdrawn_after_closing_too(
    town: Organisation, incident: Incident
) -> None:
    close_incident(incident, "", SYSTEM, reasons=reasons_for(incident))
    row = record_sending(incident, sending(is_day_of_residents=True), SYSTEM)
    assert set(row.duties) <= set(told_of(incident))
    assert document_of(incident)["incident"]["residentsNotifiedAt"]
    withdraw_sending(incident, row.pk, "It came back.", SYSTEM)
    assert not set(row.duties) & set(told_of(incident))
    assert document_of(incident)["incident"]["residentsNotifiedAt"] is None
    assert kinds(town)[-2:] == ["notice.withdrawn", "incident.described"]
    incident.refresh_from_db()
    assert incident.closed is not None


def test_a_request_for_delay_is_a_record_and_a_fact(town: Organisation, incident: Incident) -> None:
    asked = Decision(
        kind=DecisionKind.POLICE_DELAY, answer=True, day=date(2026, 11, 3), by="State Police, Det. Example",
        in_writing=True, until=date(2027, 2, 1), reason="An arrest is near.",
    )  # fmt: skip
    record_police_delay(incident, asked, SYSTEM)
    assert decisions_of(incident) == (asked,)
    assert "incident.decided" in kinds(town)
    answers = drafted(incident, "residents", "en", MOMENT).answers
    assert answers[0].outer_limit == date(2027, 2, 1)
    nobody = Decision(kind=DecisionKind.POLICE_DELAY, answer=False, day=date(2026, 11, 3), by="A. Example")
    record_police_delay(incident, nobody, SYSTEM)
    assert decisions_of(incident) == (nobody,)
    assert facts_of(incident).text_of("lawEnforcementDelayUntil") is None
    item = next(
        item for item in drafted(incident, "attorney-general", "en", MOMENT).draft.items if item.id == "police-delay"
    )
    assert item.state is ItemState.FILLED


def test_an_exercise_leaves_no_entry_and_no_evidence(add_person: Add, town: Organisation) -> None:
    space = ExerciseSpace.objects.create(
        organisation=town, name="Drill", scenario="x", scenario_sha256="0" * 64, scenario_text="",
        facilitator=add_person("Facilitator", town), join_code="ABC", created=MOMENT,
    )  # fmt: skip
    played = open_incident(town, NewIncident("Drill", "successful", FACTS), SYSTEM, space=space)
    before = kinds(town)
    row = record_sending(played, sending(), SYSTEM)
    assert row.entry is None
    assert row.sha256 == ""
    assert kinds(town) == before
    assert not EvidenceFile.objects.filter(organisation=town).exists()
    assert list(NoticeSending.objects.all()) == []
    withdraw_sending(played, row.pk, "Played on.", SYSTEM)


def test_a_mail_is_a_draft_with_the_pdf_and_no_line_of_a_name_becomes_a_header(
    town: Organisation, incident: Incident
) -> None:
    town.name = "Town\r\nBcc: everybody@example.com"
    made = mail_draft(incident, "attorney-general", "en", MOMENT)
    message = message_from_bytes(made.content, policy=default)
    assert message["To"] == "ag.breach@ct.gov"
    assert message["Bcc"] is None
    assert message["X-Unsent"] == "1"
    assert str(message["Subject"]).startswith("DRAFT")
    assert [part.get_content_type() for part in message.iter_attachments()] == ["application/pdf"]


@pytest.mark.parametrize(
    "typed",
    ['#import "x": *', "{{ 7*7 }} {residents}", "=cmd|' /C calc'!A0", "a\u202eb\u2066c", "\N{WAVING HAND SIGN}" * 50,
     "x" * 20_000, "<w:instrText>DDEAUTO</w:instrText>", "\\u0000 \x07"],
)  # fmt: skip
def test_hostile_answers_are_text_in_every_form(incident: Incident, typed: str) -> None:
    keep_answers(incident, {"what_happened": typed}, SYSTEM)
    for form in ("pdf", "docx", "txt"):
        made = notice_file(incident, "ctic", "en", form, MOMENT)  # type: ignore[arg-type]  # one of the forms
        assert made.content
    assert b"cut here" not in notice_file(incident, "ctic", "en", "txt", MOMENT).content


def test_an_unknown_notice_or_language_is_refused(incident: Incident) -> None:
    with pytest.raises(NoticeError):
        drafted(incident, "nobody", "en", MOMENT)
    with pytest.raises(NoticeError):
        drafted(incident, "hhs", "es", MOMENT)


def test_one_sending_of_a_notice_with_two_recipients_tells_only_whom_it_names(town: Organisation) -> None:
    facts = {**FACTS, "entity": {"dataRole": "owner", "licences": ["bulk-power"]}}
    grid = open_incident(town, NewIncident("Relay", "successful", facts), SYSTEM)
    with pytest.raises(ProgramInputError, match="which of its duties"):
        record_sending(grid, sending("power", to="E-ISAC"), SYSTEM)
    with pytest.raises(ProgramInputError, match="serves no"):
        record_sending(grid, sending("power", to="E-ISAC", duties=("CISA/cisa",)), SYSTEM)
    record_sending(grid, sending("power", to="E-ISAC", duties=("NERC/DOE/e-isac",)), SYSTEM)
    assert set(told_of(grid)) == {"NERC/DOE/e-isac"}
    record_sending(grid, sending("power", to="DOE", duties=("NERC/DOE/doe",)), SYSTEM)
    assert set(told_of(grid)) == {"NERC/DOE/e-isac", "NERC/DOE/doe"}
