"""The guided start through its service and its pages: saved, resumed by a colleague, finished as entries."""

import json
import re
from typing import Any

import msgspec
import pytest
from django.test import Client

from charteroak.program.start.answers import About, Choice, FirstAnswer, StartAnswers, Store
from charteroak.program.start.proposal import propose
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import StartDraft
from charteroak.services import guided_start
from charteroak.services.programs import ProgramInputError, open_evidence_file, recorder_for, status_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
START = "/organisations/elm-hollow-bakery/start/"


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


def save(organisation: Organisation, user: User, seen: int = 0, **sections: Any) -> guided_start.StartState:
    name = next(iter(sections))
    return guided_start.save_section(
        organisation, name, lambda said: msgspec.structs.replace(said, **sections), recorder_for(user), seen=seen
    )


def ready(organisation: Organisation, user: User) -> None:
    """Everything that finishing needs, and one answer."""
    save(organisation, user, about=About(kind="llc", people=9))
    store = Store(place="Payroll", kinds=("names", "social-security"), unreadable=False, owned="own")
    save(organisation, user, stores=(store,))
    guided_start.choose_aim(organisation, "nist-csf", "", recorder_for(user), seen=0)
    answer = FirstAnswer(answer="partly", note="Mail only.")
    guided_start.answer_first_practice(organisation, "two-step-sign-in", answer, recorder_for(user), seen=0)


def test_nothing_is_recorded_before_the_end(member: Organisation, security_lead: User) -> None:
    ready(member, security_lead)
    assert not LedgerEntry.objects.filter(organisation=member).exists()
    assert not guided_start.has_record(member)


def test_a_colleague_goes_on_and_sees_who_saved_what(
    member: Organisation, security_lead: User, provider_person: User
) -> None:
    save(member, security_lead, about=About(kind="llc"))
    state = save(member, provider_person, people=None)
    assert state.saved["about"].by == str(security_lead)
    assert state.saved["people"].by == str(provider_person)
    assert guided_start.start_of(member).answers.about == About(kind="llc")


def test_who_saves_over_a_page_that_changed_meanwhile_is_told_and_nothing_is_lost(
    member: Organisation, security_lead: User, provider_person: User
) -> None:
    save(member, security_lead, about=About(kind="llc"))
    with pytest.raises(guided_start.StartOvertakenError, match="saved meanwhile by Lee Stone"):
        save(member, provider_person, about=About(kind="corporation"))
    assert guided_start.start_of(member).answers.about == About(kind="llc")
    assert save(member, provider_person, seen=1, about=About(kind="firm")).times("about") == 2


def test_finishing_records_the_description_the_answers_and_the_aim_as_entries(
    member: Organisation, security_lead: User
) -> None:
    ready(member, security_lead)
    entries = guided_start.finish_start(member, recorder_for(security_lead))
    assert [entry.kind for entry in entries] == ["organisation.described", "practice.answered", "start.finished"]
    status = status_of(member, as_of=entries[0].recorded.date())
    assert status.organisation is not None
    body: Any = status.organisation.body
    assert (body.kind, body.employees) == ("llc", 9)
    assert (body.information.personal, body.information.owned_or_licensed) == (True, True)
    assert body.handles.maintains is True
    assert body.handles.processes is None
    assert status.findings["two-step-sign-in"].answer == "partly"
    assert not status.editions, "an aim asserts nothing"
    file = entries[-1].evidence_files.get()
    row, stream = open_evidence_file(member, file.sha256)
    with stream:
        document = json.load(stream)
    assert row.name.startswith("guided-start-")
    assert document["answers"]["stores"][0]["place"] == "Payroll"
    assert document["claims"].startswith("None.")


def test_finishing_twice_or_too_early_records_nothing(member: Organisation, security_lead: User) -> None:
    recorder = recorder_for(security_lead)
    with pytest.raises(ProgramInputError, match="what kind of organization"):
        guided_start.finish_start(member, recorder)
    save(member, security_lead, about=About(kind="llc"))
    with pytest.raises(ProgramInputError, match="what to aim for"):
        guided_start.finish_start(member, recorder)
    guided_start.choose_aim(member, "nist-csf", "", recorder, seen=0)
    guided_start.finish_start(member, recorder)
    count = LedgerEntry.objects.filter(organisation=member).count()
    with pytest.raises(ProgramInputError, match="on record already"):
        guided_start.finish_start(member, recorder)
    assert LedgerEntry.objects.filter(organisation=member).count() == count


def test_a_second_round_keeps_what_the_record_knew(member: Organisation, security_lead: User) -> None:
    ready(member, security_lead)
    recorder = recorder_for(security_lead)
    guided_start.finish_start(member, recorder)
    save(member, security_lead, seen=1, about=About(kind="llc", people=None))
    entries = guided_start.finish_start(member, recorder)
    assert [entry.kind for entry in entries] == ["organisation.described", "start.finished"]
    fact = status_of(member, as_of=entries[0].recorded.date()).organisation
    assert fact is not None
    assert fact.body.employees == 9  # type: ignore[union-attr]


def test_another_framework_needs_a_reason_and_must_be_one_of_the_list(
    member: Organisation, security_lead: User
) -> None:
    recorder = recorder_for(security_lead)
    with pytest.raises(ProgramInputError, match="why you choose another"):
        guided_start.choose_aim(member, "cis-controls", " ", recorder, seen=0)
    with pytest.raises(ProgramInputError, match="from the list"):
        guided_start.choose_aim(member, "pci-dss", "We take cards.", recorder, seen=0)
    state = guided_start.choose_aim(member, "cis-controls", "Our provider works with it.", recorder, seen=0)
    assert state.answers.choice == Choice(
        framework="cis-controls", edition="8.1", proposed="nist-csf", reason="Our provider works with it."
    )


def test_the_first_gaps_come_in_the_order_of_work(member: Organisation, security_lead: User) -> None:
    recorder = recorder_for(security_lead)
    ready(member, security_lead)
    for practice, said in (("patch-on-time", "yes"), ("train-everyone", "no"), ("stop-malware", "unknown")):
        answer = FirstAnswer(answer=said)  # type: ignore[arg-type]
        guided_start.answer_first_practice(member, practice, answer, recorder, seen=0)
    entries = guided_start.finish_start(member, recorder)
    found = guided_start.first_gaps_of(member, entries[0].recorded.date())
    answers = [gap.answer for gap in found.gaps]
    assert answers == sorted(answers, key=("no", "partly", "unknown", "yes").index)
    assert found.gaps[0].practice.practice.id == "train-everyone"
    assert found.gaps[-1].do == "You say that it is done. Show it."
    assert "program.not-adopted" in {gap.code for gap in found.paper}
    assert found.minutes[0] > 0


def test_the_pages_lead_from_one_step_to_the_next_and_keep_what_was_said(lead: Client, member: Organisation) -> None:
    page = lead.get(START).content.decode()
    assert "In about a quarter of an hour" in page
    answers = {"kind": "llc", "people": "12", "sector": "food-retail", "towns": "Mystic", "seen": "0"}
    assert lead.post(f"{START}organization/", answers).url == f"{START}laws/"  # type: ignore[attr-defined]
    assert 'value="12"' in lead.get(f"{START}organization/").content.decode()
    laws = {"regulated": ["none"], "contracts": ["defense-data"], "takes_cards": "yes", "then": "later", "seen": "0"}
    assert lead.post(f"{START}laws/", laws).url == START  # type: ignore[attr-defined]
    store = {"place": "Payroll", "kinds_people": ["names"], "kinds_numbers": ["social-security"], "seen": "0"}
    assert lead.post(f"{START}information/new/", store).url == f"{START}information/"  # type: ignore[attr-defined]
    assert "Social Security or tax numbers" in lead.get(f"{START}information/").content.decode()
    assert lead.post(f"{START}information/1/", store | {"place": "Payroll program", "seen": "1"}).status_code == 302
    assert "Payroll program" in lead.get(f"{START}information/1/").content.decode()
    assert lead.post(f"{START}information/", {"seen": "2"}).url == f"{START}systems/"  # type: ignore[attr-defined]
    aim = lead.get(f"{START}aim/").content.decode()
    assert "NIST SP 800-171 r3" in aim
    assert "PCI DSS alone never counts" in aim
    assert "not shown to satisfy Connecticut by itself" in aim
    assert StartDraft.objects.get(organisation=member).answers["about"]["towns"] == "Mystic"


def test_a_refused_page_keeps_what_was_typed(lead: Client) -> None:
    both = lead.post(f"{START}laws/", {"regulated": ["none", "money"], "seen": "0"})
    assert both.status_code == 422
    assert "Choose none of these, or the others, not both." in both.content.decode()
    empty = lead.post(f"{START}information/new/", {"place": "A drawer", "seen": "0"})
    assert empty.status_code == 422
    assert 'value="A drawer"' in empty.content.decode()


def test_a_page_that_was_overtaken_is_shown_again_with_what_was_typed(lead: Client, member: Organisation) -> None:
    lead.post(f"{START}people/", {"leads": "Maria", "seen": "0"})
    again = lead.post(f"{START}people/", {"leads": "Samuel", "seen": "0"})
    assert again.status_code == 422
    text = again.content.decode()
    assert "saved meanwhile" in text
    assert 'value="Samuel"' in text
    assert re.search(r'name="seen" value="1"', text)
    assert lead.post(f"{START}people/", {"leads": "Samuel", "seen": "1"}).status_code == 302
    people = guided_start.start_of(member).answers.people
    assert people is not None
    assert people.leads == "Samuel"


def test_a_place_is_taken_out_only_as_it_was_shown(lead: Client, member: Organisation) -> None:
    store = {"place": "Payroll", "kinds_people": ["names"], "seen": "0"}
    lead.post(f"{START}information/new/", store)
    lead.post(f"{START}information/new/", store | {"place": "Customers", "seen": "1"})
    lead.post(f"{START}information/1/", {"then": "remove", "seen": "1"})
    assert len(guided_start.start_of(member).answers.stores) == 2
    lead.post(f"{START}information/1/", {"then": "remove", "seen": "2"})
    assert [each.place for each in guided_start.start_of(member).answers.stores] == ["Customers"]


def test_a_draft_that_cannot_be_read_says_so_and_is_no_empty_start(lead: Client) -> None:
    lead.post(f"{START}people/", {"leads": "Maria", "seen": "0"})
    StartDraft.objects.update(answers={"people": 7})
    assert lead.get(START).status_code == 400


def test_the_home_of_an_empty_record_offers_the_start_first(lead: Client) -> None:
    page = lead.get("/").content.decode()
    assert f'href="{START}organization/"' in page
    assert "quarter of an hour" in page


def test_the_entry_of_a_finished_start_says_that_nothing_is_claimed(
    lead: Client, member: Organisation, security_lead: User
) -> None:
    ready(member, security_lead)
    entry = guided_start.finish_start(member, recorder_for(security_lead))[-1]
    page = lead.get(f"/organisations/{member.slug}/evidence/{entry.index}/").content.decode()
    assert "Aims for NIST Cybersecurity Framework 2.0; nothing is claimed" in page
    assert "guided-start-" in page
    assert lead.get(f"/organisations/{member.slug}/evidence/").status_code == 200


def test_the_proposal_needs_no_answer() -> None:
    assert propose(StartAnswers()).aim.framework == "nist-csf"
