#!/usr/bin/env python3
"""What is read of real mail, beside what others read of it: no exception, defects, bytes of leaves, hosts of links.

    benchmarks/real_mail.py [ARCHIVE]      every message; written to benchmarks/results/real_mail.json

Leaf bytes are compared with the standard library's (``email``, compat32), hosts with those of eml_parser's addresses
(requirements-peers.lock, in ``.venv-peers``). Every difference has a class with its count; what is in none is
*unclassed* and counts as lost. Nothing is fetched, and no message is written anywhere.
"""

import argparse
import hashlib
import json
import logging
import os
import subprocess
import sys
import tarfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as StandardMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TOP = Path(__file__).parent.parent
PEERS = TOP / ".venv-peers" / "bin" / "python"
ARCHIVE = TOP.parent / "shared" / "data" / "samples" / "phishing_pot-sample.tar.xz"
RESULT = TOP / "benchmarks" / "results" / "real_mail.json"
LEAST_RECALL = 0.99
LEAST_EQUAL = 0.999
_NO_WEB = ("mailto:", "cid:", "tel:", "sms:", "data:", "about:", "x-apple")
_MARKUP_HOSTS = ("w3.org", "schemas.microsoft.com", "schemas.openxmlformats.org", "apple.com/dtds", "ns.adobe.com")

_SIGNED_DATA = b"YJKoZIhvcNAQcC"
"""The object identifier of signed data (RFC 5652, section 5.1) behind a header of four bytes, in base64: certificates
also come as files that do not say so."""


def messages(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Each message of a tar archive, by name."""
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None:
                yield member.name, file.read()


def serve_peer(archive: Path) -> None:
    """The peer's addresses, one JSON line a message; runs in the peers' environment."""
    from eml_parser import EmlParser  # noqa: PLC0415 - only the child has it

    logging.disable(logging.CRITICAL)
    parser = EmlParser(include_raw_body=True, include_www=True, include_href=True, parse_attachments=True)
    for name, data in messages(archive):
        try:
            bodies = parser.decode_email_bytes(data)["body"]
        except Exception as error:  # noqa: BLE001 - a peer that gives up is counted
            print(json.dumps([name, None, type(error).__name__]))
            continue
        found = [address for body in bodies for key in ("uri", "uri_noscheme") for address in body.get(key, ())]
        print(json.dumps([name, found, ""]))


def peer_addresses(archive: Path) -> dict[str, list[str]] | None:
    """By message; none where the peers' environment is absent."""
    if not PEERS.exists():
        return None
    done = subprocess.run(
        [PEERS, __file__, archive, "--peer"], capture_output=True, text=True, check=True, env={**os.environ}
    )
    return {name: found or [] for name, found, _ in map(json.loads, done.stdout.splitlines())}


def host_of(address: str) -> str:
    """The host that stands in an address, as it is written."""
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def main() -> int:
    """0 when the promises are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path, nargs="?", default=ARCHIVE)
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print the whole result; nothing is written")
    chosen = parser.parse_args()
    if chosen.peer:
        serve_peer(chosen.archive)
        return 0
    sys.path.insert(0, str(TOP / "tools"))
    from measure import origin  # noqa: PLC0415 - the path is made above

    document = {"name": "real_mail", **origin(), **compare(chosen.archive)}
    if chosen.json:
        print(json.dumps(document))
    else:
        RESULT.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        print(json.dumps({key: document[key] for key in ("messages", "exceptions", "leaves", "hosts")}, indent=2))
    return 1 if document["missed"] else 0


def compare(archive: Path) -> dict[str, Any]:
    """Read every message and class each difference."""
    from charteroak.adapters.untrusted_worker import UntrustedWorker  # noqa: PLC0415 - not in the peers' environment
    from charteroak.mail.analysis import analyze  # noqa: PLC0415 - as above

    worker = UntrustedWorker()
    peers = peer_addresses(archive)
    exceptions: dict[str, str] = {}
    defects: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    leaves: Counter[str] = Counter()
    hosts: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    count = 0
    for name, data in messages(archive):
        count += 1
        try:
            analysis = analyze(data, inspector=worker)
            differing = list(leaf_differences(data))
            found = list(host_differences(data, peers[name], worker)) if peers is not None else []
        except Exception as error:  # noqa: BLE001 - the very thing that is counted
            exceptions[name] = f"{type(error).__name__}: {error}"
            continue
        statuses[analysis.status.value] += 1
        defects.update({defect.kind.code for defect in analysis.defects})
        leaves.update(differing)
        hosts.update(kind for kind, _ in found)
        for kind in sorted({kind for kind, _ in found} - {"both", "only ours"}):
            # The names of messages and not the hosts: what stands in these mails is not for a repository.
            if len(examples.setdefault(kind, [])) < 5:
                examples[kind].append(Path(name).name)
    worker.close()
    equal = sum(leaves[kind] for kind in ("equal",))
    readable = sum(leaves.values()) - leaves[UNREADABLE]
    lost = hosts["unclassed"]
    all_hosts = hosts["both"] + hosts["only ours"] + lost
    recall = 1 - lost / all_hosts if all_hosts else None
    missed = [f"{len(exceptions)} exceptions"] if exceptions else []
    missed += ["leaf bytes"] if equal + leaves[STANDARD_IS_LENIENT] < LEAST_EQUAL * readable else []
    missed += ["hosts"] if recall is not None and recall < LEAST_RECALL else []
    return {
        "messages": count,
        "exceptions": exceptions,
        "statuses": dict(statuses),
        "messagesByDefect": dict(defects.most_common()),
        "leaves": {"equalShare": round(equal / readable, 5), **leaves},
        "hosts": {"recall": None if recall is None else round(recall, 5), **dict(hosts.most_common())},
        "examples": examples,
        "missed": missed,
    }


UNREADABLE = "the standard library cannot decode it"
STANDARD_IS_LENIENT = "damaged base64, of which each reads what it can"


def leaf_differences(data: bytes) -> Iterator[str]:
    """For each leaf of the standard library in turn: ``equal``, or why not."""
    from charteroak.mail.defects import DefectLog  # noqa: PLC0415 - not in the peers' environment
    from charteroak.mail.mime import Message, split_message  # noqa: PLC0415 - as above

    def ours_of(message: Message) -> Iterator[bytes]:
        for part in message.parts:
            yield part.data
        for attached in message.attached:
            yield from ours_of(attached)

    ours = Counter(hashlib.sha256(leaf).digest() for leaf in ours_of(split_message(data, DefectLog())))
    bare = Counter(_bare(leaf) for leaf in ours_of(split_message(data, DefectLog())))
    for part in _leaves(message_from_bytes(data)):
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            yield UNREADABLE
            continue
        digest = hashlib.sha256(content).digest()
        encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
        if ours[digest]:
            ours[digest] -= 1
            yield "equal"
        elif bare[_bare(content)]:
            yield "the same but for the ends of lines"
        elif part.defects and encoding == "base64":
            yield STANDARD_IS_LENIENT
        elif part.is_multipart() or part.get_content_maintype() == "multipart":
            yield "a multipart that is taken apart otherwise"
        else:
            yield f"other ({encoding or 'no encoding'}; {', '.join(type(each).__name__ for each in part.defects)})"


def _bare(content: bytes) -> bytes:
    return hashlib.sha256(b"".join(content.split())).digest()


def _leaves(message: StandardMessage) -> Iterator[StandardMessage]:
    for part in message.walk():
        if not part.is_multipart():
            yield part


def host_differences(data: bytes, theirs: list[str], worker: Any) -> Iterator[tuple[str, str]]:
    """Each host that one of the two found, with ``both``, ``only ours``, or why it is not among ours."""
    from charteroak.mail.defects import DefectLog  # noqa: PLC0415 - not in the peers' environment
    from charteroak.mail.mime import split_message  # noqa: PLC0415 - as above
    from charteroak.mail.reading import read_message  # noqa: PLC0415 - as above

    reading = read_message(
        split_message(data, DefectLog()), DefectLog(), trusted_receivers=(), reporters=(), inspector=worker
    )
    ours = {link.host.strip("[]") for link in reading.links}
    on_the_way = {host_of(each) or each for link in reading.links for each in link.redirectors}
    shown = " ".join(link.shown.lower() for link in reading.links)
    seen: set[str] = set()
    both: set[str] = set()
    for address in theirs:
        written = host_of(address)
        host = plain_host(written)
        if not written or written in seen:
            continue
        seen.add(written)
        if host in ours | on_the_way:
            if host not in both:
                both.add(host)
                yield "both", host
        else:
            yield why_not(address, host, ours, shown, data), written
    for host in ours - both:
        yield "only ours", host


def plain_host(host: str) -> str:
    """A host in the form in which a browser would look for it: numbers as an address, letters folded."""
    from charteroak.errors import CharterOakError  # noqa: PLC0415 - not in the peers' environment
    from charteroak.observables import ObservableType, parse_observable  # noqa: PLC0415 - as above

    folded = unicodedata.normalize("NFKC", host).lower().rstrip(".")
    try:
        return urlsplit(parse_observable(f"http://{folded}/", ObservableType.URL).value).hostname or folded
    except CharterOakError:
        return folded


def why_not(address: str, host: str, ours: set[str], shown: str, data: bytes) -> str:
    """The class of a host that only the peer found."""
    from charteroak.mail.domains import has_listed_suffix, is_ip_host, registrable_domain  # noqa: PLC0415 - as above

    lower = address.lower()
    if lower.startswith(_NO_WEB) or "@" in lower.rpartition("//")[2].partition("/")[0]:
        return "a mail address, a picture of the mail itself or a telephone"
    if any(mark in lower for mark in _MARKUP_HOSTS):
        return "the name of a markup language"
    if "=" in host:
        return "quoted-printable that the peer did not decode"
    if not (is_ip_host(host) or (has_listed_suffix(host) and registrable_domain(host))):
        return "no host: no such ending, or not an address"
    if host in shown or host.removeprefix("www.") in shown:
        return "only the visible text of a link that leads elsewhere"
    if any(registrable_domain(host) == registrable_domain(each) for each in ours):
        return "the same domain under a name that the peer decoded in another character set"
    if b"pkcs7" in data.lower() or _SIGNED_DATA in data:
        return "bytes of a certificate"
    return "unclassed"


if __name__ == "__main__":
    sys.exit(main())
