"""Every hostile mail that can be reported: no script in a page, no formula in a list, no act in a file made of it.

Cases of a megabyte and more are left to ``benchmarks/hostile_mail.py``, which shows them through the same functions.
"""

import csv
import io
import json

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser
from tests.simulators import hostile_files, hostile_mail, hostile_messages
from tests.simulators.made_mail import LURES

from charteroak.records.accounts.models import Organisation, User
from charteroak.services.filed_reports import Reporter
from charteroak.services.reports import PhishReport, ReportInputError, file_phish_report

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("data_directory")]

MOST_BYTES = 1_000_000
CASES = {
    **hostile_messages.CASES,
    **hostile_mail.CASES,
    **hostile_files.CASES,
    **{name: lure.build for name, lure in LURES.items()},
}
FORMS = ("txt", "stix", "csv")
AS_PDF = {"script_in_every_field", "subject_that_is_a_formula", "links_that_are_scripts", "spanish_lure"}
"""A PDF takes seconds to set; it is made from the same words as the text."""
NEVER = "script, style, iframe, object, embed, math, meta, base, link, form[action^=http], video, [srcdoc], [srcset]"


@pytest.mark.parametrize("name", CASES)
def test_nothing_of_it_acts_in_any_view(name: str, client: Client, analyst: User, desk: Organisation) -> None:
    data = CASES[name]()
    if len(data) > MOST_BYTES:
        pytest.skip("large: shown in the hostile table")
    try:
        report = file_phish_report(PhishReport(message=data, outcome="unsuccessful"), Reporter(), desk=desk)
    except ReportInputError:
        # What is no mail is refused; there is nothing to view.
        return
    client.force_login(analyst)
    root = f"/desk/reports/{report.pk}/"
    for address in (root, f"{root}mail/", f"{root}exports/", "/desk/"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        main = LexborHTMLParser(answer.content.decode()).css_first("main")
        assert main is not None
        assert not [node.html for node in main.css(NEVER)], address
        for node in main.css("*"):
            assert not [key for key in node.attributes if key.startswith("on")], node.html
            for key in ("href", "src", "action", "formaction", "data"):
                value = node.attributes.get(key) or "/"
                assert value.startswith(("/", "#", "?")), node.html
                assert not value.startswith("//"), node.html
    for form in (*FORMS, "pdf") if name in AS_PDF else FORMS:
        answer = client.get(f"{root}exports/report.{form}")
        assert answer.status_code == 200, form
        content = b"".join(answer) if answer.streaming else answer.content
        assert "attachment" in answer.headers["Content-Disposition"]
        _assert_inert(form, content)
    _assert_inert("csv", client.get("/desk/reports.csv").content)


def _assert_inert(form: str, content: bytes) -> None:
    match form:
        case "csv":
            for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
                assert not [cell for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}], row
        case "stix":
            bundle = json.loads(content)
            patterns = [each["pattern"] for each in bundle["objects"] if "pattern" in each]
            for pattern in patterns:
                # Outside of its quoted strings a pattern of ours has one comparison and nothing else.
                outside = "".join(pattern.replace("\\\\", "").replace("\\'", "").split("'")[::2])
                assert " OR " not in outside, pattern
                assert outside.startswith("["), pattern
        case "pdf":
            assert content.startswith(b"%PDF-")
            assert b"/JavaScript" not in content
            assert b"/Launch" not in content
        case _:
            text = content.decode("utf-8")
            assert not [character for character in text if ord(character) < 32 and character not in "\n\r\t\f"]
