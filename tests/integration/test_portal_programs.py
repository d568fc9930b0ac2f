"""The program's pages over HTTP: who may see and record, what each form records, what is refused and where."""

import html
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.frameworks.catalog import carried_editions
from charteroak.portal.programs.places import step_for
from charteroak.program.gaps import Gap, open_gaps
from charteroak.program.practices import load_practices
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.records.programs.models import EvidenceFile
from charteroak.services.checkpoints import verify_ledger
from charteroak.services.programs import Recorder, record, status_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

READ_PAGES = ("practices", "program")
FORM_PAGES = ("describe-organisation", "adopt-program", "adopt-edition")
LATER_FORM_PAGES = ("approve-program", "review-program", "describe-program")
"""These need a version on record."""
HOSTILE = "<script>alert(1)</script>\u202e{{ 7|add:7 }} 'x\" %(day)s"
PRACTICE = "back-up-and-restore"


def today() -> date:
    return connecticut_day(now())


def url(member: Organisation, name: str, *args: object) -> str:
    return reverse(f"programs:{name}", args=[member.slug, *args])


def text_of(content: bytes) -> str:
    """A page as people read it: without tags, with single blanks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def body_of(entry: LedgerEntry) -> dict[str, Any]:
    """What an entry says, with its private parts."""
    parts = LedgerPart.objects.filter(organisation=entry.organisation, index=entry.index)
    return json.loads(bytes(entry.body or b"{}")) | {part.name: json.loads(bytes(part.value)) for part in parts}


def last_entry(member: Organisation) -> LedgerEntry:
    return LedgerEntry.objects.filter(organisation=member).latest("index")


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    """The security lead's browser."""
    client.force_login(security_lead)
    return client


def adoption(**changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "title": "Written security program",
        "version": "1.0",
        "by": "Board",
        "adopted": "2026-03-02",
        "document": SimpleUploadedFile("program.md", b"# Program\n"),
        "practices": [PRACTICE, "patch-on-time"],
    }
    return values | changes


@pytest.fixture
def adopted(lead: Client, member: Organisation) -> Client:
    """The lead's browser, after version 1.0 was recorded."""
    assert lead.post(url(member, "adopt-program"), adoption()).status_code == 302
    return lead


ANSWER = {"answer": "yes", "since": "2026-03-02", "note": "Each night."}
ORGANISATION = {"kind": "corporation", "since": "2026-01-02", "accesses": "yes", "personal": "yes", "restricted": "no"}
APPROVAL = {"version": "1.0", "by": "Samuel Reed", "role": "owner", "day": "2026-03-03"}
REVIEW = {"version": "1.0", "by": "Board", "day": "2026-05-03", "outcome": "no-change", "note": ""}
CONTENTS = {"since": "2026-03-02", "safeguards_technical": "yes", "safeguards_technical_where": "section 3.2"}
EDITION = {
    "edition": "nist-csf@2.0",
    "status": "partly",
    "from_": "2026-03-02",
    "to": "",
    "asserted_by": "Samuel Reed, owner",
}


# Who may


@pytest.mark.parametrize("name", [*READ_PAGES, *FORM_PAGES])
def test_the_lead_and_the_providers_people_reach_the_pages(
    client: Client, security_lead: User, provider_person: User, member: Organisation, name: str
) -> None:
    for user in (security_lead, provider_person):
        client.force_login(user)
        assert client.get(url(member, name)).status_code == 200


@pytest.mark.parametrize("name", [*READ_PAGES, *FORM_PAGES, *LATER_FORM_PAGES])
def test_neither_analysts_nor_other_leads_nor_visitors_reach_them(
    client: Client, analyst: User, add_organisation: Any, add_person: Any, member: Organisation, name: str
) -> None:
    assert client.get(url(member, name)).status_code == 302
    for user in (analyst, add_person("Otto", add_organisation("other-shop"))):
        client.force_login(user)
        assert client.get(url(member, name)).status_code == 404
        assert client.post(url(member, name), {}).status_code == (405 if name in READ_PAGES else 404)
    assert not LedgerEntry.objects.exists()


def test_an_analyst_does_not_keep_the_record_of_the_desk_either(
    client: Client, analyst: User, desk: Organisation
) -> None:
    client.force_login(analyst)
    assert client.get(url(desk, "practices")).status_code == 404
    assert client.post(url(desk, "practice", PRACTICE), ANSWER).status_code == 404
    assert not LedgerEntry.objects.exists()


def test_a_practice_or_an_entry_that_is_not_there_is_not_found(lead: Client, member: Organisation) -> None:
    assert lead.get(url(member, "practice", "no-such-practice")).status_code == 404
    assert lead.get(url(member, "correct-entry", 0)).status_code == 404
    assert lead.get(url(member, "correct-entry", 10**30)).status_code == 404


def test_an_entry_of_another_organisation_cannot_be_corrected(
    adopted: Client, add_organisation: Any, add_person: Any, member: Organisation
) -> None:
    other = add_organisation("other-shop")
    adopted.force_login(add_person("Otto", other))
    assert adopted.post(url(other, "correct-entry", 0), {"reason": "mine now"}).status_code == 404
    assert adopted.post(url(member, "correct-entry", 0), {"reason": "mine now"}).status_code == 404
    assert LedgerEntry.objects.count() == 1


def test_a_providers_entry_names_the_person_and_stands_in_the_clients_ledger(
    client: Client, provider_person: User, member: Organisation
) -> None:
    client.force_login(provider_person)
    client.post(url(member, "practice", PRACTICE), ANSWER)
    header = json.loads(bytes(last_entry(member).header))
    assert header["actor"] == f"user:{provider_person.actor_id}"


# What each form records


def test_an_answer_is_one_entry_dated_by_the_day_since_which_it_is_so(lead: Client, member: Organisation) -> None:
    response = lead.post(url(member, "practice", PRACTICE), ANSWER, follow=True)
    entry = last_entry(member)
    header = json.loads(bytes(entry.header))
    occurred = {"from": "2026-03-02", "precision": "day", "source": "stated", "to": None}
    assert (entry.kind, header["occurred"]) == ("practice.answered", occurred)
    assert body_of(entry) == {"practice": PRACTICE, "answer": "yes", "note": "Each night."}
    page = text_of(response.content)
    assert "Recorded as entry 0 of the ledger." in page
    assert "Answered yes; nothing shows it yet." in page
    assert f'href="{url(member, "entry", 0)}"' in response.content.decode()


def test_an_answer_about_earlier_days_says_that_todays_stays(lead: Client, member: Organisation) -> None:
    lead.post(url(member, "practice", PRACTICE), ANSWER)
    earlier = ANSWER | {"answer": "no", "since": "2026-01-05"}
    page = text_of(lead.post(url(member, "practice", PRACTICE), earlier, follow=True).content)
    assert "Today's answer stays as it was: entry 0 says what has been so since a later day." in page
    assert "Answered yes" in page


def test_a_version_keeps_its_document_and_what_it_promises(adopted: Client, member: Organisation) -> None:
    entry = last_entry(member)
    row = EvidenceFile.objects.get()
    assert entry.kind == "program.adopted"
    assert body_of(entry) == {
        "title": "Written security program",
        "version": "1.0",
        "by": "Board",
        "documentSha256": row.sha256,
        "practices": [PRACTICE, "patch-on-time"],
    }
    page = adopted.get(url(member, "program"))
    assert "Version 1.0 has been in force since Mon 2 Mar 2026; no approval is on record." in text_of(page.content)
    document = adopted.get(url(member, "evidence-file", row.sha256))
    assert b"".join(document.streaming_content) == b"# Program\n"  # type: ignore[attr-defined]


def test_the_record_of_a_program_grows_form_by_form(adopted: Client, member: Organisation) -> None:
    for name, answers, kind in (
        ("approve-program", APPROVAL, "program.approved"),
        ("review-program", REVIEW, "program.reviewed"),
        ("describe-program", CONTENTS, "program.described"),
        ("adopt-edition", EDITION, "edition.adopted"),
        ("describe-organisation", ORGANISATION, "organisation.described"),
    ):
        response = adopted.post(url(member, name), answers)
        assert (response.status_code, response.headers["Location"]) == (302, url(member, "program")), name
        assert last_entry(member).kind == kind
    page = text_of(adopted.get(url(member, "program")).content)
    assert "approved by Samuel Reed." in page
    assert "section 3.2" in page
    assert "NIST Cybersecurity Framework 2.0 Conforms in part" in page
    assert verify_ledger(member).entries == 6


def test_what_is_left_open_is_recorded_as_not_known_and_never_as_no(adopted: Client, member: Organisation) -> None:
    adopted.post(url(member, "describe-organisation"), ORGANISATION)
    body = body_of(last_entry(member))
    assert (body["regulatedBy"], body["employees"], body["handles"]["maintains"]) == (None, None, None)
    assert (body["information"]["personal"], body["information"]["restricted"]) == (True, False)
    adopted.post(url(member, "describe-program"), CONTENTS)
    statements = body_of(last_entry(member))["safeguards"]
    assert statements["technical"] == {"holds": True, "where": "section 3.2"}
    assert statements["physical"] == {"holds": None, "where": ""}


def test_none_of_the_laws_is_an_answer_and_not_silence(lead: Client, member: Organisation) -> None:
    lead.post(url(member, "describe-organisation"), ORGANISATION | {"regulated_by": ["none"]})
    assert body_of(last_entry(member))["regulatedBy"] == []
    form = lead.get(url(member, "describe-organisation")).content.decode()
    assert re.search(r'value="none"[^>]*checked', form)
    both = lead.post(url(member, "describe-organisation"), ORGANISATION | {"regulated_by": ["none", "hipaa"]})
    assert "Choose the laws, or none of these, not both." in text_of(both.content)
    assert LedgerEntry.objects.count() == 1


def test_forms_ask_again_with_what_is_known(adopted: Client, member: Organisation) -> None:
    adopted.post(url(member, "describe-program"), CONTENTS)
    contents = adopted.get(url(member, "describe-program")).content.decode()
    assert 'value="section 3.2"' in contents
    assert re.search(r'name="safeguards_technical" value="yes"[^>]*checked', contents)
    version = adopted.get(url(member, "adopt-program")).content.decode()
    assert 'value="Written security program"' in version
    assert len(re.findall(r'name="practices"[^>]*checked', version)) == 2


def test_a_corrected_entry_stays_and_counts_no_more(adopted: Client, member: Organisation) -> None:
    response = adopted.post(url(member, "correct-entry", 0), {"reason": "It was a draft."}, follow=True)
    assert body_of(last_entry(member)) == {"corrects": 0, "reason": "It was a draft."}
    page = text_of(response.content)
    assert "Corrected , by entry 1 : it counts no more." in page
    assert "No written program is on record." in text_of(adopted.get(url(member, "program")).content)
    again = adopted.post(url(member, "correct-entry", 0), {"reason": "Once more."})
    assert "Entry 0 was corrected already, by entry 1." in text_of(again.content)
    assert LedgerEntry.objects.count() == 2


def test_a_version_may_be_recorded_anew_once_its_entry_is_corrected(adopted: Client, member: Organisation) -> None:
    adopted.post(url(member, "correct-entry", 0), {"reason": "Wrong document."})
    assert adopted.post(url(member, "adopt-program"), adoption()).status_code == 302
    assert LedgerEntry.objects.filter(kind="program.adopted").count() == 2


def test_nothing_can_be_approved_reviewed_or_described_before_a_version_is_on_record(
    lead: Client, member: Organisation
) -> None:
    for name, answers in (("approve-program", APPROVAL), ("review-program", REVIEW), ("describe-program", CONTENTS)):
        for response in (lead.get(url(member, name)), lead.post(url(member, name), answers)):
            assert "No written program is on record yet." in text_of(response.content)
            assert url(member, "adopt-program") in response.content.decode()
    assert not LedgerEntry.objects.exists()


# What is refused, and where it says so

TOMORROW = (today() + timedelta(days=2)).isoformat()
REFUSED = (
    ("practice", ANSWER | {"since": TOMORROW}, "since", "This day lies in the future."),
    ("practice", ANSWER | {"since": "0026-03-02"}, "since", "The year 26 is too long ago. Check the year."),
    ("practice", ANSWER | {"since": "2026-02-30"}, "since", "Enter a valid date."),
    ("practice", ANSWER | {"answer": "certified"}, "answer", "Select a valid choice."),
    ("practice", ANSWER | {"note": "x" * 5001}, "note", "at most 5000 characters"),
    ("practice", ANSWER | {"note": "a\x00b"}, "note", "Null characters are not allowed."),
    ("practice", {}, "answer", "Answer this question."),
    ("describe-organisation", ORGANISATION | {"kind": "kingdom"}, "kind", "Select a valid choice."),
    ("describe-organisation", ORGANISATION | {"employees": "-1"}, "employees", "greater than or equal to 0"),
    ("describe-organisation", ORGANISATION | {"employees": "9" * 400}, "employees", "less than or equal to"),
    ("describe-organisation", ORGANISATION | {"accesses": "perhaps"}, "accesses", "Select a valid choice."),
    ("describe-organisation", ORGANISATION | {"since": TOMORROW}, "since", "This day lies in the future."),
    ("adopt-edition", EDITION | {"edition": "nist-csf@9.9"}, "edition", "Select a valid choice."),
    ("adopt-edition", EDITION | {"from_": "2020-01-01"}, "from_", "was published on 2024-02-26."),
    ("adopt-edition", EDITION | {"to": "2026-03-01"}, "to", "The period ends before it begins."),
    ("adopt-edition", EDITION | {"to": TOMORROW}, "to", "This day lies in the future."),
    ("adopt-edition", EDITION | {"asserted_by": "   "}, "asserted_by", "Answer this question."),
    ("adopt-program", adoption(title="x" * 301), "title", "at most 300 characters"),
    ("adopt-program", adoption(adopted=TOMORROW), "adopted", "This day lies in the future."),
    ("adopt-program", adoption(practices=[]), "practices", "Answer this question."),
    ("adopt-program", adoption(practices=["no-such-practice"]), "practices", "Select a valid choice."),
    (
        "adopt-program",
        adoption(document=SimpleUploadedFile("empty.md", b"")),
        "document",
        "The submitted file is empty.",
    ),
    ("adopt-program", adoption(document=""), "document", "Answer this question."),
)


@pytest.mark.parametrize(
    ("name", "answers", "field", "words"), REFUSED, ids=[f"{n}-{f}-{w[:24]}" for n, _, f, w in REFUSED]
)
def test_what_is_refused_stands_beside_its_field_and_nothing_is_recorded(
    lead: Client, member: Organisation, name: str, answers: dict[str, object], field: str, words: str
) -> None:
    args = (PRACTICE,) if name == "practice" else ()
    response = lead.post(url(member, name, *args), answers)
    assert response.status_code == 422
    page = response.content.decode()
    beside = page.partition(f'id="id_{field}_error"')[2].partition("</p>")[0]
    assert words in text_of(beside.encode()), text_of(beside.encode()) or "nothing beside the field"
    assert "Nothing was recorded." in page
    assert "<title>Error:" in page
    assert not LedgerEntry.objects.exists()
    assert not EvidenceFile.objects.exists()


def test_a_version_is_recorded_once_even_if_sent_twice(adopted: Client, member: Organisation) -> None:
    response = adopted.post(url(member, "adopt-program"), adoption())
    assert "Version 1.0 is on record already, as entry 0." in text_of(response.content)
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(("name", "answers"), [("approve-program", APPROVAL), ("review-program", REVIEW)])
def test_only_versions_on_record_are_approved_and_reviewed(
    adopted: Client, member: Organisation, name: str, answers: dict[str, str]
) -> None:
    response = adopted.post(url(member, name), answers | {"version": "2.0"})
    assert "Select a valid choice." in text_of(response.content)
    assert LedgerEntry.objects.count() == 1


def test_a_correction_needs_a_reason(adopted: Client, member: Organisation) -> None:
    response = adopted.post(url(member, "correct-entry", 0), {"reason": "  \r\n "})
    assert "Answer this question." in text_of(response.content)
    assert LedgerEntry.objects.count() == 1


def test_hostile_text_is_kept_as_written_and_never_acted_on(adopted: Client, member: Organisation) -> None:
    adopted.post(url(member, "approve-program"), APPROVAL | {"by": HOSTILE, "role": f"{HOSTILE}\nsecond line"})
    adopted.post(url(member, "adopt-program"), adoption(version=HOSTILE, title=HOSTILE))
    adopted.post(url(member, "practice", PRACTICE), ANSWER | {"note": HOSTILE})
    adopted.post(url(member, "correct-entry", 0), {"reason": HOSTILE})
    approval = body_of(LedgerEntry.objects.get(kind="program.approved"))
    assert approval["by"] == HOSTILE
    assert approval["role"].endswith("second line")
    assert "\n" not in approval["role"]
    for name, *args in (("program",), ("practices",), ("practice", PRACTICE), ("evidence",), ("correct-entry", 1)):
        page = adopted.get(url(member, name, *args)).content.decode()
        assert "<script>alert" not in page, name
    assert verify_ledger(member).entries == 5


def test_a_file_name_in_a_version_is_only_ever_a_name(lead: Client, member: Organisation) -> None:
    lead.post(url(member, "adopt-program"), adoption(document=SimpleUploadedFile('../../x".html', b"<script>")))
    row = EvidenceFile.objects.get()
    assert "/" not in row.name
    answer = lead.get(url(member, "evidence-file", row.sha256))
    answer.close()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_forms_take_no_other_method(lead: Client, member: Organisation) -> None:
    assert lead.post(url(member, "practices")).status_code == 405
    assert lead.put(url(member, "adopt-program")).status_code == 405


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("0001-01-01", "2026-01-02", "The year 1 is too long ago."),
        ("2026-01-02", "9999-12-31", "in the future."),
        ("2026-03-09", "2026-03-01", "The last day lies before the first."),
    ],
)
def test_a_breach_interval_that_cannot_be_asked_about_says_why(
    lead: Client, member: Organisation, first: str, last: str, words: str
) -> None:
    answers = {"breach_from": first, "breach_to": last}
    assert words in text_of(lead.get(url(member, "safe-harbor"), answers).content)
    record(member, "practice.answered", {"practice": PRACTICE, "answer": "yes"}, Recorder("system"))
    assert words in text_of(lead.post(url(member, "dossiers"), answers).content)


# Where gaps lead

ALL_CODES = (
    "organisation.not-described",
    "organisation.handling-unknown",
    "organisation.information-unknown",
    "program.not-adopted",
    "program.not-approved",
    "program.review-overdue",
    "program.changes-open",
    "program.safeguards.physical",
    "program.objectives.threats-or-hazards",
    "program.scale.cost-and-tools",
    "edition.none",
    "edition.not-conforming",
)


@pytest.mark.parametrize("code", [*ALL_CODES, "a.code-of-a-later-release"])
def test_every_gap_leads_to_a_page(adopted: Client, member: Organisation, code: str) -> None:
    step = step_for(Gap(code, "", "", (), ""), member.slug)
    response = adopted.get(step.url)
    assert response.status_code == 200
    if "#" in step.url:
        assert f'id="{step.url.partition("#")[2]}"' in response.content.decode()


@pytest.mark.parametrize("code", ["unanswered", "not-done", "partly-done", "no-evidence", "stale-evidence"])
def test_every_gap_of_a_practice_leads_to_a_page_about_it(lead: Client, member: Organisation, code: str) -> None:
    step = step_for(Gap(f"practice.{code}", "", "", (), "", PRACTICE), member.slug)
    assert load_practices().by_id[PRACTICE].title in lead.get(step.url).content.decode()


def test_following_the_next_step_closes_one_gap_after_another(lead: Client, member: Organisation) -> None:
    """From nothing to an answered program, only by what the pages propose."""
    taken = []
    for answers in (ORGANISATION, adoption(practices=[PRACTICE]), APPROVAL):
        gap = open_gaps(status_of(member, as_of=today()))[0]
        step = step_for(gap, member.slug)
        page = lead.get("/").content.decode()
        assert f'href="{step.url}"' in page
        assert f'href="{step.url}"' in lead.get(url(member, "safe-harbor")).content.decode()
        assert lead.post(step.url, answers).status_code == 302
        taken.append(gap.code)
    assert taken == ["organisation.not-described", "program.not-adopted", "program.not-approved"]
    assert open_gaps(status_of(member, as_of=today()))[0].code == "program.safeguards.administrative"


# What the lists say


def test_practices_open_with_how_many_are_shown(lead: Client, member: Organisation) -> None:
    assert "0 of 16 practices are answered yes and shown by fresh evidence; 16 are not answered." in text_of(
        lead.get(url(member, "practices")).content
    )
    old = (today() - timedelta(days=150)).isoformat()
    lead.post(url(member, "practice", PRACTICE), ANSWER)
    lead.post(
        url(member, "record-evidence"),
        {"practice": PRACTICE, "title": "Restored", "occurred_from": old, "note": "One folder."},
    )
    page = text_of(lead.get(url(member, "practices")).content)
    assert "1 lacks fresh evidence, 15 are not answered." in page
    assert "Stale no evidence for 150 days, 50 beyond what it allows" in page
    practice = text_of(lead.get(url(member, "practice", PRACTICE)).content)
    assert "Answered yes; no evidence for 150 days, 50 beyond what it allows." in practice
    assert "Silences on record" in practice
    assert "50 days ," in practice
    assert "151 days later" in practice or "150 days later" in practice


def test_what_the_program_promises_stands_first_and_is_marked_among_the_rest(
    adopted: Client, member: Organisation
) -> None:
    page = adopted.get(url(member, "practices")).content.decode()
    first, _heading, rest = page.partition("practices, by theme")
    promised = status_of(member, as_of=today()).promised
    assert len(promised) == 2
    for practice in load_practices().by_id:
        assert (url(member, "practice", practice) in first) is (practice in promised)
        assert url(member, "practice", practice) in rest
    assert rest.count(">promised</span>") == 2


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ({"theme": "access"}, "two-step-sign-in", "filter-mail"),
        ({"framework": "hipaa@2013"}, "hipaa-scope", "check-card-machines"),
        ({"theme": "cards", "framework": "pci-dss@4.0.1"}, "check-card-machines", "pci-dss-scope"),
        ({"open": "on", "theme": "mail-web"}, "filter-mail", "two-step-sign-in"),
    ],
)
def test_a_question_in_the_address_leaves_some_practices(
    lead: Client, member: Organisation, query: dict[str, str], there: str, not_there: str
) -> None:
    page = lead.get(url(member, "practices"), query).content.decode()
    assert url(member, "practice", there) in page
    assert url(member, "practice", not_there) not in page


@pytest.mark.parametrize("query", [{"theme": "witchcraft"}, {"framework": "nist-csf@9"}, {"framework": "x@y@z"}])
def test_an_unknown_theme_or_framework_is_refused_in_one_line_and_nothing_is_hidden(
    lead: Client, member: Organisation, query: dict[str, str]
) -> None:
    answer = lead.get(url(member, "practices"), query)
    assert answer.status_code == 422
    assert "One answer needs another look" in text_of(answer.content)
    assert url(member, "practice", "filter-mail") in answer.content.decode()


def test_a_framework_only_question_is_answered_and_shown_like_a_practice(lead: Client, member: Organisation) -> None:
    question = "hipaa-associate-contracts"
    assert lead.post(url(member, "practice", question), ANSWER).status_code == 302
    kept = {"practice": question, "title": "List of contracts", "occurred_from": today().isoformat(), "note": "Five."}
    assert lead.post(url(member, "record-evidence"), kept).status_code == 302
    assert "Answered yes; the newest evidence is fresh." in text_of(lead.get(url(member, "practice", question)).content)
    status = status_of(member, as_of=today())
    assert status.record.findings[question].is_shown
    assert question in status.questions
    assert question not in status.findings
    assert question not in {gap.practice for gap in open_gaps(status)}
    assert url(member, "practice", question) in lead.get(url(member, "practices")).content.decode()


def test_a_practice_says_where_it_counts_what_it_takes_and_what_comes_before(
    lead: Client, member: Organisation
) -> None:
    page = lead.get(url(member, "practice", "patch-on-time")).content.decode()
    text = text_of(page.encode())
    assert "PCI DSS 4.0.1 a part in" in text
    assert "PR.PS-02" in text
    assert "12 to 40 hours in the first year" in text
    assert url(member, "practice", "know-your-equipment") in page


def test_the_reach_of_the_practices_is_counted_for_each_edition_and_listed_for_one(
    lead: Client, member: Organisation
) -> None:
    every = lead.get(url(member, "practice-coverage")).content.decode()
    for name in carried_editions():
        assert url(member, "edition-practices", *name) in every
    one = text_of(lead.get(url(member, "edition-practices", "hipaa", "2013")).content)
    assert "Have contracts with business associates" in one
    assert lead.get(url(member, "edition-practices", "hipaa", "1998")).status_code == 404


def test_evidence_without_file_and_words_is_refused_beside_the_file(lead: Client, member: Organisation) -> None:
    response = lead.post(
        url(member, "record-evidence"), {"practice": PRACTICE, "title": "Restored", "occurred_from": "2026-03-02"}
    )
    beside = response.content.decode().partition('id="id_file_error"')[2].partition("</p>")[0]
    assert "Add a file, or describe what was done." in beside


def test_the_evidence_log_offers_corrections_only_to_those_who_keep_the_record(
    client: Client, analyst: User, desk: Organisation, adopted: Client, member: Organisation
) -> None:
    assert url(member, "correct-entry", 0) in adopted.get(url(member, "evidence")).content.decode()
    record(desk, "practice.answered", {"practice": PRACTICE, "answer": "yes"}, Recorder("system"))
    client.force_login(analyst)
    page = client.get(url(desk, "evidence")).content.decode()
    assert "/correct/" not in page
    assert url(desk, "record-evidence") not in page
