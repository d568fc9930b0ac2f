"""Plans on pages: from the short form to a number to press, and nobody's words are lost on the way."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.plans.models import PlanDraft
from charteroak.response.plans.parts import parts_of
from charteroak.response.plans.plan import Person
from charteroak.response.plans.reading import parse_plan
from charteroak.response.plans.starting import FirstAnswers
from charteroak.services.programs import Recorder, recorder_for
from charteroak.services.response_plans import begin_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
Add = Callable[..., Any]
HERE = "/organisations/elm-hollow-bakery/plans"
HOSTILE = '#import "x" {{ name }} \u202eRTL\u202c \U0001f525 <b>'


@pytest.fixture
def lead(security_lead: User) -> Client:
    client = Client()
    client.force_login(security_lead)
    return client


@pytest.fixture
def begun(member: Organisation) -> None:
    answers = FirstAnswers(lead=Person(name="June", phone="860-555-0121"), systems=("Mail", "Phones"))
    begin_plan(member, "cirp", answers, Recorder(actor="system"))


def sent_by(page: str) -> dict[str, Any]:
    """What a browser would send of a form as it stands."""
    form = page[page.index('<form class="form"') :]
    form = form[: form.index("</form>")]
    values: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") in {"checkbox", "radio"}:
            if " checked" in tag:
                values.setdefault(said["name"], []).append(unescape(said.get("value", "on")))
        else:
            values[said["name"]] = unescape(said.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        values[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = unescape(chosen[1]) if chosen else ""
    return values


def saved() -> Any:
    return parse_plan(PlanDraft.objects.get().content)


def test_the_short_form_makes_a_plan_that_can_be_adopted_and_called_from(lead: Client) -> None:
    assert "ten minutes" in lead.get(f"{HERE}/cirp/").content.decode()
    form = sent_by(lead.get(f"{HERE}/cirp/start/").content.decode())
    form |= {"lead_name": HOSTILE, "lead_phone": "860-555-0121 ext. 4", "insurer_number": "1-844-SAY-CISA"}
    assert lead.post(f"{HERE}/cirp/start/", form).status_code == 302
    draft = lead.get(f"{HERE}/cirp/draft/").content.decode()
    assert "points are open" in draft
    assert lead.get(f"{HERE}/cirp/draft/file.md").content.startswith(b"**DRAFT")
    day = connecticut_day(now()).isoformat()
    adoption = {"version": "1.0", "by": "Ruth", "office": "Owner", "adopted": day}
    assert lead.post(f"{HERE}/cirp/adopt/", adoption).status_code == 302
    page = lead.get(f"{HERE}/cirp/").content.decode()
    assert 'href="tel:8605550121;ext=4"' in page
    assert 'href="tel:+18447292472"' in page
    assert "<b>" not in page
    assert lead.get(f"{HERE}/cirp/file.pdf").content.startswith(b"%PDF")
    assert "Version 1.0 is in force." in page


def test_a_number_that_no_telephone_dials_is_told_beside_its_question_and_nothing_is_lost(lead: Client) -> None:
    form = sent_by(lead.get(f"{HERE}/cdrp/start/").content.decode())
    form |= {"lead_name": HOSTILE, "lead_phone": "ask Joe", "meeting": "The old mill"}
    answer = lead.post(f"{HERE}/cdrp/start/", form)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert page.count("This is no telephone number.") == 2
    for typed in (HOSTILE, "ask Joe", "The old mill"):
        assert typed in page
    assert not PlanDraft.objects.exists()


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize("part", parts_of("cirp"))
def test_a_part_that_is_saved_as_it_stands_changes_nothing(lead: Client, part: str) -> None:
    before = saved()
    form = sent_by(lead.get(f"{HERE}/cirp/draft/{part}/").content.decode())
    assert lead.post(f"{HERE}/cirp/draft/{part}/", form).status_code == 302
    assert saved() == before


@pytest.mark.usefixtures("begun")
def test_rows_are_added_and_taken_out_without_a_script(lead: Client) -> None:
    form = sent_by(lead.get(f"{HERE}/cirp/draft/systems/").content.decode())
    form |= {"systems_0_name": "", "systems_2_name": "Library", "systems_2_rto_hours": "48"}
    lead.post(f"{HERE}/cirp/draft/systems/", form)
    assert [(system.name, system.rto_hours) for system in saved().systems] == [("Phones", None), ("Library", 48)]
    form = sent_by(lead.get(f"{HERE}/cirp/draft/roles/").content.decode())
    form |= {"roles_7_title": "Librarian", "roles_7_holder_name": "Bo"}
    lead.post(f"{HERE}/cirp/draft/roles/", form)
    assert saved().roles[-1].id == "librarian"


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        ("roles", {"roles_0_deputy": "it", "roles_2_deputy": "lead"}, "The deputies go in a circle"),
        ("roles", {"roles_7_title": "Incident lead"}, "Two roles are called"),
        ("roles", {"roles_0_holder_phone": "Joe"}, "This is no telephone number."),
        ("systems", {"systems_1_name": "mail"}, "stands there 2 times"),
        ("systems", {"systems_0_rto_hours": "99999"}, "less than or equal to 8760"),
        ("contacts", {"contacts_0_number": "see the wall"}, "This is no telephone number."),
        ("upkeep", {"upkeep_every_months": "400"}, "less than or equal to 36"),
        ("scope", {"covers": "x" * 30_001}, "at most 30000 characters"),
    ],
)
def test_what_a_plan_cannot_mean_is_one_line_and_keeps_what_was_typed(
    lead: Client, part: str, change: dict[str, str], said: str
) -> None:
    before = saved()
    form = sent_by(lead.get(f"{HERE}/cirp/draft/{part}/").content.decode()) | change
    answer = lead.post(f"{HERE}/cirp/draft/{part}/", form)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert said in page
    for typed in change.values():
        assert typed in page
    assert saved() == before


@pytest.mark.usefixtures("begun")
def test_taking_out_a_role_that_a_level_names_is_refused_with_the_reason(lead: Client) -> None:
    form = sent_by(lead.get(f"{HERE}/cirp/draft/roles/").content.decode()) | {"roles_1_title": ""}
    answer = lead.post(f"{HERE}/cirp/draft/roles/", form)
    assert answer.status_code == 422
    assert "which decides at a level" in unescape(answer.content.decode())


@pytest.mark.usefixtures("begun")
def test_two_people_at_one_part_see_each_others_words_before_one_of_them_wins(
    lead: Client, member: Organisation, add_person: Add
) -> None:
    second = Client()
    second.force_login(add_person("Ann", member))
    form = sent_by(lead.get(f"{HERE}/cirp/draft/scope/").content.decode())
    second.post(f"{HERE}/cirp/draft/scope/", form | {"covers": "Hers"})
    answer = lead.post(f"{HERE}/cirp/draft/scope/", form | {"covers": "Mine"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Ann Stone saved this part" in page
    assert "Hers" in page
    assert "Mine" in page
    assert saved().covers == "Hers"
    again = sent_by(answer.content.decode())
    assert again["covers"] == "Mine"
    assert lead.post(f"{HERE}/cirp/draft/scope/", again).status_code == 302
    assert saved().covers == "Mine"


@pytest.mark.usefixtures("begun")
def test_twenty_thousand_characters_are_kept_whole(lead: Client, security_lead: User) -> None:
    long = "Word. " * 3_333
    form = sent_by(lead.get(f"{HERE}/cirp/draft/scope/").content.decode()) | {"covers": long}
    assert lead.post(f"{HERE}/cirp/draft/scope/", form).status_code == 302
    assert saved().covers.strip() == long.strip()
    assert recorder_for(security_lead).user is not None


def test_a_plan_is_activated_and_stood_down_on_pages(lead: Client, member: Organisation) -> None:
    begin_plan(member, "cdrp", FirstAnswers(), Recorder(actor="system"))
    assert lead.get(f"{HERE}/cdrp/activate/").status_code == 302
    day = connecticut_day(now()).isoformat()
    lead.post(f"{HERE}/cdrp/adopt/", {"version": "1", "by": "Ruth", "office": "Owner", "adopted": day})
    assert lead.post(f"{HERE}/cdrp/activate/", {"level": "3", "by": "Ruth"}).status_code == 422
    answers = {"level": "3", "by": "Ruth", "reason": "Dispatch is down"}
    assert lead.post(f"{HERE}/cdrp/activate/", answers).status_code == 302
    page = lead.get(f"{HERE}/cdrp/").content.decode()
    assert "In force at level 3" in page
    assert "is active at level 3" in lead.get(f"{HERE}/").content.decode()
    assert lead.post(f"{HERE}/cdrp/stand-down/", {"by": "Ruth"}).status_code == 302
    page = lead.get(f"{HERE}/cdrp/").content.decode()
    assert "In force at level" not in page
    assert "stood down" in page


@pytest.mark.parametrize("path", ["nothing/", "cirp/file.exe", "cirp/draft/nothing/", "cdrp/draft/phases/"])
@pytest.mark.usefixtures("begun")
def test_what_is_not_there_is_not_found(lead: Client, path: str) -> None:
    assert lead.get(f"{HERE}/{path}").status_code == 404
