import base64
import json
from pathlib import Path

import pytest

from charteroak.mail import Analysis, Verdict, analyze
from charteroak.mail.analysis import AnalysisStatus, analyze_all
from charteroak.mail.identity import ProtectedNames, protected_names
from charteroak.mail.protected_name import Training

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "src" / "charteroak" / "services" / "sample_data" / "mail"
ASSETS = ROOT / "tests" / "assets" / "mail"
KEYS = {
    "path",
    "sha256",
    "status",
    "verdict",
    "score",
    "signals",
    "authentication",
    "observables",
    "attachments",
    "defects",
}
CLERK = "clerk@cedar-landing.example"


def mail(
    body: str, *, sender: str = "A <a@lure.example>", to: str = CLERK, more: str = "", type_: str = "text/plain"
) -> bytes:
    head = f"From: {sender}\nTo: {to}\nSubject: hello\n{more}MIME-Version: 1.0\n"
    return f"{head}Content-Type: {type_}; charset=utf-8\n\n{body}\n".encode()


def attached(name: str, content: str) -> bytes:
    equals = "" if name.startswith("*") else "="
    return mail(content, more=f"Content-Disposition: attachment; filename{equals}{name.replace('*', '*=', 1)}\n")


def signals(data: bytes) -> set[str]:
    return {signal.id for signal in analyze(data).signals}


def values(analysis: Analysis) -> set[str]:
    return {seen.observable.value for seen in analysis.observables}


def document(data: bytes, **options: tuple[str, ...]) -> str:
    return json.dumps(analyze(data, **options).to_json("x"), ensure_ascii=False)


@pytest.mark.parametrize("name", ["phish-1.eml", "phish-2.eml"])
def test_sample_lure_is_phishing_with_its_site_as_observables(name: str) -> None:
    analysis = analyze((SAMPLES / name).read_bytes())
    assert analysis.status is AnalysisStatus.ANALYZED
    assert analysis.verdict is Verdict.PHISHING
    assert {
        "login.payroll-quickpay.example",
        "payroll-quickpay.example",
        "https://login.payroll-quickpay.example/direct-deposit/confirm",
    } <= values(analysis)
    assert len({signal.id for signal in analysis.signals}) == len(analysis.signals)


@pytest.mark.parametrize(
    ("name", "person"),
    [("phish-1.eml", "june.whitlock@cedar-landing.example"), ("phish-2.eml", "marcus.feld@harborview-schools.example")],
)
def test_recipient_is_nowhere_in_the_answer_about_a_sample(name: str, person: str) -> None:
    text = document((SAMPLES / name).read_bytes(), reporters=(person,)).lower()
    assert person not in text
    assert base64.urlsafe_b64encode(person.encode()).decode().rstrip("=").lower() not in text
    assert person.partition("@")[2] not in {seen["value"] for seen in json.loads(text)["observables"]}


def test_document_has_the_promised_keys() -> None:
    found = analyze((SAMPLES / "phish-1.eml").read_bytes()).to_json("phish-1.eml")
    assert found.keys() >= KEYS
    for seen in found["observables"]:  # type: ignore[attr-defined]
        assert seen.keys() == {"type", "value", "defanged", "sources"}
    for signal in found["signals"]:  # type: ignore[attr-defined]
        assert signal.keys() == {"id", "points", "explanation", "where", "technique", "mentions"}
    for claim in found["authentication"]:  # type: ignore[attr-defined]
        assert claim.keys() >= {"method", "result", "claimedBy", "trusted"}


@pytest.mark.parametrize("mark", ["X-PHISHTEST: x", "DHS-Phish: 1", "X-Gophish-Contact: a@b.example"])
def test_a_mark_that_anybody_can_write_changes_neither_points_nor_verdict(mark: str) -> None:
    lure = mail("Verify your account within 24 hours or it will be suspended: https://o.example/")
    marked = lure.replace(b"Subject:", mark.encode() + b"\nSubject:")
    alone, claimed = analyze(lure), analyze(marked)
    assert alone.verdict is claimed.verdict is Verdict.PHISHING
    assert alone.score == claimed.score
    assert "Anybody can write that" in next(s.explanation for s in claimed.signals if s.id == "simulation-marker")


def test_mark_of_an_exercise_does_not_excuse_a_program() -> None:
    more = 'X-PHISHTEST: yes\nContent-Disposition: attachment; filename="invoice.pdf.exe"\n'
    assert analyze(mail("MZ", more=more)).verdict is Verdict.PHISHING


EXERCISE = (ASSETS / "exercise-with-training-mark.eml").read_bytes()
TRAININGS = (Training("Drill", frozenset({"training.example"}), frozenset({"mx.cedar-landing.example"})),)
WITH_TRAININGS = protected_names().and_also((), TRAININGS)
CONFIRMATION = b"Authentication-Results: mx.cedar-landing.example; dkim=pass header.d=mail.training.example\n"


def test_an_exercise_is_one_where_the_own_server_confirms_a_vendor_that_the_operator_named() -> None:
    analysis = analyze(CONFIRMATION + EXERCISE, protected=WITH_TRAININGS)
    assert analysis.verdict is Verdict.SIMULATION
    said = next(one.explanation for one in analysis.signals if one.id == "simulation-confirmed")
    assert "mail.training.example" in said
    assert "Drill" in said


@pytest.mark.parametrize(
    ("data", "protected"),
    [
        (EXERCISE, WITH_TRAININGS),
        (CONFIRMATION + EXERCISE, protected_names()),
        (CONFIRMATION.replace(b"=pass", b"=fail") + EXERCISE, WITH_TRAININGS),
        (CONFIRMATION.replace(b"mail.training.example", b"nottraining.example") + EXERCISE, WITH_TRAININGS),
        (CONFIRMATION.replace(b": mx.", b": mx2.") + EXERCISE, WITH_TRAININGS),
        (EXERCISE.replace(b"From:", CONFIRMATION + b"From:").replace(b"by mx.cedar", b"by mx.other"), WITH_TRAININGS),
        (CONFIRMATION + EXERCISE.partition(b"\n")[2], WITH_TRAININGS),
        (
            CONFIRMATION.replace(b"=pass header.d=mail.training", b"=pass header.d=lure")
            + EXERCISE.replace(b"From:", CONFIRMATION + b"From:"),
            WITH_TRAININGS,
        ),
        (
            b"Authentication-Results: mx.cedar-landing.example; spf=none\n"
            + EXERCISE.replace(b"From:", CONFIRMATION + b"From:"),
            WITH_TRAININGS,
        ),
        (
            EXERCISE.replace(
                b"From:", b"Authentication-Results: mx.cedar-landing.example; none\n" + CONFIRMATION + b"From:"
            ),
            WITH_TRAININGS,
        ),
        (
            CONFIRMATION.replace(
                b"dkim=pass header.d=mail.training.example",
                b'spf=pass smtp.mailfrom="a@training.example b"@lure.example',
            )
            + EXERCISE,
            WITH_TRAININGS,
        ),
        (CONFIRMATION + EXERCISE.replace(b"X-PHISHTEST", b"X-Other"), WITH_TRAININGS),
    ],
    ids=[
        "nothing confirms it",
        "no vendor named",
        "signature failed",
        "another domain",
        "another server",
        "a stranger's relay on top",
        "no relay at all",
        "written by the sender below the own result",
        "written by the sender, of a method that the own result leaves out",
        "written by the sender, right below an own result that says nothing",
        "the vendor's domain quoted in the sender's address",
        "a vendor's mail without its mark",
    ],
)
def test_what_is_not_confirmed_keeps_the_verdict_of_its_points(data: bytes, protected: ProtectedNames) -> None:
    assert analyze(data, protected=protected).verdict is Verdict.PHISHING


def test_ordinary_mail_is_never_called_safe() -> None:
    analysis = analyze(mail("The minutes of the meeting follow on Tuesday."))
    assert analysis.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert analysis.score == 0
    assert analysis.signals == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no-header-block"),
        (b"\x1f\x8b\x08\x00truncated", "no-header-block"),
        (b"a note\nwith lines\n", "no-header-block"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "outlook-msg"),
    ],
)
def test_what_is_no_mail_is_unreadable_and_says_why(data: bytes, code: str) -> None:
    analysis = analyze(data)
    assert analysis.status is AnalysisStatus.UNREADABLE
    assert analysis.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert [defect.kind.code for defect in analysis.defects] == [code]


def test_encrypted_message_is_partial() -> None:
    analysis = analyze(mail("x", type_="application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"))
    assert analysis.status is AnalysisStatus.PARTIAL
    assert "encrypted" in {defect.kind.code for defect in analysis.defects}


def test_recipients_of_every_kind_never_become_observables() -> None:
    link = (
        "https://lure.example/?to=second@town.example https://lure.example/third@town.example/x https://lure.example/ok"
    )
    data = mail(
        f"{link}\nwrite to mailto:fourth@town.example",
        sender=f"Boss <{CLERK}>",
        to=f"{CLERK}, second@town.example",
        more="Cc: third@town.example\nDelivered-To: fourth@town.example\nReply-To: second@town.example\n",
    )
    text = document(data)
    for person in (CLERK, "second@town.example", "third@town.example", "fourth@town.example"):
        assert person not in text
    assert "https://lure.example/ok" in values(analyze(data))


def test_forging_the_to_field_does_not_hide_the_senders_site() -> None:
    assert "lure.example" in values(analyze(mail("https://lure.example/a", to="x@lure.example")))


def test_domains_of_protected_names_and_of_everybody_are_not_handed_out() -> None:
    body = "https://www.paypal.com/a https://bit.ly/abc https://docs.google.com/forms/x https://victim.pages.dev/login"
    found = values(analyze(mail(body, sender="A <a@gmail.com>")))
    assert "https://bit.ly/abc" in found
    assert "https://docs.google.com/forms/x" in found
    assert "victim.pages.dev" in found
    assert "a@gmail.com" in found
    assert not found & {
        "paypal.com",
        "www.paypal.com",
        "bit.ly",
        "docs.google.com",
        "google.com",
        "pages.dev",
        "gmail.com",
    }


def test_gateway_links_are_unwrapped_and_never_handed_out() -> None:
    wrapped = f"https://nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flure.example%2Fa&data=05%7C{CLERK}"
    assert values(analyze(mail(wrapped))) >= {"https://lure.example/a", "lure.example"}
    assert "safelinks" not in document(mail(wrapped))


def test_report_around_a_message_is_about_the_message_and_shields_the_reporter() -> None:
    inner = mail("https://lure.example/a\nverify your account", sender="Bank <x@lure.example>", to=CLERK)
    data = (
        b"From: June <june@cedar-landing.example>\nTo: soc@desk.example\nSubject: Fwd: odd\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nIs this real?\n"
        b"--B\nContent-Type: message/rfc822\n\n" + inner + b"\n--B--\n"
    )
    analysis = analyze(data)
    assert analysis.is_forwarded_report
    assert "x@lure.example" in analysis.sender
    assert "https://lure.example/a" in values(analysis)
    assert "june@" not in document(data)
    assert "soc@desk.example" not in document(data)


def test_lure_cannot_hide_behind_a_harmless_attached_message() -> None:
    inner = mail("nothing to see")
    data = (
        b"From: Bank <x@lure.example>\nTo: c@town.example\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nhttps://lure.example/a\n"
        b"--B\nContent-Type: message/rfc822\n\n" + inner + b"\n--B--\n"
    )
    analysis = analyze(data)
    assert not analysis.is_forwarded_report
    assert "x@lure.example" in analysis.sender
    assert "https://lure.example/a" in values(analysis)
    # Whoever sent it may yet be somebody who reported.
    assert "x@lure.example" not in values(analysis)


def test_report_of_several_messages_gives_an_answer_for_each() -> None:
    part = b"--B\nContent-Type: message/rfc822\n\n"
    one, two = mail("https://one.example/"), mail("https://two.example/")
    head = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n"
    data = head + part + one + b"\n" + part + two + b"\n--B--\n"
    assert ["one.example" in values(each) for each in analyze_all(data)] == [True, False]
    assert analyze(data).status is AnalysisStatus.PARTIAL


def test_claims_and_types_that_hold_an_address_or_nonsense_are_cleaned() -> None:
    more = f"Authentication-Results: {CLERK}; spf=pass\nReceived-SPF: {CLERK} fail\n"
    data = mail("x", more=more, type_=f"appli\x1bcation/{CLERK}; name=a.bin")
    assert CLERK not in document(data)
    assert "\\u001b" not in document(data)


def test_injected_header_lines_stay_inside_the_subject() -> None:
    data = b"From: a@b.example\nSubject: =?utf-8?Q?x=0D=0ABcc:_victim@town.example?=\n\nbody"
    assert analyze(data).subject == "x Bcc: victim@town.example"


def test_forged_result_is_a_claim_and_a_trusted_one_lowers_the_score() -> None:
    line = "Authentication-Results: mx.town.example; dmarc=pass header.from=lure.example\n"
    data = mail("verify your account within 24 hours at https://lure.example/", more=line)
    trusted = analyze(data, trusted_receivers=["mx.town.example"])
    assert "sender-confirmed" not in signals(data)
    assert [claim.trusted for claim in analyze(data).authentication] == [False]
    assert "sender-confirmed" in {signal.id for signal in trusted.signals}
    assert trusted.score < analyze(data).score


@pytest.mark.parametrize(
    ("signal", "data"),
    [
        ("display-name-brand", mail("x", sender="PayPal <a@lure.example>")),
        ("display-name-address", mail("x", sender='"help@bank.example" <a@lure.example>')),
        ("role-from-free-mail", mail("x", sender="Payroll Office <a@gmail.com>")),
        ("sender-look-alike", mail("x", sender="A <a@paypa1.com>")),
        ("sender-imitates-reader", mail("x", sender="A <a@cedar-landlng.example>")),
        ("sender-foreign-letters", mail("x", sender="A <a@xn--pypal-4ve.com>")),
        ("sender-is-reader", mail("x", sender=CLERK)),
        ("several-senders", mail("x", sender="a@lure.example, b@other.example")),
        ("sender-address-broken", mail("x", sender="A <a at lure>")),
        ("reply-elsewhere", mail("x", more="Reply-To: b@other.example\n")),
        ("reply-to-free-mail", mail("x", more="Reply-To: b@gmail.com\n")),
        ("authentication-failed", mail("x", more="Received-SPF: fail (x)\n")),
        ("hidden-letters", mail("p\u0430ypal")),
        ("link-shows-other-site", mail('<a href="https://lure2.example">www.bank.com</a>', type_="text/html")),
        ("link-look-alike", mail("https://paypa1.com/")),
        ("link-brand-in-host", mail("https://paypal.com.lure.example/")),
        ("link-imitates-reader", mail("https://cedar-landlng.example/")),
        ("link-to-number", mail("http://8.8.8.8/")),
        ("link-foreign-letters", mail("https://xn--bcher-kva.example/")),
        ("link-shortened", mail("https://bit.ly/x")),
        ("link-free-hosting", mail("https://x.pages.dev/")),
        ("link-with-user-name", mail("https://bank.com@lure.example/")),
        ("link-redirected", mail("https://www.google.com/url?q=https%3A%2F%2Flure.example")),
        ("link-odd-port", mail("https://lure.example:8443/")),
        ("link-knows-reader", mail(f"https://other.example/?e={CLERK}")),
        ("link-to-program", mail("https://lure.example/a.exe")),
        ("link-active-code", mail('<a href="javascript:x()">y</a>', type_="text/html")),
        ("links-away-from-sender", mail("https://other.example/")),
        ("form-in-message", mail('<form action="https://other.example/">', type_="text/html")),
        ("password-field", mail("<input type=password>", type_="text/html")),
        ("base-address", mail("<base href=https://other.example/>", type_="text/html")),
        ("image-instead-of-text", mail('<a href="https://o.example"><img src="cid:x"></a>', type_="text/html")),
        ("asks-for-credentials", mail("verify your account")),
        ("threatens-loss", mail("it will be suspended")),
        ("presses-for-time", mail("within 24 hours")),
        ("about-payroll", mail("your direct deposit")),
        ("asks-for-payment", mail("buy gift cards")),
        ("promises-windfall", mail("the state lottery")),
        ("extorts", mail("i recorded you")),
        ("about-mailbox", mail("your mailbox is full")),
        ("offers-document", mail("shared a document")),
        ("about-parcel", mail("your parcel")),
        ("impersonal-greeting", mail("Dear customer")),
        ("asks-for-call", mail("call our toll-free number")),
        ("pressure-and-link", mail("urgent: your parcel https://o.example/")),
        ("file-program", attached("a.exe", "x")),
        ("file-double-ending", attached("a.pdf.exe", "x")),
        ("file-name-turned-around", attached("*utf-8''a%E2%80%AEfdp.exe", "x")),
        ("file-differs-from-name", attached("a.pdf", "MZ")),
        ("file-web-page", attached("a.html", "x")),
        ("file-web-page-with-form", attached("a.html", "<form>")),
        ("file-macros", attached("a.docm", "x")),
        ("file-disk-image", attached("a.iso", "x")),
        ("simulation-marker", mail("x", more="X-PhishMe: 1\n")),
    ],
)  # fmt: skip
def test_each_signal_is_found_where_it_is(signal: str, data: bytes) -> None:
    assert signal in signals(data)


def test_newsletter_that_counts_clicks_on_its_own_site_is_not_blamed() -> None:
    data = mail('<a href="https://click.lure.example/?x=1">www.news.com</a>', type_="text/html")
    assert "link-shows-other-site" not in signals(data)


def test_letters_that_are_turned_around_are_a_signal_and_turn_nothing_that_is_shown() -> None:
    answer = analyze(mail("Please see.", sender="\u202elaPyaP <a@mailer.example>"))
    assert "hidden-letters" in {signal.id for signal in answer.signals}
    assert "\u202e" not in document(mail("Please see.", sender="\u202elaPyaP <a@mailer.example>"))


def test_a_subject_that_turns_itself_around_is_told_with_the_number_of_what_turns_it() -> None:
    answer = analyze(mail("Please see.").replace(b"hello", "invoice\u202egpj.exe".encode(), 1))
    assert answer.subject == "invoice[U+202E]gpj.exe"


@pytest.mark.parametrize("letter", ["\u202c", "\u2069", "\u200b", "\u00ad"])
def test_an_invisible_character_in_a_recipients_address_or_name_does_not_bring_them_out(letter: str) -> None:
    to = "Jane Roe <jane.roe@cedar-landing.example>"
    subject = f"Ja{letter}ne Roe, jane.r{letter}oe@cedar-landing.example"
    answer = analyze(mail("Please see.", to=to).replace(b"hello", subject.encode(), 1))
    assert answer.subject.count("[recipient]") == 2
    assert "oe" not in answer.subject


def test_a_mail_that_is_signed_as_a_whole_is_unread_and_not_called_encrypted() -> None:
    signed = base64.b64encode(bytes.fromhex("308006092a864886f70d010702") + b"Content-Type: text/plain").decode()
    more = "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7m\n"
    answer = analyze(mail(signed, more=more, type_="application/pkcs7-mime"))
    codes = {defect.kind.code for defect in answer.defects}
    assert "file-kind-not-opened" in codes
    assert "encrypted" not in codes
