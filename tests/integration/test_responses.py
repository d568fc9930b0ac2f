"""What every answer carries, of whatever class it is; what cookies say; what a log line tells and what it keeps."""

import base64
import io
import logging
import re
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import HttpResponseBase
from django.test import Client

from charteroak.adapters.log_lines import EventFormatter
from charteroak.intel.audiences import Audience
from charteroak.receipts import make_receipt
from charteroak.records.accounts.models import Organisation, User
from charteroak.services import programs
from charteroak.services.sharing import NewCollection, open_collection
from charteroak.tlp import TLPLabel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
PASSWORD = "correct horse battery staple"
SECRET_WORDS = "the words of a fault"
TAXII = {"Accept": "application/taxii+json;version=2.1"}
BASIC = {"Authorization": "Basic " + base64.b64encode(f"lee@example.org:{PASSWORD}".encode()).decode()}
INCIDENT = {"step": "who", "outcome": "blocked", "summary": "A file was kept back.", "disclosure": "desk-only"}
Answer = Callable[[Client], HttpResponseBase]


def fails(*_arguments: object, **_keywords: object) -> None:
    raise RuntimeError(SECRET_WORDS)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that fails in a way that nobody foresaw."""
    monkeypatch.setattr("charteroak.portal.home.views.advice_for_anyone", fails)


@pytest.fixture
def someone(client: Client, security_lead: User) -> Client:
    """A browser in which the security lead is signed in, and which shows faults as pages."""
    client.force_login(security_lead)
    client.raise_request_exception = False
    return client


ANSWERS: dict[str, tuple[int, Answer]] = {
    "page": (200, lambda _: Client().get("/")),
    "page of a member": (200, lambda client: client.get("/organisations/elm-hollow-bakery/evidence/")),
    "form with a mistake": (422, lambda _: Client().post("/report/mail/", {})),
    "redirect": (302, lambda client: client.post("/language/", {"language": "es"})),
    "redirect to sign in": (302, lambda _: Client().get("/account/")),
    "sign-in page": (200, lambda _: Client().get("/account/sign-in/")),
    "absent": (404, lambda client: client.get("/organisations/none/evidence/")),
    "no address": (404, lambda _: Client().get("/nowhere/")),
    "no method": (405, lambda client: client.post("/")),
    "no token": (403, lambda _: Client(enforce_csrf_checks=True).post("/report/mail/", {})),
    "foreign host": (400, lambda client: client.get("/", headers={"Host": "evil.example"})),
    "too large": (400, lambda client: client.post("/report/mail/", {"source": "a" * (2 << 20)})),
    "download": (200, lambda client: client.get(f"/organisations/elm-hollow-bakery/evidence/files/{kept_file()}/")),
    "bundle": (200, lambda client: client.get("/intelligence/members.json")),
    "feed": (200, lambda _: Client().get("/taxii2/", headers=TAXII | BASIC)),
    "feed without a name": (401, lambda _: Client().get("/taxii2/", headers=TAXII)),
    "feed not acceptable": (
        406,
        lambda _: Client().get("/taxii2/", headers=BASIC),
    ),
    "feed not to be written": (405, lambda _: Client().post("/taxii2/")),
    "health": (200, lambda _: Client().get("/healthz")),
    "no security.txt": (404, lambda _: Client().get("/.well-known/security.txt")),
    "static file": (200, lambda _: Client().get("/static/charteroak.css")),
    "picture": (200, lambda _: Client().get("/static/leaf.svg")),
    "no static file": (404, lambda _: Client().get("/static/none.css")),
}


def kept_file(name: str = "list.txt", content: bytes = b"<script>alert(1)</script>") -> str:
    """A file of the bakery's evidence, by its digest."""
    organisation = Organisation.objects.get(slug="elm-hollow-bakery")
    evidence = programs.NewEvidence(
        practice=next(iter(programs.load_practices().by_id)),
        title="A list",
        occurred_from=organisation.created.date() - timedelta(days=1),
        files=(programs.UploadedFile(name, "text/html", io.BytesIO(content)),),
    )
    entry = programs.record_evidence(organisation, evidence, programs.Recorder("system"))
    return str(entry.evidence_files.get().sha256)


def check_headers(response: HttpResponseBase, *, is_static: bool = False) -> None:
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers
    assert ("no-store" in headers["Cache-Control"]) is not is_static
    if not is_static:
        assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_carries_the_headers(someone: Client, desk: Organisation, name: str) -> None:
    open_collection(desk, NewCollection("Members", "members", Audience.MEMBERS, TLPLabel.AMBER_STRICT))
    status, answer = ANSWERS[name]
    response = answer(someone)
    assert response.status_code == status
    check_headers(response, is_static=name in {"static file", "picture"})
    if response.streaming:
        b"".join(response)


@pytest.mark.usefixtures("broken")
def test_a_fault_carries_the_headers_and_says_nothing_about_itself() -> None:
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    check_headers(response)
    assert SECRET_WORDS not in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_an_installation_that_cannot_serve_carries_the_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charteroak.portal.operations.faults_of_installation", lambda: ["It is broken."])
    response = Client().get("/healthz")
    assert response.status_code == 503
    check_headers(response)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("list.txt", "list.txt"),
        ('a"; filename="evil.html', "a__ filename=_evil.html".replace("=", "_")),
        ("..\\..\\windows\\evil.exe", "evil.exe"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x=y.html", "a__Set-Cookie_ x_y.html"),
        ("invoice\u202etxt.exe", "invoice_txt.exe"),
        (".htaccess", "htaccess"),
        ("\x1b]0;owned\x07.txt", "__0_owned_.txt"),
        ("", "file"),
        ("é" * 400, "é" * 120),
    ],
)
def test_evidence_is_downloaded_under_a_harmless_name_and_never_rendered(
    someone: Client, name: str, shown: str
) -> None:
    content = b"<!doctype html><script>alert(document.cookie)</script>"
    sha256 = kept_file(name, content)
    response = someone.get(f"/organisations/elm-hollow-bakery/evidence/files/{sha256}/")
    disposition = response.headers["Content-Disposition"]
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert disposition.startswith("attachment; filename")
    assert "\n" not in disposition
    assert disposition.isascii()
    assert b"".join(response) == content
    kept = programs.EvidenceFile.objects.get(sha256=sha256)
    assert kept.name == shown


def test_types_that_uploads_claim_are_not_believed(someone: Client, member: Organisation) -> None:
    form = {
        "practice": next(iter(programs.load_practices().by_id)),
        "title": "A list",
        "occurred_from": "2026-02-01",
        "file": SimpleUploadedFile("page.html", b"<script>", content_type="text/html; charset=utf-7"),
    }
    assert someone.post(f"/organisations/{member.slug}/evidence/new/", form).status_code == 302
    kept = programs.EvidenceFile.objects.get()
    response = someone.get(f"/organisations/{member.slug}/evidence/files/{kept.sha256}/")
    assert response.headers["Content-Type"] == "application/octet-stream"
    b"".join(response)


def test_more_fields_or_files_than_a_form_has_are_refused(client: Client) -> None:
    many_fields = {f"field{number}": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert client.post("/report/incident/", many_fields).status_code == 400
    many_files = {
        f"file{number}": SimpleUploadedFile("a", b"x") for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)
    }
    refused = client.post("/report/mail/", many_files)
    assert refused.status_code == 400
    assert "more files than a form takes" in refused.content.decode()


# Cookies and sessions


def sign_in(client: Client, person: User, **answers: str) -> HttpResponseBase:
    return client.post("/account/sign-in/", {"username": person.username, "password": PASSWORD} | answers)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client, security_lead: User) -> None:
    client.get("/account/sign-in/")
    sign_in(client, security_lead)
    client.post("/language/", {"language": "es"})
    assert {"sessionid", "csrftoken", "django_language", "known-browser"} <= client.cookies.keys()
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert not cookie["domain"], name


def test_session_of_before_signing_in_is_no_session_after_it(client: Client, security_lead: User) -> None:
    store = SessionStore()
    store.create()
    client.cookies["sessionid"] = before = str(store.session_key)
    sign_in(client, security_lead)
    assert client.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/account/").status_code == 302


def test_session_that_someone_else_chose_is_not_taken(client: Client, security_lead: User) -> None:
    client.cookies["sessionid"] = "a" * 32
    sign_in(client, security_lead)
    assert client.cookies["sessionid"].value != "a" * 32


def test_session_is_gone_after_signing_out(client: Client, security_lead: User) -> None:
    sign_in(client, security_lead)
    stolen = client.cookies["sessionid"].value
    client.post("/account/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/account/").status_code == 302


@pytest.mark.parametrize("change", ["password", "inactive"])
def test_sessions_end_when_the_password_changes_or_the_account_is_closed(
    client: Client, security_lead: User, change: str
) -> None:
    sign_in(client, security_lead)
    assert client.get("/account/").status_code == 200
    if change == "password":
        security_lead.set_password(f"another {PASSWORD}")
    else:
        security_lead.is_active = False
    security_lead.save()
    assert client.get("/account/").status_code == 302


def test_session_ends_twelve_hours_after_signing_in_however_busy_it_was(client: Client, security_lead: User) -> None:
    with time_machine.travel("2026-11-20T08:00:00Z") as clock:
        sign_in(client, security_lead)
        for _ in range(11):
            clock.shift(timedelta(hours=1))
            client.post("/language/", {"language": "es"})
            client.post("/report/incident/", INCIDENT)
            assert client.get("/account/").status_code == 200
        clock.shift(timedelta(minutes=61))
        assert client.get("/account/").status_code == 302


def test_receipt_is_forgotten_by_a_strangers_browser_within_the_hour(client: Client) -> None:
    with time_machine.travel("2026-11-20T08:00:00Z") as clock:
        client.post("/report/incident/", INCIDENT)
        assert client.get("/report/filed/").status_code == 200
        clock.shift(timedelta(minutes=61))
        assert client.get("/report/filed/").headers["Location"] == "/report/status/"


def test_signing_in_needs_the_forms_token(security_lead: User) -> None:
    assert sign_in(Client(enforce_csrf_checks=True), security_lead).status_code == 403


def test_form_sent_from_another_site_is_refused(security_lead: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/account/sign-in/")
    token = client.cookies["csrftoken"].value
    for origin, status in (("http://testserver", 302), ("https://evil.example", 403), ("null", 403)):
        data = {"username": security_lead.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        response = client.post("/account/sign-in/", data, headers={"Origin": origin})
        assert response.status_code == status, origin
        token = client.cookies["csrftoken"].value


def test_json_that_passes_for_a_form_is_refused(security_lead: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(security_lead)
    body = '{"step": "who", "csrfmiddlewaretoken": "x"}'
    assert client.post("/report/incident/", body, content_type="text/plain").status_code == 403


# Settings and logs


def test_debugging_is_off_and_django_has_no_complaint_about_a_deployment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")
    assert settings.DEBUG is False
    call_command("check", deploy=True)
    warnings = set(re.findall(r"\((\w+\.W\d+)\)", capsys.readouterr().err))
    # Without TLS there is no HSTS and no Secure; a proxy redirects to TLS; with TLS none of these is left.
    assert warnings <= {"security.W004", "security.W008", "security.W012", "security.W016"}


def line_of(record: logging.LogRecord) -> str:
    return EventFormatter().format(record)


@pytest.mark.usefixtures("broken")
def test_a_fault_is_logged_with_its_place_and_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    Client(raise_request_exception=False).get("/?receipt=7QK3-M0ZD", headers={"User-Agent": "words of a stranger"})
    (record,) = [one for one in caplog.records if one.name == "django.request"]
    line = line_of(record)
    assert "500 GET route=home" in line
    assert "builtins.RuntimeError" in line
    assert "test_responses.py" in line
    for words in (SECRET_WORDS, "7QK3", "stranger", "127.0.0.1"):
        assert words not in line


def test_log_lines_of_other_libraries_keep_what_they_were_given_to_themselves() -> None:
    record = logging.LogRecord(
        "django.security.csrf", logging.WARNING, "/lib/csrf.py", 7, "Forbidden: %s", ("/x",), None
    )
    assert re.fullmatch(r"[-0-9T:]+Z WARNING django\.security\.csrf at /lib/csrf\.py:7", line_of(record))


def test_a_log_line_stays_one_line_whatever_a_message_holds() -> None:
    record = logging.LogRecord("charteroak.x", logging.INFO, "x.py", 1, "a\nb\x1b[2J\u202e", (), None)
    assert line_of(record).endswith("charteroak.x a?b?[2J?")


def test_a_fault_outside_of_a_request_is_one_too() -> None:
    try:
        fails()
    except RuntimeError:
        record = logging.LogRecord("charteroak.x", logging.ERROR, "x.py", 1, "It failed", (), sys.exc_info())
    assert SECRET_WORDS not in line_of(record)
    assert "builtins.RuntimeError" in line_of(record)


def test_signing_in_and_out_and_refusals_are_noted_without_names_or_addresses(
    client: Client, security_lead: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="charteroak.security")
    person = f"person=user:{security_lead.actor_id}"
    client.post("/account/sign-in/", {"username": "typed@example.org", "password": "typed in"})
    client.post("/account/sign-in/", {"username": security_lead.username, "password": "typed in"})
    sign_in(client, security_lead)
    client.get("/organisations/nobodys-place/evidence/")
    client.post("/account/sign-out/")
    Client().post("/report/status/", {"receipt": make_receipt(b"0123456789")})
    lines = [line_of(one).partition("charteroak.security ")[2] for one in caplog.records if "security" in one.name]
    assert lines == [
        "sign-in-failed person=stranger route=accounts:sign-in",
        f"sign-in-failed {person} route=accounts:sign-in",
        f"signed-in {person}",
        f"refused {person} GET route=programs:evidence",
        f"signed-out {person}",
    ]
    for words in ("typed", "example.org", "127.0.0.1", "nobodys-place", "Lee"):
        assert words not in "\n".join(lines)
