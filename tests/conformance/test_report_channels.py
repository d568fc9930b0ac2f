"""Five channels, one record: whatever way the same answers come, the bytes that are kept are the same to the last.

The web form asks seven questions and who reports; the sheet asks these and whether life is in danger; a file, a mail
and the API carry every answer of the field table. Where two channels both ask, what they keep is equal. What a sheet
and HTML cannot carry is ``CANNOT`` below; it is added with the receipt.
"""

import json
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from made_reports import report_documents, taken

from charteroak.cli.report_files import read_report
from charteroak.records.accounts.models import Membership, Organisation, RequestCount, User
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import field_table, parse_report, report_bytes
from charteroak.response.labelled_report import write_labelled
from charteroak.response.report_sheet import SHEET_POINTERS, keys_of_document, make_sheet_number
from charteroak.services.filed_reports import Reporter
from charteroak.services.report_intake import take_mail, take_record
from charteroak.services.sheet_keying import file_sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

WEB = frozenset(
    {
        "/outcome", "/narrative", "/noticed", "/kinds", "/technicalContact", "/helpWanted", "/disclosure",
        "/entity/name", "/reporter/name", "/reporter/email",
    }
)  # fmt: skip
"""What the two steps of the page ask somebody without an account; the rest follows with the receipt."""
CANNOT = {
    "sheet": {field.pointer for field in field_table()} - SHEET_POINTERS - {"/language"},
    "text and mail in HTML": {"two blanks in a row, which HTML makes one"},
}
SETTINGS = settings(
    max_examples=5,
    # The database is emptied after all examples, and none of them asks for an empty one.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
ENCODINGS = st.sampled_from(["base64", "quoted-printable", "8bit"])


@pytest.fixture
def analyst(add_organisation: Any, add_person: Any) -> User:
    person: User = add_person("Ada", add_organisation("state-desk", part="desk"), Membership.Role.ANALYST)
    return person


def kept(row: Report) -> bytes:
    return bytes(row.versions.get(number=1).record or b"")


def by_api(client: Client, document: dict[str, Any], number: int) -> Report:
    body = json.dumps(document, ensure_ascii=bool(number % 2), indent=number % 3 or None)
    RequestCount.objects.all().delete()  # the limits on strangers are another test's
    answer = client.post(
        "/api/v1/reports", body, content_type="application/json", headers={"Idempotency-Key": f"{number:032}"}
    )
    assert answer.status_code in {200, 201}, answer.json()
    return Report.objects.get(receipt=answer.json()["receipt"])


def by_mail(document: dict[str, Any], encoding: str, language: Any = "en") -> Report:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "clerk@ashford.example", "desk@example.org", "report"
    mail.set_content(write_labelled(document, language), cte=encoding)
    return take_mail(mail.as_bytes(policy=mail.policy.clone(utf8=True)))[0]


def by_file(document: dict[str, Any], path: Any) -> tuple[Report, Report]:
    (path / "report.json").write_bytes(json.dumps(document, indent=1).encode())
    (path / "report.txt").write_text(write_labelled(document), encoding="utf-8", newline="\r\n")
    return (
        take_record(read_report(path / "report.json"), Reporter()),
        take_record(read_report(path / "report.txt"), Reporter()),
    )


def by_sheet(document: dict[str, Any], analyst: User) -> Report:
    desk = Organisation.objects.get(part="desk")
    return file_sheet(desk, make_sheet_number(b"sheet!"), keys_of_document(document), analyst)


def by_page(client: Client, document: dict[str, Any]) -> Report:
    noticed = document.get("noticed", {}).get("at", "")
    reporter = document.get("reporter", {})
    RequestCount.objects.all().delete()
    answer = client.post(
        reverse("reports:incident"),
        {
            "step": "who",
            "outcome": document["outcome"],
            "summary": document["narrative"].replace("\n", "\r\n"),
            "detected_0": noticed[:10],
            "detected_1": noticed[11:16],
            "category": (document.get("kinds") or [""])[0],
            "technical_contact": document.get("technicalContact", ""),
            "help_wanted": document["helpWanted"],
            "disclosure": document["disclosure"],
            "entity": document.get("entity", {}).get("name", ""),
            "name": reporter.get("name", ""),
            "contact": reporter.get("email", ""),
        },
    )
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    shown = client.get(answer.headers["Location"]).context["report"]
    assert isinstance(shown, Report)
    return shown


@SETTINGS
@given(report_documents(), ENCODINGS, st.integers(0, 10**6))
def test_file_text_mail_and_api_keep_the_same_bytes_of_any_report(
    client: Client, analyst: User, tmp_path: Any, document: dict[str, Any], encoding: str, number: int
) -> None:
    assert analyst.pk
    made = taken(document)
    assume(made is not None)
    assert made is not None
    assume(made.get("reportType", "initial") == "initial")
    expected = report_bytes(parse_report(made))
    rows = [
        by_api(client, made, number),
        by_mail(made, encoding),
        by_mail(made, encoding, "es"),
        *by_file(made, tmp_path),
    ]
    assert [kept(row) for row in rows] == [expected] * len(rows)


@SETTINGS
@given(
    report_documents(SHEET_POINTERS, lines=False),
    st.sampled_from(["none", "advice", "urgent"]),
    st.sampled_from([None, "2026-03-01", "2026-03-01T09:15"]),
    ENCODINGS,
    st.integers(0, 10**6),
)
def test_all_five_channels_keep_the_same_bytes_of_what_all_of_them_ask(
    analyst: User, tmp_path: Any, document: dict[str, Any], wanted: str, noticed: str | None, encoding: str, number: int
) -> None:
    client = Client()
    asked = {name: value for name, value in document.items() if f"/{name}" in WEB or name == "entity"}
    asked |= {"helpWanted": wanted, "noticed": noticed, "language": "en"}
    asked["kinds"] = [kind for kind in document.get("kinds", []) if kind in WEB_KINDS][:1] or None
    asked["entity"] = {"name": "Town of Ashford"} if "entity" in document else {}
    asked["reporter"] = {"name": "Mara Stone", "email": "mara@ashford.example"} if document.get("reporter") else {}
    if asked["disclosure"] == "anonymous":
        asked |= {"entity": {}, "reporter": {}, "technicalContact": None}
    made = taken(asked)
    assume(made is not None)
    assert made is not None
    expected = report_bytes(parse_report(made))
    rows = {
        "page": by_page(client, made),
        "sheet": by_sheet(made, analyst),
        "api": by_api(client, made, number),
        "mail": by_mail(made, encoding),
        "file": by_file(made, tmp_path)[0],
        "text": by_file(made, tmp_path)[1],
    }
    assert {name: kept(row) for name, row in rows.items()} == dict.fromkeys(rows, expected)


WEB_KINDS = frozenset(
    {"ransomware", "malware", "account", "fraud", "data", "service", "intrusion", "lost-device", "other"}
)


def test_an_answer_in_an_html_mail_keeps_the_same_bytes(analyst: User) -> None:
    assert analyst.pk
    document = {"outcome": "blocked", "narrative": "A <b> & a mail.\nNobody opened it.", "disclosure": "desk-only"}
    page = "<html><body><p>Hello,</p>" + "".join(
        f"<div>{line.replace('&', '&amp;').replace('<', '&lt;')}</div>" for line in write_labelled(document).split("\n")
    )
    mail = EmailMessage()
    mail["From"], mail["To"] = "clerk@ashford.example", "desk@example.org"
    mail.set_content(page, subtype="html", charset="iso-8859-1")
    assert kept(take_mail(mail.as_bytes())[0]) == report_bytes(parse_report(document))


def test_what_a_sheet_cannot_carry_is_known() -> None:
    assert "/systems/function" in CANNOT["sheet"]
    assert {field.pointer for field in field_table()} >= SHEET_POINTERS
