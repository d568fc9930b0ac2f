"""Observables: one normal form for all spellings of a thing, the host that a browser would visit, and safe spelling."""

import time

import pytest

from charteroak.observables import (
    MAX_OBSERVABLE_CHARACTERS,
    Observable,
    ObservableError,
    ObservableType,
    defang,
    infer_type,
    parse_observable,
    refang,
)

SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("192.0.2.1", "ipv4", "192.0.2.1"),
        (" 192.0.2.1\t", "ipv4", "192.0.2.1"),
        ("2001:0DB8:0:0::1", "ipv6", "2001:db8::1"),
        ("[2001:db8::1]", "ipv6", "2001:db8::1"),
        ("::ffff:192.0.2.1", "ipv6", "::ffff:c000:201"),
        ("192.0.2.77/24", "cidr", "192.0.2.0/24"),
        ("10.0.0.0/255.0.0.0", "cidr", "10.0.0.0/8"),
        ("2001:DB8::5/32", "cidr", "2001:db8::/32"),
        ("Evil.Example.", "domain", "evil.example"),
        ("bücher.example", "domain", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "domain", "xn--bcher-kva.example"),
        ("_dmarc.evil.example", "domain", "_dmarc.evil.example"),
        ("Someone@Mail.Example", "email", "someone@mail.example"),
        ("a+b@bücher.example", "email", "a+b@xn--bcher-kva.example"),
        ("D41D8CD98F00B204E9800998ECF8427E", "md5", "d41d8cd98f00b204e9800998ecf8427e"),
        ("da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (SHA256.upper(), "sha256", SHA256),
        ("0" * 128, "sha512", "0" * 128),
    ],
)
def test_two_spellings_of_one_thing_have_one_normal_form(text: str, kind: str, value: str) -> None:
    assert parse_observable(text) == Observable(ObservableType(kind), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("HTTP://Evil.Example:80/A/../b?Q=1#F", "http://evil.example/A/../b?Q=1#F"),
        ("https://evil.example:443", "https://evil.example"),
        ("https://evil.example:8443/", "https://evil.example:8443/"),
        ("http://evil.example./x", "http://evil.example/x"),
        ("http://user:Pw@evil.example/", "http://user:Pw@evil.example/"),
        ("http://a@b@evil.example/", "http://a@b@evil.example/"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/ü"),
        ("ftp://files.example:21/x", "ftp://files.example/x"),
    ],
)
def test_a_url_keeps_everything_after_the_host_to_the_letter(text: str, value: str) -> None:
    assert parse_observable(text) == Observable(ObservableType.URL, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("http://evil.example\\@good.example/", "http://evil.example/@good.example/", id="backslash-at"),
        pytest.param("http:\\\\evil.example\\a?b\\c", "http://evil.example/a?b\\c", id="backslashes-for-slashes"),
        pytest.param("https:/\\evil.example/", "https://evil.example/", id="slash-and-backslash"),
        pytest.param("https:/evil.example/", "https://evil.example/", id="one-slash"),
        pytest.param("https:////evil.example/", "https://evil.example/", id="four-slashes"),
        pytest.param("http://good.example@evil.example/", "http://good.example@evil.example/", id="host-as-user"),
        pytest.param("http://2130706433/", "http://127.0.0.1/", id="one-decimal-number"),
        pytest.param("http://0x7f.1/", "http://127.0.0.1/", id="hexadecimal-and-short"),
        pytest.param("http://0300.0250.010.01/", "http://192.168.8.1/", id="octal"),
        pytest.param("http://192.168.257/", "http://192.168.1.1/", id="last-part-fills-two-bytes"),
        pytest.param("http://192.0.2.1./", "http://192.0.2.1/", id="trailing-dot"),
        pytest.param("http://evil\u3002example/", "http://evil.example/", id="ideographic-full-stop"),
        pytest.param("http://\uff45vil.example/", "http://evil.example/", id="full-width-letters"),
    ],
)
def test_the_host_of_a_url_is_the_one_that_a_browser_would_visit(text: str, value: str) -> None:
    assert parse_observable(text).value == value


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("\x00", id="nul"),
        pytest.param("localhost", id="one-label"),
        pytest.param("evil..example", id="empty-label"),
        pytest.param("-evil.example", id="leading-hyphen"),
        pytest.param("evil.example-", id="trailing-hyphen"),
        pytest.param("a" * 64 + ".example", id="label-of-64"),
        pytest.param("a." * 130 + "example", id="name-of-267"),
        pytest.param("evil .example", id="space-in-a-label"),
        pytest.param("evil.example\n.good", id="line-break"),
        pytest.param("xn--a\u0300.example", id="broken-idn"),
        pytest.param("1.2.3", id="three-octets"),
        pytest.param("1.2.3.4.5", id="five-octets"),
        pytest.param("1.2.3.256", id="octet-of-256"),
        pytest.param("192.168.010.1", id="leading-zero-outside-a-url"),
        pytest.param("１.2.3.4", id="full-width-digit"),  # noqa: RUF001 - the attack under test
        pytest.param("fe80::1%eth0", id="address-with-a-zone"),
        pytest.param("fe80::%1/64", id="range-with-a-zone"),
        pytest.param("2001:db8:::1", id="three-colons"),
        pytest.param("10.0.0.0/33", id="prefix-of-33"),
        pytest.param("10.0.0.0/-1", id="negative-prefix"),
        pytest.param("10.0.0.0/", id="no-prefix"),
        pytest.param("//evil.example/", id="url-without-scheme"),
        pytest.param("https://", id="url-without-host"),
        pytest.param("http://evil.example:99999/", id="port-too-large"),
        pytest.param("http://evil.example:80.1/", id="port-that-is-no-number"),
        pytest.param("http://evil example/", id="space-in-a-url"),
        pytest.param("http://evil.example/\u202e", id="right-to-left-override"),
        pytest.param("http://evil.example/\x1b[2J", id="terminal-escape"),
        pytest.param("http://ev\u00adil.example/", id="soft-hyphen-in-the-host"),
        pytest.param("evil" + "(" * 9 + "." + ")" * 9 + "example", id="dot-wrapped-nine-times"),
        pytest.param("http://1.2.3.4.5/", id="five-parts-in-a-url"),
        pytest.param("http://4294967296/", id="number-beyond-ipv4"),
        pytest.param("http://09.1.1.1/", id="octal-with-a-nine"),
        pytest.param("http://evil.1/", id="name-that-ends-in-a-number"),
        pytest.param("http://[::1/", id="open-bracket"),
        pytest.param("http://%65vil.example/", id="percent-in-the-host"),
        pytest.param("javascript:alert(1)", id="script"),
        pytest.param("@evil.example", id="no-local-part"),
        pytest.param("a@b", id="mail-domain-of-one-label"),
        pytest.param('"a b"@evil.example', id="quoted-local-part"),
        pytest.param("a" * 65 + "@evil.example", id="local-part-of-65"),
        pytest.param("g" * 32, id="32-letters-that-are-no-hash"),
        pytest.param("x" * (MAX_OBSERVABLE_CHARACTERS + 1), id="too-long"),
    ],
)
def test_refuses_what_is_no_observable(text: str) -> None:
    with pytest.raises(ObservableError) as refusal:
        parse_observable(text)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("evil.example", ObservableType.IPV4),
        ("192.0.2.1", ObservableType.DOMAIN),
        ("192.0.2.1", ObservableType.CIDR),
        ("192.0.2.1", ObservableType.IPV6),
        ("evil.example", ObservableType.URL),
        ("evil.example", ObservableType.EMAIL),
        ("d41d8cd98f00b204e9800998ecf8427e", ObservableType.SHA256),
    ],
)
def test_a_kind_that_is_asked_for_is_not_bent_to_fit(text: str, kind: ObservableType) -> None:
    with pytest.raises(ObservableError):
        parse_observable(text, kind)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hxxp://evil[.]example/a", "http://evil.example/a"),
        ("hXXps://evil[.]example/a[.]b", "https://evil.example/a[.]b"),
        ("hxxp[:]//evil(.)example", "http://evil.example"),
        ("http[://]evil{.}example", "http://evil.example"),
        ("h**p://evil[dot]example", "http://evil.example"),
        ("hxxp://evil [.] example/", "http://evil.example/"),
        ("http://evil.example/go?to=hxxp[:]//other[.]example", "http://evil.example/go?to=hxxp[:]//other[.]example"),
        ("192[.]0[.]2[.]1", "192.0.2.1"),
        ("2001[:]db8[:][:]1", "2001:db8::1"),
        ("evil\\.example", "evil.example"),
        ("someone[@]evil[.]example", "someone@evil.example"),
        ("someone[at]evil(dot)example", "someone@evil.example"),
        ("evil[(.)]example", "evil.example"),
    ],
)
def test_reads_the_common_ways_of_defanging(text: str, value: str) -> None:
    assert parse_observable(text).value == value


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("http://evil.example/a.b?c=d@e.f", "hxxp://evil[.]example/a.b?c=d@e.f"),
        ("https://a@evil.example", "hxxps://a[@]evil[.]example"),
        ("ftp://evil.example/", "ftp[:]//evil[.]example/"),
        ("192.0.2.0/24", "192[.]0[.]2[.]0/24"),
        ("2001:db8::1", "2001[:]db8[:][:]1"),
        ("a@evil.example", "a[@]evil[.]example"),
        (SHA256, SHA256),
    ],
)
def test_defanging_leaves_nothing_that_a_program_would_link(text: str, safe: str) -> None:
    assert defang(parse_observable(text)) == safe


def test_refanging_plain_text_changes_nothing() -> None:
    for text in ("evil.example", "http://evil.example/[.]", "no observable at all", ""):
        assert refang(text) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 4000 + "." + ")" * 4000, id="nested-brackets"),
        pytest.param("[.]" * 2700, id="many-dots"),
        pytest.param("http://" + "a@" * 4000, id="many-users"),
        pytest.param("\t" * 8000 + "[.]", id="spaces"),
        pytest.param("a" * 8000 + ":", id="long-scheme"),
        pytest.param("ü." * 2000, id="many-idn-labels"),
    ],
)
def test_hostile_length_costs_no_time(text: str) -> None:
    started = time.thread_time()
    with pytest.raises(ObservableError):
        parse_observable(text)
    assert time.thread_time() - started < 1


def test_every_type_is_inferred_from_its_own_normal_form() -> None:
    samples = ["192.0.2.1", "2001:db8::1", "192.0.2.0/24", "evil.example", "http://evil.example", "a@evil.example"]
    samples += ["0" * length for length in (32, 40, 64, 128)]
    assert {infer_type(text) for text in samples} == set(ObservableType)
