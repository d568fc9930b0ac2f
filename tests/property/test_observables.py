"""For every observable: its normal form is its own normal form, and defanging is undone exactly and leaves no link."""

import ipaddress

from hypothesis import example, given
from hypothesis import strategies as st

from charteroak.errors import CharterOakError
from charteroak.observables import Observable, ObservableError, defang, parse_observable, refang

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?", fullmatch=True)
DOMAINS = st.builds(lambda labels, top: ".".join([*labels, top]), st.lists(LABELS, min_size=1, max_size=3), st.sampled_from(["example", "test", "xn--p1ai"]))  # fmt: skip # noqa: E501 - one strategy, one line
HOSTS = DOMAINS | st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(lambda address: f"[{address}]")
TAILS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x17F, exclude_categories=["Cc", "Cf", "Zs"]), max_size=30)  # fmt: skip # noqa: E501 - one strategy, one line
URLS = st.builds(
    lambda scheme, user, host, port, tail: f"{scheme}://{user}{host}{port}/{tail}",
    st.sampled_from(["http", "https", "ftp", "sip", "HTTPS"]),
    st.just("") | st.from_regex(r"[a-z0-9(){}.:!$-]{1,10}@", fullmatch=True),
    HOSTS,
    st.just("") | st.integers(1, 65535).map(lambda port: f":{port}"),
    TAILS,
)
EMAILS = st.builds(lambda local, domain: f"{local}@{domain}", st.from_regex(r"[a-z0-9.{}+_/-]{1,20}", fullmatch=True), DOMAINS)  # fmt: skip # noqa: E501 - one strategy, one line
RANGES = st.builds(lambda address, bits: f"{address}/{bits}", st.ip_addresses(), st.integers(0, 32))
HASHES = st.sampled_from([32, 40, 64, 128]).flatmap(
    lambda length: st.text("0123456789abcdefABCDEF", min_size=length, max_size=length)
)
OBSERVABLES = st.ip_addresses().map(str) | RANGES | DOMAINS | URLS | EMAILS | HASHES


def parsed(text: str) -> Observable | None:
    try:
        return parse_observable(text)
    except ObservableError:
        return None


@given(OBSERVABLES)
def test_refanging_undoes_defanging_exactly(text: str) -> None:
    if (observable := parsed(text)) is not None:
        assert refang(defang(observable)) == observable.value


@given(OBSERVABLES)
@example("http[:]//[2001:db8::1]:80/tp[:]//[2001:db8::1]:80/")
@example("http://a((.).)b@evil.example/")
@example("http://evil.example\\.good.example/")
def test_a_normal_form_is_its_own_normal_form_and_kind(text: str) -> None:
    if (observable := parsed(text)) is not None:
        assert parse_observable(observable.value) == observable


@given(OBSERVABLES)
def test_what_is_defanged_holds_no_live_scheme_host_or_address(text: str) -> None:
    if (observable := parsed(text)) is not None and not observable.type.is_hash:
        safe = defang(observable)
        assert not safe.startswith(("http:", "https:", "ftp:", "sip:"))
        head = safe.partition("//")[2].partition("/")[0] if "//" in safe else safe
        assert "." not in head.replace("[.]", "").replace("[@]", "")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_an_error_of_ours(text: str) -> None:
    try:
        observable = parse_observable(text)
    except CharterOakError:
        return
    assert parse_observable(defang(observable)) == observable


@given(st.integers(0, 2**32 - 1), st.sampled_from(["{}", "0x{:x}", "0{:o}"]))
def test_an_ipv4_address_hidden_as_a_number_is_the_same_host(number: int, spelling: str) -> None:
    shown = f"http://{spelling.format(number)}/"
    assert parse_observable(shown).value == f"http://{ipaddress.IPv4Address(number)}/"
