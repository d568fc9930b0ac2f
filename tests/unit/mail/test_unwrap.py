import pytest

from charteroak.mail.unwrap import is_gateway_link, unwrap

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
    from urllib.parse import quote

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
