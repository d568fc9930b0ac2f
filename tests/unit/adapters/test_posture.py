"""A look at a domain: against a real name server and a real TLS server on loopback, also when they misbehave."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from tests.simulators.name_server import Table, name_server, tls_server

from charteroak.adapters.posture import Reach, is_public, look_at
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
    with name_server(table, **how) as port:
        look = look_at(DOMAIN, NOW, selectors=selectors, reach=Reach(("127.0.0.1",), port, seconds=3))
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
        (f"s1._domainkey.{DOMAIN}", ['"v=DKIM1; p="'], "dkim", False),
        (f"s1._domainkey.{DOMAIN}", ['"p=MIGf<script>"'], "dkim", True),
    ],
)
def test_each_record_is_read_as_its_rfc_says(name: str, records: list[str], claim: str, answer: bool | None) -> None:
    assert holds(seen({**GOOD, (name, "TXT"): records}))[claim] is answer


def test_without_a_selector_nothing_is_said_about_dkim() -> None:
    assert holds(seen(GOOD, selectors=()))["dkim"] is None


def test_a_domain_that_does_not_exist_has_nothing_and_that_is_an_answer() -> None:
    assert set(holds(seen({("other.example", "A"): ["192.0.2.1"]})).values()) == {False}


@pytest.mark.parametrize("how", ["silent", "garbage"])
def test_a_name_server_that_misbehaves_is_could_not_tell_within_the_time(how: str) -> None:
    began = time.monotonic()
    read = seen(GOOD, **{how: True})
    assert time.monotonic() - began < 6
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


def look_at_host(names: int, tls: int, *, private: bool, host: str = f"www.{DOMAIN}") -> TLSAnswer:
    reach = Reach(("127.0.0.1",), names, may_be_private=private, tls_port=tls, seconds=3)
    answer = look_at(DOMAIN, NOW, host=host, reach=reach).tls
    assert answer is not None
    return answer


def test_a_certificate_that_nobody_trusts_is_told_with_its_names_and_its_end(names: int, tmp_path: Path) -> None:
    with tls_server(tmp_path, f"www.{DOMAIN}") as port:
        answer = look_at_host(names, port, private=True)
    assert (answer.version, answer.trusted, answer.names) == ("TLSv1.3", False, (f"www.{DOMAIN}",))
    assert answer.expires.endswith("Z")


def test_a_host_inside_is_not_spoken_to(names: int, tmp_path: Path) -> None:
    with tls_server(tmp_path, f"www.{DOMAIN}") as port:
        answer = look_at_host(names, port, private=False)
    assert answer.problem == f"www.{DOMAIN} has no public address"


def test_a_host_that_is_silent_or_not_there_is_could_not_tell(names: int, tmp_path: Path) -> None:
    with tls_server(tmp_path, f"www.{DOMAIN}", is_silent=True) as port:
        assert "no handshake" in look_at_host(names, port, private=True).problem
    assert "no address" in look_at_host(names, 1, private=True, host=f"nowhere.{DOMAIN}").problem
    assert "no handshake" in look_at_host(names, 1, private=True).problem


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f::1", True), ("127.0.0.1", False), ("10.0.0.1", False),
        ("169.254.169.254", False), ("::1", False), ("fe80::1", False), ("fc00::1", False), ("0.0.0.0", False),  # noqa: S104 - an address, not a binding
        ("::ffff:127.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("224.0.0.1", False),
        ("100.64.0.1", False), ("localhost", False),
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
