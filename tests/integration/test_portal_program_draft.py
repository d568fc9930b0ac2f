"""The pages on which a written program is drafted, adopted and compared: saved parts, refusals, downloads."""

import io
import re

import docx
import pytest
from django.test import Client
from django.urls import reverse

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.portal.programs.draft_forms import PARTS
from charteroak.program.written_document.policies import load_policies
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.program_drafts import draft_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


def address(name: str, member: Organisation, **arguments: str) -> str:
    return reverse(f"programs:{name}", kwargs={"slug": member.slug, **arguments})


def heading(content: bytes) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", content.decode(), re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_a_draft_begins_empty_and_says_what_is_open_and_where_to_mend_it(lead: Client, member: Organisation) -> None:
    page = lead.get(address("draft", member))
    assert "Nobody has begun to write the next version." in heading(page.content)
    text = page.content.decode()
    assert address("draft-part", member, part="scale") in text
    assert address("draft-policy", member, policy="backup") in text
    assert "No reason is written for this factor of scale" in text


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_shown_and_saving_it_writes_no_entry(lead: Client, member: Organisation, part: str) -> None:
    before = LedgerEntry.objects.count()
    assert lead.get(address("draft-part", member, part=part)).status_code == 200
    answer = lead.post(address("draft-part", member, part=part), {"title": "Our program", "lead": "Lee Park, clerk"})
    assert answer.status_code == 302
    assert draft_of(member).is_begun
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize("policy", load_policies())
def test_each_policy_can_be_filled_in(lead: Client, member: Organisation, policy: str) -> None:
    values = {f"value_{parameter.id}": "each week" for parameter in load_policies()[policy].parameters}
    clause = load_policies()[policy].clauses[0].id
    sent = values | {f"own_{clause}": "-", "added": "One rule more."}
    assert lead.post(address("draft-policy", member, policy=policy), sent).status_code == 302
    choice = draft_of(member).draft.policy(policy)
    assert set(choice.values.values()) == {"each week"}
    assert (choice.own_words, choice.added) == ({clause: ""}, "One rule more.")
    assert "each week" in lead.get(address("draft-policy", member, policy=policy)).content.decode()


def test_a_part_that_cannot_be_used_is_refused_beside_its_field_and_keeps_what_was_typed(
    lead: Client, member: Organisation
) -> None:
    answer = lead.post(address("draft-part", member, part="upkeep"), {"every_months": "400", "reviewer": "The board"})
    assert answer.status_code == 422
    assert "The board" in answer.content.decode()
    assert not draft_of(member).is_begun
    answer = lead.post(address("draft-part", member, part="practices"), {"theme_updates": ["no-such-practice"]})
    assert answer.status_code == 422


def test_the_draft_is_downloaded_in_each_form_and_rendered_by_no_browser(lead: Client, member: Organisation) -> None:
    lead.post(address("draft-part", member, part="scale"), {"activities": "We bake <b>bread</b>."})
    starts = {"pdf": b"%PDF", "docx": b"PK", "md": b"**DRAFT: NOT ADOPTED**"}
    for form, start in starts.items():
        answer = lead.get(address("draft-file", member, form=form))
        assert answer.content.startswith(start)
        assert answer["Content-Disposition"] == f'attachment; filename="written-program-{member.slug}-draft.{form}"'
    text = "\n".join(
        p.text
        for p in docx.Document(io.BytesIO(lead.get(address("draft-file", member, form="docx")).content)).paragraphs
    )
    assert "We bake <b>bread</b>." in text


def test_adopting_leads_to_the_versions_with_their_files_and_to_a_comparison(
    lead: Client, member: Organisation
) -> None:
    today = connecticut_day(now()).isoformat()
    lead.post(address("draft-part", member, part="scope"), {"title": "Our program", "covers": "The shop."})
    page = lead.get(address("adopt-draft", member))
    assert "points are open, and will stand on its first page" in page.content.decode()
    sent = {"version": "1.0", "by": "The board", "adopted": today, "describe": "on"}
    answer = lead.post(address("adopt-draft", member), sent, follow=True)
    assert "1 version is on record." in heading(answer.content)
    assert "written-program-1.0.docx" in answer.content.decode()
    kinds = list(LedgerEntry.objects.filter(organisation=member).order_by("index").values_list("kind", flat=True))
    assert kinds == ["program.adopted", "program.described"]
    assert lead.post(address("adopt-draft", member), sent).status_code == 422

    lead.post(address("draft-part", member, part="scope"), {"title": "Our program", "covers": "The shop & <office>."})
    page = lead.get(address("compare-versions", member), {"old": "1.0", "new": "draft"})
    text = page.content.decode()
    assert re.search(r"<ins><span class=\"usa-sr-only\">added: </span>[^<]*office", text)
    assert "<office>" not in text
    assert "From 1.0 to draft:" in heading(page.content)


def test_a_comparison_that_cannot_be_made_says_so(lead: Client, member: Organisation) -> None:
    page = lead.get(address("compare-versions", member))
    assert "Choose two versions" in heading(page.content)
    assert lead.get(address("compare-versions", member), {"old": "9.9", "new": "draft"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("draft-part", {"part": "nothing"}), ("draft-policy", {"policy": "nothing"}), ("draft-file", {"form": "exe"})],
)
def test_what_does_not_exist_is_not_found(
    lead: Client, member: Organisation, name: str, arguments: dict[str, str]
) -> None:
    assert lead.get(address(name, member, **arguments)).status_code == 404


def test_before_anything_is_adopted_the_pages_offer_the_first_step(lead: Client, member: Organisation) -> None:
    assert address("draft", member) in lead.get(address("program", member)).content.decode()
    assert "No version is on record." in heading(lead.get(address("versions", member)).content)
