"""All 1,500 real phishing messages of the reference data: read in memory, never written, no link ever opened.

The corpus (phishing_pot, CC BY-NC 4.0) stays outside the repository. Sockets are blocked for the whole test run.
"""

import json
import random
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from charteroak.mail import Analysis, analyze, cluster_analyses
from charteroak.mail.defects import DefectLog
from charteroak.mail.html import read_page
from charteroak.mail.mime import split_message

ARCHIVE = Path(__file__).parents[2].parent / "shared" / "data" / "samples" / "phishing_pot-sample.tar.xz"
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not ARCHIVE.exists(), reason="reference data absent: samples/phishing_pot-sample.tar.xz"),
]


@pytest.fixture(scope="module")
def messages() -> dict[str, bytes]:
    def read() -> Iterator[tuple[str, bytes]]:
        with tarfile.open(ARCHIVE) as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file is not None:
                    yield member.name, file.read()

    return dict(read())


def recipients(data: bytes) -> set[str]:
    values = split_message(data, DefectLog()).headers.all("to")
    return {value.strip("<> ").lower() for value in values if value.count("@") == 1 and " " not in value.strip()}


@pytest.mark.slow
def test_every_real_message_is_answered_within_a_second_and_they_cluster_without_one_blob(
    messages: dict[str, bytes],
) -> None:
    analyses: dict[str, Analysis] = {}
    seconds = []
    for name, data in messages.items():
        start = time.process_time()
        analyses[name] = analyze(data)
        seconds.append(time.process_time() - start)
        json.dumps(analyses[name].to_json(name), ensure_ascii=False).encode("utf-8")
        values = {seen.observable.value.lower() for seen in analyses[name].observables}
        assert not [value for value in values for person in recipients(data) if person in value], name
    clusters = cluster_analyses(analyses)
    largest = max(len(cluster.members) for cluster in clusters)
    seconds.sort()
    print(  # noqa: T201 - the figures are the point of the test; pytest -rP shows them
        json.dumps(
            {
                "messagesPerSecond": round(len(seconds) / sum(seconds)),
                "millisecondsP50": round(1000 * seconds[len(seconds) // 2], 1),
                "millisecondsMax": round(1000 * seconds[-1], 1),
                "status": Counter(analysis.status.value for analysis in analyses.values()),
                "verdict": Counter(analysis.verdict.value for analysis in analyses.values()),
                "defects": Counter(defect.kind.code for one in analyses.values() for defect in one.defects),
                "clusters": len(clusters),
                "clustered": sum(len(cluster.members) for cluster in clusters),
                "largestCluster": largest,
                "reasonsForThree": [cluster.to_json() for cluster in clusters[20:80:20]],
            }
        )
    )
    assert len(analyses) == 1500
    assert seconds[-1] < 1
    assert not [one for one in analyses.values() if one.status.value == "unreadable"]
    for seed in range(20):
        names = list(analyses)
        random.Random(seed).shuffle(names)  # noqa: S311 - an order
        assert cluster_analyses({name: analyses[name] for name in names}) == clusters, seed
    assert largest <= 0.03 * len(analyses)


def test_own_html_reader_finds_the_links_that_a_browser_grade_parser_finds(messages: dict[str, bytes]) -> None:
    """``selectolax`` builds the tree a browser would; every web address in it must be among ours."""
    missing: list[tuple[str, str]] = []
    total = 0
    for name, data in messages.items():
        for part in split_message(data, DefectLog()).parts:
            if part.content_type != "text/html":
                continue
            source = part.text(1 << 20, DefectLog())
            ours = {"".join(one.address.split()) for one in read_page(source, DefectLog()).references}
            for attribute in ("href", "src", "action", "background"):
                for element in LexborHTMLParser(source).css(f"[{attribute}]"):
                    address = "".join((element.attributes.get(attribute) or "").split())
                    if not address.lower().startswith("http") or len(address) > 4000 or not address.isprintable():
                        continue
                    total += 1
                    if address not in ours:
                        missing.append((name, urlsplit(address).hostname or ""))
    assert total > 9_000
    assert len(missing) <= total // 1000, missing[:5]
