"""The hunt over real logs of the reference data, against truth sets that are planted or counted by other means.

The counting here is naive on purpose: it walks over every string of every record and looks tokens up, one by one.
"""

import gzip
import json
import os
import random
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from evtx import PyEvtxParser

from charteroak.detection.hunt import HuntSummary, hunt
from charteroak.detection.indicators import parse_indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.log_files import find_logs

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "samples"
TOKEN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
HEX = re.compile(r"(?<![A-Za-z0-9_])[A-Fa-f0-9]+(?![A-Za-z0-9_])")

Place = tuple[str, int, str, str]
"""File, line, indicator, value."""

pytestmark = pytest.mark.reference


def extracted(name: str, tmp_path: Path) -> Path:
    archive = SAMPLES / f"{name}.tar.xz"
    if not archive.exists():
        pytest.skip(f"The reference data is absent: no ../shared/data/samples/{archive.name} beside the checkout.")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path


def search(top: Path, listed: list[str]) -> tuple[Counter[Place], HuntSummary]:
    summary = HuntSummary()
    matcher = Matcher([parse_indicator(value) for value in listed])
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - os.devnull is no Path
        matches = list(hunt(find_logs([str(top)]).files, matcher, summary, stdin=nothing))
    return Counter((Path(m.path).name, m.line, m.indicator.listed, m.value) for m in matches), summary


def named(text: str, listed: set[str]) -> Iterator[tuple[str, str]]:
    """Listed value and found value of each name, address and digest in a text."""
    for token in TOKEN.findall(text):
        if token in listed and re.fullmatch(r"[0-9]+(?:\.[0-9]+){3}", token):
            yield token, token
            continue
        labels = token.lower().split(".")
        for i in range(len(labels) - 1):
            if ".".join(labels[i:]) in listed:
                yield ".".join(labels[i:]), token
    for run in HEX.findall(text):
        if len(run) in {32, 40, 64} and run.lower() in listed:
            yield run.lower(), run


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif value is not None:
        yield str(value)


def test_what_is_listed_from_real_text_logs_is_found_as_often_as_it_stands_there(tmp_path: Path) -> None:
    top = extracted("loghub-2k", tmp_path)
    logs = sorted(top.rglob("*.log"))
    texts = {log.name: log.read_bytes().decode("latin-1") for log in logs}
    everything = " ".join(texts.values())
    addresses = sorted(set(re.findall(r"(?<![\w.-])[1-9][0-9]{0,2}(?:\.[1-9][0-9]{0,2}){3}(?![\w.-])", everything)))
    names = sorted(
        {token.lower() for token in TOKEN.findall(everything) if re.search(r"[a-z]\.(?:com|net|cn|edu)$", token)}
    )
    listed = [address for address in addresses if all(int(part) < 256 for part in address.split("."))] + names
    want = Counter(
        (name, number, listed_value, value)
        for name, text in texts.items()
        for number, line in enumerate(text.split("\n"), start=1)
        for listed_value, value in named(line, set(listed))
    )
    got, summary = search(top, listed)
    assert got == want
    assert (len(listed), sum(want.values()), summary.could_not_read) == (LISTED_IN_TEXT, FOUND_IN_TEXT, [])


def test_what_is_planted_in_real_text_logs_is_found_and_its_decoys_are_not(tmp_path: Path) -> None:
    top = extracted("loghub-2k", tmp_path)
    source = random.Random(20261121)  # noqa: S311 - repeatable, no secret
    planted = {
        "evil.example": ("GET http://cdn.Evil.example/a", "cdn.Evil.example"),
        "203.0.113.77": ("from 203.0.113.77 port 22", "203.0.113.77"),
        "198.51.100.0/24": ("SRC=198.51.100.200,", "198.51.100.200"),
        "2001:db8::77": ("[2001:0DB8:0::77]:443", "2001:0DB8:0::77"),
        "ann@evil.test": ("to=<Ann@evil.test>,", "Ann@evil.test"),
        "d41d8cd98f00b204e9800998ecf8427e": (
            "MD5=D41D8CD98F00B204E9800998ECF8427E",
            "D41D8CD98F00B204E9800998ECF8427E",
        ),
        "http://evil.test/x?y": ("GET http://evil.test/x?y HTTP/1.1", "http://evil.test/x?y"),
    }
    decoys = (
        "notevil.example evil.example.com evil-example evil.examples 203.0.113.770 1203.0.113.77 203.0.113.77.9 "
        "198.51.101.1 198.51.100.256 2001:db8::77:1 joann@evil.test ann@evil.test.com"
        " 0d41d8cd98f00b204e9800998ecf8427e"
        " http://evil.test/x?yz https://evil.test/x?y"
    )
    want: Counter[Place] = Counter()
    for log in sorted(top.rglob("*.log")):
        lines = log.read_bytes().split(b"\n")
        for number in source.sample(range(len(lines)), 300):
            listed_value, (text, value) = source.choice(list(planted.items()))
            lines[number] += f" {text} {decoys}".encode()
            want[log.name, number + 1, listed_value, value] += 1
        data = b"\n".join(lines)
        log.write_bytes(data if source.random() < 0.5 else gzip.compress(data))
    got, summary = search(top, list(planted))
    assert got == want
    assert (sum(got.values()), summary.files, summary.could_not_read) == (1500, 5, [])


@pytest.mark.slow
def test_what_is_listed_from_real_event_logs_is_found_as_often_as_it_stands_there(tmp_path: Path) -> None:
    top = extracted("evtx-attack-samples", tmp_path)
    records = {
        (path.name, number): json.loads(record["data"])
        for path in sorted(top.rglob("*.evtx"))
        for number, record in enumerate(PyEvtxParser(str(path)).records_json(), start=1)
    }
    everything = "\n".join(text for record in records.values() for text in strings(record))
    digest = r"=([0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64})(?:,|$)"
    digests = {run.lower() for run in re.findall(digest, everything, re.MULTILINE)}
    address = r"^(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9])(?:\.(?:[1-9][0-9]?|1[0-9]{2})){3}$"
    addresses = set(re.findall(address, everything, re.MULTILINE))
    host = r"^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:local|com|corp|lan)$"
    names = {name.lower() for name in re.findall(host, everything, re.MULTILINE)}
    listed = sorted(digests | addresses | names)
    want = Counter(
        (name, number, listed_value, value)
        for (name, number), record in records.items()
        for text in strings(record)
        for listed_value, value in named(text, set(listed))
    )
    got, summary = search(top, listed)
    assert got == want
    assert (summary.files, summary.lines, summary.could_not_read) == (162, 4565, [])
    assert (len(listed), sum(want.values())) == (LISTED_IN_EVENT_LOGS, FOUND_IN_EVENT_LOGS)


LISTED_IN_TEXT, FOUND_IN_TEXT = 438, 4530
LISTED_IN_EVENT_LOGS, FOUND_IN_EVENT_LOGS = 891, 3492
