"""What leaves a desk about a reported mail: as a page offers it, over the API, for the reporter; and what does not."""

import base64
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from charteroak.intel.release_gate import review_release
from charteroak.portal.desk.exports import MOST_ON_PAGE
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.intelligence.models import OwnDomain
from charteroak.records.reports.models import Report
from charteroak.services.phish_papers import reporters_paper_file
from charteroak.services.reports import PhishReport, Reporter, file_phish_report
from charteroak.services.request_limits import DOCUMENTS, Limit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
PASSWORD = "correct horse battery staple"
MAIL = """\
Received: from mail.lure.example ([203.0.113.7]) by mx.elmhollow.example for <clerk.bell@elmhollow.example>; Sun, 01 Mar 2026 09:10:00 -0500
From: "Payroll" <pay@lure.example>
To: Clerk Bell <clerk.bell@elmhollow.example>
Subject: {subject}
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <1@lure.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Dear user, verify your password at once: <a href="http://login.lure.example/v">here</a>
--b
Content-Type: text/html; name="form.htm"
Content-Disposition: attachment; filename="form.htm"

<form action="http://login.lure.example/take"><input type=password></form>
--b--
"""  # noqa: E501 - fields stand on one line
PEOPLE = ("clerk", "bell", "elm hollow", "elmhollow", "mara")


@pytest.fixture
def member(add_organisation: Callable[..., Organisation]) -> Organisation:
    made = add_organisation("elm-hollow")
    made.name = "Town of Elm Hollow"
    made.save()
    return made


@pytest.fixture
def put(desk: Organisation, member: Organisation, add_person: Callable[..., User]) -> Callable[..., Report]:
    def file(
        subject: str = "Pay for Elm Hollow",
        disclosure: str = "desk-only",
        note: str = "Mara saw it.",
        message: str = MAIL,
    ) -> Report:
        person = User.objects.filter(first_name="Mara").first() or add_person("Mara", member)
        reporter = Reporter(user=person, organisation=member, name=str(person), contact=person.email)
        answers = PhishReport(
            message=message.format(subject=subject).encode(), outcome="blocked", disclosure=disclosure, note=note
        )
        return file_phish_report(answers, reporter, desk=desk)

    return file


@pytest.fixture
def at_desk(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


def taken(client: Client, report: Report, form: str, query: str = "") -> Any:
    return client.get(f"/desk/reports/{report.pk}/exports/report.{form}{query}")


@pytest.mark.parametrize("form", ["pdf", "docx", "txt", "md", "stix", "csv"])
def test_each_form_is_a_download_with_a_name_of_our_own(at_desk: Client, put: Callable[..., Report], form: str) -> None:
    report = put(subject='a"; filename="x.exe')
    answer = taken(at_desk, report, form)
    assert answer.status_code == 200
    ends = "stix.json" if form == "stix" else form
    assert answer.headers["Content-Disposition"] == f'attachment; filename="phish-report-{report.pk}.{ends}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content


@pytest.mark.parametrize("disclosure", ["desk-only", "anonymous"])
@pytest.mark.parametrize("form", ["txt", "md", "stix", "csv"])
def test_nobody_who_reported_or_received_it_leaves(
    at_desk: Client, put: Callable[..., Report], disclosure: str, form: str
) -> None:
    said = taken(at_desk, put(disclosure=disclosure), form).content.decode().lower()
    for word in PEOPLE:
        assert word not in said
    assert "lure" in said


def test_an_organization_that_agreed_is_named_in_the_document_and_in_no_data(
    at_desk: Client, put: Callable[..., Report]
) -> None:
    report = put(disclosure="named")
    assert "Organization: Town of Elm Hollow" in " ".join(taken(at_desk, report, "txt").content.decode().split())
    for form in ("stix", "csv"):
        assert "hollow" not in taken(at_desk, report, form).content.decode().lower()


def test_the_same_report_gives_the_same_bytes(at_desk: Client, put: Callable[..., Report]) -> None:
    report = put()
    for form in ("pdf", "docx", "txt", "stix", "csv"):
        assert taken(at_desk, report, form).content == taken(at_desk, report, form).content


def test_a_document_outlives_the_bytes_of_its_mail_and_says_so(
    at_desk: Client, put: Callable[..., Report], data_directory: Path
) -> None:
    report = put()
    (kept,) = (data_directory / "evidence").rglob(f"{report.message_sha256}*")
    kept.unlink()
    assert "no longer at hand" in " ".join(taken(at_desk, report, "txt").content.decode().split())


def test_a_bundle_is_marked_as_asked_and_red_leaves_in_none(at_desk: Client, put: Callable[..., Report]) -> None:
    report = put()
    document = json.loads(taken(at_desk, report, "stix", "?tlp=green").content)
    assert [one["name"] for one in document["objects"] if one["type"] == "marking-definition"] == ["TLP:GREEN"]
    assert taken(at_desk, report, "stix", "?tlp=red").status_code == 400
    assert taken(at_desk, report, "stix", "?tlp=pink").status_code == 404
    assert taken(at_desk, report, "exe").status_code == 404


def test_the_page_offers_each_form_and_names_what_the_gate_held_back(
    at_desk: Client, put: Callable[..., Report]
) -> None:
    report = put()
    page = at_desk.get(f"/desk/reports/{report.pk}/exports/").content.decode()
    for form in ("pdf", "docx", "txt", "md", "csv"):
        assert f"/exports/report.{form}" in page
    assert "stix?tlp=amber-strict" in page
    assert "tlp=red" not in page
    assert "It may tell who reported or received the mail." in page
    assert "not compared with the true form" in page


def test_the_page_of_a_mail_of_very_many_addresses_asks_the_gate_only_for_the_bundle(
    at_desk: Client, put: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    links = "".join(f'<a href="http://h{each}.lure.example/">x</a>' for each in range(MOST_ON_PAGE + 1))
    report = put(message=MAIL.replace("here</a>", f"here</a>{links}"))
    gate = review_release
    asked: list[object] = []

    def counted(*given: Any, **named: Any) -> object:
        asked.append(given)
        return gate(*given, **named)

    monkeypatch.setattr("charteroak.intel.mail_bundle.review_release", counted)
    page = " ".join(at_desk.get(f"/desk/reports/{report.pk}/exports/").content.decode().split())
    assert f"The mail holds {len((report.analysis or {})['observables'])} addresses and files." in page
    assert not asked
    assert taken(at_desk, report, "stix").status_code == 200
    assert len(asked) > MOST_ON_PAGE


CELLS = {
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+1",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)",
    "tab": "\t=1+1",
    "full width": "\uff1d1+1",
    "quote": '"=1+1',
    "semicolons": "a;=1+1",
    "unseen": "\u200b=1+1",
    "comma": 'a,"=1+1',
}


@pytest.mark.parametrize("subject", CELLS.values(), ids=CELLS)
def test_no_spreadsheet_calculates_a_subject(at_desk: Client, put: Callable[..., Report], subject: str) -> None:
    encoded = f"=?utf-8?b?{base64.b64encode(subject.encode()).decode()}?="
    put(subject=encoded)
    answer = at_desk.get("/desk/reports.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="phish-reports.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    for separator in (None, ";", "\t", "\n"):
        for cell in row["subject"].split(separator):
            assert not cell.lstrip(' "\u200b').startswith(("=", "+", "-", "@", "\uff1d"))


def test_the_list_withholds_a_subject_that_names_a_member(at_desk: Client, put: Callable[..., Report]) -> None:
    put(subject="Pay for Elm Hollow")
    said = at_desk.get("/desk/reports.csv").content.decode("utf-8-sig").lower()
    assert "withheld" in said
    for word in PEOPLE:
        assert word not in said


def test_a_subject_with_line_ends_adds_no_row_and_no_header(at_desk: Client, put: Callable[..., Report]) -> None:
    subject = f"=?utf-8?b?{base64.b64encode(b'x' + bytes([13, 10]) + b'Bcc: a@b.example,1,2').decode()}?="
    report = put(subject=subject)
    assert len(list(csv.reader(io.StringIO(at_desk.get("/desk/reports.csv").content.decode("utf-8-sig"))))) == 2
    answer = taken(at_desk, report, "txt")
    assert "Bcc" not in str(answer.headers)


def test_a_campaign_leaves_as_one_bundle(at_desk: Client, put: Callable[..., Report]) -> None:
    first = put(subject="Your pay is on hold")
    put(subject="Your pay is on hold again")
    first.refresh_from_db()
    assert first.campaign is not None
    answer = at_desk.get(f"/desk/campaigns/{first.campaign.pk}/campaign.stix?tlp=green")
    document = json.loads(answer.content)
    types = [one["type"] for one in document["objects"]]
    assert types.count("campaign") == 1
    assert types.count("report") == 2
    assert "hollow" not in answer.content.decode().lower()


def basic(user: User) -> dict[str, str]:
    proof = base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()
    return {"Authorization": f"Basic {proof}"}


def test_analysts_take_it_over_the_api(client: Client, put: Callable[..., Report], analyst: User) -> None:
    report = put()
    for form, kind in (("pdf", "application/pdf"), ("stix", "application/stix+json"), ("csv", "text/csv")):
        answer = client.get(f"/api/v1/phish/exports?report={report.pk}&form={form}", headers=basic(analyst))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_else_takes_anything_over_the_api(
    client: Client, put: Callable[..., Report], security_lead: User, analyst: User
) -> None:
    report = put()
    address = f"/api/v1/phish/exports?report={report.pk}&form=csv"
    assert client.get(address).status_code == 401
    assert client.get(address, headers={"Report-Receipt": report.receipt}).status_code == 401
    assert client.get(address, headers=basic(security_lead)).status_code == 404
    for query, status in (
        ("report=0&form=csv", 404),
        ("report=x&form=csv", 400),
        (f"report={report.pk}&form=exe", 400),
        (f"report={report.pk}&form=stix&tlp=pink", 400),
        (f"report={report.pk}&form=stix&tlp=red", 422),
    ):
        assert client.get(f"/api/v1/phish/exports?{query}", headers=basic(analyst)).status_code == status


def test_who_has_just_filed_takes_a_copy_with_blanks_for_their_name(client: Client) -> None:
    answers = {"link": "no", "password": "no", "file": "no", "disclosure": "anonymous", "token": "t" * 30}
    message = io.BytesIO(MAIL.format(subject="Pay").encode())
    message.name = "mail.eml"
    filed = client.post("/report/mail/", {**answers, "message": message})
    assert filed.status_code == 302, filed.content.decode()[-3000:]
    page = client.get("/report/filed/").content.decode()
    assert "/report/filed/report.pdf" in page
    said = " ".join(client.get("/report/filed/report.txt").content.decode().split())
    assert "Name of the person: [____ name, position ____]" in said
    spanish = {"accept-language": "es-US"}
    page = client.get("/report/filed/", headers=spanish).content.decode()
    assert "/report/filed/report.pdf?in=en" in page
    own = client.get("/report/filed/report.txt", headers=spanish).content.decode()
    assert "INFORME DE UN CORREO DE PHISHING" in own
    for_the_state = client.get("/report/filed/report.txt?in=en", headers=spanish).content.decode()
    assert " ".join(for_the_state.split()) == said
    assert client.get("/report/filed/report.stix").status_code == 404
    assert Client().get("/report/filed/report.txt").status_code == 302


def test_a_stranger_has_few_documents_typeset_and_any_as_text(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    few = Limit(DOCUMENTS.name, DOCUMENTS.span, by_session=5, by_network=1, by_everyone=5)
    monkeypatch.setattr("charteroak.portal.reports.paper.DOCUMENTS", few)
    answers = {"link": "no", "password": "no", "file": "no", "disclosure": "anonymous", "token": "t" * 30}
    assert client.post("/report/mail/", {**answers, "source": MAIL.format(subject="Pay")}).status_code == 302
    forms = ("docx", "pdf", "docx", "txt", "md")
    assert [client.get(f"/report/filed/report.{form}").status_code for form in forms] == [200, 429, 429, 200, 200]


BLIND = """\
Received: from mail.lure.example ([203.0.113.7]) by mx.hollowtown.example; Sun, 01 Mar 2026 09:10:00 -0500
From: "Payroll" <pay@lure.example>
To: undisclosed-recipients:;
Subject: Your mailbox at hollowtown.example
Date: Sun, 01 Mar 2026 09:11:58 -0500
Content-Type: text/html; charset=utf-8

<p>Verify your password: <a href="http://login.lure.example/elm-hollow/v?d=hollowtown.example">here</a>
<a href="https://www.hollowtown.example/">home</a>
"""


@pytest.mark.parametrize("disclosure", ["desk-only", "anonymous"])
@pytest.mark.parametrize("form", ["txt", "csv", "stix"])
def test_a_blind_lure_that_leads_to_the_members_own_site_does_not_name_it(
    at_desk: Client, put: Callable[..., Report], member: Organisation, disclosure: str, form: str
) -> None:
    OwnDomain.objects.create(organisation=member, domain="hollowtown.example")
    said = taken(at_desk, put(disclosure=disclosure, message=BLIND), form).content.decode().lower()
    assert "lure" in said
    for word in (*PEOPLE, "elm-hollow", "hollowtown"):
        assert word not in said


def test_an_organization_that_agreed_has_none_of_its_people_named(at_desk: Client, put: Callable[..., Report]) -> None:
    name = "".join(str(put().filed_by).split())
    said = taken(at_desk, put(subject=f"{name} of Elm Hollow", disclosure="named"), "txt").content.decode()
    assert "[receiving side] of Elm Hollow" in " ".join(said.split())
    assert name not in said


def test_the_name_of_a_campaign_tells_no_town_of_another_and_no_reporter_what_the_desk_knows(
    at_desk: Client, put: Callable[..., Report], add_organisation: Callable[..., Organisation]
) -> None:
    weston = add_organisation("weston")
    weston.name = "Town of Weston Falls"
    weston.save()
    report = put(subject="Your pay is on hold")
    put(subject="Your pay is on hold again")
    report.refresh_from_db()
    campaign = report.campaign
    assert campaign is not None
    assert f"It belongs to {campaign.name}" in " ".join(taken(at_desk, report, "txt").content.decode().split())
    campaign.name = "Weston Falls payroll fraud"
    campaign.save()
    report.refresh_from_db()
    said = " ".join(taken(at_desk, report, "txt").content.decode().split())
    assert "Weston" not in said
    assert f"It belongs to campaign {campaign.pk} of the desk, because:" in said
    copy = reporters_paper_file(report, "txt").content.decode()
    for word in ("Weston", "It belongs to", "same mail"):
        assert word not in copy
    listed = at_desk.get("/desk/reports.csv").content.decode("utf-8-sig")
    assert "Weston" not in listed
    assert f"campaign {campaign.pk} of the desk" in listed
