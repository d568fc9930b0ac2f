"""The hunt against an independent oracle: slow, written from the rules alone, sharing no code with the matcher."""

import csv
import gzip
import io
import ipaddress
import json
import random
import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from charteroak.detection.hunt import HuntSummary, hunt
from charteroak.detection.indicators import Indicator, parse_indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers import lines
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.log_files import LogFile
from charteroak.observables import ObservableError

Place = tuple[str, str, str]
"""Type, listed value, value that matched."""


class Oracle:
    """Takes a text apart into tokens and looks each up in dictionaries."""

    NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
    HEX = re.compile(r"(?<![A-Za-z0-9_])[0-9A-Fa-f]+(?![A-Za-z0-9_])")
    COLONED = re.compile(r"(?<![A-Za-z0-9_.:-])[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![A-Za-z0-9_:-])")

    def __init__(self, indicators: list[Indicator]) -> None:
        self.by_type: dict[str, list[str]] = {}
        for indicator in indicators:
            self.by_type.setdefault(indicator.type.value, []).append(indicator.listed)
        self.domains = {listed.lower(): listed for listed in self.by_type.get("domain", [])}
        self.ipv4 = {listed: listed for listed in self.by_type.get("ipv4", [])}
        self.ipv6 = {int(ipaddress.ip_address(listed)): listed for listed in self.by_type.get("ipv6", [])}
        self.networks = [(ipaddress.ip_network(listed), listed) for listed in self.by_type.get("cidr", [])]
        self.digests = {
            listed.lower(): (kind, listed)
            for kind in ("md5", "sha1", "sha256", "sha512")
            for listed in self.by_type.get(kind, [])
        }

    def places(self, text: str) -> Iterator[tuple[int, Place]]:
        """Where the match, or the token it is in, begins, and what it is. Nothing listed holds a line break."""
        for token in self.NAME.finditer(text):
            for place in self._name(token.group()):
                yield token.start(), place
        for run in self.HEX.finditer(text):
            if run.group().lower() in self.digests:
                kind, listed = self.digests[run.group().lower()]
                yield run.start(), (kind, listed, run.group())
        for run in self.COLONED.finditer(text):
            for place in self._ipv6(run.group().rstrip(".")):
                yield run.start(), place
        for listed in self.by_type.get("email", []):
            pattern = r"(?<![A-Za-z0-9_.+%-])" + re.escape(listed) + r"(?![A-Za-z0-9_-]|\.[A-Za-z0-9_-])"
            for found in re.finditer(pattern, text, re.IGNORECASE | re.ASCII):
                yield found.start(), ("email", listed, found.group())
        for listed in self.by_type.get("url", []):
            host_only = "/" not in listed.partition("://")[2]
            tail = r"(?![A-Za-z0-9_-]|\.[A-Za-z0-9_-])" if host_only else r"(?![A-Za-z0-9])"
            for found in re.finditer(r"(?<![A-Za-z0-9])" + re.escape(listed) + tail, text, re.IGNORECASE | re.ASCII):
                yield found.start(), ("url", listed, found.group())

    def _name(self, token: str) -> Iterator[Place]:
        labels = token.split(".")
        for i in range(len(labels)):
            suffix = ".".join(labels[i:]).lower()
            if suffix in self.domains:
                yield "domain", self.domains[suffix], token
        if re.fullmatch(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})", token) and max(map(int, labels)) < 256:
            if token in self.ipv4:
                yield "ipv4", token, token
            yield from self._members(ipaddress.ip_address(token), token)

    def _ipv6(self, run: str) -> Iterator[Place]:
        try:
            address = ipaddress.IPv6Address(run)
        except ValueError:
            return
        if int(address) in self.ipv6:
            yield "ipv6", self.ipv6[int(address)], run
        yield from self._members(address, run)

    def _members(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address, text: str) -> Iterator[Place]:
        for network, listed in self.networks:
            if network.version == address.version and address in network:
                yield "cidr", listed, text


SEPARATORS = (
    *" \t\"',;=()[]<>/:@.-_?&|\\x10aZé+%",
    "..",
    "http://",
    "https://",
    "ref=",
    "a.b.",
    "1.2.",
    "9.",
    "%20",
    "\x00",
    "user@",
    "\r",
)
IPV6_SEPARATORS = (" ", "[", "]", '"', ",", "=", "(", "]:443", "%eth0", "/64 ", ". ")


class Writer:
    """Makes lists of indicators and texts full of them and of what only looks like them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a repeatable text, no secret

    def label(self) -> str:
        length = self.random.choice((1, 1, 2, 3, 5, 8, 9, 16, 30, 60))
        return "".join(self.random.choice("abc123-_xyz") for _ in range(length)).strip("-") or "q"

    def domain(self) -> str:
        middle = (self.label, lambda: str(self.random.randint(0, 300)), lambda: "www", lambda: "a")
        labels = [self.random.choice(middle)() for _ in range(self.random.randint(1, 4))]
        return ".".join([*labels, self.random.choice(("com", "net", "a1", "co.uk", "c", "example"))])

    def ipv4(self) -> str:
        numbers = (0, 1, 9, 10, 99, 100, 199, 200, 249, 255)
        return ".".join(str(self.random.choice((*numbers, self.random.randint(0, 255)))) for _ in range(4))

    def ipv6(self) -> str:
        groups = [self.random.choice((0, 0, 0, 1, 0xDB8, self.random.randint(0, 65535))) for _ in range(7)]
        return str(ipaddress.IPv6Address(int.from_bytes(b"".join(g.to_bytes(2, "big") for g in (0x2001, *groups)))))

    def digest(self, lengths: tuple[int, ...] = (32, 40, 64, 128)) -> str:
        return "".join(self.random.choice("0123456789abcdef") for _ in range(self.random.choice(lengths)))

    def network(self) -> str:
        if self.random.random() < 0.3:
            return str(ipaddress.ip_network((self.ipv6(), self.random.choice((32, 48, 64, 120, 128))), strict=False))
        length = self.random.choice((4, 8, 9, 12, 16, 20, 23, 24, 25, 28, 30, 31, 32))
        return str(ipaddress.ip_network((self.ipv4(), length), strict=False))

    def url(self) -> str:
        path = self.random.choice(("", "/", ":8080/x", "/a/B.php?q=1&r=2", "/" + self.label() * 3))
        return (
            f"{self.random.choice(('http', 'https', 'ftp'))}://{self.random.choice((self.domain, self.ipv4))()}{path}"
        )

    def email(self) -> str:
        local = self.random.choice((self.label(), "a.b", "x+y", "o%p", "o'b", "a=b"))
        return f"{local}@{self.domain()}"

    def indicators(self, count: int) -> list[Indicator]:
        kinds = (self.domain,) * 7 + (self.ipv4,) * 3 + (self.network,) * 2 + (self.url,) * 3
        kinds += (self.email,) * 2 + (self.digest,) * 2 + (self.ipv6,) * 2
        found: dict[tuple[str, str], Indicator] = {}
        while len(found) < count:
            try:
                indicator = parse_indicator(self.random.choice(kinds)())
            except ObservableError:
                continue
            found.setdefault((indicator.type, indicator.value), indicator)
        return list(found.values())

    def mutated(self, value: str) -> str:
        chance = self.random.random()
        position = self.random.randrange(len(value))
        if chance < 0.15:
            return value.upper()
        if chance < 0.20:
            return value.title()
        if chance < 0.25:
            return value[:-1]
        if chance < 0.30:
            return value[:position] + self.random.choice(".-0a1/") + value[position + 1 :]
        if chance < 0.33:
            return "0" + value
        if chance < 0.36:
            return self.domain() + "." + value
        if chance < 0.38:
            return f"{value}.{self.random.randint(0, 9)}"
        if chance < 0.40:
            return self.digest((31, 32, 33, 40, 41, 63, 64, 65, 96, 127, 128, 129))
        return value

    def mention(self, indicator: Indicator) -> str:
        value = indicator.listed
        if indicator.type == "cidr":
            network = ipaddress.ip_network(value)
            number = int(network.network_address) + self.random.randint(-2, min(1 << 70, network.num_addresses + 1))
            address, size = (
                (ipaddress.IPv4Address, 1 << 32) if network.version == 4 else (ipaddress.IPv6Address, 1 << 128)
            )
            value = str(address(number % size))
        if ":" in value and "://" not in value and "@" not in value:
            if self.random.random() < 0.5:
                value = ipaddress.IPv6Address(value).exploded
            value = self.random.choice((value, value.upper()))
            return self.random.choice(IPV6_SEPARATORS) + value + self.random.choice(IPV6_SEPARATORS)
        around = ["".join(self.random.choices(SEPARATORS, k=self.random.choice((0, 1, 1, 2)))) for _ in range(2)]
        return around[0] + self.mutated(value) + around[1]

    def text(self, indicators: list[Indicator], mentions: int) -> str:
        return "".join(
            self.mention(self.random.choice(indicators)) + self.random.choice((" ", "\n", " ", ""))
            for _ in range(mentions)
        )


def expected(oracle: Oracle, text: str) -> Counter[tuple[int, Place]]:
    breaks = [found.start() for found in re.finditer("\n", text)]
    return Counter((bisect(breaks, start) + 1, place) for start, place in oracle.places(text))


def found_in(path: Path, matcher: Matcher) -> list[tuple[int, str | None, Place]]:
    summary = HuntSummary()
    matches = list(hunt([LogFile(str(path), named=False)], matcher, summary, stdin=io.BytesIO()))
    assert summary.could_not_read == []
    assert summary.matches == len(matches)
    return [(m.line, m.field, (m.indicator.type.value, m.indicator.listed, m.value)) for m in matches]


def assert_same(got: Counter[Any], want: Counter[Any]) -> None:
    assert {"missed": want - got, "extra": got - want} == {"missed": Counter(), "extra": Counter()}


def check_text(seed: int, indicator_count: int, mentions: int, path: Path) -> None:
    writer = Writer(seed)
    indicators = writer.indicators(indicator_count)
    text = writer.text(indicators, mentions)
    path.write_bytes(text.encode("latin-1"))
    want = expected(Oracle(indicators), text)
    assert sum(want.values()) > mentions / 5
    got = Counter((line, place) for line, _, place in found_in(path, Matcher(indicators)))
    assert_same(got, want)


@pytest.mark.parametrize("seed", range(2))
def test_finds_in_text_exactly_what_the_oracle_finds(seed: int, tmp_path: Path) -> None:
    check_text(seed, 200, 5_000, tmp_path / "fuzz.log")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 106))
def test_finds_in_much_text_exactly_what_the_oracle_finds(seed: int, tmp_path: Path) -> None:
    check_text(seed, 1_000, 20_000, tmp_path / "fuzz.log")


POOL = [
    parse_indicator(listed)
    for listed in (
        "evil.example",
        "mail.evil.example",
        "203.0.113.77",
        "203.0.113.0/24",
        "10.0.0.0/8",
        "2001:db8::5",
        "2001:db8:1::/48",
        "http://evil.example",
        "http://evil.example/a",
        "https://203.0.113.77:8443/x?y",
        "ann@evil.example",
        "d41d8cd98f00b204e9800998ecf8427e",
    )
]
POOL_ORACLE, POOL_MATCHER = Oracle(POOL), Matcher(POOL)
FRAGMENTS = st.sampled_from(
    [indicator.listed for indicator in POOL if indicator.type not in {"cidr", "ipv6"}]
    + ["203.0.113.9", "10.1.2.3", "EVIL.example", "D41D8CD98F00B204E9800998ECF8427E", "0", "f", "G", "é", "\n", "\r\n"]
    + list(" .-_:/@%?,\"'+")
)


@settings(max_examples=examples(400), deadline=None)
@given(st.lists(FRAGMENTS, max_size=8).map("".join))
def test_agrees_with_the_oracle_on_any_joining_of_fragments(text: str) -> None:
    data = text.encode()
    got = Counter(
        (data.count(b"\n", 0, start) + 1, (POOL[i].type.value, POOL[i].listed, data[start:end].decode()))
        for start, end, i in POOL_MATCHER.match(data)
    )
    assert_same(got, expected(POOL_ORACLE, text))


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 400))
def test_a_line_in_pieces_shows_the_same_matches_wherever_it_is_cut(seed: int, size: int) -> None:
    writer = Writer(seed)
    text = writer.text(POOL, 200).replace("\n", " ").encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LINE_BYTES", 500)
        patch.setattr(lines, "READ_BYTES", 300)
        patch.setattr(lines, "PIECE_CONTEXT_BYTES", 1200)
        chunks = [text[i : i + size] for i in range(0, len(text), size)] + [b"\nevil.example\n"]
        tally = ReadTally()
        got: list[tuple[int, int, bytes]] = []
        for block in lines.cut_lines(chunks, tally):
            batch = block.as_text()
            for start, end, i in POOL_MATCHER.match(batch.data):
                if start in batch.owned:
                    got.append((batch.locate(start)[0], i, batch.data[start:end]))
    want = [(1, i, text[start:end]) for start, end, i in POOL_MATCHER.match(text)]
    assert got == [*want, (2, 0, b"evil.example")]
    assert tally.lines == 2


def spelled_in_json(text: str, random_: random.Random) -> str:
    """A JSON string in which any character may be an escape."""
    plain = json.dumps(text, ensure_ascii=random_.random() < 0.5)[1:-1]
    if "\\" in plain:
        return f'"{plain}"'
    escaped = (f"\\u{ord(c):04X}" if ord(c) < 0x10000 and random_.random() < 0.05 else c for c in plain)
    return '"' + "".join(escaped).replace("/", random_.choice(("/", "\\/"))) + '"'


@pytest.mark.parametrize("packing", [bytes, gzip.compress, zstandard.ZstdCompressor().compress])
def test_finds_in_json_lines_what_the_oracle_finds_in_each_decoded_string(
    packing: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    writer = Writer(7)
    indicators = writer.indicators(150)
    oracle = Oracle(indicators)
    want: Counter[tuple[int, str | None, Place]] = Counter()
    rows = []
    for number in range(1, 400):
        texts = [writer.text(indicators, writer.random.choice((0, 1, 2))) for _ in range(4)]
        one, two, three, key = (spelled_in_json(text, writer.random) for text in texts)
        rows.append(f'{{"a":{{"b":{one},"c":[1.5,{two}]}},"n":null,"d":[{{"e":{three}}}],{key}:true}}')
        for field, text in zip(("a.b", "a.c.1", "d.0.e", texts[3] or None), texts, strict=True):
            want.update((number, field, place) for _, place in oracle.places(text))
    path = tmp_path / "fuzz.jsonl"
    path.write_bytes(packing("\n".join(rows).encode("utf-8", "surrogatepass")))
    assert sum(want.values()) > 200
    assert_same(Counter(found_in(path, Matcher(indicators))), want)


def test_finds_in_csv_what_the_oracle_finds_in_each_cell(tmp_path: Path) -> None:
    writer = Writer(11)
    indicators = writer.indicators(150)
    oracle = Oracle(indicators)
    want: Counter[tuple[int, str | None, Place]] = Counter()
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["time", "query", "note"])
    number = 2
    for _ in range(800):
        cells = [writer.text(indicators, writer.random.choice((0, 0, 1, 2))).replace("\r", "") for _ in range(3)]
        table.writerow(cells)
        for field, cell in zip(("time", "query", "note"), cells, strict=True):
            want.update(
                (number + n, field, p) for n, part in enumerate(cell.split("\n")) for _, p in oracle.places(part)
            )
            number += cell.count("\n")
        number += 1
    path = tmp_path / "fuzz.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    assert sum(want.values()) > 200
    assert_same(Counter(found_in(path, Matcher(indicators))), want)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_finds_in_other_unicode_encodings_what_the_oracle_finds(encoding: str, tmp_path: Path) -> None:
    writer = Writer(13)
    indicators = writer.indicators(60)
    text = "An ordinary first line\n" + writer.text(indicators, 1_000).replace("\x00", "")
    path = tmp_path / "fuzz.log"
    path.write_bytes(text.encode(encoding))
    got = Counter((line, place) for line, _, place in found_in(path, Matcher(indicators)))
    assert_same(got, expected(Oracle(indicators), text))
