import base64
from urllib.parse import quote

import pytest

from charteroak.mail.analysis import AnalysisStatus, analyze
from charteroak.mail.unwrap import hidden_addresses, hides_too_many, is_gateway_link, is_still_wrapped, unwrap

TARGET = "https://login.lure.example/a?b=c"
QUOTED = "https%3A%2F%2Flogin.lure.example%2Fa%3Fb%3Dc"


@pytest.mark.parametrize(
    "wrapped",
    [
        f"https://nam02.safelinks.protection.outlook.com/?url={QUOTED}&data=05%7Cclerk%40town.example&sdata=x&reserved=0",
        "https://urldefense.proofpoint.com/v1/url?u=" + QUOTED + "&k=x",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__login.lure.example_a-3Fb-3Dc&d=DwMF&c=x&r=y",
        "https://urldefense.com/v3/__https://login.lure.example/a?b=c__;!!abc!xyz$",
        "https://urldefense.com/v3/__https:/login.lure.example/a*b=c__;Pw!!abc!xyz$",
        "https://linkprotect.cudasvc.com/url?a=" + QUOTED + "&c=E,1",
        "https://secure-web.cisco.com/1abcDEF/" + QUOTED,
    ],
)
def test_mail_gateways_are_undone_and_leave_no_trace(wrapped: str) -> None:
    assert is_gateway_link(wrapped)
    assert unwrap(wrapped) == (TARGET, ())


@pytest.mark.parametrize(
    "wrapped",
    [
        f"https://www.google.com/url?q={QUOTED}&sa=D",
        f"https://www.google.com.br/url?url={QUOTED}",
        "https://www.google.com/amp/s/login.lure.example/a?b=c".replace("?b=c", "%3Fb=c"),
        f"https://l.facebook.com/l.php?u={QUOTED}",
        f"https://www.linkedin.com/redir/redirect?url={QUOTED}",
        "https://www.bing.com/ck/a?u=a1aHR0cHM6Ly9sb2dpbi5sdXJlLmV4YW1wbGUvYT9iPWM&ntb=1",
    ],
)
def test_redirectors_that_the_sender_chose_are_undone_and_named(wrapped: str) -> None:
    target, passed = unwrap(wrapped)
    assert target.replace("%3F", "?") == TARGET
    assert passed == (wrapped,)


def test_run_of_replaced_characters_is_put_back() -> None:
    wrapped = "https://urldefense.com/v3/__http://x.example/**B__;w6nDqcOp!!a!b$"
    assert unwrap(wrapped)[0] == "http://x.example/ééé"


def test_layers_are_undone_up_to_a_limit() -> None:
    url = TARGET
    for _ in range(3):
        url = f"https://www.google.com/url?q={quote(url, safe='')}"
    assert unwrap(url)[0] == TARGET
    for _ in range(4):
        url = f"https://www.google.com/url?q={quote(url, safe='')}"
    assert "google" in unwrap(url)[0]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/search?q=weather",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://urldefense.com/v3/__broken",
        "https://urldefense.com/v3/__http://x.example__;%%%!!",
        "https://www.bing.com/ck/a?u=a1%%%",
        "https://safelinks.protection.outlook.com.lure.example/?url=" + QUOTED,
        "http://[broken",
    ],
)
def test_what_hides_nothing_or_cannot_be_undone_comes_back_or_stays_on_the_web(url: str) -> None:
    target, _ = unwrap(url)
    assert target == url or target.startswith("http://x.example")


TWICE = QUOTED.replace("%", "%25")


@pytest.mark.parametrize(
    ("wrapped", "target"),
    [
        (f"https://nam12.safelinks.protection.outlook.com/?url={TWICE}", TARGET),
        (f"https://www.google.com/url?q={TWICE.replace('%', '%25')}", TARGET),
        (f"https://can01.safelinks.protection.outlook.com/GetUrlReputation?Url={QUOTED}", TARGET),
        ("https://www.google.com/url?q=//login.lure.example/a", "https://login.lure.example/a"),
        ("https://www.google.com/url?q=lure.com/a", "http://lure.com/a"),
        ("https://protect-us.mimecast.com/s/abCD?domain=login.lure.example", "https://login.lure.example"),
        ("https://url.us.m.mimecastprotect.com/s/abCD?domain=lure.example", "https://lure.example"),
        ("https://eu-west-1.protection.sophos.com/?d=x&u=aHR0cHM6Ly9sdXJlLmV4YW1wbGUvYQ==", "https://lure.example/a"),
        (f"https://protect2.fireeye.com/v1/url?k=a&u={QUOTED}", TARGET),
        (f"https://translate.google.com/translate?sl=en&u={QUOTED}", TARGET),
        ("https://login--a-lure-example.translate.goog/a?_x_tr_sl=en", "https://login-a.lure.example/a"),
        ("https://cdn.ampproject.org/c/s/login.lure.example/a", "https://login.lure.example/a"),
        ("https://ad.doubleclick.net/ddm/clk/1;2?https://login.lure.example/a", "https://login.lure.example/a"),
    ],
)
def test_target_is_found_however_often_it_was_encoded_and_whatever_the_parameter_is_called(
    wrapped: str, target: str
) -> None:
    assert unwrap(wrapped)[0] == target


@pytest.mark.parametrize(
    "link",
    [
        "https://click.mailer.example/r?u=aHR0cHM6Ly9sdXJlLmV4YW1wbGUvYT9iPWM",
        "https://mailer.example/l/aHR0cHM6Ly9sdXJlLmV4YW1wbGUvYT9iPWM=/x/y",
        "https://mailer.example/#aHR0cHM6Ly9sdXJlLmV4YW1wbGUvYT9iPWM%3D",
        "https://mailer.example/c/eyJ1cmwiOiJodHRwczovL2x1cmUuZXhhbXBsZS9hP2I9YyJ9",
        "https://mailer.example/t?p=eyJzIjoieCIsInAiOiJ7XCJ1cmxcIjpcImh0dHBzOlxcXC9cXFwvbHVyZS5leGFtcGxlXFxcL2E_Yj1jXCJ9In0",
    ],
)
def test_target_in_base64_is_found_in_a_link_to_anywhere(link: str) -> None:
    assert hidden_addresses(link) == ("https://lure.example/a?b=c",)


@pytest.mark.parametrize(("count", "is_told"), [(30, False), (60, True)])
def test_harmless_targets_do_not_hide_the_one_behind_them_without_a_word(count: int, *, is_told: bool) -> None:
    tokens = [base64.b64encode(f"https://ok{number}.example/path".encode()).decode() for number in range(count)]
    link = f"https://mailer.example/?{'&'.join(f'u={token}' for token in tokens)}"
    assert hides_too_many(link) == is_told
    assert len(hidden_addresses(link)) == min(count, 40)
    answer = analyze(f"From: a@b.example\nDate: Mon, 16 Nov 2026 10:00:00 +0000\n\nSee {link}\n".encode())
    assert ("too-many-links" in {defect.kind.code for defect in answer.defects}) == is_told


def test_what_only_looks_like_base64_hides_nothing() -> None:
    assert hidden_addresses("https://shop.example/?t=aHR0cDovnotbase64ZZZ!&u=eyJub3RoaW5nIjoxfQ") == ()


def test_a_layer_too_many_is_said() -> None:
    url = TARGET
    for _ in range(7):
        url = f"https://www.google.com/url?q={quote(url, safe='')}"
    assert is_still_wrapped(unwrap(url)[0])
    message = f"From: a@b.example\nDate: Mon, 16 Nov 2026 10:00:00 +0000\n\nSee {url}\n"
    answer = analyze(message.encode())
    assert "too-many-layers" in {defect.kind.code for defect in answer.defects}
    assert answer.status is AnalysisStatus.PARTIAL


def test_target_in_base64_is_one_more_link_beside_the_one_that_hides_it() -> None:
    link = "https://click.mailer.example/r?u=aHR0cHM6Ly9sdXJlLmV4YW1wbGUvYT9iPWM"
    answer = analyze(f"From: a@b.example\nDate: Mon, 16 Nov 2026 10:00:00 +0000\n\nSee {link}\n".encode())
    assert {"https://lure.example/a?b=c", link} <= {seen.observable.value for seen in answer.observables}
    assert "link-redirected" in {signal.id for signal in answer.signals}


def test_link_whose_end_only_linkedin_knows_is_told_as_hidden() -> None:
    link = "https://www.linkedin.com/slink?code=gdR4xYz"
    answer = analyze(f"From: a@b.example\nDate: Mon, 16 Nov 2026 10:00:00 +0000\n\nSee {link}\n".encode())
    assert "link-shortened" in {signal.id for signal in answer.signals}
    plain = analyze(b"From: a@b.example\nDate: Mon, 16 Nov 2026 10:00:00 +0000\n\nhttps://www.linkedin.com/in/jo\n")
    assert "link-shortened" not in {signal.id for signal in plain.signals}
