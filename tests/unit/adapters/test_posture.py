"""A look at a domain: against a real name server and a real TLS server on loopback, also when they misbehave."""

import json
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from tests.simulators.name_server import Table, name_server, tls_server

from charteroak.adapters.posture import Reach, _read_certificate, is_public, look_at
from charteroak.collectors.collected import Collected, CollectorInputError, Occasion
from charteroak.collectors.posture import TLSAnswer, read_posture, render_posture

DOMAIN = "bakery.example"
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
GOOD: Table = {
    (DOMAIN, "TXT"): ['"unrelated"', '"v=spf1 include:mail.example " "-all"'],
    (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:x@bakery.example"'],
    (f"s1._domainkey.{DOMAIN}", "TXT"): ['"v=DKIM1; k=rsa; p=MIGf"'],
    (DOMAIN, "MX"): ["10 mail.bakery.example."],
    (DOMAIN, "CAA"): ['0 issue "ca.example"'],
    (f"_mta-sts.{DOMAIN}", "TXT"): ['"v=STSv1; id=1"'],
    (f"www.{DOMAIN}", "A"): ["127.0.0.1"],
}


def seen(table: Table, *, selectors: tuple[str, ...] = ("s1",), **how: bool) -> Collected:
    # Whoever gets no answer waits to the end.
    seconds = 1 if how.keys() & {"silent", "garbage"} else 3
    with name_server(table, **how) as port:
        look = look_at(DOMAIN, NOW, selectors=selectors, reach=Reach(("127.0.0.1",), port, seconds=seconds))
    return read_posture(render_posture(look), Occasion(DOMAIN, NOW, date(2026, 11, 20)))


def holds(read: Collected) -> dict[str, bool | None]:
    return {each.claim: each.holds for each in read.observations}


def test_a_well_kept_domain_is_told_record_by_record() -> None:
    assert holds(seen(GOOD)) == {
        "spf": True, "dmarc": True, "dkim": True, "mx": True, "caa": True, "dnssec": False, "mta-sts": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "records", "claim", "answer"),
    [
        (DOMAIN, ['"v=spf1 ?all"'], "spf", False),
        (DOMAIN, ['"v=spf1 +all"'], "spf", False),
        (DOMAIN, ['"v=spf1 -all"', '"v=spf1 ~all"'], "spf", False),
        (DOMAIN, ['"v=spf1 redirect=_spf.mail.example"'], "spf", None),
        (DOMAIN, ['"v=spf10 -all"'], "spf", False),
        (f"_dmarc.{DOMAIN}", ['"v=DMARC1; p=none"'], "dmarc", False),
        (f"_dmarc.{DOMAIN}", ['"v=DMARC1; p=reject; pct=5"'], "dmarc", False),
        (f"_dmarc.{DOMAIN}", ['"v=DMARC1; p=quarantine"'], "dmarc", True),
        (DOMAIN, ['"v=spf1 ipv4:192.0.2.1 -all"'], "spf", False),
        (DOMAIN, ['"v=spf1 a mx/24 ptr ip4:192.0.2.1 exists:%{i}.x.example exp=e.example ~all"'], "spf", True),
        (f"_dmarc.{DOMAIN}", ['"v=DMARC1; p=none; p=reject"'], "dmarc", None),
        (f"_dmarc.{DOMAIN}", ['"v=DMARC1; p=reject; P=none"'], "dmarc", None),
        (f"_dmarc.{DOMAIN}", ['"v=DMARC1; p=reject; pct=5; pct=100"'], "dmarc", None),
        (f"_dmarc.{DOMAIN}", ['"v=DMARC1; p=reject;; "'], "dmarc", True),
        (f"s1._domainkey.{DOMAIN}", ['"v=DKIM1; p=; p=MIGf"'], "dkim", None),
        (f"_mta-sts.{DOMAIN}", ['"v=STSv1; id=1"', '"v=STSv1; id=2"'], "mta-sts", False),
        (f"_mta-sts.{DOMAIN}", ['"v=STSv10; id=1"'], "mta-sts", False),
        (f"s1._domainkey.{DOMAIN}", ['"v=DKIM1; p="'], "dkim", False),
        (f"s1._domainkey.{DOMAIN}", ['"p=MIGf<script>"'], "dkim", True),
    ],
)
def test_each_record_is_read_as_its_rfc_says(name: str, records: list[str], claim: str, answer: bool | None) -> None:
    assert holds(seen({**GOOD, (name, "TXT"): records}))[claim] is answer


KEY = ["257 3 13 q7Kx4Q=="]
DELEGATED = ["12345 13 2 " + "ab" * 32]


@pytest.mark.parametrize(
    ("records", "claim", "answer", "told"),
    [
        ({"MX": ["0 ."]}, "mx", False, "The domain says that it takes no mail (null MX)."),
        ({"MX": ["0 .", "10 mail.bakery.example."]}, "mx", None, "Could not tell: "),
        ({"MX": ["10 mail.bakery.example."]}, "mx", True, "A mail server is named."),
        ({"CAA": ['0 iodef "mailto:x@bakery.example"']}, "caa", False, "Anybody may issue certificates (its CAA names"),
        ({"CAA": ['0 issue ";"']}, "caa", True, "Who may issue certificates is said."),
        ({"DNSKEY": KEY}, "dnssec", False, "The domain has keys, but the zone above does not name them (no DS)."),
        ({"DNSKEY": KEY, "DS": DELEGATED}, "dnssec", True, "The domain has keys, and the zone above names keys."),
        ({"DS": DELEGATED}, "dnssec", False, "The domain is not signed (no DNSKEY)."),
    ],
)
def test_no_more_is_said_than_was_seen(
    records: dict[str, list[str]], claim: str, answer: bool | None, told: str
) -> None:
    read = seen({**GOOD, **{(DOMAIN, kind): found for kind, found in records.items()}})
    (said,) = (each for each in read.observations if each.claim == claim)
    assert said.holds is answer
    assert said.detail.startswith(told)


def test_a_look_that_did_not_ask_the_zone_above_is_could_not_tell_about_its_keys() -> None:
    with name_server({**GOOD, (DOMAIN, "DNSKEY"): KEY}) as port:
        look = look_at(DOMAIN, NOW, reach=Reach(("127.0.0.1",), port, seconds=3))
    document = json.loads(render_posture(look))
    del document["ds"]
    read = read_posture(json.dumps(document).encode(), Occasion(DOMAIN, NOW, date(2026, 11, 20)))
    assert holds(read)["dnssec"] is None


@pytest.mark.parametrize("settings", ["", "nameserver nowhere\n", "\x00\n", None])
def test_a_machine_without_a_name_server_is_could_not_tell(settings: str | None, tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    if settings is not None:
        path.write_text(settings, encoding="utf-8")
    look = look_at(DOMAIN, NOW, host=f"www.{DOMAIN}", reach=Reach(settings=str(path), seconds=3))
    read = read_posture(render_posture(look), Occasion(DOMAIN, NOW, date(2026, 11, 20)))
    assert set(holds(read).values()) == {None}
    assert read.observations[0].detail == "Could not tell: this machine names no name server to ask"


def test_without_a_selector_nothing_is_said_about_dkim() -> None:
    assert holds(seen(GOOD, selectors=()))["dkim"] is None


def test_a_domain_that_does_not_exist_has_nothing_and_that_is_an_answer() -> None:
    assert set(holds(seen({("other.example", "A"): ["192.0.2.1"]})).values()) == {False}


@pytest.mark.parametrize("how", ["silent", "garbage"])
def test_a_name_server_that_misbehaves_is_could_not_tell_within_the_time(how: str) -> None:
    began = time.monotonic()
    read = seen(GOOD, **{how: True})
    assert time.monotonic() - began < 60
    assert set(holds(read).values()) == {None}
    assert "Could not tell" in read.observations[0].detail


def test_many_records_are_no_answer_and_long_ones_come_over_tcp() -> None:
    many = {**GOOD, (DOMAIN, "MX"): [f"10 m{number}.bakery.example." for number in range(60)]}
    assert holds(seen(many))["mx"] is None
    long = {
        **GOOD,
        (DOMAIN, "TXT"): ['"v=spf1 ' + "ip4:192.0.2.1 " * 15 + '-all"', *[f'"{n} {"x" * 240}"' for n in range(8)]],
    }
    assert holds(seen(long))["spf"] is True


@pytest.fixture
def names() -> Iterator[int]:
    with name_server(GOOD) as port:
        yield port


def look_at_host(names: int, tls: int, *, private: bool, host: str = f"www.{DOMAIN}", seconds: float = 3) -> TLSAnswer:
    reach = Reach(("127.0.0.1",), names, may_be_private=private, tls_port=tls, seconds=seconds)
    answer = look_at(DOMAIN, NOW, host=host, reach=reach).tls
    assert answer is not None
    return answer


def test_a_certificate_that_nobody_trusts_is_told_with_its_names_and_its_end(names: int, tmp_path: Path) -> None:
    with tls_server(tmp_path, f"www.{DOMAIN}") as port:
        answer = look_at_host(names, port, private=True)
    assert (answer.version, answer.trusted, answer.names) == ("TLSv1.3", False, (f"www.{DOMAIN}",))
    assert answer.expires.endswith("Z")


def hostile(certificate: bytes) -> dict[str, bytes]:
    """One certificate, altered in its bytes in ways that its reader answers with exceptions of several roots."""
    version, name = b"\xa0\x03\x02\x01\x02", b"\x06\x03\x55\x1d\x11"
    assert version in certificate
    assert name in certificate
    end = certificate.index(b"\x17\x0d") + len("..YYMMDDhhmmssZ..YY")
    return {
        "version 10": certificate.replace(version, version[:-1] + b"\x09"),
        "no such month": certificate[:end] + b"99" + certificate[end + 2 :],
        "names cut off": certificate.replace(b"\x82\x12www", b"\x82\x7fwww"),
        "names of an unknown kind": certificate.replace(b"\x82\x12www", b"\x89\x12www"),
        "names not in ASCII": certificate.replace(b"\x82\x12www", b"\x82\x12\xff\xfe\xfd"),
        "cut short": certificate[:-40],
        "nothing": b"",
    }


@pytest.mark.parametrize(
    "kind",
    ["version 10", "no such month", "names cut off", "names of an unknown kind", "names not in ASCII",
     "cut short", "nothing"],
)  # fmt: skip
def test_a_hostile_certificate_ends_in_could_not_tell_and_raises_nothing(kind: str, tmp_path: Path) -> None:
    with tls_server(tmp_path, f"www.{DOMAIN}"):
        _, found, text = (tmp_path / "server.pem").read_text().partition("-----BEGIN CERTIFICATE")
    own = ssl.PEM_cert_to_DER_cert(found + text)
    assert _read_certificate(own)[0] == (f"www.{DOMAIN}",)
    altered = hostile(own)[kind]
    assert altered != own
    names, expires = _read_certificate(altered)
    assert (names, expires) == ((), "")


def test_a_host_with_a_certificate_that_cannot_be_read_is_told_as_such(names: int, tmp_path: Path) -> None:
    with tls_server(tmp_path, f"www.{DOMAIN}", is_altered=True) as port:
        answer = look_at_host(names, port, private=True)
    assert (answer.version, answer.names, answer.expires, answer.problem) == ("TLSv1.3", (), "", "")


def test_a_host_inside_is_not_spoken_to(names: int, tmp_path: Path) -> None:
    with tls_server(tmp_path, f"www.{DOMAIN}") as port:
        answer = look_at_host(names, port, private=False)
    assert answer.problem == f"www.{DOMAIN} has no public address"


def test_a_host_that_is_silent_or_not_there_is_could_not_tell(names: int, tmp_path: Path) -> None:
    with tls_server(tmp_path, f"www.{DOMAIN}", is_silent=True) as port:
        assert "no handshake" in look_at_host(names, port, private=True, seconds=1.5).problem
    assert "no address" in look_at_host(names, 1, private=True, host=f"nowhere.{DOMAIN}").problem
    assert "no handshake" in look_at_host(names, 1, private=True).problem


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f::1", True), ("127.0.0.1", False), ("10.0.0.1", False),
        ("169.254.169.254", False), ("::1", False), ("fe80::1", False), ("fc00::1", False), ("0.0.0.0", False),  # noqa: S104 - an address, not a binding
        ("::ffff:127.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("224.0.0.1", False),
        ("100.64.0.1", False), ("localhost", False), ("", False), ("2606:2800:21f::1%eth0", False),
        ("64:ff9b:1::7f00:1", False), ("64:ff9b::808:808", False), ("::7f00:1", False), ("::ffff:0:7f00:1", False),
        ("::ffff:8.8.8.8", False), ("fec0::1", False), ("2002:a00:1::1", False), ("2002:808:808::1", False),
        ("2001:0:7f00:1::80ff:fffe", False), ("2001::1", False), ("2001:db8::1", False), ("3fff::1", False),
        ("5f00::1", False), ("100::1", False), ("ff0e::1", False), ("192.88.99.1", False), ("192.0.0.8", False),
        ("240.0.0.1", False), ("255.255.255.255", False), ("198.18.0.1", False), ("2001:4860:4860::8888", True),
    ],
)  # fmt: skip
def test_only_addresses_of_the_open_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("tls", "current", "certificate"),
    [
        (TLSAnswer(host="h", port=443, version="TLSv1.2", expires="2026-12-31T00:00:00Z", trusted=True), True, True),
        (TLSAnswer(host="h", port=443, version="TLSv1.3", expires="2026-12-04T16:00:00Z", trusted=True), True, False),
        (TLSAnswer(host="h", port=443, version="TLSv1", expires="2027-12-31T00:00:00Z", trusted=False), False, False),
        (TLSAnswer(host="h", port=443, version="TLSv1.3", expires="soon", trusted=True), True, None),
        (TLSAnswer(host="h", port=443, problem="refused"), None, None),
    ],
)
def test_a_handshake_is_read_for_its_version_and_its_certificate(
    tls: TLSAnswer, current: bool | None, certificate: bool | None
) -> None:
    with name_server(GOOD) as port:
        look = look_at(DOMAIN, NOW, reach=Reach(("127.0.0.1",), port, seconds=3))
    document = json.loads(render_posture(look)) | {"tls": json.loads(msgspec.json.encode(tls))}
    read = read_posture(json.dumps(document).encode(), Occasion(DOMAIN, NOW, date(2026, 11, 20)))
    assert (holds(read)["tls-current"], holds(read)["certificate"]) == (current, certificate)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", b'{"format":"charteroak-posture/2"}', b"\xff", b"{" * 500, b" " * (2 << 20)],
    ids=["empty", "object", "list", "null", "another version", "no utf-8", "deep", "too large"],
)
def test_what_is_no_look_is_refused(data: bytes) -> None:
    with pytest.raises(CollectorInputError):
        read_posture(data, Occasion(DOMAIN, NOW, date(2026, 11, 20)))


def test_a_look_at_another_domain_or_from_the_future_is_refused() -> None:
    with name_server(GOOD) as port:
        look = look_at(DOMAIN, NOW, reach=Reach(("127.0.0.1",), port, seconds=3))
    data = render_posture(look)
    with pytest.raises(CollectorInputError, match="not at"):
        read_posture(data, Occasion("other.example", NOW, date(2026, 11, 20)))
    with pytest.raises(CollectorInputError, match="future"):
        read_posture(data, Occasion(DOMAIN, NOW.replace(year=2025), date(2025, 11, 20)))
