"""The assessor's pages and the plan of action over HTTP: walked through, sent as a sheet, refused, shown."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.frameworks.catalog import carried_editions
from charteroak.program.bodies import GapPlanned, Milestone
from charteroak.program.objectives import outline_of
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.gaps import open_gap
from charteroak.services.programs import recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

TODAY = connecticut_day(now())
R3 = ("nist-800-171", "r3")
HOSTILE = "<script>alert(1)</script>\u202e{{ 7|add:7 }} %(day)s"


def ahead(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def text_of(content: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def bodies(member: Organisation) -> list[dict[str, Any]]:
    rows = LedgerEntry.objects.filter(organisation=member).order_by("index")
    return [json.loads(bytes(row.body or b"{}")) for row in rows]


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


def walk(member: Organisation, requirement: str = "03.01.01", name: tuple[str, str] = R3) -> str:
    return reverse("assessing:requirement", args=[member.slug, *name, requirement])


ANSWERS = {
    "assessor": "Pat Stone, Ridge IT", "day": ahead(-3), "result_0": "satisfied", "methods_0": ["examine", "test"],
    "note_0": "List of accounts.", "result_2": "partly", "methods_2": ["interview"],
}  # fmt: skip


def test_several_objectives_are_recorded_at_once_and_the_page_tells_the_last_result(
    lead: Client, member: Organisation
) -> None:
    assert "Never assessed." in text_of(lead.get(walk(member)).content)
    answer = lead.post(walk(member), ANSWERS)
    assert answer.status_code == 302
    assert [body["objective"] for body in bodies(member)] == ["A.03.01.01.a.01", "A.03.01.01.b.01"]
    page = text_of(lead.get(walk(member)).content)
    assert "Last: Satisfied , Pat Stone, Ridge IT" in page
    assert "3 days ago" in page
    assert "examine, test" in page
    edition = text_of(lead.get(reverse("assessing:edition", args=[member.slug, *R3])).content)
    assert "objectives have a result that counts; 1 are satisfied" in edition
    assert "1 edition has been assessed." in text_of(
        lead.get(reverse("assessing:editions", args=[member.slug])).content
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"methods_0": []}, "Choose how it was assessed."),
        ({"result_0": "", "result_2": ""}, "Give a result to at least one of them."),
        ({"evidence": "12 or 14"}, "Write numbers of entries"),
        ({"evidence": "99"}, "There is no such entry"),
        ({"day": ahead(3)}, "This day lies in the future."),
        ({"result_0": "not-applicable"}, "No exception is in effect for 03.01.01"),
        ({"result_0": "compliant"}, "Select a valid choice"),
        ({"assessor": ""}, "Answer this question."),
    ],
)
def test_a_refused_walk_says_why_and_records_nothing(
    changes: dict[str, Any], told: str, lead: Client, member: Organisation
) -> None:
    answer = lead.post(walk(member), ANSWERS | changes)
    assert answer.status_code == 422
    assert told in text_of(answer.content)
    assert bodies(member) == []


def test_what_does_not_apply_leads_to_the_exception_it_needs(lead: Client, member: Organisation) -> None:
    answer = lead.post(walk(member), ANSWERS | {"result_0": "not-applicable"})
    link = re.search(r'href="([^"]*exceptions/new/[^"]*)"', answer.content.decode())
    assert link is not None
    form = lead.get(html.unescape(link[1])).content.decode()
    assert 'value="03.01.01"' in form
    assert re.search(r'value="nist-800-171@r3"\s+selected', form)


def test_a_sheet_is_taken_whole_or_its_lines_are_named(lead: Client, member: Organisation) -> None:
    url = reverse("assessing:record-sheet", args=[member.slug, *R3])
    template = lead.get(reverse("assessing:sheet", args=[member.slug, *R3]))
    assert template["Content-Disposition"].startswith("attachment")
    head = "requirement,objective,result,methods,assessor,day\n"
    good = head + f"03.01.01,A.03.01.01.a.01,satisfied,test,Pat,{ahead(-1)}\n"
    bad = good + f"03.01.01,A.9,satisfied,test,Pat,{ahead(-1)}\n"
    refused = lead.post(url, {"sheet": SimpleUploadedFile("s.csv", bad.encode())})
    assert refused.status_code == 422
    assert "Line 3: 03.01.01 has no objective 'A.9'" in text_of(refused.content)
    assert bodies(member) == []
    assert lead.post(url, {"sheet": SimpleUploadedFile("s.csv", good.encode())}).status_code == 302
    assert len(bodies(member)) == 1


def test_a_kind_word_about_the_whole_is_shown_where_its_objectives_do_not_bear_it_out(
    lead: Client, member: Organisation
) -> None:
    whole = {"edition": "nist-800-171@r3", "requirement": "03.01.01", "result": "satisfied", "methods": ["examine"]}
    form = reverse("programs:assess-requirement", args=[member.slug])
    assert lead.post(form, whole | {"assessor": "Pat", "day": ahead(-1)}).status_code == 302
    page = text_of(lead.get(reverse("assessing:edition", args=[member.slug, *R3])).content)
    assert "1 requirement is called satisfied as a whole and is not in every objective." in page
    assert "Where the two differ" in page


@pytest.mark.slow
@pytest.mark.parametrize("name", [each for each in carried_editions() if outline_of(each).is_assessable], ids=str)
def test_every_edition_has_its_page_and_its_first_and_last_requirement_can_be_walked(
    name: tuple[str, str], lead: Client, member: Organisation
) -> None:
    leaves = outline_of(name).leaves  # type: ignore[arg-type]
    assert lead.get(reverse("assessing:edition", args=[member.slug, *name])).status_code == 200
    for leaf in (leaves[0], leaves[-1]):
        assert lead.get(walk(member, leaf.id, name)).status_code == 200


@pytest.mark.parametrize("name", [("nist-800-171a", "r3"), ("moon", "1"), ("nist-csf", "9")])
def test_what_is_no_edition_to_assess_is_not_there(name: tuple[str, str], lead: Client, member: Organisation) -> None:
    assert lead.get(reverse("assessing:edition", args=[member.slug, *name])).status_code == 404
    assert lead.get(walk(member, "03.99.99")).status_code == 404


def test_hostile_words_are_shown_as_words(lead: Client, member: Organisation, security_lead: User) -> None:
    lead.post(walk(member), ANSWERS | {"assessor": HOSTILE, "note_0": HOSTILE})
    gap = GapPlanned(gap="a", title=HOSTILE, severity="critical", milestones=(Milestone(what=HOSTILE, due=TODAY),))
    open_gap(member, gap, TODAY - timedelta(days=40), recorder_for(security_lead))
    for address in (walk(member), reverse("programs:action-plan", args=[member.slug])):
        content = lead.get(address).content
        assert b"<script>alert(1)" not in content
        assert b"14 %(day)s" not in content


def test_the_plan_names_what_is_critical_and_nobodys_and_a_new_plan_mends_that(
    lead: Client, member: Organisation
) -> None:
    page = reverse("programs:action-plan", args=[member.slug])
    assert "No gap is open." in text_of(lead.get(page).content)
    form = reverse("programs:open-gap", args=[member.slug])
    said = {"title": "Till without updates", "severity": "critical", "since": ahead(-200), "due": ahead(-1)}
    steps = f"{ahead(-5)} Ask for an offer\n{ahead(5)}: Buy"
    assert lead.post(form, said | {"milestones": steps}).status_code == 302
    told = text_of(lead.get(page).content)
    assert "1 gap is open, 1 is overdue. One is critical and nobody's: Till without updates." in told
    assert "Ask for an offer missed" in told
    (gap,) = [body["gap"] for body in bodies(member)]
    change = reverse("programs:change-plan", args=[member.slug, gap])
    assert "Ask for an offer" in lead.get(change).content.decode()
    plan = {"severity": "high", "owner": "Lee Stone", "due": ahead(9), "milestones": "tomorrow: Buy", "day": ahead(0)}
    assert "does not begin with a day" in text_of(lead.post(change, plan).content)
    assert lead.post(change, plan | {"milestones": ""}).status_code == 302
    told = text_of(lead.get(page).content)
    assert "1 gap is open, 0 are overdue." in told
    assert "200 days" in told
    table = lead.get(reverse("programs:action-plan-csv", args=[member.slug]))
    assert table.content.startswith(b"\xef\xbb\xbfgap,title,severity")
    assert b"180-or-more" in table.content
